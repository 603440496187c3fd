//! What a value may be: of items, of what is computed, and behind a test.

use codd_facts::{FlowFunctionKind, FlowName, FlowOperator, FlowValue, ValueId};

use super::Run;
use super::substitute::Bound;
use crate::classes::TRUST_BOUNDARY;
use crate::paths::{PathId, Segment};
use crate::summary::Assigned;
use crate::value::{Atom, Author, Constant, Frozen, Key, Thing, Value};
use crate::ways::{Passed, Way, Ways, What};

/// Tests within one another that are looked into.
const MAX_TESTS: u32 = 16;

impl Run<'_, '_> {
    /// A constant is written where it is computed.
    pub(super) fn with_ways(&self, id: ValueId, mut value: Value) -> Value {
        if value.ways.is_unknown()
            && let Some(constant) = &value.constant
        {
            value.ways = Ways::one(What::Constant(constant.clone()), Some(self.place(id)));
        }
        value
    }

    pub(super) fn decimal(&self, text: FlowName, id: ValueId) -> Value {
        let text = self.flow.name(text).replace('_', "");
        match text.parse::<f64>() {
            Ok(number) => {
                let ways = Ways::one(What::Decimal(number), Some(self.place(id)));
                Value { ways, ..Value::default() }
            }
            Err(_) => Value::default(),
        }
    }

    /// The item or attribute of a value under a key; any item where no key is known.
    pub(super) fn read(&mut self, value: &Value, key: Option<&Key>, at: ValueId) -> Value {
        let mut found = self.read_one(value, key, at);
        if value.ways.all().len() < 2 {
            found.ways = self.item_ways(value, key, &found);
            return found;
        }
        let mut all = Vec::new();
        for way in value.ways.all().to_vec() {
            let is_nothing = matches!(way.what, What::Absent | What::Constant(Constant::Nothing));
            if is_nothing && self.is_python() {
                continue;
            }
            let path = match way.what {
                What::Path(path) => Some(path),
                _ => None,
            };
            let thing = value.thing.clone().filter(|_| way.what == What::Object);
            let object = way.object;
            let one = Value { path, object, thing, ways: Ways::of(vec![way]), ..Value::default() };
            let mut item = self.read_one(&one, key, at);
            item.ways = self.item_ways(&one, key, &item);
            all.extend(item.all_ways());
        }
        found.ways = Ways::of(all);
        found
    }

    pub(super) fn is_python(&self) -> bool {
        self.engine.program.files[self.file as usize].facts.language == "python"
    }

    pub(super) fn is_ruby(&self) -> bool {
        self.family() == crate::program::Family::Ruby
    }

    /// What an item of one value may be.
    fn item_ways(&mut self, value: &Value, key: Option<&Key>, found: &Value) -> Ways {
        let ways = found.ways.clone();
        let what = value.only_way().map(|it| it.what);
        if matches!(what, Some(What::Absent | What::Constant(Constant::Nothing))) {
            // `options?.bits`; in Python, nothing is read of `None`.
            let is_python = self.is_python();
            return if is_python { Ways::default() } else { Ways::one(What::Absent, None) };
        }
        let Some(key) = key else { return ways };
        let is_symbolic = |path: &PathId| self.engine.paths.is_symbolic(*path);
        let shape = self.state.shape(value);
        match shape.map(|shape| (shape.get(key).is_some(), shape.rest.clone())) {
            Some((true, None)) => ways,
            Some((false, rest)) if what == Some(What::Container) => match rest {
                Some(rest) => rest.or_absent().ways,
                None => Ways::one(What::Absent, None),
            },
            // Something was put under a key that is not known: it may be this one.
            Some((_, Some(rest))) => found.joined_ways(&rest),
            _ => {
                // `self.bits` of a class, which an object or a class below may have otherwise.
                let of_class = matches!(value.thing.as_deref(), Some(Thing::Instance(_)))
                    && !matches!(
                        found.thing.as_deref(),
                        Some(Thing::Method { .. } | Thing::Function { .. })
                    );
                if let (true, Key::Named(name)) = (of_class, key)
                    && let Some(path) = value.path.filter(is_symbolic)
                    && (!ways.is_unknown() || found.constant.is_some())
                {
                    let segment = Segment::Attribute(name.clone());
                    let next = self.engine.paths.extend(path, segment, &self.engine.models);
                    return next.map_or(ways, |next| Ways::one(What::Path(next), None));
                }
                ways
            }
        }
    }

