//! The controls: their verdicts, and beside them why.

use codd_audit::{CheckRecord, FindingState, counted};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::answer::{Answer, state_word};
use crate::draw::findings::frameworks;
use crate::draw::paint::Paint;
use crate::draw::panel::{Writer, list_title, panel, panes, show_lines, show_list};
use crate::draw::records::path;
use crate::state::State;
use crate::text::{clean, pad};
use crate::words;

/// The most files that a check names as not looked at.
const SKIPPED_SHOWN: usize = 5;

pub(crate) fn draw(state: &State, frame: &mut Frame, body: Rect, paint: Paint) {
    let Some(answer) = &state.answer else { return };
    let list = &state.controls;
    let controls = &answer.assessment.controls;
    let panes = panes(state, list, body);
    if let Some(area) = panes.list {
        let inner = panel(frame, area, &list_title("Controls", list, controls.len()), true);
        if list.shown.is_empty() {
            let text = if controls.is_empty() { "no control" } else { "no line holds the filter" };
            show_lines(frame, inner, &[Line::from(text)], 0);
        }
        show_list(frame, inner, list, |at| {
            let Some(control) = controls.get(at) else { return Line::default() };
            Line::from(vec![
                Span::styled(
                    pad(words::verdict(control.verdict), 14),
                    paint.verdict(control.verdict),
                ),
                Span::raw(" "),
                Span::styled(words::severity(&control.severity), paint.severity(&control.severity)),
                Span::raw(" "),
                Span::styled(clean(&control.id), paint.name()),
                Span::raw(format!(" {}", clean(&control.name))),
            ])
        });
    }
    if let Some(area) = panes.details {
        let control = list.current().and_then(|it| controls.get(it));
        let title = control.map_or_else(String::new, |it| it.id.clone());
        let inner = panel(frame, area, &title, list.is_open);
        let lines = details(state, answer, inner.width.into(), paint);
        show_lines(frame, inner, &lines, list.scroll);
    }
}

/// Everything about the selected control.
pub(crate) fn details(
    state: &State,
    answer: &Answer,
    columns: usize,
    paint: Paint,
) -> Vec<Line<'static>> {
    let mut out = Writer::new(columns);
    let assessment = &answer.assessment;
    let current = state.controls.current();
    let Some(control) = current.and_then(|it| assessment.controls.get(it)) else {
        return out.lines;
    };
    out.say(&format!("{} {}", control.id, control.name), Paint::strong());
    let before = match control.base_verdict {
        Some(base) if base != control.verdict => format!("{} -> ", words::verdict(base)),
        _ => String::new(),
    };
    let verdict = format!("{before}{} ({})", words::verdict(control.verdict), control.severity);
    out.say(&verdict, paint.verdict(control.verdict));
    for reason in &control.reasons {
        out.say(reason, paint.unsure());
    }
    out.gap();
    out.say(&control.requirement, Paint::plain());
    out.heading("Checks");
    if control.checks.is_empty() {
        out.say("none: nothing here can decide it", paint.unsure());
    }
    for check in &control.checks {
        self::check(&mut out, check, paint);
    }
    let own = || assessment.findings.iter().filter(|it| it.control == control.id);
    let mut counts = Vec::new();
    for state in
        [FindingState::New, FindingState::Updated, FindingState::Unchanged, FindingState::Absent]
    {
        match own().filter(|it| it.state == state).count() {
            0 => {}
            count => counts.push(format!("{count} {}", state_word(state))),
        }
    }
    if !counts.is_empty() {
        out.heading("Findings");
        out.say(&format!("{}: f shows them", counts.join(", ")), Paint::plain());
    }
    for at in &control.at_risk {
        out.heading("At risk: it trusts what the change reaches");
        path(&mut out, answer, *at);
    }
    if let Some(touched) = control.touched.filter(|it| !control.at_risk.contains(it)) {
        out.heading("Touched: the change reaches what it governs");
        path(&mut out, answer, touched);
    }
    out.gap();
    let frameworks = frameworks(control);
    if !frameworks.is_empty() {
        out.say(&format!("frameworks: {frameworks}"), Paint::plain());
    }
    out.say(&format!("from: {}", control.origin), Paint::plain());
    out.lines
}

fn check(out: &mut Writer, check: &CheckRecord, paint: Paint) {
    let style = match check.outcome.as_str() {
        "pass" => paint.good(),
        "fail" => paint.bad(),
        "not_applicable" => Paint::plain(),
        _ => paint.unsure(),
    };
    let weak = if check.weak_evidence { ", a match of text only" } else { "" };
    let text = format!(
        "{} {}: {} ({} in {}{weak})",
        check.ordinal + 1,
        check.kind,
        check.outcome.replace('_', " "),
        counted(check.anchors as usize, "place"),
        counted(check.files as usize, "file"),
    );
    out.say(&text, style);
    if let Some(reason) = &check.reason {
        out.say(&format!("  {reason}"), Paint::plain());
    }
    for skipped in check.skipped.iter().take(SKIPPED_SHOWN) {
        out.say(&format!("  not checked: {}: {}", skipped.path, skipped.reason), paint.unsure());
    }
    if let Some(more) = check.skipped.len().checked_sub(SKIPPED_SHOWN).filter(|it| *it > 0) {
        out.say(&format!("  … {more} more not checked"), paint.unsure());
    }
}
