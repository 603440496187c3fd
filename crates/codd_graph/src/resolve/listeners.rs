//! Edges to functions that run where something else is used: receivers of signals, listeners
//! to models.

use codd_facts::{DefinitionId, DefinitionKind};

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::value::{At, NO_FRAME, OWN, Value};
use crate::{Confidence, EdgeKind, EdgeSource};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for listener in &semantics.listeners {
        let functions = evaluator.expr(OWN, listener.function, NO_FRAME);
        let to = evaluator.expr(OWN, listener.to, NO_FRAME);
        for function in functions.iter() {
            let (Value::Definition { at, .. } | Value::Method { at, .. }) = function.value else {
                continue;
            };
            let kind = evaluator.definition(at).kind;
            if !matches!(
                kind,
                DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Variable
            ) {
                continue;
            }
            for heard in to.iter() {
                let (Value::Definition { at: of, .. } | Value::Method { at: of, .. }) = heard.value
                else {
                    continue;
                };
                let limit =
                    if listener.is_certain { Confidence::Probable } else { Confidence::Possible };
                let confidence = function.confidence.min(heard.confidence).min(limit);
                let all = match &listener.methods {
                    Some(pattern) => methods_of(evaluator, of, pattern),
                    None => vec![of.id],
                };
                for id in all {
                    let from = if of.file == OWN {
                        EdgeSource::Definition(id)
                    } else {
                        EdgeSource::Elsewhere(evaluator.path(of.file).clone(), id)
                    };
                    if (At { id, ..of }) != at {
                        edges.add_implied(from, evaluator.target(at), EdgeKind::Calls, confidence);
                    }
                }
            }
        }
    }
}

/// The methods of a class that are called so.
fn methods_of(evaluator: &Evaluator<'_>, class: At, pattern: &str) -> Vec<DefinitionId> {
    let is_so = |name: &str| match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => name == pattern,
    };
    let semantics = evaluator.semantics(class.file);
    let definitions = semantics.definitions.iter().enumerate();
    definitions
        .filter(|(_, it)| {
            it.parent == Some(class.id) && it.kind == DefinitionKind::Method && is_so(&it.name)
        })
        .map(|(at, _)| DefinitionId(at as u32))
        .collect()
}
