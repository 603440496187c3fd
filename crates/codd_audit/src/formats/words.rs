//! What every format says in the same words: severities, places, paths, counts, coverage.

use std::fmt::Write;

use std::collections::{BTreeMap, BTreeSet};

use codd_impact::VersionChange;
use rustc_hash::FxHashSet;

use crate::{
    Assessment, ControlResult, ControlVerdict, DecidedBy, DecisionKind, FindingRecord,
    FindingState, Location, NodeRecord, ReachedRecord, Score, ScorePair, SubjectKind, Verdict,
    counted, trust,
};

/// The findings of an assessment by what they ask of the reader, each list in its order.
#[derive(Debug, Default)]
pub(crate) struct Findings<'a> {
    /// New or updated, and not waived; in a project assessment every open one.
    pub(crate) open: Vec<&'a FindingRecord>,
    /// Trusted code that the change reaches: a reviewer must affirm it.
    pub(crate) at_risk: Vec<&'a FindingRecord>,
    /// Looked at by a reviewer and found in order.
    pub(crate) affirmed: Vec<&'a FindingRecord>,
    /// There before the change, and not waived.
    pub(crate) unchanged: Vec<&'a FindingRecord>,
    pub(crate) waived: Vec<&'a FindingRecord>,
    pub(crate) fixed: Vec<&'a FindingRecord>,
}

impl<'a> Findings<'a> {
    pub(crate) fn of(assessment: &'a Assessment) -> Findings<'a> {
        let mut findings = Findings::default();
        for finding in &assessment.findings {
            let list = match finding.state {
                FindingState::Absent => &mut findings.fixed,
                _ if finding.waived_by.is_some() => &mut findings.waived,
                _ if finding.decision == Some(DecisionKind::Affirm)
                    && finding.outcome == "review" =>
                {
                    &mut findings.affirmed
                }
                _ if finding.kind == "at_risk" => &mut findings.at_risk,
                FindingState::Unchanged if is_change(assessment) => &mut findings.unchanged,
                _ => &mut findings.open,
            };
            list.push(finding);
        }
        findings
    }
}

pub(crate) fn is_change(assessment: &Assessment) -> bool {
    assessment.subject.kind == SubjectKind::Change
}

/// The severity in the few letters that stand in front of a line.
pub(crate) fn severity_label(severity: &str) -> &str {
    match severity {
        "critical" => "CRIT",
        "high" => "HIGH",
        "medium" => "MED",
        "low" => "LOW",
        other => other,
    }
}

pub(crate) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approve",
        Verdict::Conditional => "conditional",
        Verdict::Reject => "reject",
    }
}

pub(crate) fn control_verdict_word(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Satisfied => "satisfied",
        ControlVerdict::NotSatisfied => "not satisfied",
        ControlVerdict::AtRisk => "at risk",
        ControlVerdict::Waived => "waived",
        ControlVerdict::NotApplicable => "not applicable",
        ControlVerdict::Undetermined => "undetermined",
    }
}

/// What a finding that is not a failure asks for; nothing for a failure.
pub(crate) fn outcome_note(finding: &FindingRecord) -> Option<&'static str> {
    match finding.outcome.as_str() {
        _ if finding.kind == "at_risk" => Some("at risk, a reviewer must affirm it"),
        "review" => Some("needs a reviewer"),
        "undetermined" => Some("could not be decided"),
        _ => None,
    }
}

/// Who decided, as `affirmed by grace@example.org`; nothing where no decision counts.
pub(crate) fn decided_by(finding: &FindingRecord) -> Option<String> {
    let word = match finding.decision? {
        DecisionKind::Affirm => "affirmed",
        DecisionKind::Waive => "waived",
        DecisionKind::NeedsFix => "sent back",
    };
    let name = |it: &DecidedBy| {
        let note = if it.attested { "" } else { " (not committed, so not attested)" };
        format!("{}{note}", it.reviewer)
    };
    let names: Vec<String> = finding.decided_by.iter().map(name).collect();
    (!names.is_empty()).then(|| format!("{word} by {}", names.join(" and ")))
}

