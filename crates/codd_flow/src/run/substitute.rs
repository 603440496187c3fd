//! A summary at a call: what stands for parameters is put in place of by what is given.

use std::rc::Rc;

use codd_facts::{FlowFacts, FlowParameterKind, FlowValue, FunctionId, ValueId};
use rustc_hash::FxHashMap;

use super::calls::{Call, Given};
use super::ruby_calls::{as_mapping, gives_parameters};
use super::typed::is_no_text;
use super::{MAX_WORK, Run};
use crate::classes::Mask;
use crate::engine::{Engine, WayIn};
use crate::models::{Answer, HandlerModel, Reading};
use crate::paths::{PathId, Segment};
use crate::program::{Family, FnIx};
use crate::summary::{PendingSink, Summary};
use crate::trail::{Place, StepKind, TrailId};
use crate::value::{Atom, Author, Frozen, Key, ObjectId, Shape, Taint, Thing, Value};

/// What a call gives to a function.
pub(super) struct Bound<'g> {
    pub(super) function: FnIx,
    arguments: &'g [Value],
    captured: &'g [(u32, Frozen)],
    pub(super) at: ValueId,
    known: FxHashMap<PathId, Value>,
    /// Closures within one another that are being substituted.
    depth: u32,
}

/// Closures within one another whose variables are kept.
const MAX_CAPTURED: u32 = 3;

/// What a summary at a call counts of a body's work.
const APPLIED: u32 = 8;

/// Calls of what only callers know that are followed in one another: each is followed for each
/// that leads to it.
const MAX_FOLLOWED: u32 = 3;

impl<'g> Bound<'g> {
    pub(super) fn new(
        function: FnIx,
        arguments: &'g [Value],
        captured: &'g [(u32, Frozen)],
        at: ValueId,
    ) -> Bound<'g> {
        Bound { function, arguments, captured, at, known: FxHashMap::default(), depth: 0 }
    }
}

impl<'e, 'a> Run<'e, 'a> {
    /// What a call of the function does here.
    pub(super) fn apply(
        &mut self,
        function: FnIx,
        summary: &Summary,
        arguments: &[Value],
        captured: &[(u32, Frozen)],
        at: ValueId,
    ) -> Value {
        let mut bound = Bound::new(function, arguments, captured, at);
        self.work += APPLIED;
        if self.work > MAX_WORK {
            let all = arguments.iter().map(|it| self.state.whole_taint(it));
            return Value::tainted(all.fold(Taint::default(), |sum, it| sum.union(&it)));
        }
        self.apply_probes(summary, &mut bound);
        for sink in &summary.sinks {
            let start = self.engine.trails.start_place(sink.trail);
            let value = self.resolved(sink.path, &mut bound, start);
            let reads = self.reads_given(sink);
            let taint = match reads {
                Reading::Whole => self.given_to(sink.class, &value, at),
                reads => self.read_as(reads, &value),
            };
            let wanted = Mask::of(sink.class);
            let taint = taint.filter(|atom| !atom.safe.then(sink.safe).has(wanted));
            let taint = self.continued(&taint, sink, at);
            self.arrives_as(sink.class, sink.place, &taint, reads);
        }
        for call in &summary.calls {
            self.call_of_caller(call, &mut bound);
        }
        for store in &summary.stores {
            let owner = self.resolved(store.owner, &mut bound, store.place);
            let value = self.substituted(&store.value, &mut bound);
            let trails = &mut self.engine.trails;
            let taint = value.taint.map(|mut atom| {
                atom.trail = trails.step(atom.trail, store.place, StepKind::Sink);
                atom
            });
            self.stored_into(&owner, &taint, store.place);
            self.stored_at(&owner, store.name.clone(), &taint, store.is_made, store.place);
        }
        self.apply_writes(summary, &mut bound);
        for (to, value) in &summary.assigns {
            let value = self.substituted(value, &mut bound);
            self.assigned_by_callee(to, &value);
        }
        match &summary.returns {
            Some(returns) => self.substituted(returns, &mut bound),
            None => Value::default(),
        }
    }

