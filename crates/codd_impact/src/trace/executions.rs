//! Which tests can run what, seen from the tests: a method that is chosen when the code runs
//! counts only for a test that comes by an instance of its class.
//!
//! The search from a change backwards cannot tell this: on its way from an overriding method
//! through the overridden one to all who call that, it does not know yet for which test it
//! goes. Here the tests go forwards over the same steps, all at once, in sets. (Rapid type
//! analysis, Bacon and Sweeney, OOPSLA 1996, with each test as a program of its own.)

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use codd_graph::{EdgeKind, Graph, HalfEdge, NodeId, NodeKind};
use rustc_hash::FxHashMap;

use super::State;
use super::flows::{Flows, Row, WORDS, is_run, join, place};
use super::steps::StepTable;
use crate::Aspect;

/// More tests than this are not told apart.
const MAX_TESTS: usize = 1 << 16;

const NONE: u32 = u32::MAX;

/// Questions that are answered by a search of their own; who asks more is given what all tests
/// can run, which costs more once and nothing after that.
const FEW: usize = 3;

/// The tests of a graph, and what each can run.
#[derive(Debug)]
pub(super) struct Executions {
    tests: Numbered,
    flows: OnceLock<Flows>,
    /// By block of tests: where they come.
    blocks: Vec<OnceLock<Block>>,
    asked: AtomicUsize,
}

/// Where the tests of one block come; groups to which the same tests come share a row.
#[derive(Debug)]
struct Block {
    /// By group of places: its row.
    numbers: Vec<u32>,
    rows: Vec<Row>,
}

/// Tests that some changes may reach; of one that is no test nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reachable {
    /// By number, in bits; `None` where every test may be.
    tests: Option<Vec<u64>>,
}

impl Executions {
    pub(super) fn new(graph: &Graph) -> Executions {
        let tests = tests(graph);
        let mut blocks = Vec::new();
        if tests.starts.len() <= MAX_TESTS {
            blocks.resize_with(tests.starts.len().div_ceil(WORDS * 64), OnceLock::new);
        }
        Executions { tests, flows: OnceLock::new(), blocks, asked: AtomicUsize::new(0) }
    }

    /// The tests that can run what differs, by one of these states.
    pub(super) fn reachable(
        &self,
        states: impl Iterator<Item = State>,
        table: &StepTable<'_>,
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
                    for step in table.steps(state.node, state.aspect) {
                        let run = step.aspect.implied().iter().filter(|aspect| is_run(**aspect));
                        places.extend(run.map(|aspect| place(step.to, *aspect)));
                    }
                }
            }
        }
        let tests = if self.asked.fetch_add(1, Ordering::Relaxed) < FEW {
            self.search(&places, table)
        } else {
            self.look_up(&places, table)
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
    fn look_up(&self, places: &BTreeSet<u32>, table: &StepTable<'_>) -> Vec<u64> {
        let flows = self.flows.get_or_init(|| Flows::all(table));
        let groups: BTreeSet<u32> = places.iter().filter_map(|it| flows.group(*it)).collect();
        let mut found = Vec::with_capacity(self.blocks.len() * WORDS);
        for (at, block) in self.blocks.iter().enumerate() {
            let block = block.get_or_init(|| {
                let tests = self.tests.starts.iter().skip(at * WORDS * 64).take(WORDS * 64);
                Block::new(&flows.run(tests))
            });
            let mut all = [0; WORDS];
            for group in &groups {
                join(&mut all, block.row(*group));
            }
            found.extend(all);
        }
        found
    }

    /// The same, by a search among that alone from which these places can be come to.
    fn search(&self, places: &BTreeSet<u32>, table: &StepTable<'_>) -> Vec<u64> {
        let flows = Flows::to(places.iter().copied(), table);
        let groups: BTreeSet<u32> = places.iter().filter_map(|it| flows.group(*it)).collect();
        // Whoever starts here comes there whatever instances there are.
        let surely = flows.surely_before(&groups);
        let mut found = vec![0; self.blocks.len() * WORDS];
        let mut candidates: Vec<usize> = Vec::new();
        for (number, test) in self.tests.starts.iter().enumerate() {
            let Some(start) = flows.group(place(*test, Aspect::Behaviour)) else { continue };
            if surely[start as usize] {
                found[number / 64] |= 1 << (number % 64);
            } else {
                candidates.push(number);
            }
        }
        for block in candidates.chunks(WORDS * 64) {
            let rows = flows.run(block.iter().map(|number| &self.tests.starts[*number]));
            let mut all = [0; WORDS];
            for group in &groups {
                join(&mut all, &rows[*group as usize]);
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

    fn row(&self, group: u32) -> &Row {
        &self.rows[self.numbers[group as usize] as usize]
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
