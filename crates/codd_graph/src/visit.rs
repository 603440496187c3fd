//! The graph as petgraph's algorithms see it.

use petgraph::algo::kosaraju_scc;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable,
    VisitMap, Visitable,
};
use petgraph::{Directed, Direction};

use crate::build::edge;
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, Graph, HalfEdge, NodeId};

/// The part of a graph that has edges of some kinds only, none weaker than a floor; edges
/// lead from what depends to what it needs.
#[derive(Clone, Copy, Debug)]
pub struct GraphView<'g> {
    graph: &'g Graph,
    kinds: &'g [EdgeKind],
    floor: Confidence,
}

impl Graph {
    pub fn view<'g>(&'g self, kinds: &'g [EdgeKind], floor: Confidence) -> GraphView<'g> {
        GraphView { graph: self, kinds, floor }
    }

    /// Groups of nodes that depend on one another in a circle through edges of these kinds:
    /// each sorted, and sorted by their first nodes.
    pub fn cycles(&self, kinds: &[EdgeKind]) -> Vec<Vec<NodeId>> {
        let view = self.view(kinds, Confidence::Probable);
        // Tarjan's algorithm is recursive in petgraph, and a chain of imports can be long.
        let mut cycles: Vec<Vec<NodeId>> =
            kosaraju_scc(view).into_iter().filter(|it| it.len() > 1).collect();
        for cycle in &mut cycles {
            cycle.sort();
        }
        cycles.sort();
        cycles
    }
}

impl<'g> GraphView<'g> {
    /// Edges at `node`, `Outgoing` to what it needs.
    pub fn halves(self, node: NodeId, direction: Direction) -> impl Iterator<Item = HalfEdge> + 'g {
        let (halves, governors) = match direction {
            Direction::Outgoing => (self.graph.dependencies(node), &[][..]),
            Direction::Incoming => (self.graph.dependents(node), self.graph.governors(node)),
        };
        let governed = (direction == Direction::Outgoing)
            .then(|| self.graph.governed_with_files(node))
            .into_iter()
            .flatten()
            .map(move |it| edge(node, it, EdgeKind::Governs, Confidence::Exact).half(it));
        halves
            .iter()
            .chain(governors)
            .copied()
            .chain(governed)
            .filter(move |it| it.confidence >= self.floor && self.kinds.contains(&it.kind))
    }
}

impl GraphBase for GraphView<'_> {
    type NodeId = NodeId;
    type EdgeId = (NodeId, NodeId, EdgeKind);
}

impl GraphRef for GraphView<'_> {}

impl Data for GraphView<'_> {
    type NodeWeight = ();
    type EdgeWeight = Confidence;
}

impl GraphProp for GraphView<'_> {
    type EdgeType = Directed;
}

/// Edges or neighbours of one node, as petgraph wants them named.
pub struct Halves<'g>(Box<dyn Iterator<Item = HalfEdge> + 'g>);

impl Iterator for Halves<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|half| half.node)
    }
}

impl<'g> IntoNeighbors for GraphView<'g> {
    type Neighbors = Halves<'g>;

    fn neighbors(self, node: NodeId) -> Halves<'g> {
        Halves(Box::new(self.halves(node, Direction::Outgoing)))
    }
}

impl<'g> IntoNeighborsDirected for GraphView<'g> {
    type NeighborsDirected = Halves<'g>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Halves<'g> {
        Halves(Box::new(self.halves(node, direction)))
    }
}

impl EdgeRef for Edge {
    type NodeId = NodeId;
    type EdgeId = (NodeId, NodeId, EdgeKind);
    type Weight = Confidence;

    fn source(&self) -> NodeId {
        self.from
    }

    fn target(&self) -> NodeId {
        self.to
    }

    fn weight(&self) -> &Confidence {
        &self.confidence
    }

    fn id(&self) -> Self::EdgeId {
        (self.from, self.to, self.kind)
    }
}

/// Edges, as petgraph wants them named.
pub struct Edges<'g>(Box<dyn Iterator<Item = Edge> + 'g>);

impl Iterator for Edges<'_> {
    type Item = Edge;

    fn next(&mut self) -> Option<Edge> {
        self.0.next()
    }
}

impl<'g> IntoEdgeReferences for GraphView<'g> {
    type EdgeRef = Edge;
    type EdgeReferences = Edges<'g>;

    fn edge_references(self) -> Edges<'g> {
        Edges(Box::new(
            self.graph
                .edges()
                .filter(move |it| it.confidence >= self.floor && self.kinds.contains(&it.kind)),
        ))
    }
}

impl<'g> IntoEdges for GraphView<'g> {
    type Edges = Edges<'g>;

    fn edges(self, from: NodeId) -> Edges<'g> {
        Edges(Box::new(self.halves(from, Direction::Outgoing).map(move |half| Edge {
            from,
            to: half.node,
            kind: half.kind,
            confidence: half.confidence,
            basis: half.basis,
            running: half.running,
            reference: half.reference,
        })))
    }
}

impl NodeCount for GraphView<'_> {
    fn node_count(&self) -> usize {
        self.graph.node_count()
    }
}

impl NodeIndexable for GraphView<'_> {
    fn node_bound(&self) -> usize {
        self.graph.node_count()
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }
}

impl NodeCompactIndexable for GraphView<'_> {}

impl IntoNodeIdentifiers for GraphView<'_> {
    type NodeIdentifiers = std::iter::Map<std::ops::Range<u32>, fn(u32) -> NodeId>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        (0..self.graph.node_count() as u32).map(NodeId)
    }
}

/// Which nodes an algorithm has visited.
#[derive(Clone, Debug)]
pub struct Visited(Vec<bool>);

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        !std::mem::replace(&mut self.0[node.index()], true)
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.0[node.index()]
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        std::mem::replace(&mut self.0[node.index()], false)
    }
}

impl Visitable for GraphView<'_> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(vec![false; self.graph.node_count()])
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.resize(self.graph.node_count(), false);
    }
}
