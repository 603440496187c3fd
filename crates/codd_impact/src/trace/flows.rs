//! From where running goes on to where, and who comes where.
//!
//! Places that all lead to one another, whatever instances there are, are one group: most of a
//! large program is, and a group is come to as a whole.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use codd_graph::{Graph, NodeId};
use rustc_hash::FxHashMap;

use super::classes::Classes;
use super::rules::Rules;
use crate::Aspect;

pub(super) const WORDS: usize = 8;

/// A set of the tests of one block.
pub(super) type Row = [u64; WORDS];

const NONE: u32 = u32::MAX;

/// From where running goes on to where.
///
/// A place is the behaviour or the interface of a node, or that some instance is made of a
/// class or of one that extends it.
#[derive(Debug, Default)]
pub(super) struct Flows {
    /// By place: its group. Who only leads to others has a number above theirs.
    groups: Vec<u32>,
    /// How many groups there are.
    count: usize,
    /// By the group they come from.
    own: Table,
    /// Those that need something, by what they need.
    conditional: Table,
    /// By the group that they lead to.
    backwards: OnceLock<Table>,
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
    /// Each of `flows` has a key below `count`.
    fn new(count: usize, mut flows: Vec<Flow>, key: impl Fn(&Flow) -> u32) -> Table {
        flows.sort_unstable_by_key(|it| (key(it), it.from, it.to, it.needs));
        flows.dedup();
        let mut starts = Vec::with_capacity(count + 1);
        for (at, flow) in flows.iter().enumerate() {
            while starts.len() <= key(flow) as usize {
                starts.push(at as u32);
            }
        }
        starts.resize(count + 1, flows.len() as u32);
        Table { starts, flows }
    }

    fn of(&self, key: u32) -> &[Flow] {
        let (start, end) = (self.starts[key as usize], self.starts[key as usize + 1]);
        &self.flows[start as usize..end as usize]
    }
}

impl Flows {
    pub(super) fn new(graph: &Graph, rules: &Rules<'_>) -> Flows {
        let (places, flows) = between_places(graph, rules);
        Flows::of(places, flows)
    }

    fn of(places: usize, flows: Vec<Flow>) -> Flows {
        let surely = flows.iter().copied().filter(Flow::needs_nothing).collect();
        let (count, groups) = grouped(places, &Table::new(places, surely, |it| it.from));
        let group = |place: u32| groups.get(place as usize).copied().unwrap_or(NONE);
        let flows = flows.into_iter().map(|it| Flow {
            from: group(it.from),
            to: group(it.to),
            needs: group(it.needs),
        });
        let flows: Vec<Flow> = flows.filter(|it| it.from != it.to).collect();
        let conditional = flows.iter().copied().filter(|it| !it.needs_nothing()).collect();
        let conditional = Table::new(count, conditional, |it| it.needs);
        let own = Table::new(count, flows, |it| it.from);
        Flows { groups, count, own, conditional, backwards: OnceLock::new() }
    }

    /// The group of a place.
    pub(super) fn group(&self, place: u32) -> u32 {
        self.groups[place as usize]
    }

