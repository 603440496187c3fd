//! What a check concluded, and from how much.

use codd_controls::ControlId;
use codd_facts::Name;
use codd_graph::NodeKey;
use codd_source::RepoPath;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Concern, Finding, FindingPlace};

/// The outcome of one check; the words are SARIF's kinds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Anchors were found and all comply.
    Pass,
    Fail,
    /// A person must look.
    Review,
    /// Could not be decided: never counts as passed.
    Undetermined,
    /// Nothing in scope is of the kind the check is about.
    NotApplicable,
}

/// Everything concluded about one control in one snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlOutcome {
    pub control: ControlId,
    /// Whether it concerns the project; where it does not, no check applies.
    pub concern: Concern,
    /// In the order of the control's checks; empty for a control without checks.
    pub checks: Vec<CheckOutcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOutcome {
    /// The check's ordinal in its control.
    pub check: u32,
    pub kind: String,
    pub outcome: Outcome,
    /// Why it is undetermined or not applicable, or what a reviewer must do.
    pub reason: Option<String>,
    /// How many places the check looked at.
    pub anchors: u32,
    /// How many files in scope were read for it.
    pub files: u32,
    /// Files in scope that could not be read for it, with the reason.
    pub skipped: Vec<SkippedFile>,
    /// What it leaves undecided besides, by file; sorted.
    pub open: Vec<OpenPlaces>,
    pub findings: Vec<Finding>,
    /// What would be a finding, were it not called something that the check leaves out.
    pub excused: Vec<Finding>,
    /// Nodes that the check trusts without checking them: guards, sanitizers, audited code.
    pub assumptions: Vec<NodeKey>,
    /// Routes that need no guard, and those that have one: what the two sides of a change are
    /// compared by.
    pub served: Vec<ServedRoute>,
    /// A few places that comply, as examples to follow.
    pub passing: Vec<FindingPlace>,
    /// A match of text shows that something is there, not that it is used.
    pub is_weak_evidence: bool,
}

/// A route that complies, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedRoute {
    pub route: NodeKey,
    /// With the paths that it is served at.
    pub name: Name,
    pub handlers: Vec<NodeKey>,
    /// What guards it; `None` where it is public, and nothing does.
    pub guard: Option<String>,
}

#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct SkippedFile {
    pub path: RepoPath,
    pub reason: String,
}

/// Places of one file that a check leaves undecided, apart from its findings.
///
/// `reason` says the same to a reader; this is what two snapshots are compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OpenPlaces {
    pub path: RepoPath,
    /// What is not known of them.
    pub what: String,
    pub count: u32,
}
