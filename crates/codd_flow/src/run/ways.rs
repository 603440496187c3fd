//! What a value may be: of items, of what is computed, and behind a test.

use codd_facts::{FlowFunctionKind, FlowName, FlowOperator, FlowValue, ValueId};

use super::calls::Call;
use super::substitute::Bound;
use super::{Run, texts};
use crate::paths::{PathId, Segment};
use crate::trail::Place;
use crate::value::{Constant, Frozen, Key, Thing, Value};
use crate::ways::{Passed, Way, Ways, What};

/// Tests within one another that are looked into.
const MAX_TESTS: u32 = 16;
/// Operators within one another that wait for callers.
const MAX_COMPUTED: u32 = 4;

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
        let key = match shape {
            // Counted from the end.
            Some(shape) if shape.is_list && shape.rest.is_none() => match key {
                Key::At(at) if *at < 0 => Key::At(shape.items.len() as i64 + at),
                key => key.clone(),
            },
            _ => key.clone(),
        };
        match shape.map(|shape| (shape.get(&key).is_some(), shape.rest.clone())) {
            // Something was put under a key that is not known: it may be this one.
            Some((true, Some(rest))) => found.joined_ways(&rest),
            Some((true, None)) => ways,
            Some((false, rest)) if what == Some(What::Container) => match rest {
                Some(rest) => rest.or_absent().ways,
                None => Ways::one(What::Absent, None),
            },
            Some((false, Some(rest))) => found.joined_ways(&rest),
            _ => {
                // `self.bits` of a class, which an object or a class below may have otherwise.
                let of_class = matches!(value.thing.as_deref(), Some(Thing::Instance(_)))
                    && !matches!(
                        found.thing.as_deref(),
                        Some(Thing::Method { .. } | Thing::Function { .. })
                    );
                if let (true, Key::Named(name)) = (of_class, &key)
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
            match found.is_unknown() {
                true => all.push(Way::of(What::Unknown)),
                false => all.extend(found.passing(way.passed).all().iter().cloned()),
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

    /// What of several constants is computed.
    pub(super) fn folded(
        &self,
        operator: Option<FlowOperator>,
        values: &[&Value],
        id: ValueId,
    ) -> Ways {
        const MOST: usize = 8;
        let origin = Some(self.place(id));
        let mut all: Vec<What> = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let ways: Vec<What> =
                value.all_ways().iter().map(|way| self.as_time(&way.what)).collect();
            // Sums of sums in a loop would not come to rest.
            if ways.len() > 1 && !self.loops.is_empty() {
                return Ways::default();
            }
            if at == 0 {
                all = ways;
                continue;
            }
            let mut next = Vec::new();
            for a in &all {
                for b in &ways {
                    next.push(self.computed_of(operator, a, b));
                }
            }
            if next.len() > MOST {
                return Ways::default();
            }
            all = next;
        }
        let all = all.into_iter().map(|what| Way { origin, ..Way::of(what) });
        Ways::of(all.collect())
    }

    /// Whether callers know it.
    pub(super) fn waits(&self, what: &What) -> bool {
        match what {
            What::Path(path) => self.engine.paths.is_symbolic(*path),
            What::Computed(..) => true,
            _ => false,
        }
    }

    fn computed_of(&self, operator: Option<FlowOperator>, a: &What, b: &What) -> What {
        let depth = self.depth_of(a).max(self.depth_of(b));
        if (self.waits(a) || self.waits(b)) && depth < MAX_COMPUTED {
            return What::Computed(operator, std::rc::Rc::new([a.clone(), b.clone()]));
        }
        computed(operator, a, b)
    }

    fn depth_of(&self, what: &What) -> u32 {
        match what {
            What::Computed(_, sides) => 1 + self.depth_of(&sides[0]).max(self.depth_of(&sides[1])),
            _ => 0,
        }
    }

    /// What a callee's value is, here.
    fn known_now(
        &mut self,
        what: &What,
        origin: Option<Place>,
        bound: &mut Bound<'_>,
        depth: u32,
    ) -> Ways {
        match what {
            What::Path(path) if self.engine.paths.is_symbolic(*path) => {
                let found = self.resolved(*path, bound, Place::default());
                Ways::of(found.all_ways())
            }
            What::Computed(operator, sides) if depth <= MAX_COMPUTED => {
                let left = self.known_now(&sides[0], origin, bound, depth + 1);
                let right = self.known_now(&sides[1], origin, bound, depth + 1);
                let mut all = Vec::new();
                for a in left.all() {
                    for b in right.all() {
                        let a = self.as_time(&a.what);
                        let what = self.computed_of(*operator, &a, &self.as_time(&b.what));
                        all.push(Way { origin, ..Way::of(what) });
                    }
                }
                Ways::of(all)
            }
            What::Computed(..) => Ways::default(),
            other => Ways::one(other.clone(), origin),
        }
    }

    /// Where a path is the time that it is now, that.
    fn as_time(&self, what: &What) -> What {
        let What::Path(path) = what else { return what.clone() };
        let text = &**self.engine.paths.text(*path);
        let is_now = ["time.time()", "datetime.utcnow()", "datetime.now()", "timezone.now()"];
        let is_it = |name: &&str| {
            text.strip_suffix(*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if is_now.iter().any(|it| is_it(it)) { What::Later(0.0) } else { what.clone() }
    }

    /// What functions of libraries give whose result is known.
    pub(super) fn note_library(&mut self, call: &Call<'_>, value: &mut Value) {
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let text = path.map(|it| std::rc::Rc::clone(self.engine.paths.text(it)));
        if text.as_deref() == Some("Object.assign") {
            self.put_together(call, value);
            return;
        }
        let found = text.as_deref().and_then(|text| self.library(text, call));
        let found = found.or_else(|| self.library_method(call));
        if let Some(what) = found {
            value.ways = Ways::one(what, Some(call.place));
        }
    }

    /// `Object.assign(target, …)`: the target, with what is in the others.
    fn put_together(&mut self, call: &Call<'_>, value: &mut Value) {
        let Some((target, others)) = call.given.split_first() else { return };
        let Some(object) = self.state.object(&target.value) else { return };
        for other in others {
            let added = self.state.shape(&other.value).cloned();
            let is_whole = added.as_ref().is_some_and(|it| it.is_whole && it.rest.is_none());
            let shape = self.state.shape_mut(object);
            for (key, item) in added.iter().flat_map(|it| &it.items) {
                shape.set(key.clone(), item.clone());
            }
            if !is_whole || other.is_spread {
                shape.add_rest(&Value::default());
            }
        }
        value.object = Some(object);
        value.ways = target.value.ways.clone();
        value.path = None;
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
        if self.engine.models.probes.is_empty() || self.is_after {
            return;
        }
        let frozen = self.freeze(value);
        let known = if self.is_waiting(&frozen, 0) { Frozen::default() } else { frozen };
        if let (Some(Thing::Module(file)), Some(Key::Named(name))) = (owner.thing.as_deref(), key) {
            self.engine.join_global(*file, name, &known);
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
        self.engine.join_item(file, &name, key, &known);
    }

    fn argument_ways(&self, call: &Call<'_>, place: usize, name: &str) -> Option<What> {
        if call.given.iter().any(|it| it.is_spread) {
            return None;
        }
        let named = call.given.iter().find(|it| it.name.as_deref() == Some(name));
        let placed = || call.given.iter().filter(|it| it.name.is_none()).nth(place);
        match named.or_else(placed) {
            Some(it) => Some(self.as_time(&it.value.only_way()?.what)),
            None => Some(What::Absent),
        }
    }

    fn library(&self, text: &str, call: &Call<'_>) -> Option<What> {
        let first = || self.argument_ways(call, 0, "");
        let count = |what: Option<What>| match what? {
            What::Constant(Constant::Integer(count)) => Some(count),
            _ => None,
        };
        let name = text.rsplit('.').next().unwrap_or(text);
        match text {
            "len" => match first()? {
                What::Constant(Constant::Text(text)) => {
                    Some(What::Constant(Constant::Integer(text.chars().count() as i64)))
                }
                What::Bytes(count) => Some(What::Constant(Constant::Integer(count))),
                _ => None,
            },
            "int" | "float" | "Number" | "parseInt" | "Math.floor" | "Math.round" | "Math.ceil"
            | "Math.trunc" | "round" => match first()? {
                What::Constant(Constant::Text(text)) => {
                    let number = text.trim().parse().ok()?;
                    Some(What::Constant(Constant::Integer(number)))
                }
                What::Decimal(it) if it.fract() == 0.0 => Some(What::Decimal(it)),
                number @ (What::Constant(Constant::Integer(_)) | What::Later(_)) => Some(number),
                _ => None,
            },
            "bytes.fromhex" => match first()? {
                What::Constant(Constant::Text(text)) => {
                    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
                    Some(What::Bytes(digits as i64 / 2))
                }
                _ => None,
            },
            "datetime.timedelta" => {
                let names: [(&str, f64); 7] = [
                    ("days", 86_400.0),
                    ("seconds", 1.0),
                    ("microseconds", 1e-6),
                    ("milliseconds", 1e-3),
                    ("minutes", 60.0),
                    ("hours", 3600.0),
                    ("weeks", 604_800.0),
                ];
                let mut sum = 0.0;
                for (at, (name, seconds)) in names.iter().enumerate() {
                    match self.argument_ways(call, at, name)? {
                        What::Absent => {}
                        other => sum += number(&other)? * seconds,
                    }
                }
                Some(What::Duration(sum))
            }
            "os.urandom"
            | "crypto.randomBytes"
            | "Buffer.alloc"
            | "Crypto.Random.get_random_bytes" => count(first()).map(What::Bytes),
            "secrets.token_bytes" => match self.argument_ways(call, 0, "nbytes")? {
                What::Absent => Some(What::Bytes(32)),
                other => count(Some(other)).map(What::Bytes),
            },
            _ if name == "generate_key" && text.contains("ciphers.aead.") => {
                let bits = count(self.argument_ways(call, 0, "bit_length"))?;
                Some(What::Bytes(bits / 8))
            }
            _ => None,
        }
    }

    fn library_method(&self, call: &Call<'_>) -> Option<What> {
        let (_, receiver) = call.receiver.as_ref()?;
        let what = self.as_time(&receiver.only_way()?.what);
        match (call.method.as_deref()?, what) {
            ("total_seconds", What::Duration(seconds)) => Some(What::Decimal(seconds)),
            ("timestamp" | "replace" | "astimezone", later @ What::Later(_)) => Some(later),
            ("encode", text @ What::Constant(Constant::Text(_))) => Some(text),
            ("toString", bytes @ What::Constant(_)) => Some(bytes),
            _ => None,
        }
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
                parts.iter().for_each(|it| self.assume_ways(*it, true, depth + 1));
            }
            FlowValue::Any(parts) if !is_true => {
                parts.iter().for_each(|it| self.assume_ways(*it, false, depth + 1));
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

fn number(what: &What) -> Option<f64> {
    match what {
        What::Constant(Constant::Integer(it)) => Some(*it as f64),
        What::Decimal(it) => Some(*it),
        _ => None,
    }
}

/// What an operator gives; a sum where it is none.
fn computed(operator: Option<FlowOperator>, a: &What, b: &What) -> What {
    if let (Some(operator), What::Constant(a), What::Constant(b)) = (operator, a, b)
        && let Some(found) = texts::operation(operator, a, b)
    {
        return What::Constant(found);
    }
    let numbers = (number(a), number(b));
    let found = match (operator, a, b) {
        (None, What::Constant(Constant::Integer(a)), What::Constant(Constant::Integer(b))) => {
            a.checked_add(*b).map(|it| What::Constant(Constant::Integer(it)))
        }
        (None, What::Constant(Constant::Text(a)), What::Constant(Constant::Text(b)))
            if a.len() + b.len() <= texts::MAX_TEXT =>
        {
            Some(What::Constant(Constant::Text(format!("{a}{b}").into())))
        }
        (None, What::Duration(a), What::Duration(b)) => Some(What::Duration(a + b)),
        (None, What::Later(a), What::Duration(b)) | (None, What::Duration(b), What::Later(a)) => {
            Some(What::Later(a + b))
        }
        (None, What::Bytes(a), What::Bytes(b)) => a.checked_add(*b).map(What::Bytes),
        (None, What::Later(a), _) => numbers.1.map(|b| What::Later(a + b)),
        (None, _, What::Later(b)) => numbers.0.map(|a| What::Later(a + b)),
        (Some(FlowOperator::Multiply), What::Duration(it), other)
        | (Some(FlowOperator::Multiply), other, What::Duration(it)) => {
            number(other).map(|by| What::Duration(it * by))
        }
        (Some(FlowOperator::Multiply), What::Constant(Constant::Text(text)), other)
        | (Some(FlowOperator::Multiply), other, What::Constant(Constant::Text(text))) => {
            match other {
                What::Constant(Constant::Integer(times)) if *times >= 0 => {
                    (text.chars().count() as i64).checked_mul(*times).map(What::Bytes)
                }
                _ => None,
            }
        }
        (operator, _, _) => match (operator, numbers) {
            (None, (Some(a), Some(b))) => Some(What::Decimal(a + b)),
            (Some(FlowOperator::Subtract), (Some(a), Some(b))) => Some(What::Decimal(a - b)),
            (Some(FlowOperator::Multiply), (Some(a), Some(b))) => Some(What::Decimal(a * b)),
            (Some(FlowOperator::Divide), (Some(a), Some(b))) if b != 0.0 => {
                Some(What::Decimal(a / b))
            }
            _ => None,
        },
    };
    found.unwrap_or(What::Unknown)
}
