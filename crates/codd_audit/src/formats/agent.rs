//! Short plain text for an AI agent: the verdict, what was and was not checked, then each new
//! finding with its fix.
//!
//! With a limit, text is estimated at four bytes a token, findings are never cut in the
//! middle, and what was left out is counted. The verdict and what was checked always stand,
//! also where they alone exceed the limit.

use std::fmt::Write;

use codd_source::printable;

use super::RenderOptions;
use super::gaps::gaps;
use super::text::source;
use super::words::{self, Findings};
use crate::{Assessment, ControlVerdict, FindingRecord, ReachedRecord, counted};

const BYTES_PER_TOKEN: usize = 4;
/// Examples of each thing that was not checked.
const EXAMPLES: usize = 3;
/// Lines of source of one finding.
const LINES: usize = 3;
/// Bytes kept for saying what was left out.
const OMITTED: usize = 240;

pub(super) fn render(assessment: &Assessment, options: &RenderOptions) -> String {
    let findings = Findings::of(assessment);
    let mut text = Budgeted {
        text: head(assessment, &findings),
        limit: options.max_tokens.map(|tokens| {
            (tokens as usize).saturating_mul(BYTES_PER_TOKEN).saturating_sub(OMITTED)
        }),
    };
    let mut omitted = Vec::new();
    let told: Vec<_> = findings.open.iter().chain(&findings.at_risk).copied().collect();
    for (at, finding) in told.iter().enumerate() {
        if !text.push(&block(assessment, finding, at + 1)) {
            // The rest is milder: none of it may take the place of a worse one.
            omitted.push(omitted_findings(&told[at..]));
            break;
        }
    }
    if findings.open.is_empty() {
        text.push("\nno new finding\n");
    }
    if words::is_change(assessment) {
        let reached = words::beyond(assessment);
        if !text.push(&reach(assessment, &reached)) {
            omitted.push(counted(reached.len(), "reached node"));
        }
    }
    let mut left = 0;
    for control in words::controls_with(assessment, ControlVerdict::Undetermined) {
        let mut line =
            format!("undetermined: {} [{}] {}", control.id, control.severity, control.name);
        for reason in &control.reasons {
            let _ = write!(line, "; {reason}");
        }
        left += usize::from(left > 0 || !text.push(&format!("\n{}\n", printable(&line))));
    }
    if left > 0 {
        omitted.push(counted(left, "undetermined control"));
    }
    let mut left = 0;
    for finding in &findings.fixed {
        let line = format!("fixed: {} at {}", finding.control, words::finding_place(finding));
        left += usize::from(left > 0 || !text.push(&format!("\n{}\n", printable(&line))));
    }
    if left > 0 {
        omitted.push(counted(left, "fixed finding"));
    }
    let mut left = 0;
    for finding in &findings.affirmed {
        let by = words::decided_by(finding).unwrap_or_default();
        let line = format!("{by}: {} at {}", finding.control, words::finding_place(finding));
        left += usize::from(left > 0 || !text.push(&format!("\n{}\n", printable(&line))));
    }
    if left > 0 {
        omitted.push(counted(left, "affirmed finding"));
    }
    let mut left = 0;
    for finding in &findings.waived {
        let Some(by) = words::waived_in_change(assessment, finding) else { continue };
        let line = format!("{by}: {} at {}", finding.control, words::finding_place(finding));
        left += usize::from(left > 0 || !text.push(&format!("\n{}\n", printable(&line))));
    }
    if left > 0 {
        omitted.push(counted(left, "waived finding"));
    }
    let mut text = text.text;
    if !omitted.is_empty() {
        let _ =
            writeln!(text, "\nomitted for length: {} (--format json has all)", omitted.join(", "));
    }
    text
}

/// Text that takes a piece as a whole or not at all.
struct Budgeted {
    text: String,
    limit: Option<usize>,
}

impl Budgeted {
    fn push(&mut self, piece: &str) -> bool {
        let fits = self.limit.is_none_or(|limit| self.text.len() + piece.len() <= limit);
        if fits {
            self.text.push_str(piece);
        }
        fits
    }
}

