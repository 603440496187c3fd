//! Edges that a compiler-grade index gave, kept in the project and joined to its graph.
//!
//! A kept file is one line that says what it is, then a line for each file of code with the
//! content that it was read from; the edges of a file whose content differs are not used. They
//! only ever add to what a change reaches: checks are decided before they are joined, so that
//! nobody passes one by an index that says what is not so.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_db::Analysis;
use codd_facts::Name;
use codd_graph::{EdgeKind, NodeId, NodeKey, NodeKind};
use codd_source::{ContentId, RepoPath, Snapshot};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where they are kept, from the project's root.
pub(crate) const IMPORTS_FOLDER: &str = ".codd/imports";

/// What a kept file says it is.
pub(crate) const FORMAT: &str = "codd-import/1";

/// The most bytes of a kept file that are read.
const LIMIT: usize = 512 << 20;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptHead {
    pub(crate) format: String,
    /// The digest of the index that it was made of.
    pub(crate) index: String,
}

/// A definition, or a file as a whole: path, qualified name, number among those of one name.
pub(crate) type KeptNode = (RepoPath, Option<Name>, u32);

/// Any other line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptFile {
    pub(crate) file: RepoPath,
    pub(crate) content: String,
    /// From what needs to what is needed; sorted.
    pub(crate) edges: Vec<(KeptNode, KeptNode, EdgeKind)>,
}

/// How much of what was imported is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedReport {
    /// Indexes that are kept.
    pub indexes: u32,
    /// Kept files that cannot be read.
    pub unreadable: u32,
    /// Files whose edges are in use.
    pub files: u32,
    /// Files that changed since, or are not there: their edges are not used.
    pub stale: u32,
    /// Edges in use; those that the code itself gave as surely are among them.
    pub edges: u32,
}

impl ImportedReport {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == ImportedReport::default()
    }
}

/// Joins what the snapshots keep to the graph of an analysis.
pub(crate) fn join(snapshots: &[&Snapshot], analysis: &mut Analysis) -> ImportedReport {
    let mut report = ImportedReport::default();
    let mut kept: BTreeMap<ContentId, Arc<[u8]>> = BTreeMap::new();
    for snapshot in snapshots {
        let folder = RepoPath::new(format!("{IMPORTS_FOLDER}/"));
        let below = snapshot.files().range(folder.clone()..);
        let below = below.take_while(|(path, _)| path.as_str().starts_with(folder.as_str()));
        for (path, file) in below.filter(|(path, _)| path.extension() == Some("jsonl")) {
            if kept.contains_key(&file.content) {
                continue;
            }
            match snapshot.read(path) {
                Ok(bytes) if bytes.len() <= LIMIT => {
                    kept.insert(file.content, bytes);
                }
                _ => report.unreadable += 1,
            }
        }
    }
    let mut edges = Vec::new();
    for bytes in kept.values() {
        let Some(files) = files(bytes) else {
            report.unreadable += 1;
            continue;
        };
        report.indexes += 1;
        for file in files {
            let content = analysis.files.get(&file.file).map(|it| it.content.to_string());
            if content.as_deref() != Some(file.content.as_str()) {
                report.stale += 1;
                continue;
            }
            report.files += 1;
            for (from, to, kind) in file.edges {
                if !is_of_code(kind) {
                    continue;
                }
                if let (Some(from), Some(to)) = (node(analysis, from), node(analysis, to)) {
                    report.edges += 1;
                    edges.push((from, to, kind));
                }
            }
        }
    }
    if !edges.is_empty() {
        analysis.graph = Arc::new(analysis.graph.with_imported(edges));
    }
    report
}

/// The lines of a kept file; `None` for one that is none.
fn files(bytes: &[u8]) -> Option<Vec<KeptFile>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.lines();
    let head: KeptHead = serde_json::from_str(lines.next()?).ok()?;
    if head.format != FORMAT {
        return None;
    }
    lines.map(|line| serde_json::from_str(line).ok()).collect()
}

/// Whether an index of code can give edges of a kind: none of them is about controls.
fn is_of_code(kind: EdgeKind) -> bool {
    matches!(
        kind,
        EdgeKind::Calls
            | EdgeKind::Reads
            | EdgeKind::Mentions
            | EdgeKind::Inherits
            | EdgeKind::Imports
    )
}

fn node(analysis: &Analysis, node: KeptNode) -> Option<NodeId> {
    let (path, symbol, ordinal) = node;
    let kind = if symbol.is_some() { NodeKind::Definition } else { NodeKind::File };
    let key = NodeKey { path, kind, symbol: symbol.unwrap_or_default(), ordinal };
    analysis.graph.find(&key)
}

/// The lines of a kept file, and the name by which it is kept: that of its content.
pub(crate) fn written(head: &KeptHead, files: &[KeptFile]) -> (String, Vec<u8>) {
    let mut text = serde_json::to_string(head).expect("a head is JSON");
    text.push('\n');
    for file in files {
        text.push_str(&serde_json::to_string(file).expect("a file's edges are JSON"));
        text.push('\n');
    }
    let name = format!("{IMPORTS_FOLDER}/{}.jsonl", ContentId::of(text.as_bytes()));
    (name, text.into_bytes())
}
