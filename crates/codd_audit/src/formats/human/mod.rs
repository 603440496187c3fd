//! What a developer reads in a terminal: the verdict first, then why, then what was not checked.

mod controls;
mod coverage;
mod findings;
mod reach;

use std::fmt::Write;

use super::text::{Page, Span, Style, plain, styled};
use super::{RenderOptions, words};
use crate::{Assessment, Verdict, counted};

/// How many entries of a list are shown before the rest is only counted.
const SHOWN: usize = 12;

pub(super) fn render(assessment: &Assessment, options: &RenderOptions) -> String {
    let mut page = Page::new(options.color, options.width);
    let view = View { assessment, verbose: options.verbose };
    headline(&mut page, view);
    findings::write(&mut page, view);
    controls::write(&mut page, view);
    reach::write(&mut page, view);
    coverage::write(&mut page, view);
    page.into_text()
}

/// What is shown, and whether in full.
#[derive(Clone, Copy)]
struct View<'a> {
    assessment: &'a Assessment,
    verbose: bool,
}

impl View<'_> {
    fn limit(self) -> usize {
        if self.verbose { usize::MAX } else { SHOWN }
    }
}

/// Says what a cut list left out, and where it is.
fn rest(page: &mut Page, indent: usize, left: usize) {
    if left > 0 {
        let text = format!("… and {left} more (--format json has all)");
        page.wrapped(indent, &[styled(Style::Faint, text)]);
    }
}

/// Columns of the labels of the headline.
const LABEL: usize = 9;

fn headline(page: &mut Page, view: View<'_>) {
    let assessment = view.assessment;
    let about = format!("{} · {}", assessment.project, assessment.subject.description);
    page.labelled(0, &[styled(Style::Strong, "codd")], LABEL, &[plain(about)]);
    page.blank();
    if let Some(warning) = words::nothing_checked(assessment) {
        let label = [styled(Style::Bad, "NOTHING")];
        page.labelled(0, &label, LABEL, &[styled(Style::Bad, warning)]);
    }
    match &assessment.verdict {
        Some(it) => {
            let style = match it.verdict {
                Verdict::Approve => Style::Good,
                Verdict::Conditional => Style::Warn,
                Verdict::Reject => Style::Bad,
            };
            let word = words::verdict_word(it.verdict).to_uppercase();
            let mut reasons = it.reasons.iter();
            let first = reasons.next().map_or("", String::as_str);
            if word.len() < LABEL {
                page.labelled(0, &[styled(style, word)], LABEL, &[plain(first)]);
            } else {
                page.wrapped(0, &[styled(style, word)]);
                page.labelled(0, &[], LABEL, &[plain(first)]);
            }
            for reason in reasons {
                page.labelled(0, &[], LABEL, &[plain(reason)]);
            }
        }
        None => project_line(page, assessment),
    }
    if let Some(score) = words::score_text(&assessment.score) {
        page.labelled(0, &[plain("Health")], LABEL, &[plain(score)]);
    } else {
        let reason = if assessment.controls.is_empty() {
            "no score: there is no control"
        } else {
            "no score: too little was read"
        };
        page.labelled(0, &[plain("Health")], LABEL, &[plain(reason)]);
    }
    if words::is_change(assessment) {
        page.labelled(0, &[plain("Reach")], LABEL, &[plain(reach_text(assessment))]);
    }
    page.labelled(0, &[plain("Checked")], LABEL, &[plain(words::checked_text(assessment))]);
    page.labelled(0, &[plain("Judged")], LABEL, &judged_by(assessment));
}

fn project_line(page: &mut Page, assessment: &Assessment) {
    let findings = words::Findings::of(assessment);
    // Green would claim more than an empty list says.
    let style = if findings.open.is_empty() { Style::Strong } else { Style::Bad };
    // What could not be decided is no violation that is known.
    let (undecided, known): (Vec<_>, Vec<_>) =
        findings.open.iter().partition(|it| it.outcome == "undetermined");
    let mut text = counted(known.len(), "finding");
    let by_severity = words::by_severity(&known);
    if !by_severity.is_empty() {
        text = format!("{text}: {by_severity}");
    }
    if !undecided.is_empty() {
        text = format!("{text}; {} could not be decided", counted(undecided.len(), "place"));
    }
    if !findings.waived.is_empty() {
        text = format!("{text}; {} waived", findings.waived.len());
    }
    page.labelled(0, &[styled(style, "OPEN")], LABEL, &[plain(text)]);
}

fn reach_text(assessment: &Assessment) -> String {
    let reach = words::Reach::of(assessment);
    let changed = assessment.changes.nodes.len();
    let mut text = format!("{changed} changed → {} reached", reach.sure);
    if reach.sure > 0 {
        let _ = write!(text, " in {}", counted(reach.files, "file"));
    }
    let mut parts = Vec::new();
    for (number, noun) in [(reach.routes, "route"), (reach.tests, "test")] {
        if number > 0 {
            parts.push(counted(number, noun));
        }
    }
    if reach.probable > 0 {
        parts.push(format!("{} by probable edges", reach.probable));
    }
    if !parts.is_empty() {
        let _ = write!(text, " ({})", parts.join(", "));
    }
    let touched = assessment.controls.iter().filter(|it| it.touched.is_some()).count();
    let _ = write!(text, " → {} touched", counted(touched, "control"));
    if reach.possible > 0 {
        let _ = write!(text, "; {} more possibly reached", reach.possible);
    }
    let unknown = assessment.changes.files.iter().filter(|it| it.reach_unknown.is_some()).count();
    if unknown > 0 {
        let _ = write!(text, "; unknown for {}", counted(unknown, "file"));
    }
    if assessment.impact.is_precise {
        text.push_str("; what is reached on unsure steps alone was left out (--safe)");
    }
    text
}

fn judged_by(assessment: &Assessment) -> Vec<Span> {
    vec![plain(format!("by {}, as of {}", assessment.inputs.judged_by, assessment.as_of))]
}
