//! What runs before a route because of its router, wherever that was said.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::Name;

use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{EdgeKind, GraphFile, Hook, HookAction, NodeId, Router};

/// Routers mounted in routers mounted in routers, and so on, at most this often.
const MAX_MOUNTS: usize = 16;

/// Calls from routes to the hooks of their routers and of those these are mounted on.
///
/// Gives the routes and hooks of which the hook runs without its decorators.
pub(crate) fn edges(
    files: &[&GraphFile],
    index: &Index,
    edges: &mut Vec<Edge>,
) -> BTreeSet<(NodeId, NodeId)> {
    let mut undecorated = BTreeSet::new();
    let mut hooks: BTreeMap<&Router, Vec<&Hook>> = BTreeMap::new();
    // By mounted router: where it is mounted, below which prefix.
    let mut mounts: BTreeMap<&Router, Vec<(&Router, Option<&Name>)>> = BTreeMap::new();
    let all = || files.iter().filter_map(|it| it.facts.as_ref()).map(|(_, _, edges)| edges);
    let registered = all().flat_map(|it| it.routers.iter().map(|(_, router)| router));
    let hooked = all().flat_map(|it| it.hooks.iter().map(|hook| &hook.router));
    let known: BTreeSet<&Router> = registered.chain(hooked).collect();
    for file_edges in all() {
        for hook in &file_edges.hooks {
            match &hook.action {
                // A router is mounted, not called.
                HookAction::Run(path, id, _)
                    if known.contains(&Router::Definition(path.clone(), *id)) => {}
                HookAction::Run(..) | HookAction::RunBare(..) | HookAction::Decorate(..) => {
                    hooks.entry(&hook.router).or_default().push(hook);
                }
                HookAction::Mount(mounted) => {
                    let places = mounts.entry(mounted).or_default();
                    places.push((&hook.router, hook.prefix.as_ref()));
                }
            }
        }
    }
    if hooks.is_empty() {
        return undecorated;
    }
    for file in files {
        let Some((_, semantics, file_edges)) = &file.facts else { continue };
        for (route, router) in &file_edges.routers {
            let Some(from) = index.file(&file.path).routes.get(route) else { continue };
            let path = &semantics.routes[*route as usize].path;
            for (router, path) in mounted_paths(router, path, &mounts) {
                for hook in hooks.get(router).into_iter().flatten() {
                    let (file, id, confidence, kind) = match &hook.action {
                        HookAction::Run(file, id, confidence)
                        | HookAction::RunBare(file, id, confidence) => {
                            (file, id, confidence, EdgeKind::Calls)
                        }
                        HookAction::Decorate(file, id, confidence) => {
                            (file, id, confidence, EdgeKind::Decorates)
                        }
                        HookAction::Mount(_) => continue,
                    };
                    if !fits(hook.prefix.as_deref(), &path) {
                        continue;
                    }
                    if let Some(to) = index.definition(file, *id) {
                        edges.push(edge(*from, to, kind, *confidence));
                        if matches!(hook.action, HookAction::RunBare(..)) {
                            undecorated.insert((*from, to));
                        }
                    }
                }
            }
        }
    }
    undecorated
}

/// The route's router and all it is mounted on, with the route's path as seen from each.
fn mounted_paths<'a>(
    router: &'a Router,
    path: &str,
    mounts: &BTreeMap<&'a Router, Vec<(&'a Router, Option<&'a Name>)>>,
) -> BTreeSet<(&'a Router, String)> {
    let mut seen = BTreeSet::from([(router, path.to_owned())]);
    let mut fresh: Vec<(&Router, String)> = seen.iter().cloned().collect();
    for _ in 0..MAX_MOUNTS {
        let mut next = Vec::new();
        for (router, path) in fresh {
            for (outer, prefix) in mounts.get(router).into_iter().flatten() {
                let prefix = prefix.map_or("", |it| it.trim_end_matches('/'));
                let full = match path.as_str() {
                    "/" if !prefix.is_empty() => prefix.to_owned(),
                    path => format!("{prefix}{path}"),
                };
                if seen.insert((*outer, full.clone())) {
                    next.push((*outer, full));
                }
            }
        }
        if next.is_empty() {
            break;
        }
        fresh = next;
    }
    seen
}

/// Whether a path lies below a prefix, whole segments compared.
fn fits(prefix: Option<&str>, path: &str) -> bool {
    let prefix = prefix.unwrap_or("").trim_end_matches(['/', '*']);
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || prefix.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_takes_whole_segments() {
        assert!(fits(None, "/users"));
        assert!(fits(Some("/"), "/users"));
        assert!(fits(Some("/api"), "/api"));
        assert!(fits(Some("/api/"), "/api/users"));
        assert!(fits(Some("/api/*"), "/api/users"));
        assert!(!fits(Some("/api"), "/apiary"));
    }
}
