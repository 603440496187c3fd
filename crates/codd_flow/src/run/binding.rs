//! The arguments of a call by the parameters that they are for.

use std::rc::Rc;

use codd_facts::{FlowParameterKind, FlowValue, ValueId};

use super::Run;
use super::calls::Given;
use crate::program::{Family, FnIx};
use crate::value::{Key, Shape, Taint, Value};

impl Run<'_, '_> {
    /// The arguments by the places of the parameters that they are bound to.
    pub(super) fn bound(
        &mut self,
        function: FnIx,
        receiver: Option<Value>,
        given: &[Given],
        at: ValueId,
    ) -> Vec<Value> {
        let body = self.engine.program.body(function);
        let file = self.engine.program.function(function).file;
        let flow = self.engine.program.files[file as usize].flow;
        let family = self.engine.program.files[file as usize].family;
        let is_python = family == Family::Python;
        let is_java = matches!(family, Family::Java | Family::CSharp);
        let mut places = given.iter().filter(|it| it.name.is_none() && !it.is_spread);
        let spread: Vec<&Given> = given.iter().filter(|it| it.is_spread).collect();
        let mut named: Vec<&Given> = given.iter().filter(|it| it.name.is_some()).collect();
        let mut out = Vec::with_capacity(body.parameters.len());
        let mut receiver = receiver;
        for parameter in &body.parameters {
            let name = match flow.value(parameter.target) {
                FlowValue::Name(name) => flow.name(*name).as_str(),
                _ => "",
            };
            let by_name = |named: &mut Vec<&Given>| {
                let at = named.iter().position(|it| it.name.as_deref() == Some(name))?;
                Some(named.remove(at).value.clone())
            };
            let value = match parameter.kind {
                FlowParameterKind::Receiver if !is_python && !is_java => receiver.take(),
                FlowParameterKind::Receiver => receiver.take().or_else(|| {
                    // `Class.method(object)`, and a method that is passed as `Class::method`.
                    let left = places.clone().count();
                    let wanted = body.parameters.iter().filter(|it| it.default.is_none()).count();
                    (left >= wanted).then(|| places.next().map(|it| it.value.clone())).flatten()
                }),
                FlowParameterKind::Plain => {
                    by_name(&mut named).or_else(|| places.next().map(|it| it.value.clone()))
                }
                FlowParameterKind::Keyword => by_name(&mut named),
                FlowParameterKind::Rest => {
                    let mut all: Vec<Value> = places.by_ref().map(|it| it.value.clone()).collect();
                    all.extend(spread.iter().map(|it| it.value.clone()));
                    Some(self.new_list(all, at))
                }
                FlowParameterKind::RestByName => {
                    let mut shape = Shape::default();
                    for it in named.drain(..) {
                        if let Some(name) = &it.name {
                            shape.set(Key::Named(Rc::clone(name)), it.value.clone());
                        }
                    }
                    for it in &spread {
                        shape.add_rest(&Value::tainted(self.state.whole_taint(&it.value)));
                    }
                    Some(self.new_shape(shape, at))
                }
            };
            let value = value.or_else(|| {
                let taint = spread
                    .iter()
                    .map(|it| self.state.whole_taint(&it.value))
                    .fold(Taint::default(), |sum, it| sum.union(&it));
                (!taint.is_empty()).then(|| Value::tainted(taint))
            });
            out.push(match value {
                Some(value) => value,
                // It may be among what is passed on as a whole.
                None if !spread.is_empty() => self.of_spread(&spread, name),
                None => self.default_of(function, parameter.default),
            });
        }
        out
    }
}
