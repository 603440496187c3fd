//! Every route of a project as codd sees it: what answers it, and what runs before.

use std::collections::BTreeMap;

use codd_db::{Analysis, Progress};
use codd_facts::Expr;
use codd_graph::{Confidence, EdgeKind, NodeId, NodeKind, NodePlace};
use codd_verify::library_name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::records::Side;
use crate::{NodeRecord, Workspace, WorkspaceError, names};

/// One route with what the framework runs for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteRecord {
    /// In capitals; `*` for any.
    pub method: String,
    /// Where it is served, prefixes of its routers included; several where a router is mounted
    /// more than once.
    pub paths: Vec<String>,
    pub place: NodeRecord,
    /// What answers it; empty where that is not known.
    pub handlers: Vec<NodeRecord>,
    /// Middleware, dependencies and hooks, sorted by place.
    pub before: Vec<BeforeRecord>,
    /// What libraries run before it or wrap what answers it, sorted by name.
    pub library: Vec<LibraryRecord>,
}

/// Something that runs before a route's handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BeforeRecord {
    pub node: NodeRecord,
    /// `exact`, `probable`, `possible`.
    pub confidence: String,
}

/// Something of a library that has a part in answering a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LibraryRecord {
    /// Dotted, as its module calls it: `flask_login.login_required`.
    pub name: String,
    /// `exact`, `probable`, `possible`.
    pub confidence: String,
}

/// Something that looks like a route and could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnreadRoute {
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What is not known of it: `route with an unknown method`.
    pub what: String,
}

impl Workspace {
    /// What looks like a route and could not be read, by place; in files of tests nothing is.
    pub fn unread_routes(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<Vec<UnreadRoute>, WorkspaceError> {
        let (_, analysis) = self.analyse_graph(progress)?;
        let mut found = Vec::new();
        for (path, file) in analysis.files.iter() {
            let outline = file.outline.facts.as_ref();
            if outline.is_none_or(|it| it.not_modelled.is_empty()) {
                continue;
            }
            let Some(facts) = file.facts().filter(|it| it.semantics.tests.is_empty()) else {
                continue;
            };
            found.extend(facts.places.not_modelled.iter().map(|(what, span)| UnreadRoute {
                path: path.to_string(),
                line: file.lines().position(span.start).line,
                what: what.to_string(),
            }));
        }
        found.sort();
        Ok(found)
    }

    /// All routes, by path, then by method, then by place.
    pub fn routes(&mut self, progress: &dyn Progress) -> Result<Vec<RouteRecord>, WorkspaceError> {
        let (snapshot, analysis) = self.analyse_graph(progress)?;
        let side = Side { snapshot: &snapshot, analysis: &analysis };
        let graph = &analysis.graph;
        let library = Library::of(&analysis);
        let routes = graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::Route);
        let mut records: Vec<RouteRecord> = routes
            .map(|(id, node)| {
                let handlers: Vec<_> = graph.handlers(id).collect();
                let runs_before = graph.dependencies(id).iter().filter(|edge| {
                    matches!(edge.kind, EdgeKind::Calls | EdgeKind::Decorates)
                        && edge.does_run()
                        && !handlers.contains(&edge.node)
                });
                let before = runs_before.map(|edge| BeforeRecord {
                    node: side.node(&graph.node(edge.node).key),
                    confidence: names::confidence(edge.confidence).to_owned(),
                });
                RouteRecord {
                    method: node.method_and_path().0.to_owned(),
                    paths: node.paths().map(str::to_owned).collect(),
                    place: side.node(&node.key),
                    before: before.collect(),
                    library: library.before(id, &handlers),
                    handlers: handlers.iter().map(|it| side.node(&graph.node(*it).key)).collect(),
                }
            })
            .collect();
        records.sort_by(|a, b| {
            let key = |it: &RouteRecord| (it.paths.clone(), it.method.clone(), it.place.clone());
            key(a).cmp(&key(b))
        });
        Ok(records)
    }
}

/// What comes from libraries, by the nodes that it stands at.
struct Library<'a> {
    analysis: &'a Analysis,
    hooks: BTreeMap<NodeId, Vec<(&'a str, Confidence)>>,
}

impl<'a> Library<'a> {
    fn of(analysis: &'a Analysis) -> Library<'a> {
        let mut hooks: BTreeMap<NodeId, Vec<_>> = BTreeMap::new();
        for (node, name, confidence) in analysis.graph.outside_hooks() {
            hooks.entry(node).or_default().push((name, confidence));
        }
        Library { analysis, hooks }
    }

    /// What stands at a route, at what answers it and at the classes that this is in.
    fn before(&self, route: NodeId, handlers: &[NodeId]) -> Vec<LibraryRecord> {
        let graph = &self.analysis.graph;
        let classes = handlers.iter().flat_map(|handler| {
            let around = graph.dependents(*handler).iter();
            around.filter(|it| it.kind == EdgeKind::Contains).map(|it| it.node)
        });
        let nodes = classes.chain(handlers.iter().copied()).chain([route]);
        let mut found: BTreeMap<String, Confidence> = BTreeMap::new();
        let mut add = |name: &str, confidence: Confidence| {
            let known = found.entry(name.to_owned()).or_insert(confidence);
            *known = confidence.max(*known);
        };
        let hooks = nodes.filter_map(|it| self.hooks.get(&it)).flatten();
        for (name, confidence) in hooks.filter(|(name, _)| !is_registration(name)) {
            add(name, *confidence);
        }
        for name in self.listed(route) {
            add(&name, Confidence::Exact);
        }
        // An attribute of C# goes by both of its names.
        let names: Vec<String> = found.keys().cloned().collect();
        for name in names {
            found.remove(&format!("{name}Attribute"));
        }
        let record = |(name, it): (String, _)| LibraryRecord {
            name,
            confidence: names::confidence(it).to_owned(),
        };
        found.into_iter().map(record).collect()
    }

    /// What is listed where the route is registered.
    fn listed(&self, route: NodeId) -> Vec<String> {
        let node = self.analysis.graph.node(route);
        let file = self.analysis.files.get(&node.key.path);
        let facts = file.and_then(|it| it.facts());
        let (NodePlace::Route(at), Some(facts)) = (node.place, facts) else { return Vec::new() };
        let semantics = &facts.semantics;
        let Some(route) = semantics.routes.get(at as usize) else { return Vec::new() };
        let names = route.middleware.iter().filter_map(|expr| {
            let made = match semantics.expr(*expr) {
                Expr::Call { callee, .. } => semantics.unapplied(*callee),
                _ => *expr,
            };
            library_name(&self.analysis.graph, semantics, made)
        });
        names.collect()
    }
}

/// Whether a decorator of a framework says that there is a route: `fastapi.FastAPI.get`,
/// `@nestjs/common.Controller`, `GetMapping`.
fn is_registration(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "all",
        "api_route",
        "controller",
        "delete",
        "get",
        "head",
        "options",
        "patch",
        "post",
        "put",
        "request",
        "restcontroller",
        "route",
        "trace",
        "websocket",
    ];
    let last = name.rsplit(['.', '/']).next().unwrap_or(name).to_ascii_lowercase();
    WORDS.contains(&last.strip_suffix("mapping").unwrap_or(&last))
}
