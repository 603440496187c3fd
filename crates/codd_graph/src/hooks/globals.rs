//! What an application runs around all routes of its framework: NestJS' `APP_GUARD` and the
//! `MIDDLEWARE` of Django, which settings say; filters and advice of Spring, JAX-RS and ASP.NET,
//! which the framework finds.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{
    Certainty, DefinitionId, DefinitionKind, Expr, MODULE_SCOPE, Route, RouteHookKind,
    UNKNOWN_PREFIX, known_path,
};
use codd_source::RepoPath;

use super::all_endpoints::AllEndpoints;
use super::modules::Modules;
use super::path_rules::{self, Chain, Chains, Request, Taken};
use super::{Hooked, below, fits, limits};
use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, GraphFile, Hook, HookAction, NodeId, Prefix};

const NEST: &str = "nestjs";
const DJANGO: &str = "django";
const ASP_NET: &str = "aspnet";
const SPRING: &str = "spring";
const JVM: [&str; 3] = ["jax-rs", "micronaut", SPRING];

/// The variable that Django's settings keep their middleware in.
const MIDDLEWARE: &str = "MIDDLEWARE";

/// What a framework finds around the routes of one application: more is nobody's.
const MOST_FOUND: usize = 256;

/// What holds for all routes of applications, with the files that say it.
pub(super) struct Globals<'a> {
    hooks: Vec<(&'a Hook, &'a RepoPath)>,
    /// What all routes of an application are served below.
    below: Vec<(&'a Hook, &'a RepoPath)>,
    endpoints: AllEndpoints<'a>,
    chains: Chains<'a>,
    modules: Modules<'a>,
    projects: Projects<'a>,
}

/// The folders of projects of .NET.
struct Projects<'a>(BTreeSet<&'a str>);

