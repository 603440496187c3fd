//! From where running goes on to where, and who comes where.
//!
//! Places that all lead to one another, whatever instances there are, are one group: most of a
//! large program is, and a group is come to as a whole.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use codd_graph::{EdgeKind, NodeId};

use super::classes::{Classes, is_chosen};
use super::steps::StepTable;
use crate::Aspect;

pub(super) const WORDS: usize = 8;

/// A set of the tests of one block.
pub(super) type Row = [u64; WORDS];

const NONE: u32 = u32::MAX;

/// From where running goes on to where: all of it, or what leads to some places.
///
/// A place is the behaviour or the interface of a node, or that some instance is made of a
/// class or of one that extends it.
#[derive(Debug, Default)]
pub(super) struct Flows {
    /// By place: its group, `NONE` of one that is not part of this. Who only leads to others has
    /// a number above theirs.
    groups: Vec<u32>,
    /// How many groups there are.
    count: usize,
    /// By the group they come from.
    own: Table,
    /// Those that need something, by what they need.
    conditional: Table,
}

/// Between groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Flow {
    from: u32,
    to: u32,
    /// The place that has to be come to as well, if any.
    needs: u32,
}

impl Flow {
    /// One number that is ordered as flows are, and compared in one step.
    fn packed(&self) -> u128 {
        u128::from(self.from) << 64 | u128::from(self.to) << 32 | u128::from(self.needs)
    }

    pub(super) fn needs_nothing(&self) -> bool {
        self.needs == NONE
    }
}

/// Flows by one of their ends.
#[derive(Debug, Default)]
struct Table {
    starts: Vec<u32>,
    flows: Vec<Flow>,
}

impl Table {
    /// Each of `flows` has a key below `count`; those of one key stay in the order they have.
    fn new(
        count: usize,
        flows: impl Iterator<Item = Flow> + Clone,
        key: impl Fn(&Flow) -> u32,
    ) -> Table {
        let mut starts = vec![0_u32; count + 1];
        for flow in flows.clone() {
            starts[key(&flow) as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut all = vec![Flow { from: 0, to: 0, needs: NONE }; starts[count] as usize];
        for flow in flows {
            let place = &mut next[key(&flow) as usize];
            all[*place as usize] = flow;
            *place += 1;
        }
        Table { starts, flows: all }
    }

    fn of(&self, key: u32) -> &[Flow] {
        let (start, end) = (self.starts[key as usize], self.starts[key as usize + 1]);
        &self.flows[start as usize..end as usize]
    }
}

impl Flows {
    /// All of a graph.
    pub(super) fn all(table: &StepTable<'_>) -> Flows {
        Flows::to(0..table.graph().node_count() as u32 * 2, table)
    }

    /// What leads to some places, whatever instances there are.
    pub(super) fn to(places: impl Iterator<Item = u32>, table: &StepTable<'_>) -> Flows {
        let sources = Sources { table, classes: OnceCell::new() };
        let size = table.graph().node_count() * 3;
        Flows::backwards(places, size, |to, found| sources.of(to, found))
    }

    /// The same among places below `size`, of each of which is told from where it is come to and
    /// what that needs.
    fn backwards(
        places: impl Iterator<Item = u32>,
        size: usize,
        mut sources: impl FnMut(u32, &mut Vec<(u32, u32)>),
    ) -> Flows {
        // Numbered as they are found, so that a few of many places are no more than a few.
        let mut numbers = vec![NONE; size];
        let mut places: Vec<u32> = places.collect();
        for (number, place) in places.iter().enumerate() {
            numbers[*place as usize] = number as u32;
        }
        let (mut flows, mut found) = (Vec::new(), Vec::new());
        // By place: where the flows to it begin, which stand together.
        let mut starts = Vec::new();
        let mut next = 0;
        while let Some(place) = places.get(next) {
            starts.push(flows.len());
            sources(*place, &mut found);
            let mut numbered = |place: u32| {
                let number = &mut numbers[place as usize];
                if *number == NONE {
                    *number = places.len() as u32;
                    places.push(place);
                }
                *number
            };
            for (from, needs) in found.drain(..) {
                let needs = if needs == NONE { NONE } else { numbered(needs) };
                flows.push(Flow { from: numbered(from), to: next as u32, needs });
            }
            next += 1;
        }
        starts.push(flows.len());
        Flows::of(&starts, flows, numbers)
    }

    fn of(starts: &[usize], flows: Vec<Flow>, mut numbers: Vec<u32>) -> Flows {
        let (count, groups) = grouped(starts, &flows);
        let group = |place: u32| groups.get(place as usize).copied().unwrap_or(NONE);
        let flows = flows.into_iter().map(|it| Flow {
            from: group(it.from),
            to: group(it.to),
            needs: group(it.needs),
        });
        // Most of them are within a group, and many others between the same two.
        let mut flows: Vec<Flow> = flows.filter(|it| it.from != it.to).collect();
        flows.sort_unstable_by_key(Flow::packed);
        flows.dedup();
        let conditional = flows.iter().copied().filter(|it| !it.needs_nothing());
        let conditional = Table::new(count, conditional, |it| it.needs);
        let own = Table::new(count, flows.iter().copied(), |it| it.from);
        for number in &mut numbers {
            *number = group(*number);
        }
        Flows { groups: numbers, count, own, conditional }
    }

    /// The group of a place, if it is part of this.
    pub(super) fn group(&self, place: u32) -> Option<u32> {
        Some(self.groups[place as usize]).filter(|it| *it != NONE)
    }

    /// By group: which of some tests, no more than a row holds, come there.
    pub(super) fn run<'t>(&self, tests: impl Iterator<Item = &'t NodeId>) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![[0; WORDS]; self.count];
        let mut todo = Todo::new(self.count);
        for (bit, test) in tests.enumerate() {
            let Some(start) = self.group(place(*test, Aspect::Behaviour)) else { continue };
            rows[start as usize][bit / 64] |= 1 << (bit % 64);
            todo.add(start);
        }
        // Who leads to others comes first, so that most groups are looked at once.
        while let Some(at) = todo.next() {
            for flow in self.own.of(at).iter().chain(self.conditional.of(at)) {
                let mut coming = rows[flow.from as usize];
                if !flow.needs_nothing() {
                    let needed = rows[flow.needs as usize];
                    coming.iter_mut().zip(needed).for_each(|(word, needed)| *word &= needed);
                }
                if join(&mut rows[flow.to as usize], &coming) {
                    todo.add(flow.to);
                }
            }
        }
        rows
    }

