//! The findings: new ones in full, then what was fixed, waived and there before.

use std::collections::BTreeMap;

use super::super::text::{Page, Span, Style, plain, source, styled};
use super::super::words::{self, Findings};
use super::{View, rest};
use crate::{FindingRecord, FindingState, Location, NodeRecord};

/// Columns of the severity and of what hangs below it.
const INDENT: usize = 6;
const WHY: usize = 7;
/// How many lines of source a finding shows.
const LINES: usize = 3;
/// So many findings that say the same are shown as one, with their places.
const EQUAL: usize = 3;

pub(super) fn write(page: &mut Page, view: View<'_>) {
    let findings = Findings::of(view.assessment);
    let is_change = words::is_change(view.assessment);
    if !findings.open.is_empty() {
        let title = if is_change { "New findings" } else { "Findings" };
        page.heading(format!("{title} ({})", findings.open.len()));
        for block in blocks(view, &findings.open) {
            page.blank();
            match block[..] {
                [finding] => one(page, view, finding),
                [finding, ..] => many(page, view, finding, &block),
                [] => {}
            }
        }
    } else if is_change && words::nothing_checked(view.assessment).is_none() {
        page.heading("No new findings");
    }
    if !findings.fixed.is_empty() {
        page.heading(format!("Fixed ({})", findings.fixed.len()));
        brief_list(page, view, &findings.fixed);
    }
    if !findings.affirmed.is_empty() {
        page.heading(format!("Affirmed by a reviewer ({})", findings.affirmed.len()));
        brief_list(page, view, &findings.affirmed);
    }
    if !findings.waived.is_empty() {
        page.heading(format!("Waived ({})", findings.waived.len()));
        for finding in &findings.waived {
            brief(page, finding);
            waiver(page, view, finding);
        }
    }
    if !findings.unchanged.is_empty() {
        page.heading(format!("There before this change ({})", findings.unchanged.len()));
        brief_list(page, view, &findings.unchanged);
    }
}

