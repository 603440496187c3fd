//! The graph of one snapshot: nodes in a stable order, edges both ways in compressed form.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::BuildHasher;
use std::ops::{Deref, DerefMut, Range};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use codd_facts::{Name, Semantics};
use codd_source::RepoPath;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::build::edge;
use crate::edited::AtHand;
use crate::{
    Basis, Confidence, EdgeKind, FileEdges, InheritedTest, Node, NodeId, NodeKey, NodeKind,
    Running, UnresolvedReason,
};

/// One file as the graph is built from it.
#[derive(Clone, Debug)]
pub struct GraphFile {
    pub path: RepoPath,
    /// `None` for a file of no known language, or one that could not be parsed.
    pub facts: Option<(Name, Arc<Semantics>, Arc<FileEdges>)>,
    /// Generated, vendored and minified files are governed only where a scope names them.
    pub is_authored: bool,
}

/// An edge seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfEdge {
    pub node: NodeId,
    pub kind: EdgeKind,
    pub confidence: Confidence,
    pub basis: Basis,
    pub running: Running,
    /// Index into the references of the file of the edge's source, if any.
    pub reference: Option<u32>,
}

impl HalfEdge {
    /// Whether its end runs by this edge: neither what is dead nor what an error alone has run.
    pub fn does_run(&self) -> bool {
        self.running.confidence.is_some()
    }

    /// The whole edge, where it is seen from its source.
    pub(crate) fn from(&self, from: NodeId) -> Edge {
        let HalfEdge { node, kind, confidence, basis, running, reference } = *self;
        Edge { from, to: node, kind, confidence, basis, running, reference }
    }

    /// The whole edge, where it is seen from its target.
    pub(crate) fn to(&self, to: NodeId) -> Edge {
        Edge { from: self.node, to, ..self.from(self.node) }
    }
}

/// An edge with both of its ends: `from` depends on `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: NodeId,
    pub to: NodeId,
    pub kind: EdgeKind,
    pub confidence: Confidence,
    pub basis: Basis,
    pub running: Running,
    /// Index into the references of the file of `from`, if any.
    pub reference: Option<u32>,
}

impl Edge {
    /// As it is seen from one of its ends, with the other.
    pub(crate) fn half(&self, there: NodeId) -> HalfEdge {
        HalfEdge {
            node: there,
            kind: self.kind,
            confidence: self.confidence,
            basis: self.basis,
            running: self.running,
            reference: self.reference,
        }
    }
}

/// Nodes and edges of one snapshot.
///
/// Nodes are sorted by key, so equal snapshots have equal graphs, node numbers included. One that
/// is written down somewhere is read when somebody asks: most edits change nothing of it.
#[derive(Clone, Default)]
pub struct Graph {
    whole: OnceLock<Whole>,
    written: Option<Arc<Written>>,
}

/// A graph that was not read yet.
struct Written {
    edge_count: usize,
    read: Box<dyn Fn() -> Option<Graph> + Send + Sync>,
}

/// All of a [`Graph`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    pub(crate) nodes: Arc<Vec<Node>>,
    /// By node: the file that it is in, where there is one.
    files: Arc<Vec<Option<NodeId>>>,
    by_key: KeyIndex,
    pub(crate) dependencies: Adjacency,
    pub(crate) dependents: Adjacency,
    /// The controls that govern whole files, by file.
    pub(crate) governors: Arc<FxHashMap<NodeId, Vec<HalfEdge>>>,
    /// What this graph was joined from, where it was not read back without.
    pub(crate) joined: AtHand,
    /// By file, sorted; files without any are left out.
    pub(crate) unresolved: BTreeMap<RepoPath, BTreeMap<UnresolvedReason, u32>>,
    /// Routes and the functions and classes that answer them.
    pub(crate) handlers: BTreeSet<(NodeId, NodeId)>,
    /// Routes and the functions that they run as these were registered: without decorators,
    /// those that count being edges of the route.
    pub(crate) undecorated: BTreeSet<(NodeId, NodeId)>,
    /// As in the hooks.
    pub(crate) from_settings: BTreeSet<(NodeId, NodeId)>,
    pub(crate) inherited_tests: BTreeMap<NodeId, InheritedTest>,
    /// What comes from outside and runs before a route because of its routers, or decorates a
    /// definition.
    pub(crate) outside: BTreeMap<NodeId, Vec<(Name, Confidence)>>,
}

