//! Expressions: what is known of the value of each.

use std::rc::Rc;

use codd_facts::{
    FlowClause, FlowFunctionKind, FlowName, FlowOperator, FlowValue, FunctionId, ValueId,
};

use super::texts;
use super::{MAX_WORK, Run};
use crate::paths::Segment;
use crate::program::{Family, FnIx};
use crate::trail::StepKind;
use crate::value::{Constant, Frozen, Key, Shape, Taint, Thing, Value};
use crate::ways::{Passed, Ways, What};

/// Values and calls within one another that are looked into: more than are lowered, from the
/// depth at which a body may begin.
const MAX_DEPTH: u32 = 160;

impl Run<'_, '_> {
    pub(super) fn value(&mut self, id: ValueId) -> Value {
        self.work += 1;
        if self.work > MAX_WORK {
            return Value::default();
        }
        if self.engine.nesting > MAX_DEPTH {
            *self.engine.given_up.entry(self.file).or_insert(0) += 1;
            return Value::default();
        }
        self.engine.nesting += 1;
        let value = self.computed(id);
        self.engine.nesting -= 1;
        self.with_ways(id, value)
    }

    fn all(&mut self, ids: &[ValueId]) -> Vec<Value> {
        ids.iter().map(|id| self.value(*id)).collect()
    }

    /// One value with all authors of others.
    fn of_parts(&mut self, ids: &[ValueId]) -> Value {
        let parts = self.all(ids);
        let taint = parts
            .iter()
            .fold(Taint::default(), |sum, part| sum.union(&self.state.whole_taint(part)));
        Value::tainted(taint.opened())
    }

    fn computed(&mut self, id: ValueId) -> Value {
        let flow = self.flow;
        match flow.value(id) {
            FlowValue::Unknown(parts) => self.of_parts(parts),
            FlowValue::Nothing => Value::constant(Constant::Nothing),
            FlowValue::Boolean(it) => Value::constant(Constant::Boolean(*it)),
            FlowValue::Integer(it) => Value::constant(Constant::Integer(*it)),
            FlowValue::Decimal(text) => self.decimal(*text, id),
            FlowValue::Text(text) | FlowValue::Pattern(text) => Value::text(flow.name(*text)),
            FlowValue::Name(name) => self.named(*name, id),
            FlowValue::Attribute { base, name } => {
                let owner = self.value(*base);
                let key = Key::Named(flow.name(*name).as_str().into());
                let found = self.read(&owner, Some(&key), id);
                match self.family() {
                    Family::CSharp => self.property_or_type(found, flow.name(*name)),
                    _ => found,
                }
            }
            FlowValue::Index { base, key } => {
                let owner = self.value(*base);
                let key = self.value(*key);
                if let (Some(text), Some(Constant::Integer(at))) = (owner.as_text(), &key.constant)
                {
                    return texts::item(text, *at)
                        .map_or_else(Value::default, |it| Value::text(&it));
                }
                if let Some(found) = self.indexer(&owner, &key, id) {
                    return found;
                }
                let key = self.key_of(&key);
                self.read(&owner, key.as_ref(), id)
            }
            FlowValue::Slice { base, from, to } => self.slice(*base, *from, *to, id),
            FlowValue::Call { callee, arguments, is_new } => {
                self.call(id, *callee, arguments, *is_new)
            }
            FlowValue::Joined { parts, is_text } => self.joined(parts, *is_text, id),
            FlowValue::Binary { operator, left, right } => {
                self.binary(*operator, *left, *right, id)
            }
            FlowValue::Not(inner) => {
                let inner = self.value(*inner);
                match inner.constant {
                    Some(it) => Value::constant(Constant::Boolean(!it.is_true())),
                    None => Value::default(),
                }
            }
            FlowValue::All(parts) => self.chained(parts, true),
            FlowValue::Any(parts) => self.chained(parts, false),
            FlowValue::Conditional { test, then, otherwise } => {
                let known = self.value(*test).constant.map(|it| it.is_true());
                if let Some(known) = known {
                    return self.value(if known { *then } else { *otherwise });
                }
                let before = self.state.clone();
                self.assume(*test, true);
                let a = self.value(*then);
                let after = std::mem::replace(&mut self.state, before.clone());
                self.assume(*test, false);
                let b = self.value(*otherwise);
                // What the test says holds for the value, and no longer than that.
                let last = std::mem::take(&mut self.state);
                let mut heap = after.join(last);
                heap.vars = before.vars;
                heap.written = before.written;
                self.state = heap;
                a.join(&b)
            }
            FlowValue::Sequence(parts) => self.sequence(parts, id),
            FlowValue::Typed { value, of } => {
                let found = self.value(*value);
                self.declared(found, *of, id)
            }
            FlowValue::Spread(inner) | FlowValue::Awaited(inner) => self.value(*inner),
            FlowValue::Mapping(items) => self.mapping(items, id),
            FlowValue::Comprehension { clauses, key, value } => {
                self.comprehension(clauses, *key, *value, id)
            }
            FlowValue::Function(function) => self.function_value(*function),
            FlowValue::Assigned { target, value } => {
                let found = self.value(*value);
                self.assign(*target, found.clone(), Some(*value));
                found
            }
            FlowValue::Entered(inner) => {
                let found = self.value(*inner);
                self.entered_object(found, id)
            }
            FlowValue::Yielded(inner) => {
                let found = self.value(*inner);
                let taint = self.state.whole_taint(&found);
                self.returned(&Value::tainted(taint));
                Value::default()
            }
        }
    }

