//! The guards that frameworks and their libraries bring, as data: what they are called, what
//! takes a route out of them, and how a hook looks that is one itself.

pub(crate) mod aspnet;
pub(crate) mod base_asked;
mod credentials;
pub(crate) mod deciders;
pub(crate) mod defaults;
pub(crate) mod dropped;
pub(crate) mod enabled;
pub(crate) mod fields;
mod go;
pub(crate) mod marks;
pub(crate) mod named;
mod own;
pub(crate) mod packages;
pub(crate) mod presented;
mod refusal;
pub(crate) mod regardless;
pub(crate) mod run_by;
pub(crate) mod switches;

use std::collections::BTreeSet;

use codd_controls::{Scope, ScopePattern};
use codd_facts::{
    Certainty, DefinitionId, Expr, ExprId, FileFacts, FlowFacts, FlowParameterKind, FlowValue,
    FunctionId, Reference, ReferenceKind, Semantics, is_script,
};
use codd_graph::{EdgeKind, HalfEdge, NodeId, NodeKind, NodePlace};
use codd_source::Span;
use serde::Deserialize;

use self::go::Middleware;
use self::own::OwnCalls;
pub(crate) use self::refusal::{Asked, Refuses};
use crate::SnapshotView;
use crate::targets::{Outside, Targets, outside_name};

/// One file of `crates/codd_verify/models/guards`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    #[expect(dead_code, reason = "says to a reader what the file is about")]
    framework: String,
    /// Those of its `words`.
    #[serde(default)]
    languages: Vec<String>,
    /// Dotted names of other packages, or globs.
    #[serde(default)]
    guards: Vec<String>,
    /// Its guards are what calls of them give: a call by itself sends nobody away.
    #[serde(default)]
    makes: bool,
    /// What only hands over the credential that a request has: a guard is who looks at it.
    #[serde(default)]
    presents: Vec<String>,
    /// What makes a class or a function one to which the guards of the settings apply.
    #[serde(default)]
    views: Vec<String>,
    /// What takes a handler or a class out of the guards of the classes around and above it.
    #[serde(default)]
    opens: Vec<String>,
    /// Guards that code names without importing them.
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    open_words: Vec<String>,
    /// Where a hook learns who asks: dotted names, or `.name` of what it is given.
    #[serde(default)]
    asks: Vec<String>,
    /// How a hook ends a request, likewise.
    #[serde(default)]
    ends: Vec<String>,
    /// Calls that fail where nobody says who they are, likewise; a hook that waits for one of
    /// them ends the request by that.
    #[serde(default)]
    rejects: Vec<String>,
    /// What a project's functions and classes are given to, decorated with or extend so that
    /// the guards ask them.
    #[serde(default)]
    decides: Vec<String>,
    /// The same as code names it without importing it.
    #[serde(default)]
    decide_words: Vec<String>,
    /// What the project's own guards look at credentials with.
    #[serde(default)]
    verifies: Vec<String>,
    /// Settings by which a project switches guards off.
    #[serde(default)]
    switches: Vec<Switch>,
    /// Guards that something of the project has to switch on.
    #[serde(default)]
    enabled: Vec<Enabled>,
}

/// Guards that ask nobody unless a class of the application has one of some annotations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enabled {
    /// Dotted names or globs.
    guards: Vec<String>,
    /// The package whose users need it, where others do it by themselves.
    with: Option<String>,
    by: Vec<Mark>,
}

/// An annotation that switches guards on, by itself or with an option.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    mark: String,
    option: Option<String>,
    /// What the option is where it is not given.
    #[serde(default)]
    default: bool,
}

/// A setting that lets everybody through where it holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switch {
    pub(crate) name: String,
    /// Dotted names or globs of the guards that it switches off.
    guards: Vec<String>,
    /// What a list of the setting may hold and switch nothing off.
    #[serde(default)]
    pub(crate) plain: Vec<String>,
}

