//! The wiring: the salsa database, its inputs and queries.
//!
//! Reading [`queries`] top to bottom is reading how an answer is made and what is recomputed
//! when. Each query is a few lines that call a pure crate; no other crate knows salsa.

mod analysis;
mod database;
mod inputs;
mod kept;
mod project;
pub mod queries;
mod read;
#[cfg(test)]
mod tests;

pub use analysis::{Analysis, AnalysisFile, Engine, Progress, Request, RequestFile, Silent, Stage};
pub use codd_store::{Store, StoreOptions, StoreStatus};
pub use database::{ContentReader, Db, ReadFailure};
pub use inputs::Treatment;
pub use kept::KeptFiles;
pub use queries::{FileAnalysis, FileChecks, FileFailure};
pub use read::OpenFile;
