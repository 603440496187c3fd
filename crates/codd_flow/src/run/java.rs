//! What Java's own library does with values: containers, builders of texts, beans.

use std::rc::Rc;

use super::Run;
use super::calls::Call;
use crate::value::{Constant, Key, ObjectId, Shape, Taint, Thing, Value};
use crate::ways::{Ways, What};

impl Run<'_, '_> {
    /// A call of something of the library whose result is known.
    pub(super) fn of_java(&mut self, call: &Call<'_>) -> Option<Value> {
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        if let Some(path) = path {
            let text = Rc::clone(self.engine.paths.text(path));
            if let Some(found) = self.java_function(&text, call) {
                return Some(found);
            }
        }
        let (base, owner) = call.receiver.as_ref()?;
        let method = call.method.as_deref()?;
        if owner.constant.is_some() {
            return None;
        }
        let is_builder = owner.path.is_some_and(|it| is_builder(self.engine.paths.text(it)));
        if matches!(method, "append" | "insert" | "prepend") && !call.given.is_empty() {
            let taint = self.taint_of(call.given);
            let object = match base {
                Some(base) => self.object_of(*base, owner, call.id),
                None => self.state.object(owner)?,
            };
            if !taint.is_empty() {
                self.state.shape_mut(object).add_rest(&Value::tainted(taint));
            }
            return Some(Value { object: Some(object), ..owner.clone() });
        }
        if is_builder {
            return None;
        }
        match self.state.shape(owner).cloned() {
            Some(shape) if shape.is_list => self.java_list(&shape, owner, method, call),
            Some(shape) if is_container(&shape, owner) => {
                self.java_map(&shape, owner, method, call)
            }
            shape => self.java_object(shape.as_ref(), owner, method, call),
        }
    }

    /// Functions that make containers, and constructors of them.
    fn java_function(&mut self, text: &str, call: &Call<'_>) -> Option<Value> {
        let first = call.given.first().map(|it| it.value.clone());
        let name = text.rsplit('.').next().unwrap_or(text);
        let is_util = text.starts_with("java.util.") || !text.contains('.');
        match text {
            "<array>" => return Some(self.new_list(Vec::new(), call.id)),
            "java.util.List.of"
            | "java.util.Set.of"
            | "java.util.Arrays.asList"
            | "java.util.stream.Stream.of"
            | "java.util.Collections.singletonList"
            | "java.util.Collections.singleton"
            | "com.google.common.collect.ImmutableList.of"
            | "com.google.common.collect.ImmutableSet.of" => {
                if let [one] = call.given
                    && self.state.shape(&one.value).is_some_and(|it| it.is_list)
                {
                    return Some(one.value.clone());
                }
                let items = call.given.iter().map(|it| it.value.clone()).collect();
                return Some(self.new_list(items, call.id));
            }
            "java.util.Map.of" | "com.google.common.collect.ImmutableMap.of" => {
                let mut shape = Shape::default();
                for pair in call.given.chunks(2) {
                    let [key, value] = pair else { continue };
                    match self.key_of(&key.value) {
                        Some(key) => shape.set(key, value.value.clone()),
                        None => shape.add_rest(&value.value),
                    }
                }
                return Some(self.new_shape(shape, call.id));
            }
            "java.util.Objects.requireNonNull"
            | "java.util.Collections.unmodifiableList"
            | "java.util.Collections.unmodifiableSet"
            | "java.util.Collections.unmodifiableMap"
            | "java.util.Collections.synchronizedList"
            | "java.util.Collections.synchronizedMap"
            | "java.util.List.copyOf"
            | "java.util.Set.copyOf"
            | "java.util.Map.copyOf" => return first,
            "java.lang.String.valueOf" | "java.lang.String" => {
                return first.filter(|it| it.as_text().is_some());
            }
            "java.util.regex.Pattern.compile" => {
                let made = self.further(&call.callee, crate::paths::Segment::Called, call.id);
                let mut shape = Shape::default();
                shape.set(
                    Key::Named("=pattern".into()),
                    Value { taint: Taint::default(), ..first? },
                );
                let object = self.new_shape(shape, call.id).object;
                return Some(Value { object, ..made });
            }
            _ => {}
        }
        if !is_util || call.receiver.is_some() && call.method.as_deref() != Some(name) {
            return None;
        }
        let is_list = matches!(
            name,
            "ArrayList"
                | "LinkedList"
                | "Vector"
                | "Stack"
                | "ArrayDeque"
                | "HashSet"
                | "LinkedHashSet"
                | "TreeSet"
                | "PriorityQueue"
                | "CopyOnWriteArrayList"
        );
        let is_map = matches!(
            name,
            "HashMap"
                | "LinkedHashMap"
                | "TreeMap"
                | "Hashtable"
                | "ConcurrentHashMap"
                | "WeakHashMap"
                | "Properties"
        );
        if !is_list && !is_map {
            return None;
        }
        let others = first.map(|it| (self.state.shape(&it).cloned(), it));
        let shape = match others {
            Some((Some(shape), _)) => (*shape).clone(),
            Some((None, value)) => {
                let mut shape = Shape { is_list, ..Shape::default() };
                if !value.taint.is_empty() {
                    shape.add_rest(&Value::tainted(value.taint));
                }
                shape
            }
            None => Shape { is_list, ..Shape::default() },
        };
        Some(self.new_shape(Shape { is_list, ..shape }, call.id))
    }

