//! What objects of Ruby's classes are to frameworks, and which of them run a method.

use std::rc::Rc;

use codd_facts::FlowFunctionKind;

use super::Engine;
use crate::paths::PathId;
use crate::program::{Family, FnIx};
use crate::value::{Thing, Value};

const CONTROLLER: &str = "ActionController.Base";
const VIEW: &str = "ActionView.Base";
/// Classes that take in a module which are looked at.
const MAX_BELOW: usize = 16;

impl Engine<'_> {
    pub(crate) fn is_ruby(&self, ix: FnIx) -> bool {
        let file = self.program.function(ix).file;
        self.program.files[file as usize].family == Family::Ruby
    }

    /// A base from outside as models know it: a controller of a gem is one of Rails.
    pub(super) fn known_base(&mut self, path: PathId) -> PathId {
        let text = Rc::clone(self.paths.text(path));
        let last = text.rsplit('.').next().unwrap_or(&text);
        match last {
            "ApplicationRecord" => self.paths.of_text("ActiveRecord.Base", &self.models),
            _ if last.ends_with("Controller") => self.paths.of_text(CONTROLLER, &self.models),
            _ => path,
        }
    }

    /// The object that a method runs on where a framework calls it.
    ///
    /// A module has none of its own: its methods run on objects of a class that takes it in.
    pub(crate) fn ruby_receiver(&mut self, ix: FnIx, class: Option<FnIx>) -> Value {
        let file = self.program.function(ix).file;
        let Some(class) = class else {
            let is_sinatra = self.program.imports(file, "sinatra");
            let path = is_sinatra.then(|| self.paths.of_text("Sinatra.Base()", &self.models));
            return Value { path, ..Value::default() };
        };
        if self.program.body(ix).is_static {
            return Value::thing(Thing::Class(class));
        }
        if let Some(path) = self.outside_base(class) {
            let thing = Some(Rc::new(Thing::Instance(class)));
            return Value { path: Some(path), thing, ..Value::default() };
        }
        let (mut of, mut path) = (class, None);
        if self.program.body(class).is_abstract {
            for below in self.below(class).into_iter().take(MAX_BELOW) {
                if let Some(found) = self.outside_base(below) {
                    (of, path) = (below, Some(found));
                    break;
                }
            }
            // Helpers are taken in by all views.
            if path.is_none()
                && self.program.files[file as usize].path.as_str().contains("helpers/")
            {
                path = Some(self.paths.of_text(&format!("{VIEW}()"), &self.models));
            }
        }
        Value { path, thing: Some(Rc::new(Thing::Instance(of))), ..Value::default() }
    }

    /// The class around a body, and whether the body runs on the class itself.
    pub(crate) fn class_around(&self, ix: FnIx) -> Option<(FnIx, bool)> {
        let mut at = Some(ix);
        while let Some(ix) = at {
            let parent = self.program.parent(ix);
            if let Some(class) =
                parent.filter(|it| self.program.body(*it).kind == FlowFunctionKind::Class)
            {
                return Some((class, self.program.body(ix).is_static));
            }
            at = parent;
        }
        None
    }
}
