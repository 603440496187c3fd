//! Types that implement an interface because they have its methods, as Go has it.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionKind, conventions_of};
use codd_source::RepoPath;

use crate::build::edge;
use crate::graph::Edge;
use crate::project::speak_one_language;
use crate::{Confidence, EdgeKind, Node, NodeId, NodeKind};

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
    let together = Together::of(nodes, edges);
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
                && together.may_be(*class, interface)
            {
                found.push(edge(*class, interface, EdgeKind::Inherits, Confidence::Probable));
            }
        }
    }
    edges.extend(found);
}

/// Modules of Go that some program may hold together: a type is no interface of a module that
/// nothing brings to it.
struct Together {
    /// Of each node, which module it is of.
    module_of: Vec<u32>,
    /// Of each module, the modules that need it, by whatever way; itself among them.
    users: Vec<BTreeSet<u32>>,
}

/// Modules of one repository that are told apart.
const MAX_MODULES: usize = 512;

impl Together {
    fn of(nodes: &[Node], edges: &[Edge]) -> Together {
        let manifests = nodes
            .iter()
            .filter(|it| it.key.kind == NodeKind::File && it.key.path.file_name() == "go.mod");
        let folders: BTreeMap<&str, u32> =
            manifests.zip(1..).map(|(it, number)| (it.key.path.parent(), number)).collect();
        if folders.len() < 2 || folders.len() > MAX_MODULES {
            return Together { module_of: Vec::new(), users: Vec::new() };
        }
        let mut last: Option<(&RepoPath, u32)> = None;
        let module_of = |it| {
            let Node { key, .. }: &Node = it;
            let module = match last {
                Some((path, known)) if *path == key.path => known,
                _ => module_around(&folders, &key.path),
            };
            last = Some((&key.path, module));
            module
        };
        let module_of: Vec<u32> = nodes.iter().map(module_of).collect();
        let count = folders.len() + 1;
        let mut needed_by: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); count];
        for it in edges.iter().filter(|it| it.confidence > Confidence::Possible) {
            let (from, to) = (module_of[it.from.index()], module_of[it.to.index()]);
            if from != to && nodes[it.from.index()].key.path.extension() == Some("go") {
                needed_by[to as usize].insert(from);
            }
        }
        let users = (0..count as u32).map(|module| {
            let mut all = BTreeSet::from([module]);
            let mut todo = vec![module];
            while let Some(at) = todo.pop() {
                let new = needed_by[at as usize].iter().filter(|it| all.insert(**it));
                todo.extend(new.copied().collect::<Vec<_>>());
            }
            all
        });
        Together { users: users.collect(), module_of }
    }

    fn may_be(&self, one: NodeId, other: NodeId) -> bool {
        let module = |id: NodeId| self.module_of.get(id.index()).copied();
        let (Some(one), Some(other)) = (module(one), module(other)) else { return true };
        one == other || !self.users[one as usize].is_disjoint(&self.users[other as usize])
    }
}

/// The module that a file is of; 0 for none.
fn module_around(folders: &BTreeMap<&str, u32>, path: &RepoPath) -> u32 {
    let mut folder = path.parent();
    loop {
        if let Some(module) = folders.get(folder) {
            return *module;
        }
        match folder.rsplit_once('/') {
            Some((outer, _)) => folder = outer,
            None if folder.is_empty() => return 0,
            None => folder = "",
        }
    }
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
