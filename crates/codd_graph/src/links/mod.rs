//! Edges between what is declared and what is used by the same key, across files and languages.
//!
//! | kind | found by | runs or read |
//! |---|---|---|
//! | names of one folder or file, package scripts, operations | the key | as the use says |
//! | environment variables, tables | the key: all that declare it, and what adopts it | read |
//! | settings | the key: those of the files for the code that asks | read |
//! | files | their path; a folder means what is in it | as the use says |
//! | templates | the end of their path, the nearest first | read |
//! | requests | method and path of a route, the most literal first; or the name of its path | called |
//!
//! Who calls an operation calls also what answers it: methods that say so, and the routes that
//! are described by it.
//!
//! The first key of a use that anything declares counts. An edge is exact where that is the
//! key as written and one thing declares it, probable where it is one of a few or part of the
//! key was a guess, possible where many share it.

mod apart;
#[cfg(test)]
mod client_tests;
mod declared;
mod endpoints;
mod files;
#[cfg(test)]
mod named_route_tests;
mod named_routes;
mod nearest;
#[cfg(test)]
mod platform_tests;
#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod settings_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, DefinitionKind, Link, LinkKind, LinkRole, Semantics};
use codd_source::RepoPath;

use self::apart::answers_apart;
use self::declared::Declared;
pub(crate) use self::declared::function_around;
use crate::build::{FileNodes, Index, edge};
use crate::graph::Edge;
use crate::{Basis, Confidence, EdgeKind, GraphFile, Node, NodeId, Running, UnresolvedReason};

/// Declarers of one key up to which a use means each of them, for all we know.
const FEW: usize = 8;

/// Declarers of one key beyond which the key says nothing; such a use is counted.
const MOST: usize = 64;

/// Adds the edges of all links of `files`, which are sorted by path.
pub(crate) fn edges(
    files: &[&GraphFile],
    nodes: &[Node],
    index: &Index,
    edges: &mut Vec<Edge>,
    unresolved: &mut BTreeMap<RepoPath, BTreeMap<UnresolvedReason, u32>>,
) {
    let apart = answers_apart(files, index);
    let declared = Declared::of(files, nodes, index, &apart);
    for it in apart {
        let (kind, role) = (LinkKind::Operation, LinkRole::Answers);
        let link = Link { kind, role, keys: vec![it.key], owner: None, is_certain: true };
        for Found { nodes: found, confidence, .. } in declared.meant(nodes, files[it.file], &link) {
            let found = found.into_iter();
            edges.extend(found.map(|to| edge(it.node, to, EdgeKind::Reads, confidence)));
        }
    }
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let own = index.file(&file.path);
        for (at, link) in semantics.links.iter().enumerate() {
            let kind = match link.role {
                LinkRole::Declares => continue,
                // A page leads there, and nothing is asked for yet.
                LinkRole::Reads if link.kind == LinkKind::Endpoint => EdgeKind::Mentions,
                LinkRole::Adopts | LinkRole::Forwards | LinkRole::Reads | LinkRole::Answers => {
                    EdgeKind::Reads
                }
                LinkRole::Calls => EdgeKind::Calls,
            };
            let from = match link.owner {
                Some(owner) => own.definitions.get(&owner).copied(),
                None => own.file,
            };
            let Some(from) = from else { continue };
            let reference = Some((semantics.references.len() + at) as u32);
            // Who answers a request, a router decides: the text names no more than a path.
            let basis = match link.kind {
                LinkKind::Endpoint => Basis::Implied,
                _ => Basis::Named,
            };
            for Found { nodes: found, confidence, is_too_many } in declared.meant(nodes, file, link)
            {
                if is_too_many {
                    let counts = unresolved.entry(file.path.clone()).or_default();
                    *counts.entry(UnresolvedReason::UnknownValue).or_insert(0) += 1;
                }
                let is_of_same_list = |to: &NodeId| {
                    link.kind == LinkKind::Table
                        && stand_in_one_list(&nodes[from.index()], &nodes[to.index()])
                };
                let found = found.into_iter().filter(|to| *to != from && !is_of_same_list(to));
                // A request or a command is no way by which what it asks for runs here.
                let running = Running::of(EdgeKind::Reads, confidence);
                edges.extend(found.map(|to| Edge {
                    from,
                    to,
                    kind,
                    confidence,
                    basis,
                    running,
                    reference,
                }));
            }
        }
        made_of(semantics, own, edges);
        for at in 0..semantics.routes.len() as u32 {
            let Some(route) = own.routes.get(&at) else { continue };
            declared.described(nodes, *route, edges);
        }
    }
}

/// Whoever takes a file of configuration, or a resource, takes the resources in it.
fn made_of(semantics: &Semantics, own: &FileNodes, edges: &mut Vec<Edge>) {
    let is_resource = |id: DefinitionId| semantics.definition(id).kind == DefinitionKind::Resource;
    for (at, it) in semantics.definitions.iter().enumerate() {
        let id = DefinitionId(at as u32);
        let whole = match it.parent {
            Some(parent) if is_resource(parent) => own.definitions.get(&parent).copied(),
            Some(_) => None,
            None => own.file,
        };
        if let (true, Some(whole), Some(part)) = (is_resource(id), whole, own.definitions.get(&id))
        {
            edges.push(edge(whole, *part, EdgeKind::Reads, Confidence::Exact));
        }
    }
}

/// What a use was found to mean.
struct Found {
    nodes: Vec<NodeId>,
    confidence: Confidence,
    is_too_many: bool,
}

impl Found {
    const NOTHING: Found =
        Found { nodes: Vec::new(), confidence: Confidence::Possible, is_too_many: false };

    const TOO_MUCH: Found =
        Found { nodes: Vec::new(), confidence: Confidence::Possible, is_too_many: true };
}

/// These, as surely as their number allows.
fn one_of(nodes: Vec<NodeId>, is_certain: bool) -> Found {
    let count = nodes.len();
    as_one_of(nodes, count, is_certain)
}

/// The same where the functions of one list, such as migrations, count as one: each says a part
/// of what the list says.
fn one_of_lists(all: &[Node], nodes: Vec<NodeId>, is_certain: bool) -> Found {
    let whole = |id: &NodeId| {
        let key = &all[id.index()].key;
        match list_of(&all[id.index()]) {
            Some(list) => (&key.path, list, key.kind, 0),
            None => (&key.path, key.symbol.as_str(), key.kind, key.ordinal),
        }
    };
    let lists: BTreeSet<_> = nodes.iter().map(whole).collect();
    let count = lists.len();
    as_one_of(nodes, count, is_certain)
}

/// The name of the list that a function without a name stands in.
fn list_of(node: &Node) -> Option<&str> {
    let symbol = node.key.symbol.as_str();
    symbol.rfind(".[").map(|end| &symbol[..end])
}

/// Whether two functions stand in one list: the tables that one migration makes and another
/// fills say nothing of each other's code.
fn stand_in_one_list(one: &Node, other: &Node) -> bool {
    one.key.path == other.key.path && list_of(one).is_some_and(|it| list_of(other) == Some(it))
}

fn as_one_of(nodes: Vec<NodeId>, count: usize, is_certain: bool) -> Found {
    let confidence = match count {
        0 | 1 if is_certain => Confidence::Exact,
        count if count <= FEW => Confidence::Probable,
        count if count <= MOST => Confidence::Possible,
        _ => return Found::TOO_MUCH,
    };
    Found { nodes, confidence, is_too_many: false }
}
