//! Finds code whose text is the same and whose names now mean something else.
//!
//! `from .auth import check` becomes `from .open import check`: the functions below that call
//! `check` were not edited, and are no longer guarded. Neither `check` changed either, so no
//! edge from a changed definition leads to them.

use std::sync::Arc;

use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKey};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{ChangeSet, ImpactOptions, Side, impact};

/// Unchanged nodes that depend on something else than before, in the order of their keys.
///
/// Only surely resolved dependencies count, and only on what both sides have: what was added
/// or removed is traced by itself. What the change reaches surely is left out, since its
/// witness says more.
pub(super) fn rebound(base: &Side, head: &Side, changes: &ChangeSet) -> Vec<NodeKey> {
    if changes.changes.is_empty() || Arc::ptr_eq(&base.graph, &head.graph) {
        return Vec::new();
    }
    let (before, after) = (&*base.graph, &*head.graph);
    let mut moved = FxHashMap::default();
    let mut changed = FxHashSet::default();
    for change in &changes.changes {
        changed.insert(&change.node);
        if let Some(from) = &change.moved_from {
            moved.insert(from, &change.node);
        }
    }
    let mut found = if moved.is_empty() && before.shares_nodes_with(after) {
        among_same_nodes(before, after)
    } else {
        among_others(before, after, &moved)
    };
    found.retain(|key| !changed.contains(key));
    if found.is_empty() {
        return found;
    }
    let options = ImpactOptions { floor: Confidence::Probable, depth: None };
    let reached = impact(before, after, changes, &options);
    found.retain(|key| reached.get(key).is_none());
    found.sort();
    found
}

/// Nodes that depend on something else, where both graphs have the very same nodes.
fn among_same_nodes(before: &Graph, after: &Graph) -> Vec<NodeKey> {
    let nodes = before.nodes().filter(|(id, _)| {
        // Most rows are as they were.
        before.dependencies(*id) != after.dependencies(*id) && {
            let [old, new] = [before, after].map(|graph| targets(graph, *id, Some));
            differs(&old, &new) || differs(&new, &old)
        }
    });
    nodes.map(|(_, node)| node.key.clone()).collect()
}

/// The same of any two graphs, some of whose nodes moved.
fn among_others(
    before: &Graph,
    after: &Graph,
    moved: &FxHashMap<&NodeKey, &NodeKey>,
) -> Vec<NodeKey> {
    let mut to_head: Vec<Option<NodeId>> = Vec::new();
    let mut is_in_base = vec![false; after.node_count()];
    // Both are sorted by key, and most keys are in both.
    let mut rest = after.nodes().peekable();
    for (_, node) in before.nodes() {
        let found = match moved.get(&node.key) {
            Some(key) => after.find(key),
            None => {
                while rest.next_if(|(_, other)| other.key < node.key).is_some() {}
                rest.peek().filter(|(_, other)| other.key == node.key).map(|(id, _)| *id)
            }
        };
        to_head.push(found);
        if let Some(found) = found {
            is_in_base[found.index()] = true;
        }
    }
    let mut found = Vec::new();
    for (id, _) in before.nodes() {
        let Some(head_id) = to_head[id.index()] else { continue };
        let old = targets(before, id, |target| to_head[target.index()]);
        let new = targets(after, head_id, |target| is_in_base[target.index()].then_some(target));
        if differs(&old, &new) || differs(&new, &old) {
            found.push(after.node(head_id).key.clone());
        }
    }
    found
}

type Target = (NodeId, EdgeKind, Confidence);

fn targets(graph: &Graph, node: NodeId, map: impl Fn(NodeId) -> Option<NodeId>) -> Vec<Target> {
    use EdgeKind::{Calls, Decorates, Imports, Inherits, Mentions, Reads, Tests, WrittenBy};
    let mut targets: Vec<Target> = graph
        .dependencies(node)
        .iter()
        .filter(|half| {
            matches!(
                half.kind,
                Calls | Decorates | Imports | Inherits | Mentions | Reads | Tests | WrittenBy
            )
        })
        .filter_map(|half| Some((map(half.node)?, half.kind, half.confidence)))
        .collect();
    targets.sort_unstable();
    targets
}

/// Whether `these` surely hold a target that `those` do not hold at all. Both are sorted.
fn differs(these: &[Target], those: &[Target]) -> bool {
    these.iter().any(|(target, kind, confidence)| {
        let at = those.partition_point(|(other, edge, _)| (other, edge) < (target, kind));
        let is_there =
            those.get(at).is_some_and(|(other, edge, _)| (other, edge) == (target, kind));
        *confidence >= Confidence::Probable && !is_there
    })
}
