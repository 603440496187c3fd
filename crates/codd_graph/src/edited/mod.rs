//! A graph from one that is known, where bodies of a few files were edited.
//!
//! What most edits change is what the edited code itself uses. The edges that start in its file
//! are then put in place of those that did, and all others are as they were. Whatever the edit may
//! change beyond them (names, interfaces, routes, what is joined across files) is asked for first,
//! and where there is anything of the kind, there is no answer here.

mod alike;
mod effects;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use codd_facts::{Name, Semantics};
use codd_source::RepoPath;

use self::effects::Effects;
use crate::build::{Index, Resolved, contained, resolved};
use crate::graph::{Adjacency, Edge, HalfEdge, merge};
use crate::{EdgeSource, EdgeTarget, FileEdge, FileEdges, Graph, NodeId, UnresolvedReason};

/// A file whose bodies were edited: what it said and refers to, before and after.
#[derive(Clone, Copy, Debug)]
pub struct EditedFile<'a> {
    pub path: &'a RepoPath,
    pub before: (&'a Semantics, &'a FileEdges),
    pub after: (&'a Semantics, &'a FileEdges),
}

/// What a graph, or some files of one, was made of besides what each file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Before edges of the same ends are made one; by source.
    pub(crate) edges: Vec<Edge>,
    /// Functions that register something for routes, sorted.
    pub(crate) hook_owners: Vec<NodeId>,
}

/// That of a graph, where it is at hand.
#[derive(Clone, Default)]
pub(crate) struct AtHand(pub(crate) Option<Arc<Joined>>);

impl PartialEq for AtHand {
    /// It says nothing of the graph that its edges do not.
    fn eq(&self, _other: &AtHand) -> bool {
        true
    }
}

impl Eq for AtHand {}

impl fmt::Debug for AtHand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} edges", self.0.as_ref().map_or(0, |it| it.edges.len()))
    }
}

impl Joined {
    pub(crate) fn new(mut edges: Vec<Edge>, mut hook_owners: Vec<NodeId>) -> Joined {
        edges.sort_unstable();
        hook_owners.sort_unstable();
        hook_owners.dedup();
        Joined { edges, hook_owners }
    }

    fn from(&self, nodes: &Range<u32>) -> &[Edge] {
        let start = self.edges.partition_point(|it| it.from.0 < nodes.start);
        let end = self.edges.partition_point(|it| it.from.0 < nodes.end);
        &self.edges[start..end]
    }
}

impl Graph {
    /// What it was joined from, unless it was read back without.
    pub fn joined_from(&self) -> Option<&Arc<Joined>> {
        self.joined.0.as_ref()
    }

    /// This graph after an edit, `joined` being what it was made of; `None` where the edit may
    /// change more than what the edited files themselves refer to.
    pub fn edited(&self, joined: &Joined, files: &[EditedFile<'_>]) -> Option<Graph> {
        let (first, others) = files.split_first()?;
        let mut graph = self.with_edited(joined, first)?;
        for file in others {
            graph = graph.with_edited(joined, file)?;
        }
        Some(graph)
    }

    fn with_edited(&self, joined: &Joined, file: &EditedFile<'_>) -> Option<Graph> {
        let (before, after) = (file.before, file.after);
        if !alike::are_alike(file.path, before, after) {
            return None;
        }
        let numbers = alike::renumbered(before, after)?;
        let (paths, names) = (named_paths(file), named_packages(file));
        let index = Index::of(self, paths, names);
        let nodes = self.range_of(file.path);
        let rows = |(semantics, edges): (&Semantics, &FileEdges)| {
            let mut own = Vec::new();
            contained(semantics, index.file(file.path), &mut own);
            let said = resolved(file.path, edges, &index).filter_map(|it| match it {
                Resolved::Own(edge) => Some(edge),
                Resolved::Elsewhere(_) => None,
            });
            own.extend(said);
            own
        };
        let (before_rows, mut after_rows) = (rows(before), rows(after));
        let effects = Effects { graph: self, joined, nodes: &nodes };
        if !effects.are_local(before.1, after.1, &before_rows, &after_rows) {
            return None;
        }
        let mut known = before_rows;
        known.extend_from_slice(joined.from(&nodes));
        merge(&mut known);
        // What the known graph was made of is told right, or nothing follows from it.
        if !known.iter().copied().eq(self.edges_from(&nodes)) {
            return None;
        }
        after_rows.extend(joined.from(&nodes).iter().map(|edge| {
            let reference = edge.reference.map(|at| numbers.of(at));
            Edge { reference, ..*edge }
        }));
        merge(&mut after_rows);
        let dependencies = self.dependencies.with_rows(&nodes, &after_rows);
        let dependents = self.dependents.with_sources(&nodes, &known, &after_rows);
        let mut graph = self.with_edges(dependencies, dependents);
        graph.recount(file);
        Some(graph)
    }

    fn edges_from<'a>(&'a self, nodes: &Range<u32>) -> impl Iterator<Item = Edge> + 'a {
        nodes.clone().map(NodeId).flat_map(|from| {
            let halves = self.dependencies.of(from).iter();
            halves.map(move |half| half.from(from))
        })
    }

    /// Counts what could not be followed in the edited file instead of what could not before.
    fn recount(&mut self, file: &EditedFile<'_>) {
        let count = |edges: &FileEdges| {
            let mut counts: BTreeMap<UnresolvedReason, u32> = BTreeMap::new();
            for it in &edges.unresolved {
                *counts.entry(it.reason).or_insert(0) += 1;
            }
            counts
        };
        let (before, after) = (count(file.before.1), count(file.after.1));
        if before == after {
            return;
        }
        let counts = self.unresolved.entry(file.path.clone()).or_default();
        for (reason, count) in after {
            *counts.entry(reason).or_insert(0) += count;
        }
        for (reason, count) in before {
            // Others count here too: what is found by a key that too many have.
            let known = counts.entry(reason).or_insert(0);
            *known = known.saturating_sub(count);
        }
        counts.retain(|_, count| *count > 0);
        if counts.is_empty() {
            self.unresolved.remove(file.path);
        }
    }
}

