//! Text in, text out: small projects and what checks conclude about them.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use codd_controls::{ControlSet, load_controls};
use codd_facts::{classify, language_of, parse};
use codd_graph::Graph;
use codd_source::{ContentId, LineIndex, RepoPath};
use expect_test::Expect;

use crate::{CheckPlan, ControlOutcome, SnapshotView, ViewFile};

/// The controls of a project whose one control, `T-1`, has the checks of a YAML list.
pub(crate) fn controls(checks: &str) -> ControlSet {
    controls_for("{}", checks)
}

/// As [`controls`], with what the control applies to in YAML's flow style.
pub(crate) fn controls_for(applies_to: &str, checks: &str) -> ControlSet {
    let checks = checks.trim_matches('\n').replace('\n', "\n      ");
    let text = format!(
        "controls:\n  - id: T-1\n    name: Tested control\n    requirement: It MUST hold.\n    \
         applies_to: {applies_to}\n    checks:\n      {checks}\n"
    );
    let loaded = load_controls(&[("t.yaml".into(), text.as_bytes().into())], &[]);
    assert_eq!(loaded.diagnostics, []);
    loaded.set
}

/// The files of a text with `//- /path` lines.
pub(crate) fn files(text: &str) -> BTreeMap<RepoPath, Vec<u8>> {
    let mut files: BTreeMap<RepoPath, Vec<u8>> = BTreeMap::new();
    let mut current: Option<RepoPath> = None;
    for line in text.trim_start_matches('\n').split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("//- /") {
            let path = RepoPath::from(path.trim());
            files.insert(path.clone(), Vec::new());
            current = Some(path);
        } else if let Some(path) = &current {
            files.get_mut(path).unwrap().extend(line.as_bytes());
        }
    }
    files
}

/// What the plan concludes about files alone, without any graph.
pub(crate) fn verify_local(
    plan: &CheckPlan,
    files: &BTreeMap<RepoPath, Vec<u8>>,
) -> Vec<ControlOutcome> {
    let view: BTreeMap<RepoPath, ViewFile> = files
        .iter()
        .map(|(path, bytes)| {
            let class = classify(path, bytes);
            let language = language_of(path);
            let parsed = language.map(|language| parse(language, path, bytes));
            let (parsed, failure) = match parsed {
                Some(Ok(parsed)) => (Some(parsed), None),
                Some(Err(failure)) => (None, Some(format!("{failure:?}"))),
                None => (None, None),
            };
            let hits = Arc::new(plan.local(path, class, bytes, parsed.as_ref()));
            let language = language.map(|it| it.0.name());
            let content = ContentId::of(bytes);
            (path.clone(), ViewFile { content, class, language, facts: None, failure, hits })
        })
        .collect();
    plan.verify(SnapshotView { graph: &Graph::default(), files: &view })
}

/// One line for each check, and one for each finding.
pub(crate) fn render(outcomes: &[ControlOutcome], files: &BTreeMap<RepoPath, Vec<u8>>) -> String {
    let mut text = String::new();
    for check in outcomes.iter().flat_map(|outcome| &outcome.checks) {
        let weak = if check.is_weak_evidence { " weak" } else { "" };
        write!(text, "{}: {:?}{weak}, {} anchors", check.kind, check.outcome, check.anchors)
            .unwrap();
        match &check.reason {
            Some(reason) => writeln!(text, "; {reason}").unwrap(),
            None => text.push('\n'),
        }
        for finding in &check.findings {
            let place = finding.place.as_ref().map_or("project".to_owned(), |place| {
                let lines = LineIndex::new(&files[&place.path]);
                let line = lines.position(place.span.start).line;
                let symbol = &place.anchor.symbol;
                let symbol = if symbol.is_empty() { "" } else { &format!(" {symbol}") };
                format!("{}:{line}{symbol}", place.path)
            });
            let fix = finding.fix.as_ref().map_or(String::new(), |fix| format!(" => {fix}"));
            writeln!(text, "  {place}: {}{fix}", finding.message).unwrap();
        }
        for (name, keys) in [("assumes", &check.assumptions)] {
            for key in keys {
                writeln!(text, "  {name} {} {}", key.path, key.symbol).unwrap();
            }
        }
    }
    text
}

/// Checks what checks of a YAML list conclude about `//- /path` files without a graph.
pub(crate) fn check_local(checks: &str, text: &str, expect: Expect) {
    let (plan, diagnostics) = CheckPlan::compile(&controls(checks));
    assert_eq!(diagnostics, []);
    let files = files(text);
    expect.assert_eq(&render(&verify_local(&plan, &files), &files));
}

/// Checks which diagnostics the checks of a YAML list give, each with the text it points to.
pub(crate) fn check_diagnostics(checks: &str, expect: Expect) {
    let controls = controls(checks);
    let control = controls.iter().next().unwrap();
    let (_, diagnostics) = CheckPlan::compile(&controls);
    let mut text = String::new();
    for it in &diagnostics {
        let offset = control.source.span().start;
        let span = it.labels[0].span;
        let range = (span.start - offset) as usize..(span.end - offset) as usize;
        let place = &control.source.as_str()[range];
        let help = it.help.as_deref().unwrap_or("-");
        writeln!(text, "{}: {}\n  at {place}\n  {help}", it.code, it.message).unwrap();
    }
    expect.assert_eq(&text);
}
