//! What waivers and reviewers excuse, and which of them count here.

use std::collections::BTreeSet;

use codd_controls::{Waiver, WaiverState, WaiverTarget};
use codd_source::Date;

use super::drawing::Drawing;
use crate::judge::Excuses;
use crate::{Decision, DecisionKind, FindingRecord, FindingState, WaiverRecord, trust};

impl Drawing<'_> {
    /// Marks what waivers cover; the flag of a waiver says whether it counts here.
    pub(super) fn waive(
        &self,
        waivers: &[(&Waiver, bool)],
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'_>,
    ) -> Vec<WaiverRecord> {
        let mut records = Vec::new();
        for (waiver, counts) in waivers {
            let state = waiver.state(self.asked.as_of);
            let mut covers = 0;
            for finding in findings.iter_mut().filter(|it| is_covered(waiver, it)) {
                if *counts && state == WaiverState::Active && finding.waived_by.is_none() {
                    finding.waived_by = Some(records.len() as u32);
                    if finding.state != FindingState::Absent {
                        excuses.waived.insert(finding.fingerprint.clone());
                    }
                }
                covers += u32::from(finding.state != FindingState::Absent);
            }
            let state = match state {
                _ if !counts => "added by this change, does not count",
                WaiverState::Active => "active",
                WaiverState::Expired => "expired",
                WaiverState::NotYet => "not yet",
            };
            records.push(WaiverRecord {
                target: match &waiver.target {
                    WaiverTarget::Control(id) => id.to_string(),
                    WaiverTarget::Fingerprint(fingerprint) => fingerprint.clone(),
                },
                paths: waiver.paths.iter().map(|pattern| pattern.text.clone()).collect(),
                reason: waiver.reason.clone(),
                requested_by: waiver.requested_by.clone(),
                approved_by: waiver.approved_by.clone(),
                created: waiver.created.to_string(),
                expires: waiver.expires.to_string(),
                state: state.to_owned(),
                covers,
            });
        }
        records
    }

    /// Marks what reviewers waived: their decisions are waivers of one finding each.
    pub(super) fn waive_as_decided(
        &self,
        waivers: &mut Vec<WaiverRecord>,
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'_>,
    ) {
        let waiving = |it: &&Decision| it.decision == DecisionKind::Waive;
        for finding in findings.iter_mut().filter(|it| it.state != FindingState::Absent) {
            let decisions = self.asked.decisions.of(&finding.fingerprint);
            for decision in decisions.iter().filter(waiving) {
                let is_merged = self.merged.of(&finding.fingerprint).contains(decision);
                let is_own = self.is_own_work(&decision.reviewer);
                let expires = decision.expires.clone().unwrap_or_default();
                let is_over = expires.parse::<Date>().is_ok_and(|end| end < self.asked.as_of);
                let state = match (is_over, is_own, is_merged || self.accepts_new) {
                    (true, ..) => "expired",
                    (_, true, _) => "decided by the author of the change, does not count",
                    (_, _, false) => "added by this change, does not count",
                    _ => "active",
                };
                if state == "active" && finding.waived_by.is_none() {
                    finding.waived_by = Some(waivers.len() as u32);
                    excuses.waived.insert(finding.fingerprint.clone());
                }
                waivers.push(WaiverRecord {
                    target: finding.fingerprint.clone(),
                    paths: Vec::new(),
                    reason: decision.reason.clone().unwrap_or_default(),
                    requested_by: String::new(),
                    approved_by: decision.reviewer.clone(),
                    created: decision.date.clone(),
                    expires,
                    state: state.to_owned(),
                    covers: 1,
                });
            }
        }
    }

    /// Says in a finding's help where a decision was left out because its author decided.
    pub(super) fn tell_of_own_decisions(&self, finding: &mut FindingRecord) {
        if finding.decision.is_some() || finding.waived_by.is_some() {
            return;
        }
        let decisions = self.asked.decisions.of(&finding.fingerprint).iter();
        let own = decisions.filter(|it| self.is_own_work(&it.reviewer));
        let reviewers: BTreeSet<&str> = own.map(|it| it.reviewer.as_str()).collect();
        if reviewers.is_empty() {
            return;
        }
        let names = reviewers.into_iter().collect::<Vec<_>>().join("` and `");
        let note = format!(
            "the decision of `{names}` does not count, since it is about their own change: ask \
             somebody else"
        );
        finding.help = Some(match finding.help.take() {
            Some(help) => format!("{note}; {help}"),
            None => note,
        });
    }

    /// Whether the reviewer wrote the change: nobody affirms their own work.
    pub(super) fn is_own_work(&self, reviewer: &str) -> bool {
        self.commits.iter().any(|commit| {
            let (name, email) = (&commit.author_name, &commit.author_email);
            is_same_person(reviewer, email) || is_same_person(reviewer, name)
        })
    }
}

/// Whether a reviewer goes by this name or address, as `Name <address>` too and whatever is
/// behind a `+` in the address.
fn is_same_person(reviewer: &str, author: &str) -> bool {
    let folded = |text: &str| {
        let text = text.trim().to_lowercase();
        match text.split_once('@') {
            Some((name, host)) => {
                format!("{}@{host}", name.split('+').next().unwrap_or_default())
            }
            None => text,
        }
    };
    let author = folded(author);
    let parts = reviewer.split(['<', '>', ',', ';']).chain([reviewer]);
    !author.is_empty() && parts.map(folded).any(|part| part == author)
}

fn is_covered(waiver: &Waiver, finding: &FindingRecord) -> bool {
    let is_target = match &waiver.target {
        WaiverTarget::Control(id) => *id.0 == *finding.control,
        WaiverTarget::Fingerprint(fingerprint) => *fingerprint == finding.fingerprint,
    };
    // A weakened control is not excused by a waiver of that control.
    let is_excusable =
        finding.kind != trust::KIND || matches!(waiver.target, WaiverTarget::Fingerprint(_));
    let path = finding.location.as_ref().map_or("", |it| it.path.as_str());
    is_target && is_excusable && waiver.takes_path(path)
}
