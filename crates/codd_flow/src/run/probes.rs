//! Calls whose arguments somebody asks for: noted where they are seen, and decided by callers
//! where an argument is a parameter.

use std::rc::Rc;

use codd_facts::ValueId;
use codd_source::Span;

use super::Run;
use super::calls::{Call, Given};
use super::substitute::Bound;
use crate::engine::Engine;
use crate::paths::PathId;
use crate::probe::{ProbeSeen, ProbeValue, ProbeWhat};
use crate::probed::{PendingProbe, Subject};
use crate::summary::{MAX_PENDING, Summary};
use crate::value::{Frozen, Key, Thing, Value};
use crate::ways::{Way, Ways, What};

/// Calls of one way that are told.
const MAX_STEPS: usize = 8;
/// Values within one another that are told.
const MAX_NESTING: u32 = 5;

impl Run<'_, '_> {
    /// Notes a call that somebody asks for.
    pub(super) fn probe(&mut self, call: &Call<'_>) {
        if self.engine.models.probes.is_empty() || !self.engine.is_final || self.is_after {
            return;
        }
        let own = match call.callee.thing.as_deref() {
            Some(
                Thing::Function { function, .. }
                | Thing::Method { function, .. }
                | Thing::Class(function),
            ) => Some(*function),
            _ => None,
        };
        let own = own.filter(|function| self.engine.program.function(*function).dotted.is_some());
        let mut subjects: Vec<Subject> = Vec::from_iter(own.map(Subject::Own));
        subjects.extend(self.outside_paths(&call.callee).into_iter().map(Subject::Path));
        if let Some(method) = &call.method
            && own.is_none()
        {
            subjects.push(Subject::Method(Rc::clone(method)));
        }
        let probes = self.asking(subjects, false);
        for probe in probes {
            let wanted = self.engine.models.probes[probe as usize].arguments.clone();
            let mut values = Vec::with_capacity(wanted.len());
            let mut spans = Vec::with_capacity(wanted.len());
            for argument in &wanted {
                let (value, id) = self.asked_argument(argument, call.given);
                values.push(self.freeze(&value));
                let is_here = call.place == self.place(call.id);
                spans.push(id.filter(|_| is_here).map(|id| self.flow.span(id)));
            }
            let pending =
                PendingProbe { probe, place: call.place, spans, values, steps: Vec::new() };
            self.note_probe(pending);
        }
    }

    /// The same for what is assigned to an attribute.
    pub(super) fn probe_assigned(&mut self, owner: &Value, key: &str, value: &Value, at: ValueId) {
        if self.engine.models.probes.is_empty() || !self.engine.is_final || self.is_after {
            return;
        }
        let key: Rc<str> = key.into();
        let mut subjects = vec![Subject::Method(Rc::clone(&key))];
        let paths = self.outside_paths(owner).into_iter();
        subjects.extend(paths.map(|path| Subject::Attribute(path, Rc::clone(&key))));
        let probes = self.asking(subjects, true);
        for probe in probes {
            let count = self.engine.models.probes[probe as usize].arguments.len();
            let values = vec![self.freeze(value); count];
            let spans = vec![None; count];
            let place = self.place(at);
            self.note_probe(PendingProbe { probe, place, spans, values, steps: Vec::new() });
        }
    }

    /// The paths from outside that a value may be.
    fn outside_paths(&self, value: &Value) -> Vec<PathId> {
        let ways = value.ways.all().iter().filter_map(|it| match it.what {
            What::Path(path) => Some(path),
            _ => None,
        });
        ways.chain(value.path).filter(|path| !self.engine.paths.is_symbolic(*path)).collect()
    }

