//! Reads a check's settings into its kind's own type, with a diagnostic for what it cannot.

use codd_controls::{Check, Control, Origin};
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
    /// An error about this check.
    pub(crate) fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        self.placed(Diagnostic::error(code, message))
    }

    /// A warning about this check.
    pub(crate) fn warning(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        self.placed(Diagnostic::warning(code, message))
    }

    fn placed(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.message = format!("{}: {}", self.control.id, diagnostic.message);
        let label = format!("check {} of {}", self.check.ordinal + 1, self.control.id);
        let diagnostic = diagnostic.at(self.control.span, label);
        match &self.control.origin {
            Origin::Project { path } => diagnostic.in_file(path),
            Origin::Catalogue { .. } => diagnostic,
        }
    }

    /// The settings as `T`; `fields` are the names a mapping may hold.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        settings: &Value,
        fields: &[&str],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        let kind = &self.check.kind;
        let before = diagnostics.len();
        for key in settings.as_mapping().into_iter().flat_map(|fields| fields.keys()) {
            let key = key.as_str().unwrap_or("(not a text)");
            if fields.contains(&key) {
                continue;
            }
            let help = match suggestion(key, fields.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`{kind}` takes {}", quoted(fields)),
            };
            let message = format!("unknown setting `{key}` of `{kind}`");
            diagnostics.push(self.error("checks::unknown_setting", message).help(help));
        }
        if diagnostics.len() > before {
            return None;
        }
        match serde_yaml::from_value(settings.clone()) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = format!("settings of `{kind}` cannot be read: {error}");
                let help = format!("`codd explain {kind}` shows its settings and examples");
                diagnostics.push(self.error("checks::settings", message).help(help));
                None
            }
        }
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The candidate a person most likely meant by `word`, if one is near enough.
pub(crate) fn suggestion<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (word.len().max(candidate.len()) / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
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