static MODELS: &[&str] = &[
    include_str!("../../models/guards/aiohttp.yaml"),
    include_str!("../../models/guards/aspnet.yaml"),
    include_str!("../../models/guards/django-rest-framework.yaml"),
    include_str!("../../models/guards/django.yaml"),
    include_str!("../../models/guards/express.yaml"),
    include_str!("../../models/guards/fastapi.yaml"),
    include_str!("../../models/guards/fastify.yaml"),
    include_str!("../../models/guards/flask.yaml"),
    include_str!("../../models/guards/go.yaml"),
    include_str!("../../models/guards/hono.yaml"),
    include_str!("../../models/guards/ktor.yaml"),
    include_str!("../../models/guards/laravel.yaml"),
    include_str!("../../models/guards/nestjs.yaml"),
    include_str!("../../models/guards/next.yaml"),
    include_str!("../../models/guards/rails.yaml"),
    include_str!("../../models/guards/rust.yaml"),
    include_str!("../../models/guards/spring.yaml"),
];

/// Names of the project's own functions that say that they are guards.
const GUARD_NAMES: &[&str] = &[
    "*authenticate*",
    "*current_user*",
    "*currentuser*",
    "*login_required*",
    "*loginrequired*",
    "*require_auth*",
    "*requireauth*",
    "*require_login*",
    "*require_user*",
    "*requires_auth*",
    "auth",
    "auth_required",
    "authguard",
    "authorize",
    "check_auth",
    "checkauth",
    "ensureauthenticated",
    "isauthenticated",
    "jwtguard",
    "*verify_signature*",
    "*verifysignature*",
    "*verify_webhook*",
    "*verifywebhook*",
    "verify_jwt",
    "verify_token",
    "verifyjwt",
    "verifytoken",
];

/// Everything the models say, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct Models {
    guards: Names,
    presents: Names,
    views: Names,
    opens: Names,
    asks: Names,
    ends: Names,
    rejects: Names,
    verifies: Names,
    /// Guards, each with what they decide by.
    deciding: Vec<(Names, Names)>,
    /// Settings, each with the guards that it switches off.
    switches: Vec<(Switch, Names)>,
    enabled: Vec<(Enabled, Names)>,
}

/// The project's own functions that run before routes and turn somebody away.
pub(crate) struct Inline {
    pub(crate) found: Vec<(NodeId, Refuses)>,
    /// What a function is that a constant makes, by who makes it.
    pub(crate) made: Vec<(NodeId, HalfEdge, Refuses)>,
}

impl Inline {
    /// Adds what they are to the guards.
    pub(crate) fn add(&self, view: SnapshotView<'_>, models: &Models, guards: &mut Targets) {
        let surely = self.found.iter().filter(|it| it.1 == Refuses::Surely).map(|it| it.0);
        guards.add(view, surely, models.guards());
        let graph = view.graph;
        for (id, edge, how) in self.made.iter().filter(|it| it.2 > Refuses::No) {
            let name = graph.node(*id).key.own_name();
            match how {
                Refuses::Surely => guards.add_users_of((*id, name), std::iter::once(edge)),
                _ => guards.add_user_at(edge.node, (*id, name), Certainty::Perhaps),
            }
        }
        for (id, _) in self.found.iter().filter(|it| it.1 == Refuses::Perhaps) {
            let made: Vec<NodeId> =
                self.made.iter().filter(|it| it.0 == *id).map(|it| it.1.node).collect();
            if made.is_empty() {
                guards.add_perhaps(graph, *id);
                continue;
            }
            // Of those that constants make it is known.
            let name = graph.node(*id).key.own_name();
            let others = graph.dependents(*id).iter().filter(|it| {
                it.kind == EdgeKind::Calls && it.does_run() && !made.contains(&it.node)
            });
            for edge in others {
                guards.add_user_at(edge.node, (*id, name), Certainty::Perhaps);
            }
        }
    }
}

/// Dotted names, with words of certain languages.
#[derive(Debug, Default)]
pub(crate) struct Names {
    scope: Scope,
    /// Those that a call of the name makes.
    made: Scope,
    tops: Vec<String>,
    words: Vec<(Vec<String>, Scope)>,
    /// Of what a function is given: `.session`.
    attributes: Vec<String>,
}

