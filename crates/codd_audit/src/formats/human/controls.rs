//! The controls that are more than their findings: at risk, undetermined, touched; and waivers.

use std::fmt::Write;

use super::super::text::{Page, Style, plain, styled};
use super::super::words;
use super::findings::{self, severity_span};
use super::{View, rest};
use crate::{ControlResult, ControlVerdict, counted};

const INDENT: usize = 6;

pub(super) fn write(page: &mut Page, view: View<'_>) {
    at_risk(page, view);
    undetermined(page, view);
    touched(page, view);
    if !words::is_change(view.assessment) {
        summary(page, view);
    }
    waivers(page, view);
}

fn at_risk(page: &mut Page, view: View<'_>) {
    let findings = words::Findings::of(view.assessment).at_risk;
    let is_at_risk = |control: &&ControlResult| {
        control.verdict == ControlVerdict::AtRisk
            || findings.iter().any(|finding| finding.control == control.id)
    };
    let controls: Vec<_> = view.assessment.controls.iter().filter(is_at_risk).collect();
    if controls.is_empty() {
        return;
    }
    page.heading(format!(
        "At risk ({}): the change reaches what their checks trust",
        controls.len()
    ));
    for control in controls {
        let mut told = findings.iter().filter(|finding| finding.control == control.id).peekable();
        if told.peek().is_none() {
            title(page, control);
        }
        for finding in told {
            page.blank();
            findings::one(page, view, finding);
        }
    }
}

fn undetermined(page: &mut Page, view: View<'_>) {
    let controls = words::controls_with(view.assessment, ControlVerdict::Undetermined);
    if controls.is_empty() {
        return;
    }
    page.heading(format!("Undetermined ({}): not satisfied, not decided", controls.len()));
    let (shown, left) = words::capped(&controls, view.limit());
    for control in shown {
        title(page, control);
        for reason in &control.reasons {
            page.wrapped(INDENT, &[plain(reason)]);
        }
    }
    rest(page, INDENT, left);
}

fn title(page: &mut Page, control: &ControlResult) {
    page.labelled(
        0,
        &[severity_span(&control.severity)],
        INDENT,
        &[styled(Style::Strong, &control.id), plain(format!("  {}", control.name))],
    );
}

fn touched(page: &mut Page, view: View<'_>) {
    let controls = words::merely_touched(view.assessment);
    if controls.is_empty() {
        return;
    }
    page.heading(format!("Touched ({})", controls.len()));
    let (shown, left) = words::capped(&controls, view.limit());
    for control in shown {
        let verdict = words::control_verdict_word(control.verdict);
        let why = control.touched.map(|at| words::chain_text(view.assessment, at));
        page.labelled(
            0,
            &[plain(&control.id), plain(" ")],
            9,
            &[
                styled(verdict_style(control.verdict), verdict),
                plain("  "),
                styled(Style::Faint, why.unwrap_or_default()),
            ],
        );
    }
    rest(page, 0, left);
}

/// One line for each verdict, with the ids of its controls.
fn summary(page: &mut Page, view: View<'_>) {
    if view.assessment.controls.is_empty() {
        return;
    }
    page.heading(format!("Controls ({})", view.assessment.controls.len()));
    for verdict in ControlVerdict::IN_ORDER {
        let controls = words::controls_with(view.assessment, verdict);
        if controls.is_empty() {
            continue;
        }
        let ids: Vec<_> = controls.iter().map(|control| control.id.as_str()).collect();
        let (shown, left) = words::capped(&ids, view.limit());
        let mut text = shown.join(", ");
        if left > 0 {
            let _ = write!(text, ", … and {left} more");
        }
        page.labelled(
            0,
            &[
                plain(format!("{:>4} ", controls.len())),
                styled(verdict_style(verdict), words::control_verdict_word(verdict)),
            ],
            21,
            &[plain(text)],
        );
    }
}

fn verdict_style(verdict: ControlVerdict) -> Style {
    match verdict {
        ControlVerdict::Satisfied => Style::Good,
        ControlVerdict::NotSatisfied => Style::Bad,
        ControlVerdict::AtRisk | ControlVerdict::Undetermined => Style::Warn,
        ControlVerdict::Waived | ControlVerdict::NotApplicable => Style::Faint,
    }
}

/// Waivers that need someone's eye: those not in force, new, or without effect.
fn waivers(page: &mut Page, view: View<'_>) {
    let notable: Vec<_> = view
        .assessment
        .waivers
        .iter()
        .filter(|waiver| waiver.state != "active" || waiver.covers == 0)
        .collect();
    if notable.is_empty() {
        return;
    }
    page.heading(format!("Waivers to look at ({})", notable.len()));
    let (shown, left) = words::capped(&notable, view.limit());
    for waiver in shown {
        let covers = match waiver.covers {
            0 => "covers nothing".to_owned(),
            number => format!("covers {}", counted(number as usize, "finding")),
        };
        page.labelled(
            2,
            &[plain("-")],
            2,
            &[
                styled(Style::Strong, &waiver.target),
                styled(Style::Warn, format!(" {}", waiver.state)),
                plain(format!(
                    ", {covers}, expires {}, approved by {}: {}",
                    waiver.expires, waiver.approved_by, waiver.reason
                )),
            ],
        );
    }
    rest(page, 2, left);
}
