//! The places at which a route is served, and what is certain to run on all ways to it.

use std::collections::BTreeMap;

use super::Served;
use crate::{Confidence, Hook};

/// Where something runs: on all ways through a place, or from it through one mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    Place(usize),
    Mount(usize, usize),
}

/// All places at which one route is served: the first is its own router.
pub(super) struct Places<'a> {
    pub(super) all: Vec<PlaceOf<'a>>,
}

pub(super) struct PlaceOf<'a> {
    pub(super) at: Served<'a>,
    /// Each mount of the router here, and the place that it leads to.
    pub(super) mounts: Vec<(&'a Hook, usize)>,
    /// There are more mounts than are told apart.
    pub(super) is_cut: bool,
}

impl Places<'_> {
    /// How surely something runs that holds in these places and mounts.
    pub(super) fn certainty(&self, held: &[(Where, Confidence)]) -> Confidence {
        let mut own: Vec<Option<Confidence>> = vec![None; self.all.len()];
        let mut mounted: BTreeMap<(usize, usize), Confidence> = BTreeMap::new();
        for (at, confidence) in held {
            match at {
                Where::Place(at) => own[*at] = own[*at].max(Some(*confidence)),
                Where::Mount(at, mount) => {
                    let known = mounted.entry((*at, *mount)).or_insert(*confidence);
                    *known = *confidence.max(known);
                }
            }
        }
        // What each place is sure of; it starts from all and is lowered until nothing changes,
        // so that routers mounted in one another say nothing of themselves.
        let mut sure: Vec<Option<Confidence>> = vec![Some(Confidence::Exact); self.all.len()];
        loop {
            let mut is_changed = false;
            for (at, place) in self.all.iter().enumerate().rev() {
                let mounts = place.mounts.iter().enumerate().map(|(mount, (_, outer))| {
                    mounted.get(&(at, mount)).copied().max(sure[*outer])
                });
                let outside = mounts.min().flatten().filter(|_| !place.is_cut);
                let known = own[at].max(outside).min(sure[at]);
                if known != sure[at] {
                    sure[at] = known;
                    is_changed = true;
                }
            }
            if !is_changed {
                break;
            }
        }
        sure[0].unwrap_or(Confidence::Possible)
    }
}
