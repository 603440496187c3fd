//! Which decisions count: a change can hold a file that says that somebody approved it.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::{Author, Authorship, CommittedDecision, ContentId, Diagnostic, SnapshotKind};

use super::drawing::Drawing;
use crate::judge::{Excuses, Judged};
use crate::records::Side;
use crate::reviews::Recorded;
use crate::{DecidedBy, Decision, DecisionKind, FindingRecord, FindingState, trust};

/// What is known about who made a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The base has it.
    Merged,
    /// The commits that bring it are the reviewer's own.
    Attested,
    /// It lies in the work tree, as when a reviewer looks at a change on their own machine.
    Uncommitted,
    /// The change brings it, and not by the reviewer's hand.
    Unattested,
    /// Its reviewer wrote the change.
    Own,
    /// It is dated later than the day of the assessment.
    Ahead,
}

impl Standing {
    pub(super) fn counts(self) -> bool {
        matches!(self, Standing::Merged | Standing::Attested | Standing::Uncommitted)
    }
}

/// A decision with what is known about who made it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed<'a> {
    pub(super) recorded: &'a Recorded,
    pub(super) standing: Standing,
}

impl<'a> Drawing<'a> {
    /// Every decision of the head and of the work tree, and of the base what they dropped:
    /// taking one back counts once it is merged, unless the reviewer put another in its place.
    pub(super) fn weighed(&self) -> Vec<Weighed<'a>> {
        let weigh = |recorded| Weighed { recorded, standing: self.standing(recorded) };
        let mut all: Vec<Weighed<'a>> = self.asked.decisions.all().map(weigh).collect();
        let is_replaced = |old: &&Recorded| {
            self.asked.decisions.of(&old.decision.fingerprint).iter().any(|new| {
                new.decision == old.decision
                    || same_reviewer(&new.decision.reviewer, &old.decision.reviewer)
                        && self.standing(new).counts()
            })
        };
        all.extend(self.merged.all().filter(|it| !is_replaced(it)).map(weigh));
        all
    }

    fn standing(&self, recorded: &Recorded) -> Standing {
        let decision = &recorded.decision;
        if decision.is_ahead_of(self.asked.as_of) {
            return Standing::Ahead;
        }
        if !self.is_change {
            return Standing::Merged;
        }
        if self.is_own_work(&decision.reviewer) {
            return Standing::Own;
        }
        if self.merged.holds(decision) {
            return Standing::Merged;
        }
        let (tracked, content) = self.as_tracked(recorded);
        let committed = self.authorship.decisions.get(&recorded.path);
        if let Some(committed) = committed.filter(|it| it.contents.contains(&content)) {
            let is_attested = self.is_attested_by(committed, &decision.reviewer);
            return if is_attested { Standing::Attested } else { Standing::Unattested };
        }
        // What is committed says by its commits whose word it is, or nobody knows: an edit on
        // disk makes it no better.
        if tracked || self.is_in_diff(recorded) {
            return Standing::Unattested;
        }
        // A commit or a diff that holds it says nothing about who wrote it.
        match self.head.snapshot.kind() {
            SnapshotKind::Commit { .. } | SnapshotKind::Patched { .. }
                if self.is_in_head(recorded) =>
            {
                Standing::Unattested
            }
            _ => Standing::Uncommitted,
        }
    }

    /// Whether the checked-out commit has the decision's file, and the content it has there: on
    /// disk git may give it other line endings, or fill in what attributes ask for.
    fn as_tracked(&self, recorded: &Recorded) -> (bool, ContentId) {
        let Some(tracked) = self.authorship.tracked.get(&recorded.path) else {
            return (false, recorded.content);
        };
        let committed = tracked.bytes.as_deref();
        let committed = committed.and_then(|it| serde_yaml::from_slice::<Decision>(it).ok());
        let is_same = committed.is_some_and(|it| it == recorded.decision);
        (true, if is_same { tracked.content } else { recorded.content })
    }

    /// Whether a diff that was taken back from the work tree brings the decision's file.
    fn is_in_diff(&self, recorded: &Recorded) -> bool {
        let content = |side: &Side<'_>| side.snapshot.get(&recorded.path).map(|it| it.content);
        matches!(self.base.snapshot.kind(), SnapshotKind::Patched { .. })
            && content(&self.head).is_some_and(|it| content(&self.base) != Some(it))
    }

    /// Whether all commits of a decision are its reviewer's own. Others may carry them on, as a
    /// forge does that rebases, but nobody who wrote the change.
    fn is_attested_by(&self, committed: &CommittedDecision, reviewer: &str) -> bool {
        let is_carried = |committer: &Author| {
            let is_author = |it: &Author| {
                same_text(&it.email, &committer.email) || same_text(&it.name, &committer.name)
            };
            attests(reviewer, committer) || !self.authorship.authors.iter().any(is_author)
        };
        !committed.authors.is_empty()
            && committed.authors.iter().all(|it| attests(reviewer, it))
            && committed.committers.iter().all(is_carried)
    }

    fn is_in_head(&self, recorded: &Recorded) -> bool {
        let file = self.head.snapshot.get(&recorded.path);
        file.is_some_and(|it| it.content == recorded.content)
    }

    /// Fills in what reviewers decided about `findings`, and gives what is wrong with it.
    pub(super) fn decide(
        &self,
        judged: &Judged<'_>,
        weighed: &[Weighed<'a>],
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'a>,
    ) -> Vec<Diagnostic> {
        let before = judged.findings.iter().filter_map(|it| it.matched.was);
        let before = before.map(|it| (it.fingerprint.as_str(), &*it.control.0));
        let now = findings.iter().map(|it| (it.fingerprint.as_str(), it.control.as_str()));
        let controls: BTreeMap<&str, &str> = before.chain(now).collect();
        let mut diagnostics = Vec::new();
        for Weighed { recorded, standing } in weighed {
            let decision = &recorded.decision;
            let Some(control) = controls.get(decision.fingerprint.as_str()) else { continue };
            if *control != decision.control {
                let message = format!(
                    "not a decision: `{}` is a finding of {control}",
                    codd_source::printable(&decision.fingerprint)
                );
                let diagnostic = Diagnostic::error("review::other_control", message)
                    .in_file(&recorded.path)
                    .at(recorded.control_span, "the decision names another control")
                    .help("record decisions with `codd review decide`");
                diagnostics.push(diagnostic);
            } else if standing.counts() {
                excuses.decisions.entry(&decision.fingerprint).or_default().push(decision);
            }
        }
        for finding in findings {
            let refused = |kind: DecisionKind| kind.refused_for(finding).is_some();
            if excuses.decision(&finding.fingerprint).is_some_and(refused) {
                finding.help = Some(with_note(
                    "a violation is not made good by being affirmed: fix it, or waive it for a while",
                    finding.help.take(),
                ));
                continue;
            }
            finding.decision = excuses.decision(&finding.fingerprint);
            let Some(kind) = finding.decision else {
                self.tell_what_does_not_count(weighed, finding);
                continue;
            };
            let mut by: Vec<DecidedBy> = about(weighed, finding)
                .filter(|it| it.standing.counts() && it.recorded.decision.decision == kind)
                .map(|it| DecidedBy {
                    reviewer: it.recorded.decision.reviewer.clone(),
                    attested: it.standing != Standing::Uncommitted,
                })
                .collect();
            by.sort();
            by.dedup();
            finding.decided_by = by;
        }
        diagnostics
    }

    /// Says in a finding's help why a decision about it was left out.
    fn tell_what_does_not_count(&self, weighed: &[Weighed<'_>], finding: &mut FindingRecord) {
        let of = |standing| -> BTreeSet<&str> {
            about(weighed, finding)
                .filter(|it| it.standing == standing)
                .map(|it| it.recorded.decision.reviewer.as_str())
                .collect()
        };
        let named = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join("` and `");
        let mut notes = Vec::new();
        let (own, unattested) = (of(Standing::Own), of(Standing::Unattested));
        if !own.is_empty() {
            notes.push(format!(
                "the decision of `{}` does not count, since it is about their own change: ask \
                 somebody else",
                named(own)
            ));
        }
        if !unattested.is_empty() {
            notes.push(format!(
                "the decision of `{}` does not count, since somebody else committed it: have its \
                 reviewer commit it",
                named(unattested)
            ));
        }
        if !of(Standing::Ahead).is_empty() {
            notes.push("a decision that is dated later does not count yet".to_owned());
        }
        if notes.is_empty() {
            return;
        }
        notes.extend(finding.help.take());
        finding.help = Some(notes.join("; "));
    }

    /// A finding for each decision that the change brings and that weakens what judges it.
    pub(super) fn brought_decisions(&self, weighed: &[Weighed<'_>]) -> Vec<FindingRecord> {
        if !self.is_change || self.is_first {
            return Vec::new();
        }
        let is_brought = |it: &&Weighed<'_>| {
            self.is_in_head(it.recorded) && !self.merged.holds(&it.recorded.decision)
        };
        let finding = |it: &Weighed<'_>| {
            let decision = &it.recorded.decision;
            let what = match decision.decision {
                DecisionKind::Waive => "a waiver",
                DecisionKind::Affirm => "an approval",
                DecisionKind::NeedsFix => return None,
            };
            let by = format!("of {} by `{}`", decision.fingerprint, decision.reviewer);
            let message = if it.standing == Standing::Unattested {
                format!("this change adds {what} {by}, who did not commit it")
            } else if decision.decision == DecisionKind::Waive && !self.accepts_new {
                format!("this change adds {what} {by}, which counts once it is merged")
            } else {
                return None;
            };
            Some(trust::of_decision(it.recorded, &message, self.head.snapshot))
        };
        weighed.iter().filter(is_brought).filter_map(finding).collect()
    }

    /// Whether the reviewer wrote the change: nobody affirms their own work.
    fn is_own_work(&self, reviewer: &str) -> bool {
        is_author(self.authorship, reviewer)
    }
}