impl Models {
    /// Those that codd ships.
    pub(crate) fn shipped() -> Models {
        let mut models = Models::default();
        for text in MODELS {
            let model: Model = serde_yaml::from_str(text).expect("a test reads every model");
            models.guards.add(&model.guards);
            if model.makes {
                let made = scope(model.guards.iter().map(String::as_str));
                models.guards.made.symbols.extend(made.symbols);
            }
            models.presents.add(&model.presents);
            models.views.add(&model.views);
            models.opens.add(&model.opens);
            models.asks.add(&model.asks);
            models.ends.add(&model.ends);
            models.rejects.add(&model.rejects);
            models.verifies.add(&model.verifies);
            models.guards.add_words(&model.languages, &model.words);
            if !model.decides.is_empty() {
                let (mut guards, mut decides) = (Names::default(), Names::default());
                guards.add(&model.guards);
                guards.add_words(&model.languages, &model.words);
                decides.add(&model.decides);
                decides.add_words(&model.languages, &model.decide_words);
                models.deciding.push((guards, decides));
            }
            for switch in model.switches {
                let mut guards = Names::default();
                guards.add(&switch.guards);
                models.switches.push((switch, guards));
            }
            for enabled in model.enabled {
                let mut guards = Names::default();
                guards.add(&enabled.guards);
                models.enabled.push((enabled, guards));
            }
            models.opens.add_words(&model.languages, &model.open_words);
        }
        models
    }

    pub(crate) fn guards(&self) -> &Names {
        &self.guards
    }

    pub(crate) fn views(&self) -> &Names {
        &self.views
    }

    pub(crate) fn opens(&self) -> &Names {
        &self.opens
    }

    /// Functions that run before routes and turn away who does not say who they are: `if not
    /// session.get("user"): abort(401)`; and how surely.
    pub(crate) fn inline(&self, view: SnapshotView<'_>) -> Inline {
        let mut made = Vec::new();
        let mut found = Vec::new();
        let middleware = Middleware::new(view, self);
        let mut makers = BTreeSet::new();
        let all = hooks(view);
        for id in all.iter().copied() {
            let node = view.graph.node(id);
            let NodePlace::Definition(definition) = node.place else { continue };
            let Some(file) = view.files.get(&node.key.path) else { continue };
            let Some(facts) = &file.facts else { continue };
            if !facts.semantics.definition(definition).kind.is_function() {
                continue;
            }
            let refuses = match file.hits.flow.as_deref() {
                Some(flow) if facts.language == "go" => {
                    if function_at(flow, facts, definition).is_none() {
                        // What a constant makes is what the call in it gives.
                        let called = view.graph.dependencies(id).iter();
                        let called = called.filter(|it| it.kind == EdgeKind::Calls);
                        makers.extend(called.map(|it| it.node));
                        continue;
                    }
                    let own = middleware.of(id);
                    made.extend(own.by_constants.into_iter().map(|(edge, how)| (id, edge, how)));
                    own.refuses
                }
                Some(flow) => {
                    let Some(function) = function_at(flow, facts, definition) else { continue };
                    let asks = ends(facts, |it| self.asks.names(&facts.semantics, it.target));
                    let ends = self.ends_in(facts);
                    let rejects = self.rejects_in(facts);
                    let own = OwnCalls::of(view, self, (&node.key.path, facts), definition);
                    let asked = Asked {
                        flow,
                        asks: &asks,
                        ends: &ends,
                        rejects: &rejects,
                        own: &own,
                        is_handler: false,
                        answers_no: is_interceptor(&facts.semantics, definition),
                        is_script: is_script(&facts.language),
                    };
                    asked.refuses(function)
                }
                None if facts.semantics.definition(definition).flags.refuses.is_some() => {
                    match facts.semantics.definition(definition).flags.refuses {
                        Some(Certainty::Always) => Refuses::Surely,
                        _ => Refuses::Perhaps,
                    }
                }
                None if self.has_both(&facts.semantics, definition) => Refuses::Surely,
                None => Refuses::No,
            };
            if refuses > Refuses::No {
                found.push((id, refuses));
            }
        }
        for id in makers.difference(&all) {
            let own = middleware.of(*id);
            made.extend(own.by_constants.into_iter().map(|(edge, how)| (*id, edge, how)));
            if own.refuses > Refuses::No {
                found.push((*id, own.refuses));
            }
        }
        Inline { found, made }
    }

