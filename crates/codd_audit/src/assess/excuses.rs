//! What waivers and reviewers excuse, and which of them count here.

use std::collections::{BTreeMap, BTreeSet};

use codd_controls::{Waiver, WaiverState, WaiverTarget};
use codd_source::Date;

use super::decisions::{Standing, Weighed};
use super::drawing::Drawing;
use crate::judge::{Excuses, Judged};
use crate::trust::WaiverStanding;
use crate::{DecisionKind, FindingRecord, FindingState, WaiverRecord, trust};

impl Drawing<'_> {
    /// Marks what waivers cover; the flag of a waiver says whether it counts here.
    pub(super) fn waive(
        &self,
        judged: &Judged<'_>,
        waivers: &[(&Waiver, WaiverStanding)],
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'_>,
    ) -> Vec<WaiverRecord> {
        let mut records = Vec::new();
        // A new way into a place that was accepted is not what was accepted, unless all of it
        // lies where the waiver says.
        let ways: BTreeMap<String, BTreeSet<&str>> = judged
            .findings
            .iter()
            .filter(|it| it.matched.is_way)
            .map(|it| {
                let steps = it.matched.finding.steps.iter();
                let paths = steps.map(|step| step.place.path.as_str()).collect();
                (it.matched.finding.fingerprint.clone(), paths)
            })
            .collect();
        let is_within = |waiver: &Waiver, finding: &FindingRecord| {
            let paths = ways.get(&finding.fingerprint);
            let is_of_control = matches!(waiver.target, WaiverTarget::Control(_));
            !is_of_control || paths.is_none_or(|it| it.iter().all(|path| waiver.takes_path(path)))
        };
        for (waiver, standing) in waivers {
            let state = waiver.state(self.asked.as_of);
            let mut covers = 0;
            let is_meant = |it: &FindingRecord| is_covered(waiver, it) && is_within(waiver, it);
            for finding in findings.iter_mut().filter(|it| is_meant(it)) {
                // What was accepted had more in front of it.
                if judged.is_worse(&finding.fingerprint) {
                    covers += 1;
                    continue;
                }
                if standing.counts() && state == WaiverState::Active && finding.waived_by.is_none()
                {
                    finding.waived_by = Some(records.len() as u32);
                    if finding.state != FindingState::Absent {
                        excuses.waived.insert(finding.fingerprint.clone());
                    }
                }
                covers += u32::from(finding.state != FindingState::Absent);
                if *standing == WaiverStanding::Own && state == WaiverState::Active {
                    let note = format!(
                        "the waiver that `{}` approves does not count, since it is about their \
                         own change: ask somebody else",
                        waiver.approved_by
                    );
                    finding.help = Some(match finding.help.take() {
                        Some(help) => format!("{note}; {help}"),
                        None => note,
                    });
                }
            }
            let state = match (standing, state) {
                (WaiverStanding::Own, _) => "approved by an author of the change, does not count",
                (WaiverStanding::Added, _) => "added by this change, does not count",
                (_, WaiverState::Expired) => "expired",
                (_, WaiverState::NotYet) => "not yet",
                (WaiverStanding::Accepted, WaiverState::Active) => trust::NOT_ATTESTED,
                (WaiverStanding::Agreed, WaiverState::Active) => "active",
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

    /// Asks again for what was affirmed as it was: what a person reads is another text now.
    pub(super) fn ask_again(
        &self,
        judged: &Judged<'_>,
        weighed: &[Weighed<'_>],
        findings: &mut [FindingRecord],
    ) {
        for (judged, finding) in judged.findings.iter().zip(findings) {
            let was = judged.matched.was.filter(|_| finding.outcome == "review");
            let was_affirmed = was.is_some_and(|was| {
                weighed.iter().any(|it| {
                    let decision = &it.recorded.decision;
                    it.standing.counts()
                        && decision.decision == DecisionKind::Affirm
                        && decision.fingerprint == was.fingerprint
                })
            });
            if was_affirmed {
                finding.state = FindingState::Updated;
            }
        }
    }

    /// Asks again for what was waived where it stood and moved out of the waiver's reach.
    pub(super) fn ask_for_moved(
        &self,
        judged: &Judged<'_>,
        waivers: &[(&Waiver, WaiverStanding)],
        weighed: &[Weighed<'_>],
        findings: &mut [FindingRecord],
    ) {
        // The records of what was judged come first, in the same order.
        for (judged, finding) in judged.findings.iter().zip(findings) {
            let Some(was) = judged.matched.was.filter(|_| finding.waived_by.is_none()) else {
                continue;
            };
            let path = was.place.as_ref().map_or("", |it| it.path.as_str());
            let by_waiver = waivers.iter().any(|(waiver, standing)| {
                let is_target = match &waiver.target {
                    WaiverTarget::Control(id) => *id == was.control,
                    WaiverTarget::Fingerprint(fingerprint) => *fingerprint == was.fingerprint,
                };
                let is_active = waiver.state(self.asked.as_of) == WaiverState::Active;
                standing.counts() && is_target && is_active && waiver.takes_path(path)
            });
            let by_reviewer = weighed.iter().any(|it| {
                let decision = &it.recorded.decision;
                it.standing.counts()
                    && decision.decision == DecisionKind::Waive
                    && decision.fingerprint == was.fingerprint
            });
            if by_waiver || by_reviewer {
                finding.state = FindingState::Updated;
                let note = "it was waived where it stood before, and no waiver covers it here";
                finding.help = Some(match finding.help.take() {
                    Some(help) => format!("{note}; {help}"),
                    None => note.to_owned(),
                });
            }
        }
    }

    /// Marks what reviewers waived: their decisions are waivers of one finding each.
    pub(super) fn waive_as_decided(
        &self,
        judged: &Judged<'_>,
        weighed: &[Weighed<'_>],
        waivers: &mut Vec<WaiverRecord>,
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'_>,
    ) {
        for Weighed { recorded, standing } in weighed {
            let decision = &recorded.decision;
            if decision.decision != DecisionKind::Waive {
                continue;
            }
            let expires = decision.expires.clone().unwrap_or_default();
            let is_over = expires.parse::<Date>().is_ok_and(|end| end < self.asked.as_of);
            let state = match standing {
                _ if is_over => "expired",
                Standing::Ahead => "not yet",
                Standing::Own => "decided by the author of the change, does not count",
                Standing::Unattested => "committed by somebody else, does not count",
                Standing::Merged => "active",
                Standing::Attested | Standing::Uncommitted if self.accepts_new => "active",
                Standing::Attested | Standing::Uncommitted => {
                    "added by this change, does not count"
                }
            };
            let mut covers = 0;
            for finding in findings.iter_mut() {
                let is_meant = finding.state != FindingState::Absent
                    && finding.fingerprint == decision.fingerprint
                    && finding.control == decision.control;
                if !is_meant {
                    continue;
                }
                covers += 1;
                let is_open = finding.waived_by.is_none() && !judged.is_worse(&finding.fingerprint);
                if state == "active" && is_open {
                    finding.waived_by = Some(waivers.len() as u32);
                    excuses.waived.insert(finding.fingerprint.clone());
                }
            }
            waivers.push(WaiverRecord {
                target: decision.fingerprint.clone(),
                paths: Vec::new(),
                reason: decision.reason.clone().unwrap_or_default(),
                requested_by: String::new(),
                approved_by: decision.reviewer.clone(),
                created: decision.date.clone(),
                expires,
                state: state.to_owned(),
                covers,
            });
        }
    }
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
