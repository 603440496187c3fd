//! The packages that guards come from: another version of one may ask less, or somebody else.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, Name};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKey, NodeKind, NodePlace};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use super::{Models, Names};
use crate::SnapshotView;
use crate::targets::{Outside, outside_name};

/// Calls below a guard of the project in which it may look at what it was given.
const MAX_CALLS: u32 = 3;

/// What packages with guards look at tokens with, which a lock file alone may give another version.
const RESTS_ON: &[(&str, &str)] = &[
    ("@nestjs/jwt", "jsonwebtoken"),
    ("express-jwt", "jsonwebtoken"),
    ("flask_jwt_extended", "jwt"),
    ("koa-jwt", "jsonwebtoken"),
    ("passport-jwt", "jsonwebtoken"),
    ("rest_framework_simplejwt", "jwt"),
];

/// Packages as nodes, with those that they rest on, which code need not import.
pub(crate) fn keys(graph: &Graph, packages: &BTreeSet<NodeId>) -> Vec<NodeKey> {
    let own = packages.iter().map(|it| graph.node(*it).key.clone());
    let below = own.clone().flat_map(|key| {
        let rests = RESTS_ON.iter().filter(move |it| it.0 == key.path.as_str());
        rests.map(|(_, name)| NodeKey {
            path: RepoPath::new(*name),
            kind: NodeKind::Package,
            symbol: Name::default(),
            ordinal: 0,
        })
    });
    own.chain(below).collect()
}

/// The packages in which guards are that are used by these dotted names.
pub(crate) fn of_names<'n>(
    view: SnapshotView<'_>,
    names: impl Iterator<Item = &'n str>,
) -> BTreeSet<NodeId> {
    let packages = packages(view);
    names.filter_map(|name| of_name(&packages, name)).collect()
}

/// The packages by which guards of the project look at credentials.
pub(crate) fn of_own(
    view: SnapshotView<'_>,
    models: &Models,
    own: &BTreeSet<NodeId>,
) -> BTreeSet<NodeId> {
    let graph = view.graph;
    let packages = packages(view);
    let mut seen = own.clone();
    let mut layer: Vec<NodeId> = own.iter().copied().collect();
    let mut found = BTreeSet::new();
    for _ in 0..=MAX_CALLS {
        let mut by_file: BTreeMap<&RepoPath, BTreeSet<DefinitionId>> = BTreeMap::new();
        for it in &layer {
            let node = graph.node(*it);
            if let NodePlace::Definition(definition) = node.place {
                by_file.entry(&node.key.path).or_default().insert(definition);
            }
        }
        for (path, definitions) in by_file {
            found.extend(verifying(view, &models.verifies, (path, &definitions), &packages));
        }
        let called = layer.iter().flat_map(|it| graph.dependencies(*it));
        let called = called.filter(|it| {
            it.kind == EdgeKind::Calls && graph.node(it.node).key.kind == NodeKind::Definition
        });
        layer = called.map(|it| it.node).filter(|it| seen.insert(*it)).collect();
    }
    found
}

/// The packages of whose names definitions of one file, and what is written in them, use one that
/// looks at credentials.
fn verifying(
    view: SnapshotView<'_>,
    verifies: &Names,
    (path, definitions): (&RepoPath, &BTreeSet<DefinitionId>),
    packages: &Packages<'_>,
) -> Vec<NodeId> {
    let facts = view.files.get(path).and_then(|it| it.facts.as_ref());
    let Some(semantics) = facts.map(|it| &*it.semantics) else { return Vec::new() };
    if !verifies.may_be_in(semantics) {
        return Vec::new();
    }
    let is_within = |owner: Option<DefinitionId>| {
        let mut at = owner;
        while let Some(id) = at {
            if definitions.contains(&id) {
                return true;
            }
            at = semantics.definition(id).parent;
        }
        false
    };
    let used = semantics.references.iter().filter(|it| is_within(it.owner.or(it.initialises)));
    used.filter_map(|it| outside_name(semantics, it.target))
        .filter(|name| verifies.takes(name))
        .filter_map(|name| of_name(packages, &name))
        .collect()
}

/// Packages by their names.
type Packages<'a> = FxHashMap<&'a str, NodeId>;

fn packages(view: SnapshotView<'_>) -> Packages<'_> {
    let all = view.graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Package);
    all.map(|(id, it)| (it.key.path.as_str(), id)).collect()
}

/// The package whose name begins a dotted one; the longest, since modules are in packages.
fn of_name(packages: &Packages<'_>, name: &str) -> Option<NodeId> {
    let mut at = name;
    loop {
        if let Some(id) = packages.get(at) {
            return Some(*id);
        }
        at = &at[..at.rfind(['.', '/'])?];
    }
}
