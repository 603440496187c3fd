//! Calls: of the project's own functions, of what models speak of, and of everything else,
//! which gives back what it is given.

use std::rc::Rc;

use codd_facts::{FlowArgument, FlowParameterKind, FlowValue, ValueId};

use super::{Run, texts};
use crate::classes::Mask;
use crate::models::Known;
use crate::paths::Segment;
use crate::program::{Family, FnIx};
use crate::summary::{MAX_PENDING, PendingCall};
use crate::trail::Place;
use crate::value::{Constant, Frozen, Key, Shape, Taint, Thing, Value};
use crate::ways::{Ways, What};

/// Calls within one another that one call starts.
pub(super) const MAX_DEPTH: u32 = 120;

/// One argument with its value.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) name: Option<Rc<str>>,
    pub(super) value: Value,
    pub(super) is_spread: bool,
    /// As it is written; `None` for one that is passed on.
    pub(super) id: Option<ValueId>,
}

/// What is called, of what, with what.
pub(super) struct Call<'c> {
    /// The call in this body.
    pub(super) id: ValueId,
    /// Where it is written, which may be another body.
    pub(super) place: Place,
    pub(super) callee: Value,
    pub(super) receiver: Option<(Option<ValueId>, Value)>,
    pub(super) method: Option<Rc<str>>,
    /// The attribute that the method is of, with it: `objects.get`.
    pub(super) of_attribute: Option<String>,
    pub(super) given: &'c [Given],
}

