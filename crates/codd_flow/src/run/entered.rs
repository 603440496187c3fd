//! Functions that nobody in the project calls, and parameters that are not given.

use std::rc::Rc;

use codd_facts::{FlowParameterKind, FunctionId, ValueId};

use super::Run;
use super::calls::Given;
use super::substitute::Bound;
use crate::engine::Engine;
use crate::program::FnIx;
use crate::summary::Summary;
use crate::trail::Place;
use crate::value::{Constant, Key, Thing, Value};
use crate::ways::{Way, Ways, What};

impl<'a> Run<'_, 'a> {
    /// Decides what no caller has: parameters have their defaults, or are not known.
    ///
    /// A method runs for objects of its class, and for those of each class below, which may have
    /// other attributes, whoever calls it where.
    pub(crate) fn enter_probes(engine: &mut Engine<'a>, ix: FnIx, summary: &Summary) {
        let mut open = summary.clone();
        open.probes.retain(|it| !engine.probed.is_answered(ix, (it.probe, it.place)));
        let class = engine.program.class_of(ix);
        Run::enter_probes_as(engine, ix, class, &open);
        let file = engine.program.function(ix).file;
        let (Some(class), false) = (class, engine.program.files[file as usize].family.is_typed())
        else {
            return;
        };
        let flow = engine.program.files[file as usize].flow;
        let Some(name) = engine.program.body(ix).name.map(|it| flow.name(it)) else { return };
        for below in engine.below(class) {
            if engine.method(below, name) == Some(ix) {
                Run::enter_probes_as(engine, ix, Some(below), summary);
            }
        }
    }

    fn enter_probes_as(engine: &mut Engine<'a>, ix: FnIx, class: Option<FnIx>, open: &Summary) {
        let file = engine.program.function(ix).file;
        let module = engine.program.in_file(file, FunctionId(0));
        let body = engine.program.body(ix);
        let mut run = Run::new(engine, module);
        run.is_entry = true;
        let mut arguments = Vec::with_capacity(body.parameters.len());
        for parameter in &body.parameters {
            let mut value = Value::default();
            if parameter.kind == FlowParameterKind::Receiver
                && parameter.annotation.is_none()
                && let Some(class) = class
            {
                value = run.some_instance(class);
            } else if parameter.default.is_some() {
                let default = run.default_of(ix, parameter.default);
                value.ways = default.joined_ways(&Value {
                    ways: Ways::of(vec![Way::of(What::Unknown)]),
                    ..Value::default()
                });
            }
            arguments.push(value);
        }
        let captured = [];
        let mut bound = Bound::new(ix, &arguments, &captured, ValueId(0));
        run.apply_probes(open, &mut bound);
    }

    /// An object as its constructor leaves it, whatever that is given.
    fn some_instance(&mut self, class: FnIx) -> Value {
        let thing = Some(Rc::new(Thing::Instance(class)));
        let object = self.new_object(ValueId(0));
        let ways = Ways::one(What::Object, None);
        let value = Value { thing, object: Some(object), ways, ..Value::default() };
        let constructor = self
            .engine
            .method(class, "__init__")
            .or_else(|| self.engine.method(class, "constructor"))
            .or_else(|| self.engine.method(class, "initialize").filter(|_| self.is_ruby()));
        if let Some(method) = constructor
            && let Some(summary) = self.engine.summary_of(method)
        {
            let body = self.engine.program.body(method);
            let arguments: Vec<Value> = body
                .parameters
                .iter()
                .map(|it| match it.kind {
                    FlowParameterKind::Receiver => value.clone(),
                    _ => Value::default(),
                })
                .collect();
            let mut bound = Bound::new(method, &arguments, &[], ValueId(0));
            self.apply_writes(&summary, &mut bound);
        }
        value
    }

    /// What a parameter of that name gets of `*args` and `**kwargs`.
    pub(super) fn of_spread(&mut self, spread: &[&Given], name: &str) -> Value {
        let key = Key::Named(name.into());
        for argument in spread {
            let has = self.state.shape(&argument.value).is_some_and(|it| it.get(&key).is_some());
            if has {
                return self.read(&argument.value, Some(&key), ValueId(0));
            }
        }
        Value::default()
    }

    /// What a parameter is that is not given.
    pub(super) fn default_of(&mut self, function: FnIx, default: Option<ValueId>) -> Value {
        let Some(default) = default else {
            // In Python, a call that lacks an argument is another one than it seems.
            if self.is_python() {
                return Value::default();
            }
            let ways = Ways::one(What::Absent, None);
            return Value { constant: Some(Constant::Nothing), ways, ..Value::default() };
        };
        let file = self.engine.program.function(function).file;
        let flow = self.engine.program.files[file as usize].flow;
        let span = flow.span(default);
        let origin = Some(Place { file, span });
        let constant = match flow.value(default) {
            codd_facts::FlowValue::Text(text) => Constant::Text(flow.name(*text).as_str().into()),
            codd_facts::FlowValue::Integer(it) => Constant::Integer(*it),
            codd_facts::FlowValue::Boolean(it) => Constant::Boolean(*it),
            codd_facts::FlowValue::Nothing => Constant::Nothing,
            _ if self.engine.models.probes.is_empty() => return Value::default(),
            _ => {
                let found = Run::outside_value(self.engine, function, default);
                let ways = Ways::of(found.all_ways()).map(|way| match way.what {
                    What::Container | What::Object => Way::of(What::Unknown),
                    _ => Way { object: None, ..way.clone() },
                });
                return Value { ways, ..Value::default() };
            }
        };
        let ways = Ways::one(What::Constant(constant.clone()), origin);
        Value { constant: Some(constant), ways, ..Value::default() }
    }
}