    /// What a step further on a path may be: the same as the path, if it is that for certain.
    pub(super) fn further_ways(&self, value: &Value, path: PathId, next: PathId) -> Ways {
        match value.ways.all() {
            [Way { what: What::Path(own), origin, .. }] if *own == path => {
                Ways::one(What::Path(next), *origin)
            }
            _ => Ways::default(),
        }
    }

    /// What a callee's value may be here.
    pub(super) fn substituted_ways(&mut self, ways: &Ways, bound: &mut Bound<'_>) -> Ways {
        let is_waiting = |run: &Self, way: &Way| run.waits(&way.what);
        if !ways.all().iter().any(|it| is_waiting(self, it)) {
            return ways.clone();
        }
        let mut all = Vec::new();
        for way in ways.all() {
            if !is_waiting(self, way) {
                continue;
            }
            let found = self.known_now(&way.what, way.origin, bound, 0);
            if found.is_unknown() {
                all.push(Way::of(What::Unknown));
            } else {
                all.extend(found.passing(way.passed).all().iter().cloned());
            }
            // What the test leaves out is where a default is for.
            let is_partly = found.is_unknown()
                || found.all().iter().any(|it| {
                    matches!(it.what, What::Unknown | What::Path(_) | What::Computed(..))
                        || found.passing(way.passed).all().len() < found.all().len()
                });
            if is_partly {
                let others = ways.all().iter().filter(|it| it.is_fallback);
                all.extend(others.map(|it| Way { is_fallback: false, ..it.clone() }));
            }
        }
        let rest = ways.all().iter().filter(|it| !it.is_fallback && !is_waiting(self, it));
        all.extend(rest.cloned());
        Ways::of(all)
    }

    /// What is put into a variable of a module, or set in its place, by code that may run
    /// before or after what reads it.
    pub(super) fn note_global_store(
        &mut self,
        base: ValueId,
        owner: &Value,
        key: Option<&Key>,
        value: &Value,
    ) {
        if self.is_after {
            return;
        }
        self.note_at_path(owner, key, value);
        if let (Some(Thing::Class(class)), Some(Key::Named(name))) = (owner.thing.as_deref(), key) {
            self.tell(Assigned::Attribute { class: *class, name: name.clone() }, value);
            return;
        }
        if let (Some(Thing::Module(file)), Some(Key::Named(name))) = (owner.thing.as_deref(), key) {
            self.tell(Assigned::Variable { file: *file, name: name.clone() }, value);
            return;
        }
        let flow = self.flow;
        let (file, name) = match flow.value(base) {
            FlowValue::Name(name) if self.slot(*name).is_none() => {
                let is_module = self.owner_of(*name).is_some_and(|owner| {
                    self.engine.program.body(owner).kind == FlowFunctionKind::Module
                });
                if !is_module {
                    return;
                }
                (self.file, flow.name(*name).to_string())
            }
            FlowValue::Attribute { base, name } => {
                let found = self.value(*base);
                let Some(Thing::Module(file)) = found.thing.as_deref() else { return };
                (*file, flow.name(*name).to_string())
            }
            _ => return,
        };
        self.tell(Assigned::Item { file, name: name.into(), key: key.cloned() }, value);
    }