impl<'a> Globals<'a> {
    pub(super) fn of(files: &[&'a GraphFile]) -> Globals<'a> {
        let facts = files.iter().filter_map(|it| Some((&it.path, &it.facts.as_ref()?.2)));
        let all = facts.flat_map(|(path, it)| it.hooks.iter().map(move |hook| (hook, path)));
        let (mut hooks, mut below, mut said) = (Vec::new(), Vec::new(), Vec::new());
        let mut chains = Vec::new();
        let projects = Projects::of(files);
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for (hook, path) in all {
            match hook.kind {
                _ if AllEndpoints::is_one(hook, path) => said.push((hook, path)),
                _ if Chains::rules(hook).is_some() => chains.push((hook, path)),
                RouteHookKind::Global if is_found(path) => {
                    let count = found.entry(projects.application(path)).or_default();
                    *count += 1;
                    if *count <= MOST_FOUND {
                        hooks.push((hook, path));
                    }
                }
                RouteHookKind::Global => hooks.push((hook, path)),
                RouteHookKind::Below => below.push((hook, path)),
                _ => {}
            }
        }
        let (endpoints, modules) = (AllEndpoints::of(files, said), Modules::of(files));
        let chains = Chains::of(&chains, &|it| projects.application(it));
        Globals { hooks, below, endpoints, chains, modules, projects }
    }

    /// Where a route is served that would be served at `path` without a prefix of its
    /// application.
    pub(super) fn path(&self, file: &RepoPath, route: &Route, path: String) -> String {
        if route.framework != NEST {
            // Django writes the root of a site as nothing.
            let is_root = route.framework == DJANGO && path.is_empty();
            return if is_root { "/".to_owned() } else { path };
        }
        let path = rooted(&path);
        let mut out = path.clone();
        let mut is_of_own = false;
        for (hook, of) in &self.below {
            let is_own = file.as_str().starts_with(application(of));
            // Several applications may serve it, and each of them below its own.
            let prefix = match &hook.prefix {
                Some(prefix @ Prefix::Known(_)) if is_own && !hook.is_conditional && !is_of_own => {
                    prefix
                }
                _ => &Prefix::Unknown,
            };
            is_of_own |= is_own;
            let limits = hook.limits.as_deref();
            let held = limits.map_or(Some(Confidence::Exact), |it| {
                limits::holds(it, None, (&route.method, &path), false)
            });
            match held {
                Some(Confidence::Possible) => out = rooted(&below(Some(&Prefix::Unknown), &path)),
                Some(_) => out = rooted(&below(Some(prefix), &path)),
                None => {}
            }
        }
        out
    }

    /// Adds calls from routes to what runs before all of them.
    pub(super) fn edges(
        &self,
        files: &[&GraphFile],
        index: &Index,
        edges: &mut Vec<Edge>,
        hooked: &mut Hooked,
    ) {
        if self.hooks.is_empty() && self.endpoints.said.is_empty() && self.chains.is_empty() {
            return;
        }
        let settings = settings(files);
        let registered = self.registered();
        let served = self.projects.served(files);
        let taken = self.taken(files);
        for file in files {
            let Some((_, semantics, _)) = &file.facts else { continue };
            for (at, route) in semantics.routes.iter().enumerate() {
                let Some(from) = index.file(&file.path).routes.get(&(at as u32)) else { continue };
                for (hook, path) in &self.endpoints.said {
                    let application = |it| self.projects.application(it);
                    if let HookAction::RunOutside(name, confidence) = &hook.action
                        && let Some(found) =
                            self.projects.found_for((hook, path), &file.path, route, &served)
                        && let Some(said) =
                            self.endpoints.limit((hook, path), (route, semantics), &application)
                    {
                        hooked.from_settings.insert((*from, *from));
                        let known = hooked.outside.entry(*from).or_default();
                        known.push((name.clone(), found.min(said).min(*confidence)));
                    }
                }
                if route.framework == SPRING {
                    self.chain_edges(
                        (*from, &file.path),
                        route,
                        &served,
                        &taken,
                        (index, edges, hooked),
                    );
                }
                for (hook, path) in &self.hooks {
                    let limit = if is_found(path) {
                        self.projects.found_for((hook, path), &file.path, route, &served)
                    } else {
                        self.holds((hook, path), &file.path, route, &settings)
                    };
                    let Some(limit) = limit else { continue };
                    match &hook.action {
                        // It runs for what it is registered for.
                        HookAction::Run(of, id, _)
                            if !has_rules(hook)
                                && registered.contains(&(
                                    self.projects.application(path),
                                    of,
                                    *id,
                                )) => {}
                        HookAction::Run(of, id, confidence) if is_found(path) => {
                            if let Some(to) = index.definition(of, *id) {
                                let it = edge(*from, to, EdgeKind::Calls, limit.min(*confidence));
                                // Which requests it lets pass, and whether it is asked at all, a
                                // guard cannot rest on, unless it is registered for these.
                                let asked =
                                    self.asked_by_hook(hook, path, &file.path, route, &taken);
                                if asked == Some(Certainty::Never) {
                                    continue;
                                }
                                let running =
                                    it.running.limited(asked.unwrap_or(Certainty::Perhaps));
                                edges.push(Edge { running, ..it });
                            }
                        }
                        _ if is_found(path) => {}
                        HookAction::Run(path, id, confidence) => {
                            if let Some(to) = index.definition(path, *id) {
                                let confidence = limit.min(*confidence);
                                hooked.from_settings.insert((*from, to));
                                edges.push(edge(*from, to, EdgeKind::Calls, confidence));
                            }
                        }
                        HookAction::RunOutside(name, confidence) => {
                            hooked.from_settings.insert((*from, *from));
                            let known = hooked.outside.entry(*from).or_default();
                            known.push((name.clone(), limit.min(*confidence)));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// The paths of routes that are known.
    fn taken<'f>(&self, files: &[&'f GraphFile]) -> Taken<'f> {
        let mut taken = Taken::default();
        if self.chains.is_empty() && !self.hooks.iter().any(|(hook, _)| has_rules(hook)) {
            return taken;
        }
        for file in files {
            let Some((_, semantics, _)) = &file.facts else { continue };
            for route in semantics.routes.iter().filter(|it| it.framework == SPRING) {
                let application = self.projects.application(&file.path);
                taken.add(application, &route.method, rooted(known_path(&route.path)));
            }
        }
        taken
    }

    /// What is registered for some routes, by application.
    fn registered(&self) -> BTreeSet<(&str, &RepoPath, DefinitionId)> {
        let ruled = self.hooks.iter().filter(|(hook, _)| has_rules(hook));
        ruled
            .filter_map(|(hook, path)| match &hook.action {
                HookAction::Run(of, id, _) => Some((self.projects.application(path), of, *id)),
                _ => None,
            })
            .collect()
    }

    /// How surely a hook with rules of its own runs before a route; `None` for one without.
    fn asked_by_hook(
        &self,
        hook: &Hook,
        path: &RepoPath,
        file: &RepoPath,
        route: &Route,
        taken: &Taken<'_>,
    ) -> Option<Certainty> {
        let rules = hook.limits.as_ref()?.rules.as_ref()?;
        let served = rooted(known_path(&route.path));
        let application = self.projects.application(file);
        let request = Request { method: &route.method, path: &served, application };
        let asked = path_rules::asks(rules, &request, taken);
        let is_sure = !hook.is_conditional && self.projects.application(path) == application;
        Some(if is_sure { asked } else { asked.min(Certainty::Perhaps) })
    }

    /// Adds what the filter chains of applications do before a route.
    fn chain_edges(
        &self,
        (from, file): (NodeId, &RepoPath),
        route: &Route,
        served: &BTreeSet<&str>,
        taken: &Taken<'_>,
        (index, edges, hooked): (&Index, &mut Vec<Edge>, &mut Hooked),
    ) {
        let path = rooted(known_path(&route.path));
        let application = self.projects.application(file);
        let request = Request { method: &route.method, path: &path, application };
        for (of, chains) in self.chains.applications() {
            // Those of what has no routes itself are there for others.
            if of != application && served.contains(of) {
                continue;
            }
            let asked = path_rules::asks_of_chains(chains, &request, taken);
            let confidence = match asked {
                Certainty::Always if of == application => Some(Confidence::Probable),
                Certainty::Never => None,
                _ => Some(Confidence::Possible),
            };
            let by = chains.iter().find_map(|it| Chains::rules(it.hook)?.by.as_ref());
            if let (Some(confidence), Some(by)) = (confidence, by) {
                hooked.outside.entry(from).or_default().push((by.clone(), confidence));
            }
            for Chain { hook, path, .. } in chains {
                let method = hook.owner.and_then(|it| index.definition(path, it));
                if let Some(to) = method {
                    // It ran as the program started; what it says holds for the route.
                    let own =
                        if of == application { Confidence::Probable } else { Confidence::Possible };
                    let it = edge(from, to, EdgeKind::Calls, own);
                    let running = it.running.limited(Certainty::Perhaps);
                    edges.push(Edge { running, ..it });
                }
            }
        }
    }

    /// How surely what a hook says holds for a route; `None` where it does not.
    fn holds(
        &self,
        (hook, path): (&Hook, &'a RepoPath),
        file: &RepoPath,
        route: &Route,
        settings: &[&RepoPath],
    ) -> Option<Confidence> {
        if framework(path) != route.framework {
            return None;
        }
        let included = hook.owner.map_or(Certainty::Always, |it| self.modules.include(path, it));
        if included == Certainty::Never {
            return None;
        }
        let limit = match route.framework.as_str() {
            _ if hook.is_conditional || included == Certainty::Perhaps => Confidence::Possible,
            DJANGO if settings.iter().any(|it| !has(&self.hooks, it, &hook.action)) => {
                Confidence::Possible
            }
            NEST if !file.as_str().starts_with(application(path)) => Confidence::Possible,
            _ => Confidence::Exact,
        };
        // A module's paths are below the prefix of the application, which it need not know.
        let served = match &hook.limits {
            Some(_) => rooted(known_path(&route.path)),
            None => self.path(file, route, known_path(&route.path).to_owned()),
        };
        let fits = fits(hook.prefix.as_ref(), &served)?;
        let kept = match &hook.limits {
            Some(it) => limits::holds(it, hook.prefix.as_ref(), (&route.method, &served), false)?,
            None => Confidence::Exact,
        };
        Some(limit.min(fits).min(kept))
    }
}

fn has_rules(hook: &Hook) -> bool {
    hook.limits.as_ref().is_some_and(|it| it.rules.is_some())
}

/// Whether the framework finds by itself what a file like this has around routes.
fn is_found(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("cs" | "java" | "kt" | "kts"))
}

impl<'a> Projects<'a> {
    fn of(files: &[&'a GraphFile]) -> Projects<'a> {
        let projects = files.iter().map(|it| &it.path);
        let projects = projects.filter(|it| it.extension() == Some("csproj"));
        Projects(projects.map(RepoPath::parent).collect())
    }

    /// The folder of the application that a file is of, of C# the one of its project.
    fn application<'p>(&self, path: &'p RepoPath) -> &'p str {
        if path.extension() != Some("cs") {
            return application(path);
        }
        let mut folder = path.parent();
        while !folder.is_empty() && !self.0.contains(folder) {
            folder = folder.rsplit_once('/').map_or("", |it| it.0);
        }
        folder
    }

    /// The applications that have routes around which a framework finds things.
    fn served<'f>(&self, files: &[&'f GraphFile]) -> BTreeSet<&'f str> {
        let has_routes =
            |it: &GraphFile| it.facts.as_ref().is_some_and(|(_, it, _)| !it.routes.is_empty());
        let some = files.iter().filter(|it| is_found(&it.path) && has_routes(it));
        some.map(|it| self.application(&it.path)).collect()
    }

    /// How surely what a framework finds runs around a route: surely only in its own application.
    fn found_for(
        &self,
        (hook, path): (&Hook, &RepoPath),
        file: &RepoPath,
        route: &Route,
        served: &BTreeSet<&str>,
    ) -> Option<Confidence> {
        let is_of_kind = match path.extension() {
            Some("cs") => route.framework == ASP_NET,
            _ => JVM.contains(&route.framework.as_str()),
        };
        if !is_of_kind {
            return None;
        }
        let own = self.application(path);
        match own == self.application(file) {
            true if hook.is_conditional => Some(Confidence::Possible),
            true => Some(Confidence::Probable),
            // What has no routes itself is there for others.
            false => (!served.contains(own)).then_some(Confidence::Possible),
        }
    }
}

/// A path from the root, whatever slashes its parts are written with.
fn rooted(path: &str) -> String {
    if path.starts_with(UNKNOWN_PREFIX) {
        return path.to_owned();
    }
    let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

/// Whose settings a file of this kind holds.
fn framework(path: &RepoPath) -> &'static str {
    if path.as_str().ends_with(".py") { DJANGO } else { NEST }
}

/// The folder of the application that a module is of: `apps/api/` of `apps/api/src/app.ts`.
pub fn application(path: &RepoPath) -> &str {
    let path = path.as_str();
    match path.find("src/") {
        Some(at) if at == 0 || path[..at].ends_with('/') => &path[..at],
        _ => "",
    }
}

/// The files of settings that write all of Django's middleware down: a program runs with one of
/// them.
fn settings<'a>(files: &[&'a GraphFile]) -> Vec<&'a RepoPath> {
    let says = |file: &GraphFile| {
        let Some((_, semantics, _)) = &file.facts else { return false };
        semantics.tests.is_empty()
            && semantics.definitions.iter().any(|it| {
                it.kind == DefinitionKind::Variable
                    && it.scope == MODULE_SCOPE
                    && it.name == MIDDLEWARE
                    && it
                        .value
                        .is_some_and(|it| matches!(semantics.expr(it), Expr::Container { .. }))
            })
    };
    let all = files.iter().filter(|it| it.path.as_str().ends_with(".py") && says(it));
    all.map(|it| &it.path).collect()
}

/// Whether a file has the same run before all routes.
fn has(all: &[(&Hook, &RepoPath)], path: &RepoPath, action: &HookAction) -> bool {
    let is_same = |other: &HookAction| match (action, other) {
        (HookAction::Run(path, id, _), HookAction::Run(other, of, _)) => path == other && id == of,
        (HookAction::RunOutside(name, _), HookAction::RunOutside(other, _)) => name == other,
        _ => false,
    };
    all.iter().any(|(hook, of)| *of == path && is_same(&hook.action))
}
