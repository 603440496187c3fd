//! What the database is told: files by content id, controls, checks.

use std::sync::Arc;

use codd_controls::ControlSet;
use codd_source::{ContentId, RepoPath};
use codd_verify::CheckPlan;

/// One file of the project: never its text, which is read when a query needs it.
#[salsa::input]
pub(crate) struct SourceFile {
    #[returns(ref)]
    pub path: RepoPath,
    #[returns(copy)]
    pub content: ContentId,
    #[returns(copy)]
    pub treatment: Treatment,
    /// Raised to have the file read again after a reader refused it.
    #[returns(copy)]
    pub attempt: u32,
}

/// How a file is read, where its name and content do not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Treatment {
    /// By its name and content alone.
    #[default]
    Ordinary,
    /// A symbolic link: its content is the path it points to.
    Link,
    /// Written by people, whatever it says itself.
    Authored,
    /// Generated, by the project's configuration.
    Generated,
    /// Of a language that the project's configuration leaves out.
    LeftOut,
    /// Not in this clone: whatever was found out about it elsewhere, nobody can look at it here.
    Lacking,
}

/// The files of the current snapshot and what they are checked for; the database has one.
#[salsa::input(singleton)]
pub(crate) struct Project {
    /// Sorted by path. A deleted file leaves this list; its input stays for when it returns.
    #[returns(ref)]
    pub files: Arc<[SourceFile]>,
    /// The controls that become nodes of the graph.
    #[returns(ref)]
    pub controls: Arc<ControlSet>,
    /// The base's plan and, where it differs, the head's.
    #[returns(ref)]
    pub plans: Arc<[Arc<CheckPlan>]>,
}