    /// Puts what a callee puts into its arguments into what is given for them.
    pub(super) fn apply_writes(&mut self, summary: &Summary, bound: &mut Bound<'_>) {
        // Functions last: what they take from around them may be among what is written.
        let is_function = |it: &Frozen| it.value.thing.is_some();
        let (last, first): (Vec<_>, Vec<_>) =
            summary.writes.iter().partition(|(_, _, value)| is_function(value));
        for (path, key, value) in first.into_iter().chain(last) {
            let owner = self.resolved(*path, bound, Place::default());
            let Some(object) = self.state.object(&owner) else { continue };
            let value = self.substituted(value, bound);
            if self.is_entry && self.is_ruby() {
                self.keep_of_object(&owner, key.as_ref(), &value);
            }
            self.note_at_path(&owner, key.as_ref(), &value);
            let shape = self.state.shape_mut(object);
            match key {
                Some(key) => shape.set(key.clone(), value),
                None => shape.add_rest(&value),
            }
        }
    }

    /// Authors of an argument behind what a callee does with it.
    fn continued(&mut self, taint: &Taint, sink: &PendingSink, at: ValueId) -> Taint {
        let passed = self.passed_at(at);
        let trails = &mut self.engine.trails;
        taint.map(|atom| Atom {
            author: atom.author,
            safe: atom.safe.then(sink.safe),
            trail: trails.through(atom.trail, passed, sink.trail),
        })
    }

    /// Where a call passes its arguments; `None` where a framework calls.
    fn passed_at(&self, at: ValueId) -> Option<Place> {
        (!self.is_entry).then(|| self.place(at))
    }

    /// A call in the callee of something that only we know.
    fn call_of_caller(&mut self, call: &crate::summary::PendingCall, bound: &mut Bound<'_>) {
        if self.engine.pending >= MAX_FOLLOWED {
            self.leaves_out(call, bound);
            return;
        }
        let segment = self.engine.paths.segment(call.callee).clone();
        let callee = self.resolved(call.callee, bound, call.place);
        let is_of_ours = callee.path.is_some() || callee.thing.is_some();
        if !is_of_ours {
            return;
        }
        let (receiver, method) = match (segment, self.engine.paths.parent(call.callee)) {
            (Segment::Attribute(name), Some(parent)) => {
                let receiver = self.resolved(parent, bound, call.place);
                (Some((None, receiver)), Some(name))
            }
            _ => (None, None),
        };
        let mut given = Vec::with_capacity(call.arguments.len());
        for (name, value) in &call.arguments {
            let value = self.substituted(value, bound);
            given.push(Given { name: name.clone(), value, is_spread: false, id: None });
        }
        let call = Call {
            id: bound.at,
            place: call.place,
            callee,
            receiver,
            method,
            of_attribute: None,
            given: &given,
        };
        self.engine.pending += 1;
        self.invoke(&call);
        self.engine.pending -= 1;
    }

    /// Counts a call that is too far from here to be followed, where it may do something with
    /// text from outside.
    fn leaves_out(&mut self, call: &crate::summary::PendingCall, bound: &Bound<'_>) {
        let is_source = |it: &Atom| matches!(it.author, Author::Source(_));
        let is_told = |atom: &Atom| match atom.author {
            Author::Source(_) => true,
            Author::Path(path) => {
                let (root, _) = self.engine.paths.steps(path);
                let Segment::Parameter(at) = self.engine.paths.segment(root) else { return false };
                let given = bound.arguments.get(*at as usize);
                given.is_some_and(|it| self.state.whole_taint(it).atoms().iter().any(is_source))
            }
        };
        let mut values = call.arguments.iter().map(|(_, value)| value.whole_taint());
        if values.any(|it| it.atoms().iter().any(is_told)) {
            self.give_up();
        }
    }

