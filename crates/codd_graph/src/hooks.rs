//! What runs before a route because of its router, and below which paths it is served,
//! wherever that was said.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, Name, RegistrationOrder, RouteHookKind};
use codd_source::RepoPath;
use rustc_hash::FxHashSet;

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
///
/// A router that is mounted in several places serves its routes in each of them: only what runs
/// before all of these is certain to run.
pub(crate) fn edges(files: &[&GraphFile], index: &Index, edges: &mut Vec<Edge>) -> Hooked {
    let routers = Routers::of(files);
    let called: FxHashSet<NodeId> =
        edges.iter().filter(|it| it.kind == EdgeKind::Calls).map(|it| it.to).collect();
    let is_called = |path: &RepoPath, owner: DefinitionId| {
        index.definition(path, owner).is_some_and(|it| called.contains(&it))
    };
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
            let places = routers.places(start);
            let mut runs: Runs = BTreeMap::new();
            for (at, place) in places.all.iter().enumerate() {
                for (run, confidence) in routers.hooks_at(&place.at, &is_called) {
                    runs.entry(run).or_default().push((Where::Place(at), confidence));
                }
                for (nth, (mount, _)) in place.mounts.iter().enumerate() {
                    for (run, confidence) in middleware(mount) {
                        let held = (Where::Mount(at, nth), confidence);
                        runs.entry(run).or_default().push(held);
                    }
                }
                if !routers.mounts.contains_key(place.at.router) {
                    let full = routers.own_paths(place.at.router, &place.at.path);
                    paths.entry(*from).or_default().extend(full);
                }
            }
            for ((path, id, action), held) in &runs {
                let Some(to) = index.definition(path, *id) else { continue };
                let kind = match action {
                    Action::Decorate => EdgeKind::Decorates,
                    Action::Run | Action::RunBare => EdgeKind::Calls,
                };
                edges.push(edge(*from, to, kind, places.certainty(held)));
                if *action == Action::RunBare {
                    hooked.undecorated.insert((*from, to));
                }
            }
        }
        for (node, paths) in paths {
            hooked.served.push((node, paths.into_iter().map(Name::from).collect()));
        }
    }
    hooked
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Run,
    RunBare,
    Decorate,
}

/// What runs before a route.
type Run<'a> = (&'a RepoPath, DefinitionId, Action);

type Runs<'a> = BTreeMap<Run<'a>, Vec<(Where, Confidence)>>;

/// Where something runs: on all ways through a place, or from it through one mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Place(usize),
    Mount(usize, usize),
}

fn middleware(mount: &Hook) -> impl Iterator<Item = (Run<'_>, Confidence)> {
    let functions = match &mount.action {
        HookAction::Mount(_, functions) => functions.as_slice(),
        _ => &[],
    };
    functions.iter().map(|(path, id, confidence)| ((path, *id, Action::Run), *confidence))
}

/// All places at which one route is served: the first is its own router.
struct Places<'a> {
    all: Vec<PlaceOf<'a>>,
}

struct PlaceOf<'a> {
    at: Served<'a>,
    /// Each mount of the router here, and the place that it leads to.
    mounts: Vec<(&'a Hook, usize)>,
    /// There are more mounts than are told apart.
    is_cut: bool,
}

