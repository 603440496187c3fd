//! Reads a check's settings into its kind's own type, with a diagnostic for what it cannot.

use codd_controls::{Check, Control, PathStep, ScopePattern};
use codd_source::Diagnostic;
use serde::de::DeserializeOwned;
use serde_yaml::Value;

/// A check with the control it belongs to: what compiling it starts from.
#[derive(Clone, Copy)]
pub(crate) struct CheckSource<'a> {
    pub(crate) control: &'a Control,
    pub(crate) check: &'a Check,
}

impl CheckSource<'_> {
    /// An error about what `path` leads to within the settings.
    pub(crate) fn error(
        &self,
        code: &'static str,
        path: &[PathStep],
        message: impl Into<String>,
    ) -> Diagnostic {
        self.check.diagnostic(code, path, message)
    }

    /// The settings as a `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
        self.check.parse().map_err(|it| diagnostics.push(it)).ok()
    }

    /// The settings as a list of `T`, which one `T` alone is too.
    pub(crate) fn read_list<T: DeserializeOwned>(
        &self,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Vec<T>> {
        match &self.check.settings {
            Value::Sequence(_) => self.read(diagnostics),
            _ => self.read(diagnostics).map(|one| vec![one]),
        }
    }

    /// The globs of the setting `key`, one or a list.
    pub(crate) fn globs(
        &self,
        path: &[PathStep],
        globs: Option<OneOrMany<String>>,
        read: fn(&str) -> Result<ScopePattern, globset::Error>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<ScopePattern> {
        let mut patterns = Vec::new();
        let is_list = matches!(globs, Some(OneOrMany::Many(_)));
        for (at, glob) in globs.map(OneOrMany::into_vec).unwrap_or_default().iter().enumerate() {
            match read(glob) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => {
                    let mut path = path.to_vec();
                    if is_list {
                        path.push(at.into());
                    }
                    let message = format!("glob `{glob}` is not valid: {}", error.kind());
                    let help = "`*` stays within a folder, `**` does not, a leading `!` excludes";
                    diagnostics.push(self.error("checks::glob", &path, message).help(help));
                }
            }
        }
        patterns
    }
}

/// One value or a list of them.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(crate) fn into_vec(self) -> Vec<T> {
        match self {
            OneOrMany::One(value) => vec![value],
            OneOrMany::Many(values) => values,
        }
    }
}
