//! From a place in a file's facts to its node in the graph.

use codd_facts::{DefinitionId, Semantics};
use codd_graph::{Graph, NodeId, NodeKey, NodeKind};
use codd_source::RepoPath;

pub(crate) fn file_key(path: &RepoPath) -> NodeKey {
    NodeKey { path: path.clone(), kind: NodeKind::File, symbol: "".into(), ordinal: 0 }
}

pub(crate) fn definition_key(path: &RepoPath, semantics: &Semantics, id: DefinitionId) -> NodeKey {
    let definition = semantics.definition(id);
    NodeKey {
        path: path.clone(),
        kind: NodeKind::Definition,
        symbol: definition.qualified_name.clone(),
        ordinal: definition.ordinal,
    }
}

pub(crate) fn file_node(graph: &Graph, path: &RepoPath) -> Option<NodeId> {
    graph.find(&file_key(path))
}

pub(crate) fn definition_node(
    graph: &Graph,
    path: &RepoPath,
    semantics: &Semantics,
    id: DefinitionId,
) -> Option<NodeId> {
    graph.find(&definition_key(path, semantics, id))
}

/// The node of the file's route at `at`.
pub(crate) fn route_node(
    graph: &Graph,
    path: &RepoPath,
    semantics: &Semantics,
    at: u32,
) -> Option<NodeId> {
    let route = &semantics.routes[at as usize];
    let is_same = |it: &&codd_facts::Route| it.method == route.method && it.path == route.path;
    let ordinal = semantics.routes[..at as usize].iter().filter(is_same).count() as u32;
    let symbol = format!("{} {}", route.method, route.path).into();
    graph.find(&NodeKey { path: path.clone(), kind: NodeKind::Route, symbol, ordinal })
}
