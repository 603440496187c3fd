//! What Go's own functions do with values, and what its packages know of one another.

use std::rc::Rc;

use codd_facts::{FlowValue, ValueId};

use super::Run;
use super::calls::{Call, Given};
use crate::program::Family;
use crate::value::{Key, Taint, Thing, Value};

impl Run<'_, '_> {
    /// A call of something of the language whose result is known.
    pub(super) fn of_go(&mut self, call: &Call<'_>) -> Option<Value> {
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it))?;
        let text = Rc::clone(self.engine.paths.text(path));
        let first = call.given.first();
        match &*text {
            "<list>" => Some(self.new_list(Vec::new(), call.id)),
            "append" => {
                let list = self.new_list(Vec::new(), call.id);
                let object = list.object?;
                let first = first?.value.clone();
                if first.constant.is_none() {
                    self.extend_list(object, &first);
                }
                for given in &call.given[1..] {
                    if given.is_spread {
                        self.extend_list(object, &given.value.clone());
                    } else {
                        let value = given.value.clone();
                        self.state.shape_mut(object).push(value);
                    }
                }
                Some(list)
            }
            "string" => first.map(|it| it.value.clone()).filter(|it| it.as_text().is_some()),
            "copy" => {
                let [into, from] = call.given else { return None };
                let taint = self.state.whole_taint(&from.value);
                self.fill(into, &taint, call.id);
                Some(Value::default())
            }
            _ => None,
        }
    }

    /// Whether a method is one of a type of a library that is known, which models would name
    /// if its methods were what they speak of.
    pub(super) fn has_other_type(&self, call: &Call<'_>) -> bool {
        if self.family() != Family::Go {
            return false;
        }
        let owner = call.receiver.as_ref().and_then(|(_, owner)| owner.path);
        let Some(owner) = owner.filter(|it| !self.engine.paths.is_symbolic(*it)) else {
            return false;
        };
        let text = self.engine.paths.text(owner);
        text.strip_suffix("()").is_some_and(|it| it.contains('.') && !it.contains("()"))
    }

    /// Text of these authors is put into an argument.
    pub(super) fn fill(&mut self, argument: &Given, taint: &Taint, at: ValueId) {
        if taint.is_empty() {
            return;
        }
        if let Some(id) = argument.id
            && let FlowValue::Name(name) = self.flow.value(id)
            && let Some(slot) = self.slot(*name)
        {
            let own = &mut self.state.vars[slot];
            own.constant = None;
            own.taint = own.taint.union(taint);
        }
        let object = match argument.id {
            Some(id) => Some(self.object_of(id, &argument.value, at)),
            None => self.state.object(&argument.value),
        };
        if let Some(object) = object {
            self.state.shape_mut(object).add_rest(&Value::tainted(taint.clone()));
        }
    }

    /// What an import of a package binds.
    pub(super) fn brought_package(&mut self, module: &str) -> Value {
        if let Some(folder) = self.engine.program.package(self.file, module) {
            return Value::thing(Thing::Package(folder.into()));
        }
        let segment = crate::paths::Segment::Outside(module.into());
        let path = self.engine.paths.root(segment, &self.engine.models);
        self.at_path(path, ValueId(0))
    }

    /// A name of another file of a package.
    pub(super) fn of_package(&mut self, folder: &str, name: &str, at: ValueId) -> Option<Value> {
        for file in self.engine.program.files_in(folder) {
            if file == self.file {
                continue;
            }
            if let Some(found) = self.engine.global(file, name) {
                return Some(self.thaw(&found, at));
            }
        }
        None
    }

    /// The same for the package of this file.
    pub(super) fn of_own_package(&mut self, name: &str, at: ValueId) -> Option<Value> {
        let path = self.engine.program.files[self.file as usize].path.as_str();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        self.of_package(&folder, name, at)
    }

    /// One of the several values that a call gives: of a library, the first is what the call
    /// is about, and the others whatever else.
    pub(super) fn result_at(&mut self, value: &Value, at: usize, target: ValueId) -> Value {
        if self.state.shape(value).is_some_and(|it| it.is_list && it.is_whole) {
            return self.read(value, Some(&Key::place(at)), target);
        }
        if at == 0 {
            return value.clone();
        }
        let is_said = matches!(self.flow.value(target), FlowValue::Name(name)
            if matches!(self.flow.name(*name).as_str().split('\'').next(), Some("err" | "ok")));
        if is_said { Value::default() } else { Value::tainted(value.taint.clone()) }
    }
}
