//! The paths that a route's argument may stand for.

use crate::builder::lookup;
use crate::{Bound, DefinitionKind, Expr, ExprId, Name, Semantics};

/// The texts that a path may be: written in place, held by a name of this file, or each of a
/// list that a loop goes over; `None` where that is known only when the code runs.
pub(super) fn path_texts(semantics: &Semantics, expr: ExprId, steps: u32) -> Option<Vec<Name>> {
    let steps = steps.checked_sub(1)?;
    match semantics.expr(expr) {
        Expr::Text(text) => Some(vec![text.clone()]),
        Expr::Container { items, .. } => {
            let texts = items.iter().map(|it| path_texts(semantics, it.value, steps));
            Some(texts.collect::<Option<Vec<_>>>()?.concat())
        }
        Expr::Name { scope, name } => {
            let (_, bindings) = lookup(semantics, *scope, name)?;
            let [binding] = bindings else { return None };
            match binding.bound {
                Bound::Definition(id) => {
                    let definition = semantics.definition(id);
                    let is_variable = definition.kind == DefinitionKind::Variable;
                    path_texts(semantics, definition.value.filter(|_| is_variable)?, steps)
                }
                Bound::Value(value) | Bound::Element(value) => path_texts(semantics, value, steps),
                _ => None,
            }
        }
        _ => None,
    }
}

pub(super) fn is_path(text: &str) -> bool {
    text.is_empty() || text.starts_with('/')
}
