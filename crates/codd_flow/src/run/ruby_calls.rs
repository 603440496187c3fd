//! What methods of Ruby's own texts, lists, mappings and records give.

use std::rc::Rc;

use super::Run;
use super::calls::{Call, Given};
use crate::classes::Mask;
use crate::paths::Segment;
use crate::program::FnIx;
use crate::value::{Atom, Author, Key, Shape, Taint, Thing, Value};

/// The base of records of a database.
const RECORD: &str = "ActiveRecord.Base()";

/// Methods of a class of records that give more of them.
fn gives_records(method: &str) -> bool {
    matches!(
        method,
        "where"
            | "not"
            | "all"
            | "order"
            | "reorder"
            | "joins"
            | "left_joins"
            | "left_outer_joins"
            | "includes"
            | "preload"
            | "eager_load"
            | "references"
            | "limit"
            | "offset"
            | "select"
            | "group"
            | "having"
            | "distinct"
            | "unscoped"
            | "rewhere"
            | "or"
            | "merge"
            | "readonly"
            | "from"
            | "none"
            | "lock"
    )
}

/// Methods of a class of records that give one of them.
fn gives_record(method: &str) -> bool {
    matches!(
        method,
        "find"
            | "find_by"
            | "find_by!"
            | "first"
            | "first!"
            | "last"
            | "last!"
            | "take"
            | "take!"
            | "sole"
            | "second"
            | "create"
            | "create!"
            | "build"
            | "find_or_create_by"
            | "find_or_create_by!"
            | "find_or_initialize_by"
            | "find_by_sql"
    ) || method.starts_with("find_by_")
}

/// The same, of names that nothing else has: what is found is not the text that it is found by.
fn is_query(method: &str) -> bool {
    method.starts_with("find_by")
        || method.starts_with("find_or_")
        || matches!(
            method,
            "where"
                | "rewhere"
                | "joins"
                | "left_joins"
                | "left_outer_joins"
                | "eager_load"
                | "preload"
                | "includes"
                | "order"
                | "reorder"
                | "having"
                | "pluck"
        )
}

/// Whether a method gives the address of one of the project's routes: others that are called so
/// give the address of a file or of any object.
fn is_route(method: &str) -> bool {
    const OTHERS: [&str; 8] = [
        "asset_",
        "audio_",
        "font_",
        "image_",
        "javascript_",
        "polymorphic_",
        "stylesheet_",
        "video_",
    ];
    (method.ends_with("_path") || method.ends_with("_url"))
        && !OTHERS.iter().any(|it| method.starts_with(it))
}

/// Options of a route's address that say where it leads.
fn chooses_host(option: &str) -> bool {
    matches!(option, "domain" | "host" | "original_script_name" | "script_name" | "subdomain")
}

/// Methods of the parameters of a request that give a mapping of those that are allowed.
pub(super) fn gives_parameters(method: &str) -> bool {
    matches!(method, "permit" | "permit!" | "to_unsafe_h" | "to_unsafe_hash" | "slice" | "except")
}

/// The same authors, of a mapping.
pub(super) fn as_mapping(taint: &Taint) -> Taint {
    taint.map(|atom| Atom { safe: atom.safe.or(Mask::INTACT), ..atom })
}

