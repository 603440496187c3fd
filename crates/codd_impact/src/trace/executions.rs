//! Which tests can run what, seen from the tests: a method that is chosen when the code runs
//! counts only for a test that comes by an instance of its class.
//!
//! The search from a change backwards cannot tell this: on its way from an overriding method
//! through the overridden one to all who call that, it does not know yet for which test it
//! goes. Here the tests go forwards over the same steps, all at once, in sets. (Rapid type
//! analysis, Bacon and Sweeney, OOPSLA 1996, with each test as a program of its own.)

use std::collections::{BTreeSet, VecDeque};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use codd_graph::{EdgeKind, Graph, HalfEdge, NodeId, NodeKind};
use rustc_hash::FxHashMap;

use super::State;
use super::classes::Classes;
use super::rules::Rules;
use crate::Aspect;

/// More tests than this are not told apart.
const MAX_TESTS: usize = 1 << 16;

const WORDS: usize = 8;

/// A set of the tests of one block.
type Row = [u64; WORDS];

const NONE: u32 = u32::MAX;

/// Questions that are answered by a search of their own; who asks more is given what all tests
/// can run, which costs more once and nothing after that.
const FEW: usize = 3;

/// The tests of a graph, and what each can run.
#[derive(Debug)]
pub(super) struct Executions {
    tests: Numbered,
    flows: Flows,
    /// By block of tests: where they come.
    blocks: Vec<OnceLock<Block>>,
    asked: AtomicUsize,
}

/// Where the tests of one block come; places to which the same tests come share a row.
#[derive(Debug)]
struct Block {
    /// By place: its row.
    numbers: Vec<u32>,
    rows: Vec<Row>,
}

/// From where running goes on to where.
///
/// A place is the behaviour or the interface of a node, or that some instance is made of a
/// class or of one that extends it.
#[derive(Debug, Default)]
struct Flows {
    places: usize,
    /// Sorted by where they come from.
    flows: Vec<Flow>,
    /// Sorted by what they need.
    conditional: Vec<Flow>,
    /// Indices of all, sorted by where they lead.
    backwards: OnceLock<Vec<u32>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Flow {
    from: u32,
    to: u32,
    /// The place that has to be come to as well, if any.
    needs: u32,
}

/// Tests that some changes may reach; of one that is no test nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reachable {
    /// By number, in bits; `None` where every test may be.
    tests: Option<Vec<u64>>,
}

impl Executions {
    pub(super) fn new(graph: &Graph, rules: &Rules<'_>) -> Executions {
        let tests = tests(graph);
        let count = tests.starts.len().div_ceil(WORDS * 64);
        let (flows, mut blocks) = (Flows::default(), Vec::new());
        let asked = AtomicUsize::new(0);
        if tests.starts.len() > MAX_TESTS || count == 0 {
            return Executions { tests, flows, blocks, asked };
        }
        blocks.resize_with(count, OnceLock::new);
        Executions { tests, flows: Flows::new(graph, rules), blocks, asked }
    }