/// Edges by node: those of node `n` are `edges[starts[n]..starts[n + 1]]`, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Adjacency {
    pub(crate) starts: Vec<u32>,
    pub(crate) edges: Vec<HalfEdge>,
}

/// How much there is of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    pub nodes: BTreeMap<NodeKind, u32>,
    pub edges: BTreeMap<(EdgeKind, Confidence), u32>,
    pub unresolved: BTreeMap<UnresolvedReason, u32>,
    /// Groups of files that import one another in a circle, each sorted; sorted.
    pub import_cycles: Vec<Vec<NodeId>>,
}

impl From<Whole> for Graph {
    fn from(whole: Whole) -> Graph {
        Graph { whole: OnceLock::from(whole), written: None }
    }
}

impl Deref for Graph {
    type Target = Whole;

    fn deref(&self) -> &Whole {
        self.whole.get_or_init(|| match &self.written {
            None => Whole::default(),
            Some(written) => {
                let graph = (written.read)().expect("what was written down as a graph is one");
                Whole::clone(&graph)
            }
        })
    }
}

impl DerefMut for Graph {
    fn deref_mut(&mut self) -> &mut Whole {
        let _: &Whole = self;
        self.whole.get_mut().expect("it was read just now")
    }
}

impl PartialEq for Graph {
    fn eq(&self, other: &Graph) -> bool {
        **self == **other
    }
}

impl Eq for Graph {}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Graph").field(&**self).finish()
    }
}

impl Graph {
    /// The graph that `read` gives, with so many edges: it is asked once, when it is needed.
    ///
    /// That it gives one must be sure, such as by a seal.
    pub fn when_asked(
        edge_count: usize,
        read: impl Fn() -> Option<Graph> + Send + Sync + 'static,
    ) -> Graph {
        let written = Written { edge_count, read: Box::new(read) };
        Graph { whole: OnceLock::new(), written: Some(Arc::new(written)) }
    }

    /// The graph of these nodes and edges (from, to), each in any order.
    ///
    /// Of two nodes with one key the first stands; an edge without both its ends is dropped.
    pub fn from_parts(
        mut nodes: Vec<Node>,
        edges: impl IntoIterator<Item = (NodeKey, NodeKey, EdgeKind, Confidence)>,
    ) -> Graph {
        nodes.sort_by(|a, b| a.key.cmp(&b.key));
        nodes.dedup_by(|a, b| a.key == b.key);
        let edges = edges.into_iter().filter_map(|(from, to, kind, confidence)| {
            let (from, to) = (place_of(&nodes, &from)?, place_of(&nodes, &to)?);
            Some(edge(from, to, kind, confidence))
        });
        let edges = edges.collect();
        Graph::assembled(nodes, edges, BTreeMap::new())
    }

    /// A graph of sorted nodes; of edges of the same ends and kind the surest counts.
    pub(crate) fn assembled(
        nodes: Vec<Node>,
        mut edges: Vec<Edge>,
        unresolved: BTreeMap<RepoPath, BTreeMap<UnresolvedReason, u32>>,
    ) -> Graph {
        merge(&mut edges);
        let dependencies = Adjacency::new(nodes.len(), &edges);
        drop(edges);
        let mut graph = Graph::of_dependencies(nodes, dependencies);
        graph.unresolved = unresolved;
        graph
    }

