//! How surely hooks are registered, and what runs only behind the handler.

use std::collections::BTreeMap;

use codd_source::Span;

use super::words::NEXT;
use crate::builder::{SemanticsBuilder, lookup};
use crate::{
    Binding, Bound, Certainty, DefinitionId, DefinitionPlace, Expr, ExprId, Reference,
    ReferenceKind, RouteHook, Semantics,
};

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
                for _ in 0..2 {
                    expr = match self.semantics.expr(expr) {
                        Expr::Definition(id) => {
                            let start = definitions.get(id.index())?.span.start;
                            return Some((at, Span { start, end: start }));
                        }
                        Expr::Call { callee, .. } => self.semantics.unapplied(*callee),
                        Expr::Container { items, .. } => items.first()?.value,
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

    /// What a wrapper or middleware does behind the call of what it is around comes too late.
    pub(super) fn find_late(&mut self) {
        let mut ends: BTreeMap<DefinitionId, u32> = BTreeMap::new();
        let placed = self.semantics.references.iter().zip(self.reference_places());
        for (reference, span) in placed {
            if let Some(owner) = reference.owner
                && calls_handler(&self.semantics, reference, owner)
            {
                let end = ends.entry(owner).or_insert(span.end);
                *end = span.end.min(*end);
            }
        }
        if ends.is_empty() {
            return;
        }
        let starts: Vec<u32> = self.reference_places().iter().map(|it| it.start).collect();
        for (reference, start) in self.semantics.references.iter_mut().zip(starts) {
            let end = reference.owner.and_then(|it| ends.get(&it));
            if end.is_some_and(|it| *it <= start) {
                reference.certainty = reference.certainty.min(Certainty::Perhaps);
            }
        }
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

/// Whether a function calls what it was put around, or goes on with the request.
fn calls_handler(semantics: &Semantics, reference: &Reference, owner: DefinitionId) -> bool {
    if reference.kind != ReferenceKind::Call {
        return false;
    }
    let (scope, name) = match semantics.expr(reference.target) {
        Expr::Name { scope, name } => (*scope, name),
        Expr::Attribute { name, .. } => return name == "get_response",
        _ => return false,
    };
    let Some((_, [binding])) = lookup(semantics, scope, name) else { return false };
    let Bound::Parameter { function, index } = binding.bound else { return false };
    let around = semantics.definition(function);
    if function == owner {
        let last = around.parameters.len().saturating_sub(1);
        return index > 0 && index as usize == last && NEXT.contains(&name.as_str());
    }
    // `return f(*args, **kwargs)` of what a decorator gives.
    semantics.definition(owner).parent == Some(function)
        && around.parameters.iter().filter(|it| !it.is_receiver).count() == 1
        && reference.arguments.is_none()
}
