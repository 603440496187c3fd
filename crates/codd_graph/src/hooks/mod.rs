//! What runs before a route because of its router, and below which paths it is served,
//! wherever that was said.

mod all_endpoints;
#[cfg(test)]
mod around_tests;
#[cfg(test)]
mod aside_tests;
#[cfg(test)]
mod computed_tests;
#[cfg(test)]
mod controller_tests;
#[cfg(test)]
mod framework_tests;
mod globals;
mod handed;
#[cfg(test)]
mod laravel_tests;
mod limits;
mod modules;
#[cfg(test)]
mod nested_tests;
mod path_rules;
mod places;
mod reopened;
#[cfg(test)]
mod router_class_tests;
#[cfg(test)]
mod served_tests;
mod standing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_set_tests;

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{
    Certainty, DefinitionId, DefinitionKind, Name, RegistrationOrder, RouteHookKind,
    UNKNOWN_PREFIX, known_path,
};
use codd_source::RepoPath;
use rustc_hash::FxHashSet;

use self::globals::Globals;
pub use self::globals::application as application_of;
use self::places::{PlaceOf, Places, Where};
use self::reopened::Reopened;
use self::standing::Asked;
use crate::build::{Index, edge};
use crate::given::is_class;
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, GraphFile, Hook, HookAction, NodeId, Prefix, Router};

/// Whose routes run nothing that FastAPI's routers are given.
const STARLETTE: &str = "starlette";

/// Routers mounted in routers mounted in routers, and so on, at most this often.
const MAX_MOUNTS: usize = 16;

/// Places at which one router is served that are told apart.
const MAX_PLACES: usize = 64;

/// Where something is registered: the order within one file, and the file.
type Place<'a> = (&'a RepoPath, Option<RegistrationOrder>);

/// What all files say of routers.
#[derive(Default)]
struct Routers<'a> {
    hooks: BTreeMap<&'a Router, Vec<(&'a Hook, &'a RepoPath)>>,
    /// By mounted router: the hooks that mount it.
    mounts: BTreeMap<&'a Router, Vec<(&'a Hook, &'a RepoPath)>>,
    prefixes: BTreeMap<&'a Router, Vec<&'a Prefix>>,
    /// What serves nothing unless something mounts it.
    parts: BTreeSet<&'a Router>,
    /// The methods that controllers define, by class and name.
    methods: Methods<'a>,
}

