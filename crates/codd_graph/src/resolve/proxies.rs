//! Methods that others of the same object call: what stands around the methods of a Spring bean
//! is done by the proxy in front of it, which such a call does not pass.

use std::collections::BTreeSet;

use codd_facts::{Bound, DefinitionId, DefinitionKind, Expr, ExprId, Reference, Semantics};
use codd_source::RepoPath;

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::found::Found;
use super::names::find_name;
use super::value::OWN;
use crate::proxies::is_of_jvm;

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
        let is_method = evaluator.definition(target.at).kind == DefinitionKind::Method;
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

/// Whether a method is called on the very object whose method calls it: `secured()`,
/// `this.secured()`, `super.secured()`, `Orders.this.secured()`.
fn is_of_itself(semantics: &Semantics, called: ExprId) -> bool {
    let Expr::Attribute { base, .. } = semantics.expr(semantics.unapplied(called)) else {
        return matches!(semantics.expr(semantics.unapplied(called)), Expr::Name { .. });
    };
    match semantics.expr(*base) {
        Expr::This { .. } | Expr::Super { .. } => true,
        Expr::Attribute { name, .. } => name == "this",
        // Another name for it.
        Expr::Name { scope, name } => find_name(semantics, *scope, name).is_some_and(|(_, all)| {
            all.iter().any(|it| {
                matches!(it.bound, Bound::Value(value)
                    if matches!(semantics.expr(value), Expr::This { .. }))
            })
        }),
        _ => false,
    }
}
