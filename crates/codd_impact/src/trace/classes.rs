//! Which classes' methods are chosen by the instances that a test comes by.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::DefinitionKind;
use codd_graph::{Confidence, EdgeKind, Graph, HalfEdge, NodeId, NodeKind};

use super::rules::{Rules, Step};

/// Classes, and of which of them it is known who makes their instances.
pub(super) struct Classes {
    extending: BTreeMap<NodeId, Vec<NodeId>>,
    /// Somebody here makes instances of it, or of one that extends it, or gets hold of it, and
    /// no top level of a file does, which would make some whatever runs.
    known: Vec<bool>,
}

impl Classes {
    pub(super) fn new(graph: &Graph) -> Classes {
        let mut extending: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        let (mut made, mut early) = (Vec::new(), Vec::new());
        for (id, _) in graph.nodes().filter(|(_, node)| is_type(node.definition_kind)) {
            for half in graph.dependents(id) {
                let dependent = graph.node(half.node);
                match half.kind {
                    EdgeKind::Inherits if is_type(dependent.definition_kind) => {
                        extending.entry(id).or_default().push(half.node);
                    }
                    EdgeKind::Calls | EdgeKind::Reads if !is_type(dependent.definition_kind) => {
                        made.push(id);
                        if dependent.key.kind == NodeKind::File && !is_kept(graph, id, half) {
                            early.push(id);
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut known = extended(graph, made);
        for (known, is_early) in known.iter_mut().zip(extended(graph, early)) {
            *known &= !is_early;
        }
        Classes { extending, known }
    }

    /// A class and all that extend it.
    pub(super) fn group(&self, class: NodeId) -> BTreeSet<NodeId> {
        let (mut group, mut todo) = (BTreeSet::new(), vec![class]);
        while let Some(class) = todo.pop() {
            if group.insert(class) {
                todo.extend(self.extending.get(&class).into_iter().flatten());
            }
        }
        group
    }

    /// The class of `node` where a step from it leads to who calls it without naming it, and
    /// it is known who makes its instances.
    pub(super) fn chosen_by(
        &self,
        graph: &Graph,
        rules: &Rules<'_>,
        node: NodeId,
        step: &Step,
    ) -> Option<NodeId> {
        let is_member = graph.node(node).definition_kind.is_some_and(DefinitionKind::is_member);
        let is_chosen = match step.edge {
            EdgeKind::Inherits => true,
            EdgeKind::Calls => {
                step.confidence == Confidence::Possible
                    && !is_type(graph.node(step.to).definition_kind)
            }
            _ => false,
        };
        if !is_member || !is_chosen {
            return None;
        }
        rules.outer(node).filter(|class| self.known[class.index()])
    }
}

/// Whether a variable of the file has what its top level makes of a class: who uses the
/// instance reads the variable.
fn is_kept(graph: &Graph, class: NodeId, made: &HalfEdge) -> bool {
    let path = &graph.node(made.node).key.path;
    made.reference.is_some()
        && graph.dependents(class).iter().any(|half| {
            let node = graph.node(half.node);
            node.is_value() && half.reference == made.reference && node.key.path == *path
        })
}

/// Marks some classes and all that they extend.
fn extended(graph: &Graph, mut classes: Vec<NodeId>) -> Vec<bool> {
    let mut marked = vec![false; graph.node_count()];
    while let Some(class) = classes.pop() {
        if std::mem::replace(&mut marked[class.index()], true) {
            continue;
        }
        let bases = graph.dependencies(class).iter().filter(|half| {
            half.kind == EdgeKind::Inherits && is_type(graph.node(half.node).definition_kind)
        });
        classes.extend(bases.map(|half| half.node));
    }
    marked
}

fn is_type(kind: Option<DefinitionKind>) -> bool {
    kind.is_some_and(DefinitionKind::is_type)
}
