//! What limits an assessment: everything that was not checked, in words.

use std::collections::BTreeMap;

use codd_source::SkipReason;

use crate::{Assessment, ControlVerdict, counted};

/// Something that was not checked: a headline and what it is about.
#[derive(Debug)]
pub(crate) struct Gap {
    pub(crate) headline: String,
    pub(crate) items: Vec<String>,
}

/// Everything that limits what the assessment can say, most serious first.
pub(crate) fn gaps(assessment: &Assessment) -> Vec<Gap> {
    let coverage = &assessment.coverage;
    let mut gaps = Vec::new();
    let mut add = |headline: String, items: Vec<String>| {
        gaps.push(Gap { headline, items });
    };
    let unknown: Vec<_> = assessment
        .changes
        .files
        .iter()
        .filter_map(|file| Some(format!("{} ({})", file.path, file.reach_unknown.as_ref()?)))
        .collect();
    if !unknown.is_empty() {
        add(format!("reach not known for {}", counted(unknown.len(), "changed file")), unknown);
    }
    // What the project itself leaves out must not hide what could not be read.
    let by_the_project = SkipReason::Ignored.to_string();
    let (left_out, unread): (Vec<_>, Vec<_>) =
        coverage.not_analysed.iter().partition(|it| it.reason == by_the_project);
    if !unread.is_empty() {
        let items = unread.iter();
        add(
            format!("{} could not be read", counted(unread.len(), "file")),
            items.map(|it| format!("{} ({})", it.path, it.reason)).collect(),
        );
    }
    if !left_out.is_empty() {
        let items = left_out.iter();
        add(
            format!("{} {by_the_project}", counted(left_out.len(), "file")),
            items.map(|it| it.path.clone()).collect(),
        );
    }
    if !coverage.parse_errors.is_empty() {
        let items = coverage.parse_errors.iter();
        add(
            format!("{} read in part", counted(coverage.parse_errors.len(), "file")),
            items.map(|it| format!("{} ({})", it.path, it.reason)).collect(),
        );
    }
    let undetermined: Vec<_> = assessment
        .controls
        .iter()
        .filter(|control| control.verdict == ControlVerdict::Undetermined)
        .map(|control| control.id.clone())
        .collect();
    if !undetermined.is_empty() {
        add(format!("{} undetermined", counted(undetermined.len(), "control")), undetermined);
    }
    let skipping: Vec<_> = assessment
        .controls
        .iter()
        .flat_map(|control| control.checks.iter().map(move |check| (control, check)))
        .filter(|(_, check)| !check.skipped.is_empty())
        .map(|(control, check)| {
            format!("{} {}: {}", control.id, check.kind, counted(check.skipped.len(), "file"))
        })
        .collect();
    if !skipping.is_empty() {
        add(format!("{} left files out", counted(skipping.len(), "check")), skipping);
    }
    let total =
        |map: &BTreeMap<String, u32>| map.values().map(|number| *number as usize).sum::<usize>();
    let parts = |map: &BTreeMap<String, u32>| {
        let mut parts: Vec<_> = map.iter().collect();
        parts.sort_by_key(|(name, number)| (std::cmp::Reverse(**number), name.as_str()));
        parts.into_iter().map(|(name, number)| format!("{name} {number}")).collect::<Vec<_>>()
    };
    if !coverage.unresolved.is_empty() {
        add(
            format!(
                "{} of {} not resolved",
                total(&coverage.unresolved),
                counted(coverage.references as usize, "reference")
            ),
            parts(&coverage.unresolved),
        );
    }
    if !coverage.not_modelled.is_empty() {
        add(
            format!(
                "{} seen and not modelled",
                counted(total(&coverage.not_modelled), "construct")
            ),
            parts(&coverage.not_modelled),
        );
    }
    if !coverage.unknown.is_empty() {
        add(
            format!("{} of no known language", counted(total(&coverage.unknown), "file")),
            parts(&coverage.unknown),
        );
    }
    let unchecked = [
        ("generated", coverage.generated),
        ("vendored", coverage.vendored),
        ("minified", coverage.minified),
    ];
    let unchecked: Vec<_> = unchecked.iter().filter(|(_, number)| *number > 0).collect();
    if !unchecked.is_empty() {
        let number = unchecked.iter().map(|(_, number)| *number as usize).sum();
        add(
            format!("{} outside the code rules", counted(number, "file")),
            unchecked.iter().map(|(name, number)| format!("{name} {number}")).collect(),
        );
    }
    gaps
}
