//! Routes and tests.

use expect_test::expect;

use super::{check_only, facts, facts_at};
use crate::render::render_only;

#[test]
fn express_routes() {
    check_only(
        "js",
        &["route", "hook", "Callback"],
        r#"
const express = require("express");
const auth = require("./auth");
const app = express();
const router = express.Router();
app.use(express.json());
app.use("/api", auth, router);
app.get("/", (req, res) => res.send("hi"));
router.post("/users", auth, [a, b], create);
router.route("/items/:id").get(show).put(auth, update);
app.all("*", notFound);
app.get("setting");
router.get("/wrapped", wrap(async (req, res) => { await load(req); }));
const cache = new Map();
cache.get("/x", fallback);
function mount(router) { router.delete("/y", gone); }
"#,
        &expect![[r#"
            Callback GET /(req, res) returns [res@1.send("hi")]
            Callback GET /wrapped(req, res) async
            route GET / (express) handler <GET /> router app
            route POST /users (express) handler create router router middleware [auth, a, b]
            route GET /items/:id (express) handler show router router
            route PUT /items/:id (express) handler update router router middleware [auth]
            route * * (express) handler notFound router app
            route GET /wrapped (express) handler <GET /wrapped> router router
            route DELETE /y (express) handler gone@3 router router@3
            hook express.json() on app
            hook auth on app below "/api"
            hook router on app below "/api"
            hook notFound on app below "*"
        "#]],
    );
}

#[test]
fn routers_are_known_by_type_and_origin() {
    check_only(
        "ts",
        &["route", "hook"],
        r#"
import express, { Router, type Express } from "express";
import { Hono } from "hono";
import { Store } from "./store";
export function setup(server: Express, store: Store) {
  server.get("/typed", handler);
  store.get("/not/a/route", handler);
}
const api = new Hono();
api.get("/hono", handler);
class Server {
  private readonly app = express();
  constructor() { this.app.use(logger); this.app.post("/member", handler); }
}
export default Router().get("/chained", handler).put("/chained", handler);
"#,
        &expect![[r#"
            route GET /typed (express) handler handler@1 router server@1
            route GET /not/a/route (router) handler handler@1 router store@1 if it is one
            route GET /hono (hono) handler handler router api
            route POST /member (express) handler handler@3 router <this Server>.app
            route GET /chained (express) handler handler router Router()
            route PUT /chained (express) handler handler router Router()
            hook logger@3 on <this Server>.app
        "#]],
    );
}

#[test]
fn tests_of_runners() {
    let text = r#"
import { setup } from "./m";
describe("login", () => {
  beforeEach(() => setup());
  function helper() {}
  it("accepts", async () => { helper(); });
  describe.skip("deep", () => { test.each([1])("n %i", (n) => {}); });
  it.todo("later");
  it.skip("not now", () => {});
});
test("alone", function () {});
"#;
    // Whose words these are, the file's name says, or its imports.
    assert_eq!(facts("js", text).semantics.tests.len(), 0);
    let imported = format!("import {{ it, describe, test }} from 'vitest';{text}");
    assert_eq!(facts("ts", &imported).semantics.tests[0].framework, "vitest");
    let facts = facts_at("src/a.test.js", text);
    let starts = &["test", "Callback", "Call <", "Function"];
    expect![[r#"
        Callback login > beforeEach returns [setup@2()]
        Function helper
        Callback login > accepts async
        Callback login > deep > n %i(n)
        Callback login > not now
        Callback alone
        Call <login > beforeEach>/0 in login > accepts
        Call <login > beforeEach>/0 in login > deep > n %i
        Call <login > beforeEach>/0 in login > not now
        test login > accepts (jest) login > accepts
        test alone (jest) alone
    "#]]
    .assert_eq(&render_only(&facts, starts));
}

#[test]
fn paths_known_only_when_code_runs_are_open_and_methods_counted() {
    check_only(
        "js",
        &["route", "not modelled"],
        r#"
import express from "express";
import { OTHER } from "./paths";
const app = express();
const PATH = "/known";
app.get(PATH, h);
app.get(OTHER, h);
app.get("setting");
for (const method of ["get", "put"]) app[method]("/x", h);
"#,
        &expect![[r#"
            route GET /known (express) handler h router app
            route GET … (OTHER) (express) handler h router app
            not modelled: route with an unknown method 1
        "#]],
    );
}

#[test]
fn what_stands_behind_the_end_of_a_request_is_left_out_and_parameters_may_be_routers() {
    check_only(
        "js",
        &["route", "not modelled"],
        r#"
import express from "express";
import { check, other } from "./auth";
const app = express();
app.get("/listed", [other, (req, res) => res.end(), check], other);
app.get("/all", [check, (req, res, next) => next()], other);
function routes(a, client) {
    a.get("/given", (req, res) => res.end());
    client.get("/not-a-route", (req, res) => {});
}
routes(app, other);
"#,
        &expect![[r#"
            route GET /listed (express) handler ? router app middleware [other]
            route GET /all (express) handler other router app middleware [check, ?]
            route GET /given (router) handler <routes.GET /given> router a@3 if it is one
            route GET /not-a-route (router) handler <routes.GET /not-a-route> router client@3 if it is one
        "#]],
    );
}

#[test]
fn tests_without_imports_are_cypress_where_it_looks_for_them() {
    let text = "describe('login', () => { it('works', () => { cy.visit('/'); }); });";
    for (path, framework) in [
        ("cypress/e2e/login.ts", "cypress"),
        ("web/src/login.cy.ts", "cypress"),
        ("src/login.test.ts", "jest"),
    ] {
        assert_eq!(facts_at(path, text).semantics.tests[0].framework, framework, "{path}");
    }
}

#[test]
fn paths_of_other_files_and_of_functions_are_open_and_told_apart() {
    check_only(
        "js",
        &["route", "not modelled"],
        r#"
import express from "express";
import { paths, at } from "./paths";
const app = express();
app.get(paths.users, h);
app.post(at("/users"), h);
app.route(paths.item).put(h).delete(h);
app.get(["/a", "/b"], h);
app.get(`${paths.base}/x`, h);
"#,
        &expect![[r#"
            route GET … (paths.users) (express) handler h router app
            route POST … (at("/users")) (express) handler h router app
            route PUT … (paths.item) (express) handler h router app
            route DELETE … (paths.item) (express) handler h router app
            route GET /b (express) handler h router app
            route GET /a (express) handler h router app
            route GET …/x (express) handler h router app
        "#]],
    );
}
