//! Fields of classes in which frameworks look for guards: `method_decorators = [login_required]`.

use codd_facts::{
    Certainty, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Name, Semantics,
};
use codd_graph::{Confidence, NodeId};
use rustc_hash::FxHashMap;

use crate::SnapshotView;
use crate::nodes::definition_node;
use crate::targets::Targets;

/// Their names.
pub(crate) const GUARD_FIELDS: &[&str] =
    &["authentication_classes", "decorators", "method_decorators", "permission_classes"];

/// Methods of a class that answer requests of their name.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// Methods that a field names guards of; more are none of a person's.
const MAX_ITEMS: usize = 64;

/// Adds the classes that name a guard of the project in such a field.
pub(crate) fn add(view: SnapshotView<'_>, guards: &mut Targets) {
    let mut found: Vec<(NodeId, NodeId, Certainty)> = Vec::new();
    for (path, file) in view.files {
        let Some(facts) = file.facts.as_ref().filter(|it| it.language == "python") else {
            continue;
        };
        let semantics = &*facts.semantics;
        // By class and reference, the guards that are named.
        let mut named: FxHashMap<NodeId, FxHashMap<u32, Vec<NodeId>>> = FxHashMap::default();
        for (at, reference) in semantics.references.iter().enumerate() {
            let Some(class) = reference.owner.filter(|it| semantics.definition(*it).kind.is_type())
            else {
                continue;
            };
            let field = reference.initialises.filter(|it| is_guard_field(semantics, class, *it));
            let (Some(field), Some(node)) =
                (field, definition_node(view.graph, path, semantics, class))
            else {
                continue;
            };
            let of_class = named.entry(node).or_insert_with(|| {
                let mut found: FxHashMap<u32, Vec<NodeId>> = FxHashMap::default();
                for it in view.graph.dependencies(node) {
                    if let Some(at) = it.reference
                        && it.confidence > Confidence::Possible
                        && guards.nodes.binary_search(&it.node).is_ok()
                    {
                        found.entry(at).or_default().push(it.node);
                    }
                }
                found
            });
            let Some(named) = of_class.get(&(at as u32)) else { continue };
            let certainty =
                reference.certainty.min(holds_for_all(semantics, field, reference.target));
            found.extend(named.iter().map(|it| (node, *it, certainty)));
        }
    }
    by_decorators(view, guards, &mut found);
    for (class, guard, certainty) in found {
        let name = view.graph.node(guard).key.own_name();
        guards.add_user_at(class, (guard, name), certainty);
    }
}

/// Finds the actions and functions whose decorators name a guard of the project in the place of
/// such a field.
fn by_decorators(
    view: SnapshotView<'_>,
    guards: &Targets,
    found: &mut Vec<(NodeId, NodeId, Certainty)>,
) {
    for (path, file) in view.files {
        let Some(facts) = file.facts.as_ref().filter(|it| it.language == "python") else {
            continue;
        };
        let semantics = &*facts.semantics;
        let all = (0..semantics.definitions.len()).map(|at| DefinitionId(at as u32));
        let mut said: FxHashMap<DefinitionId, Vec<ExprId>> = FxHashMap::default();
        for id in all {
            let own = said_by_decorators(semantics, id).into_iter();
            let items: Vec<ExprId> = own
                .filter_map(|(_, list)| match semantics.expr(list) {
                    Expr::Container { items, .. } => Some(items.iter().map(|it| it.value)),
                    _ => None,
                })
                .flatten()
                .collect();
            if !items.is_empty() {
                said.insert(id, items);
            }
        }
        if said.is_empty() {
            continue;
        }
        for (at, reference) in semantics.references.iter().enumerate() {
            let Some((owner, items)) = reference.owner.and_then(|it| Some((it, said.get(&it)?)))
            else {
                continue;
            };
            if !items.contains(&reference.target) {
                continue;
            }
            let Some(node) = definition_node(view.graph, path, semantics, owner) else { continue };
            let named = view.graph.dependencies(node).iter().filter(|it| {
                it.reference == Some(at as u32)
                    && it.confidence > Confidence::Possible
                    && guards.nodes.binary_search(&it.node).is_ok()
            });
            found.extend(named.map(|it| (node, it.node, reference.certainty)));
        }
    }
}

/// What the decorators of an action or a function say in the place of the fields of its class:
/// `@action(permission_classes=[])`, `@permission_classes([])`.
pub(crate) fn said_by_decorators(
    semantics: &Semantics,
    id: DefinitionId,
) -> Vec<(&'static str, ExprId)> {
    /// How the decorators are called that make a method an action.
    const ACTIONS: &[&str] = &["action", "detail_route", "list_route"];
    let definition = semantics.definition(id);
    if !definition.kind.is_function() {
        return Vec::new();
    }
    let field = |name: &str| GUARD_FIELDS.iter().copied().find(|it| *it == name);
    let mut said = Vec::new();
    for decorator in &definition.decorators {
        let Expr::Call { callee, arguments } = semantics.expr(*decorator) else { continue };
        let (Expr::Name { name, .. } | Expr::Attribute { name, .. }) = semantics.expr(*callee)
        else {
            continue;
        };
        if let (Some(field), [only]) = (field(name), &arguments[..]) {
            said.push((field, only.value));
        } else if ACTIONS.contains(&name.as_str()) {
            said.extend(
                arguments.iter().filter_map(|it| Some((field(it.name.as_deref()?)?, it.value))),
            );
        }
    }
    said
}

