//! What bodies read of one another, so that a change of it has only its readers looked at again.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Engine;
use crate::paths::PathId;
use crate::program::FnIx;

/// Something that one body says and others read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Told {
    /// A variable of a file's top level.
    Variable(u32, String),
    Attribute(FnIx, String),
    /// What is put at a path from outside.
    At(PathId),
    /// What calling a function does.
    Summary(FnIx),
}

#[derive(Debug, Default)]
pub(super) struct Readers {
    /// Bodies that are being looked at, the innermost last.
    looking: Vec<FnIx>,
    /// In the order in which they read it.
    readers: FxHashMap<Told, Vec<FnIx>>,
    /// Bodies that have read what is another now.
    pub(super) stale: BTreeSet<FnIx>,
    /// Functions that a framework or a closure gives something else to.
    pub(super) given: BTreeSet<FnIx>,
}

impl Engine<'_> {
    /// Looks at a body: what is read meanwhile, it reads.
    pub(super) fn looking_at<T>(&mut self, ix: FnIx, look: impl FnOnce(&mut Self) -> T) -> T {
        self.readers.looking.push(ix);
        let found = look(self);
        self.readers.looking.pop();
        found
    }

    /// Notes what is read by the body that is being looked at.
    pub(crate) fn reads(&mut self, told: Told) {
        let Some(reader) = self.readers.looking.last() else { return };
        let known = self.readers.readers.entry(told).or_default();
        if known.last() != Some(reader) {
            known.push(*reader);
        }
    }

    /// Whoever has read this so far has read something else.
    pub(super) fn changed(&mut self, told: &Told) {
        if let Some(readers) = self.readers.readers.get(told) {
            self.readers.stale.extend(readers);
        }
    }

    /// Those who go by what calling a function does.
    pub(super) fn callers(&self, ix: FnIx) -> Vec<FnIx> {
        self.readers.readers.get(&Told::Summary(ix)).cloned().unwrap_or_default()
    }

    /// A function is called from outside with something else than before.
    pub(crate) fn is_given_else(&mut self, ix: FnIx) {
        self.readers.given.insert(ix);
    }
}
