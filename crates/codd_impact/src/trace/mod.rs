//! The impact of a change set: reverse reachability from the changed nodes, in both graphs.

mod bodies;
mod classes;
mod executions;
mod flows;
mod origins;
mod rules;
mod seeds;
mod spread;
mod steps;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKey};
use codd_source::{Activity, Watched};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use self::bodies::{BodyTraces, TraceRoom, Traced};
use self::executions::Reachable;
use self::rules::Step;
use self::seeds::Seeds;
use self::spread::{Marks, Spread};
use self::steps::StepTable;
use crate::{
    Aspect, ChangeSet, ImpactOptions, ImpactSet, OtherWay, ReachSide, Reached, WitnessStep,
};

/// The confidences a witness can have, the surest first.
const LEVELS: [Confidence; 3] = [Confidence::Exact, Confidence::Probable, Confidence::Possible];

/// The nodes that `changes` can affect, each with its witness: [`Trace::impact`] for who asks
/// nothing else.
pub fn impact(
    base: &Graph,
    head: &Graph,
    changes: &ChangeSet,
    options: &ImpactOptions,
) -> ImpactSet {
    Trace::new(base, head, changes).impact(options)
}

/// Where one change set goes. What is found out for one question is there for the next.
///
/// Removed nodes, and moved ones under their old key, are traced in the base; added and changed
/// ones in the head; what others see of a node (its signature) in both. `rules.rs` says where a
/// change goes on.
pub struct Trace<'g> {
    changes: &'g ChangeSet,
    seeds: Seeds,
    tables: Tables<'g>,
    bounds: OnceLock<Bounds>,
    /// What is reached at any distance, by the place of its level.
    spreads: [OnceLock<Spread>; LEVELS.len()],
    watched: Watched,
}

impl<'g> Trace<'g> {
    pub fn new(base: &'g Graph, head: &'g Graph, changes: &'g ChangeSet) -> Trace<'g> {
        let seeds = seeds::seeds(base, head, changes);
        let tables = Tables::new(base, head, &seeds.states);
        let spreads = LEVELS.map(|_| OnceLock::new());
        let (bounds, watched) = (OnceLock::new(), Watched::default());
        Trace { changes, seeds, tables, bounds, spreads, watched }
    }

    /// Has `watched` count where the time goes.
    #[must_use]
    pub fn watched_by(self, watched: Watched) -> Trace<'g> {
        Trace { watched, ..self }
    }

    /// The nodes that the changes can affect, each with its witness; a node of both graphs
    /// stands once, under its key in the head.
    pub fn impact(&self, options: &ImpactOptions) -> ImpactSet {
        let _at = self.watched.at(Activity::Trace);
        let outside = self.seeds.outside.clone();
        let Some(graphs) = self.tables.graphs() else {
            return ImpactSet { reached: sorted(outside) };
        };
        let moved = moved(self.changes);
        // What all of them need; it asks several threads itself.
        self.bounds(graphs);
        let levels = levels(options).collect::<Vec<_>>().into_par_iter();
        if options.depth.is_none() {
            let spreads: Vec<&Spread> = levels.map(|level| self.spread(graphs, level)).collect();
            return collect(graphs, &moved, &spreads, outside);
        }
        let spreads: Vec<Spread> =
            levels.map(|level| self.searched(graphs, level, options.depth)).collect();
        collect(graphs, &moved, &spreads.iter().collect::<Vec<_>>(), outside)
    }

    fn bounds(&self, graphs: Graphs<'_>) -> &Bounds {
        self.bounds.get_or_init(|| Bounds::new(graphs, &self.seeds.states, &self.watched))
    }

    /// What is reached on steps of at least `level`.
    fn spread(&self, graphs: Graphs<'_>, level: Confidence) -> &Spread {
        let at = LEVELS.iter().position(|it| *it == level).expect("a level is one of all");
        self.spreads[at].get_or_init(|| self.searched(graphs, level, None))
    }

