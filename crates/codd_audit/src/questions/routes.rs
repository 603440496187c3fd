//! Every route of a project as codd sees it: what answers it, and what runs before.

use codd_db::Progress;
use codd_graph::{EdgeKind, NodeKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::records::Side;
use crate::{NodeRecord, Workspace, WorkspaceError, names};

/// One route with what the framework runs for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteRecord {
    /// In capitals; `*` for any.
    pub method: String,
    /// Where it is served, prefixes of its routers included; several where a router is mounted
    /// more than once.
    pub paths: Vec<String>,
    pub place: NodeRecord,
    /// What answers it; empty where that is not known.
    pub handlers: Vec<NodeRecord>,
    /// Middleware, dependencies and hooks, sorted by place.
    pub before: Vec<BeforeRecord>,
}

/// Something that runs before a route's handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BeforeRecord {
    pub node: NodeRecord,
    /// `exact`, `probable`, `possible`.
    pub confidence: String,
}

impl Workspace {
    /// All routes, by path, then by method, then by place.
    pub fn routes(&mut self, progress: &dyn Progress) -> Result<Vec<RouteRecord>, WorkspaceError> {
        let (snapshot, analysis) = self.analyse_graph(progress)?;
        let side = Side { snapshot: &snapshot, analysis: &analysis };
        let graph = &analysis.graph;
        let routes = graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::Route);
        let mut records: Vec<RouteRecord> = routes
            .map(|(id, node)| {
                let handlers: Vec<_> = graph.handlers(id).collect();
                let runs_before = graph.dependencies(id).iter().filter(|edge| {
                    matches!(edge.kind, EdgeKind::Calls | EdgeKind::Decorates)
                        && !handlers.contains(&edge.node)
                });
                let before = runs_before.map(|edge| BeforeRecord {
                    node: side.node(&graph.node(edge.node).key),
                    confidence: names::confidence(edge.confidence).to_owned(),
                });
                RouteRecord {
                    method: node.method_and_path().0.to_owned(),
                    paths: node.paths().map(str::to_owned).collect(),
                    place: side.node(&node.key),
                    before: before.collect(),
                    handlers: handlers.iter().map(|it| side.node(&graph.node(*it).key)).collect(),
                }
            })
            .collect();
        records.sort_by(|a, b| {
            let key = |it: &RouteRecord| (it.paths.clone(), it.method.clone(), it.place.clone());
            key(a).cmp(&key(b))
        });
        Ok(records)
    }
}