    /// What an object gives to the `with` that enters it: most give themselves.
    fn entered_object(&mut self, object: Value, at: ValueId) -> Value {
        let Some(Thing::Instance(class)) = object.thing.as_deref() else { return object };
        let class = *class;
        let method = self.engine.method(class, "__enter__");
        match method.or_else(|| self.engine.method(class, "__aenter__")) {
            Some(method) => self.call_function(method, Some(object), &[], &[], at),
            None => object,
        }
    }

    fn function_value(&mut self, id: FunctionId) -> Value {
        if self.flow.function(id).kind == FlowFunctionKind::Class {
            let ix = self.engine.program.in_file(self.file, id);
            return Value::thing(Thing::Class(ix));
        }
        self.closure(id)
    }

    /// The innermost body around this one that binds a name.
    pub(super) fn owner_of(&self, name: FlowName) -> Option<FnIx> {
        let program = &self.engine.program;
        let mut at = program.parent(self.ix);
        while let Some(ix) = at {
            // Names of a class body are seen in it alone.
            let is_class = program.body(ix).kind == FlowFunctionKind::Class;
            if !is_class && program.function(ix).slots.contains_key(&name) {
                return Some(ix);
            }
            at = program.parent(ix);
        }
        None
    }

    pub(super) fn named(&mut self, name: FlowName, at: ValueId) -> Value {
        if let Some(slot) = self.slot(name) {
            if self.is_after && self.body.kind == FlowFunctionKind::Module {
                let text = self.flow.name(name).clone();
                let found = self.engine.global(self.file, &text);
                return found.map_or_else(Value::default, |it| self.thaw(&it, at));
            }
            let value = self.state.vars[slot].clone();
            return if value.is_blank() { self.of_includers(name, at) } else { value };
        }
        if let Some(known) = self.state.outer.get(&(self.file, name.0)) {
            let known = known.clone();
            return self.read_again(known, at);
        }
        let text = self.flow.name(name).clone();
        if self.is_ruby() && text.starts_with(char::is_uppercase) {
            let value = self.ruby_constant(name, at);
            self.state.outer.insert((self.file, name.0), value.clone());
            return value;
        }
        let value = match self.owner_of(name) {
            Some(owner) if self.engine.program.body(owner).kind == FlowFunctionKind::Module => {
                match self.engine.global(self.file, &text) {
                    Some(frozen) => self.thaw(&frozen, at),
                    None => Value::default(),
                }
            }
            Some(_) => {
                let segment = Segment::Captured(text.as_str().into());
                let path = self.engine.paths.root(segment, &self.engine.models);
                self.symbolic(path, self.flow.span(at))
            }
            None if self.family() == Family::Php => self.by_full_name(&text, at),
            None if self.family() == Family::CSharp => return self.csharp_name(name, at),
            None if self.is_typed() => match self.type_by_name(&text, at) {
                Some(found) => found,
                None => self.outside(&text, at),
            },
            None => match self.of_stars(&text, at).or_else(|| self.of_outside_stars(&text, at)) {
                Some(found) => found,
                None => self.outside(&text, at),
            },
        };
        self.state.outer.insert((self.file, name.0), value.clone());
        value
    }