    /// Where calls in a file end requests.
    fn ends_in(&self, facts: &FileFacts) -> BTreeSet<u32> {
        ends(facts, |it| {
            it.kind == ReferenceKind::Call && self.ends.names(&facts.semantics, it.target)
        })
    }

    /// Where calls in a file fail for nobody.
    fn rejects_in(&self, facts: &FileFacts) -> BTreeSet<u32> {
        ends(facts, |it| {
            it.kind == ReferenceKind::Call && self.rejects.names(&facts.semantics, it.target)
        })
    }

    /// Whether a function, of whose code no more is known, both asks and ends.
    fn has_both(&self, semantics: &Semantics, definition: DefinitionId) -> bool {
        let own = || semantics.references.iter().filter(|it| it.owner == Some(definition));
        own().any(|it| self.asks.names(semantics, it.target))
            && own()
                .any(|it| it.kind == ReferenceKind::Call && self.ends.names(semantics, it.target))
    }

    /// The project's own functions and classes that have the name of a guard.
    fn named(view: SnapshotView<'_>) -> Vec<NodeId> {
        let scope = scope(GUARD_NAMES.iter().copied());
        let nodes = view.graph.nodes().filter(|(_, node)| {
            let is_code = node.is_function()
                || node.definition_kind.is_some_and(codd_facts::DefinitionKind::is_type);
            node.key.kind == NodeKind::Definition
                && is_code
                && scope.takes_symbol(&[&node.key.own_name().to_lowercase()])
        });
        nodes.map(|(id, _)| id).collect()
    }
}

/// Whether a method ends the request by giving `false`.
fn is_interceptor(semantics: &Semantics, definition: DefinitionId) -> bool {
    let it = semantics.definition(definition);
    it.name == "preHandle" && it.kind == codd_facts::DefinitionKind::Method
}

/// Whether a method of a guard turns away whom its second parameter says nobody of.
pub(crate) fn turns_away_without(
    view: SnapshotView<'_>,
    models: &Models,
    (path, facts, flow): (&codd_source::RepoPath, &FileFacts, &FlowFacts),
    (method, function): (DefinitionId, FunctionId),
) -> bool {
    let given = flow.function(function).parameters.iter();
    let mut given = given.filter(|it| it.kind != FlowParameterKind::Receiver);
    let Some(user) = given.nth(1) else { return false };
    let FlowValue::Name(user) = flow.value(user.target) else { return false };
    let values = flow.values.iter().zip(&flow.spans);
    let asks = values.filter(|(it, _)| matches!(it, FlowValue::Name(name) if name == user));
    let asks = asks.map(|(_, span)| span.end).collect();
    let asked = Asked {
        flow,
        asks: &asks,
        ends: &models.ends_in(facts),
        rejects: &BTreeSet::new(),
        own: &OwnCalls::of(view, models, (path, facts), method),
        is_handler: false,
        answers_no: false,
        is_script: is_script(&facts.language),
    };
    asked.refuses(function) == Refuses::Surely
}

/// What a function does with values.
pub(crate) fn function_at(
    flow: &FlowFacts,
    facts: &FileFacts,
    definition: DefinitionId,
) -> Option<FunctionId> {
    let place = facts.places.definitions.get(definition.index())?;
    let is_it = |at: Span| at == place.name || at == place.span;
    let at = flow.functions.iter().position(|it| is_it(it.place))?;
    Some(FunctionId(at as u32))
}

/// What stands in the head of a function: defaults, annotations, decorators.
fn head_of(flow: &FlowFacts, function: FunctionId) -> Vec<Span> {
    let function = flow.function(function);
    let of_parameters = function.parameters.iter().flat_map(|it| {
        it.default.into_iter().chain(it.annotation).chain(it.decorators.iter().copied())
    });
    of_parameters.chain(function.decorators.iter().copied()).map(|it| flow.span(it)).collect()
}

/// Where the references end that are taken: some begin with their last name alone.
fn ends(facts: &FileFacts, takes: impl Fn(&Reference) -> bool) -> BTreeSet<u32> {
    let all = facts.semantics.references.iter().zip(&facts.places.references);
    all.filter(|(it, _)| takes(it)).map(|(_, span)| span.end).collect()
}

