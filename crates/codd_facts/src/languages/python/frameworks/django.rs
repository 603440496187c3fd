//! Django: the paths of its views.

use super::routes::{PendingRoute, route, view_class};
use super::{Called, Decorator, Framework};
use crate::Expr;
use crate::languages::python::walk::{Cx, Walk};

pub(super) const DJANGO: Framework = Framework { decorator, call };

fn decorator(_walk: &mut Walk<'_, '_>, _decorator: &Decorator, _cx: &Cx) -> bool {
    false
}

fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, _cx: &Cx) -> bool {
    let arguments = walk.arguments(called.call);
    match called.name {
        "path" | "re_path" | "url"
            if arguments.len() >= 2 && walk.is_from("django", called.callee) =>
        {
            walk.django_route(called);
        }
        _ => return false,
    }
    true
}

impl Walk<'_, '_> {
    /// `path("users/", view)` of `django.urls`; what it includes has its own file.
    fn django_route(&mut self, called: &Called<'_>) {
        let [path, view, ..] = self.arguments(called.call) else { return };
        let semantics = &self.builder.semantics;
        let (path, (handler, is_class)) = (path.value, view_class(semantics, view.value));
        if self.last_name(handler) == "include"
            || matches!(semantics.expr(handler), Expr::Container { .. })
        {
            return;
        }
        let route = route("django", handler, None);
        let (is_certain, handler, node) = (true, None, called.node);
        let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
        self.frameworks.routes.push(pending);
    }
}
