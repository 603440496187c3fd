//! Decorators of a class that hold for one of its methods:
//! `@method_decorator(login_required, name="post")`.

use std::collections::BTreeSet;

use crate::around::called_name;
use crate::builder::SemanticsBuilder;
use crate::{Argument, Certainty, DefinitionId, Expr, ExprId, Semantics};

/// The decorator of Django that is given others.
const OF_METHOD: &str = "method_decorator";

/// What runs before every method that answers.
const BEFORE_ALL: &[&str] = &["dispatch", "setup"];

/// Methods of a view that answer requests of their name.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

impl SemanticsBuilder {
    /// Says of what decorates one method that the others run without it.
    pub(super) fn find_of_methods(&mut self) {
        let semantics = &self.semantics;
        let mut limited: BTreeSet<(DefinitionId, ExprId)> = BTreeSet::new();
        for (at, class) in semantics.definitions.iter().enumerate() {
            let id = DefinitionId(at as u32);
            if !class.kind.is_type() {
                continue;
            }
            for decorator in &class.decorators {
                let Expr::Call { callee, arguments } = semantics.expr(*decorator) else { continue };
                let is_it = called_name(semantics, *callee).is_some_and(|it| it == OF_METHOD);
                if is_it && !is_of_all(semantics, id, arguments) {
                    limited.extend(given(semantics, arguments).into_iter().map(|it| (id, it)));
                }
            }
        }
        if limited.is_empty() {
            return;
        }
        for reference in &mut self.semantics.references {
            if reference.owner.is_some_and(|it| limited.contains(&(it, reference.target))) {
                reference.certainty = reference.certainty.min(Certainty::Perhaps);
            }
        }
    }
}

/// Bases of views that answer nothing by themselves.
const EMPTY: &[&str] = &["APIView", "MethodView", "View"];

/// Whether a class has no other method that answers than the one that is named, neither of its
/// own nor of a base.
fn is_of_all(semantics: &Semantics, class: DefinitionId, arguments: &[Argument]) -> bool {
    let mut named = arguments.iter().filter(|it| it.name.as_deref() == Some("name"));
    let Some(name) = named.next().or_else(|| arguments.get(1)) else { return true };
    let Expr::Text(name) = semantics.expr(name.value) else { return false };
    let mut answering = semantics.definitions.iter().filter(|it| {
        it.parent == Some(class) && it.kind.is_function() && METHODS.contains(&it.name.as_str())
    });
    let is_empty =
        |it: &ExprId| called_name(semantics, *it).is_some_and(|it| EMPTY.contains(&it.as_str()));
    BEFORE_ALL.contains(&name.as_str())
        || answering.all(|it| it.name == *name)
            && semantics.definition(class).bases.iter().all(is_empty)
}

/// What is to decorate: `login_required`, `permission_required("a")`, a list of these.
fn given(semantics: &Semantics, arguments: &[Argument]) -> Vec<ExprId> {
    let Some(first) = arguments.first() else { return Vec::new() };
    let all = match semantics.expr(first.value) {
        Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
        _ => vec![first.value],
    };
    let made = all.into_iter().map(|it| match semantics.expr(it) {
        Expr::Call { callee, .. } => *callee,
        _ => it,
    });
    made.collect()
}
