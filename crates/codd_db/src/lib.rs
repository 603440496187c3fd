//! The wiring: the salsa database, its inputs and queries.
//!
//! Reading `queries.rs` top to bottom is reading how an answer is made and what is recomputed
//! when. Each query is a few lines that call a pure crate; no other crate knows salsa.

#![warn(missing_docs)]

mod analysis;
mod beside;
mod database;
mod digest;
mod inputs;
mod kept;
mod known;
mod known_project;
mod near;
mod outline;
mod packed;
mod project;
mod queries;
mod read;
#[cfg(test)]
mod tests;
mod trace;

pub use analysis::{Analysis, Engine, Progress, Request, RequestFile, Silent, Stage};
pub use codd_store::{
    IgnoredSegment, Part, PlaceFault, Removed, SegmentFault, SharedPack, SharedPlace,
    SharingStatus, Store, StoreOptions, StoreStatus,
};
pub(crate) use database::Db;
pub use database::{ContentReader, ReadFailure};
pub use inputs::Treatment;
pub use kept::build_name;
pub use outline::{AnalysisFile, FactsOutline, FileOutline};
pub use queries::FileFailure;
