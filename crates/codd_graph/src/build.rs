//! Joins the facts and edges of all files with the controls into one graph.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{DefinitionId, DefinitionKind, Name, Semantics};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use crate::edited::Joined;
use crate::given::KnownRouters;
use crate::graph::Edge;
use crate::names::dotted_module;
use crate::places::Places;
use crate::{
    Basis, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, FileEdges, Graph, GraphFile,
    InheritedTest, Node, NodeId, NodeKey, NodeKind, NodePlace, Running, UnresolvedReason,
    callbacks, hooks, implicit, inherited, injections, links, overrides, proxies, scopes,
    structural,
};

impl Graph {
    /// The graph of `files` under `controls`; the order of `files` does not matter.
    pub fn build(files: &[GraphFile], controls: &ControlSet) -> Graph {
        let mut files: Vec<&GraphFile> = files.iter().collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut inherited = inherited::inherited_tests(&files);
        let mut nodes = nodes(&files, &inherited, controls);
        let index = Index::new(&nodes);
        let mut edges = Vec::new();
        let mut elsewhere = Vec::new();
        let mut unresolved = BTreeMap::new();
        for file in &files {
            let Some((_, semantics, file_edges)) = &file.facts else { continue };
            let own = index.file(&file.path);
            contained(semantics, own, &mut edges);
            for it in resolved(&file.path, file_edges, &index) {
                match it {
                    Resolved::Own(edge) => edges.push(edge),
                    Resolved::Elsewhere(edge) => {
                        edges.push(edge);
                        elsewhere.push(edge);
                    }
                }
            }
            if !file_edges.unresolved.is_empty() {
                let counts: &mut BTreeMap<UnresolvedReason, u32> =
                    unresolved.entry(file.path.clone()).or_default();
                for it in &file_edges.unresolved {
                    *counts.entry(it.reason).or_insert(0) += 1;
                }
            }
        }
        let own_edges = edges.len();
        for (at, tests) in &inherited {
            inherited::edges(&files[*at].path, tests, &index, &mut edges);
        }
        structural::edges(&nodes, &mut edges);
        callbacks::edges(&files, &index, &mut edges);
        overrides::edges(&files, &nodes, &mut edges);
        let hooked = hooks::edges(&files, &index, &mut edges);
        let mut undecorated = hooked.undecorated;
        let from_settings = hooked.from_settings;
        for (node, paths) in hooked.served {
            nodes[node.index()].serve_at(paths);
        }
        links::edges(&files, &nodes, &index, &mut edges, &mut unresolved);
        injections::edges(&files, &index, &mut edges);
        implicit::edges(&files, &nodes, &index, &mut edges);
        elsewhere.extend_from_slice(&edges[own_edges..]);
        let joined = Joined::new(elsewhere, hook_owners(&files, &index));
        for control in controls.iter() {
            let key = control_key(&control.id.0);
            let Ok(from) = nodes.binary_search_by(|it| it.key.cmp(&key)) else { continue };
            let from = NodeId(from as u32);
            let authored = |path: &RepoPath| {
                files.binary_search_by(|it| it.path.cmp(path)).is_ok_and(|at| files[at].is_authored)
            };
            for to in scopes::edges(&nodes, &control.applies_to, authored) {
                edges.push(edge(from, to, EdgeKind::Governs, Confidence::Exact));
            }
        }
        let mut handlers = BTreeSet::new();
        let mut outside = hooked.outside;
        for file in &files {
            let Some((_, _, file_edges)) = &file.facts else { continue };
            let own = index.file(&file.path);
            for (route, path, id) in &file_edges.handlers {
                handlers.extend(own.routes.get(route).copied().zip(index.definition(path, *id)));
            }
            for (decorated, name, confidence) in &file_edges.decorators {
                if let Some(node) = own.definitions.get(decorated) {
                    let known: &mut Vec<_> = outside.entry(*node).or_default();
                    known.push((name.clone(), *confidence));
                }
            }
            for (route, function) in &file_edges.undecorated {
                undecorated.extend(
                    own.routes.get(route).copied().zip(own.definitions.get(function).copied()),
                );
            }
        }
        undecorated.extend(proxies::undecorated(&files, &index));
        let mut graph = Graph::assembled(nodes, edges, unresolved);
        graph.handlers = handlers;
        graph.undecorated = undecorated;
        graph.from_settings = from_settings;
        for (at, tests) in std::mem::take(&mut inherited) {
            let own = &index.file(&files[at].path).inherited_tests;
            let tests = tests.into_iter().enumerate();
            let tests = tests.filter_map(|(at, test)| Some((*own.get(&(at as u32))?, test)));
            graph.inherited_tests.extend(tests);
        }
        graph.outside = outside;
        graph.joined.0 = Some(Arc::new(joined));
        graph
    }
}

