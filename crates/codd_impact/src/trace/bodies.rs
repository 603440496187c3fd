//! Changed bodies, one after the other, in one graph: what each reaches by the search of
//! [`impact`](super::impact), without witnesses.

use std::cmp::Reverse;

use codd_graph::{Confidence, Graph, NodeId, NodeKind};
use codd_source::Watched;

use super::steps::StepTable;
use super::{Bounds, Graphs, Notes, State, Way, levels, search, seeds};
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

/// Room for one question after the other; each thread that asks has its own.
#[derive(Debug)]
pub struct TraceRoom {
    /// By state: the last search that came there.
    seen: Vec<u32>,
    /// By node: the last question that it was an answer to.
    answers: Vec<u32>,
    searches: u32,
    questions: u32,
}

impl<'g> BodyTraces<'g> {
    pub fn new(graph: &'g Graph) -> BodyTraces<'g> {
        BodyTraces { table: StepTable::new(graph) }
    }

    pub fn graph(&self) -> &'g Graph {
        self.table.graph()
    }

    pub fn room(&self) -> TraceRoom {
        let (seen, answers) =
            (vec![0; self.table.slots()], vec![0; self.table.graph().node_count()]);
        TraceRoom { seen, answers, searches: 0, questions: 0 }
    }

    /// What a change of these nodes' bodies reaches, those that matter most first: those nodes,
    /// distances and confidences that [`impact`](super::impact) gives for
    /// [`ChangeSet::of_bodies`].
    pub fn reached(
        &self,
        nodes: &[NodeId],
        options: &ImpactOptions,
        room: &mut TraceRoom,
    ) -> Vec<Traced> {
        let graph = self.table.graph();
        let seeds = seeds::seeds(graph, graph, &ChangeSet::of_bodies(graph, nodes));
        let graphs = Graphs { base: &self.table, head: &self.table };
        let bounds = Bounds::new(graphs, &seeds.states, &Watched::default());
        room.questions += 1;
        let mut reached = Vec::new();
        for level in levels(options) {
            room.searches += 1;
            let mut notes = BodyNotes { level, room, reached: &mut reached };
            search(graphs, &bounds, &seeds.states, (level, options.depth), &mut notes);
        }
        reached.sort_unstable_by_key(Traced::rank);
        reached
    }
}

/// Notes of each node the surest and then shortest way, which is the first that is found.
///
/// A body is traced in the head alone, so the side of a state does not matter.
struct BodyNotes<'a> {
    level: Confidence,
    room: &'a mut TraceRoom,
    reached: &'a mut Vec<Traced>,
}

impl Notes for BodyNotes<'_> {
    fn note(&mut self, state: State, way: impl FnOnce() -> Way) -> bool {
        let seen = &mut self.room.seen[StepTable::slot(state.node, state.aspect)];
        if *seen == self.room.searches {
            return false;
        }
        *seen = self.room.searches;
        let answers = &mut self.room.answers[state.node.index()];
        if *answers != self.room.questions {
            *answers = self.room.questions;
            let (node, confidence) = (state.node, self.level);
            self.reached.push(Traced { node, distance: way().distance, confidence });
        }
        true
    }

    fn next_step(&mut self, _states: &mut Vec<State>) {}
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
            versions: None,
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
