//! Problems with codd's own input, as values with a place and a next step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{RepoPath, Span};

/// How much a diagnostic matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum DiagnosticSeverity {
    /// Part of the input could not be used; the run ends with exit code 2.
    Error,
    /// Used, but probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A span of the diagnostic's file with what to say about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// A problem with what a user gave codd: a control, a configuration, a diff, a file.
///
/// Unlike a finding, it never speaks of the system under analysis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    pub severity: DiagnosticSeverity,
    /// A stable name such as `controls::unknown_key`.
    pub code: &'static str,
    /// A lowercase fragment that stands alone in one line.
    pub message: String,
    /// The file it is about, if there is one.
    pub path: Option<RepoPath>,
    pub labels: Vec<Label>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: DiagnosticSeverity::Error,
            code,
            message: message.into(),
            path: None,
            labels: Vec::new(),
            help: None,
        }
    }

    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: DiagnosticSeverity::Warning, ..Diagnostic::error(code, message) }
    }

    pub fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: DiagnosticSeverity::Note, ..Diagnostic::error(code, message) }
    }

    pub fn in_file(mut self, path: &RepoPath) -> Diagnostic {
        self.path = Some(path.clone());
        self
    }

    pub fn at(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }
}
