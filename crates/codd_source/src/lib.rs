//! The outside world as values: paths, content, snapshots, places and diagnostics.
//!
//! Everything codd knows of disks, git, clocks and processes comes in through
//! [`System`]; every other crate works on what is defined here.

mod blob_sizes;
mod cancel;
mod comparison;
mod content;
mod date;
mod diagnostic;
mod error;
mod location;
mod nearest;
pub mod patch;
mod path;
mod printable;
mod project;
mod repository;
mod snapshot;
mod stopwatch;
mod system;

pub use blob_sizes::BlobSizes;
pub use cancel::{CancelToken, Cancelled};
pub use comparison::{
    Author, Authorship, ChangeArguments, ChangeClaim, ChangeVerb, ClaimedChange, CommittedDecision,
    Comparison, ComparisonError, TrackedDecision, compare,
};
pub use content::ContentId;
pub use date::{Date, NotADate};
pub use diagnostic::{Diagnostic, DiagnosticSeverity, Label};
pub use error::SourceError;
pub use location::{LineIndex, Place, Position, Span, without_byte_order_mark};
pub use nearest::{nearest, suggestion};
pub use path::{RepoPath, paired, shared_parts};
pub use printable::{printable, printable_bytes};
pub use project::{CONFIGURATION_FILE, DECISIONS_FOLDER, ProjectRoot};
pub use repository::{
    CommitInfo, EntryMode, Head, Index, IndexEntry, ObjectId, Repository, RepositoryError, Touched,
    TreeEntry,
};
pub use snapshot::{
    FileKind, IGNORE_FILE, IgnoreRules, OverlayFile, ReadError, SkipReason, Skipped, Snapshot,
    SnapshotFile, SnapshotKind, WorkTreeOptions, is_lfs_pointer,
};
pub use stopwatch::{Activity, At, Stopwatch, Watched};
pub use system::{
    EntryKind, FileIdentity, FileStamp, MemoryRepository, MemorySystem, Metadata, OsSystem,
    READ_LIMIT, SharedBytes, System, SystemError, Walked, WalkedFile,
};
