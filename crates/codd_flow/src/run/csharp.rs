//! What .NET's own library does with values, and what C# runs without a call: containers,
//! builders of texts, properties and indexers that are set.

use std::rc::Rc;

use codd_facts::{FlowParameterKind, ValueId};

use super::Run;
use super::calls::{Call, Given};
use super::java::is_container;
use super::typed::is_no_text;
use crate::paths::Segment;
use crate::program::Family;
use crate::value::{Constant, Key, Shape, Taint, Thing, Value};

impl Run<'_, '_> {
    /// A call of something of the library whose result is known.
    pub(super) fn of_csharp(&mut self, call: &Call<'_>) -> Option<Value> {
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        if let Some(path) = path {
            let text = Rc::clone(self.engine.paths.text(path));
            if let Some(found) = self.csharp_function(&text, call) {
                return Some(found);
            }
        }
        let (base, owner) = call.receiver.as_ref()?;
        let method = call.method.as_deref()?;
        if let Some(text) = owner.as_text() {
            return self.csharp_text(text, method, call);
        }
        let is_builder = owner.path.is_some_and(|it| is_builder(self.engine.paths.text(it)));
        if is_builder && (method.starts_with("Append") || method == "Insert") {
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
        if matches!(method, "Select" | "ConvertAll")
            && let Some(found) = self.selected_of(owner, call)
        {
            return Some(found);
        }
        match self.state.shape(owner).cloned() {
            Some(shape) if shape.is_list => self.csharp_list(&shape, owner, method, call),
            Some(shape) if is_container(&shape, owner) => {
                self.csharp_map(&shape, owner, method, call)
            }
            _ => self.csharp_object(owner, method, call),
        }
    }

    /// Functions that make containers, and constructors of them.
    fn csharp_function(&mut self, text: &str, call: &Call<'_>) -> Option<Value> {
        let first = call.given.first().map(|it| it.value.clone());
        match text {
            "<array>" => return Some(self.new_list(Vec::new(), call.id)),
            "System.Text.RegularExpressions.Regex" => {
                let made = self.further(&call.callee, Segment::Called, call.id);
                let mut shape = Shape::default();
                let pattern = Value { taint: Taint::default(), ..first? };
                shape.set(Key::Named("=pattern".into()), pattern);
                if call.given.get(1).is_some_and(|it| !self.keeps_line_ends(&it.value)) {
                    let value = Value::constant(Constant::Boolean(true));
                    shape.set(Key::Named("=of lines".into()), value);
                }
                let object = self.new_shape(shape, call.id).object;
                return Some(Value { object, ..made });
            }
            _ => {}
        }
        let name = text.strip_prefix("System.Collections.")?;
        let name = name.rsplit('.').next().unwrap_or(name);
        let is_list = LISTS.contains(&name);
        if !is_list && !MAPS.contains(&name) {
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

    /// Whether options of a regular expression say nothing of lines.
    pub(super) fn keeps_line_ends(&self, options: &Value) -> bool {
        let path = options.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let Some(path) = path else { return false };
        let text = self.engine.paths.text(path);
        let name = text.rsplit('.').next().unwrap_or(text);
        matches!(name, "Compiled" | "CultureInvariant" | "ExplicitCapture" | "IgnoreCase" | "None")
    }

    /// What a method of a constant text gives.
    fn csharp_text(&self, text: &str, method: &str, call: &Call<'_>) -> Option<Value> {
        let argument = |at: usize| call.given.get(at).and_then(|it| it.value.as_text());
        let made = |text: String| Some(Value::text(&text));
        match (method, call.given.len()) {
            ("ToLower" | "ToLowerInvariant", 0) => made(text.to_lowercase()),
            ("ToUpper" | "ToUpperInvariant", 0) => made(text.to_uppercase()),
            ("Trim", 0) => made(text.trim().to_owned()),
            ("ToString", 0) => made(text.to_owned()),
            ("Contains", 1) => {
                Some(Value::constant(Constant::Boolean(text.contains(argument(0)?))))
            }
            ("StartsWith", 1) => {
                Some(Value::constant(Constant::Boolean(text.starts_with(argument(0)?))))
            }
            ("Equals", 1) => Some(Value::constant(Constant::Boolean(text == argument(0)?))),
            _ => None,
        }
    }

    /// `items.Select(f)`: what `f` gives for each.
    fn selected_of(&mut self, owner: &Value, call: &Call<'_>) -> Option<Value> {
        let [given] = call.given else { return None };
        let thing = given.value.thing.clone()?;
        if !matches!(&*thing, Thing::Function { .. } | Thing::Method { .. }) {
            return None;
        }
        let item = self.element(owner, call.id);
        let item = [Given { name: None, value: item, is_spread: false, id: None }];
        let inner = Call {
            id: call.id,
            place: call.place,
            callee: given.value.clone(),
            receiver: None,
            method: None,
            of_attribute: None,
            given: &item,
        };
        let found = self.invoke(&inner);
        let mut shape = Shape { is_list: true, ..Shape::default() };
        shape.add_rest(&found);
        Some(self.new_shape(shape, call.id))
    }

    fn csharp_list(
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
        match (method, call.given) {
            ("Add" | "AddLast" | "Push" | "Enqueue" | "TryAdd", [value]) => {
                let value = value.value.clone();
                self.state.shape_mut(object).push(value);
                Some(Value::default())
            }
            ("AddFirst", [value]) => {
                self.put_in(object, shape, Some(0), &value.value.clone());
                Some(Value::default())
            }
            ("Insert", [_, value]) => {
                self.put_in(object, shape, at, &value.value.clone());
                Some(Value::default())
            }
            ("AddRange" | "UnionWith", [added]) => {
                self.extend_list(object, &added.value.clone());
                Some(Value::default())
            }
            ("RemoveAt", [_]) => {
                if let Some(at) = at {
                    self.state.shape_mut(object).take(at);
                }
                Some(Value::default())
            }
            ("Pop" | "Dequeue", []) => {
                let at = if method == "Pop" { -1 } else { 0 };
                let taken = self.state.shape_mut(object).take(at);
                Some(taken.or_else(|| shape.any()).unwrap_or_default())
            }
            ("Peek", []) => Some(self.element(owner, call.id)),
            ("First" | "FirstOrDefault" | "Single" | "SingleOrDefault", []) => {
                Some(self.read(owner, Some(&Key::At(0)), call.id))
            }
            ("Last" | "LastOrDefault", []) => Some(self.read(owner, Some(&Key::At(-1)), call.id)),
            ("ElementAt" | "ElementAtOrDefault", [_]) => match at.map(Key::At) {
                Some(key) => Some(self.read(owner, Some(&key), call.id)),
                None => Some(self.element(owner, call.id)),
            },
            (
                "ToArray" | "ToList" | "AsEnumerable" | "AsReadOnly" | "ToHashSet" | "AsSpan"
                | "ToImmutableList" | "ToImmutableArray" | "ToImmutableHashSet" | "ToFrozenSet",
                _,
            ) => Some(owner.clone()),
            ("Clear", []) => {
                let empty = Shape { is_list: true, ..Shape::default() };
                self.state.heap.insert(object, Rc::new(empty));
                Some(Value::default())
            }
            _ => None,
        }
    }

    fn csharp_map(
        &mut self,
        shape: &Rc<Shape>,
        owner: &Value,
        method: &str,
        call: &Call<'_>,
    ) -> Option<Value> {
        let object = self.state.object(owner)?;
        match (method, call.given) {
            ("Add" | "TryAdd", [key, value]) => {
                let value = value.value.clone();
                let key = self.key_of(&key.value);
                let shape = self.state.shape_mut(object);
                match key {
                    Some(key) => shape.set(key, value),
                    None => shape.add_rest(&value),
                }
                Some(Value::default())
            }
            ("GetValueOrDefault", [key, rest @ ..]) => {
                let default = rest.first().map(|it| it.value.clone());
                let key = self.key_of(&key.value);
                let found = self.read(owner, key.as_ref(), call.id);
                let is_there = key.is_some_and(|key| shape.get(&key).is_some());
                Some(match default {
                    Some(default) if !is_there => found.join(&default),
                    _ => found,
                })
            }
            ("Clear", []) => {
                self.state.heap.insert(object, Rc::new(Shape::default()));
                Some(Value::default())
            }
            _ => None,
        }
    }

    /// A method of something that is no container of ours: whatever it is, it holds what is put
    /// into it.
    fn csharp_object(&mut self, owner: &Value, method: &str, call: &Call<'_>) -> Option<Value> {
        let base = call.receiver.as_ref().and_then(|(base, _)| *base);
        let is_outside = owner.path.is_some_and(|it| !self.engine.paths.is_symbolic(it));
        let is_put = matches!(
            method,
            "Add" | "AddRange" | "Append" | "Enqueue" | "Insert" | "Push" | "TryAdd"
        );
        if !is_put || is_outside || call.given.is_empty() {
            return None;
        }
        let taint = self.taint_of(call.given);
        if !taint.is_empty() {
            let object = self.object_of(base?, owner, call.id);
            self.state.shape_mut(object).add_rest(&Value::tainted(taint));
        }
        Some(Value::default())
    }

    /// Whether a value is known to be no text.
    pub(super) fn is_number(&mut self, value: &Value) -> bool {
        if let Some(Thing::Instance(class)) = value.thing.as_deref() {
            return self.engine.is_enumeration(*class);
        }
        value.path.filter(|it| !self.engine.paths.is_symbolic(*it)).is_some_and(|path| {
            self.engine.paths.text(path).strip_suffix("()").is_some_and(is_no_text)
        })
    }

    /// A method that the project adds to a type of which it is no member, where there is one of
    /// that name alone.
    pub(super) fn added_method(&mut self, call: &Call<'_>) -> Option<Thing> {
        if self.family() != Family::CSharp {
            return None;
        }
        let (_, receiver) = call.receiver.as_ref()?;
        let method = call.method.as_deref()?;
        let [only] = self.engine.program.extensions(method) else { return None };
        let only = *only;
        if let Some(path) = call.callee.path
            && self.engine.models.speaks_of(self.engine.paths.text(path))
        {
            return None;
        }
        let body = self.engine.program.body(only);
        let plain = body.parameters.len() - 1;
        let left_out = body.parameters.iter().filter(|it| it.default.is_some()).count();
        let has_rest = body.parameters.iter().any(|it| it.kind == FlowParameterKind::Rest);
        let count = call.given.len();
        let fits = count + left_out >= plain && count <= plain || has_rest;
        if !fits {
            return None;
        }
        // Of another class than the one that it is added to.
        let annotation = body.parameters.first()?.annotation?;
        let of = Run::outside_value(self.engine, only, annotation);
        if let (Some(Thing::Class(of)), Some(Thing::Instance(own))) =
            (of.thing.as_deref(), receiver.thing.as_deref())
        {
            let of = *of;
            let is_it = self.engine.in_class(*own, |_, at| (at == of).then_some(())).is_some();
            if !is_it {
                return None;
            }
        }
        let receiver = Box::new(receiver.clone());
        Some(Thing::Method { function: only, receiver })
    }

    /// What an indexer of the project's own, or of a library, gives.
    pub(super) fn indexer(&mut self, owner: &Value, key: &Value, at: ValueId) -> Option<Value> {
        if self.family() != Family::CSharp {
            return None;
        }
        let Some(Thing::Instance(class)) = owner.thing.as_deref() else {
            // What is under a key is none of a library's members.
            owner.path.filter(|it| !self.engine.paths.is_symbolic(*it))?;
            let known = self.key_of(key);
            let shape = self.state.shape(owner);
            let is_put = known.is_none() || shape.is_some_and(|it| !it.items.is_empty());
            return (!is_put).then(|| self.further(owner, Segment::Item, at));
        };
        let getter = self.engine.method(*class, "get_Item")?;
        if self.engine.program.body(getter).is_abstract {
            return None;
        }
        let given = [Given { name: None, value: key.clone(), is_spread: false, id: None }];
        Some(self.call_function(getter, Some(owner.clone()), &[], &given, at))
    }
}

const LISTS: [&str; 12] = [
    "ArrayList",
    "ConcurrentBag",
    "ConcurrentQueue",
    "ConcurrentStack",
    "Collection",
    "HashSet",
    "LinkedList",
    "List",
    "ObservableCollection",
    "Queue",
    "SortedSet",
    "Stack",
];

const MAPS: [&str; 6] = [
    "ConcurrentDictionary",
    "Dictionary",
    "Hashtable",
    "OrderedDictionary",
    "SortedDictionary",
    "SortedList",
];

/// Types of the library that are known here, and not by a model.
pub(super) fn is_known_type(path: &str) -> bool {
    if is_builder(path)
        || matches!(
            path,
            "System.Text.RegularExpressions.Regex"
                | "System.FormattableString"
                | "System.IO.Stream"
        )
    {
        return true;
    }
    if path.starts_with("System.") && is_no_text(path) {
        return true;
    }
    let known = path.strip_prefix("System.Collections.");
    let name = known.map(|it| it.rsplit('.').next().unwrap_or(it));
    name.is_some_and(|it| LISTS.contains(&it) || MAPS.contains(&it))
}

/// What texts are put together in.
fn is_builder(path: &str) -> bool {
    matches!(
        path.strip_suffix("()").unwrap_or(path),
        "System.Text.StringBuilder" | "System.IO.StringWriter"
    )
}
