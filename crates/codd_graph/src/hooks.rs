//! What runs before a route because of its router, and below which paths it is served,
//! wherever that was said.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, Name, RegistrationOrder, RouteHookKind};
use codd_source::RepoPath;

use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, GraphFile, Hook, HookAction, NodeId, Prefix, Router};

/// Routers mounted in routers mounted in routers, and so on, at most this often.
const MAX_MOUNTS: usize = 16;

/// Places at which one router is served that are told apart.
const MAX_PLACES: usize = 64;

/// Stands in a path for a beginning that is known only when the code runs.
pub(crate) const UNKNOWN_PREFIX: &str = "…";

/// Where something is registered: the order within one file, and the file.
type Place<'a> = (&'a RepoPath, Option<RegistrationOrder>);

/// What all files say of routers.
#[derive(Default)]
struct Routers<'a> {
    hooks: BTreeMap<&'a Router, Vec<(&'a Hook, &'a RepoPath)>>,
    /// By mounted router: the hooks that mount it.
    mounts: BTreeMap<&'a Router, Vec<(&'a Hook, &'a RepoPath)>>,
    prefixes: BTreeMap<&'a Router, Vec<&'a Prefix>>,
}

/// A router on which a route is served, and as what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Served<'a> {
    router: &'a Router,
    /// As seen from the router's own routes.
    path: String,
    /// When the route, or the router that has it, was registered.
    place: Place<'a>,
    limit: Confidence,
}

/// What the whole graph says of routes.
#[derive(Default)]
pub(crate) struct Hooked {
    /// Routes and hooks of which the hook runs without its decorators.
    pub(crate) undecorated: BTreeSet<(NodeId, NodeId)>,
    /// The paths at which each route is served, where its router is known.
    pub(crate) served: Vec<(NodeId, Vec<Name>)>,
}

/// Adds calls from routes to the hooks of their routers and of those these are mounted on.
pub(crate) fn edges(files: &[&GraphFile], index: &Index, edges: &mut Vec<Edge>) -> Hooked {
    let routers = Routers::of(files);
    let mut hooked = Hooked::default();
    for file in files {
        let Some((_, semantics, file_edges)) = &file.facts else { continue };
        let mut paths: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
        for (route, router) in &file_edges.routers {
            let Some(from) = index.file(&file.path).routes.get(route) else { continue };
            let route = &semantics.routes[*route as usize];
            let start = Served {
                router,
                path: route.path.to_string(),
                place: (&file.path, route.order),
                limit: Confidence::Exact,
            };
            for at in routers.all(start) {
                for (hook, hook_file) in routers.hooks.get(at.router).into_iter().flatten() {
                    let (path, id, confidence, kind) = match &hook.action {
                        HookAction::Run(path, id, confidence)
                        | HookAction::RunBare(path, id, confidence) => {
                            (path, id, confidence, EdgeKind::Calls)
                        }
                        HookAction::Decorate(path, id, confidence) => {
                            (path, id, confidence, EdgeKind::Decorates)
                        }
                        HookAction::Mount(_) => continue,
                    };
                    let order = runs_before((hook_file, hook.order), at.place, at.router);
                    let Some(limit) = order.min(fits(hook.prefix.as_ref(), &at.path)) else {
                        continue;
                    };
                    if let Some(to) = index.definition(path, *id) {
                        let confidence = limit.min(*confidence).min(at.limit);
                        edges.push(edge(*from, to, kind, confidence));
                        if matches!(hook.action, HookAction::RunBare(..)) {
                            hooked.undecorated.insert((*from, to));
                        }
                    }
                }
                if !routers.mounts.contains_key(at.router) {
                    let full = routers.own_paths(at.router, &at.path);
                    paths.entry(*from).or_default().extend(full);
                }
            }
        }
        for (node, paths) in paths {
            hooked.served.push((node, paths.into_iter().map(Name::from).collect()));
        }
    }
    hooked
}

