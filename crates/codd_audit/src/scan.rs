//! What the graph of a project holds, counted.

use std::collections::BTreeMap;

use codd_db::Analysis;
use codd_graph::{NodeId, NodeKind};
use codd_source::Snapshot;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Coverage, ImportedReport, coverage, names};

/// The answer of `codd scan`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScanReport {
    /// Nodes by kind.
    pub nodes: BTreeMap<String, u32>,
    /// Edges by kind, then by confidence.
    pub edges: BTreeMap<String, BTreeMap<String, u32>>,
    /// Files that import each other in a circle, each circle sorted by path.
    pub import_cycles: Vec<Vec<String>>,
    pub bytes: u64,
    /// What indexes of other tools add.
    #[serde(default, skip_serializing_if = "ImportedReport::is_empty")]
    pub imported: ImportedReport,
    pub coverage: Coverage,
}

impl ScanReport {
    pub(crate) fn of(snapshot: &Snapshot, analysis: &Analysis) -> ScanReport {
        let mut report = ScanReport {
            coverage: coverage::coverage(snapshot, analysis),
            bytes: analysis.files.values().map(|file| file.outline.bytes).sum(),
            ..ScanReport::default()
        };
        let statistics = analysis.graph.statistics();
        for (kind, count) in statistics.nodes {
            let kind = match kind {
                NodeKind::File => "files",
                NodeKind::Definition => "definitions",
                NodeKind::Route => "routes",
                NodeKind::Test => "tests",
                NodeKind::Package => "packages",
                NodeKind::Control => "controls",
            };
            report.nodes.insert(kind.to_owned(), count);
        }
        let path = |id: &NodeId| analysis.graph.node(*id).key.path.to_string();
        report.import_cycles =
            statistics.import_cycles.iter().map(|cycle| cycle.iter().map(path).collect()).collect();
        for ((kind, confidence), count) in statistics.edges {
            let by_confidence = report.edges.entry(names::edge_kind(kind).to_owned()).or_default();
            by_confidence.insert(names::confidence(confidence).to_owned(), count);
        }
        report
    }
}

/// A reference that names something of the project, or might, and found nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnresolvedRecord {
    pub path: String,
    pub line: u32,
    /// The name or module, as written.
    pub name: String,
    pub reason: String,
}

/// Every unresolved reference, by file and line.
pub(crate) fn unresolved(analysis: &Analysis) -> Vec<UnresolvedRecord> {
    let mut records = Vec::new();
    for (path, file) in analysis.files.iter() {
        for it in file.outline.unresolved.iter() {
            let places = file.facts().map(|facts| &facts.places.references);
            let span = it.reference.and_then(|at| places?.get(at as usize).copied());
            let line = span.map_or(1, |span| file.lines().position(span.start).line);
            let (name, reason) =
                (it.name.to_string(), names::unresolved_reason(it.reason).to_owned());
            records.push(UnresolvedRecord { path: path.to_string(), line, name, reason });
        }
    }
    records.sort();
    records
}
