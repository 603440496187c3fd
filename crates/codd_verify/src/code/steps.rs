//! How much looking around a tree the rules of one file may do.

use std::sync::atomic::{AtomicU64, Ordering};

/// Steps that every file has; a step is a node that a relation (`has`, `inside`, …) looks at.
///
/// Tests have fewer, since they run without optimisation.
const STEPS: u64 = if cfg!(test) { 200_000 } else { 4_000_000 };

/// Further steps for each node of the file.
const STEPS_PER_NODE: u64 = 100;

/// The steps that are left for one file.
///
/// Relations inside of relations look at every pair, triple, … of nodes: without an end, a file
/// of a few thousand lines keeps a rule of three of them busy for hours.
pub(crate) struct Steps(AtomicU64);

impl Steps {
    pub(crate) fn for_nodes(nodes: u64) -> Steps {
        Steps(AtomicU64::new(STEPS + nodes.saturating_mul(STEPS_PER_NODE)))
    }

    /// Takes a step; `false` when none is left.
    // Only one thread looks at a file: nothing is lost between the two accesses.
    pub(crate) fn take(&self) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0
    }

    /// Whether some place was not looked at.
    pub(crate) fn are_gone(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}
