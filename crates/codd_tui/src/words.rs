//! How the assessment's values are called on the screen.

use codd_audit::{ControlVerdict, Stage, Verdict};

pub(crate) fn verdict(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Satisfied => "satisfied",
        ControlVerdict::NotSatisfied => "NOT SATISFIED",
        ControlVerdict::AtRisk => "AT RISK",
        ControlVerdict::Waived => "waived",
        ControlVerdict::NotApplicable => "not applicable",
        ControlVerdict::Undetermined => "UNDETERMINED",
    }
}

pub(crate) fn change_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "APPROVE",
        Verdict::Conditional => "CONDITIONAL",
        Verdict::Reject => "REJECT",
    }
}

/// A severity in four columns.
pub(crate) fn severity(severity: &str) -> String {
    match severity {
        "critical" => "CRIT".to_owned(),
        "high" => "HIGH".to_owned(),
        "medium" => "MED ".to_owned(),
        "low" => "LOW ".to_owned(),
        other => crate::text::pad(&crate::text::clean(other).to_uppercase(), 4),
    }
}

/// How a node depends on the one before it in a path.
pub(crate) fn edge(edge: &str) -> String {
    match edge {
        "calls" => "called by".to_owned(),
        "reads" => "read by".to_owned(),
        "imports" => "imported by".to_owned(),
        "inherits" => "inherited by".to_owned(),
        "decorates" => "decorates".to_owned(),
        "tests" => "tested by".to_owned(),
        "mentions" => "mentioned by".to_owned(),
        "written_by" => "writes".to_owned(),
        "contains" => "contained in".to_owned(),
        "governs" => "governed by".to_owned(),
        "documents" => "documented by".to_owned(),
        "configures" => "configures".to_owned(),
        other => crate::text::clean(other),
    }
}

pub(crate) fn stage(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "opening the project",
        Some(Stage::Read) => "reading and extracting",
        Some(Stage::Resolve) => "resolving",
        Some(Stage::Join) => "joining the graph",
        Some(Stage::Verify) => "verifying",
    }
}
