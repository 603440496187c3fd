//! A pull request comment: the verdict in its heading, a table, and the rest folded away.
//!
//! The first line is a marker by which the comment is found and updated in place. Nothing
//! from the repository may end a table cell, a code span or a folded part, open a tag, or
//! mention a person.

pub(super) mod escape;

use std::fmt::Write;

use self::escape::{code, escape, fenced, sentence};
use super::RenderOptions;
use super::gaps::gaps;
use super::words::{self, Findings};
use crate::{Assessment, ControlResult, ControlVerdict, FindingRecord, Verdict, counted};

const MARKER: &str = "<!-- codd -->";
/// GitHub refuses a comment of more than 65,536 characters.
const MAX_LENGTH: usize = 60_000;
/// Rows of the table; the rest is folded.
const ROWS: usize = 10;
/// Entries of any folded list.
const SHOWN: usize = 50;

pub(super) fn render(assessment: &Assessment, options: &RenderOptions) -> String {
    let findings = Findings::of(assessment);
    let shown = if options.verbose { usize::MAX } else { SHOWN };
    let mut out = format!("{MARKER}\n{}\n\n", heading(assessment, &findings));
    if let Some(warning) = words::nothing_checked(assessment) {
        let _ = writeln!(out, "> [!WARNING]\n> {}\n", escape(&capital(warning)));
    }
    if let Some(verdict) = &assessment.verdict {
        let (reasons, left) = words::capped(&verdict.reasons, ROWS);
        for reason in reasons {
            let _ = writeln!(out, "- {}", sentence(reason));
        }
        if left > 0 {
            let _ = writeln!(out, "- … and {left} more");
        }
        if !reasons.is_empty() {
            out.push('\n');
        }
    }
    table(&mut out, assessment, &findings.open);
    let _ = writeln!(out, "{}\n", escape(&capital(&words::checked_text(assessment))));
    let end = ending(assessment);
    let mut left_out = Vec::new();
    for (title, body) in sections(assessment, &findings, shown) {
        if body.is_empty() {
            continue;
        }
        let folded = format!("<details><summary>{title}</summary>\n\n{body}\n</details>\n\n");
        if length(&out) + length(&folded) + length(&end) + 500 > MAX_LENGTH {
            left_out.push(title);
        } else {
            out.push_str(&folded);
        }
    }
    if !left_out.is_empty() {
        let _ = writeln!(out, "Left out to fit: {}.\n", left_out.join(", "));
    }
    out.push_str(&end);
    out
}

/// As GitHub counts, give or take what lies outside the basic plane.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

fn heading(assessment: &Assessment, findings: &Findings<'_>) -> String {
    let mut heading = match &assessment.verdict {
        Some(it) => {
            let word = match it.verdict {
                Verdict::Approve => "approve",
                Verdict::Conditional => "**conditional**",
                Verdict::Reject => "**reject**",
            };
            format!("### codd: {word}, {}", counted(findings.open.len(), "new finding"))
        }
        None => format!("### codd: {}", counted(findings.open.len(), "open finding")),
    };
    let critical = findings.open.iter().filter(|it| it.severity == "critical").count();
    if critical > 0 {
        let _ = write!(heading, " ({critical} critical)");
    }
    if let Some(score) = words::score_text(&assessment.score) {
        let _ = write!(heading, " · health {score}");
    }
    heading
}

fn table(out: &mut String, assessment: &Assessment, findings: &[&FindingRecord]) {
    if findings.is_empty() {
        return;
    }
    let is_change = words::is_change(assessment);
    out.push_str(if is_change {
        "| | control | where | reached from |\n|---|---|---|---|\n"
    } else {
        "| | control | where |\n|---|---|---|\n"
    });
    let (rows, left) = words::capped(findings, ROWS);
    for finding in rows {
        let _ = write!(
            out,
            "| {} | {} {} | {}",
            escape(words::severity_label(&finding.severity)),
            escape(&finding.control),
            escape(&cut(&finding.control_name, 120)),
            place(assessment, finding),
        );
        if is_change {
            let why = finding.reached.map(|at| words::chain_text(assessment, at));
            let why = why.unwrap_or_else(|| "–".to_owned());
            let _ = write!(out, " | {}", escape(&cut(&why, 400)));
        }
        out.push_str(" |\n");
    }
    if left > 0 {
        let _ = writeln!(out, "\n… and {left} more, below.");
    }
    out.push('\n');
}

fn place(assessment: &Assessment, finding: &FindingRecord) -> String {
    let mut text = match &finding.location {
        Some(location) => code(&format!("{}:{}", cut(&location.path, 300), location.line)),
        None => "the project as a whole".to_owned(),
    };
    match words::diff_note(assessment, finding) {
        Some("in the diff") => text.push_str(" (in the diff)"),
        Some(note) => {
            let _ = write!(text, " (**{note}**)");
        }
        None => {}
    }
    text
}

/// Titles and bodies of what is folded; an empty body has nothing to say.
fn sections(
    assessment: &Assessment,
    findings: &Findings<'_>,
    shown: usize,
) -> Vec<(String, String)> {
    let mut sections = vec![
        ("How to fix".to_owned(), fixes(assessment, &findings.open, shown)),
        (not_checked_title(assessment), not_checked(assessment, shown)),
    ];
    sections.push((
        format!("At risk ({})", findings.at_risk.len()),
        fixes(assessment, &findings.at_risk, shown),
    ));
    let controls = words::controls_with(assessment, ControlVerdict::Undetermined);
    sections.push((format!("Undetermined ({})", controls.len()), undetermined(&controls, shown)));
    for (title, list) in [
        ("Fixed by this change", &findings.fixed),
        ("Affirmed by a reviewer", &findings.affirmed),
        ("Waived", &findings.waived),
        ("There before, not new", &findings.unchanged),
    ] {
        sections.push((format!("{title} ({})", list.len()), brief(list, shown)));
    }
    if words::is_change(assessment) {
        let reach = words::Reach::of(assessment);
        let title = format!(
            "Impact: {} changed, {} reached, {} possibly",
            assessment.changes.nodes.len(),
            reach.sure,
            reach.possible
        );
        sections.push((title, impact(assessment, shown)));
    }
    sections
}

