//! Which of the routes that are registered on parameters are routes.

use std::collections::BTreeSet;

use codd_facts::Semantics;

use crate::{FileEdges, GraphFile, HookAction, Router};

/// What all files say is a router.
pub(crate) struct KnownRouters<'a> {
    /// Something is registered on them, and they are no parameters.
    made: BTreeSet<&'a Router>,
    /// Parameters that some call gives a router, and routers that others are mounted on.
    mounted: BTreeSet<&'a Router>,
}

impl<'a> KnownRouters<'a> {
    pub(crate) fn of(files: &[&'a GraphFile]) -> KnownRouters<'a> {
        let mut known = KnownRouters { made: BTreeSet::new(), mounted: BTreeSet::new() };
        for (_, semantics, edges) in files.iter().filter_map(|it| it.facts.as_ref()) {
            let of_own = edges.routers.iter().filter(|(at, _)| !is_given(semantics, *at));
            known.made.extend(of_own.map(|(_, router)| router));
            for hook in &edges.hooks {
                known.made.insert(&hook.router);
                if let HookAction::Mount(router, ..) = &hook.action {
                    known.mounted.insert(router);
                }
            }
        }
        known
    }

    /// Whether the route at `at` of a file is served by anything that is a router, and answered.
    pub(crate) fn serve(&self, semantics: &Semantics, edges: &FileEdges, at: u32) -> bool {
        if edges.absent.binary_search(&at).is_ok() {
            return false;
        }
        if !is_given(semantics, at) {
            return true;
        }
        // Sorted by route.
        let first = edges.routers.partition_point(|(route, _)| *route < at);
        let own = edges.routers[first..].iter().take_while(|(route, _)| *route == at);
        own.map(|(_, router)| router).any(|router| match router {
            Router::Local(..) => self.mounted.contains(router),
            _ => self.made.contains(router),
        })
    }
}

/// Whether a router is a class, whose routes are served wherever it is mounted.
pub(crate) fn is_class(files: &[&GraphFile], router: &Router) -> bool {
    let Router::Definition(path, id) = router else { return false };
    let Ok(at) = files.binary_search_by(|it| it.path.cmp(path)) else { return false };
    let facts = files[at].facts.as_ref();
    facts.is_some_and(|(_, semantics, _)| semantics.definition(*id).kind.is_type())
}

fn is_given(semantics: &Semantics, at: u32) -> bool {
    semantics.given_routes.binary_search(&at).is_ok()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::NodeKind;
    use crate::testing::{fixture, label, words};

    #[test]
    fn routes_of_a_router_that_another_file_gives_are_served_on_it() {
        let graph = fixture(
            r#"
//- /index.js
const express = require("express");
const app = express();
const client = require("axios").create();
function auth(req, res, next) {}
function late(req, res, next) {}
app.use(auth);
require("./users")(app);
app.use(late);
require("./calls")(client);
//- /users.js
const pets = require("./pets");
function list(req, res) {}
module.exports = function (app) {
    app.get("/users", list);
    pets.register(app);
};
//- /pets.js
exports.register = (router) => {
    router.post("/pets", (req, res) => res.end());
};
//- /calls.js
function done() {}
module.exports = (client) => { client.get("/remote", done); };
"#,
        )
        .graph();
        let mut out = String::new();
        for (id, node) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route) {
            out += &format!("{}\n", label(node));
            for edge in graph.dependencies(id) {
                let words = words(edge.kind, edge.confidence);
                out += &format!("    {words} {}\n", label(graph.node(edge.node)));
            }
        }
        expect![[r#"
            pets.js:POST /pets
                calls exact index.js:auth
                calls exact pets.js:register.POST /pets
            users.js:GET /users
                calls exact index.js:auth
                calls exact users.js:list
        "#]]
        .assert_eq(&out);
    }
}
