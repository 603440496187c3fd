//! The end of the page: what was not checked, what codd's own input suffers from, how to repeat it.

use std::fmt::Write;

use super::super::gaps::gaps;
use super::super::text::{Page, Style, plain, styled};
use super::super::words;
use super::{View, rest};
use crate::{Assessment, DiagnosticRecord, counted};

/// How many examples of a gap are named.
const EXAMPLES: usize = 4;

pub(super) fn write(page: &mut Page, view: View<'_>) {
    not_checked(page, view);
    diagnostics(page, view);
    page.blank();
    let command = words::short_command(&view.assessment.subject.command);
    page.labelled(0, &[styled(Style::Faint, "again")], 9, &[styled(Style::Faint, command)]);
    page.labelled(0, &[styled(Style::Faint, "codd")], 9, &[styled(Style::Faint, digests(view))]);
}

fn not_checked(page: &mut Page, view: View<'_>) {
    page.heading("Not checked");
    let gaps = gaps(view.assessment);
    if gaps.is_empty() {
        page.wrapped(2, &[plain("no gap is recorded in what was read")]);
        return;
    }
    let limit = if view.verbose { usize::MAX } else { EXAMPLES };
    for gap in gaps {
        let (shown, left) = words::capped(&gap.items, limit);
        let mut text = shown.join(", ");
        if left > 0 {
            let _ = write!(text, ", … and {left} more");
        }
        let body = [styled(Style::Warn, gap.headline), plain(": "), plain(text)];
        page.labelled(2, &[plain("-")], 2, &body);
    }
}

fn diagnostics(page: &mut Page, view: View<'_>) {
    let diagnostics = &view.assessment.diagnostics;
    if diagnostics.is_empty() {
        return;
    }
    let errors = diagnostics.iter().filter(|it| it.severity == "error").count();
    let mut title = format!("Diagnostics of codd's own input ({})", diagnostics.len());
    if errors > 0 {
        let _ = write!(title, ", {}: part of the input was not used", counted(errors, "error"));
    }
    page.heading(title);
    let (shown, left) = words::capped(diagnostics, view.limit());
    for diagnostic in shown {
        one(page, diagnostic);
    }
    rest(page, 2, left);
}

fn one(page: &mut Page, diagnostic: &DiagnosticRecord) {
    let style = match diagnostic.severity.as_str() {
        "error" => Style::Bad,
        "warning" => Style::Warn,
        _ => Style::Plain,
    };
    let mut body = Vec::new();
    if let Some(location) = &diagnostic.location {
        body.push(styled(Style::Link, format!("{}:{} ", location.path, location.line)));
    }
    body.push(plain(&diagnostic.message));
    if let Some(help) = &diagnostic.help {
        body.push(plain(format!(" ({help})")));
    }
    page.labelled(2, &[styled(style, &diagnostic.severity)], 9, &body);
}

fn digests(view: View<'_>) -> String {
    let Assessment { tool, inputs, .. } = view.assessment;
    let controls: String = inputs.controls.chars().take(12).collect();
    format!(
        "{} · controls {controls} · {}",
        tool.version,
        counted(inputs.control_count as usize, "control",)
    )
}