    fn java_list(
        &mut self,
        shape: &Rc<Shape>,
        owner: &Value,
        method: &str,
        call: &Call<'_>,
    ) -> Option<Value> {
        let object = self.state.object(owner)?;
        let first = call.given.first().map(|it| &it.value);
        let at = match first.and_then(|it| it.constant.as_ref()) {
            Some(Constant::Integer(at)) => Some(*at),
            _ => None,
        };
        let take = |run: &mut Self, at: i64| {
            let taken = run.state.shape_mut(object).take(at);
            Some(taken.or_else(|| shape.any()).unwrap_or_default())
        };
        match (method, call.given) {
            ("add" | "addLast" | "addElement" | "offer" | "offerLast" | "push", [value]) => {
                let value = value.value.clone();
                self.state.shape_mut(object).push(value);
                Some(Value::default())
            }
            ("addFirst" | "offerFirst", [value]) => {
                self.put_in(object, shape, Some(0), &value.value.clone());
                Some(Value::default())
            }
            ("add" | "insertElementAt", [_, value]) => {
                self.put_in(object, shape, at, &value.value.clone());
                Some(Value::default())
            }
            ("set", [_, value]) => {
                let value = value.value.clone();
                match at {
                    Some(at) => self.state.shape_mut(object).set(Key::At(at), value),
                    None => self.state.shape_mut(object).add_rest(&value),
                }
                Some(Value::default())
            }
            ("addAll", [.., added]) => {
                self.extend_list(object, &added.value.clone());
                Some(Value::default())
            }
            ("remove", [_]) => match at {
                Some(at) => take(self, at),
                None => Some(Value::default()),
            },
            ("remove" | "poll" | "pollFirst" | "removeFirst", []) => take(self, 0),
            ("pop" | "pollLast" | "removeLast", []) => take(self, -1),
            ("get" | "elementAt", [_]) => {
                let key = at.map(Key::At);
                if key.is_none() {
                    return Some(self.element(owner, call.id));
                }
                Some(self.read(owner, key.as_ref(), call.id))
            }
            ("peek" | "firstElement" | "getFirst" | "element" | "peekFirst", []) => {
                let at = if method == "peek" { -1 } else { 0 };
                Some(self.read(owner, Some(&Key::At(at)), call.id))
            }
            ("lastElement" | "getLast" | "peekLast", []) => {
                Some(self.read(owner, Some(&Key::At(-1)), call.id))
            }
            ("size", []) if shape.rest.is_none() => {
                let count = i64::try_from(shape.items.len()).unwrap_or(i64::MAX);
                Some(Value::constant(Constant::Integer(count)))
            }
            (
                "iterator" | "stream" | "listIterator" | "elements" | "toArray" | "parallelStream"
                | "subList" | "clone",
                _,
            ) => Some(owner.clone()),
            ("next" | "nextElement" | "previous", []) => Some(self.element(owner, call.id)),
            ("clear", []) => {
                let empty = Shape { is_list: true, ..Shape::default() };
                self.state.heap.insert(object, Rc::new(empty));
                Some(Value::default())
            }
            _ => None,
        }
    }

    /// Puts an item into a list at a place; behind it the others move up.
    pub(super) fn put_in(
        &mut self,
        object: ObjectId,
        shape: &Rc<Shape>,
        at: Option<i64>,
        value: &Value,
    ) {
        let at = at.and_then(|it| usize::try_from(it).ok()).filter(|it| *it <= shape.items.len());
        let Some(at) = at.filter(|_| shape.rest.is_none()) else {
            self.state.shape_mut(object).add_rest(value);
            return;
        };
        let mut all: Vec<Value> = shape.items.iter().map(|(_, it)| it.clone()).collect();
        all.insert(at, value.clone());
        let list = Shape { is_whole: shape.is_whole, ..Shape::list(all) };
        self.state.heap.insert(object, Rc::new(list));
    }

