//! A change or a project judged: outcomes of both sides and both control sets become one
//! list of findings and one verdict a control.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use codd_controls::{Control, ControlId, ControlSet, Severity};
use codd_graph::{NodeKey, NodeKind};
use codd_impact::{ChangeSet, ImpactSet};
use codd_source::RepoPath;
use codd_verify::{CheckOutcome, ControlOutcome, Outcome, ServedRoute};
use sha2::{Digest, Sha256};

use crate::matching::{self, Matched};
use crate::names::severity_name;
use crate::pack::hex;
use crate::score::{ControlCount, Counts};
use crate::{ControlVerdict, Decision, DecisionKind, FindingState, verdict};

/// One control set as it judged both sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judgement<'a> {
    pub(crate) controls: &'a ControlSet,
    /// `None` when a project is assessed by itself.
    pub(crate) base: Option<&'a [ControlOutcome]>,
    pub(crate) head: &'a [ControlOutcome],
}

/// A finding of the assessment before it is put into words.
#[derive(Clone, Debug)]
pub(crate) struct JudgedFinding<'a> {
    pub(crate) matched: Matched<'a>,
    pub(crate) severity: Severity,
    pub(crate) control_name: &'a str,
}

/// One control, by all its versions.
#[derive(Clone, Debug)]
pub(crate) struct JudgedControl<'a> {
    /// The version that gates: the base's where it has one.
    pub(crate) control: &'a Control,
    pub(crate) severity: Severity,
    pub(crate) head: Vec<&'a CheckOutcome>,
    pub(crate) base: Vec<&'a CheckOutcome>,
    /// What the change reaches of what is trusted.
    pub(crate) at_risk: Vec<Risk>,
}

/// What a check trusts and the change reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Risk {
    pub(crate) node: NodeKey,
    /// What else a reviewer read with it and the change reaches: one item asks for all of it.
    pub(crate) others: Vec<NodeKey>,
    /// What the change does to it, where it is more than to reach it.
    pub(crate) why: Option<String>,
}

impl Risk {
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &NodeKey> {
        std::iter::once(&self.node).chain(&self.others)
    }
}

/// Every finding and control of an assessment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged<'a> {
    pub(crate) findings: Vec<JudgedFinding<'a>>,
    pub(crate) controls: BTreeMap<&'a ControlId, JudgedControl<'a>>,
}

/// Joins the judgements: of the base's controls and, where they differ, of the head's.
///
/// A control that stands in both in the same words is judged once; one that differs is judged
/// by both versions, and the stricter outcome counts.
pub(crate) fn judge<'a>(judgements: &[Judgement<'a>], changes: &ChangeSet) -> Judged<'a> {
    let mut judged = Judged::default();
    let mut seen: BTreeSet<(&ControlId, String, FindingState)> = BTreeSet::new();
    for (at, judgement) in judgements.iter().enumerate() {
        let is_new_version = |id: &ControlId| {
            let control = judgement.controls.controls.get(id);
            !judgements[..at].iter().any(|it| {
                it.controls.controls.get(id).map(Control::digest) == control.map(Control::digest)
            })
        };
        for outcome in judgement.head {
            let Some((id, control)) = judgement.controls.controls.get_key_value(&outcome.control)
            else {
                continue;
            };
            if !is_new_version(id) {
                continue;
            }
            let entry = judged.controls.entry(id).or_insert_with(|| JudgedControl {
                control,
                severity: control.severity,
                head: Vec::new(),
                base: Vec::new(),
                at_risk: Vec::new(),
            });
            entry.severity = entry.severity.max(control.severity);
            entry.head.extend(&outcome.checks);
            let base = judgement.base.and_then(|base| base.iter().find(|it| it.control == *id));
            entry.base.extend(base.into_iter().flat_map(|it| &it.checks));
            let base = base.map(std::slice::from_ref);
            let matched = match base {
                Some(base) => {
                    matching::match_findings(base, std::slice::from_ref(outcome), changes)
                }
                // Nothing to compare with: a project's findings are all there already.
                None => matching::findings(std::slice::from_ref(outcome))
                    .into_iter()
                    .map(|finding| Matched {
                        finding: Cow::Borrowed(finding),
                        state: FindingState::Unchanged,
                        is_way: false,
                        was: None,
                        lost: Vec::new(),
                    })
                    .collect(),
            };
            for matched in matched {
                let fingerprint = matched.finding.fingerprint.clone();
                if seen.insert((id, fingerprint, matched.state)) {
                    judged.findings.push(JudgedFinding {
                        matched,
                        severity: control.severity,
                        control_name: &control.name,
                    });
                }
            }
        }
    }
    judged
}

