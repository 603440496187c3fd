//! Routers of axum, scopes of actix-web and mounts of rocket: below which paths what is
//! registered is served.

use super::calls::method_name;
use super::walk::Walk;
use crate::chains::chained_to;
use crate::lowering::Here;
use crate::node::Node;
use crate::{Bound, ContainerKind, Expr, ExprId, Name, RouteHook, RouteHookKind, RouterPrefix};

/// Methods of routers that give the router itself, as these build it.
pub(super) const GIVING_ROUTER: &[&str] = &[
    "app_data",
    "attach",
    "configure",
    "fallback",
    "layer",
    "manage",
    "merge",
    "mount",
    "nest",
    "nest_service",
    "register",
    "route",
    "route_layer",
    "service",
    "with_state",
    "wrap",
];

impl<'t> Walk<'_, 't> {
    /// The router that a method is called on: where a chain of calls begins.
    ///
    /// It is remembered, or each call of a chain would go through all that stand before it.
    pub(super) fn router_of(&mut self, receiver: ExprId) -> ExprId {
        let mut at = receiver;
        while let Some(base) = chained_to(self.semantics(), at, GIVING_ROUTER) {
            at = base;
            if let Some(start) = self.chain_starts.get(&at) {
                at = *start;
                break;
            }
        }
        self.chain_starts.insert(receiver, at);
        at
    }

    /// `.nest("/api", users())`, `.merge(users())`, `.service(list)`, `.configure(routes)`,
    /// `.mount("/api", routes![list])`.
    pub(super) fn mount_call(
        &mut self,
        node: Node<'t>,
        receiver: Option<ExprId>,
        values: &[ExprId],
        here: Here,
    ) {
        let (Some(receiver), Some(method)) = (receiver, method_name(node)) else { return };
        let router = self.router_of(receiver);
        if !self.may_be_router(router) {
            return;
        }
        let is_text = |it: &ExprId| matches!(self.semantics().expr(*it), Expr::Text(_));
        match (method, values) {
            ("nest" | "nest_service", [path, mounted]) if is_text(path) => {
                self.mounted(router, Some(*path), *mounted, RouteHookKind::Include, here);
            }
            ("merge" | "service", [mounted]) => {
                self.mounted(router, None, *mounted, RouteHookKind::Include, here);
            }
            ("configure", [function]) => {
                self.mounted(router, None, *function, RouteHookKind::Given(0), here);
            }
            ("mount", [path, listed]) if is_text(path) => {
                let items = match self.semantics().expr(*listed) {
                    Expr::Container { kind: ContainerKind::Sequence, items } => items.clone(),
                    _ => Vec::new(),
                };
                for item in items {
                    self.mounted(router, Some(*path), item.value, RouteHookKind::Include, here);
                }
            }
            _ => {}
        }
    }

    fn mounted(
        &mut self,
        router: ExprId,
        prefix: Option<ExprId>,
        function: ExprId,
        kind: RouteHookKind,
        here: Here,
    ) {
        let function = self.router_of(function);
        let order = Some(self.builder.registration_order(here.owner));
        self.builder.route_hook(RouteHook {
            router,
            prefix,
            function,
            registered_by: None,
            order,
            kind,
            middleware: Vec::new(),
            owner: here.owner,
            is_conditional: false,
            controller: None,
            limits: None,
        });
    }

    /// `web::scope("/api")` of actix-web, below whose path stands all that is registered on it.
    pub(super) fn scope_call(&mut self, call: ExprId, callee: ExprId, values: &[ExprId]) {
        let name = match self.semantics().expr(callee) {
            Expr::Attribute { name, .. } | Expr::Name { name, .. } => name.clone(),
            _ => return,
        };
        if let ("scope", [path]) = (name.as_str(), values)
            && matches!(self.semantics().expr(*path), Expr::Text(_))
        {
            let prefix = RouterPrefix { router: call, prefix: *path };
            self.builder.semantics.router_prefixes.push(prefix);
        }
    }

    /// Whether something is made as routers are, or is a name for such a thing or a parameter.
    fn may_be_router(&mut self, router: ExprId) -> bool {
        if let Expr::Name { scope, name } = self.semantics().expr(router)
            && let Some((_, Bound::Value(value))) = self.builder.bound_so_far(*scope, name)
        {
            let value = *value;
            let root = self.router_of(value);
            return root != router
                && matches!(self.semantics().expr(root), Expr::Call { .. })
                && self.may_be_router(root);
        }
        let semantics = self.semantics();
        match semantics.expr(router) {
            Expr::Call { callee, .. } => match semantics.expr(semantics.unapplied(*callee)) {
                Expr::Attribute { base, name } => {
                    let of = match semantics.expr(*base) {
                        Expr::Name { name, .. } | Expr::Attribute { name, .. } => name.clone(),
                        _ => Name::default(),
                    };
                    matches!(
                        (of.as_str(), name.as_str()),
                        ("Router" | "App" | "OpenApiRouter", "new")
                            | ("web", "scope")
                            | ("rocket" | "Rocket", "build" | "ignite" | "custom")
                    )
                }
                Expr::Name { name, .. } => name == "scope",
                _ => false,
            },
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                Some((_, Bound::Parameter { .. })) => {
                    matches!(name.as_str(), "app" | "cfg" | "config" | "rocket" | "router")
                }
                _ => false,
            },
            _ => false,
        }
    }
}
