//! From outcomes to verdicts: of each control, and of the change.

use std::collections::BTreeSet;

use codd_verify::Outcome;

use crate::{
    ChangeVerdict, ControlResult, ControlVerdict, DecisionKind, DiagnosticRecord, FailOn,
    FindingRecord, FindingState, Verdict, counted,
};

/// The verdict of a control from the outcomes of its checks.
///
/// `affirmed` says whether a reviewer affirmed every item that asks for one.
pub(crate) fn of_outcomes(
    outcomes: impl IntoIterator<Item = Outcome>,
    affirmed: bool,
    every_failure_is_waived: bool,
) -> ControlVerdict {
    let mut verdict = None;
    for outcome in outcomes {
        let next = match outcome {
            Outcome::Fail if every_failure_is_waived => ControlVerdict::Waived,
            Outcome::Fail => ControlVerdict::NotSatisfied,
            Outcome::Review if affirmed => ControlVerdict::Satisfied,
            Outcome::Review | Outcome::Undetermined => ControlVerdict::Undetermined,
            Outcome::Pass => ControlVerdict::Satisfied,
            Outcome::NotApplicable => ControlVerdict::NotApplicable,
        };
        verdict = Some(verdict.map_or(next, |verdict| stricter(verdict, next)));
    }
    // A control without checks was not verified by anything.
    verdict.unwrap_or(ControlVerdict::Undetermined)
}

/// The stricter of two verdicts of one control.
pub(crate) fn stricter(one: ControlVerdict, two: ControlVerdict) -> ControlVerdict {
    let rank = |verdict| match verdict {
        ControlVerdict::NotApplicable => 0,
        ControlVerdict::Satisfied => 1,
        ControlVerdict::Waived => 2,
        ControlVerdict::AtRisk => 3,
        ControlVerdict::Undetermined => 4,
        ControlVerdict::NotSatisfied => 5,
    };
    if rank(one) >= rank(two) { one } else { two }
}

/// Whether a finding of this severity, or of any, fails the run.
pub(crate) fn fails(fail_on: FailOn, severity: &str) -> bool {
    let rank = |severity: &str| match severity {
        "critical" => 4,
        "high" => 3,
        "medium" => 2,
        _ => 1,
    };
    match fail_on {
        FailOn::Never => false,
        FailOn::Any => true,
        FailOn::Low => rank(severity) >= 1,
        FailOn::Medium => rank(severity) >= 2,
        FailOn::High => rank(severity) >= 3,
        FailOn::Critical => rank(severity) >= 4,
    }
}

/// A failure that is new in the change and that nothing excuses.
pub(crate) fn is_new_failure(finding: &FindingRecord) -> bool {
    finding.outcome == "fail"
        && matches!(finding.state, FindingState::New | FindingState::Updated)
        && finding.waived_by.is_none()
}

/// The verdict of a change (design: `Reject` on a new failure at or above the configured
/// severity; `Conditional` on other new failures, at-risk controls, undetermined critical and
/// high controls, or what the change leaves less sure than it was; else `Approve`).
///
/// What only a person can decide is asked of who changes something that it is about: a control
/// that waited for somebody before, and that the change does not reach, says nothing of it.
pub(crate) fn of_change(
    controls: &[ControlResult],
    findings: &[FindingRecord],
    fail_on: FailOn,
) -> ChangeVerdict {
    let mut reasons = Vec::new();
    let new: Vec<&FindingRecord> = findings.iter().filter(|it| is_new_failure(it)).collect();
    // What `--fail-on never` hides from the exit code it does not hide from the verdict.
    let gate = if fail_on == FailOn::Never { FailOn::High } else { fail_on };
    let (hard, soft): (Vec<_>, Vec<_>) = new.iter().partition(|it| fails(gate, &it.severity));
    let mut verdict = Verdict::Approve;
    if !hard.is_empty() {
        verdict = Verdict::Reject;
        reasons.push(format!("{}{}", counted(hard.len(), "new violation"), by_severity(&hard)));
    }
    let mut ask = |count: usize, text: String| {
        if count > 0 {
            verdict = verdict.max(Verdict::Conditional);
            reasons.push(text);
        }
    };
    ask(
        soft.len(),
        format!("{} below the gate{}", counted(soft.len(), "new violation"), by_severity(&soft)),
    );
    let at_risk = ids(controls, |it| {
        it.verdict == ControlVerdict::AtRisk || findings.iter().any(|risk| is_open_risk(risk, it))
    });
    ask(
        at_risk.len(),
        format!("{} at risk: {}", counted(at_risk.len(), "control"), at_risk.join(", ")),
    );
    let open = ids(controls, |it| {
        it.verdict == ControlVerdict::Undetermined
            && !it.is_out_of_reach
            && matches!(it.severity.as_str(), "critical" | "high")
    });
    ask(
        open.len(),
        format!(
            "{} undetermined: {}",
            counted(open.len(), "critical or high control"),
            open.join(", ")
        ),
    );
    let less_sure = ids(controls, |it| {
        let is_told = open.contains(&it.id.as_str());
        !is_told && (is_less_decided(it) || findings.iter().any(|place| is_newly_open(place, it)))
    });
    ask(
        less_sure.len(),
        format!(
            "{} less sure than before: {}",
            counted(less_sure.len(), "control"),
            less_sure.join(", ")
        ),
    );
    let is_decided = |it: &&ControlResult| it.verdict != ControlVerdict::Undetermined;
    let undecided = controls.len() - controls.iter().filter(is_decided).count();
    // The design asks for this of grave controls alone; where nothing at all was decided,
    // "approve" would say more than was seen.
    ask(usize::from(controls.is_empty()), "no control was checked".to_owned());
    ask(
        usize::from(undecided > 0 && undecided == controls.len()),
        "no control could be decided".to_owned(),
    );
    ChangeVerdict { verdict, reasons }
}

