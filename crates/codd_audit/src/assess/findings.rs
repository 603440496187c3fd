//! What was judged, put into words: one record for each finding and for each risk.

use std::collections::{BTreeMap, BTreeSet};

use codd_controls::ControlId;
use codd_graph::{NodeKey, NodeKind};
use codd_verify::{Finding, FindingPlace};

use super::drawing::{Drawing, Numbers};
use crate::judge::{Excuses, Judged, JudgedFinding, Risk, risk_fingerprint};
use crate::names::{outcome_name, severity_name};
use crate::{ControlVerdict, FindingRecord, FindingState, NodeRecord, StepRecord, counted};

impl Drawing<'_> {
    pub(super) fn findings(
        &self,
        judged: &Judged<'_>,
        numbers: &Numbers<'_>,
    ) -> Vec<FindingRecord> {
        let changed: BTreeSet<&NodeKey> = self.changes.changes.iter().map(|it| &it.node).collect();
        let record = |judged: &JudgedFinding<'_>| {
            let (finding, state) = (&*judged.matched.finding, judged.matched.state);
            let side = if state == FindingState::Absent { self.base } else { self.head };
            let anchor = finding.place.as_ref().map(|place| &place.anchor);
            let reached = anchor.and_then(|anchor| numbers.get(anchor).copied());
            let caused_by = anchor
                .filter(|anchor| state == FindingState::New && !changed.contains(anchor))
                .and_then(|anchor| self.cause(finding, anchor, &changed));
            FindingRecord {
                fingerprint: finding.fingerprint.clone(),
                control: finding.control.to_string(),
                control_name: judged.control_name.to_owned(),
                severity: severity_name(judged.severity).to_owned(),
                check: Some(finding.check),
                kind: finding.kind.clone(),
                state,
                outcome: outcome_name(finding.outcome).to_owned(),
                message: match &finding.place {
                    Some(place) => side.without_secrets(&place.path, &finding.message),
                    None => finding.message.clone(),
                },
                help: with_loss(&judged.matched.lost, finding.help.clone()),
                location: finding.place.as_ref().map(|place| side.location(place)),
                witness: path_of(&finding.witness).iter().map(|key| side.node(key)).collect(),
                steps: finding
                    .steps
                    .iter()
                    .map(|step| StepRecord {
                        location: side.location(&step.place),
                        text: step.text.clone(),
                    })
                    .collect(),
                reached,
                caused_by,
                decision: None,
                decided_by: Vec::new(),
                waived_by: None,
            }
        };
        judged.findings.iter().map(record).collect()
    }

    /// The change that made a finding about code that was not changed itself.
    ///
    /// Of a flow, the first on the value's way that was changed: what the change reaches lies
    /// before the place, not behind it.
    fn cause(
        &self,
        finding: &Finding,
        anchor: &NodeKey,
        changed: &BTreeSet<&NodeKey>,
    ) -> Option<NodeRecord> {
        let way = || finding.steps.iter().map(|step| &step.place.anchor);
        if let Some(own) = way().find(|it| changed.contains(it)) {
            return Some(self.head.node(own));
        }
        let mut all = std::iter::once(anchor).chain(way());
        let step = all.find_map(|it| self.impact.witness(it).pop())?;
        Some(self.node(&step.node, step.side))
    }

    /// For each assumption at risk, every change that it rests on.
    pub(super) fn origins(&self, judged: &Judged<'_>) -> BTreeMap<NodeKey, BTreeSet<NodeKey>> {
        let risks = judged.controls.values().flat_map(|it| &it.at_risk);
        let targets: BTreeSet<&NodeKey> = risks.flat_map(Risk::nodes).collect();
        self.trace.origins(&targets)
    }

    /// Fingerprints of the assumptions at risk, by control and node.
    ///
    /// They hold what every change came to that the trusted code rests on, so that a further
    /// edit of any of it, or of something else below, asks again.
    pub(super) fn risks(
        &self,
        judged: &Judged<'_>,
        origins: &BTreeMap<NodeKey, BTreeSet<NodeKey>>,
    ) -> BTreeMap<(ControlId, NodeKey), String> {
        let mut risks = BTreeMap::new();
        for control in judged.controls.values() {
            for risk in &control.at_risk {
                let origins: BTreeSet<&NodeKey> =
                    risk.nodes().filter_map(|it| origins.get(it)).flatten().collect();
                let cause = |origin: &&NodeKey| {
                    format!("{} {} {}", origin.path, origin.symbol, self.content(origin))
                };
                let causes: Vec<String> = origins.iter().map(cause).collect();
                let id = control.control.id.clone();
                let fingerprint = risk_fingerprint(&id, &risk.node, &causes.join(" "));
                risks.insert((id, risk.node.clone()), fingerprint);
            }
        }
        risks
    }

    /// What a changed node came to: of a file its content, of a package the version it has now.
    fn content(&self, node: &NodeKey) -> String {
        if node.kind == NodeKind::Package {
            let change = self.changes.changes.iter().find(|it| it.node == *node);
            let versions = change.and_then(|it| it.versions.as_ref());
            return versions.map_or_else(String::new, |it| {
                format!("{} {}", it.package, it.after.as_deref().unwrap_or("absent"))
            });
        }
        let file = self.head.file(&node.path);
        file.map_or_else(|| "absent".into(), |it| it.content.to_string())
    }

    /// The change that a node was reached from: itself where it changed.
    fn origin(&self, node: &NodeKey) -> NodeKey {
        self.impact.witness(node).pop().map_or_else(|| node.clone(), |step| step.node)
    }

    /// One item to review for each trusted node that the change reaches.
    pub(super) fn risk_findings(
        &self,
        judged: &Judged<'_>,
        excuses: &Excuses<'_>,
        origins: &BTreeMap<NodeKey, BTreeSet<NodeKey>>,
        numbers: &Numbers<'_>,
    ) -> Vec<FindingRecord> {
        let mut findings = Vec::new();
        for control in judged.controls.values() {
            // What fails elsewhere does not make good what the change does to trusted code.
            if control.verdict(excuses, false) == ControlVerdict::NotApplicable {
                continue;
            }
            for risk in &control.at_risk {
                let node = &risk.node;
                let origin = self.origin(node);
                let reached_by = || risk_message(node, &origin, origins.get(node));
                let mut message = risk.why.clone().unwrap_or_else(reached_by);
                if !risk.others.is_empty() {
                    let more = counted(risk.others.len(), "more place");
                    message.push_str(&format!("; so it is with {more} that a reviewer affirmed"));
                }
                let reached = numbers.get(node).copied();
                let span = self.head.span(node).unwrap_or_default();
                let place = FindingPlace { path: node.path.clone(), span, anchor: node.clone() };
                let fingerprint = excuses.risks.get(&(control.control.id.clone(), node.clone()));
                findings.push(FindingRecord {
                    fingerprint: fingerprint.cloned().unwrap_or_default(),
                    control: control.control.id.to_string(),
                    control_name: control.control.name.clone(),
                    severity: control.severity_name().to_owned(),
                    check: None,
                    kind: "at_risk".to_owned(),
                    state: FindingState::New,
                    outcome: "review".to_owned(),
                    message,
                    help: Some(
                        "read the change and affirm that the control still holds: `codd review \
                         decide`"
                            .to_owned(),
                    ),
                    location: Some(self.head.location(&place)),
                    witness: Vec::new(),
                    steps: Vec::new(),
                    reached,
                    caused_by: (origin != *node).then(|| self.head.node(&origin)),
                    decision: None,
                    decided_by: Vec::new(),
                    waived_by: None,
                });
            }
        }
        findings
    }
}

