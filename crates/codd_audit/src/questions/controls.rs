//! The controls of a project, listed.

use std::collections::BTreeMap;

use codd_controls::{Control, ControlId, Origin, Scope};
use codd_db::Progress;
use codd_facts::Name;
use codd_graph::{NodeKey, NodeKind};
use codd_source::RepoPath;
use codd_verify::Concern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Rules;
use crate::{DiagnosticRecord, Workspace, WorkspaceError, records};

/// One control in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlSummary {
    pub id: String,
    pub name: String,
    pub severity: String,
    /// The file or the catalogue it comes from.
    pub origin: String,
    /// The kinds of its checks, in order.
    pub checks: Vec<String>,
    /// What it applies to, in words.
    pub applies_to: String,
    /// How many files, definitions and routes of the project it governs.
    pub governs: u32,
    /// Whether it concerns the project, by its `when:`.
    pub concerns: bool,
    /// Where it does not, what excludes it; else what speaks for it, if it asks for anything.
    pub why: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub frameworks: BTreeMap<String, Vec<String>>,
}

impl Workspace {
    /// Every control of the project by id, and what could not be read of them.
    pub fn controls(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<(Vec<ControlSummary>, Vec<DiagnosticRecord>), WorkspaceError> {
        let (snapshot, analysis) = self.analyse(progress)?;
        let rules = Rules::read(&snapshot);
        let graph = &analysis.graph;
        let governs = |control: &Control| {
            let node = graph.find(&control_key(control));
            node.map_or(0, |node| graph.governed_count(node) as u32)
        };
        let outcomes: BTreeMap<&ControlId, &Concern> = analysis
            .outcomes
            .iter()
            .flat_map(|it| it.iter())
            .map(|it| (&it.control, &it.concern))
            .collect();
        let summaries = rules.controls.iter().map(|control| {
            let concern = outcomes.get(&control.id).copied();
            summary(control, governs(control), concern)
        });
        let diagnostics = records::diagnostics(&snapshot, &rules.diagnostics);
        Ok((summaries.collect(), diagnostics))
    }
}

pub(super) fn control_key(control: &Control) -> NodeKey {
    NodeKey {
        path: RepoPath::new(&*control.id.0),
        kind: NodeKind::Control,
        symbol: Name::default(),
        ordinal: 0,
    }
}

fn summary(control: &Control, governs: u32, concern: Option<&Concern>) -> ControlSummary {
    ControlSummary {
        id: control.id.to_string(),
        name: control.name.clone(),
        severity: control.severity.to_string(),
        origin: origin(control),
        checks: control.checks.iter().map(|check| check.kind.to_string()).collect(),
        applies_to: in_words(&control.applies_to),
        governs,
        concerns: concern.is_none_or(|it| it.concerns),
        why: concern.map_or_else(Vec::new, |it| it.reasons.clone()),
        frameworks: frameworks(control),
    }
}

pub(crate) fn origin(control: &Control) -> String {
    match &control.origin {
        Origin::Project { path } => path.to_string(),
        Origin::Catalogue { name } => format!("catalogue {name}"),
    }
}

/// Ids by framework, as requirement files spell them.
pub(crate) fn frameworks(control: &Control) -> BTreeMap<String, Vec<String>> {
    let key = |framework: &codd_controls::Framework| {
        let value = serde_json::to_value(framework).ok();
        value.and_then(|it| it.as_str().map(str::to_owned)).expect("a framework is its key")
    };
    let ids = |references: &[codd_controls::FrameworkReference]| {
        references.iter().map(|it| it.id.clone()).collect()
    };
    control.frameworks.iter().map(|(name, references)| (key(name), ids(references))).collect()
}

/// A scope in one line.
pub(crate) fn in_words(scope: &Scope) -> String {
    let mut parts = Vec::new();
    let texts = |patterns: &[codd_controls::ScopePattern]| {
        patterns.iter().map(|pattern| pattern.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    if let Some(routes) = &scope.routes {
        let methods = routes.methods.join(" ");
        let words = [methods.as_str(), "routes", &texts(&routes.paths)];
        parts.push(words.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(" "));
    }
    if !scope.symbols.is_empty() {
        parts.push(format!("symbols {}", texts(&scope.symbols)));
    }
    if !scope.paths.is_empty() {
        parts.push(format!("files {}", texts(&scope.paths)));
    }
    if !scope.languages.is_empty() {
        parts.push(scope.languages.join(", "));
    }
    if scope.leaves_tests_out {
        parts.push("what is no test".to_owned());
    }
    if parts.is_empty() { "everything".to_owned() } else { parts.join(" in ") }
}
