//! A whole snapshot as an earlier run knew it: its graph, and the outline of each file.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use codd_graph::{Graph, GraphRecord};
use codd_source::{RepoPath, Watched};
use serde::{Deserialize, Serialize};

use crate::analysis::Request;
use crate::beside;
use crate::inputs::Treatment;
use crate::kept::{Identity, KeptFiles};
use crate::outline::{AnalysisFile, DetailSource, Details, FileOutline};
use crate::queries::NameShard;

/// What is kept of a snapshot under all that it depends on.
#[derive(Serialize, Deserialize)]
struct KeptSnapshot {
    graph: GraphRecord,
    /// In the order of the request's files, each with the place of its language among all.
    outlines: Vec<(Option<u8>, FileOutline)>,
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
    let KeptSnapshot { graph, outlines } = kept.snapshot(identity)?;
    if outlines.len() != request.files.len() {
        return None;
    }
    let graph = Arc::new(Graph::of_record(&graph)?);
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
    kept.keep_snapshot(identity, &KeptSnapshot { graph: graph.record(), outlines });
}