    /// The same, no further than so many steps.
    fn searched(&self, graphs: Graphs<'_>, level: Confidence, depth: Option<u32>) -> Spread {
        let _at = self.watched.at(Activity::Trace);
        let mut spread = Spread::new(graphs, level);
        search(graphs, self.bounds(graphs), &self.seeds.states, (level, depth), &mut spread);
        spread
    }
}

/// The nodes that moved, by where they were.
fn moved(changes: &ChangeSet) -> FxHashMap<&NodeKey, &NodeKey> {
    let pairs = changes.changes.iter();
    pairs.filter_map(|change| Some((change.moved_from.as_ref()?, &change.node))).collect()
}

/// The steps of each side on which something differs: nothing is worked out for the other, nor
/// asked of it.
struct Tables<'g> {
    base: Option<StepTable<'g>>,
    head: Option<StepTable<'g>>,
}

impl<'g> Tables<'g> {
    fn new(base: &'g Graph, head: &'g Graph, seeds: &[State]) -> Tables<'g> {
        let table = |side, graph| {
            seeds.iter().any(|state| state.side == side).then(|| StepTable::new(graph))
        };
        Tables { base: table(ReachSide::Base, base), head: table(ReachSide::Head, head) }
    }

    /// `None` where nothing differs.
    fn graphs(&self) -> Option<Graphs<'_>> {
        let (base, head) = (self.base.as_ref(), self.head.as_ref());
        Some(Graphs { base: base.or(head)?, head: head.or(base)? })
    }
}

/// Both sides, each with the steps that a change takes in it.
#[derive(Clone, Copy)]
struct Graphs<'a> {
    base: &'a StepTable<'a>,
    head: &'a StepTable<'a>,
}

impl<'a> Graphs<'a> {
    fn of(self, side: ReachSide) -> &'a StepTable<'a> {
        match side {
            ReachSide::Base => self.base,
            ReachSide::Head => self.head,
        }
    }

    /// The node of a state, under its key in the head.
    fn key(self, state: State, moved: &FxHashMap<&NodeKey, &'a NodeKey>) -> &'a NodeKey {
        let key = &self.of(state.side).graph().node(state.node).key;
        match state.side {
            ReachSide::Base => moved.get(key).copied().unwrap_or(key),
            ReachSide::Head => key,
        }
    }
}

/// The tests that a change may reach, by side; `None` of a side where nothing differs.
struct Bounds {
    base: Option<Reachable>,
    head: Option<Reachable>,
}

impl Bounds {
    fn new(graphs: Graphs<'_>, seeds: &[State], watched: &Watched) -> Bounds {
        let of_side = |side| seeds.iter().filter(move |state| state.side == side).copied();
        let is_any = |side| of_side(side).next().is_some();
        let reachable = |side| {
            let _at = watched.at(Activity::Trace);
            is_any(side).then(|| graphs.of(side).reachable(of_side(side)))
        };
        let (base, head) = (ReachSide::Base, ReachSide::Head);
        let (base, head) = if is_any(base) && is_any(head) {
            rayon::join(|| reachable(base), || reachable(head))
        } else {
            (reachable(base), reachable(head))
        };
        Bounds { base, head }
    }

    fn allow(&self, graphs: Graphs<'_>, side: ReachSide, node: NodeId) -> bool {
        let reachable = match side {
            ReachSide::Base => &self.base,
            ReachSide::Head => &self.head,
        };
        reachable.as_ref().is_none_or(|it| graphs.of(side).allows(it, node))
    }
}

/// An aspect of a node that may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    side: ReachSide,
    node: NodeId,
    aspect: Aspect,
}

/// The shortest way to a state.
#[derive(Clone, Copy, Debug)]
struct Way {
    distance: u32,
    via: Option<Arrival>,
}

#[derive(Clone, Copy, Debug)]
struct Arrival {
    from: State,
    edge: EdgeKind,
    confidence: Confidence,
}

