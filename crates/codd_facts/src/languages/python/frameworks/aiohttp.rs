//! aiohttp's server: routes that are added to an application's router, one by one or in lists.

use super::arguments::{keyword, positional};
use super::routes::{HTTP_METHODS, PendingRoute, route};
use super::{Called, Decorator, Framework, route_hook};
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Argument, Expr, ExprId, Name, Route, RouteHookKind};

pub(super) const AIOHTTP: Framework = Framework { decorator, call };

/// Its decorators look like those of other frameworks.
fn decorator(_: &mut Walk<'_, '_>, _: &Decorator, _: &Cx) -> bool {
    false
}

fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, cx: &Cx) -> bool {
    let Some(base) = called.base else { return false };
    if !walk.imports("aiohttp") {
        return false;
    }
    let arguments = walk.arguments(called.call).to_vec();
    if called.name == "add_routes" {
        walk.listed_routes(base, &arguments, called.node, cx);
        return true;
    }
    // `app.middlewares.append(f)`.
    if called.name == "append"
        && let Expr::Attribute { base: router, name } = walk.builder.semantics.expr(base)
        && name == "middlewares"
    {
        let router = *router;
        if let Some(function) = positional(&arguments, 0) {
            walk.hook(router, function, None, RouteHookKind::Use, cx);
        }
        return true;
    }
    let Some(method) = called.name.strip_prefix("add_") else { return false };
    walk.added_route(walk.application(base), method, &arguments, called.node)
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

    /// `app.add_routes([web.get(path, handler), …])`, `app.add_routes(table)`.
    fn listed_routes(&mut self, router: ExprId, arguments: &[Argument], node: NodeId, cx: &Cx) {
        let semantics = &self.builder.semantics;
        let Some(list) = positional(arguments, 0) else { return };
        let router = self.application(router);
        let Expr::Container { items, .. } = semantics.expr(list) else {
            let hook = route_hook(router, list, RouteHookKind::Include, cx);
            return self.builder.route_hook(hook);
        };
        let calls = items.iter().filter_map(|item| match semantics.expr(item.value) {
            Expr::Call { callee, arguments } => match semantics.expr(*callee) {
                Expr::Attribute { name, .. } | Expr::Name { name, .. } => {
                    Some((name.clone(), arguments.clone()))
                }
                _ => None,
            },
            _ => None,
        });
        for (name, arguments) in calls.collect::<Vec<_>>() {
            self.added_route(router, &name, &arguments, node);
        }
    }

    /// `app = web.Application(middlewares=[f, …])`.
    pub(super) fn application_assignment(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        let list = keyword(self.arguments(value), "middlewares");
        let Some(list) = list.map(|it| self.builder.semantics.expr(it)) else { return };
        let functions: Vec<ExprId> = match list {
            Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
            _ => return self.builder.not_modelled("middlewares that are computed"),
        };
        let name = Name::new(self.text(target));
        let router = self.builder.expr(Expr::Name { scope: cx.scope, name });
        for function in functions {
            self.hook(router, function, None, RouteHookKind::Use, cx);
        }
    }
}
