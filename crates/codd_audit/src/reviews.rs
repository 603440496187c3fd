//! What reviewers decided: one small file a decision, so that branches merge without conflict.

use std::collections::BTreeMap;
use std::path::Path;

use codd_controls::place_of_key;
use codd_source::{
    ContentId, Date, Diagnostic, EntryKind, FileKind, RepoPath, Snapshot, Span, System,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use codd_source::DECISIONS_FOLDER as REVIEWS_FOLDER;

use crate::{FindingRecord, records};

/// The most bytes of a decision's file.
const DECISION_LIMIT: u64 = 1 << 16;

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
    #[diagnostic(code(review::expired), help("give a later day with `--expires YYYY-MM-DD`"))]
    Expired(String),
    #[error("no finding is named")]
    #[diagnostic(code(review::no_finding), help("give the finding's fingerprint"))]
    NoFinding,
    #[error("no control is named")]
    #[diagnostic(code(review::no_control), help("name the control of the finding"))]
    NoControl,
    #[error("no reviewer is named")]
    #[diagnostic(
        code(review::no_reviewer),
        help("name yourself with `--reviewer` or the variable `CODD_REVIEWER`")
    )]
    NoReviewer,
    #[error("a violation of {0} cannot be affirmed: nobody makes it good by looking at it")]
    #[diagnostic(
        code(review::violation),
        help(
            "fix it, or accept the risk for a while by a waiver: `codd review decide ID --waive \
             --reason TEXT --expires YYYY-MM-DD`, or `waivers.yaml`"
        )
    )]
    Violation(String),
    #[error("a decision is one person's, and the reviewer is not one")]
    #[diagnostic(
        code(review::several_reviewers),
        help("name one person as `NAME`, `ADDRESS` or `NAME <ADDRESS>`")
    )]
    SeveralReviewers,
}

impl DecisionKind {
    /// Why this cannot be decided about a finding.
    pub fn refused_for(self, finding: &FindingRecord) -> Option<DecisionError> {
        let is_refused = self == DecisionKind::Affirm && finding.outcome == "fail";
        is_refused.then(|| DecisionError::Violation(finding.control.clone()))
    }
}

impl Decision {
    /// A decision that is complete and can be made on this day, or what it lacks.
    pub fn checked(self, today: Date) -> Result<Decision, DecisionError> {
        match self.lacks(Some(today)) {
            Some((error, _)) => Err(error),
            None => Ok(self),
        }
    }

    /// What keeps it from being one that could have been made on that day, and the key that is
    /// to blame.
    fn lacks(&self, day: Option<Date>) -> Option<(DecisionError, &'static str)> {
        let is_empty = |text: &str| text.trim().is_empty();
        let date = |text: &str| text.parse::<Date>();
        if is_empty(&self.fingerprint) {
            return Some((DecisionError::NoFinding, "fingerprint"));
        }
        if is_empty(&self.control) {
            return Some((DecisionError::NoControl, "control"));
        }
        if is_empty(&self.reviewer) {
            return Some((DecisionError::NoReviewer, "reviewer"));
        }
        if !is_one_person(&self.reviewer) {
            return Some((DecisionError::SeveralReviewers, "reviewer"));
        }
        if date(&self.date).is_err() {
            return Some((DecisionError::NotADate(self.date.clone()), "date"));
        }
        let end = match &self.expires {
            Some(expires) => match date(expires) {
                Ok(end) => Some(end),
                Err(_) => return Some((DecisionError::NotADate(expires.clone()), "expires")),
            },
            None => None,
        };
        if self.decision != DecisionKind::Waive {
            return None;
        }
        if self.reason.as_deref().is_none_or(is_empty) {
            return Some((DecisionError::NoReason, "decision"));
        }
        match end {
            None => Some((DecisionError::NoExpiry, "decision")),
            Some(end) if day.is_some_and(|day| end < day) => {
                Some((DecisionError::Expired(end.to_string()), "expires"))
            }
            Some(_) => None,
        }
    }

