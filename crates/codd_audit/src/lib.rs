//! An opened project and everything one run concluded about it.
//!
//! [`Workspace`] is all that a front end asks: each question is a method that returns a
//! plain value. What is written out is an [`Assessment`] or a documented value of this crate.

mod assess;
mod assessment;
mod cache;
mod catalogues;
mod commits;
mod counted;
mod coverage;
mod elsewhere;
pub mod exports;
mod extended;
pub mod formats;
mod hidden;
mod imports;
mod init;
mod judge;
mod languages;
mod links;
mod matching;
mod names;
mod pack;
mod questions;
mod records;
mod respelt;
mod reviews;
mod rules;
pub mod runners;
mod scan;
mod scip;
mod score;
mod secret;
mod sharing;
mod trust;
mod verdict;
mod ways;
mod workspace;

pub use assessment::*;
pub use cache::{CacheChoice, NoCache};
pub use codd_db::{Progress, SharedPlace, Silent, Stage};
pub use codd_graph::Confidence;
pub use codd_source::{
    Activity, CancelToken, ChangeArguments, ChangeClaim, Comparison, Date, OsSystem, ProjectRoot,
    SourceError, Stopwatch, System, SystemError, Watched, nearest, printable,
};
pub use counted::counted;
pub use coverage::by_count;
pub use formats::{dependent_phrase, way};
pub use imports::ImportedReport;
pub use init::{InitError, InitOptions, InitReport};
pub use languages::{LanguageRecord, LanguagesReport};
pub use pack::{
    AuditPack, OpenItems, PACK_FORMAT, PackError, Reproduction, Review, ReviewItem, ReviewStatus,
};
pub use questions::*;
pub use reviews::{Decision, DecisionError, DecisionKind, REVIEWS_FOLDER};
pub use scan::{ScanReport, UnresolvedRecord};
pub use score::points;
pub use sharing::NotShared;
pub use workspace::{AssessOptions, Extent, OpenOptions, Workspace, WorkspaceError};
