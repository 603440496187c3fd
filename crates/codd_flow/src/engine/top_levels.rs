//! Variables of top levels and classes, and what functions put into them.

use std::rc::Rc;

use super::{Engine, MAX_AHEAD, MAX_NESTING_AHEAD, ModuleState, Told};
use crate::paths::PathId;
use crate::program::FnIx;
use crate::run::Run;
use crate::value::{Frozen, Key, Taint, Value};

/// Items that functions put into one variable of a top level, told apart.
const MAX_PUT: usize = 32;

impl Engine<'_> {
    /// Runs a top level for what its names stand for, once.
    pub(crate) fn ensure_module(&mut self, file: u32) {
        if self.modules_done[file as usize] != ModuleState::Open {
            return;
        }
        self.modules_done[file as usize] = ModuleState::Running;
        if self.ahead < MAX_AHEAD && self.nesting <= MAX_NESTING_AHEAD {
            self.ahead += 1;
            self.run_module(file);
            self.ahead -= 1;
            self.modules_done[file as usize] = ModuleState::Done;
        } else {
            self.modules_done[file as usize] = ModuleState::Open;
        }
    }

    pub(super) fn run_module(&mut self, file: u32) {
        let ix = self.program.in_file(file, codd_facts::FunctionId(0));
        let names = self.looking_at(ix, |engine| Run::top_level(engine, ix));
        for (name, value) in names {
            let place = (file, name);
            if self.globals.get(&place) != Some(&value) {
                self.globals.insert(place.clone(), value);
                self.changed(&Told::Variable(place.0, place.1));
            }
        }
    }

    /// A variable of a file's top level.
    pub(crate) fn global(&mut self, file: u32, name: &str) -> Option<Frozen> {
        self.ensure_module(file);
        let place = (file, name.to_owned());
        self.reads(Told::Variable(file, name.to_owned()));
        let known = match (self.globals.get(&place), self.set.get(&place)) {
            (Some(known), Some(set)) => Some(known.join(set)),
            (known, set) => known.or(set).cloned(),
        };
        if let Some(known) = known {
            let put = self.put.get(&place).map_or(&[][..], Vec::as_slice);
            return Some(
                put.iter().fold(known, |known, (key, item)| with_item(known, key.as_ref(), item)),
            );
        }
        let flow = self.program.files[file as usize].flow;
        // Functions and classes are there before their top level has run.
        let at = flow.functions.iter().position(|function| {
            function.parent == Some(codd_facts::FunctionId(0))
                && function.name.is_some_and(|own| flow.name(own) == name)
        })?;
        let ix = self.program.in_file(file, codd_facts::FunctionId(at as u32));
        Some(Frozen { value: Value::thing(self.thing_of(ix)), shape: None })
    }

    /// A variable of a file's top level may be this, too.
    pub(crate) fn join_global(&mut self, file: u32, name: &str, value: &Frozen) {
        let place = (file, name.to_owned());
        // What nobody goes by need not be looked at again.
        let is_constant = |it: &Frozen| it.value.constant.is_some() || it.value.thing.is_some();
        let matters = self.globals.get(&place).is_some_and(is_constant) || self.matters(value);
        if join_into(self.set.entry(place), value) && matters {
            self.changed(&Told::Variable(file, name.to_owned()));
        }
    }

    /// An attribute of a class may be this, too.
    pub(crate) fn join_attribute(&mut self, class: FnIx, name: &str, value: &Frozen) {
        let known = self.set_attributes.entry((class, name.to_owned()));
        if join_into(known, value) {
            self.changed(&Told::Attribute(class, name.to_owned()));
        }
    }

    /// Whether a value that is told to other bodies may change what is found in them.
    fn matters(&self, value: &Frozen) -> bool {
        !self.models.probes.is_empty() || !value.whole_taint().is_empty()
    }

    /// What is found at a path from outside may be text of these, too.
    pub(crate) fn join_at_path(&mut self, path: PathId, taint: &Taint) {
        let known = self.at_paths.entry(path).or_default();
        let joined = known.union(taint);
        if joined != *known {
            *known = joined;
            self.changed(&Told::At(path));
        }
    }

    pub(crate) fn set_at_path(&mut self, path: PathId) -> Option<&Taint> {
        if !self.paths.is_symbolic(path) {
            self.reads(Told::At(path));
        }
        self.at_paths.get(&path)
    }

    /// What a class itself says of an attribute, and what is set from elsewhere.
    pub(crate) fn attribute(&mut self, class: FnIx, name: &str) -> Option<Frozen> {
        self.reads(Told::Attribute(class, name.to_owned()));
        let own = self.attributes.get(&class);
        let own = own.and_then(|own| own.iter().find(|(own, _)| own == name));
        let set = self.set_attributes.get(&(class, name.to_owned()));
        match (own.map(|it| &it.1), set) {
            (Some(own), Some(set)) => Some(own.join(set)),
            (own, set) => own.or(set).cloned(),
        }
    }

    /// What the body of a class gives its names.
    pub(crate) fn set_attributes_of(&mut self, class: FnIx, names: Vec<(String, Frozen)>) {
        let before = self.attributes.insert(class, names.clone()).unwrap_or_default();
        for name in names.iter().filter(|it| !before.contains(it)) {
            self.changed(&Told::Attribute(class, name.0.clone()));
        }
    }

    /// An item of a variable of a file's top level may be this, too.
    pub(crate) fn join_item(&mut self, file: u32, name: &str, key: Option<&Key>, item: &Frozen) {
        let matters = self.matters(item);
        let put = self.put.entry((file, name.to_owned())).or_default();
        let mut is_changed = false;
        match put.iter().position(|(own, _)| own.as_ref() == key) {
            Some(at) => {
                let joined = put[at].1.join(item);
                is_changed |= joined != put[at].1;
                put[at].1 = joined;
            }
            // Beyond these, an item is any of them.
            None if put.len() >= MAX_PUT => {
                let (own, known) = &mut put[0];
                let joined = known.join(item);
                is_changed |= joined != *known || own.is_some();
                (*own, *known) = (None, joined);
            }
            None => {
                put.push((key.cloned(), item.clone()));
                is_changed = true;
            }
        }
        if is_changed && matters {
            self.changed(&Told::Variable(file, name.to_owned()));
        }
    }
}

