//! One body of code, run over what is known of values instead of values.

mod assigned;
mod binding;
mod callbacks;
mod calls;
mod containers;
mod csharp;
mod csharp_names;
mod entered;
mod folding;
mod forwarded;
mod go;
mod guards;
mod hosts;
mod java;
mod library;
mod objects;
mod outside;
mod patterns;
mod php;
mod probes;
mod refined;
mod ruby;
mod ruby_blocks;
mod ruby_calls;
mod setters;
mod sinks;
mod statements;
mod substitute;
mod texts;
mod told;
mod typed;
mod values;
mod ways;
mod written;

use std::rc::Rc;

use codd_facts::{
    FlowFacts, FlowFunction, FlowFunctionKind, FlowName, FlowParameterKind, FlowValue, ValueId,
};

use crate::classes::Mask;
use crate::engine::Engine;
use crate::paths::{PathId, Segment};
use crate::program::FnIx;
use crate::state::State;
use crate::summary::Summary;
use crate::trail::Place;
use crate::value::{Atom, Author, Frozen, ObjectId, Taint, Thing, Value};
use crate::ways::{Ways, What};

/// Values that are computed for one body; beyond, the rest is not followed.
const MAX_WORK: u32 = 120_000;

pub(crate) struct Run<'e, 'a> {
    pub(crate) engine: &'e mut Engine<'a>,
    pub(crate) ix: FnIx,
    pub(crate) file: u32,
    pub(crate) flow: &'a FlowFacts,
    body: &'a FlowFunction,
    pub(crate) state: State,
    pub(crate) summary: Summary,
    loops: Vec<Around>,
    work: u32,
    /// Objects that the value being computed has made.
    made: u32,
    /// Masks that hold wherever something true is returned; `None` before the first return.
    guards: Option<Vec<Mask>>,
    /// What objects hold where the body has given back something.
    ended: Option<State>,
    /// Who wrote what was raised in the `try` that is looked at.
    raised: Taint,
    /// Looks at a body from outside: its variables are those that it had in the end.
    is_after: bool,
    /// Where a callee reads what is found out here.
    read_at: Option<Place>,
    /// Stands for whoever calls from outside, of whose code nothing is shown.
    is_entry: bool,
    /// The function that is called from outside.
    entered: Option<FnIx>,
    /// What the promise that is being made was resolved with by now.
    resolved_with: Option<Value>,
}

/// The ways out of a loop.
#[derive(Default)]
struct Around {
    left: Vec<State>,
    next: Vec<State>,
}

impl<'e, 'a> Run<'e, 'a> {
    fn new(engine: &'e mut Engine<'a>, ix: FnIx) -> Run<'e, 'a> {
        let file = engine.program.function(ix).file;
        let body = engine.program.body(ix);
        Run {
            ix,
            file,
            flow: engine.program.files[file as usize].flow,
            body,
            state: State::new(body.locals.len()),
            summary: Summary::default(),
            loops: Vec::new(),
            work: 0,
            made: 0,
            guards: None,
            ended: None,
            raised: Taint::default(),
            is_after: false,
            read_at: None,
            is_entry: false,
            entered: None,
            resolved_with: None,
            engine,
        }
    }

    /// What calling a function does.
    pub(crate) fn summary(engine: &'e mut Engine<'a>, ix: FnIx) -> Summary {
        engine.probed.begin(ix);
        let mut run = Run::new(engine, ix);
        run.bind_parameters();
        let body = run.body;
        run.statements(&body.body);
        if let Some(ended) = run.ended.take() {
            run.state = ended.join(std::mem::take(&mut run.state));
        }
        run.note_writes();
        let guards = run.guards.take().unwrap_or_default();
        let guards = guards.into_iter().enumerate().filter(|(_, mask)| *mask != Mask::default());
        run.summary.guards = guards.map(|(at, mask)| (at as u32, mask)).collect();
        run.finish();
        run.summary
    }

    /// Runs a top level; gives its variables.
    pub(crate) fn top_level(engine: &'e mut Engine<'a>, ix: FnIx) -> Vec<(String, Frozen)> {
        engine.probed.begin(ix);
        let mut run = Run::new(engine, ix);
        if run.engine.program.files[run.file as usize].facts.language != "python" {
            run.bind_exports();
        }
        let body = run.body;
        run.statements(&body.body);
        let names: Vec<(String, Value)> = body
            .locals
            .iter()
            .enumerate()
            .map(|(at, name)| (run.flow.name(*name).to_string(), run.state.vars[at].clone()))
            .filter(|(_, value)| !value.is_blank())
            .collect();
        let names = names.into_iter().map(|(name, value)| (name, run.freeze(&value))).collect();
        run.finish();
        names
    }

    /// What a value written outside of a body is: a base, a default, a decorator.
    pub(crate) fn outside_value(engine: &'e mut Engine<'a>, ix: FnIx, value: ValueId) -> Value {
        let parent = engine.program.parent(ix).unwrap_or(ix);
        Run::outside_value_in(engine, parent, value)
    }

