//! Both sides, the change and what was judged, put together to an assessment.

use std::collections::BTreeSet;

use codd_controls::{Origin, Waiver};
use codd_graph::NodeKey;
use codd_impact::{
    Change, ChangeKind, ChangeSet, FileChange, ImpactSet, ReachSide, Reached, Trace,
};
use codd_source::{Authorship, RepoPath};
use codd_verify::{CheckOutcome, Outcome, SkippedFile};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Asked;
use super::findings::sort_findings;
use super::ranking::{Stakes, by_rank, control_key, nodes_in};
use crate::judge::{Excuses, Judged, JudgedControl};
use crate::names::{
    change_kind, confidence, edge_kind, file_change, framework_key, outcome_name, side_name,
};
use crate::records::{self as written, Side};
use crate::reviews::Decisions;
use crate::trust::WaiverStanding;
use crate::{
    ASSESSMENT_FORMAT, Assessment, ChangeRecord, Changes, CheckRecord, ControlResult,
    ControlVerdict, FailOn, FileChangeRecord, FindingRecord, Impact, ImpactCounts, NodeRecord,
    ReachedRecord, ScorePair, SkippedRecord, Tool, coverage, score, verdict,
};

/// The place of each reached node in the list that is told: looked up, never gone through.
pub(super) type Numbers<'a> = FxHashMap<&'a NodeKey, u32>;

/// Everything from which an assessment is put into words.
pub(super) struct Drawing<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) base: Side<'a>,
    pub(super) head: Side<'a>,
    pub(super) changes: &'a ChangeSet,
    pub(super) impact: &'a ImpactSet,
    pub(super) trace: &'a Trace<'a>,
    pub(super) authorship: &'a Authorship,
    pub(super) is_change: bool,
    /// Whether the base has no controls, so that there is nothing to weaken.
    pub(super) is_first: bool,
    /// Decisions that the change did not bring.
    pub(super) merged: &'a Decisions,
    /// Whether waivers count in the change that brings them.
    pub(super) accepts_new: bool,
}

