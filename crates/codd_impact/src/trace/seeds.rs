//! Where a change starts: which aspect of which node differs, in which graph.

use codd_graph::{Confidence, Graph, NodeKey, NodeKind};
use rustc_hash::FxHashMap;

use super::State;
use crate::{Aspect, Change, ChangeKind, ChangeSet, ReachSide, Reached};

/// The states a search starts from.
#[derive(Debug, Default)]
pub(super) struct Seeds {
    /// Sorted, with those they imply.
    pub(super) states: Vec<State>,
    /// Changed nodes that neither graph holds: part of the impact, and nothing depends on them.
    pub(super) outside: Vec<Reached>,
}

pub(super) fn seeds(base: &Graph, head: &Graph, changes: &ChangeSet) -> Seeds {
    let mut seeds = Seeds::default();
    let moved: FxHashMap<&NodeKey, &NodeKey> = changes
        .changes
        .iter()
        .filter_map(|change| Some((&change.node, change.moved_from.as_ref()?)))
        .collect();
    for change in &changes.changes {
        let mut found = false;
        let starts = if moved_with_parent(change, &moved) {
            vec![(ReachSide::Head, &change.node, Aspect::Surroundings)]
        } else {
            starts(change)
        };
        for (side, key, aspect) in starts {
            let graph = match side {
                ReachSide::Base => base,
                ReachSide::Head => head,
            };
            let Some(node) = graph.find(key) else { continue };
            found = true;
            let implied = aspect.implied().iter();
            seeds.states.extend(implied.map(|aspect| State { side, node, aspect: *aspect }));
        }
        if !found && change.kind != ChangeKind::Formatting {
            seeds.outside.push(Reached {
                node: change.node.clone(),
                side: if change.kind == ChangeKind::Removed {
                    ReachSide::Base
                } else {
                    ReachSide::Head
                },
                aspect: Aspect::Existence,
                distance: 0,
                confidence: Confidence::Exact,
                via: None,
                also: Vec::new(),
            });
        }
    }
    seeds.states.sort_unstable();
    seeds.states.dedup();
    seeds
}

/// Whether a definition is as it was, inside a class or function that moved with it.
///
/// Nobody names it but through its parent, whose own move is traced; without this, a class's
/// new place would surely reach every caller of every interface it implements.
fn moved_with_parent(change: &Change, moved: &FxHashMap<&NodeKey, &NodeKey>) -> bool {
    let (ChangeKind::Moved, Some(before)) = (change.kind, &change.moved_from) else { return false };
    let (Some((outer, name)), Some((outer_before, name_before))) =
        (change.node.symbol.rsplit_once('.'), before.symbol.rsplit_once('.'))
    else {
        return false;
    };
    let parent = |key: &NodeKey, symbol: &str| NodeKey {
        path: key.path.clone(),
        kind: key.kind,
        symbol: symbol.into(),
        ordinal: 0,
    };
    change.node.kind == NodeKind::Definition
        && name == name_before
        && moved.get(&parent(&change.node, outer)) == Some(&&parent(before, outer_before))
}

/// What differs by one change. A kind that is traced on a side where the node is not is no
/// error: a signature is looked for in both.
fn starts(change: &Change) -> Vec<(ReachSide, &NodeKey, Aspect)> {
    use ReachSide::{Base, Head};
    let node = &change.node;
    let before = change.moved_from.as_ref().unwrap_or(node);
    let mut starts = match change.kind {
        ChangeKind::Formatting => Vec::new(),
        ChangeKind::Added => {
            vec![(Head, node, Aspect::Existence), (Head, node, Aspect::Interface)]
        }
        ChangeKind::Removed => {
            vec![(Base, node, Aspect::Existence), (Base, node, Aspect::Interface)]
        }
        ChangeKind::Moved | ChangeKind::Content | ChangeKind::PackageVersion => {
            vec![(Head, node, Aspect::Existence), (Base, before, Aspect::Existence)]
        }
        ChangeKind::Signature | ChangeKind::Decorators | ChangeKind::Served => {
            vec![(Head, node, Aspect::Interface), (Base, before, Aspect::Interface)]
        }
        ChangeKind::Body | ChangeKind::Rebound => vec![(Head, node, Aspect::Behaviour)],
        ChangeKind::Members => vec![(Head, node, Aspect::Surroundings)],
        ChangeKind::ModuleCode => {
            vec![(Head, node, Aspect::Behaviour), (Head, node, Aspect::Surroundings)]
        }
        ChangeKind::Control => {
            vec![(Head, node, Aspect::Behaviour), (Base, node, Aspect::Behaviour)]
        }
    };
    if change.moved_from.is_some() && change.kind != ChangeKind::Formatting {
        starts.push((Head, node, Aspect::Existence));
        starts.push((Base, before, Aspect::Existence));
    }
    starts
}
