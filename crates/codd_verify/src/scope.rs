//! Which files and nodes of a snapshot a control governs.

use codd_controls::{Control, Scope};
use codd_facts::FileClass;
use codd_graph::{EdgeKind, Graph, NodeId, NodeKind, govern};
use codd_source::RepoPath;
use rustc_hash::FxHashSet;

use crate::SnapshotView;

/// Whether a scope takes a file by its path and language.
pub(crate) fn takes_file(scope: &Scope, path: &RepoPath, language: Option<&str>) -> bool {
    let names = language.map_or(&[][..], codd_facts::names_of);
    scope.takes_path(path.as_str()) && scope.takes_language(names)
}

/// The nodes a control governs, each list in node order.
#[derive(Debug, Default)]
pub(crate) struct Governed {
    pub(crate) files: Vec<NodeId>,
    pub(crate) definitions: Vec<NodeId>,
    pub(crate) routes: Vec<NodeId>,
    /// Governed definitions and the handlers of governed routes.
    code: FxHashSet<NodeId>,
    paths: FxHashSet<RepoPath>,
}

impl Governed {
    pub(crate) fn of(control: &Control, view: SnapshotView<'_>) -> Governed {
        let graph = view.graph;
        let is_authored = |path: &RepoPath| {
            view.files.get(path).is_some_and(|file| file.class == FileClass::Authored)
        };
        let mut governed = Governed::default();
        for id in govern(graph, &control.applies_to, is_authored) {
            match graph.node(id).key.kind {
                NodeKind::File => governed.files.push(id),
                NodeKind::Definition => governed.definitions.push(id),
                NodeKind::Route => governed.routes.push(id),
                _ => {}
            }
        }
        governed.code.extend(&governed.definitions);
        for route in &governed.routes {
            governed.code.extend(running(graph, *route));
        }
        let nodes = governed.code.iter().chain(&governed.routes);
        governed.paths = nodes.map(|node| graph.node(*node).key.path.clone()).collect();
        governed
    }

    pub(crate) fn has_code_in(&self, path: &RepoPath) -> bool {
        self.paths.contains(path)
    }

    /// Whether the text of this definition is governed.
    pub(crate) fn has_code_of(&self, definition: NodeId) -> bool {
        self.code.contains(&definition)
    }
}

/// The functions and classes that answer a route, or run before what does.
fn running(graph: &Graph, route: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    graph
        .dependencies(route)
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Calls)
        .map(|edge| edge.node)
        .filter(|node| graph.node(*node).key.kind == NodeKind::Definition)
}
