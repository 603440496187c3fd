//! Methods by which a framework runs a class of middleware: who names the class as a guard, means
//! them.

use codd_graph::{EdgeKind, Graph, NodeId};

/// How Laravel, PSR-15 and callable classes are run.
const METHODS: &[&str] = &["__invoke", "handle", "process"];

/// Such methods of the classes among some definitions.
pub(crate) fn methods(graph: &Graph, named: &[NodeId]) -> Vec<NodeId> {
    let is_class = |it: &NodeId| {
        let node = graph.node(*it);
        node.language.as_deref() == Some("php")
            && node.definition_kind.is_some_and(codd_facts::DefinitionKind::is_type)
    };
    let classes = named.iter().copied().filter(is_class);
    let members = classes.flat_map(|it| graph.dependencies(it));
    let members = members.filter(|it| it.kind == EdgeKind::Contains).map(|it| it.node);
    members.filter(|it| METHODS.contains(&graph.node(*it).key.own_name())).collect()
}