impl Judged<'_> {
    /// Notes for each control the assumptions of its checks that the change reaches.
    ///
    /// Only `Exact` and `Probable` reach counts; reach by name alone is too weak to ask a
    /// person to look again. What nobody has affirmed yet is trusted by nobody.
    pub(crate) fn mark_risks(
        &mut self,
        impact: &ImpactSet,
        changes: &ChangeSet,
        excuses: &Excuses<'_>,
    ) {
        let reached: BTreeMap<&NodeKey, u32> = impact
            .reached
            .iter()
            .filter(|it| it.is_sure() && it.node.kind != NodeKind::Control)
            .map(|it| (&it.node, it.distance))
            .collect();
        for control in self.controls.values_mut() {
            let mut trusted: BTreeSet<&NodeKey> = BTreeSet::new();
            let mut affirmed: Vec<Risk> = Vec::new();
            for check in &control.head {
                let nodes = check.assumptions.iter().filter(|it| reached.contains_key(it));
                if check.outcome != Outcome::Review {
                    trusted.extend(nodes);
                } else if excuses.has_affirmed(check) {
                    let mut nodes: Vec<&NodeKey> = nodes.collect();
                    nodes.sort_by_key(|it| (reached.get(it), *it));
                    let mut nodes = nodes.into_iter().cloned();
                    affirmed.extend(nodes.next().map(|node| Risk {
                        node,
                        others: nodes.collect(),
                        why: None,
                    }));
                }
            }
            affirmed.retain(|it| !trusted.contains(&it.node));
            let alone = |node: &NodeKey, why| Risk { node: node.clone(), others: Vec::new(), why };
            let opened = control.opened(changes).into_iter();
            let opened: Vec<Risk> = opened.map(|(node, why)| alone(node, Some(why))).collect();
            let trusted = trusted.into_iter().map(|it| alone(it, None));
            control.at_risk = trusted.chain(affirmed).chain(opened).collect();
        }
    }
}

impl Judged<'_> {
    /// Whether a finding was there, with more in front of it than now.
    pub(crate) fn is_worse(&self, fingerprint: &str) -> bool {
        let mut worse = self.findings.iter().filter(|it| !it.matched.lost.is_empty());
        worse.any(|it| it.matched.finding.fingerprint == fingerprint)
    }
}