    /// What is set at an object that everyone gets from a framework, or at one of a library that
    /// is there once.
    pub(super) fn note_at_path(&mut self, owner: &Value, key: Option<&Key>, value: &Value) {
        let (Some(path), Some(Key::Named(name))) = (owner.path, key) else { return };
        let paths = &self.engine.paths;
        if paths.is_symbolic(path) || !self.is_shared(path) {
            return;
        }
        // What a library gave back for some text is a thing of its own.
        let is_made = |it: PathId| paths.source(it).is_none() && paths.text(it).ends_with("()");
        if value.path.is_some_and(is_made) {
            return;
        }
        let taint = self.told_to_others(value).whole_taint();
        let segment = Segment::Attribute(std::rc::Rc::clone(name));
        let is_made = self.is_container(value);
        let models = &self.engine.models;
        // A session that was found by a key is not the key.
        let is_kept = |text: &str| {
            models.exact(text).is_some_and(|it| it.stored.contains(&TRUST_BOUNDARY)) && !is_made
        };
        if let Some(next) = self.engine.paths.extend(path, segment, models)
            && self.engine.paths.source(next).is_none()
            && !is_kept(self.engine.paths.text(next))
            && !taint.is_empty()
        {
            self.engine.join_at_path(next, &taint);
        }
    }

    /// Whether all who name what is at this path mean the same object.
    fn is_shared(&self, path: PathId) -> bool {
        let text = self.engine.paths.text(path);
        let given = self.engine.models.handlers.iter().flat_map(|it| &it.parameters);
        let given =
            given.filter_map(|it| text.strip_prefix(it.is.as_str())).min_by_key(|it| it.len());
        let rest = given.filter(|it| it.is_empty() || it.starts_with('.')).unwrap_or(text);
        !rest.contains(['(', '['])
    }

    /// A value as other bodies see it, to whom what this one was given means nothing.
    pub(super) fn told_to_others(&self, value: &Value) -> Frozen {
        let frozen = self.freeze(value);
        let taint = frozen.whole_taint();
        let is_path = |it: &Atom| matches!(it.author, Author::Path(_));
        let is_open = taint.atoms().iter().any(is_path) || self.is_waiting(&frozen, 0);
        if is_open { Frozen::default() } else { frozen }
    }

    /// What a test says of variables whose value is not known yet.
    pub(super) fn assume_ways(&mut self, test: ValueId, is_true: bool, depth: u32) {
        if depth > MAX_TESTS || self.state.is_dead {
            return;
        }
        let flow = self.flow;
        match flow.value(test) {
            FlowValue::Not(inner) => self.assume_ways(*inner, !is_true, depth + 1),
            FlowValue::All(parts) if is_true => {
                for it in parts {
                    self.assume_ways(*it, true, depth + 1);
                }
            }
            FlowValue::Any(parts) if !is_true => {
                for it in parts {
                    self.assume_ways(*it, false, depth + 1);
                }
            }
            FlowValue::Name(name) if is_true => self.passed(*name, Passed::True),
            FlowValue::Binary { operator, left, right } => {
                let is_equal = match operator {
                    FlowOperator::Equal => is_true,
                    FlowOperator::NotEqual => !is_true,
                    _ => return,
                };
                let (FlowValue::Name(name), other) = (flow.value(*left), *right) else { return };
                let other = self.value(other);
                let Some(constant) = other.constant.clone() else { return };
                if is_equal {
                    if let Some(slot) = self.slot(*name) {
                        self.state.vars[slot].ways = Ways::of(other.all_ways());
                    }
                } else if constant == Constant::Nothing {
                    self.passed(*name, Passed::Present);
                } else if let Some(slot) = self.slot(*name) {
                    let own = &mut self.state.vars[slot];
                    let kept: Vec<Way> = own.ways.all().to_vec();
                    let is_it = |it: &Way| it.what == What::Constant(constant.clone());
                    own.ways = Ways::of(kept.into_iter().filter(|it| !is_it(it)).collect());
                }
            }
            _ => {}
        }
    }

    fn passed(&mut self, name: FlowName, passed: Passed) {
        if let Some(slot) = self.slot(name) {
            let own = &mut self.state.vars[slot];
            own.ways = own.ways.passing(passed);
        }
    }

    /// A pattern's own default for what it is given.
    pub(super) fn or_default(&self, value: &Value, default: &Value, passed: Passed) -> Ways {
        let of = |it: &Value| Ways::of(it.all_ways());
        of(value).or_else(&of(default), passed, |it| self.waits(it))
    }
}