impl Run<'_, '_> {
    /// What a method of Ruby's own gives; `None` where nothing is known of it.
    pub(super) fn of_ruby(&mut self, call: &Call<'_>) -> Option<Value> {
        let method = call.method.clone()?;
        let method = &*method;
        let Some((base, owner)) = &call.receiver else {
            return self.of_nobody(call, method);
        };
        let (base, owner) = (*base, owner.clone());
        if let Some(Thing::Function { .. } | Thing::Method { .. }) = owner.thing.as_deref()
            && matches!(method, "call" | "()" | "yield" | "===")
        {
            let inner =
                Call { callee: owner, receiver: None, method: None, of_attribute: None, ..*call };
            return Some(self.invoke(&inner));
        }
        if let Some(found) = self.sent(call, &owner, method) {
            return Some(found);
        }
        if let Some(found) = self.of_records(call, &owner, method) {
            self.run_blocks(call);
            return Some(found);
        }
        if let Some(found) = self.of_each(call) {
            return Some(found);
        }
        if call.given.is_empty()
            && let Some(item) = self.item_named(&owner, method)
        {
            return Some(item);
        }
        if method.ends_with('?') {
            self.run_blocks(call);
            return Some(Value::default());
        }
        match method {
            "freeze"
            | "dup"
            | "clone"
            | "itself"
            | "presence"
            | "to_a"
            | "to_ary"
            | "to_set"
            | "compact"
            | "uniq"
            | "sort"
            | "reverse"
            | "shuffle"
            | "flatten"
            | "deep_dup"
            | "symbolize_keys"
            | "stringify_keys"
            | "deep_symbolize_keys"
            | "lazy"
            | "with_indifferent_access"
            | "each"
            | "map"
            | "to_enum"
            | "entries"
                if call.given.is_empty() =>
            {
                Some(owner)
            }
            "to_s" | "to_str" | "to_sym" if call.given.is_empty() && owner.constant.is_some() => {
                Some(owner)
            }
            _ if gives_parameters(method) && self.state.shape(&owner).is_none() => {
                Some(self.of_parameters(call, &owner))
            }
            "push" | "append" | "unshift" | "prepend" | "insert" | "concat" | "add" | "<<" => {
                self.put_into(call, base, &owner)
            }
            "fetch" | "dig" | "[]" | "delete" | "values_at" => self.looked_up(call, owner),
            "first" | "last" | "sample" | "min" | "max" | "pop" | "shift"
                if self.state.shape(&owner).is_some() =>
            {
                Some(self.element(&owner, call.id))
            }
            "keys" if self.state.shape(&owner).is_some() => {
                let mut list = Shape { is_list: true, ..Shape::default() };
                list.add_rest(&Value::tainted(owner.taint.opened()));
                Some(self.new_shape(list, call.id))
            }
            "values" if self.state.shape(&owner).is_some() => {
                let any = self.element(&owner, call.id);
                let mut list = Shape { is_list: true, ..Shape::default() };
                list.add_rest(&any);
                Some(self.new_shape(list, call.id))
            }
            "merge" | "merge!" | "update" | "deep_merge" | "reverse_merge" | "with_defaults" => {
                self.put_together_with(call, &owner)
            }
            "store" | "[]=" => {
                let [key, value, ..] = call.given else { return None };
                let (found, value) = (self.key_of(&key.value), value.value.clone());
                self.store(base?, &owner, found, value.clone(), call.id);
                Some(value)
            }
            "presence_in" => {
                let list = call.given.first()?.value.clone();
                let is_known =
                    self.state.shape(&list).is_some() && self.state.whole_taint(&list).is_empty();
                is_known.then(Value::default)
            }
            "instance_variable_get" => {
                let name = call.given.first()?.value.as_text()?.to_owned();
                Some(self.read(&owner, Some(&Key::Named(name.into())), call.id))
            }
            "instance_variable_set" => {
                let [name, value, ..] = call.given else { return None };
                let key = Key::Named(name.value.as_text()?.into());
                let value = value.value.clone();
                self.store(base?, &owner, Some(key), value.clone(), call.id);
                Some(value)
            }
            _ => None,
        }
    }

    /// What a call without a receiver gives that no method of the project answers.
    fn of_nobody(&mut self, call: &Call<'_>, method: &str) -> Option<Value> {
        if method.ends_with('?') {
            self.run_blocks(call);
            return Some(Value::default());
        }
        // Addresses of the project's own routes, in which what is put is escaped.
        if is_route(method) && call.callee.path.is_some() {
            let safe = ["open-redirect", "ssrf", "xss", "header-injection", "log-injection"];
            let safe = safe.iter().fold(Mask::default(), |mask, name| {
                let at = crate::classes::CLASSES.iter().position(|it| it.name == *name);
                at.map_or(mask, |at| mask.or(Mask::of(crate::classes::ClassId(at as u8))))
            });
            let (mut taint, mut host) = (Taint::default(), Taint::default());
            for given in call.given {
                let (of_parts, of_host) = self.put_into_route(given);
                taint = taint.union(&of_parts);
                host = host.union(&of_host);
            }
            let taint = taint.opened().made_safe(safe);
            return Some(Value::tainted(taint.union(&host.opened())));
        }
        None
    }

