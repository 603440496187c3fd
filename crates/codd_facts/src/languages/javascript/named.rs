//! What names and keys of a file stand for once all of it was read; bindings must be sorted.

use crate::builder::lookup;
use crate::{Bound, Expr, ExprId, ImportId, ScopeId, Semantics};

/// The one value that a variable is given.
pub(super) fn variable(semantics: &Semantics, scope: ScopeId, name: &str) -> Option<ExprId> {
    let (_, [binding]) = lookup(semantics, scope, name)? else { return None };
    match binding.bound {
        Bound::Value(value) => Some(value),
        Bound::Definition(id) => semantics.definition(id).value,
        _ => None,
    }
}

/// What an object written in place has under a key.
pub(super) fn value_of(semantics: &Semantics, object: ExprId, key: &str) -> Option<ExprId> {
    let Expr::Container { items, .. } = semantics.expr(object) else { return None };
    items.iter().find(|it| it.key.as_deref() == Some(key)).map(|it| it.value)
}

/// The import that a name was bound by.
pub(super) fn import_of(semantics: &Semantics, expr: ExprId) -> Option<ImportId> {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return None };
    let (_, [binding]) = lookup(semantics, *scope, name)? else { return None };
    match binding.bound {
        Bound::Import(id) => Some(id),
        _ => None,
    }
}
