//! One control or one finding explained.

use codd_controls::Control;
use codd_db::Progress;
use codd_source::ChangeArguments;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::questions::controls::{frameworks, in_words, origin};
use crate::rules::Rules;
use crate::{
    AssessOptions, Assessment, ControlResult, Extent, FindingRecord, FindingState, NodeRecord,
    SubjectKind, Workspace, WorkspaceError,
};

/// What an id stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Explanation {
    Control(Box<ControlExplanation>),
    Finding(Box<FindingExplanation>),
    /// The manual page of a kind of check, in Markdown.
    CheckKind(String),
    /// What a word of codd's answers means, in Markdown.
    Word(String),
}

/// A control with its state in the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlExplanation {
    pub result: ControlResult,
    pub applies_to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub good: Vec<String>,
    pub bad: Vec<String>,
    pub findings: Vec<FindingRecord>,
}

/// A finding with its control and the way the change reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingExplanation {
    pub finding: FindingRecord,
    pub control: ControlResult,
    /// From the finding's place back to the change, nearest first; empty without one.
    pub reached_along: Vec<NodeRecord>,
    /// Whether it is one of a change, and its state what the change made of it.
    #[serde(default)]
    pub is_of_change: bool,
}

impl Workspace {
    /// The kind of check of that name, the control of that id, the finding of `change` whose
    /// fingerprint begins like that, or the word of codd's answers; `None` for none of them.
    pub fn explain(
        &mut self,
        id: &str,
        change: &ChangeArguments,
        progress: &dyn Progress,
    ) -> Result<Option<Explanation>, WorkspaceError> {
        let pages = codd_verify::kind_pages();
        if let Some(page) = pages.iter().find(|page| page.name == id) {
            return Ok(Some(Explanation::CheckKind(page.manual.to_owned())));
        }
        let options = AssessOptions { fail_on: None, extent: Extent::Safe };
        let project = self.assess_project(options, progress)?;
        let rules = Rules::read(&self.snapshot(&[])?);
        let control = rules.controls.iter().find(|it| it.id.0.eq_ignore_ascii_case(id));
        if let Some(control) = control {
            return Ok(of_control(control, &project).map(Box::new).map(Explanation::Control));
        }
        // A change knows more of a finding than the project alone: why, and since when.
        let has_work_tree = self.root.repository.is_some() && !self.root.is_bare();
        if change.range.is_some() || change.diff.is_some() || has_work_tree {
            let asked = change;
            let change = self.assess_change(asked, options, progress)?;
            // Nobody asked for a change that has nothing to do with it.
            let is_asked = asked.names_a_change();
            let is_told =
                |it: &FindingExplanation| is_asked || it.finding.state != FindingState::Unchanged;
            if let Some(finding) = of_finding(id, &change).filter(is_told) {
                return Ok(Some(Explanation::Finding(Box::new(finding))));
            }
        }
        let finding = of_finding(id, &project).map(Box::new).map(Explanation::Finding);
        Ok(finding.or_else(|| super::words::meaning(id).map(Explanation::Word)))
    }

    /// The ids that `codd explain` takes: those of controls.
    pub fn control_ids(&self) -> Result<Vec<String>, WorkspaceError> {
        let rules = Rules::read(&self.snapshot(&[])?);
        Ok(rules.controls.iter().map(|control| control.id.to_string()).collect())
    }
}

fn of_control(control: &Control, project: &Assessment) -> Option<ControlExplanation> {
    let mut result = project.controls.iter().find(|it| *it.id == *control.id.0)?.clone();
    result.origin = origin(control);
    result.frameworks = frameworks(control);
    let code = |examples: &[codd_controls::Example]| {
        examples.iter().map(|it| it.code.trim_end().to_owned()).collect()
    };
    Some(ControlExplanation {
        applies_to: in_words(&control.applies_to),
        rationale: control.rationale.clone(),
        guidance: control.guidance.for_language(None).map(str::to_owned),
        owner: control.owner.clone(),
        good: code(&control.examples.good),
        bad: code(&control.examples.bad),
        findings: project.findings.iter().filter(|it| it.control == result.id).cloned().collect(),
        result,
    })
}

/// Fewer digits than this name no finding.
const SHORTEST_FINGERPRINT: usize = 6;

fn of_finding(id: &str, assessment: &Assessment) -> Option<FindingExplanation> {
    if id.len() < SHORTEST_FINGERPRINT {
        return None;
    }
    let finding = assessment.findings.iter().find(|it| it.fingerprint.starts_with(id))?.clone();
    let control = assessment.controls.iter().find(|it| it.id == finding.control)?.clone();
    let mut reached_along = Vec::new();
    let mut at = finding.reached;
    while let Some(reached) = at.and_then(|at| assessment.impact.nodes.get(at as usize)) {
        reached_along.push(reached.node.clone());
        at = reached.via.filter(|_| reached_along.len() <= assessment.impact.nodes.len());
    }
    let is_of_change = assessment.subject.kind == SubjectKind::Change;
    Some(FindingExplanation { finding, control, reached_along, is_of_change })
}
