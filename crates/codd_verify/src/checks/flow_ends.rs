//! The routes from which a function is run: where text from outside begins its way.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::DefinitionKind;
use codd_graph::{Confidence, EdgeKind, NodeId, NodeKey, NodeKind};
use codd_source::RepoPath;

use super::before::Before;
use crate::context::CheckContext;
use crate::finding::WayEnd;

/// Functions between a route and a body that are looked at.
const MOST: usize = 20_000;

/// What routes answer with, the other way round.
pub(super) struct Ends<'c, 'a> {
    ctx: &'c CheckContext<'a>,
    /// Routes by each function or class that answers them.
    answered: BTreeMap<NodeId, Vec<NodeId>>,
    /// Routes of which nobody knows what answers them, by their files: a function that is written
    /// in place, whose calls are its file's.
    unanswered: BTreeMap<&'a RepoPath, Vec<NodeId>>,
    before: Before<'a>,
    known: BTreeMap<NodeKey, Vec<WayEnd>>,
}

impl<'c, 'a> Ends<'c, 'a> {
    pub(super) fn new(ctx: &'c CheckContext<'a>) -> Ends<'c, 'a> {
        let graph = ctx.view.graph;
        let mut answered: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        let mut unanswered: BTreeMap<&RepoPath, Vec<NodeId>> = BTreeMap::new();
        for (id, node) in graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::Route) {
            if graph.handlers(id).next().is_none() {
                unanswered.entry(&node.key.path).or_default().push(id);
            }
            for handler in graph.handlers(id) {
                answered.entry(handler).or_default().push(id);
            }
        }
        Ends { ctx, answered, unanswered, before: Before::new(graph), known: BTreeMap::new() }
    }

    /// The routes that run `body`, each path that one is served at by itself; sorted.
    pub(super) fn of(&mut self, body: &NodeKey) -> Vec<WayEnd> {
        if let Some(known) = self.known.get(body) {
            return known.clone();
        }
        let routes = self.ctx.view.graph.find(body).map(|body| self.routes(body));
        let mut ends: Vec<WayEnd> =
            routes.into_iter().flatten().flat_map(|route| self.ends(route)).collect();
        ends.sort_by(|a, b| (&a.name, &a.route).cmp(&(&b.name, &b.route)));
        ends.dedup_by(|a, b| (&a.name, &a.route) == (&b.name, &b.route));
        self.known.insert(body.clone(), ends.clone());
        ends
    }

    /// Routes whose answer runs `body`.
    ///
    /// What runs before all routes of a router is no way of its own: only calls, decorators, the
    /// function around another, and functions that name another to have it run are followed:
    /// `Thread(target=old)`.
    fn routes(&self, body: NodeId) -> BTreeSet<NodeId> {
        let graph = self.ctx.view.graph;
        let mut seen = BTreeSet::from([body]);
        let mut open = vec![body];
        let mut routes = BTreeSet::new();
        while let Some(id) = open.pop() {
            routes.extend(self.answered.get(&id).into_iter().flatten());
            if seen.len() > MOST {
                continue;
            }
            let callers = graph.dependents(id).iter().filter(|it| {
                it.confidence >= Confidence::Probable
                    && matches!(it.kind, EdgeKind::Calls | EdgeKind::Decorates | EdgeKind::Reads)
                    && graph.node(it.node).key.kind != NodeKind::Route
            });
            let around = graph.dependents(id).iter().filter(|it| it.kind == EdgeKind::Contains);
            for edge in callers.chain(around) {
                let caller = graph.node(edge.node);
                if caller.key.kind == NodeKind::File && edge.kind != EdgeKind::Contains {
                    routes.extend(self.unanswered.get(&caller.key.path).into_iter().flatten());
                }
                let kind = caller.definition_kind;
                if edge.kind == EdgeKind::Contains && kind == Some(DefinitionKind::Class) {
                    // A class answers with its methods.
                    routes.extend(self.answered.get(&edge.node).into_iter().flatten());
                    continue;
                }
                if kind.is_some_and(DefinitionKind::is_function) && seen.insert(edge.node) {
                    open.push(edge.node);
                }
            }
        }
        routes
    }

    fn ends(&self, route: NodeId) -> Vec<WayEnd> {
        let graph = self.ctx.view.graph;
        let node = graph.node(route);
        let handlers: Vec<NodeId> = graph.handlers(route).collect();
        let before = self.before.of(route);
        let symbol = node.key.symbol.as_str();
        let method = symbol.split(' ').next().unwrap_or_default();
        let mut names: Vec<String> =
            node.served.iter().map(|path| format!("{method} {path}")).collect();
        if names.is_empty() {
            names.push(symbol.to_owned());
        }
        let end = |name| WayEnd {
            name,
            is_served: !node.served.is_empty(),
            route: node.key.clone(),
            place: self.ctx.node_place(route),
            handlers: handlers.iter().map(|it| graph.node(*it).key.clone()).collect(),
            before: before.clone(),
        };
        names.into_iter().map(end).collect()
    }
}
