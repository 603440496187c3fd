//! From nodes and spans of the analysis to the records that are written out.

use std::sync::Arc;

use codd_db::{Analysis, AnalysisFile};
use codd_facts::FileFacts;
use codd_graph::{NodeId, NodeKey, NodeKind, NodePlace};
use codd_source::{
    Diagnostic, DiagnosticSeverity, FileKind, LineIndex, ReadError, RepoPath, SkipReason, Snapshot,
    SnapshotKind, Span, without_byte_order_mark,
};
use codd_verify::FindingPlace;

use crate::names::node_kind;
use crate::{DiagnosticRecord, Location, NodeRecord, SnapshotRecord};

/// The code of what is there and cannot be read.
pub(crate) const UNREADABLE: &str = "input::unreadable";

/// The most lines of source that a location carries.
const SNIPPET_LINES: u32 = 5;

/// The most bytes of one line that a location carries.
const SNIPPET_WIDTH: usize = 240;

/// One side of an assessment, asked for lines and text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) analysis: &'a Analysis,
}

impl Side<'_> {
    pub(crate) fn file(&self, path: &RepoPath) -> Option<&AnalysisFile> {
        self.analysis.files.get(path)
    }

    /// The node in words, with the line it starts on where this side has it.
    pub(crate) fn node(&self, key: &NodeKey) -> NodeRecord {
        // Nothing that a graph says is told of a file as a whole, which most edits are told of.
        let is_file = key.kind == NodeKind::File;
        self.node_at(key, (!is_file).then(|| self.analysis.graph.find(key)).flatten())
    }

    /// The same of one of which it is known which node of this side it is, if any.
    pub(crate) fn node_at(&self, key: &NodeKey, id: Option<NodeId>) -> NodeRecord {
        let symbol = self.symbol_at(key, id);
        NodeRecord {
            kind: node_kind(key.kind).to_owned(),
            path: key.path.to_string(),
            symbol,
            line: self.line(key, id),
        }
    }

    /// The function that a test consists of; `None` for all that is no test.
    pub(crate) fn body_of_test(&self, key: &NodeKey) -> Option<NodeKey> {
        if key.kind != NodeKind::Test {
            return None;
        }
        let graph = &self.analysis.graph;
        let NodePlace::Test(at) = graph.node(graph.find(key)?).place else { return None };
        let semantics = &self.file(&key.path)?.facts()?.semantics;
        let body = semantics.definition(semantics.tests.get(at as usize)?.definition);
        Some(NodeKey {
            path: key.path.clone(),
            kind: NodeKind::Definition,
            symbol: body.qualified_name.clone(),
            ordinal: body.ordinal,
        })
    }

    /// The name within its file; of a route, the method and where it is served.
    fn symbol(&self, key: &NodeKey) -> Option<String> {
        let id = (key.kind == NodeKind::Route).then(|| self.analysis.graph.find(key)).flatten();
        self.symbol_at(key, id)
    }

    fn symbol_at(&self, key: &NodeKey, id: Option<NodeId>) -> Option<String> {
        let graph = &self.analysis.graph;
        let served = id.filter(|_| key.kind == NodeKind::Route);
        let symbol = served.map_or(&key.symbol, |id| &graph.node(id).dotted);
        Some(symbol.to_string()).filter(|symbol| !symbol.is_empty())
    }

    /// A diagnostic for each file that the repository names and does not have: what it holds is
    /// not a question of the change, so no answer without it is one.
    pub(crate) fn lost_files(&self, is_base: bool) -> Vec<Diagnostic> {
        let failed = self.analysis.files.iter().filter(|(_, it)| it.outline.failure.is_some());
        failed
            .filter_map(|(path, _)| match self.snapshot.read(path) {
                Err(ReadError::Repository(error)) => {
                    let message =
                        if is_base { format!("in the base: {error}") } else { error.to_string() };
                    let diagnostic = Diagnostic::error(error.code(), message).in_file(path);
                    Some(match error.help() {
                        Some(help) => diagnostic.help(help),
                        None => diagnostic,
                    })
                }
                _ => None,
            })
            .collect()
    }

    /// A text about a file without the secrets of that file.
    pub(crate) fn without_secrets(&self, path: &RepoPath, text: &str) -> String {
        let spans = self.file(path).map(concealed).unwrap_or_default();
        let Some(bytes) = Some(spans.as_slice())
            .filter(|it| !it.is_empty())
            .and_then(|_| self.snapshot.read(path).ok())
        else {
            return text.to_owned();
        };
        let bytes = without_byte_order_mark(&bytes);
        let mut text = text.to_owned();
        for span in spans {
            let range = span.start as usize..span.end as usize;
            let secret = bytes.get(range).and_then(|it| std::str::from_utf8(it).ok());
            if let Some(secret) = secret.filter(|it| !it.is_empty()) {
                text = text.replace(secret, "***");
            }
        }
        text
    }

    fn line(&self, key: &NodeKey, id: Option<NodeId>) -> Option<u32> {
        self.file(&key.path)?.line_of(self.analysis.graph.node(id?).place)
    }

    /// Where a definition, route or test of this side stands.
    pub(crate) fn span(&self, key: &NodeKey) -> Option<Span> {
        let graph = &self.analysis.graph;
        let node = graph.node(graph.find(key)?);
        let facts = self.file(&key.path)?.facts()?;
        place_span(facts, node.place)
    }

    pub(crate) fn location(&self, place: &FindingPlace) -> Location {
        let symbol = self.symbol(&place.anchor);
        match self.file(&place.path) {
            Some(file) => {
                let lines = file.lines();
                let concealed = concealed(file);
                let location = location(self.snapshot, &place.path, lines, place.span, &concealed);
                Location { symbol, ..location }
            }
            None => Location { symbol, ..in_snapshot(self.snapshot, &place.path, place.span) },
        }
    }
}

