//! Parameters: what calls pass to them.

use std::rc::Rc;

use codd_facts::{Argument, DefinitionId, Expr, ExprId};
use rustc_hash::FxHashMap;

use super::answers::Question;
use super::calls::Frame;
use super::evaluate::{Evaluator, receiver_value};
use super::value::{
    At, Flow, FlowSet, Flows, FrameId, NO_FRAME, OWN, Receiver, Value, says_nothing,
};
use crate::Confidence;

impl Evaluator<'_> {
    /// What a parameter may stand for: what the followed call passes, else what the receiver,
    /// annotation and default say and the file's own calls pass.
    pub(super) fn parameter(&mut self, function: At, index: u32, frame: FrameId) -> Flows {
        let known = self.lexical_frames(frame).find(|(_, it)| it.function == Some(function));
        let (frame, known) = known.map_or((NO_FRAME, None), |(id, it)| (id, Some(it)));
        let question = Question::Parameter(function, index, frame);
        self.ask(question, |it| it.parameter_anew(function, index, frame, known))
    }

    fn parameter_anew(
        &mut self,
        function: At,
        index: u32,
        frame: FrameId,
        known: Option<Frame>,
    ) -> FlowSet {
        let semantics = self.semantics(function.file);
        let definition = semantics.definition(function.id);
        let Some(parameter) = definition.parameters.get(index as usize) else {
            return FlowSet::unknown();
        };
        let mut onward: Flows = Rc::new([]);
        if let Some(known) = known {
            if parameter.is_receiver
                && let Some(receiver) = known.receiver
            {
                return FlowSet::of(receiver_value(receiver), Confidence::Exact);
            }
            if known.call.is_some() {
                let passed = self.passed_by(frame, index).flows;
                if !says_nothing(&passed) {
                    let mut out = FlowSet::default();
                    out.extend(&passed, Confidence::Probable);
                    return out;
                }
                onward = passed;
            }
        }
        if parameter.is_receiver {
            let Some(class) = definition.parent else { return FlowSet::unknown() };
            let class = At { file: function.file, id: class };
            let is_instance = !definition.flags.is_class_method;
            return FlowSet::of(
                receiver_value(Receiver::of(class, is_instance)),
                Confidence::Exact,
            );
        }
        let mut out = FlowSet::default();
        if let Some(annotation) = parameter.annotation {
            let frame = if self.sees_types(function) { frame } else { NO_FRAME };
            let types = self.opened(function.file, annotation, frame);
            let flows = self.instances(types.flows(), 0);
            if !flows.says_nothing() {
                out.extend(flows.flows(), Confidence::Probable);
            }
        }
        if let Some(default) = parameter.default {
            // What it names of the object's class, the class of this very object may replace.
            let frame =
                if known.is_some_and(|it| it.receiver.is_some()) { frame } else { NO_FRAME };
            let flows = self.expr(function.file, default, frame);
            out.extend(&flows, Confidence::Probable);
        }
        if function.file == OWN {
            self.rests_on.is_provisional = true;
            if let Some(passed) = self.passed.get(&(function.id, index)) {
                let is_function = |it: &&Flow| {
                    matches!(it.value, Value::Definition { .. } | Value::Method { .. })
                };
                let functions = passed.flows().iter().filter(is_function).count();
                // Of functions that instances are made with, each has one.
                let is_one_of = functions > 1 && self.is_constructor(function);
                for flow in passed.flows() {
                    let limit = match &flow.value {
                        Value::Definition { .. } | Value::Method { .. } if is_one_of => {
                            Confidence::Possible
                        }
                        _ => Confidence::Probable,
                    };
                    out.push(flow.value.clone(), flow.confidence.min(limit));
                }
            }
        }
        if out.says_nothing() {
            out = FlowSet::unknown();
        }
        if !out.flows().iter().any(|it| matches!(it.value, Value::Instance(..))) {
            out.push(Value::Parameter { function, index }, Confidence::Probable);
            let parameters = onward.iter();
            for flow in parameters.filter(|it| matches!(it.value, Value::Parameter { .. })) {
                out.push(flow.value.clone(), Confidence::Probable);
            }
        }
        out
    }

    /// What the call of a frame passes to a parameter of its function.
    pub(super) fn argument(&mut self, frame: FrameId, index: u32) -> FlowSet {
        let Frame { function: Some(function), call: Some(call), receiver, .. } = self.frame(frame)
        else {
            return FlowSet::default();
        };
        let index = index as usize;
        let function = (self.semantics(function.file), function.id);
        let definition = function.0.definition(function.1);
        let shift = usize::from(
            receiver.is_some() && definition.parameters.first().is_some_and(|it| it.is_receiver),
        );
        let semantics = self.semantics(call.file);
        let decorated;
        let arguments = match semantics.expr(call.expr) {
            Expr::Call { callee, arguments } => {
                &arguments[self.given_arguments(call.file, *callee, arguments)..]
            }
            Expr::Decorated { of, .. } => {
                decorated = [Argument { name: None, value: *of }];
                decorated.as_slice()
            }
            _ => return FlowSet::default(),
        };
        let parameter = &definition.parameters[index];
        let mut out = FlowSet::default();
        let positional = arguments.iter().filter(|it| it.name.is_none());
        let chosen: Vec<ExprId> = if parameter.is_variadic {
            positional.skip(index.saturating_sub(shift)).map(|it| it.value).collect()
        } else {
            let named = arguments.iter().find(|it| it.name.as_ref() == Some(&parameter.name));
            let by_place = index.checked_sub(shift).and_then(|at| positional.clone().nth(at));
            named.or(by_place).map(|it| it.value).into_iter().collect()
        };
        for value in chosen {
            let flows = self.expr(call.file, value, call.frame);
            out.extend(&flows, Confidence::Probable);
        }
        out
    }

    /// Everything the own file's calls pass to its own functions, decorators included.
    pub(super) fn pass_arguments(&mut self) -> FxHashMap<(DefinitionId, u32), FlowSet> {
        let semantics = self.semantics(OWN);
        let mut passed = FxHashMap::default();
        for expr in &semantics.exprs {
            let decorated;
            let (callee, arguments) = match expr {
                Expr::Call { callee, arguments } if !arguments.is_empty() => {
                    (callee, arguments.as_slice())
                }
                Expr::Decorated { by, of } => {
                    decorated = [Argument { name: None, value: *of }];
                    (by, decorated.as_slice())
                }
                _ => continue,
            };
            let callees = self.opened(OWN, *callee, NO_FRAME);
            for flow in callees.flows() {
                match &flow.value {
                    Value::External(name) if name == "functools.partial" => {
                        let functions = self.opened(OWN, arguments[0].value, NO_FRAME);
                        for function in functions.flows() {
                            self.pass(&function.value, &arguments[1..], &mut passed);
                        }
                    }
                    value => {
                        let first = self.given_arguments(OWN, *callee, arguments);
                        self.pass(value, &arguments[first..], &mut passed);
                    }
                }
            }
        }
        for (at, definition) in semantics.definitions.iter().enumerate() {
            if definition.value.is_some() {
                continue;
            }
            for decorator in &definition.decorators {
                let functions = self.opened(OWN, *decorator, NO_FRAME);
                let decorated =
                    Value::definition(At { file: OWN, id: DefinitionId(at as u32) }, NO_FRAME);
                for flow in functions.flows() {
                    for (function, shift) in self.called(&flow.value) {
                        if function.file == OWN && function.id.index() != at {
                            let entry = passed.entry((function.id, shift as u32));
                            let set: &mut FlowSet = entry.or_default();
                            set.push(decorated.clone(), Confidence::Probable);
                        }
                    }
                }
            }
        }
        passed
    }

    fn pass(
        &mut self,
        value: &Value,
        arguments: &[Argument],
        passed: &mut FxHashMap<(DefinitionId, u32), FlowSet>,
    ) {
        for (function, shift) in self.called(value) {
            if function.file != OWN {
                continue;
            }
            let semantics = self.semantics(OWN);
            let parameters = &semantics.definition(function.id).parameters;
            let mut place = shift;
            for argument in arguments {
                let index = match &argument.name {
                    Some(name) => parameters.iter().position(|it| it.name == *name),
                    None => {
                        let index = place;
                        place += 1;
                        (index < parameters.len())
                            .then_some(index)
                            .or_else(|| parameters.iter().position(|it| it.is_variadic))
                    }
                };
                let Some(index) = index else { continue };
                let flows = self.expr(OWN, argument.value, NO_FRAME);
                // What is a guess where it is passed is none to be handed on.
                let is_guess = |it: &Flow| {
                    it.confidence == Confidence::Possible && matches!(it.value, Value::Given { .. })
                };
                for flow in flows.iter().filter(|it| can_matter(&it.value) && !is_guess(it)) {
                    let entry = passed.entry((function.id, index as u32)).or_default();
                    entry.push(flow.value.clone(), Confidence::Probable);
                }
            }
        }
    }
}

/// Whether following a value can lead to a definition of the repository.
fn can_matter(value: &Value) -> bool {
    matches!(
        value,
        Value::Definition { .. }
            | Value::Method { .. }
            | Value::Instance(..)
            | Value::Container(_)
            | Value::Module(_)
            | Value::External(_)
            | Value::Given { of: Some(_), .. }
    )
}