fn undetermined(controls: &[&ControlResult], shown: usize) -> String {
    let mut body = String::new();
    let (some, left) = words::capped(controls, shown);
    for control in some {
        let _ = write!(
            body,
            "- {} {} {}",
            escape(words::severity_label(&control.severity)),
            escape(&control.id),
            escape(&control.name)
        );
        for reason in &control.reasons {
            let _ = write!(body, "; {}", sentence(&cut(reason, 400)));
        }
        body.push('\n');
    }
    rest(&mut body, left);
    body
}

fn not_checked_title(assessment: &Assessment) -> String {
    match gaps(assessment).len() {
        0 => "Not checked: no gap is recorded".to_owned(),
        number => format!("Not checked ({})", counted(number, "gap")),
    }
}

fn not_checked(assessment: &Assessment, shown: usize) -> String {
    let mut body = String::new();
    for gap in gaps(assessment) {
        let (items, left) = words::capped(&gap.items, shown.min(20));
        let items: Vec<_> = items.iter().map(|item| escape(&cut(item, 300))).collect();
        let _ = write!(body, "- {}: {}", escape(&gap.headline), items.join(", "));
        if left > 0 {
            let _ = write!(body, ", … and {left} more");
        }
        body.push('\n');
    }
    let errors = assessment.diagnostics.iter().filter(|it| it.severity == "error").count();
    if !assessment.diagnostics.is_empty() {
        let _ = writeln!(
            body,
            "- {} of codd's own input, {}",
            counted(assessment.diagnostics.len(), "diagnostic"),
            counted(errors, "error")
        );
    }
    body
}

fn fixes(assessment: &Assessment, findings: &[&FindingRecord], shown: usize) -> String {
    let mut body = String::new();
    let (some, left) = words::capped(findings, shown);
    for finding in some {
        let _ = writeln!(
            body,
            "**{} {} {}** {}\n",
            escape(words::severity_label(&finding.severity)),
            escape(&finding.control),
            escape(&finding.control_name),
            place(assessment, finding)
        );
        if let Some(location) = &finding.location {
            body.push_str(&fenced(&location.snippet));
        }
        let _ = writeln!(body, "{}\n", sentence(&capital(&finding.message)));
        for (label, text) in words::why(assessment, finding) {
            let _ = writeln!(body, "- {label}: {}", escape(&cut(&text, 600)));
        }
        for step in words::way(finding) {
            let _ = writeln!(body, "- flow: {}", escape(&cut(&step, 300)));
        }
        for line in finding.help.iter().flat_map(|help| help.lines()) {
            let _ = writeln!(body, "- fix: {}", sentence(line));
        }
        let _ = writeln!(body, "- more: {}\n", code(&words::explain_command(assessment, finding)));
    }
    rest(&mut body, left);
    body
}

fn brief(findings: &[&FindingRecord], shown: usize) -> String {
    let mut body = String::new();
    let (some, left) = words::capped(findings, shown);
    for finding in some {
        let by =
            words::decided_by(finding).map_or(String::new(), |it| format!(", {}", escape(&it)));
        let _ = writeln!(
            body,
            "- {} {} {} {}{by}",
            escape(words::severity_label(&finding.severity)),
            escape(&finding.control),
            escape(&finding.control_name),
            code(&words::finding_place(finding))
        );
    }
    rest(&mut body, left);
    body
}

fn impact(assessment: &Assessment, shown: usize) -> String {
    let mut body = String::new();
    let (changes, left) = words::capped(&assessment.changes.nodes, shown);
    for change in changes {
        let _ = writeln!(
            body,
            "- {}: {} {}",
            escape(&change.kind.replace('_', " ")),
            code(&cut(words::node_name(&change.node), 300)),
            code(&cut(&words::node_place(&change.node), 300))
        );
    }
    rest(&mut body, left);
    let reached = words::beyond(assessment);
    if !reached.is_empty() {
        body.push_str("\nReaches, nearest first:\n\n");
    }
    // The first are those that matter; the rest is in the assessment.
    let limit = if shown == usize::MAX { shown } else { words::NAMED };
    let (steps, _) = words::capped(&reached, limit);
    for (index, step) in steps {
        let _ = writeln!(
            body,
            "- {} {}: {}",
            code(&cut(words::node_name(&step.node), 300)),
            code(&cut(&words::node_place(&step.node), 300)),
            escape(&cut(&words::chain_text(assessment, *index as u32), 400))
        );
    }
    if let Some(left) = words::left_out(&reached[steps.len()..]) {
        let _ = writeln!(body, "- … and {left} (`--format json` has all)");
    }
    body
}

fn rest(body: &mut String, left: usize) {
    if left > 0 {
        let _ = writeln!(body, "- … and {left} more (`--format json` has all)");
    }
}

fn ending(assessment: &Assessment) -> String {
    let controls: String = assessment.inputs.controls.chars().take(12).collect();
    format!(
        "Reproduce: {} · codd {} · controls {} · judged by {}\n",
        code(&assessment.subject.command),
        escape(&assessment.tool.version),
        code(&controls),
        sentence(&assessment.inputs.judged_by)
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn cut(text: &str, room: usize) -> String {
    super::text::clip(text, room)
}
