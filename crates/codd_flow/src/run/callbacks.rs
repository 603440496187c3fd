//! Functions that are handed to others: to frameworks, to decorators, to what nobody here knows.

use std::rc::Rc;

use codd_facts::ValueId;

use super::Run;
use super::calls::{Call, Given, MAX_DEPTH};
use crate::models::{HandlerModel, Known};
use crate::paths::PathId;
use crate::value::{Taint, Thing, Value};

impl Run<'_, '_> {
    /// A function that is handed to a framework, which calls it.
    pub(super) fn hand_over(&mut self, value: &Value, model: &HandlerModel) {
        match value.thing.as_deref() {
            Some(Thing::Function { function, .. } | Thing::Method { function, .. }) => {
                self.engine.note_handler(*function, model, "");
            }
            _ => {
                let items = self.state.shape(value).cloned();
                for (_, item) in items.iter().flat_map(|it| &it.items) {
                    if let Some(Thing::Function { function, .. }) = item.thing.as_deref() {
                        self.engine.note_handler(*function, model, "");
                    }
                }
            }
        }
    }

    /// A function that a decorator gets.
    pub(super) fn hand_to_outside(
        &mut self,
        value: &Value,
        decorator: Option<PathId>,
        at: ValueId,
    ) {
        if let Some(path) = decorator {
            let text = Rc::clone(self.engine.paths.text(path));
            let base = text.strip_suffix("()").unwrap_or(&text).to_owned();
            if let Some(known) = self.engine.models.exact(&base).cloned() {
                for handler in known.handlers {
                    let model = self.engine.models.handlers[handler].clone();
                    self.hand_over(value, &model);
                }
            }
        }
        // It runs some time with what it takes from around it, and who knows which arguments.
        if let Some(Thing::Function { function, captured }) = value.thing.as_deref()
            && !captured.is_empty()
        {
            let (function, captured) = (*function, Rc::clone(captured));
            self.call_function(function, None, &captured, &[], at);
        }
    }

    /// Functions that are passed to something unknown are called by it.
    pub(super) fn run_callbacks(&mut self, call: &Call<'_>, known: &[Known]) -> Taint {
        let mut taint = Taint::default();
        if known.iter().any(|it| !it.handlers.is_empty()) {
            return taint;
        }
        let is_each = matches!(
            call.method.as_deref(),
            Some(
                "map"
                    | "forEach"
                    | "filter"
                    | "some"
                    | "every"
                    | "find"
                    | "flatMap"
                    | "then"
                    | "reduce"
                    | "sort"
                    | "findIndex"
                    | "Aggregate"
                    | "All"
                    | "Any"
                    | "ContinueWith"
                    | "ConvertAll"
                    | "Exists"
                    | "Find"
                    | "FindAll"
                    | "First"
                    | "FirstOrDefault"
                    | "ForEach"
                    | "GroupBy"
                    | "Last"
                    | "LastOrDefault"
                    | "OrderBy"
                    | "OrderByDescending"
                    | "Select"
                    | "SelectMany"
                    | "Single"
                    | "SingleOrDefault"
                    | "ToDictionary"
                    | "Where"
            )
        );
        for (place, argument) in call.given.iter().enumerate() {
            let is_function = matches!(
                argument.value.thing.as_deref(),
                Some(Thing::Function { .. } | Thing::Method { .. })
            );
            // A library's own, of which a model speaks: `.then(exec)`.
            let is_of_library = is_each
                && argument.value.path.is_some_and(|path| {
                    let known = self.engine.models.exact(self.engine.paths.text(path));
                    known.is_some_and(|it| !it.sinks.is_empty())
                });
            if !is_function && !is_of_library {
                continue;
            }
            let mut given = Vec::new();
            let mut give = |value: Value| {
                given.push(Given { name: None, value, is_spread: false, id: None });
            };
            match &call.receiver {
                Some((_, owner)) if is_each => {
                    let item = self.element(owner, call.id);
                    let item = if call.method.as_deref() == Some("then") {
                        item.join(owner)
                    } else {
                        item
                    };
                    if call.method.as_deref() == Some("reduce") {
                        let start = call.given.get(1).map(|it| it.value.clone());
                        give(start.unwrap_or_default().join(&item));
                    }
                    give(item);
                }
                None if place == 0 && call.given.len() > 1 => {
                    // `map(f, items)`.
                    for other in &call.given[1..] {
                        let item = self.element(&other.value, call.id);
                        give(item);
                    }
                }
                _ => {}
            }
            let inner = Call {
                id: call.id,
                place: call.place,
                callee: argument.value.clone(),
                receiver: None,
                method: None,
                of_attribute: None,
                given: &given,
            };
            if is_of_library {
                let found = self.invoke(&inner);
                taint = taint.union(&self.state.whole_taint(&found));
            } else if let Some(thing) = argument.value.thing.clone() {
                let found = if self.engine.nesting > MAX_DEPTH {
                    Value::default()
                } else {
                    self.engine.nesting += 2;
                    let found = self.call_thing(&thing, &inner);
                    self.engine.nesting -= 2;
                    found
                };
                taint = taint.union(&self.state.whole_taint(&found));
            }
        }
        taint
    }
}
