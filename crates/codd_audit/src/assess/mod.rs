//! An assessment made: both sides analysed under both control sets, judged, put into words.

mod compared;
mod decisions;
mod drawing;
mod excuses;
mod findings;
mod ranking;
mod request;

use std::collections::BTreeSet;
use std::sync::Arc;

use codd_db::{Analysis, ContentReader, Engine, Progress};
use codd_graph::Confidence;
use codd_impact::{ChangeSet, ImpactOptions, ImpactSet, Trace};
use codd_source::{Authorship, CancelToken, Cancelled, Comparison, Date, Snapshot};

pub(crate) use self::compared::{Compared, compared};
use self::drawing::Drawing;
pub(crate) use self::ranking::{Stakes, by_rank};
use self::request::{Snapshots, request};
use crate::judge::{Judgement, judge};
use crate::records::{self, Side};
use crate::reviews::Decisions;
use crate::rules::Rules;
use crate::trust::WaiverStanding;
use crate::{
    Assessment, DiagnosticRecord, FailOn, FindingRecord, Inputs, Subject, SubjectKind, commits,
    elsewhere, hidden, trust, verdict,
};

/// What an assessment needs besides the project itself.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) project: &'a str,
    /// What asks the same again.
    pub(crate) command: &'a str,
    pub(crate) as_of: Date,
    /// As asked for on the command line; else the base's configuration says.
    pub(crate) fail_on: Option<FailOn>,
    pub(crate) decisions: &'a Decisions,
    /// Nodes that are reached on weaker steps alone are left out.
    pub(crate) floor: Confidence,
    pub(crate) cancel: &'a CancelToken,
}

