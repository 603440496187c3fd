//! Edges of what is written to: the value of a variable depends on who writes it.

use codd_facts::{Expr, Reference};

use super::evaluate::Evaluator;
use super::value::{At, Flow, Flows, NO_FRAME, OWN, Value};
use super::{EdgeSet, source};
use crate::{Basis, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, Running};

/// Attributes and items that are looked through for what an in-place change changes.
const MAX_PARTS: usize = 16;

/// The value of a variable or field depends on who writes it.
pub(super) fn written(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    index: u32,
    reference: &Reference,
    flows: &Flows,
) {
    // What an item holds is not changed by putting something else there.
    let is_item = matches!(evaluator.semantics(OWN).expr(reference.target), Expr::Index { .. });
    if is_item || !flows.iter().any(|it| is_defined(&it.value)) {
        changed_in_place(evaluator, edges, reference);
        return;
    }
    for flow in flows.iter() {
        let at = match &flow.value {
            Value::Method { at, .. } if evaluator.is_property(*at) => {
                // Assigning to a property runs it.
                let from = source(reference.owner);
                let to = evaluator.target(*at);
                edges.add(FileEdge {
                    from,
                    to,
                    kind: EdgeKind::Calls,
                    confidence: flow.confidence,
                    basis: Basis::Named,
                    running: Running::surely(flow.confidence).limited(reference.certainty),
                    reference: Some(index),
                });
                continue;
            }
            Value::Definition { at, .. } | Value::Method { at, .. } => *at,
            _ => continue,
        };
        depends(evaluator, edges, at, reference, flow.confidence);
    }
}

/// An item or an attribute that nothing defines belongs to what it is part of.
///
/// What an instance of a class holds, its class says: who reads a variable that holds one does
/// not read all that anybody gave it.
fn changed_in_place(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet, reference: &Reference) {
    let semantics = evaluator.semantics(OWN);
    let mut at = reference.target;
    for _ in 0..MAX_PARTS {
        let (Expr::Index { base, .. } | Expr::Attribute { base, .. }) = semantics.expr(at) else {
            return;
        };
        at = *base;
        let flows = evaluator.expr(OWN, at, NO_FRAME);
        if !flows.iter().any(|it| is_defined(&it.value)) {
            continue;
        }
        for Flow { value, confidence } in flows.iter() {
            let (Value::Definition { at, .. } | Value::Method { at, .. }) = value else { continue };
            let held = evaluator.held_by(value).unwrap_or_default();
            if !held.iter().any(|it| matches!(it.value, Value::Instance(..))) {
                depends(evaluator, edges, *at, reference, *confidence);
            }
        }
        return;
    }
}

fn is_defined(value: &Value) -> bool {
    matches!(value, Value::Definition { .. } | Value::Method { .. })
}

/// Who reads `at` depends on the code that holds `reference`.
fn depends(
    evaluator: &Evaluator<'_>,
    edges: &mut EdgeSet,
    at: At,
    reference: &Reference,
    confidence: Confidence,
) {
    let to = match reference.owner {
        Some(owner) => EdgeTarget::Definition(evaluator.path(OWN).clone(), owner),
        // The top level's own statements belong to what they write.
        None if at.file == OWN => return,
        None => EdgeTarget::File(evaluator.path(OWN).clone()),
    };
    let from = if at.file == OWN {
        EdgeSource::Definition(at.id)
    } else {
        EdgeSource::Elsewhere(evaluator.path(at.file).clone(), at.id)
    };
    if reference.owner == Some(at.id) && at.file == OWN {
        return;
    }
    // What a test sets up for itself, the code that it tests does not depend on.
    let is_for_tests = evaluator.semantics(OWN).is_for_tests(reference.owner);
    if at.file == OWN || !is_for_tests {
        edges.add_implied(from, to, EdgeKind::WrittenBy, confidence);
    }
}
