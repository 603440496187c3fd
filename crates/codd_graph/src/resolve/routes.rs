//! Edges of routes, the hooks around them, and tests.

use codd_facts::{
    Bound, Certainty, DefinitionId, DefinitionKind, Expr, ExprId, Held, Name, Route, RouteHook,
    RouteHookKind, Semantics,
};
use codd_source::RepoPath;

use super::EdgeSet;
use super::controllers::{self, without};
use super::evaluate::Evaluator;
use super::middleware::{Middleware, functions, one_of, outside};
use super::names::find_name;
use super::parts::is_part;
use super::paths;
use super::routers::{given_to, prefixes, routers};
use super::tables::{Row, Table};
use super::value::{At, NO_FRAME, OWN, Value};
use super::view_sets;
use crate::{
    Basis, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, Hook, HookAction, Prefix,
    Router, Running,
};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for (at, route) in semantics.routes.iter().enumerate() {
        if let Some(it) = route.computed
            && let Some(path) = paths::computed(evaluator, &route.path, it)
        {
            edges.paths.push((at as u32, path));
        }
        if let Some((view, action)) = route.view_set_action(&semantics) {
            if !view_sets::offers(evaluator, route, view, action) {
                edges.absent.push(at as u32);
                continue;
            }
            answered_by(evaluator, at as u32, route, view, edges);
        }
        let without = without(evaluator, at as u32, route, edges);
        let late = behind_answers(evaluator, &semantics, route);
        for expr in std::iter::once(&route.handler).chain(&route.middleware) {
            let is_middleware = *expr != route.handler;
            let found = functions(evaluator, *expr);
            let is_left_out = is_middleware
                && found.iter().any(|(target, _)| without.of(evaluator, target) == Held::Surely);
            for (target, confidence) in found {
                let mut confidence = confidence;
                if is_middleware {
                    match without.of(evaluator, &target) {
                        // The name of what is left out, or of a list with that in it.
                        Held::No if is_left_out && is_name(evaluator, &target) => {
                            confidence = Confidence::Possible;
                        }
                        Held::No => {}
                        Held::Perhaps => confidence = Confidence::Possible,
                        Held::Surely => continue,
                    }
                }
                if let EdgeTarget::Definition(path, id) = &target
                    && *expr == route.handler
                {
                    edges.handlers.push((at as u32, path.clone(), *id));
                }
                let (from, kind) = (EdgeSource::Route(at as u32), EdgeKind::Calls);
                if !late.contains(expr) {
                    edges.add_implied(from, target, kind, confidence);
                    continue;
                }
                let running = Running::of(kind, confidence).limited(Certainty::Perhaps);
                edges.add(FileEdge {
                    from,
                    to: target,
                    kind,
                    confidence,
                    basis: Basis::Implied,
                    running,
                    reference: None,
                });
            }
        }
        if let Some((function, decorators)) =
            undecorated(&semantics, route.handler, route.registered_by)
        {
            edges.undecorated.push((at as u32, function));
            for decorator in decorators {
                for (target, confidence) in functions(evaluator, *decorator) {
                    let from = EdgeSource::Route(at as u32);
                    edges.add_implied(from, target, EdgeKind::Decorates, confidence);
                }
            }
        }
        let on = route.router.map(|it| routers(evaluator, it)).unwrap_or_default();
        let is_of_set = route.view_set(&semantics).is_some();
        for router in on {
            note_part(evaluator, &router, edges);
            if is_of_set {
                edges.parts.insert(router.clone());
            }
            edges.routers.push((at as u32, router));
        }
    }
    for own in &semantics.router_prefixes {
        let prefixes = prefixes(evaluator, own.prefix).unwrap_or_else(|| vec![Prefix::Unknown]);
        for router in routers(evaluator, own.router) {
            edges.prefixes.extend(prefixes.iter().map(|it| (router.clone(), it.clone())));
        }
    }
    for (at, hook) in semantics.route_hooks.iter().enumerate() {
        let controller = hook.controller.clone().map(|it| (at as u32, it));
        match controller {
            Some(controller) => controllers::resolve(evaluator, hook, &controller, edges),
            None => hooked(evaluator, hook, edges),
        }
    }
    for (at, test) in semantics.tests.iter().enumerate() {
        let to = EdgeTarget::Definition(evaluator.path(OWN).clone(), test.definition);
        let from = EdgeSource::Test(at as u32);
        edges.add_implied(from, to, EdgeKind::Tests, Confidence::Exact);
    }
}

