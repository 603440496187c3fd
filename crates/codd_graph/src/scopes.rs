//! Which nodes a control governs.

use codd_controls::Scope;
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use crate::graph::HalfEdge;
use crate::names::also_dotted;
use crate::{EdgeKind, Graph, Node, NodeId, NodeKind};

/// The nodes that a scope takes, in node order.
///
/// A scope that names neither symbols nor routes governs whole files: the file and the
/// definitions and routes in it. Generated, vendored and minified files are taken only where
/// an including path pattern names them.
pub fn govern(
    graph: &Graph,
    scope: &Scope,
    is_authored: impl Fn(&RepoPath) -> bool,
) -> Vec<NodeId> {
    governed(&graph.nodes, scope, is_authored)
}

/// The nodes that an edge says are governed; with a file, all of it is, see
/// [`Graph::governors`].
pub(crate) fn edges(
    nodes: &[Node],
    scope: &Scope,
    is_authored: impl Fn(&RepoPath) -> bool,
) -> Vec<NodeId> {
    let mut governed = governed(nodes, scope, is_authored);
    if !scope.is_narrower_than_files() {
        governed.retain(|id| nodes[id.index()].key.kind == NodeKind::File);
    }
    governed
}

impl Graph {
    /// The controls that govern a definition or route with the whole of its file: as edges
    /// that the graph does not hold, being nearly as many as all others.
    pub fn governors(&self, node: NodeId) -> &[HalfEdge] {
        let key = &self.node(node).key;
        if self.governors.is_empty() || !is_governed_with_file(key.kind) {
            return &[];
        }
        let file = self.file_of(node);
        file.and_then(|it| self.governors.get(&it)).map_or(&[], Vec::as_slice)
    }

    /// How many nodes a control governs.
    pub fn governed_count(&self, control: NodeId) -> usize {
        self.governs(control).count() + self.governed_with_files(control).count()
    }

    /// What a control governs with the whole of its file: the other side of
    /// [`Graph::governors`].
    pub(crate) fn governed_with_files(&self, control: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let is_file = |node: &NodeId| self.node(*node).key.kind == NodeKind::File;
        self.governs(control).filter(is_file).flat_map(|file| {
            // Nodes are sorted by path, the file before what is in it.
            let path = &self.node(file).key.path;
            let behind = self.nodes[file.index() + 1..].iter().zip(file.0 + 1..);
            let inside = behind.take_while(move |(node, _)| node.key.path == *path);
            inside
                .filter(|(node, _)| is_governed_with_file(node.key.kind))
                .map(|(_, at)| NodeId(at))
        })
    }

    fn governs(&self, control: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let halves = self.dependencies(control).iter();
        halves.filter(|half| half.kind == EdgeKind::Governs).map(|half| half.node)
    }
}

fn is_governed_with_file(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Definition | NodeKind::Route)
}

/// The edges from the controls that govern whole files, by file.
pub(crate) fn governors(graph: &Graph) -> FxHashMap<NodeId, Vec<HalfEdge>> {
    let mut governors: FxHashMap<NodeId, Vec<HalfEdge>> = FxHashMap::default();
    for (id, _) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Control) {
        for half in graph.dependencies(id).iter().filter(|it| it.kind == EdgeKind::Governs) {
            if graph.node(half.node).key.kind == NodeKind::File {
                let governor = HalfEdge { node: id, ..*half };
                governors.entry(half.node).or_default().push(governor);
            }
        }
    }
    governors
}

fn governed(nodes: &[Node], scope: &Scope, is_authored: impl Fn(&RepoPath) -> bool) -> Vec<NodeId> {
    let mut out = Vec::new();
    // Nodes are sorted by path, and a path is asked for once.
    let mut last: Option<(&RepoPath, bool)> = None;
    for (at, node) in nodes.iter().enumerate() {
        let kind = node.key.kind;
        if !matches!(kind, NodeKind::File | NodeKind::Definition | NodeKind::Route) {
            continue;
        }
        let path = &node.key.path;
        let is_taken = match last {
            Some((known, is_taken)) if known == path => is_taken,
            _ => {
                scope.takes_path(path.as_str())
                    && scope.takes_language(language_names(node))
                    && (is_authored(path) || scope.names_path(path.as_str()))
            }
        };
        last = Some((path, is_taken));
        if is_taken && takes_node(scope, node) {
            out.push(NodeId(at as u32));
        }
    }
    out
}

fn language_names(node: &Node) -> &'static [&'static str] {
    node.language.as_deref().map_or(&[], codd_facts::names_of)
}

/// Whether the patterns of a scope's symbols take a node, by its dotted name with or without
/// the source root.
pub fn takes_symbol(scope: &Scope, node: &Node) -> bool {
    match also_dotted(node) {
        Some(also) => scope.takes_symbol(&[&node.dotted, &also]),
        None => scope.takes_symbol(&[&node.dotted]),
    }
}

fn takes_node(scope: &Scope, node: &Node) -> bool {
    if !scope.is_narrower_than_files() {
        return true;
    }
    match node.key.kind {
        NodeKind::Definition if !scope.symbols.is_empty() => takes_symbol(scope, node),
        NodeKind::Route => scope.routes.as_ref().is_some_and(|routes| {
            let (method, _) = node.method_and_path();
            node.paths().any(|path| routes.takes(method, path))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use petgraph::Direction;

    use codd_facts::Name;

    use super::*;
    use crate::testing::fixture;
    use crate::{Confidence, Graph, NodeKey};

    /// `SEC-1` governs the file `/a.py`, and nothing of `/b.py`.
    fn governed_file() -> Graph {
        let graph =
            fixture("//- /a.py\ndef f(): g()\ndef g(): pass\n//- /b.py\ndef h(): pass\n").graph();
        let control = NodeKey {
            path: RepoPath::new("SEC-1"),
            kind: NodeKind::Control,
            symbol: Name::default(),
            ordinal: 0,
        };
        let mut nodes: Vec<Node> = graph.nodes().map(|(_, node)| node.clone()).collect();
        let file = NodeKey { path: RepoPath::new("a.py"), kind: NodeKind::File, ..control.clone() };
        nodes.push(Node { key: control.clone(), ..nodes[0].clone() });
        Graph::from_parts(nodes, [(control, file, EdgeKind::Governs, Confidence::Exact)])
    }

    #[test]
    fn what_is_in_a_governed_file_is_governed_with_it() {
        let graph = governed_file();
        let named = |name: &str| graph.find_symbol(name)[0];
        let control = graph.nodes().find(|(_, it)| it.key.kind == NodeKind::Control).unwrap().0;
        let governing =
            |node| graph.governors(node).iter().map(|half| half.node).collect::<Vec<_>>();
        assert_eq!(governing(named("a.f")), [control]);
        assert_eq!(governing(named("b.h")), []);
        assert_eq!(graph.governed_count(control), 3);

        let view = graph.view(&[EdgeKind::Governs], Confidence::Exact);
        let mut governed: Vec<NodeId> =
            view.halves(control, Direction::Outgoing).map(|half| half.node).collect();
        governed.sort_unstable();
        let mut from_within: Vec<NodeId> = (0..graph.node_count() as u32).map(NodeId).collect();
        from_within
            .retain(|it| view.halves(*it, Direction::Incoming).any(|half| half.node == control));
        assert_eq!(governed.len(), 3);
        assert_eq!(governed, from_within);
    }
}
