//! `guard`: a guard runs before every route, unless the control says why none need.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use codd_controls::{RouteScope, ScopePattern};
use codd_facts::{DefinitionId, Expr, ExprId, Semantics, UNKNOWN_PREFIX};
use codd_graph::{Asked, Confidence, Graph, Node, NodeId, NodeKind};
use codd_source::{Date, Diagnostic, RepoPath};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::before::Before;
use super::guard_classes::{Classes, Held};
use super::{CheckKind, CompiledCheck};
use crate::context::CheckContext;
use crate::guards::defaults::Defaults;
use crate::guards::{
    Models, aspnet, deciders, enabled, fields, named, packages, presented, regardless, run_by,
    switches,
};
use crate::nodes::definition_node;
use crate::settings::{CheckSource, OneOrMany};
use crate::targets::{Targets, Ways};
use crate::{CheckOutcome, Outcome, ServedRoute, SnapshotView};

pub(super) struct Guard;

/// Before each route that the control governs, a guard runs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Dotted names or globs of guards; one of them is enough.
    by: Option<OneOrMany<String>>,
    /// Guards that codd knows by itself; `framework-auth` where `by` is not given.
    #[serde(rename = "use")]
    known: Option<OneOrMany<Known>>,
    /// Routes that anyone may call, `GET /health` or `/login`; globs.
    public: Option<OneOrMany<String>>,
    /// Dotted names or globs of the project's own marks of such routes.
    open: Option<OneOrMany<String>>,
    /// Guards that the code does not show.
    #[serde(default)]
    outside: Vec<Declared>,
    message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Known {
    /// What frameworks and their libraries bring, and hooks that look who asks and end requests.
    FrameworkAuth,
    /// The project's own functions and classes that are called like a guard.
    NamedAuth,
}

/// A guard in front of the program: a proxy, a gateway.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Declared {
    /// What guards.
    what: String,
    /// The routes behind it, as in `public`; all by default.
    routes: Option<OneOrMany<String>>,
    /// Who answers for it.
    owner: String,
    /// The last day it counts, `YYYY-MM-DD`.
    expires: String,
}

impl CheckKind for Guard {
    fn name(&self) -> &'static str {
        "guard"
    }

    fn manual(&self) -> &'static str {
        include_str!("guard.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Settings>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let settings: Settings = source.read(diagnostics)?;
        let before = diagnostics.len();
        let mut names = |key: &str, names: Option<OneOrMany<String>>| {
            source.globs(&[key.into()], names.clone(), ScopePattern::of_names, diagnostics);
            names.map(OneOrMany::into_vec).unwrap_or_default()
        };
        let by = names("by", settings.by);
        let open = names("open", settings.open);
        let known = settings.known.map(OneOrMany::into_vec);
        let known = known.unwrap_or_else(|| match by.as_slice() {
            [] => vec![Known::FrameworkAuth],
            _ => Vec::new(),
        });
        if by.is_empty() && known.is_empty() {
            let error = source.error("checks::guard", &["use".into()], "`guard` names no guard");
            diagnostics.push(error.help("write `by: [dotted.name]` or `use: [framework-auth]`"));
        }
        let public = settings.public.map(OneOrMany::into_vec).unwrap_or_default();
        let public = routes(source, "public", &public, diagnostics);
        let mut outside = Vec::new();
        for (at, it) in settings.outside.into_iter().enumerate() {
            let path = ["outside".into(), at.into()];
            let Ok(expires) = Date::from_str(&it.expires) else {
                let message = format!("`{}` is not a day", it.expires);
                let error = source.error("checks::guard", &path, message);
                diagnostics.push(error.help("write it as `YYYY-MM-DD`"));
                continue;
            };
            if it.owner.trim().is_empty() {
                let message = "a guard outside the code needs an owner";
                let error = source.error("checks::guard", &path, message);
                diagnostics.push(error.help("write who answers for it: `owner: platform`"));
                continue;
            }
            let patterns = it.routes.map(OneOrMany::into_vec).unwrap_or_default();
            let routes = routes(source, "outside", &patterns, diagnostics);
            outside.push(OutsideGuard { what: it.what, routes, owner: it.owner, expires });
        }
        (diagnostics.len() == before).then(|| {
            let message = settings.message;
            let check = CompiledGuard { by, known, public, open, outside, message };
            Box::new(check) as Box<dyn CompiledCheck>
        })
    }
}