    /// The tests that can run what differs, by one of these states.
    pub(super) fn reachable(
        &self,
        states: impl Iterator<Item = State>,
        rules: &Rules<'_>,
    ) -> Reachable {
        if self.blocks.is_empty() {
            return Reachable { tests: None };
        }
        let mut places: BTreeSet<u32> = BTreeSet::new();
        for state in states {
            match state.aspect {
                Aspect::Behaviour | Aspect::Interface => {
                    places.insert(place(state.node, state.aspect));
                }
                Aspect::Input => {}
                Aspect::Existence | Aspect::Surroundings => {
                    for step in rules.steps(state.node, state.aspect) {
                        let run = step.aspect.implied().iter().filter(|aspect| is_run(**aspect));
                        places.extend(run.map(|aspect| place(step.to, *aspect)));
                    }
                }
            }
        }
        let tests = if self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            self.search(&places)
        } else {
            self.look_up(&places)
        };
        Reachable { tests: Some(tests) }
    }

    /// Whether a node may be reached: it is no test, or one that can run what differs.
    pub(super) fn allows(&self, reachable: &Reachable, node: NodeId) -> bool {
        let Some(tests) = &reachable.tests else { return true };
        let is_reached = |number: u32| {
            let number = number as usize;
            tests[number / 64] >> (number % 64) & 1 == 1
        };
        match self.tests.numbers[node.index()] {
            NONE => self
                .tests
                .several
                .get(&node)
                .is_none_or(|numbers| numbers.iter().any(|it| is_reached(*it))),
            number => is_reached(number),
        }
    }

    /// Which tests come to some of these places, of all that is known of all tests.
    fn look_up(&self, places: &BTreeSet<u32>) -> Vec<u64> {
        let mut found = Vec::with_capacity(self.blocks.len() * WORDS);
        for (at, block) in self.blocks.iter().enumerate() {
            let block = block.get_or_init(|| {
                let tests = self.tests.starts.iter().skip(at * WORDS * 64).take(WORDS * 64);
                Block::new(&self.flows.run(tests, |_| true))
            });
            let mut all = [0; WORDS];
            for place in places {
                join(&mut all, block.row(*place));
            }
            found.extend(all);
        }
        found
    }

    /// The same, by a search among that alone from which these places can be come to.
    fn search(&self, places: &BTreeSet<u32>) -> Vec<u64> {
        let before = self.flows.before(places);
        let is_before = |at: u32| before[at as usize];
        let candidates = self.tests.starts.iter().enumerate();
        let candidates: Vec<usize> = candidates
            .filter(|(_, test)| is_before(place(**test, Aspect::Behaviour)))
            .map(|(number, _)| number)
            .collect();
        let mut found = vec![0; self.blocks.len() * WORDS];
        for block in candidates.chunks(WORDS * 64) {
            let tests = block.iter().map(|number| &self.tests.starts[*number]);
            let rows = self.flows.run(tests, is_before);
            let mut all = [0; WORDS];
            for place in places {
                join(&mut all, &rows[*place as usize]);
            }
            for (bit, number) in block.iter().enumerate() {
                if all[bit / 64] >> (bit % 64) & 1 == 1 {
                    found[number / 64] |= 1 << (number % 64);
                }
            }
        }
        found
    }
}

impl Block {
    fn new(all: &[Row]) -> Block {
        let mut known: FxHashMap<&Row, u32> = FxHashMap::default();
        let mut rows = Vec::new();
        let number = |row| {
            *known.entry(row).or_insert_with(|| {
                rows.push(*row);
                rows.len() as u32 - 1
            })
        };
        let numbers = all.iter().map(number).collect();
        Block { numbers, rows }
    }

    fn row(&self, place: u32) -> &Row {
        &self.rows[self.numbers[place as usize] as usize]
    }
}

/// What test runners call, numbered.
#[derive(Debug, Default)]
struct Numbered {
    /// By node: the number of the test that it is or defines, else `NONE`.
    numbers: Vec<u32>,
    /// By definition: the numbers of the tests that run it, where classes inherit it.
    several: FxHashMap<NodeId, Vec<u32>>,
    /// Where the run of each test begins, by number.
    starts: Vec<NodeId>,
}

/// The definitions that test runners call, and the tests that classes inherit: these come by
/// an instance of their class, which the method alone does not.
///
/// A test that other code uses as well is not told from a function.
fn tests(graph: &Graph) -> Numbered {
    let mut found = Numbered { numbers: vec![NONE; graph.node_count()], ..Numbered::default() };
    for (id, _) in graph.nodes() {
        let dependents = graph.dependents(id);
        let runners = || dependents.iter().filter(|half| half.kind == EdgeKind::Tests);
        if runners().next().is_none() {
            continue;
        }
        let is_used = dependents.iter().any(|half| {
            !matches!(half.kind, EdgeKind::Tests | EdgeKind::Contains | EdgeKind::Governs)
        });
        let is_inherited = |half: &HalfEdge| graph.inherited_test(half.node).is_some();
        let mut own = None;
        let mut all = Vec::new();
        for runner in runners() {
            if is_inherited(runner) {
                let number = found.number(runner.node);
                found.numbers[runner.node.index()] = number;
                all.push(number);
                continue;
            }
            let number = *own.get_or_insert_with(|| found.number(id));
            let defines = graph.dependencies(runner.node).iter();
            let count = defines.filter(|half| half.kind == EdgeKind::Tests).count();
            if count == 1 && graph.node(runner.node).key.kind == NodeKind::Test {
                found.numbers[runner.node.index()] = number;
            }
        }
        if is_used {
            continue;
        }
        if all.is_empty() {
            found.numbers[id.index()] = own.unwrap_or(NONE);
        } else {
            all.extend(own);
            found.several.insert(id, all);
        }
    }
    found
}

impl Numbered {
    fn number(&mut self, start: NodeId) -> u32 {
        self.starts.push(start);
        self.starts.len() as u32 - 1
    }
}

