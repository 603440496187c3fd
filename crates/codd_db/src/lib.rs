//! The wiring: the salsa database, its inputs and queries.
//!
//! Reading [`queries`] top to bottom is reading how an answer is made and what is recomputed
//! when. Each query is a few lines that call a pure crate; no other crate knows salsa.

mod analysis;
mod database;
mod inputs;
mod project;
pub mod queries;

pub use analysis::{Analysis, AnalysisFile, Engine, Progress, Request, RequestFile, Silent, Stage};
pub use database::{ContentReader, Db, ReadFailure};
pub use inputs::Treatment;
pub use queries::{FileAnalysis, FileFailure};
