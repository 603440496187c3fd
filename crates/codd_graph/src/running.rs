//! What runs when something else runs: not everything that depends on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Confidence, EdgeKind, Graph, HalfEdge, NodeId, NodeKind, RUNNING};

/// What counts as running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    pub initialisers: Initialisers,
    pub overriders: Overriders,
}

/// What reading a variable says of the code that made its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialisers {
    /// It ran once, long before: a request that reads a constant does not compute it.
    RanBefore,
    /// It ran for this: a test that reads a constant has loaded its module.
    RunWithIt,
}

/// What a call of a method says of the methods that override it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overriders {
    /// Each of them may run.
    Any,
    /// One of them runs, nobody knows which: sure is only what all do of a method that has
    /// nothing to run of its own.
    All,
}

/// How a node was come to, which decides where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entered {
    /// Its code runs; of a variable, what it holds.
    Run,
    /// Its value is read, which runs nothing.
    Read,
    /// Its code runs without its decorators: it was registered before these were applied.
    Bare,
}

type State = (NodeId, Entered);

/// A target of [`Graph::ways_to`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Running it, or reading its value.
    Use(NodeId),
    /// Running it or what it holds.
    Run(NodeId),
}

/// For every node from which a target is run: how surely, and along which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// By what was come to: how sure, and the next of the way; `None` for a target.
    next: BTreeMap<State, (Confidence, Option<State>)>,
}

impl Ways {
    /// How sure it is that running `from` runs a target; `None` where it does not.
    pub fn confidence(&self, from: NodeId) -> Option<Confidence> {
        self.next.get(&(from, Entered::Run)).map(|(confidence, _)| *confidence)
    }

    /// The way from `from` to a target, both included; empty where there is none.
    pub fn path(&self, from: NodeId) -> Vec<NodeId> {
        let mut path = Vec::new();
        let start = (from, Entered::Run);
        let mut at = self.next.contains_key(&start).then_some(start);
        while let Some(state) = at {
            path.push(state.0);
            at = self.next.get(&state).and_then(|(_, next)| *next);
        }
        path
    }

    /// Everything that runs a target at least this surely, the targets included.
    pub fn starts(&self, floor: Confidence) -> impl Iterator<Item = NodeId> + '_ {
        self.next
            .iter()
            .filter(move |((_, entered), (it, _))| *entered == Entered::Run && *it >= floor)
            .map(|((node, _), _)| *node)
    }
}

impl Graph {
    /// The ways to `targets` that lead through no node of `cut` (sorted).
    ///
    /// Of several ways, the one with the surest weakest edge counts, then the shortest, then
    /// the first by node.
    pub fn ways_to(&self, targets: &[Target], cut: &[NodeId], options: RunOptions) -> Ways {
        let steps = Steps::new(self, options);
        let mut ways = Ways::default();
        for floor in [Confidence::Exact, Confidence::Probable, Confidence::Possible] {
            self.ways_over(&steps, targets, cut, floor, &mut ways);
        }
        ways
    }

    fn ways_over(
        &self,
        steps: &Steps<'_>,
        targets: &[Target],
        cut: &[NodeId],
        floor: Confidence,
        ways: &mut Ways,
    ) {
        let mut seen = vec![false; self.node_count() * ENTERED.len()];
        // By method and how it was come to: how many of its overriders are not known yet to
        // lead to a target.
        let mut missing: BTreeMap<State, usize> = BTreeMap::new();
        let mut layer: Vec<State> = Vec::new();
        for target in targets {
            match target {
                Target::Use(node) => layer.extend(ENTERED.map(|it| (*node, it))),
                Target::Run(node) => layer.extend([(*node, Entered::Run), (*node, Entered::Bare)]),
            }
        }
        layer.sort_unstable();
        layer.dedup();
        for state in &layer {
            seen[place(*state)] = true;
            ways.next.entry(*state).or_insert((Confidence::Exact, None));
        }
        while !layer.is_empty() {
            let mut before: Vec<State> = Vec::new();
            for state in &layer {
                for half in self.dependents(state.0).iter().filter(|it| it.confidence >= floor) {
                    let from = half.node;
                    if cut.binary_search(&from).is_ok() {
                        continue;
                    }
                    let edge = HalfEdge { node: state.0, ..*half };
                    for entered in steps.entered(from) {
                        if seen[place((from, entered))]
                            || steps.follow(from, entered, &edge) != Some(state.1)
                            || !steps.all_override((from, entered), &edge, floor, &mut missing)
                        {
                            continue;
                        }
                        seen[place((from, entered))] = true;
                        before.push((from, entered));
                        ways.next.entry((from, entered)).or_insert((floor, Some(*state)));
                    }
                }
            }
            before.sort_unstable();
            layer = before;
        }
    }

