//! Containers and objects: what is read of a value, what is put into it.

use std::rc::Rc;

use codd_facts::{FlowValue, ValueId};

use super::Run;
use super::calls::MAX_DEPTH;
use crate::classes::Mask;
use crate::paths::Segment;
use crate::program::{Family, FnIx};
use crate::state::MAX_NESTING;
use crate::value::{
    Author, Constant, Frozen, FrozenShape, Key, ObjectId, Shape, Taint, Thing, Value,
};
use crate::ways::{Ways, What};

/// Items of one value that are kept apart outside of its state.
const MAX_FROZEN: u32 = 200;

/// Levels of [`MAX_DEPTH`] that a property takes, which are run for each value they may have.
const PROPERTY: u32 = 100;

impl Run<'_, '_> {
    /// The key that a value is, where it is a constant.
    pub(super) fn key_of(&self, value: &Value) -> Option<Key> {
        match value.constant.as_ref()? {
            Constant::Text(text) => Some(Key::Named(Rc::clone(text))),
            Constant::Integer(at) => Some(Key::At(*at)),
            _ => None,
        }
    }

    /// The item or attribute of a value under a key; any item where no key is known.
    pub(super) fn read_one(&mut self, value: &Value, key: Option<&Key>, at: ValueId) -> Value {
        let mut rest = None;
        let mut is_whole = false;
        if let Some(shape) = self.state.shape(value) {
            match key {
                Some(key) => {
                    if let Some(item) = shape.get(key) {
                        let item = item.clone();
                        return self.read_item(item, value, at);
                    }
                    rest.clone_from(&shape.rest);
                }
                None => rest = shape.any(),
            }
            // All that is in it is known: what is made here, and not given from outside.
            is_whole = value.object.is_some_and(|it| matches!(it, ObjectId::Made(_)))
                && value.thing.is_none()
                && value.path.is_none();
        }
        if let (Some(thing), Some(Key::Named(name))) = (&value.thing, key)
            && let Some(found) = self.of_thing(&Rc::clone(thing), value, name, at)
        {
            if let (Some(key), Thing::Instance(_), true) = (key, &**thing, self.is_typed()) {
                let found = self.field_of(found, value, key, at);
                let is_code = matches!(
                    found.thing.as_deref(),
                    Some(Thing::Method { .. } | Thing::Function { .. })
                );
                return match rest {
                    Some(rest) if !is_code => {
                        Value { taint: found.taint.union(&rest.taint), ..found }
                    }
                    _ => found,
                };
            }
            return self.or_set_before(found, value, name, at);
        }
        if is_whole {
            return rest.map_or_else(
                || Value::tainted(value.taint.opened()),
                |it| Value { taint: it.taint.union(&value.taint.opened()), ..it },
            );
        }
        let segment = match key {
            Some(Key::Named(name)) => Segment::Attribute(Rc::clone(name)),
            _ => Segment::Item,
        };
        let found = self.further(value, segment, at);
        match rest {
            Some(rest) => rest.join(&found),
            None => found,
        }
    }

    /// What a class gives an attribute, or what whoever has made the object has set there since.
    fn or_set_before(&mut self, found: Value, owner: &Value, name: &str, at: ValueId) -> Value {
        let is_code = matches!(
            found.thing.as_deref(),
            Some(Thing::Method { .. } | Thing::Function { .. } | Thing::Class(_))
        );
        let is_given = owner.path.is_some_and(|it| self.engine.paths.is_symbolic(it));
        let is_object = matches!(owner.thing.as_deref(), Some(Thing::Instance(_)));
        if is_code || !is_given || !is_object {
            return found;
        }
        let set = self.further(owner, Segment::Attribute(name.into()), at);
        let taint = found.taint.union(&set.taint);
        Value { taint, constant: None, path: found.path.or(set.path), ..found }
    }

    /// A value one step further on its path: what it is part of says who wrote it.
    pub(super) fn further(&mut self, value: &Value, segment: Segment, at: ValueId) -> Value {
        let Some(path) = value.path else { return Value::tainted(value.taint.opened()) };
        let models = &self.engine.models;
        let Some(next) = self.engine.paths.extend(path, segment, models) else {
            return Value::tainted(value.taint.opened());
        };
        let place = self.read_at.unwrap_or_else(|| self.place(at));
        let mut taint = value.taint.clone();
        if self.engine.paths.is_symbolic(next) {
            let trails = &mut self.engine.trails;
            taint = taint.map(|mut atom| {
                atom.safe = atom.safe.opened();
                if atom.author == Author::Path(path) {
                    atom.author = Author::Path(next);
                    atom.safe = Mask(atom.safe.0 & !Mask::WRITTEN.0).or(Mask::INTACT);
                    atom.trail = trails.start(place);
                }
                atom
            });
        } else {
            taint = taint.opened();
            if let Some((own, known)) = self.engine.paths.source(next).cloned() {
                let mut atom = self.engine.source(place, &known);
                if own == next && self.engine.paths.source(path).is_some() {
                    // What is said of a part counts, and not what is said of the whole.
                    taint = Taint::of(atom);
                } else if own == next {
                    taint = taint.union(&Taint::of(atom));
                } else if value.taint.is_empty() {
                    atom.safe = atom.safe.opened();
                    taint = Taint::of(atom);
                }
            }
        }
        if let Some(set) = self.engine.set_at_path(next) {
            taint = taint.union(set);
        }
        let ways = self.further_ways(value, path, next);
        Value { taint, path: Some(next), ways, ..Value::default() }
    }

