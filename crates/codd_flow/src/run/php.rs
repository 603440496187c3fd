//! What names of PHP mean, which are written in full.

use codd_facts::{FlowFunctionKind, FlowName, FlowValue, ValueId};

use super::Run;
use super::calls::Call;
use crate::classes::Mask;
use crate::paths::PathId;
use crate::program::{Family, FnIx};
use crate::trail::StepKind;
use crate::value::{Atom, ObjectId, Taint, Value};

/// Files of one file that are included.
const MAX_INCLUDED: usize = 32;

impl Run<'_, '_> {
    /// A class or a function of the project, or something from outside.
    pub(super) fn by_full_name(&mut self, text: &str, at: ValueId) -> Value {
        let (package, name) = text.rsplit_once('\\').unwrap_or(("", text));
        let program = &self.engine.program;
        let function = format!("{name}()");
        let file = &program.files[self.file as usize];
        let own = file.flow.package.map_or("", |it| file.flow.name(it).as_str());
        let found = program
            .type_named(package, name)
            .or_else(|| program.type_named(package, &function))
            // A function without a namespace may be the file's own.
            .or_else(|| program.type_named(own, &function).filter(|_| package.is_empty()));
        if let Some(found) = found {
            return Value::thing(self.engine.thing_of(found));
        }
        let path = self.engine.paths.of_text(&text.replace('\\', "."), &self.engine.models);
        self.at_path(path, at)
    }

    /// What the language fills is found where it is read, not where it was read first.
    pub(super) fn read_again(&mut self, known: Value, at: ValueId) -> Value {
        let own = known.path.filter(|_| self.family() == Family::Php);
        match own.map(|path| self.own_source(path, at)) {
            Some(taint) if !taint.is_empty() => Value { taint, ..known },
            _ => known,
        }
    }

    /// The text that a path is by itself, and not for being part of another.
    pub(super) fn own_source(&mut self, path: PathId, at: ValueId) -> Taint {
        match self.engine.paths.source(path).cloned() {
            Some((own, known)) if own == path => {
                Taint::of(self.engine.source(self.place(at), &known))
            }
            _ => Taint::default(),
        }
    }

    /// Whether this is a top level of PHP, whose variables are those of the files that it
    /// includes, too.
    fn shares_variables(&self) -> bool {
        self.family() == Family::Php && self.body.kind == FlowFunctionKind::Module
    }

    /// A variable of a top level that is not assigned here: whoever includes the file may.
    pub(super) fn of_includers(&mut self, name: FlowName, at: ValueId) -> Value {
        let mut found = Value::default();
        if !self.shares_variables() {
            return found;
        }
        let text = self.flow.name(name).clone();
        for file in self.engine.program.importers(self.file) {
            if let Some(known) = self.engine.global(file, &text) {
                let known = self.thaw(&known, at);
                found = if found.is_blank() { known } else { found.join(&known) };
            }
        }
        found
    }

    /// `include`: the variables of this top level may be what the included file leaves in them.
    pub(super) fn include(&mut self, call: &Call<'_>) {
        let path = call.callee.path.map(|it| &**self.engine.paths.text(it));
        if path != Some("include") || !self.shares_variables() {
            return;
        }
        let files = self.engine.program.files[self.file as usize].imported.clone();
        for file in files.into_iter().take(MAX_INCLUDED) {
            for (slot, name) in self.body.locals.iter().enumerate() {
                let text = self.flow.name(*name);
                if text.starts_with('$')
                    && let Some(known) = self.engine.global(file, text)
                {
                    let known = self.thaw(&known, call.id);
                    let own = &self.state.vars[slot];
                    self.state.vars[slot] = if own.is_blank() { known } else { own.join(&known) };
                }
            }
        }
    }

    /// The text that `sprintf` puts others into.
    pub(super) fn printed_into<'c>(&self, call: &'c Call<'_>) -> Option<&'c str> {
        let path = call.callee.path.map(|it| self.engine.paths.text(it))?;
        let is_it = matches!(&**path, "sprintf" | "vsprintf");
        call.given.first().filter(|_| is_it)?.value.as_text()
    }

    /// What a route answers with is a page where it is a text: one that is put together there, or
    /// that tags were put around before. What a method gives is most often an object, which
    /// becomes JSON, a view or a redirect.
    pub(super) fn answer_of(&mut self, written: ValueId, value: Value) -> Value {
        let answers = self.engine.answers.get(&self.ix).map_or(&[][..], Vec::as_slice);
        if self.family() != Family::Php || answers.is_empty() || value.taint.is_empty() {
            return value;
        }
        let mask = answers.iter().fold(Mask::default(), |sum, it| sum.or(Mask::of(it.class)));
        if self.is_text_written(written, 0) {
            return value;
        }
        let trails = &self.engine.trails;
        let has_tags = |atom: &Atom| {
            trails.steps(atom.trail).iter().any(|(_, kind)| *kind == StepKind::Markup)
        };
        let taint = value.taint.map(|atom| {
            if has_tags(&atom) { atom } else { Atom { safe: atom.safe.or(mask), ..atom } }
        });
        Value { taint, ..value }
    }

    /// Whether a value is a text by how it is written.
    fn is_text_written(&self, id: ValueId, depth: u32) -> bool {
        const MOST: u32 = 8;
        if depth > MOST {
            return true;
        }
        let is_text = |id: &ValueId| self.is_text_written(*id, depth + 1);
        match self.flow.value(id) {
            FlowValue::Joined { .. } | FlowValue::Attribute { .. } | FlowValue::Index { .. } => {
                true
            }
            FlowValue::Name(name) => match self.slot(*name).and_then(|it| self.state.written[it]) {
                Some(written) => is_text(&written),
                None => true,
            },
            FlowValue::Any(parts) => parts.iter().any(is_text),
            FlowValue::Conditional { then, otherwise, .. } => is_text(then) || is_text(otherwise),
            FlowValue::Assigned { value, .. } => is_text(value),
            FlowValue::Call { callee, .. } => match self.flow.value(*callee) {
                // Of the language itself.
                FlowValue::Name(name) => !self.flow.name(*name).contains('\\'),
                FlowValue::Attribute { name, .. } => {
                    self.engine.models.may_be_source_called(self.flow.name(*name))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// An object of a class of the project is, to those outside, one of what that extends.
    pub(super) fn of_outside_base(&mut self, value: Value, class: FnIx, at: ValueId) -> Value {
        if self.family() != Family::Php {
            return value;
        }
        let base = self.engine.outside_base(class);
        let is_spoken_of = |it: &PathId| self.engine.models.speaks_of(self.engine.paths.text(*it));
        match base.filter(is_spoken_of) {
            Some(base) => self.given_as(value, base, at),
            None => value,
        }
    }

    /// Something that a caller gives, which is known by its type.
    pub(super) fn given_as(&mut self, mut value: Value, path: PathId, at: ValueId) -> Value {
        let given = value.path.filter(|it| self.engine.paths.is_symbolic(*it));
        value.object = value.object.or(given.map(ObjectId::At));
        value.path = Some(path);
        let own = self.own_source(path, at);
        if !own.is_empty() {
            value.taint = own;
        }
        value
    }
}

/// Types of the language that say nothing of what a value is to those outside.
pub(super) fn is_builtin_type(name: &str) -> bool {
    matches!(name, "string" | "array" | "mixed" | "iterable" | "object" | "callable" | "null")
}