/// Who is said to have waived a finding in the change that has it, which nobody can tell.
pub(crate) fn waived_in_change(assessment: &Assessment, finding: &FindingRecord) -> Option<String> {
    let waiver = assessment.waivers.get(finding.waived_by? as usize)?;
    (waiver.state == trust::NOT_ATTESTED)
        .then(|| format!("waived in the change, approved by {} (not attested)", waiver.approved_by))
}

/// How a node is called in running text.
pub(crate) fn node_name(node: &NodeRecord) -> &str {
    node.symbol.as_deref().unwrap_or(&node.path)
}

/// What was and is asked for of a package, or installed, with the name that it is declared by
/// where code has another: `(PyYAML 6.0 → 6.1)`.
pub(crate) fn versions(imported: &str, versions: &VersionChange) -> String {
    let said = |it: &'_ Option<String>| match it.as_deref() {
        None => "none".to_owned(),
        Some("") => "any".to_owned(),
        Some(version) => version.to_owned(),
    };
    let VersionChange { package, before, after } = versions;
    let (before, after) = (said(before), said(after));
    if package == imported {
        format!("({before} → {after})")
    } else {
        format!("({package} {before} → {after})")
    }
}

/// `src/a.py:12`.
pub(crate) fn node_place(node: &NodeRecord) -> String {
    match node.line {
        Some(line) => format!("{}:{line}", node.path),
        None => node.path.clone(),
    }
}

/// `src/a.py:12:5`, or what the finding is about when it has no place.
pub(crate) fn finding_place(finding: &FindingRecord) -> String {
    match &finding.location {
        Some(location) => format!("{}:{}:{}", location.path, location.line, location.column),
        None => "the project as a whole".to_owned(),
    }
}

/// Whether a finding's place is itself part of the change: the reader of a diff looks
/// for it there first. Nothing for a project or a finding without a place.
pub(crate) fn diff_note(assessment: &Assessment, finding: &FindingRecord) -> Option<&'static str> {
    let location = finding.location.as_ref()?;
    if !is_change(assessment) {
        return None;
    }
    if finding.kind == "weakening" {
        return Some("in the diff");
    }
    let file = assessment
        .changes
        .files
        .iter()
        .find(|file| file.path == location.path && file.kind != "formatting");
    let Some(file) = file else { return Some("not in the diff") };
    let is_caused = finding.caused_by.is_some();
    let in_changed_node = assessment.changes.nodes.iter().any(|change| {
        change.node.path == location.path
            && (change.node.symbol == location.symbol || change.node.symbol.is_none() && !is_caused)
    });
    if file.kind == "added" || in_changed_node {
        Some("in the diff")
    } else {
        Some("in a changed file")
    }
}

/// Digits of a commit's id that a reader is shown.
const COMMIT_DIGITS: usize = 12;

/// A command as somebody types it: commits by their first digits, a diff by a name for its file,
/// since where it lies is no part of an assessment.
pub(crate) fn short_command(command: &str) -> String {
    let short = |word: &str| {
        let parts = word.split("..").map(|part| {
            let is_id = part.len() >= 40 && part.bytes().all(|it| it.is_ascii_hexdigit());
            if is_id { &part[..COMMIT_DIGITS] } else { part }
        });
        parts.collect::<Vec<_>>().join("..")
    };
    let words: Vec<String> = command.split(' ').map(short).collect();
    words.join(" ").replace(" --diff -", " --diff FILE")
}

/// What explains a finding, with what names the change that it is of.
pub(crate) fn explain_command(assessment: &Assessment, finding: &FindingRecord) -> String {
    let asked = short_command(&assessment.subject.command);
    let range = asked.split(' ').nth(2).filter(|it| it.contains("..")).map(|it| format!(" {it}"));
    let options = [" --diff FILE", " --staged"];
    let option = options.into_iter().find(|it| asked.contains(it)).map(str::to_owned);
    let change = range.or(option).unwrap_or_default();
    format!("codd explain {}{change}", finding.fingerprint)
}