    /// An attribute of something of the project's own.
    fn of_thing(
        &mut self,
        thing: &Rc<Thing>,
        value: &Value,
        name: &str,
        at: ValueId,
    ) -> Option<Value> {
        match &**thing {
            Thing::Module(file) => Some(self.of_module(*file, name, at)),
            Thing::Package(folder) if self.family() == Family::Go => {
                Some(self.of_package(folder, name, at).unwrap_or_default())
            }
            Thing::Package(package) => {
                let module = format!("{package}.{name}");
                Some(match self.engine.program.module(self.file, &module, 0, None) {
                    Some(file) => Value::thing(Thing::Module(file)),
                    None => Value::thing(Thing::Package(module.into())),
                })
            }
            Thing::Instance(class) => self.of_class(*class, Some(value), name, at),
            Thing::Class(class) if self.is_ruby() => self.of_ruby_class(*class, value, name, at),
            Thing::Class(class) => self.of_class(*class, None, name, at),
            Thing::Super { class, receiver } => {
                let bases = self.engine.bases(*class);
                let own = bases.own.clone();
                own.into_iter().find_map(|base| self.of_class(base, Some(receiver), name, at))
            }
            Thing::Function { .. } | Thing::Method { .. } => None,
        }
    }

    /// An item of an object; of one that is computed, what it gives: `{get name() {…}}`.
    fn read_item(&mut self, item: Value, owner: &Value, at: ValueId) -> Value {
        match item.thing.as_deref() {
            Some(Thing::Function { function, .. })
                if !self.is_typed() && self.engine.program.body(*function).is_property =>
            {
                self.property(*function, owner, at)
            }
            _ => item,
        }
    }

    /// What a property gives. Properties that read one another need not come to an end.
    fn property(&mut self, getter: FnIx, receiver: &Value, at: ValueId) -> Value {
        if self.engine.nesting > MAX_DEPTH - PROPERTY {
            return Value::tainted(self.state.whole_taint(receiver));
        }
        self.engine.nesting += PROPERTY;
        let value = self.call_function(getter, Some(receiver.clone()), &[], &[], at);
        self.engine.nesting -= PROPERTY;
        value
    }

    pub(super) fn of_class(
        &mut self,
        class: FnIx,
        receiver: Option<&Value>,
        name: &str,
        at: ValueId,
    ) -> Option<Value> {
        if let Some(method) = self.engine.method(class, name) {
            let body = self.engine.program.body(method);
            let is_static = body.is_static;
            return Some(match receiver {
                Some(receiver) if body.is_property => self.property(method, receiver, at),
                Some(receiver) if !is_static || self.is_ruby() => Value::thing(Thing::Method {
                    function: method,
                    receiver: Box::new(receiver.clone()),
                }),
                _ => Value::thing(Thing::Function { function: method, captured: Rc::from([]) }),
            });
        }
        let is_typed = self.is_typed();
        let found = self.engine.in_class(class, |engine, at| {
            if is_typed {
                engine.ensure_class(at);
            }
            engine.attribute(at, name)
        })?;
        let mut found = self.thaw(&found, at);
        if self.is_ruby()
            && let Some(receiver) = receiver
        {
            // Another method may have set it, or whoever calls this one.
            let own = self.further(receiver, Segment::Attribute(name.into()), at);
            found = Value { path: own.path, taint: found.taint.union(&own.taint), ..found };
        }
        let is_any =
            receiver.and_then(|it| it.path).is_some_and(|path| self.engine.paths.is_symbolic(path));
        if is_any && !is_typed {
            // Whoever is called here may be of a class below, which says something else.
            for below in self.engine.below(class) {
                if let Some(own) = self.engine.attribute(below, name) {
                    let own = self.thaw(&own, at);
                    found = found.join(&own);
                }
            }
        }
        Some(found)
    }

