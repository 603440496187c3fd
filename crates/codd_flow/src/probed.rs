//! What was seen of the calls that probes ask for, by whoever saw it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use codd_source::Span;
use rustc_hash::FxHashMap;

use crate::paths::PathId;
use crate::probe::{ProbePattern, ProbeSeen, ProbeValue, ProbeWhat, any_method, matches};
use crate::program::FnIx;
use crate::trail::Place;
use crate::value::Frozen;

/// Ways to one call that are told apart; beyond, nothing is known of it.
const MAX_SEEN: usize = 64;

/// A probe and the place of a call.
pub(crate) type Site = (u32, Place);

/// A call whose arguments its callers know.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PendingProbe {
    pub(crate) probe: u32,
    pub(crate) place: Place,
    pub(crate) spans: Vec<Option<Span>>,
    pub(crate) values: Vec<Frozen>,
    /// Calls that it was passed through, the innermost first.
    pub(crate) steps: Vec<Place>,
}

/// What is called, or assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    Path(PathId),
    /// An attribute of what is found at a path.
    Attribute(PathId, Rc<str>),
    /// A function of the project's.
    Own(FnIx),
    /// A method of something whose type is not known.
    Method(Rc<str>),
}

/// What one call was seen with.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) spans: Vec<Option<Span>>,
    pub(crate) all: Vec<ProbeSeen>,
}

#[derive(Debug, Default)]
pub(crate) struct Probed {
    /// By the body that was looked at: looking again begins anew.
    by: BTreeMap<FnIx, BTreeMap<Site, Seen>>,
    answered: BTreeSet<(FnIx, Site)>,
    asked: FxHashMap<(Subject, bool), Vec<u32>>,
}

impl Probed {
    pub(crate) fn begin(&mut self, ix: FnIx) {
        self.by.remove(&ix);
    }

    /// The probes that ask for this, of which `name` gives the dotted name.
    pub(crate) fn asked(
        &mut self,
        probes: &[ProbePattern],
        subject: Subject,
        is_assigned: bool,
        name: impl FnOnce() -> String,
    ) -> &[u32] {
        self.asked
            .entry((subject, is_assigned))
            .or_insert_with_key(|(subject, _)| asking(probes, subject, is_assigned, &name()))
    }

    pub(crate) fn saw(&mut self, by: FnIx, site: Site, spans: &[Option<Span>]) {
        let seen = self.by.entry(by).or_default().entry(site).or_default();
        if seen.spans.iter().all(Option::is_none) {
            seen.spans = spans.to_vec();
        }
    }

    pub(crate) fn found(&mut self, by: FnIx, site: Site, found: ProbeSeen) {
        let seen = self.by.entry(by).or_default().entry(site).or_default();
        if seen.all.contains(&found) {
            return;
        }
        if seen.all.len() < MAX_SEEN {
            seen.all.push(found);
        } else if let Some(last) = seen.all.last_mut() {
            for value in &mut last.values {
                *value = ProbeValue::one(ProbeWhat::Unknown);
            }
        }
    }

    /// A caller has said what the call in this function is given.
    pub(crate) fn answered(&mut self, function: FnIx, site: Site) {
        self.answered.insert((function, site));
    }

    pub(crate) fn is_answered(&self, function: FnIx, site: Site) -> bool {
        self.answered.contains(&(function, site))
    }

    /// All calls with all that was seen of them.
    pub(crate) fn all(&self) -> BTreeMap<Site, Seen> {
        let mut all: BTreeMap<Site, Seen> = BTreeMap::new();
        for (site, seen) in self.by.values().flatten() {
            let known = all.entry(*site).or_default();
            if known.spans.iter().all(Option::is_none) {
                known.spans.clone_from(&seen.spans);
            }
            for it in &seen.all {
                if !known.all.contains(it) {
                    known.all.push(it.clone());
                }
            }
        }
        all
    }
}

fn asking(probes: &[ProbePattern], subject: &Subject, is_assigned: bool, name: &str) -> Vec<u32> {
    let plain = name.replace("()", "");
    let asks = |probe: &ProbePattern| {
        let patterns = if is_assigned { &probe.assigned } else { &probe.calls };
        let is = |it: &String| match subject {
            Subject::Method(name) => any_method(it) == Some(&**name),
            Subject::Own(_) if any_method(it).is_some() => false,
            _ => matches(it, name) || matches(it, &plain),
        };
        patterns.iter().any(is) && !probe.except.iter().any(is)
    };
    let all = probes.iter().enumerate();
    all.filter(|(_, probe)| asks(probe)).map(|(at, _)| at as u32).collect()
}