impl JudgedControl<'_> {
    pub(crate) fn verdict(&self, excuses: &Excuses<'_>, on_base: bool) -> ControlVerdict {
        let checks = if on_base { &self.base } else { &self.head };
        let waived = |check: &&&CheckOutcome| {
            check
                .findings
                .iter()
                .filter(|it| it.outcome == Outcome::Fail)
                .all(|it| excuses.is_waived(&it.fingerprint))
        };
        let affirmed = |check: &&&CheckOutcome| excuses.has_affirmed(check);
        let verdict = checks
            .iter()
            .map(|check| verdict::of_outcomes([check.outcome], affirmed(&check), waived(&check)))
            .reduce(verdict::stricter)
            .unwrap_or(ControlVerdict::Undetermined);
        if verdict == ControlVerdict::Satisfied && !on_base && !self.open_risks(excuses).is_empty()
        {
            return ControlVerdict::AtRisk;
        }
        verdict
    }

    /// The routes that need no guard, of which what answers them was behind one in the base; with
    /// the sentence that says so.
    fn opened(&self, changes: &ChangeSet) -> Vec<(&NodeKey, String)> {
        let moved: BTreeMap<&NodeKey, &NodeKey> = changes
            .changes
            .iter()
            .filter_map(|it| Some((&it.node, it.moved_from.as_ref()?)))
            .collect();
        let renamed: BTreeMap<&RepoPath, &RepoPath> = changes
            .files
            .iter()
            .filter_map(|it| Some((&it.path, it.renamed_from.as_ref()?)))
            .collect();
        let was = |key: &NodeKey| -> NodeKey {
            if let Some(from) = moved.get(key) {
                return (*from).clone();
            }
            let path = renamed.get(&key.path).copied().unwrap_or(&key.path);
            NodeKey { path: path.clone(), ..key.clone() }
        };
        let mut found: BTreeMap<&NodeKey, String> = BTreeMap::new();
        for check in &self.head {
            let is_it = |it: &&&CheckOutcome| (it.check, &it.kind) == (check.check, &check.kind);
            let Some(before) = self.base.iter().find(is_it) else { continue };
            let mut served: BTreeMap<&NodeKey, Vec<&ServedRoute>> = BTreeMap::new();
            for route in &before.served {
                for handler in &route.handlers {
                    served.entry(handler).or_default().push(route);
                }
            }
            for public in check.served.iter().filter(|it| it.guard.is_none()) {
                let handlers: BTreeSet<NodeKey> = public.handlers.iter().map(was).collect();
                let before: Vec<&ServedRoute> =
                    handlers.iter().filter_map(|it| served.get(it)).flatten().copied().collect();
                // What was public before is no news.
                if before.iter().any(|it| it.guard.is_none()) {
                    continue;
                }
                if let Some(guarded) = before.iter().min_by_key(|it| &it.route)
                    && let Some(guard) = &guarded.guard
                {
                    let why = format!(
                        "what answers `{}` was guarded by `{guard}` at `{}`, and now counts as \
                         public",
                        public.name, guarded.name
                    );
                    found.insert(&public.route, why);
                }
            }
        }
        found.into_iter().collect()
    }

    /// Whether a check leaves something undecided that it did not in the base, besides what is a
    /// finding of its own: also where it fails, or was undecided before for another reason.
    pub(crate) fn is_less_decided(&self, changes: &ChangeSet) -> bool {
        let before_of = |path: &RepoPath| -> RepoPath {
            let file = changes.files.iter().find(|it| it.path == *path);
            file.and_then(|it| it.renamed_from.clone()).unwrap_or_else(|| path.clone())
        };
        self.head.iter().any(|check| {
            let is_it = |it: &&&CheckOutcome| (it.check, &it.kind) == (check.check, &check.kind);
            let before = self.base.iter().find(is_it);
            let skipped = |path: &RepoPath| {
                before.is_some_and(|before| before.skipped.iter().any(|it| it.path == *path))
            };
            let open = |path: &RepoPath, what: &str| {
                let known = before.into_iter().flat_map(|before| &before.open);
                let mut known = known.filter(|it| it.path == *path && it.what == what);
                known.next().map_or(0, |it| it.count)
            };
            check.skipped.iter().any(|it| !skipped(&before_of(&it.path)))
                || check.open.iter().any(|it| it.count > open(&before_of(&it.path), &it.what))
        })
    }

    /// Whether nothing but people's word is missing, the same was missing in the base, and the
    /// change may not reach what they would read.
    pub(crate) fn waits_for_people_as_before(
        &self,
        excuses: &Excuses<'_>,
        impact: &ImpactSet,
    ) -> bool {
        let is_open = |check: &CheckOutcome| match check.outcome {
            Outcome::Fail | Outcome::Undetermined => true,
            Outcome::Review => !excuses.has_affirmed(check),
            Outcome::Pass | Outcome::NotApplicable => false,
        };
        let is_of_people = |check: &CheckOutcome| {
            check.kind == "manual" && !check.assumptions.iter().any(|it| impact.get(it).is_some())
        };
        let was_open = |check: &CheckOutcome| {
            self.base.iter().any(|it| it.check == check.check && it.findings == check.findings)
        };
        let mut open = self.head.iter().filter(|it| is_open(it)).peekable();
        open.peek().is_some() && open.all(|it| is_of_people(it) && was_open(it))
    }

    /// Assumptions at risk that no reviewer affirmed.
    pub(crate) fn open_risks(&self, excuses: &Excuses<'_>) -> Vec<&NodeKey> {
        let id = &self.control.id;
        let nodes = self.at_risk.iter().map(|risk| &risk.node);
        nodes.filter(|node| !excuses.is_risk_affirmed(id, node)).collect()
    }

    fn count(&self, excuses: &Excuses<'_>, on_base: bool) -> ControlCount {
        let checks = if on_base { &self.base } else { &self.head };
        let failing = |documented: bool| {
            checks
                .iter()
                .filter(move |check| (check.kind == "documented") == documented)
                .flat_map(|check| &check.findings)
                .filter(|finding| finding.outcome == Outcome::Fail)
        };
        let (waived, open): (Vec<_>, Vec<_>) =
            failing(false).partition(|it| excuses.is_waived(&it.fingerprint));
        let undecided = checks.iter().any(|check| match check.outcome {
            Outcome::Undetermined => true,
            Outcome::Review => !excuses.has_affirmed(check),
            _ => false,
        });
        ControlCount {
            severity: self.severity,
            failures: open.len() as u32,
            waived: waived.len() as u32,
            undocumented: failing(true).count() as u32,
            is_undetermined: undecided || checks.is_empty(),
        }
    }

    pub(crate) fn severity_name(&self) -> &'static str {
        severity_name(self.severity)
    }
}