    /// By group: whether one of `groups` is come to from there whatever instances there are.
    pub(super) fn surely_before(&self, groups: &BTreeSet<u32>) -> Vec<bool> {
        let mut before = vec![false; self.count];
        // What a group leads to has a number below its own.
        for at in 0..self.count as u32 {
            let leads = |it: &Flow| it.needs_nothing() && before[it.to as usize];
            let is_before = groups.contains(&at) || self.own.of(at).iter().any(leads);
            before[at as usize] = is_before;
        }
        before
    }
}

/// From where the places of a graph are come to.
struct Sources<'a, 'g> {
    table: &'a StepTable<'g>,
    /// Not every change gets to where they matter.
    classes: OnceCell<Classes>,
}

impl Sources<'_, '_> {
    /// The places from which `to` is come to, each with what that needs.
    fn of(&self, to: u32, found: &mut Vec<(u32, u32)>) {
        let graph = self.table.graph();
        let classes = || self.classes.get_or_init(|| Classes::new(graph, self.table.rules()));
        let nodes = graph.node_count() as u32;
        if let Some(class) = to.checked_sub(nodes * 2) {
            let group = classes().group(NodeId(class)).into_iter();
            for member in group {
                found.push((place(member, Aspect::Behaviour), NONE));
                // Who names the type of what it is given may be given one that nobody is seen to
                // make.
                let naming = graph.dependents(member).iter().filter(|half| {
                    half.kind == EdgeKind::Mentions && graph.node(half.node).is_function()
                });
                found.extend(naming.map(|half| (place(half.node, Aspect::Behaviour), NONE)));
            }
            return;
        }
        let (node, aspect) =
            (NodeId(to / 2), if to % 2 == 1 { Aspect::Interface } else { Aspect::Behaviour });
        for step in self.table.steps(node, aspect).iter().filter(|it| is_run(it.aspect)) {
            let is_chosen = is_chosen(graph, node, step);
            let class = is_chosen.then(|| classes().chosen_by(self.table.rules(), node)).flatten();
            let needs = class.map_or(NONE, |class| nodes * 2 + class.0);
            let from = step.aspect.implied().iter().map(|aspect| (place(step.to, *aspect), needs));
            found.extend(from);
        }
    }
}

