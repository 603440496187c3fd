//! Sets of views of Django REST framework: which of the actions that a router would serve a set
//! has, by its own methods and by what its bases bring.

use codd_facts::{Bound, DefinitionKind, Expr, ExprId, Name, Route};

use super::evaluate::Evaluator;
use super::value::{At, NO_FRAME, OWN, Value};

/// The packages whose classes are known.
const PACKAGE: &str = "rest_framework.";

/// What limits a set to some methods.
const METHODS: &str = "http_method_names";

/// Which actions the classes of the framework bring, by the last part of their names.
const BRINGING: &[(&str, &[&str])] = &[
    ("CreateModelMixin", &["create"]),
    ("DestroyModelMixin", &["destroy"]),
    ("ListModelMixin", &["list"]),
    ("ModelViewSet", &["list", "create", "retrieve", "update", "partial_update", "destroy"]),
    ("ReadOnlyModelViewSet", &["list", "retrieve"]),
    ("RetrieveModelMixin", &["retrieve"]),
    ("UpdateModelMixin", &["update", "partial_update"]),
];

/// Whether a set of views has the action that a route would be answered by; of what is not known
/// it may have all.
pub(super) fn offers(
    evaluator: &mut Evaluator<'_>,
    route: &Route,
    view: ExprId,
    action: &str,
) -> bool {
    let flows = evaluator.expr(OWN, view, NO_FRAME);
    if flows.is_empty() {
        return true;
    }
    let flows: Vec<Value> = flows.iter().map(|it| it.value.clone()).collect();
    flows.iter().any(|value| match value {
        Value::Definition { at, .. } if evaluator.definition(*at).kind == DefinitionKind::Class => {
            class_offers(evaluator, *at, route, action)
        }
        Value::External(name) => brings(name, action),
        _ => true,
    })
}

/// The classes of the project that an expression of the own file stands for.
pub(super) fn classes(evaluator: &mut Evaluator<'_>, view: ExprId) -> Vec<At> {
    let flows = evaluator.expr(OWN, view, NO_FRAME);
    let classes = flows.iter().filter_map(|it| match it.value {
        Value::Definition { at, .. } => Some(at),
        _ => None,
    });
    classes.filter(|it| evaluator.definition(*it).kind == DefinitionKind::Class).collect()
}

fn class_offers(evaluator: &mut Evaluator<'_>, class: At, route: &Route, action: &str) -> bool {
    let ancestry = evaluator.ancestry(class);
    let order: Vec<At> = ancestry.order.iter().map(|it| it.0).collect();
    let methods = order.iter().find_map(|it| methods(evaluator, *it));
    if methods.is_some_and(|it| !it.iter().any(|it| it.eq_ignore_ascii_case(&route.method))) {
        return false;
    }
    for at in order {
        if let Some(is_there) = own(evaluator, at, action) {
            return is_there;
        }
        let semantics = evaluator.semantics(at.file);
        for base in &semantics.definition(at.id).bases {
            let flows = evaluator.opened(at.file, *base, NO_FRAME);
            let is_brought = flows.flows().is_empty()
                || flows.flows().iter().any(|it| match &it.value {
                    Value::External(name) | Value::ExternalOf { name, .. } => brings(name, action),
                    Value::Definition { .. } | Value::Literal => false,
                    _ => true,
                });
            if is_brought {
                return true;
            }
        }
    }
    false
}

/// Whether a class from outside has an action; one of an unknown library may have it.
fn brings(name: &str, action: &str) -> bool {
    let Some(rest) = name.strip_prefix(PACKAGE) else {
        return !matches!(name, "object" | "builtins.object" | "typing.Generic" | "abc.ABC");
    };
    let class = rest.rsplit('.').next().unwrap_or(rest);
    BRINGING.iter().any(|(known, actions)| *known == class && actions.contains(&action))
}

/// Whether a class itself has an action, or takes that of its bases back, `destroy = None`; `None`
/// where it says nothing.
fn own(evaluator: &Evaluator<'_>, class: At, action: &str) -> Option<bool> {
    let semantics = evaluator.semantics(class.file);
    let body = semantics.definition(class.id).body?;
    let last = semantics.scope(body).bindings_of(action).last()?;
    let value = match last.bound {
        Bound::Definition(id) => semantics.definition(id).value,
        Bound::Value(value) => Some(value),
        _ => None,
    };
    Some(!value.is_some_and(|it| matches!(semantics.expr(it), Expr::Literal)))
}

/// The methods that a class itself is limited to, where it writes them out.
fn methods(evaluator: &Evaluator<'_>, class: At) -> Option<Vec<Name>> {
    let semantics = evaluator.semantics(class.file);
    let body = semantics.definition(class.id).body?;
    let [only] = semantics.scope(body).bindings_of(METHODS) else { return None };
    let value = match only.bound {
        Bound::Definition(id) => semantics.definition(id).value?,
        Bound::Value(value) => value,
        _ => return None,
    };
    let Expr::Container { items, .. } = semantics.expr(value) else { return None };
    let texts = items.iter().map(|it| match semantics.expr(it.value) {
        Expr::Text(method) => Some(method.clone()),
        _ => None,
    });
    texts.collect()
}
