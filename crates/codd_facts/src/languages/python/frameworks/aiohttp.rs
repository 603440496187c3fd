//! aiohttp's server: routes that are added to an application's router, one by one or in lists.

use super::arguments::{keyword, positional};
use super::routes::{HTTP_METHODS, PendingRoute, route};
use super::{Called, Decorator, Framework, route_hook};
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Argument, Expr, ExprId, Name, Route, RouteHook, RouteHookKind};

pub(super) const AIOHTTP: Framework = Framework { decorator, call };

/// Its decorators look like those of other frameworks.
fn decorator(_: &mut Walk<'_, '_>, _: &Decorator, _: &Cx) -> bool {
    false
}

fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, cx: &Cx) -> bool {
    if !walk.imports("aiohttp") {
        return false;
    }
    let arguments = walk.arguments(called.call).to_vec();
    // `web.get(path, handler)`, of a list of routes.
    if walk.is_from("aiohttp", called.callee) && is_route_maker(called.name) {
        return walk.added_route(called.call, called.name, &arguments, called.node);
    }
    let Some(base) = called.base else { return false };
    match called.name {
        "add_routes" => {
            let router = walk.application(base);
            if let Some(list) = positional(&arguments, 0) {
                let hook = route_hook(router, list, RouteHookKind::Include, cx);
                walk.builder.route_hook(hook);
            }
            return true;
        }
        // What runs before its routes runs before those of the other too.
        "add_subapp" => {
            if let (Some(prefix), Some(inner)) =
                (positional(&arguments, 0), positional(&arguments, 1))
            {
                let hook = route_hook(walk.application(base), inner, RouteHookKind::Include, cx);
                walk.builder.route_hook(RouteHook { prefix: Some(prefix), ..hook });
            }
            return true;
        }
        _ => {}
    }
    // `app.middlewares.append(f)`, `app.middlewares.extend([f, g])`.
    if let Expr::Attribute { base: router, name } = walk.builder.semantics.expr(base)
        && name == "middlewares"
        && matches!(called.name, "append" | "extend" | "insert")
    {
        let router = *router;
        if let Some(function) = arguments.last().filter(|it| it.name.is_none()) {
            walk.hook(router, function.value, None, RouteHookKind::Use, cx);
        }
        return true;
    }
    let Some(method) = called.name.strip_prefix("add_") else { return false };
    walk.added_route(walk.application(base), method, &arguments, called.node)
}

/// Whether a function of `aiohttp.web` makes a route of a list.
pub(super) fn is_route_maker(name: &str) -> bool {
    HTTP_METHODS.contains(&name) || matches!(name, "route" | "view")
}

impl Walk<'_, '_> {
    /// The application of `app.router`; a router that stands alone is itself.
    fn application(&self, router: ExprId) -> ExprId {
        match self.builder.semantics.expr(router) {
            Expr::Attribute { base, name } if name == "router" => *base,
            _ => router,
        }
    }

    /// `add_get(path, handler)`, `add_view(path, View)`, `add_route(method, path, handler)`:
    /// whether it is one of these.
    fn added_route(
        &mut self,
        router: ExprId,
        method: &str,
        arguments: &[Argument],
        node: NodeId,
    ) -> bool {
        let is_any = method == "route";
        if !is_any && method != "view" && !HTTP_METHODS.contains(&method) {
            return false;
        }
        let at = usize::from(is_any);
        let path = positional(arguments, at).or_else(|| keyword(arguments, "path"));
        let handler = positional(arguments, at + 1).or_else(|| keyword(arguments, "handler"));
        let (Some(path), Some(handler)) = (path, handler) else { return false };
        let method = if is_any {
            let named = positional(arguments, 0).map(|it| self.builder.semantics.expr(it));
            match named {
                // Starlette's begins with the path.
                Some(Expr::Text(text)) if text.starts_with('/') => return false,
                Some(Expr::Text(text)) => Name::new(text.to_ascii_uppercase()),
                _ => Name::new_static("*"),
            }
        } else if method == "view" {
            Name::new_static("*")
        } else {
            Name::new(method.to_ascii_uppercase())
        };
        let route = Route { method, ..route("aiohttp", handler, Some(router)) };
        // Only what turns out to be a class of this file is taken apart.
        let (is_certain, handler, is_class) = (true, None, true);
        let pending = PendingRoute { route, path, is_certain, handler, node, is_class };
        self.frameworks.routes.push(pending);
        true
    }

    /// `app = web.Application(middlewares=[f, …])`.
    pub(super) fn application_assignment(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        let Some(list) = keyword(self.arguments(value), "middlewares") else { return };
        let functions: Vec<ExprId> = match self.builder.semantics.expr(list) {
            Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
            // What a variable holds, the whole project says.
            Expr::Name { .. } | Expr::Attribute { .. } => vec![list],
            _ => return self.builder.not_modelled("middlewares that are computed"),
        };
        let name = Name::new(self.text(target));
        let router = self.builder.expr(Expr::Name { scope: cx.scope, name });
        for function in functions {
            self.hook(router, function, None, RouteHookKind::Use, cx);
        }
    }
}
