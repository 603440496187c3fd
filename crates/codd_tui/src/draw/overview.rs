//! The overview: the verdict and why, the score, the counts, and what was not checked.

use codd_audit::{
    ControlVerdict, FindingState, ScorePair, SkippedRecord, by_count, counted, points,
};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::answer::{Answer, state_word};
use crate::draw::paint::Paint;
use crate::draw::panel::{Writer, inner, panel, show_lines};
use crate::state::State;
use crate::words;

/// The most lines of one kind of what was not checked.
const LISTED: usize = 20;

pub(crate) fn draw(state: &State, frame: &mut Frame, body: Rect, paint: Paint) {
    let Some(answer) = &state.answer else { return };
    for (area, title, lines) in columns(state, answer, body, paint) {
        let inner = panel(frame, area, title, true);
        show_lines(frame, inner, &lines, state.overview_scroll);
    }
}

/// The boxes with their text: side by side, or one box with everything.
pub(crate) fn columns(
    state: &State,
    answer: &Answer,
    body: Rect,
    paint: Paint,
) -> Vec<(Rect, &'static str, Vec<Line<'static>>)> {
    if state.is_stacked() {
        let mut out = Writer::new(inner(body).width.into());
        conclusions(&mut out, answer, paint);
        out.heading("Not checked");
        not_checked(&mut out, answer, paint);
        return vec![(body, "Verdict", out.lines)];
    }
    let width = body.width / 2;
    let left = Rect { width, ..body };
    let right = Rect { x: body.x + width, width: body.width - width, ..body };
    let mut one = Writer::new(inner(left).width.into());
    conclusions(&mut one, answer, paint);
    let mut other = Writer::new(inner(right).width.into());
    not_checked(&mut other, answer, paint);
    vec![(left, "Verdict", one.lines), (right, "Not checked", other.lines)]
}

fn conclusions(out: &mut Writer, answer: &Answer, paint: Paint) {
    let assessment = &answer.assessment;
    match &assessment.verdict {
        Some(change) => {
            out.say(words::change_verdict(change.verdict), paint.change_verdict(change.verdict));
            for reason in &change.reasons {
                out.say(&format!("  {reason}"), Paint::plain());
            }
        }
        None => out.say("the whole project, no change", Paint::strong()),
    }
    if assessment.checked_nothing() {
        out.say("NOTHING WAS CHECKED: this says nothing about the code", paint.bad());
    }
    out.gap();
    score(out, &assessment.score, paint);
    out.heading("Findings");
    for state in
        [FindingState::New, FindingState::Updated, FindingState::Unchanged, FindingState::Absent]
    {
        let mut severities: Vec<(&str, usize)> = Vec::new();
        for finding in assessment.findings.iter().filter(|it| it.state == state) {
            match severities.iter_mut().find(|(known, _)| *known == finding.severity) {
                Some((_, count)) => *count += 1,
                None => severities.push((&finding.severity, 1)),
            }
        }
        if severities.is_empty() {
            continue;
        }
        let count: usize = severities.iter().map(|(_, count)| count).sum();
        let each: Vec<String> =
            severities.iter().map(|(it, count)| format!("{count} {it}")).collect();
        let style = if state == FindingState::New { paint.bad() } else { Paint::plain() };
        out.say(&format!("{count} {} ({})", state_word(state), each.join(", ")), style);
    }
    let (decided, open) = answer.review_progress();
    out.say(&format!("{decided} of {open} decided"), Paint::plain());
    out.heading("Controls");
    for verdict in ControlVerdict::IN_ORDER {
        let count = assessment.controls.iter().filter(|it| it.verdict == verdict).count();
        if count > 0 {
            out.say(&format!("{count} {}", words::verdict(verdict)), paint.verdict(verdict));
        }
    }
    out.say(&assessment.inputs.judged_by, Paint::plain());
    if assessment.subject.base.is_some() {
        let counts = &assessment.impact.counts;
        out.heading("Reach");
        let text = format!(
            "{} in {} changed; reached {} exact, {} probable, {} possible in {}; {}, {}",
            counted(counts.changed as usize, "node"),
            counted(assessment.changes.files.len(), "file"),
            counts.exact,
            counts.probable,
            counts.possible,
            counted(counts.files as usize, "file"),
            counted(counts.routes as usize, "route"),
            counted(counts.tests as usize, "test"),
        );
        out.say(&text, Paint::plain());
    }
    out.heading("Assessed");
    let subject = &assessment.subject;
    out.say(&format!("{}: {}", assessment.project, subject.description), Paint::plain());
    let tool = &assessment.tool;
    out.say(
        &format!("as of {} by {} {}", assessment.as_of, tool.name, tool.version),
        Paint::plain(),
    );
}

