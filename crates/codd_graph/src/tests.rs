//! The graph of a whole snapshot: overrides, hooks, scopes, names, reach.

use std::fmt::Write;

use codd_controls::{RouteScope, Scope, ScopePattern};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::testing::{fixture, label, words};
use crate::{Confidence, EdgeKind, Graph, NodeId, NodeKey, RUNNING, ReachOptions, govern};

fn check_edges(text: &str, kinds: &[EdgeKind], expected: &Expect) {
    let graph = fixture(text).graph();
    let mut out = String::new();
    for edge in graph.edges().filter(|it| kinds.contains(&it.kind)) {
        let (from, to) = (label(graph.node(edge.from)), label(graph.node(edge.to)));
        let _ = writeln!(out, "{from} -{}- {to}", words(edge.kind, edge.confidence));
    }
    expected.assert_eq(&out);
}

fn labels(graph: &Graph, nodes: &[NodeId]) -> String {
    nodes.iter().map(|it| label(graph.node(*it))).collect::<Vec<_>>().join(", ")
}

const SHOP: &str = r#"
//- /src/shop/__init__.py
//- /src/shop/db.py
class Store:
    def find(self, key): raise NotImplementedError
    def load(self): return self.find("x")
class Middle(Store):
    pass
class SqlStore(Middle):
    def find(self, key): return query(key)
def query(key): pass
//- /src/shop/api.py
from flask import Flask
from shop.db import SqlStore, Store
app = Flask(__name__)
@app.route("/users", methods=["GET"])
def users(store: Store):
    return store.load()
@app.route("/admin", methods=["POST"])
def admin():
    return SqlStore().find("y")
//- /tests/test_api.py
from shop.api import admin
def test_admin():
    assert admin()
"#;

