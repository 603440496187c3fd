//! How surely hooks are registered.

use std::collections::BTreeMap;

use codd_source::Span;

use crate::builder::{SemanticsBuilder, lookup};
use crate::{Binding, Bound, Certainty, DefinitionPlace, Expr, ExprId, RouteHook, Semantics};

impl SemanticsBuilder {
    /// Where the hooks of routers stand that have their place in the text, by their order.
    pub(super) fn hook_places(&self, definitions: &[DefinitionPlace]) -> Vec<(usize, Span)> {
        let mut places: BTreeMap<ExprId, Span> = BTreeMap::new();
        for (reference, span) in self.semantics.references.iter().zip(self.reference_places()) {
            places.entry(reference.target).or_insert(*span);
        }
        let hooks = self.semantics.route_hooks.iter().enumerate();
        let hooks = hooks.filter(|(_, it)| it.controller.is_none());
        hooks
            .filter_map(|(at, hook)| {
                let mut expr = hook.function;
                for _ in 0..4 {
                    expr = match self.semantics.expr(expr) {
                        Expr::Definition(id) => {
                            let start = definitions.get(id.index())?.span.start;
                            return Some((at, Span { start, end: start }));
                        }
                        Expr::Call { callee, .. } => self.semantics.unapplied(*callee),
                        Expr::Container { items, .. } => items.first()?.value,
                        // The method of an object that is made where it is registered.
                        Expr::Attribute { base, .. } if !places.contains_key(&expr) => *base,
                        Expr::Either(options) => *options.first()?,
                        _ => break,
                    };
                }
                Some((at, *places.get(&expr)?))
            })
            .collect()
    }

    /// Makes hooks conditional that may not be registered, and leaves out those that are not.
    pub(super) fn limit_hooks(&mut self, found: &BTreeMap<usize, Certainty>) {
        for (at, certainty) in found {
            if let Some(hook) = self.semantics.route_hooks.get_mut(*at) {
                hook.is_conditional |= *certainty < Certainty::Always;
            }
        }
        let semantics = &self.semantics;
        let is_another: Vec<bool> =
            semantics.route_hooks.iter().map(|it| is_made_twice(semantics, it)).collect();
        for (hook, is_another) in self.semantics.route_hooks.iter_mut().zip(is_another) {
            hook.is_conditional |= is_another;
        }
        // What a generator does, nobody asks for that calls a hook.
        let definitions = &self.semantics.definitions;
        for hook in &mut self.semantics.route_hooks {
            if hook.registered_by.is_some()
                && let Expr::Definition(id) = self.semantics.exprs[hook.function.index()]
            {
                hook.is_conditional |= definitions[id.index()].flags.is_generator;
            }
        }
        let mut at = 0..;
        self.semantics
            .route_hooks
            .retain(|_| at.next().is_none_or(|it| found.get(&it) != Some(&Certainty::Never)));
    }
}

/// Whether the variable of a hook's router is given another one, whose routes the hook is not
/// for: which of the two a route is registered on, the name does not say.
fn is_made_twice(semantics: &Semantics, hook: &RouteHook) -> bool {
    let Expr::Name { scope, name } = semantics.expr(hook.router) else { return false };
    let Some((_, bindings)) = lookup(semantics, *scope, name) else { return false };
    let is_made = |it: &&Binding| {
        let value = match it.bound {
            Bound::Value(value) => Some(value),
            Bound::Definition(id) => semantics.definition(id).value,
            _ => None,
        };
        value.is_some_and(|it| matches!(semantics.expr(it), Expr::Call { .. }))
    };
    hook.order.is_some() && bindings.iter().filter(is_made).count() > 1
}