    /// Who wrote what an argument puts into the address of a route, and who chooses with it where
    /// that leads: whoever writes a mapping of options may.
    fn put_into_route(&self, given: &Given) -> (Taint, Taint) {
        let value = &given.value;
        let whole = self.state.whole_taint(value);
        match given.name.as_deref() {
            Some(name) if chooses_host(name) => return (Taint::default(), whole),
            Some(_) => return (whole, Taint::default()),
            None => {}
        }
        let options = self.state.shape(value).filter(|it| !it.is_list && self.is_container(value));
        if let Some(options) = options {
            let (mut parts, mut host) = (Taint::default(), value.taint.clone());
            for (key, item) in &options.items {
                let taint = self.state.whole_taint(item);
                if matches!(key, Key::Named(name) if chooses_host(name)) {
                    host = host.union(&taint);
                } else {
                    parts = parts.union(&taint);
                }
            }
            let rest = options.rest.as_ref().map(|it| self.state.whole_taint(it));
            return (parts, host.union(&rest.unwrap_or_default()));
        }
        // Only what is named there is allowed.
        let is_listed = value.path.is_some_and(|it| {
            let text = self.engine.paths.text(it);
            [".expect()", ".permit()", ".slice()"].iter().any(|ending| text.ends_with(ending))
        });
        if is_listed {
            return (whole, Taint::default());
        }
        if given.is_spread {
            return (Taint::default(), whole);
        }
        let is_mapping =
            |it: &Atom| it.safe.has(Mask::INTACT) && matches!(it.author, Author::Source(_));
        (whole.filter(|it| !is_mapping(it)), whole.filter(is_mapping))
    }

    /// `a.send(:name, b)`, `a.public_send("name")`, `a.try(:name)`.
    fn sent(&mut self, call: &Call<'_>, owner: &Value, method: &str) -> Option<Value> {
        if !matches!(method, "send" | "public_send" | "__send__" | "try" | "try!") {
            return None;
        }
        let name: Rc<str> = call.given.first()?.value.as_text()?.into();
        let callee = self.read(owner, Some(&Key::Named(Rc::clone(&name))), call.id);
        let inner = Call {
            callee,
            receiver: call.receiver.clone(),
            method: Some(name),
            of_attribute: None,
            given: &call.given[1..],
            ..*call
        };
        Some(self.invoke(&inner))
    }

    /// The class of records that a value is, or is a part of.
    fn records_of(&mut self, owner: &Value) -> Option<FnIx> {
        let Some(Thing::Class(class)) = owner.thing.as_deref() else { return None };
        let class = *class;
        let path = self.engine.outside_base(class)?;
        (&**self.engine.paths.text(path) == RECORD).then_some(class)
    }

    fn of_records(&mut self, call: &Call<'_>, owner: &Value, method: &str) -> Option<Value> {
        if let Some(class) = self.records_of(owner) {
            if gives_record(method) {
                return Some(self.some_record(class));
            }
            if gives_records(method) {
                return Some(Value::thing(Thing::Class(class)));
            }
            if matches!(method, "column_names" | "attribute_names" | "pluck" | "ids") {
                let mut list = Shape { is_list: true, ..Shape::default() };
                list.add_rest(&Value::default());
                return Some(self.new_shape(list, call.id));
            }
            return None;
        }
        let is_constant = owner.thing.is_none()
            && owner.path.is_some_and(|it| {
                let text = self.engine.paths.text(it);
                !self.engine.paths.is_symbolic(it)
                    && text.starts_with(char::is_uppercase)
                    && !text.contains('(')
            });
        let is_found = is_query(method) && !call.given.is_empty()
            // Of a list, `find` is given a block alone.
            || method == "find" && call.given.first().is_some_and(|it| it.name.is_none())
            || is_constant && (gives_record(method) || gives_records(method));
        (is_found && owner.object.is_none()).then(Value::default)
    }

