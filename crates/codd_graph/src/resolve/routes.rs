//! Edges of routes, the hooks around them, and tests.

use codd_facts::{Expr, ExprId};

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::names::find_name;
use super::value::{NO_FRAME, OWN, Value};
use crate::{Confidence, EdgeKind, EdgeSource, EdgeTarget, Hook, HookAction, Router};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for (at, route) in semantics.routes.iter().enumerate() {
        for expr in std::iter::once(&route.handler).chain(&route.middleware) {
            for (target, confidence) in functions(evaluator, *expr) {
                let from = EdgeSource::Route(at as u32);
                edges.add(from, target, EdgeKind::Calls, confidence, None);
            }
        }
        for router in route.router.into_iter().flat_map(|it| routers(evaluator, it)) {
            edges.routers.push((at as u32, router));
        }
    }
    for hook in &semantics.route_hooks {
        let on = routers(evaluator, hook.router);
        let mut actions: Vec<HookAction> = functions(evaluator, hook.function)
            .into_iter()
            .filter_map(|(target, confidence)| match target {
                EdgeTarget::Definition(path, id) => Some(HookAction::Run(path, id, confidence)),
                _ => None,
            })
            .collect();
        if actions.is_empty() {
            actions.extend(routers(evaluator, hook.function).into_iter().map(HookAction::Mount));
        }
        for router in on {
            for action in &actions {
                let prefix = hook.prefix.clone();
                edges.hooks.push(Hook { router: router.clone(), prefix, action: action.clone() });
            }
        }
    }
    for (at, test) in semantics.tests.iter().enumerate() {
        let to = EdgeTarget::Definition(evaluator.path(OWN).clone(), test.definition);
        let from = EdgeSource::Test(at as u32);
        edges.add(from, to, EdgeKind::Tests, Confidence::Exact, None);
    }
}

/// The functions that run when the value of an expression is called; where it is itself the
/// result of a call, as in `require_role("admin")`, that function too.
fn functions(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Vec<(EdgeTarget, Confidence)> {
    let semantics = evaluator.semantics(OWN);
    let mut out = Vec::new();
    let mut exprs = vec![expr];
    match semantics.expr(expr) {
        Expr::Call { callee, .. } => exprs.push(*callee),
        Expr::Container { items, .. } => exprs = items.iter().map(|it| it.value).collect(),
        _ => {}
    }
    for expr in exprs {
        let flows = evaluator.opened(OWN, expr, NO_FRAME);
        for flow in flows.flows() {
            if let Value::Definition { at, .. } = &flow.value
                && !matches!(flow.value, Value::Method { .. })
            {
                out.push((evaluator.target(*at), flow.confidence));
            }
            for (at, _) in evaluator.called(&flow.value) {
                out.push((evaluator.target(at), flow.confidence));
            }
        }
    }
    out
}

/// The routers that an expression names.
fn routers(evaluator: &mut Evaluator<'_>, expr: ExprId) -> Vec<Router> {
    let flows = evaluator.expr(OWN, expr, NO_FRAME);
    let mut out: Vec<Router> = flows
        .iter()
        .filter_map(|flow| match &flow.value {
            Value::Definition { at, .. } => {
                Some(Router::Definition(evaluator.path(at.file).clone(), at.id))
            }
            _ => None,
        })
        .collect();
    if out.is_empty() {
        let semantics = evaluator.semantics(OWN);
        if let Expr::Name { scope, name } = semantics.expr(expr)
            && let Some((scope, _)) = find_name(&semantics, *scope, name)
            && let Some(owner) = semantics.scope(scope).owner
        {
            out.push(Router::Local(evaluator.path(OWN).clone(), owner, name.clone()));
        }
    }
    out
}
