//! Everything that can be found by a key, and what a use of one means.

use codd_facts::{
    DefinitionId, Expr, Link, LinkKind, LinkRole, Name, ROUTE_NAME, Semantics, is_code_language,
    is_of_data_file,
};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::apart::Apart;
use super::endpoints::Endpoints;
use super::files::Files;
use super::named_routes::NamedRoutes;
use super::nearest::{for_code_of, nearest, set_around};
use super::{Found, one_of, one_of_lists};
use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{EdgeKind, GraphFile, Node, NodeId, NodeKey, NodeKind};

/// Declarers of one key that are compared by where they lie.
const MOST_COMPARED: usize = 1024;

/// Everything that can be found by a key.
pub(super) struct Declared<'a> {
    by_key: FxHashMap<(LinkKind, &'a Name), Vec<Declarer>>,
    files: Files<'a>,
    /// Routes, and what interface descriptions say of them.
    endpoints: Endpoints<'a>,
    named_routes: NamedRoutes<'a>,
    /// The functions in which routes are registered.
    served_in: FxHashMap<NodeId, DefinitionId>,
    /// The descriptions alone.
    described: Endpoints<'a>,
    /// What runs when an operation is called by its name.
    answers: FxHashMap<Name, Vec<NodeId>>,
    /// What code declares that is there for tests alone.
    for_tests: FxHashSet<NodeId>,
    /// The routes that a description says something of.
    routes_of: FxHashMap<NodeId, Vec<NodeId>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Declarer {
    node: NodeId,
    /// Has it from those that declare it.
    is_adopter: bool,
}

impl<'a> Declared<'a> {
    pub(super) fn of(
        graph_files: &[&'a GraphFile],
        nodes: &'a [Node],
        index: &Index,
        apart: &[Apart],
    ) -> Declared<'a> {
        let mut by_key: FxHashMap<(LinkKind, &Name), Vec<Declarer>> = FxHashMap::default();
        let (mut endpoints, mut described) = (Endpoints::default(), Endpoints::default());
        let mut named_routes = NamedRoutes::default();
        let mut served_in = FxHashMap::default();
        let mut answers: FxHashMap<Name, Vec<NodeId>> = FxHashMap::default();
        let mut for_tests = FxHashSet::default();
        let mut paths = Vec::new();
        for file in graph_files {
            let own = index.file(&file.path);
            let language = file.facts.as_ref().map(|(language, ..)| language);
            let is_code = language.is_some_and(|it| is_code_language(it));
            paths.extend(own.file.map(|node| (file.path.as_str(), node, is_code)));
            let Some((_, semantics, _)) = &file.facts else { continue };
            for link in &semantics.links {
                if named_routes.add(link, &file.path) {
                    continue;
                }
                let node = match link.owner {
                    Some(owner) => own.definitions.get(&owner).copied(),
                    None => own.file,
                };
                let Some(node) = node else { continue };
                if semantics.is_for_tests(link.owner) {
                    for_tests.insert(node);
                }
                let is_adopter = match link.role {
                    LinkRole::Declares => false,
                    LinkRole::Adopts => true,
                    LinkRole::Answers => {
                        link.keys
                            .iter()
                            .for_each(|it| answers.entry(it.clone()).or_default().push(node));
                        continue;
                    }
                    LinkRole::Forwards | LinkRole::Reads | LinkRole::Calls => continue,
                };
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
        endpoints.finish();
        described.finish();
        let files = Files::new(paths);
        for it in apart {
            answers.entry(it.key.clone()).or_default().push(it.node);
        }
        let routes_of = FxHashMap::default();
        let mut declared = Declared {
            by_key,
            files,
            endpoints,
            named_routes,
            served_in,
            described,
            answers,
            for_tests,
            routes_of,
        };
        declared.describe(graph_files, nodes, index);
        declared
    }

    /// The routes of each description.
    fn describe(&mut self, files: &[&'a GraphFile], nodes: &'a [Node], index: &Index) {
        for file in files {
            let Some((_, semantics, _)) = &file.facts else { continue };
            let own = index.file(&file.path);
            for at in 0..semantics.routes.len() as u32 {
                let Some(route) = own.routes.get(&at) else { continue };
                for found in self.descriptions(nodes, *route) {
                    for of in found.nodes {
                        self.routes_of.entry(of).or_default().push(*route);
                    }
                }
            }
        }
    }

    /// What a use means: what declares it, and for a call of an operation what answers it.
    pub(super) fn meant(&self, nodes: &[Node], file: &GraphFile, link: &Link) -> Vec<Found> {
        let declared = self.find(nodes, file, link);
        if link.kind != LinkKind::Operation || link.role != LinkRole::Calls {
            return vec![declared];
        }
        let mut answering: Vec<NodeId> = link
            .keys
            .iter()
            .filter_map(|it| self.answers.get(it))
            .chain(declared.nodes.iter().filter_map(|it| self.routes_of.get(it)))
            .flatten()
            .copied()
            .collect();
        answering.sort();
        answering.dedup();
        vec![declared, one_of(answering, link.is_certain)]
    }

    fn find(&self, nodes: &[Node], file: &GraphFile, link: &Link) -> Found {
        for (at, key) in link.keys.iter().enumerate() {
            // Names of objects are looked for from the inside outwards, and settings in one kind
            // of file after another, which is no guess.
            let is_other_kind = || {
                let kind = |it: &Name| it.split('#').next().unwrap_or_default().to_owned();
                link.kind == LinkKind::Setting && kind(key) != kind(&link.keys[at - 1])
            };
            let is_next = at == 0 || link.kind == LinkKind::Object || is_other_kind();
            let is_certain = link.is_certain && is_next;
            let found = match link.kind {
                LinkKind::File => self.files.at(key, is_certain),
                LinkKind::Template => self.files.templates(&file.path, key, is_certain),
                LinkKind::Endpoint => self.served(nodes, file, link, key, is_certain),
                LinkKind::Definition => definition(nodes, key, is_certain),
                LinkKind::Local
                | LinkKind::Object
                | LinkKind::Environment
                | LinkKind::Setting
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
        // What a test sets up for itself, the code that it tests does not read.
        let is_for_tests =
            file.facts.as_ref().is_some_and(|(_, semantics, _)| semantics.is_for_tests(link.owner));
        let nodes: Vec<NodeId> = all
            .iter()
            .filter(|it| !(is_of_declarers && it.is_adopter))
            .map(|it| it.node)
            .filter(|it| is_for_tests || !self.for_tests.contains(it))
            .collect();
        if link.kind == LinkKind::Environment
            && let Some(own) = set_around(all_nodes, file, link, &nodes)
        {
            return one_of(own, is_certain);
        }
        if link.kind == LinkKind::Setting {
            let mut nodes = nodes;
            let is_around =
                for_code_of(&mut nodes, &file.path, |it| &all_nodes[it.index()].key.path);
            // The files of another program are not what this one reads.
            return one_of(nodes, is_certain && (is_around || !is_of_data_file(key)));
        }
        if matches!(link.kind, LinkKind::Object | LinkKind::Operation) {
            let mut near = nodes.clone();
            nearest(&mut near, &file.path, |it| &all_nodes[it.index()].key.path);
            // Of copies none of which is the user's own, one is as good as another.
            let is_own = link.kind == LinkKind::Object || near.len() <= 1;
            return one_of(if is_own { near } else { nodes }, is_certain);
        }
        if link.kind == LinkKind::Table {
            return one_of_lists(all_nodes, nodes, is_certain);
        }
        one_of(nodes, is_certain)
    }

    /// A route does what its description says.
    pub(super) fn described(&self, nodes: &[Node], route: NodeId, edges: &mut Vec<Edge>) {
        for Found { nodes, confidence, .. } in self.descriptions(nodes, route) {
            edges.extend(nodes.iter().map(|to| edge(route, *to, EdgeKind::Reads, confidence)));
        }
    }

    fn descriptions(&self, nodes: &[Node], route: NodeId) -> Vec<Found> {
        let (method, _) = nodes[route.index()].method_and_path();
        let paths = nodes[route.index()].paths();
        let found = paths.map(|path| self.described.find(method, path));
        found.map(|(found, is_whole)| one_of(found, is_whole)).collect()
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
        if let Some(name) = path.strip_prefix(ROUTE_NAME) {
            return self.served_by_name(nodes, file, (method, name), is_certain);
        }
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

    /// The routes at the paths of a name, in the file that gives it.
    fn served_by_name(
        &self,
        nodes: &[Node],
        from: &GraphFile,
        (method, name): (&str, &str),
        is_certain: bool,
    ) -> Found {
        let mut all: Vec<NodeId> = Vec::new();
        for (file, path) in self.named_routes.paths(name, &from.path) {
            let (mut found, _) = self.endpoints.find(method, path);
            found.retain(|it| nodes[it.index()].key.path == *file);
            all.extend(found);
        }
        all.sort();
        all.dedup();
        one_of(all, is_certain)
    }
}

/// The function that registers a route, or that its handler is written in.
pub(crate) fn function_around(semantics: &Semantics, route: u32) -> Option<DefinitionId> {
    let route = &semantics.routes[route as usize];
    let registers = route.order.and_then(|it| it.owner);
    registers.or_else(|| match semantics.expr(route.handler) {
        Expr::Definition(id) => semantics.definition(*id).parent,
        Expr::Name { scope, .. } => semantics.scope(*scope).owner,
        _ => None,
    })
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
