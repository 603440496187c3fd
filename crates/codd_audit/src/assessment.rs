//! Everything one run concluded: the one value that every format renders.
//!
//! These are wire types: their field names are the documented JSON of `--format json`, held
//! by a published schema. Lists are sorted, nothing here knows a clock or an absolute path.

use std::collections::BTreeMap;

pub use codd_controls::FailOn;
use codd_impact::VersionChange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::DecisionKind;

/// The version of the assessment's JSON form.
pub const ASSESSMENT_FORMAT: &str = "codd-assessment/1";

/// What one run of `impact` or `check` concluded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// `codd-assessment/1`.
    pub format: String,
    pub tool: Tool,
    pub subject: Subject,
    /// The day by which waivers and evidence were judged, `YYYY-MM-DD`.
    pub as_of: String,
    /// The name of the project.
    pub project: String,
    pub inputs: Inputs,
    /// Of the change; absent when a whole project was assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<ChangeVerdict>,
    pub changes: Changes,
    pub impact: Impact,
    /// By id.
    pub controls: Vec<ControlResult>,
    /// Most severe first, new before unchanged before absent.
    pub findings: Vec<FindingRecord>,
    pub waivers: Vec<WaiverRecord>,
    pub coverage: Coverage,
    pub score: ScorePair,
    /// Problems with codd's own input.
    pub diagnostics: Vec<DiagnosticRecord>,
}

/// What made the assessment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

/// What was assessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    pub kind: SubjectKind,
    /// How the two sides were chosen, in one line: `HEAD to work tree`.
    pub description: String,
    /// What asks the same again, in the project's root; commits are named by their ids.
    pub command: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<SnapshotRecord>,
    pub head: SnapshotRecord,
    /// The commits between base and head, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commits: Vec<CommitRecord>,
}

/// Whether a change was judged, or a project by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    Change,
    #[default]
    Project,
}

/// One side: what it is of, and what identifies its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotRecord {
    /// `commit`, `index`, `work tree`, `patched`, `empty`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// SHA-256 over the paths, kinds and content ids of its files.
    pub digest: String,
    pub files: u32,
}

/// One commit of the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommitRecord {
    pub id: String,
    pub author: String,
    pub date: String,
    pub subject: String,
    /// AI tools named in the commit's trailers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assisted_by: Vec<String>,
}

/// What decided, by digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inputs {
    /// SHA-256 of the head's control set.
    pub controls: String,
    /// SHA-256 of the base's control set, where a change is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_controls: Option<String>,
    pub configuration: String,
    /// Whose controls judged, in one line.
    pub judged_by: String,
    pub control_count: u32,
    pub fail_on: FailOn,
    /// Whether the configuration has a control fail that could not be decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fails_on_undetermined: bool,
}

/// The verdict of the change, with why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeVerdict {
    pub verdict: Verdict,
    /// Each a fragment that stands alone in one line.
    pub reasons: Vec<String>,
}

/// Of a change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Approve,
    Conditional,
    Reject,
}

/// Of one control.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ControlVerdict {
    Satisfied,
    NotSatisfied,
    AtRisk,
    Waived,
    NotApplicable,
    Undetermined,
}

impl ControlVerdict {
    /// Every verdict, in the order in which people are told of them.
    pub const IN_ORDER: [ControlVerdict; 6] = [
        ControlVerdict::NotSatisfied,
        ControlVerdict::AtRisk,
        ControlVerdict::Undetermined,
        ControlVerdict::Waived,
        ControlVerdict::Satisfied,
        ControlVerdict::NotApplicable,
    ];
}

impl std::fmt::Display for ControlVerdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(crate::formats::control_verdict_word(*self))
    }
}

/// A node in words: what people and tools can look up.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct NodeRecord {
    /// `file`, `definition`, `route`, `test`, `package`, `control`.
    pub kind: String,
    pub path: String,
    /// The qualified name, the route, the test's name; absent for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// The change set: what differs between base and head, files and the nodes in them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    pub files: Vec<FileChangeRecord>,
    pub nodes: Vec<ChangeRecord>,
}

