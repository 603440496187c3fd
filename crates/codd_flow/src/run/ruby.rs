//! Ruby: whom a call without a receiver is for, what constants are, and what classes have.

use std::rc::Rc;

use codd_facts::{FlowFunctionKind, FlowName, FlowParameterKind, FlowValue, ValueId};

use super::Run;
use super::calls::Given;
use super::patterns::{harmless_to, has_ways, is_harmless_pattern, without_line_ends};
use crate::classes::Mask;
use crate::paths::Segment;
use crate::program::FnIx;
use crate::summary::Assigned;
use crate::value::{Key, Shape, Thing, Value};

/// `self`, which is the first name of every file.
const SELF: FlowName = FlowName(0);

/// What is called, of what, by which name.
type Called = (Value, Option<(Option<ValueId>, Value)>, Option<Rc<str>>);

impl Run<'_, '_> {
    /// The object that the code around runs on.
    pub(super) fn this(&mut self, at: ValueId) -> Value {
        if self.body.kind == FlowFunctionKind::Class {
            return Value::thing(Thing::Class(self.ix));
        }
        let mut this = self.named(SELF, at);
        if this.thing.is_none()
            && self.slot(SELF).is_none()
            && let Some((class, is_static)) = self.engine.class_around(self.ix)
        {
            let thing = if is_static { Thing::Class(class) } else { Thing::Instance(class) };
            this.thing = Some(Rc::new(thing));
        }
        this
    }

    /// A call without a receiver: of a method of `self`, of one of the top level, or of one that
    /// every object has.
    pub(super) fn on_self(&mut self, name: FlowName, callee: ValueId) -> Called {
        let text = self.flow.name(name).clone();
        if text == "super" {
            return (Value::default(), None, None);
        }
        let is_method = text.starts_with(|it: char| it.is_lowercase() || it == '_');
        if !is_method {
            return (self.named(name, callee), None, None);
        }
        let this = self.this(callee);
        let method: Rc<str> = text.as_str().into();
        let is_class = matches!(this.thing.as_deref(), Some(Thing::Class(_)));
        if is_class && &*method == "new" {
            return (this, None, Some(method));
        }
        let found = self.read(&this, Some(&Key::Named(Rc::clone(&method))), callee);
        if found.thing.is_some() {
            return (found, Some((None, this)), Some(method));
        }
        if matches!(&*method, "send" | "public_send" | "__send__") {
            return (found, Some((None, this)), Some(method));
        }
        let is_of_file = self
            .owner_of(name)
            .is_some_and(|it| self.engine.program.body(it).kind == FlowFunctionKind::Module);
        if is_of_file || self.body.kind == FlowFunctionKind::Module && self.slot(name).is_some() {
            let own = self.named(name, callee);
            if let Some(Thing::Function { function, .. }) = own.thing.as_deref() {
                let receiver = Box::new(this.clone());
                let found = Value::thing(Thing::Method { function: *function, receiver });
                return (found, Some((None, this)), Some(method));
            }
        }
        let models = &self.engine.models;
        if models.exact(&text).is_some() || models.is_source_called(&text) {
            return (self.outside(&text, callee), None, Some(method));
        }
        // An object holds more than what one of its methods gives.
        (found, is_class.then_some((None, this)), Some(method))
    }

    /// `A.new`: the class itself is called.
    pub(super) fn made_by(&self, found: Value, owner: &Value, method: &str) -> Value {
        if method != "new" || found.thing.is_some() {
            return found;
        }
        let is_class = matches!(owner.thing.as_deref(), Some(Thing::Class(_)));
        let is_outside = owner.thing.is_none()
            && owner.path.is_some_and(|it| {
                let paths = &self.engine.paths;
                !paths.is_symbolic(it) && !matches!(paths.segment(it), Segment::Called)
            });
        if is_class || is_outside { owner.clone() } else { found }
    }

    /// What a constant is: of the classes around, of those that they extend, or of any file.
    pub(super) fn ruby_constant(&mut self, name: FlowName, at: ValueId) -> Value {
        let text = self.flow.name(name).clone();
        let mut around = Some(self.ix);
        while let Some(ix) = around {
            around = self.engine.program.parent(ix);
            if self.engine.program.body(ix).kind != FlowFunctionKind::Class {
                continue;
            }
            if let Some(full) = self.engine.program.full_names.get(&ix)
                && let Some(class) = self.engine.program.type_named(full, &text)
            {
                return Value::thing(Thing::Class(class));
            }
            if let Some(found) = self.constant_of(ix, &text, at) {
                return found;
            }
        }
        if let Some(class) = self.engine.program.type_named("", &text) {
            return Value::thing(Thing::Class(class));
        }
        if let Some(file) = self.engine.program.constant(&text)
            && let Some(found) = self.engine.global(file, &text)
        {
            return self.thaw(&found, at);
        }
        self.outside(&text, at)
    }

    /// A constant of a class, by what its body says as far as that has run.
    fn constant_of(&mut self, class: FnIx, text: &str, at: ValueId) -> Option<Value> {
        // While bases are looked for, they are not known yet.
        let found = if self.is_after {
            self.engine.attribute(class, text)
        } else {
            self.engine.in_class(class, |engine, at| engine.attribute(at, text))
        };
        found.map(|it| self.thaw(&it, at))
    }