/// The steps from a changed node to the reached node at `index`, the changed one first.
///
/// A step that comes back to one already seen is a broken record: the path ends there
/// instead of running in circles.
pub(crate) fn chain(assessment: &Assessment, index: u32) -> Vec<&ReachedRecord> {
    let nodes = &assessment.impact.nodes;
    let mut seen = BTreeSet::new();
    let mut steps = Vec::new();
    let mut at = Some(index);
    while let Some(current) = at.filter(|current| seen.insert(*current)) {
        let Some(node) = nodes.get(current as usize) else { break };
        steps.push(node);
        at = node.via;
    }
    steps.reverse();
    steps
}

/// Whether the change reaches this node from elsewhere; controls are told of apart.
fn is_beyond(step: &ReachedRecord) -> bool {
    step.distance > 0 && step.node.kind != "control"
}

/// The steps that are told of, by their place in the list.
///
/// A handler written in place has the name of its route, which speaks for both.
pub(crate) fn beyond(assessment: &Assessment) -> Vec<(usize, &ReachedRecord)> {
    let nodes = &assessment.impact.nodes;
    let told = || nodes.iter().enumerate().filter(|(_, step)| is_beyond(step));
    let mut routes: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (_, step) in told().filter(|(_, step)| step.node.kind == "route") {
        if let Some((method, served)) =
            step.node.symbol.as_deref().and_then(|it| it.split_once(' '))
        {
            let method = if method == "*" { "ALL" } else { method };
            routes.entry((&step.node.path, method)).or_default().push(served);
        }
    }
    let is_handler = |step: &ReachedRecord| {
        let Some((name, path)) = step.node.symbol.as_deref().and_then(|it| it.split_once(' '))
        else {
            return false;
        };
        let method = name.rsplit('.').next().unwrap_or(name);
        if !method.bytes().all(|it| it.is_ascii_uppercase()) || !path.starts_with(['/', '*']) {
            return false;
        }
        // `/` of a mounted router is served at the mount itself.
        let path = path.trim_end_matches('/');
        step.node.kind == "definition"
            && routes
                .get(&(step.node.path.as_str(), method))
                .is_some_and(|it| it.iter().any(|it| it.trim_end_matches('/').ends_with(path)))
    };
    told().filter(|(_, step)| !is_handler(step)).collect()
}

/// How many nodes of what is reached are named before the rest is counted.
pub(crate) const NAMED: usize = 10;

/// What a cut list of reached nodes leaves out: `28 more: 20 definitions, 8 tests in 5 files`.
pub(crate) fn left_out(steps: &[(usize, &ReachedRecord)]) -> Option<String> {
    if steps.is_empty() {
        return None;
    }
    let kinds = ["route", "test", "definition", "file", "package"];
    let each = kinds.into_iter().filter_map(|kind| {
        let count = steps.iter().filter(|(_, step)| step.node.kind == kind).count();
        (count > 0).then(|| counted(count, kind))
    });
    let files: BTreeSet<&str> = steps.iter().map(|(_, step)| step.node.path.as_str()).collect();
    let each = each.collect::<Vec<_>>().join(", ");
    Some(format!("{} more: {each} in {}", steps.len(), counted(files.len(), "file")))
}

/// How `edge` reads from the side of what is depended on.
pub fn dependent_phrase(edge: Option<&str>) -> &str {
    match edge {
        Some("calls") => "called by",
        Some("reads") => "read by",
        Some("inherits") => "inherited by",
        Some("imports") => "imported by",
        Some("decorates") => "decorates",
        Some("tests") => "tested by",
        Some("mentions") => "mentioned by",
        Some("written_by") => "writes",
        Some("contains") => "contained in",
        Some("governs") => "governed by",
        Some("documents") => "documented by",
        Some("configures") => "configures",
        Some(other) => other,
        None => "needed by",
    }
}