/// How many groups there are of places that all lead to one another, whatever instances there
/// are, and by place its group. The flows to a place stand between its start and the next.
///
/// A group has its number once all that lead to it have theirs (Tarjan, 1972); they are then
/// counted from the last.
fn grouped(starts: &[usize], flows: &[Flow]) -> (usize, Vec<u32>) {
    let places = starts.len() - 1;
    let mut groups = vec![NONE; places];
    // By place: when it was come to first, and the earliest of what leads back to it.
    let (mut seen, mut earliest) = (vec![NONE; places], vec![NONE; places]);
    let (mut clock, mut count) = (0, 0_u32);
    let (mut open, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    for start in 0..places as u32 {
        if seen[start as usize] != NONE {
            continue;
        }
        path.push((start, starts[start as usize]));
        while let Some((at, next)) = path.last_mut() {
            let place = *at as usize;
            if seen[place] == NONE {
                (seen[place], earliest[place]) = (clock, clock);
                clock += 1;
                open.push(*at);
            }
            let rest = &flows[*next..starts[place + 1]];
            if let Some(skipped) = rest.iter().position(Flow::needs_nothing) {
                let from = rest[skipped].from;
                *next += skipped + 1;
                if seen[from as usize] == NONE {
                    path.push((from, starts[from as usize]));
                } else if groups[from as usize] == NONE {
                    earliest[place] = earliest[place].min(seen[from as usize]);
                }
                continue;
            }
            if earliest[place] == seen[place] {
                while let Some(member) = open.pop() {
                    groups[member as usize] = count;
                    if member as usize == place {
                        break;
                    }
                }
                count += 1;
            }
            path.pop();
            if let Some((before, _)) = path.last() {
                let before = *before as usize;
                earliest[before] = earliest[before].min(earliest[place]);
            }
        }
    }
    for group in &mut groups {
        *group = count - 1 - *group;
    }
    (count as usize, groups)
}

/// Groups that wait, the one with the highest number first.
struct Todo {
    words: Vec<u64>,
    /// No word above this one has a bit.
    highest: usize,
}

impl Todo {
    fn new(count: usize) -> Todo {
        Todo { words: vec![0; count.div_ceil(64).max(1)], highest: 0 }
    }

    fn add(&mut self, group: u32) {
        let word = group as usize / 64;
        self.words[word] |= 1 << (group % 64);
        self.highest = self.highest.max(word);
    }

    fn next(&mut self) -> Option<u32> {
        while self.words[self.highest] == 0 {
            self.highest = self.highest.checked_sub(1)?;
        }
        let bit = self.words[self.highest].ilog2();
        self.words[self.highest] &= !(1 << bit);
        Some(self.highest as u32 * 64 + bit)
    }
}

/// Whether who comes to this aspect runs the node.
pub(super) fn is_run(aspect: Aspect) -> bool {
    matches!(aspect, Aspect::Behaviour | Aspect::Interface)
}

pub(super) fn place(node: NodeId, aspect: Aspect) -> u32 {
    node.0 * 2 + u32::from(aspect == Aspect::Interface)
}

pub(super) fn join(into: &mut Row, more: &Row) -> bool {
    let mut is_new = false;
    for (word, more) in into.iter_mut().zip(more) {
        is_new |= *more & !*word != 0;
        *word |= more;
    }
    is_new
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLACES: u32 = 12;

    /// Where one test comes, step by step over all flows until nothing is new.
    fn come_to(start: u32, flows: &[Flow]) -> BTreeSet<u32> {
        let mut come = BTreeSet::from([start]);
        loop {
            let more: Vec<u32> = flows
                .iter()
                .filter(|it| come.contains(&it.from))
                .filter(|it| it.needs_nothing() || come.contains(&it.needs))
                .map(|it| it.to)
                .filter(|it| !come.contains(it))
                .collect();
            if more.is_empty() {
                return come;
            }
            come.extend(more);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn groups_are_come_to_as_their_places_are(
            flows in prop::collection::vec((0..PLACES, 0..PLACES, prop::option::of(0..PLACES)), 0..40),
            tests in prop::collection::vec(0..PLACES / 2, 1..5),
            target in 0..PLACES,
        ) {
            let flows: Vec<Flow> = flows
                .into_iter()
                .map(|(from, to, needs)| Flow { from, to, needs: needs.unwrap_or(NONE) })
                .collect();
            let sources = |to: u32, found: &mut Vec<(u32, u32)>| {
                let into = flows.iter().filter(|it| it.to == to);
                found.extend(into.map(|it| (it.from, it.needs)));
            };
            let all = Flows::backwards(0..PLACES, PLACES as usize, sources);
            let part = Flows::backwards([target].into_iter(), PLACES as usize, sources);
            // The place of a node's behaviour is twice its number.
            let starts: Vec<NodeId> = tests.into_iter().map(NodeId).collect();
            let (rows, near) = (all.run(starts.iter()), part.run(starts.iter()));
            let aim = part.group(target).expect("what is asked about is part of it");
            let surely = part.surely_before(&BTreeSet::from([aim]));
            for (bit, test) in starts.iter().enumerate() {
                let start = place(*test, Aspect::Behaviour);
                let come = come_to(start, &flows);
                for at in 0..PLACES {
                    let row = &rows[all.group(at).expect("all places are") as usize];
                    prop_assert_eq!(row[0] >> bit & 1 == 1, come.contains(&at), "{} to {}", test.0, at);
                }
                let is_found = near[aim as usize][0] >> bit & 1 == 1;
                prop_assert_eq!(is_found, come.contains(&target));
                let group = part.group(start);
                prop_assert!(group.is_some() || !is_found);
                prop_assert!(group.is_none_or(|it| !surely[it as usize]) || is_found);
            }
        }
    }
}
