//! Routers that functions are given: `users.Register(r.Group("/users"))`.

use super::routes::ROUTERS;
use super::walk::Walk;
use crate::lowering::Here;
use crate::{Bound, Expr, ExprId, MODULE_SCOPE, RouteHook, RouteHookKind};

/// Methods of routers that give a router.
const GROUPING: [&str; 5] = ["Group", "PathPrefix", "Subrouter", "With", "Router"];

/// Functions of frameworks that make a router.
const MAKING: [&str; 5] = ["Default", "New", "NewRouter", "NewMux", "NewServeMux"];

/// Names for one another that a router goes by.
const MAX_NAMES: u32 = 4;

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
            let order = Some(self.lowering.builder.registration_order(here.owner));
            self.lowering.builder.route_hook(RouteHook {
                order,
                owner: here.owner,
                ..RouteHook::plain(*value, callee, RouteHookKind::Given(place as u32))
            });
        }
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
            Expr::Call { callee, .. } => match semantics.expr(semantics.unapplied(*callee)) {
                Expr::Attribute { base, name } if of_framework(*base) => {
                    MAKING.contains(&name.as_str())
                }
                Expr::Attribute { name, .. } => GROUPING.contains(&name.as_str()),
                _ => false,
            },
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