/// `auth.check (changed) ← called by api.require ← called by api.export`.
pub(crate) fn chain_text(assessment: &Assessment, index: u32) -> String {
    let steps = chain(assessment, index);
    // Long chains are cut in the middle: both ends are what a reader looks for.
    const SHOWN: usize = 8;
    let mut text = String::new();
    for (at, step) in steps.iter().enumerate() {
        if steps.len() > SHOWN && (4..steps.len() - 3).contains(&at) {
            if at == 4 {
                let _ = write!(text, " ← … {} …", counted(steps.len() - 7, "step"));
            }
            continue;
        }
        if at == 0 {
            text.push_str(node_name(&step.node));
            if step.distance == 0 {
                let removed = step.side == "base";
                text.push_str(if removed { " (changed, as it was)" } else { " (changed)" });
            }
        } else {
            text.push_str(" ← ");
            text.push_str(dependent_phrase(step.edge.as_deref()));
            text.push(' ');
            text.push_str(node_name(&step.node));
        }
        if step.confidence == "possible" && step.edge.as_deref() == Some("imports") {
            // The import itself is certain.
            text.push_str(" (possible: loading it runs what changed)");
        } else if step.confidence != "exact" && at > 0 {
            let _ = write!(text, " ({})", step.confidence);
        }
    }
    text
}

/// Why a finding is there, or is the change's: each a fragment with its label.
pub(crate) fn why(assessment: &Assessment, finding: &FindingRecord) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(cause(finding).map(|it| ("cause", it)));
    if let Some(reached) = finding.reached {
        let steps = chain(assessment, reached).len();
        // That changed code is reached by its own change goes without saying.
        if steps > 1 || steps == 1 && diff_note(assessment, finding) != Some("in the diff") {
            lines.push(("why", chain_text(assessment, reached)));
        }
    }
    if !finding.witness.is_empty() {
        let steps: Vec<_> = finding.witness.iter().map(node_name).collect();
        lines.push(("path", steps.join(" → ")));
    }
    lines
}

/// The change that made a finding, where that is elsewhere.
pub(crate) fn cause(finding: &FindingRecord) -> Option<String> {
    let cause = finding.caused_by.as_ref()?;
    Some(format!("{} changed, at {}", node_name(cause), node_place(cause)))
}

/// The way of a value from where it comes in to where it is used: a line for each step, those
/// in the middle of a long way counted.
pub fn way(finding: &FindingRecord) -> Vec<String> {
    const SHOWN: usize = 8;
    const WIDTH: usize = 60;
    let steps = &finding.steps;
    let mut lines = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        if steps.len() > SHOWN && (4..steps.len() - 3).contains(&at) {
            if at == 4 {
                lines.push(format!("… {} …", counted(steps.len() - 7, "step")));
            }
            continue;
        }
        let Location { path, line, end_line, snippet, .. } = &step.location;
        let mut text = format!("{path}:{line} {}", step.text);
        // A whole function is where a value is passed, and says nothing of how.
        if end_line.saturating_sub(*line) < 4
            && let Some(code) = snippet.lines().next().map(str::trim).filter(|it| !it.is_empty())
        {
            let more = if end_line > line { " …" } else { "" };
            let _ = write!(text, ": {}{more}", super::text::clip(code, WIDTH));
        }
        lines.push(text);
    }
    lines
}

/// `87 → 81 (-6)`; nothing where no score could be made.
pub(crate) fn score_text(score: &ScorePair) -> Option<String> {
    match (&score.before, &score.after) {
        (Some(before), Some(after)) if before.value == after.value => {
            Some(format!("{} → {} (no change)", before.value, after.value))
        }
        (Some(before), Some(after)) => {
            let delta = i64::from(after.value) - i64::from(before.value);
            // What is known to fail may cost less than what nothing is known of.
            let why = if delta > 0 && undecided(after) < undecided(before) {
                "; fewer controls are undetermined"
            } else {
                ""
            };
            Some(format!("{} → {} ({delta:+}{why})", before.value, after.value))
        }
        (None, Some(after)) => Some(after.value.to_string()),
        (Some(before), None) => Some(format!("{} → not known", before.value)),
        (None, None) => None,
    }
}

