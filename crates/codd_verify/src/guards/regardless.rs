//! Middleware that asks a guard and goes on whatever that says: `requireAuth(req, res, next);
//! next();` hands the request on without waiting for an answer.

use std::collections::BTreeMap;

use codd_facts::{
    Argument, Bound, DefinitionId, Expr, ExprId, FileFacts, ReferenceKind, Semantics, is_script,
};
use codd_graph::{NodeId, find_name};
use rustc_hash::FxHashMap;

use crate::SnapshotView;
use crate::nodes::definition_node;

/// Functions that hand what goes on with a request to others, and go on themselves behind that;
/// sorted.
pub(crate) fn functions(view: SnapshotView<'_>) -> Vec<NodeId> {
    let mut found = Vec::new();
    for (path, file) in view.files {
        let Some(facts) = &file.facts else { continue };
        if is_script(&facts.language) {
            let all = in_file(facts).into_iter();
            found.extend(
                all.filter_map(|it| definition_node(view.graph, path, &facts.semantics, it)),
            );
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn in_file(facts: &FileFacts) -> Vec<DefinitionId> {
    let semantics = &*facts.semantics;
    // By function and parameter: where it is first handed on.
    let mut handed: BTreeMap<(DefinitionId, u32), u32> = BTreeMap::new();
    let mut goes_on: Vec<(DefinitionId, u32, u32)> = Vec::new();
    let mut arguments: Option<FxHashMap<ExprId, &[Argument]>> = None;
    for (reference, place) in semantics.references.iter().zip(&facts.places.references) {
        let Some(owner) = reference.owner.filter(|_| reference.kind == ReferenceKind::Call) else {
            continue;
        };
        if semantics.definition(owner).parameters.len() < 2 {
            continue;
        }
        if let Some(index) = parameter(semantics, owner, reference.target) {
            goes_on.push((owner, index, place.start));
        }
        let calls = arguments.get_or_insert_with(|| {
            let calls = semantics.exprs.iter().filter_map(|it| match it {
                Expr::Call { callee, arguments } => Some((*callee, arguments.as_slice())),
                _ => None,
            });
            calls.collect()
        });
        for argument in calls.get(&reference.target).into_iter().copied().flatten() {
            if let Some(index) = parameter(semantics, owner, argument.value) {
                let first = handed.entry((owner, index)).or_insert(place.start);
                *first = place.start.min(*first);
            }
        }
    }
    let is_behind = |(owner, index, at): &(DefinitionId, u32, u32)| {
        handed.get(&(*owner, *index)).is_some_and(|first| first < at)
    };
    goes_on.iter().filter(|it| is_behind(it)).map(|it| it.0).collect()
}

/// Which parameter of the function an expression is; its first is the request.
fn parameter(semantics: &Semantics, owner: DefinitionId, expr: ExprId) -> Option<u32> {
    let Expr::Name { scope, name } = semantics.expr(expr) else { return None };
    match find_name(semantics, *scope, name)?.1 {
        [binding] => match binding.bound {
            Bound::Parameter { function, index } if function == owner && index > 0 => Some(index),
            _ => None,
        },
        _ => None,
    }
}
