//! Signals and their receivers: Django's, Celery's, blinker's; and the functions that one of
//! `functools.singledispatch` hands on to.

use super::arguments::{keyword, positional};
use super::{Called, Decorator, Framework};
use crate::languages::python::walk::{Cx, Walk};
use crate::{Argument, Bound, DefinitionKind, Expr, ExprId, Listener};

pub(super) const SIGNALS: Framework = Framework { decorator, call };

/// `@receiver(signal, sender=Model)`, `@signal.connect`, `@signal.connect_via(sender)`.
fn decorator(walk: &mut Walk<'_, '_>, decorator: &Decorator, _cx: &Cx) -> bool {
    let semantics = &walk.builder.semantics;
    let arguments = walk.arguments(decorator.expr);
    let mut to = Vec::new();
    match semantics.expr(decorator.callee) {
        Expr::Name { name, .. } | Expr::Attribute { name, .. } if name == "receiver" => {
            // One signal, or a list of them.
            match positional(arguments, 0).map(|it| (it, semantics.expr(it))) {
                Some((_, Expr::Container { items, .. })) => {
                    to.extend(items.iter().map(|it| it.value));
                }
                Some((signal, _)) => to.push(signal),
                None => return false,
            }
        }
        Expr::Attribute { base, name } if name == "connect" => to.push(*base),
        // `@show.register` of a function that `singledispatch` makes several of.
        Expr::Attribute { base, name } if name == "register" && walk.is_function(*base) => {
            to.push(*base);
        }
        Expr::Attribute { base, name } if name == "connect_via" => {
            to.push(*base);
            to.extend(positional(arguments, 0));
        }
        _ => return false,
    }
    to.extend(keyword(arguments, "sender"));
    let function = walk.builder.expr(Expr::Definition(decorator.id));
    walk.received(to, function);
    true
}

/// `signal.connect(function, sender=Model)`.
fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, _cx: &Cx) -> bool {
    let ("connect", Some(signal)) = (called.name, called.base) else { return false };
    let arguments = walk.arguments(called.call);
    let Some(function) = receiver(walk, arguments) else { return false };
    let sender = keyword(arguments, "sender").or_else(|| positional(arguments, 1));
    walk.received([signal].into_iter().chain(sender).collect(), function);
    true
}

/// What is connected, if it is named.
fn receiver(walk: &Walk<'_, '_>, arguments: &[Argument]) -> Option<ExprId> {
    let function = positional(arguments, 0).or_else(|| keyword(arguments, "receiver"))?;
    let is_named =
        matches!(walk.builder.semantics.expr(function), Expr::Name { .. } | Expr::Attribute { .. });
    is_named.then_some(function)
}

impl Walk<'_, '_> {
    /// Whether an expression names a function of the file.
    fn is_function(&self, expr: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Name { scope, name } = semantics.expr(expr) else { return false };
        let Some((_, Bound::Definition(id))) = self.builder.bound_so_far(*scope, name) else {
            return false;
        };
        let kind = semantics.definition(*id).kind;
        matches!(kind, DefinitionKind::Function | DefinitionKind::Method)
    }

    fn received(&mut self, to: Vec<ExprId>, function: ExprId) {
        for to in to {
            self.builder.listener(Listener::of(to, function));
        }
    }
}