/// The levels that count, the surest first.
fn levels(options: &ImpactOptions) -> impl Iterator<Item = Confidence> {
    let floor = options.floor;
    LEVELS.into_iter().filter(move |level| *level >= floor)
}

/// Where a search notes what it reaches.
trait Notes {
    /// Notes the first way to a state; false where there was one already.
    fn note(&mut self, state: State, way: impl FnOnce() -> Way) -> bool;

    /// Brings the states of one more step into the order in which the search goes on from them.
    fn next_step(&mut self, states: &mut Vec<State>);
}

/// Breadth first from `seeds` over steps of at least `level`.
///
/// One such search for each level gives the highest weakest step and, for it, the fewest
/// steps, also under a limit of depth; a single search by (confidence, steps) would not, since
/// the shortest of the surest paths may use a way to a node on it that is not that node's best.
fn search(
    graphs: Graphs<'_>,
    bounds: &Bounds,
    seeds: &[State],
    (level, depth): (Confidence, Option<u32>),
    notes: &mut impl Notes,
) {
    let mut frontier: Vec<State> = Vec::new();
    for seed in seeds {
        if notes.note(*seed, || Way { distance: 0, via: None }) {
            frontier.push(*seed);
        }
    }
    let mut distance = 0;
    while !frontier.is_empty() {
        notes.next_step(&mut frontier);
        if depth.is_some_and(|limit| distance >= limit) {
            break;
        }
        distance += 1;
        let mut next = Vec::new();
        for from in &frontier {
            for step in graphs.of(from.side).steps(from.node, from.aspect) {
                if step.confidence < level || !bounds.allow(graphs, from.side, step.to) {
                    continue;
                }
                for aspect in step.aspect.implied() {
                    let to = State { side: from.side, node: step.to, aspect: *aspect };
                    let Step { edge, confidence, .. } = *step;
                    let via = Some(Arrival { from: *from, edge, confidence });
                    if notes.note(to, || Way { distance, via }) {
                        next.push(to);
                    }
                }
            }
        }
        frontier = next;
    }
}

/// Joins both sides and all levels: each node once, with its best way and the ways others need.
fn collect(
    graphs: Graphs<'_>,
    moved: &FxHashMap<&NodeKey, &NodeKey>,
    spreads: &[&Spread],
    outside: Vec<Reached>,
) -> ImpactSet {
    let mut places = Places::new(graphs, moved);
    let mut best: Vec<(usize, State)> = Vec::new();
    for (at, spread) in spreads.iter().enumerate() {
        for state in &spread.order {
            let place = places.of(*state);
            let Some(known) = best.get_mut(place) else {
                best.push((at, *state));
                continue;
            };
            if known.0 == at && spread.rank(*state) < spread.rank(known.1) {
                known.1 = *state;
            }
        }
    }
    places.sort(&mut best);
    let step = |arrival: Arrival| WitnessStep {
        node: places.key(arrival.from).clone(),
        edge: arrival.edge,
        confidence: arrival.confidence,
        side: arrival.from.side,
        aspect: arrival.from.aspect,
    };
    let way = |at: usize, state: State| {
        *spreads[at].way(state).expect("what was found has a way on which it was")
    };
    let reached = best.iter().map(|(at, state)| {
        let way = way(*at, *state);
        Reached {
            node: places.key(*state).clone(),
            side: state.side,
            aspect: state.aspect,
            distance: way.distance,
            confidence: spreads[*at].level,
            via: way.via.map(step),
            also: Vec::new(),
        }
    });
    let mut reached: Vec<Reached> = reached.collect();
    let mut walked: Vec<Marks> = spreads.iter().map(|_| Marks::default()).collect();
    for (at, state) in &best {
        let mut via = way(*at, *state).via;
        while let Some(Arrival { from, .. }) = via {
            if !walked[*at].mark(from, graphs.of(from.side)) {
                break;
            }
            let way = way(*at, from);
            via = way.via;
            let Some(before) = places.known(from).and_then(|it| reached.get_mut(it)) else { break };
            let other = OtherWay {
                side: from.side,
                aspect: from.aspect,
                confidence: spreads[*at].level,
                distance: way.distance,
                via: way.via.map(step),
            };
            if (other.distance, &other.via) != (before.distance, &before.via) {
                before.also.push(other);
            }
        }
    }
    for node in reached.iter_mut().filter(|node| node.also.len() > 1) {
        node.also.sort_by_key(|other| (other.side, other.aspect, other.confidence));
    }
    let count = reached.len();
    reached.extend(outside.into_iter().filter(|it| !places.have(&it.node)));
    let is_sorted = places.is_by_id && reached.len() == count;
    ImpactSet { reached: if is_sorted { reached } else { sorted(reached) } }
}

