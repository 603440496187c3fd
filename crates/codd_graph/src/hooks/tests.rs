//! What runs before routes, in which order, and where they are served.

use std::fmt::Write;

use expect_test::{Expect, expect};

use crate::testing::{fixture, label, words};
use crate::{Confidence, EdgeKind, NodeKind, Prefix};

/// Each route as it is served, with what it calls but its own handler.
pub(super) fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&shown(text));
}

pub(super) fn shown(text: &str) -> String {
    let graph = fixture(text).graph();
    let mut out = String::new();
    for (id, node) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route) {
        let _ = write!(out, "{}", node.dotted);
        for half in graph.dependencies(id).iter().filter(|it| it.kind == EdgeKind::Calls) {
            let to = graph.node(half.node);
            if to.key.symbol != node.key.symbol {
                let _ = write!(out, " -{}- {}", words(half.kind, half.confidence), label(to));
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn middleware_runs_before_what_is_registered_after_it() {
    check(
        r#"
//- /check.js
export function check(req, res, next) { next(); }
//- /a.js
import express from "express";
import { check } from "./check";
const before = express();
before.use(check);
before.get("/covered", (req, res) => {});
const after = express();
after.get("/bare", (req, res) => {});
after.use(check);
const mixed = express();
mixed.use("/admin", check);
mixed.get("/open", (req, res) => {});
mixed.get("/admin/x", (req, res) => {});
const sub = express.Router();
sub.get("/m", (req, res) => {});
const late = express.Router();
late.get("/early-mount", (req, res) => {});
const outer = express();
outer.use("/late", late);
outer.use("/sub", check, sub);
outer.get("/n", (req, res) => {});
express().get("/chained-bare", (req, res) => {}).use(check).get("/chained", (req, res) => {});
"#,
        &expect![[r#"
            GET /admin/x -calls exact- check.js:check
            GET /bare
            GET /chained -calls exact- check.js:check
            GET /chained-bare
            GET /covered -calls exact- check.js:check
            GET /late/early-mount
            GET /sub/m -calls exact- check.js:check
            GET /n
            GET /open
        "#]],
    );
}

#[test]
fn order_across_functions_and_files_is_possible_at_most_where_it_is_not_known() {
    check(
        r#"
//- /check.js
export function check(req, res, next) { next(); }
export function other(req, res, next) { next(); }
//- /app.js
import express from "express";
import { check, other } from "./check";
export const app = express();
app.use(check);
function late() { app.use(other); }
app.get("/own", (req, res) => {});
//- /more.js
import { app } from "./app";
import { other } from "./check";
app.get("/elsewhere", (req, res) => {});
//- /hooks.js
import { app } from "./app";
import { other } from "./check";
app.use(other);
"#,
        &expect![[r#"
            GET /own -calls exact- check.js:check -calls possible- check.js:other
            GET /elsewhere -calls exact- check.js:check -calls possible- check.js:other
        "#]],
    );
}

#[test]
fn routers_without_a_name_and_from_functions_are_mounted() {
    check(
        r#"
//- /users.js
import { Router } from "express";
const router = Router();
router.get("/list", (req, res) => {});
export default router;
//- /made.js
import { Router } from "express";
export function makeRouter() {
  const router = Router();
  router.get("/made", (req, res) => {});
  return router;
}
//- /routes.js
import { Router } from "express";
import users from "./users";
const api = Router().use(users).get("/own", (req, res) => {});
export default Router().use("/api", api);
//- /config.js
export const PREFIX = "/fixed";
export const computed = process.env.PREFIX;
//- /main.js
import express from "express";
import routes from "./routes";
import users from "./users";
import { makeRouter } from "./made";
import { PREFIX, computed } from "./config";
const app = express();
function auth(req, res, next) { next(); }
app.use(auth, routes);
app.use(PREFIX, makeRouter());
app.use(["/a", "/b"], users);
app.use(computed, users);
"#,
        &expect![[r#"
            GET /fixed/made -calls exact- made.js:makeRouter.GET /made -calls exact- main.js:auth
            GET /api/own -calls exact- main.js:auth
            GET /a/list, /api/list, /b/list, … -calls possible- config.js:computed -calls exact- main.js:auth
        "#]],
    );
}

#[test]
fn routers_of_own_classes_and_functions() {
    check(
        r#"
//- /app.js
const express = require("express");
class Own extends express.Router {}
function make() { const inner = express.Router(); return inner; }
const own = new Own();
own.get("/own", (req, res) => {});
const made = make();
made.get("/made", (req, res) => {});
const app = express();
app["get"]("/quoted", (req, res) => {});
app.use("/v1", own);
"#,
        &expect![[r#"
            GET /made
            GET /v1/own
            GET /quoted
        "#]],
    );
}

#[test]
fn only_what_runs_at_all_places_of_a_route_is_certain() {
    check(
        r#"
//- /auth.py
def check(): ...
//- /fast.py
from fastapi import APIRouter, Depends, FastAPI
from auth import check
app = FastAPI()
twice = APIRouter()
@twice.get("/twice")
def a(): ...
app.include_router(twice, prefix="/a", dependencies=[Depends(check)])
app.include_router(twice, prefix="/b")
same = APIRouter()
@same.get("/same")
def b(): ...
app.include_router(same, dependencies=[Depends(check)])
app.include_router(same)
both = APIRouter()
@both.get("/both")
def c(): ...
app.include_router(both, prefix="/a", dependencies=[Depends(check)])
app.include_router(both, prefix="/b", dependencies=[Depends(check)])
//- /flasks.py
from flask import Blueprint, Flask
from auth import check
guarded = Flask("a")
guarded.before_request(check)
bare = Flask("b")
shared = Blueprint("s", __name__)
@shared.get("/shared")
def s(): ...
guarded.register_blueprint(shared)
bare.register_blueprint(shared)
outer = Blueprint("o", __name__)
outer.before_request(check)
nested = Blueprint("n", __name__)
@nested.get("/nested")
def n(): ...
outer.register_blueprint(nested)
bare.register_blueprint(outer)
bare.register_blueprint(nested, name="again")
//- /check.js
export function check(req, res, next) { next(); }
//- /a.js
import express, { Router } from "express";
import { check } from "./check";
const app = express();
const r = Router();
r.get("/express", (req, res) => {});
app.use("/a", check, r);
app.use("/b", r);
//- /test_fast.py
from fastapi import FastAPI
from fast import both
def test_both():
    app = FastAPI()
    app.include_router(both)
"#,
        &expect![[r#"
            GET /a/express, /b/express -calls possible- check.js:check
            GET /a/both, /b/both -calls exact- auth.py:check -calls exact- fast.py:c
            GET /same -calls possible- auth.py:check -calls exact- fast.py:b
            GET /a/twice, /b/twice -calls possible- auth.py:check -calls exact- fast.py:a
            GET /nested -calls possible- auth.py:check -calls exact- flasks.py:n
            GET /shared -calls possible- auth.py:check -calls exact- flasks.py:s
        "#]],
    );
}

#[test]
fn hooks_in_branches_and_in_functions_that_nobody_calls_are_not_certain() {
    check(
        r#"
//- /auth.py
def check(): ...
//- /flasks.py
from flask import Blueprint, Flask
from auth import check
maybe = Flask("a")
if DEBUG:
    maybe.before_request(check)
@maybe.get("/maybe")
def a(): ...
never = Flask("b")
if False:
    never.before_request(check)
else:
    pass
@never.get("/never")
def b(): ...
uncalled = Flask("c")
def setup():
    uncalled.before_request(check)
@uncalled.get("/uncalled")
def c(): ...
called = Flask("d")
def start():
    called.before_request(check)
start()
@called.get("/called")
def d(): ...
first = Flask("e")
first.before_first_request(check)
@first.get("/first")
def e(): ...
whole = Flask("f")
part = Blueprint("p", __name__)
part.before_app_request(check)
whole.register_blueprint(part)
@whole.get("/whole")
def f(): ...
alone = Blueprint("p", __name__)
alone.before_app_request(check)
apart = Flask("g")
@apart.get("/apart")
def g(): ...
//- /check.js
export function check(req, res, next) { next(); }
export function failed(err, req, res, next) { next(); }
//- /a.js
import express, { Router } from "express";
import { check, failed } from "./check";
const maybe = express();
if (process.env.A) maybe.use(check);
maybe.get("/e/maybe", (req, res) => {});
const and = express();
process.env.A && and.use(check);
and.get("/e/and", (req, res) => {});
const never = express();
if (false) never.use(check);
never.get("/e/never", (req, res) => {});
const either = express();
either.get("/e/either", process.env.A ? check : failed, (req, res) => {});
const errors = express();
errors.use(failed);
errors.use((err, req, res, next) => check(req, res, next));
errors.use(() => check);
errors.get("/e/errors", (req, res) => {});
errors.get("/e/ended", (req, res) => {}, check);
"#,
        &expect![[r#"
            GET /e/and -calls possible- check.js:check
            GET /e/either -calls possible- check.js:check -calls possible- check.js:failed
            GET /e/ended -calls exact- a.js:GET /e/ended middleware -calls exact- a.js:USE /
            GET /e/errors -calls exact- a.js:USE /
            GET /e/maybe -calls possible- check.js:check
            GET /e/never
            GET /apart -calls exact- flasks.py:g
            GET /called -calls exact- auth.py:check -calls exact- flasks.py:d
            GET /first -calls exact- flasks.py:e
            GET /maybe -calls possible- auth.py:check -calls exact- flasks.py:a
            GET /never -calls exact- flasks.py:b
            GET /uncalled -calls possible- auth.py:check -calls exact- flasks.py:c
            GET /whole -calls exact- auth.py:check -calls exact- flasks.py:f
        "#]],
    );
}

#[test]
fn express_routes_for_all_methods_run_before_what_they_match() {
    check(
        r#"
//- /check.js
export function check(req, res, next) { next(); }
//- /a.js
import express, { Router } from "express";
import { check } from "./check";
const app = express();
app.get("/early", (req, res) => {});
app.route("/chained").all(check).get((req, res) => {});
app.route("/late").get((req, res) => {}).all(check);
app.all("/api/*", check);
app.get("/api", (req, res) => {});
app.get("/api/x", (req, res) => {});
app.get("/apiary", (req, res) => {});
const r = Router();
r.all("*", check);
r.get("/r", (req, res) => {});
app.use("/b", r);
"#,
        &expect![[r#"
            * /b/* -calls exact- check.js:check
            * /api/* -calls exact- check.js:check
            * /chained -calls exact- check.js:check
            * /late -calls exact- check.js:check
            GET /api
            GET /api/x -calls exact- check.js:check
            GET /apiary
            GET /chained -calls exact- check.js:check
            GET /early
            GET /late
            GET /b/r -calls exact- check.js:check
        "#]],
    );
}

#[test]
fn what_functions_register_has_the_place_of_their_only_call() {
    check(
        r#"
//- /check.js
export function check(req, res, next) { next(); }
//- /a.js
import express from "express";
import { check } from "./check";
const before = express();
const after = express();
const given = express();
function setupBefore() { before.use(check); }
function setupAfter() { after.use(check); }
function setupGiven(app) { app.use(check); }
setupBefore();
setupGiven(given);
before.get("/before", (req, res) => {});
after.get("/after", (req, res) => {});
given.get("/given", (req, res) => {});
setupAfter();
"#,
        &expect![[r#"
            GET /after
            GET /before -calls exact- check.js:check
            GET /given -calls exact- check.js:check
        "#]],
    );
}

#[test]
fn star_import_behind_another_may_take_its_place() {
    check(
        r#"
//- /auth.py
def check(): ...
def other(): ...
//- /noop.py
def check(): ...
//- /a.py
from flask import Flask
from auth import check, other
from noop import *
app = Flask("a")
app.before_request(check)
app.before_request(other)
@app.get("/x")
def x(): ...
//- /b.py
from flask import Flask
from noop import *
from auth import check
from auth import *
app = Flask("a")
app.before_request(check)
@app.get("/y")
def y(): ...
"#,
        &expect![[r#"
            GET /x -calls exact- a.py:x -calls possible- auth.py:check -calls exact- auth.py:other -calls possible- noop.py:check
            GET /y -calls exact- auth.py:check -calls exact- b.py:y
        "#]],
    );
}

#[test]
fn prefix_takes_whole_segments() {
    let fits = |prefix: Option<&'static str>, path| {
        let prefix = prefix.map(|it| Prefix::Known(codd_facts::Name::new_static(it)));
        super::fits(prefix.as_ref(), path) == Some(Confidence::Exact)
    };
    assert!(fits(None, "/users"));
    assert!(fits(Some("/"), "/users"));
    assert!(fits(Some("/api"), "/api"));
    assert!(fits(Some("/api/"), "/api/users"));
    assert!(fits(Some("/api/*"), "/api/users"));
    assert!(!fits(Some("/api"), "/apiary"));
    assert!(!fits(Some("/api"), "…/users"));
}

#[test]
fn groups_of_one_name_in_blocks_of_one_function_are_two() {
    check(
        r#"
//- /main.go
package main

import "github.com/labstack/echo/v4"

func check(next echo.HandlerFunc) echo.HandlerFunc { return next }

func register(e *echo.Echo) {
	{
		g := e.Group("/api", check)
		g.GET("/lists", func(c echo.Context) error { return nil })
	}
	{
		g := e.Group("/pub")
		g.GET("/login", func(c echo.Context) error { return nil })
	}
}
//- /app.ts
import express from "express";
import { guard } from "./guard";
const app = express();
export function register(isOpen: boolean) {
  if (isOpen) {
    const router = express.Router();
    router.get("/open", (req, res) => {});
    app.use("/a", router);
  } else {
    const router = express.Router();
    router.use(guard);
    router.get("/shut", (req, res) => {});
    app.use("/b", router);
  }
}
register(false);
//- /guard.ts
export function guard(req, res, next) { next(); }
"#,
        &expect![[r#"
            GET /a/open -calls exact- app.ts:register.GET /open
            GET /b/shut -calls exact- app.ts:register.GET /shut -calls possible- guard.ts:guard
            GET /api/lists -calls exact- main.go:check -calls exact- main.go:register.GET /lists
            GET /pub/login -calls exact- main.go:register.GET /login
        "#]],
    );
}

#[test]
fn registrations_that_may_be_skipped_are_not_sure() {
    check(
        r#"
//- /go.mod
module example.com/m
require github.com/gin-gonic/gin v1.9.0
//- /auth/auth.go
package auth
import "github.com/gin-gonic/gin"
func Check(c *gin.Context) {}
//- /main.go
package main
import (
	"example.com/m/auth"
	"github.com/gin-gonic/gin"
)
func a(c *gin.Context) {}
func sure() { r := gin.New(); r.Use(auth.Check); r.GET("/sure", a) }
func branch(x bool) { r := gin.New(); if x { r.Use(auth.Check) }; r.GET("/branch", a) }
func deferred() { r := gin.New(); defer r.Use(auth.Check); r.GET("/deferred", a) }
func dead() { r := gin.New(); if false { r.Use(auth.Check) }; r.GET("/dead", a) }
"#,
        &expect![[r#"
            GET /branch -calls possible- auth/auth.go:Check -calls exact- main.go:a
            GET /dead -calls exact- main.go:a
            GET /deferred -calls possible- auth/auth.go:Check -calls exact- main.go:a
            GET /sure -calls exact- auth/auth.go:Check -calls exact- main.go:a
        "#]],
    );
}

#[test]
fn what_classic_sinatra_runs_before_its_routes() {
    check(
        r#"
//- /app.rb
require 'sinatra'
before { check_it }
def check_it; end
before '/admin/*' do
  check_admin
end
def check_admin; end
get '/x' do
  'a'
end
get '/admin/y' do
  'b'
end
//- /other.rb
require 'sinatra/base'
class Other < Sinatra::Base
  get '/own' do
    'c'
  end
end
"#,
        &expect![[r#"
            GET /admin/y -calls exact- app.rb:before -calls possible- app.rb:before
            GET /x -calls exact- app.rb:before -calls possible- app.rb:before
            GET /own -calls exact- other.rb:Other.GET /own
        "#]],
    );
}