    /// The same, written in that body.
    fn outside_value_in(engine: &mut Engine<'a>, ix: FnIx, value: ValueId) -> Value {
        let mut run = Run::new(engine, ix);
        run.is_after = true;
        run.value(value)
    }

    fn finish(&mut self) {
        if self.work > MAX_WORK {
            self.give_up();
        }
    }

    /// The body whose run this is, as its author would say.
    fn runs_for(&self) -> FnIx {
        self.entered.unwrap_or(self.ix)
    }

    /// Counts that something of this file is too much to follow.
    fn give_up(&mut self) {
        if self.engine.is_final {
            *self.engine.given_up.entry(self.file).or_insert(0) += 1;
        }
    }

    /// `exports` is there before anything is exported.
    fn bind_exports(&mut self) {
        let Some(at) = self.body.locals.iter().position(|it| self.flow.name(*it) == "exports")
        else {
            return;
        };
        let object = ObjectId::Made(u32::MAX);
        self.state.shape_mut(object);
        self.state.vars[at] = Value { object: Some(object), ..Value::default() };
    }

    fn bind_parameters(&mut self) {
        let class = self
            .body
            .parent
            .filter(|id| self.flow.function(*id).kind == FlowFunctionKind::Class)
            .map(|id| self.engine.program.in_file(self.file, id));
        for (at, parameter) in self.body.parameters.iter().enumerate() {
            let at = at as u32;
            let path = self.engine.paths.root(Segment::Parameter(at), &self.engine.models);
            let mut value = self.symbolic(path, self.flow.span(parameter.target));
            if parameter.kind == FlowParameterKind::Receiver
                && parameter.annotation.is_none()
                && let Some(class) = class
            {
                let is_class = self.body.is_static;
                let thing = if is_class { Thing::Class(class) } else { Thing::Instance(class) };
                value.thing = Some(Rc::new(thing));
            } else if let (Some(annotation), true) =
                (parameter.annotation, self.family().has_types())
            {
                value = self.parameter_of(value, annotation, parameter.target);
            } else if let Some(annotation) = parameter.annotation {
                value.thing = self.annotated(annotation);
            }
            if matches!(parameter.kind, FlowParameterKind::Rest | FlowParameterKind::RestByName) {
                value.thing = None;
            }
            self.assign(parameter.target, value, None);
        }
    }

    /// What a declared type says of the project's own classes.
    fn annotated(&mut self, annotation: ValueId) -> Option<Rc<Thing>> {
        let is_plain =
            matches!(self.flow.value(annotation), FlowValue::Name(_) | FlowValue::Attribute { .. });
        if !is_plain {
            return None;
        }
        let parent = self.engine.program.parent(self.ix)?;
        let mut run = Run::new(self.engine, parent);
        run.is_after = true;
        let value = run.value(annotation);
        match value.thing.as_deref() {
            Some(Thing::Class(class)) => Some(Rc::new(Thing::Instance(*class))),
            _ => None,
        }
    }

    /// A value of which only its path is known, whose author is whoever fills that.
    fn symbolic(&mut self, path: PathId, span: codd_source::Span) -> Value {
        let trail = self.engine.trails.start(Place { file: self.file, span });
        let atom = Atom { author: Author::Path(path), safe: Mask::INTACT, trail };
        let ways = Ways::one(What::Path(path), None);
        Value { taint: Taint::of(atom), path: Some(path), ways, ..Value::default() }
    }

    pub(crate) fn place(&self, value: ValueId) -> Place {
        // A file of imports alone has no values.
        let span = self.flow.spans.get(value.index()).copied().unwrap_or_default();
        Place { file: self.file, span }
    }

    pub(crate) fn slot(&self, name: FlowName) -> Option<usize> {
        self.engine.program.function(self.ix).slots.get(&name).map(|at| *at as usize)
    }

    /// An object made by the value of that number.
    pub(crate) fn new_object(&mut self, by: ValueId) -> ObjectId {
        const MOST: u32 = 31;
        let id = ObjectId::Made((by.0 << 5) | self.made.min(MOST));
        self.made += 1;
        self.state.heap.remove(&id);
        id
    }

    /// Puts what was written to parameters and to what is around into the summary.
    fn note_writes(&mut self) {
        let mut written: Vec<(PathId, Rc<crate::value::Shape>)> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "sorted below")]
        for (object, shape) in &self.state.heap {
            if let ObjectId::At(path) = object
                && self.engine.paths.is_symbolic(*path)
            {
                written.push((*path, Rc::clone(shape)));
            }
        }
        written.sort_by_key(|(path, _)| *path);
        for (path, shape) in written {
            for (key, value) in &shape.items {
                let frozen = self.freeze(value);
                self.summary.writes.push((path, Some(key.clone()), frozen));
            }
            if let Some(rest) = &shape.rest {
                let frozen = self.freeze(rest);
                self.summary.writes.push((path, None, frozen));
            }
        }
        if self.summary.writes.len() > crate::summary::MAX_PENDING {
            self.summary.writes.truncate(crate::summary::MAX_PENDING);
            self.give_up();
        }
    }
}
