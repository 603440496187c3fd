//! What the file that starts a NestJS application puts around all its routes: a prefix, functions.

use super::super::named::{value_of, variable};
use super::globals::imported;
use super::may_be_left_out;
use super::middleware::leave_out;
use crate::builder::SemanticsBuilder;
use crate::{Argument, Expr, ExprId, HookLimits, RouteHook, RouteHookKind, Semantics};

const CORE: &str = "@nestjs/core";

/// Adds what is said of the applications that the file makes; bindings are sorted.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let semantics = &builder.semantics;
    let mut found: Vec<RouteHook> = Vec::new();
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        let Expr::Attribute { base, name } = semantics.expr(*callee) else { continue };
        if !matches!(name.as_str(), "setGlobalPrefix" | "use") || !is_application(semantics, *base)
        {
            continue;
        }
        let hooks = match name.as_str() {
            "use" => used(semantics, arguments),
            _ => prefixed(semantics, arguments).into_iter().collect(),
        };
        let is_conditional = may_be_left_out(semantics, *callee);
        found.extend(hooks.into_iter().map(|it| RouteHook { is_conditional, ..it }));
    }
    for hook in found {
        builder.route_hook(hook);
    }
}

/// `app.use("/path", first, second)`.
fn used(semantics: &Semantics, arguments: &[Argument]) -> Vec<RouteHook> {
    let is_path = |it: &Argument| {
        matches!(semantics.expr(it.value), Expr::Text(_) | Expr::Joined(_) | Expr::Container { .. })
    };
    let (prefix, functions) = match arguments {
        [first, rest @ ..] if !rest.is_empty() && is_path(first) => (Some(first.value), rest),
        all => (None, all),
    };
    let hooks =
        functions.iter().map(|it| RouteHook { prefix, ..RouteHook::global(it.value, false) });
    hooks.collect()
}

/// `app.setGlobalPrefix("api", { exclude: ["health"] })`.
fn prefixed(semantics: &Semantics, arguments: &[Argument]) -> Option<RouteHook> {
    let prefix = arguments.first()?.value;
    let mut limits = HookLimits::default();
    if let Some(options) = arguments.get(1) {
        match value_of(semantics, options.value, "exclude") {
            Some(value) => leave_out(semantics, &[Argument { name: None, value }], &mut limits),
            None => {
                limits.is_open = !matches!(semantics.expr(options.value), Expr::Container { .. });
            }
        }
    }
    Some(RouteHook {
        kind: RouteHookKind::Below,
        prefix: Some(prefix),
        limits: Some(Box::new(limits)),
        ..RouteHook::global(prefix, false)
    })
}

/// Whether an expression is what `NestFactory.create` gives.
fn is_application(semantics: &Semantics, expr: ExprId) -> bool {
    let made = match semantics.expr(expr) {
        Expr::Name { scope, name } => variable(semantics, *scope, name),
        _ => Some(expr),
    };
    let Some(Expr::Call { callee, .. }) = made.map(|it| semantics.expr(it)) else { return false };
    match semantics.expr(semantics.unapplied(*callee)) {
        Expr::Attribute { base, name } => {
            name == "create" && imported(semantics, *base, CORE) == Some("NestFactory")
        }
        _ => false,
    }
}
