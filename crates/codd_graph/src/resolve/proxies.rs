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

/// Names for names for an object, and values that one may have.
const MAX_NAMES: u32 = 4;
const MAX_OPTIONS: usize = 16;
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
    let is_inside = is_of_itself(&semantics, call.target);
    for target in &found.targets {
        let definition = evaluator.definition(target.at);
        let is_method = definition.kind == DefinitionKind::Method;
        let flags = definition.flags;
        // No proxy has a method of its own for these.
        let is_inside = is_inside
            || flags.is_static
            || flags.is_private
            || flags.is_final
            || is_kept_of_itself(&semantics, call.target, &definition.name);
        let is_of_spring = is_method
            && (imports_spring(&semantics) || imports_spring(&evaluator.semantics(target.at.file)));
        if is_of_spring {
            let path = evaluator.path(target.at.file).clone();
            let known =
                if is_inside { &mut edges.itself.inside } else { &mut edges.itself.through_others };
            known.insert((owner, path, target.at.id));
        }
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
    is_bare(semantics, *base, 0)
}

/// Whether a function is called that was taken from such an object: `var all = this::secured`.
fn is_kept_of_itself(semantics: &Semantics, called: ExprId, method: &str) -> bool {
    let Expr::Attribute { base, .. } = semantics.expr(semantics.unapplied(called)) else {
        return false;
    };
    let mut values = held(semantics, *base);
    values.any(|it| {
        matches!(semantics.expr(it), Expr::Attribute { base, name }
            if name == method && is_bare(semantics, *base, 0))
    })
}

/// Whether an object is one that nobody has put a proxy in front of.
fn is_bare(semantics: &Semantics, object: ExprId, depth: u32) -> bool {
    match semantics.expr(object) {
        _ if depth > MAX_NAMES => false,
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
            held(semantics, object).any(|it| is_bare(semantics, it, depth + 1))
        }
        Expr::Either(options) if options.len() <= MAX_OPTIONS => {
            options.iter().any(|it| is_bare(semantics, *it, depth + 1))
        }
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
