//! Checks: what each kind means, evaluated over the facts and the graph of one snapshot.
//!
//! [`CheckPlan::compile`] turns controls into checks; [`CheckPlan::local`] runs what needs
//! one file alone, on the tree that is already parsed; [`CheckPlan::verify`] decides every
//! check from those hits and the graph. All are pure.

mod applicability;
mod beside;
#[cfg(test)]
mod beside_tests;
pub mod checks;
mod code;
mod context;
mod document;
mod every_way;
mod examples;
mod finding;
mod grep;
mod guards;
mod lines;
mod moved;
mod nodes;
mod outcome;
mod plan;
mod project;
mod scope;
mod settings;
mod targets;
mod test_code;
#[cfg(test)]
mod testing;
mod view;

pub use applicability::Concern;
pub use beside::Differing;
pub use checks::{
    FoundSecret, KindPage, PageCode, PageExample, check_schemas, kind_pages, proposed_fixes,
};
pub use examples::{ExampleResult, ExampleVerdict, run_examples};
pub use finding::{Finding, FindingPlace, FindingStep, FindingWay, WayEnd};
pub use outcome::{CheckOutcome, ControlOutcome, OpenPlaces, Outcome, ServedRoute, SkippedFile};
pub use plan::CheckPlan;
pub use targets::library_name;
pub use test_code::files_of_tests;
pub use view::{FileHits, Hit, SnapshotView, Undecided, ViewFile};