/// The functions that register something for routes: whether they are called decides if it holds.
fn hook_owners(files: &[&GraphFile], index: &Index) -> Vec<NodeId> {
    let mut owners = Vec::new();
    for file in files {
        let Some((_, _, file_edges)) = &file.facts else { continue };
        let own = file_edges.hooks.iter().filter_map(|hook| hook.owner);
        owners.extend(own.filter_map(|owner| index.definition(&file.path, owner)));
    }
    owners
}

pub(crate) fn edge(from: NodeId, to: NodeId, kind: EdgeKind, confidence: Confidence) -> Edge {
    let running = Running::of(kind, confidence);
    Edge { from, to, kind, confidence, basis: Basis::Implied, running, reference: None }
}

fn control_key(id: &str) -> NodeKey {
    outside_key(NodeKind::Control, id)
}

fn outside_key(kind: NodeKind, name: &str) -> NodeKey {
    NodeKey { path: RepoPath::new(name), kind, symbol: Name::default(), ordinal: 0 }
}

/// All nodes, sorted by key.
fn nodes(
    files: &[&GraphFile],
    inherited: &BTreeMap<usize, Vec<InheritedTest>>,
    controls: &ControlSet,
) -> Vec<Node> {
    let routers = KnownRouters::of(files);
    let mut nodes = Vec::new();
    let mut packages: Vec<&Name> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let first = nodes.len();
        let language = file.facts.as_ref().map(|(language, _, _)| language.clone());
        let module = dotted_module(&file.path, language.is_some());
        let mut push = |kind, symbol: Name, ordinal, place, definition_kind, dotted| {
            let key = NodeKey { path: file.path.clone(), kind, symbol, ordinal };
            let language = language.clone();
            let is_abstract = match (place, &file.facts) {
                (NodePlace::Definition(id), Some((_, semantics, _))) => runs_nothing(semantics, id),
                _ => false,
            };
            let served = Vec::new();
            nodes.push(Node { key, place, definition_kind, dotted, language, is_abstract, served });
        };
        push(NodeKind::File, Name::default(), 0, NodePlace::File, None, module.clone());
        let Some((_, semantics, edges)) = &file.facts else { continue };
        for (at, it) in semantics.definitions.iter().enumerate() {
            let place = NodePlace::Definition(DefinitionId(at as u32));
            let symbol = it.qualified_name.clone();
            let dotted = Name::new(format!("{module}.{symbol}"));
            push(NodeKind::Definition, symbol, it.ordinal, place, Some(it.kind), dotted);
        }
        let mut ordinals = FxHashMap::default();
        for (at, it) in semantics.routes.iter().enumerate() {
            let symbol = Name::new(format!("{} {}", it.method, it.path));
            let ordinal = next_ordinal(&mut ordinals, NodeKind::Route, &symbol);
            if !routers.serve(semantics, edges, at as u32) {
                continue;
            }
            let place = NodePlace::Route(at as u32);
            push(NodeKind::Route, symbol.clone(), ordinal, place, None, symbol);
        }
        for (at, it) in semantics.tests.iter().enumerate() {
            if !inherited::runs_where_written(file, semantics, it) {
                continue;
            }
            let ordinal = next_ordinal(&mut ordinals, NodeKind::Test, &it.name);
            let place = NodePlace::Test(at as u32);
            push(NodeKind::Test, it.name.clone(), ordinal, place, None, it.name.clone());
        }
        for (at, it) in inherited.get(&number).into_iter().flatten().enumerate() {
            let ordinal = next_ordinal(&mut ordinals, NodeKind::Test, &it.name);
            let place = NodePlace::InheritedTest { class: it.class, at: at as u32 };
            push(NodeKind::Test, it.name.clone(), ordinal, place, None, it.name.clone());
        }
        // Those of one path need not be told apart by it; one after the other, files are sorted.
        nodes[first..].sort_by(|a: &Node, b: &Node| in_file(&a.key).cmp(&in_file(&b.key)));
        packages.extend(edges.edges.iter().filter_map(|it| match &it.to {
            EdgeTarget::Package(name) => Some(name),
            _ => None,
        }));
    }
    packages.sort();
    packages.dedup();
    let outside = packages
        .into_iter()
        .map(|name| (NodeKind::Package, name.as_str()))
        .chain(controls.iter().map(|it| (NodeKind::Control, &*it.id.0)));
    for (kind, name) in outside {
        nodes.push(Node {
            key: outside_key(kind, name),
            place: NodePlace::Outside,
            definition_kind: None,
            dotted: Name::new(name),
            language: None,
            is_abstract: false,
            served: Vec::new(),
        });
    }
    nodes.sort_by(|a, b| a.key.cmp(&b.key));
    nodes.dedup_by(|a, b| a.key == b.key);
    nodes
}