    /// By group: which of some tests, no more than a row holds, come there by groups that count.
    pub(super) fn run<'t>(
        &self,
        tests: impl Iterator<Item = &'t NodeId>,
        counts: impl Fn(u32) -> bool,
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![[0; WORDS]; self.count];
        let mut todo = Todo::new(self.count);
        for (bit, test) in tests.enumerate() {
            let start = self.group(place(*test, Aspect::Behaviour));
            rows[start as usize][bit / 64] |= 1 << (bit % 64);
            todo.add(start);
        }
        // Who leads to others comes first, so that most groups are looked at once.
        while let Some(at) = todo.next() {
            let own = self.own.of(at).iter();
            for flow in own.chain(self.conditional.of(at)).filter(|it| counts(it.to)) {
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

    /// By group: whether one of `groups` can be come to from there, by flows that count.
    pub(super) fn before(
        &self,
        groups: &BTreeSet<u32>,
        counts: impl Fn(&Flow) -> bool,
    ) -> Vec<bool> {
        let backwards = self
            .backwards
            .get_or_init(|| Table::new(self.count, self.own.flows.clone(), |it| it.to));
        let mut before = vec![false; self.count];
        let mut todo: Vec<u32> = groups.iter().copied().collect();
        while let Some(at) = todo.pop() {
            if std::mem::replace(&mut before[at as usize], true) {
                continue;
            }
            for flow in backwards.of(at).iter().filter(|it| counts(it)) {
                todo.push(flow.from);
                todo.extend(Some(flow.needs).filter(|it| *it != NONE));
            }
        }
        before
    }
}

/// The flows between places, and how many places there are.
fn between_places(graph: &Graph, rules: &Rules<'_>) -> (usize, Vec<Flow>) {
    let classes = Classes::new(graph);
    let (mut places, mut flows) = (graph.node_count() * 2, Vec::new());
    let mut made: FxHashMap<NodeId, u32> = FxHashMap::default();
    for (id, _) in graph.nodes() {
        for aspect in [Aspect::Behaviour, Aspect::Interface] {
            let to = place(id, aspect);
            for step in rules.steps(id, aspect).into_iter().filter(|it| is_run(it.aspect)) {
                let class = classes.chosen_by(graph, rules, id, &step);
                let needs = class.map_or(NONE, |class| {
                    *made.entry(class).or_insert_with(|| {
                        let place = places as u32;
                        places += 1;
                        let group = classes.group(class).into_iter();
                        flows.extend(group.map(|member| Flow {
                            from: self::place(member, Aspect::Behaviour),
                            to: place,
                            needs: NONE,
                        }));
                        place
                    })
                });
                for aspect in step.aspect.implied() {
                    flows.push(Flow { from: place(step.to, *aspect), to, needs });
                }
            }
        }
    }
    (places, flows)
}

/// How many groups there are of places that all lead to one another, and by place its group.
///
/// A group has its number once all that it leads to have theirs (Tarjan, 1972).
fn grouped(places: usize, flows: &Table) -> (usize, Vec<u32>) {
    let mut groups = vec![NONE; places];
    // By place: when it was come to first, and the earliest of what it leads back to.
    let (mut seen, mut earliest) = (vec![NONE; places], vec![NONE; places]);
    let (mut clock, mut count) = (0, 0_u32);
    let (mut open, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    for start in 0..places as u32 {
        if seen[start as usize] != NONE {
            continue;
        }
        path.push((start, 0));
        while let Some((at, next)) = path.last_mut() {
            let place = *at as usize;
            if *next == 0 {
                (seen[place], earliest[place]) = (clock, clock);
                clock += 1;
                open.push(*at);
            }
            if let Some(flow) = flows.of(*at).get(*next) {
                *next += 1;
                let to = flow.to as usize;
                if seen[to] == NONE {
                    path.push((flow.to, 0));
                } else if groups[to] == NONE {
                    earliest[place] = earliest[place].min(seen[to]);
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
            let grouped = Flows::of(PLACES as usize, flows.clone());
            // The place of a node's behaviour is twice its number.
            let starts: Vec<NodeId> = tests.into_iter().map(NodeId).collect();
            let rows = grouped.run(starts.iter(), |_| true);
            let targets = BTreeSet::from([grouped.group(target)]);
            let before = grouped.before(&targets, |_| true);
            let surely = grouped.before(&targets, Flow::needs_nothing);
            let near = grouped.run(starts.iter(), |group| before[group as usize]);
            for (bit, test) in starts.iter().enumerate() {
                let start = place(*test, Aspect::Behaviour);
                let come = come_to(start, &flows);
                for at in 0..PLACES {
                    let row = &rows[grouped.group(at) as usize];
                    prop_assert_eq!(row[0] >> bit & 1 == 1, come.contains(&at), "{} to {}", test.0, at);
                }
                let is_found = near[grouped.group(target) as usize][0] >> bit & 1 == 1;
                prop_assert_eq!(is_found, come.contains(&target));
                let group = grouped.group(start) as usize;
                prop_assert!(!surely[group] || is_found);
                prop_assert!(before[group] || !is_found);
            }
        }
    }
}