/// What is at risk, and by which changes.
fn risk_message(node: &NodeKey, origin: &NodeKey, origins: Option<&BTreeSet<NodeKey>>) -> String {
    let further = origins.into_iter().flatten().filter(|it| *it != origin && *it != node);
    let further: Vec<&NodeKey> = further.collect();
    let (name, are) = (display(node), if further.len() > 1 { "were" } else { "was" });
    let further = match further.as_slice() {
        [] => None,
        [one] => Some(format!("`{}`", display(one))),
        more => Some(format!("{} more", more.len())),
    };
    match (origin == node, further) {
        (true, None) => format!("`{name}`, which this control trusts, was changed"),
        (true, Some(further)) => format!(
            "`{name}`, which this control trusts, was changed, and so {are} {further} that it \
             depends on"
        ),
        (false, None) => format!(
            "`{name}`, which this control trusts, depends on `{}`, which was changed",
            display(origin)
        ),
        (false, Some(further)) => format!(
            "`{name}`, which this control trusts, depends on `{}` and {further}, which were changed",
            display(origin)
        ),
    }
}

/// Help about a place that fails as before, with less in front of it.
fn with_loss(lost: &[String], help: Option<String>) -> Option<String> {
    if lost.is_empty() {
        return help;
    }
    let names = lost.iter().map(|it| format!("`{}`", it.rsplit('#').next().unwrap_or(it)));
    let names = names.collect::<Vec<_>>().join(" and ");
    let note = format!("{names} ran before it in the base and does not here: put it back");
    Some(help.map_or_else(|| note.clone(), |help| format!("{note}; {help}")))
}

/// A witness as a path: one node alone says no more than the finding's place.
fn path_of(witness: &[NodeKey]) -> &[NodeKey] {
    if witness.len() > 1 { witness } else { &[] }
}

fn display(node: &NodeKey) -> String {
    if node.symbol.is_empty() { node.path.to_string() } else { node.symbol.to_string() }
}

/// Most severe first; of equals new before unchanged before absent, then by place.
pub(super) fn sort_findings(findings: &mut [FindingRecord]) {
    let rank = |finding: &FindingRecord| match finding.severity.as_str() {
        "critical" => 0,
        "high" => 1,
        "medium" => 2,
        _ => 3,
    };
    let state = |finding: &FindingRecord| match finding.state {
        FindingState::New => 0,
        FindingState::Updated => 1,
        FindingState::Unchanged => 2,
        FindingState::Absent => 3,
    };
    let place = |finding: &FindingRecord| {
        finding.location.as_ref().map(|it| (it.path.clone(), it.line, it.column))
    };
    findings.sort_by(|a, b| {
        (rank(a), state(a))
            .cmp(&(rank(b), state(b)))
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| (&a.control, &a.fingerprint).cmp(&(&b.control, &b.fingerprint)))
    });
}
