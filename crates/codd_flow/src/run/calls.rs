//! Calls: who answers one, and what a function of the project does when it is called.

use std::rc::Rc;

use codd_facts::{FlowArgument, FlowParameterKind, FlowValue, ValueId};

use super::Run;
use crate::classes::Mask;
use crate::models::Known;
use crate::paths::{PathId, Segment};
use crate::program::{Family, FnIx};
use crate::summary::{MAX_PENDING, PendingCall};
use crate::trail::Place;
use crate::value::{Author, Frozen, Key, ObjectId, Shape, Taint, Thing, Value};
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
                let found = if self.is_ruby() { self.made_by(found, &owner, &name) } else { found };
                (found, Some((Some(*base), owner)), Some(name))
            }
            FlowValue::Name(name) if self.is_ruby() => self.on_self(*name, callee),
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
                FlowValue::Name(name) if self.is_ruby() => {
                    Some(format!("{}.{method}", flow.name(*name)))
                }
                // Where everything is a call, so is what a method is of.
                FlowValue::Call { callee, arguments, .. }
                    if arguments.is_empty() && self.is_ruby() =>
                {
                    match flow.value(*callee) {
                        FlowValue::Attribute { name, .. } | FlowValue::Name(name) => {
                            Some(format!("{}.{method}", flow.name(*name)))
                        }
                        _ => None,
                    }
                }
                _ => None,
            },
            _ => None,
        };
        let mut call =
            Call { id, place, callee: found, receiver, method, of_attribute, given: &given };
        if call.callee.thing.is_none() {
            let found = self.graph_target(callee, &call).or_else(|| self.added_method(&call));
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
            // Its methods are those of its prototype.
            let has_methods = !self.engine.program.function(function).methods.is_empty();
            let thing = has_methods.then(|| Rc::new(Thing::Instance(function)));
            let made = Value { object: Some(object), thing, ..Value::default() };
            self.call_function(function, Some(made.clone()), &captured, &given, id);
            return made;
        }
        let value = self.invoke(&call);
        if is_new && self.is_typed() {
            self.made_outside(value, id)
        } else if is_new {
            self.made_map(value, &given, id)
        } else {
            value
        }
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
        // A method that the project adds to a library's type is known by the graph alone.
        let may_be_added = self.family() == Family::CSharp && call.receiver.is_some();
        if is_outside && !may_be_added {
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
        let first = self.engine.program.body(target).parameters.first();
        let is_added = first
            .is_some_and(|it| it.kind == FlowParameterKind::Receiver && it.annotation.is_some());
        if is_outside && !is_added {
            return None;
        }
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
            (None, true) if self.is_ruby() => {
                let receiver = Box::new(self.this(callee));
                Thing::Method { function: target, receiver }
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
        } else if self.is_ruby()
            && let Some(found) = self.of_ruby(call)
        {
            found
        } else if !self.is_typed()
            && !self.is_ruby()
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
                        let taint = self.of_callers_path(&value, call);
                        value = Value { path: value.path, ways, taint, ..Value::default() };
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

    /// Of what a call gives that is no danger by its name, what it may be all the same: with
    /// some objects a method of that name gives what is asked, and callers know which object
    /// theirs is.
    fn of_callers_path(&self, value: &Value, call: &Call<'_>) -> Taint {
        let may_be = |it: &PathId| {
            let name = call.method.as_deref();
            self.engine.paths.is_symbolic(*it)
                && name.is_some_and(|it| self.engine.models.may_be_source_called(it))
        };
        match value.path.filter(may_be) {
            Some(path) => value.taint.filter(|atom| atom.author == Author::Path(path)),
            None => Taint::default(),
        }
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
            if self.family() == Family::Script {
                // What is said of just this one counts, and not what of all of its name.
                let own: Vec<_> =
                    found.iter().flat_map(|it| &it.sinks).map(|it| it.class).collect();
                known.sinks.retain(|it| !own.contains(&it.class));
            }
            let text = path.map(|it| self.engine.paths.text(it));
            if text.is_some_and(|it| self.engine.models.is_source_called(it)) {
                // What this one gives is known, whatever others of its name do.
                known.sinks.clear();
                known.sanitizers.clear();
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

    pub(super) fn call_thing(&mut self, thing: &Thing, call: &Call<'_>) -> Value {
        match thing {
            Thing::Function { function, captured } if self.family().has_types() => {
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
                if self.family().has_types() {
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
            .or_else(|| self.engine.method(class, "constructor"))
            .or_else(|| self.engine.method(class, "initialize").filter(|_| self.is_ruby()));
        match constructor {
            Some(method) if self.is_typed() => {
                self.call_targets(method, Some(&value), &[], call);
            }
            Some(method) => {
                self.call_function(method, Some(value.clone()), &[], call.given, call.id);
            }
            None => {
                self.keep_given(class, object, call.given);
                if let Some(method) = self.engine.method(class, "__post_init__") {
                    self.call_function(method, Some(value.clone()), &[], &[], call.id);
                }
            }
        }
        value
    }

    /// What a class of data keeps of what it is given, in the order of its fields.
    fn keep_given(&mut self, class: FnIx, object: ObjectId, given: &[Given]) {
        for it in given {
            let shape = self.state.shape_mut(object);
            match &it.name {
                Some(name) => shape.set(Key::Named(Rc::clone(name)), it.value.clone()),
                None => shape.add_rest(&it.value),
            }
        }
        let placed: Vec<&Given> = given.iter().filter(|it| it.name.is_none()).collect();
        if placed.is_empty() {
            return;
        }
        let (fields, are_all) = self.engine.fields(class);
        let is_clear = are_all && !placed.iter().any(|it| it.is_spread);
        let any = placed.iter().map(|it| self.state.whole_taint(&it.value));
        let any = any.fold(Taint::default(), |sum, it| sum.union(&it));
        for (at, field) in fields.into_iter().enumerate() {
            let value = match placed.get(at) {
                Some(it) if is_clear => it.value.clone(),
                None if is_clear => break,
                // Which field is which is not known: each may be any of them.
                _ => Value::tainted(any.clone()),
            };
            let key = Key::Named(field);
            let shape = self.state.shape_mut(object);
            if shape.get(&key).is_none() {
                shape.set(key, value);
            }
        }
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
                .chain(
                    receiver
                        .as_ref()
                        // Methods of Ruby that call one another would each give all that the
                        // object holds; the next round knows more.
                        .filter(|_| !self.is_ruby())
                        .map(|it| self.state.whole_taint(it)),
                )
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
        if self.is_ruby() {
            self.options_last(function, &mut given, at);
        }
        let arguments = self.bound(function, receiver, &given, at);
        self.apply(function, &summary, &arguments, captured, at)
    }
}