    /// What is at a path from a parameter, with what is given for that.
    pub(super) fn resolved(&mut self, path: PathId, bound: &mut Bound<'_>, place: Place) -> Value {
        if let Some(known) = bound.known.get(&path) {
            return known.clone();
        }
        let (root, steps) = self.engine.paths.steps(path);
        let before = self.read_at.take();
        self.read_at = (place != Place::default()).then_some(place).or(before);
        let mut value = match self.engine.paths.segment(root).clone() {
            Segment::Parameter(at) => bound.arguments.get(at as usize).cloned().unwrap_or_default(),
            Segment::Captured(name) => self.captured_value(&name, bound),
            _ => Value { path: Some(root), ..Value::default() },
        };
        let mut owner: Option<(Value, Rc<str>)> = None;
        for step in steps {
            match step {
                Segment::Attribute(name) => {
                    let before = value.clone();
                    value = self.read(&value, Some(&Key::Named(Rc::clone(&name))), bound.at);
                    owner = Some((before, name));
                }
                Segment::Called => {
                    // What is called in callees of callees is called for each that leads there.
                    let is_far = self.is_typed() && self.engine.pending >= MAX_FOLLOWED;
                    value = match value.thing.clone() {
                        Some(_) if is_far => {
                            let inner = owner.take().map(|(owner, _)| owner);
                            let taint = inner.map(|it| self.state.whole_taint(&it));
                            Value::tainted(taint.unwrap_or_default())
                        }
                        Some(thing) if !matches!(&*thing, Thing::Instance(_)) => {
                            self.engine.pending += 1;
                            let call = Call {
                                id: bound.at,
                                place,
                                callee: value.clone(),
                                receiver: None,
                                method: None,
                                of_attribute: None,
                                given: &[],
                            };
                            let found = self.invoke(&call);
                            self.engine.pending -= 1;
                            found
                        }
                        _ => {
                            let found = self.further(&value, Segment::Called, bound.at);
                            let owner = owner.take();
                            let called = owner.as_ref().map(|(_, name)| &**name);
                            let is_mapping = self.is_ruby() && called.is_some_and(gives_parameters);
                            // What the object gives may be anything that is in it.
                            let inner = owner
                                .map(|(owner, _)| self.state.whole_taint(&owner).opened())
                                .unwrap_or_default();
                            if self.is_source(&found) {
                                found
                            } else if is_mapping {
                                let taint = as_mapping(&found.taint.union(&inner));
                                Value { taint, ..found }
                            } else {
                                Value { taint: found.taint.union(&inner), ..found }
                            }
                        }
                    };
                }
                _ => value = self.read(&value, None, bound.at),
            }
        }
        self.read_at = before;
        bound.known.insert(path, value.clone());
        value
    }

    fn captured_value(&mut self, name: &str, bound: &Bound<'_>) -> Value {
        let file = self.engine.program.function(bound.function).file;
        let flow = self.engine.program.files[file as usize].flow;
        let is_it = |id: u32| flow.names[id as usize] == name;
        if file == self.file {
            // The body around it is this one: what the variable is now.
            let own = self.body.locals.iter().position(|it| is_it(it.0));
            let program = &self.engine.program;
            let mut around = program.parent(bound.function);
            // A class within a body sees the body's variables.
            while let Some(at) = around
                && program.body(at).kind == codd_facts::FlowFunctionKind::Class
            {
                around = program.parent(at);
            }
            if let Some(slot) = own
                && around == Some(self.ix)
            {
                return self.state.vars[slot].clone();
            }
        }
        if let Some((_, frozen)) = bound.captured.iter().find(|(id, _)| is_it(*id)) {
            return self.thaw(&frozen.clone(), bound.at);
        }
        let program = &self.engine.program;
        let is_within = |inner: Option<FnIx>, outer: Option<FnIx>| {
            outer.is_some()
                && std::iter::successors(inner, |at| program.parent(*at))
                    .any(|at| Some(at) == outer)
        };
        let wanted = program.parent(bound.function);
        // A body around both has it, or one around this body, which the function is written in.
        let is_around =
            is_within(program.parent(self.ix), wanted) || is_within(wanted, Some(self.ix));
        if file == self.file && is_around || wanted == program.parent(self.ix) {
            // Ours, too, from the same body around both.
            let path = self.engine.paths.root(Segment::Captured(name.into()), &self.engine.models);
            let span = self.flow.span(bound.at);
            return self.symbolic(path, span);
        }
        Value::default()
    }

    fn substituted_taint(&mut self, value: &Value, bound: &mut Bound<'_>) -> Taint {
        let mut all: Vec<(Author, Mask, (TrailId, Option<TrailId>))> = Vec::new();
        for atom in value.taint.atoms() {
            let Author::Path(path) = atom.author else {
                all.push((atom.author, atom.safe, (atom.trail, None)));
                continue;
            };
            let start = self.engine.trails.start_place(atom.trail);
            let found = self.resolved(path, bound, start);
            // What comes back as it went in still holds what it holds.
            let is_same = value.path == Some(path) && atom.safe == Mask::INTACT;
            let given = if is_same { found.taint } else { self.state.whole_taint(&found) };
            all.extend(given.atoms().iter().map(|before| {
                (before.author, before.safe.then(atom.safe), (before.trail, Some(atom.trail)))
            }));
        }
        let passed = self.passed_at(bound.at);
        let trails = &mut self.engine.trails;
        Taint::of_arrivals(all, |(trail, inside)| match (inside, passed) {
            (Some(inside), passed) => trails.through(trail, passed, inside),
            (None, Some(place)) => trails.step(trail, place, StepKind::Returned),
            (None, None) => trail,
        })
    }