/// How one file changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileChangeRecord {
    pub path: String,
    /// `added`, `modified`, `deleted`, `renamed`, `formatting`, `claimed`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
    /// Why the reach of this change is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach_unknown: Option<String>,
}

/// How one node changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeRecord {
    pub node: NodeRecord,
    /// `added`, `removed`, `moved`, `signature`, `decorators`, `body`, `module_code`, …
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<NodeRecord>,
    /// Of an outside package: what was and is asked for, or installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<VersionChange>,
}

/// The impact set; `via` and `changed` are indexes into `nodes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// Sorted by distance from the change, then confidence, then path and symbol.
    pub nodes: Vec<ReachedRecord>,
    pub counts: ImpactCounts,
    /// What is reached only on steps that are not sure was left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_precise: bool,
}

/// One node that the change can affect, with the last step of its witness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReachedRecord {
    pub node: NodeRecord,
    /// `base` for what the change removed, else `head`.
    pub side: String,
    pub distance: u32,
    /// `exact`, `probable` or `possible`: the weakest step of the witness.
    pub confidence: String,
    /// The step before this one: an index into the same list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<u32>,
    /// How this node depends on that one: `calls`, `reads`, `inherits`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
}

/// How much the change reaches: nodes by confidence, and of all of them the files, routes and
/// tests; controls are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactCounts {
    pub changed: u32,
    pub exact: u32,
    pub probable: u32,
    pub possible: u32,
    pub files: u32,
    pub routes: u32,
    pub tests: u32,
}

/// What was concluded about one control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlResult {
    pub id: String,
    pub name: String,
    pub requirement: String,
    pub severity: String,
    /// The file or the catalogue it comes from.
    pub origin: String,
    pub verdict: ControlVerdict,
    /// Of the base, where a change is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_verdict: Option<ControlVerdict>,
    /// Why it is undetermined, not applicable or at risk, or what of it is not decided beside
    /// what fails; empty otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Something of it that is no finding of its own is undecided, and was not in the base.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_less_decided: bool,
    /// It waits for people alone, as it did before, and the change reaches nothing that they
    /// would look at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_out_of_reach: bool,
    /// The nearest governed node that the change reaches: an index into `impact.nodes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touched: Option<u32>,
    /// Trusted nodes that the change reaches: indexes into `impact.nodes`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_risk: Vec<u32>,
    pub checks: Vec<CheckRecord>,
    /// Ids by framework.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub frameworks: BTreeMap<String, Vec<String>>,
}

/// The outcome of one check of a control, and from how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRecord {
    /// The check's place in the control, from 0.
    pub ordinal: u32,
    pub kind: String,
    /// `pass`, `fail`, `review`, `undetermined`, `not_applicable`.
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many places it looked at, in how many files.
    pub anchors: u32,
    pub files: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedRecord>,
    /// The first few places that comply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passing: Vec<Location>,
    /// A match of text, not of code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weak_evidence: bool,
}

/// A file that was passed over, with the reason.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct SkippedRecord {
    pub path: String,
    pub reason: String,
}

/// SARIF's baseline states.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    New,
    Updated,
    Unchanged,
    /// Fixed by the change.
    Absent,
}

/// A reviewer whose decision counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DecidedBy {
    pub reviewer: String,
    /// Whether a commit of the reviewer, or the base, has the decision; one that lies uncommitted
    /// in the work tree may be anybody's.
    pub attested: bool,
}

/// One step of a value's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepRecord {
    pub location: Location,
    /// What happens there.
    pub text: String,
}

/// An outcome that asks someone to act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRecord {
    /// Stable while code moves: what waivers and decisions hang on.
    pub fingerprint: String,
    pub control: String,
    pub control_name: String,
    pub severity: String,
    /// The check's place in its control; absent for a weakened control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<u32>,
    /// The kind of its check, `weakening` or `at_risk`.
    pub kind: String,
    pub state: FindingState,
    /// `fail`, `review` or `undetermined`.
    pub outcome: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// From the place to what it reaches, for findings about paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witness: Vec<NodeRecord>,
    /// The way that a value takes to the place, from where it comes in, for findings about
    /// flows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepRecord>,
    /// The change that reaches the place: an index into `impact.nodes`, whose `via` chain
    /// is the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<u32>,
    /// The changed definition that made a new finding in code that itself did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<NodeRecord>,
    /// What a reviewer decided, where the decision counts: `affirm`, `waive`, `needs_fix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionKind>,
    /// Who decided so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided_by: Vec<DecidedBy>,
    /// The waiver that covers it: an index into `waivers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived_by: Option<u32>,
}

