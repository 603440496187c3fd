//! All changes that a node is reached from, where its witness names only the nearest.

use std::collections::{BTreeMap, BTreeSet};

use codd_graph::{Confidence, NodeKey};
use codd_source::Activity;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{State, Trace, moved};

impl Trace<'_> {
    /// By target: the changed nodes from which it is reached on steps that may move a verdict; a
    /// changed node is reached from itself.
    ///
    /// What a person says about a node holds for these changes and no further one.
    pub fn origins(&self, targets: &BTreeSet<&NodeKey>) -> BTreeMap<NodeKey, BTreeSet<NodeKey>> {
        let _at = self.watched.at(Activity::Trace);
        let mut origins: BTreeMap<NodeKey, BTreeSet<NodeKey>> = BTreeMap::new();
        for outside in self.seeds.outside.iter().filter(|it| targets.contains(&it.node)) {
            origins.entry(outside.node.clone()).or_default().insert(outside.node.clone());
        }
        let Some(graphs) = self.tables.graphs().filter(|_| !targets.is_empty()) else {
            return origins;
        };
        let level = Confidence::Probable;
        let spread = self.spread(graphs, level);
        let mut before: FxHashMap<State, Vec<State>> = FxHashMap::default();
        for from in &spread.order {
            let steps = graphs.of(from.side).steps(from.node, from.aspect).iter();
            for step in steps.filter(|it| it.confidence >= level) {
                for aspect in step.aspect.implied() {
                    let to = State { side: from.side, node: step.to, aspect: *aspect };
                    // What the bounds kept out is in no way.
                    if spread.way(to).is_some() {
                        before.entry(to).or_default().push(*from);
                    }
                }
            }
        }
        let moved = moved(self.changes);
        let changed: FxHashSet<State> = self.seeds.states.iter().copied().collect();
        let mut starts: BTreeMap<&NodeKey, Vec<State>> = BTreeMap::new();
        for state in &spread.order {
            let key = graphs.key(*state, &moved);
            if targets.contains(key) {
                starts.entry(key).or_default().push(*state);
            }
        }
        for (target, mut todo) in starts {
            let mut seen: FxHashSet<State> = FxHashSet::default();
            let origins = origins.entry(target.clone()).or_default();
            while let Some(state) = todo.pop() {
                if !seen.insert(state) {
                    continue;
                }
                if changed.contains(&state) {
                    origins.insert(graphs.key(state, &moved).clone());
                }
                todo.extend(before.get(&state).into_iter().flatten());
            }
        }
        origins
    }
}
