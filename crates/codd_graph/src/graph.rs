//! The graph of one snapshot: nodes in a stable order, edges both ways in compressed form.

use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{Name, Semantics};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use crate::{Confidence, EdgeKind, FileEdges, Node, NodeId, NodeKey};

/// One file as the graph is built from it.
#[derive(Clone, Debug)]
pub struct GraphFile {
    pub path: RepoPath,
    /// `None` for a file of no known language, or one that could not be parsed.
    pub facts: Option<(Name, Arc<Semantics>, Arc<FileEdges>)>,
    /// Generated, vendored and minified files are governed only where a scope names them.
    pub is_authored: bool,
}

/// An edge seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfEdge {
    pub node: NodeId,
    pub kind: EdgeKind,
    pub confidence: Confidence,
    /// Index into the references of the file in which the edge was made, if any.
    pub reference: Option<u32>,
}

/// Nodes and edges of one snapshot.
///
/// Nodes are sorted by key, so equal snapshots have equal graphs, node numbers included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    nodes: Vec<Node>,
    by_key: FxHashMap<NodeKey, NodeId>,
    dependencies: Adjacency,
    dependents: Adjacency,
}

/// Edges by node: those of node `n` are `edges[starts[n]..starts[n + 1]]`, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Adjacency {
    starts: Vec<u32>,
    edges: Vec<HalfEdge>,
}

impl Graph {
    /// The graph of `files` (sorted by path) under `controls`.
    pub fn build(files: &[GraphFile], controls: &ControlSet) -> Graph {
        let _ = (files, controls);
        Graph::default()
    }

    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(at, node)| (NodeId(at as u32), node))
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    pub fn find(&self, key: &NodeKey) -> Option<NodeId> {
        self.by_key.get(key).copied()
    }

    /// What `node` needs, directly.
    pub fn dependencies(&self, node: NodeId) -> &[HalfEdge] {
        self.dependencies.of(node)
    }

    /// Who needs `node`, directly.
    pub fn dependents(&self, node: NodeId) -> &[HalfEdge] {
        self.dependents.of(node)
    }

    pub fn edge_count(&self) -> usize {
        self.dependencies.edges.len()
    }
}

impl Adjacency {
    fn of(&self, node: NodeId) -> &[HalfEdge] {
        let start = self.starts[node.index()] as usize;
        &self.edges[start..self.starts[node.index() + 1] as usize]
    }
}
