//! Where values go: from sources, past sanitizers and guards, to sinks, across functions and
//! files.
//!
//! Each function is looked at once its callees are known, and gives a summary: what of its
//! parameters it gives back, puts into others or lets get to a sink. What frameworks call is
//! then run with what they give. Everything is a pure function of its arguments; what was
//! given up is counted.

mod analysis;
mod classes;
mod engine;
mod known;
pub mod models;
mod paths;
mod probe;
mod probed;
mod program;
mod run;
mod state;
mod summary;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trail;
mod value;
mod ways;

pub use analysis::{FlowAnalysis, FlowFinding, FlowStep, FlowWay, SinkPlace, analyse};
pub use classes::{CLASSES, ClassId, FlowClass};
pub use known::KnownFlows;
pub use models::{ModelFile, Models};
pub use probe::{
    ProbeArgument, ProbeCall, ProbePattern, ProbePlace, ProbeSeen, ProbeValue, ProbeWay, ProbeWhat,
};
pub use program::{FlowFile, followed_languages};
pub use trail::StepKind;