/// A place in a file, lines and columns counted from 1; columns count UTF-8 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// The source lines it covers, at most a few.
    pub snippet: String,
}

/// A waiver, or the decision of a reviewer to waive, and whether it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverRecord {
    /// A control's id or a finding's fingerprint.
    pub target: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    pub reason: String,
    pub requested_by: String,
    pub approved_by: String,
    pub created: String,
    pub expires: String,
    /// `active`, or `active, added by this change, approval not attested`; `expired`, `not yet`, or
    /// why it does not count: `added by this change, …`.
    pub state: String,
    /// How many findings it covers; an active one that covers none is reported.
    pub covers: u32,
}

/// What was and was not analysed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Files of the snapshot.
    pub files: u32,
    /// Files whose code was read.
    pub analysed: u32,
    /// Analysed files by language.
    pub languages: BTreeMap<String, u32>,
    /// Files of no known language, by extension (`.md`) or name.
    pub unknown: BTreeMap<String, u32>,
    pub generated: u32,
    pub vendored: u32,
    pub minified: u32,
    /// Files of a known language, or of any, that could not be read.
    pub not_analysed: Vec<SkippedRecord>,
    /// Analysed files in which the parser met errors.
    pub parse_errors: Vec<SkippedRecord>,
    pub references: u32,
    pub edges: u32,
    /// References that name something of the project, or might, and found nothing, by reason.
    pub unresolved: BTreeMap<String, u32>,
    /// What of the languages was seen and is not modelled.
    pub not_modelled: BTreeMap<String, u32>,
}

/// The health of both sides; of a project by itself, of the one it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScorePair {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Score>,
    /// Absent when no control or no file was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Score>,
}

/// The health of one snapshot; `value` is 100 less the sum of the terms, at least 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// 0 to 100.
    pub value: u32,
    /// Failures that are not waived.
    pub violations: u32,
    /// Failing `documented` outcomes and controls that nothing could decide.
    pub documentation_gaps: u32,
    pub terms: Vec<ScoreTerm>,
}

/// One line of the score: what takes how much off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreTerm {
    pub name: String,
    /// What was counted, in words.
    pub explanation: String,
    /// Hundredths of a point taken off.
    pub cost: u32,
}

/// A problem with codd's own input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiagnosticRecord {
    /// `error`, `warning` or `note`.
    pub severity: String,
    pub code: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What to say about the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Assessment {
    /// Failures that no waiver covers and whose severity fails the run.
    pub fn failing(&self) -> impl Iterator<Item = &FindingRecord> {
        let fail_on = self.inputs.fail_on;
        self.findings.iter().filter(move |it| {
            it.outcome == "fail"
                && it.waived_by.is_none()
                && crate::verdict::fails(fail_on, &it.severity)
        })
    }

    /// Controls that could not be decided.
    pub fn undetermined(&self) -> impl Iterator<Item = &ControlResult> {
        self.controls.iter().filter(|it| it.verdict == ControlVerdict::Undetermined)
    }

    /// Whether so much of a project could not be decided that a change would not be approved: a
    /// critical or high control, or all of them.
    pub fn is_left_open(&self) -> bool {
        let is_grave = |it: &ControlResult| matches!(it.severity.as_str(), "critical" | "high");
        let open = self.undetermined().count();
        self.undetermined().any(is_grave) || open > 0 && open == self.controls.len()
    }

    /// Whether part of what the user wrote could not be used.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|it| it.severity == "error")
    }

    /// Whether there was no control, or no file that could be analysed: then nothing that
    /// is said here means that anything is in order.
    pub fn checked_nothing(&self) -> bool {
        let is_unread = self.coverage.analysed == 0 && self.coverage.unknown.is_empty();
        let is_blind =
            self.coverage.analysed == 0 && self.undetermined().count() == self.controls.len();
        self.controls.is_empty() || is_unread || is_blind
    }
}