    fn java_map(
        &mut self,
        shape: &Rc<Shape>,
        owner: &Value,
        method: &str,
        call: &Call<'_>,
    ) -> Option<Value> {
        let object = self.state.object(owner)?;
        match (method, call.given) {
            ("put" | "putIfAbsent" | "replace" | "setProperty", [key, value]) => {
                let value = value.value.clone();
                let key = self.key_of(&key.value);
                let shape = self.state.shape_mut(object);
                match key {
                    Some(key) => shape.set(key, value),
                    None => shape.add_rest(&value),
                }
                Some(Value::default())
            }
            ("putAll", [added]) => {
                let taint = added.value.taint.clone();
                let added = self.state.shape(&added.value).cloned();
                let shape = self.state.shape_mut(object);
                for (key, item) in added.iter().flat_map(|it| &it.items) {
                    shape.set(key.clone(), item.clone());
                }
                if let Some(rest) = added.as_ref().and_then(|it| it.rest.as_ref()) {
                    shape.add_rest(rest);
                }
                if !taint.is_empty() {
                    shape.add_rest(&Value::tainted(taint));
                }
                Some(Value::default())
            }
            ("get" | "remove" | "getProperty", [key]) => {
                let key = self.key_of(&key.value);
                Some(self.read(owner, key.as_ref(), call.id))
            }
            ("getOrDefault" | "getProperty", [key, default]) => {
                let default = default.value.clone();
                let key = self.key_of(&key.value);
                let found = self.read(owner, key.as_ref(), call.id);
                let is_there = key.is_some_and(|key| shape.get(&key).is_some());
                Some(if is_there { found } else { found.join(&default) })
            }
            ("values" | "entrySet" | "elements", []) => {
                let mut list = Shape { is_list: true, ..Shape::default() };
                if let Some(any) = shape.any() {
                    list.add_rest(&any);
                }
                Some(self.new_shape(list, call.id))
            }
            ("keySet" | "keys", []) if shape.rest.is_none() => {
                Some(self.new_list(Vec::new(), call.id))
            }
            ("clear", []) => {
                self.state.heap.insert(object, Rc::new(Shape::default()));
                Some(Value::default())
            }
            _ => None,
        }
    }

    /// A method of something that is no container of ours: it may be one of a caller's, or an
    /// object whose parts are set and read by their names.
    fn java_object(
        &mut self,
        shape: Option<&Rc<Shape>>,
        owner: &Value,
        method: &str,
        call: &Call<'_>,
    ) -> Option<Value> {
        let base = call.receiver.as_ref().and_then(|(base, _)| *base);
        let is_outside = owner.path.is_some_and(|it| !self.engine.paths.is_symbolic(it));
        let is_ours = matches!(owner.thing.as_deref(), Some(Thing::Instance(_)));
        let is_made = owner.object.is_some_and(|it| matches!(it, ObjectId::Made(_)));
        match (method, call.given) {
            ("next" | "nextElement", []) => return Some(self.element(owner, call.id)),
            ("put" | "putIfAbsent" | "setProperty", [key, value]) if !is_outside => {
                let (key, value) = (self.key_of(&key.value), value.value.clone());
                let object = self.object_of(base?, owner, call.id);
                let shape = self.state.shape_mut(object);
                match key {
                    Some(key) => shape.set(key, value),
                    None => shape.add_rest(&value),
                }
                return Some(Value::default());
            }
            ("add" | "push" | "offer" | "addAll" | "putAll" | "write", [value]) if !is_outside => {
                let taint = self.state.whole_taint(&value.value);
                if !taint.is_empty() {
                    let object = self.object_of(base?, owner, call.id);
                    self.state.shape_mut(object).add_rest(&Value::tainted(taint));
                }
                return Some(Value::default());
            }
            ("get", [key]) if !is_outside && !is_ours => {
                if let Some(key @ Key::Named(_)) = self.key_of(&key.value) {
                    return Some(self.read(owner, Some(&key), call.id));
                }
            }
            _ => {}
        }
        // Setters and getters that nobody has written: a tool makes them.
        if !(is_ours || !is_outside || is_made) {
            return None;
        }
        let part = |prefix: &str| {
            let rest = method.strip_prefix(prefix)?;
            let first = rest.chars().next().filter(|it| it.is_uppercase())?;
            Some(format!("{}{}", first.to_lowercase(), &rest[first.len_utf8()..]))
        };
        match (part("set"), call.given) {
            (Some(name), [value]) => {
                let value = value.value.clone();
                let taint = self.state.whole_taint(&value);
                if is_outside && taint.is_empty() && value.constant.is_none() {
                    return None;
                }
                let object = self.object_of(base?, owner, call.id);
                self.state.shape_mut(object).set(Key::Named(name.as_str().into()), value);
                Some(Value::default())
            }
            _ => {
                let name = part("get").or_else(|| part("is")).filter(|_| call.given.is_empty())?;
                let key = Key::Named(name.as_str().into());
                shape?.get(&key).cloned()
            }
        }
    }
}

/// Types of the library that are known here, and not by a model.
pub(super) fn is_of_library(path: &str) -> bool {
    matches!(
        path,
        "java.util.Arrays"
            | "java.util.Collections"
            | "java.util.List"
            | "java.util.Map"
            | "java.util.Objects"
            | "java.util.Set"
            | "java.util.regex.Pattern"
            | "java.util.stream.Stream"
            | "java.lang.String"
    )
}

/// What texts are put together in.
fn is_builder(path: &str) -> bool {
    matches!(
        path.strip_suffix("()").and_then(|it| it.rsplit('.').next()),
        Some("StringBuilder" | "StringBuffer" | "StringJoiner" | "StringWriter")
    )
}

pub(super) fn is_container(shape: &Shape, owner: &Value) -> bool {
    let is_it = |ways: &Ways| matches!(ways.all(), [way] if way.what == What::Container);
    shape.is_whole || is_it(&owner.ways) && owner.thing.is_none()
}
