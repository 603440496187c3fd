//! The whole graph, written out in one of many forms.

use codd_db::{Analysis, Progress};
use codd_graph::{Basis, Confidence, EdgeKind};
use codd_source::{RepoPath, Snapshot};

use super::graph::{ExportQuestion, node_line, reference_line, symbol};
use crate::exports::{ExportFormat, ExportedFile, GraphTables, Write};
use crate::records::Side;
use crate::{EdgeRecord, Workspace, WorkspaceError, names, scip};

/// One node of `graph export`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportNode {
    /// Of a package or a control, its name.
    pub file: String,
    /// Null for the file's top level.
    pub symbol: Option<String>,
    /// `file`, `definition`, `route`, `test`, `package`, `control`.
    pub kind: String,
    /// Of a definition: `function`, `class`, …
    pub definition: Option<String>,
    pub language: Option<String>,
    pub line: Option<u32>,
}

impl Workspace {
    /// Every edge of the graph that impact follows whatever it is that changed, each from the
    /// one that needs to the one that is needed, and the nodes between which they are.
    ///
    /// That a class holds its methods is no such edge: only a change of its bases or
    /// decorators goes on to them.
    ///
    /// # Errors
    ///
    /// Where the snapshot cannot be read.
    pub fn export(
        &mut self,
        question: ExportQuestion,
        format: &ExportFormat,
        progress: &dyn Progress,
    ) -> Result<Vec<ExportedFile>, WorkspaceError> {
        let (snapshot, analysis) = if question.only_own {
            self.analyse_graph(progress)?
        } else {
            self.analyse_joined(progress)?
        };
        Ok(match format.write {
            Write::Tables(write) => write(&tables(&snapshot, &analysis, question)),
            Write::Index => {
                let text = |path: &RepoPath| Some(snapshot.read(path).ok()?.to_vec());
                let bytes = scip::index(&analysis, question.floor, &text);
                vec![ExportedFile { name: None, bytes }]
            }
        })
    }
}

fn tables(snapshot: &Snapshot, analysis: &Analysis, question: ExportQuestion) -> GraphTables {
    let side = Side { snapshot, analysis };
    let nodes = analysis.graph.nodes().map(|(_, node)| {
        let record = side.node(&node.key);
        ExportNode {
            file: record.path,
            symbol: record.symbol,
            kind: record.kind,
            definition: node.definition_kind.map(|it| names::definition_kind(it).to_owned()),
            language: node.language.as_ref().map(ToString::to_string),
            line: record.line,
        }
    });
    let mut edges = edges(analysis, question);
    edges.sort_by(|a, b| (&a.2, a.0, a.1).cmp(&(&b.2, b.0, b.1)));
    GraphTables { nodes: nodes.collect(), edges }
}

fn edges(analysis: &Analysis, question: ExportQuestion) -> Vec<(u32, u32, EdgeRecord)> {
    let graph = &analysis.graph;
    let mut records = Vec::with_capacity(graph.edge_count());
    for edge in graph.edges() {
        if question.only_references && edge.basis == Basis::Implied {
            continue;
        }
        let (mut from, mut to, mut confidence) = (edge.from, edge.to, edge.confidence);
        match edge.kind {
            // What stands inside a function sees its locals.
            EdgeKind::Contains if graph.node(from).is_function() => {
                (from, to) = (to, from);
                confidence = confidence.min(Confidence::Probable);
            }
            // What a control governs is `codd controls list`.
            EdgeKind::Contains | EdgeKind::Governs => continue,
            _ => {}
        }
        if confidence < question.floor {
            continue;
        }
        let from_line = edge
            .reference
            .and_then(|at| reference_line(analysis, &graph.node(from).key.path, at))
            .unwrap_or_else(|| node_line(analysis, from));
        let record = EdgeRecord {
            from_file: graph.node(from).key.path.to_string(),
            from_symbol: symbol(graph.node(from)),
            from_line,
            to_file: graph.node(to).key.path.to_string(),
            to_symbol: symbol(graph.node(to)),
            to_line: node_line(analysis, to),
            kind: names::edge_kind(edge.kind).to_owned(),
            confidence: names::confidence(confidence).to_owned(),
            basis: names::basis(edge.basis).to_owned(),
        };
        records.push((from.0, to.0, record));
    }
    records
}
