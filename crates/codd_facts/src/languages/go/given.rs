//! Routers that functions are given: `users.Register(r.Group("/users"))`.

use rustc_hash::FxHashSet;

use super::routes::{ROUTERS, is_framework};
use super::walk::Walk;
use crate::lowering::Here;
use crate::{Bound, Expr, ExprId, MODULE_SCOPE, Name, RouteHook, RouteHookKind, ScopeId};

/// Methods of routers that give a router.
const GROUPING: [&str; 5] = ["Group", "PathPrefix", "Subrouter", "With", "Router"];

/// Functions of frameworks that make a router.
const MAKING: [&str; 5] = ["Default", "New", "NewRouter", "NewMux", "NewServeMux"];

/// Names for one another that a router goes by.
const MAX_NAMES: u32 = 4;

/// Variables of one file that hold what functions make.
const MAX_MADE: usize = 1024;

/// Arguments among which a router is looked for.
const MAX_ARGUMENTS: usize = 8;

impl Walk<'_, '_> {
    /// Remembers a call that gives a router to a function, which may register routes on it.
    pub(super) fn note_given(&mut self, callee: ExprId, values: &[ExprId], here: Here) {
        if !self.frameworks.are_any() {
            return;
        }
        for (place, value) in values.iter().enumerate() {
            if !self.is_router(*value, MAX_NAMES) {
                continue;
            }
            // What a function makes has all that it has when it is given back.
            let is_made = matches!(self.semantics().expr(*value), Expr::Call { .. });
            let order = self.lowering.builder.registration_order(here.owner);
            self.lowering.builder.route_hook(RouteHook {
                order: Some(order).filter(|_| !is_made),
                owner: here.owner,
                ..RouteHook::plain(*value, callee, RouteHookKind::Given(place as u32))
            });
        }
    }

    /// Says of variables that hold what a function gives back, `g := api(r)`, that what is
    /// registered on them is registered on the router that it makes.
    pub(super) fn note_made(&mut self) {
        let semantics = self.semantics();
        let of_hooks = semantics.route_hooks.iter().map(|it| it.router);
        let used: Vec<ExprId> =
            semantics.routes.iter().filter_map(|it| it.router).chain(of_hooks).collect();
        let groups: FxHashSet<ExprId> =
            semantics.route_hooks.iter().map(|it| it.function).collect();
        let mut known: FxHashSet<(ScopeId, Name)> = FxHashSet::default();
        let mut made: Vec<(ExprId, ExprId, bool)> = Vec::new();
        for router in used {
            let Expr::Name { scope, name } = semantics.expr(router) else { continue };
            let bound = self.lowering.builder.bound_so_far(*scope, name);
            let Some(bound_in) = bound.map(|it| it.0) else { continue };
            if known.len() >= MAX_MADE || !known.insert((bound_in, name.clone())) {
                continue;
            }
            let bindings = semantics.scope(bound_in).bindings.iter();
            for binding in bindings.filter(|it| it.name == *name) {
                if let Bound::Value(value) = binding.bound
                    && !groups.contains(&value)
                    && let Expr::Call { callee, .. } = semantics.expr(value)
                    && !self.is_of_framework(*callee)
                {
                    let is_replaced = self.frameworks.replaced.contains(&(bound_in, name.clone()));
                    made.push((router, *callee, is_replaced));
                }
            }
        }
        for (router, callee, is_replaced) in made {
            if is_replaced {
                // What is registered may be so on the other one.
                let unknown = self.lowering.unknown();
                let other = self.lowering.call(unknown, Vec::new());
                let hook = RouteHook::plain(other, router, RouteHookKind::Include);
                self.lowering.builder.route_hook(hook);
            }
            // Another call than the one that the variable holds, which would mean the variable.
            let call = self.lowering.call(callee, Vec::new());
            let hook = RouteHook::plain(call, router, RouteHookKind::Include);
            self.lowering.builder.route_hook(hook);
        }
    }

    /// Whether a framework itself makes a router: `gin.Default()`.
    fn is_of_framework(&self, callee: ExprId) -> bool {
        let semantics = self.semantics();
        let Expr::Attribute { base, name } = semantics.expr(semantics.unapplied(callee)) else {
            return false;
        };
        let Expr::Name { scope, name: package } = semantics.expr(*base) else { return false };
        let bound = self.lowering.builder.bound_so_far(*scope, package);
        let Some((MODULE_SCOPE, Bound::Import(import))) = bound else { return false };
        MAKING.contains(&name.as_str()) && is_framework(&semantics.import(*import).request.module)
    }

    fn is_router(&self, value: ExprId, names: u32) -> bool {
        let semantics = self.semantics();
        let of_framework = |base: ExprId| match semantics.expr(base) {
            Expr::Name { scope, name } => {
                let bound = self.lowering.builder.bound_so_far(*scope, name);
                matches!(bound, Some((MODULE_SCOPE, Bound::Import(_))))
            }
            _ => false,
        };
        match semantics.expr(value) {
            Expr::Call { callee, arguments } => {
                // `api(r)` may make a group of what it is given.
                let is_given = || {
                    let mut given = arguments.iter().take(MAX_ARGUMENTS);
                    names > 0 && given.any(|it| self.is_router(it.value, names - 1))
                };
                match semantics.expr(semantics.unapplied(*callee)) {
                    Expr::Attribute { base, name } if of_framework(*base) => {
                        MAKING.contains(&name.as_str()) || is_given()
                    }
                    Expr::Attribute { name, .. } if GROUPING.contains(&name.as_str()) => true,
                    _ => is_given(),
                }
            }
            Expr::Name { scope, name } if names > 0 => {
                match self.lowering.builder.bound_so_far(*scope, name) {
                    Some((_, Bound::Value(value))) => self.is_router(*value, names - 1),
                    Some((_, Bound::Parameter { function, index })) => {
                        let function = semantics.definition(*function);
                        let parameter = function.parameters.get(*index as usize);
                        let annotation = parameter.and_then(|it| it.annotation);
                        annotation.is_some_and(|it| match semantics.expr(it) {
                            Expr::Attribute { base, name } => {
                                of_framework(*base) && ROUTERS.contains(&name.as_str())
                            }
                            _ => false,
                        })
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }
}
