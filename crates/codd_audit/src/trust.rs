//! The trust rule: a change is judged by the base's rules, and weakening them is a finding.

use codd_controls::{Control, ControlSet, Origin, Severity, Waiver, Weakening};
use codd_source::{Comparison, RepoPath, Snapshot, Span};

use crate::judge::fingerprint;
use crate::names::severity_name;
use crate::reviews::Recorded;
use crate::rules::{CONFIGURATION_FILE, Rules};
use crate::{FailOn, FindingRecord, FindingState, Location, records};

/// The kind of these findings, where others have the kind of their check.
pub(crate) const KIND: &str = "weakening";

/// The state of a waiver that counts in the change that brings it: no commit says that who is
/// named has approved it.
pub(crate) const NOT_ATTESTED: &str = "active, added by this change, approval not attested";

/// What a change is to one of the waivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaiverStanding {
    /// It was there before, or nothing is a change.
    Agreed,
    /// The change adds it, which the base's configuration lets count.
    Accepted,
    /// The change adds it, and who approves it wrote the change.
    Own,
    /// The change adds it.
    Added,
}

impl WaiverStanding {
    pub(crate) fn counts(self) -> bool {
        matches!(self, WaiverStanding::Agreed | WaiverStanding::Accepted)
    }
}

/// The waivers of an assessment, each with whether it counts.
///
/// The base's count while the head still has them or not: taking one back takes effect when
/// it is merged. One that the change adds counts only if the base's configuration says so, and
/// never by the word of who wrote the change.
pub(crate) fn waivers<'a>(
    base: &'a Rules,
    head: &'a Rules,
    (is_first, accepts_new): (bool, bool),
    is_author: impl Fn(&str) -> bool,
) -> Vec<(&'a Waiver, WaiverStanding)> {
    let standing = |waiver: &Waiver| match (is_first, accepts_new) {
        (true, _) => WaiverStanding::Agreed,
        (false, false) => WaiverStanding::Added,
        (false, true) if is_author(&waiver.approved_by) => WaiverStanding::Own,
        (false, true) => WaiverStanding::Accepted,
    };
    let mut waivers: Vec<(&Waiver, WaiverStanding)> = Vec::new();
    let added = head.waivers.iter().filter(|it| is_first || !base.waivers.contains(it));
    // Added ones first: they are what a reviewer must see.
    waivers.extend(added.map(|it| (it, standing(it))));
    if !is_first {
        waivers.extend(base.waivers.iter().map(|it| (it, WaiverStanding::Agreed)));
    }
    waivers
}

/// A finding for everything by which the head's rules ask for less than the base's.
pub(crate) fn weakenings(
    base: &Rules,
    head: &Rules,
    comparison: &Comparison,
) -> Vec<FindingRecord> {
    let mut findings = Vec::new();
    for weakening in ControlSet::weakenings(&base.controls, &head.controls) {
        let of = |rules: &Rules| rules.controls.controls.get(&weakening.control).cloned();
        if let Some(control) = of(base) {
            findings.push(of_control(&control, of(head).as_ref(), &weakening, comparison));
        }
    }
    let added = head.waivers.iter().filter(|it| !base.waivers.contains(it));
    if !base.config.waivers.accept_in_change {
        for waiver in added {
            findings.push(of_waiver(waiver, head, &comparison.head));
        }
    }
    findings.extend(of_configuration(base, head, &comparison.head));
    findings
}

fn of_control(
    base: &Control,
    head: Option<&Control>,
    weakening: &Weakening,
    comparison: &Comparison,
) -> FindingRecord {
    let place = |control: &Control, snapshot: &Snapshot| match &control.origin {
        Origin::Project { path } => Some(records::in_snapshot(snapshot, path, control.span)),
        Origin::Catalogue { .. } => None,
    };
    let location = match head {
        Some(head) => place(head, &comparison.head),
        None => place(base, &comparison.base),
    };
    let severity = head.map_or(base.severity, |head| head.severity.max(base.severity));
    FindingRecord {
        control_name: base.name.clone(),
        severity: severity_name(severity).to_owned(),
        message: format!("this change weakens the control: {}", weakening.description),
        help: Some(
            "the base's control judges this change: change controls apart from the code they \
             govern, and have the change reviewed"
                .to_owned(),
        ),
        ..finding(&base.id.0, &weakening.description, location)
    }
}