/// What controls cost that nothing could decide.
fn undecided(score: &Score) -> u32 {
    let terms = score.terms.iter().filter(|it| it.name == "undetermined controls");
    terms.map(|it| it.cost).sum()
}

/// How many controls something was decided about.
pub(crate) fn decided(controls: &[ControlResult]) -> usize {
    controls
        .iter()
        .filter(|control| {
            !matches!(control.verdict, ControlVerdict::Undetermined | ControlVerdict::NotApplicable)
        })
        .count()
}

/// `41 of 43 files read, 14 of 15 controls decided`.
pub(crate) fn checked_text(assessment: &Assessment) -> String {
    let coverage = &assessment.coverage;
    let not_applicable = assessment
        .controls
        .iter()
        .filter(|control| control.verdict == ControlVerdict::NotApplicable)
        .count();
    let mut text = format!(
        "{} of {} read, {} of {} decided",
        coverage.analysed,
        counted(coverage.files as usize, "file"),
        decided(&assessment.controls),
        counted(assessment.controls.len(), "control"),
    );
    if not_applicable > 0 {
        let _ = write!(text, ", {not_applicable} not applicable");
    }
    text
}

/// What must be said before anything else when nothing was decided.
pub(crate) fn nothing_checked(assessment: &Assessment) -> Option<&'static str> {
    if assessment.controls.is_empty() && assessment.coverage.files > 0 {
        Some("no control was checked: nothing here says that the code is sound")
    } else if assessment.checked_nothing() {
        Some("nothing was checked: there is no file that could be read")
    } else if decided(&assessment.controls) == 0 {
        Some("no control could be decided: nothing here says that the code is sound")
    } else {
        None
    }
}

/// What the change reaches beyond itself, counted.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// By exact or probable edges.
    pub(crate) sure: usize,
    pub(crate) probable: usize,
    pub(crate) possible: usize,
    pub(crate) files: usize,
    pub(crate) routes: usize,
    pub(crate) tests: usize,
}

impl Reach {
    pub(crate) fn of(assessment: &Assessment) -> Reach {
        let mut reach = Reach::default();
        let mut files = FxHashSet::default();
        for (_, step) in beyond(assessment) {
            if step.confidence == "possible" {
                reach.possible += 1;
                continue;
            }
            reach.sure += 1;
            reach.probable += usize::from(step.confidence == "probable");
            reach.routes += usize::from(step.node.kind == "route");
            reach.tests += usize::from(step.node.kind == "test");
            files.insert(step.node.path.as_str());
        }
        reach.files = files.len();
        reach
    }
}

/// The first `limit` of `items`, and how many are left.
pub(crate) fn capped<T>(items: &[T], limit: usize) -> (&[T], usize) {
    let shown = items.len().min(limit);
    (&items[..shown], items.len() - shown)
}

/// The controls with `verdict`, in the order of the assessment.
pub(crate) fn controls_with(
    assessment: &Assessment,
    verdict: ControlVerdict,
) -> Vec<&ControlResult> {
    assessment.controls.iter().filter(|control| control.verdict == verdict).collect()
}

/// Controls that the change reaches and about which nothing worse is to be said.
pub(crate) fn merely_touched(assessment: &Assessment) -> Vec<&ControlResult> {
    assessment
        .controls
        .iter()
        .filter(|control| control.touched.is_some())
        .filter(|control| {
            !matches!(control.verdict, ControlVerdict::AtRisk | ControlVerdict::Undetermined)
        })
        .collect()
}

/// `1 critical, 2 high`, the worst first.
pub(crate) fn by_severity(findings: &[&FindingRecord]) -> String {
    let mut parts: Vec<(&str, usize)> = Vec::new();
    for finding in findings {
        match parts.iter_mut().find(|(severity, _)| *severity == finding.severity) {
            Some((_, number)) => *number += 1,
            None => parts.push((&finding.severity, 1)),
        }
    }
    let parts: Vec<_> = parts.iter().map(|(name, number)| format!("{number} {name}")).collect();
    parts.join(", ")
}
