//! In which order what a change reaches is told: what matters most first.

use std::cmp::Reverse;
use std::sync::Arc;

use codd_controls::{Control, Scope, Severity};
use codd_facts::{DefinitionKind, Name};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKey, NodeKind};
use codd_impact::{ImpactSet, Reached};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

/// What decides between what a change reaches as near and as surely: by place in the impact set,
/// or empty.
#[derive(Debug, Default)]
pub(crate) struct Stakes {
    /// How severe the controls are that govern a node.
    severities: Vec<Option<Severity>>,
    /// Fields: reached by what is written to them, which says less than who calls what changed.
    fields: Vec<bool>,
}

/// Where the nodes of an impact set are in one graph, by their place in the set.
pub(super) type Nodes = Arc<[Option<NodeId>]>;

/// Where each node is in either graph.
pub(super) fn nodes_in(impact: &ImpactSet, graphs: [&Graph; 2]) -> [Nodes; 2] {
    // Most edits reach nothing, and nothing of a graph is asked for then.
    if impact.reached.is_empty() {
        return [Arc::from([]), Arc::from([])];
    }
    let base = nodes_of(impact, graphs[0]);
    let is_same = graphs[0].shares_nodes_with(graphs[1]);
    let head = if is_same { Arc::clone(&base) } else { nodes_of(impact, graphs[1]) };
    [base, head]
}

fn nodes_of(impact: &ImpactSet, graph: &Graph) -> Nodes {
    if impact.reached.len() < FEW {
        return impact.reached.iter().map(|it| graph.find(&it.node)).collect();
    }
    // Both are sorted by key.
    let mut nodes = graph.nodes().peekable();
    let find = |reached: &Reached| {
        while nodes.next_if(|(_, node)| node.key < reached.node).is_some() {}
        nodes.peek().filter(|(_, node)| node.key == reached.node).map(|(id, _)| *id)
    };
    impact.reached.iter().map(find).collect()
}

/// So few are looked up one by one.
const FEW: usize = 1000;

impl Stakes {
    /// Of what was reached, in either graph: which are fields, and the highest severity among
    /// the controls that govern each.
    ///
    /// A control that governs everything says nothing of what matters more.
    pub(super) fn of<'a>(
        impact: &ImpactSet,
        controls: impl Iterator<Item = (&'a Control, Severity)>,
        graphs: [&Graph; 2],
        nodes: &[Nodes; 2],
    ) -> Stakes {
        let controls: Vec<(NodeKey, Severity)> = controls
            .filter(|(it, _)| it.applies_to != Scope::default())
            .map(|(control, severity)| (control_key(control), severity))
            .collect();
        let count = impact.reached.len();
        let mut stakes = Stakes { severities: vec![None; count], fields: vec![false; count] };
        for (graph, nodes) in graphs.into_iter().zip(nodes) {
            let mut severities: FxHashMap<NodeId, Severity> = FxHashMap::default();
            if count > 0 {
                for (key, severity) in &controls {
                    severities.extend(graph.find(key).map(|id| (id, *severity)));
                }
            }
            for (place, id) in nodes.iter().enumerate() {
                let Some(id) = *id else { continue };
                if !severities.is_empty() {
                    let governing = graph.dependents(id).iter().chain(graph.governors(id));
                    let governing = governing.filter(|half| half.kind == EdgeKind::Governs);
                    let severity = governing.map(|half| half.node).chain([id]);
                    let severity = severity.filter_map(|it| severities.get(&it).copied()).max();
                    let known = &mut stakes.severities[place];
                    *known = severity.max(*known);
                }
                stakes.fields[place] |=
                    graph.node(id).definition_kind == Some(DefinitionKind::Field);
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
/// severity of the controls that govern it, then in the order of nodes: each with its place.
pub(crate) fn by_rank<'a>(impact: &'a ImpactSet, stakes: &Stakes) -> Vec<(usize, &'a Reached)> {
    let mut order: Vec<_> = impact.reached.iter().enumerate().collect();
    // Sorted by node, which decides between those of one rank.
    order.sort_by_cached_key(|(place, it)| {
        let severity = stakes.severities.get(*place).copied().flatten();
        let is_field = stakes.fields.get(*place).copied().unwrap_or_default();
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
        let severities = [
            None,
            Some(Severity::Low),
            Some(Severity::High),
            Some(Severity::Critical),
            Some(Severity::Critical),
        ];
        let mut stakes = Stakes { severities: severities.to_vec(), fields: vec![false; 5] };
        let paths = |stakes: &Stakes| -> Vec<String> {
            let order = by_rank(&impact, stakes);
            order.iter().map(|(_, it)| it.node.path.as_str().to_owned()).collect()
        };
        assert_eq!(paths(&stakes), ["c", "b", "a", "d", "e"]);
        // What is called comes before what is written.
        stakes.fields[1..3].fill(true);
        assert_eq!(paths(&stakes), ["a", "c", "b", "d", "e"]);
    }
}
