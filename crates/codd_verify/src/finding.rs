//! An outcome that asks someone to act, with an identity that survives moving lines.

use codd_controls::ControlId;
use codd_graph::NodeKey;
use codd_source::{RepoPath, Span};

use crate::Outcome;

/// A place in one file, with the node it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingPlace {
    pub path: RepoPath,
    pub span: Span,
    /// The innermost definition, route or test around it, or the file.
    pub anchor: NodeKey,
}

/// One place where a check does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub control: ControlId,
    /// The check's ordinal in its control.
    pub check: u32,
    pub kind: String,
    /// `Fail`, `Review` or `Undetermined`.
    pub outcome: Outcome,
    /// `None` where it is about the project as a whole.
    pub place: Option<FindingPlace>,
    /// A lowercase fragment that stands alone in one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The path through the graph that shows it, from the place to what it reaches.
    pub witness: Vec<NodeKey>,
    /// Control, check, anchor, normalised snippet and ordinal, hashed; never the line.
    pub fingerprint: String,
}
