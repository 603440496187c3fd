//! What is read of a value where it is written as text.

use std::rc::Rc;

use codd_facts::ValueId;

use super::Run;
use super::calls::{Call, Given};
use crate::classes::{ClassId, LOG_INJECTION};
use crate::program::FnIx;
use crate::value::{ObjectId, Taint, Thing, Value};

/// Levels of calls that an object's own text takes.
const OWN_TEXT: u32 = 100;

impl Run<'_, '_> {
    /// Authors of a text that such values are put into: in Python, what is no text itself is
    /// written so that line ends in it are escaped.
    pub(super) fn written(&self, taint: &Taint) -> Taint {
        if self.is_python() { taint.written() } else { taint.opened() }
    }

    /// Authors of a value that gets to a sink of the class.
    pub(super) fn given_to(&mut self, class: ClassId, value: &Value, at: ValueId) -> Taint {
        if class == LOG_INJECTION { self.logged(value, at) } else { self.state.whole_taint(value) }
    }

    /// Authors of the line that a value makes in a log.
    pub(super) fn logged(&mut self, value: &Value, at: ValueId) -> Taint {
        if let Some(Thing::Instance(class)) = value.thing.as_deref()
            && self.is_python()
            && let Some(taint) = self.own_text(*class, value, at)
        {
            return taint;
        }
        match self.state.shape(value) {
            // What is in a list or a mapping is written with its line ends escaped.
            Some(shape) if shape.is_list || !shape.items.is_empty() => value.taint.clone(),
            _ => self.state.whole_taint(value),
        }
    }

    /// Authors of the text that an object of the project's gives for itself; `None` where a
    /// library may say what that is.
    fn own_text(&mut self, class: FnIx, value: &Value, at: ValueId) -> Option<Taint> {
        let own = ["__str__", "__repr__"].iter().find_map(|it| self.engine.method(class, it));
        let Some(method) = own else {
            // Its address, or what data classes make: its fields as they are written in code.
            return self.engine.outside_base(class).is_none().then(Taint::default);
        };
        if self.engine.nesting > super::calls::MAX_DEPTH.saturating_sub(OWN_TEXT) {
            return None;
        }
        self.engine.nesting += OWN_TEXT;
        let text = self.call_function(method, Some(value.clone()), &[], &[], at);
        self.engine.nesting -= OWN_TEXT;
        Some(self.state.whole_taint(&text))
    }

    /// The arguments of a call that a log line holds as they are: not those that are numbers
    /// there, or written as in code (`%r`).
    pub(super) fn logged_as_they_are<'g>(&self, given: &'g [Given]) -> Vec<&'g Given> {
        let format = given.first().and_then(|it| it.value.as_text());
        let Some(conversions) = format.filter(|_| self.is_python()).and_then(conversions) else {
            return given.iter().collect();
        };
        let is_text = |at: usize| at == 0 || conversions.get(at - 1).is_none_or(|it| *it == 's');
        let arguments = given.iter().enumerate();
        arguments.filter(|(at, it)| it.is_spread || is_text(*at)).map(|(_, it)| it).collect()
    }

    /// Authors of what a call gives of which nothing is known but what goes in.
    pub(super) fn passed_through(&self, call: &Call<'_>) -> Taint {
        let taint =
            if self.is_looked_up(call) { self.of_default(call) } else { self.given_taint(call) };
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let name = path.map(|it| &**self.engine.paths.text(it));
        let is_text = name == Some("str") || call.method.as_deref() == Some("format");
        if is_text {
            return self.written(&taint);
        }
        // A mapping of a mapping, a list of what is in one.
        let is_copied = call.method.as_deref() == Some("copy") && call.given.is_empty();
        let is_made = is_copied || matches!(name, Some("dict" | "list" | "bytes" | "bytearray"));
        if is_made && self.is_python() { taint } else { taint.opened() }
    }

    /// `mapping.get(key)`: what is found there is not the text that it is found by.
    fn is_looked_up(&self, call: &Call<'_>) -> bool {
        let Some((_, owner)) = &call.receiver else { return false };
        if call.method.as_deref() != Some("get") {
            return false;
        }
        // What a package itself gives by that name may be anything.
        let is_package = owner.path.is_some_and(|it| {
            let paths = &self.engine.paths;
            !paths.is_symbolic(it) && paths.parent(it).is_none()
        });
        !is_package && (self.is_python() || owner.path.is_none())
    }

    /// Of the same: authors of the object, and of what is given where nothing is found.
    fn of_default(&self, call: &Call<'_>) -> Taint {
        let object = call.receiver.iter().map(|(_, it)| it);
        let is_default =
            |it: &&Given| it.name.as_deref().is_some_and(|it| matches!(it, "d" | "default"));
        let named = call.given.iter().filter(is_default);
        let second = call.given.iter().filter(|it| it.name.is_none() && !it.is_spread).nth(1);
        let defaults = named.chain(second).map(|it| &it.value);
        object
            .chain(defaults)
            .fold(Taint::default(), |sum, it| sum.union(&self.state.whole_taint(it)))
    }

    /// Whether what a library's method reads is what its model says, whatever is said of its
    /// object.
    pub(super) fn is_source(&self, value: &Value) -> bool {
        let own = |path| self.engine.paths.source(path).is_some_and(|(own, _)| *own == path);
        value.path.is_some_and(own)
    }

    /// Whether a value is a container that is made here.
    pub(super) fn is_container(&self, value: &Value) -> bool {
        value.thing.is_none()
            && value.path.is_none()
            && value.object.is_some_and(|it| matches!(it, ObjectId::Made(_)))
            && self.state.shape(value).map(Rc::as_ref).is_some_and(|it| it.is_whole)
    }
}

/// The letters of a format's conversions, in their order; `None` where they cannot be told.
fn conversions(format: &str) -> Option<Vec<char>> {
    let mut found = Vec::new();
    let mut rest = format.chars();
    while let Some(next) = rest.next() {
        if next != '%' {
            continue;
        }
        let letter =
            rest.by_ref().find(|it| !matches!(it, '0'..='9' | '-' | '+' | ' ' | '#' | '.'))?;
        match letter {
            '%' => {}
            // By their names, or with a width that is an argument.
            '(' | '*' => return None,
            letter => found.push(letter),
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_are_told_in_their_order() {
        assert_eq!(conversions("%s is %5.2f%% of %r"), Some(vec!['s', 'f', 'r']));
        assert_eq!(conversions("%(name)s"), None);
        assert_eq!(conversions("%"), None);
        assert_eq!(conversions("plain"), Some(Vec::new()));
    }
}
