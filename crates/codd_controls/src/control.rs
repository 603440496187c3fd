//! A control: one prescriptive requirement and everything that hangs on it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use codd_source::{RepoPath, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_yaml::Value;

use crate::yaml_text::YamlText;
use crate::{Applicability, Check, Framework, FrameworkReference, Scope};

/// The name a control goes by: `SEC-001`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ControlId(pub Box<str>);

impl fmt::Display for ControlId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How bad it is when a control is not met; ordered from mild to bad.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    #[default]
    Medium,
    High,
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        })
    }
}

/// One prescriptive requirement, checked and complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    pub id: ControlId,
    pub name: String,
    /// The statement, in RFC 2119 words.
    pub requirement: String,
    pub severity: Severity,
    pub rationale: Option<String>,
    pub guidance: Guidance,
    /// Example code of the older form of requirement files.
    pub implementation: Option<String>,
    pub owner: Option<String>,
    pub tags: Vec<String>,
    pub frameworks: BTreeMap<Framework, Vec<FrameworkReference>>,
    pub applies_to: Scope,
    /// Whether it concerns the project at all.
    pub when: Applicability,
    /// All must pass. A legacy `verification:` text is a check of kind `verification`.
    pub checks: Vec<Check>,
    pub evidence: Vec<EvidenceRequest>,
    /// Values that its checks name; a project may set its own.
    pub parameters: BTreeMap<String, Value>,
    pub examples: Examples,
    pub origin: Origin,
    /// The control's own part of its file.
    pub span: Span,
    /// Its text there, for diagnostics that point into it.
    pub source: Arc<YamlText>,
}

/// What to do, for everyone or by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guidance {
    pub general: Option<String>,
    pub by_language: BTreeMap<String, String>,
}

impl Guidance {
    pub fn for_language(&self, language: Option<&str>) -> Option<&str> {
        language
            .and_then(|language| self.by_language.get(language))
            .or(self.general.as_ref())
            .map(String::as_str)
    }
}

/// Evidence from outside codd that the control relies on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequest {
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<u32>,
}

/// Code that meets the control and code that does not; both are tests of its checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examples {
    pub good: Vec<Example>,
    pub bad: Vec<Example>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub language: String,
    pub code: String,
    /// The path the code is tested under; by default one that the control's scope takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Of a bad example: the line, from 1, on which a finding is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Where a control was read from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    Project { path: RepoPath },
    Catalogue { name: String },
}

/// Every valid control of a project, from its requirement files and catalogues.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlSet {
    pub controls: BTreeMap<ControlId, Control>,
}

impl ControlSet {
    pub fn get(&self, id: &str) -> Option<&Control> {
        self.controls.get(&ControlId(id.into()))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Control> {
        self.controls.values()
    }

    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
    }
}
