//! Files whose code only tests run, of which controls may say that they leave them out.

mod named;
mod names;
mod running;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use codd_facts::{DefinitionKind, FileFacts};
use codd_graph::{Confidence, EdgeKind, Graph, HalfEdge, Node, NodeId, NodeKind};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use self::named::Named;
use self::names::{is_called_as_test, is_named_as_test};
use self::running::{is_go_program, is_served_by_place, is_used, is_used_loosely, runs, serves};
use crate::SnapshotView;

/// The files of tests that no other code uses.
///
/// A file that is called or lies as files of tests do, and that the project's other code imports,
/// calls or names, is no such file: a route of the program is governed wherever it is written. Nor
/// is one that no test has to do with and that serves routes by itself.
#[derive(Debug, Default)]
pub(crate) struct TestCode {
    paths: FxHashSet<RepoPath>,
}

impl TestCode {
    pub(crate) fn of(view: SnapshotView<'_>) -> TestCode {
        TestCode::by(view.graph, |path| view.files.get(path)?.facts.as_deref())
    }

    fn by<'a>(graph: &Graph, facts: impl Fn(&RepoPath) -> Option<&'a FileFacts>) -> TestCode {
        let paths: FxHashSet<RepoPath> = graph
            .nodes()
            .filter(|(_, node)| node.key.kind == NodeKind::File)
            .map(|(_, node)| &node.key.path)
            .filter(|path| is_named_as_test(path))
            .cloned()
            .collect();
        if paths.is_empty() {
            return TestCode::default();
        }
        let mut program: Vec<NodeId> = Vec::new();
        let mut tests: Vec<NodeId> = Vec::new();
        let of_tests = |path: &RepoPath| {
            path.file_name() == "conftest.py"
                || facts(path).is_some_and(|it| !it.semantics.tests.is_empty())
        };
        let others = graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::File);
        let others = others.map(|(_, node)| &node.key.path).filter(|it| !paths.contains(*it));
        let named = Named::by(others.filter_map(|path| Some((path, facts(path)?))));
        for (id, node) in graph.nodes() {
            if paths.contains(&node.key.path) {
                if named.holds(&node.key.path) {
                    program.push(id);
                } else if of_tests(&node.key.path) {
                    tests.push(id);
                }
            } else if runs(node) {
                program.push(id);
            } else {
                tests.push(id);
            }
        }
        let program = with_started(graph, program, &paths);
        let program = followed(graph, program, &paths, is_used);
        let tested = followed(graph, tests, &paths, is_used_loosely);
        let is_served = |path: &RepoPath| {
            let is_program = !of_tests(path) && !is_called_as_test(path);
            let is_free = is_program && !tested.contains(path);
            facts(path).is_some_and(|it| {
                is_free && serves(it)
                    || is_program && (is_served_by_place(path, it) || is_go_program(path, it))
            })
        };
        // A package of Go is one program.
        let folder = |path: &RepoPath| path.as_str().rsplit_once('/').map(|it| it.0.to_owned());
        let packages: FxHashSet<Option<String>> = paths
            .iter()
            .filter(|path| path.extension() == Some("go") && is_served(path))
            .map(folder)
            .collect();
        let is_of_package = |path: &RepoPath| {
            path.extension() == Some("go")
                && !path.as_str().ends_with("_test.go")
                && packages.contains(&folder(path))
        };
        TestCode {
            paths: paths
                .iter()
                .filter(|path| {
                    !program.contains(*path)
                        && !named.holds(path)
                        && !is_served(path)
                        && !is_of_package(path)
                })
                .cloned()
                .collect(),
        }
    }

    pub(crate) fn holds(&self, path: &RepoPath) -> bool {
        self.paths.contains(path)
    }
}

/// The files whose code only tests run, in one snapshot.
pub fn files_of_tests<'a>(
    graph: &Graph,
    facts: impl Fn(&RepoPath) -> Option<&'a FileFacts>,
) -> BTreeSet<RepoPath> {
    TestCode::by(graph, facts).paths.into_iter().collect()
}

/// The program with the scripts and targets that it starts, whatever these are called: a
/// `start` that runs `npm run test:server` serves what that serves.
fn with_started(
    graph: &Graph,
    mut program: Vec<NodeId>,
    paths: &FxHashSet<RepoPath>,
) -> Vec<NodeId> {
    let mut known: FxHashSet<NodeId> = program.iter().copied().collect();
    let mut at = 0;
    while let Some(id) = program.get(at).copied() {
        at += 1;
        for edge in graph.dependencies(id) {
            let to = graph.node(edge.node);
            let is_started = edge.kind == EdgeKind::Calls
                && edge.confidence == Confidence::Exact
                && to.key.kind == NodeKind::Definition
                && !paths.contains(&to.key.path)
                && to.definition_kind == Some(DefinitionKind::Resource);
            if is_started && known.insert(edge.node) {
                program.push(edge.node);
            }
        }
    }
    program
}

/// Those of `paths` that some of `open` use, or others of `paths` that they use.
fn followed<'a>(
    graph: &'a Graph,
    mut open: Vec<NodeId>,
    paths: &FxHashSet<RepoPath>,
    uses: impl Fn(&Node, &HalfEdge, &Node) -> bool,
) -> FxHashSet<&'a RepoPath> {
    let mut inside: FxHashMap<&RepoPath, Vec<NodeId>> = FxHashMap::default();
    for (id, node) in graph.nodes().filter(|(_, node)| paths.contains(&node.key.path)) {
        inside.entry(&node.key.path).or_default().push(id);
    }
    let mut found = FxHashSet::default();
    while let Some(id) = open.pop() {
        let from = graph.node(id);
        for edge in graph.dependencies(id) {
            let to = graph.node(edge.node);
            let path = &to.key.path;
            let is_other = from.key.path != *path && paths.contains(path);
            if is_other && uses(from, edge, to) && found.insert(path) {
                open.extend(inside.remove(path).unwrap_or_default());
            }
        }
    }
    found
}