fn score(out: &mut Writer, score: &ScorePair, paint: Paint) {
    let Some(after) = &score.after else {
        out.say("no health score: no control or no file was read", paint.unsure());
        return;
    };
    let text = match &score.before {
        Some(before) => {
            let difference = i64::from(after.value) - i64::from(before.value);
            format!("Health score {} -> {} ({difference:+})", before.value, after.value)
        }
        None => format!("Health score {}", after.value),
    };
    out.say(&text, Paint::strong());
    for term in after.terms.iter().filter(|it| it.cost > 0) {
        out.say(&format!("  -{} {}", points(term.cost), term.explanation), Paint::plain());
    }
}

/// What nobody may take for checked.
fn not_checked(out: &mut Writer, answer: &Answer, paint: Paint) {
    let assessment = &answer.assessment;
    let coverage = &assessment.coverage;
    let text =
        format!("{} of {} analysed", coverage.analysed, counted(coverage.files as usize, "file"));
    let is_complete = coverage.analysed == coverage.files;
    out.say(&text, if is_complete { paint.good() } else { paint.unsure() });
    listed(out, "Changes of unknown reach", {
        let files = assessment.changes.files.iter();
        let unknown = files.filter_map(|it| Some((&it.path, it.reach_unknown.as_ref()?)));
        unknown.map(|(path, why)| format!("{path}: {why}"))
    });
    listed(out, "Undetermined controls", {
        let undetermined = assessment.undetermined();
        undetermined.map(|it| format!("{}: {}", it.id, it.reasons.join("; ")))
    });
    listed(out, "Files not analysed", skipped(&coverage.not_analysed));
    listed(out, "Files with syntax errors", skipped(&coverage.parse_errors));
    let names =
        |counts| by_count(counts).into_iter().map(|(name, count)| format!("{count} {name}"));
    listed(out, "Files of no known language", names(&coverage.unknown));
    listed(out, "Files set aside", {
        let aside = [
            (coverage.generated, "generated"),
            (coverage.vendored, "vendored"),
            (coverage.minified, "minified"),
        ];
        let aside = aside.into_iter().filter(|(count, _)| *count > 0);
        aside.map(|(count, kind)| format!("{count} {kind}: facts only, no findings of code rules"))
    });
    let unresolved: u32 = coverage.unresolved.values().sum();
    let title = format!("Unresolved references: {unresolved} of {}", coverage.references);
    listed(out, &title, names(&coverage.unresolved));
    listed(out, "Seen and not modelled", names(&coverage.not_modelled));
    listed(out, "Problems with codd's own input", {
        assessment.diagnostics.iter().map(|it| {
            let place = it.location.as_ref();
            let place = place.map_or_else(String::new, |it| format!(" ({}:{})", it.path, it.line));
            format!("{}: {}{place}", it.severity, it.message)
        })
    });
}

fn skipped(files: &[SkippedRecord]) -> impl Iterator<Item = String> {
    files.iter().map(|it| format!("{}: {}", it.path, it.reason))
}

/// A heading with lines below it; nothing where there is no line.
fn listed(out: &mut Writer, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    out.heading(title);
    for line in lines.by_ref().take(LISTED) {
        out.say(&format!("  {}", line.replace('\n', " ")), Paint::plain());
    }
    let more = lines.count();
    if more > 0 {
        out.say(&format!("  … {more} more"), Paint::plain());
    }
}
