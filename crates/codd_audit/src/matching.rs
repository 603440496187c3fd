//! The findings of both sides joined: which are new, which were there, which are fixed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use codd_graph::{NodeKey, NodeKind};
use codd_impact::{ChangeKind, ChangeSet};
use codd_source::RepoPath;
use codd_verify::{ControlOutcome, Finding, Outcome};

use crate::FindingState;
use crate::ways::{self, Renames};

/// A finding with its state; an absent one comes from the base.
#[derive(Clone, Debug)]
pub(crate) struct Matched<'a> {
    pub(crate) finding: Cow<'a, Finding>,
    pub(crate) state: FindingState,
    /// Whether it is a way into a place that failed before.
    pub(crate) is_way: bool,
    /// Of one that moved: what it was in the base.
    pub(crate) was: Option<&'a Finding>,
    /// What kept somebody out before a place that fails still, and does not any more.
    pub(crate) lost: Vec<String>,
}

/// Matches the findings of one control set on base and head.
///
/// First by fingerprint, then, for code that moved, by control, check and the anchor's old
/// name, so that a renamed function keeps its findings. A violation where the base could not
/// be decided is new.
pub(crate) fn match_findings<'a>(
    base: &'a [ControlOutcome],
    head: &'a [ControlOutcome],
    changes: &ChangeSet,
) -> Vec<Matched<'a>> {
    let base = findings(base);
    // Where the head could not look, nothing was fixed.
    let unseen: BTreeSet<&RepoPath> = head
        .iter()
        .flat_map(|control| &control.checks)
        .flat_map(|check| &check.skipped)
        .map(|it| &it.path)
        .collect();
    let head = findings(head);
    let known: BTreeMap<&str, &Finding> =
        base.iter().map(|it| (it.fingerprint.as_str(), *it)).collect();
    let present: BTreeSet<&str> = head.iter().map(|it| it.fingerprint.as_str()).collect();
    let is_unseen =
        |it: &Finding| it.place.as_ref().is_some_and(|place| unseen.contains(&place.path));
    let mut gone: Vec<&Finding> = base
        .into_iter()
        .filter(|it| !present.contains(it.fingerprint.as_str()) && !is_unseen(it))
        .collect();
    let (moved, renamed, renames) = (Moves::of(changes), renamed(changes), Renames::of(changes));
    let mut matched = Vec::new();
    for finding in head {
        let before = known.get(finding.fingerprint.as_str()).copied();
        let was = if before.is_some() {
            None
        } else {
            let at = gone.iter().position(|old| {
                is_same_moved(old, finding, &moved)
                    || is_same_renamed(old, finding, &renamed)
                    || is_same_question(old, finding)
            });
            at.map(|at| gone.remove(at))
        };
        // What could not be decided was no violation.
        let before = before.or(was).filter(|before| {
            before.outcome != Outcome::Undetermined || finding.outcome != Outcome::Fail
        });
        let lost = before.map_or_else(Vec::new, |before| renames.lost(before, finding));
        let state = match before {
            None => FindingState::New,
            Some(_) if lost.is_empty() => FindingState::Unchanged,
            Some(_) => FindingState::Updated,
        };
        matched.push(Matched { finding: Cow::Borrowed(finding), state, is_way: false, was, lost });
        let added = before.map(|before| ways::added(before, finding, &renames));
        let added = added.into_iter().flatten().map(|finding| Matched {
            finding,
            state: FindingState::New,
            is_way: true,
            was: None,
            lost: Vec::new(),
        });
        matched.extend(added);
    }
    let absent = |finding| Matched {
        finding: Cow::Borrowed(finding),
        state: FindingState::Absent,
        is_way: false,
        was: None,
        lost: Vec::new(),
    };
    matched.extend(gone.into_iter().map(absent));
    matched
}

/// Definitions that took another's place: the only one that a file lost, and the only one of
/// that kind that it got.
///
/// A body of one line is too little to tell moves by; in one file there is no doubt.
pub(crate) fn renamed(changes: &ChangeSet) -> BTreeMap<&NodeKey, &NodeKey> {
    let mut lost: BTreeMap<(&RepoPath, NodeKind), Vec<&NodeKey>> = BTreeMap::new();
    let mut got = lost.clone();
    for change in &changes.changes {
        let side = match change.kind {
            ChangeKind::Removed => &mut lost,
            ChangeKind::Added => &mut got,
            _ => continue,
        };
        side.entry((&change.node.path, change.node.kind)).or_default().push(&change.node);
    }
    let pairs =
        got.keys().filter_map(|place| Some((only(got.get(place)?)?, only(lost.get(place)?)?)));
    pairs.collect()
}

fn only<'a>(nodes: &[&'a NodeKey]) -> Option<&'a NodeKey> {
    match nodes {
        [one] => Some(*one),
        _ => None,
    }
}

fn is_same_renamed(old: &Finding, new: &Finding, renamed: &BTreeMap<&NodeKey, &NodeKey>) -> bool {
    let (Some(old_place), Some(new_place)) = (&old.place, &new.place) else { return false };
    is_same_check(old, new)
        && old.snippet == new.snippet
        && renamed.get(&new_place.anchor).is_some_and(|from| **from == old_place.anchor)
}

/// What a person is asked about all of a project is asked still where its text changed.
fn is_same_question(old: &Finding, new: &Finding) -> bool {
    let is_one = |it: &Finding| it.outcome == Outcome::Review && it.place.is_none();
    is_one(old) && is_one(new) && old.check == new.check && is_same_check(old, new)
}

fn is_same_check(old: &Finding, new: &Finding) -> bool {
    old.control == new.control && old.kind == new.kind && old.message == new.message
}

/// All findings of a project assessed by itself.
pub(crate) fn findings(outcomes: &[ControlOutcome]) -> Vec<&Finding> {
    outcomes.iter().flat_map(|control| &control.checks).flat_map(|check| &check.findings).collect()
}

/// Old keys by new ones: of moved nodes, and of files that were renamed.
pub(crate) struct Moves<'a> {
    pub(crate) nodes: BTreeMap<&'a NodeKey, &'a NodeKey>,
    files: BTreeMap<&'a str, &'a str>,
}

impl<'a> Moves<'a> {
    pub(crate) fn of(changes: &'a ChangeSet) -> Moves<'a> {
        let nodes =
            changes.changes.iter().filter_map(|it| Some((&it.node, it.moved_from.as_ref()?)));
        let files = changes
            .files
            .iter()
            .filter_map(|it| Some((it.path.as_str(), it.renamed_from.as_ref()?.as_str())));
        Moves { nodes: nodes.collect(), files: files.collect() }
    }

    pub(crate) fn is_renamed_file(&self, old: &str, new: &str) -> bool {
        self.files.get(new).is_some_and(|from| *from == old)
    }

    /// Whether they have one name in a file that was renamed.
    pub(crate) fn are_of_one_file(&self, old: &NodeKey, new: &NodeKey) -> bool {
        old.kind == new.kind
            && old.symbol == new.symbol
            && self.is_renamed_file(old.path.as_str(), new.path.as_str())
    }
}

fn is_same_moved(old: &Finding, new: &Finding, moves: &Moves<'_>) -> bool {
    let (Some(old_place), Some(new_place)) = (&old.place, &new.place) else { return false };
    if !is_same_check(old, new) {
        return false;
    }
    if let Some(from) = moves.nodes.get(&new_place.anchor) {
        return **from == old_place.anchor;
    }
    moves.are_of_one_file(&old_place.anchor, &new_place.anchor)
}
