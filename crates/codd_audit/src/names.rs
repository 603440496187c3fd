//! The words by which kinds are written out, in assessments and in answers.

use codd_controls::{Framework, Severity};
use codd_facts::DefinitionKind;
use codd_graph::{Basis, Confidence, EdgeKind, NodeKind, UnresolvedReason};
use codd_impact::{ChangeKind, FileChangeKind, ReachSide};
use codd_verify::Outcome;

pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Review => "review",
        Outcome::Undetermined => "undetermined",
        Outcome::NotApplicable => "not_applicable",
    }
}

pub(crate) fn side_name(side: ReachSide) -> &'static str {
    match side {
        ReachSide::Base => "base",
        ReachSide::Head => "head",
    }
}

pub(crate) fn file_change(kind: FileChangeKind) -> &'static str {
    match kind {
        FileChangeKind::Added => "added",
        FileChangeKind::Modified => "modified",
        FileChangeKind::Deleted => "deleted",
        FileChangeKind::Renamed => "renamed",
        FileChangeKind::Formatting => "formatting",
        FileChangeKind::Claimed => "claimed",
    }
}

pub(crate) fn change_kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Moved => "moved",
        ChangeKind::Signature => "signature",
        ChangeKind::Decorators => "decorators",
        ChangeKind::Body => "body",
        ChangeKind::Members => "members",
        ChangeKind::Rebound => "rebound",
        ChangeKind::Served => "served",
        ChangeKind::ModuleCode => "module_code",
        ChangeKind::Content => "content",
        ChangeKind::PackageVersion => "package_version",
        ChangeKind::Control => "control",
        ChangeKind::Formatting => "formatting",
    }
}

/// The framework's key as requirement files spell it.
pub(crate) fn framework_key(framework: Framework) -> String {
    serde_json::to_value(framework)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .expect("a framework is written as its key")
}

pub(crate) fn node_kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::File => "file",
        NodeKind::Definition => "definition",
        NodeKind::Route => "route",
        NodeKind::Test => "test",
        NodeKind::Package => "package",
        NodeKind::Control => "control",
    }
}

pub(crate) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Exact => "exact",
        Confidence::Probable => "probable",
        Confidence::Possible => "possible",
    }
}

pub(crate) fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Named => "named",
        Basis::Flow => "flow",
        Basis::Imported => "imported",
        Basis::Implied => "implied",
    }
}

pub(crate) fn definition_kind(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Function => "function",
        DefinitionKind::Method => "method",
        DefinitionKind::Class => "class",
        DefinitionKind::Interface => "interface",
        DefinitionKind::Enum => "enum",
        DefinitionKind::TypeAlias => "type_alias",
        DefinitionKind::Variable => "variable",
        DefinitionKind::Field => "field",
        DefinitionKind::Namespace => "namespace",
        DefinitionKind::Callback => "callback",
        DefinitionKind::Resource => "resource",
    }
}

pub(crate) fn edge_kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Contains => "contains",
        EdgeKind::Imports => "imports",
        EdgeKind::Calls => "calls",
        EdgeKind::Reads => "reads",
        EdgeKind::Inherits => "inherits",
        EdgeKind::Decorates => "decorates",
        EdgeKind::Tests => "tests",
        EdgeKind::Mentions => "mentions",
        EdgeKind::WrittenBy => "written_by",
        EdgeKind::Governs => "governs",
        EdgeKind::Documents => "documents",
        EdgeKind::Configures => "configures",
    }
}

pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}

pub(crate) fn unresolved_reason(reason: UnresolvedReason) -> &'static str {
    match reason {
        UnresolvedReason::MissingModule => "missing module",
        UnresolvedReason::MissingName => "missing name",
        UnresolvedReason::UnknownReceiver => "unknown receiver",
        UnresolvedReason::UnknownValue => "unknown value",
    }
}
