//! The paths that a route's argument may stand for.

use crate::builder::lookup;
use crate::{Bound, ContainerKind, DefinitionKind, Expr, ExprId, Name, ScopeId, Semantics};

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

/// Rows of one table that become routes.
const MAX_ROWS: usize = 512;

/// The paths and handlers of a table that a loop goes over, `for path, view in TABLE`, where the
/// file writes it out; of the same handler where that is not of the table.
pub(super) fn table_rows(
    semantics: &Semantics,
    path: ExprId,
    handler: ExprId,
) -> Vec<(Name, ExprId)> {
    let Some((row, table, path_key)) = of_row(semantics, path) else { return Vec::new() };
    let handler_key = of_row(semantics, handler).filter(|it| it.0 == row).map(|it| it.2);
    let Some(Expr::Container { items, .. }) = literal(semantics, table) else { return Vec::new() };
    let part = |row: ExprId, key: &Name| match literal(semantics, row)? {
        Expr::Container { kind: ContainerKind::Mapping, items } => {
            items.iter().rev().find(|it| it.key.as_ref() == Some(key)).map(|it| it.value)
        }
        Expr::Container { items, .. } => items.get(key.parse::<usize>().ok()?).map(|it| it.value),
        _ => None,
    };
    let rows = items.iter().take(MAX_ROWS).map(|item| {
        let path = match semantics.expr(part(item.value, &path_key)?) {
            Expr::Text(path) => path.clone(),
            _ => return None,
        };
        let handler = match &handler_key {
            Some(key) => part(item.value, key)?,
            None => handler,
        };
        Some((path, handler))
    });
    // A row that is computed makes all of it unknown.
    rows.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The turn of a loop that an expression takes something of, what the loop goes over, and what
/// is taken.
fn of_row(semantics: &Semantics, expr: ExprId) -> Option<(ExprId, ExprId, Name)> {
    let value = match semantics.expr(expr) {
        Expr::Name { scope, name } => only_value(semantics, *scope, name)?,
        _ => expr,
    };
    let Expr::Index { base, key: Some(key) } = semantics.expr(value) else { return None };
    let row = match semantics.expr(*base) {
        Expr::Name { scope, name } => match lookup(semantics, *scope, name)?.1 {
            [binding] => match binding.bound {
                Bound::Element(table) => return Some((table, table, key.clone())),
                _ => return None,
            },
            _ => return None,
        },
        _ => *base,
    };
    match semantics.expr(row) {
        Expr::Index { base: table, key: None } => Some((*table, *table, key.clone())),
        _ => None,
    }
}

fn only_value(semantics: &Semantics, scope: ScopeId, name: &str) -> Option<ExprId> {
    let (_, [binding]) = lookup(semantics, scope, name)? else { return None };
    match binding.bound {
        Bound::Value(value) => Some(value),
        Bound::Definition(id) => {
            let definition = semantics.definition(id);
            definition.value.filter(|_| definition.kind == DefinitionKind::Variable)
        }
        _ => None,
    }
}

/// What is written out, by a name of this file or in place, and never changed.
fn literal(semantics: &Semantics, expr: ExprId) -> Option<&Expr> {
    let expr = match semantics.expr(expr) {
        Expr::Name { scope, name } => only_value(semantics, *scope, name)?,
        _ => expr,
    };
    Some(semantics.expr(expr))
}
