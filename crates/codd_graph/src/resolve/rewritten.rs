//! Properties that a file writes once more after their object is made: what was written first
//! does not say what they hold where they are read.

use codd_facts::{Bound, Expr, ExprId, Name, ReferenceKind, Semantics};

use super::names::find_name;

/// Names and parts within one another that are looked through.
const MAX_DEPTH: u32 = 8;

/// Whether an expression reads a property that its file writes, of that object or of what may
/// be the same under another name, or one of an object into which something is put as a whole:
/// `cfg.base = "/z"`, `Object.assign(cfg, process.env)`.
pub(super) fn is_rewritten(semantics: &Semantics, expr: ExprId) -> bool {
    reads_rewritten(semantics, expr, 0)
}

fn reads_rewritten(semantics: &Semantics, expr: ExprId, depth: u32) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let below = |it: ExprId| reads_rewritten(semantics, it, depth + 1);
    match semantics.expr(expr) {
        Expr::Attribute { base, name } | Expr::Index { base, key: Some(name) } => {
            is_changed(semantics, *base) || is_written(semantics, name) || below(*base)
        }
        Expr::Joined(parts) => parts.iter().copied().any(below),
        Expr::Name { scope, name } => {
            let bindings = find_name(semantics, *scope, name).map_or(&[][..], |it| it.1);
            bindings.iter().any(|it| match it.bound {
                Bound::Value(value) | Bound::Alias(value) => below(value),
                Bound::Definition(id) => semantics.definition(id).value.is_some_and(below),
                _ => false,
            })
        }
        _ => false,
    }
}

/// Whether some property of this name is written in the file, other than by an object for itself.
fn is_written(semantics: &Semantics, property: &Name) -> bool {
    semantics.references.iter().any(|it| {
        it.kind == ReferenceKind::Write
            && match semantics.expr(it.target) {
                Expr::Attribute { base, name } => {
                    name == property && !matches!(semantics.expr(*base), Expr::This { .. })
                }
                Expr::Index { key: Some(key), .. } => key == property,
                _ => false,
            }
    })
}

/// Whether a name of the file stands for an object that is changed as a whole.
fn is_changed(semantics: &Semantics, expr: ExprId) -> bool {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return false };
    let bound_in = find_name(semantics, *scope, name).map(|it| it.0);
    bound_in.is_some_and(|it| semantics.changed.contains(&(it, name.clone())))
}
