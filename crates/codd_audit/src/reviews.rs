//! What reviewers decided: one small file a decision, so that branches merge without conflict.

use std::collections::BTreeMap;

use codd_source::{Date, Diagnostic, RepoPath, Snapshot};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where decisions are kept, relative to the project's root.
pub const REVIEWS_FOLDER: &str = ".codd/reviews";

/// What a reviewer decided about one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Of the finding.
    pub fingerprint: String,
    pub control: String,
    pub decision: DecisionKind,
    /// Who decided, as an e-mail address or a name.
    pub reviewer: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a waiver: the last day it counts, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
/// From lenient to strict.
pub enum DecisionKind {
    /// Looked at and found in order.
    Affirm,
    /// A risk accepted for a while: asks for a reason and an end.
    Waive,
    NeedsFix,
}

/// Why a decision cannot be recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum DecisionError {
    #[error("a waiver needs a reason")]
    #[diagnostic(code(review::no_reason), help("say why the risk is acceptable with `--reason`"))]
    NoReason,
    #[error("a waiver needs an end")]
    #[diagnostic(code(review::no_expiry), help("say until when with `--expires YYYY-MM-DD`"))]
    NoExpiry,
    #[error("`{0}` is not a date")]
    #[diagnostic(code(review::not_a_date), help("write it as `YYYY-MM-DD`"))]
    NotADate(String),
    #[error("the waiver would end on {0}, which is over")]
    #[diagnostic(code(review::expired))]
    Expired(String),
    #[error("no reviewer is named")]
    #[diagnostic(
        code(review::no_reviewer),
        help("name yourself with `--reviewer` or the variable `CODD_REVIEWER`")
    )]
    NoReviewer,
}

impl Decision {
    /// A decision that is complete, or what it lacks.
    pub fn checked(self, today: Date) -> Result<Decision, DecisionError> {
        if self.reviewer.trim().is_empty() {
            return Err(DecisionError::NoReviewer);
        }
        if self.decision == DecisionKind::Waive {
            if self.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
                return Err(DecisionError::NoReason);
            }
            let expires = self.expires.as_ref().ok_or(DecisionError::NoExpiry)?;
            let end: Date =
                expires.parse().map_err(|_| DecisionError::NotADate(expires.clone()))?;
            if end < today {
                return Err(DecisionError::Expired(expires.clone()));
            }
        }
        Ok(self)
    }

    /// The file it is kept in: two reviewers of one finding have two files.
    pub fn file_name(&self) -> String {
        // Both come from outside, as from somebody's pack: no name may lead out of the folder.
        let plain = |text: &str| -> String {
            let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
            text.chars().map(|it| plain(it.to_ascii_lowercase())).collect()
        };
        let (finding, reviewer) = (plain(&self.fingerprint), plain(&self.reviewer));
        format!("{REVIEWS_FOLDER}/{finding}-{}.yaml", reviewer.trim_matches('-'))
    }

    /// The text of its file.
    pub fn to_yaml(&self) -> String {
        serde_yaml::to_string(self).expect("a decision has only texts")
    }
}

/// The decisions that are known, and what was in their place and is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decisions {
    /// In the order of file names.
    pub(crate) by_fingerprint: BTreeMap<String, Vec<Decision>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Decisions {
    /// The decisions of a snapshot.
    pub(crate) fn read(snapshot: &Snapshot) -> Decisions {
        let mut decisions = Decisions::default();
        let folder = format!("{REVIEWS_FOLDER}/");
        for path in snapshot.files().keys().filter(|path| path.as_str().starts_with(&folder)) {
            match snapshot.read(path) {
                Ok(bytes) => decisions.add(path, &bytes),
                Err(error) => decisions.refuse(path, &error.to_string()),
            }
        }
        decisions
    }

    /// Adds the decision that a file holds, unless it is known.
    pub(crate) fn add(&mut self, path: &RepoPath, bytes: &[u8]) {
        if path.extension() != Some("yaml") {
            return;
        }
        match serde_yaml::from_slice::<Decision>(bytes) {
            Ok(decision) => {
                let known = self.by_fingerprint.entry(decision.fingerprint.clone()).or_default();
                if !known.contains(&decision) {
                    known.push(decision);
                }
            }
            Err(error) => self.refuse(path, &error.to_string()),
        }
    }

    pub(crate) fn of(&self, fingerprint: &str) -> &[Decision] {
        self.by_fingerprint.get(fingerprint).map_or(&[], Vec::as_slice)
    }

    fn refuse(&mut self, path: &RepoPath, reason: &str) {
        let diagnostic =
            Diagnostic::error("review::unreadable", format!("not a decision: {reason}"))
                .in_file(path)
                .help("record decisions with `codd review decide`");
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_kept_in_its_folder_whatever_it_says() {
        let decision = Decision {
            fingerprint: "../../Etc/1a".to_owned(),
            control: "SEC-001".to_owned(),
            decision: DecisionKind::Affirm,
            reviewer: "Dana <dana@example.com>".to_owned(),
            date: "2025-01-01".to_owned(),
            reason: None,
            expires: None,
        };
        let name = ".codd/reviews/------etc-1a-dana--dana-example-com.yaml";
        assert_eq!(decision.file_name(), name);
    }
}
