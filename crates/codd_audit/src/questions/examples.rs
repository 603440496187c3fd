//! The controls' own examples, run: the good ones must pass, the bad ones must be found.

use codd_controls::Control;
use codd_verify::{ExampleVerdict, run_examples};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Rules;
use crate::{DiagnosticRecord, Workspace, WorkspaceError, records};

/// What the examples of a project's controls did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExamplesReport {
    pub controls: u32,
    pub examples: Vec<ControlExample>,
    /// Ids of controls without any example.
    pub without_examples: Vec<String>,
    pub diagnostics: Vec<DiagnosticRecord>,
}

/// One example and what its control's checks said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlExample {
    pub control: String,
    pub is_good: bool,
    /// Its place in the list, from 1.
    pub number: u32,
    pub language: String,
    pub result: ExampleResult,
    /// What happened instead, or why nothing can be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether an example behaves as its author says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ExampleResult {
    AsStated,
    /// A good example that fails, or a bad one that does not, or not on its line.
    Otherwise,
    /// Nothing can be shown by this code alone.
    NotRun,
}

impl Workspace {
    /// Runs every example of the controls with these ids, or of all.
    pub fn test_controls(&self, ids: &[String]) -> Result<ExamplesReport, WorkspaceError> {
        let snapshot = self.snapshot(&[])?;
        let rules = Rules::read(&snapshot);
        let diagnostics = records::diagnostics(&snapshot, &rules.diagnostics);
        let mut report = ExamplesReport { diagnostics, ..ExamplesReport::default() };
        let is_asked =
            |control: &&Control| ids.is_empty() || ids.iter().any(|id| **id == *control.id.0);
        for control in rules.controls.iter().filter(is_asked) {
            report.controls += 1;
            let results = run_examples(control);
            if results.is_empty() {
                report.without_examples.push(control.id.to_string());
            }
            for example in results {
                let (result, reason) = match example.verdict {
                    ExampleVerdict::AsExpected => (ExampleResult::AsStated, None),
                    ExampleVerdict::Otherwise(why) => (ExampleResult::Otherwise, Some(why)),
                    ExampleVerdict::NotRun(why) => (ExampleResult::NotRun, Some(why)),
                };
                report.examples.push(ControlExample {
                    control: control.id.to_string(),
                    is_good: example.is_good,
                    number: example.ordinal + 1,
                    language: example.language,
                    result,
                    reason,
                });
            }
        }
        Ok(report)
    }
}

impl ExamplesReport {
    /// The examples with that result.
    pub fn with(&self, result: ExampleResult) -> impl Iterator<Item = &ControlExample> {
        self.examples.iter().filter(move |it| it.result == result)
    }
}

impl ControlExample {
    /// What happened, in one line.
    pub fn describe(&self) -> String {
        let goodness = if self.is_good { "good" } else { "bad" };
        let reason = self.reason.as_deref().unwrap_or("as stated");
        let Self { control, number, language, .. } = self;
        format!("{control} {goodness} example {number} ({language}): {reason}")
    }
}
