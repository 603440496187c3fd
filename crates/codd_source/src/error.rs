//! Why a question could not be asked of the outside world, each with a next step.

use std::path::PathBuf;

use crate::comparison::ComparisonError;
use crate::patch::PatchError;
use crate::snapshot::ReadError;
use crate::{Cancelled, RepositoryError, SystemError, printable};

/// Anything that keeps codd from having its input; ends with exit code 2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error(transparent)]
    System(#[from] SystemError),
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Patch(#[from] PatchError),
    #[error(transparent)]
    Comparison(#[from] ComparisonError),
    #[error("a bare repository has no work tree")]
    Bare,
    #[error("the path `{}` is not UTF-8", printable(&path.to_string_lossy()))]
    RootNotUtf8 { path: PathBuf },
    #[error("interrupted")]
    Cancelled,
}

impl From<Cancelled> for SourceError {
    fn from(_: Cancelled) -> SourceError {
        SourceError::Cancelled
    }
}

impl SourceError {
    /// A stable name for documentation and tests.
    pub fn code(&self) -> &'static str {
        match self {
            SourceError::System(error) => error.code(),
            SourceError::Repository(error) => error.code(),
            SourceError::Read(error) => error.code(),
            SourceError::Patch(error) => error.code(),
            SourceError::Comparison(error) => error.code(),
            SourceError::Bare => "git::bare",
            SourceError::RootNotUtf8 { .. } => "io::root_not_utf8",
            SourceError::Cancelled => "cancelled",
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            SourceError::System(error) => error.help(),
            SourceError::Repository(error) => error.help(),
            SourceError::Read(error) => error.help(),
            SourceError::Patch(error) => error.help(),
            SourceError::Comparison(error) => error.help(),
            SourceError::Bare => Some("compare two commits, as in `HEAD~1..HEAD`".to_owned()),
            SourceError::RootNotUtf8 { .. } => Some("rename the folder".to_owned()),
            SourceError::Cancelled => None,
        }
    }
}
