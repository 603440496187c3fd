//! Permissions that views of Django REST framework say otherwise than by a field of their class:
//! what `get_permissions` gives back.

use codd_facts::{Certainty, DefinitionId, Expr, ExprId, ReferenceKind, Semantics};
use codd_graph::{Confidence, EdgeKind, NodeId};

use super::guard_classes::{Classes, goes_on_to_super};
use crate::nodes::definition_node;
use crate::targets::Targets;

/// The field whose place such a method takes.
pub(super) const PERMISSIONS: &str = "permission_classes";

/// The method.
pub(super) const GETTER: &str = "get_permissions";

/// What a class gives by a method of its own.
pub(super) enum Given {
    /// It has no such method, or one that goes on to that of its bases.
    Nothing,
    /// One list that is written out, with a guard: the method.
    Guards(NodeId),
    /// One that is written out, without.
    None,
    /// It names a guard, and whether that is asked is computed.
    Perhaps,
    Computed,
}

/// What `get_permissions` of a class gives.
pub(super) fn given_by(classes: &Classes<'_>, class: NodeId, guards: &Targets) -> Given {
    let graph = classes.graph();
    if graph.node(class).language.as_deref() != Some("python") {
        return Given::Nothing;
    }
    let members = classes.members(class);
    let mut getters = members.iter().filter(|it| it.1 == GETTER);
    let (Some((method, _)), Some((semantics, _))) = (getters.next(), classes.definition(class))
    else {
        return Given::Nothing;
    };
    if !semantics.definition(*method).kind.is_function()
        || goes_on_to_super(semantics, *method, GETTER)
    {
        return Given::Nothing;
    }
    let path = &graph.node(class).key.path;
    let Some(node) = definition_node(graph, path, semantics, *method) else {
        return Given::Computed;
    };
    let of_project = graph.dependencies(node).iter().any(|it| {
        it.kind == EdgeKind::Calls
            && it.confidence > Confidence::Possible
            && guards.nodes.binary_search(&it.node).is_ok()
    });
    let names_guard = of_project || guards.used_by(node).is_some() || guards.is_unsure_at(node);
    let is_one = getters.next().is_none() && gives_one_list(semantics, *method);
    match (names_guard, is_one) {
        (true, true) if !guards.is_unsure_at(node) => Given::Guards(node),
        (true, _) => Given::Perhaps,
        (false, true) => Given::None,
        (false, false) => Given::Computed,
    }
}

/// Whether a method does nothing but give back instances that it writes out: `return [IsOwner()]`.
fn gives_one_list(semantics: &Semantics, method: DefinitionId) -> bool {
    let definition = semantics.definition(method);
    let [only] = definition.returns[..] else { return false };
    let Expr::Container { items, .. } = semantics.expr(only) else { return false };
    let mut named: Vec<ExprId> = Vec::new();
    for item in items {
        let Expr::Call { callee, arguments } = semantics.expr(item.value) else { return false };
        if !arguments.is_empty() {
            return false;
        }
        let mut at = *callee;
        named.push(at);
        while let Expr::Attribute { base, .. } = semantics.expr(at)
            && *base < at
        {
            at = *base;
            named.push(at);
        }
        if !matches!(semantics.expr(at), Expr::Name { .. }) {
            return false;
        }
    }
    // What else it looks at decides what it gives.
    let own = semantics.references.iter().filter(|it| it.owner == Some(method));
    let mut own = own.filter(|it| it.kind != ReferenceKind::Type);
    own.all(|it| it.certainty == Certainty::Always && named.contains(&it.target))
}
