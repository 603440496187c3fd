//! What values are where nobody has said who they are, and names that stand for them.

use std::collections::BTreeMap;

use codd_facts::{FlowValue, ValueId};

use super::{MAX_DEPTH, Walk};

/// What a value is where nobody has said who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether it counts as true, where that is known.
    pub(super) truth: Option<bool>,
    /// Whether it tells who asks.
    pub(super) asks: bool,
    /// It is made of what tells who asks in a way that leaves its truth open: `strikes > 3`.
    pub(super) is_open: bool,
}

impl Seen {
    /// A credential, or what is made of one: it is not there.
    pub(super) const ABSENT: Seen = Seen::of(false);

    /// What tells who asks, and counts as this.
    pub(super) const fn of(truth: bool) -> Seen {
        Seen { truth: Some(truth), asks: true, is_open: false }
    }

    /// The same of what tells who asks; what is not known there leaves it open.
    pub(super) fn asked(self) -> Seen {
        Seen { asks: true, is_open: self.is_open || self.truth.is_none(), ..self }
    }

    pub(super) fn not(self) -> Seen {
        Seen { truth: self.truth.map(|it| !it), ..self }
    }

    pub(super) fn with(self, other: Seen) -> Seen {
        let is_open = self.is_open || other.is_open;
        Seen { truth: None, asks: self.asks || other.asks, is_open }
    }
}

impl Walk<'_> {
    pub(super) fn bind(&mut self, target: ValueId, seen: Seen) {
        match self.asked.flow.value(target) {
            FlowValue::Sequence(parts) => {
                for part in parts {
                    if let FlowValue::Name(name) = self.asked.flow.value(*part) {
                        self.names.insert(self.asked.flow.name(*name).to_string(), seen);
                    }
                }
            }
            _ => {
                if let Some(path) = self.path(target, 0) {
                    self.names.insert(path, seen);
                }
            }
        }
    }

    /// A name, or the names by which something is kept: `g.user`, `session["user"]`.
    pub(super) fn path(&self, id: ValueId, depth: u32) -> Option<String> {
        let flow = self.asked.flow;
        let (base, last) = match flow.value(id) {
            FlowValue::Name(name) => return Some(flow.name(*name).to_string()),
            FlowValue::Attribute { base, name } => (*base, flow.name(*name)),
            FlowValue::Index { base, key } => match flow.value(*key) {
                FlowValue::Text(text) => (*base, flow.name(*text)),
                _ => return None,
            },
            _ => return None,
        };
        let base = if depth > MAX_DEPTH { None } else { self.path(base, depth + 1) };
        Some(format!("{}.{last}", base?))
    }

    /// Who asks, as this function itself has noted it; what it noted without a name for nobody
    /// is as empty as what others did.
    pub(super) fn kept(&self, id: ValueId) -> Seen {
        match self.path(id, 0).and_then(|path| self.names.get(&path)) {
            Some(seen) if seen.asks => *seen,
            Some(Seen { truth: Some(true), .. }) => Seen::of(true),
            Some(Seen { is_open: true, .. }) => Seen { truth: None, asks: true, is_open: true },
            _ => Seen::ABSENT,
        }
    }

    /// What names are on either of two ways.
    pub(super) fn join(&mut self, other: &BTreeMap<String, Seen>) {
        for (name, seen) in other {
            let is_kept = name.contains('.');
            let own = self
                .names
                .entry(name.clone())
                .or_insert_with(|| if is_kept { Seen::ABSENT } else { Seen::default() });
            let truth = own.truth.filter(|it| Some(*it) == seen.truth);
            let is_open = own.is_open || seen.is_open || is_kept && own.truth != seen.truth;
            *own = Seen { truth, asks: own.asks || seen.asks, is_open };
        }
    }
}
