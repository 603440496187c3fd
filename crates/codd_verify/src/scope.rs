//! Which files and nodes of a snapshot a control governs.

use codd_controls::{Control, Scope};
use codd_facts::FileClass;
use codd_graph::{EdgeKind, Graph, Node, NodeId, NodeKind};
use codd_source::RepoPath;
use rustc_hash::FxHashSet;

use crate::SnapshotView;

/// Whether a scope takes a file by its path and language.
pub(crate) fn takes_file(scope: &Scope, path: &RepoPath, language: Option<&str>) -> bool {
    scope.takes_path(path.as_str()) && takes_language(scope, language)
}

/// A scope of TypeScript takes TSX too, as the rules for it do.
fn takes_language(scope: &Scope, language: Option<&str>) -> bool {
    scope.takes_language(language)
        || (language == Some("tsx") && scope.takes_language(Some("typescript")))
}

/// The nodes a control governs, in node order.
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
        let scope = &control.applies_to;
        let graph = view.graph;
        let mut governed = Governed::default();
        for (id, node) in graph.nodes() {
            let Some(file) = view.files.get(&node.key.path) else { continue };
            let is_in_file =
                matches!(node.key.kind, NodeKind::File | NodeKind::Definition | NodeKind::Route);
            if !is_in_file
                || !takes_file(scope, &node.key.path, file.language)
                || (file.class != FileClass::Authored && !scope.names_path(node.key.path.as_str()))
            {
                continue;
            }
            match node.key.kind {
                NodeKind::File if !scope.is_narrower_than_files() => governed.files.push(id),
                NodeKind::Definition
                    if scope.routes.is_none() && scope.takes_symbol(&node.dotted) =>
                {
                    governed.definitions.push(id);
                }
                NodeKind::Route if takes_route(scope, graph, id, node) => governed.routes.push(id),
                _ => {}
            }
        }
        governed.code.extend(&governed.definitions);
        for route in &governed.routes {
            governed.code.extend(handlers(graph, *route));
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

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.definitions.is_empty() && self.routes.is_empty()
    }
}

fn takes_route(scope: &Scope, graph: &Graph, id: NodeId, node: &Node) -> bool {
    let (method, path) = node.key.symbol.split_once(' ').unwrap_or(("*", &node.key.symbol));
    let by_route = scope.routes.as_ref().is_none_or(|routes| routes.takes(method, path));
    let by_symbol = scope.symbols.is_empty()
        || handlers(graph, id).any(|handler| scope.takes_symbol(&graph.node(handler).dotted));
    by_route && by_symbol
}

/// The functions and classes that answer a route.
pub(crate) fn handlers(graph: &Graph, route: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    graph
        .dependencies(route)
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Calls)
        .map(|edge| edge.node)
        .filter(|node| graph.node(*node).key.kind == NodeKind::Definition)
}
