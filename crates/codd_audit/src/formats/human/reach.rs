//! What changed, definition by definition, and what that reaches, nearest first.

use unicode_width::UnicodeWidthStr;

use super::super::text::{Page, Style, clip, plain, styled};
use super::super::words;
use super::{View, rest};
use crate::{FileChangeRecord, ReachedRecord, counted};

pub(super) fn write(page: &mut Page, view: View<'_>) {
    if !words::is_change(view.assessment) {
        return;
    }
    changed(page, view);
    reached(page, view);
}

fn changed(page: &mut Page, view: View<'_>) {
    let changes = &view.assessment.changes;
    if changes.files.is_empty() && changes.nodes.is_empty() {
        page.heading("Nothing changed");
        return;
    }
    page.heading(format!(
        "What changed ({} in {})",
        counted(changes.nodes.len(), "node"),
        counted(changes.files.len(), "file")
    ));
    // Definitions say more than whole files of text.
    let (definitions, others): (Vec<_>, Vec<_>) =
        changes.nodes.iter().partition(|change| change.node.symbol.is_some());
    let nodes = [definitions, others].concat();
    let (shown, left) = words::capped(&nodes, view.limit());
    let kinds = shown.iter().map(|change| change.kind.width()).max().unwrap_or(0).min(16);
    for change in shown {
        let (sign, style) = sign(&change.kind);
        let (name, place) = (words::node_name(&change.node), words::node_place(&change.node));
        let mut body = Vec::new();
        if name != place {
            body.extend([plain(name), plain("  ")]);
        }
        body.push(styled(Style::Link, place));
        if let Some(from) = &change.moved_from {
            let name = words::node_name(from);
            body.push(plain(if from.path == change.node.path {
                format!(" (was {name})")
            } else {
                format!(" (was {name}, {})", from.path)
            }));
        }
        if let Some(versions) = &change.versions {
            body.push(plain(format!(" {}", words::versions(&change.node.path, versions))));
        }
        let label =
            [styled(style, sign), plain(" "), plain(change.kind.replace('_', " ")), plain(" ")];
        page.labelled(2, &label, kinds + 4, &body);
    }
    rest(page, 2, left);
    // Files that say more than their definitions do, or have none.
    let silent: Vec<_> = changes.files.iter().filter(|file| is_worth_a_line(view, file)).collect();
    let (shown, left) = words::capped(&silent, view.limit());
    for file in shown {
        file_line(page, file);
    }
    rest(page, 2, left);
}

fn is_worth_a_line(view: View<'_>, file: &FileChangeRecord) -> bool {
    file.reach_unknown.is_some()
        || file.renamed_from.is_some()
        || !view.assessment.changes.nodes.iter().any(|change| change.node.path == file.path)
}

fn file_line(page: &mut Page, file: &FileChangeRecord) {
    let (sign, style) =
        if file.reach_unknown.is_some() { ("?", Style::Warn) } else { sign(&file.kind) };
    let mut body = vec![styled(Style::Link, &file.path)];
    body.push(plain(format!("  {}", file.kind)));
    if let Some(from) = &file.renamed_from {
        body.push(plain(format!(" from {from}")));
    }
    if let Some(reason) = &file.reach_unknown {
        body.push(styled(Style::Warn, format!(", reach unknown: {reason}")));
    }
    if file.kind == "formatting" {
        body.push(plain(" only, reaches nothing"));
    }
    page.labelled(2, &[styled(style, sign), plain(" file")], 7, &body);
}

fn sign(kind: &str) -> (&'static str, Style) {
    match kind {
        "added" => ("+", Style::Good),
        "removed" | "deleted" => ("-", Style::Bad),
        "moved" | "renamed" => ("→", Style::Plain),
        _ => ("~", Style::Warn),
    }
}

fn reached(page: &mut Page, view: View<'_>) {
    let is_sure = |(_, node): &(usize, &ReachedRecord)| node.confidence != "possible";
    let (sure, possible): (Vec<_>, Vec<_>) =
        words::beyond(view.assessment).into_iter().partition(is_sure);
    if sure.is_empty() && !view.assessment.changes.nodes.is_empty() {
        let is_known = view.assessment.changes.files.iter().all(|it| it.reach_unknown.is_none());
        page.heading(if is_known {
            "What it reaches (0): no dependent was found"
        } else {
            "What it reaches (0 that are known): of files marked ? above nobody knows"
        });
    }
    if !sure.is_empty() {
        page.heading(format!("What it reaches ({}), nearest first", sure.len()));
        list(page, view, &sure);
    }
    if !possible.is_empty() {
        page.heading(format!(
            "Possibly reached ({}): on a step that is not sure, moves no verdict",
            possible.len()
        ));
        list(page, view, &possible);
    }
}

fn list(page: &mut Page, view: View<'_>, nodes: &[(usize, &ReachedRecord)]) {
    let limit = if view.verbose { usize::MAX } else { words::NAMED };
    let (shown, _) = words::capped(nodes, limit);
    for (index, step) in shown {
        let kind = match step.node.kind.as_str() {
            "definition" => "",
            other => other,
        };
        let mut body = vec![plain(words::node_name(&step.node))];
        if step.node.symbol.is_some() {
            body.push(styled(Style::Link, format!("  {}", words::node_place(&step.node))));
        }
        if !kind.is_empty() {
            body.push(styled(Style::Faint, format!("  {kind}")));
        }
        if step.confidence == "probable" {
            body.push(styled(Style::Warn, "  probable"));
        }
        page.labelled(2, &[plain(format!("{:>2}", step.distance))], 4, &body);
        let why = words::chain_text(view.assessment, *index as u32);
        page.wrapped(6, &[styled(Style::Faint, clip(&why, 600))]);
    }
    if let Some(left) = words::left_out(&nodes[shown.len()..]) {
        let text = format!("… and {left} (--format json has all)");
        page.wrapped(2, &[styled(Style::Faint, text)]);
    }
}
