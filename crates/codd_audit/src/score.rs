//! The health score: a published, additive formula over one snapshot.
//!
//! 100 points, less: for each control that fails, its weight, and a share more for each
//! further failing place; for controls that nothing could decide, their share of all
//! controls' weight times 60 points; for code that could not be analysed, its share times 10;
//! for failing documentation checks half a point each, at most 10; for waived failures one
//! point each, at most 5. Every term only shrinks when a finding is fixed or a clean file is
//! added, so neither can lower the score.

use codd_controls::Severity;

use crate::counted;
use crate::names::severity_name;
use crate::{Score, ScoreTerm};

/// Points are counted in hundredths, so that the sum of the printed terms is exact.
const FULL: u32 = 10_000;

/// Points that undetermined controls cost if every control is one.
const UNDETERMINED: u64 = 6000;

/// Points that unanalysed code costs if all of it is.
const UNANALYSED: u64 = 1000;

/// Beyond this many further failing places a control costs no more.
const FURTHER_FINDINGS: u32 = 8;

/// What one control adds to the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ControlCount {
    pub(crate) severity: Severity,
    /// Failing places that no waiver covers, those of `documented` checks left out.
    pub(crate) failures: u32,
    pub(crate) waived: u32,
    /// Failing places of `documented` checks.
    pub(crate) undocumented: u32,
    /// Some check could not be decided.
    pub(crate) is_undetermined: bool,
}

/// What the score is computed from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) controls: Vec<ControlCount>,
    /// Files of known languages that could be analysed, and that could not.
    pub(crate) analysed: u32,
    pub(crate) unanalysed: u32,
}

fn weight(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 1200,
        Severity::High => 800,
        Severity::Medium => 400,
        Severity::Low => 200,
    }
}

/// The score of one snapshot; `None` when no control or no file was read.
pub(crate) fn score(counts: &Counts) -> Option<Score> {
    if counts.controls.is_empty() || counts.analysed == 0 {
        return None;
    }
    let mut terms = Vec::new();
    for severity in [Severity::Critical, Severity::High, Severity::Medium, Severity::Low] {
        let failing =
            counts.controls.iter().filter(|it| it.severity == severity && it.failures > 0);
        let (mut controls, mut places, mut cost) = (0, 0, 0);
        for control in failing {
            controls += 1;
            places += control.failures;
            let further = (control.failures - 1).min(FURTHER_FINDINGS);
            cost += weight(severity) + weight(severity) * further / FURTHER_FINDINGS;
        }
        if controls > 0 {
            let name = format!("violations, {}", severity_name(severity));
            let explanation = format!(
                "{} failing in {}: {} each, and up to as much again for further places",
                counted(controls, "control"),
                counted(places as usize, "place"),
                points(weight(severity)),
            );
            terms.push(ScoreTerm { name, explanation, cost });
        }
    }
    let total: u64 = counts.controls.iter().map(|it| u64::from(weight(it.severity))).sum();
    let undetermined: Vec<_> = counts.controls.iter().filter(|it| it.is_undetermined).collect();
    if !undetermined.is_empty() {
        let open: u64 = undetermined.iter().map(|it| u64::from(weight(it.severity))).sum();
        let explanation = format!(
            "{} of {} could not be decided: its share of all weight times 60",
            undetermined.len(),
            counted(counts.controls.len(), "control"),
        );
        let cost = (UNDETERMINED * open / total) as u32;
        terms.push(ScoreTerm { name: "undetermined controls".to_owned(), explanation, cost });
    }
    let files = u64::from(counts.analysed + counts.unanalysed);
    if counts.unanalysed > 0 {
        let explanation = format!(
            "{} of {} could not be analysed: its share times 10",
            counts.unanalysed,
            counted(files as usize, "source file"),
        );
        let cost = (UNANALYSED * u64::from(counts.unanalysed) / files) as u32;
        terms.push(ScoreTerm { name: "code not analysed".to_owned(), explanation, cost });
    }
    let undocumented: u32 = counts.controls.iter().map(|it| it.undocumented).sum();
    if undocumented > 0 {
        let explanation =
            format!("{}: half a point each, at most 10", counted(undocumented as usize, "place"));
        let cost = (undocumented * 50).min(1000);
        terms.push(ScoreTerm { name: "documentation".to_owned(), explanation, cost });
    }
    let waived: u32 = counts.controls.iter().map(|it| it.waived).sum();
    if waived > 0 {
        let explanation =
            format!("{}: one point each, at most 5", counted(waived as usize, "waived failure"));
        let cost = (waived * 100).min(500);
        terms.push(ScoreTerm { name: "waivers".to_owned(), explanation, cost });
    }
    let cost: u32 = terms.iter().map(|term| term.cost).sum();
    Some(Score {
        value: FULL.saturating_sub(cost) / 100,
        violations: counts.controls.iter().map(|it| it.failures).sum(),
        documentation_gaps: undocumented + undetermined.len() as u32,
        terms,
    })
}

/// Hundredths of a point in words: `4`, `0.5`.
pub fn points(hundredths: u32) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn control() -> impl Strategy<Value = ControlCount> {
        let severity = prop_oneof![
            Just(Severity::Critical),
            Just(Severity::High),
            Just(Severity::Medium),
            Just(Severity::Low)
        ];
        (severity, 0..20u32, 0..8u32, 0..30u32, any::<bool>()).prop_map(
            |(severity, failures, waived, undocumented, is_undetermined)| ControlCount {
                severity,
                failures,
                waived,
                undocumented,
                is_undetermined,
            },
        )
    }

    fn counts() -> impl Strategy<Value = Counts> {
        (proptest::collection::vec(control(), 1..6), 1..50u32, 0..50u32)
            .prop_map(|(controls, analysed, unanalysed)| Counts { controls, analysed, unanalysed })
    }

    proptest! {
        #[test]
        fn fixing_a_finding_never_lowers_the_score(counts in counts(), at in any::<prop::sample::Index>()) {
            let before = score(&counts).unwrap().value;
            for fix in [
                |it: &mut ControlCount| it.failures = it.failures.saturating_sub(1),
                |it: &mut ControlCount| it.waived = it.waived.saturating_sub(1),
                |it: &mut ControlCount| it.undocumented = it.undocumented.saturating_sub(1),
                |it: &mut ControlCount| it.is_undetermined = false,
            ] {
                let mut fixed = counts.clone();
                let at = at.index(fixed.controls.len());
                fix(&mut fixed.controls[at]);
                prop_assert!(score(&fixed).unwrap().value >= before);
            }
        }

        #[test]
        fn a_clean_file_never_lowers_the_score(counts in counts()) {
            let more = Counts { analysed: counts.analysed + 1, ..counts.clone() };
            prop_assert!(score(&more).unwrap().value >= score(&counts).unwrap().value);
        }

        #[test]
        fn terms_explain_the_whole_loss(counts in counts()) {
            let score = score(&counts).unwrap();
            let cost: u32 = score.terms.iter().map(|term| term.cost).sum();
            prop_assert_eq!(score.value, 10_000_u32.saturating_sub(cost) / 100);
        }
    }

    #[test]
    fn nothing_checked_has_no_score() {
        assert_eq!(score(&Counts { analysed: 3, ..Counts::default() }), None);
    }
}