fn with_note(note: &str, help: Option<String>) -> String {
    help.map_or_else(|| note.to_owned(), |help| format!("{note}; {help}"))
}

/// Whether a person may be an author of the change.
pub(super) fn is_author(authorship: &Authorship, person: &str) -> bool {
    authorship.authors.iter().any(|author| is_person(person, author))
}

fn about<'w, 'a>(
    weighed: &'w [Weighed<'a>],
    finding: &FindingRecord,
) -> impl Iterator<Item = &'w Weighed<'a>> {
    let is_present = finding.state != FindingState::Absent;
    let (fingerprint, control) = (finding.fingerprint.clone(), finding.control.clone());
    weighed.iter().filter(move |it| {
        let decision = &it.recorded.decision;
        is_present && decision.fingerprint == fingerprint && decision.control == control
    })
}

/// Whether a reviewer may be the author of a commit, by name or address, as `Name <address>` too
/// and whatever is behind a `+` in the address.
fn is_person(reviewer: &str, author: &Author) -> bool {
    same_reviewer(reviewer, &author.email) || same_reviewer(reviewer, &author.name)
}

/// Whether a commit is the word of this reviewer: an address is only ever an address, since
/// anybody can take one as a name.
fn attests(reviewer: &str, author: &Author) -> bool {
    match reviewer.split_once('<') {
        Some((_, address)) => same_text(address.trim_end().trim_end_matches('>'), &author.email),
        None if reviewer.contains('@') => same_text(reviewer, &author.email),
        None => same_text(reviewer, &author.name),
    }
}

fn same_reviewer(reviewer: &str, other: &str) -> bool {
    let parts = reviewer.split(['<', '>', ',', ';']).chain([reviewer]);
    parts.into_iter().any(|part| same_text(part, other))
}

fn same_text(one: &str, other: &str) -> bool {
    let folded = |text: &str| {
        let text = text.trim().to_lowercase();
        match text.split_once('@') {
            Some((name, host)) => {
                format!("{}@{host}", name.split('+').next().unwrap_or_default())
            }
            None => text,
        }
    };
    let one = folded(one);
    !one.is_empty() && one == folded(other)
}
