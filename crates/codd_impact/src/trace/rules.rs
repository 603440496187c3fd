//! Along which edges a change goes on, and how surely.
//!
//! | what differs | reaches | as | at most |
//! |---|---|---|---|
//! | behaviour | who calls, reads, inherits from or tests it, documents or configures it | behaviour | the edge |
//! | behaviour | what it decorates | behaviour; of a class, its interface | the edge |
//! | behaviour | who mentions it | behaviour; of a class mentioned by a function, input | the edge |
//! | behaviour of an object | who mentions it and uses a part of it or what it holds | behaviour | `Possible` |
//! | behaviour of a file, or of what runs as files load | the variables it writes | behaviour | the edge |
//! | behaviour of any other function | what it writes | input | the edge |
//! | behaviour of a function | the functions and classes inside it, which see its locals | input; of a test, behaviour | `Probable` |
//! | input | where behaviour goes, save tests | input | as behaviour |
//! | interface of a class | its subclasses | interface | the edge |
//! | interface of a class | its methods; its other members | behaviour | `Probable`; `Possible` |
//! | existence | who imports or mentions it by name; what it configures | behaviour | the edge |
//! | existence of a package | the files that import it | interface | the edge |
//! | interface of a file, which is new, gone, or imports that package | what is defined in it | behaviour; of a class, its interface | `Possible` |
//! | a file's top level | who imports the file, one step and no further | behaviour | `Possible` |
//! | a class's set of methods, the place of a member whose class moved | who uses it | behaviour | `Possible` |
//! | anything | the controls that govern it | behaviour | the edge |
//!
//! A member does not reach its class, nor a file what is defined in it: those have edges of
//! their own where they depend on it. What a package gives is called without one. A decorated
//! function does not reach the wrapper that calls it, which stands for every function of that
//! decorator: who calls one by its name has an edge to it. Existence and interface imply
//! behaviour.

use codd_facts::{DefinitionKind, conventions_of};
use codd_graph::{Confidence, EdgeKind, Graph, HalfEdge, Node, NodeId, NodeKind};

use rustc_hash::FxHashSet;

use crate::Aspect;

/// One step a change takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) to: NodeId,
    pub(super) aspect: Aspect,
    pub(super) edge: EdgeKind,
    pub(super) confidence: Confidence,
}

/// The rules for one graph, with what they need to know of its nodes.
#[derive(Debug)]
pub(super) struct Rules<'g> {
    graph: &'g Graph,
    /// Tests and the definitions that a test runner calls.
    tests: Vec<bool>,
    /// What runs as files are loaded.
    loaded: Vec<bool>,
    /// The file or definition around each definition.
    outer: Vec<Option<NodeId>>,
}

impl<'g> Rules<'g> {
    pub(super) fn new(graph: &'g Graph) -> Rules<'g> {
        let count = graph.node_count();
        let (mut tests, mut outer) = (vec![false; count], vec![None; count]);
        let (mut loaded, mut todo) = (vec![false; count], Vec::new());
        for (id, node) in graph.nodes() {
            tests[id.index()] |= node.key.kind == NodeKind::Test;
            for half in graph.dependencies(id) {
                match half.kind {
                    EdgeKind::Tests => tests[half.node.index()] = true,
                    EdgeKind::Contains => outer[half.node.index()] = Some(id),
                    // Decorators run where they stand.
                    EdgeKind::Decorates => todo.push(half.node),
                    EdgeKind::Calls if node.key.kind == NodeKind::File => todo.push(half.node),
                    _ => {}
                }
            }
        }
        while let Some(id) = todo.pop() {
            if !std::mem::replace(&mut loaded[id.index()], true) {
                let called = graph.dependencies(id).iter().filter(|half| {
                    half.kind == EdgeKind::Calls && half.confidence >= Confidence::Probable
                });
                todo.extend(called.map(|half| half.node));
            }
        }
        Rules { graph, tests, loaded, outer }
    }

    /// The file or definition around a definition.
    pub(super) fn outer(&self, node: NodeId) -> Option<NodeId> {
        self.outer[node.index()]
    }

    /// Where a change of `aspect` of `node` goes next: by node, the surest step to each first.
    pub(super) fn steps(&self, node: NodeId, aspect: Aspect) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut push = |half: &HalfEdge, found: Option<(Aspect, Confidence)>| {
            let (to, edge) = (half.node, half.kind);
            steps.extend(
                found
                    .filter(|(aspect, _)| *aspect != Aspect::Input || !self.tests[to.index()])
                    .map(|(aspect, confidence)| Step { to, aspect, edge, confidence }),
            );
        };
        let dependencies = self.graph.dependencies(node);
        let decorators: Vec<NodeId> = dependencies
            .iter()
            .filter(|half| half.kind == EdgeKind::Decorates)
            .map(|half| half.node)
            .collect();
        let held = self.held_by_object(node, aspect);
        for half in self.graph.dependents(node).iter().chain(self.graph.governors(node)) {
            if self.wraps(half, &decorators) {
                continue;
            }
            let is_for_parts = half.kind == EdgeKind::Mentions && self.uses_one(&held, half.node);
            let found = self.to_dependent(aspect, node, half);
            let limit = if is_for_parts { Confidence::Possible } else { Confidence::Exact };
            push(half, found.map(|(aspect, confidence)| (aspect, confidence.min(limit))));
        }
        for half in dependencies {
            push(half, self.to_dependency(aspect, node, half));
        }
        steps.sort_by_key(|step| {
            (step.to, step.aspect, std::cmp::Reverse(step.confidence), step.edge)
        });
        steps
    }

