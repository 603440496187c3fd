//! A SCIP index taken in: its references become edges between the nodes that codd knows.

use std::collections::{BTreeMap, BTreeSet};

use codd_db::{Analysis, Progress};
use codd_facts::{DefinitionKind, FileFacts};
use codd_graph::{EdgeKind, Node, NodeId, NodeKind, NodePlace};
use codd_source::{LineIndex, RepoPath, Snapshot, without_byte_order_mark};
use sha2::{Digest, Sha256};

use crate::imports::{FORMAT, KeptFile, KeptHead, KeptNode, written};
use crate::scip::{self, DEFINITION, IMPORT, IndexDocument, IndexRange, Units, last_name};
use crate::{Workspace, WorkspaceError};

/// Names of definitions that must stand where an index says, in percent of those it gives:
/// what a compiler makes without writing it has no name in the text.
const STANDING: usize = 80;

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Where the edges are kept, from the project's root; `None` where there are none.
    pub kept: Option<String>,
    pub documents: u32,
    /// Documents whose edges were taken.
    pub taken: u32,
    pub edges: u32,
    /// Documents that were refused, by why.
    pub refused: BTreeMap<&'static str, Vec<String>>,
    /// References to definitions that the index or codd does not have.
    pub unmatched: u32,
    /// Occurrences without a symbol or a place that makes sense.
    pub unreadable: u32,
}

/// Why an index was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ImportError(String);

/// A file of the project as the index is held against it.
struct Matched<'a> {
    document: &'a IndexDocument<'a>,
    facts: &'a FileFacts,
    lines: &'a LineIndex,
    text: &'a [u8],
    /// Definitions by where their names begin.
    by_name: BTreeMap<u32, NodeId>,
    file: NodeId,
}

