//! What frameworks call, and when: a file for each framework, a line for each in the table.
//!
//! Routes look alike in several frameworks, so that what they share is told apart from them.

mod aiohttp;
mod arguments;
mod commands;
mod django;
mod fastapi;
mod flask;
mod given;
mod listed;
mod mock;
mod own_routers;
mod paths;
mod rest_framework;
mod routes;
mod settings;
mod signals;
mod sqlalchemy;
mod urlconf;
mod wrappers;

pub(super) use self::urlconf::plain_path;

use rustc_hash::FxHashMap;

use self::own_routers::Made;
use self::routes::PendingRoute;
use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::builder::Branch;
use crate::tree::NodeId;
use crate::{Argument, DefinitionId, Expr, ExprId, Name, Reference, RouteHook, RouteHookKind};

/// What one framework makes of the code that uses it.
struct Framework {
    /// Takes what a decorator says, if it is the framework's.
    decorator: fn(&mut Walk<'_, '_>, &Decorator, &Cx) -> bool,
    /// Takes what a call says, if it is the framework's.
    call: fn(&mut Walk<'_, '_>, &Called<'_>, &Cx) -> bool,
}

/// The first that takes a decorator or a call has it.
const FRAMEWORKS: &[&Framework] = &[
    &flask::FLASK,
    &aiohttp::AIOHTTP,
    &fastapi::FASTAPI,
    &django::DJANGO,
    &sqlalchemy::SQLALCHEMY,
    &signals::SIGNALS,
    &commands::COMMANDS,
    &mock::MOCK,
];

/// A decorator of a function or a class.
struct Decorator {
    /// What is decorated.
    id: DefinitionId,
    /// What stands behind the `@`, and what is called there if it is a call.
    expr: ExprId,
    callee: ExprId,
    /// Which of the decorators it is.
    place: u32,
    node: NodeId,
}

/// A call that is lowered already.
struct Called<'c> {
    call: ExprId,
    callee: ExprId,
    /// The last name of what is called.
    name: &'c str,
    /// What a method is called on.
    base: Option<ExprId>,
    node: NodeId,
}

/// What is seen of frameworks while a file is walked.
#[derive(Debug, Default)]
pub(super) struct Frameworks {
    routes: Vec<PendingRoute>,
    made: Vec<Made>,
    /// Calls that look like those of a wrapper around a registration.
    wrapper_calls: Vec<(ExprId, NodeId)>,
    /// Expressions that may still be written anew for what wrappers are given.
    may_write: usize,
    /// Dependencies in the parameters of the function that is being read.
    dependencies: Vec<ExprId>,
    /// What its annotations name, besides those of dependencies.
    annotated: Vec<ExprId>,
    /// The same of all functions so far.
    typed: Vec<(DefinitionId, ExprId)>,
    /// Modules that paths in texts start with, by who names them.
    roots: FxHashMap<(Name, Option<DefinitionId>), ExprId>,
    /// What decorators put in the place of something, by what they decorate.
    patches: Vec<(DefinitionId, Reference)>,
    /// What `MIDDLEWARE += […]` adds.
    added: Vec<ExprId>,
}

impl Walk<'_, '_> {
    /// A decorator that may make `id` a route or a hook: whether it looks like a route's.
    pub(super) fn framework_decorator(
        &mut self,
        id: DefinitionId,
        expr: ExprId,
        place: u32,
        node: NodeId,
        cx: &Cx,
    ) -> bool {
        let callee = match self.builder.semantics.expr(expr) {
            Expr::Call { callee, .. } => *callee,
            _ => expr,
        };
        let decorator = Decorator { id, expr, callee, place, node };
        if FRAMEWORKS.iter().any(|it| (it.decorator)(self, &decorator, cx)) {
            return false;
        }
        self.route_decorator(id, expr, place, node)
    }

    /// A call that may register a route, a hook or something else that a framework calls.
    pub(super) fn framework_call(&mut self, call: ExprId, name: &str, node: NodeId, cx: &Cx) {
        let Expr::Call { callee, .. } = self.builder.semantics.expr(call) else { return };
        let callee = *callee;
        let base = match self.builder.semantics.expr(callee) {
            Expr::Attribute { base, .. } => Some(*base),
            _ => None,
        };
        let called = Called { call, callee, name, base, node };
        if !FRAMEWORKS.iter().any(|it| (it.call)(self, &called, cx))
            && !self.applied_route(call, node)
        {
            self.note_given(&called, cx);
            self.note_wrapper(&called);
        }
    }

    /// A variable that may be a router or an application, by the class of what it holds.
    pub(super) fn framework_assignment(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        if self.kind(target) != Kind::Identifier {
            return;
        }
        self.list_assignment(target, value, cx);
        if matches!(self.last_name(value), "APIRouter" | "FastAPI" | "Router" | "Starlette") {
            self.served_list(target, value, cx);
        }
        match self.last_name(value) {
            "APIRouter" | "FastAPI" | "Blueprint" => self.router_assignment(target, value, cx),
            "Application" if self.imports("aiohttp") => {
                self.application_assignment(target, value, cx);
            }
            _ => self.made_router(target, value, cx),
        }
    }

    /// The arguments of a call.
    fn arguments(&self, call: ExprId) -> &[Argument] {
        match self.builder.semantics.expr(call) {
            Expr::Call { arguments, .. } => arguments,
            _ => &[],
        }
    }

    /// A function that runs before the routes of a router.
    fn hook(
        &mut self,
        router: ExprId,
        function: ExprId,
        registered_by: Option<u32>,
        kind: RouteHookKind,
        cx: &Cx,
    ) {
        if cx.branch == Branch::Never {
            return;
        }
        let hook = route_hook(router, function, kind, cx);
        self.builder.route_hook(RouteHook { registered_by, ..hook });
    }

    /// A function that runs where a route of a router fails, with what `of` says, or has answered.
    fn aside(
        &mut self,
        router: ExprId,
        function: ExprId,
        of: Option<ExprId>,
        kind: RouteHookKind,
        cx: &Cx,
    ) {
        if cx.branch == Branch::Never {
            return;
        }
        let hook = route_hook(router, function, kind, cx);
        // A status most often is that of a request which no route answers.
        let is_status =
            of.is_some_and(|it| matches!(self.builder.semantics.expr(it), Expr::Literal));
        let is_conditional = hook.is_conditional || is_status;
        self.builder.route_hook(RouteHook { is_conditional, ..hook });
    }
}

/// Something that a router runs or serves, registered here.
fn route_hook(router: ExprId, function: ExprId, kind: RouteHookKind, cx: &Cx) -> RouteHook {
    let is_conditional = cx.branch != Branch::Always;
    RouteHook { owner: cx.function, is_conditional, ..RouteHook::plain(router, function, kind) }
}
