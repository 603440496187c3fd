//! What people and agents ask of a project besides an assessment: one file a question.

mod author;
mod batch;
mod brief;
mod controls;
mod doctor;
mod examples;
mod explain;
mod export;
mod fixes;
mod graph;
mod history;
mod import;
mod pin;
mod routes;
mod schemas;
mod selection;
mod symbols;

pub use author::{NewControl, NewControlError};
pub use batch::{BatchAnswer, FileAndSymbol};
pub use brief::{Brief, BriefAnswer, BriefExample};
pub use controls::ControlSummary;
pub(crate) use doctor::MODELINE;
pub use doctor::{DoctorArea, DoctorReport};
pub use examples::{ControlExample, ExampleResult, ExamplesReport};
pub use explain::{ControlExplanation, Explanation, FindingExplanation};
pub use export::ExportNode;
pub use fixes::ProposedFix;
pub use graph::{EdgeRecord, ExportQuestion, GraphQuestion, PathAnswer, ReachAnswer, ReachStep};
pub use history::{HistoryReport, SecretRecord};
pub use import::{ImportError, ImportReport};
pub use pin::PinnedRecord;
pub use routes::{BeforeRecord, LibraryRecord, RouteRecord};
pub use schemas::{SCHEMA_NAMES, schema};
pub use selection::{RunnerSelection, SelectedTest, SelectionReason, TestSelection};
pub use symbols::SymbolError;