    /// Whether a dependent runs what it was given by one of these decorators, being it or part
    /// of it.
    fn wraps(&self, dependent: &HalfEdge, decorators: &[NodeId]) -> bool {
        if decorators.is_empty() || !matches!(dependent.kind, EdgeKind::Calls | EdgeKind::Reads) {
            return false;
        }
        let around = std::iter::successors(Some(dependent.node), |at| {
            // What a graph read from elsewhere nests in a circle has no outermost part.
            self.outer[at.index()].filter(|outer| outer < at)
        });
        around.into_iter().any(|it| decorators.contains(&it))
    }

    fn to_dependent(
        &self,
        aspect: Aspect,
        node: NodeId,
        half: &HalfEdge,
    ) -> Option<(Aspect, Confidence)> {
        use Aspect::{Behaviour, Existence, Input, Interface, Surroundings};
        use EdgeKind::{
            Calls, Configures, Contains, Decorates, Documents, Governs, Imports, Inherits,
            Mentions, Reads, Tests, WrittenBy,
        };
        let (from, dependent) = (self.graph.node(node), self.graph.node(half.node));
        let is_file = from.key.kind == NodeKind::File;
        let reached = match (aspect, half.kind) {
            (Behaviour, Mentions) if is_type(from) && dependent.is_function() => Input,
            (Behaviour, WrittenBy) if !is_file && !self.runs_before(node, half.node) => Input,
            (Behaviour, Decorates) if is_type(dependent) => Interface,
            (Existence, Imports) if from.key.kind == NodeKind::Package => Interface,
            (
                Behaviour,
                Calls | Reads | Mentions | WrittenBy | Inherits | Decorates | Tests | Documents
                | Configures | Governs,
            )
            | (Surroundings, Governs)
            | (Existence, Imports | Mentions) => Behaviour,
            (
                Input,
                Calls | Reads | Mentions | WrittenBy | Inherits | Decorates | Documents
                | Configures | Governs,
            ) => Input,
            (Interface, Inherits) => Interface,
            (Surroundings, Imports) if is_file => return Some((Behaviour, Confidence::Possible)),
            (Surroundings, Calls | Reads | Mentions | WrittenBy | Inherits | Decorates | Tests)
                if !is_file =>
            {
                return Some((Behaviour, Confidence::Possible));
            }
            (Existence | Interface | Behaviour | Input | Surroundings, Contains | Imports)
            | (Existence | Interface | Input | Surroundings, _) => return None,
        };
        Some((reached, half.confidence))
    }

    /// The properties of an object whose behaviour differs, and what it holds under names.
    ///
    /// Who names the object to use one of these has an edge to that, where it is what differs.
    fn held_by_object(&self, object: NodeId, aspect: Aspect) -> FxHashSet<NodeId> {
        let node = self.graph.node(object);
        if aspect != Aspect::Behaviour
            || !node.is_value()
            || !conventions_of(&node.key.path).keys_are_attributes
        {
            return FxHashSet::default();
        }
        let is_held = |half: &&HalfEdge| matches!(half.kind, EdgeKind::Contains | EdgeKind::Reads);
        let held = self.graph.dependencies(object).iter().filter(is_held);
        held.map(|half| half.node).collect()
    }

    fn uses_one(&self, held: &FxHashSet<NodeId>, user: NodeId) -> bool {
        !held.is_empty()
            && self.graph.dependencies(user).iter().any(|half| {
                matches!(half.kind, EdgeKind::Calls | EdgeKind::Reads | EdgeKind::Mentions)
                    && held.contains(&half.node)
            })
    }

    /// Whether `writer` may have given a variable its value before anything else runs.
    fn runs_before(&self, writer: NodeId, written: NodeId) -> bool {
        let is_variable =
            self.graph.node(written).definition_kind == Some(DefinitionKind::Variable);
        is_variable && self.loaded[writer.index()]
    }

    fn to_dependency(
        &self,
        aspect: Aspect,
        node: NodeId,
        half: &HalfEdge,
    ) -> Option<(Aspect, Confidence)> {
        let (from, to) = (self.graph.node(node), self.graph.node(half.node));
        match (aspect, half.kind) {
            (Aspect::Interface, EdgeKind::Contains) if is_type(from) => {
                let cap =
                    if to.is_function() { Confidence::Probable } else { Confidence::Possible };
                Some((Aspect::Behaviour, half.confidence.min(cap)))
            }
            (Aspect::Interface, EdgeKind::Contains) if from.key.kind == NodeKind::File => {
                let reached = if is_type(to) { Aspect::Interface } else { Aspect::Behaviour };
                Some((reached, Confidence::Possible))
            }
            (Aspect::Behaviour | Aspect::Input, EdgeKind::Contains) if from.is_function() => {
                let is_test = aspect == Aspect::Behaviour && self.tests[half.node.index()];
                let reached = if is_test { Aspect::Behaviour } else { Aspect::Input };
                Some((reached, half.confidence.min(Confidence::Probable)))
            }
            (Aspect::Existence, EdgeKind::Configures) => Some((Aspect::Behaviour, half.confidence)),
            _ => None,
        }
    }
}

fn is_type(node: &Node) -> bool {
    node.definition_kind.is_some_and(DefinitionKind::is_type)
}
