//! What runs when something else runs: not everything that depends on it.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionKind, conventions_of};

use crate::proxies::is_of_jvm;
use crate::{Basis, Confidence, EdgeKind, Graph, HalfEdge, Node, NodeId, NodeKind, RUNNING};

/// What counts as running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    pub initialisers: Initialisers,
    pub asked: Asked,
}

/// What reading a variable says of the code that made its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialisers {
    /// It ran once, long before: a request that reads a constant does not compute it.
    RanBefore,
    /// It ran for this: a test that reads a constant has loaded its module.
    RunWithIt,
}

/// What is asked of the ways to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whether it may run: by each branch, each value that a variable may hold, each method
    /// that may override another.
    May,
    /// Whether it runs whatever happens: sure is only what no branch skips, what all values do
    /// that may be called, and what all methods do that override one which has nothing to run
    /// of its own.
    Must,
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

/// Whether a class has a method that others may run of its instances, by what it is called.
fn is_offered(class: &Node, method: &Node, edge: &HalfEdge) -> bool {
    edge.kind == EdgeKind::Calls
        && edge.basis == Basis::Implied
        && class.definition_kind.is_some_and(DefinitionKind::is_type)
        && method.definition_kind == Some(DefinitionKind::Method)
        && !conventions_of(&method.key.path).constructors.contains(&method.key.own_name())
}

/// By what was come to and how, and by reference where it has several values: how many of what
/// may run there are not known yet to lead to a target.
type Missing = BTreeMap<(State, Option<u32>), usize>;

/// A target of [`Graph::ways_to`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Running it, or reading its value.
    Use(NodeId),
    /// Running it or what it holds.
    Run(NodeId),
    /// Running it with its decorators.
    Decorated(NodeId),
    /// Running it may run what is meant, or not.
    Perhaps(NodeId),
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
        let mut missing = Missing::new();
        let mut layer: Vec<State> = Vec::new();
        for target in targets {
            match target {
                Target::Use(node) => layer.extend(ENTERED.map(|it| (*node, it))),
                Target::Run(node) => layer.extend([(*node, Entered::Run), (*node, Entered::Bare)]),
                Target::Decorated(node) => layer.push((*node, Entered::Run)),
                Target::Perhaps(node) if floor == Confidence::Possible => {
                    layer.push((*node, Entered::Run));
                }
                Target::Perhaps(_) => {}
            }
        }
        layer.sort_unstable();
        layer.dedup();
        for state in &layer {
            seen[place(*state)] = true;
            ways.next.entry(*state).or_insert((floor, None));
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
                        if seen[place((from, entered))] {
                            continue;
                        }
                        let next = steps.follow(from, entered, &edge);
                        let is_way = next.is_some_and(|(next, sureness)| {
                            next == state.1
                                && sureness >= floor
                                && steps.all_do((from, entered), &edge, floor, &mut missing)
                        });
                        if !is_way {
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
                if let Some((next, _)) = steps.follow(from, entered, edge)
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

    /// How the other end of `edge` is come to when `from` was come to as `entered`, and how
    /// surely; `None` where running does not go on along it.
    fn follow(
        &self,
        from: NodeId,
        entered: Entered,
        edge: &HalfEdge,
    ) -> Option<(Entered, Confidence)> {
        let (source, target) = (self.graph.node(from), self.graph.node(edge.node));
        // No code runs a test, whatever the names it uses.
        let is_of_tests =
            || source.key.kind == NodeKind::Test || self.test_files.contains(&source.key.path);
        if !RUNNING.contains(&edge.kind) || self.tests[edge.node.index()] && !is_of_tests() {
            return None;
        }
        let is_before = self.options.initialisers == Initialisers::RanBefore;
        // A request to a route of the project runs it for whoever asks there, not for this.
        if target.key.kind == NodeKind::Route && is_before {
            return None;
        }
        let is_must = self.options.asked == Asked::Must;
        if is_must && entered == Entered::Read {
            return None;
        }
        let is_value = target.is_value();
        let sureness = match (is_must, edge.running.confidence) {
            // A test runs nothing of what no way leads to.
            (false, None) if edge.kind == EdgeKind::Calls && !is_before => return None,
            (false, _) => edge.confidence,
            // Who makes an object runs no more of it than what makes it.
            (true, Some(_)) if is_offered(source, target, edge) => Confidence::Possible,
            (true, Some(confidence)) => confidence.min(edge.confidence),
            (true, None) if edge.kind == EdgeKind::Reads && is_value => {
                return Some((Entered::Read, edge.confidence));
            }
            (true, None) => return None,
        };
        match (entered, edge.kind) {
            (Entered::Bare, EdgeKind::Decorates) => return None,
            // What an aspect has around a method stands around its object.
            (Entered::Bare, EdgeKind::Calls)
                if edge.basis == Basis::Implied && is_of_jvm(&source.key.path) =>
            {
                return None;
            }
            (Entered::Read, EdgeKind::Calls) if is_before => return None,
            (_, EdgeKind::Calls) if self.graph.undecorated.contains(&(from, edge.node)) => {
                return Some((Entered::Bare, sureness));
            }
            // Attributes are read by who serves the endpoint: calling a method runs none of them.
            (_, EdgeKind::Calls)
                if source.key.kind != NodeKind::Route
                    && target.language.as_deref() == Some("csharp") =>
            {
                return Some((Entered::Bare, sureness));
            }
            _ => {}
        }
        if !is_value {
            return Some((Entered::Run, sureness));
        }
        let is_only_read = match edge.kind {
            EdgeKind::Reads if is_must => false,
            // What a variable that runs was made of runs with it.
            EdgeKind::Reads => entered == Entered::Read || !source.is_value(),
            EdgeKind::Inherits => entered == Entered::Read,
            _ => false,
        };
        Some((if is_only_read { Entered::Read } else { Entered::Run }, sureness))
    }

    /// Whether `edge` counts at `floor`, where it is one of several that all have to lead to a
    /// target: to what overrides a method, or to what a called value may be.
    ///
    /// Edges are met one by one, and the last of them makes the others count. `missing` keeps
    /// how many are still to come.
    fn all_do(
        &self,
        state: State,
        edge: &HalfEdge,
        floor: Confidence,
        missing: &mut Missing,
    ) -> bool {
        if self.options.asked == Asked::May || floor == Confidence::Possible {
            return true;
        }
        let from = state.0;
        let source = self.graph.node(from);
        let is_override =
            |it: &HalfEdge| it.kind == EdgeKind::Inherits && self.graph.node(it.node).is_member();
        if !(source.is_member() && is_override(edge)) {
            let alternatives = usize::from(edge.running.alternatives);
            if alternatives < 2 {
                return true;
            }
            let left = missing.entry((state, edge.reference)).or_insert(alternatives);
            *left = left.saturating_sub(1);
            return *left == 0;
        }
        if !source.is_abstract {
            return false;
        }
        let overriders = || {
            let halves = self.graph.dependencies(from).iter();
            halves.filter(|it| is_override(it) && it.confidence >= Confidence::Probable).count()
        };
        let left = missing.entry((state, None)).or_insert_with(overriders);
        *left = left.saturating_sub(1);
        *left == 0
    }
}
