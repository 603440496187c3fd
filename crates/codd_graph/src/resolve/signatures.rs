//! What is passed to a function by its type: the parameters of callbacks and of what is
//! assigned to a place of a function type.

use codd_facts::{Argument, DefinitionKind, Expr, ExprId};

use super::evaluate::Evaluator;
use super::value::{FileId, Flow, FlowSet, Receiver, Site, Value};
use crate::Confidence;

/// The method of a function that gives the function with some arguments filled.
pub(super) const BIND: &str = "bind";

/// The method of a function that takes what `this` is, then the function's arguments.
const CALL: &str = "call";

impl Evaluator<'_> {
    /// What these functions are passed at one place, by their types, defaults and callers.
    pub(super) fn passed_to(&mut self, functions: &[Flow], index: usize) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in functions {
            let limit = flow.confidence.min(Confidence::Probable);
            match &flow.value {
                Value::Signature(site) => {
                    let passed = self.passed_by_signature(*site, index);
                    out.extend(passed.flows(), limit);
                }
                Value::Instance(class, types) => {
                    let receiver = Receiver::instance(*class, *types);
                    let calling = self.conventions(class.file).calling;
                    let found = calling.and_then(|name| self.class_member(*class, name, receiver));
                    for member in found.iter().flat_map(FlowSet::flows) {
                        if let Value::Signature(site) = member.value {
                            let passed = self.passed_by_signature(site, index);
                            out.extend(passed.flows(), limit);
                        }
                    }
                }
                Value::Inherited { name, of: Some(of) } | Value::Given { name, of: Some(of) } => {
                    // It was asked through the class, or is of what was applied to it.
                    out.push(Value::Given { name: name.clone(), of: Some(*of) }, limit);
                }
                value => {
                    let receiver = match value {
                        Value::Method { receiver, .. } => Some(*receiver),
                        _ => None,
                    };
                    for (function, shift) in self.called(value) {
                        let frame = self.of_method(function, receiver);
                        let parameters = &self.definition(function).parameters;
                        let place = index + shift;
                        let last = parameters.len().saturating_sub(1);
                        let is_rest = parameters.get(last).is_some_and(|it| it.is_variadic);
                        if is_rest && place >= last {
                            let rest = self.parameter(function, last as u32, frame);
                            let elements = self.elements(&rest);
                            out.extend(elements.flows(), limit);
                        } else if place < parameters.len() {
                            let passed = self.parameter(function, place as u32, frame);
                            out.extend(&passed, limit);
                        }
                    }
                }
            }
        }
        if out.is_empty() { FlowSet::unknown() } else { out }
    }

    fn passed_by_signature(&mut self, site: Site, index: usize) -> FlowSet {
        let semantics = self.semantics(site.file);
        let Expr::Signature { parameters, .. } = semantics.expr(site.expr) else {
            return FlowSet::unknown();
        };
        let Some(parameter) = parameters.get(index) else { return FlowSet::unknown() };
        let types = self.opened(site.file, *parameter, site.frame);
        self.instances(types.flows(), 0)
    }
}

impl Evaluator<'_> {
    /// What `f.bind(…)` gives, if a call is that: the function itself.
    pub(super) fn bound_function(&mut self, call: Site, callee: ExprId) -> Option<FlowSet> {
        let semantics = self.semantics(call.file);
        let callee = semantics.unapplied(callee);
        let Expr::Attribute { base, name } = semantics.expr(callee) else { return None };
        if name != BIND || !self.conventions(call.file).function_methods.contains(&BIND) {
            return None;
        }
        let flows = self.opened(call.file, *base, call.frame);
        let mut out = FlowSet::default();
        for flow in flows.flows() {
            let is_function = match &flow.value {
                Value::Definition { at, .. } => self.definition(*at).kind != DefinitionKind::Class,
                Value::Method { .. } | Value::Signature(_) => true,
                _ => false,
            };
            if is_function {
                out.push(flow.value.clone(), flow.confidence);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// The arguments that the function itself gets: not the first of `f.call(this, x)`.
    pub(super) fn given_arguments(
        &self,
        file: FileId,
        callee: ExprId,
        arguments: &[Argument],
    ) -> usize {
        let semantics = self.semantics(file);
        let is_call = matches!(semantics.expr(semantics.unapplied(callee)), Expr::Attribute { name, .. }
            if name == CALL && self.conventions(file).function_methods.contains(&CALL));
        usize::from(is_call && !arguments.is_empty())
    }
}