/// What tells the nodes of one file apart, in the order of their keys.
fn in_file(key: &NodeKey) -> (NodeKind, &str, u32) {
    (key.kind, &key.symbol, key.ordinal)
}

/// Whether a method leaves it to others to do what it says.
fn runs_nothing(semantics: &Semantics, id: DefinitionId) -> bool {
    let it = semantics.definition(id);
    let is_of_interface =
        it.parent.is_some_and(|id| semantics.definition(id).kind == DefinitionKind::Interface);
    it.flags.is_abstract || it.flags.is_stub || is_of_interface
}

fn next_ordinal(
    ordinals: &mut FxHashMap<(NodeKind, Name), u32>,
    kind: NodeKind,
    symbol: &Name,
) -> u32 {
    let next = ordinals.entry((kind, symbol.clone())).or_insert(0);
    *next += 1;
    *next - 1
}

/// Where the parts of each file are among the nodes.
#[derive(Default)]
pub(crate) struct Index {
    files: FxHashMap<RepoPath, FileNodes>,
    packages: FxHashMap<Name, NodeId>,
    none: FileNodes,
}

#[derive(Default)]
pub(crate) struct FileNodes {
    pub(crate) file: Option<NodeId>,
    pub(crate) definitions: Places,
    pub(crate) routes: Places,
    pub(crate) tests: Places,
    pub(crate) inherited_tests: BTreeMap<u32, NodeId>,
}

impl Index {
    fn new(nodes: &[Node]) -> Index {
        let mut files: FxHashMap<RepoPath, FileNodes> = FxHashMap::default();
        let mut packages = FxHashMap::default();
        for (at, node) in nodes.iter().enumerate() {
            let id = NodeId(at as u32);
            if node.key.kind == NodeKind::Package {
                packages.insert(Name::new(node.key.path.as_str()), id);
            }
            if node.place == NodePlace::Outside {
                continue;
            }
            if !files.contains_key(&node.key.path) {
                files.insert(node.key.path.clone(), FileNodes::default());
            }
            if let Some(file) = files.get_mut(&node.key.path) {
                file.note(id, node.place);
            }
        }
        Index { files, packages, none: FileNodes::default() }
    }

    /// The same of some files and packages of a graph alone.
    pub(crate) fn of<'a>(
        graph: &Graph,
        paths: impl Iterator<Item = &'a RepoPath>,
        names: impl Iterator<Item = &'a Name>,
    ) -> Index {
        let mut index = Index::default();
        for path in paths {
            if index.files.contains_key(path) {
                continue;
            }
            let mut file = FileNodes::default();
            for at in graph.range_of(path) {
                file.note(NodeId(at), graph.nodes[at as usize].place);
            }
            index.files.insert(path.clone(), file);
        }
        for name in names {
            if let Some(id) = graph.find(&outside_key(NodeKind::Package, name)) {
                index.packages.insert(name.clone(), id);
            }
        }
        index
    }

    pub(crate) fn file(&self, path: &RepoPath) -> &FileNodes {
        self.files.get(path).unwrap_or(&self.none)
    }

    pub(crate) fn definition(&self, path: &RepoPath, id: DefinitionId) -> Option<NodeId> {
        self.file(path).definitions.get(&id).copied()
    }
}