/// The places of a file that no output may show: its secrets.
fn concealed(file: &AnalysisFile) -> Vec<Span> {
    let spans = file.hits().iter().flat_map(|hits| &hits.concealed);
    spans.copied().collect()
}

/// The place of a span in a file that was not analysed, such as a requirement file.
pub(crate) fn in_snapshot(snapshot: &Snapshot, path: &RepoPath, span: Span) -> Location {
    location(snapshot, path, &lines_of(snapshot, path), span, &[])
}

fn lines_of(snapshot: &Snapshot, path: &RepoPath) -> LineIndex {
    let text = snapshot.read(path).unwrap_or_else(|_| [].into());
    LineIndex::new(&text)
}

fn location(
    snapshot: &Snapshot,
    path: &RepoPath,
    lines: &LineIndex,
    span: Span,
    concealed: &[Span],
) -> Location {
    let place = lines.place(path, span);
    Location {
        path: path.to_string(),
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
        symbol: None,
        snippet: snippet(snapshot, path, lines, (place.start.line, place.end.line), concealed),
    }
}

fn snippet(
    snapshot: &Snapshot,
    path: &RepoPath,
    lines: &LineIndex,
    (from, to): (u32, u32),
    concealed: &[Span],
) -> String {
    let Ok(bytes) = snapshot.read(path) else { return String::new() };
    let text = without_byte_order_mark(&bytes);
    let line = |line| {
        let span = lines.line(line)?;
        let mut bytes = span.of(text).to_vec();
        // As many characters, so that places in the line stay what they are.
        for secret in concealed {
            let start = secret.start.max(span.start).saturating_sub(span.start) as usize;
            let end = secret.end.min(span.end).saturating_sub(span.start) as usize;
            if let Some(part) = bytes.get_mut(start..end) {
                part.iter_mut().filter(|it| !it.is_ascii_whitespace()).for_each(|it| *it = b'*');
            }
        }
        let bytes = bytes.trim_ascii_end();
        let mut end = bytes.len().min(SNIPPET_WIDTH);
        while end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
            end -= 1;
        }
        Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
    };
    let last = to.min(from.saturating_add(SNIPPET_LINES - 1));
    (from..=last).map_while(line).collect::<Vec<_>>().join("\n")
}

fn place_span(facts: &FileFacts, place: NodePlace) -> Option<Span> {
    let places = &facts.places;
    match place {
        NodePlace::File | NodePlace::Outside => None,
        NodePlace::Definition(id) | NodePlace::InheritedTest { class: id, .. } => {
            places.definitions.get(id.index()).map(|it| it.span)
        }
        NodePlace::Route(at) => places.routes.get(at as usize).copied(),
        NodePlace::Test(at) => {
            let test = facts.semantics.tests.get(at as usize)?;
            places.definitions.get(test.definition.index()).map(|it| it.span)
        }
    }
}