impl Workspace {
    /// Takes in an index whose paths count from `below`, a folder of the project.
    ///
    /// # Errors
    ///
    /// [`ImportError`] where the index cannot be read; what the snapshot says where that cannot.
    pub fn import_index(
        &mut self,
        bytes: &[u8],
        below: &str,
        progress: &dyn Progress,
    ) -> Result<ImportReport, WorkspaceError> {
        let documents = scip::read(bytes).map_err(|it| ImportError(it.to_string()))?;
        let (snapshot, analysis) = self.analyse_graph(progress)?;
        let mut report =
            ImportReport { documents: documents.len() as u32, ..ImportReport::default() };
        let mut files = edges(&snapshot, &analysis, &documents, below, &mut report);
        report.taken = files.len() as u32;
        files.retain(|it| !it.edges.is_empty());
        report.edges = files.iter().map(|it| it.edges.len() as u32).sum();
        if !files.is_empty() {
            let index = format!("sha256:{}", hex(&Sha256::digest(bytes)));
            let (name, text) = written(&KeptHead { format: FORMAT.to_owned(), index }, &files);
            self.system.write(&self.root.path.join(&name), &text)?;
            report.kept = Some(name);
        }
        Ok(report)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn edges(
    snapshot: &Snapshot,
    analysis: &Analysis,
    documents: &[IndexDocument<'_>],
    below: &str,
    report: &mut ImportReport,
) -> Vec<KeptFile> {
    let mut texts: BTreeMap<RepoPath, (&IndexDocument<'_>, std::sync::Arc<[u8]>)> = BTreeMap::new();
    for document in documents {
        report.unreadable += document.unreadable;
        match text_of(snapshot, analysis, document, below) {
            Ok((path, _)) if texts.contains_key(&path) => {
                report.refused.entry("given twice").or_default().push(path.to_string());
            }
            Ok((path, text)) => {
                texts.insert(path, (document, text));
            }
            Err(why) => {
                report.refused.entry(why).or_default().push(document.path.to_owned());
            }
        }
    }
    let mut definitions: BTreeMap<&RepoPath, BTreeMap<u32, NodeId>> = BTreeMap::new();
    let mut files: BTreeMap<&RepoPath, NodeId> = BTreeMap::new();
    for (id, node) in analysis.graph.nodes() {
        match node.place {
            NodePlace::File => {
                files.insert(&node.key.path, id);
            }
            NodePlace::Definition(at) => {
                let file = analysis.files.get(&node.key.path);
                let facts = file.and_then(|it| it.facts());
                let place = facts.and_then(|it| it.places.definitions.get(at.index()));
                if let Some(place) = place {
                    // Of a class and its constructor in one place the first stands.
                    let names = definitions.entry(&node.key.path).or_default();
                    names.entry(place.name.start).or_insert(id);
                }
            }
            _ => {}
        }
    }
    let mut matched: BTreeMap<&RepoPath, Matched<'_>> = BTreeMap::new();
    for (path, (document, text)) in &texts {
        let file = analysis.files.get(path);
        let (Some(file), Some(id)) = (file, files.get(path)) else { continue };
        let Some(facts) = file.facts().map(AsRef::as_ref) else { continue };
        let one = Matched {
            document,
            facts,
            lines: file.lines(),
            text: without_byte_order_mark(text),
            by_name: definitions.remove(path).unwrap_or_default(),
            file: *id,
        };
        if is_stale(&one) {
            let why = "the text does not match the file any more";
            report.refused.entry(why).or_default().push(document.path.to_owned());
        } else {
            matched.insert(path, one);
        }
    }
    let symbols = symbols(&matched);
    let mut kept = Vec::new();
    for (path, one) in &matched {
        let edges = edges_of(analysis, one, &symbols, report);
        let Some(file) = analysis.files.get(*path) else { continue };
        kept.push(KeptFile {
            file: (*path).clone(),
            content: file.content.to_string(),
            edges: edges.into_iter().collect(),
        });
    }
    kept
}

/// The file that a document is about, and its bytes; or why it is not taken.
fn text_of(
    snapshot: &Snapshot,
    analysis: &Analysis,
    document: &IndexDocument<'_>,
    below: &str,
) -> Result<(RepoPath, std::sync::Arc<[u8]>), &'static str> {
    let is_whole = |part: &str| !matches!(part, "" | "." | "..");
    if !document.path.split('/').all(is_whole) || document.path.contains(['\\', '\0', ':']) {
        return Err("the path leads out of the project, or is none");
    }
    let path = match below {
        "" => RepoPath::new(document.path),
        below => RepoPath::new(format!("{below}/{}", document.path)),
    };
    let Some(file) = analysis.files.get(&path) else { return Err("the project has no such file") };
    if file.is_link || file.outline.facts.is_none() {
        return Err("codd does not analyse the file");
    }
    let text = snapshot.read(&path).map_err(|_| "the file cannot be read")?;
    match document.text {
        Some(said)
            if said.as_bytes() != &*text && said.as_bytes() != without_byte_order_mark(&text) =>
        {
            Err("the text does not match the file any more")
        }
        _ => Ok((path, text)),
    }
}

impl Matched<'_> {
    /// The bytes of a range; `None` where the file has no such place.
    fn span(&self, range: IndexRange) -> Option<(u32, u32)> {
        let offset = |(line, column): (u32, u32)| {
            let span = self.lines.line(line.checked_add(1)?)?;
            let line = std::str::from_utf8(span.of(self.text)).ok()?;
            let within = match self.document.units {
                Units::Utf8 => line.is_char_boundary(column as usize).then_some(column as usize)?,
                units => {
                    let (mut left, mut at) = (column, 0);
                    for letter in line.chars() {
                        if left == 0 {
                            break;
                        }
                        let width = if units == Units::Utf16 { letter.len_utf16() } else { 1 };
                        left = left.checked_sub(width as u32)?;
                        at += letter.len_utf8();
                    }
                    (left == 0).then_some(at)?
                }
            };
            Some(span.start + within as u32)
        };
        Some((offset(range.start)?, offset(range.end)?)).filter(|(start, end)| start <= end)
    }
}

/// Whether too few names of definitions stand where the index says.
fn is_stale(one: &Matched<'_>) -> bool {
    let (mut named, mut standing) = (0, 0);
    for it in &one.document.occurrences {
        let is_name = it.range.start.0 == it.range.end.0 && it.range.start != it.range.end;
        if it.roles & DEFINITION == 0 || it.symbol.starts_with("local ") || !is_name {
            continue;
        }
        let Some(name) = last_name(it.symbol) else { continue };
        named += 1;
        let text = one.span(it.range).and_then(|(start, end)| {
            std::str::from_utf8(&one.text[start as usize..end as usize]).ok()
        });
        let is_same = text.is_some_and(|text| stands_for(text, name, it.symbol));
        standing += usize::from(is_same);
    }
    standing * 100 < named * STANDING
}

/// Whether a text is the `name` of a symbol, as far as indexers keep to the text.
fn stands_for(text: &str, name: &str, symbol: &str) -> bool {
    // Constructors, accessors and quoted members are called otherwise in the text.
    let bare = text.trim_matches(['"', '\'', '`', '#', '@']);
    let name = name.trim_start_matches(['<', '#']);
    // The properties of object literals are numbered through the file.
    let unnumbered = name.trim_end_matches(|it: char| it.is_ascii_digit());
    bare == name
        || symbol.ends_with(':') && bare == unnumbered
        || name.ends_with(&format!(">{bare}"))
        || is_special(name)
}

/// Names that indexers give to what has another name in the text, or none.
fn is_special(name: &str) -> bool {
    matches!(name, "constructor>" | "init>" | "init" | "__init__:" | "impl" | "clinit>" | "default")
}

/// What a symbol that the index defines is among our nodes.
type Symbols<'a> = BTreeMap<&'a str, BTreeSet<NodeId>>;

fn symbols<'a>(matched: &BTreeMap<&RepoPath, Matched<'a>>) -> Symbols<'a> {
    let mut symbols: Symbols<'a> = BTreeMap::new();
    for one in matched.values() {
        for it in &one.document.occurrences {
            if it.roles & DEFINITION == 0 || it.symbol.starts_with("local ") {
                continue;
            }
            let Some((start, _)) = one.span(it.range) else { continue };
            let is_file = it.range.start == (0, 0) && is_module(it.symbol);
            let node = one.by_name.get(&start).copied().or(is_file.then_some(one.file));
            if let Some(node) = node {
                symbols.entry(it.symbol).or_default().insert(node);
            }
        }
    }
    symbols
}