    /// An item of an object or a mapping that a method of its name gives.
    fn item_named(&mut self, owner: &Value, method: &str) -> Option<Value> {
        let shape = self.state.shape(owner)?;
        shape.get(&Key::Named(method.into())).cloned()
    }

    /// What is allowed of parameters is a mapping, and no text.
    fn of_parameters(&mut self, call: &Call<'_>, owner: &Value) -> Value {
        let found = self.further(&call.callee, Segment::Called, call.id);
        let is_symbolic = found.path.is_some_and(|it| self.engine.paths.is_symbolic(it));
        if is_symbolic {
            return Value { taint: as_mapping(&found.taint), ..found };
        }
        if self.is_source(&found) {
            return found;
        }
        let taint = as_mapping(&self.state.whole_taint(owner).union(&found.taint));
        Value { taint, path: found.path, ..Value::default() }
    }

    fn put_into(
        &mut self,
        call: &Call<'_>,
        base: Option<codd_facts::ValueId>,
        owner: &Value,
    ) -> Option<Value> {
        let base = base?;
        let method = call.method.as_deref()?;
        let given: Vec<Value> = call.given.iter().map(|it| it.value.clone()).collect();
        for value in &given {
            self.note_global_store(base, owner, None, value);
        }
        let is_list = self.state.shape(owner).is_some_and(|it| it.is_list);
        let object = self.object_of(base, owner, call.id);
        for value in given {
            if is_list && method == "concat" {
                self.extend_list(object, &value);
            } else if is_list && matches!(method, "push" | "append" | "<<" | "add") {
                self.state.shape_mut(object).push(value);
            } else {
                let taint = self.state.whole_taint(&value);
                self.state.shape_mut(object).add_rest(&Value::tainted(taint));
            }
        }
        Some(Value { object: Some(object), ..owner.clone() })
    }

    /// `a.fetch(:b, c)`, `a.dig(:b, :d)`.
    fn looked_up(&mut self, call: &Call<'_>, owner: Value) -> Option<Value> {
        let is_known = self.state.shape(&owner).is_some() || owner.path.is_some();
        let keys: Vec<&Given> = call.given.iter().filter(|it| it.name.is_none()).collect();
        if !is_known || keys.is_empty() {
            return None;
        }
        match call.method.as_deref()? {
            "dig" => {
                let mut at = owner;
                for key in keys {
                    let key = self.key_of(&key.value);
                    at = self.read(&at, key.as_ref(), call.id);
                }
                Some(at)
            }
            "values_at" => {
                let mut items = Vec::new();
                for key in keys {
                    let key = self.key_of(&key.value);
                    items.push(self.read(&owner, key.as_ref(), call.id));
                }
                Some(self.new_list(items, call.id))
            }
            _ => {
                let default = keys.get(1).map(|it| it.value.clone());
                let key = self.key_of(&keys[0].value);
                let found = self.read(&owner, key.as_ref(), call.id);
                Some(default.map_or(found.clone(), |it| found.join(&it)))
            }
        }
    }

    /// `a.merge(b)`: both, of which the second counts.
    fn put_together_with(&mut self, call: &Call<'_>, owner: &Value) -> Option<Value> {
        let own = self.state.shape(owner).cloned()?;
        let mut shape = Shape { is_list: false, ..(*own).clone() };
        for given in call.given.iter().filter(|it| it.name.as_deref() != Some("&")) {
            if let Some(name) = &given.name {
                shape.set(Key::Named(Rc::clone(name)), given.value.clone());
                continue;
            }
            match self.state.shape(&given.value).cloned() {
                Some(added) => {
                    for (key, item) in &added.items {
                        shape.set(key.clone(), item.clone());
                    }
                    if let Some(rest) = &added.rest {
                        shape.add_rest(rest);
                    }
                }
                None => shape.add_rest(&Value::tainted(given.value.taint.opened())),
            }
        }
        let is_same = matches!(call.method.as_deref(), Some("merge!" | "update"));
        if is_same && let Some(object) = self.state.object(owner) {
            self.state.heap.insert(object, Rc::new(shape));
            return Some(owner.clone());
        }
        Some(self.new_shape(shape, call.id))
    }
}
