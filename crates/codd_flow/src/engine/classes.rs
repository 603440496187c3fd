//! What classes have of those that they extend.

use std::rc::Rc;

use codd_facts::{FlowFunctionKind, FlowStatement, FlowValue};

use super::{Bases, Engine};
use crate::paths::{PathId, Segment};
use crate::program::FnIx;
use crate::run::Run;
use crate::value::Thing;

impl<'a> Engine<'a> {
    /// The bases of a class, as its file names them.
    pub(crate) fn bases(&mut self, class: FnIx) -> Rc<Bases> {
        if let Some(known) = self.bases.get(&class) {
            return Rc::clone(known);
        }
        // Reserved, for classes that say they are their own base.
        self.bases.insert(class, Rc::default());
        let mut bases = Bases::default();
        let body = self.program.body(class);
        let is_ruby = self.is_ruby(class);
        for (at, base) in body.bases.iter().enumerate() {
            let value = Run::outside_value(self, class, *base);
            match value.thing.as_deref() {
                Some(Thing::Class(own)) => bases.own.push(*own),
                // Modules that are taken in are no base.
                _ if is_ruby && at > 0 => {}
                _ if is_ruby => bases.outside.extend(value.path.map(|it| self.known_base(it))),
                _ => bases.outside.extend(value.path),
            }
        }
        if let Some(others) = self.program.opened_again.get(&class) {
            bases.own.extend(others);
        }
        // What another part of the class extends, this one does, too.
        let parts = self.program.parts(class);
        bases.own.extend(parts.iter().flat_map(|it| it.iter()).filter(|it| **it != class));
        let bases = Rc::new(bases);
        self.bases.insert(class, Rc::clone(&bases));
        bases
    }

    /// Finds in a class and those it extends; the nearest counts.
    pub(crate) fn in_class<T>(
        &mut self,
        class: FnIx,
        mut find: impl FnMut(&mut Engine<'a>, FnIx) -> Option<T>,
    ) -> Option<T> {
        let mut open = vec![class];
        let mut seen = Vec::new();
        while let Some(at) = open.pop() {
            if seen.contains(&at) || seen.len() > 64 {
                continue;
            }
            seen.push(at);
            if let Some(found) = find(self, at) {
                return Some(found);
            }
            open.extend(self.bases(at).own.iter().rev());
        }
        None
    }

    /// The names that the bodies of a class and of those it extends assign, the farthest first:
    /// the fields of a class of data. Says too whether these are all.
    pub(crate) fn fields(&mut self, class: FnIx) -> (Vec<Rc<str>>, bool) {
        let mut classes = Vec::new();
        let mut are_all = true;
        self.in_class(class, |engine, at| {
            classes.push(at);
            let bases = engine.bases(at);
            are_all &= bases.own.len() + bases.outside.len() == engine.program.body(at).bases.len();
            None::<()>
        });
        let mut fields: Vec<Rc<str>> = Vec::new();
        for at in classes.into_iter().rev() {
            let flow = self.program.files[self.program.function(at).file as usize].flow;
            for statement in &self.program.body(at).body {
                let FlowStatement::Assign { target, .. } = statement else { continue };
                let FlowValue::Name(name) = flow.value(*target) else { continue };
                let name = flow.name(*name).as_str();
                if !fields.iter().any(|it| &**it == name) {
                    fields.push(name.into());
                }
            }
        }
        (fields, are_all)
    }

    pub(crate) fn method(&mut self, class: FnIx, name: &str) -> Option<FnIx> {
        self.in_class(class, |engine, at| engine.program.function(at).methods.get(name).copied())
    }

    /// What instances of a class are to the outside: those of its nearest base from there.
    pub(crate) fn outside_base(&mut self, class: FnIx) -> Option<PathId> {
        let path = self.in_class(class, |engine, at| engine.bases(at).outside.first().copied())?;
        self.paths.extend(path, Segment::Called, &self.models)
    }

    /// Whether a class is an enumeration, whose values are no texts.
    pub(crate) fn is_enumeration(&mut self, class: FnIx) -> bool {
        let base = self.bases(class).outside.first().copied();
        base.is_some_and(|it| &**self.paths.text(it) == "System.Enum")
    }

    /// Whether a class, or one that it extends, has a member of that name.
    pub(crate) fn has_member(&mut self, class: FnIx, name: &str) -> bool {
        let found = self.in_class(class, |engine, at| {
            engine.program.function(at).members.contains(name).then_some(())
        });
        found.is_some()
    }

    pub(crate) fn thing_of(&self, ix: FnIx) -> Thing {
        match self.program.body(ix).kind {
            FlowFunctionKind::Class => Thing::Class(ix),
            _ => Thing::Function { function: ix, captured: Rc::from([]) },
        }
    }
}