/// `GET /health` and `/login` as patterns.
fn routes(
    source: CheckSource<'_>,
    key: &str,
    written: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<RouteScope> {
    let mut found = Vec::new();
    for text in written {
        let (methods, path) = match text.split_once(' ') {
            Some((method, path)) => (vec![method.to_ascii_uppercase()], path.trim()),
            None => (Vec::new(), text.as_str()),
        };
        match ScopePattern::of_paths(path) {
            Ok(pattern) if path.starts_with(['/', '*']) && !pattern.excludes => {
                found.push(RouteScope { methods, paths: vec![pattern] });
            }
            _ => {
                let message = format!("`{text}` is not a route");
                let error = source.error("checks::guard", &[key.into()], message);
                diagnostics.push(error.help("write `GET /health`, `/login` or `/assets/**`"));
            }
        }
    }
    found
}

struct CompiledGuard {
    by: Vec<String>,
    known: Vec<Known>,
    public: Vec<RouteScope>,
    open: Vec<String>,
    outside: Vec<OutsideGuard>,
    message: Option<String>,
}

struct OutsideGuard {
    what: String,
    /// Empty for all.
    routes: Vec<RouteScope>,
    owner: String,
    expires: Date,
}

/// Whether a route is surely one of these: whatever its method, wherever it is served.
fn are_of(scopes: &[RouteScope], node: &Node) -> bool {
    let (method, _) = node.method_and_path();
    let fits = |scope: &RouteScope, path: &str| {
        (method != "*" || scope.methods.is_empty())
            && !path.contains(UNKNOWN_PREFIX)
            && scope.takes(method, path)
    };
    node.paths().all(|path| scopes.iter().any(|it| fits(it, path)))
}

/// Nodes of a way to a guard that names alone lead along, the route and the guard counted: what
/// is farther away is nothing that somebody put in front of the route.
const MAX_POSSIBLE: usize = 6;

/// Whether a way goes by a member of a class that replaces another's, and the route is answered
/// by neither: what is put in front of a class stands not before those beside it.
fn is_of_sibling(graph: &Graph, route: NodeId, path: &[NodeId]) -> bool {
    let member = |id: NodeId| {
        let key = &graph.node(id).key;
        let (class, name) = key.symbol.rsplit_once('.')?;
        Some((&key.path, class, name))
    };
    let answers = |path: &RepoPath, class: &str| {
        graph.handlers(route).any(|it| {
            let key = &graph.node(it).key;
            key.path == *path
                && key
                    .symbol
                    .strip_prefix(class)
                    .is_some_and(|it| it.is_empty() || it.starts_with('.'))
        })
    };
    path.windows(2).any(|pair| match (member(pair[0]), member(pair[1])) {
        (Some((from, outer, name)), Some((to, class, own))) => {
            name == own && (from, outer) != (to, class) && !answers(to, class)
        }
        _ => false,
    })
}

/// Whether a route of which only the end of its path is known would be one of these if that were
/// all of it.
fn may_be_of(scopes: &[RouteScope], node: &Node) -> bool {
    let (method, _) = node.method_and_path();
    let fits = |path: &str| {
        let end = path.rsplit(UNKNOWN_PREFIX).next().unwrap_or_default();
        path.contains(UNKNOWN_PREFIX)
            && !end.is_empty()
            && scopes
                .iter()
                .any(|it| (method != "*" || it.methods.is_empty()) && it.takes(method, end))
    };
    !scopes.is_empty() && node.paths().any(fits)
}

/// What a C# file declares to be as good as `[AllowAnonymous]`.
fn open_attributes(view: SnapshotView<'_>) -> Vec<NodeId> {
    let is_mark = |semantics: &Semantics, base: ExprId| {
        matches!(semantics.expr(base), Expr::Name { name, .. } | Expr::Attribute { name, .. }
            if matches!(name.as_str(), "AllowAnonymousAttribute" | "IAllowAnonymous"))
    };
    let mut found = Vec::new();
    for (path, file) in view.files {
        let Some(facts) = file.facts.as_ref().filter(|it| it.language == "csharp") else {
            continue;
        };
        let semantics = &*facts.semantics;
        for (at, definition) in semantics.definitions.iter().enumerate() {
            if definition.kind.is_type()
                && definition.bases.iter().any(|it| is_mark(semantics, *it))
            {
                let id = DefinitionId(at as u32);
                found.extend(definition_node(view.graph, path, semantics, id));
            }
        }
    }
    found
}

impl CompiledCheck for CompiledGuard {
    fn reads_code(&self) -> bool {
        !self.known.is_empty()
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let graph = ctx.view.graph;
        let routes = &ctx.governed().routes;
        outcome.anchors = routes.len() as u32;
        ctx.count_files_of_nodes(&mut outcome);
        let models = Models::shipped();
        let mut guards = Targets::find(ctx.view, &self.by);
        let run_by = run_by::methods(graph, &guards.nodes);
        guards.add_nodes(run_by);
        let mut opens = Targets::find(ctx.view, &self.open);
        opens.add(ctx.view, open_attributes(ctx.view), models.opens());
        aspnet::add_inherited(ctx.view, &mut opens);
        if self.known.contains(&Known::FrameworkAuth) {
            models.inline(ctx.view).add(ctx.view, &models, &mut guards);
            presented::add(ctx.view, &models, &mut guards);
        }
        if self.known.contains(&Known::NamedAuth) {
            named::add(ctx.view, &models, &mut guards);
        }
        fields::add(ctx.view, &mut guards);
        aspnet::doubt(ctx.view, &mut guards);
        let mut switched_off = switches::apply(ctx.view, &models, &mut guards);
        enabled::apply(ctx.view, &models, &mut guards, &mut switched_off);
        let known = self.known.contains(&Known::FrameworkAuth).then(|| models.guards());
        let defaults = Defaults::of(ctx.view, known, &guards, &models);
        let classes = Classes::new(ctx.view, &models, defaults, &guards);
        let mut doubtful = classes.doubtful();
        doubtful.extend(regardless::functions(ctx.view));
        doubtful.sort_unstable();
        doubtful.dedup();
        guards.doubt(&doubtful);
        let ways = Ways::to(graph, &guards, &doubtful, Asked::Must);
        let may = (!doubtful.is_empty()).then(|| Ways::to(graph, &guards, &[], Asked::Must));
        let before = Before::new(graph);
        let all = graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route);
        let answering: BTreeSet<NodeId> = all.flat_map(|(id, _)| graph.handlers(id)).collect();
        let (mut public, mut undecided, mut elsewhere) = (0, 0, 0);
        let mut assumed: BTreeSet<NodeId> = BTreeSet::new();
        let mut by_library: BTreeSet<String> = BTreeSet::new();
        let mut is_by_library = false;
        let mut declared: BTreeMap<&str, u32> = BTreeMap::new();
        for route in routes.iter().copied() {
            let node = graph.node(route);
            let place = ctx.node_place(route);
            let held = classes.guarded(route, &guards, &opens);
            let path = ways.nodes(route);
            let end = path.last().copied();
            // What another route's handler asks, which something on the way may call, is nothing
            // that runs before this one; what this one names itself may answer others too.
            let is_of_another = |path: &[NodeId]| {
                let mut within = path.iter().skip(2).filter(|it| answering.contains(it));
                within.any(|it| !graph.handlers(route).any(|own| own == *it))
            };
            let is_far = |path: &[NodeId]| {
                path.len() > MAX_POSSIBLE
                    || is_of_another(path)
                    || is_of_sibling(graph, route, path)
            };
            let along = |ways: &Ways<'_>, path: &[NodeId]| {
                let confidence = ways.confidence(route);
                confidence.filter(|it| *it > Confidence::Possible || !is_far(path))
            };
            let surely = along(&ways, &path);
            let perhaps = may.as_ref().and_then(|it| along(it, &it.nodes(route)));
            let confidence = match (surely.or(perhaps.map(|_| Confidence::Possible)), &held) {
                // What the class around the handler says, the handler takes back.
                (Some(_), Held::Open(_)) if classes.is_own(route, &path) => None,
                // What its own decorators say, nothing takes back.
                (Some(_), Held::Nothing | Held::Unsure)
                    if classes.may_be_taken_out(route, &path) =>
                {
                    Some(Confidence::Possible)
                }
                (Some(_), Held::Unsure | Held::PerhapsOpen) if classes.is_own(route, &path) => {
                    Some(Confidence::Possible)
                }
                (Some(it), _) if it > Confidence::Possible => Some(it),
                (_, Held::Guarded(_)) => Some(Confidence::Probable),
                (None, Held::Unsure) => Some(Confidence::Possible),
                (it, _) => it,
            };
            let is_guarded = confidence.is_some_and(|it| it > Confidence::Possible);
            let served = |guard: Option<&str>| ServedRoute {
                route: node.key.clone(),
                name: node.dotted.clone(),
                handlers: graph.handlers(route).map(|it| graph.node(it).key.clone()).collect(),
                guard: guard.map(str::to_owned),
            };
            if are_of(&self.public, node) {
                public += 1;
                outcome.complies(|| place);
                if !is_guarded {
                    outcome.served.push(served(None));
                }
                continue;
            }
            if is_guarded {
                let own_name = end.map_or("a guard", |it| graph.node(it).key.own_name());
                let of_class = match held {
                    Held::Guarded(at) => at,
                    _ => None,
                };
                // Where no call leads to it, what the class names is what guards.
                let (end, name) = match (end, of_class) {
                    (None, Some(at)) => {
                        (Some(at), guards.used_by(at).unwrap_or(own_name).to_owned())
                    }
                    _ => (end, ways.target(route, own_name)),
                };
                outcome.served.push(served(Some(&name)));
                let own = end.and_then(|it| guards.counting_at(it));
                if own.is_none() {
                    is_by_library = true;
                    by_library.insert(name);
                }
                assumed.extend(own);
                outcome.complies(|| place);
                continue;
            }
            let name = &node.dotted;
            if let Some(guard) = self.outside_guard(ctx, node) {
                *declared.entry(&guard.what).or_default() += 1;
                outcome.complies(|| place);
                continue;
            }
            let expired = self.outside.iter().find(|it| it.guards(node));
            if confidence.is_some() {
                undecided += 1;
                let perhaps_end = || may.as_ref().and_then(|it| it.nodes(route).last().copied());
                let own_name = end.or_else(perhaps_end);
                let own_name = own_name.map_or("a guard", |it| graph.node(it).key.own_name());
                let end = ways.target(route, own_name);
                let why = switched_off.by(&end).map_or_else(
                    || format!("`{end}` may be skipped, or is one of several"),
                    |by| format!("`{end}` asks nobody where {by}"),
                );
                let own = format!("whether a guard runs before `{name}` is not sure: {why}");
                let mut finding = ctx.failure(place, "guard", own);
                finding.outcome = Outcome::Undetermined;
                finding.witness = ways.witness(graph, route);
                outcome.findings.push(finding);
                continue;
            }
            let is_perhaps_public = may_be_of(&self.public, node);
            if is_perhaps_public || ctx.is_perhaps_in_scope(route) {
                elsewhere += 1;
                let what = if is_perhaps_public { "public" } else { "in scope" };
                let own = format!(
                    "no guard runs before `{name}`, and where it is served is not known: it may be \
                     {what}"
                );
                let mut finding = ctx.failure(place, "guard", own);
                finding.outcome = Outcome::Undetermined;
                finding.witness = vec![node.key.clone()];
                outcome.findings.push(finding);
                continue;
            }
            let own = match (&held, expired) {
                (Held::Open(by), _) => format!("`{name}` opts out of its guards by `{by}`"),
                (_, Some(it)) => format!(
                    "no guard runs before `{name}`; `{}` of {} counted until {}",
                    it.what, it.owner, it.expires
                ),
                _ => format!("no guard runs before `{name}`"),
            };
            let message = self.message.clone().unwrap_or(own);
            let mut finding = ctx.failure(place, "guard", message);
            finding.witness = vec![node.key.clone()];
            finding.before = before.keeping_out(route);
            finding.help.get_or_insert_with(|| help(&guards));
            outcome.findings.push(finding);
        }
        if is_by_library {
            let used = guards.used_names().chain(classes.given_by_settings());
            assumed.extend(deciders::of(ctx.view, &models, used));
        }
        let mut given = packages::of_own(ctx.view, &models, &assumed);
        let by_library = by_library.iter().map(String::as_str);
        let by_settings = classes.given_by_settings().filter(|_| is_by_library);
        given.extend(packages::of_names(ctx.view, by_library.chain(by_settings)));
        outcome.assumptions = assumed.iter().map(|id| graph.node(*id).key.clone()).collect();
        outcome.assumptions.extend(packages::keys(graph, &given));
        let unseen = ctx.unseen_routes(&mut outcome);
        let mut outcome = outcome.decide("no route is in scope");
        match outcome.outcome {
            Outcome::Pass if undecided > 0 => {
                let text = format!("whether a guard runs is not sure for {undecided} routes");
                outcome = outcome.undetermined(text);
            }
            Outcome::Pass if elsewhere > 0 => {
                let text =
                    format!("where {elsewhere} routes without a guard are served is not known");
                outcome = outcome.undetermined(text);
            }
            Outcome::Pass | Outcome::NotApplicable => {
                let mut reasons: Vec<String> = Vec::new();
                if public > 0 {
                    reasons.push(format!("{public} are declared public"));
                }
                for (what, count) in declared {
                    reasons.push(format!("{count} are guarded by `{what}`, which is not code"));
                }
                if !reasons.is_empty() {
                    outcome.reason = Some(reasons.join("; "));
                }
                if let Some(unseen) = unseen {
                    outcome = outcome.undetermined(unseen);
                }
            }
            // What is known to fail hides nothing of what is not known.
            Outcome::Fail => outcome.reason = unseen,
            _ => {}
        }
        outcome
    }
}

fn help(guards: &Targets) -> String {
    if !guards.missing.is_empty() {
        return guards.missing_text();
    }
    "put a guard on the route, its router, its class or the whole application; a route that \
     anyone may call belongs in `public`"
        .to_owned()
}

impl OutsideGuard {
    fn guards(&self, node: &Node) -> bool {
        self.routes.is_empty() || are_of(&self.routes, node)
    }
}

impl CompiledGuard {
    /// What guards a route from outside, on the day of the verification.
    fn outside_guard(&self, ctx: &CheckContext<'_>, node: &Node) -> Option<&OutsideGuard> {
        let counts = |it: &&OutsideGuard| ctx.today.is_none_or(|today| today <= it.expires);
        self.outside.iter().filter(counts).find(|it| it.guards(node))
    }
}