/// The findings, those that say the same of several places together: where the first of
/// them stands, in the order that they have.
fn blocks<'f>(view: View<'_>, findings: &[&'f FindingRecord]) -> Vec<Vec<&'f FindingRecord>> {
    let mut blocks: Vec<Vec<&FindingRecord>> = Vec::new();
    let mut known: BTreeMap<Said<'_>, usize> = BTreeMap::new();
    for finding in findings {
        let said = said(view, finding);
        match said.as_ref().and_then(|it| known.get(it)) {
            Some(at) => blocks[*at].push(finding),
            None => {
                known.extend(said.map(|it| (it, blocks.len())));
                blocks.push(vec![finding]);
            }
        }
    }
    let mut shown = Vec::new();
    for block in blocks {
        if block.len() >= EQUAL {
            shown.push(block);
        } else {
            shown.extend(block.into_iter().map(|it| vec![it]));
        }
    }
    let place = |it: &&FindingRecord| findings.iter().position(|own| std::ptr::eq(*own, *it));
    shown.sort_by_key(|block| block.first().and_then(place));
    shown
}

/// What a finding says, apart from where: control, severity, state, message, what is done, and
/// which change made it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said<'a> {
    control: (&'a str, &'a str),
    state: (Option<&'static str>, bool),
    message: String,
    help: Option<&'a str>,
    cause: Option<&'a NodeRecord>,
}

/// Of a finding that shows no way of its own; a way by which nothing was decided is one of many,
/// and of routes that lack the same, by one change, none says more than the others.
fn said<'f>(view: View<'_>, finding: &'f FindingRecord) -> Option<Said<'f>> {
    let has_way = !words::why(view.assessment, finding).is_empty() || !finding.steps.is_empty();
    let is_lack = finding.kind == "guard" && finding.steps.is_empty();
    let is_alone = finding.location.is_none() || has_way && finding.outcome == "fail" && !is_lack;
    (!is_alone).then(|| Said {
        control: (&finding.control, &finding.severity),
        state: (words::outcome_note(finding), finding.state == FindingState::Updated),
        message: without_names(&finding.message),
        help: finding.help.as_deref(),
        cause: finding.caused_by.as_ref().filter(|_| is_lack),
    })
}

/// A message in which what is named in backticks is left open.
fn without_names(message: &str) -> String {
    let parts = message.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect::<Vec<_>>().join("`")
}

/// Findings that say the same, with each of their places.
fn many(page: &mut Page, view: View<'_>, first: &FindingRecord, block: &[&FindingRecord]) {
    head(page, first, Some(block.len()));
    let is_same = block.iter().all(|it| it.message == first.message);
    if is_same {
        page.wrapped(INDENT, &[plain(&first.message)]);
    }
    for finding in block {
        let mut line = vec![styled(Style::Link, words::finding_place(finding))];
        if let Some(note) = words::diff_note(view.assessment, finding) {
            line.push(plain(format!("  · {note}")));
        }
        let symbol = finding.location.as_ref().and_then(|it| it.symbol.as_ref());
        if !is_same {
            line.push(plain(format!(" · {}", finding.message)));
        } else if let Some(symbol) = symbol {
            line.push(styled(Style::Faint, format!(" · in {symbol}")));
        }
        line.push(styled(Style::Faint, format!(" · {}", finding.fingerprint)));
        page.wrapped(INDENT, &line);
    }
    if let Some(cause) = words::cause(first).filter(|_| first.kind == "guard") {
        page.labelled(INDENT, &[styled(Style::Faint, "cause")], WHY, &[plain(cause)]);
    }
    foot(page, view, first);
}

/// A finding in full.
pub(super) fn one(page: &mut Page, view: View<'_>, finding: &FindingRecord) {
    head(page, finding, None);
    let mut place = vec![styled(Style::Link, words::finding_place(finding))];
    if let Some(note) = words::diff_note(view.assessment, finding) {
        place.push(plain(format!("  · {note}")));
    }
    if let Some(symbol) = finding.location.as_ref().and_then(|it| it.symbol.as_ref()) {
        place.push(styled(Style::Faint, format!(" · in {symbol}")));
    }
    page.wrapped(INDENT, &place);
    if let Some(location) = &finding.location {
        snippet(page, location);
    }
    page.wrapped(INDENT, &[plain(&finding.message)]);
    for (label, text) in words::why(view.assessment, finding) {
        page.labelled(INDENT, &[styled(Style::Faint, label)], WHY, &[plain(text)]);
    }
    for (at, step) in words::way(finding).into_iter().enumerate() {
        let label = if at == 0 { "flow" } else { "" };
        page.labelled(INDENT, &[styled(Style::Faint, label)], WHY, &[plain(step)]);
    }
    foot(page, view, finding);
}

/// Which control, and how bad it is.
fn head(page: &mut Page, finding: &FindingRecord, places: Option<usize>) {
    let mut title = vec![
        styled(Style::Strong, &finding.control),
        plain("  "),
        styled(Style::Strong, &finding.control_name),
    ];
    if let Some(note) = words::outcome_note(finding) {
        title.push(styled(Style::Warn, format!(" ({note})")));
    }
    if finding.state == FindingState::Updated {
        title.push(styled(Style::Warn, " (changed since the base)"));
    }
    if let Some(places) = places {
        title.push(plain(format!("  · {places} places")));
    }
    page.labelled(0, &[severity(finding)], INDENT, &title);
}

/// What to do about it.
fn foot(page: &mut Page, view: View<'_>, finding: &FindingRecord) {
    if let Some(help) = &finding.help {
        for (at, line) in help.lines().enumerate() {
            let label = if at == 0 { "fix" } else { "" };
            page.labelled(INDENT, &[styled(Style::Good, label)], WHY, &[plain(line)]);
        }
    }
    let explain = words::explain_command(view.assessment, finding);
    page.labelled(INDENT, &[styled(Style::Faint, "more")], WHY, &[styled(Style::Faint, explain)]);
}

fn snippet(page: &mut Page, location: &Location) {
    let lines: Vec<_> = location.snippet.lines().collect();
    let margin = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let last = location.line as usize + lines.len().max(1) - 1;
    let gutter = last.to_string().len();
    let (shown, left) = words::capped(&lines, LINES);
    for (at, line) in shown.iter().enumerate() {
        let number = location.line as usize + at;
        let text = line.get(margin..).unwrap_or("");
        page.clipped(
            INDENT,
            &[styled(Style::Faint, format!("{number:>gutter$} │ ")), plain(source(text))],
        );
    }
    if left > 0 {
        page.clipped(INDENT, &[styled(Style::Faint, format!("{:>gutter$} │ …", ""))]);
    }
}

fn brief_list(page: &mut Page, view: View<'_>, findings: &[&FindingRecord]) {
    let (shown, left) = words::capped(findings, view.limit());
    for finding in shown {
        brief(page, finding);
    }
    rest(page, INDENT, left);
}

fn brief(page: &mut Page, finding: &FindingRecord) {
    page.labelled(
        0,
        &[severity(finding)],
        INDENT,
        &[
            plain(format!("{}  {}  ", finding.control, finding.control_name)),
            styled(Style::Link, words::finding_place(finding)),
        ],
    );
    if let Some(text) = words::decided_by(finding) {
        page.wrapped(INDENT, &[styled(Style::Faint, text)]);
    }
}

fn waiver(page: &mut Page, view: View<'_>, finding: &FindingRecord) {
    let waivers = &view.assessment.waivers;
    let Some(waiver) = finding.waived_by.and_then(|at| waivers.get(at as usize)) else { return };
    let text = format!(
        "until {}, approved by {} for {}: {}",
        waiver.expires, waiver.approved_by, waiver.requested_by, waiver.reason
    );
    page.wrapped(INDENT, &[styled(Style::Faint, text)]);
}

fn severity(finding: &FindingRecord) -> Span {
    severity_span(&finding.severity)
}

/// The severity's label in its colour.
pub(super) fn severity_span(severity: &str) -> Span {
    let style = match severity {
        "critical" | "high" => Style::Bad,
        "medium" => Style::Warn,
        _ => Style::Plain,
    };
    styled(style, words::severity_label(severity))
}