/// The same with whether they write out all of it.
pub(crate) fn replaced_by_decorators(
    semantics: &Semantics,
    id: DefinitionId,
) -> Vec<(&'static str, bool)> {
    let said = said_by_decorators(semantics, id).into_iter();
    said.map(|(field, list)| (field, is_written_out(semantics, list))).collect()
}

fn is_guard_field(semantics: &Semantics, class: DefinitionId, field: DefinitionId) -> bool {
    let field = semantics.definition(field);
    field.kind == DefinitionKind::Field
        && field.parent == Some(class)
        && GUARD_FIELDS.contains(&field.name.as_str())
}

/// How surely a guard that a field names holds for all methods of its class: `{"post": [guard]}`
/// holds for those whose names are keys.
pub(crate) fn holds_for_all(
    semantics: &Semantics,
    field: DefinitionId,
    guard: ExprId,
) -> Certainty {
    let field = semantics.definition(field);
    let Some(Expr::Container { kind: ContainerKind::Mapping, items }) =
        field.value.map(|it| semantics.expr(it))
    else {
        return Certainty::Always;
    };
    let Some(class) = field.parent else { return Certainty::Perhaps };
    let answers = semantics.definitions.iter().filter(|it| {
        it.parent == Some(class) && it.kind.is_function() && METHODS.contains(&it.name.as_str())
    });
    if items.len() > MAX_ITEMS {
        return Certainty::Perhaps;
    }
    let has = |method: &Name| {
        items.iter().any(|it| {
            it.key.as_deref().is_some_and(|key| key.eq_ignore_ascii_case(method))
                && names(semantics, it.value, guard)
        })
    };
    let mut count = 0;
    let is_all = answers.inspect(|_| count += 1).all(|it| has(&it.name));
    // Methods of classes below it are none of its own.
    if is_all && count > 0 { Certainty::Always } else { Certainty::Perhaps }
}

fn names(semantics: &Semantics, list: ExprId, guard: ExprId) -> bool {
    let is_it = |expr: ExprId| match semantics.expr(expr) {
        Expr::Call { callee, .. } => is_same(semantics, semantics.unapplied(*callee), guard),
        _ => is_same(semantics, expr, guard),
    };
    match semantics.expr(list) {
        Expr::Container { items, .. } => items.iter().any(|it| is_it(it.value)),
        _ => is_it(list),
    }
}

/// Whether two expressions are written alike.
fn is_same(semantics: &Semantics, one: ExprId, other: ExprId) -> bool {
    match (semantics.expr(one), semantics.expr(other)) {
        (Expr::Attribute { base: a, name: b }, Expr::Attribute { base: c, name: d }) => {
            b == d && is_same(semantics, *a, *c)
        }
        (one, other) => one == other,
    }
}

/// What a class puts in the place of the guards that its bases name: the names of such fields,
/// and whether it writes out all that they hold.
pub(crate) fn replaced(semantics: &Semantics, class: DefinitionId) -> Vec<(&str, bool)> {
    let own = semantics.definitions.iter().enumerate();
    let own = own.map(|(at, it)| (DefinitionId(at as u32), it));
    let own = own.filter(|(id, _)| is_guard_field(semantics, class, *id));
    let replaced = own.filter(|(id, _)| !goes_on(semantics, *id));
    replaced
        .map(|(_, it)| (&*it.name, it.value.is_some_and(|it| is_written_out(semantics, it))))
        .collect()
}

/// Whether a field adds to what its bases have under its name: `Base.decorators + [limit]`.
fn goes_on(semantics: &Semantics, field: DefinitionId) -> bool {
    let name = &semantics.definition(field).name;
    let mut own = semantics.references.iter().filter(|it| it.initialises == Some(field));
    own.any(|it| {
        it.certainty == Certainty::Always
            && matches!(semantics.expr(it.target), Expr::Attribute { name: of, .. } if of == name)
    })
}

/// Whether a list says all that it holds.
fn is_written_out(semantics: &Semantics, value: ExprId) -> bool {
    let Expr::Container { items, .. } = semantics.expr(value) else { return false };
    items.iter().all(|it| match semantics.expr(it.value) {
        Expr::Container { .. } => is_written_out(semantics, it.value),
        Expr::Index { .. } | Expr::Either(_) | Expr::Unknown => false,
        _ => true,
    })
}
