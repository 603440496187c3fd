//! Of several that are called alike, those that lie nearest to whoever uses one.

use codd_facts::{Link, setting_home};
use codd_source::{RepoPath, shared_parts};

use crate::{GraphFile, Node, NodeId};

/// Keeps those that lie in the same file as the user, or else in the nearest folder.
pub(super) fn nearest<'n>(
    found: &mut Vec<NodeId>,
    from: &RepoPath,
    path: impl Fn(&NodeId) -> &'n RepoPath,
) {
    let nearness = |it: &NodeId| shared_parts(path(it).as_str(), from.as_str());
    let most = found.iter().map(nearness).max();
    found.retain(|it| Some(nearness(it)) == most);
}

/// Keeps the settings that are for the code of a file: those of the innermost folder around it
/// that has some, or else of the nearest. Gives whether they lie around it.
pub(super) fn for_code_of<'n>(
    found: &mut Vec<NodeId>,
    from: &RepoPath,
    path: impl Fn(&NodeId) -> &'n RepoPath,
) -> bool {
    let nearness = |it: &NodeId| {
        let home = setting_home(path(it).as_str());
        let inside = from.as_str().strip_prefix(home);
        let is_around = home.is_empty() || inside.is_some_and(|it| it.starts_with('/'));
        (is_around, shared_parts(home, from.as_str()))
    };
    let most = found.iter().map(nearness).max();
    found.retain(|it| Some(nearness(it)) == most);
    most.is_some_and(|(is_around, _)| is_around)
}

/// Of those that set a variable, the innermost around the part of the same file that reads it:
/// a step before its job, a job before its workflow.
pub(super) fn set_around(
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