/// Diagnostics as they are written out, each with the text around its first label.
pub(crate) fn diagnostics<'d>(
    snapshot: &Snapshot,
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
) -> Vec<DiagnosticRecord> {
    // One file can have thousands of them, one after the other: its lines are counted once.
    let mut last: Option<(&RepoPath, LineIndex)> = None;
    let mut record = |diagnostic: &'d Diagnostic| {
        let place = diagnostic.path.as_ref().map(|path| {
            let span = diagnostic.labels.first().map_or_else(Span::default, |label| label.span);
            let (_, lines) = match last.take() {
                Some(known) if known.0 == path => last.insert(known),
                _ => last.insert((path, lines_of(snapshot, path))),
            };
            location(snapshot, path, lines, span, &[])
        });
        with_location(diagnostic, place)
    };
    diagnostics.into_iter().map(&mut record).collect()
}

fn with_location(diagnostic: &Diagnostic, location: Option<Location>) -> DiagnosticRecord {
    DiagnosticRecord {
        severity: match diagnostic.severity {
            DiagnosticSeverity::Error => "error",
            DiagnosticSeverity::Warning => "warning",
            DiagnosticSeverity::Note => "note",
        }
        .to_owned(),
        code: diagnostic.code.to_owned(),
        message: diagnostic.message.clone(),
        location,
        label: diagnostic.labels.first().map(|label| label.text.clone()),
        help: diagnostic.help.clone(),
    }
}

/// The paths from which rules and decisions may be read, those of what is there and cannot be
/// read included.
pub(crate) fn inputs(snapshot: &Snapshot) -> impl Iterator<Item = RepoPath> {
    let unread = snapshot.skipped().iter().filter(|it| is_lost(it.reason));
    let mut paths: Vec<RepoPath> = snapshot.files().keys().cloned().collect();
    let count = paths.len();
    paths.extend(unread.map(|it| RepoPath::new(&*it.path)));
    if paths.len() > count {
        paths.sort_unstable();
        paths.dedup();
    }
    paths.into_iter()
}

/// The bytes of a file that says how codd judges, or why it says nothing; `None` where it is
/// not there.
///
/// What is there and cannot be read is never as good as absent: the rest would judge alone.
pub(crate) fn input(snapshot: &Snapshot, path: &RepoPath) -> Option<Result<Arc<[u8]>, Diagnostic>> {
    let error = |message: String| Diagnostic::error(UNREADABLE, message).in_file(path);
    let Some(file) = snapshot.get(path) else {
        let skipped = snapshot.skipped().iter().filter(|it| it.path == path.as_str());
        // Asked for by name, it is missed even where the project itself leaves it out.
        let is_missed = |it: &SkipReason| is_lost(*it) || *it == SkipReason::Ignored;
        let reason = skipped.map(|it| it.reason).find(is_missed)?;
        let error = error(format!("not read: {reason}"));
        return Some(Err(error.help("put a regular file in its place, or remove it")));
    };
    if file.kind == FileKind::Symlink {
        let error = error("a symbolic link, which is not followed".to_owned());
        return Some(Err(error.help("put the file itself in its place")));
    }
    Some(snapshot.read(path).map_err(|found| {
        let help = found.help();
        let error = error(found.to_string());
        match help {
            Some(help) => error.help(help),
            None => error,
        }
    }))
}

/// Whether something is there that would be read if it could be.
fn is_lost(reason: SkipReason) -> bool {
    match reason {
        SkipReason::OtherRepository
        | SkipReason::Submodule
        | SkipReason::SpecialFile
        | SkipReason::NameNotUtf8
        | SkipReason::InvalidName
        | SkipReason::Unreadable
        | SkipReason::TooLarge
        | SkipReason::LfsPointer
        | SkipReason::BinaryPatch
        | SkipReason::MissingObject => true,
        SkipReason::Ignored | SkipReason::Unmerged | SkipReason::LinkedIgnoreFile => false,
    }
}

/// The snapshot as it is written out: what it is of and its digest, without the files.
pub(crate) fn snapshot(snapshot: &Snapshot) -> SnapshotRecord {
    let (kind, commit) = match snapshot.kind() {
        SnapshotKind::Empty => ("empty", None),
        SnapshotKind::Commit { id } => ("commit", Some(id.to_string())),
        SnapshotKind::Index => ("index", None),
        SnapshotKind::WorkTree => ("work tree", None),
        SnapshotKind::Patched { .. } => ("patched", None),
        SnapshotKind::Memory => ("memory", None),
    };
    SnapshotRecord {
        kind: kind.to_owned(),
        commit,
        digest: snapshot.digest().to_owned(),
        files: snapshot.files().len() as u32,
    }
}