/// One snapshot analysed under its own rules; its checks are decided as of a day, or not at
/// all.
pub(crate) fn analyse(
    engine: &mut Engine,
    snapshot: &Snapshot,
    rules: &Rules,
    checked: Option<Date>,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Analysis, Cancelled> {
    let reader: Arc<dyn ContentReader> = Arc::new(Snapshots(vec![snapshot.clone()]));
    let plans: Arc<[_]> = checked.map(|day| Arc::new(rules.plan.on(day))).into_iter().collect();
    let none = BTreeSet::new();
    let attributes = snapshot.generated_by_attributes();
    let (configurations, attributes) = ([&rules.config], [&attributes]);
    let request =
        request(snapshot, &reader, &rules.controls, &plans, &configurations, &attributes, &none);
    engine.analyse(&request, cancel, progress)
}

/// Assesses a project by itself: every control on every file of the snapshot.
pub(crate) fn project(
    engine: &mut Engine,
    snapshot: &Snapshot,
    asked: &Asked<'_>,
    progress: &dyn Progress,
) -> Result<Assessment, Cancelled> {
    let rules = Rules::read(snapshot);
    let analysis = analyse(engine, snapshot, &rules, Some(asked.as_of), asked.cancel, progress)?;
    let side = Side { snapshot, analysis: &analysis };
    let (changes, impact) = (ChangeSet::default(), ImpactSet::default());
    let judged = judge(
        &[Judgement { controls: &rules.controls, base: None, head: &analysis.outcomes[0] }],
        &changes,
    );
    let fail_on = asked.fail_on.unwrap_or(rules.config.fail_on);
    let waivers: Vec<_> = rules.waivers.iter().map(|it| (it, WaiverStanding::Agreed)).collect();
    let drawn = Drawing {
        asked,
        base: side,
        head: side,
        changes: &changes,
        impact: &impact,
        trace: &Trace::new(&analysis.graph, &analysis.graph, &changes),
        authorship: &Authorship::default(),
        is_change: false,
        is_first: false,
        merged: asked.decisions,
        accepts_new: true,
    };
    let mut assessment = drawn.assessment(judged, Vec::new(), &waivers, fail_on);
    assessment.project = project_name(&rules, asked);
    assessment.subject = Subject {
        kind: SubjectKind::Project,
        description: format!("all of the {}", snapshot.kind()),
        command: asked.command.to_owned(),
        base: None,
        head: records::snapshot(snapshot),
        commits: Vec::new(),
    };
    assessment.inputs = Inputs {
        controls: rules.controls.digest(),
        base_controls: None,
        configuration: rules.digest.clone(),
        judged_by: "the project's controls".to_owned(),
        control_count: rules.controls.controls.len() as u32,
        fail_on,
        fails_on_undetermined: rules.config.fails_on_undetermined,
    };
    let diagnostics = rules.diagnostics.iter().chain(&asked.decisions.diagnostics);
    assessment.diagnostics.splice(0..0, records::diagnostics(snapshot, diagnostics));
    assessment.diagnostics.extend(records::diagnostics(snapshot, &side.lost_files(false)));
    Ok(assessment)
}

/// Assesses a change.
pub(crate) fn change(
    engine: &mut Engine,
    comparison: &Comparison,
    asked: &Asked<'_>,
    progress: &dyn Progress,
) -> Result<Assessment, Cancelled> {
    let compared = compared(engine, comparison, asked.as_of, asked.cancel, progress)?;
    let Compared { own_base, head_rules, authored, changes, is_first, is_same, .. } = &compared;
    let trace = compared.trace().watched_by(engine.watched().clone());
    let impact = trace.impact(&ImpactOptions { floor: asked.floor, depth: None });
    asked.cancel.check()?;
    let (is_first, is_same) = (*is_first, *is_same);
    let (base_rules, base_analysis, head_analysis) =
        (compared.base_rules(), &compared.base_analysis, &compared.head_analysis);
    let base = Side { snapshot: &comparison.base, analysis: base_analysis };
    let head = Side { snapshot: &comparison.head, analysis: head_analysis };

    let mut judgements = vec![Judgement {
        controls: &base_rules.controls,
        base: Some(&base_analysis.outcomes[0]),
        head: &head_analysis.outcomes[0],
    }];
    if !is_same {
        judgements.push(Judgement {
            controls: &head_rules.controls,
            base: Some(&base_analysis.outcomes[1]),
            head: &head_analysis.outcomes[1],
        });
    }
    let mut judged = judge(&judgements, changes);

    let fail_on = asked.fail_on.unwrap_or(base_rules.config.fail_on);
    let accepts_new = base_rules.config.waivers.accept_in_change;
    let waivers = {
        let is_author = |person: &str| decisions::is_author(&comparison.authorship, person);
        trust::waivers(base_rules, head_rules, (is_first, accepts_new), is_author)
    };
    let mut weakenings: Vec<FindingRecord> = hidden::split(comparison).into_iter().collect();
    weakenings.extend(elsewhere::not_fixed(
        &mut judged,
        comparison,
        changes,
        base_analysis,
        head_analysis,
    ));
    if !is_first {
        weakenings.extend(trust::weakenings(own_base, head_rules, comparison));
        let (rules, analyses) = ((own_base, head_rules), (base_analysis, head_analysis));
        weakenings.extend(hidden::findings(comparison, rules, analyses, authored));
        weakenings.extend(elsewhere::new_attributes(comparison));
    }
    let merged = Decisions::read(&comparison.base);
    let drawing = Drawing {
        asked,
        base,
        head,
        changes,
        impact: &impact,
        trace: &trace,
        authorship: &comparison.authorship,
        is_change: true,
        is_first,
        merged: &merged,
        accepts_new: accepts_new || is_first,
    };
    let mut assessment = drawing.assessment(judged, weakenings, &waivers, fail_on);
    assessment.project = project_name(head_rules, asked);
    assessment.subject = Subject {
        kind: SubjectKind::Change,
        description: comparison.description.clone(),
        command: asked.command.to_owned(),
        base: Some(records::snapshot(&comparison.base)),
        head: records::snapshot(&comparison.head),
        commits: comparison.commits.iter().rev().map(commits::record).collect(),
    };
    assessment.inputs = Inputs {
        controls: head_rules.controls.digest(),
        base_controls: (!is_first).then(|| own_base.controls.digest()),
        configuration: base_rules.digest.clone(),
        judged_by: judged_by(is_first, is_same, own_base.is_unread()).to_owned(),
        control_count: assessment.controls.len() as u32,
        fail_on,
        fails_on_undetermined: base_rules.config.fails_on_undetermined,
    };
    let of_rules = diagnostics(comparison, own_base, head_rules);
    assessment.diagnostics.splice(0..0, of_rules);
    let unreadable = records::diagnostics(&comparison.head, &asked.decisions.diagnostics);
    assessment.diagnostics.extend(unreadable);
    for (side, is_base) in [(head, false), (base, true)] {
        // Rules are read before, and have said so.
        let mut lost = side.lost_files(is_base);
        lost.retain(|it| !it.path.as_ref().is_some_and(|path| own_base.holds(path)));
        assessment.diagnostics.extend(records::diagnostics(side.snapshot, &lost));
    }
    if let Some(verdict) = &mut assessment.verdict {
        verdict::with_unread(verdict, &assessment.diagnostics);
    }
    Ok(assessment)
}

fn judged_by(is_first: bool, is_same: bool, is_base_unread: bool) -> &'static str {
    match (is_first, is_same) {
        _ if is_base_unread => "what could be read of the base's controls, and the head's",
        (true, _) => "the head's controls on both sides: the base has none",
        (false, true) => "the base's controls, which the change leaves as they are",
        (false, false) => "the base's controls, and the head's where they are stricter",
    }
}

/// The head's diagnostics, and of the base those that the head no longer has.
fn diagnostics(comparison: &Comparison, base: &Rules, head: &Rules) -> Vec<DiagnosticRecord> {
    let mut found = records::diagnostics(&comparison.head, &head.diagnostics);
    let of_base = base.diagnostics.iter().filter(|it| !head.diagnostics.contains(it));
    for mut record in records::diagnostics(&comparison.base, of_base) {
        record.message = format!("in the base: {}", record.message);
        found.push(record);
    }
    found
}

fn project_name(rules: &Rules, asked: &Asked<'_>) -> String {
    rules.config.project.name.clone().unwrap_or_else(|| asked.project.to_owned())
}
