//! Routers of axum, scopes of actix-web and mounts of rocket: below which paths what is
//! registered is served.

use super::calls::method_name;
use super::paths::OUTSIDE;
use super::walk::Walk;
use crate::chains::chained_to;
use crate::lowering::Here;
use crate::node::Node;
use crate::{Bound, ContainerKind, Expr, ExprId, RouteHook, RouteHookKind, RouterPrefix};

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

/// What makes a router, with the type or module that has it.
const MAKING: &[(&str, &[&str])] = &[
    ("App", &["new"]),
    ("OpenApiRouter", &["new"]),
    ("Rocket", &["build", "custom", "ignite"]),
    ("Router", &["new"]),
    ("rocket", &["build", "custom", "ignite"]),
    ("web", &[SCOPE]),
];

/// The function of actix-web that makes a router of a path.
const SCOPE: &str = "scope";

/// Names for parameters that are routers.
const NAMES: &[&str] = &["app", "cfg", "config", "rocket", "router"];

/// What functions of actix-web are given that register routes.
const CONFIG: &str = "ServiceConfig";

/// Types of routers, which do not say which router it is.
const TYPES: &[&str] = &["OpenApiRouter", "Router", "Scope"];

/// Crates that these types are of.
const FRAMEWORKS: &[&str] = &["actix_web", "axum", "utoipa_axum"];

/// Parts of a path, and names for one another, that are looked through.
const MAX_NAMES: usize = 16;

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
        match (method, values) {
            ("nest" | "nest_service", [path, mounted]) => {
                self.mounted(router, Some(*path), *mounted, RouteHookKind::Include, here);
            }
            ("merge" | "service", [mounted]) => {
                self.mounted(router, None, *mounted, RouteHookKind::Include, here);
            }
            ("layer" | "route_layer" | "wrap", [layer]) => {
                self.layer_call(node, router, (method, *layer), here);
            }
            ("configure", [function]) => {
                self.mounted(router, None, *function, RouteHookKind::Given(0), here);
            }
            ("mount", [path, listed]) => {
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
            prefix,
            order,
            owner: here.owner,
            ..RouteHook::plain(router, function, kind)
        });
    }

    /// `web::scope("/api")` of actix-web, below whose path stands all that is registered on it.
    pub(super) fn scope_call(&mut self, call: ExprId, callee: ExprId, values: &[ExprId]) {
        let [path] = values else { return };
        let is_text = matches!(self.semantics().expr(*path), Expr::Text(_));
        let is_scope = match self.semantics().expr(callee) {
            // The scope of threads is another, and is given a function.
            Expr::Attribute { base, name } if name == SCOPE => {
                is_text || self.last_name(*base) == Some("web")
            }
            Expr::Name { name, .. } if name == SCOPE => {
                is_text || !matches!(self.semantics().expr(*path), Expr::Definition(_))
            }
            _ => false,
        };
        if is_scope {
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
                Expr::Attribute { base, name } => self.last_name(*base).is_some_and(|of| {
                    MAKING.iter().any(|it| it.0 == of && it.1.contains(&name.as_str()))
                }),
                Expr::Name { name, .. } => name == SCOPE,
                _ => false,
            },
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                Some((_, Bound::Parameter { function, index })) => {
                    let parameter = &semantics.definition(*function).parameters[*index as usize];
                    NAMES.contains(&name.as_str())
                        || parameter
                            .annotation
                            .and_then(|it| self.last_name(semantics.unapplied(it)))
                            .is_some_and(|it| it == CONFIG || TYPES.contains(&it))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn last_name(&self, of: ExprId) -> Option<&str> {
        match self.semantics().expr(of) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Whether a type is a framework's router: the project's own of such a name are not.
    pub(super) fn is_router_type(&self, of: ExprId) -> bool {
        if !self.last_name(of).is_some_and(|it| TYPES.contains(&it)) {
            return false;
        }
        let mut at = of;
        for _ in 0..MAX_NAMES {
            match self.semantics().expr(at) {
                Expr::Attribute { base, .. } => at = *base,
                Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                    Some((_, Bound::Alias(value))) if *value != at => at = *value,
                    Some(_) => return false,
                    None => {
                        let name = name.as_str();
                        let name = name.strip_prefix(OUTSIDE).unwrap_or(name);
                        return FRAMEWORKS.contains(&name);
                    }
                },
                _ => return false,
            }
        }
        false
    }
}