impl Places<'_> {
    /// How surely something runs that holds in these places and mounts.
    fn certainty(&self, held: &[(Where, Confidence)]) -> Confidence {
        let mut own: Vec<Option<Confidence>> = vec![None; self.all.len()];
        let mut mounted: BTreeMap<(usize, usize), Confidence> = BTreeMap::new();
        for (at, confidence) in held {
            match at {
                Where::Place(at) => own[*at] = own[*at].max(Some(*confidence)),
                Where::Mount(at, mount) => {
                    let known = mounted.entry((*at, *mount)).or_insert(*confidence);
                    *known = *confidence.max(known);
                }
            }
        }
        // What each place is sure of; it starts from all and is lowered until nothing changes,
        // so that routers mounted in one another say nothing of themselves.
        let mut sure: Vec<Option<Confidence>> = vec![Some(Confidence::Exact); self.all.len()];
        loop {
            let mut is_changed = false;
            for (at, place) in self.all.iter().enumerate().rev() {
                let mounts = place.mounts.iter().enumerate().map(|(mount, (_, outer))| {
                    mounted.get(&(at, mount)).copied().max(sure[*outer])
                });
                let outside = mounts.min().flatten().filter(|_| !place.is_cut);
                let known = own[at].max(outside).min(sure[at]);
                if known != sure[at] {
                    sure[at] = known;
                    is_changed = true;
                }
            }
            if !is_changed {
                break;
            }
        }
        sure[0].unwrap_or(Confidence::Possible)
    }
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
                    HookAction::Mount(mounted, _) if known.contains(mounted) => {
                        routers.mounts.entry(mounted).or_default().push((hook, path));
                    }
                    HookAction::Mount(..) => {}
                }
            }
            for (router, prefix) in &file_edges.prefixes {
                routers.prefixes.entry(router).or_default().push(prefix);
            }
        }
        let has_tests = |path: &RepoPath| {
            let at = files.binary_search_by(|it| it.path.cmp(path));
            let facts = at.ok().and_then(|at| files[at].facts.as_ref());
            facts.is_some_and(|(_, semantics, _)| !semantics.tests.is_empty())
        };
        for mounts in routers.mounts.values_mut() {
            // Where tests mount a router says little of where the code does.
            if mounts.iter().any(|(_, path)| !has_tests(path)) {
                mounts.retain(|(_, path)| !has_tests(path));
            }
        }
        routers.spread();
        routers
    }

    /// Brings hooks that hold for whole applications to what their routers are registered on.
    fn spread(&mut self) {
        let mut spread: Vec<(&'a Router, (&'a Hook, &'a RepoPath))> = Vec::new();
        for (router, hooks) in &self.hooks {
            let of_application = |it: &&(&'a Hook, &'a RepoPath)| {
                it.0.kind == RouteHookKind::Application && self.mounts.contains_key(*router)
            };
            let hooks: Vec<_> = hooks.iter().filter(of_application).copied().collect();
            if hooks.is_empty() {
                continue;
            }
            let mut outer = BTreeSet::new();
            let mut todo = vec![*router];
            while let Some(at) = todo.pop() {
                for (mount, _) in self.mounts.get(at).into_iter().flatten() {
                    if !mount.is_conditional
                        && outer.len() < MAX_PLACES
                        && outer.insert(&mount.router)
                    {
                        todo.push(&mount.router);
                    }
                }
            }
            for it in outer {
                spread.extend(hooks.iter().map(|hook| (it, *hook)));
            }
        }
        for (router, hook) in spread {
            self.hooks.entry(router).or_default().push(hook);
        }
    }

    /// The hooks that run where a route is served, and how surely.
    fn hooks_at(
        &self,
        at: &Served<'a>,
        is_called: &impl Fn(&RepoPath, DefinitionId) -> bool,
    ) -> Vec<(Run<'a>, Confidence)> {
        let mut found = Vec::new();
        for (hook, hook_file) in self.hooks.get(at.router).into_iter().flatten().copied() {
            let (run, confidence) = match &hook.action {
                HookAction::Run(path, id, it) => ((path, *id, Action::Run), *it),
                HookAction::RunBare(path, id, it) => ((path, *id, Action::RunBare), *it),
                HookAction::Decorate(path, id, it) => ((path, *id, Action::Decorate), *it),
                HookAction::Mount(..) => continue,
            };
            let order = runs_before((hook_file, hook.order), at.place, at.router);
            let fits = match hook.kind {
                RouteHookKind::UseExactly => fits_exactly(hook.prefix.as_ref(), &at.path),
                _ => fits(hook.prefix.as_ref(), &at.path),
            };
            let Some(limit) = order.min(fits) else { continue };
            let is_sure = !hook.is_conditional
                && hook.owner.is_none_or(|owner| {
                    hook.order.is_some()
                        || is_made_by(at.router, owner)
                        || is_called(hook_file, owner)
                });
            let limit = if is_sure { limit } else { Confidence::Possible };
            found.push((run, limit.min(confidence).min(at.limit)));
        }
        found
    }

    /// The route's own router and all it is mounted on.
    fn places(&self, start: Served<'a>) -> Places<'a> {
        let mut known = BTreeMap::from([(start.clone(), 0)]);
        let mut all = vec![PlaceOf { at: start, mounts: Vec::new(), is_cut: false }];
        let mut depth = vec![0];
        let mut next = 0;
        while next < all.len() {
            let at = all[next].at.clone();
            for (mount, file) in self.mounts.get(at.router).into_iter().flatten().copied() {
                for path in self.mounted_paths(mount, &at) {
                    // Before another application, little of this one's runs.
                    let is_apart = mount.kind == RouteHookKind::Mount;
                    let limit = if is_apart { Confidence::Possible } else { at.limit };
                    let place = (file, mount.order);
                    let outer = Served { router: &mount.router, path, place, limit };
                    let found = known.get(&outer).copied();
                    let is_new_too_many =
                        found.is_none() && (all.len() >= MAX_PLACES || depth[next] >= MAX_MOUNTS);
                    if is_new_too_many || all[next].mounts.len() >= MAX_PLACES {
                        all[next].is_cut = true;
                        continue;
                    }
                    let outer_at = found.unwrap_or(all.len());
                    if found.is_none() {
                        known.insert(outer.clone(), outer_at);
                        all.push(PlaceOf { at: outer, mounts: Vec::new(), is_cut: false });
                        depth.push(depth[next] + 1);
                    }
                    all[next].mounts.push((mount, outer_at));
                }
            }
            next += 1;
        }
        Places { all }
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

/// Whether a function makes the router that it registers something with.
fn is_made_by(router: &Router, function: DefinitionId) -> bool {
    matches!(router, Router::Local(_, owner, _) if *owner == function)
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
fn fits(given: Option<&Prefix>, path: &str) -> Option<Confidence> {
    let prefix = match given {
        None => return Some(Confidence::Exact),
        Some(Prefix::Unknown) => return Some(Confidence::Possible),
        Some(Prefix::Known(text)) => text.trim_end_matches(['/', '*']),
    };
    // `/api/*` is what lies below `/api`, and not that itself.
    let is_below = matches!(given, Some(Prefix::Known(text)) if text.ends_with('*'));
    if prefix.is_empty() {
        return Some(Confidence::Exact);
    }
    match path.strip_prefix(prefix) {
        Some(rest) => {
            (rest.is_empty() && !is_below || rest.starts_with('/')).then_some(Confidence::Exact)
        }
        None => path.contains(UNKNOWN_PREFIX).then_some(Confidence::Possible),
    }
}

/// How surely a path is this one; `None` where it is another.
fn fits_exactly(path: Option<&Prefix>, served: &str) -> Option<Confidence> {
    match path {
        Some(Prefix::Known(text)) if text == served => Some(Confidence::Exact),
        Some(Prefix::Known(_)) => served.contains(UNKNOWN_PREFIX).then_some(Confidence::Possible),
        _ => Some(Confidence::Possible),
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
