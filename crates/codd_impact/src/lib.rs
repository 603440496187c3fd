//! Two sides in: the classified change set and the impact set with witnesses out.
//!
//! Pure functions over the graphs and facts of base and head.

mod change;
mod classify;
#[cfg(test)]
mod fixture;
mod reach;
#[cfg(test)]
mod tests;
mod trace;

pub use change::{
    Change, ChangeKind, ChangeSet, FileChange, FileChangeKind, Side, SideFile, VersionChange,
};
pub use classify::{ChangeOptions, change_set};
pub use reach::{Aspect, ImpactOptions, ImpactSet, OtherWay, ReachSide, Reached, WitnessStep};
pub use trace::{BodyTraces, Trace, TraceRoom, Traced, impact};
