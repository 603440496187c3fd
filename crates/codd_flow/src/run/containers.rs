//! Methods of lists, dictionaries, arrays and maps that are made here, and of stores by keys.

use std::rc::Rc;

use codd_facts::ValueId;

use super::Run;
use super::calls::{Call, Given};
use crate::value::{Constant, Key, ObjectId, Shape, Taint, Value};

impl Run<'_, '_> {
    /// Methods of lists, dictionaries, arrays and maps that are made here.
    pub(super) fn of_container(&mut self, call: &Call<'_>) -> Option<Value> {
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
        let object = owner.object.or(owner.path.map(ObjectId::At))?;
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

    /// `new Map()`, which holds what is put into it.
    pub(super) fn made_map(&mut self, value: Value, given: &[Given], at: ValueId) -> Value {
        let is_map = value.object.is_none()
            && value.thing.is_none()
            && value.path.is_some_and(|path| {
                matches!(&**self.engine.paths.text(path), "Map()" | "WeakMap()")
            });
        if !is_map {
            return value;
        }
        let mut shape = Shape::default();
        for entries in given {
            shape.add_rest(&Value::tainted(self.state.whole_taint(&entries.value)));
        }
        Value { ways: value.ways, ..self.new_shape(shape, at) }
    }

    /// `config.set(section, key, value)` and `config.get(section, key)`.
    pub(super) fn keyed(&mut self, call: &Call<'_>, keys: u32, is_set: bool) -> Option<Value> {
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
}