    /// A graph of sorted nodes with the edges of each, sorted.
    pub(crate) fn of_dependencies(nodes: Vec<Node>, dependencies: Adjacency) -> Graph {
        let dependents = dependencies.turned_round();
        let mut files = Vec::with_capacity(nodes.len());
        for run in nodes.chunk_by(|a, b| a.key.path == b.key.path) {
            // Sorted, so that the file stands before what is in it.
            let is_file = run[0].key.kind == NodeKind::File;
            let file = is_file.then_some(NodeId(files.len() as u32));
            files.resize(files.len() + run.len(), file);
        }
        let (nodes, files) = (Arc::new(nodes), Arc::new(files));
        let whole = Whole { nodes, files, dependencies, dependents, ..Whole::default() };
        let mut graph = Graph::from(whole);
        graph.governors = Arc::new(crate::scopes::governors(&graph));
        graph
    }

    /// The same with other edges, from which the same follows as from its own.
    pub(crate) fn with_edges(&self, dependencies: Adjacency, dependents: Adjacency) -> Graph {
        Graph::from(Whole {
            nodes: Arc::clone(&self.nodes),
            files: Arc::clone(&self.files),
            by_key: KeyIndex::default(),
            dependencies,
            dependents,
            governors: Arc::clone(&self.governors),
            joined: AtHand::default(),
            unresolved: self.unresolved.clone(),
            handlers: self.handlers.clone(),
            undecorated: self.undecorated.clone(),
            from_settings: self.from_settings.clone(),
            inherited_tests: self.inherited_tests.clone(),
            outside: self.outside.clone(),
        })
    }

    /// This graph with certain edges that an index of another tool gave; those that it has as
    /// surely stay as they are.
    pub fn with_imported(
        &self,
        edges: impl IntoIterator<Item = (NodeId, NodeId, EdgeKind)>,
    ) -> Graph {
        let is_known = |id: &NodeId| id.index() < self.nodes.len();
        let mut told: BTreeSet<(NodeId, NodeId, EdgeKind)> =
            edges.into_iter().filter(|(from, to, _)| is_known(from) && is_known(to)).collect();
        let own = self.edges().map(|edge| {
            let is_told = told.remove(&(edge.from, edge.to, edge.kind));
            if is_told && edge.confidence < Confidence::Exact {
                let running = edge.running.or(Running::of(edge.kind, Confidence::Exact));
                Edge { confidence: Confidence::Exact, basis: Basis::Imported, running, ..edge }
            } else {
                edge
            }
        });
        let mut all: Vec<Edge> = own.collect();
        all.extend(told.into_iter().map(|(from, to, kind)| Edge {
            basis: Basis::Imported,
            ..edge(from, to, kind, Confidence::Exact)
        }));
        let mut graph = Graph::assembled(self.nodes.to_vec(), all, self.unresolved.clone());
        graph.handlers.clone_from(&self.handlers);
        graph.undecorated.clone_from(&self.undecorated);
        graph.from_settings.clone_from(&self.from_settings);
        graph.inherited_tests.clone_from(&self.inherited_tests);
        graph.outside.clone_from(&self.outside);
        graph
    }

    /// All nodes, in the order of their ids.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(at, node)| (NodeId(at as u32), node))
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The node of an id; panics on an id of another graph.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The node of that key, if there is one.
    pub fn find(&self, key: &NodeKey) -> Option<NodeId> {
        self.by_key.find(&self.nodes, key)
    }

    /// Whether it has the very nodes of another graph, from which it was made.
    pub fn shares_nodes_with(&self, other: &Graph) -> bool {
        Arc::ptr_eq(&self.nodes, &other.nodes)
    }

    /// The nodes of a path: they stand together.
    pub(crate) fn range_of(&self, path: &RepoPath) -> Range<u32> {
        let start = self.nodes.partition_point(|it| it.key.path < *path);
        let end = start + self.nodes[start..].partition_point(|it| it.key.path == *path);
        start as u32..end as u32
    }

