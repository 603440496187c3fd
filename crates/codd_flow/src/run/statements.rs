//! Statements: in which order values are assigned, and on which ways.

use codd_facts::{FlowCase, FlowFunctionKind, FlowStatement, FlowValue, FunctionId, ValueId};

use super::{Around, MAX_WORK, Run};
use crate::classes::Mask;
use crate::models::{HandlerModel, HandlerParameter};
use crate::state::State;
use crate::summary::Assigned;
use crate::trail::StepKind;
use crate::value::{Constant, Frozen, Taint, Thing, Value};
use crate::ways::Passed;

/// Rounds of a loop that are looked at.
const MAX_ROUNDS: usize = 3;

impl Run<'_, '_> {
    pub(super) fn statements(&mut self, body: &[FlowStatement]) {
        for statement in body {
            if self.state.is_dead || self.work > MAX_WORK {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &FlowStatement) {
        self.work += 1;
        // The same statement makes the same objects in each round of a loop.
        self.made = 0;
        match statement {
            FlowStatement::Evaluate(value) => {
                self.value(*value);
            }
            FlowStatement::Assign { target, value } => {
                let found = self.value(*value);
                self.assign(*target, found, Some(*value));
            }
            FlowStatement::Augment { target, value, is_sum } => {
                let added = self.value(*value);
                let before = self.value(*target);
                let sum = self.augmented(&before, &added, *is_sum, *value);
                self.assign(*target, sum, None);
            }
            FlowStatement::Branch { test, then, otherwise } => {
                let known = self.value(*test).constant.map(|it| it.is_true());
                let before = self.state.clone();
                self.assume(*test, true);
                if known == Some(false) {
                    self.state.is_dead = true;
                }
                self.statements(then);
                let after = std::mem::replace(&mut self.state, before);
                self.assume(*test, false);
                if known == Some(true) {
                    self.state.is_dead = true;
                }
                self.statements(otherwise);
                let end = std::mem::take(&mut self.state);
                self.state = after.join(end);
            }
            FlowStatement::Loop { test, element, body, otherwise } => {
                self.repeat(*test, *element, body, otherwise);
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                // What raises may have run up to any point.
                let mut raised = self.state.clone();
                let around = std::mem::take(&mut self.raised);
                for statement in body {
                    if self.state.is_dead {
                        break;
                    }
                    self.statement(statement);
                    raised = raised.join(self.state.clone());
                }
                self.statements(otherwise);
                let mut end = std::mem::take(&mut self.state);
                let caught = std::mem::replace(&mut self.raised, around);
                for handler in handlers {
                    self.state = raised.clone();
                    let (first, rest) = handler.split_at(1.min(handler.len()));
                    self.statements(first);
                    self.caught(first, &caught);
                    self.statements(rest);
                    end = end.join(std::mem::take(&mut self.state));
                }
                self.state = end;
                if !finally.is_empty() {
                    let was_dead = self.state.is_dead;
                    if was_dead {
                        self.state = raised;
                    }
                    self.statements(finally);
                    self.state.is_dead |= was_dead;
                }
            }
            FlowStatement::Select { subject, cases, falls_through } => {
                self.select(*subject, cases, *falls_through);
            }
            FlowStatement::Return(value) => {
                let found = match value {
                    Some(value) => {
                        let found = self.value(*value);
                        let found = self.answer_of(*value, found);
                        self.note_guards(*value, &found);
                        self.stepped(found, *value, StepKind::Returned)
                    }
                    None => Value::constant(Constant::Nothing),
                };
                self.returned(&found);
                self.ends();
                self.state = self.state.dead();
            }
            FlowStatement::Raise(value) => {
                if let Some(value) = value {
                    let found = self.value(*value);
                    self.raised = self.raised.union(&self.state.whole_taint(&found));
                }
                self.state = self.state.dead();
            }
            FlowStatement::Leave => {
                let state = std::mem::take(&mut self.state);
                self.state = state.dead();
                if let Some(around) = self.loops.last_mut() {
                    around.left.push(state);
                }
            }
            FlowStatement::Next => {
                let state = std::mem::take(&mut self.state);
                self.state = state.dead();
                if let Some(around) = self.loops.last_mut() {
                    around.next.push(state);
                }
            }
            FlowStatement::Define(id) => self.define(*id),
            FlowStatement::Bring { name, module, level, item } => {
                let item = item.map(|it| self.flow.name(it).as_str());
                let module = self.flow.name(*module).as_str();
                let value = self.brought(module, *level, item);
                if let Some(slot) = self.slot(*name) {
                    self.state.vars[slot] = value;
                    self.state.written[slot] = None;
                }
            }
        }
    }

    /// Binds the text of what was raised to the name under which a handler knows it.
    fn caught(&mut self, first: &[FlowStatement], raised: &Taint) {
        let target = match first {
            [FlowStatement::Assign { target, .. }] => Some(*target),
            [FlowStatement::Evaluate(value)] => match self.flow.value(*value) {
                FlowValue::Assigned { target, .. } => Some(*target),
                _ => None,
            },
            _ => None,
        };
        let Some(target) = target.filter(|_| !raised.is_empty() && !self.state.is_dead) else {
            return;
        };
        if let FlowValue::Name(_) = self.flow.value(target) {
            let known = self.value(target);
            let taint = known.taint.union(raised);
            self.assign(target, Value { taint, ..known }, None);
        }
    }

    /// Keeps what objects hold where a body gives back something.
    fn ends(&mut self) {
        let end = State {
            heap: self.state.heap.clone(),
            refined: self.state.refined.clone(),
            ..State::default()
        };
        self.ended = Some(match self.ended.take() {
            Some(known) => known.join(end),
            None => end,
        });
    }

    pub(super) fn returned(&mut self, value: &Value) {
        let frozen = self.freeze(value);
        self.summary.returns = Some(match &self.summary.returns {
            Some(known) => known.join(&frozen),
            None => frozen,
        });
    }

    /// What is given back where it is true says what the parameters are not.
    fn note_guards(&mut self, value: ValueId, found: &Value) {
        if found.constant.as_ref().is_some_and(|it| !it.is_true()) {
            return;
        }
        let before = self.state.clone();
        self.assume(value, true);
        let masks: Vec<Mask> = self
            .body
            .parameters
            .iter()
            .enumerate()
            .map(|(at, parameter)| {
                let FlowValue::Name(name) = self.flow.value(parameter.target) else {
                    return Mask::default();
                };
                let Some(slot) = self.slot(*name) else { return Mask::default() };
                let atoms = self.state.vars[slot].taint.atoms();
                let path = self.state.vars[slot].path;
                // Assigned another value: nothing is said of what was passed.
                let is_it = path.is_some_and(|it| {
                    matches!(self.engine.paths.segment(it),
                        crate::paths::Segment::Parameter(own) if *own == at as u32)
                });
                match atoms {
                    [atom] if is_it => atom.safe.opened(),
                    _ => Mask::default(),
                }
            })
            .collect();
        self.state = before;
        self.guards = Some(match self.guards.take() {
            Some(known) => known.iter().zip(&masks).map(|(a, b)| a.and(*b)).collect(),
            None => masks,
        });
    }

    fn augmented(&mut self, before: &Value, added: &Value, is_sum: bool, at: ValueId) -> Value {
        if is_sum
            && let (Some(a), Some(b)) = (&before.constant, &added.constant)
            && let Some(sum) = texts_sum(a, b)
        {
            return Value::constant(sum);
        }
        if is_sum
            && let Some(object) = before.object
            && self.state.heap.get(&object).is_some_and(|it| it.is_list)
        {
            self.extend_list(object, added);
            return before.clone();
        }
        let taint = self.state.whole_taint(before).union(&self.state.whole_taint(added));
        let is_markup = before.as_text().or(added.as_text()).is_some_and(|it| it.contains('<'));
        let kind = if is_markup { StepKind::Markup } else { StepKind::Joined };
        self.stepped(Value::tainted(taint), at, kind)
    }

    fn repeat(
        &mut self,
        test: Option<ValueId>,
        element: Option<(ValueId, ValueId)>,
        body: &[FlowStatement],
        otherwise: &[FlowStatement],
    ) {
        let iterable = element.map(|(target, iterable)| (target, self.value(iterable), iterable));
        let mut left = Vec::new();
        let mut at_test = self.state.clone();
        for _ in 0..MAX_ROUNDS {
            self.state = at_test.clone();
            if let Some(test) = test {
                let known = self.value(test).constant.map(|it| it.is_true());
                self.assume(test, true);
                if known == Some(false) {
                    self.state.is_dead = true;
                }
            }
            if let Some((target, value, at)) = &iterable {
                let item = self.element(value, *at);
                self.assign(*target, item, None);
            }
            self.loops.push(Around::default());
            self.statements(body);
            let around = self.loops.pop().unwrap_or_default();
            let mut end = std::mem::take(&mut self.state);
            for state in around.next {
                end = end.join(state);
            }
            left.extend(around.left);
            let joined = at_test.clone().join(end);
            if joined == at_test || self.work > MAX_WORK {
                break;
            }
            at_test = joined;
        }
        self.state = at_test;
        if let Some(test) = test {
            let known = self.value(test).constant.map(|it| it.is_true());
            self.assume(test, false);
            if known == Some(true) {
                self.state.is_dead = true;
            }
        }
        self.statements(otherwise);
        let mut end = std::mem::take(&mut self.state);
        for state in left {
            end = end.join(state);
        }
        self.state = end;
    }

    fn select(&mut self, subject: ValueId, cases: &[FlowCase], falls_through: bool) {
        let value = self.value(subject);
        let mut end: Option<State> = None;
        let mut fallen: Option<State> = None;
        // Whether some case may still be the one.
        let mut is_open = true;
        self.loops.push(Around::default());
        let before = self.state.clone();
        for case in cases {
            let mut known: Option<bool> = None;
            let mut values = Vec::new();
            // Values of cases are read where nothing of the cases before has happened.
            self.state = before.clone();
            for id in &case.values {
                values.push(self.value(*id));
            }
            if case.values.is_empty() && !case.is_pattern && case.guard.is_none() {
                known = Some(true);
            } else if let Some(own) = &value.constant
                && !case.is_pattern
            {
                let all = values.iter().map(|it| it.constant.as_ref().map(|it| it == own));
                let all: Vec<Option<bool>> = all.collect();
                if all.contains(&Some(true)) {
                    known = case.guard.is_none().then_some(true);
                } else if all.iter().all(|it| *it == Some(false)) && !all.is_empty() {
                    known = Some(false);
                }
            }
            self.state = if is_open { before.clone() } else { before.dead() };
            if known == Some(false) {
                self.state = before.dead();
            }
            if !case.values.is_empty() && values.iter().all(|it| it.constant.is_some()) {
                self.make_safe(subject, Mask::ALL);
            }
            let value = if case.targets.is_empty() { value.clone() } else { self.value(subject) };
            for target in &case.targets {
                let item = self.element(&value, subject).join(&value);
                self.assign(*target, item, None);
            }
            if let Some(guard) = case.guard {
                self.value(guard);
                self.assume(guard, true);
            }
            if let Some(state) = fallen.take() {
                let own = std::mem::take(&mut self.state);
                self.state = own.join(state);
            }
            self.statements(&case.body);
            let after = std::mem::take(&mut self.state);
            if falls_through {
                fallen = Some(after);
            } else {
                end = Some(match end {
                    Some(known) => known.join(after),
                    None => after,
                });
            }
            if known == Some(true) {
                is_open = false;
            }
        }
        let around = self.loops.pop().unwrap_or_default();
        let mut all: Vec<State> = fallen.into_iter().chain(end).collect();
        if falls_through {
            all.extend(around.left);
        } else if let Some(outer) = self.loops.last_mut() {
            // Python's `match` is no loop: these leave the one around it.
            outer.left.extend(around.left);
        }
        if let Some(outer) = self.loops.last_mut() {
            outer.next.extend(around.next);
        }
        if is_open {
            all.push(before.clone());
        }
        self.state = all.into_iter().fold(before.dead(), State::join);
    }

    /// A function or class by its name.
    fn define(&mut self, id: FunctionId) {
        let ix = self.engine.program.in_file(self.file, id);
        let function = self.flow.function(id);
        let mut value = if function.kind == FlowFunctionKind::Class {
            self.class_body(id);
            Value::thing(Thing::Class(ix))
        } else {
            self.closure(id)
        };
        for decorator in function.decorators.iter().rev() {
            let made_by = self.value(*decorator);
            self.hand_to_outside(&value, made_by.path, *decorator);
            self.registered(ix, *decorator);
            // A decorator of the project's may put another function around this one, which
            // passes on what it gets; one from outside gives the function back, as we see it.
            if let Some(path) = made_by.path
                && value.path.is_none()
            {
                value.path = Some(path).filter(|it| self.engine.paths.source(*it).is_some());
            }
        }
        let Some(name) = function.name else { return };
        if let Some(slot) = self.slot(name) {
            self.state.vars[slot] = value;
            self.state.written[slot] = None;
        }
    }

    /// A decorator that registers a route on something that nobody here knows.
    fn registered(&mut self, ix: crate::program::FnIx, decorator: ValueId) {
        let flow = self.flow;
        let FlowValue::Call { callee, arguments, .. } = flow.value(decorator) else { return };
        let FlowValue::Attribute { name, .. } = flow.value(*callee) else { return };
        let Some(first) = arguments.first().map(|it| it.value) else { return };
        let name = flow.name(*name).as_str();
        let path = match flow.value(first) {
            FlowValue::Text(path) => Some(flow.name(*path).as_str()),
            _ => None,
        };
        let path = path.filter(|it| it.starts_with('/'));
        let models: Vec<HandlerModel> = self
            .engine
            .models
            .handlers
            .iter()
            .filter(|it| it.decorators.iter().any(|own| own == name))
            .filter(|it| it.of_errors || path.is_some())
            .filter(|it| {
                let wanted = it.imports.as_deref();
                wanted.is_some_and(|it| self.engine.program.imports(self.file, it))
            })
            .cloned()
            .collect();
        for model in models {
            let mut model = model;
            if model.of_errors {
                let raised = self.value(first).path;
                let raised = raised.map(|it| format!("{}()", self.engine.paths.text(it)));
                let named = raised.map(|is| HandlerParameter { at: Some(0), name: None, is });
                model.parameters.extend(named);
            }
            self.engine.note_handler(ix, &model, path.unwrap_or_default());
            if let Some(framework) = &model.framework {
                self.engine.note_answer(ix, framework);
            }
        }
    }

    /// The function as a value, with what it takes from around it.
    pub(super) fn closure(&mut self, id: FunctionId) -> Value {
        let ix = self.engine.program.in_file(self.file, id);
        let captured = self.captured_by(ix);
        Value::thing(Thing::Function { function: ix, captured })
    }

    fn class_body(&mut self, id: FunctionId) {
        let ix = self.engine.program.in_file(self.file, id);
        let function = self.flow.function(id);
        // The names of the top level are still being bound: they are passed on as they are.
        let around = (self.body.kind == FlowFunctionKind::Module).then(|| {
            let names = self.body.locals.iter().zip(&self.state.vars);
            let known = names.filter(|(_, value)| !value.is_blank());
            let known = known.map(|(name, value)| ((self.file, name.0), value.clone()));
            (known.collect(), self.state.heap.clone())
        });
        let mut run = Run::new(self.engine, ix);
        if let Some((outer, heap)) = around {
            run.state.outer = outer;
            run.state.heap = heap;
        }
        run.statements(&function.body);
        let names: Vec<(String, Value)> = function
            .locals
            .iter()
            .enumerate()
            .map(|(at, name)| (run.flow.name(*name).to_string(), run.state.vars[at].clone()))
            .filter(|(_, value)| !value.is_blank())
            .collect();
        let names: Vec<(String, Frozen)> =
            names.into_iter().map(|(name, value)| (name, run.freeze(&value))).collect();
        run.finish();
        self.engine.set_attributes_of(ix, names);
    }

    /// The value one step further on its way.
    pub(super) fn stepped(&mut self, mut value: Value, at: ValueId, kind: StepKind) -> Value {
        if !value.taint.is_empty() {
            let place = self.place(at);
            let trails = &mut self.engine.trails;
            value.taint = value.taint.map(|mut atom| {
                atom.trail = trails.step(atom.trail, place, kind);
                atom
            });
        }
        value
    }

    pub(super) fn assign(&mut self, target: ValueId, value: Value, written: Option<ValueId>) {
        match self.flow.value(target) {
            FlowValue::Name(name) => {
                let is_plain = written.is_none_or(|it| {
                    matches!(self.flow.value(it), FlowValue::Name(_) | FlowValue::Awaited(_))
                });
                let value =
                    if is_plain { value } else { self.stepped(value, target, StepKind::Assigned) };
                self.assign_name(*name, value, written);
            }
            FlowValue::Attribute { base, name } => {
                let key = crate::value::Key::Named(self.flow.name(*name).as_str().into());
                let owner = self.value(*base);
                if self.set_by_method(*base, &owner, *name, &value, target) {
                    return;
                }
                self.store(*base, &owner, Some(key), value, target);
            }
            FlowValue::Index { base, key } => {
                let owner = self.value(*base);
                let found = self.value(*key);
                let taint = self.state.whole_taint(&found);
                let key = self.key_of(&found);
                self.note_stored(&owner, &Value::tainted(taint), target);
                self.store(*base, &owner, key, value, target);
            }
            FlowValue::Slice { base, .. } => {
                let owner = self.value(*base);
                let item = Value::tainted(self.state.whole_taint(&value));
                self.store(*base, &owner, None, item, target);
            }
            FlowValue::Sequence(targets) => {
                for (at, part) in targets.iter().enumerate() {
                    if let FlowValue::Spread(inner) = self.flow.value(*part) {
                        let rest = Value::tainted(self.state.whole_taint(&value));
                        self.assign(*inner, rest, None);
                        continue;
                    }
                    if self.family() == crate::program::Family::Go {
                        let item = self.result_at(&value, at, *part);
                        self.assign(*part, item, None);
                        continue;
                    }
                    let key = crate::value::Key::place(at);
                    let item = self.read(&value, Some(&key), target);
                    self.assign(*part, item, None);
                }
            }
            FlowValue::Mapping(parts) => {
                for (key, part) in parts {
                    let item = match key {
                        Some(key) => {
                            let key = self.value(*key);
                            let key = self.key_of(&key);
                            self.read(&value, key.as_ref(), *part)
                        }
                        None => value.clone(),
                    };
                    self.assign(*part, item, None);
                }
            }
            FlowValue::Assigned { target, value: default } => {
                let default = self.value(*default);
                let ways = self.or_default(&value, &default, Passed::Present);
                let either = Value { ways, ..value.join(&default) };
                self.assign(*target, either, None);
            }
            FlowValue::Spread(inner) => self.assign(*inner, value, None),
            FlowValue::Unknown(parts) => {
                for part in parts {
                    let item = Value::tainted(self.state.whole_taint(&value));
                    if matches!(self.flow.value(*part), FlowValue::Name(_)) {
                        self.assign(*part, item, None);
                    }
                }
            }
            _ => {}
        }
    }

    fn assign_name(&mut self, name: codd_facts::FlowName, value: Value, written: Option<ValueId>) {
        if let Some(slot) = self.slot(name) {
            self.state.vars[slot] = value;
            self.state.written[slot] = written;
            return;
        }
        // A variable of a body around this one.
        if let Some(owner) = self.owner_of(name) {
            if self.engine.program.body(owner).kind == FlowFunctionKind::Module {
                let name = self.flow.name(name).as_str().into();
                self.tell(Assigned::Variable { file: self.file, name }, &value);
            } else {
                let value = self.freeze(&value);
                self.note_assigned(Assigned::Local { owner, name }, value);
            }
        }
        self.state.outer.insert((self.file, name.0), value);
    }

    /// Any item of a value that is gone through.
    pub(super) fn element(&mut self, value: &Value, at: ValueId) -> Value {
        let is_text = value.object.is_none() && self.state.shape(value).is_none();
        let item = self.read(value, None, at);
        let mut taint: Taint = item.taint.union(&value.taint.opened());
        if is_text {
            // It may be a list of texts, or one text, of which this is a character.
            taint = taint.made_safe(Mask::PART);
        }
        Value { taint, ..item }
    }
}

fn texts_sum(a: &Constant, b: &Constant) -> Option<Constant> {
    match (a, b) {
        (Constant::Integer(a), Constant::Integer(b)) => Some(Constant::Integer(a.wrapping_add(*b))),
        (Constant::Text(a), Constant::Text(b)) if a.len() + b.len() <= super::texts::MAX_TEXT => {
            Some(Constant::Text(format!("{a}{b}").into()))
        }
        _ => None,
    }
}
