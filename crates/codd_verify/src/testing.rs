//! Text in, text out: small projects and what checks conclude about them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use codd_controls::{
    Check, Control, ControlId, ControlSet, Examples, Guidance, Origin, Scope, ScopePattern,
    Severity,
};
use codd_facts::{classify, language_of, parse};
use codd_graph::Graph;
use codd_source::{LineIndex, RepoPath, Span};
use expect_test::Expect;
use serde_yaml::Value;

use crate::{CheckPlan, ControlOutcome, SnapshotView, ViewFile};

/// A control `T-1` with the checks of a YAML list, for all files.
pub(crate) fn control(checks: &str) -> Control {
    control_in(checks, &[])
}

/// A control `T-1` with the checks of a YAML list, for files that match the globs.
pub(crate) fn control_in(checks: &str, paths: &[&str]) -> Control {
    let checks: Vec<BTreeMap<String, Value>> = serde_yaml::from_str(checks).unwrap();
    let checks = checks.into_iter().enumerate().map(|(ordinal, check)| {
        let (kind, settings) = check.into_iter().next().unwrap();
        Check { kind: kind.into(), settings, ordinal: ordinal as u32 }
    });
    let paths = paths.iter().map(|it| ScopePattern::of_paths(it).unwrap()).collect();
    Control {
        id: ControlId("T-1".into()),
        name: "Tested control".to_owned(),
        requirement: "It MUST hold.".to_owned(),
        severity: Severity::High,
        rationale: None,
        guidance: Guidance::default(),
        implementation: None,
        owner: None,
        tags: Vec::new(),
        frameworks: BTreeMap::new(),
        applies_to: Scope { paths, ..Scope::default() },
        checks: checks.collect(),
        evidence: Vec::new(),
        examples: Examples::default(),
        origin: Origin::Project { path: "requirements/t.yaml".into() },
        span: Span::default(),
    }
}

pub(crate) fn control_set(control: Control) -> ControlSet {
    ControlSet { controls: BTreeMap::from([(control.id.clone(), control)]) }
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
            (path.clone(), ViewFile { class, language, facts: None, failure, hits })
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
    let (plan, diagnostics) = CheckPlan::compile(&control_set(control(checks)));
    assert_eq!(diagnostics, []);
    let files = files(text);
    expect.assert_eq(&render(&verify_local(&plan, &files), &files));
}

/// Checks which diagnostics the checks of a YAML list give.
pub(crate) fn check_diagnostics(checks: &str, expect: Expect) {
    let (_, diagnostics) = CheckPlan::compile(&control_set(control(checks)));
    let lines: Vec<String> = diagnostics
        .iter()
        .map(|it| format!("{} {}\n  {}\n", it.code, it.message, it.help.as_deref().unwrap_or("-")))
        .collect();
    expect.assert_eq(&lines.concat());
}