    /// The file that a node is in, or is.
    pub(crate) fn file_of(&self, node: NodeId) -> Option<NodeId> {
        self.files[node.index()]
    }

    /// What `node` needs, directly.
    pub fn dependencies(&self, node: NodeId) -> &[HalfEdge] {
        self.dependencies.of(node)
    }

    /// Who needs `node`, directly.
    pub fn dependents(&self, node: NodeId) -> &[HalfEdge] {
        self.dependents.of(node)
    }

    /// What a test is that its class has by what it extends; `None` of any other node.
    pub fn inherited_test(&self, test: NodeId) -> Option<&InheritedTest> {
        self.inherited_tests.get(&test)
    }

    /// The functions and classes that answer a route, without what runs before them.
    pub fn handlers(&self, route: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let all = (route, NodeId(0))..=(route, NodeId(u32::MAX));
        self.handlers.range(all).map(|(_, handler)| *handler)
    }

    /// Whether the settings of an application run something before a route of it, which marks
    /// at its handler may take back; of a library's, the route stands for it.
    pub fn is_from_settings(&self, route: NodeId, what: NodeId) -> bool {
        self.from_settings.contains(&(route, what))
    }

    /// Whether a route runs a function as it was registered: without what decorates it.
    pub fn is_undecorated(&self, route: NodeId, function: NodeId) -> bool {
        self.undecorated.contains(&(route, function))
    }

    /// What comes from outside and runs before routes because of their routers, or decorates a
    /// definition, by its dotted name or by the name it is registered with.
    pub fn outside_hooks(&self) -> impl Iterator<Item = (NodeId, &str, Confidence)> {
        self.outside
            .iter()
            .flat_map(|(route, all)| all.iter().map(|(name, it)| (*route, name.as_str(), *it)))
    }

    /// What of that is said of one route or definition.
    pub fn outside_of(&self, node: NodeId) -> &[(Name, Confidence)] {
        self.outside.get(&node).map_or(&[], Vec::as_slice)
    }

    /// How many edges there are, each counted once.
    pub fn edge_count(&self) -> usize {
        match (self.whole.get(), &self.written) {
            (None, Some(written)) => written.edge_count,
            _ => self.dependencies.edges.len(),
        }
    }

    /// Every edge, by source, then by target.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        self.nodes()
            .flat_map(|(from, _)| self.dependencies(from).iter().map(move |half| half.from(from)))
    }

    /// References and imports that could not be followed, by file.
    pub fn unresolved(&self) -> &BTreeMap<RepoPath, BTreeMap<UnresolvedReason, u32>> {
        &self.unresolved
    }

    /// How many nodes, edges and unresolved references of each kind there are.
    pub fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::default();
        for (_, node) in self.nodes() {
            *statistics.nodes.entry(node.key.kind).or_insert(0) += 1;
        }
        for edge in self.edges() {
            *statistics.edges.entry((edge.kind, edge.confidence)).or_insert(0) += 1;
        }
        for (reason, count) in self.unresolved.values().flatten() {
            *statistics.unresolved.entry(*reason).or_insert(0) += count;
        }
        statistics.import_cycles = self.cycles(&[EdgeKind::Imports]);
        statistics
    }
}

