//! The graph as a SCIP index.

use std::collections::{BTreeMap, BTreeSet};

use codd_db::{Analysis, AnalysisFile};
use codd_facts::{DefinitionId, DefinitionKind, Semantics};
use codd_graph::{Basis, Confidence, EdgeKind, Node, NodeId, NodeKind, NodePlace};
use codd_source::{LineIndex, RepoPath, Span};

use super::wire::Message;
use super::{DEFINITION, IMPORT, OWN_NAME, READ_ACCESS, WRITE_ACCESS, symbol_of};

/// Columns count bytes of UTF-8.
const UTF8: u64 = 1;

/// The text of a file, asked for once.
pub(crate) type DocumentText<'a> = &'a dyn Fn(&RepoPath) -> Option<Vec<u8>>;

type Occurrence = (Span, String, u64, Option<Span>);

/// An index of all definitions, and of the references that became edges of at least `floor`.
pub(crate) fn index(analysis: &Analysis, floor: Confidence, text: DocumentText<'_>) -> Vec<u8> {
    let graph = &analysis.graph;
    let mut references: BTreeMap<&RepoPath, Vec<(u32, NodeId, EdgeKind)>> = BTreeMap::new();
    let mut implements: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    for edge in graph.edges().filter(|it| it.confidence >= floor) {
        let (from, to) = (graph.node(edge.from), graph.node(edge.to));
        if edge.kind == EdgeKind::Inherits {
            // A method depends on what overrides it, a class on its bases.
            let (own, of) = if is_type(from) { (edge.from, edge.to) } else { (edge.to, edge.from) };
            implements.entry(own).or_default().insert(of);
        }
        if let Some(at) = edge.reference
            && edge.basis != Basis::Implied
            && matches!(to.key.kind, NodeKind::Definition | NodeKind::File)
        {
            references.entry(&from.key.path).or_default().push((at, edge.to, edge.kind));
        }
    }
    let mut definitions: BTreeMap<&RepoPath, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes() {
        if node.key.kind == NodeKind::Definition {
            definitions.entry(&node.key.path).or_default().push(id);
        }
    }
    let mut out = Message::default();
    let mut metadata = Message::default();
    let mut tool = Message::default();
    tool.text(1, OWN_NAME);
    tool.text(2, env!("CARGO_PKG_VERSION"));
    metadata.message(2, &tool);
    metadata.number(4, UTF8);
    out.message(1, &metadata);
    for (path, file) in analysis.files.iter() {
        let Some(facts) = file.facts() else { continue };
        let symbol = |id: NodeId| symbol_of_node(analysis, graph.node(id));
        let mut occurrences: BTreeSet<Occurrence> = BTreeSet::new();
        let mut document = Message::default();
        document.text(1, path.as_str());
        let own = symbol_of(path.as_str(), None);
        occurrences.insert((Span::new(0, 0), own.clone(), DEFINITION, None));
        let mut symbols = Vec::new();
        let name = path.file_name().to_owned();
        symbols.push(information(&own, 16, &name, &[]));
        for id in definitions.get(path).into_iter().flatten() {
            let NodePlace::Definition(at) = graph.node(*id).place else { continue };
            let Some(place) = facts.places.definitions.get(at.index()) else { continue };
            let own = symbol(*id);
            occurrences.insert((place.name, own.clone(), DEFINITION, Some(place.span)));
            let of = implements.get(id).into_iter().flatten().map(|it| symbol(*it));
            let of: Vec<String> = of.collect();
            let definition = facts.semantics.definition(at);
            let kind = kind_number(&facts.semantics, at);
            symbols.push(information(&own, kind, &definition.name, &of));
        }
        let bytes = references.contains_key(path).then(|| text(path)).flatten();
        for (at, to, kind) in references.get(path).into_iter().flatten() {
            let Some(span) = facts.places.references.get(*at as usize) else { continue };
            let node = graph.node(*to);
            let called = node.key.own_name();
            let span = bytes.as_deref().map_or(*span, |bytes| narrowed(*span, bytes, called));
            let roles = match kind {
                EdgeKind::Imports => IMPORT,
                EdgeKind::WrittenBy => WRITE_ACCESS,
                EdgeKind::Reads => READ_ACCESS,
                _ => 0,
            };
            occurrences.insert((span, symbol(*to), roles, None));
        }
        for occurrence in &occurrences {
            document.message(2, &written(file.lines(), occurrence));
        }
        for symbol in symbols {
            document.message(3, &symbol);
        }
        document.text(4, &facts.language);
        document.number(6, UTF8);
        out.message(2, &document);
    }
    out.0
}

fn is_type(node: &Node) -> bool {
    matches!(
        node.definition_kind,
        Some(DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum)
    )
}

fn symbol_of_node(analysis: &Analysis, node: &Node) -> String {
    let file: Option<&AnalysisFile> = analysis.files.get(&node.key.path);
    let definition = match node.place {
        NodePlace::Definition(id) => {
            let facts = file.and_then(|it| it.facts());
            facts.map(|facts| (&*facts.semantics, id))
        }
        _ => None,
    };
    symbol_of(node.key.path.as_str(), definition)
}

/// The name within a longer expression, where it stands in it: `c` of `a.b.c`.
fn narrowed(span: Span, bytes: &[u8], name: &str) -> Span {
    let bytes = codd_source::without_byte_order_mark(bytes);
    let Ok(text) = std::str::from_utf8(span.of(bytes)) else { return span };
    match text.rfind(name).filter(|_| !name.is_empty()) {
        Some(at) => {
            let start = span.start as usize + at;
            Span::new(start, start + name.len())
        }
        None => span,
    }
}

fn written(lines: &LineIndex, occurrence: &Occurrence) -> Message {
    let (span, symbol, roles, enclosing) = occurrence;
    let mut out = Message::default();
    out.numbers(1, &range(lines, *span));
    out.text(2, symbol);
    out.number(3, *roles);
    if let Some(enclosing) = enclosing {
        out.numbers(7, &range(lines, *enclosing));
    }
    out
}

/// Lines and columns from 0; three numbers where it is on one line.
fn range(lines: &LineIndex, span: Span) -> Vec<u32> {
    let (start, end) = (lines.position(span.start), lines.position(span.end));
    if start.line == end.line {
        vec![start.line - 1, start.column - 1, end.column - 1]
    } else {
        vec![start.line - 1, start.column - 1, end.line - 1, end.column - 1]
    }
}

fn information(symbol: &str, kind: u64, name: &str, implements: &[String]) -> Message {
    let mut out = Message::default();
    out.text(1, symbol);
    for other in implements {
        let mut relationship = Message::default();
        relationship.text(1, other);
        relationship.number(3, 1);
        out.message(4, &relationship);
    }
    out.number(5, kind);
    out.text(6, name);
    out
}

/// The number of a kind in SCIP's list.
fn kind_number(semantics: &Semantics, id: DefinitionId) -> u64 {
    match semantics.definition(id).kind {
        DefinitionKind::Class => 7,
        DefinitionKind::Enum => 11,
        DefinitionKind::Field => 15,
        DefinitionKind::Function | DefinitionKind::Callback => 17,
        DefinitionKind::Interface => 21,
        DefinitionKind::Method => 26,
        DefinitionKind::Namespace => 30,
        DefinitionKind::Resource => 33,
        DefinitionKind::TypeAlias => 55,
        DefinitionKind::Variable => 61,
    }
}