/// By class and name, with the file that has the method.
type Methods<'a> =
    BTreeMap<(&'a RepoPath, DefinitionId), BTreeMap<&'a str, (&'a RepoPath, DefinitionId)>>;

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
    /// Routes, and what the settings of their application run before them; the route itself for
    /// what comes from outside.
    pub(crate) from_settings: BTreeSet<(NodeId, NodeId)>,
    /// The paths at which each route is served, where its router is known.
    pub(crate) served: Vec<(NodeId, Vec<Name>)>,
    /// What comes from outside and runs before a route, by its dotted name.
    pub(crate) outside: BTreeMap<NodeId, Vec<(Name, Confidence)>>,
}

/// Adds calls from routes to the hooks of their routers and of those these are mounted on.
///
/// A router that is mounted in several places serves its routes in each of them: only what runs
/// before all of these is certain to run.
pub(crate) fn edges(files: &[&GraphFile], index: &Index, edges: &mut Vec<Edge>) -> Hooked {
    let handed = handed::hooks(files);
    let routers = Routers::of(files, &handed);
    let called: FxHashSet<NodeId> =
        edges.iter().filter(|it| it.kind == EdgeKind::Calls).map(|it| it.to).collect();
    let is_called = |path: &RepoPath, owner: DefinitionId| {
        index.definition(path, owner).is_some_and(|it| called.contains(&it))
    };
    let mut hooked = Hooked::default();
    let globals = Globals::of(files);
    for file in files {
        let Some((_, semantics, file_edges)) = &file.facts else { continue };
        let mut paths: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
        let computed: BTreeMap<u32, &str> =
            file_edges.paths.iter().map(|(route, path)| (*route, path.as_str())).collect();
        for (route, router) in &file_edges.routers {
            let Some(from) = index.file(&file.path).routes.get(route) else { continue };
            let without: Vec<_> =
                file_edges.without.iter().filter(|it| it.0 == *route).map(|it| &it.1).collect();
            let own_path = computed.get(route).copied();
            let route = &semantics.routes[*route as usize];
            let asked = Asked {
                method: &route.method,
                runs_dependencies: route.framework != STARLETTE,
                action: route.action(semantics),
                is_own: true,
            };
            let start = Served {
                router,
                path: own_path.unwrap_or_else(|| known_path(&route.path)).to_owned(),
                place: (&file.path, route.order),
                limit: Confidence::Exact,
            };
            let places = routers.places(start);
            if route.view_set(semantics).is_some() {
                view_sets(files, index, &places, *from, edges);
            }
            let mut runs: Runs = BTreeMap::new();
            let mut outside: BTreeMap<&Name, Vec<(Where, Confidence)>> = BTreeMap::new();
            for (at, place) in places.all.iter().enumerate() {
                let asked = Asked { is_own: at == 0, ..asked };
                let stands = standing::hooks_at(&routers, &place.at, asked, &is_called);
                for (run, confidence) in stands.runs {
                    runs.entry(run).or_default().push((Where::Place(at), confidence));
                }
                for (name, confidence) in stands.outside {
                    outside.entry(name).or_default().push((Where::Place(at), confidence));
                }
                // What includes a router hands its dependencies to FastAPI's routes alone.
                let mounts = place.mounts.iter().enumerate();
                for (nth, (mount, _)) in mounts.filter(|_| asked.runs_dependencies) {
                    for (name, confidence) in of_outside(mount) {
                        let held = (Where::Mount(at, nth), *confidence);
                        outside.entry(name).or_default().push(held);
                    }
                    for (run, confidence) in middleware(mount) {
                        let held = (Where::Mount(at, nth), confidence);
                        runs.entry(run).or_default().push(held);
                    }
                }
                if !routers.mounts.contains_key(place.at.router) {
                    let full = routers.outermost_paths(&place.at).into_iter();
                    let full = full.map(|it| globals.path(&file.path, route, it));
                    paths.entry(*from).or_default().extend(full);
                }
            }
            let limit = if without.is_empty() { Confidence::Exact } else { Confidence::Possible };
            let found = outside
                .iter()
                .map(|(name, held)| ((*name).clone(), places.certainty(held).min(limit)));
            let found: Vec<_> = found.collect();
            if !found.is_empty() {
                hooked.outside.insert(*from, found);
            }
            for ((path, id, action), held) in &runs {
                let Some(to) = index.definition(path, *id) else { continue };
                let is_left_out = |it: &&Option<(RepoPath, DefinitionId)>| {
                    it.as_ref().is_some_and(|it| it.0 == **path && it.1 == *id)
                };
                if without.iter().any(is_left_out) {
                    continue;
                }
                // Something else is left out, nobody knows what.
                let is_open = without.iter().any(|it| it.is_none());
                let limit = if is_open { Confidence::Possible } else { Confidence::Exact };
                let kind = match action {
                    Action::Decorate => EdgeKind::Decorates,
                    Action::Run | Action::RunBare | Action::Aside => EdgeKind::Calls,
                };
                let mut found = edge(*from, to, kind, places.certainty(held).min(limit));
                if *action == Action::Aside {
                    found.running = found.running.limited(Certainty::Never);
                }
                edges.push(found);
                if *action == Action::RunBare {
                    hooked.undecorated.insert((*from, to));
                }
            }
        }
        for (route, path) in &computed {
            if let Some(node) = index.file(&file.path).routes.get(route) {
                paths.entry(*node).or_insert_with(|| BTreeSet::from([(*path).to_owned()]));
            }
        }
        for (node, paths) in paths {
            hooked.served.push((node, paths.into_iter().map(Name::from).collect()));
        }
    }
    globals.edges(files, index, edges, &mut hooked);
    hooked
}

/// Adds calls from the route of an action to the sets of views that are served by it: its own class
/// or those that extend it, of which each says by itself who may.
fn view_sets(
    files: &[&GraphFile],
    index: &Index,
    places: &Places<'_>,
    from: NodeId,
    edges: &mut Vec<Edge>,
) {
    let is_registered = |place: &&PlaceOf<'_>| {
        is_class(files, place.at.router)
            && (place.mounts.is_empty()
                || place.mounts.iter().any(|(mount, _)| !is_class(files, &mount.router)))
    };
    let sets = places.all.iter().filter(is_registered).map(|it| it.at.router);
    let sets: BTreeSet<&Router> = sets.collect();
    for set in &sets {
        let Router::Definition(path, id) = set else { continue };
        let Some(to) = index.definition(path, *id) else { continue };
        let call = edge(from, to, EdgeKind::Calls, Confidence::Exact);
        let certainty = if sets.len() > 1 { Certainty::Perhaps } else { Certainty::Always };
        edges.push(Edge { running: call.running.limited(certainty), ..call });
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Run,
    RunBare,
    Decorate,
    /// For some requests alone: nothing rests on it.
    Aside,
}

/// What runs before a route.
type Run<'a> = (&'a RepoPath, DefinitionId, Action);

