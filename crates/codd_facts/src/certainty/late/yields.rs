//! Functions that a framework runs up to their `yield` before the handler, and on from there
//! behind it.

use std::collections::BTreeMap;

use codd_source::Span;

use super::super::stretches::Finder;
use super::super::words::Role;
use super::handles::Handles;
use super::words::WAITING;
use crate::around::called_name;
use crate::builder::lookup;
use crate::{Bound, DefinitionId, DefinitionPlace, Expr, ExprId, Semantics};

/// Such functions, with where their first `yield` ends.
pub(super) fn yielding(
    handles: &Handles<'_>,
    finder: &Finder<'_, '_>,
    bodies: &[Span],
    definitions: &[DefinitionPlace],
) -> BTreeMap<DefinitionId, u32> {
    if !finder.is_python && !finder.has_blocks {
        return BTreeMap::new();
    }
    // A block of Ruby yields to who called the method that it stands in.
    let yields = finder
        .first_yields(|role| role == Role::Function || role == Role::Lambda && !finder.has_blocks);
    if yields.is_empty() {
        return BTreeMap::new();
    }
    let semantics = handles.semantics;
    let all = semantics.definitions.iter().zip(bodies).zip(definitions).enumerate();
    let found = all.filter_map(|(at, ((it, body), place))| {
        let id = DefinitionId(at as u32);
        let is_function = it.kind.is_function();
        let is_hook = if finder.is_python {
            !it.decorators.iter().any(|it| waits(semantics, *it))
        } else {
            // A block that is given arguments is no callback around actions, and a method that
            // others of the file give a block of theirs answers to these.
            it.parameters.iter().all(|it| it.is_receiver || handles.is_hooked(id))
                && !handles.is_helper(id)
        };
        let end = yields.get(&body.start).or_else(|| yields.get(&place.span.start))?;
        (is_function && is_hook).then_some((id, *end))
    });
    found.collect()
}

/// Whether a decorator is a library's under which `yield` waits.
fn waits(semantics: &Semantics, decorator: ExprId) -> bool {
    let is_own = match semantics.expr(decorator) {
        Expr::Name { scope, name } => lookup(semantics, *scope, name)
            .is_some_and(|(_, it)| it.iter().any(|it| matches!(it.bound, Bound::Definition(_)))),
        _ => false,
    };
    !is_own && called_name(semantics, decorator).is_some_and(|it| WAITING.contains(&it.as_str()))
}
