//! Calls of functions from outside and of containers: what the language's own library gives.

use codd_facts::OutsideCall;

use super::calls::Call;
use super::evaluate::Evaluator;
use super::value::{FlowSet, NO_FRAME, Site, Value};
use crate::Confidence;

impl Evaluator<'_> {
    /// The few functions from outside whose result is made of their arguments.
    pub(super) fn call_outside(&mut self, name: &str, call: Call<'_>) -> Option<FlowSet> {
        let (site, arguments) = call?;
        let first = arguments.first()?.value;
        let made_of = (self.conventions(site.file).outside)(name)?;
        if made_of == OutsideCall::TypeOf && arguments.len() != 1 {
            return None;
        }
        let mut out = FlowSet::default();
        match made_of {
            OutsideCall::First => return Some(self.opened(site.file, first, site.frame)),
            OutsideCall::Second => {
                let second = arguments.get(1)?.value;
                return Some(self.opened(site.file, second, site.frame));
            }
            OutsideCall::Any => {
                for argument in arguments {
                    let flows = self.opened(site.file, argument.value, site.frame);
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            OutsideCall::Item => {
                let flows = self.opened(site.file, first, site.frame);
                return Some(self.elements(flows.flows()));
            }
            OutsideCall::InstanceOf => {
                let types = self.opened(site.file, first, site.frame);
                return Some(self.instances(types.flows(), 0));
            }
            OutsideCall::TypeOf => {
                let flows = self.opened(site.file, first, site.frame);
                for flow in flows.flows() {
                    let value = match &flow.value {
                        Value::Instance(at, _) => Value::definition(*at, NO_FRAME),
                        Value::External(name) | Value::ExternalOf { name, .. } => {
                            Value::External(name.clone())
                        }
                        Value::Literal | Value::Text(_) => Value::Literal,
                        _ => Value::Unknown,
                    };
                    out.push(value, flow.confidence);
                }
            }
            OutsideCall::Attribute => {
                let bases = self.opened(site.file, first, site.frame);
                let names = self.opened(site.file, arguments.get(1)?.value, site.frame);
                for flow in names.flows() {
                    match &flow.value {
                        Value::Text(name) => {
                            let found = self.attribute(bases.flows(), name);
                            let found = self.open_all(found.flows());
                            out.extend(found.flows(), Confidence::Probable);
                        }
                        _ => out.push(Value::Unknown, flow.confidence),
                    }
                }
            }
            OutsideCall::ResultOf => {
                for argument in arguments {
                    let functions = self.opened(site.file, argument.value, site.frame);
                    for flow in functions.flows() {
                        if !matches!(flow.value, Value::Container(_) | Value::Literal) {
                            let given = self.call(&flow.value, None);
                            out.extend(given.flows(), Confidence::Probable);
                        }
                    }
                }
            }
        }
        Some(out)
    }

    pub(super) fn call_container(&mut self, of: Site, name: &str, call: Call<'_>) -> FlowSet {
        let conventions = self.conventions(of.file);
        match name {
            _ if conventions.item_methods.contains(&name) => self.items(of, None),
            _ if conventions.whole_methods.contains(&name) => {
                FlowSet::of(Value::Container(of), Confidence::Probable)
            }
            "get" | "pop" | "setdefault" | "popleft" | "find" | "shift" | "at" => {
                let key = call.and_then(|(site, arguments)| {
                    let key = self.opened(site.file, arguments.first()?.value, site.frame);
                    match key.flows() {
                        [only] => match &only.value {
                            Value::Text(text) => Some(text.clone()),
                            _ => None,
                        },
                        _ => None,
                    }
                });
                let mut out = self.items(of, key.as_deref());
                if let Some((site, [_, otherwise, ..])) = call {
                    let flows = self.opened(site.file, otherwise.value, site.frame);
                    out.extend(flows.flows(), Confidence::Probable);
                }
                out
            }
            "values" | "items" | "copy" | "entries" | "slice" | "concat" | "filter" | "reverse" => {
                FlowSet::of(Value::Container(of), Confidence::Probable)
            }
            _ => FlowSet::of(Value::Literal, Confidence::Exact),
        }
    }
}
