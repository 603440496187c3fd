//! What people name: a text, or a place in a file, and the nodes of the graph that it means.

use codd_db::Analysis;
use codd_graph::{Graph, NodeId, NodePlace};
use codd_source::Span;

/// Why a text does not name one symbol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    #[error("no symbol is called `{text}`")]
    Unknown { text: String, nearest: Vec<String> },
    #[error("`{text}` may be any of {}", candidates.len())]
    Ambiguous { text: String, candidates: Vec<String> },
}

/// The most candidates that an error lists.
const CANDIDATES: usize = 10;

impl SymbolError {
    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            SymbolError::Unknown { nearest, .. } if nearest.is_empty() => {
                "name it as `FILE:SYMBOL`, as `FILE:LINE`, by its dotted name, or by its bare name"
                    .to_owned()
            }
            SymbolError::Unknown { nearest, .. } => format!("did you mean {}?", nearest.join(", ")),
            SymbolError::Ambiguous { candidates, .. } => {
                let shown = candidates.iter().take(CANDIDATES);
                format!("say which: {}", shown.cloned().collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// The nodes of several texts, in node order.
pub(super) fn find_all(
    analysis: &Analysis,
    symbols: &[String],
) -> Result<Vec<NodeId>, SymbolError> {
    let mut found = Vec::new();
    for text in symbols {
        found.extend(find(analysis, text)?);
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The nodes that a text names: one symbol, which may have several definitions (overloads, a
/// property and its setter, a test and its function).
pub(super) fn find(analysis: &Analysis, text: &str) -> Result<Vec<NodeId>, SymbolError> {
    let graph = &analysis.graph;
    let mut found = graph.find_symbol(text);
    if found.is_empty() {
        found = at_line(analysis, text);
    }
    let shown = |id: &NodeId| {
        let key = &graph.node(*id).key;
        if key.symbol.is_empty() {
            key.path.to_string()
        } else {
            format!("{}:{}", key.path, key.symbol)
        }
    };
    let mut candidates: Vec<String> = found.iter().map(shown).collect();
    candidates.sort();
    candidates.dedup();
    match candidates.len() {
        0 => Err(SymbolError::Unknown {
            text: text.to_owned(),
            nearest: graph.nearest_symbols(text).iter().map(ToString::to_string).collect(),
        }),
        1 => Ok(found),
        _ => Err(SymbolError::Ambiguous { text: text.to_owned(), candidates }),
    }
}

/// The innermost definition at `FILE:LINE` or `FILE:LINE:COLUMN`, as compilers and editors
/// write places; else the file.
fn at_line(analysis: &Analysis, text: &str) -> Vec<NodeId> {
    let is_number = |text: &str| text.parse::<u32>().is_ok();
    let mut place = text.trim();
    if let Some((rest, column)) = place.rsplit_once(':')
        && is_number(column)
        && rest.rsplit_once(':').is_some_and(|(_, line)| is_number(line))
    {
        place = rest;
    }
    let Some((file, line)) = place.rsplit_once(':') else { return Vec::new() };
    let Ok(line) = line.parse::<u32>() else { return Vec::new() };
    let graph = &analysis.graph;
    let files = graph.find_symbol(file);
    let at_line = files.iter().flat_map(|file| match graph.node(*file).place {
        NodePlace::File => innermost(analysis, graph, *file, line),
        _ => Vec::new(),
    });
    at_line.collect()
}

fn innermost(analysis: &Analysis, graph: &Graph, file: NodeId, line: u32) -> Vec<NodeId> {
    let path = &graph.node(file).key.path;
    let Some(own) = analysis.files.get(path) else { return Vec::new() };
    let Some(of_line) = own.lines().line(line) else { return Vec::new() };
    let Some(facts) = own.facts() else { return vec![file] };
    let is_on_line =
        |span: Span| span.start < of_line.end.max(of_line.start + 1) && of_line.start < span.end;
    let places = facts.places.definitions.iter();
    let around = places.enumerate().filter(|(_, place)| is_on_line(place.span));
    let Some((_, nearest)) = around.min_by_key(|(at, place)| {
        // Of several on one line, the one whose name stands there, and of those the first.
        (!is_on_line(place.name), place.span.len(), *at)
    }) else {
        return vec![file];
    };
    let of_file = graph.nodes().filter(|(_, node)| node.key.path == *path);
    let named = of_file.filter(|(_, node)| match node.place {
        NodePlace::Definition(id) => facts.places.definitions[id.index()].name == nearest.name,
        _ => false,
    });
    named.map(|(id, _)| id).collect()
}
