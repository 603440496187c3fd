//! Two sides in: the classified change set and the impact set with witnesses out.
//!
//! Pure functions over the graphs and facts of base and head.

mod change;
mod reach;

pub use change::{Change, ChangeKind, ChangeSet, FileChange, FileChangeKind, Side, SideFile};
pub use reach::{ImpactOptions, ImpactSet, ReachSide, Reached, WitnessStep};