    /// What a name means that nobody here binds.
    pub(super) fn outside(&mut self, text: &str, at: ValueId) -> Value {
        let segment = Segment::Outside(text.into());
        let path = self.engine.paths.root(segment, &self.engine.models);
        self.at_path(path, at)
    }

    /// What is at a path from outside.
    pub(super) fn at_path(&mut self, path: crate::paths::PathId, at: ValueId) -> Value {
        // What an import binds is written nowhere.
        let origin = (at != ValueId(0)).then(|| self.place(at));
        let ways = Ways::one(What::Path(path), origin);
        let mut value = Value { path: Some(path), ways, ..Value::default() };
        if let Some((own, known)) = self.engine.paths.source(path).cloned()
            && own == path
        {
            let atom = self.engine.source(self.place(at), &known);
            value.taint = Taint::of(atom);
        }
        value
    }

    fn of_stars(&mut self, text: &str, at: ValueId) -> Option<Value> {
        let stars = self.engine.program.files[self.file as usize].stars.clone();
        for (level, module) in stars {
            if let Some(file) = self.engine.program.module(self.file, module, level, None)
                && let Some(found) = self.engine.global(file, text)
            {
                return Some(self.thaw(&found, at));
            }
        }
        None
    }

    /// What `from os import *` brings, where a model speaks of it by that name.
    fn of_outside_stars(&mut self, text: &str, at: ValueId) -> Option<Value> {
        let stars = self.engine.program.files[self.file as usize].stars.clone();
        let names = stars.into_iter().filter(|(level, _)| *level == 0);
        let names = names.map(|(_, module)| format!("{module}.{text}"));
        let known = |it: &String| {
            self.engine.models.exact(it).is_some()
                || self.engine.models.exact(&format!("{it}()")).is_some()
        };
        let name = names.into_iter().find(known)?;
        let path = self.engine.paths.of_text(&name, &self.engine.models);
        Some(self.at_path(path, at))
    }

