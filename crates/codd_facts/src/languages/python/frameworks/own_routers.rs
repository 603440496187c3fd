//! Routers and applications of the project's own classes: `class Users(APIRouter)`, whose
//! constructor says what runs before the routes of each instance.

use rustc_hash::FxHashSet;

use super::arguments::keyword;
use super::{Called, route_hook};
use crate::builder::Branch;
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{
    Bound, ControllerHook, Expr, ExprId, Name, ReferenceKind, RouteHook, RouteHookKind,
    RouterPrefix,
};

/// Packages whose own classes are known.
const FRAMEWORKS: &[&str] = &["aiohttp", "fastapi", "flask", "quart", "starlette"];

/// A variable that holds what a call makes; whether that is a router, its use tells.
#[derive(Debug)]
pub(super) struct Made {
    name: Name,
    callee: ExprId,
    prefix: Option<ExprId>,
    /// What is handed to the constructor to run before the routes, which need not use it.
    functions: Vec<ExprId>,
    cx: Cx,
}

impl Walk<'_, '_> {
    /// `router = Users(prefix="/users")`, of a class that is no framework's.
    pub(super) fn made_router(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        let Expr::Call { callee, arguments } = self.builder.semantics.expr(value) else { return };
        let is_class = self.last_name(value).starts_with(|it: char| it.is_uppercase());
        if !is_class || cx.branch == Branch::Never {
            return;
        }
        let (callee, prefix) = (*callee, keyword(arguments, "prefix"));
        if FRAMEWORKS.iter().any(|it| self.is_from(it, callee)) {
            return;
        }
        let functions = self.dependencies_argument(arguments);
        let name = Name::new(self.text(target));
        self.frameworks.made.push(Made { name, callee, prefix, functions, cx: *cx });
    }

    /// `super().__init__(prefix=…, dependencies=[…])` of such a class; whether it is one.
    pub(super) fn made_by_base(&mut self, called: &Called<'_>, cx: &Cx) -> bool {
        let semantics = &self.builder.semantics;
        let Some(Expr::Super { class }) = called.base.map(|it| semantics.expr(it)) else {
            return false;
        };
        let arguments = self.arguments(called.call);
        if called.name != "__init__" || arguments.is_empty() {
            return false;
        }
        let class = *class;
        let prefix = keyword(arguments, "prefix").filter(|it| !self.is_parameter(*it));
        let functions = self.dependencies_argument(arguments);
        let is_passed = |it: &ExprId| self.is_parameter(*it);
        let functions: Vec<ExprId> = functions.into_iter().filter(|it| !is_passed(it)).collect();
        if functions.is_empty() && prefix.is_none() {
            return false;
        }
        // A base of the project's own need not hand on what it is given, and a decorator may make
        // something else of the class.
        let definition = self.definition(class);
        let is_known = |it: &ExprId| match self.builder.semantics.expr(*it) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                matches!(name.as_str(), "APIRouter" | "FastAPI")
            }
            _ => false,
        };
        let is_sure = definition.decorators.is_empty()
            && matches!(&definition.bases[..], [base] if is_known(base));
        let router = self.builder.expr(Expr::Definition(class));
        if let Some(prefix) = prefix {
            self.builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
        }
        for function in functions.into_iter().filter(|_| cx.branch != Branch::Never) {
            let hook = route_hook(router, function, RouteHookKind::Depend, cx);
            let is_conditional = hook.is_conditional || !is_sure;
            self.builder.route_hook(RouteHook { is_conditional, ..hook });
        }
        true
    }

    /// Whether a name is a parameter of a function around: whoever calls that says its value.
    fn is_parameter(&self, expr: ExprId) -> bool {
        let Expr::Name { scope, name } = self.builder.semantics.expr(expr) else { return false };
        matches!(self.builder.bound_so_far(*scope, name), Some((_, Bound::Parameter { .. })))
    }

    /// What a class hands to its base is not sure where something else makes its instances, or
    /// takes the place of its constructor.
    pub(super) fn doubt_constructors(&mut self) {
        const MAKING: &[&str] = &["__call__", "__init__", "__new__", "dependencies"];
        let semantics = &self.builder.semantics;
        let is_replaced = semantics.references.iter().any(|it| {
            it.kind == ReferenceKind::Write
                && matches!(semantics.expr(it.target), Expr::Attribute { name, .. }
                    if MAKING.contains(&name.as_str()))
        });
        let is_doubtful = |router: ExprId| {
            let Expr::Definition(class) = semantics.expr(router) else { return false };
            let Some(body) = semantics.definition(*class).body else { return false };
            let scope = semantics.scope(body);
            let has_own_list = semantics
                .definitions
                .iter()
                .any(|it| it.parent == Some(*class) && it.name == "dependencies");
            is_replaced
                || has_own_list
                || !scope.bindings_of("__new__").is_empty()
                || scope.bindings_of("__init__").len() > 1
        };
        let hooks = semantics.route_hooks.iter();
        let doubtful: Vec<bool> =
            hooks.map(|it| it.kind == RouteHookKind::Depend && is_doubtful(it.router)).collect();
        for (hook, is_doubtful) in self.builder.semantics.route_hooks.iter_mut().zip(doubtful) {
            hook.is_conditional |= is_doubtful;
        }
    }

    /// Those that routes or other routers are registered on have what their class says.
    pub(super) fn finish_made(&mut self) {
        let made = std::mem::take(&mut self.frameworks.made);
        let semantics = &self.builder.semantics;
        let routes = self.frameworks.routes.iter().filter_map(|it| it.route.router);
        let hooks = semantics.route_hooks.iter().map(|it| it.router);
        let name_of = |router| match semantics.expr(router) {
            Expr::Name { name, .. } => Some(name.clone()),
            _ => None,
        };
        let routers: FxHashSet<Name> = routes.chain(hooks).filter_map(name_of).collect();
        for made in made.into_iter().filter(|it| routers.contains(&it.name)) {
            let Made { name, callee, prefix, functions, cx } = made;
            let router = self.builder.expr(Expr::Name { scope: cx.scope, name });
            if let Some(prefix) = prefix {
                self.builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
            }
            self.builder.route_hook(RouteHook {
                controller: Some(ControllerHook::default()),
                ..route_hook(router, callee, RouteHookKind::Inherit, &cx)
            });
            for function in functions {
                let hook = route_hook(router, function, RouteHookKind::Depend, &cx);
                self.builder.route_hook(RouteHook { is_conditional: true, ..hook });
            }
        }
    }
}