    pub(super) fn of_module(&mut self, file: u32, name: &str, at: ValueId) -> Value {
        let is_python = self.engine.program.files[file as usize].facts.language == "python";
        if is_python {
            if let Some(found) = self.engine.global(file, name) {
                return self.thaw(&found, at);
            }
            let path = self.engine.program.files[file as usize].path.as_str();
            if path.ends_with("__init__.py")
                && let Some(inner) = self.engine.program.module(file, "", 1, Some(name))
            {
                return Value::thing(Thing::Module(inner));
            }
            return Value::default();
        }
        let Some(exports) = self.engine.global(file, "exports") else { return Value::default() };
        if name == "*" {
            return self.thaw(&exports, at);
        }
        let item = exports.shape.as_ref().and_then(|shape| {
            let key = Key::Named(name.into());
            shape.items.iter().find(|(own, _)| *own == key).map(|(_, item)| item.clone())
        });
        match item {
            Some(item) => self.thaw(&item, at),
            // `import x from` what sets all of `module.exports`.
            None if name == "default" => self.thaw(&exports, at),
            None => {
                let whole = self.thaw(&exports, at);
                if whole.thing.is_none() && whole.path.is_none() {
                    return Value::default();
                }
                self.read(&whole, Some(&Key::Named(name.into())), at)
            }
        }
    }

    /// Puts a value into another, which `base` names.
    pub(super) fn store(
        &mut self,
        base: ValueId,
        owner: &Value,
        key: Option<Key>,
        value: Value,
        at: ValueId,
    ) {
        self.note_stored_under(owner, key.as_ref(), &value, at);
        self.note_global_store(base, owner, key.as_ref(), &value);
        let object = self.object_of(base, owner, at);
        let shape = self.state.shape_mut(object);
        match key {
            Some(key) => shape.set(key, value),
            None => shape.add_rest(&value),
        }
    }

    /// The object that a value is; one is made where there is none, and the variable holds it.
    pub(super) fn object_of(&mut self, base: ValueId, owner: &Value, at: ValueId) -> ObjectId {
        if let Some(object) = self.state.object(owner) {
            return object;
        }
        let object = self.new_object(at);
        if let FlowValue::Name(name) = self.flow.value(base)
            && let Some(slot) = self.slot(*name)
        {
            self.state.vars[slot].object = Some(object);
        }
        object
    }

    pub(super) fn extend_list(&mut self, object: ObjectId, added: &Value) {
        let items = self.state.shape(added).cloned();
        let taint = added.taint.clone();
        let shape = self.state.shape_mut(object);
        match items {
            Some(items) if items.rest.is_none() && items.is_list => {
                for (_, item) in &items.items {
                    shape.push(item.clone());
                }
            }
            Some(items) => {
                if let Some(any) = items.any() {
                    shape.add_rest(&any);
                }
            }
            None => shape.add_rest(&Value::tainted(taint)),
        }
    }

    pub(super) fn new_list(&mut self, items: Vec<Value>, at: ValueId) -> Value {
        self.new_shape(Shape::list(items), at)
    }

    pub(super) fn new_shape(&mut self, shape: Shape, at: ValueId) -> Value {
        let object = self.new_object(at);
        self.state.heap.insert(object, Rc::new(Shape { is_whole: true, ..shape }));
        let ways = Ways::one(What::Container, Some(self.place(at)));
        Value { object: Some(object), ways, ..Value::default() }
    }

    /// The value with all that is in it, apart from this state.
    pub(super) fn freeze(&self, value: &Value) -> Frozen {
        let mut left = MAX_FROZEN;
        self.frozen_within(value, 0, &mut left)
    }

    fn frozen_within(&self, value: &Value, depth: u32, left: &mut u32) -> Frozen {
        let mut own = value.clone();
        own.object = None;
        own.ways = own.ways.without_objects();
        let Some(shape) = self.state.shape(value) else {
            return Frozen { value: own, shape: None };
        };
        let size = shape.items.len() as u32 + 1;
        if depth >= MAX_NESTING || *left < size {
            own.taint = self.state.whole_taint(value);
            return Frozen { value: own, shape: None };
        }
        *left -= size;
        let items = shape.items.iter();
        let items = items
            .map(|(key, item)| (key.clone(), self.frozen_within(item, depth + 1, left)))
            .collect();
        let rest = shape.rest.as_ref().map(|item| self.frozen_within(item, depth + 1, left));
        let (is_list, is_whole) = (shape.is_list, shape.is_whole);
        let shape = FrozenShape { is_list, is_whole, items, rest };
        Frozen { value: own, shape: Some(Rc::new(shape)) }
    }

    /// A value of another place in this state: its containers are made anew.
    pub(super) fn thaw(&mut self, frozen: &Frozen, at: ValueId) -> Value {
        let mut value = frozen.value.clone();
        if let Some(shape) = &frozen.shape {
            let (is_list, is_whole) = (shape.is_list, shape.is_whole);
            let mut own = Shape { is_list, is_whole, ..Shape::default() };
            let object = self.new_object(at);
            for (key, item) in &shape.items {
                let item = self.thaw(item, at);
                own.items.push((key.clone(), item));
            }
            own.rest = shape.rest.as_ref().map(|item| self.thaw(item, at));
            self.state.heap.insert(object, Rc::new(own));
            value.object = Some(object);
        }
        value
    }
}
