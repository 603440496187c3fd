//! What is not analysed, and why: nothing is left out without being counted.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{RepoPath, printable};

/// Why something in the project is not analysed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// A commit of another repository.
    Submodule,
    /// A repository inside the work tree that is no submodule.
    OtherRepository,
    /// A pipe, socket or device.
    SpecialFile,
    NameNotUtf8,
    /// A name no checkout could have, such as `..`.
    InvalidName,
    /// No permission, or it disappeared.
    Unreadable,
    TooLarge,
    /// By `.coddignore`.
    Ignored,
    /// Its content is kept outside of the repository.
    LfsPointer,
    /// Changed by a patch that does not hold the content.
    BinaryPatch,
    /// In an unfinished merge.
    Unmerged,
    /// In a partial clone that does not have it.
    MissingObject,
    /// An ignore file that is a symbolic link: git does not follow one either.
    LinkedIgnoreFile,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SkipReason::Submodule => "submodule",
            SkipReason::OtherRepository => "another repository",
            SkipReason::SpecialFile => "not a regular file",
            SkipReason::NameNotUtf8 => "name is not UTF-8",
            SkipReason::InvalidName => "invalid name",
            SkipReason::Unreadable => "unreadable",
            SkipReason::TooLarge => "too large",
            SkipReason::Ignored => "ignored by .coddignore",
            SkipReason::LfsPointer => "Git LFS pointer",
            SkipReason::BinaryPatch => "content not in the patch",
            SkipReason::Unmerged => "unmerged",
            SkipReason::MissingObject => "not in this clone",
            SkipReason::LinkedIgnoreFile => "an ignore file that is a symbolic link has no say",
        })
    }
}

/// Something that is not analysed.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Skipped {
    /// The path with everything unprintable escaped; not always a path of the snapshot.
    pub path: String,
    pub reason: SkipReason,
}

impl Skipped {
    pub fn at(path: &RepoPath, reason: SkipReason) -> Skipped {
        Skipped { path: printable(path.as_str()).into_owned(), reason }
    }
}
