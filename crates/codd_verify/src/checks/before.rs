//! What runs before a route or around what answers it, by names that stay while code moves.

use std::collections::BTreeMap;

use codd_graph::{EdgeKind, Graph, NodeId};

/// Parts of the names of what may keep somebody out.
const KEEPING_OUT: &[&str] = &[
    "acl",
    "admin",
    "allow",
    "auth",
    "check",
    "ensure",
    "guard",
    "jwt",
    "login",
    "member",
    "owner",
    "permission",
    "protect",
    "require",
    "restrict",
    "role",
    "secure",
    "session",
    "staff",
    "token",
    "user",
    "verif",
];

/// What runs before the routes of one snapshot.
pub(super) struct Before<'g> {
    graph: &'g Graph,
    /// What comes from outside and runs before a route or around a function, by name.
    outside: BTreeMap<NodeId, Vec<&'g str>>,
}

impl<'g> Before<'g> {
    pub(super) fn new(graph: &'g Graph) -> Before<'g> {
        let mut outside: BTreeMap<NodeId, Vec<&str>> = BTreeMap::new();
        for (id, name, _) in graph.outside_hooks() {
            outside.entry(id).or_default().push(name);
        }
        Before { graph, outside }
    }

    /// All that runs before a route; sorted.
    pub(super) fn of(&self, route: NodeId) -> Vec<String> {
        let graph = self.graph;
        let handlers: Vec<NodeId> = graph.handlers(route).collect();
        let around = std::iter::once(&route).chain(&handlers);
        let mut before: Vec<String> = Vec::new();
        for id in around {
            let outside = self.outside.get(id).into_iter().flatten();
            before.extend(outside.map(|it| (*it).to_owned()));
            let own = graph.dependencies(*id).iter().filter(|it| {
                it.kind == EdgeKind::Decorates
                    || *id == route
                        && it.kind == EdgeKind::Calls
                        && it.does_run()
                        && !handlers.contains(&it.node)
            });
            before.extend(own.map(|it| {
                let key = &graph.node(it.node).key;
                format!("{}#{}", key.path, key.symbol)
            }));
        }
        before.sort();
        before.dedup();
        before
    }

    /// Those of it that may keep somebody out, by what they are called.
    pub(super) fn keeping_out(&self, route: NodeId) -> Vec<String> {
        let mut before = self.of(route);
        before.retain(|it| {
            let name = it.rsplit(['#', '.', '/']).next().unwrap_or(it).to_lowercase();
            KEEPING_OUT.iter().any(|part| name.contains(part))
        });
        before
    }
}