    /// Whether it is dated later than this day.
    pub(crate) fn is_ahead_of(&self, today: Date) -> bool {
        self.date.parse::<Date>().is_ok_and(|made| made > today)
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

/// Whether a reviewer is named as a name, an address, or a name with its address.
///
/// With two addresses in it, whoever has one of them could commit for the other.
fn is_one_person(reviewer: &str) -> bool {
    let count = |of: char| reviewer.matches(of).count();
    let is_plain = !reviewer.contains([',', ';']) && !reviewer.contains(char::is_control);
    is_plain
        && count('@') <= 1
        && match (count('<'), count('>')) {
            (0, 0) => true,
            (1, 1) => {
                let (name, rest) = reviewer.split_once('<').unwrap_or_default();
                !name.contains(['@', '>']) && rest.trim_end().ends_with('>')
            }
            _ => false,
        }
}

/// A decision with the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) decision: Decision,
    pub(crate) path: RepoPath,
    pub(crate) content: ContentId,
    /// Where it names its control.
    pub(crate) control_span: Span,
}

/// The decisions that are known, and what was in their place and is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decisions {
    /// In the order of file names.
    pub(crate) by_fingerprint: BTreeMap<String, Vec<Recorded>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Decisions {
    /// The decisions of a snapshot.
    pub(crate) fn read(snapshot: &Snapshot) -> Decisions {
        let mut decisions = Decisions::default();
        // What stands in the place of a folder, such as a link or another repository.
        for folder in folders() {
            if let Some(Err(diagnostic)) = records::input(snapshot, &folder) {
                decisions.refuse(diagnostic);
            }
        }
        let folder = format!("{REVIEWS_FOLDER}/");
        for path in records::inputs(snapshot).filter(|path| path.as_str().starts_with(&folder)) {
            let is_file = snapshot.get(&path).is_some_and(|it| it.kind != FileKind::Symlink);
            match records::input(snapshot, &path) {
                Some(Ok(bytes)) => decisions.add(&path, &bytes),
                Some(Err(diagnostic)) if !is_file || path.extension() == Some("yaml") => {
                    decisions.refuse(diagnostic);
                }
                Some(Err(_)) | None => {}
            }
        }
        decisions
    }

    /// Adds the decisions that lie in the project's folder on disk, unless they are known.
    ///
    /// Nothing behind a link or in another repository is one: no commit here says whose it is.
    pub(crate) fn add_from_disk(&mut self, system: &dyn System, root: &Path) {
        for folder in folders() {
            let place = root.join(folder.as_str());
            let found = match system.link_metadata(&place) {
                Err(error) if error.is_not_found() => return,
                Err(_) => "not read: unreadable",
                Ok(metadata) => match metadata.kind {
                    EntryKind::Folder if system.link_metadata(&place.join(".git")).is_ok() => {
                        "not read: another repository"
                    }
                    EntryKind::Folder => continue,
                    EntryKind::Symlink => "a symbolic link, which is not followed",
                    EntryKind::File | EntryKind::Special => "not read: no folder",
                },
            };
            self.refuse_on_disk(&folder, found);
            return;
        }
        let folder = root.join(REVIEWS_FOLDER);
        for name in system.list(&folder).unwrap_or_default() {
            let place = folder.join(&name);
            let path = RepoPath::new(format!("{REVIEWS_FOLDER}/{name}"));
            match system.link_metadata(&place).map(|it| it.kind) {
                Ok(EntryKind::File) => {
                    if let Ok(bytes) = system.read(&place, DECISION_LIMIT) {
                        self.add(&path, &bytes);
                    }
                }
                Ok(EntryKind::Symlink) => {
                    self.refuse_on_disk(&path, "a symbolic link, which is not followed");
                }
                Ok(EntryKind::Folder | EntryKind::Special) | Err(_) => {}
            }
        }
    }

    fn refuse_on_disk(&mut self, path: &RepoPath, message: &str) {
        // The snapshot may have said so already.
        if self.diagnostics.iter().any(|it| it.path.as_ref() == Some(path)) {
            return;
        }
        let diagnostic = Diagnostic::error(records::UNREADABLE, message.to_owned()).in_file(path);
        self.refuse(diagnostic.help("put the decisions themselves in its place"));
    }

    /// Adds the decision that a file holds, unless it is known.
    pub(crate) fn add(&mut self, path: &RepoPath, bytes: &[u8]) {
        if path.extension() != Some("yaml") {
            return;
        }
        let refused = |reason: &str| {
            Diagnostic::error("review::unreadable", format!("not a decision: {reason}"))
                .in_file(path)
                .help("record decisions with `codd review decide`")
        };
        let decision = match serde_yaml::from_slice::<Decision>(bytes) {
            Ok(decision) => decision,
            Err(error) => {
                let start = error.location().map_or(0, |it| it.index().min(bytes.len()));
                let rest = &bytes[start..];
                let end = rest.iter().position(|it| *it == b'\n').unwrap_or(rest.len());
                let reason = error.to_string();
                // The place is the diagnostic's own.
                let reason = reason.split(" at line ").next().unwrap_or_default();
                self.refuse(refused(reason).at(Span::new(start, start + end), ""));
                return;
            }
        };
        let span = |key| place_of_key(path, bytes, &[key]);
        // It was made on its own day: that it is over by now is no mistake.
        let made = decision.date.parse().ok();
        if let Some((error, key)) = decision.lacks(made) {
            let diagnostic = refused(&error.to_string());
            self.refuse(match span(key) {
                Some(span) => diagnostic.at(span, ""),
                None => diagnostic,
            });
            return;
        }
        let control_span = span("control").unwrap_or_default();
        let (path, content) = (path.clone(), ContentId::of(bytes));
        let recorded = Recorded { decision, path, content, control_span };
        let known = self.by_fingerprint.entry(recorded.decision.fingerprint.clone()).or_default();
        if !known.iter().any(|it| it.decision == recorded.decision) {
            known.push(recorded);
        }
    }

    pub(crate) fn of(&self, fingerprint: &str) -> &[Recorded] {
        self.by_fingerprint.get(fingerprint).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Recorded> {
        self.by_fingerprint.values().flatten()
    }

    pub(crate) fn holds(&self, decision: &Decision) -> bool {
        self.of(&decision.fingerprint).iter().any(|it| it.decision == *decision)
    }

    fn refuse(&mut self, diagnostic: Diagnostic) {
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// The folder of decisions, after those above it.
fn folders() -> Vec<RepoPath> {
    let mut folders = vec![RepoPath::from(REVIEWS_FOLDER)];
    while let Some(above) = folders.last().map(RepoPath::parent).filter(|it| !it.is_empty()) {
        folders.push(RepoPath::new(above.to_owned()));
    }
    folders.reverse();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_have_been_recorded_is_no_decision() {
        let whole = "fingerprint: f\ncontrol: C\ndecision: waive\nreviewer: r\n\
                     date: 2025-01-01\nreason: why\nexpires: 2025-02-01\n";
        let check = |from: &str, to: &str| {
            let text = whole.replace(from, to);
            let mut decisions = Decisions::default();
            decisions.add(&RepoPath::from(".codd/reviews/f.yaml"), text.as_bytes());
            let found = decisions.diagnostics.iter().map(|it| {
                let span = it.labels.first().map_or_else(Span::default, |it| it.span);
                let marked = &text[span.start as usize..span.end as usize];
                format!("{}: {marked:?}", it.message)
            });
            let found: Vec<String> = found.collect();
            assert_eq!(found.is_empty(), !decisions.of("f").is_empty());
            found.join("; ")
        };
        let shown = [
            check("", ""),
            check("reason: why\n", ""),
            check("expires: 2025-02-01\n", ""),
            check("2025-02-01", "never"),
            check("2025-02-01", "2026-99-99"),
            check("2025-02-01", "2024-12-31"),
            check("2025-01-01", "2025-13-41"),
            check("reviewer: r", "reviewer: ' '"),
            check("reviewer: r", "reviewer: a@x <b@y>"),
            check("reviewer: r", "reviewer: Ann; b@y"),
            check("reviewer: r", "reviewer: Ann <a@x> Ben"),
            check("reviewer: r", "reviewer: Ann <a@x>"),
            check("control: C", "control: ''"),
            check("waive", "forgive"),
            check("date: 2025-01-01\n", ""),
        ];
        expect_test::expect![[r#"

            not a decision: a waiver needs a reason: "waive"
            not a decision: a waiver needs an end: "waive"
            not a decision: `never` is not a date: "never"
            not a decision: `2026-99-99` is not a date: "2026-99-99"
            not a decision: the waiver would end on 2024-12-31, which is over: "2024-12-31"
            not a decision: `2025-13-41` is not a date: "2025-13-41"
            not a decision: no reviewer is named: "' '"
            not a decision: a decision is one person's, and the reviewer is not one: "a@x <b@y>"
            not a decision: a decision is one person's, and the reviewer is not one: "Ann; b@y"
            not a decision: a decision is one person's, and the reviewer is not one: "Ann <a@x> Ben"

            not a decision: no control is named: "''"
            not a decision: decision: unknown variant `forgive`, expected one of `affirm`, `waive`, `needs_fix`: "forgive"
            not a decision: missing field `date`: "fingerprint: f""#]].assert_eq(&shown.join("\n"));
    }

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