/// Whether a symbol names a file as a whole.
fn is_module(symbol: &str) -> bool {
    symbol.ends_with('/') || symbol.ends_with("__init__:")
}

fn edges_of(
    analysis: &Analysis,
    one: &Matched<'_>,
    symbols: &Symbols<'_>,
    report: &mut ImportReport,
) -> BTreeSet<(KeptNode, KeptNode, EdgeKind)> {
    let graph = &analysis.graph;
    let mut edges = BTreeSet::new();
    let mut add = |from: NodeId, to: NodeId, kind: EdgeKind| {
        if from != to {
            edges.insert((kept(graph.node(from)), kept(graph.node(to)), kind));
        }
    };
    for it in &one.document.occurrences {
        if it.roles & DEFINITION != 0 || it.symbol.starts_with("local ") {
            continue;
        }
        let (Some(targets), Some((start, _))) = (symbols.get(it.symbol), one.span(it.range)) else {
            report.unmatched += 1;
            continue;
        };
        for to in targets {
            for from in holders(one, start) {
                let kind = match graph.node(*to).definition_kind {
                    _ if it.roles & IMPORT != 0 => EdgeKind::Imports,
                    None => EdgeKind::Imports,
                    Some(
                        DefinitionKind::Function
                        | DefinitionKind::Method
                        | DefinitionKind::Callback,
                    ) => EdgeKind::Calls,
                    Some(DefinitionKind::Variable | DefinitionKind::Field) => EdgeKind::Reads,
                    Some(_) => EdgeKind::Mentions,
                };
                add(from, *to, kind);
            }
        }
    }
    for it in &one.document.relationships {
        let of = |symbol: &str| symbols.get(symbol).into_iter().flatten().copied();
        for own in of(it.symbol) {
            for above in of(it.implements) {
                // A class depends on its bases, a method on what overrides it.
                let is_type = matches!(
                    graph.node(own).definition_kind,
                    Some(DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum)
                );
                let (from, to) = if is_type { (own, above) } else { (above, own) };
                add(from, to, EdgeKind::Inherits);
            }
        }
    }
    edges
}

/// What depends on a reference at an offset: the innermost function or class around it, and the
/// variable or field whose value it is part of; the file where there is none.
fn holders(one: &Matched<'_>, offset: u32) -> Vec<NodeId> {
    let (mut owner, mut owner_length) = (one.file, u32::MAX);
    let mut values = Vec::new();
    for (at, definition) in one.facts.semantics.definitions.iter().enumerate() {
        let Some(place) = one.facts.places.definitions.get(at) else { continue };
        if !place.span.contains(offset) {
            continue;
        }
        let Some(id) = one.by_name.get(&place.name.start) else { continue };
        let length = place.span.end - place.span.start;
        match definition.kind {
            DefinitionKind::Variable | DefinitionKind::Field => values.push(*id),
            _ if length < owner_length => (owner, owner_length) = (*id, length),
            _ => {}
        }
    }
    values.push(owner);
    values
}

fn kept(node: &Node) -> KeptNode {
    let symbol = (node.key.kind == NodeKind::Definition).then(|| node.key.symbol.clone());
    (node.key.path.clone(), symbol, node.key.ordinal)
}

#[cfg(test)]
mod tests {
    use super::stands_for;
    use crate::scip::last_name;

    #[test]
    fn names_that_indexers_give_to_what_the_text_calls_otherwise() {
        let is_it = |text: &str, symbol: &str| stands_for(text, last_name(symbol).unwrap(), symbol);
        assert!(is_it("next", "npm a 1 `a.ts`/next12:"));
        assert!(is_it("\"quoted\"", "npm a 1 `a.ts`/quoted3:"));
        assert!(is_it("size", "npm a 1 `a.ts`/C#`<get>size`()."));
        assert!(!is_it("next", "npm a 1 `a.ts`/next12()."));
        assert!(!is_it("other", "npm a 1 `a.ts`/next0:"));
    }
}
