//! Chains of calls by which a router is built.

use crate::{Expr, ExprId, Semantics};

/// Calls chained to one another that are looked through: also what a program writes is a chain.
const MAX_CHAIN: usize = 4096;

/// The router that a chain of registrations starts from: `Router()` of
/// `Router().use(a).get("/", b)`; any other expression is its own start.
///
/// `giving` are the methods that give back the router which they are called on, in the language
/// of the file: [`giving_router`](crate::Conventions::giving_router).
pub fn chained_router(semantics: &Semantics, expr: ExprId, giving: &[&str]) -> ExprId {
    let mut at = expr;
    for _ in 0..MAX_CHAIN {
        let Some(base) = chained_to(semantics, at, giving) else { break };
        at = base;
    }
    at
}

/// The router that one call of such a chain is called on.
pub(crate) fn chained_to(semantics: &Semantics, expr: ExprId, giving: &[&str]) -> Option<ExprId> {
    let Expr::Call { callee, .. } = semantics.expr(expr) else { return None };
    match semantics.expr(semantics.unapplied(*callee)) {
        Expr::Attribute { base, name } if giving.contains(&name.as_str()) => Some(*base),
        _ => None,
    }
}