/// What of a chain of gin runs when a function before it has answered.
fn behind_answers(
    evaluator: &mut Evaluator<'_>,
    semantics: &Semantics,
    route: &Route,
) -> Vec<ExprId> {
    if route.framework != "gin" || route.middleware.is_empty() {
        return Vec::new();
    }
    let chain: Vec<ExprId> = route.middleware.iter().chain([&route.handler]).copied().collect();
    let answers = |expr: &ExprId| {
        let is_named = matches!(semantics.expr(*expr), Expr::Name { .. } | Expr::Attribute { .. });
        is_named
            && evaluator.expr(OWN, *expr, NO_FRAME).iter().any(|flow| match flow.value {
                Value::Definition { at, .. } | Value::Method { at, .. } => {
                    evaluator.definition(at).flags.answers
                }
                _ => false,
            })
    };
    let first = chain.iter().position(answers);
    first.map(|it| chain[it + 1..].to_vec()).unwrap_or_default()
}

/// Whether a definition is but a name of what runs.
fn is_name(evaluator: &mut Evaluator<'_>, target: &EdgeTarget) -> bool {
    let EdgeTarget::Definition(path, id) = target else { return false };
    let Some(file) = evaluator.file(path) else { return false };
    let kind = evaluator.definition(At { file, id: *id }).kind;
    matches!(kind, DefinitionKind::Field | DefinitionKind::Variable)
}

/// Adds what a set of views runs for any of its actions; where none of its methods in the project
/// answers, the set itself does.
fn answered_by(
    evaluator: &mut Evaluator<'_>,
    at: u32,
    route: &Route,
    view: ExprId,
    edges: &mut EdgeSet,
) {
    let is_method = functions(evaluator, route.handler).iter().any(|(target, _)| {
        let EdgeTarget::Definition(path, id) = target else { return false };
        let file = evaluator.file(path);
        file.is_some_and(|file| evaluator.definition(At { file, id: *id }).kind.is_function())
    });
    let classes = view_sets::classes(evaluator, view);
    let confidence = if classes.len() > 1 { Confidence::Possible } else { Confidence::Exact };
    for class in classes {
        let target = evaluator.target(class);
        if let EdgeTarget::Definition(path, id) = &target
            && !is_method
        {
            edges.handlers.push((at, path.clone(), *id));
        }
        edges.add_implied(EdgeSource::Route(at), target, EdgeKind::Calls, confidence);
    }
}

/// Notes a router that serves nothing by itself.
fn note_part(evaluator: &mut Evaluator<'_>, router: &Router, edges: &mut EdgeSet) {
    if !edges.parts.contains(router) && is_part(evaluator, router) {
        edges.parts.insert(router.clone());
    }
}

/// The function that a decorator registers although others stand above that, and those below,
/// which count; `None` where all count.
fn undecorated(
    semantics: &Semantics,
    function: ExprId,
    registered_by: Option<u32>,
) -> Option<(DefinitionId, &[ExprId])> {
    let Expr::Definition(id) = semantics.expr(function) else { return None };
    let at = registered_by.filter(|at| *at > 0)? as usize;
    let decorators = &semantics.definition(*id).decorators;
    Some((*id, decorators.get(at + 1..).unwrap_or_default()))
}

