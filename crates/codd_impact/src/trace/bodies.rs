//! Changed bodies, one after the other, in one graph: what each reaches by the search of
//! [`impact`](super::impact), without witnesses.

use std::cmp::Reverse;

use codd_graph::{Confidence, Graph, NodeId, NodeKind};
use rustc_hash::FxHashMap;

use super::steps::StepTable;
use super::{Graphs, State, seeds, spreads};
use crate::{Change, ChangeKind, ChangeSet, ImpactOptions};

/// A graph that is asked many times what the change of a body reaches.
#[derive(Debug)]
pub struct BodyTraces<'g> {
    table: StepTable<'g>,
}

/// A node that a change reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traced {
    pub node: NodeId,
    /// Steps of its witness; 0 for the changed nodes themselves.
    pub distance: u32,
    /// The weakest step of its witness.
    pub confidence: Confidence,
}

impl<'g> BodyTraces<'g> {
    pub fn new(graph: &'g Graph) -> BodyTraces<'g> {
        BodyTraces { table: StepTable::new(graph) }
    }

    /// What a change of these nodes' bodies reaches, in the order of nodes: those nodes,
    /// distances and confidences that [`impact`](super::impact) gives for
    /// [`ChangeSet::of_bodies`].
    pub fn reached(&self, nodes: &[NodeId], options: &ImpactOptions) -> Vec<Traced> {
        let graph = self.table.graph();
        let seeds = seeds::seeds(graph, graph, &ChangeSet::of_bodies(graph, nodes));
        let graphs = Graphs { base: &self.table, head: &self.table };
        // A body is traced in the head alone, so a node is one node here.
        let mut best: FxHashMap<NodeId, (usize, State, Traced)> = FxHashMap::default();
        for (at, spread) in spreads(graphs, &seeds.states, options).iter().enumerate() {
            for state in &spread.order {
                let traced = || Traced {
                    node: state.node,
                    distance: spread.ways[state].distance,
                    confidence: spread.level,
                };
                let entry = best.entry(state.node).or_insert_with(|| (at, *state, traced()));
                if entry.0 == at && spread.rank(*state) < spread.rank(entry.1) {
                    *entry = (at, *state, traced());
                }
            }
        }
        let mut reached: Vec<Traced> = best.into_values().map(|(_, _, traced)| traced).collect();
        reached.sort_by_key(|it| it.node);
        reached
    }
}

impl ChangeSet {
    /// Nothing but changed bodies; of a file, its top level.
    pub fn of_bodies(graph: &Graph, nodes: &[NodeId]) -> ChangeSet {
        let changes = nodes.iter().map(|id| Change {
            node: graph.node(*id).key.clone(),
            kind: match graph.node(*id).key.kind {
                NodeKind::File => ChangeKind::ModuleCode,
                _ => ChangeKind::Body,
            },
            moved_from: None,
        });
        let mut changes: Vec<Change> = changes.collect();
        changes.sort_by(|a, b| a.node.cmp(&b.node));
        ChangeSet { files: Vec::new(), changes }
    }
}

impl Traced {
    /// Nearest first, then surest, then in the order of nodes.
    pub fn rank(&self) -> (u32, Reverse<Confidence>, NodeId) {
        (self.distance, Reverse(self.confidence), self.node)
    }
}
