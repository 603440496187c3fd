//! Lists of routes, which serve nothing before something takes them in: aiohttp's
//! `routes = [web.get("/", view)]`, Django's `urlpatterns`, and lists made of such lists.

use rustc_hash::FxHashMap;

use super::aiohttp::is_route_maker;
use super::django::DJANGO_PATHS;
use super::fastapi::{FASTAPI_ROUTE, STARLETTE_ROUTE};
use super::route_hook;
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Expr, ExprId, Name, RouteHookKind};

/// What Starlette calls what a list of routes holds.
const STARLETTE: &[&str] = &["APIRoute", "Mount", "Route", "WebSocketRoute"];

/// Lists in lists that are taken in.
const MAX_PARTS: usize = 64;

impl Walk<'_, '_> {
    /// `ROUTES = users.routes + [*orders.routes, web.get("/", view)]`: one list takes in others.
    pub(super) fn list_assignment(&mut self, target: NodeId, value: ExprId, cx: &Cx) {
        if self.lists_routes() {
            let name = Name::new(self.text(target));
            self.take_in(&name, self.parts_of(value), cx);
        }
    }

    /// `urlpatterns += […]`.
    pub(super) fn list_added(&mut self, name: &str, value: ExprId, cx: &Cx) {
        if self.lists_routes() {
            let is_list = matches!(self.builder.semantics.expr(value), Expr::Container { .. });
            let own = is_list.then_some(value);
            let parts = self.parts_of(value);
            // Also what a name or a call gives.
            let held = (!is_list && parts.is_empty()).then_some(value);
            let all = own.into_iter().chain(held).chain(parts).collect();
            self.take_in(&Name::new(name), all, cx);
        }
    }

    /// Whether the file imports a framework that is told its routes in lists.
    fn lists_routes(&self) -> bool {
        const LISTING: &[&str] = &["aiohttp", "django", "rest_framework", "starlette"];
        LISTING.iter().any(|it| self.imports(it))
    }

    fn take_in(&mut self, name: &Name, parts: Vec<ExprId>, cx: &Cx) {
        for part in parts {
            let list = self.builder.expr(Expr::Name { scope: cx.scope, name: name.clone() });
            let hook = route_hook(list, part, RouteHookKind::Include, cx);
            self.builder.route_hook(hook);
        }
    }

    /// The lists that a list is made of.
    fn parts_of(&self, value: ExprId) -> Vec<ExprId> {
        let semantics = &self.builder.semantics;
        match semantics.expr(value) {
            Expr::Joined(parts) => parts.iter().take(MAX_PARTS).copied().collect(),
            Expr::Container { items, .. } => {
                let parts = items.iter().filter_map(|it| match semantics.expr(it.value) {
                    Expr::Index { base, key: None } => Some(*base),
                    _ => None,
                });
                parts.take(MAX_PARTS).collect()
            }
            // `urlpatterns = router.urls`.
            Expr::Attribute { base, name } if name == "urls" => vec![*base],
            _ => Vec::new(),
        }
    }

    /// Puts routes that calls make into the lists that these stand in; those in no list that is
    /// written out stay by themselves, and nobody knows where they are served.
    pub(super) fn place_listed(&mut self) {
        let semantics = &self.builder.semantics;
        let mut lists: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for (at, expr) in semantics.exprs.iter().enumerate() {
            match expr {
                Expr::Container { items, .. } => {
                    lists.extend(items.iter().map(|it| (it.value, ExprId(at as u32))));
                }
                Expr::Call { callee, arguments } => {
                    if let (Expr::Attribute { base, name }, [only]) =
                        (semantics.expr(*callee), &arguments[..])
                        && matches!(name.as_str(), "append" | "extend")
                    {
                        lists.insert(only.value, *base);
                    }
                }
                _ => {}
            }
        }
        let is_made = |it: ExprId| match semantics.expr(it) {
            Expr::Call { callee, .. } => match semantics.expr(*callee) {
                Expr::Attribute { name, .. } | Expr::Name { name, .. } => {
                    is_route_maker(name)
                        || DJANGO_PATHS.contains(&name.as_str())
                        || STARLETTE.contains(&name.as_str())
                }
                _ => false,
            },
            _ => false,
        };
        // `routes.extend([…])` adds to the other list.
        let list_of = |call: ExprId| {
            let list = is_made(call).then(|| lists.get(&call))??;
            Some(*lists.get(list).unwrap_or(list))
        };
        let is_listed = |framework: &str| {
            matches!(framework, "aiohttp" | "django" | STARLETTE_ROUTE | FASTAPI_ROUTE)
        };
        for pending in &mut self.frameworks.routes {
            let router = pending.route.router.filter(|_| is_listed(&pending.route.framework));
            if let Some(list) = router.and_then(list_of) {
                pending.route.router = Some(list);
            }
        }
        let hooks = semantics.route_hooks.iter().map(|it| list_of(it.router));
        let hooks: Vec<Option<ExprId>> = hooks.collect();
        for (hook, list) in self.builder.semantics.route_hooks.iter_mut().zip(hooks) {
            hook.router = list.unwrap_or(hook.router);
        }
    }
}
