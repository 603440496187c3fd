//! Django and Django REST framework: the paths of their views.

use super::arguments::{keyword, positional};
use super::routes::{PendingRoute, route, view_class};
use super::{Called, Decorator, Framework};
use crate::languages::python::walk::{Cx, Walk};
use crate::{Bound, Expr, ExprId, Name};

/// What Django calls the functions that list a path.
pub(super) const DJANGO_PATHS: &[&str] = &["path", "re_path", "url"];

pub(super) const DJANGO: Framework = Framework { decorator, call };

fn decorator(_walk: &mut Walk<'_, '_>, _decorator: &Decorator, _cx: &Cx) -> bool {
    false
}

fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, cx: &Cx) -> bool {
    let arguments = walk.arguments(called.call);
    match called.name {
        name if DJANGO_PATHS.contains(&name)
            && arguments.len() >= 2
            && walk.is_from("django", called.callee) =>
        {
            walk.django_route(called, cx);
        }
        "register" if called.base.is_some_and(|it| walk.is_rest_router(it)) => {
            walk.rest_routes(called);
        }
        _ => return false,
    }
    true
}

/// What Django REST framework makes of a set of views: its list, and each of its objects.
const REST_PATHS: &[&str] = &["", "<pk>/"];

impl Walk<'_, '_> {
    /// Whether a name was given a router of Django REST framework, which knows its paths.
    fn is_rest_router(&self, router: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(router) else { return false };
        let made = match self.builder.bound_so_far(*scope, name) {
            Some((_, Bound::Definition(id))) => semantics.definition(*id).value,
            Some((_, Bound::Value(value))) => Some(*value),
            _ => None,
        };
        made.is_some_and(|it| matches!(self.last_name(it), "DefaultRouter" | "SimpleRouter"))
    }

    /// `router.register("users", UserViewSet)`.
    fn rest_routes(&mut self, called: &Called<'_>) {
        let arguments = self.arguments(called.call);
        let path = positional(arguments, 0).or_else(|| keyword(arguments, "prefix"));
        let view = positional(arguments, 1).or_else(|| keyword(arguments, "viewset"));
        let (Some(path), Some(handler)) = (path, view) else { return };
        let Expr::Text(prefix) = self.builder.semantics.expr(path) else { return };
        let prefix = prefix.trim_matches('/').to_owned();
        for rest in REST_PATHS {
            let path = if prefix.is_empty() {
                Name::new_static(rest)
            } else {
                Name::new(format!("{prefix}/{rest}"))
            };
            let path = self.builder.expr(Expr::Text(path));
            let route = route("django", handler, called.base);
            let (is_certain, is_class, handler, node) = (true, false, None, called.node);
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
    }

    /// `path("users/", view)` of `django.urls`, in the list in which it stands.
    fn django_route(&mut self, called: &Called<'_>, cx: &Cx) {
        let [path, view, ..] = self.arguments(called.call) else { return };
        let (path, view) = (path.value, view.clone());
        if self.included(called, path, view.value, cx) {
            return;
        }
        let semantics = &self.builder.semantics;
        let (handler, is_class) = view_class(semantics, view.value);
        let is_set =
            |it: &crate::Argument| it.name.as_ref().is_some_and(|it| it == "permission_classes");
        if is_class && self.arguments(view.value).iter().any(is_set) {
            self.builder.not_modelled("routes whose guards are changed in place");
        }
        let path = self.written_path(called, path, false);
        let route = route("django", handler, Some(called.call));
        let (is_certain, handler, node) = (true, None, called.node);
        let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
        self.frameworks.routes.push(pending);
    }
}
