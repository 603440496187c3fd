//! From an assessment to an exit code.

use codd_audit::{Assessment, FindingState, SubjectKind, Verdict};

use crate::arguments::GateArgs;
use crate::exit::ExitStatus;

/// The exit code of an assessment: `impact` and `audit` count new findings, `check` all.
pub(crate) fn status(assessment: &Assessment, gate: &GateArgs) -> ExitStatus {
    let is_empty_change =
        assessment.subject.kind == SubjectKind::Change && assessment.changes.files.is_empty();
    if assessment.has_errors() {
        return ExitStatus::Misuse;
    }
    // Who asks for it wants to know what is reached, with controls or without.
    if gate.exit_zero {
        return ExitStatus::Success;
    }
    if assessment.checked_nothing() && !is_empty_change {
        return ExitStatus::Misuse;
    }
    let counts = |state| match assessment.subject.kind {
        SubjectKind::Change => matches!(state, FindingState::New | FindingState::Updated),
        SubjectKind::Project => state != FindingState::Absent,
    };
    let fails = assessment.failing().any(|finding| counts(finding.state));
    let verdict = assessment.verdict.as_ref().map(|it| it.verdict);
    let is_conditional = match verdict {
        Some(verdict) => verdict >= Verdict::Conditional,
        None => assessment.is_left_open(),
    };
    let fails_open = gate.is_on_undetermined(assessment.inputs.fails_on_undetermined);
    let is_open = fails_open && assessment.undetermined().next().is_some();
    if fails || is_open || gate.strict && is_conditional {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    }
}