type Runs<'a> = BTreeMap<Run<'a>, Vec<(Where, Confidence)>>;

fn middleware(mount: &Hook) -> impl Iterator<Item = (Run<'_>, Confidence)> {
    let functions = match &mount.action {
        HookAction::Mount(_, functions, _) => functions.as_slice(),
        _ => &[],
    };
    functions.iter().map(|(path, id, confidence)| ((path, *id, Action::Run), *confidence))
}

fn of_outside(mount: &Hook) -> &[(Name, Confidence)] {
    match &mount.action {
        HookAction::Mount(_, _, outside) => outside,
        _ => &[],
    }
}

impl<'a> Routers<'a> {
    fn of(files: &[&'a GraphFile], handed: &'a [(Hook, RepoPath)]) -> Routers<'a> {
        let facts = files.iter().filter_map(|it| Some((&it.path, &it.facts.as_ref()?.2)));
        let registered = facts.clone().flat_map(|(_, it)| &it.routers).map(|(_, router)| router);
        let hooked = facts.clone().flat_map(|(_, it)| &it.hooks).map(|hook| &hook.router);
        let known: BTreeSet<&Router> = registered.chain(hooked).collect();
        let mut routers = Routers::default();
        let written =
            facts.clone().flat_map(|(path, it)| it.hooks.iter().map(move |it| (it, path)));
        for (hook, path) in written.chain(handed.iter().map(|(hook, path)| (hook, path))) {
            match &hook.action {
                // A router is mounted, not called.
                HookAction::Run(path, id, _)
                    if hook.controller.is_none() && is_router(&known, path, *id) => {}
                HookAction::Run(..)
                | HookAction::RunBare(..)
                | HookAction::RunOutside(..)
                | HookAction::Decorate(..)
                | HookAction::RunNamed
                | HookAction::Inherit(..)
                | HookAction::Skip => {
                    routers.hooks.entry(&hook.router).or_default().push((hook, path));
                }
                // What a module includes is served by nothing of it.
                HookAction::Mount(mounted, ..)
                    if hook.kind != RouteHookKind::Module && known.contains(mounted) =>
                {
                    routers.mounts.entry(mounted).or_default().push((hook, path));
                }
                HookAction::Mount(..) | HookAction::Below => {}
            }
        }
        for (_, file_edges) in facts {
            routers.parts.extend(&file_edges.parts);
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
        let reopened = Reopened::of(files, &routers.hooks);
        routers.join(&reopened);
        for (router, hooks) in &mut routers.hooks {
            // What another file says of a controller comes later than its own body.
            hooks.sort_by_key(|(hook, path)| {
                (!is_in(router, path), hook.controller.as_ref().map(|it| it.0))
            });
        }
        routers.methods = methods(files, &routers.hooks);
        reopened.join_methods(&mut routers.methods);
        routers
    }

    /// Gives each class that several files open what all of them say.
    fn join(&mut self, reopened: &Reopened<'a>) {
        let mut joined: Vec<(&'a Router, (&'a Hook, &'a RepoPath))> = Vec::new();
        for (one, other) in reopened.pairs() {
            for hook in self.hooks.get(other).into_iter().flatten() {
                // Where it has its base from, its own file says.
                if hook.0.kind != RouteHookKind::Inherit {
                    joined.push((one, *hook));
                }
            }
        }
        for (router, hook) in joined {
            self.hooks.entry(router).or_default().push(hook);
        }
    }

    /// Brings hooks that hold for whole applications to what their routers are registered on.
    fn spread(&mut self) {
        let mut spread: Vec<(&'a Router, (&'a Hook, &'a RepoPath))> = Vec::new();
        for (router, hooks) in &self.hooks {
            let of_application = |it: &&(&'a Hook, &'a RepoPath)| {
                matches!(it.0.kind, RouteHookKind::Application | RouteHookKind::ApplicationAside)
                    && self.mounts.contains_key(*router)
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

    /// The paths of what is served at `at`, which nothing mounts.
    fn outermost_paths(&self, at: &Served<'_>) -> Vec<String> {
        let own = self.own_paths(at.router, &at.path);
        if !self.parts.contains(at.router) {
            return own;
        }
        // Something does, in a way that is not read.
        own.iter().map(|it| below(Some(&Prefix::Unknown), it)).collect()
    }

    fn own_paths(&self, router: &Router, path: &str) -> Vec<String> {
        let inherited = || {
            let hooks = self.hooks.get(router).into_iter().flatten();
            hooks.filter_map(|(hook, _)| match &hook.action {
                HookAction::Inherit(class, _) => self.prefixes.get(class),
                _ => None,
            })
        };
        let prefixes = match (self.prefixes.get(router), inherited().next()) {
            // What the class makes of the two, its constructor knows.
            (Some(_), Some(_)) => vec![&Prefix::Unknown],
            (Some(own), None) => own.clone(),
            (None, Some(_)) => inherited().flatten().copied().collect(),
            (None, None) => return vec![path.to_owned()],
        };
        prefixes.into_iter().map(|it| below(Some(it), path)).collect()
    }
}

/// The methods of the classes that have hooks of controllers, and of those these inherit from.
fn methods<'a>(
    files: &[&'a GraphFile],
    hooks: &BTreeMap<&'a Router, Vec<(&'a Hook, &'a RepoPath)>>,
) -> Methods<'a> {
    let mut classes: BTreeSet<(&RepoPath, DefinitionId)> = BTreeSet::new();
    for (hook, _) in hooks.values().flatten().filter(|it| it.0.controller.is_some()) {
        let base = match &hook.action {
            HookAction::Inherit(base, _) => Some(base),
            _ => None,
        };
        for router in base.into_iter().chain([&hook.router]) {
            if let Router::Definition(path, id) = router {
                classes.insert((path, *id));
            }
        }
    }
    let mut methods: Methods<'a> = BTreeMap::new();
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let first = classes.range((&file.path, DefinitionId(0))..).next();
        if first.is_none_or(|it| *it.0 != file.path) {
            continue;
        }
        for (at, it) in semantics.definitions.iter().enumerate() {
            let Some(class) = it.parent.filter(|class| classes.contains(&(&file.path, *class)))
            else {
                continue;
            };
            if it.kind == DefinitionKind::Method && !it.flags.is_class_method {
                let known = methods.entry((&file.path, class)).or_default();
                known.insert(it.name.as_str(), (&file.path, DefinitionId(at as u32)));
            }
        }
    }
    methods
}

/// Whether a router is made in a file.
fn is_in(router: &Router, file: &RepoPath) -> bool {
    match router {
        Router::Definition(path, _)
        | Router::Local(path, ..)
        | Router::Export(path, _)
        | Router::Unnamed(path, _) => path == file,
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
        Some(Prefix::Unknown) if path.starts_with(UNKNOWN_PREFIX) => return path.to_owned(),
        Some(Prefix::Unknown) => UNKNOWN_PREFIX,
    };
    match path {
        path if path.is_empty() || path.starts_with('/') => format!("{prefix}{path}"),
        path if path.starts_with(UNKNOWN_PREFIX) && prefix.is_empty() => path.to_owned(),
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
    let is_first = hook.owner.is_none() && is_in(router, hook_file) && hook_file != file;
    Some(if is_first { Confidence::Exact } else { Confidence::Possible })
}

/// Whether what is registered so guards no route.
fn is_aside(kind: RouteHookKind) -> bool {
    matches!(
        kind,
        RouteHookKind::Aside | RouteHookKind::ApplicationAside | RouteHookKind::Parameter
    )
}

/// The same for what Express runs for errors: those of what was registered before it.
fn runs_aside(hook: Place<'_>, place: Place<'_>) -> Option<Confidence> {
    let ((hook_file, Some(hook)), (file, Some(order))) = (hook, place) else {
        return Some(Confidence::Exact);
    };
    // Where the order is not known, people put it last: else it would never run.
    let is_known = hook_file == file && hook.owner == order.owner;
    (!is_known || hook.ordinal > order.ordinal).then_some(Confidence::Exact)
}

/// The same for what is put around all that was registered before it: where the order is not
/// known, it may be any.
fn runs_around(hook: Place<'_>, place: Place<'_>) -> Option<Confidence> {
    let ((hook_file, Some(hook)), (file, Some(order))) = (hook, place) else {
        return Some(Confidence::Possible);
    };
    if hook_file == file && hook.owner == order.owner {
        return (hook.ordinal > order.ordinal).then_some(Confidence::Exact);
    }
    Some(Confidence::Possible)
}

/// Whether a path has a parameter of this name, `/orders/:id`.
fn has_parameter(name: Option<&Prefix>, path: &str) -> Option<Confidence> {
    let Some(Prefix::Known(name)) = name else { return Some(Confidence::Possible) };
    let has = path.split(['/', '.', '-']).filter_map(|it| it.strip_prefix(':')).any(|it| {
        let end = it.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(it.len());
        it[..end] == **name
    });
    if has {
        Some(Confidence::Exact)
    } else {
        path.contains(UNKNOWN_PREFIX).then_some(Confidence::Possible)
    }
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
        // What comes behind it may begin with a slash or go on with a name.
        Some(rest) if rest.starts_with(UNKNOWN_PREFIX) => Some(Confidence::Possible),
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