    pub(super) fn substituted(&mut self, frozen: &Frozen, bound: &mut Bound<'_>) -> Value {
        let mut value = frozen.value.clone();
        value.taint = self.substituted_taint(&frozen.value, bound);
        value.ways = self.substituted_ways(&frozen.value.ways, bound);
        if let Some(path) = value.path
            && self.engine.paths.is_symbolic(path)
        {
            let found = self.resolved(path, bound, Place::default());
            value.path = found.path;
            value.object = found.object;
            value.thing = found.thing.or(value.thing.filter(|it| is_free(it)));
            value.constant = value.constant.or(found.constant);
        } else if let Some(thing) = &value.thing {
            match &**thing {
                Thing::Function { function, captured }
                    if !captured.is_empty() && bound.depth >= MAX_CAPTURED =>
                {
                    // Closures that hold closures that hold closures.
                    let captured = Rc::from([]);
                    value.thing = Some(Rc::new(Thing::Function { function: *function, captured }));
                }
                Thing::Function { function, captured } if !captured.is_empty() => {
                    bound.depth += 1;
                    let captured: Vec<(u32, Frozen)> = captured
                        .iter()
                        .map(|(name, frozen)| {
                            let found = self.substituted(frozen, bound);
                            (*name, self.freeze(&found))
                        })
                        .collect();
                    bound.depth -= 1;
                    value.thing = Some(Rc::new(Thing::Function {
                        function: *function,
                        captured: captured.into(),
                    }));
                }
                Thing::Method { function, receiver } => {
                    let frozen = Frozen { value: (**receiver).clone(), shape: None };
                    let receiver = self.substituted(&frozen, bound);
                    value.thing = Some(Rc::new(Thing::Method {
                        function: *function,
                        receiver: Box::new(receiver),
                    }));
                }
                _ => {}
            }
        }
        if let Some(shape) = &frozen.shape {
            if value.object.is_some() {
                return value;
            }
            let object: ObjectId = self.new_object(bound.at);
            let (is_list, is_whole) = (shape.is_list, shape.is_whole);
            let mut own = Shape { is_list, is_whole, ..Shape::default() };
            for (key, item) in &shape.items {
                let item = self.substituted(item, bound);
                own.items.push((key.clone(), item));
            }
            own.rest = shape.rest.as_ref().map(|item| self.substituted(item, bound));
            self.state.heap.insert(object, Rc::new(own));
            value.object = Some(object);
        }
        value
    }

