//! The findings of both sides joined: which are new, which were there, which are fixed.

use std::collections::{BTreeMap, BTreeSet};

use codd_graph::NodeKey;
use codd_impact::ChangeSet;
use codd_source::RepoPath;
use codd_verify::{ControlOutcome, Finding};

use crate::FindingState;

/// A finding with its state; an absent one comes from the base.
#[derive(Clone, Debug)]
pub(crate) struct Matched<'a> {
    pub(crate) finding: &'a Finding,
    pub(crate) state: FindingState,
}

/// Matches the findings of one control set on base and head.
///
/// First by fingerprint, then, for code that moved, by control, check and the anchor's old
/// name, so that a renamed function keeps its findings.
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
    let known: BTreeSet<&str> = base.iter().map(|it| it.fingerprint.as_str()).collect();
    let present: BTreeSet<&str> = head.iter().map(|it| it.fingerprint.as_str()).collect();
    let is_unseen =
        |it: &Finding| it.place.as_ref().is_some_and(|place| unseen.contains(&place.path));
    let mut gone: Vec<&Finding> = base
        .into_iter()
        .filter(|it| !present.contains(it.fingerprint.as_str()) && !is_unseen(it))
        .collect();
    let moved = moves(changes);
    let mut matched = Vec::new();
    for finding in head {
        let state = if known.contains(finding.fingerprint.as_str()) {
            FindingState::Unchanged
        } else if let Some(at) = gone.iter().position(|old| is_same_moved(old, finding, &moved)) {
            gone.remove(at);
            FindingState::Unchanged
        } else {
            FindingState::New
        };
        matched.push(Matched { finding, state });
    }
    matched
        .extend(gone.into_iter().map(|finding| Matched { finding, state: FindingState::Absent }));
    matched
}

/// All findings of a project assessed by itself.
pub(crate) fn findings(outcomes: &[ControlOutcome]) -> Vec<&Finding> {
    outcomes.iter().flat_map(|control| &control.checks).flat_map(|check| &check.findings).collect()
}

/// Old keys by new ones: of moved nodes, and of files that were renamed.
struct Moves<'a> {
    nodes: BTreeMap<&'a NodeKey, &'a NodeKey>,
    files: BTreeMap<&'a str, &'a str>,
}

fn moves(changes: &ChangeSet) -> Moves<'_> {
    let nodes = changes.changes.iter().filter_map(|it| Some((&it.node, it.moved_from.as_ref()?)));
    let files = changes
        .files
        .iter()
        .filter_map(|it| Some((it.path.as_str(), it.renamed_from.as_ref()?.as_str())));
    Moves { nodes: nodes.collect(), files: files.collect() }
}

fn is_same_moved(old: &Finding, new: &Finding, moves: &Moves<'_>) -> bool {
    let (Some(old_place), Some(new_place)) = (&old.place, &new.place) else { return false };
    let same_check =
        old.control == new.control && old.kind == new.kind && old.message == new.message;
    if !same_check {
        return false;
    }
    if let Some(from) = moves.nodes.get(&new_place.anchor) {
        return **from == old_place.anchor;
    }
    let same_name = old_place.anchor.kind == new_place.anchor.kind
        && old_place.anchor.symbol == new_place.anchor.symbol;
    same_name
        && moves
            .files
            .get(new_place.path.as_str())
            .is_some_and(|old| *old == old_place.path.as_str())
}