fn hooked(evaluator: &mut Evaluator<'_>, hook: &RouteHook, edges: &mut EdgeSet) {
    let on = match hook.kind {
        // It is on no router: all of the framework's routes have it.
        RouteHookKind::Global | RouteHookKind::Below => {
            vec![Router::Unnamed(evaluator.path(OWN).clone(), hook.function)]
        }
        _ => routers(evaluator, hook.router),
    };
    let is_set = hook.kind == RouteHookKind::Include
        && matches!(evaluator.semantics(OWN).expr(hook.router), Expr::Definition(_));
    for router in &on {
        note_part(evaluator, router, edges);
        if is_set {
            edges.parts.insert(router.clone());
        }
    }
    if let Some(by) = hook.limits.as_ref().and_then(|it| it.rules.as_ref()?.by.clone()) {
        // What its rules are of stands outside, whatever the file names.
        for router in on {
            edges.hooks.push(Hook {
                router,
                prefix: None,
                order: hook.order,
                kind: hook.kind,
                action: HookAction::RunOutside(by.clone(), Confidence::Exact),
                owner: hook.owner,
                is_conditional: hook.is_conditional,
                controller: None,
                limits: hook.limits.clone(),
            });
        }
        return;
    }
    let place = match hook.kind {
        RouteHookKind::Given(place) => Some(place),
        RouteHookKind::Plugin => Some(0),
        _ => None,
    };
    if let Some(place) = place {
        let below = hook.prefix.map(|it| match prefixes(evaluator, it).as_deref() {
            Some([only]) => only.clone(),
            _ => Prefix::Unknown,
        });
        let (middleware, of_outside) = before_mounted(evaluator, hook);
        for parameter in given_to(evaluator, hook.function, place as usize) {
            for router in &on {
                edges.hooks.push(Hook {
                    router: router.clone(),
                    prefix: below.clone(),
                    order: hook.order,
                    kind: hook.kind,
                    action: HookAction::Mount(
                        parameter.clone(),
                        middleware.clone(),
                        of_outside.clone(),
                    ),
                    owner: hook.owner,
                    is_conditional: hook.is_conditional,
                    controller: None,
                    limits: None,
                });
            }
        }
        return;
    }
    let is_run = runs_functions(hook.kind);
    let is_path = prefixes(evaluator, hook.function).is_some_and(|it| {
        // What calls give may be called literals too.
        it.iter().any(|it| matches!(it, Prefix::Known(_)))
    });
    if is_path && is_run {
        return;
    }
    let for_errors: RouteHook;
    let hook = if hook.order.is_some() && is_for_errors(evaluator, hook.function) {
        if !matches!(hook.kind, RouteHookKind::Aside | RouteHookKind::Use) {
            return;
        }
        for_errors = RouteHook { kind: RouteHookKind::Aside, ..hook.clone() };
        &for_errors
    } else {
        hook
    };
    let says: Vec<ExprId> = hook.prefix.into_iter().chain([hook.function]).collect();
    let said = match Table::of(evaluator, &says) {
        Some(table) => table
            .rows
            .iter()
            .map(|row| Said {
                prefixes: hook.prefix.and_then(|it| table.prefixes(evaluator, it, row)),
                actions: acts_in_row(evaluator, hook, &table, row),
                is_sure: table.is_whole,
            })
            .collect(),
        None => vec![Said {
            prefixes: hook.prefix.and_then(|it| prefixes(evaluator, it)),
            actions: acts(evaluator, hook),
            is_sure: true,
        }],
    };
    let semantics = evaluator.semantics(OWN);
    let is_conditional = hook.is_conditional || is_run && is_rebound(&semantics, hook.router);
    for Said { prefixes, actions, is_sure } in said {
        let prefixes = match prefixes {
            // Middleware may stand there, nowhere else.
            None if hook.prefix.is_some() && !is_run => vec![Some(Prefix::Unknown)],
            None => vec![None],
            Some(all) => all.into_iter().map(Some).collect(),
        };
        for router in &on {
            for prefix in &prefixes {
                for action in &actions {
                    edges.hooks.push(Hook {
                        router: router.clone(),
                        prefix: prefix.clone(),
                        order: hook.order,
                        kind: hook.kind,
                        action: action.clone(),
                        owner: hook.owner,
                        is_conditional: is_conditional || !is_sure,
                        controller: None,
                        limits: hook.limits.clone(),
                    });
                }
            }
        }
    }
}

/// What a hook says, of all there is or of one row of a table.
struct Said {
    prefixes: Option<Vec<Prefix>>,
    actions: Vec<HookAction>,
    is_sure: bool,
}

/// Whether functions that are registered so run for routes.
fn runs_functions(kind: RouteHookKind) -> bool {
    matches!(
        kind,
        RouteHookKind::Use
            | RouteHookKind::Layer
            | RouteHookKind::UseExactly
            | RouteHookKind::Depend
            | RouteHookKind::Application
            | RouteHookKind::Aside
            | RouteHookKind::ApplicationAside
            | RouteHookKind::Parameter
            | RouteHookKind::Global
    )
}

/// What a hook runs and serves.
fn acts(evaluator: &mut Evaluator<'_>, hook: &RouteHook) -> Vec<HookAction> {
    if hook.kind == RouteHookKind::Below {
        return vec![HookAction::Below];
    }
    let mut actions: Vec<HookAction> = Vec::new();
    if runs_functions(hook.kind) {
        actions.extend(functions(evaluator, hook.function).into_iter().filter_map(run));
        let outside = outside(evaluator, hook.function).into_iter();
        actions.extend(outside.map(|(name, it)| HookAction::RunOutside(name, it)));
    }
    bare(evaluator, hook, &mut actions);
    // Whether a variable is a router, other files say too.
    let mounted = routers(evaluator, hook.function);
    actions.extend(mounts(evaluator, hook, mounted));
    actions
}