    /// What an import binds.
    pub(super) fn brought(&mut self, module: &str, level: u32, item: Option<&str>) -> Value {
        let at = ValueId(0);
        if self.family() == Family::Go {
            return self.brought_package(module);
        }
        if self.is_typed() {
            return self.brought_type(module, item.unwrap_or("*"));
        }
        let program = &self.engine.program;
        let is_python = program.files[self.file as usize].facts.language == "python";
        match item {
            None => {
                if let Some(file) = program.module(self.file, module, level, None) {
                    if is_python {
                        return Value::thing(Thing::Module(file));
                    }
                    return self.of_module(file, "*", at);
                }
                if is_python && program.is_package(self.file, module) {
                    return Value::thing(Thing::Package(module.into()));
                }
            }
            Some(item) => {
                // What a library makes harmless, it does also where its source is here.
                let dotted = format!("{module}.{item}");
                let known = self.engine.models.exact(&dotted);
                if is_python && level == 0 && known.is_some_and(|it| !it.sanitizers.is_empty()) {
                    let path = self.engine.paths.of_text(&dotted, &self.engine.models);
                    return self.at_path(path, at);
                }
                if is_python
                    && let Some(file) = program.module(self.file, module, level, Some(item))
                {
                    return Value::thing(Thing::Module(file));
                }
                if let Some(file) = program.module(self.file, module, level, None) {
                    return self.of_module(file, item, at);
                }
            }
        }
        if level > 0 || module.starts_with('.') {
            return Value::default();
        }
        let module = module.strip_prefix("node:").unwrap_or(module);
        let text = match item {
            // What a package gives as a whole and by default is one here.
            None | Some("default" | "*") => module.to_owned(),
            Some(item) => format!("{module}.{item}"),
        };
        let path = if is_python {
            self.engine.paths.of_text(&text, &self.engine.models)
        } else {
            // Names of packages have dots of their own.
            let root = Segment::Outside(module.into());
            let root = self.engine.paths.root(root, &self.engine.models);
            match item {
                None | Some("default" | "*") => root,
                Some(item) => {
                    let segment = Segment::Attribute(item.into());
                    self.engine.paths.extend(root, segment, &self.engine.models).unwrap_or(root)
                }
            }
        };
        self.at_path(path, at)
    }

    /// What a function takes from the bodies around it, as it is now.
    pub(super) fn captured_by(&mut self, ix: FnIx) -> Rc<[(u32, Frozen)]> {
        const MOST: usize = 48;
        if self.body.kind == FlowFunctionKind::Module {
            return Rc::from([]);
        }
        let function = self.engine.program.function(ix);
        let own = &function.slots;
        let names = self.body.locals.clone();
        let mut captured = Vec::new();
        for name in names.iter().filter(|name| !own.contains_key(name)).take(MOST) {
            let Some(slot) = self.slot(*name) else { continue };
            let value = self.state.vars[slot].clone();
            if !value.is_blank() {
                // A closure in a closure would hold what it holds over and over.
                let is_function = matches!(value.thing.as_deref(), Some(Thing::Function { .. }));
                if is_function {
                    continue;
                }
                captured.push((name.0, self.freeze(&value)));
            }
        }
        let captured: Rc<[(u32, Frozen)]> = captured.into();
        if !captured.is_empty() {
            // Whoever calls it from outside calls it with these.
            let before = self.engine.captured.insert(ix, Rc::clone(&captured));
            if before.as_ref() != Some(&captured) {
                self.engine.is_given_else(ix);
            }
        }
        captured
    }

    fn slice(
        &mut self,
        base: ValueId,
        from: Option<ValueId>,
        to: Option<ValueId>,
        id: ValueId,
    ) -> Value {
        let owner = self.value(base);
        let bound = |value: Option<Value>| match value.map(|it| it.constant) {
            None => Some(None),
            Some(Some(Constant::Integer(at))) => Some(Some(at)),
            Some(_) => None,
        };
        let from = from.map(|it| self.value(it));
        let to = to.map(|it| self.value(it));
        if let (Some(from), Some(to)) = (bound(from), bound(to)) {
            if let Some(text) = owner.as_text() {
                return Value::text(&texts::slice(text, from, to));
            }
            if let Some(shape) = self.state.shape(&owner)
                && shape.is_list
                && shape.rest.is_none()
            {
                let all: Vec<Value> = shape.items.iter().map(|(_, it)| it.clone()).collect();
                let range = texts::range(all.len(), from, to);
                return self.new_list(all[range].to_vec(), id);
            }
        }
        let taint = self.state.whole_taint(&owner);
        Value { taint, path: None, ..Value::default() }
    }

