//! The assessment that is shown, with its decisions, and the lines that lists search in.

use std::collections::BTreeMap;

use codd_audit::{
    Assessment, AuditPack, ControlResult, Decision, DecisionKind, FindingRecord, FindingState,
    NodeRecord, ReachedRecord,
};

use crate::text::clean;

/// The most steps of a path that are shown.
const PATH_STEPS: usize = 64;

/// What was found, and what people decided about it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) assessment: Assessment,
    /// By fingerprint, each list in the order in which the pack has them: the last one counts.
    decisions: BTreeMap<String, Vec<Decision>>,
    /// How each changed node changed.
    changes: BTreeMap<NodeRecord, String>,
}

/// One step of a path from the change to what it reaches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    /// In `impact.nodes`.
    pub(crate) index: u32,
    pub(crate) reached: &'a ReachedRecord,
}

impl Answer {
    pub(crate) fn new(pack: AuditPack) -> Answer {
        let mut decisions: BTreeMap<String, Vec<Decision>> = BTreeMap::new();
        for decision in pack.review.decisions {
            decisions.entry(decision.fingerprint.clone()).or_default().push(decision);
        }
        let assessment = pack.assessment;
        let changes = assessment.changes.nodes.iter();
        let changes = changes.map(|it| (it.node.clone(), it.kind.clone())).collect();
        Answer { assessment, decisions, changes }
    }

    /// Every decision about a finding; the last one counts.
    pub(crate) fn decisions(&self, finding: &FindingRecord) -> &[Decision] {
        self.decisions.get(&finding.fingerprint).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn decision(&self, finding: &FindingRecord) -> Option<&Decision> {
        self.decisions(finding).last()
    }

    /// Takes in a decision that was recorded: it replaces the same reviewer's, whose file it
    /// overwrote, and lists stay in the order of the files' names.
    pub(crate) fn decided(&mut self, decision: Decision) {
        let known = self.decisions.entry(decision.fingerprint.clone()).or_default();
        let name = decision.file_name();
        known.retain(|it| it.file_name() != name);
        known.push(decision);
        known.sort_by_key(Decision::file_name);
    }

    /// How many findings that are not fixed there are, and how many of them are decided.
    pub(crate) fn review_progress(&self) -> (usize, usize) {
        let open = || self.assessment.findings.iter().filter(|it| it.state != FindingState::Absent);
        (open().filter(|it| self.decision(it).is_some()).count(), open().count())
    }

    /// The path from the change to the node of this index, the changed node first, and
    /// whether its start was left out because the path is long.
    pub(crate) fn path_to(&self, index: u32) -> (Vec<Step<'_>>, bool) {
        let nodes = &self.assessment.impact.nodes;
        let mut steps = Vec::new();
        let mut at = Some(index);
        while let Some(index) = at {
            let Some(reached) = nodes.get(index as usize) else { break };
            if steps.len() == PATH_STEPS {
                return (reversed(steps), true);
            }
            // A step lies before the one it leads to; a pack that says otherwise goes nowhere.
            at = reached.via.filter(|via| *via < index);
            steps.push(Step { index, reached });
        }
        (reversed(steps), false)
    }

    /// What kind of change a changed node has.
    pub(crate) fn change_of(&self, node: &NodeRecord) -> Option<&str> {
        self.changes.get(node).map(String::as_str)
    }

    pub(crate) fn control(&self, id: &str) -> Option<&ControlResult> {
        self.assessment.controls.iter().find(|it| it.id == id)
    }

    /// The findings that hold `filter`, by index.
    pub(crate) fn findings_with(&self, filter: &str) -> Vec<usize> {
        matching(&self.assessment.findings, filter, |it| {
            let place = it.location.as_ref();
            format!(
                "{} {} {} {} {} {} {}:{} {} {}",
                mark_word(self.decision(it)),
                it.severity,
                state_word(it.state),
                it.control,
                it.control_name,
                it.message,
                place.map_or("", |it| &it.path),
                place.map_or(0, |it| it.line),
                place.and_then(|it| it.symbol.as_deref()).unwrap_or_default(),
                it.fingerprint
            )
        })
    }

    /// The controls that hold `filter`, by index.
    pub(crate) fn controls_with(&self, filter: &str) -> Vec<usize> {
        matching(&self.assessment.controls, filter, |it| {
            format!("{} {} {} {}", it.id, it.name, it.severity, crate::words::verdict(it.verdict))
        })
    }
}

fn reversed(mut steps: Vec<Step<'_>>) -> Vec<Step<'_>> {
    steps.reverse();
    steps
}

fn matching<T>(records: &[T], filter: &str, text: impl Fn(&T) -> String) -> Vec<usize> {
    let holds = |it: &T| contains(&text(it), filter);
    records.iter().enumerate().filter(|(_, it)| holds(it)).map(|(at, _)| at).collect()
}

/// Whether `text` as it is shown holds `filter`, whatever the case.
pub(crate) fn contains(text: &str, filter: &str) -> bool {
    filter.is_empty() || clean(text).to_lowercase().contains(&filter.to_lowercase())
}

/// A decision in one word, for filters.
fn mark_word(decision: Option<&Decision>) -> &'static str {
    decision.map_or("undecided", |it| decision_word(it.decision))
}

pub(crate) fn decision_word(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Affirm => "affirmed",
        DecisionKind::Waive => "waived",
        DecisionKind::NeedsFix => "needs fix",
    }
}

pub(crate) fn state_word(state: FindingState) -> &'static str {
    match state {
        FindingState::New => "new",
        FindingState::Updated => "updated",
        FindingState::Unchanged => "unchanged",
        FindingState::Absent => "fixed",
    }
}

/// A node in one line: what it is called and where it stands.
pub(crate) fn node_text(node: &NodeRecord) -> String {
    match &node.symbol {
        Some(symbol) => format!("{}  {}", clean(symbol), node_place(node)),
        None => node_place(node),
    }
}

pub(crate) fn node_place(node: &NodeRecord) -> String {
    match node.line {
        Some(line) => format!("{}:{line}", clean(&node.path)),
        None => clean(&node.path),
    }
}