impl Judged<'_> {
    /// What the health score of one side is computed from.
    pub(crate) fn counts(&self, excuses: &Excuses<'_>, on_base: bool, files: (u32, u32)) -> Counts {
        Counts {
            controls: self.controls.values().map(|it| it.count(excuses, on_base)).collect(),
            analysed: files.0,
            unanalysed: files.1,
        }
    }
}

/// What waivers and reviewers excuse.
#[derive(Clone, Debug, Default)]
pub(crate) struct Excuses<'a> {
    pub(crate) waived: BTreeSet<String>,
    /// Decisions that count, by fingerprint.
    pub(crate) decisions: BTreeMap<&'a str, Vec<&'a Decision>>,
    /// Fingerprints of open risks, by control and node.
    pub(crate) risks: BTreeMap<(ControlId, NodeKey), String>,
}

impl Excuses<'_> {
    pub(crate) fn is_waived(&self, fingerprint: &str) -> bool {
        self.waived.contains(fingerprint)
    }

    /// What the reviewers decided: the strictest where they differ.
    pub(crate) fn decision(&self, fingerprint: &str) -> Option<DecisionKind> {
        self.decisions.get(fingerprint)?.iter().map(|it| it.decision).max()
    }

    /// Whether some reviewer affirmed it and none decided otherwise.
    pub(crate) fn is_affirmed(&self, fingerprint: &str) -> bool {
        self.decision(fingerprint) == Some(DecisionKind::Affirm)
    }

    /// Whether a reviewer affirmed all that a check asks a person for.
    fn has_affirmed(&self, check: &CheckOutcome) -> bool {
        let mut items = check.findings.iter().filter(|it| it.outcome == Outcome::Review);
        items.all(|it| self.is_affirmed(&it.fingerprint))
    }

    fn is_risk_affirmed(&self, control: &ControlId, node: &NodeKey) -> bool {
        self.risks
            .get(&(control.clone(), node.clone()))
            .is_some_and(|fingerprint| self.is_affirmed(fingerprint))
    }
}

/// The identity of an at-risk control: another edit of what caused it asks again.
pub(crate) fn risk_fingerprint(control: &ControlId, assumption: &NodeKey, causes: &str) -> String {
    fingerprint(&["at_risk", &control.0, assumption.path.as_str(), &assumption.symbol, causes])
}

pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize()[..10])
}