impl<'a> Routers<'a> {
    fn of(files: &[&'a GraphFile]) -> Routers<'a> {
        let facts = files.iter().filter_map(|it| Some((&it.path, &it.facts.as_ref()?.2)));
        let registered = facts.clone().flat_map(|(_, it)| &it.routers).map(|(_, router)| router);
        let hooked = facts.clone().flat_map(|(_, it)| &it.hooks).map(|hook| &hook.router);
        let known: BTreeSet<&Router> = registered.chain(hooked).collect();
        let mut routers = Routers::default();
        for (path, file_edges) in facts {
            for hook in &file_edges.hooks {
                match &hook.action {
                    // A router is mounted, not called.
                    HookAction::Run(path, id, _) if is_router(&known, path, *id) => {}
                    HookAction::Run(..) | HookAction::RunBare(..) | HookAction::Decorate(..) => {
                        routers.hooks.entry(&hook.router).or_default().push((hook, path));
                    }
                    HookAction::Mount(mounted) if known.contains(mounted) => {
                        routers.mounts.entry(mounted).or_default().push((hook, path));
                    }
                    HookAction::Mount(_) => {}
                }
            }
            for (router, prefix) in &file_edges.prefixes {
                routers.prefixes.entry(router).or_default().push(prefix);
            }
        }
        routers
    }

    /// The route's own router and all it is mounted on.
    fn all(&self, start: Served<'a>) -> BTreeSet<Served<'a>> {
        let mut seen = BTreeSet::from([start]);
        let mut fresh: Vec<Served<'a>> = seen.iter().cloned().collect();
        for _ in 0..MAX_MOUNTS {
            let mut next = Vec::new();
            for at in fresh {
                for (mount, file) in self.mounts.get(at.router).into_iter().flatten() {
                    for path in self.mounted_paths(mount, &at) {
                        // Before another application, little of this one's runs.
                        let is_apart = mount.kind == RouteHookKind::Mount;
                        let limit = if is_apart { Confidence::Possible } else { at.limit };
                        let place = (*file, mount.order);
                        let outer = Served { router: &mount.router, path, place, limit };
                        if seen.len() < MAX_PLACES && seen.insert(outer.clone()) {
                            next.push(outer);
                        }
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

    /// The path of what is served at `at` as seen from where its router is mounted.
    fn mounted_paths(&self, mount: &Hook, at: &Served<'_>) -> Vec<String> {
        let takes_place = mount.kind == RouteHookKind::Register && mount.prefix.is_some();
        let inner =
            if takes_place { vec![at.path.clone()] } else { self.own_paths(at.router, &at.path) };
        inner.iter().map(|it| below(mount.prefix.as_ref(), it)).collect()
    }

    fn own_paths(&self, router: &Router, path: &str) -> Vec<String> {
        match self.prefixes.get(router) {
            Some(prefixes) => prefixes.iter().map(|it| below(Some(it), path)).collect(),
            None => vec![path.to_owned()],
        }
    }
}

/// Whether a definition is a router, or a function that makes one.
fn is_router(known: &BTreeSet<&Router>, path: &RepoPath, id: DefinitionId) -> bool {
    let first = Router::Local(path.clone(), id, Name::default());
    let made = known.range::<&Router, _>(&first..).next();
    known.contains(&Router::Definition(path.clone(), id))
        || matches!(made, Some(Router::Local(file, owner, _)) if file == path && *owner == id)
}

fn below(prefix: Option<&Prefix>, path: &str) -> String {
    let prefix = match prefix {
        None => return path.to_owned(),
        Some(Prefix::Known(text)) => text.trim_end_matches('/'),
        Some(Prefix::Unknown) => UNKNOWN_PREFIX,
    };
    match path {
        path if path.is_empty() || path.starts_with(['/', '…']) => format!("{prefix}{path}"),
        path => format!("{prefix}/{path}"),
    }
}

/// How surely a hook runs before what was registered at `place`; `None` where it does not.
///
/// Frameworks that go by order run only what was registered before. The order is known within
/// one function or one file's top level, and where the hook stands at the top level of the
/// file that made the router: another file has the router only after that has run.
fn runs_before(hook: Place<'_>, place: Place<'_>, router: &Router) -> Option<Confidence> {
    let ((hook_file, Some(hook)), (file, Some(order))) = (hook, place) else {
        return Some(Confidence::Exact);
    };
    if hook_file == file && hook.owner == order.owner {
        return (hook.ordinal < order.ordinal).then_some(Confidence::Exact);
    }
    let made_in = match router {
        Router::Definition(path, _)
        | Router::Local(path, ..)
        | Router::Export(path, _)
        | Router::Unnamed(path, _) => path,
    };
    let is_first = hook.owner.is_none() && made_in == hook_file && hook_file != file;
    Some(if is_first { Confidence::Exact } else { Confidence::Possible })
}

/// How surely a path lies below a prefix, whole segments compared; `None` where it does not.
fn fits(prefix: Option<&Prefix>, path: &str) -> Option<Confidence> {
    let prefix = match prefix {
        None => return Some(Confidence::Exact),
        Some(Prefix::Unknown) => return Some(Confidence::Possible),
        Some(Prefix::Known(text)) => text.trim_end_matches(['/', '*']),
    };
    if prefix.is_empty() {
        return Some(Confidence::Exact);
    }
    match path.strip_prefix(prefix) {
        Some(rest) => (rest.is_empty() || rest.starts_with('/')).then_some(Confidence::Exact),
        None => path.contains(UNKNOWN_PREFIX).then_some(Confidence::Possible),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_takes_whole_segments() {
        let fits = |prefix: Option<&'static str>, path| {
            let prefix = prefix.map(|it| Prefix::Known(Name::new_static(it)));
            super::fits(prefix.as_ref(), path) == Some(Confidence::Exact)
        };
        assert!(fits(None, "/users"));
        assert!(fits(Some("/"), "/users"));
        assert!(fits(Some("/api"), "/api"));
        assert!(fits(Some("/api/"), "/api/users"));
        assert!(fits(Some("/api/*"), "/api/users"));
        assert!(!fits(Some("/api"), "/apiary"));
        assert!(!fits(Some("/api"), "…/users"));
    }
}
