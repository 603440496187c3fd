//! Edges to functions that run where something else is used: receivers of signals, listeners
//! to models.

use codd_facts::DefinitionKind;

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::value::{NO_FRAME, OWN, Value};
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
                if of == at {
                    continue;
                }
                let from = if of.file == OWN {
                    EdgeSource::Definition(of.id)
                } else {
                    EdgeSource::Elsewhere(evaluator.path(of.file).clone(), of.id)
                };
                let limit =
                    if listener.is_certain { Confidence::Probable } else { Confidence::Possible };
                let confidence = function.confidence.min(heard.confidence).min(limit);
                edges.add_implied(from, evaluator.target(at), EdgeKind::Calls, confidence);
            }
        }
    }
}