    /// The probes that ask for one of these; sorted.
    fn asking(&mut self, subjects: Vec<Subject>, is_assigned: bool) -> Vec<u32> {
        let Engine { models, probed, paths, program, .. } = &mut *self.engine;
        let mut found: Vec<u32> = Vec::new();
        for subject in subjects {
            let name = || match &subject {
                Subject::Path(path) => paths.text(*path).to_string(),
                Subject::Attribute(path, key) => format!("{}.{key}", paths.text(*path)),
                Subject::Own(function) => {
                    program.function(*function).dotted.as_deref().unwrap_or_default().to_owned()
                }
                Subject::Method(_) => String::new(),
            };
            found.extend(probed.asked(&models.probes, subject.clone(), is_assigned, name));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn asked_argument(
        &mut self,
        wanted: &crate::probe::ProbeArgument,
        given: &[Given],
    ) -> (Value, Option<ValueId>) {
        let is_named = |it: &&Given| {
            it.name.as_ref().is_some_and(|name| wanted.names.iter().any(|own| **own == **name))
        };
        if let Some(found) = given.iter().find(is_named) {
            return (found.value.clone(), found.id);
        }
        let mut is_open = false;
        for place in &wanted.places {
            let mut at = 0;
            for argument in given.iter().filter(|it| it.name.is_none()) {
                if argument.is_spread {
                    let shape = self.state.shape(&argument.value);
                    match shape.filter(|it| it.rest.is_none()) {
                        Some(shape) if shape.is_list => {
                            let inner = i64::from(*place) - at;
                            if let Some(item) = shape.get(&Key::At(inner)).filter(|_| inner >= 0) {
                                return (item.clone(), argument.id);
                            }
                            at += i64::try_from(shape.items.len()).unwrap_or(i64::MAX);
                        }
                        // Names and values.
                        Some(_) => {}
                        None => is_open = true,
                    }
                    continue;
                }
                if at == i64::from(*place) && !is_open {
                    return (argument.value.clone(), argument.id);
                }
                at += 1;
            }
        }
        for argument in given.iter().filter(|it| it.is_spread) {
            let is_whole =
                matches!(argument.value.only_way(), Some(Way { what: What::Container, .. }));
            let shape = self.state.shape(&argument.value).cloned();
            let Some(shape) = shape else {
                is_open = true;
                continue;
            };
            if shape.is_list {
                is_open |= shape.rest.is_some();
                continue;
            }
            for name in &wanted.names {
                let key = Key::Named(name.as_str().into());
                if shape.get(&key).is_some() {
                    return (self.read(&argument.value, Some(&key), ValueId(0)), argument.id);
                }
            }
            is_open |= !is_whole || shape.rest.is_some();
        }
        let what = if is_open { What::Unknown } else { What::Absent };
        (Value { ways: Ways::one(what, None), ..Value::default() }, None)
    }

    /// A call that is known, or waits for its callers.
    fn note_probe(&mut self, pending: PendingProbe) {
        let is_waiting = !self.is_entry && pending.values.iter().any(|it| self.is_waiting(it, 0));
        let site = (pending.probe, pending.place);
        self.engine.probed.saw(self.ix, site, &pending.spans);
        if !is_waiting {
            let values = pending.values.iter().map(|it| self.told(it, 0)).collect();
            let steps = pending.steps.iter().rev().map(|it| self.told_place(*it)).collect();
            self.engine.probed.found(self.ix, site, ProbeSeen { values, steps });
            return;
        }
        let known = self.summary.probes.iter().position(|it| {
            (it.probe, it.place, &it.steps) == (pending.probe, pending.place, &pending.steps)
        });
        match known {
            // A later round of a loop knows more.
            Some(at) => self.summary.probes[at] = pending,
            None if self.summary.probes.len() < MAX_PENDING => self.summary.probes.push(pending),
            None => {
                let count = pending.values.len();
                let values = vec![ProbeValue::one(ProbeWhat::Unknown); count];
                let seen = ProbeSeen { values, steps: Vec::new() };
                self.engine.probed.found(self.ix, site, seen);
                *self.engine.given_up.entry(self.file).or_insert(0) += 1;
            }
        }
    }

    pub(super) fn is_waiting(&self, value: &Frozen, depth: u32) -> bool {
        if depth > MAX_NESTING {
            return false;
        }
        if value.value.ways.all().iter().any(|way| self.waits(&way.what)) {
            return true;
        }
        let Some(shape) = &value.shape else { return false };
        let mut all = shape.items.iter().map(|(_, item)| item).chain(&shape.rest);
        all.any(|it| self.is_waiting(it, depth + 1))
    }

    /// Calls in the callee that wait for us.
    pub(super) fn apply_probes(&mut self, summary: &Summary, bound: &mut Bound<'_>) {
        if !self.engine.is_final || self.is_after {
            return;
        }
        for pending in &summary.probes {
            if !self.is_entry && bound.function != self.ix {
                self.engine.probed.answered(bound.function, (pending.probe, pending.place));
            }
            let mut values = Vec::with_capacity(pending.values.len());
            for value in &pending.values {
                let value = self.substituted(value, bound);
                values.push(self.freeze(&value));
            }
            let mut steps = pending.steps.clone();
            if steps.len() < MAX_STEPS && !self.is_entry {
                steps.push(self.place(bound.at));
            }
            let spans: Vec<Option<Span>> = pending.spans.clone();
            let (probe, place) = (pending.probe, pending.place);
            self.note_probe(PendingProbe { probe, place, spans, values, steps });
        }
    }
}
