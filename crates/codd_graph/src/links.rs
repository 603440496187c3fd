//! Edges between what is declared and what is used by the same key, across files and languages.
//!
//! | kind | found by | runs or read |
//! |---|---|---|
//! | names of one folder or file, package scripts, operations | the key | as the use says |
//! | environment variables, tables | the key: all that declare it, and what adopts it | read |
//! | files | their path; a folder means what is in it | as the use says |
//! | templates | the end of their path, the nearest first | read |
//! | requests | method and path of a route, the most literal first | called |
//!
//! The first key of a use that anything declares counts. An edge is exact where that is the
//! key as written and one thing declares it, probable where it is one of a few or part of the
//! key was a guess, possible where many share it.

use std::collections::BTreeMap;

use codd_facts::{
    DefinitionId, DefinitionKind, Expr, Link, LinkKind, LinkRole, Name, Semantics, is_code_language,
};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use crate::build::{FileNodes, Index, edge};
use crate::endpoints::Endpoints;
use crate::graph::Edge;
use crate::{
    Basis, Confidence, EdgeKind, GraphFile, Node, NodeId, NodeKey, NodeKind, UnresolvedReason,
};

/// Declarers of one key up to which a use means each of them, for all we know.
const FEW: usize = 8;

/// Declarers of one key beyond which the key says nothing; such a use is counted.
const MOST: usize = 64;

/// Declarers of one key that are compared by where they lie.
const MOST_COMPARED: usize = 1024;

/// Files in a folder up to which who uses the folder uses each of them.
const MOST_FILES: usize = 512;

