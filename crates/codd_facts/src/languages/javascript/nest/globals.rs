//! Guards that a NestJS application has before all its routes: `APP_GUARD` among the providers of
//! a module, `app.useGlobalGuards(…)`.

use std::collections::BTreeSet;

use super::super::named::{import_of, value_of, variable};
use super::may_be_left_out;
use super::modules::{MAX_ENTRIES, is_changed, lists, modules};
use crate::builder::SemanticsBuilder;
use crate::{DefinitionId, Expr, ExprId, ImportItem, RouteHook, Semantics};

pub(super) const CORE: &str = "@nestjs/core";
pub(super) const COMMON: &str = "@nestjs/common";

/// Keys of a provider that say what it gives; the last makes it.
const GIVEN_BY: &[&str] = &["useClass", "useExisting", "useFactory", "useValue"];

/// Lists in lists of providers that are looked into.
const MAX_DEPTH: u32 = 4;

/// A guard, what provides it, and whether it is there only perhaps.
type Given = (ExprId, Option<DefinitionId>, bool);

/// Adds what all routes have before them; bindings are sorted.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let semantics = &builder.semantics;
    let mut found: Vec<Given> = Vec::new();
    let mut room = MAX_ENTRIES;
    for (id, module) in modules(semantics) {
        if let Some(list) = value_of(semantics, module, "providers") {
            providers(semantics, list, (Some(id), false), (0, &mut room), &mut found);
        }
    }
    // What a module of another file may take in.
    for (id, list) in lists(semantics) {
        let is_changed = is_changed(semantics, id);
        providers(semantics, list, (Some(id), is_changed), (0, &mut room), &mut found);
    }
    let listed: BTreeSet<ExprId> = found.iter().map(|it| it.0).collect();
    // A list that no module of this file has: one of another file may.
    for at in 0..semantics.exprs.len() {
        if let Some(given) = guard_of_provider(semantics, ExprId(at as u32))
            && !listed.contains(&given)
        {
            found.push((given, None, true));
        }
    }
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        if let Expr::Attribute { name, .. } = semantics.expr(*callee)
            && name == "useGlobalGuards"
        {
            let is_conditional = may_be_left_out(semantics, *callee);
            found.extend(arguments.iter().map(|it| (it.value, None, is_conditional)));
        }
    }
    for (function, owner, is_conditional) in found {
        let hook = RouteHook::global(function, is_conditional);
        builder.route_hook(RouteHook { owner, ..hook });
    }
}

/// What `{ provide: APP_GUARD, useClass: AuthGuard }` gives.
pub(super) fn guard_of_provider(semantics: &Semantics, provider: ExprId) -> Option<ExprId> {
    let provides = value_of(semantics, provider, "provide")?;
    if imported(semantics, provides, CORE) != Some("APP_GUARD") {
        return None;
    }
    GIVEN_BY.iter().find_map(|key| value_of(semantics, provider, key))
}

/// The guards among what somebody provides, who may do so only perhaps.
fn providers(
    semantics: &Semantics,
    list: ExprId,
    (owner, is_conditional): (Option<DefinitionId>, bool),
    (depth, room): (u32, &mut usize),
    found: &mut Vec<Given>,
) {
    if depth > MAX_DEPTH || *room == 0 {
        return;
    }
    *room -= 1;
    match semantics.expr(list) {
        Expr::Container { items, .. } if items.iter().any(|it| it.key.is_some()) => {
            let given = guard_of_provider(semantics, list);
            found.extend(given.map(|it| (it, owner, is_conditional)));
        }
        Expr::Container { items, .. } => {
            for item in items {
                providers(semantics, item.value, (owner, is_conditional), (depth + 1, room), found);
            }
        }
        Expr::Either(options) => {
            for option in options {
                providers(semantics, *option, (owner, true), (depth + 1, room), found);
            }
        }
        Expr::Index { base, key: None } => {
            providers(semantics, *base, (owner, is_conditional), (depth + 1, room), found);
        }
        Expr::Name { scope, name } => {
            if let Some(value) = variable(semantics, *scope, name) {
                providers(semantics, value, (owner, is_conditional), (depth + 1, room), found);
            }
        }
        _ => {}
    }
}

/// The name that a package gives what an expression names.
pub(super) fn imported<'s>(
    semantics: &'s Semantics,
    expr: ExprId,
    package: &str,
) -> Option<&'s str> {
    let import = semantics.import(import_of(semantics, expr)?);
    match &import.item {
        ImportItem::Named(name) if import.request.module == package => Some(name),
        _ => None,
    }
}
