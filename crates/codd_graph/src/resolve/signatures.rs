//! What is passed to a function by its type: the parameters of callbacks and of what is
//! assigned to a place of a function type.

use codd_facts::Expr;

use super::evaluate::Evaluator;
use super::value::{Flow, FlowSet, NO_FRAME, Receiver, Site, Value};
use crate::Confidence;

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
                Value::Instance(class) => {
                    let receiver = Receiver { class: *class, is_instance: true };
                    let calling = self.conventions(class.file).calling;
                    let found = calling.and_then(|name| self.class_member(*class, name, receiver));
                    for member in found.iter().flat_map(FlowSet::flows) {
                        if let Value::Signature(site) = member.value {
                            let passed = self.passed_by_signature(site, index);
                            out.extend(passed.flows(), limit);
                        }
                    }
                }
                value => {
                    for (function, shift) in self.called(value) {
                        let parameters = &self.definition(function).parameters;
                        let place = index + shift;
                        let last = parameters.len().saturating_sub(1);
                        let is_rest = parameters.get(last).is_some_and(|it| it.is_variadic);
                        if is_rest && place >= last {
                            let rest = self.parameter(function, last as u32, NO_FRAME);
                            let elements = self.elements(rest.flows());
                            out.extend(elements.flows(), limit);
                        } else if place < parameters.len() {
                            let passed = self.parameter(function, place as u32, NO_FRAME);
                            out.extend(passed.flows(), limit);
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
