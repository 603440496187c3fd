//! The steps of one graph, each worked out when it is first asked for and then kept.

use std::sync::OnceLock;

use codd_graph::{Graph, NodeId};

use super::State;
use super::executions::{Executions, Reachable};
use super::rules::{Rules, Step};
use crate::Aspect;

/// How many aspects there are.
const ASPECTS: usize = 5;

/// Where a change of each aspect of each node goes next.
///
/// A search asks for the same steps once for each level of confidence, and many searches over
/// one graph ask for the same again.
#[derive(Debug)]
pub(super) struct StepTable<'g> {
    graph: &'g Graph,
    rules: Rules<'g>,
    executions: OnceLock<Executions>,
    /// By node, of those that were asked about: its aspects, in the order of slots.
    steps: OnceLock<Vec<OnceLock<Box<OfNode>>>>,
}

/// The steps of one node, by aspect.
type OfNode = [OnceLock<Box<[Step]>>; ASPECTS];

impl<'g> StepTable<'g> {
    pub(super) fn new(graph: &'g Graph) -> StepTable<'g> {
        let (rules, executions) = (Rules::new(graph), OnceLock::new());
        StepTable { graph, rules, executions, steps: OnceLock::new() }
    }

    /// The tests that changes of these states may reach.
    pub(super) fn reachable(&self, states: impl Iterator<Item = State>) -> Reachable {
        self.executions().reachable(states, self)
    }

    /// Whether a node may be reached at all.
    pub(super) fn allows(&self, reachable: &Reachable, node: NodeId) -> bool {
        self.executions().allows(reachable, node)
    }

    fn executions(&self) -> &Executions {
        self.executions.get_or_init(|| Executions::new(self.graph))
    }

    pub(super) fn rules(&self) -> &Rules<'g> {
        &self.rules
    }

    pub(super) fn graph(&self) -> &'g Graph {
        self.graph
    }

    /// How many pairs of a node and an aspect there are.
    pub(super) fn slots(&self) -> usize {
        self.graph.node_count() * ASPECTS
    }

    /// The number of a node and an aspect among all.
    pub(super) fn slot(node: NodeId, aspect: Aspect) -> usize {
        node.index() * ASPECTS + StepTable::number(aspect)
    }

    fn number(aspect: Aspect) -> usize {
        match aspect {
            Aspect::Existence => 0,
            Aspect::Interface => 1,
            Aspect::Behaviour => 2,
            Aspect::Input => 3,
            Aspect::Surroundings => 4,
        }
    }

    /// By node, the surest step to each first.
    pub(super) fn steps(&self, node: NodeId, aspect: Aspect) -> &[Step] {
        let all = self.steps.get_or_init(|| {
            let mut steps = Vec::new();
            steps.resize_with(self.graph.node_count(), OnceLock::new);
            steps
        });
        all[node.index()].get_or_init(Box::default)[StepTable::number(aspect)]
            .get_or_init(|| self.rules.steps(node, aspect).into_boxed_slice())
    }
}
