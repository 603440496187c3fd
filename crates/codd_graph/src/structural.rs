//! Types that implement an interface because they have its methods, as Go has it.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionKind, conventions_of};
use codd_source::RepoPath;

use crate::build::edge;
use crate::graph::Edge;
use crate::project::speak_one_language;
use crate::{Confidence, EdgeKind, Node, NodeId};

/// Bases that are followed up.
const MAX_STEPS: usize = 64;

type Members<'n> = BTreeMap<NodeId, BTreeSet<&'n str>>;

/// Adds that a type inherits from each interface whose methods it has, its own or those of
/// what it embeds.
pub(crate) fn edges(nodes: &[Node], edges: &mut Vec<Edge>) {
    let structural = structural(nodes);
    let is_structural = |id: NodeId| structural[id.index()];
    let mut members: Members<'_> = BTreeMap::new();
    let mut bases: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    for it in edges.iter().filter(|it| is_structural(it.from)) {
        match it.kind {
            EdgeKind::Contains => {
                let node = &nodes[it.to.index()];
                if node.definition_kind == Some(DefinitionKind::Method) {
                    let name = node.key.own_name();
                    members.entry(it.from).or_default().insert(name);
                }
            }
            EdgeKind::Inherits => {
                bases.entry(it.from).or_default().insert(it.to);
            }
            _ => {}
        }
    }
    let kind = |id: &NodeId| nodes[id.index()].definition_kind;
    let typed: Vec<NodeId> =
        members.keys().chain(bases.keys()).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let (interfaces, types): (Vec<NodeId>, Vec<NodeId>) = typed
        .into_iter()
        .filter(|it| matches!(kind(it), Some(DefinitionKind::Interface | DefinitionKind::Class)))
        .partition(|it| kind(it) == Some(DefinitionKind::Interface));
    let owned: Vec<(NodeId, BTreeSet<&str>)> =
        types.iter().map(|it| (*it, all_members(*it, &members, &bases))).collect();
    let mut by_method: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, (_, has)) in owned.iter().enumerate() {
        for name in has {
            by_method.entry(name).or_default().push(at);
        }
    }
    let mut found = Vec::new();
    for interface in interfaces {
        let wanted = all_members(interface, &members, &bases);
        // Those that have its rarest method are all that can have the others as well.
        let users = |name: &&&str| by_method.get(**name).map_or(0, Vec::len);
        let Some(rarest) = wanted.iter().min_by_key(users) else { continue };
        for (class, has) in by_method.get(rarest).into_iter().flatten().map(|at| &owned[*at]) {
            let path = &nodes[class.index()].key.path;
            let is_known = bases.get(class).is_some_and(|it| it.contains(&interface));
            if !is_known
                && wanted.is_subset(has)
                && speak_one_language(path, &nodes[interface.index()].key.path)
            {
                found.push(edge(*class, interface, EdgeKind::Inherits, Confidence::Probable));
            }
        }
    }
    edges.extend(found);
}

/// Of each node whether its language has types that implement without a word.
fn structural(nodes: &[Node]) -> Vec<bool> {
    let mut last: Option<(&RepoPath, bool)> = None;
    let of_node = |node| {
        let Node { key, .. }: &Node = node;
        // Nodes of one file come in a row.
        let is_structural = match last {
            Some((path, known)) if *path == key.path => known,
            _ => conventions_of(&key.path).is_structural,
        };
        last = Some((&key.path, is_structural));
        is_structural
    };
    nodes.iter().map(of_node).collect()
}

fn all_members<'n>(
    id: NodeId,
    members: &Members<'n>,
    bases: &BTreeMap<NodeId, BTreeSet<NodeId>>,
) -> BTreeSet<&'n str> {
    let mut seen = vec![id];
    let mut at = 0;
    let mut all = BTreeSet::new();
    while at < seen.len() && at < MAX_STEPS {
        all.extend(members.get(&seen[at]).into_iter().flatten());
        for base in bases.get(&seen[at]).into_iter().flatten() {
            if !seen.contains(base) {
                seen.push(*base);
            }
        }
        at += 1;
    }
    all
}
