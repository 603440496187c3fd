//! What was seen of the calls that probes ask for, by whoever saw it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use codd_source::Span;
use rustc_hash::FxHashMap;

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

/// What is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    Named(Rc<str>),
    /// A function of the project's.
    Own(Rc<str>),
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

    /// The probes that ask for this.
    pub(crate) fn asked(
        &mut self,
        probes: &[ProbePattern],
        subject: &Subject,
        is_assigned: bool,
    ) -> Vec<u32> {
        if let Some(known) = self.asked.get(&(subject.clone(), is_assigned)) {
            return known.clone();
        }
        let mut found = Vec::new();
        for (at, probe) in probes.iter().enumerate() {
            let patterns = if is_assigned { &probe.assigned } else { &probe.calls };
            let is_it = match subject {
                Subject::Method(name) => {
                    patterns.iter().any(|it| any_method(it) == Some(&**name))
                        && !probe.except.iter().any(|it| any_method(it) == Some(&**name))
                }
                Subject::Named(name) | Subject::Own(name) => {
                    let plain = name.replace("()", "");
                    let is_own = matches!(subject, Subject::Own(_));
                    let is = |it: &String| {
                        (matches(it, name) || matches(it, &plain))
                            && !(is_own && any_method(it).is_some())
                    };
                    patterns.iter().any(is) && !probe.except.iter().any(is)
                }
            };
            if is_it {
                found.push(at as u32);
            }
        }
        self.asked.insert((subject.clone(), is_assigned), found.clone());
        found
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
