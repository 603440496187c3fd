//! Unified diffs: read as values, applied forward or in reverse without any fuzz.

mod apply;
mod names;
mod parse;

use crate::snapshot::{FileKind, Skipped};
use crate::{ContentId, RepoPath, printable};

pub use apply::{Direction, Misfit, MisfitReason, apply};
pub use parse::parse;

/// A unified diff of any number of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    pub files: Vec<FilePatch>,
    /// Files whose names no snapshot can hold.
    pub skipped: Vec<Skipped>,
}

/// What a patch says of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// The path before, `None` for a new file.
    pub old: Option<RepoPath>,
    /// The path after, `None` for a deleted file.
    pub new: Option<RepoPath>,
    /// A copy leaves the old path in place.
    pub is_copy: bool,
    /// Only known when the patch says it.
    pub old_kind: Option<FileKind>,
    pub new_kind: Option<FileKind>,
    /// A commit of another repository, which has no text.
    pub is_submodule: bool,
    /// The patch says that it differs, not how.
    pub is_binary: bool,
    /// (Shortened) blob ids in hexadecimal, from the `index` line.
    pub old_id: Option<String>,
    pub new_id: Option<String>,
    pub hunks: Vec<Hunk>,
    /// The line of the patch, from 1, that starts the file.
    pub line: u32,
    /// Which commit of a mailbox or log it belongs to.
    pub series: u32,
    /// Identifies the text of the patch for this file.
    pub text_id: ContentId,
}

/// A run of lines with the place they belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The header up to its second `@@`.
    pub header: String,
    /// The line of the patch, from 1, that the header is on.
    pub line: u32,
    pub old_start: u32,
    pub old_count: u32,
    pub new_start: u32,
    pub new_count: u32,
    pub lines: Vec<HunkLine>,
}

/// One line of a hunk, its line break included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkLine {
    pub side: Side,
    pub text: Vec<u8>,
}

/// Which version of the file a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Both,
    Old,
    New,
}

/// Why a text is not a unified diff codd can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    #[error("the diff is UTF-16")]
    Utf16,
    #[error("there is no diff in this text")]
    NoDiff,
    #[error("line {line}: a combined diff of a merge can't be applied")]
    Combined { line: u32 },
    #[error("line {line}: `{}` is not a hunk header", printable(text))]
    HunkHeader { line: u32, text: String },
    #[error("line {line}: a hunk belongs to no file")]
    HunkWithoutFile { line: u32 },
    #[error("line {line}: the hunk `{}` has other lines than its header says", printable(header))]
    HunkLength { line: u32, header: String },
    #[error("line {line}: the diff names no file")]
    NoName { line: u32 },
    #[error("line {line}: `{}` is not a path of the repository", printable(path))]
    OutsidePath { line: u32, path: String },
}

impl PatchError {
    /// A stable name for documentation and tests.
    pub fn code(&self) -> &'static str {
        match self {
            PatchError::Utf16 => "patch::utf16",
            PatchError::NoDiff => "patch::no_diff",
            PatchError::Combined { .. } => "patch::combined",
            PatchError::HunkHeader { .. } => "patch::hunk_header",
            PatchError::HunkWithoutFile { .. } => "patch::hunk_without_file",
            PatchError::HunkLength { .. } => "patch::hunk_length",
            PatchError::NoName { .. } => "patch::no_name",
            PatchError::OutsidePath { .. } => "patch::outside_path",
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            PatchError::Utf16 => "save it as UTF-8: `git diff --output=change.diff` does",
            PatchError::NoDiff => "give the output of `git diff` or of `diff -u`",
            PatchError::Combined { .. } => "give the diff against one parent: `git diff HEAD^1`",
            PatchError::HunkHeader { .. }
            | PatchError::HunkWithoutFile { .. }
            | PatchError::HunkLength { .. }
            | PatchError::NoName { .. } => "the diff was cut or edited: make it again",
            PatchError::OutsidePath { .. } => return None,
        };
        Some(help.to_owned())
    }
}

#[cfg(test)]
mod tests;