/// Adds the edges of all links of `files`, which are sorted by path.
pub(crate) fn edges(
    files: &[&GraphFile],
    nodes: &[Node],
    index: &Index,
    edges: &mut Vec<Edge>,
    unresolved: &mut BTreeMap<RepoPath, BTreeMap<UnresolvedReason, u32>>,
) {
    let declared = Declared::of(files, nodes, index);
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let own = index.file(&file.path);
        for (at, link) in semantics.links.iter().enumerate() {
            let kind = match link.role {
                LinkRole::Declares => continue,
                LinkRole::Adopts | LinkRole::Forwards | LinkRole::Reads => EdgeKind::Reads,
                LinkRole::Calls => EdgeKind::Calls,
            };
            let from = match link.owner {
                Some(owner) => own.definitions.get(&owner).copied(),
                None => own.file,
            };
            let Some(from) = from else { continue };
            let Found { nodes: mut found, confidence, is_too_many } =
                declared.find(nodes, file, link);
            if is_too_many {
                *unresolved
                    .entry(file.path.clone())
                    .or_default()
                    .entry(UnresolvedReason::UnknownValue)
                    .or_insert(0) += 1;
            }
            found.retain(|to| *to != from);
            let reference = Some((semantics.references.len() + at) as u32);
            // Who answers a request, a router decides: the text names no more than a path.
            let basis = match link.kind {
                LinkKind::Endpoint => Basis::Implied,
                _ => Basis::Named,
            };
            edges.extend(found.into_iter().map(|to| Edge {
                from,
                to,
                kind,
                confidence,
                basis,
                reference,
            }));
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

/// Everything that can be found by a key.
struct Declared<'a> {
    by_key: FxHashMap<(LinkKind, &'a Name), Vec<Declarer>>,
    /// Sorted by path; with whether it is code.
    files: Vec<(&'a str, NodeId, bool)>,
    /// Places in `files` by the name of the file, and by that name without its extension.
    by_name: FxHashMap<&'a str, Vec<u32>>,
    by_stem: FxHashMap<&'a str, Vec<u32>>,
    /// Routes, and what interface descriptions say of them.
    endpoints: Endpoints<'a>,
    /// The functions in which routes are registered.
    served_in: FxHashMap<NodeId, DefinitionId>,
    /// The descriptions alone.
    described: Endpoints<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Declarer {
    node: NodeId,
    /// Has it from those that declare it.
    is_adopter: bool,
}

impl<'a> Declared<'a> {
    fn of(files: &[&'a GraphFile], nodes: &'a [Node], index: &Index) -> Declared<'a> {
        let mut by_key: FxHashMap<(LinkKind, &Name), Vec<Declarer>> = FxHashMap::default();
        let (mut endpoints, mut described) = (Endpoints::default(), Endpoints::default());
        let mut served_in = FxHashMap::default();
        let mut paths = Vec::new();
        for file in files {
            let own = index.file(&file.path);
            let language = file.facts.as_ref().map(|(language, ..)| language);
            let is_code = language.is_some_and(|it| is_code_language(it));
            paths.extend(own.file.map(|node| (file.path.as_str(), node, is_code)));
            let Some((_, semantics, _)) = &file.facts else { continue };
            for link in &semantics.links {
                let is_adopter = match link.role {
                    LinkRole::Declares => false,
                    LinkRole::Adopts => true,
                    LinkRole::Forwards | LinkRole::Reads | LinkRole::Calls => continue,
                };
                let node = match link.owner {
                    Some(owner) => own.definitions.get(&owner).copied(),
                    None => own.file,
                };
                let Some(node) = node else { continue };
                for key in &link.keys {
                    if link.kind == LinkKind::Endpoint {
                        endpoints.add_key(key, node);
                        described.add_key(key, node);
                    }
                    by_key.entry((link.kind, key)).or_default().push(Declarer { node, is_adopter });
                }
            }
            for at in 0..semantics.routes.len() as u32 {
                if let Some(id) = own.routes.get(&at) {
                    endpoints.add_route(&nodes[id.index()], *id);
                    served_in.extend(function_around(semantics, at).map(|it| (*id, it)));
                }
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
        for list in by_key.values_mut() {
            list.sort();
            list.dedup();
        }
        let mut by_name: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        let mut by_stem: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (at, (path, ..)) in paths.iter().enumerate() {
            let name = path.rsplit('/').next().unwrap_or(path);
            by_name.entry(name).or_default().push(at as u32);
            if let Some((stem, _)) = name.split_once('.') {
                by_stem.entry(stem).or_default().push(at as u32);
            }
        }
        endpoints.finish();
        described.finish();
        Declared { by_key, files: paths, by_name, by_stem, endpoints, served_in, described }
    }

    fn find(&self, nodes: &[Node], file: &GraphFile, link: &Link) -> Found {
        for (at, key) in link.keys.iter().enumerate() {
            // Names of objects are looked for from the inside outwards, which is no guess.
            let is_certain = link.is_certain && (at == 0 || link.kind == LinkKind::Object);
            let found = match link.kind {
                LinkKind::File => self.files_at(key, is_certain),
                LinkKind::Template => self.templates(&file.path, key, is_certain),
                LinkKind::Endpoint => self.served(nodes, file, link, key, is_certain),
                LinkKind::Definition => definition(nodes, key, is_certain),
                LinkKind::Local
                | LinkKind::Object
                | LinkKind::Environment
                | LinkKind::Table
                | LinkKind::Operation
                | LinkKind::Script => self.declarers(nodes, file, link, key, is_certain),
            };
            if !found.nodes.is_empty() || found.is_too_many {
                return found;
            }
        }
        Found::NOTHING
    }

    fn declarers(
        &self,
        all_nodes: &[Node],
        file: &GraphFile,
        link: &Link,
        key: &Name,
        is_certain: bool,
    ) -> Found {
        let all = self.by_key.get(&(link.kind, key)).map_or(&[][..], Vec::as_slice);
        if all.len() > MOST_COMPARED {
            return Found::TOO_MUCH;
        }
        let is_of_declarers = matches!(link.role, LinkRole::Adopts | LinkRole::Forwards);
        let nodes: Vec<NodeId> =
            all.iter().filter(|it| !(is_of_declarers && it.is_adopter)).map(|it| it.node).collect();
        if link.kind == LinkKind::Environment
            && let Some(own) = set_around(all_nodes, file, link, &nodes)
        {
            return one_of(own, is_certain);
        }
        if matches!(link.kind, LinkKind::Object | LinkKind::Operation) {
            let mut nodes = nodes;
            nearest(&mut nodes, &file.path, |it| &all_nodes[it.index()].key.path);
            return one_of(nodes, is_certain);
        }
        one_of(nodes, is_certain)
    }

    fn files_at(&self, key: &str, is_certain: bool) -> Found {
        if let Some(folder) = key.strip_suffix("/**") {
            return self.files_below(folder, |_, is_code| !is_code);
        }
        if let Some(folder) = key.strip_suffix('/') {
            return self.files_below(folder, |_, _| true);
        }
        if let Some((folder, ending)) = key.rsplit_once("/*.") {
            return self.files_below(folder, |rest, _| {
                !rest.contains('/') && rest.rsplit_once('.').is_some_and(|(_, it)| it == ending)
            });
        }
        match self.files.binary_search_by(|(path, ..)| (*path).cmp(key)) {
            Ok(at) => one_of(vec![self.files[at].1], is_certain),
            Err(_) => Found::NOTHING,
        }
    }

    /// The files below a folder that are taken by their path in it and by whether they are code.
    fn files_below(&self, folder: &str, takes: impl Fn(&str, bool) -> bool) -> Found {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.files.partition_point(|(path, ..)| *path < prefix.as_str());
        let mut nodes = Vec::new();
        for (path, node, is_code) in &self.files[start..] {
            let Some(rest) = path.strip_prefix(prefix.as_str()) else { break };
            if takes(rest, *is_code) {
                nodes.push(*node);
            }
            if nodes.len() > MOST_FILES {
                return Found::TOO_MUCH;
            }
        }
        Found { nodes, confidence: Confidence::Probable, is_too_many: false }
    }

    /// The files whose path ends with `key`; of several those that lie nearest to the user.
    fn templates(&self, from: &RepoPath, key: &str, is_certain: bool) -> Found {
        let name = key.rsplit('/').next().unwrap_or(key);
        let ends_so = |path: &str, end: &str| {
            path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<u32> =
            named.iter().copied().filter(|at| ends_so(self.files[*at as usize].0, key)).collect();
        if found.is_empty() && !name.contains('.') {
            let named = self.by_stem.get(name).map_or(&[][..], Vec::as_slice);
            let is_view = |path: &str| {
                let folder = path.rfind('/').map_or("", |at| &path[..at]);
                let without_ending =
                    path.len() - path.rsplit('/').next().map_or(0, str::len) + name.len();
                ends_so(&path[..without_ending], key)
                    && folder.split('/').any(|it| matches!(it, "views" | "templates"))
            };
            found =
                named.iter().copied().filter(|at| is_view(self.files[*at as usize].0)).collect();
        }
        if found.len() > MOST {
            return Found::TOO_MUCH;
        }
        let is_one = found.len() == 1;
        let shared = |at: &u32| shared_parts(self.files[*at as usize].0, from.as_str());
        let most = found.iter().map(shared).max();
        found.retain(|at| Some(shared(at)) == most);
        let nodes = found.iter().map(|at| self.files[*at as usize].1).collect();
        one_of(nodes, is_certain && is_one)
    }

    /// A route does what its description says.
    fn described(&self, nodes: &[Node], route: NodeId, edges: &mut Vec<Edge>) {
        let (method, _) = nodes[route.index()].method_and_path();
        for path in nodes[route.index()].paths() {
            let (found, is_whole) = self.described.find(method, path);
            let Found { nodes, confidence, .. } = one_of(found, is_whole);
            edges.extend(nodes.iter().map(|to| edge(route, *to, EdgeKind::Reads, confidence)));
        }
    }

    fn served(
        &self,
        nodes: &[Node],
        file: &GraphFile,
        link: &Link,
        key: &str,
        is_certain: bool,
    ) -> Found {
        let Some((method, path)) = key.split_once(' ') else { return Found::NOTHING };
        let (mut found, is_whole) = self.endpoints.find(method, path);
        // A test that makes its own application asks that one.
        let nearness = |id: &NodeId| {
            let is_here = nodes[id.index()].key.path == file.path;
            let function = self.served_in.get(id).filter(|_| is_here && link.owner.is_some());
            (is_here, function.is_some_and(|it| Some(*it) == link.owner))
        };
        let best = found.iter().map(nearness).max();
        found.retain(|it| Some(nearness(it)) == best);
        one_of(found, is_certain && is_whole)
    }
}

/// Keeps those that lie in the same file as the user, or else in the nearest folder.
fn nearest<'n>(found: &mut Vec<NodeId>, from: &RepoPath, path: impl Fn(&NodeId) -> &'n RepoPath) {
    let nearness = |it: &NodeId| shared_parts(path(it).as_str(), from.as_str());
    let most = found.iter().map(nearness).max();
    found.retain(|it| Some(nearness(it)) == most);
}

/// Folders that two paths share, and the file if it is one.
fn shared_parts(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

/// The function that registers a route, or that its handler is written in.
fn function_around(semantics: &Semantics, route: u32) -> Option<DefinitionId> {
    let route = &semantics.routes[route as usize];
    let registers = route.order.and_then(|it| it.owner);
    registers.or_else(|| match semantics.expr(route.handler) {
        Expr::Definition(id) => semantics.definition(*id).parent,
        Expr::Name { scope, .. } => semantics.scope(*scope).owner,
        _ => None,
    })
}

/// Of those that set a variable, the innermost around the part of the same file that reads it:
/// a step before its job, a job before its workflow.
fn set_around(
    nodes: &[Node],
    file: &GraphFile,
    link: &Link,
    found: &[NodeId],
) -> Option<Vec<NodeId>> {
    let (_, semantics, _) = file.facts.as_ref()?;
    let reader = link.owner.map_or("", |id| semantics.definition(id).qualified_name.as_str());
    // Of what sets it: all but its own name, `environment.X`.
    let around = |id: &NodeId| -> Option<usize> {
        let node = &nodes[id.index()];
        let symbol = node.key.symbol.as_str();
        let at = symbol.rfind("environment.").filter(|_| node.key.path == file.path)?;
        let outer = symbol[..at].trim_end_matches('.');
        let is_around = outer.is_empty()
            || reader == outer
            || reader.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
        is_around.then_some(outer.len())
    };
    let innermost = found.iter().filter_map(around).max()?;
    Some(found.iter().copied().filter(|it| around(it) == Some(innermost)).collect())
}

/// The definition of a key `FILE#NAME`.
fn definition(nodes: &[Node], key: &str, is_certain: bool) -> Found {
    let Some((path, symbol)) = key.split_once('#') else { return Found::NOTHING };
    let wanted = NodeKey {
        path: RepoPath::new(path),
        kind: NodeKind::Definition,
        symbol: Name::new(symbol),
        ordinal: 0,
    };
    match nodes.binary_search_by(|it| it.key.cmp(&wanted)) {
        Ok(at) => one_of(vec![NodeId(at as u32)], is_certain),
        Err(_) => Found::NOTHING,
    }
}

/// These, as surely as their number allows.
fn one_of(nodes: Vec<NodeId>, is_certain: bool) -> Found {
    let confidence = match nodes.len() {
        0 | 1 if is_certain => Confidence::Exact,
        count if count <= FEW => Confidence::Probable,
        count if count <= MOST => Confidence::Possible,
        _ => return Found::TOO_MUCH,
    };
    Found { nodes, confidence, is_too_many: false }
}