    /// What is asked of a class itself: a constant, a method of its own or of a module that it
    /// takes in; else what its base from outside has.
    pub(super) fn of_ruby_class(
        &mut self,
        class: FnIx,
        value: &Value,
        name: &str,
        at: ValueId,
    ) -> Option<Value> {
        if name.starts_with(char::is_uppercase) {
            let full = self.engine.program.full_names.get(&class).cloned().unwrap_or_default();
            if let Some(inner) = self.engine.program.type_named(&full, name) {
                return Some(Value::thing(Thing::Class(inner)));
            }
            if let Some(found) = self.constant_of(class, name, at) {
                return Some(found);
            }
            let path = self.engine.paths.of_text(&format!("{full}.{name}"), &self.engine.models);
            return Some(self.at_path(path, at));
        }
        let own = format!("self.{name}");
        let method = self.engine.method(class, &own).or_else(|| {
            self.engine.in_class(class, |engine, at| {
                let is_module = engine.program.body(at).is_abstract;
                let methods = &engine.program.function(at).methods;
                methods.get(name).copied().filter(|_| is_module)
            })
        });
        if let Some(function) = method {
            let receiver = Box::new(value.clone());
            return Some(Value::thing(Thing::Method { function, receiver }));
        }
        if name.starts_with('@')
            && let Some(found) =
                self.engine.in_class(class, |engine, at| engine.attribute(at, name))
        {
            return Some(self.thaw(&found, at));
        }
        if value.path.is_some() {
            return None;
        }
        let base = self.engine.in_class(class, |e, at| e.bases(at).outside.first().copied());
        let base = match base {
            Some(base) => base,
            None => {
                let full = self.engine.program.full_names.get(&class)?.clone();
                self.engine.paths.of_text(&full, &self.engine.models)
            }
        };
        let base = Value { path: Some(base), ..Value::default() };
        Some(self.further(&base, Segment::Attribute(name.into()), at))
    }

    /// Named arguments are one last mapping to a method that names none.
    pub(super) fn options_last(&mut self, function: FnIx, given: &mut Vec<Given>, at: ValueId) {
        let body = self.engine.program.body(function);
        let file = self.engine.program.function(function).file;
        let flow = self.engine.program.files[file as usize].flow;
        let is_option = |it: &Given| it.name.as_deref().is_some_and(|it| it != "&");
        let names_some = body.parameters.iter().any(|it| match it.kind {
            FlowParameterKind::RestByName => true,
            FlowParameterKind::Keyword => {
                !matches!(flow.value(it.target), FlowValue::Name(name) if flow.name(*name) == "&")
            }
            _ => false,
        });
        if names_some || !given.iter().any(is_option) {
            return;
        }
        let mut shape = Shape::default();
        for it in given.iter().filter(|it| is_option(it)) {
            if let Some(name) = &it.name {
                shape.set(Key::Named(Rc::clone(name)), it.value.clone());
            }
        }
        given.retain(|it| !is_option(it));
        let value = self.new_shape(shape, at);
        given.push(Given { name: None, value, is_spread: false, id: None });
    }

    /// What a framework's call of one method leaves in the object, for the next that it calls.
    pub(super) fn keep_of_object(&mut self, owner: &Value, key: Option<&Key>, value: &Value) {
        let (Some(Thing::Instance(class)), Some(Key::Named(name))) = (owner.thing.as_deref(), key)
        else {
            return;
        };
        if name.starts_with('@') && !self.state.whole_taint(value).is_empty() {
            self.tell(Assigned::Attribute { class: *class, name: Rc::clone(name) }, value);
        }
    }

    /// `text =~ /\A[a-z]+\z/` and its like: a pattern that takes the whole text, and only
    /// harmless ones. `^` and `$` are the ends of a line, of which a text may have many.
    pub(super) fn ruby_pattern(&mut self, callee: ValueId, given: &[(Option<Rc<str>>, ValueId)]) {
        let flow = self.flow;
        let FlowValue::Attribute { base, name } = flow.value(callee) else { return };
        let [(None, argument)] = given else { return };
        if !matches!(flow.name(*name).as_str(), "=~" | "===" | "match?" | "match") {
            return;
        }
        for (pattern, subject) in [(*base, *argument), (*argument, *base)] {
            let found = self.value(pattern);
            let Some(text) = found.as_text().filter(|it| takes_whole(it)) else { continue };
            let has_line_end = text.ends_with('Z');
            let mask = if has_line_end { without_line_ends() } else { Mask::ALL };
            let mask = Mask(mask.0 & harmless_to(text).0);
            self.make_safe(subject, mask);
        }
    }
}

/// Whether a pattern takes a whole text that means nothing to an interpreter.
fn takes_whole(pattern: &str) -> bool {
    pattern.starts_with("\\A")
        && (pattern.ends_with("\\z") || pattern.ends_with("\\Z"))
        && !has_ways(pattern)
        && is_harmless_pattern(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_whole_texts() {
        for whole in [r"\A[a-z]+\z", r"\A(a|b)\z", r"\A\w+\Z"] {
            assert!(takes_whole(whole), "{whole}");
        }
        for part in [r"^[a-z]+$", r"\Aa|b\z", r"\A[^/]+\z", r"[a-z]+", r"\A.*\z", r"\A\p{L}\z"] {
            assert!(!takes_whole(part), "{part}");
        }
    }
}