    /// Everything that runs when `starts` do, over edges no weaker than `floor`.
    pub fn run_by(
        &self,
        starts: &[NodeId],
        floor: Confidence,
        options: RunOptions,
    ) -> BTreeSet<NodeId> {
        let steps = Steps::new(self, options);
        let mut seen = vec![false; self.node_count() * ENTERED.len()];
        let mut found: BTreeSet<NodeId> = starts.iter().copied().collect();
        let mut todo: Vec<State> = starts.iter().map(|it| (*it, Entered::Run)).collect();
        while let Some((from, entered)) = todo.pop() {
            for edge in self.dependencies(from).iter().filter(|it| it.confidence >= floor) {
                if let Some(next) = steps.follow(from, entered, edge)
                    && !std::mem::replace(&mut seen[place((edge.node, next))], true)
                {
                    found.insert(edge.node);
                    todo.push((edge.node, next));
                }
            }
        }
        found
    }
}

const ENTERED: [Entered; 3] = [Entered::Run, Entered::Read, Entered::Bare];

/// Where in a table a state has its place.
fn place((node, entered): State) -> usize {
    node.index() * ENTERED.len() + entered as usize
}

/// The edges along which running goes on.
struct Steps<'g> {
    graph: &'g Graph,
    options: RunOptions,
    /// Definitions that a test runner calls.
    tests: Vec<bool>,
    /// Files with tests.
    test_files: BTreeSet<&'g codd_source::RepoPath>,
}

impl<'g> Steps<'g> {
    fn new(graph: &'g Graph, options: RunOptions) -> Steps<'g> {
        let tests = graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::Test);
        let (mut called, mut test_files) = (vec![false; graph.node_count()], BTreeSet::new());
        for (id, node) in tests {
            test_files.insert(&node.key.path);
            for half in graph.dependencies(id).iter().filter(|it| it.kind == EdgeKind::Tests) {
                called[half.node.index()] = true;
            }
        }
        Steps { graph, options, tests: called, test_files }
    }

    /// In which ways a node can be come to.
    fn entered(&self, node: NodeId) -> impl Iterator<Item = Entered> + use<> {
        let it = self.graph.node(node);
        let (is_value, is_function) = (it.is_value(), it.is_function());
        ENTERED.into_iter().filter(move |entered| match entered {
            Entered::Run => true,
            Entered::Read => is_value,
            Entered::Bare => is_function,
        })
    }

    /// How the other end of `edge` is come to when `from` was come to as `entered`; `None`
    /// where running does not go on along it.
    fn follow(&self, from: NodeId, entered: Entered, edge: &HalfEdge) -> Option<Entered> {
        let (source, target) = (self.graph.node(from), self.graph.node(edge.node));
        // No code runs a test, whatever the names it uses.
        let is_of_tests =
            || source.key.kind == NodeKind::Test || self.test_files.contains(&source.key.path);
        if !RUNNING.contains(&edge.kind) || self.tests[edge.node.index()] && !is_of_tests() {
            return None;
        }
        // A request to a route of the project runs it for whoever asks there, not for this.
        if target.key.kind == NodeKind::Route
            && self.options.initialisers == Initialisers::RanBefore
        {
            return None;
        }
        match (entered, edge.kind) {
            (Entered::Bare, EdgeKind::Decorates) => return None,
            (Entered::Read, EdgeKind::Calls)
                if self.options.initialisers == Initialisers::RanBefore =>
            {
                return None;
            }
            (_, EdgeKind::Calls) if self.graph.undecorated.contains(&(from, edge.node)) => {
                return Some(Entered::Bare);
            }
            _ => {}
        }
        if !target.is_value() {
            return Some(Entered::Run);
        }
        let is_only_read = match edge.kind {
            // What a variable that runs was made of runs with it.
            EdgeKind::Reads => entered == Entered::Read || !source.is_value(),
            EdgeKind::Inherits => entered == Entered::Read,
            _ => false,
        };
        Some(if is_only_read { Entered::Read } else { Entered::Run })
    }

    /// Whether `edge`, if it leads from a method to what overrides it, counts at `floor`.
    ///
    /// Edges are met one by one: the last overrider of a method that has nothing to run of
    /// its own makes it count. `missing` keeps how many are still to come.
    fn all_override(
        &self,
        state: State,
        edge: &HalfEdge,
        floor: Confidence,
        missing: &mut BTreeMap<State, usize>,
    ) -> bool {
        let from = state.0;
        let source = self.graph.node(from);
        let is_override =
            |it: &HalfEdge| it.kind == EdgeKind::Inherits && self.graph.node(it.node).is_member();
        if self.options.overriders == Overriders::Any
            || floor == Confidence::Possible
            || !(source.is_member() && is_override(edge))
        {
            return true;
        }
        if !source.is_abstract {
            return false;
        }
        let overriders = || {
            let halves = self.graph.dependencies(from).iter();
            halves.filter(|it| is_override(it) && it.confidence >= Confidence::Probable).count()
        };
        let left = missing.entry(state).or_insert_with(overriders);
        *left = left.saturating_sub(1);
        *left == 0
    }
}
