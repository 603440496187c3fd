//! Which classes' methods are chosen by the instances that a test comes by.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::DefinitionKind;
use codd_graph::{Confidence, EdgeKind, Graph, HalfEdge, NodeId, NodeKey, NodeKind};

use super::rules::{Rules, Step};

/// Classes, and of which of them it is known who makes their instances.
pub(super) struct Classes {
    extending: BTreeMap<NodeId, Vec<NodeId>>,
    /// Somebody here makes instances of it, or of one that extends it, or gets hold of it, and
    /// all who do are seen where they run: neither the top level of a file nor what something
    /// from outside runs, both of which make some whatever a test does.
    known: Vec<bool>,
}

impl Classes {
    pub(super) fn new(graph: &Graph, rules: &Rules<'_>) -> Classes {
        let mut extending: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        let mut made = Vec::new();
        let mut early: Vec<NodeId> = managed(graph).collect();
        for (id, _) in graph.nodes().filter(|(_, node)| is_type(node.definition_kind)) {
            for half in graph.dependents(id) {
                let dependent = graph.node(half.node);
                match half.kind {
                    EdgeKind::Inherits if is_type(dependent.definition_kind) => {
                        extending.entry(id).or_default().push(half.node);
                    }
                    EdgeKind::Calls | EdgeKind::Reads if !is_type(dependent.definition_kind) => {
                        made.push(id);
                        let is_early = match dependent.key.kind {
                            NodeKind::File => !is_kept(graph, id, half),
                            _ => is_run_from_outside(graph, half.node),
                        };
                        if is_early {
                            early.push(id);
                        }
                    }
                    _ => {}
                }
            }
        }
        let kept = subclass_hooks(graph).filter_map(|hook| rules.outer(hook));
        early.extend(with_extending(&extending, kept.collect()));
        let mut known = extended(graph, made);
        for (known, is_early) in known.iter_mut().zip(extended(graph, early)) {
            *known &= !is_early;
        }
        Classes { extending, known }
    }

    /// A class and all that extend it.
    pub(super) fn group(&self, class: NodeId) -> BTreeSet<NodeId> {
        with_extending(&self.extending, vec![class])
    }

    /// The class of `node` where a [chosen](is_chosen) step from it leads to who calls it, if it
    /// is known who makes its instances.
    pub(super) fn chosen_by(&self, rules: &Rules<'_>, node: NodeId) -> Option<NodeId> {
        rules.outer(node).filter(|class| self.known[class.index()])
    }
}

/// Whether a step leads from a member of a class to who calls it without naming it.
pub(super) fn is_chosen(graph: &Graph, node: NodeId, step: &Step) -> bool {
    let is_unnamed = match step.edge {
        EdgeKind::Inherits => true,
        EdgeKind::Calls => {
            step.confidence == Confidence::Possible && !is_type(graph.node(step.to).definition_kind)
        }
        _ => false,
    };
    is_unnamed && graph.node(node).definition_kind.is_some_and(DefinitionKind::is_member)
}

/// Decorators of classes that make no instance and give the class to nobody.
const INERT: [&str; 10] = [
    "Data",
    "Getter",
    "Setter",
    "attrs",
    "dataclass",
    "define",
    "final",
    "frozen",
    "runtime_checkable",
    "total_ordering",
];

/// Classes of which something from outside is told, which may make instances of them:
/// `@Service`, `@Injectable()`.
fn managed(graph: &Graph) -> impl Iterator<Item = NodeId> {
    let told = graph.outside_hooks().filter(|(_, name, _)| {
        let last = name.rsplit('.').next().unwrap_or(name);
        !INERT.contains(&last)
    });
    told.map(|(id, ..)| id).filter(|id| is_type(graph.node(*id).definition_kind))
}

/// What runs as a class is extended (Python's): it may keep the new class for whoever asks.
fn subclass_hooks(graph: &Graph) -> impl Iterator<Item = NodeId> {
    const HOOK: &str = ".__init_subclass__";
    let members = graph.nodes().filter(|(_, node)| node.key.symbol.ends_with(HOOK));
    members.map(|(id, _)| id)
}

/// Some classes and all that extend them.
fn with_extending(
    extending: &BTreeMap<NodeId, Vec<NodeId>>,
    mut todo: Vec<NodeId>,
) -> BTreeSet<NodeId> {
    let mut group = BTreeSet::new();
    while let Some(class) = todo.pop() {
        if group.insert(class) {
            todo.extend(extending.get(&class).into_iter().flatten());
        }
    }
    group
}

/// Whether nobody here uses a function or variable: what something from outside runs or reads
/// it for is not seen. The entry of a program is none of these, as no test runs that.
fn is_run_from_outside(graph: &Graph, node: NodeId) -> bool {
    const ENTRIES: [&str; 3] = ["Main", "main", "__main__"];
    let NodeKey { kind, symbol, .. } = &graph.node(node).key;
    let is_entry = symbol.rsplit('.').next().is_some_and(|it| ENTRIES.contains(&it));
    let is_use = |half: &HalfEdge| !matches!(half.kind, EdgeKind::Contains | EdgeKind::Governs);
    *kind != NodeKind::Test && !is_entry && !graph.dependents(node).iter().any(is_use)
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
