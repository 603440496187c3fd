//! The impact of a change set: reverse reachability from the changed nodes, in both graphs.

mod bodies;
mod classes;
mod executions;
mod flows;
mod origins;
mod rules;
mod seeds;
mod steps;
#[cfg(test)]
mod tests;

use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKey};
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::bodies::{BodyTraces, TraceRoom, Traced};
use self::executions::Reachable;
pub use self::origins::origins;
use self::rules::Step;
use self::steps::StepTable;
use crate::{
    Aspect, ChangeSet, ImpactOptions, ImpactSet, OtherWay, ReachSide, Reached, WitnessStep,
};

/// The confidences a witness can have, the surest first.
const LEVELS: [Confidence; 3] = [Confidence::Exact, Confidence::Probable, Confidence::Possible];

/// The nodes that `changes` can affect, each with its witness.
///
/// Removed nodes, and moved ones under their old key, are traced in `base`; added and changed
/// ones in `head`; what others see of a node (its signature) in both. A node of both graphs
/// stands once, under its key in the head. `rules.rs` says where a change goes on.
pub fn impact(
    base: &Graph,
    head: &Graph,
    changes: &ChangeSet,
    options: &ImpactOptions,
) -> ImpactSet {
    let seeds = seeds::seeds(base, head, changes);
    let tables = Tables::new(base, head, &seeds.states);
    let Some(graphs) = tables.graphs() else {
        return ImpactSet { reached: sorted(seeds.outside) };
    };
    let spreads = spreads(graphs, &seeds.states, options);
    collect(graphs, &moved(changes), &spreads, seeds.outside)
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
    fn new(graphs: Graphs<'_>, seeds: &[State]) -> Bounds {
        let reachable = |side| {
            let of_side = seeds.iter().filter(|state| state.side == side).copied();
            let is_any = of_side.clone().next().is_some();
            is_any.then(|| graphs.of(side).reachable(of_side))
        };
        Bounds { base: reachable(ReachSide::Base), head: reachable(ReachSide::Head) }
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

/// All that is reached by steps of at least one confidence.
#[derive(Debug)]
struct Spread {
    level: Confidence,
    /// By distance, then in the order of states.
    order: Vec<State>,
    ways: FxHashMap<State, Way>,
}

impl Spread {
    /// Of the states of one node at one level, which is its best: the least.
    fn rank(&self, state: State) -> (u32, std::cmp::Reverse<ReachSide>, Aspect) {
        (self.ways[&state].distance, std::cmp::Reverse(state.side), state.aspect)
    }
}

/// What is reached at each level that counts, the surest first.
fn spreads(graphs: Graphs<'_>, seeds: &[State], options: &ImpactOptions) -> Vec<Spread> {
    let bounds = Bounds::new(graphs, seeds);
    levels(options)
        .map(|level| {
            let mut spread = Spread { level, order: Vec::new(), ways: FxHashMap::default() };
            search(graphs, &bounds, seeds, (level, options.depth), &mut spread);
            spread
        })
        .collect()
}

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

impl Notes for Spread {
    fn note(&mut self, state: State, way: impl FnOnce() -> Way) -> bool {
        let std::collections::hash_map::Entry::Vacant(entry) = self.ways.entry(state) else {
            return false;
        };
        entry.insert(way());
        true
    }

    fn next_step(&mut self, states: &mut Vec<State>) {
        // Of several ways of the same length the one from the first state counts.
        states.sort_unstable();
        self.order.extend_from_slice(states);
    }
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
    spreads: &[Spread],
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
    let step = |arrival: Arrival| WitnessStep {
        node: places.key(arrival.from).clone(),
        edge: arrival.edge,
        confidence: arrival.confidence,
        side: arrival.from.side,
        aspect: arrival.from.aspect,
    };
    let reached = best.iter().map(|(at, state)| {
        let way = spreads[*at].ways[state];
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
    let mut walked: FxHashSet<(usize, State)> = FxHashSet::default();
    for (at, state) in &best {
        let spread = &spreads[*at];
        let mut via = spread.ways[state].via;
        while let Some(Arrival { from, .. }) = via {
            if !walked.insert((*at, from)) {
                break;
            }
            let way = spread.ways[&from];
            via = way.via;
            let Some(before) = places.known(from).and_then(|it| reached.get_mut(it)) else { break };
            let other = OtherWay {
                side: from.side,
                aspect: from.aspect,
                confidence: spread.level,
                distance: way.distance,
                via: way.via.map(step),
            };
            if (other.distance, &other.via) != (before.distance, &before.via) {
                before.also.push(other);
            }
        }
    }
    for node in &mut reached {
        node.also.sort_by_key(|other| (other.side, other.aspect, other.confidence));
    }
    let outside = outside.into_iter().filter(|it| !places.numbers.contains_key(&it.node));
    reached.extend(outside);
    ImpactSet { reached: sorted(reached) }
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
    numbers: FxHashMap<&'a NodeKey, usize>,
    /// By side and node, its number: a node is met on many ways.
    met: FxHashMap<(ReachSide, NodeId), usize>,
}

impl<'a> Places<'a> {
    fn new(graphs: Graphs<'a>, moved: &'a FxHashMap<&'a NodeKey, &'a NodeKey>) -> Places<'a> {
        Places { graphs, moved, numbers: FxHashMap::default(), met: FxHashMap::default() }
    }

    /// What a node is called in the answer: by its key in the head.
    fn key(&self, state: State) -> &'a NodeKey {
        self.graphs.key(state, self.moved)
    }

    fn of(&mut self, state: State) -> usize {
        if let Some(number) = self.known(state) {
            return number;
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(self.key(state)).or_insert(next);
        self.met.insert((state.side, state.node), number);
        number
    }

    fn known(&self, state: State) -> Option<usize> {
        self.met.get(&(state.side, state.node)).copied()
    }
}