/// Sorts edges and makes one of those of the same ends and kind; what is mentioned by who uses it
/// is left out.
///
/// What becomes of the edges of one source depends on no other's.
pub(crate) fn merge(edges: &mut Vec<Edge>) {
    edges.sort_unstable_by_key(|it| {
        let Edge { from, to, kind, confidence, basis, running, reference } = *it;
        // Most are told apart by their ends, which are compared in one step.
        let ends = u64::from(from.0) << 32 | u64::from(to.0);
        (ends, kind, std::cmp::Reverse((confidence, basis)), reference, running)
    });
    edges.dedup_by(|next, kept| {
        let is_same = (next.from, next.to, next.kind) == (kept.from, kept.to, kept.kind);
        if is_same {
            kept.basis = kept.basis.max(next.basis);
            let running = kept.running.or(next.running);
            if running != kept.running && running.alternatives > 1 {
                // Which other values are meant, the reference says.
                kept.reference = next.reference;
            }
            kept.running = running;
        }
        is_same
    });
    let mut used: Option<Edge> = None;
    edges.retain(|it| {
        // Who uses it mentions it too.
        let is_said = it.kind == EdgeKind::Mentions
            && used.is_some_and(|used| {
                (used.from, used.to) == (it.from, it.to) && used.confidence >= it.confidence
            });
        let is_surer = used.is_none_or(|used| {
            (used.from, used.to) != (it.from, it.to) || used.confidence < it.confidence
        });
        if matches!(it.kind, EdgeKind::Calls | EdgeKind::Reads) && is_surer {
            used = Some(*it);
        }
        !is_said
    });
}

/// Finds nodes by key: in the sorted nodes, and once many were asked for, by hash.
#[derive(Debug, Default)]
struct KeyIndex {
    asked: AtomicU32,
    by_hash: OnceLock<FxHashMap<u64, NodeId>>,
}

/// So many searches cost as much as the table that makes them short.
const SEARCHES: u32 = 2000;

impl KeyIndex {
    fn find(&self, nodes: &[Node], key: &NodeKey) -> Option<NodeId> {
        if self.by_hash.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < SEARCHES {
            return place_of(nodes, key);
        }
        let hash = |key: &NodeKey| FxBuildHasher.hash_one(key);
        let by_hash = self.by_hash.get_or_init(|| {
            let all = nodes.iter().enumerate();
            all.map(|(at, node)| (hash(&node.key), NodeId(at as u32))).collect()
        });
        let found = *by_hash.get(&hash(key))?;
        // Two keys may have one hash.
        if nodes[found.index()].key == *key { Some(found) } else { place_of(nodes, key) }
    }
}

impl Clone for KeyIndex {
    fn clone(&self) -> KeyIndex {
        KeyIndex::default()
    }
}

impl PartialEq for KeyIndex {
    /// It says nothing that the nodes do not.
    fn eq(&self, _other: &KeyIndex) -> bool {
        true
    }
}

impl Eq for KeyIndex {}

/// The place of a key among sorted nodes.
fn place_of(nodes: &[Node], key: &NodeKey) -> Option<NodeId> {
    let at = nodes.binary_search_by(|it| it.key.cmp(key)).ok()?;
    Some(NodeId(at as u32))
}

impl Adjacency {
    /// Of edges that are sorted by their source, then by target.
    fn new(count: usize, edges: &[Edge]) -> Adjacency {
        let mut starts = Vec::with_capacity(count + 1);
        let mut halves = Vec::with_capacity(edges.len());
        starts.push(0);
        for edge in edges {
            while starts.len() <= edge.from.index() {
                starts.push(halves.len() as u32);
            }
            halves.push(edge.half(edge.to));
        }
        starts.resize(count + 1, halves.len() as u32);
        Adjacency { starts, edges: halves }
    }

    /// The same edges by their other end; those of one node stay in the order they have.
    fn turned_round(&self) -> Adjacency {
        let count = self.starts.len().saturating_sub(1);
        let mut starts = vec![0_u32; count + 1];
        for half in &self.edges {
            starts[half.node.index() + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut edges = self.edges.clone();
        for from in 0..count as u32 {
            let from = NodeId(from);
            for half in self.of(from) {
                let place = &mut next[half.node.index()];
                edges[*place as usize] = HalfEdge { node: from, ..*half };
                *place += 1;
            }
        }
        Adjacency { starts, edges }
    }

    pub(crate) fn of(&self, node: NodeId) -> &[HalfEdge] {
        let start = self.starts[node.index()] as usize;
        &self.edges[start..self.starts[node.index() + 1] as usize]
    }
}
