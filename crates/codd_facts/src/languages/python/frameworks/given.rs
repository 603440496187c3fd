//! Routers that functions are given: `setup_routes(app)` registers on `app` what it registers on
//! its parameter.

use super::{Called, route_hook};
use crate::builder::Branch;
use crate::languages::python::walk::{Cx, Walk};
use crate::{Bound, DefinitionKind, Expr, ExprId, RouteHookKind};

/// What people call an application or router that a function is given.
const USUAL_NAMES: &[&str] =
    &["api", "app", "application", "blueprint", "bp", "router", "routes", "server", "web_app"];

/// Classes of applications and routers.
const CLASSES: &[&str] =
    &["APIRouter", "Application", "Blueprint", "FastAPI", "Flask", "Quart", "Starlette"];

/// Packages of which nothing registers routes.
const MODULES: &[&str] = &["uvicorn", "web"];

impl Walk<'_, '_> {
    /// Remembers a call that gives a router to a function, which may register something on it.
    pub(super) fn note_given(&mut self, called: &Called<'_>, cx: &Cx) {
        let semantics = &self.builder.semantics;
        if cx.branch == Branch::Never || CLASSES.contains(&called.name) {
            return;
        }
        let is_of_module = called.base.is_some_and(|it| {
            matches!(semantics.expr(it), Expr::Name { name, .. } if MODULES.contains(&name.as_str()))
        });
        let arguments = self.arguments(called.call).iter().take_while(|it| it.name.is_none());
        let routers: Vec<(u32, ExprId)> = (0..)
            .zip(arguments.map(|it| it.value))
            .filter(|(_, it)| !is_of_module && self.may_be_router(*it))
            .collect();
        for (place, router) in routers {
            let hook = route_hook(router, called.callee, RouteHookKind::Given(place), cx);
            self.builder.route_hook(hook);
        }
    }

    pub(super) fn may_be_router(&self, expr: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(expr) else { return false };
        let made = match self.builder.bound_so_far(*scope, name) {
            Some((_, Bound::Value(value))) => Some(*value),
            Some((_, Bound::Definition(id))) => {
                let definition = self.definition(*id);
                definition.value.filter(|_| definition.kind == DefinitionKind::Variable)
            }
            Some((_, Bound::Parameter { .. } | Bound::Import(_))) => {
                return USUAL_NAMES.contains(&name.as_str());
            }
            _ => None,
        };
        made.is_some_and(|it| CLASSES.contains(&self.last_name(it)))
    }
}
