//! Arguments of the calls that frameworks know: by keyword, by what they are for.

use crate::{Argument, Expr, ExprId, Name, Semantics};

pub(super) fn keyword(arguments: &[Argument], name: &str) -> Option<ExprId> {
    arguments.iter().find(|it| it.name.as_deref() == Some(name)).map(|it| it.value)
}

/// The positional argument at a place, if all before it are positional.
pub(super) fn positional(arguments: &[Argument], at: usize) -> Option<ExprId> {
    arguments.get(at).filter(|it| it.name.is_none()).map(|it| it.value)
}

/// The path of a route: the first argument, or `path=`, `rule=`.
pub(super) fn path_argument(arguments: &[Argument]) -> Option<ExprId> {
    positional(arguments, 0)
        .or_else(|| keyword(arguments, "path"))
        .or_else(|| keyword(arguments, "rule"))
}

pub(super) fn route_methods(semantics: &Semantics, arguments: &[Argument]) -> Option<Vec<Name>> {
    method_names(semantics, keyword(arguments, "methods")?)
}

pub(super) fn method_names(semantics: &Semantics, list: ExprId) -> Option<Vec<Name>> {
    let Expr::Container { items, .. } = semantics.expr(list) else { return None };
    let methods = items.iter().filter_map(|item| match semantics.expr(item.value) {
        Expr::Text(method) => Some(Name::new(method.to_ascii_uppercase())),
        _ => None,
    });
    Some(methods.collect::<Vec<_>>()).filter(|it| !it.is_empty())
}
