//! Where a change starts: which aspect of which node differs, in which graph.

use codd_graph::{Confidence, Graph, NodeKey};

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
    for change in &changes.changes {
        let mut found = false;
        for (side, key, aspect) in starts(change) {
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

/// What differs by one change. A kind that is traced on a side where the node is not is no
/// error: a signature is looked for in both.
fn starts(change: &Change) -> Vec<(ReachSide, &NodeKey, Aspect)> {
    use ReachSide::{Base, Head};
    let node = &change.node;
    let before = change.moved_from.as_ref().unwrap_or(node);
    let mut starts = match change.kind {
        ChangeKind::Formatting => Vec::new(),
        ChangeKind::Added => vec![(Head, node, Aspect::Existence)],
        ChangeKind::Removed => vec![(Base, node, Aspect::Existence)],
        ChangeKind::Moved | ChangeKind::Content | ChangeKind::PackageVersion => {
            vec![(Head, node, Aspect::Existence), (Base, before, Aspect::Existence)]
        }
        ChangeKind::Signature | ChangeKind::Decorators => {
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
