//! The packages that guards come from: another version of one may ask less, or somebody else.

use std::collections::BTreeSet;

use codd_facts::{DefinitionId, Name};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKey, NodeKind, NodePlace};
use codd_source::RepoPath;

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
        for it in &layer {
            found.extend(verifying(view, &models.verifies, *it, &packages));
        }
        let called = layer.iter().flat_map(|it| graph.dependencies(*it));
        let called = called.filter(|it| {
            it.kind == EdgeKind::Calls && graph.node(it.node).key.kind == NodeKind::Definition
        });
        layer = called.map(|it| it.node).filter(|it| seen.insert(*it)).collect();
    }
    found
}

/// The packages of whose names a definition, and what is written in it, uses one that looks at
/// credentials.
fn verifying(
    view: SnapshotView<'_>,
    verifies: &Names,
    id: NodeId,
    packages: &[(&str, NodeId)],
) -> Vec<NodeId> {
    let node = view.graph.node(id);
    let NodePlace::Definition(definition) = node.place else { return Vec::new() };
    let facts = view.files.get(&node.key.path).and_then(|it| it.facts.as_ref());
    let Some(semantics) = facts.map(|it| &*it.semantics) else { return Vec::new() };
    if !verifies.may_be_in(semantics) {
        return Vec::new();
    }
    let is_within = |owner: Option<DefinitionId>| {
        let mut at = owner;
        while let Some(id) = at {
            if id == definition {
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

fn packages(view: SnapshotView<'_>) -> Vec<(&str, NodeId)> {
    let all = view.graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Package);
    all.map(|(id, it)| (it.key.path.as_str(), id)).collect()
}

/// The package whose name begins a dotted one; the longest, since modules are in packages.
fn of_name(packages: &[(&str, NodeId)], name: &str) -> Option<NodeId> {
    let begins = |package: &str| {
        name.strip_prefix(package).is_some_and(|it| it.is_empty() || it.starts_with(['.', '/']))
    };
    let own = packages.iter().filter(|it| begins(it.0));
    own.max_by_key(|it| it.0.len()).map(|it| it.1)
}