#[test]
fn a_method_depends_on_what_overrides_it() {
    check_edges(
        SHOP,
        &[EdgeKind::Inherits],
        &expect![[r#"
            src/shop/db.py:Middle -inherits exact- src/shop/db.py:Store
            src/shop/db.py:SqlStore -inherits exact- src/shop/db.py:Middle
            src/shop/db.py:Store.find -inherits probable- src/shop/db.py:SqlStore.find
        "#]],
    );
}

#[test]
fn imports_contents_and_packages() {
    check_edges(
        r#"
//- /a.py
import os
from b import f, C
def g():
    from b import f
//- /b.py
import a
def f(): pass
class C:
    def m(self): pass
"#,
        &[EdgeKind::Imports, EdgeKind::Contains],
        &expect![[r#"
            a.py -contains exact- a.py:g
            a.py -imports exact- b.py
            a.py -imports exact- b.py:C
            a.py -imports exact- b.py:f
            a.py -imports exact- package os
            a.py:g -imports exact- b.py
            a.py:g -imports exact- b.py:f
            b.py -imports exact- a.py
            b.py -contains exact- b.py:C
            b.py -contains exact- b.py:f
            b.py:C -contains exact- b.py:C.m
        "#]],
    );
}

#[test]
fn hooks_apply_to_routes_of_mounted_routers_below_their_prefix() {
    check_edges(
        r#"
//- /users.js
const express = require("express");
const router = express.Router();
function list(req, res) {}
function audit(req, res, next) {}
router.use(audit);
router.get("/list", list);
module.exports = router;
//- /app.js
const express = require("express");
const users = require("./users");
const app = express();
function auth(req, res, next) {}
function adminOnly(req, res, next) {}
function home(req, res) {}
app.use("/users", auth);
app.use("/admin", adminOnly);
app.use("/users", users);
app.get("/", home);
"#,
        &[EdgeKind::Calls],
        &expect![[r#"
            app.js:GET / -calls exact- app.js:home
            users.js:GET /list -calls exact- app.js:auth
            users.js:GET /list -calls exact- users.js:audit
            users.js:GET /list -calls exact- users.js:list
        "#]],
    );
}

fn check_scope(scope: &Scope, expected: &Expect) {
    let graph = fixture(SHOP).graph();
    let taken = govern(&graph, scope, |path| !path.as_str().starts_with("tests/"));
    expected.assert_eq(&labels(&graph, &taken));
}

#[test]
fn scopes_take_files_symbols_and_routes() {
    let paths = |pattern| Scope {
        paths: vec![ScopePattern::of_paths(pattern).unwrap()],
        ..Scope::default()
    };
    check_scope(
        &paths("src/shop/api.py"),
        &expect![
            "src/shop/api.py, src/shop/api.py:admin, src/shop/api.py:app, src/shop/api.py:users, src/shop/api.py:GET /users, src/shop/api.py:POST /admin"
        ],
    );
    check_scope(
        &paths("**/*.py"),
        &expect![
            "src/shop/__init__.py, src/shop/api.py, src/shop/api.py:admin, src/shop/api.py:app, src/shop/api.py:users, src/shop/api.py:GET /users, src/shop/api.py:POST /admin, src/shop/db.py, src/shop/db.py:Middle, src/shop/db.py:SqlStore, src/shop/db.py:SqlStore.find, src/shop/db.py:Store, src/shop/db.py:Store.find, src/shop/db.py:Store.load, src/shop/db.py:query, tests/test_api.py, tests/test_api.py:test_admin"
        ],
    );
    // Not authored, and named on purpose.
    check_scope(&paths("tests/**"), &expect!["tests/test_api.py, tests/test_api.py:test_admin"]);
    let symbols = |pattern| Scope {
        symbols: vec![ScopePattern::of_names(pattern).unwrap()],
        ..Scope::default()
    };
    check_scope(
        &symbols("shop.db.*Store"),
        &expect!["src/shop/db.py:SqlStore, src/shop/db.py:Store"],
    );
    check_scope(&symbols("src.shop.db.query"), &expect!["src/shop/db.py:query"]);
    let routes = Scope {
        routes: Some(RouteScope {
            methods: vec!["POST".into()],
            paths: vec![ScopePattern::of_paths("/**").unwrap()],
        }),
        ..Scope::default()
    };
    check_scope(&routes, &expect!["src/shop/api.py:POST /admin"]);
    let none = Scope { languages: vec!["typescript".into()], ..Scope::default() };
    check_scope(&none, &expect![[""]]);
}

#[test]
fn symbols_are_found_by_any_of_their_names() {
    let graph = fixture(SHOP).graph();
    let mut out = String::new();
    for text in [
        "src/shop/db.py",
        "src/shop/db.py:query",
        "db.py:SqlStore.find",
        "shop.db.SqlStore.find",
        "src.shop.db.query",
        "SqlStore.find",
        "SqlStore#find",
        "db::SqlStore::find",
        "(*SqlStore).find",
        "shop.SqlStore.find",
        "find",
        "query",
        "GET /users",
        "flask",
        "nothing",
        "",
    ] {
        let _ = writeln!(out, "{text}: {}", labels(&graph, &graph.find_symbol(text)));
    }
    let _ = writeln!(out, "querry: {:?}", graph.nearest_symbols("querry"));
    expect![[r#"
        src/shop/db.py: src/shop/db.py
        src/shop/db.py:query: src/shop/db.py:query
        db.py:SqlStore.find: src/shop/db.py:SqlStore.find
        shop.db.SqlStore.find: src/shop/db.py:SqlStore.find
        src.shop.db.query: src/shop/db.py:query
        SqlStore.find: src/shop/db.py:SqlStore.find
        SqlStore#find: src/shop/db.py:SqlStore.find
        db::SqlStore::find: src/shop/db.py:SqlStore.find
        (*SqlStore).find: src/shop/db.py:SqlStore.find
        shop.SqlStore.find: src/shop/db.py:SqlStore.find
        find: src/shop/db.py:SqlStore.find, src/shop/db.py:Store.find
        query: src/shop/db.py:query
        GET /users: src/shop/api.py:GET /users
        flask: package flask
        nothing: 
        : 
        querry: ["shop.db.query"]
    "#]]
    .assert_eq(&out);
}

#[test]
fn reach_prefers_sure_paths_and_stops_at_the_floor() {
    let graph = fixture(SHOP).graph();
    let find = |text: &str| graph.find_symbol(text)[0];
    let options = ReachOptions { kinds: RUNNING, floor: Confidence::Possible, depth: None };
    let reached = graph.dependents_of(&[find("query")], &options);
    let mut out = String::new();
    for (node, it) in &reached.nodes {
        let path = labels(&graph, &reached.path(*node));
        let _ = writeln!(out, "{:?} {}: {path}", it.confidence, it.distance);
    }
    expect![[r#"
        Probable 2: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/api.py:admin
        Probable 4: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/db.py:Store.find, src/shop/db.py:Store.load, src/shop/api.py:users
        Probable 5: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/db.py:Store.find, src/shop/db.py:Store.load, src/shop/api.py:users, src/shop/api.py:GET /users
        Probable 3: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/api.py:admin, src/shop/api.py:POST /admin
        Exact 1: src/shop/db.py:query, src/shop/db.py:SqlStore.find
        Probable 2: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/db.py:Store.find
        Probable 3: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/db.py:Store.find, src/shop/db.py:Store.load
        Exact 0: src/shop/db.py:query
        Probable 3: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/api.py:admin, tests/test_api.py:test_admin
        Probable 4: src/shop/db.py:query, src/shop/db.py:SqlStore.find, src/shop/api.py:admin, tests/test_api.py:test_admin, tests/test_api.py:test_admin
    "#]].assert_eq(&out);
    let exact = ReachOptions { floor: Confidence::Exact, ..options };
    assert_eq!(labels(&graph, &graph.path(find("users"), find("query"), &exact)), "");
    let near = ReachOptions { depth: Some(1), ..options };
    assert_eq!(graph.dependencies_of(&[find("admin")], &near).nodes.len(), 4);
}

#[test]
fn statistics_count_what_there_is() {
    let graph = fixture(
        "//- /a.py\nimport b\nimport gone.x\nfrom . import missing\n//- /b.py\nimport c\n//- /c.py\nimport a\n",
    )
    .graph();
    let statistics = graph.statistics();
    assert_eq!(statistics.import_cycles.len(), 1);
    assert_eq!(labels(&graph, &statistics.import_cycles[0]), "a.py, b.py, c.py");
    assert_eq!(statistics.edges[&(EdgeKind::Imports, Confidence::Exact)], 4);
    assert_eq!(statistics.unresolved.values().sum::<u32>(), 1);
    assert_eq!(graph.unresolved().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_files_does_not_matter(seed in any::<u64>()) {
        let fixture = fixture(SHOP);
        let mut files = fixture.graph_files();
        let mut state = seed | 1;
        for at in (1..files.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            files.swap(at, (state >> 33) as usize % (at + 1));
        }
        let controls = codd_controls::ControlSet::default();
        prop_assert_eq!(Graph::build(&files, &controls), fixture.graph());
    }
}

#[test]
fn a_class_that_tests_make_for_themselves_hardly_replaces_a_method() {
    check_edges(
        r#"
//- /app.py
class Store:
    def find(self): pass
class Cached(Store):
    def find(self): pass
//- /test_app.py
from app import Store
class Fake(Store):
    def find(self): pass
def test_it(): pass
"#,
        &[EdgeKind::Inherits],
        &expect![[r#"
            app.py:Cached -inherits exact- app.py:Store
            app.py:Store.find -inherits probable- app.py:Cached.find
            app.py:Store.find -inherits possible- test_app.py:Fake.find
            test_app.py:Fake -inherits exact- app.py:Store
        "#]],
    );
}

#[test]
fn keys_are_found_however_many_are_asked_for() {
    let graph =
        fixture("//- /a.py\ndef f(): g()\ndef g(): pass\n//- /b.py\ndef h(): pass\n").graph();
    for _ in 0..1000 {
        for (id, node) in graph.nodes() {
            assert_eq!(graph.find(&node.key), Some(id));
            let other = NodeKey { ordinal: 7, ..node.key.clone() };
            assert_eq!(graph.find(&other), None);
        }
    }
}
