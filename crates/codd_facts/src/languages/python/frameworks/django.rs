//! Django: the paths of its views, and those of Django REST framework's.

use super::arguments::{keyword, positional};
use super::routes::{PendingRoute, route, view_class};
use super::{Called, Decorator, Framework};
use crate::languages::python::walk::{Cx, Walk};

/// What Django calls the functions that list a path.
pub(super) const DJANGO_PATHS: &[&str] = &["path", "re_path", "url"];

pub(super) const DJANGO: Framework = Framework { decorator, call };

fn decorator(walk: &mut Walk<'_, '_>, decorator: &Decorator, _cx: &Cx) -> bool {
    walk.rest_action(decorator)
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
        "register" => {
            let view = positional(arguments, 1).or_else(|| keyword(arguments, "viewset"));
            if !called.base.is_some_and(|it| walk.is_rest_router(it, view)) {
                return false;
            }
            walk.rest_routes(called, cx);
        }
        _ => return false,
    }
    true
}

impl Walk<'_, '_> {
    /// `path("users/", view)` of `django.urls`, in the list in which it stands.
    fn django_route(&mut self, called: &Called<'_>, cx: &Cx) {
        let [path, view, ..] = self.arguments(called.call) else { return };
        let (path, view) = (path.value, view.clone());
        if self.included(called, path, view.value, cx) {
            return;
        }
        let semantics = &self.builder.semantics;
        let (handler, is_class) = view_class(semantics, view.value);
        if is_class && keyword(self.arguments(view.value), "permission_classes").is_some() {
            self.builder.not_modelled("routes whose guards are changed in place");
        }
        let path = self.written_path(called, path, false);
        let told = self.told_actions(view.value);
        for (method, handler) in told.iter().cloned() {
            let mut route = route("django", handler, Some(called.call));
            route.method = method;
            let (is_certain, is_class, handler, node) = (true, false, None, called.node);
            let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
            self.frameworks.routes.push(pending);
        }
        if !told.is_empty() {
            return;
        }
        let route = route("django", handler, Some(called.call));
        let (is_certain, handler, node) = (true, None, called.node);
        let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
        self.frameworks.routes.push(pending);
    }
}
