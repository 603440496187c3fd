//! The routes from which a function is run: where text from outside begins its way.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::DefinitionKind;
use codd_graph::{Confidence, EdgeKind, NodeId, NodeKey, NodeKind};

use crate::context::CheckContext;
use crate::finding::WayEnd;

/// Functions between a route and a body that are looked at.
const MOST: usize = 20_000;

/// What routes answer with, the other way round.
pub(super) struct Ends<'c, 'a> {
    ctx: &'c CheckContext<'a>,
    /// Routes by each function or class that answers them.
    answered: BTreeMap<NodeId, Vec<NodeId>>,
    /// What comes from outside and runs before a route or around a function, by name.
    outside: BTreeMap<NodeId, Vec<&'a str>>,
    known: BTreeMap<NodeKey, Vec<WayEnd>>,
}

impl<'c, 'a> Ends<'c, 'a> {
    pub(super) fn new(ctx: &'c CheckContext<'a>) -> Ends<'c, 'a> {
        let graph = ctx.view.graph;
        let mut answered: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for (id, _) in graph.nodes().filter(|(_, node)| node.key.kind == NodeKind::Route) {
            for handler in graph.handlers(id) {
                answered.entry(handler).or_default().push(id);
            }
        }
        let mut outside: BTreeMap<NodeId, Vec<&str>> = BTreeMap::new();
        for (id, name, _) in graph.outside_hooks() {
            outside.entry(id).or_default().push(name);
        }
        Ends { ctx, answered, outside, known: BTreeMap::new() }
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
    /// What runs before all routes of a router is no way of its own: only calls, decorators and
    /// the function around another are followed.
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
                    && matches!(it.kind, EdgeKind::Calls | EdgeKind::Decorates)
                    && graph.node(it.node).key.kind != NodeKind::Route
            });
            let around = graph.dependents(id).iter().filter(|it| it.kind == EdgeKind::Contains);
            for edge in callers.chain(around) {
                let kind = graph.node(edge.node).definition_kind;
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
        let around = std::iter::once(&route).chain(&handlers);
        let mut before: Vec<String> = Vec::new();
        for id in around {
            let outside = self.outside.get(id).into_iter().flatten();
            before.extend(outside.map(|it| (*it).to_owned()));
            let own = graph.dependencies(*id).iter().filter(|it| {
                it.kind == EdgeKind::Decorates
                    || *id == route && it.kind == EdgeKind::Calls && !handlers.contains(&it.node)
            });
            before.extend(own.map(|it| {
                let key = &graph.node(it.node).key;
                format!("{}#{}", key.path, key.symbol)
            }));
        }
        before.sort();
        before.dedup();
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