    fn joined(&mut self, parts: &[ValueId], is_text: bool, id: ValueId) -> Value {
        let values = self.all(parts);
        if let Some(sum) = texts::sum(&values, is_text) {
            return Value::constant(sum);
        }
        // Lists that are put together.
        if !is_text
            && values.iter().all(|it| self.state.shape(it).is_some_and(|shape| shape.is_list))
        {
            let list = self.new_list(Vec::new(), id);
            if let Some(object) = list.object {
                for value in &values {
                    self.extend_list(object, value);
                }
            }
            return list;
        }
        let mut taint = Taint::default();
        let mut quote = None;
        for part in &values {
            match part.as_text() {
                Some(text) => quote = texts::open_quote(text, quote),
                None => {
                    let own = self.state.whole_taint(part);
                    taint = taint.union(&if quote.is_some() { own.within_quotes() } else { own });
                }
            }
        }
        let taint = self.written(&taint);
        let is_markup = values.iter().any(|it| it.as_text().is_some_and(|it| it.contains('<')));
        let kind = if is_markup { StepKind::Markup } else { StepKind::Joined };
        let ways = if is_text {
            Ways::default()
        } else {
            self.folded(None, &values.iter().collect::<Vec<_>>(), id)
        };
        self.stepped(Value { ways, ..Value::tainted(taint) }, id, kind)
    }

    fn binary(
        &mut self,
        operator: FlowOperator,
        left: ValueId,
        right: ValueId,
        id: ValueId,
    ) -> Value {
        let (a, b) = (self.value(left), self.value(right));
        if let (Some(x), Some(y)) = (&a.constant, &b.constant)
            && let Some(found) = texts::operation(operator, x, y)
        {
            return Value::constant(found);
        }
        if matches!(operator, FlowOperator::In | FlowOperator::NotIn)
            && let Some(wanted) = &a.constant
            && let Some(shape) = self.state.shape(&b)
            && shape.rest.is_none()
            && shape.is_list
            && b.object.is_some()
        {
            let all: Option<Vec<bool>> = shape
                .items
                .iter()
                .map(|(_, item)| item.constant.as_ref().map(|it| it == wanted))
                .collect();
            if let Some(all) = all {
                let is_in = all.contains(&true);
                return Value::constant(Constant::Boolean(is_in == (operator == FlowOperator::In)));
            }
        }
        if operator.is_test() {
            return Value::default();
        }
        let ways = self.folded(Some(operator), &[&a, &b], id);
        let taint = self.state.whole_taint(&a).union(&self.state.whole_taint(&b));
        let taint = self.written(&taint);
        // `a % b` puts texts together, and so does `path / name`.
        if matches!(operator, FlowOperator::Modulo | FlowOperator::Divide) {
            let is_markup = a.as_text().is_some_and(|it| it.contains('<'));
            let is_quoted = a.as_text().is_some_and(|it| texts::has_quoted_place(it, '%'));
            let taint = if is_quoted { taint.within_quotes() } else { taint };
            let kind = if is_markup { StepKind::Markup } else { StepKind::Joined };
            let path = a.path.filter(|_| operator == FlowOperator::Divide);
            return Value { path, ways, ..self.stepped(Value::tainted(taint), id, kind) };
        }
        // Differences and products are numbers, but for a text that is repeated.
        if operator == FlowOperator::Subtract {
            return Value { ways, ..Value::default() };
        }
        Value { ways, ..Value::tainted(taint) }
    }

    /// What a chain gives by now: of `or`, the next only where those before it are not true.
    fn either(&self, before: Option<Value>, next: Value, is_all: bool) -> Value {
        let Some(before) = before else { return next };
        let ways = if is_all {
            before.joined_ways(&next)
        } else {
            self.or_default(&before, &next, Passed::True)
        };
        Value { ways, ..before.join(&next) }
    }

