//! Prefixes that a Koa router puts before its own routes: `new Router({prefix: "/api"})`,
//! `router.prefix("/api")`.

use super::named::{import_of, value_of, variable};
use crate::builder::SemanticsBuilder;
use crate::{Expr, ExprId, Name, RouterPrefix, Semantics};

const PACKAGES: &[&str] = &["koa-router", "@koa/router"];

/// Adds the prefixes of the routers of a file; bindings are sorted.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let semantics = &builder.semantics;
    let mut found: Vec<(Expr, ExprId)> = Vec::new();
    let mut computed: Vec<(Expr, ExprId)> = Vec::new();
    for definition in &semantics.definitions {
        let options = definition.value.and_then(|it| options_of(semantics, it));
        let Some(options) = options else { continue };
        let (scope, name) = (definition.scope, definition.name.clone());
        let router = Expr::Name { scope, name };
        match semantics.expr(options) {
            Expr::Container { .. } => {
                found.extend(value_of(semantics, options, "prefix").map(|it| (router, it)));
            }
            _ => computed.push((router, options)),
        }
    }
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        let Expr::Attribute { base, name } = semantics.expr(*callee) else { continue };
        if name == "prefix"
            && let Some(prefix) = arguments.first()
            && is_router(semantics, *base)
        {
            found.push((semantics.expr(*base).clone(), prefix.value));
        }
    }
    for (router, base) in computed {
        let prefix = Expr::Attribute { base, name: Name::new_static("prefix") };
        found.push((router, builder.expr(prefix)));
    }
    for (router, prefix) in found {
        let router = builder.expr(router);
        builder.semantics.router_prefixes.push(RouterPrefix { router, prefix });
    }
}

/// What a router is made with; nothing of other values.
fn options_of(semantics: &Semantics, made: ExprId) -> Option<ExprId> {
    let Expr::Call { callee, arguments } = semantics.expr(made) else { return None };
    is_class(semantics, *callee).then(|| arguments.first().map(|it| it.value))?
}

fn is_router(semantics: &Semantics, expr: ExprId) -> bool {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return false };
    let made = variable(semantics, *scope, name).map(|it| semantics.expr(it));
    matches!(made, Some(Expr::Call { callee, .. }) if is_class(semantics, *callee))
}

/// Whether an expression names what one of the packages gives.
fn is_class(semantics: &Semantics, expr: ExprId) -> bool {
    let named = semantics.unapplied(expr);
    let import = match semantics.expr(named) {
        Expr::Import(id) => Some(*id),
        _ => import_of(semantics, named),
    };
    import.is_some_and(|id| PACKAGES.contains(&semantics.import(id).request.module.as_str()))
}
