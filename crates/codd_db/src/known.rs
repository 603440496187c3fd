//! A whole snapshot as an earlier run knew it: its graph, and the outline of each file.
//!
//! ```text
//! edges       u32  little-endian, as all numbers: how many the graph has
//! lengths     u32  of each of the three parts that come next
//! outlines         of the files
//! tables           of the graph
//! text             of the graph
//! numbers          of the graph, which are the rest
//! ```
//!
//! Most edits change nothing of the graph, and it is read when somebody asks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use codd_graph::{Graph, GraphRecord};
use codd_source::{Activity, RepoPath, Watched};
use codd_store::Value;

use crate::analysis::Request;
use crate::beside;
use crate::inputs::Treatment;
use crate::kept::{Identity, KeptFiles};
use crate::outline::{AnalysisFile, DetailSource, Details, FileOutline};
use crate::queries::NameShard;

/// Numbers before the first part.
const NUMBERS: usize = 4;
const HEADER: usize = 4 * NUMBERS;

/// In the order of the request's files, each with the place of its language among all.
type Outlines = Vec<(Option<u8>, FileOutline)>;

/// What is kept of a snapshot under all that it depends on.
struct Kept(Value);

impl Kept {
    fn edge_count(&self) -> Option<usize> {
        self.number(0)
    }

    fn outlines(&self) -> Option<Outlines> {
        bitcode::deserialize(self.part(0)?).ok()
    }

    fn graph(&self) -> Option<Graph> {
        let tables = bitcode::deserialize(self.part(1)?).ok()?;
        let text = std::str::from_utf8(self.part(2)?).ok()?;
        Graph::of_record(&tables, text, self.part(3)?)
    }

    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(4 * at..4 * at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes) as usize)
    }

    fn part(&self, at: usize) -> Option<&[u8]> {
        let mut start = HEADER;
        for before in 0..at {
            start = start.checked_add(self.number(before + 1)?)?;
        }
        if at + 1 < NUMBERS {
            self.0.get(start..start.checked_add(self.number(at + 1)?)?)
        } else {
            self.0.get(start..)
        }
    }
}

fn encoded(graph: &Graph, outlines: &Outlines) -> Option<Vec<u8>> {
    let GraphRecord { tables, text, numbers } = graph.record();
    let (outlines, tables) =
        (bitcode::serialize(outlines).ok()?, bitcode::serialize(&tables).ok()?);
    let parts = [outlines.as_slice(), &tables, text.as_bytes(), &numbers];
    let counts = [graph.edge_count(), outlines.len(), tables.len(), text.len()];
    let mut bytes = Vec::with_capacity(HEADER + parts.iter().map(|it| it.len()).sum::<usize>());
    for count in counts {
        bytes.extend_from_slice(&u32::try_from(count).ok()?.to_le_bytes());
    }
    for part in parts {
        bytes.extend_from_slice(part);
    }
    Some(bytes)
}

/// A snapshot of which nothing was analysed again.
pub(crate) struct KnownSnapshot {
    pub(crate) graph: Arc<Graph>,
    pub(crate) files: Arc<BTreeMap<RepoPath, AnalysisFile>>,
    /// Where the facts and hits of its files come from.
    pub(crate) source: Arc<DetailSource>,
}

/// The snapshot of a request, if an earlier run kept it.
pub(crate) fn snapshot(
    kept: &Arc<KeptFiles>,
    identity: &Identity,
    request: &Request,
    watched: &Watched,
) -> Option<KnownSnapshot> {
    let whole = Kept(kept.snapshot(identity)?);
    let (edge_count, outlines) = (whole.edge_count()?, whole.outlines()?);
    if outlines.len() != request.files.len() {
        return None;
    }
    let watch = watched.clone();
    // Its seal says that it is what was written down.
    let graph = Arc::new(Graph::when_asked(edge_count, move || {
        let _at = watch.at(Activity::Store);
        whole.graph()
    }));
    let source = Arc::new(DetailSource {
        kept: Arc::clone(kept),
        reader: Arc::clone(&request.reader),
        plans: Arc::clone(&request.plans),
        watched: watched.clone(),
        has_lost: AtomicBool::new(false),
    });
    let names: Vec<&'static str> = codd_facts::all_languages().map(|it| it.0.name()).collect();
    let files = request.files.iter().zip(outlines).map(|(file, (language, outline))| {
        let language = language.and_then(|it| names.get(usize::from(it)).copied());
        let outline = FileOutline { language, ..outline };
        let details = Details::kept(&source, &file.path, file.content, file.treatment);
        let is_link = file.treatment == Treatment::Link;
        (file.path.clone(), AnalysisFile { content: file.content, is_link, outline, details })
    });
    Some(KnownSnapshot { graph, files: Arc::new(files.collect()), source })
}

/// Keeps a snapshot for later runs.
pub(crate) fn keep(
    kept: &KeptFiles,
    identity: &Identity,
    graph: &Graph,
    files: &BTreeMap<RepoPath, AnalysisFile>,
    names: &[Arc<NameShard>],
) {
    let place = |name: &str| codd_facts::all_languages().position(|it| it.0.name() == name);
    let outlines = files
        .values()
        .map(|it| (it.outline.language.and_then(place).map(|it| it as u8), it.outline.clone()));
    let outlines = outlines.collect();
    let paths: Vec<&RepoPath> = files.keys().collect();
    if let Some(bytes) = beside::encoded(graph, names, &paths) {
        kept.keep_beside(identity, bytes);
    }
    if let Some(bytes) = encoded(graph, &outlines) {
        kept.keep_snapshot(identity, bytes);
    }
}
