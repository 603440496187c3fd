//! Prefixes that a Koa router puts before its own routes: `new Router({prefix: "/api"})`,
//! `router.prefix("/api")`.

use crate::builder::{SemanticsBuilder, lookup};
use crate::{Bound, Expr, ExprId, Name, RouterPrefix, Semantics};

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
            Expr::Container { items, .. } => {
                let prefix = items.iter().find(|it| it.key.as_deref() == Some("prefix"));
                found.extend(prefix.map(|it| (router, it.value)));
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
    let Some((_, [binding])) = lookup(semantics, *scope, name) else { return false };
    let value = match binding.bound {
        Bound::Value(value) => Some(value),
        Bound::Definition(id) => semantics.definition(id).value,
        _ => None,
    };
    let made = value.map(|it| semantics.expr(it));
    matches!(made, Some(Expr::Call { callee, .. }) if is_class(semantics, *callee))
}

/// Whether an expression names what one of the packages gives.
fn is_class(semantics: &Semantics, expr: ExprId) -> bool {
    let import = match semantics.expr(semantics.unapplied(expr)) {
        Expr::Import(id) => Some(*id),
        Expr::Name { scope, name } => match lookup(semantics, *scope, name) {
            Some((_, [binding])) => match binding.bound {
                Bound::Import(id) => Some(id),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    import.is_some_and(|id| PACKAGES.contains(&semantics.import(id).request.module.as_str()))
}
