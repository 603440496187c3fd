//! Middleware that a module of NestJS applies: `consumer.apply(Auth).exclude("a").forRoutes("*")`.

use super::super::named::value_of;
use super::may_be_left_out;
use crate::builder::SemanticsBuilder;
use crate::{
    Argument, ContainerKind, Expr, ExprId, HookLimits, Name, RouteHook, RouteHookKind, Semantics,
};

/// Calls that are chained behind `apply`.
const MAX_CHAIN: usize = 16;

/// What one call of `forRoutes` says.
struct Applied {
    functions: Vec<ExprId>,
    targets: Vec<ExprId>,
    limits: HookLimits,
    is_conditional: bool,
}

/// Adds what is applied before routes; bindings are sorted.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let semantics = &builder.semantics;
    let calls = (0..semantics.exprs.len()).map(|at| ExprId(at as u32));
    let found: Vec<Applied> = calls.filter_map(|it| applied(semantics, it)).collect();
    for Applied { functions, targets, limits, is_conditional } in found {
        for function in functions {
            // A class has a method that does it.
            let name = Name::new_static("use");
            let method = builder.expr(Expr::Attribute { base: function, name });
            for function in [function, method] {
                for target in &targets {
                    let hook = hook(builder, function, *target, &limits);
                    builder.route_hook(RouteHook { is_conditional, ..hook });
                }
            }
        }
    }
}

fn hook(
    builder: &mut SemanticsBuilder,
    function: ExprId,
    target: ExprId,
    limits: &HookLimits,
) -> RouteHook {
    let semantics = &builder.semantics;
    let mut limits = limits.clone();
    let path = match semantics.expr(target) {
        // `{ path: "cats", method: RequestMethod.GET }`.
        Expr::Container { kind: ContainerKind::Mapping, .. } => {
            match value_of(semantics, target, "method").map(|it| method(semantics, it)) {
                Some(Some(method)) if method == "*" => limits.is_exact = true,
                Some(Some(method)) => {
                    limits.is_exact = true;
                    limits.methods.push(method);
                }
                Some(None) => limits.is_open = true,
                None => {}
            }
            Some(value_of(semantics, target, "path").unwrap_or(target))
        }
        Expr::Text(_) | Expr::Joined(_) => Some(target),
        _ => None,
    };
    let Some(path) = path else {
        // A controller, or a path that something holds.
        let limits = Some(Box::new(limits)).filter(|it| **it != HookLimits::default());
        let hook = RouteHook::global(function, false);
        return RouteHook { router: target, kind: RouteHookKind::Use, limits, ..hook };
    };
    let prefix = match semantics.expr(path) {
        Expr::Text(text) => {
            let (text, is_below) = prefix_of(text);
            limits.is_exact &= !is_below;
            // A wildcard within a path is matched by what it matches, which is not followed.
            limits.is_open |= text.contains(['*', '(', '{']);
            (!text.contains(['*', '(', '{'])).then_some(Name::from(text))
        }
        _ => None,
    };
    let prefix = match prefix {
        Some(text) => builder.expr(Expr::Text(text)),
        None => path,
    };
    let limits = Some(Box::new(limits));
    RouteHook { prefix: Some(prefix), limits, ..RouteHook::global(function, false) }
}

/// The part of a path before a wildcard at its end, from the root, and whether there is one.
fn prefix_of(path: &str) -> (String, bool) {
    let path = path.trim_matches('/');
    let ends = ["(.*)", "{*path}", "{*splat}", "*path", "*splat", "*"];
    match ends.iter().find_map(|end| path.strip_suffix(end)) {
        Some(rest) => (format!("/{}", rest.trim_end_matches('/')), true),
        None => (format!("/{path}"), false),
    }
}

/// The method that `RequestMethod.GET` is; `*` for all.
fn method(semantics: &Semantics, expr: ExprId) -> Option<Name> {
    let Expr::Attribute { name, .. } = semantics.expr(expr) else { return None };
    Some(if name == "ALL" { Name::new_static("*") } else { name.clone() })
}

/// What a call of `forRoutes` applies to what.
fn applied(semantics: &Semantics, call: ExprId) -> Option<Applied> {
    let Expr::Call { callee, arguments: targets } = semantics.expr(call) else { return None };
    let Expr::Attribute { base, name } = semantics.expr(*callee) else { return None };
    if name != "forRoutes" {
        return None;
    }
    let is_conditional = may_be_left_out(semantics, *callee);
    let mut limits = HookLimits::default();
    let mut at = *base;
    for _ in 0..MAX_CHAIN {
        let Expr::Call { callee, arguments } = semantics.expr(at) else { return None };
        let Expr::Attribute { base, name } = semantics.expr(*callee) else { return None };
        match name.as_str() {
            "apply" => {
                let functions = listed(semantics, arguments);
                let targets = listed(semantics, targets);
                return Some(Applied { functions, targets, limits, is_conditional });
            }
            "exclude" => leave_out(semantics, arguments, &mut limits),
            _ => {}
        }
        at = *base;
    }
    None
}

/// Adds what `exclude` names to what is left out.
pub(super) fn leave_out(semantics: &Semantics, arguments: &[Argument], limits: &mut HookLimits) {
    for excluded in listed(semantics, arguments) {
        let is_options = matches!(
            semantics.expr(excluded),
            Expr::Container { kind: ContainerKind::Mapping, .. }
        );
        let (path, of) = if is_options {
            let of = value_of(semantics, excluded, "method").map(|it| method(semantics, it));
            (value_of(semantics, excluded, "path"), of)
        } else {
            (Some(excluded), None)
        };
        match (path.map(|it| semantics.expr(it)), of.unwrap_or(Some(Name::new_static("*")))) {
            (Some(Expr::Text(path)), Some(method)) => {
                limits.except.push((method, format!("/{}", path.trim_matches('/')).into()));
            }
            _ => limits.is_open = true,
        }
    }
}

/// Arguments, and those in lists among them.
fn listed(semantics: &Semantics, arguments: &[Argument]) -> Vec<ExprId> {
    let all = arguments.iter().flat_map(|it| match semantics.expr(it.value) {
        Expr::Container { kind: ContainerKind::Sequence, items } => {
            items.iter().map(|it| it.value).collect()
        }
        _ => vec![it.value],
    });
    all.collect()
}