impl<'a> Drawing<'a> {
    pub(super) fn assessment(
        &self,
        mut judged: Judged<'a>,
        weakenings: Vec<FindingRecord>,
        waivers: &[(&Waiver, WaiverStanding)],
        fail_on: FailOn,
    ) -> Assessment {
        let (impact, numbers) = self.impact(&judged);
        let mut findings = self.findings(&judged, &numbers);
        findings.extend(weakenings);
        let mut excuses = Excuses::default();
        let weighed = self.weighed();
        findings.extend(self.brought_decisions(&weighed));
        let mut problems = self.decide(&judged, &weighed, &mut findings, &mut excuses);
        self.ask_again(&judged, &weighed, &mut findings);
        judged.mark_risks(self.impact, self.changes, &excuses);
        let origins = self.origins(&judged);
        excuses.risks = self.risks(&judged, &origins);
        let mut risks = self.risk_findings(&judged, &excuses, &origins, &numbers);
        problems.extend(self.decide(&Judged::default(), &weighed, &mut risks, &mut excuses));
        findings.extend(risks);
        let mut records = self.waive(&judged, waivers, &mut findings, &mut excuses);
        self.waive_as_decided(&judged, &weighed, &mut records, &mut findings, &mut excuses);
        self.ask_for_moved(&judged, waivers, &weighed, &mut findings);
        sort_findings(&mut findings);
        let controls = self.controls(&judged, &excuses, &numbers);
        let score_of = |on_base, analysis| {
            score::score(&judged.counts(&excuses, on_base, coverage::source_files(analysis)))
        };
        Assessment {
            format: ASSESSMENT_FORMAT.to_owned(),
            tool: Tool { name: "codd".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            as_of: self.asked.as_of.to_string(),
            verdict: self.is_change.then(|| verdict::of_change(&controls, &findings, fail_on)),
            changes: self.changes(),
            impact,
            waivers: records,
            coverage: coverage::coverage(self.head.snapshot, self.head.analysis),
            score: ScorePair {
                before: self.is_change.then(|| score_of(true, self.base.analysis)).flatten(),
                after: score_of(false, self.head.analysis),
            },
            controls,
            findings,
            diagnostics: written::diagnostics(self.head.snapshot, &problems),
            ..Assessment::default()
        }
    }

    /// The node in words, from the side that has it.
    pub(super) fn node(&self, key: &NodeKey, side: ReachSide) -> NodeRecord {
        match side {
            ReachSide::Base => self.base.node(key),
            ReachSide::Head => self.head.node(key),
        }
    }

    fn changes(&self) -> Changes {
        let files = self.changes.files.iter().map(|file| FileChangeRecord {
            path: file.path.to_string(),
            kind: file_change(file.kind).to_owned(),
            renamed_from: file.renamed_from.as_ref().map(RepoPath::to_string),
            reach_unknown: file.reach_unknown.clone(),
        });
        let changed: BTreeSet<(&NodeKey, ChangeKind)> =
            self.changes.changes.iter().map(|it| (&it.node, it.kind)).collect();
        // A test and the function that is its body are one thing to a reader.
        let is_told = |change: &Change| {
            let side = if change.kind == ChangeKind::Removed { &self.base } else { &self.head };
            let body = side.body_of_test(&change.node);
            body.is_some_and(|body| changed.contains(&(&body, change.kind)))
        };
        let nodes = self.changes.changes.iter().filter(|it| !is_told(it));
        let nodes = nodes.map(|change| ChangeRecord {
            node: match change.kind {
                ChangeKind::Removed => self.base.node(&change.node),
                _ => self.head.node(&change.node),
            },
            kind: change_kind(change.kind).to_owned(),
            moved_from: self.moved_from(change),
            versions: change.versions.clone(),
        });
        Changes { files: files.collect(), nodes: nodes.collect() }
    }

    /// What a node was, where it has another name or place now, or a route another path.
    fn moved_from(&self, change: &Change) -> Option<NodeRecord> {
        let served = (change.kind == ChangeKind::Served).then_some(&change.node);
        change.moved_from.as_ref().or(served).map(|key| self.base.node(key))
    }

    /// The impact set by rank, and each node's place in that list.
    fn impact(&self, judged: &Judged<'a>) -> (Impact, Numbers<'a>) {
        let controls = judged.controls.values().map(|it| (it.control, it.severity));
        let graphs = [&*self.base.analysis.graph, &*self.head.analysis.graph];
        let places = nodes_in(self.impact, graphs);
        let order = by_rank(self.impact, &Stakes::of(self.impact, controls, graphs, &places));
        let numbers: Numbers<'a> =
            order.iter().enumerate().map(|(at, (_, it))| (&it.node, at as u32)).collect();
        let nodes: Vec<ReachedRecord> = order
            .iter()
            .map(|(place, reached)| {
                let step = reached.step_before();
                let node = match reached.side {
                    ReachSide::Base => self.base.node_at(&reached.node, places[0][*place]),
                    ReachSide::Head => self.head.node_at(&reached.node, places[1][*place]),
                };
                ReachedRecord {
                    node,
                    side: side_name(reached.side).to_owned(),
                    distance: reached.distance,
                    confidence: confidence(reached.confidence).to_owned(),
                    via: step.and_then(|step| numbers.get(&step.node).copied()),
                    edge: step.map(|step| edge_kind(step.edge).to_owned()),
                }
            })
            .collect();
        let counts = counts(&nodes);
        let is_precise = self.asked.floor > codd_graph::Confidence::Possible;
        (Impact { nodes, counts, is_precise }, numbers)
    }

    fn controls(
        &self,
        judged: &Judged<'_>,
        excuses: &Excuses<'_>,
        numbers: &Numbers<'_>,
    ) -> Vec<ControlResult> {
        let is_traced = self.is_change && self.is_traced();
        let result = |control: &JudgedControl<'_>| {
            let verdict = control.verdict(excuses, false);
            let checks: Vec<CheckRecord> =
                control.head.iter().map(|it| self.check_record(it)).collect();
            let id = &control.control.id;
            let node = control_key(control.control);
            let step = self.impact.get(&node).and_then(Reached::step_before);
            let at_risk = control.at_risk.iter().map(|risk| &risk.node);
            let at_risk = at_risk.filter_map(|node| numbers.get(node).copied());
            ControlResult {
                id: id.to_string(),
                name: control.control.name.clone(),
                requirement: control.control.requirement.trim().to_owned(),
                severity: control.severity_name().to_owned(),
                origin: match &control.control.origin {
                    Origin::Project { path } => path.to_string(),
                    Origin::Catalogue { name } => format!("catalogue {name}"),
                },
                verdict,
                base_verdict: self.is_change.then(|| control.verdict(excuses, true)),
                reasons: reasons(verdict, &control.head),
                is_out_of_reach: is_traced
                    // A control that differs was asked by nobody as it is now.
                    && self.impact.get(&node).is_none_or(|it| it.distance > 0)
                    && control.waits_for_people_as_before(excuses, self.impact),
                is_less_decided: self.is_change && control.is_less_decided(self.changes),
                touched: step.and_then(|step| numbers.get(&step.node).copied()),
                at_risk: at_risk.collect(),
                checks,
                frameworks: control
                    .control
                    .frameworks
                    .iter()
                    .map(|(framework, references)| {
                        let ids = references.iter().map(|it| it.id.clone()).collect();
                        (framework_key(*framework), ids)
                    })
                    .collect(),
            }
        };
        judged.controls.values().map(result).collect()
    }

