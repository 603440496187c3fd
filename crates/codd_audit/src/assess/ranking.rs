//! In which order what a change reaches is told: what matters most first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use codd_controls::{Control, Scope, Severity};
use codd_facts::{DefinitionKind, Name};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKey, NodeKind};
use codd_impact::{ImpactSet, Reached};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

/// What decides between what a change reaches as near and as surely.
#[derive(Debug, Default)]
pub(crate) struct Stakes<'a> {
    /// How severe the controls are that govern a node.
    severities: BTreeMap<&'a NodeKey, Severity>,
    /// Fields: reached by what is written to them, which says less than who calls what changed.
    fields: BTreeSet<&'a NodeKey>,
}

impl<'a> Stakes<'a> {
    /// Of what was reached, in either graph: which are fields, and the highest severity among
    /// the controls that govern each.
    ///
    /// A control that governs everything says nothing of what matters more.
    pub(super) fn of(
        impact: &'a ImpactSet,
        controls: impl Iterator<Item = (&'a Control, Severity)>,
        graphs: [&Graph; 2],
    ) -> Stakes<'a> {
        let controls: Vec<(NodeKey, Severity)> = controls
            .filter(|(it, _)| it.applies_to != Scope::default())
            .map(|(control, severity)| (control_key(control), severity))
            .collect();
        let mut stakes = Stakes::default();
        for graph in graphs {
            let mut severities: FxHashMap<NodeId, Severity> = FxHashMap::default();
            for (key, severity) in &controls {
                severities.extend(graph.find(key).map(|id| (id, *severity)));
            }
            for node in impact.reached.iter().map(|it| &it.node) {
                let Some(id) = graph.find(node) else { continue };
                let governing = graph.dependents(id).iter().chain(graph.governors(id));
                let governing = governing.filter(|half| half.kind == EdgeKind::Governs);
                let severity = governing.map(|half| half.node).chain([id]);
                let severity = severity.filter_map(|it| severities.get(&it).copied()).max();
                if let Some(severity) = severity {
                    let known = stakes.severities.entry(node).or_insert(severity);
                    *known = severity.max(*known);
                }
                if graph.node(id).definition_kind == Some(DefinitionKind::Field) {
                    stakes.fields.insert(node);
                }
            }
        }
        stakes
    }
}

/// The node of a control.
pub(super) fn control_key(control: &Control) -> NodeKey {
    NodeKey {
        path: RepoPath::new(&*control.id.0),
        kind: NodeKind::Control,
        symbol: Name::default(),
        ordinal: 0,
    }
}

/// The impact set, nearest first, then surest, then fields behind all else, then by the
/// severity of the controls that govern it, then in the order of nodes.
pub(crate) fn by_rank<'a>(impact: &'a ImpactSet, stakes: &Stakes<'_>) -> Vec<&'a Reached> {
    let mut order: Vec<_> = impact.reached.iter().collect();
    // Sorted by node, which decides between those of one rank.
    order.sort_by_cached_key(|it| {
        let severity = stakes.severities.get(&it.node).copied();
        let is_field = stakes.fields.contains(&it.node);
        (it.distance, Reverse(it.confidence), is_field, Reverse(severity))
    });
    order
}

#[cfg(test)]
mod tests {
    use codd_graph::Confidence;
    use codd_impact::{Aspect, ReachSide};

    use super::*;

    #[test]
    fn severe_controls_decide_between_what_is_as_near_and_as_sure() {
        let node = |path: &str| NodeKey {
            path: RepoPath::new(path),
            kind: NodeKind::File,
            symbol: Name::default(),
            ordinal: 0,
        };
        let reached = |path, distance, confidence| Reached {
            node: node(path),
            side: ReachSide::Head,
            aspect: Aspect::Behaviour,
            distance,
            confidence,
            via: None,
            also: Vec::new(),
        };
        let impact = ImpactSet {
            reached: vec![
                reached("a", 1, Confidence::Exact),
                reached("b", 1, Confidence::Exact),
                reached("c", 1, Confidence::Exact),
                reached("d", 1, Confidence::Probable),
                reached("e", 2, Confidence::Exact),
            ],
        };
        let keys = [node("b"), node("c"), node("d"), node("e")];
        let severities = [Severity::Low, Severity::High, Severity::Critical, Severity::Critical];
        let fields = BTreeSet::new();
        let severities = keys.iter().zip(severities).collect();
        let mut stakes = Stakes { severities, fields };
        let paths = |stakes: &Stakes<'_>| -> Vec<String> {
            by_rank(&impact, stakes).iter().map(|it| it.node.path.as_str().to_owned()).collect()
        };
        assert_eq!(paths(&stakes), ["c", "b", "a", "d", "e"]);
        // What is called comes before what is written.
        stakes.fields.extend(&keys[..2]);
        assert_eq!(paths(&stakes), ["a", "c", "b", "d", "e"]);
    }
}
