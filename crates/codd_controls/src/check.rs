//! A check as written: its kind and its settings, which that kind alone understands.

use std::sync::Arc;

use codd_source::{Diagnostic, Span};
use serde::de::DeserializeOwned;
use serde_yaml::Value;

use crate::locate::{Part, PathStep};
use crate::read::deserialize;
use crate::yaml_text::YamlText;

/// One condition of a control, before its kind has read its settings.
///
/// This crate knows no kind: `codd_verify` holds their table, so that a kind is one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Check {
    /// `forbid`, `text`, `verification`, …, as written.
    pub kind: Arc<str>,
    pub settings: Value,
    /// Its place in the list, from 0: with the control's id, the check's identity.
    pub ordinal: u32,
    /// The control's own text, for diagnostics that point into it.
    pub source: Arc<YamlText>,
    /// The path in `source` that leads to `settings`.
    pub path: Vec<PathStep>,
}

impl Check {
    /// A check that was not read from a file; its diagnostics have no place.
    pub fn detached(kind: &str, settings: Value) -> Check {
        let source = Arc::new(YamlText::detached());
        Check { kind: kind.into(), settings, ordinal: 0, source, path: Vec::new() }
    }

    /// The settings as a `T`.
    ///
    /// Enumerations whose variants have content are single-key maps, as checks are.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Diagnostic> {
        deserialize(&self.settings, &self.source, &self.path)
    }

    /// An error about what `path` leads to within the settings; an empty path is all of them.
    pub fn diagnostic(
        &self,
        code: &'static str,
        path: &[PathStep],
        message: impl Into<String>,
    ) -> Diagnostic {
        self.source.diagnostic(code, &self.within(path), message)
    }

    /// An error about the check's kind: that nobody knows it, or that it does not fit here.
    pub fn kind_diagnostic(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        self.source.label(Diagnostic::error(code, message), &self.path, Part::Key, "")
    }

    /// What `path` leads to within the settings, as it is written, with its span in the file.
    pub fn raw(&self, path: &[PathStep]) -> Option<(Span, &str)> {
        self.source.raw(&self.within(path))
    }

    fn within(&self, path: &[PathStep]) -> Vec<PathStep> {
        [&self.path[..], path].concat()
    }
}