impl Flows {
    /// By place: which of some tests, no more than a row holds, come there by places that count.
    fn run<'t>(
        &self,
        tests: impl Iterator<Item = &'t NodeId>,
        counts: impl Fn(u32) -> bool,
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![[0; WORDS]; self.places];
        let mut todo: VecDeque<u32> = VecDeque::new();
        let mut waits = vec![false; self.places];
        for (bit, test) in tests.enumerate() {
            let start = place(*test, Aspect::Behaviour);
            rows[start as usize][bit / 64] |= 1 << (bit % 64);
            if !std::mem::replace(&mut waits[start as usize], true) {
                todo.push_back(start);
            }
        }
        while let Some(at) = todo.pop_front() {
            waits[at as usize] = false;
            let own = slice(&self.flows, at, |it| it.from);
            let allowed = slice(&self.conditional, at, |it| it.needs);
            for flow in own.iter().chain(allowed).filter(|it| counts(it.to)) {
                let mut coming = rows[flow.from as usize];
                if flow.needs != NONE {
                    let needed = rows[flow.needs as usize];
                    coming.iter_mut().zip(needed).for_each(|(word, needed)| *word &= needed);
                }
                if join(&mut rows[flow.to as usize], &coming)
                    && !std::mem::replace(&mut waits[flow.to as usize], true)
                {
                    todo.push_back(flow.to);
                }
            }
        }
        rows
    }

    /// By place: whether one of `places` can be come to from there.
    fn before(&self, places: &BTreeSet<u32>) -> Vec<bool> {
        let backwards = self.backwards.get_or_init(|| {
            let mut all: Vec<u32> = (0..self.flows.len() as u32).collect();
            all.sort_unstable_by_key(|at| (self.flows[*at as usize].to, *at));
            all
        });
        let mut before = vec![false; self.places];
        let mut todo: Vec<u32> = places.iter().copied().collect();
        while let Some(at) = todo.pop() {
            if std::mem::replace(&mut before[at as usize], true) {
                continue;
            }
            let start = backwards.partition_point(|it| self.flows[*it as usize].to < at);
            let leading = backwards[start..].iter().map(|it| &self.flows[*it as usize]);
            for flow in leading.take_while(|it| it.to == at) {
                todo.push(flow.from);
                todo.extend(Some(flow.needs).filter(|it| *it != NONE));
            }
        }
        before
    }

    fn new(graph: &Graph, rules: &Rules<'_>) -> Flows {
        let classes = Classes::new(graph);
        let mut flows = Flows { places: graph.node_count() * 2, ..Flows::default() };
        let mut made: FxHashMap<NodeId, u32> = FxHashMap::default();
        for (id, _) in graph.nodes() {
            for aspect in [Aspect::Behaviour, Aspect::Interface] {
                let to = place(id, aspect);
                for step in rules.steps(id, aspect).into_iter().filter(|it| is_run(it.aspect)) {
                    let class = classes.chosen_by(graph, rules, id, &step);
                    let needs = class.map_or(NONE, |class| {
                        *made.entry(class).or_insert_with(|| {
                            let place = flows.places as u32;
                            flows.places += 1;
                            let group = classes.group(class).into_iter();
                            flows.flows.extend(group.map(|member| Flow {
                                from: self::place(member, Aspect::Behaviour),
                                to: place,
                                needs: NONE,
                            }));
                            place
                        })
                    });
                    for aspect in step.aspect.implied() {
                        let flow = Flow { from: place(step.to, *aspect), to, needs };
                        flows.flows.push(flow);
                        if needs != NONE {
                            flows.conditional.push(flow);
                        }
                    }
                }
            }
        }
        flows.flows.sort_unstable();
        flows.flows.dedup();
        flows.conditional.sort_unstable_by_key(|it| (it.needs, it.from, it.to));
        flows.conditional.dedup();
        flows
    }
}

/// Whether who comes to this aspect runs the node.
fn is_run(aspect: Aspect) -> bool {
    matches!(aspect, Aspect::Behaviour | Aspect::Interface)
}

fn place(node: NodeId, aspect: Aspect) -> u32 {
    node.0 * 2 + u32::from(aspect == Aspect::Interface)
}

fn join(into: &mut Row, more: &Row) -> bool {
    let mut is_new = false;
    for (word, more) in into.iter_mut().zip(more) {
        is_new |= *more & !*word != 0;
        *word |= more;
    }
    is_new
}

fn slice(flows: &[Flow], place: u32, key: impl Fn(&Flow) -> u32) -> &[Flow] {
    let start = flows.partition_point(|it| key(it) < place);
    let end = flows.partition_point(|it| key(it) <= place);
    &flows[start..end]
}
