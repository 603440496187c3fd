//! Methods that others of the same object call: what stands around the methods of a Spring bean
//! is done by the proxy in front of it, which such a call does not pass.

use std::collections::BTreeSet;

use codd_facts::{
    Binding, Bound, DefinitionId, DefinitionKind, Expr, ExprId, Reference, ScopeId, Semantics,
};
use codd_source::RepoPath;

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::found::Found;
use super::value::OWN;
use crate::proxies::is_of_jvm;

/// Values of names, names for names, that are looked at for one call.
const MAX_LOOKED_AT: usize = 32;
const MAX_SCOPES: usize = 64;

/// The package that makes the proxies.
const SPRING: &str = "org.springframework";

/// A method, the file of the one it calls, and that.
type Called = (DefinitionId, RepoPath, DefinitionId);

/// What was found of calls that name no other object.
#[derive(Debug, Default)]
pub(super) struct Itself {
    inside: BTreeSet<Called>,
    /// Called on some other object as well, which may be the bean's own proxy.
    through_others: BTreeSet<Called>,
}

impl Itself {
    /// What is called on the object itself and nowhere else.
    pub(super) fn alone(&self) -> Vec<Called> {
        self.inside.difference(&self.through_others).cloned().collect()
    }
}

/// Notes what a call of a bean's method says.
pub(super) fn called(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    call: &Reference,
    found: &Found,
) {
    let Some(owner) = call.owner else { return };
    if !is_of_jvm(evaluator.path(OWN)) {
        return;
    }
    let semantics = evaluator.semantics(OWN);
    let mut is_of_object = None;
    for target in &found.targets {
        let definition = evaluator.definition(target.at);
        let is_method = definition.kind == DefinitionKind::Method;
        let is_of_spring = is_method
            && (imports_spring(&semantics) || imports_spring(&evaluator.semantics(target.at.file)));
        if !is_of_spring {
            continue;
        }
        let flags = definition.flags;
        // No proxy has a method of its own for these.
        let is_inside = flags.is_static
            || flags.is_private
            || flags.is_final
            || *is_of_object.get_or_insert_with(|| is_of_itself(&semantics, call.target))
            || is_kept_of_itself(&semantics, call.target, &definition.name);
        let path = evaluator.path(target.at.file).clone();
        let known =
            if is_inside { &mut edges.itself.inside } else { &mut edges.itself.through_others };
        known.insert((owner, path, target.at.id));
    }
}

fn imports_spring(semantics: &Semantics) -> bool {
    semantics.imports.iter().any(|it| it.request.module.starts_with(SPRING))
}

/// Whether a method is called on the very object whose method calls it, or on one that the code
/// makes: `secured()`, `this.secured()`, `super.secured()`, `Orders.this.secured()`,
/// `new Orders().secured()`.
fn is_of_itself(semantics: &Semantics, called: ExprId) -> bool {
    let Expr::Attribute { base, .. } = semantics.expr(semantics.unapplied(called)) else {
        return matches!(semantics.expr(semantics.unapplied(called)), Expr::Name { .. });
    };
    let mut room = MAX_LOOKED_AT;
    is_bare(semantics, *base, &mut room)
}

/// Whether a function is called that was taken from such an object: `var all = this::secured`.
fn is_kept_of_itself(semantics: &Semantics, called: ExprId, method: &str) -> bool {
    let Expr::Attribute { base, .. } = semantics.expr(semantics.unapplied(called)) else {
        return false;
    };
    let mut room = MAX_LOOKED_AT;
    let mut values = held(semantics, *base).take(MAX_LOOKED_AT);
    values.any(|it| {
        matches!(semantics.expr(it), Expr::Attribute { base, name }
            if name == method && is_bare(semantics, *base, &mut room))
    })
}

/// Whether an object is one that nobody has put a proxy in front of; `room` is how many more values
/// are looked at.
fn is_bare(semantics: &Semantics, object: ExprId, room: &mut usize) -> bool {
    // Of what is hidden behind more, nobody knows that a proxy stands before it.
    let Some(left) = room.checked_sub(1) else { return true };
    *room = left;
    match semantics.expr(object) {
        Expr::This { .. } | Expr::Super { .. } => true,
        Expr::Attribute { name, .. } if name == "this" => true,
        // A constructor: what a method gives may be anything.
        Expr::Call { callee, .. } => matches!(
            semantics.expr(semantics.unapplied(*callee)),
            Expr::Name { name, .. } | Expr::Attribute { name, .. }
                if name.starts_with(|it: char| it.is_ascii_uppercase())
        ),
        // Another name for it.
        Expr::Name { .. } | Expr::Attribute { .. } => {
            held(semantics, object).any(|it| is_bare(semantics, it, room))
        }
        Expr::Either(options) => options.iter().any(|it| is_bare(semantics, *it, room)),
        _ => false,
    }
}

/// What a name is bound to, in a function around or as a field.
fn bound<'s>(semantics: &'s Semantics, scope: ScopeId, name: &str) -> Option<&'s [Binding]> {
    let mut at = Some(scope);
    for _ in 0..MAX_SCOPES {
        let scope = semantics.scope(at?);
        let bindings = scope.bindings_of(name);
        if !bindings.is_empty() {
            return Some(bindings);
        }
        at = scope.parent;
    }
    None
}

/// The values that a variable, or a field of the object, is given where it stands.
fn held(semantics: &Semantics, object: ExprId) -> impl Iterator<Item = ExprId> {
    let bindings = match semantics.expr(object) {
        Expr::Name { scope, name } => bound(semantics, *scope, name),
        Expr::Attribute { base, name } => match semantics.expr(*base) {
            Expr::This { class } => {
                let scope = semantics.definition(*class).body;
                scope.map(|it| semantics.scope(it).bindings_of(name))
            }
            _ => None,
        },
        _ => None,
    };
    bindings.into_iter().flatten().filter_map(|it| match it.bound {
        Bound::Value(value) => Some(value),
        Bound::Definition(id) => semantics.definition(id).value,
        _ => None,
    })
}