    /// `and` and `or`: one of the parts, each where those before it let it be.
    fn chained(&mut self, parts: &[ValueId], is_all: bool) -> Value {
        let vars = self.state.vars.clone();
        let mut found: Option<Value> = None;
        for (at, part) in parts.iter().enumerate() {
            let value = self.value(*part);
            let is_last = at + 1 == parts.len();
            match value.constant.as_ref().map(Constant::is_true) {
                // It goes on with the next for certain.
                Some(known) if known == is_all && !is_last => continue,
                // It ends here for certain.
                Some(known) if known != is_all => {
                    found = Some(self.either(found, value, is_all));
                    break;
                }
                _ => {}
            }
            // `x or None` is as true as `x` is: what it is in the end tells nothing more.
            let is_nothing = is_last
                && !is_all
                && found.is_some()
                && value.constant.as_ref().is_some_and(|it| !it.is_true());
            if is_nothing {
                break;
            }
            let is_given = is_last || !is_all;
            if is_given {
                found = Some(self.either(found, value, is_all));
            } else {
                // Where `a and b` gives `a`, that is nothing to anybody; but which of the two
                // it is, is not known.
                found =
                    Some(found.map_or_else(Value::default, |it| Value { constant: None, ..it }));
            }
            if !is_last {
                self.assume(*part, is_all);
            }
        }
        // What a test says of a variable holds within the chain alone.
        let written = self.state.vars.clone();
        for (at, (before, now)) in vars.iter().zip(&written).enumerate() {
            let is_refined = before.path == now.path
                && before.object == now.object
                && before.taint.atoms().len() == now.taint.atoms().len();
            if is_refined {
                self.state.vars[at] = before.clone();
            }
        }
        found.unwrap_or_default()
    }

    fn sequence(&mut self, parts: &[ValueId], id: ValueId) -> Value {
        let mut shape = Shape { is_list: true, ..Shape::default() };
        for part in parts {
            if let FlowValue::Spread(inner) = self.flow.value(*part) {
                let inner = self.value(*inner);
                let items = self.state.shape(&inner).cloned();
                match items {
                    Some(items) if items.is_list && items.rest.is_none() => {
                        for (_, item) in &items.items {
                            shape.push(item.clone());
                        }
                    }
                    _ => {
                        let taint = self.state.whole_taint(&inner);
                        shape.add_rest(&Value::tainted(taint));
                    }
                }
            } else {
                let value = self.value(*part);
                shape.push(value);
            }
        }
        self.new_shape(shape, id)
    }

    fn mapping(&mut self, items: &[(Option<ValueId>, ValueId)], id: ValueId) -> Value {
        let mut shape = Shape::default();
        for (key, value) in items {
            let found = self.value(*value);
            let Some(key) = key else {
                let within = self.state.shape(&found).cloned();
                match within {
                    Some(within) => {
                        for (key, item) in &within.items {
                            shape.set(key.clone(), item.clone());
                        }
                        if let Some(rest) = &within.rest {
                            shape.add_rest(rest);
                        }
                    }
                    None => shape.add_rest(&Value::tainted(found.taint.clone())),
                }
                continue;
            };
            let key = self.value(*key);
            match self.key_of(&key) {
                Some(key) => shape.set(key, found),
                None => {
                    let taint = found.taint.union(&key.taint);
                    shape.add_rest(&Value { taint, ..found });
                }
            }
        }
        self.new_shape(shape, id)
    }

    fn comprehension(
        &mut self,
        clauses: &[FlowClause],
        key: Option<ValueId>,
        value: ValueId,
        id: ValueId,
    ) -> Value {
        let before = (self.state.vars.clone(), self.state.written.clone());
        for clause in clauses {
            let iterable = self.value(clause.iterable);
            let item = self.element(&iterable, clause.iterable);
            self.assign(clause.target, item, None);
            for test in &clause.tests {
                self.value(*test);
                self.assume(*test, true);
            }
        }
        if let Some(key) = key {
            self.value(key);
        }
        let item = self.value(value);
        (self.state.vars, self.state.written) = before;
        let mut shape = Shape { is_list: key.is_none(), ..Shape::default() };
        shape.add_rest(&item);
        self.new_shape(shape, id)
    }
}
