//! The findings: the list, and beside it the source, the path, the fix and the decision.

use codd_audit::{FindingRecord, FindingState};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::answer::{Answer, decision_word, node_text, state_word};
use crate::draw::paint::Paint;
use crate::draw::panel::{Writer, list_title, panel, panes, show_lines, show_list};
use crate::draw::records::{path, source, witness};
use crate::state::{State, mark};
use crate::text::clean;
use crate::words;

pub(crate) fn draw(state: &State, frame: &mut Frame, body: Rect, paint: Paint) {
    let Some(answer) = &state.answer else { return };
    let list = &state.findings;
    let panes = panes(state, list, body);
    if let Some(area) = panes.list {
        let findings = &answer.assessment.findings;
        let (decided, open) = answer.review_progress();
        let title = list_title("Findings", list, findings.len());
        let title = format!("{title}  {decided} of {open} decided");
        let inner = panel(frame, area, &title, true);
        if list.shown.is_empty() {
            let text = if findings.is_empty() { "no finding" } else { "no line holds the filter" };
            show_lines(frame, inner, &[Line::from(text)], 0);
        }
        show_list(frame, inner, list, |at| {
            findings.get(at).map_or_else(Line::default, |it| row(answer, it, paint))
        });
    }
    if let Some(area) = panes.details {
        let finding = list.current().and_then(|it| answer.assessment.findings.get(it));
        let title = finding.map_or_else(String::new, |it| it.control.clone());
        let inner = panel(frame, area, &title, list.is_open);
        let lines = details(state, answer, inner.width.into(), paint);
        show_lines(frame, inner, &lines, list.scroll);
    }
}

/// The state of a finding in one column.
fn sign(state: FindingState) -> char {
    match state {
        FindingState::New => '+',
        FindingState::Updated => '~',
        FindingState::Unchanged => ' ',
        FindingState::Absent => '-',
    }
}

fn row(answer: &Answer, finding: &FindingRecord, paint: Paint) -> Line<'static> {
    let covered = if finding.waived_by.is_some() { " (waiver)" } else { "" };
    let outcome = match finding.outcome.as_str() {
        "fail" => String::new(),
        other => format!("{}: ", clean(other)),
    };
    Line::from(vec![
        Span::raw(format!("{} ", mark(answer.decision(finding)))),
        Span::styled(words::severity(&finding.severity), paint.severity(&finding.severity)),
        Span::raw(format!(" {}", sign(finding.state))),
        Span::styled(clean(&finding.control), paint.name()),
        Span::raw(format!("{covered} {outcome}{}", clean(&finding.message))),
    ])
}

/// Everything about the selected finding.
pub(crate) fn details(
    state: &State,
    answer: &Answer,
    columns: usize,
    paint: Paint,
) -> Vec<Line<'static>> {
    let mut out = Writer::new(columns);
    let assessment = &answer.assessment;
    let current = state.findings.current();
    let Some(finding) = current.and_then(|it| assessment.findings.get(it)) else {
        return out.lines;
    };
    out.say(&finding.message, Paint::strong());
    let check = finding.check.map_or_else(String::new, |it| format!(" {}", it + 1));
    let summary = format!(
        "{}, {}, {} (check{check}: {})",
        finding.severity,
        state_word(finding.state),
        finding.outcome,
        finding.kind
    );
    out.say(&summary, paint.severity(&finding.severity));
    out.gap();
    if let Some(location) = &finding.location {
        source(&mut out, location, paint);
    }
    if !finding.steps.is_empty() {
        out.heading("Flow");
        for step in codd_audit::way(finding) {
            out.say(&format!("  {step}"), Paint::plain());
        }
    }
    if !finding.witness.is_empty() {
        out.heading("Path");
        witness(&mut out, &finding.witness);
    }
    if let Some(cause) = &finding.caused_by {
        out.heading("Caused by the change of");
        out.say(&format!("  {}", node_text(cause)), paint.unsure());
    }
    if let Some(reached) = finding.reached {
        out.heading("How the change reaches it");
        path(&mut out, answer, reached);
    }
    if let Some(help) = &finding.help {
        out.heading("Fix");
        out.say(help, Paint::plain());
    }
    out.heading("Decision");
    for decision in answer.decisions(finding) {
        let mut text = format!(
            "{} {} by {} on {}",
            mark(Some(decision)),
            decision_word(decision.decision),
            decision.reviewer,
            decision.date
        );
        if let Some(end) = &decision.expires {
            text.push_str(&format!(" until {end}"));
        }
        if let Some(reason) = &decision.reason {
            text.push_str(&format!(": {reason}"));
        }
        out.say(&text, Paint::plain());
    }
    if answer.decisions(finding).is_empty() {
        let text = match finding.state {
            FindingState::Absent => "nothing to decide: the change fixed it",
            _ => "[ ] undecided: a affirms, w waives, x sends back",
        };
        out.say(text, Paint::plain());
    }
    if let Some(waiver) = finding.waived_by.and_then(|it| assessment.waivers.get(it as usize)) {
        let text = format!(
            "waiver ({}): {}, approved by {}, until {}",
            waiver.state, waiver.reason, waiver.approved_by, waiver.expires
        );
        out.say(&text, Paint::plain());
    }
    out.heading("Control");
    out.say(&format!("{} {}", finding.control, finding.control_name), paint.name());
    if let Some(control) = answer.control(&finding.control) {
        out.say(&control.requirement, Paint::plain());
        let frameworks = frameworks(control);
        if !frameworks.is_empty() {
            out.say(&format!("frameworks: {frameworks}"), Paint::plain());
        }
    }
    out.say(&format!("fingerprint: {}", finding.fingerprint), Paint::plain());
    out.lines
}

/// `SOC2 CC6.1 · ASVS 4.1.1`.
pub(crate) fn frameworks(control: &codd_audit::ControlResult) -> String {
    let each = control.frameworks.iter().map(|(name, ids)| format!("{name} {}", ids.join(", ")));
    each.collect::<Vec<_>>().join(" · ")
}