/// What routes run before their handlers: a handler that sends some away is no guard.
fn hooks(view: SnapshotView<'_>) -> BTreeSet<NodeId> {
    let graph = view.graph;
    let routes = graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route);
    let (mut hooks, mut handlers) = (BTreeSet::new(), BTreeSet::new());
    for (route, _) in routes {
        let runs = graph.dependencies(route).iter();
        let runs = runs
            .filter(|it| it.does_run() && matches!(it.kind, EdgeKind::Calls | EdgeKind::Decorates));
        hooks.extend(runs.map(|it| it.node));
        handlers.extend(graph.handlers(route));
    }
    hooks.retain(|it| !handlers.contains(it));
    hooks
}

fn scope<'a>(patterns: impl Iterator<Item = &'a str>) -> Scope {
    let symbols = patterns.filter_map(|it| ScopePattern::of_names(it).ok()).collect();
    Scope { symbols, ..Scope::default() }
}

impl Names {
    fn add(&mut self, names: &[String]) {
        let dotted = names.iter().filter(|it| !it.starts_with('.'));
        for name in dotted.clone() {
            self.tops.extend(name.split(['.', '/']).next().map(str::to_owned));
        }
        self.scope.symbols.extend(scope(dotted.map(String::as_str)).symbols);
        self.attributes.extend(names.iter().filter_map(|it| it.strip_prefix('.')).map(Into::into));
    }

    fn add_words(&mut self, languages: &[String], words: &[String]) {
        if !words.is_empty() {
            self.words.push((languages.to_vec(), scope(words.iter().map(String::as_str))));
        }
    }

    /// Whether a guard that was found is called as one of these.
    fn is_called(&self, name: &str) -> bool {
        self.takes(name) || self.words.iter().any(|(_, scope)| scope.takes_symbol(&[name]))
    }

    /// Whether an expression is one of these, or a part of one.
    fn names(&self, semantics: &Semantics, expr: ExprId) -> bool {
        if outside_name(semantics, expr).is_some_and(|it| self.takes(&it)) {
            return true;
        }
        let (mut at, mut parts) = (expr, Vec::new());
        while let Expr::Attribute { base, name } = semantics.expr(at)
            && parts.len() < 3
        {
            parts.insert(0, name.as_str());
            at = *base;
        }
        // `request.session.user` is a part of `request.session`.
        let is_given = matches!(semantics.expr(at), Expr::Name { .. });
        let dotted = parts.join(".");
        is_given
            && !parts.is_empty()
            && self.attributes.iter().any(|it| {
                dotted
                    .strip_prefix(it.as_str())
                    .is_some_and(|it| it.is_empty() || it.starts_with('.'))
            })
    }
}

impl Outside for Names {
    fn may_be_in(&self, semantics: &Semantics) -> bool {
        let is_top = |module: &str| {
            let top = module.split(['.', '/']).next().unwrap_or_default();
            self.tops.iter().any(|it| it == top)
        };
        !self.words.is_empty() || semantics.imports.iter().any(|it| is_top(&it.request.module))
    }

    fn takes(&self, name: &str) -> bool {
        // A method of a class that is one: `Authenticate.handle`.
        let class = name.rsplit_once('.').map(|(class, _)| class);
        self.scope.takes_symbol(&[name]) || class.is_some_and(|it| self.scope.takes_symbol(&[it]))
    }

    fn is_made(&self, name: &str) -> bool {
        self.made.takes_symbol(&[name])
    }

    fn takes_word(&self, word: &str, language: &str) -> bool {
        self.words.iter().any(|(languages, scope)| {
            languages.iter().any(|it| it == language) && scope.takes_symbol(&[word])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_read_and_names_something() {
        for text in MODELS {
            let model: Model = serde_yaml::from_str(text).unwrap();
            assert!(!model.guards.is_empty() || !model.words.is_empty(), "{text}");
            for name in model.guards.iter().chain(&model.opens).chain(&model.words) {
                ScopePattern::of_names(name).unwrap();
            }
            assert_eq!(model.words.is_empty(), model.languages.is_empty(), "{text}");
        }
        assert_eq!(MODELS.len(), 17);
    }
}