impl Run<'_, '_> {
    pub(super) fn call(
        &mut self,
        id: ValueId,
        callee: ValueId,
        arguments: &[FlowArgument],
        is_new: bool,
    ) -> Value {
        let flow = self.flow;
        let (found, receiver, method) = match flow.value(callee) {
            FlowValue::Attribute { base, name } => {
                let owner = self.value(*base);
                let name: Rc<str> = flow.name(*name).as_str().into();
                let found = self.read(&owner, Some(&Key::Named(Rc::clone(&name))), callee);
                (found, Some((Some(*base), owner)), Some(name))
            }
            _ => (self.value(callee), None, None),
        };
        if is_new && arguments.is_empty() && found.thing.is_none() && found.path.is_none() {
            return Value::default();
        }
        let found = match (&receiver, &method) {
            (Some((_, owner)), Some(method))
                if found.thing.is_none() && self.is_typed() && self.is_run_by(owner, method) =>
            {
                Value { thing: owner.thing.clone(), ..found }
            }
            _ => found,
        };
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let (value, is_spread) = match flow.value(argument.value) {
                FlowValue::Spread(inner) => (self.value(*inner), true),
                _ => (self.value(argument.value), false),
            };
            let name = argument.name.map(|it| flow.name(it).as_str().into());
            given.push(Given { name, value, is_spread, id: Some(argument.value) });
        }
        if flow.value(callee) == &FlowValue::Nothing {
            return Value::default();
        }
        if let Some(found) = self.super_call(callee, &given) {
            return found;
        }
        let place = self.place(id);
        let of_attribute = match (flow.value(callee), &method) {
            (FlowValue::Attribute { base, .. }, Some(method)) => match flow.value(*base) {
                FlowValue::Attribute { name, .. } => Some(format!("{}.{method}", flow.name(*name))),
                _ => None,
            },
            _ => None,
        };
        let mut call =
            Call { id, place, callee: found, receiver, method, of_attribute, given: &given };
        if call.callee.thing.is_none() {
            let found = self.graph_target(callee, &call);
            if let Some(thing) = found {
                call.callee.thing = Some(Rc::new(thing));
            }
        }
        if is_new && let Some(Thing::Function { function, captured }) = call.callee.thing.as_deref()
        {
            // A function that makes objects.
            let (function, captured) = (*function, Rc::clone(captured));
            let object = self.new_object(id);
            self.state.heap.insert(object, Rc::new(Shape::default()));
            let made = Value { object: Some(object), ..Value::default() };
            self.call_function(function, Some(made.clone()), &captured, &given, id);
            return made;
        }
        let value = self.invoke(&call);
        if is_new && self.is_typed() { self.made_outside(value, id) } else { value }
    }

    /// `super()` in a method.
    fn super_call(&mut self, callee: ValueId, given: &[Given]) -> Option<Value> {
        let FlowValue::Name(name) = self.flow.value(callee) else { return None };
        if self.flow.name(*name) != "super" || given.len() > 2 {
            return None;
        }
        let id = self.body.parent?;
        if self.flow.function(id).kind != codd_facts::FlowFunctionKind::Class {
            return None;
        }
        let class = self.engine.program.in_file(self.file, id);
        let receiver = self.body.parameters.first()?;
        let receiver = self.value(receiver.target);
        Some(Value::thing(Thing::Super { class, receiver: Box::new(receiver) }))
    }

    /// What the graph says that a call reaches, where we do not know it ourselves.
    fn graph_target(&mut self, callee: ValueId, call: &Call<'_>) -> Option<Thing> {
        let is_outside = call.callee.path.is_some_and(|it| !self.engine.paths.is_symbolic(it));
        if is_outside {
            return None;
        }
        let program = &self.engine.program;
        let mut at = Some(self.ix);
        // Functions without a name of their own are part of the one around them.
        while let Some(ix) = at
            && program.function(ix).node.is_none()
        {
            at = program.parent(ix);
        }
        let end = self.flow.span(callee).end;
        let name = match (self.flow.value(callee), &call.method) {
            (FlowValue::Name(name), _) => self.flow.name(*name).as_str(),
            (_, Some(name)) => name,
            _ => return None,
        };
        let calls = &program.function(at?).calls;
        let here = calls.iter().find(|it| it.place.is_some_and(|place| place.end == end));
        // Where variables are declared, a function of the same name is another one.
        let named = || calls.iter().find(|it| it.name == name).filter(|_| !self.is_typed());
        let found = here.or_else(named)?;
        let target = found.target;
        let thing = self.engine.thing_of(target);
        let is_method = self
            .engine
            .program
            .body(target)
            .parameters
            .first()
            .is_some_and(|it| it.kind == FlowParameterKind::Receiver);
        Some(match (&call.receiver, is_method) {
            (Some((_, receiver)), true) => {
                Thing::Method { function: target, receiver: Box::new(receiver.clone()) }
            }
            _ => thing,
        })
    }

    pub(super) fn invoke(&mut self, call: &Call<'_>) -> Value {
        if self.engine.nesting > MAX_DEPTH {
            return Value::tainted(self.given_taint(call));
        }
        self.engine.nesting += 2;
        let value = self.invoked(call);
        self.engine.nesting -= 2;
        value
    }

    fn invoked(&mut self, call: &Call<'_>) -> Value {
        let is_own = call.callee.thing.is_some();
        let known = self.known_of(call, is_own);
        for one in &known {
            if one.is_terminator {
                self.state = self.state.dead();
                return Value::default();
            }
        }
        for one in &known {
            for sink in &one.sinks {
                self.check_sink(sink, call);
            }
            for handler in &one.handlers {
                let model = self.engine.models.handlers[*handler].clone();
                for given in call.given {
                    self.hand_over(&given.value, &model);
                }
            }
        }
        self.wait_for_callers(call);
        self.probe(call);
        if !is_own && let Some(found) = self.forwarded(call) {
            return found;
        }
        for one in &known {
            if let Some(store) = &one.store
                && let Some(found) = self.keyed(call, store.keys, store.is_set)
            {
                return found;
            }
        }
        let mut value = if let Some(thing) = call.callee.thing.clone() {
            self.call_thing(&thing, call)
        } else if self.is_typed()
            && let Some(found) = self.of_library(call)
        {
            found
        } else if !self.is_typed()
            && let Some(found) = self.of_container(call)
        {
            found
        } else if let Some(found) = self.of_constant(call) {
            found
        } else {
            self.of_outside(call, &known)
        };
        if let Some(Thing::Function { function: own, .. } | Thing::Method { function: own, .. }) =
            call.callee.thing.as_deref()
            && let Some(dotted) = &self.engine.program.function(*own).dotted
            && let Some(known) = self.engine.models.exact(&format!("{dotted}()"))
            && let Some(source) = known.source.clone()
        {
            let atom = self.engine.source(call.place, &source);
            value.taint = value.taint.union(&Taint::of(atom));
        }
        for one in &known {
            for sanitizer in &one.sanitizers {
                if !self.holds_all(&sanitizer.when, call) {
                    continue;
                }
                match sanitizer.classes {
                    None => {
                        let ways = std::mem::take(&mut value.ways);
                        value = Value { path: value.path, ways, ..Value::default() };
                    }
                    Some(mask) => value.taint = value.taint.made_safe(mask),
                }
            }
            if one.is_decoder {
                value.taint =
                    value.taint.map(|atom| crate::value::Atom { safe: Mask::default(), ..atom });
            }
            if one.is_resolver {
                value.taint = value.taint.made_safe(Mask::RESOLVED);
            }
            for filled in &one.fills {
                let taint = self.state.whole_taint(&value);
                for argument in self.selected(filled, call.given) {
                    self.fill(argument, &taint, call.id);
                }
            }
        }
        value
    }

    fn known_of(&self, call: &Call<'_>, is_own: bool) -> Vec<Known> {
        let mut found = Vec::new();
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        if let Some(path) = path
            && let Some(known) = self.engine.models.exact(self.engine.paths.text(path))
        {
            found.push(known.clone());
        }
        if let Some(
            Thing::Function { function: own, .. }
            | Thing::Method { function: own, .. }
            | Thing::Class(own),
        ) = call.callee.thing.as_deref()
            && let Some(dotted) = &self.engine.program.function(*own).dotted
        {
            found.extend(self.engine.models.of_own(dotted));
        }
        if let Some(method) = &call.method
            && !is_own
            && let Some(known) = self.engine.models.method(method)
        {
            let mut known = known.clone();
            if self.has_other_type(call) {
                known.sinks.clear();
            }
            found.push(known);
        }
        if let Some(both) = &call.of_attribute
            && !is_own
        {
            found.extend(self.engine.models.method(both).cloned());
        }
        found
    }

    /// A function that is handed to a framework, which calls it.
    fn hand_over(&mut self, value: &Value, model: &crate::models::HandlerModel) {
        match value.thing.as_deref() {
            Some(Thing::Function { function, .. } | Thing::Method { function, .. }) => {
                self.engine.note_handler(*function, model, "");
            }
            _ => {
                let items = self.state.shape(value).cloned();
                for (_, item) in items.iter().flat_map(|it| &it.items) {
                    if let Some(Thing::Function { function, .. }) = item.thing.as_deref() {
                        self.engine.note_handler(*function, model, "");
                    }
                }
            }
        }
    }

    /// A function that a decorator gets.
    pub(super) fn hand_to_outside(
        &mut self,
        value: &Value,
        decorator: Option<crate::paths::PathId>,
        at: ValueId,
    ) {
        if let Some(path) = decorator {
            let text = Rc::clone(self.engine.paths.text(path));
            let base = text.strip_suffix("()").unwrap_or(&text).to_owned();
            if let Some(known) = self.engine.models.exact(&base).cloned() {
                for handler in known.handlers {
                    let model = self.engine.models.handlers[handler].clone();
                    self.hand_over(value, &model);
                }
            }
        }
        // It runs some time with what it takes from around it, and who knows which arguments.
        if let Some(Thing::Function { function, captured }) = value.thing.as_deref()
            && !captured.is_empty()
        {
            let (function, captured) = (*function, Rc::clone(captured));
            self.call_function(function, None, &captured, &[], at);
        }
    }

    /// A call of what a parameter is: which one it is, callers know.
    fn wait_for_callers(&mut self, call: &Call<'_>) {
        let Some(path) = call.callee.path.filter(|it| self.engine.paths.is_symbolic(*it)) else {
            return;
        };
        let is_spoken_of = match self.engine.paths.segment(path) {
            Segment::Attribute(name) => self.engine.models.may_end_with(name),
            // A function that is passed runs with what it is given.
            Segment::Parameter(_) => true,
            _ => false,
        };
        // What it is may be an object of the project's, whatever its methods are called.
        let is_given =
            call.callee.thing.is_none() && call.given.iter().any(|it| !it.value.taint.is_empty());
        if !(is_spoken_of || is_given) {
            return;
        }
        let arguments: Vec<(Option<Rc<str>>, Frozen)> =
            call.given.iter().map(|it| (it.name.clone(), self.freeze(&it.value))).collect();
        let pending = PendingCall { callee: path, arguments, place: call.place };
        let calls = &mut self.summary.calls;
        let known =
            calls.iter().position(|it| it.place == pending.place && it.callee == pending.callee);
        match known {
            // A later round of a loop knows more.
            Some(at) => calls[at] = pending,
            None if calls.len() < MAX_PENDING => calls.push(pending),
            None => self.give_up(),
        }
    }

    pub(super) fn given_taint(&self, call: &Call<'_>) -> Taint {
        let receiver = call.receiver.as_ref().map(|(_, it)| self.state.whole_taint(it));
        call.given
            .iter()
            .map(|it| self.state.whole_taint(&it.value))
            .chain(receiver)
            .fold(Taint::default(), |sum, it| sum.union(&it))
    }

    fn call_thing(&mut self, thing: &Thing, call: &Call<'_>) -> Value {
        match thing {
            Thing::Function { function, captured } if self.is_typed() => {
                let found = self.call_targets(*function, None, captured, call);
                found.unwrap_or_else(|| Value::tainted(self.given_taint(call)))
            }
            Thing::Function { function, captured } => {
                self.call_function(*function, None, captured, call.given, call.id)
            }
            Thing::Method { function, receiver } => {
                let mut receiver = (**receiver).clone();
                // What the method puts into the object must be found in the variable.
                if let Some((Some(base), owner)) = &call.receiver
                    && owner == &receiver
                    && self.state.object(owner).is_none()
                {
                    let object = self.object_of(*base, owner, call.id);
                    receiver.object = Some(object);
                }
                if self.is_typed() {
                    let found = self.call_targets(*function, Some(&receiver), &[], call);
                    return found.unwrap_or_else(|| Value::tainted(self.given_taint(call)));
                }
                self.call_function(*function, Some(receiver), &[], call.given, call.id)
            }
            Thing::Class(class) => self.instance(*class, call),
            // An object that is called: `__call__`, a component.
            Thing::Instance(class) => match self.engine.method(*class, "__call__") {
                Some(method) => {
                    let receiver = Some(call.callee.clone());
                    self.call_function(method, receiver, &[], call.given, call.id)
                }
                None => Value::tainted(self.given_taint(call)),
            },
            Thing::Super { class, receiver } => {
                // `super(…)` as JavaScript writes it.
                let bases = self.engine.bases(*class);
                let receiver = (**receiver).clone();
                for base in bases.own.clone() {
                    if let Some(method) = self.engine.method(base, "constructor") {
                        self.call_function(
                            method,
                            Some(receiver.clone()),
                            &[],
                            call.given,
                            call.id,
                        );
                    }
                }
                Value::default()
            }
            Thing::Module(_) | Thing::Package(_) => Value::tainted(self.given_taint(call)),
        }
    }

    fn instance(&mut self, class: FnIx, call: &Call<'_>) -> Value {
        let object = self.new_object(call.id);
        self.state.heap.insert(object, Rc::new(Shape::default()));
        let path = self.engine.outside_base(class);
        let value = Value {
            object: Some(object),
            path,
            thing: Some(Rc::new(Thing::Instance(class))),
            ways: Ways::one(What::Object, Some(call.place)),
            ..Value::default()
        };
        let constructor = self
            .engine
            .method(class, "__init__")
            .or_else(|| self.engine.method(class, "constructor"));
        match constructor {
            Some(method) if self.is_typed() => {
                self.call_targets(method, Some(&value), &[], call);
            }
            Some(method) => {
                self.call_function(method, Some(value.clone()), &[], call.given, call.id);
            }
            None => {
                // A class of data keeps what it is given.
                for given in call.given {
                    let shape = self.state.shape_mut(object);
                    match &given.name {
                        Some(name) => shape.set(Key::Named(Rc::clone(name)), given.value.clone()),
                        None => shape.add_rest(&given.value),
                    }
                }
            }
        }
        value
    }

    /// Calls a function of the project.
    pub(super) fn call_function(
        &mut self,
        function: FnIx,
        receiver: Option<Value>,
        captured: &[(u32, Frozen)],
        given: &[Given],
        at: ValueId,
    ) -> Value {
        let Some(summary) = self.engine.summary_of(function) else {
            let taint = given
                .iter()
                .map(|it| self.state.whole_taint(&it.value))
                .chain(receiver.as_ref().map(|it| self.state.whole_taint(it)))
                .fold(Taint::default(), |sum, it| sum.union(&it));
            return Value::tainted(taint);
        };
        let mut given = given.to_vec();
        if !summary.writes.is_empty() {
            // What is put into an argument must be found in the variable that was passed.
            for argument in &mut given {
                if let Some(id) = argument.id
                    && self.state.object(&argument.value).is_none()
                    && argument.value.constant.is_none()
                    && matches!(self.flow.value(id), FlowValue::Name(_))
                {
                    let object = self.object_of(id, &argument.value, id);
                    argument.value.object = Some(object);
                }
            }
        }
        let arguments = self.bound(function, receiver, &given, at);
        self.apply(function, &summary, &arguments, captured, at)
    }

    /// The arguments by the places of the parameters that they are bound to.
    fn bound(
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
        let (is_python, is_java) = (family == Family::Python, family == Family::Java);
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

    /// What a constant text's own method gives.
    fn of_constant(&mut self, call: &Call<'_>) -> Option<Value> {
        let (_, receiver) = call.receiver.as_ref()?;
        let text = receiver.as_text()?;
        let arguments: Vec<Option<Constant>> =
            call.given.iter().map(|it| it.value.constant.clone()).collect();
        texts::method(text, call.method.as_deref()?, &arguments).map(Value::constant)
    }

    /// A call of which nothing is known: what goes in comes out.
    fn of_outside(&mut self, call: &Call<'_>, known: &[Known]) -> Value {
        let mut value = self.further(&call.callee, Segment::Called, call.id);
        let mut taint = value.taint.union(&self.given_taint(call));
        if let Some((Some(base), owner)) = &call.receiver {
            if known.iter().any(|it| it.is_builder) {
                let put: Taint = call
                    .given
                    .iter()
                    .map(|it| self.state.whole_taint(&it.value))
                    .fold(Taint::default(), |sum, it| sum.union(&it));
                if !put.is_empty() {
                    let object = self.object_of(*base, owner, call.id);
                    self.state.shape_mut(object).add_rest(&Value::tainted(put));
                }
            }
            self.note_setting(call, owner);
        }
        taint = taint.union(&self.run_callbacks(call, known));
        value.taint = taint;
        let mut settings: Vec<(Key, Value)> = Vec::new();
        for given in call.given {
            if let Some(name) = &given.name
                && (given.value.constant.is_some() || given.value.path.is_some())
            {
                settings.push((Key::Named(format!("={name}").into()), given.value.clone()));
            }
        }
        self.note_pattern(call, &mut settings);
        if !settings.is_empty() {
            settings.sort_by(|a, b| a.0.cmp(&b.0));
            settings.dedup_by(|a, b| a.0 == b.0);
            let shape = Shape { items: settings, ..Shape::default() };
            value.object = self.new_shape(shape, call.id).object;
        }
        self.note_library(call, &mut value);
        value
    }

    /// `parser.setFeature(name, True)`: what the object was set up with.
    fn note_setting(&mut self, call: &Call<'_>, owner: &Value) {
        let [first, second] = call.given else { return };
        let Some(method) = call.method.as_deref() else { return };
        let Some(object) = owner.object.or(owner
            .path
            .filter(|it| !self.engine.paths.is_symbolic(*it))
            .map(crate::value::ObjectId::At))
        else {
            return;
        };
        let what = match (&first.value.constant, first.value.path) {
            (Some(Constant::Text(text)), _) => text.to_string(),
            (_, Some(path)) => self.engine.paths.text(path).to_string(),
            _ => return,
        };
        if second.value.constant.is_some() {
            let key = Key::Named(format!("={method}:{what}").into());
            self.state.shape_mut(object).set(key, second.value.clone());
        }
    }

    /// Functions that are passed to something unknown are called by it.
    fn run_callbacks(&mut self, call: &Call<'_>, known: &[Known]) -> Taint {
        let mut taint = Taint::default();
        if known.iter().any(|it| !it.handlers.is_empty()) {
            return taint;
        }
        let is_each = matches!(
            call.method.as_deref(),
            Some(
                "map"
                    | "forEach"
                    | "filter"
                    | "some"
                    | "every"
                    | "find"
                    | "flatMap"
                    | "then"
                    | "reduce"
                    | "sort"
                    | "findIndex"
            )
        );
        for (place, argument) in call.given.iter().enumerate() {
            let is_function = matches!(
                argument.value.thing.as_deref(),
                Some(Thing::Function { .. } | Thing::Method { .. })
            );
            if !is_function {
                continue;
            }
            let mut given = Vec::new();
            let mut give = |value: Value| {
                given.push(Given { name: None, value, is_spread: false, id: None });
            };
            match &call.receiver {
                Some((_, owner)) if is_each => {
                    let item = self.element(owner, call.id);
                    let item = if call.method.as_deref() == Some("then") {
                        item.join(owner)
                    } else {
                        item
                    };
                    if call.method.as_deref() == Some("reduce") {
                        let start = call.given.get(1).map(|it| it.value.clone());
                        give(start.unwrap_or_default().join(&item));
                    }
                    give(item);
                }
                None if place == 0 && call.given.len() > 1 => {
                    // `map(f, items)`.
                    for other in &call.given[1..] {
                        let item = self.element(&other.value, call.id);
                        give(item);
                    }
                }
                _ => {}
            }
            let thing = argument.value.thing.clone();
            if let Some(thing) = thing {
                let inner = Call {
                    id: call.id,
                    place: call.place,
                    callee: argument.value.clone(),
                    receiver: None,
                    method: None,
                    of_attribute: None,
                    given: &given,
                };
                let found = if self.engine.nesting > MAX_DEPTH {
                    Value::default()
                } else {
                    self.engine.nesting += 2;
                    let found = self.call_thing(&thing, &inner);
                    self.engine.nesting -= 2;
                    found
                };
                taint = taint.union(&self.state.whole_taint(&found));
            }
        }
        taint
    }

    /// `config.set(section, key, value)` and `config.get(section, key)`.
    fn keyed(&mut self, call: &Call<'_>, keys: u32, is_set: bool) -> Option<Value> {
        let (base, owner) = call.receiver.as_ref()?;
        let mut text = String::from("=keyed");
        let mut is_known = true;
        for given in call.given.iter().take(keys as usize) {
            match given.value.as_text() {
                Some(part) => {
                    text.push('\0');
                    text.push_str(part);
                }
                None => is_known = false,
            }
        }
        let key = is_known.then(|| Key::Named(text.into()));
        if is_set {
            let value = call.given.get(keys as usize)?.value.clone();
            let object = self.object_of((*base)?, owner, call.id);
            let shape = self.state.shape_mut(object);
            match key {
                Some(key) => shape.set(key, value),
                None => shape.add_rest(&value),
            }
            return Some(Value::default());
        }
        let shape = self.state.shape(owner)?;
        match key {
            Some(key) => match shape.get(&key) {
                Some(value) => Some(value.clone()),
                None => shape.rest.clone(),
            },
            None => shape.any(),
        }
    }

    /// Methods of lists, dictionaries, arrays and maps that are made here.
    fn of_container(&mut self, call: &Call<'_>) -> Option<Value> {
        let (base, owner) = call.receiver.as_ref()?;
        let method = call.method.as_deref()?;
        let first = call.given.first().map(|it| &it.value);
        let is_filled = matches!(
            method,
            "append"
                | "push"
                | "add"
                | "insert"
                | "unshift"
                | "extend"
                | "update"
                | "setdefault"
                | "appendleft"
        );
        if let Some(base) = *base
            && (is_filled || method == "set")
        {
            let key = first.filter(|_| method == "set").and_then(|it| self.key_of(it));
            for given in call.given.iter().skip(usize::from(method == "set")) {
                self.note_global_store(base, owner, key.as_ref(), &given.value);
            }
        }
        if is_filled && self.state.shape(owner).is_none() {
            // Whatever it is, it holds what is put into it.
            let base = (*base)?;
            let taint = call
                .given
                .iter()
                .map(|it| self.state.whole_taint(&it.value))
                .fold(Taint::default(), |sum, it| sum.union(&it));
            if !taint.is_empty() {
                let object = self.object_of(base, owner, call.id);
                self.state.shape_mut(object).add_rest(&Value::tainted(taint));
            }
            return Some(Value::default());
        }
        let shape = Rc::clone(self.state.shape(owner)?);
        let object = owner.object.or(owner.path.map(crate::value::ObjectId::At))?;
        match method {
            "append" | "push" | "add" | "appendleft" => {
                for given in call.given {
                    let value = given.value.clone();
                    self.state.shape_mut(object).push(value);
                }
                Some(Value::default())
            }
            "insert" | "unshift" => {
                let value = call.given.last()?.value.clone();
                let is_first = method == "unshift" || first?.constant == Some(Constant::Integer(0));
                if is_first && shape.is_list && shape.rest.is_none() {
                    let mut all = vec![value];
                    all.extend(shape.items.iter().map(|(_, it)| it.clone()));
                    self.state.heap.insert(object, Rc::new(Shape::list(all)));
                } else {
                    self.state.shape_mut(object).add_rest(&value);
                }
                Some(Value::default())
            }
            "extend" => {
                self.extend_list(object, first?);
                Some(Value::default())
            }
            "pop" | "shift" if shape.is_list => {
                let at = match first.map(|it| &it.constant) {
                    Some(Some(Constant::Integer(at))) => *at,
                    Some(_) => return shape.any(),
                    None if method == "shift" => 0,
                    None => -1,
                };
                let taken = self.state.shape_mut(object).take(at);
                taken.or_else(|| shape.any()).or(Some(Value::default()))
            }
            "get" | "pop" => {
                let key = self.key_of(first?);
                let default = call.given.get(1).map(|it| it.value.clone());
                if owner.path.is_some() && key.as_ref().is_none_or(|key| shape.get(key).is_none()) {
                    return None;
                }
                let item = self.read(owner, key.as_ref(), call.id);
                Some(match (key.as_ref().and_then(|key| shape.get(key)), default) {
                    (None, Some(default)) => item.join(&default),
                    _ => item,
                })
            }
            "set" | "setdefault" => {
                let value = call.given.get(1)?.value.clone();
                let key = self.key_of(first?);
                let shape = self.state.shape_mut(object);
                match key {
                    Some(key) => shape.set(key, value.clone()),
                    None => shape.add_rest(&value),
                }
                Some(value)
            }
            "update" => {
                for given in call.given {
                    if let Some(name) = &given.name {
                        let key = Key::Named(Rc::clone(name));
                        self.state.shape_mut(object).set(key, given.value.clone());
                    }
                }
                let Some(first) = call.given.iter().find(|it| it.name.is_none()) else {
                    return Some(Value::default());
                };
                let added = self.state.shape(&first.value).cloned();
                let taint = first.value.taint.clone();
                let shape = self.state.shape_mut(object);
                match added {
                    Some(added) => {
                        for (key, item) in &added.items {
                            shape.set(key.clone(), item.clone());
                        }
                        if let Some(rest) = &added.rest {
                            shape.add_rest(rest);
                        }
                    }
                    None => shape.add_rest(&Value::tainted(taint)),
                }
                Some(Value::default())
            }
            "keys" if owner.path.is_none() => Some(Value::default()),
            "values" | "items" | "entries" if owner.path.is_none() => {
                let any = shape.any().unwrap_or_default();
                let mut list = Shape { is_list: true, ..Shape::default() };
                list.add_rest(&any);
                Some(self.new_shape(list, call.id))
            }
            "copy" | "slice" | "concat" if owner.path.is_none() && call.given.is_empty() => {
                Some(owner.clone())
            }
            "clear" => {
                self.state.heap.insert(object, Rc::new(Shape::default()));
                Some(Value::default())
            }
            _ => None,
        }
    }
}
