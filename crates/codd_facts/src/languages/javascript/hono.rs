//! What Hono says in its own words: `app.route("/users", users)`, `new Hono().basePath("/api")`.

use super::named::import_of;
use super::routes::GIVING_ROUTER;
use super::walker::{Here, READ, Walker};
use crate::builder::SemanticsBuilder;
use crate::node::{Node, children};
use crate::{Expr, ExprId, RouteHookKind, RouterPrefix, Semantics, chained_router};

pub(super) const PACKAGES: &[&str] = &["@hono/hono", "hono"];

impl<'t> Walker<'t> {
    /// `app.route("/users", users)`: gives the arguments' values if it takes the call.
    pub(super) fn hono_call(
        &mut self,
        callee: ExprId,
        arguments: Node<'t>,
        here: Here,
    ) -> Option<Vec<ExprId>> {
        let Expr::Attribute { base, .. } = *self.semantics().expr(callee) else { return None };
        let [path, inner] = children(arguments)[..] else { return None };
        let (router, framework, _) = self.router_of(base)?;
        if !PACKAGES.contains(&framework.as_str()) {
            return None;
        }
        let prefix = self.expr(path, here, READ);
        let inner = self.expr(inner, here, READ);
        self.hook(router, Some(prefix), inner, RouteHookKind::Include, here);
        Some(vec![prefix, inner])
    }
}

/// Adds the paths that applications put before their own routes; bindings are sorted.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let semantics = &builder.semantics;
    let mut found: Vec<(Expr, ExprId)> = Vec::new();
    for definition in &semantics.definitions {
        let prefix = definition.value.and_then(|it| base_path(semantics, it));
        let (scope, name) = (definition.scope, definition.name.clone());
        found.extend(prefix.map(|it| (Expr::Name { scope, name }, it)));
    }
    for (router, prefix) in found {
        let router = builder.expr(router);
        builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
    }
}

/// What an application is given for the beginning of its paths.
fn base_path(semantics: &Semantics, made: ExprId) -> Option<ExprId> {
    let Expr::Call { callee, arguments } = semantics.expr(made) else { return None };
    let Expr::Attribute { name, .. } = semantics.expr(*callee) else { return None };
    let root = chained_router(semantics, made, GIVING_ROUTER);
    let Expr::Call { callee: class, .. } = semantics.expr(root) else { return None };
    let import = semantics.import(import_of(semantics, semantics.unapplied(*class))?);
    (name == "basePath" && PACKAGES.contains(&import.request.module.as_str()))
        .then(|| arguments.first().map(|it| it.value))?
}