    /// Runs a function as whoever calls it from outside would.
    pub(crate) fn enter(
        engine: &'e mut Engine<'a>,
        ix: FnIx,
        given: &[Option<Value>],
        summary: &Summary,
    ) {
        let file = engine.program.function(ix).file;
        let module = engine.program.in_file(file, FunctionId(0));
        let body = engine.program.body(ix);
        let flow = engine.program.files[file as usize].flow;
        let models: Vec<HandlerModel> = engine
            .models
            .handlers
            .iter()
            .filter(|it| it.decorators.is_empty())
            .filter(|it| it.imports.as_deref().is_some_and(|it| engine.program.imports(file, it)))
            .cloned()
            .collect();
        let class = body
            .parent
            .filter(|id| flow.function(*id).kind == codd_facts::FlowFunctionKind::Class)
            .map(|id| engine.program.in_file(file, id));
        let has_types = engine.program.files[file as usize].family.has_types();
        let mut arguments = Vec::new();
        for (at, parameter) in body.parameters.iter().enumerate() {
            if let Some(Some(value)) = given.get(at) {
                arguments.push(value.clone());
                continue;
            }
            let mut value = Value::default();
            if parameter.kind == FlowParameterKind::Receiver
                && engine.program.files[file as usize].family == Family::Ruby
            {
                value = engine.ruby_receiver(ix, class);
            } else if parameter.kind == FlowParameterKind::Receiver
                && parameter.annotation.is_none()
                && let Some(class) = class
            {
                value.path = engine.outside_base(class);
                value.thing = Some(Rc::new(Thing::Instance(class)));
            } else if let Some(annotation) = parameter.annotation {
                let found = Run::outside_value(engine, ix, annotation);
                if let (Some(Thing::Class(class)), true) = (found.thing.as_deref(), has_types) {
                    value.thing = Some(Rc::new(Thing::Instance(*class)));
                }
                let is_text = found.path.is_none_or(|it| !is_no_text(engine.paths.text(it)));
                let models = &engine.models;
                if is_text || !has_types {
                    value.path =
                        found.path.and_then(|it| engine.paths.extend(it, Segment::Called, models));
                    value.taint = engine.decorated(ix, &parameter.decorators);
                    // `@Query("name") name: string`: the decorator's value is the parameter itself.
                    if !is_parsed(flow, annotation) {
                        value.taint = value.taint.union(&found.taint);
                    }
                }
            } else {
                value.taint = engine.decorated(ix, &parameter.decorators);
            }
            if value.path.is_none()
                && let FlowValue::Name(name) = flow.value(parameter.target)
            {
                let name = flow.name(*name).as_str();
                let is = models.iter().flat_map(|it| &it.parameters).find(|it| {
                    it.name
                        .as_ref()
                        .is_some_and(|names| names.as_slice().iter().any(|own| own == name))
                });
                value.path = is.map(|it| engine.paths.of_text(&it.is, &engine.models));
            }
            arguments.push(value);
        }
        let answers = engine.answers.get(&ix).cloned().unwrap_or_default();
        let mut run = Run::new(engine, module);
        run.is_entry = true;
        run.entered = Some(ix);
        let captured = run.engine.captured.get(&ix).cloned();
        let captured = captured.as_deref().unwrap_or(&[]);
        let returned = run.apply(ix, summary, &arguments, captured, ValueId(0));
        for answer in answers {
            run.answered(answer, &returned, ix, summary);
        }
    }

    /// What a route answers with is a page, unless it is no text.
    fn answered(
        &mut self,
        Answer { class, reads }: Answer,
        value: &Value,
        ix: FnIx,
        summary: &Summary,
    ) {
        let place = Place { file: self.file, span: self.engine.program.body(ix).place };
        if summary.returns.is_none() {
            return;
        }
        let taint = match self.state.shape(value) {
            _ if reads == Reading::Whole => self.state.whole_taint(value),
            // The answer and its status.
            Some(shape) if shape.is_list => {
                shape.get(&Key::At(0)).map(|it| it.taint.clone()).unwrap_or_default()
            }
            // JSON.
            Some(shape)
                if shape
                    .items
                    .iter()
                    .any(|(key, _)| !matches!(key, Key::Named(name) if name.starts_with('='))) =>
            {
                Taint::default()
            }
            _ => self.state.whole_taint(value),
        };
        if self.engine.is_final {
            self.engine.sinks.insert((class, place));
        }
        for atom in taint.atoms().to_vec() {
            let Author::Source(source) = atom.author else { continue };
            if atom.safe.has(crate::classes::Mask::of(class)) {
                continue;
            }
            // Where the page is put together is where to look; else where it is returned.
            let steps = self.engine.trails.steps(atom.trail);
            let markup = steps.iter().rev().find(|(_, kind)| *kind == StepKind::Markup);
            let last = steps.iter().rev().find(|(_, kind)| *kind == StepKind::Returned);
            // In an answer of several parts, where the part was last seen.
            let any = steps.last().filter(|_| reads == Reading::Whole);
            let at = markup.or(last).or(any).map_or(place, |(place, _)| *place);
            let way = WayIn { source, body: ix };
            self.engine.found(class, at, way, atom.trail);
        }
    }
}

/// Whether nothing in it stands for a parameter.
fn is_free(thing: &Thing) -> bool {
    matches!(thing, Thing::Class(_) | Thing::Module(_) | Thing::Package(_) | Thing::Instance(_))
}

/// Whether a decorator names a pipe that parses what it gives: `@Param("id", ParseIntPipe)`.
fn is_parsed(flow: &FlowFacts, decorator: ValueId) -> bool {
    let FlowValue::Call { arguments, .. } = flow.value(decorator) else { return false };
    arguments.iter().any(|argument| {
        let mut at = argument.value;
        if let FlowValue::Call { callee, .. } = flow.value(at) {
            at = *callee;
        }
        let FlowValue::Name(name) = flow.value(at) else { return false };
        let name = flow.name(*name);
        name.starts_with("Parse") && name.ends_with("Pipe")
    })
}