fn of_waiver(waiver: &Waiver, head: &Rules, snapshot: &Snapshot) -> FindingRecord {
    let target = waiver.target.to_string();
    let message = format!("this change adds a waiver of {target}, which counts once it is merged");
    let location = records::in_snapshot(snapshot, &head.waivers_file, waiver.span);
    FindingRecord {
        control_name: "Waivers are agreed on apart from the change that needs them".to_owned(),
        severity: severity_name(Severity::Medium).to_owned(),
        help: Some(
            "merge the waiver first, or set `waivers: {accept_in_change: true}` in the base's \
             `codd.yaml`"
                .to_owned(),
        ),
        ..finding(&target, &message, Some(location))
    }
}

/// The finding of a decision that the change brings with it.
pub(crate) fn of_decision(
    recorded: &Recorded,
    message: &str,
    snapshot: &Snapshot,
) -> FindingRecord {
    let location = records::in_snapshot(snapshot, &recorded.path, Span::default());
    FindingRecord {
        control_name: "Decisions are made apart from the change that needs them".to_owned(),
        severity: severity_name(Severity::Medium).to_owned(),
        help: Some(
            "have the reviewer commit their decision; a waiver is merged first, or counts at once \
             where the base's `codd.yaml` says `waivers: {accept_in_change: true}`"
                .to_owned(),
        ),
        ..finding(&recorded.decision.control, message, Some(location))
    }
}

fn of_configuration(base: &Rules, head: &Rules, snapshot: &Snapshot) -> Vec<FindingRecord> {
    let mut messages = Vec::new();
    if rank(head.config.fail_on) < rank(base.config.fail_on) {
        messages.push("this change makes `fail_on` more lenient".to_owned());
    }
    if base.config.fails_on_undetermined && !head.config.fails_on_undetermined {
        messages.push("this change lets controls that could not be decided pass".to_owned());
    }
    if head.config.waivers.accept_in_change && !base.config.waivers.accept_in_change {
        messages.push("this change lets changes waive their own findings".to_owned());
    }
    for name in &base.config.catalogues {
        if !head.config.catalogues.contains(name) {
            messages.push(format!("this change takes back the catalogue `{name}`"));
        }
    }
    let lists = [
        (&base.config.source.ignore, &head.config.source.ignore, "out of the analysis"),
        (&base.config.generated, &head.config.generated, "out of code checks, as generated"),
    ];
    for (before, after, what) in lists {
        for pattern in after.iter().filter(|it| !before.contains(it)) {
            messages.push(format!("this change leaves `{}` {what}", pattern.text));
        }
    }
    let path = RepoPath::from(CONFIGURATION_FILE);
    messages
        .into_iter()
        .map(|message| {
            let location =
                snapshot.get(&path).map(|_| records::in_snapshot(snapshot, &path, Span::default()));
            FindingRecord {
                control_name: "Configuration is not made lenient by the change it judges"
                    .to_owned(),
                severity: severity_name(Severity::High).to_owned(),
                help: Some("the base's configuration judges this change".to_owned()),
                ..finding("configuration", &message, location)
            }
        })
        .collect()
}

/// The stricter the higher.
fn rank(fail_on: FailOn) -> u8 {
    match fail_on {
        FailOn::Never => 0,
        FailOn::Critical => 1,
        FailOn::High => 2,
        FailOn::Medium => 3,
        FailOn::Low => 4,
        FailOn::Any => 5,
    }
}

pub(crate) fn finding(control: &str, message: &str, location: Option<Location>) -> FindingRecord {
    // Two files can take the same code out of sight: each is a finding of its own.
    let path = location.as_ref().map_or("", |it| it.path.as_str());
    FindingRecord {
        fingerprint: fingerprint(&[KIND, control, path, message]),
        control: control.to_owned(),
        control_name: String::new(),
        severity: String::new(),
        check: None,
        kind: KIND.to_owned(),
        state: FindingState::New,
        outcome: "fail".to_owned(),
        message: message.to_owned(),
        help: None,
        location,
        witness: Vec::new(),
        steps: Vec::new(),
        reached: None,
        caused_by: None,
        decision: None,
        decided_by: Vec::new(),
        waived_by: None,
    }
}
