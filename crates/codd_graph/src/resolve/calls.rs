//! Calls: what they give, and what they pass to parameters.

use codd_facts::{Argument, DefinitionId, DefinitionKind, Expr, ExprId};
use rustc_hash::FxHashMap;

use super::classes::is_class_like;
use super::evaluate::{Evaluator, Question, receiver_value};
use super::value::{At, FlowSet, FrameId, NO_FRAME, OWN, Receiver, Site, Value};
use crate::Confidence;

/// One call that is being followed into a function: where its parameters get their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Frame {
    function: Option<At>,
    /// The call expression, and the circumstances of its arguments.
    call: Option<Site>,
    receiver: Option<Receiver>,
    /// Of a function defined inside another: the call of that one.
    lexical: FrameId,
    depth: u32,
}

impl Frame {
    pub(super) const NONE: Frame =
        Frame { function: None, call: None, receiver: None, lexical: NO_FRAME, depth: 0 };
}

/// Calls followed inside calls; beyond, parameters are what their annotations say.
const MAX_FRAME_DEPTH: u32 = 3;

type Call<'a> = Option<(Site, &'a [Argument])>;

impl Evaluator<'_> {
    /// What calling a value gives.
    pub(super) fn call(&mut self, value: &Value, call: Call<'_>) -> FlowSet {
        if !self.descend() {
            return FlowSet::unknown();
        }
        let given = self.call_within(value, call);
        self.ascend();
        given
    }

    fn call_within(&mut self, value: &Value, call: Call<'_>) -> FlowSet {
        match value {
            Value::Definition { at, frame, .. } => match self.definition(*at).kind {
                DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum => {
                    let mut out = FlowSet::of(Value::Instance(*at), Confidence::Probable);
                    let given = self.given_by_object(*at, call);
                    out.extend(given.flows(), Confidence::Probable);
                    out
                }
                DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Callback => {
                    let mut out = self.returned(*at, call.map(|it| it.0), None, *frame);
                    if self.has_members(*at) {
                        let mut instances = FlowSet::of(Value::Instance(*at), Confidence::Probable);
                        if !out.says_nothing() {
                            instances.extend(out.flows(), Confidence::Probable);
                        }
                        out = instances;
                    }
                    out
                }
                _ => FlowSet::unknown(),
            },
            Value::Method { at, receiver, frame, .. } => {
                self.returned(*at, call.map(|it| it.0), Some(*receiver), *frame)
            }
            Value::Instance(class) => {
                let receiver = Receiver { class: *class, is_instance: true };
                let conventions = self.conventions(class.file);
                if conventions.methods_are_apart && conventions.calling.is_none() {
                    // A record's component is read by a call.
                    return FlowSet::of(value.clone(), Confidence::Probable);
                }
                let calling = conventions.calling;
                let Some(methods) =
                    calling.and_then(|name| self.class_member(*class, name, receiver))
                else {
                    return FlowSet::unknown();
                };
                let mut out = FlowSet::default();
                for flow in methods.flows() {
                    let given = self.call(&flow.value, call);
                    out.extend(given.flows(), flow.confidence);
                }
                out
            }
            Value::External(name) => self.call_outside(name, call).unwrap_or_else(|| {
                FlowSet::of(Value::External(name.clone()), Confidence::Probable)
            }),
            Value::Signature(site) => {
                let semantics = self.semantics(site.file);
                let Expr::Signature { result, .. } = semantics.expr(site.expr) else {
                    return FlowSet::unknown();
                };
                let types = self.opened(site.file, *result, site.frame);
                self.instances(types.flows(), 0)
            }
            Value::ContainerMethod { of, name } => self.call_container(*of, name, call),
            Value::Literal => FlowSet::of(Value::Literal, Confidence::Exact),
            Value::Parameter { .. } => FlowSet::default(),
            _ => FlowSet::unknown(),
        }
    }

    /// What a decorator gives where the expression at `site` applies it.
    pub(super) fn call_decorator(&mut self, value: &Value, site: Site) -> FlowSet {
        match value {
            // What their results are made of is read off calls alone.
            Value::External(_) | Value::ContainerMethod { .. } => FlowSet::unknown(),
            value => self.call(value, Some((site, &[]))),
        }
    }

    /// What calling an object gives whose own calling method stands among its constructors.
    fn given_by_object(&mut self, at: At, call: Call<'_>) -> FlowSet {
        let conventions = self.conventions(at.file);
        let mut out = FlowSet::default();
        let (Some(calling), [constructor, ..]) = (conventions.calling, conventions.constructors)
        else {
            return out;
        };
        for flow in self.own_members(at, constructor).iter().flat_map(FlowSet::flows) {
            if let Value::Definition { at, .. } = flow.value
                && self.definition(at).name == calling
            {
                let given = self.returned(at, call.map(|it| it.0), None, NO_FRAME);
                out.extend(given.flows(), flow.confidence);
            }
        }
        out
    }

    fn returned(
        &mut self,
        at: At,
        call: Option<Site>,
        receiver: Option<Receiver>,
        lexical: FrameId,
    ) -> FlowSet {
        let definition = self.definition(at);
        let takes_arguments = definition.parameters.iter().any(|it| !it.is_receiver);
        let call = call.filter(|_| takes_arguments);
        let frame = if call.is_none() && receiver.is_none() && lexical == NO_FRAME {
            NO_FRAME
        } else {
            let around = call.map_or(NO_FRAME, |it| it.frame);
            let depth = self.frame(around).depth.max(self.frame(lexical).depth) + 1;
            self.frame_id(Frame { function: Some(at), call, receiver, lexical, depth })
        };
        let flows = self.ask(Question::Returned(at, frame), |it| {
            let semantics = it.semantics(at.file);
            let definition = semantics.definition(at.id);
            let mut out = FlowSet::default();
            for value in &definition.returns {
                let flows = it.opened(at.file, *value, frame);
                out.extend(flows.flows(), Confidence::Probable);
            }
            if let Some(declared) = definition.declared_type {
                let types = it.opened(at.file, declared, frame);
                let flows = it.instances(types.flows(), 0);
                if !flows.says_nothing() {
                    if out.says_nothing() {
                        out = FlowSet::default();
                    }
                    out.extend(flows.flows(), Confidence::Probable);
                }
            }
            if out.is_empty() { FlowSet::of(Value::Literal, Confidence::Probable) } else { out }
        });
        let mut out = FlowSet::default();
        out.extend(&flows, Confidence::Probable);
        out
    }

    fn frame(&self, id: FrameId) -> Frame {
        self.frames[id.0 as usize]
    }

    fn frame_id(&mut self, frame: Frame) -> FrameId {
        if frame.depth > MAX_FRAME_DEPTH {
            return NO_FRAME;
        }
        if let Some(known) = self.frame_ids.get(&frame) {
            return *known;
        }
        let id = FrameId(self.frames.len() as u32);
        self.frames.push(frame);
        self.frame_ids.insert(frame, id);
        id
    }

    /// The frames around a function's code, innermost first.
    fn lexical_frames(&self, frame: FrameId) -> impl Iterator<Item = Frame> + '_ {
        let mut at = frame;
        std::iter::from_fn(move || {
            if at == NO_FRAME {
                return None;
            }
            let frame = self.frame(at);
            at = frame.lexical;
            Some(frame)
        })
    }

    /// The frame that a definition met in `frame` keeps hold of: that of a function around it.
    pub(super) fn captured(&self, at: At, frame: FrameId) -> FrameId {
        let semantics = |id| self.definition(At { file: at.file, id });
        let is_around = |outer: At| {
            let mut parent = semantics(at.id).parent;
            while let Some(id) = parent {
                if outer == (At { file: at.file, id }) {
                    return true;
                }
                parent = semantics(id).parent;
            }
            false
        };
        if self.lexical_frames(frame).any(|it| it.function.is_some_and(is_around)) {
            frame
        } else {
            NO_FRAME
        }
    }

    /// What a method of `class` was called on, if that is being followed.
    pub(super) fn receiver_in(&self, frame: FrameId, class: At) -> Option<Receiver> {
        self.lexical_frames(frame).find_map(|it| {
            let function = it.function?;
            let parent = self.definition(function).parent?;
            (function.file == class.file && parent == class.id).then_some(it.receiver?)
        })
    }

    /// What a parameter may stand for: what the followed call passes, else what the receiver,
    /// annotation and default say and the file's own calls pass.
    pub(super) fn parameter(&mut self, function: At, index: u32, frame: FrameId) -> FlowSet {
        let semantics = self.semantics(function.file);
        let definition = semantics.definition(function.id);
        let Some(parameter) = definition.parameters.get(index as usize) else {
            return FlowSet::unknown();
        };
        let known = self.lexical_frames(frame).find(|it| it.function == Some(function));
        let mut onward = FlowSet::default();
        if let Some(known) = known {
            if parameter.is_receiver
                && let Some(receiver) = known.receiver
            {
                return FlowSet::of(receiver_value(receiver), Confidence::Exact);
            }
            if let Some(call) = known.call {
                let shift = usize::from(
                    known.receiver.is_some()
                        && definition.parameters.first().is_some_and(|it| it.is_receiver),
                );
                let passed = self.argument(call, definition, index as usize, shift);
                if !passed.says_nothing() {
                    return passed.limited(Confidence::Probable);
                }
                onward = passed;
            }
        }
        if parameter.is_receiver {
            let Some(class) = definition.parent else { return FlowSet::unknown() };
            let class = At { file: function.file, id: class };
            let is_instance = !definition.flags.is_class_method;
            return FlowSet::of(receiver_value(Receiver { class, is_instance }), Confidence::Exact);
        }
        let mut out = FlowSet::default();
        if let Some(annotation) = parameter.annotation {
            let types = self.opened(function.file, annotation, NO_FRAME);
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
        if function.file == OWN
            && let Some(passed) = self.passed.get(&(function.id, index))
        {
            let passed = passed.clone();
            out.extend(passed.flows(), Confidence::Probable);
        }
        if out.says_nothing() {
            out = FlowSet::unknown();
        }
        if !out.flows().iter().any(|it| matches!(it.value, Value::Instance(_))) {
            out.push(Value::Parameter { function, index }, Confidence::Probable);
            let parameters = onward.flows().iter();
            for flow in parameters.filter(|it| matches!(it.value, Value::Parameter { .. })) {
                out.push(flow.value.clone(), Confidence::Probable);
            }
        }
        out
    }

    fn argument(
        &mut self,
        call: Site,
        definition: &codd_facts::Definition,
        index: usize,
        shift: usize,
    ) -> FlowSet {
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

    /// The few functions from outside whose result is made of their arguments.
    fn call_outside(&mut self, name: &str, call: Call<'_>) -> Option<FlowSet> {
        let (site, arguments) = call?;
        let first = arguments.first()?.value;
        match name {
            "functools.partial"
            | "functools.partialmethod"
            | "copy.copy"
            | "copy.deepcopy"
            | "Object.create"
            | "Object.freeze"
            | "Object.values"
            | "Object.entries"
            | "Promise.resolve"
            | "Array.from"
            | "list"
            | "tuple"
            | "set"
            | "frozenset"
            | "sorted"
            | "reversed"
            | "iter"
            | "enumerate"
            | "staticmethod"
            | "classmethod"
            | "weakref.proxy"
            | "contextlib.closing"
            | "functools.update_wrapper" => Some(self.opened(site.file, first, site.frame)),
            "Object.assign" => {
                let mut out = FlowSet::default();
                for argument in arguments {
                    let flows = self.opened(site.file, argument.value, site.frame);
                    out.extend(flows.flows(), Confidence::Probable);
                }
                Some(out)
            }
            "next" | "min" | "max" => {
                let flows = self.opened(site.file, first, site.frame);
                Some(self.elements(flows.flows()))
            }
            "typing.cast" | "t.cast" => {
                let types = self.opened(site.file, first, site.frame);
                Some(self.instances(types.flows(), 0))
            }
            "type" if arguments.len() == 1 => {
                let flows = self.opened(site.file, first, site.frame);
                let mut out = FlowSet::default();
                for flow in flows.flows() {
                    let value = match &flow.value {
                        Value::Instance(at) => Value::definition(*at, NO_FRAME),
                        Value::External(name) => Value::External(name.clone()),
                        Value::Literal | Value::Text(_) => Value::Literal,
                        _ => Value::Unknown,
                    };
                    out.push(value, flow.confidence);
                }
                Some(out)
            }
            "getattr" => {
                let bases = self.opened(site.file, first, site.frame);
                let names = self.opened(site.file, arguments.get(1)?.value, site.frame);
                let mut out = FlowSet::default();
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
                Some(out)
            }
            "map" => {
                let mut out = FlowSet::default();
                for argument in arguments {
                    let functions = self.opened(site.file, argument.value, site.frame);
                    for flow in functions.flows() {
                        if !matches!(flow.value, Value::Container(_) | Value::Literal) {
                            let given = self.call(&flow.value, None);
                            out.extend(given.flows(), Confidence::Probable);
                        }
                    }
                }
                Some(out)
            }
            "filter" => {
                let second = arguments.get(1)?.value;
                Some(self.opened(site.file, second, site.frame))
            }
            _ => None,
        }
    }

    fn call_container(&mut self, of: Site, name: &str, call: Call<'_>) -> FlowSet {
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

    /// The functions that run when a value is called, and how many of their first parameters
    /// are filled already.
    pub(super) fn called(&mut self, value: &Value) -> Vec<(At, usize)> {
        match value {
            Value::Definition { at, .. } => {
                let kind = self.definition(*at).kind;
                if is_class_like(kind) && kind != DefinitionKind::Function {
                    let receiver = Receiver { class: *at, is_instance: true };
                    let mut out = Vec::new();
                    for name in self.conventions(at.file).constructors {
                        let found = self.class_member(*at, name, receiver);
                        for flow in found.iter().flat_map(FlowSet::flows) {
                            if let Value::Method { .. } = flow.value {
                                out.extend(self.called(&flow.value));
                            }
                        }
                    }
                    return out;
                }
                match kind {
                    DefinitionKind::Function
                    | DefinitionKind::Method
                    | DefinitionKind::Callback => vec![(*at, 0)],
                    _ => Vec::new(),
                }
            }
            Value::Method { at, .. } => {
                let first = self.definition(*at).parameters.first();
                vec![(*at, usize::from(first.is_some_and(|it| it.is_receiver)))]
            }
            Value::Instance(class) => {
                let receiver = Receiver { class: *class, is_instance: true };
                let calling = self.conventions(class.file).calling;
                let found = calling.and_then(|name| self.class_member(*class, name, receiver));
                let mut out = Vec::new();
                for flow in found.iter().flat_map(FlowSet::flows) {
                    if let Value::Method { .. } = flow.value {
                        out.extend(self.called(&flow.value));
                    }
                }
                out
            }
            _ => Vec::new(),
        }
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
                for flow in flows.iter().filter(|it| can_matter(&it.value)) {
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
            | Value::Instance(_)
            | Value::Container(_)
            | Value::Module(_)
            | Value::External(_)
    )
}