/// The edges of a file, as they were and as they are.
fn said<'a>(file: &EditedFile<'a>) -> impl Iterator<Item = &'a FileEdge> {
    file.before.1.edges.iter().chain(&file.after.1.edges)
}

fn named_paths<'a>(file: &EditedFile<'a>) -> impl Iterator<Item = &'a RepoPath> {
    let ends = said(file).flat_map(|it| {
        let from = match &it.from {
            EdgeSource::Elsewhere(path, _) => Some(path),
            _ => None,
        };
        let to = match &it.to {
            EdgeTarget::File(path) | EdgeTarget::Definition(path, _) => Some(path),
            EdgeTarget::Package(_) => None,
        };
        from.into_iter().chain(to)
    });
    ends.chain([file.path])
}

fn named_packages<'a>(file: &EditedFile<'a>) -> impl Iterator<Item = &'a Name> {
    said(file).filter_map(|it| match &it.to {
        EdgeTarget::Package(name) => Some(name),
        _ => None,
    })
}

impl Adjacency {
    /// The same with other edges from these nodes, sorted.
    fn with_rows(&self, nodes: &Range<u32>, rows: &[Edge]) -> Adjacency {
        let (first, last) = (nodes.start as usize, nodes.end as usize);
        let (start, end) = (self.starts[first] as usize, self.starts[last] as usize);
        let mut edges = Vec::with_capacity(self.edges.len() + rows.len() - (end - start));
        edges.extend_from_slice(&self.edges[..start]);
        let mut starts = Vec::with_capacity(self.starts.len());
        starts.extend_from_slice(&self.starts[..first]);
        let mut rest = rows.iter().peekable();
        for node in nodes.clone() {
            starts.push(edges.len() as u32);
            while let Some(edge) = rest.next_if(|it| it.from.0 == node) {
                edges.push(edge.half(edge.to));
            }
        }
        let moved = edges.len() as u32;
        edges.extend_from_slice(&self.edges[end..]);
        starts.extend(self.starts[last..].iter().map(|it| it - end as u32 + moved));
        Adjacency { starts, edges }
    }

    /// The same by target, where these nodes have other edges: `before` and `after` are sorted by
    /// source.
    fn with_sources(&self, nodes: &Range<u32>, before: &[Edge], after: &[Edge]) -> Adjacency {
        let mut touched: BTreeMap<NodeId, Vec<HalfEdge>> = BTreeMap::new();
        for edge in before {
            touched.entry(edge.to).or_default();
        }
        for edge in after {
            touched.entry(edge.to).or_default().push(edge.half(edge.from));
        }
        let mut edges =
            Vec::with_capacity(self.edges.len() + after.len() - before.len().min(after.len()));
        let mut starts = Vec::with_capacity(self.starts.len());
        let mut next = 0_usize;
        for (node, halves) in touched {
            self.copy(next..node.index(), &mut starts, &mut edges);
            starts.push(edges.len() as u32);
            let known = self.of(node);
            let split = known.partition_point(|it| it.node.0 < nodes.start);
            let behind = known.partition_point(|it| it.node.0 < nodes.end);
            edges.extend_from_slice(&known[..split]);
            edges.extend(halves);
            edges.extend_from_slice(&known[behind..]);
            next = node.index() + 1;
        }
        self.copy(next..self.starts.len().saturating_sub(1), &mut starts, &mut edges);
        starts.push(edges.len() as u32);
        Adjacency { starts, edges }
    }

    /// Adds the edges of some nodes as they are.
    fn copy(&self, nodes: Range<usize>, starts: &mut Vec<u32>, edges: &mut Vec<HalfEdge>) {
        let (from, to) = (self.starts[nodes.start], self.starts[nodes.end]);
        let at = edges.len() as u32;
        starts.extend(self.starts[nodes].iter().map(|it| it - from + at));
        edges.extend_from_slice(&self.edges[from as usize..to as usize]);
    }
}
