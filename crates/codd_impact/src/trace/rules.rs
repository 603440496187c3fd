//! Along which edges a change goes on, and how surely.
//!
//! | what differs | reaches | as | at most |
//! |---|---|---|---|
//! | behaviour | who calls, reads, mentions, inherits from or tests it, documents or configures it; what it writes | behaviour | the edge |
//! | behaviour | what it decorates | behaviour; of a class, its interface | the edge |
//! | behaviour of a function | the functions and classes inside it, which see its locals | behaviour | `Probable` |
//! | interface of a class | its subclasses | interface | the edge |
//! | interface of a class | its methods; its other members | behaviour | `Probable`; `Possible` |
//! | existence | who imports it by name; what it configures | behaviour | the edge |
//! | a file's top level | who imports the file, one step and no further | behaviour | `Possible` |
//! | a class's set of methods, the place of a member whose class moved | who uses it | behaviour | `Possible` |
//! | anything | the controls that govern it | behaviour | the edge |
//!
//! A member does not reach its class, nor a file what is defined in it: those have edges of
//! their own where they depend on it. Existence and interface imply behaviour.

use codd_facts::DefinitionKind;
use codd_graph::{Confidence, EdgeKind, Graph, Node, NodeId, NodeKind};

use crate::Aspect;

/// One step a change takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) to: NodeId,
    pub(super) aspect: Aspect,
    pub(super) edge: EdgeKind,
    pub(super) confidence: Confidence,
}

/// Where a change of `aspect` of `node` goes next: by node, the surest step to each first.
pub(super) fn steps(graph: &Graph, node: NodeId, aspect: Aspect) -> Vec<Step> {
    let from = graph.node(node);
    let mut steps = Vec::new();
    let mut push = |to, edge, found: Option<(Aspect, Confidence)>| {
        steps.extend(found.map(|(aspect, confidence)| Step { to, aspect, edge, confidence }));
    };
    for half in graph.dependents(node) {
        let dependent = graph.node(half.node);
        push(
            half.node,
            half.kind,
            to_dependent(aspect, from, half.kind, half.confidence, dependent),
        );
    }
    for half in graph.dependencies(node) {
        let to = graph.node(half.node);
        push(half.node, half.kind, to_dependency(aspect, from, half.kind, half.confidence, to));
    }
    steps.sort_by_key(|step| (step.to, step.aspect, std::cmp::Reverse(step.confidence), step.edge));
    steps
}

fn to_dependent(
    aspect: Aspect,
    from: &Node,
    edge: EdgeKind,
    confidence: Confidence,
    dependent: &Node,
) -> Option<(Aspect, Confidence)> {
    use Aspect::{Behaviour, Existence, Interface, Surroundings};
    use EdgeKind::{
        Calls, Configures, Contains, Decorates, Documents, Governs, Imports, Inherits, Mentions,
        Reads, Tests, WrittenBy,
    };
    let is_file = from.key.kind == NodeKind::File;
    match (aspect, edge) {
        (
            Behaviour,
            Calls | Reads | Mentions | WrittenBy | Inherits | Tests | Documents | Configures
            | Governs,
        )
        | (Surroundings, Governs)
        | (Existence, Imports) => Some((Behaviour, confidence)),
        (Behaviour, Decorates) => {
            Some((if is_class(dependent) { Interface } else { Behaviour }, confidence))
        }
        (Interface, Inherits) => Some((Interface, confidence)),
        (Surroundings, Imports) if is_file => Some((Behaviour, Confidence::Possible)),
        (Surroundings, Calls | Reads | Mentions | WrittenBy | Inherits | Decorates | Tests)
            if !is_file =>
        {
            Some((Behaviour, Confidence::Possible))
        }
        (Existence | Interface | Behaviour | Surroundings, Contains | Imports)
        | (Existence | Interface | Surroundings, _) => None,
    }
}

fn to_dependency(
    aspect: Aspect,
    from: &Node,
    edge: EdgeKind,
    confidence: Confidence,
    to: &Node,
) -> Option<(Aspect, Confidence)> {
    match (aspect, edge) {
        (Aspect::Interface, EdgeKind::Contains) if is_class(from) => {
            let cap = if to.is_function() { Confidence::Probable } else { Confidence::Possible };
            Some((Aspect::Behaviour, confidence.min(cap)))
        }
        (Aspect::Behaviour, EdgeKind::Contains) if from.is_function() => {
            Some((Aspect::Behaviour, confidence.min(Confidence::Probable)))
        }
        (Aspect::Existence, EdgeKind::Configures) => Some((Aspect::Behaviour, confidence)),
        _ => None,
    }
}

fn is_class(node: &Node) -> bool {
    matches!(
        node.definition_kind,
        Some(DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum)
    )
}