/// The verdict where part of what judges, or of what is judged, could not be read: nothing is
/// approved by the rest alone.
pub(crate) fn with_unread(verdict: &mut ChangeVerdict, diagnostics: &[DiagnosticRecord]) {
    let errors = diagnostics.iter().filter(|it| it.severity == "error");
    let files: BTreeSet<&str> =
        errors.clone().filter_map(|it| Some(it.location.as_ref()?.path.as_str())).collect();
    let count = errors.count();
    if count == 0 {
        return;
    }
    let files: Vec<&str> = files.into_iter().collect();
    let place = match files.as_slice() {
        [] => String::new(),
        [file] => format!(" in {file}"),
        [file, rest @ ..] => format!(" in {file} and {}", counted(rest.len(), "other file")),
    };
    verdict.verdict = verdict.verdict.max(Verdict::Conditional);
    verdict
        .reasons
        .push(format!("{}{place}: not everything could be read", counted(count, "error")));
}

/// Whether a finding says that the change puts this control at risk, and nothing excuses it.
fn is_open_risk(finding: &FindingRecord, control: &ControlResult) -> bool {
    finding.kind == "at_risk"
        && finding.control == control.id
        && finding.waived_by.is_none()
        && finding.decision != Some(DecisionKind::Affirm)
}

/// Whether something of a control was decided before the change and is not now, also where it
/// fails elsewhere as it did: a failure that is known hides nothing else.
fn is_less_decided(control: &ControlResult) -> bool {
    let was_decided = control.base_verdict.is_some_and(|it| it != ControlVerdict::Undetermined);
    control.is_less_decided || was_decided && control.verdict == ControlVerdict::Undetermined
}

/// Whether a finding says that the change leaves a place of this control undecided.
fn is_newly_open(finding: &FindingRecord, control: &ControlResult) -> bool {
    finding.outcome == "undetermined"
        && matches!(finding.state, FindingState::New | FindingState::Updated)
        && finding.control == control.id
        && finding.waived_by.is_none()
        && finding.decision != Some(DecisionKind::Affirm)
}

fn ids(controls: &[ControlResult], wanted: impl Fn(&ControlResult) -> bool) -> Vec<&str> {
    controls.iter().filter(|it| wanted(it)).map(|it| it.id.as_str()).collect()
}

fn by_severity(findings: &[&FindingRecord]) -> String {
    let parts: Vec<String> = ["critical", "high", "medium", "low"]
        .into_iter()
        .filter_map(|severity| {
            let count = findings.iter().filter(|it| it.severity == severity).count();
            (count > 0).then(|| format!("{count} {severity}"))
        })
        .collect();
    format!(" ({})", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undetermined_is_never_satisfied() {
        let of = |outcomes: &[Outcome]| of_outcomes(outcomes.iter().copied(), false, false);
        assert_eq!(of(&[]), ControlVerdict::Undetermined);
        assert_eq!(of(&[Outcome::Pass, Outcome::Undetermined]), ControlVerdict::Undetermined);
        assert_eq!(of(&[Outcome::Undetermined, Outcome::Fail]), ControlVerdict::NotSatisfied);
        assert_eq!(of(&[Outcome::Pass, Outcome::NotApplicable]), ControlVerdict::Satisfied);
        assert_eq!(of(&[Outcome::Review]), ControlVerdict::Undetermined);
    }
}