/// The same of one row of a table that the hook's loop goes over.
fn acts_in_row(
    evaluator: &mut Evaluator<'_>,
    hook: &RouteHook,
    table: &Table,
    row: &Row,
) -> Vec<HookAction> {
    let Some(flows) = table.flows(evaluator, hook.function, row) else {
        return acts(evaluator, hook);
    };
    let mut actions: Vec<HookAction> = Vec::new();
    let is_path = table
        .prefixes(evaluator, hook.function, row)
        .is_some_and(|it| it.iter().any(|it| matches!(it, Prefix::Known(_))));
    if is_path && runs_functions(hook.kind) {
        return actions;
    }
    if runs_functions(hook.kind) {
        let mut found = Middleware::default();
        let limit = one_of(flows.flows(), Confidence::Exact);
        for flow in flows.flows() {
            if let Some(name) = flow.value.outside_name() {
                let confidence = flow.confidence.min(limit);
                actions.push(HookAction::RunOutside(name.clone(), confidence));
            }
            found.value(evaluator, &flow.value, flow.confidence.min(limit), 0);
        }
        actions.extend(found.out.into_iter().filter_map(run));
    }
    let mounted = table.routers(evaluator, hook.function, row);
    actions.extend(mounts(evaluator, hook, mounted));
    actions
}

fn run((target, confidence): (EdgeTarget, Confidence)) -> Option<HookAction> {
    match target {
        EdgeTarget::Definition(path, id) => Some(HookAction::Run(path, id, confidence)),
        _ => None,
    }
}

/// What serves these routers, behind what the hook runs before it.
fn mounts(
    evaluator: &mut Evaluator<'_>,
    hook: &RouteHook,
    mounted: Vec<Router>,
) -> Vec<HookAction> {
    if mounted.is_empty() {
        return Vec::new();
    }
    let (middleware, of_outside) = before_mounted(evaluator, hook);
    let mounted = mounted.into_iter();
    mounted.map(|it| HookAction::Mount(it, middleware.clone(), of_outside.clone())).collect()
}

/// What a hook runs before the router that it serves, of the project and of outside.
fn before_mounted(evaluator: &mut Evaluator<'_>, hook: &RouteHook) -> BeforeMounted {
    let (mut middleware, mut of_outside) = (Vec::new(), Vec::new());
    for expr in &hook.middleware {
        of_outside.extend(outside(evaluator, *expr));
        for (target, confidence) in functions(evaluator, *expr) {
            if let EdgeTarget::Definition(path, id) = target {
                middleware.push((path, id, confidence));
            }
        }
    }
    (middleware, of_outside)
}

type BeforeMounted = (Vec<(RepoPath, DefinitionId, Confidence)>, Vec<(Name, Confidence)>);

/// Whether all that an expression names are functions of four parameters, which Express calls
/// for errors alone.
fn is_for_errors(evaluator: &mut Evaluator<'_>, function: ExprId) -> bool {
    let flows = evaluator.expr(OWN, function, NO_FRAME);
    let mut flows = flows.iter().peekable();
    flows.peek().is_some()
        && flows.all(|flow| match flow.value {
            Value::Definition { at, .. } => {
                let definition = evaluator.definition(at);
                definition.kind == DefinitionKind::Function && definition.parameters.len() == 4
            }
            _ => false,
        })
}

/// Marks what a decorator registers without those above it, and adds those below it.
fn bare(evaluator: &mut Evaluator<'_>, hook: &RouteHook, actions: &mut Vec<HookAction>) {
    let semantics = evaluator.semantics(OWN);
    let Some((function, decorators)) = undecorated(&semantics, hook.function, hook.registered_by)
    else {
        return;
    };
    for action in actions.iter_mut() {
        if let HookAction::Run(path, id, confidence) = action
            && *id == function
            && path == evaluator.path(OWN)
        {
            *action = HookAction::RunBare(path.clone(), *id, *confidence);
        }
    }
    for decorator in decorators {
        let targets = functions(evaluator, *decorator).into_iter();
        actions.extend(targets.filter_map(|(target, confidence)| match target {
            EdgeTarget::Definition(path, id) => Some(HookAction::Decorate(path, id, confidence)),
            _ => None,
        }));
    }
}

/// Whether a name is given several routers, so that what one has says little of the other.
pub(super) fn is_rebound(semantics: &Semantics, router: ExprId) -> bool {
    let Expr::Name { scope, name } = semantics.expr(router) else { return false };
    let Some((_, bindings)) = find_name(semantics, *scope, name) else { return false };
    let is_made = |value: ExprId| matches!(semantics.expr(value), Expr::Call { .. });
    let made = bindings.iter().filter(|it| match it.bound {
        Bound::Value(value) => is_made(value),
        Bound::Definition(id) => semantics.definition(id).value.is_some_and(is_made),
        _ => false,
    });
    made.count() > 1
}
