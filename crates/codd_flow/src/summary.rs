//! What calling a function does, as far as values go.

use std::rc::Rc;

use codd_facts::FlowName;

use crate::classes::{ClassId, Mask};
use crate::models::Reading;
use crate::paths::PathId;
use crate::probed::PendingProbe;
use crate::program::FnIx;
use crate::trail::{Place, TrailId};
use crate::value::{Frozen, Key};

/// Sinks and calls of one function that wait for its callers.
pub(crate) const MAX_PENDING: usize = 96;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    /// What it gives back; `None` where it never does.
    pub(crate) returns: Option<Frozen>,
    /// What of its parameters gets to a sink.
    pub(crate) sinks: Vec<PendingSink>,
    /// Calls of what its parameters are, which its callers can tell.
    pub(crate) calls: Vec<PendingCall>,
    /// What it puts into parts of its parameters that may be more than data.
    pub(crate) stores: Vec<PendingStore>,
    /// What it puts into its parameters and what is around it.
    pub(crate) writes: Vec<(PathId, Option<Key>, Frozen)>,
    /// What it assigns outside of itself: to a variable of a body around it, and, where only
    /// callers know what it is, to what all see.
    pub(crate) assigns: Vec<(Assigned, Frozen)>,
    /// Parameters that are no danger to these where it gives something true.
    pub(crate) guards: Vec<(u32, Mask)>,
    /// Calls that somebody asks for, of which its parameters are arguments.
    pub(crate) probes: Vec<PendingProbe>,
}

impl Summary {
    /// Nothing in it can lead to a flow.
    pub(crate) fn is_quiet(&self) -> bool {
        let is_local = |it: &(Assigned, Frozen)| matches!(it.0, Assigned::Local { .. });
        self.sinks.is_empty()
            && self.calls.is_empty()
            && self.stores.is_empty()
            && self.assigns.iter().all(is_local)
    }
}

/// Something outside of a body that it gives a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Assigned {
    /// A variable by the body that binds it, which is no top level.
    Local { owner: FnIx, name: FlowName },
    /// A variable of a file's top level.
    Variable { file: u32, name: Rc<str> },
    /// An item of what such a variable holds.
    Item { file: u32, name: Rc<str>, key: Option<Key> },
    /// An attribute of a class.
    Attribute { class: FnIx, name: Rc<str> },
}

#[derive(Clone, Debug)]
pub(crate) struct PendingSink {
    pub(crate) class: ClassId,
    pub(crate) place: Place,
    pub(crate) path: PathId,
    pub(crate) safe: Mask,
    /// How what is found there is read.
    pub(crate) reads: Reading,
    pub(crate) trail: TrailId,
}

impl PartialEq for PendingSink {
    fn eq(&self, other: &PendingSink) -> bool {
        (self.class, self.place, self.path, self.safe, self.reads)
            == (other.class, other.place, other.path, other.safe, other.reads)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PendingStore {
    pub(crate) owner: PathId,
    pub(crate) name: Option<Rc<str>>,
    pub(crate) value: Frozen,
    /// The value is a container that is made in place.
    pub(crate) is_made: bool,
    pub(crate) place: Place,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PendingCall {
    pub(crate) callee: PathId,
    pub(crate) arguments: Vec<(Option<Rc<str>>, Frozen)>,
    pub(crate) place: Place,
}
