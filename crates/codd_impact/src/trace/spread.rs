//! All that one search reaches, each state with the shortest way to it.

use std::cmp::Reverse;

use codd_graph::Confidence;

use super::steps::StepTable;
use super::{Graphs, Notes, State, Way};
use crate::{Aspect, ReachSide};

/// All that is reached by steps of at least one confidence.
#[derive(Debug)]
pub(super) struct Spread {
    pub(super) level: Confidence,
    /// By distance, then in the order of states.
    pub(super) order: Vec<State>,
    base: Ways,
    head: Ways,
}

/// The ways to the states of one side.
#[derive(Debug)]
struct Ways {
    /// How many states the side has.
    slots: usize,
    /// By state: behind which way it stands among all, 0 of one that is not reached; empty until
    /// one is.
    numbers: Vec<u32>,
    all: Vec<Way>,
}

impl Ways {
    fn new(table: &StepTable<'_>) -> Ways {
        Ways { slots: table.slots(), numbers: Vec::new(), all: Vec::new() }
    }

    fn get(&self, slot: usize) -> Option<&Way> {
        let number = *self.numbers.get(slot)?;
        self.all.get((number as usize).checked_sub(1)?)
    }

    /// False where there is one.
    fn add(&mut self, slot: usize, way: impl FnOnce() -> Way) -> bool {
        if self.numbers.is_empty() {
            self.numbers.resize(self.slots, 0);
        }
        if self.numbers[slot] != 0 {
            return false;
        }
        self.all.push(way());
        self.numbers[slot] = self.all.len() as u32;
        true
    }
}

impl Spread {
    pub(super) fn new(graphs: Graphs<'_>, level: Confidence) -> Spread {
        let (base, head) = (Ways::new(graphs.base), Ways::new(graphs.head));
        Spread { level, order: Vec::new(), base, head }
    }

    /// How a state is reached.
    pub(super) fn way(&self, state: State) -> Option<&Way> {
        let ways = match state.side {
            ReachSide::Base => &self.base,
            ReachSide::Head => &self.head,
        };
        ways.get(StepTable::slot(state.node, state.aspect))
    }

    /// Of the states of one node at one level, which is its best: the least.
    pub(super) fn rank(&self, state: State) -> (Option<u32>, Reverse<ReachSide>, Aspect) {
        (self.way(state).map(|it| it.distance), Reverse(state.side), state.aspect)
    }
}

impl Notes for Spread {
    fn note(&mut self, state: State, way: impl FnOnce() -> Way) -> bool {
        let ways = match state.side {
            ReachSide::Base => &mut self.base,
            ReachSide::Head => &mut self.head,
        };
        ways.add(StepTable::slot(state.node, state.aspect), way)
    }

    fn next_step(&mut self, states: &mut Vec<State>) {
        // Of several ways of the same length the one from the first state counts.
        states.sort_unstable();
        self.order.extend_from_slice(states);
    }
}

/// States of a search that something was done with.
#[derive(Debug, Default)]
pub(super) struct Marks {
    base: Vec<bool>,
    head: Vec<bool>,
}

impl Marks {
    /// Marks a state, of which this is the side's table; false where it was marked before.
    pub(super) fn mark(&mut self, state: State, table: &StepTable<'_>) -> bool {
        let marks = match state.side {
            ReachSide::Base => &mut self.base,
            ReachSide::Head => &mut self.head,
        };
        if marks.is_empty() {
            marks.resize(table.slots(), false);
        }
        !std::mem::replace(&mut marks[StepTable::slot(state.node, state.aspect)], true)
    }
}