impl FileNodes {
    fn note(&mut self, id: NodeId, place: NodePlace) {
        match place {
            NodePlace::File => self.file = Some(id),
            NodePlace::Definition(definition) => self.definitions.insert(definition, id),
            NodePlace::Route(route) => self.routes.insert(route, id),
            NodePlace::Test(test) => self.tests.insert(test, id),
            NodePlace::InheritedTest { at, .. } => {
                self.inherited_tests.insert(at, id);
            }
            NodePlace::Outside => {}
        }
    }
}

pub(crate) fn contained(semantics: &Semantics, own: &FileNodes, edges: &mut Vec<Edge>) {
    let mut contains = |from: Option<NodeId>, to: Option<NodeId>| {
        if let (Some(from), Some(to)) = (from, to) {
            edges.push(edge(from, to, EdgeKind::Contains, Confidence::Exact));
        }
    };
    for (at, it) in semantics.definitions.iter().enumerate() {
        let from = match it.parent {
            Some(parent) => own.definitions.get(&parent).copied(),
            None => own.file,
        };
        contains(from, own.definitions.get(&DefinitionId(at as u32)).copied());
    }
    for at in 0..semantics.routes.len() as u32 {
        contains(own.file, own.routes.get(&at).copied());
    }
    for at in 0..semantics.tests.len() as u32 {
        contains(own.file, own.tests.get(&at).copied());
    }
    for test in own.inherited_tests.values() {
        contains(own.file, Some(*test));
    }
}

/// An edge that the text of a file says.
pub(crate) enum Resolved {
    /// Of something in the file.
    Own(Edge),
    /// Of a variable or field of another file, which code of this one writes.
    Elsewhere(Edge),
}

/// The edges that a file's references are, between the nodes of the graph.
pub(crate) fn resolved<'a>(
    path: &'a RepoPath,
    file_edges: &'a FileEdges,
    index: &'a Index,
) -> impl Iterator<Item = Resolved> + 'a {
    let own = index.file(path);
    file_edges.edges.iter().filter_map(move |it| {
        let from = match &it.from {
            EdgeSource::File => own.file,
            EdgeSource::Definition(id) => own.definitions.get(id).copied(),
            EdgeSource::Elsewhere(path, id) => index.definition(path, *id),
            EdgeSource::Route(at) => own.routes.get(at).copied(),
            EdgeSource::Test(at) => own.tests.get(at).copied(),
        };
        let to = match &it.to {
            EdgeTarget::File(path) => index.file(path).file,
            EdgeTarget::Definition(path, id) => index.definition(path, *id),
            EdgeTarget::Package(name) => index.packages.get(name).copied(),
        };
        // What looks like a route of a parameter that is given no router is none, and the test
        // of an abstract class is one of the classes that extend it.
        let may_be_none = matches!(it.from, EdgeSource::Route(_) | EdgeSource::Test(_));
        debug_assert!(may_be_none || from.is_some(), "an edge of {path:?} starts nowhere");
        let (from, to) = from.zip(to)?;
        let is_elsewhere = matches!(it.from, EdgeSource::Elsewhere(..));
        let reference = it.reference.filter(|_| !is_elsewhere);
        let FileEdge { kind, confidence, basis, running, .. } = *it;
        // What a file of tests makes for itself is seldom what the code runs with.
        let is_guess = (confidence, basis) == (Confidence::Possible, Basis::Implied);
        let is_of_tests = matches!(&it.to, EdgeTarget::Definition(path, _)
            if !index.file(path).tests.is_empty());
        if is_guess && is_of_tests && own.tests.is_empty() {
            return None;
        }
        let edge = Edge { from, to, kind, confidence, basis, running, reference };
        Some(if is_elsewhere { Resolved::Elsewhere(edge) } else { Resolved::Own(edge) })
    })
}
