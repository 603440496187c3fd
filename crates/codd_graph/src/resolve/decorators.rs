//! Decorators: what they make of a function, and the calls that apply them.

use codd_facts::{DefinitionId, DefinitionKind, Expr, ExprId};

use super::evaluate::Evaluator;
use super::value::{At, Flow, FlowSet, Flows, NO_FRAME, OWN, Site, Value};
use super::{EdgeSet, source};
use crate::{Basis, Confidence, EdgeKind, FileEdge, Running};

/// Decorators of one function that are looked at.
const MAX_DECORATORS: usize = 16;

impl Evaluator<'_> {
    /// What a decorator makes of `of`; what is not known of a decorator leaves it as it is.
    pub(super) fn decorated(&mut self, site: Site, by: ExprId, of: ExprId) -> FlowSet {
        let decorators = self.opened(site.file, by, site.frame);
        let mut out = FlowSet::default();
        for flow in applied(decorators.flows()) {
            let given = self.call_decorator(&flow.value, site);
            let known = given.flows().iter().filter(|it| is_known(&it.value));
            for flow in known {
                out.push(flow.value.clone(), Confidence::Probable);
            }
        }
        if out.is_empty() {
            let flows = self.expr(site.file, of, site.frame);
            out.extend(&flows, Confidence::Probable);
        }
        out
    }

    /// What the decorators of a function have put in its place, if anything is known of it:
    /// none of it is the function itself.
    pub(super) fn replaced(&mut self, value: &Value) -> Option<Flows> {
        let (at, frame, receiver) = match value {
            Value::Definition { at, frame, is_bare: false } => (*at, *frame, None),
            Value::Method { at, receiver, frame, is_bare: false } => (*at, *frame, Some(*receiver)),
            _ => return None,
        };
        let definition = self.definition(at);
        let is_function =
            matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
        let made = definition.value.filter(|_| is_function)?;
        let flows = self.expr(at.file, made, frame);
        let mut out = FlowSet::default();
        for flow in flows.iter().filter(|it| is_known(&it.value) && !is_of(&it.value, at)) {
            out.push(flow.value.clone(), flow.confidence);
        }
        if out.is_empty() {
            return None;
        }
        Some(match receiver {
            Some(receiver) => self.taken_from(&out, receiver).share(),
            None => out.share(),
        })
    }
}

/// Those of the values of a decorator that are applied: one that may be used with and without
/// arguments gives, as far as is known here, a function or what that makes.
fn applied(decorators: &[Flow]) -> impl Iterator<Item = &Flow> {
    let is_function = |flow: &Flow| {
        matches!(flow.value, Value::Definition { .. } | Value::Method { .. } | Value::Unknown)
    };
    let has_function = decorators.iter().any(is_function);
    decorators.iter().filter(move |it| !has_function || is_function(it))
}

fn is_known(value: &Value) -> bool {
    !matches!(
        value,
        Value::Unknown
            | Value::Literal
            | Value::External(_)
            | Value::ExternalOf { .. }
            | Value::Inherited { .. }
            | Value::Given { .. }
            | Value::Text(_)
            | Value::Parameter { .. }
    )
}

impl Evaluator<'_> {
    /// What runs where the value of an expression is called: what decorators have put in the
    /// place of a function, if that is known.
    fn running(&mut self, callee: ExprId) -> Vec<Flow> {
        let flows = self.expr(OWN, callee, NO_FRAME);
        let mut out = FlowSet::default();
        for flow in flows.iter() {
            let held = match self.held_by(&flow.value) {
                Some(held) => Some(held),
                None => self.replaced(&flow.value),
            };
            match held {
                Some(held) => out.extend(&held, flow.confidence.min(Confidence::Probable)),
                None => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out.flows().to_vec()
    }
}

fn is_of(value: &Value, function: At) -> bool {
    matches!(value, Value::Definition { at, .. } | Value::Method { at, .. } if *at == function)
}

/// Edges of what applies decorators: the code around a function calls them.
pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for (at, definition) in semantics.definitions.iter().enumerate() {
        let owner = semantics.scope(definition.scope).owner;
        let mut next = definition.value;
        for _ in 0..MAX_DECORATORS {
            let Some(made) = next else { break };
            let Expr::Decorated { by, of } = semantics.expr(made) else { break };
            next = Some(*of);
            let decorators = evaluator.running(*by);
            let mut called: Vec<Flow> = applied(&decorators).cloned().collect();
            // `@make(x)` calls what makes the decorator first.
            if let Expr::Call { callee, .. } = semantics.expr(*by) {
                called.extend(evaluator.running(*callee));
            }
            for flow in called {
                for (function, _) in evaluator.called(&flow.value) {
                    if function == (At { file: OWN, id: DefinitionId(at as u32) }) {
                        continue;
                    }
                    edges.add(FileEdge {
                        from: source(owner),
                        to: evaluator.target(function),
                        kind: EdgeKind::Calls,
                        confidence: flow.confidence.min(Confidence::Probable),
                        basis: Basis::Flow,
                        running: Running::surely(flow.confidence.min(Confidence::Probable)),
                        reference: None,
                    });
                }
            }
        }
    }
}