    /// Whether all that differs is known to reach what it reaches and nothing else: a template, a
    /// file of settings or another version of a package may show anywhere. Prose shows nowhere.
    fn is_traced(&self) -> bool {
        let is_known = |file: &FileChange| file.reach_unknown.is_none() || is_prose(&file.path);
        let is_loose = |change: &Change| {
            matches!(change.kind, ChangeKind::Content | ChangeKind::PackageVersion)
                && !is_prose(&change.node.path)
        };
        self.changes.files.iter().all(is_known) && !self.changes.changes.iter().any(is_loose)
    }

    fn check_record(&self, check: &CheckOutcome) -> CheckRecord {
        let skipped = |it: &SkippedFile| SkippedRecord {
            path: it.path.to_string(),
            reason: it.reason.clone(),
        };
        CheckRecord {
            ordinal: check.check,
            kind: check.kind.clone(),
            outcome: outcome_name(check.outcome).to_owned(),
            reason: check.reason.clone(),
            anchors: check.anchors,
            files: check.files,
            skipped: check.skipped.iter().map(skipped).collect(),
            passing: check.passing.iter().map(|place| self.head.location(place)).collect(),
            weak_evidence: check.is_weak_evidence,
        }
    }
}

fn counts(nodes: &[ReachedRecord]) -> ImpactCounts {
    let mut counts = ImpactCounts::default();
    let mut files = FxHashSet::default();
    for reached in nodes.iter().filter(|it| it.node.kind != "control") {
        match (reached.distance, reached.confidence.as_str()) {
            (0, _) => counts.changed += 1,
            (_, "exact") => counts.exact += 1,
            (_, "probable") => counts.probable += 1,
            _ => counts.possible += 1,
        }
        match reached.node.kind.as_str() {
            "route" => counts.routes += 1,
            "test" => counts.tests += 1,
            _ => {}
        }
        files.insert(&reached.node.path);
    }
    counts.files = files.len() as u32;
    counts
}

fn reasons(verdict: ControlVerdict, checks: &[&CheckOutcome]) -> Vec<String> {
    let wanted = |outcome| match verdict {
        ControlVerdict::Undetermined => {
            matches!(outcome, Outcome::Undetermined | Outcome::Review)
        }
        ControlVerdict::NotApplicable => outcome == Outcome::NotApplicable,
        _ => matches!(outcome, Outcome::Undetermined | Outcome::Fail),
    };
    if checks.is_empty() {
        return vec!["the control has no check: nothing verifies it".to_owned()];
    }
    let mut reasons: Vec<String> = checks
        .iter()
        .filter(|check| wanted(check.outcome))
        .filter_map(|check| check.reason.clone())
        .collect();
    reasons.dedup();
    reasons
}

/// Whether a file is there for people to read.
fn is_prose(path: &RepoPath) -> bool {
    path.extension().is_some_and(|it| ["adoc", "markdown", "md", "rst"].contains(&it))
}
