//! Which nodes a control governs.

use codd_controls::Scope;
use codd_source::RepoPath;

use crate::names::also_dotted;
use crate::{Graph, Node, NodeId, NodeKind};

/// The nodes that a scope takes, in node order.
///
/// A scope that names neither symbols nor routes governs whole files: the file and the
/// definitions and routes in it. Generated, vendored and minified files are taken only where
/// an including path pattern names them.
pub fn govern(
    graph: &Graph,
    scope: &Scope,
    is_authored: impl Fn(&RepoPath) -> bool,
) -> Vec<NodeId> {
    governed(&graph.nodes, scope, is_authored)
}

pub(crate) fn governed(
    nodes: &[Node],
    scope: &Scope,
    is_authored: impl Fn(&RepoPath) -> bool,
) -> Vec<NodeId> {
    let mut out = Vec::new();
    // Nodes are sorted by path, and a path is asked for once.
    let mut last: Option<(&RepoPath, bool)> = None;
    for (at, node) in nodes.iter().enumerate() {
        let kind = node.key.kind;
        if !matches!(kind, NodeKind::File | NodeKind::Definition | NodeKind::Route) {
            continue;
        }
        let path = &node.key.path;
        let is_taken = match last {
            Some((known, is_taken)) if known == path => is_taken,
            _ => {
                scope.takes_path(path.as_str())
                    && scope.takes_language(language_names(node))
                    && (is_authored(path) || scope.names_path(path.as_str()))
            }
        };
        last = Some((path, is_taken));
        if is_taken && takes_node(scope, node) {
            out.push(NodeId(at as u32));
        }
    }
    out
}

fn language_names(node: &Node) -> &'static [&'static str] {
    node.language.as_deref().map_or(&[], codd_facts::names_of)
}

/// Whether the patterns of a scope's symbols take a node, by its dotted name with or without
/// the source root.
pub fn takes_symbol(scope: &Scope, node: &Node) -> bool {
    match also_dotted(node) {
        Some(also) => scope.takes_symbol(&[&node.dotted, &also]),
        None => scope.takes_symbol(&[&node.dotted]),
    }
}

fn takes_node(scope: &Scope, node: &Node) -> bool {
    if !scope.is_narrower_than_files() {
        return true;
    }
    match node.key.kind {
        NodeKind::Definition if !scope.symbols.is_empty() => takes_symbol(scope, node),
        NodeKind::Route => scope.routes.as_ref().is_some_and(|routes| {
            let (method, _) = node.method_and_path();
            node.paths().any(|path| routes.takes(method, path))
        }),
        _ => false,
    }
}