/// What the change reaches, the nearest by name.
fn reach(assessment: &Assessment, reached: &[(usize, &ReachedRecord)]) -> String {
    if reached.is_empty() {
        return "\nreaches: nothing else is known to depend on it\n".to_owned();
    }
    let sum = words::Reach::of(assessment);
    let mut text = format!("\nreaches: {}, {} possibly; nearest first\n", sum.sure, sum.possible);
    let (shown, _) = words::capped(reached, words::NAMED);
    for (index, step) in shown {
        let place = words::node_place(&step.node);
        let why = super::text::clip(&words::chain_text(assessment, *index as u32), 240);
        text.push_str(&printable(&format!("- {place} {why}")));
        text.push('\n');
    }
    if let Some(left) = words::left_out(&reached[shown.len()..]) {
        let _ = writeln!(text, "- … and {left} (--format json has all)");
    }
    text
}

fn head(assessment: &Assessment, findings: &Findings<'_>) -> String {
    let mut head = String::new();
    let mut line = |text: &str| {
        head.push_str(&printable(text));
        head.push('\n');
    };
    line(&format!("subject: {}", assessment.subject.description));
    if let Some(warning) = words::nothing_checked(assessment) {
        line(&format!("warning: {warning}"));
    }
    if let Some(verdict) = &assessment.verdict {
        line(&format!("verdict: {}", words::verdict_word(verdict.verdict)));
        let (reasons, left) = words::capped(&verdict.reasons, EXAMPLES);
        for reason in reasons {
            line(&format!("- {reason}"));
        }
        if left > 0 {
            line(&format!("- … and {left} more"));
        }
    }
    if let Some(score) = words::score_text(&assessment.score) {
        line(&format!("health: {score}"));
    }
    line(&format!("checked: {}", words::checked_text(assessment)));
    let gaps = gaps(assessment);
    if gaps.is_empty() {
        line("not checked: no gap is recorded");
    } else {
        line("not checked:");
    }
    for gap in gaps {
        let (items, left) = words::capped(&gap.items, EXAMPLES);
        let mut text = format!("- {}: {}", gap.headline, items.join(", "));
        if left > 0 {
            let _ = write!(text, ", … and {left} more");
        }
        line(&text);
    }
    if !assessment.diagnostics.is_empty() {
        let errors = assessment.diagnostics.iter().filter(|it| it.severity == "error").count();
        let number = assessment.diagnostics.len();
        line(&format!(
            "- {} of codd's own input, {}",
            counted(number, "diagnostic"),
            counted(errors, "error")
        ));
    }
    let what = if words::is_change(assessment) { "new findings" } else { "findings" };
    line(&format!(
        "{what}: {}; at risk: {}; there before: {}; fixed: {}; waived: {}",
        findings.open.len(),
        findings.at_risk.len(),
        findings.unchanged.len(),
        findings.fixed.len(),
        findings.waived.len()
    ));
    head
}

fn block(assessment: &Assessment, finding: &FindingRecord, number: usize) -> String {
    let mut block = String::from("\n");
    let mut line = |text: &str| {
        block.push_str(&printable(text));
        block.push('\n');
    };
    let note = words::outcome_note(finding);
    let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
    line(&format!(
        "{number}. {} [{}] {}{note}",
        finding.control, finding.severity, finding.control_name
    ));
    let mut place = format!("at: {}", words::finding_place(finding));
    if let Some(symbol) = finding.location.as_ref().and_then(|it| it.symbol.as_ref()) {
        let _ = write!(place, " in {symbol}");
    }
    if let Some(note) = words::diff_note(assessment, finding) {
        let _ = write!(place, " ({note})");
    }
    line(&place);
    if let Some(location) = &finding.location {
        for text in location.snippet.lines().take(LINES) {
            line(&format!("code: {}", source(text.trim())));
        }
    }
    line(&format!("problem: {}", finding.message));
    for (label, text) in words::why(assessment, finding) {
        line(&format!("{label}: {text}"));
    }
    for step in words::way(finding) {
        line(&format!("flow: {step}"));
    }
    for text in finding.help.iter().flat_map(|help| help.lines()) {
        line(&format!("fix: {text}"));
    }
    line(&format!("id: {}", finding.fingerprint));
    block
}

/// `3 findings (1 high, 2 medium)`.
fn omitted_findings(findings: &[&FindingRecord]) -> String {
    let number = counted(findings.len(), "finding");
    printable(&format!("{number} ({})", words::by_severity(findings))).into_owned()
}