/// By node, each once.
fn sorted(mut reached: Vec<Reached>) -> Vec<Reached> {
    reached.sort_by(|a, b| a.node.cmp(&b.node));
    reached.dedup_by(|a, b| a.node == b.node);
    reached
}

/// The nodes that are reached, numbered as they are met: one that both sides have is one.
struct Places<'a> {
    graphs: Graphs<'a>,
    moved: &'a FxHashMap<&'a NodeKey, &'a NodeKey>,
    /// Both sides have the same nodes, none under another key: their ids say which is which,
    /// and in which order they are.
    is_by_id: bool,
    /// How many were met, where ids say which.
    count: usize,
    /// By key, where ids do not.
    numbers: FxHashMap<&'a NodeKey, usize>,
    /// By node its number and one, 0 of one that was not met: a node is met on many ways.
    base: Vec<u32>,
    head: Vec<u32>,
}

impl<'a> Places<'a> {
    fn new(graphs: Graphs<'a>, moved: &'a FxHashMap<&'a NodeKey, &'a NodeKey>) -> Places<'a> {
        let (base, head) = (graphs.base.graph(), graphs.head.graph());
        let is_by_id = moved.is_empty() && base.shares_nodes_with(head);
        let numbers = FxHashMap::default();
        let head = vec![0; head.node_count()];
        let base = if is_by_id { Vec::new() } else { vec![0; base.node_count()] };
        Places { graphs, moved, is_by_id, count: 0, numbers, base, head }
    }

    /// What a node is called in the answer: by its key in the head.
    fn key(&self, state: State) -> &'a NodeKey {
        self.graphs.key(state, self.moved)
    }

    fn of(&mut self, state: State) -> usize {
        if let Some(number) = self.known(state) {
            return number;
        }
        let number = if self.is_by_id {
            self.count += 1;
            self.count - 1
        } else {
            let next = self.numbers.len();
            *self.numbers.entry(self.key(state)).or_insert(next)
        };
        self.put(state, number);
        number
    }

    /// Brings what was met into the order of nodes, where that is known.
    fn sort(&mut self, best: &mut [(usize, State)]) {
        if self.is_by_id {
            best.sort_unstable_by_key(|(_, state)| state.node);
            for (number, (_, state)) in best.iter().enumerate() {
                self.put(*state, number);
            }
        }
    }

    fn put(&mut self, state: State, number: usize) {
        let met = match state.side {
            ReachSide::Base if !self.is_by_id => &mut self.base,
            _ => &mut self.head,
        };
        met[state.node.index()] = number as u32 + 1;
    }

    /// Whether a node is among them, by what it is called in the answer.
    fn have(&self, key: &NodeKey) -> bool {
        if !self.is_by_id {
            return self.numbers.contains_key(key);
        }
        let node = self.graphs.head.graph().find(key);
        node.is_some_and(|it| self.head[it.index()] != 0)
    }

    fn known(&self, state: State) -> Option<usize> {
        let met = match state.side {
            ReachSide::Base if !self.is_by_id => &self.base,
            _ => &self.head,
        };
        (met[state.node.index()] as usize).checked_sub(1)
    }
}
