//! The outside world as values: paths, content, snapshots, places and diagnostics.
//!
//! Everything codd knows of disks, git, clocks and processes comes in through
//! [`System`]; every other crate works on what is defined here.

mod cancel;
mod content;
mod diagnostic;
mod location;
mod path;

pub use cancel::{CancelToken, Cancelled};
pub use content::ContentId;
pub use diagnostic::{Diagnostic, DiagnosticSeverity, Label};
pub use location::{LineIndex, Place, Position, Span};
pub use path::RepoPath;
