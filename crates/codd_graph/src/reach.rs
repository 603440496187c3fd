//! What can be reached from some nodes, how surely, and along which path.

use std::collections::BTreeMap;

use petgraph::Direction;

use crate::{Confidence, EdgeKind, Graph, NodeId};

/// Kinds of edges along which running one thing can run another; which of them do, and from
/// where, [`running`](crate::Graph::ways_to) says.
///
/// A mention of a class reaches what its body needs and not its methods; what makes an
/// instance has edges to the constructor of its own. `Contains` is not followed.
pub const RUNNING: &[EdgeKind] =
    &[EdgeKind::Calls, EdgeKind::Reads, EdgeKind::Inherits, EdgeKind::Decorates, EdgeKind::Tests];

/// Kinds of edges that make one node depend on another.
pub const DEPENDING: &[EdgeKind] = &[
    EdgeKind::Calls,
    EdgeKind::Reads,
    EdgeKind::Inherits,
    EdgeKind::Decorates,
    EdgeKind::Tests,
    EdgeKind::Mentions,
    EdgeKind::WrittenBy,
    EdgeKind::Imports,
    EdgeKind::Documents,
    EdgeKind::Configures,
];

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct ReachOptions<'k> {
    pub kinds: &'k [EdgeKind],
    /// Weaker edges are not followed.
    pub floor: Confidence,
    /// The longest path, in steps; `None` for any.
    pub depth: Option<u32>,
}

/// A reached node and the last step to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachedNode {
    /// The weakest edge on the way; `Exact` for a node to start with.
    pub confidence: Confidence,
    /// Steps from the nearest start.
    pub distance: u32,
    /// The node before and the kind of the edge between; `None` for a node to start with.
    pub via: Option<(NodeId, EdgeKind)>,
}

/// Everything that was reached, the nodes to start with included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub nodes: BTreeMap<NodeId, ReachedNode>,
}

impl Reach {
    /// The path to a node from where it starts, both included; empty where it was not reached.
    pub fn path(&self, to: NodeId) -> Vec<NodeId> {
        let mut path = Vec::new();
        let mut at = self.nodes.contains_key(&to).then_some(to);
        while let Some(node) = at {
            path.push(node);
            at = self.nodes.get(&node).and_then(|it| it.via).map(|(before, _)| before);
        }
        path.reverse();
        path
    }
}

impl Graph {
    /// Everything that `starts` need, directly or not.
    pub fn dependencies_of(&self, starts: &[NodeId], options: &ReachOptions<'_>) -> Reach {
        self.reach(starts, Direction::Outgoing, options)
    }

    /// Everything that needs `starts`, directly or not.
    pub fn dependents_of(&self, starts: &[NodeId], options: &ReachOptions<'_>) -> Reach {
        self.reach(starts, Direction::Incoming, options)
    }

    /// The surest, then shortest way by which `from` needs `to`; empty where there is none.
    pub fn path(&self, from: NodeId, to: NodeId, options: &ReachOptions<'_>) -> Vec<NodeId> {
        self.dependencies_of(&[from], options).path(to)
    }

    /// Paths are chosen by the highest weakest edge, then the fewest steps, then node order.
    ///
    /// The ways over `Exact` edges alone are found first, then those that need weaker ones.
    fn reach(&self, starts: &[NodeId], direction: Direction, options: &ReachOptions<'_>) -> Reach {
        let mut reach = Reach::default();
        for floor in [Confidence::Exact, Confidence::Probable, Confidence::Possible] {
            if floor < options.floor {
                break;
            }
            self.reach_over(starts, direction, floor, options, &mut reach);
        }
        reach
    }

    fn reach_over(
        &self,
        starts: &[NodeId],
        direction: Direction,
        floor: Confidence,
        options: &ReachOptions<'_>,
        reach: &mut Reach,
    ) {
        let view = self.view(options.kinds, floor);
        let mut seen = vec![false; self.node_count()];
        let mut layer: Vec<NodeId> = starts.to_vec();
        layer.sort();
        layer.dedup();
        for start in &layer {
            seen[start.index()] = true;
            let start_node = ReachedNode { confidence: Confidence::Exact, distance: 0, via: None };
            reach.nodes.entry(*start).or_insert(start_node);
        }
        let mut distance = 0;
        while !layer.is_empty() && options.depth.is_none_or(|depth| distance < depth) {
            distance += 1;
            let mut next = Vec::new();
            for node in &layer {
                for half in view.halves(*node, direction) {
                    if std::mem::replace(&mut seen[half.node.index()], true) {
                        continue;
                    }
                    next.push(half.node);
                    let via = Some((*node, half.kind));
                    let found = ReachedNode { confidence: floor, distance, via };
                    reach.nodes.entry(half.node).or_insert(found);
                }
            }
            next.sort();
            layer = next;
        }
    }
}
