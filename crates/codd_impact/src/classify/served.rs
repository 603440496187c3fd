//! Finds routes that are written as they were and are served at other paths.
//!
//! `app.use("/api", orders)` becomes `app.use("/v2", orders)`: no route below was edited, and
//! none answers where it did.

use std::sync::Arc;

use codd_graph::{Node, NodeKey, NodeKind};
use rustc_hash::FxHashMap;

use crate::{ChangeSet, Side};

/// Such routes with their keys in the base, in the order of their keys.
pub(super) fn served_elsewhere(
    base: &Side,
    head: &Side,
    changes: &ChangeSet,
) -> Vec<(NodeKey, NodeKey)> {
    if changes.changes.is_empty() {
        return Vec::new();
    }
    let moved: FxHashMap<&NodeKey, &NodeKey> =
        changes.changes.iter().filter_map(|it| Some((&it.node, it.moved_from.as_ref()?))).collect();
    if moved.is_empty() && Arc::ptr_eq(&base.graph, &head.graph) {
        return Vec::new();
    }
    let differs = |before: &Node, after: &Node| !before.paths().eq(after.paths());
    let routes = head.graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::Route);
    let found = routes.filter_map(|(_, node)| {
        let before = moved.get(&node.key).copied().unwrap_or(&node.key);
        let id = base.graph.find(before)?;
        differs(base.graph.node(id), node).then(|| (node.key.clone(), before.clone()))
    });
    found.collect()
}
