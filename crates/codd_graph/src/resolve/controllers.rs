//! Hooks of controllers: what each adds, inherits and takes back, and what a route leaves out.

use codd_facts::{
    ControllerHook, DefinitionId, DefinitionKind, Expr, Held, Route, RouteHook, RouteHookKind,
};
use codd_source::RepoPath;

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::middleware::{functions, outside};
use super::routers::routers;
use super::routes::is_rebound;
use super::value::{At, NO_FRAME, OWN, Value};
use crate::{Confidence, EdgeTarget, Hook, HookAction, Router};

/// Adds what one hook of a controller says; `controller` with its place among the file's.
pub(super) fn resolve(
    evaluator: &mut Evaluator<'_>,
    hook: &RouteHook,
    controller: &(u32, ControllerHook),
    edges: &mut EdgeSet,
) {
    let actions = match hook.kind {
        RouteHookKind::Skip => vec![HookAction::Skip],
        RouteHookKind::Inherit => {
            let bases = routers(evaluator, hook.function);
            let is_class =
                matches!(evaluator.semantics(OWN).expr(hook.router), Expr::Definition(_));
            let further: Vec<HookAction> = if is_class {
                // What its bases inherit, their files say.
                Vec::new()
            } else {
                bases.iter().flat_map(|it| inherited(evaluator, it)).collect()
            };
            let bases = bases.into_iter().map(|it| HookAction::Inherit(it, Confidence::Exact));
            bases.chain(further).collect()
        }
        RouteHookKind::Configure => called(evaluator, hook),
        _ => {
            let mut found: Vec<HookAction> = functions(evaluator, hook.function)
                .into_iter()
                .filter_map(|(target, confidence)| match target {
                    EdgeTarget::Definition(path, id) => Some(HookAction::Run(path, id, confidence)),
                    _ => None,
                })
                .collect();
            let from_outside = outside(evaluator, hook.function).into_iter();
            found.extend(from_outside.map(|(name, it)| HookAction::RunOutside(name, it)));
            if let Expr::Text(word) = evaluator.semantics(OWN).expr(hook.function) {
                // A name that the framework, or somebody else, gives a meaning.
                found.push(HookAction::RunOutside(word.clone(), Confidence::Exact));
            }
            if found.is_empty() && controller.1.name.is_some() {
                found.push(HookAction::RunNamed);
            }
            found
        }
    };
    let is_rebound =
        hook.kind == RouteHookKind::Inherit && is_rebound(&evaluator.semantics(OWN), hook.router);
    for router in routers(evaluator, hook.router) {
        for action in &actions {
            edges.hooks.push(Hook {
                router: router.clone(),
                prefix: None,
                order: None,
                kind: hook.kind,
                action: action.clone(),
                owner: hook.owner,
                is_conditional: hook.is_conditional || is_rebound,
                controller: Some(controller.clone()),
                limits: None,
            });
        }
    }
}

/// The classes that a class extends.
fn inherited(evaluator: &mut Evaluator<'_>, class: &Router) -> Vec<HookAction> {
    let Router::Definition(path, id) = class else { return Vec::new() };
    let Some(file) = evaluator.file(path) else { return Vec::new() };
    let class = At { file, id: *id };
    if !evaluator.definition(class).kind.is_type() {
        return Vec::new();
    }
    let ancestry = evaluator.ancestry(class);
    let bases = ancestry.order.iter().filter(|(it, _)| *it != class);
    bases
        .map(|(it, confidence)| {
            let base = Router::Definition(evaluator.path(it.file).clone(), it.id);
            HookAction::Inherit(base, *confidence)
        })
        .collect()
}

/// The functions that a call in a class body runs.
fn called(evaluator: &mut Evaluator<'_>, hook: &RouteHook) -> Vec<HookAction> {
    let flows = evaluator.expr(OWN, hook.function, NO_FRAME);
    let mut out = Vec::new();
    for flow in flows.iter() {
        if let Value::Definition { at, .. } | Value::Method { at, .. } = flow.value
            && matches!(
                evaluator.definition(at).kind,
                DefinitionKind::Function | DefinitionKind::Method
            )
        {
            let router = Router::Definition(evaluator.path(at.file).clone(), at.id);
            out.push(HookAction::Inherit(router, flow.confidence));
        }
    }
    out
}

/// What does not run before a route.
#[derive(Default)]
pub(super) struct Without {
    known: Vec<(RepoPath, DefinitionId)>,
    /// More of it is computed.
    is_open: bool,
    /// Classes of other packages are among it, and so what extends them.
    has_foreign: bool,
}

impl Without {
    /// Whether something is left out.
    pub(super) fn of(&self, evaluator: &mut Evaluator<'_>, target: &EdgeTarget) -> Held {
        let EdgeTarget::Definition(path, id) = target else { return Held::No };
        if self.known.iter().any(|it| it.0 == *path && it.1 == *id) {
            return Held::Surely;
        }
        let may_be = self.is_open || self.has_foreign && is_of_extended(evaluator, path, *id);
        if may_be { Held::Perhaps } else { Held::No }
    }
}

/// Whether a method is one of a class that has a base.
fn is_of_extended(evaluator: &mut Evaluator<'_>, path: &RepoPath, id: DefinitionId) -> bool {
    let Some(file) = evaluator.file(path) else { return true };
    let parent = evaluator.definition(At { file, id }).parent;
    parent.is_some_and(|id| !evaluator.definition(At { file, id }).bases.is_empty())
}

/// What a route leaves out of what its groups and its controller run before it.
pub(super) fn without(
    evaluator: &mut Evaluator<'_>,
    at: u32,
    route: &Route,
    edges: &mut EdgeSet,
) -> Without {
    let mut out = Without::default();
    for (nth, expr) in route.without.iter().enumerate() {
        if *evaluator.semantics(OWN).expr(*expr) == Expr::Unknown {
            out.is_open = true;
            continue;
        }
        let found = functions(evaluator, *expr);
        let semantics = evaluator.semantics(OWN);
        match semantics.expr(*expr) {
            // A name of the framework's own, unless the project gives it to something else.
            Expr::Text(_) => out.has_foreign |= out.known.is_empty(),
            // A name of the project's: what nobody is found to be called so, may be any.
            Expr::Import(id) if semantics.import(*id).is_optional() => {
                out.is_open |= found.is_empty() && route.leaves_out_own_name(&semantics, nth);
            }
            _ => out.has_foreign |= found.is_empty(),
        }
        for (target, confidence) in found {
            match target {
                EdgeTarget::Definition(path, id) if confidence > Confidence::Possible => {
                    out.known.push((path, id));
                }
                _ => out.is_open = true,
            }
        }
    }
    edges.without.extend(out.known.iter().map(|it| (at, Some(it.clone()))));
    if out.is_open || out.has_foreign {
        edges.without.push((at, None));
    }
    out
}
