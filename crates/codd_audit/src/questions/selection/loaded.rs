//! Which tests load a file: those of the files that import it, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use codd_graph::{EdgeKind, Graph, NodeId, NodeKind};
use codd_source::RepoPath;

/// The file that runs before any other of its folder and of those below.
const PACKAGE: &str = "__init__.py";

/// The tests of the files that run the top level of a file as they are loaded, each with how
/// many files lie between.
pub(super) fn loading(graph: &Graph, path: &RepoPath) -> Vec<(NodeId, u32)> {
    let mut importers: BTreeMap<&RepoPath, BTreeSet<&RepoPath>> = BTreeMap::new();
    let mut tests: BTreeMap<&RepoPath, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes() {
        if node.key.kind == NodeKind::Test {
            tests.entry(&node.key.path).or_default().push(id);
        }
        for half in graph.dependents(id).iter().filter(|it| it.kind == EdgeKind::Imports) {
            let from = &graph.node(half.node).key.path;
            if *from != node.key.path {
                importers.entry(&node.key.path).or_default().insert(from);
            }
        }
    }
    let mut found = Vec::new();
    let mut seen: BTreeSet<&RepoPath> = BTreeSet::new();
    let mut layer: BTreeSet<&RepoPath> = [path].into();
    let mut distance = 1;
    while !layer.is_empty() {
        let mut next = BTreeSet::new();
        for file in layer {
            if !seen.insert(file) {
                continue;
            }
            found.extend(tests.get(file).into_iter().flatten().map(|it| (*it, distance)));
            next.extend(importers.get(file).into_iter().flatten());
            if file.file_name() == PACKAGE {
                // To import a module is to load the packages around it first.
                let is_below = |it: &RepoPath| is_below(it, file.parent());
                let inside = importers.iter().filter(|(it, _)| is_below(it));
                next.extend(inside.flat_map(|(_, from)| from).filter(|it| !is_below(it)));
            }
        }
        layer = next;
        distance += 1;
    }
    found
}

fn is_below(path: &RepoPath, folder: &str) -> bool {
    folder.is_empty()
        || path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