/// Joins a value into what is known already; says whether that is another than before.
fn join_into<K: std::hash::Hash + Eq>(
    known: std::collections::hash_map::Entry<'_, K, Frozen>,
    value: &Frozen,
) -> bool {
    match known {
        std::collections::hash_map::Entry::Occupied(mut known) => {
            let joined = known.get().join(value);
            let is_changed = joined != *known.get();
            known.insert(joined);
            is_changed
        }
        std::collections::hash_map::Entry::Vacant(place) => {
            place.insert(value.clone());
            true
        }
    }
}

/// A container in which an item may be this, too.
fn with_item(known: Frozen, key: Option<&Key>, item: &Frozen) -> Frozen {
    let mut shape = known.shape.as_deref().cloned().unwrap_or_default();
    let at = key.map(|key| shape.items.binary_search_by(|(own, _)| own.cmp(key)));
    match (at, key) {
        (Some(Ok(at)), _) => shape.items[at].1 = shape.items[at].1.join(item),
        (Some(Err(at)), Some(key)) => {
            let value = item.value.or_missing(shape.is_whole && shape.rest.is_none());
            shape.items.insert(at, (key.clone(), Frozen { value, ..item.clone() }));
        }
        _ => {
            shape.rest = Some(match &shape.rest {
                Some(rest) => rest.join(item),
                None => item.clone(),
            });
        }
    }
    Frozen { value: known.value, shape: Some(Rc::new(shape)) }
}
