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
fn routers_of_fastapi_are_served_below_all_their_prefixes() {
    check(
        r#"
//- /app/__init__.py
//- /app/config.py
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    API_V1_STR: str = "/api/v1"
settings = Settings()
//- /app/users.py
from fastapi import APIRouter, Depends
def current(): pass
router = APIRouter(prefix="/users", dependencies=[Depends(current)])
@router.get("/")
def all_users(): pass
@router.get("/{id}")
def one(): pass
never = APIRouter()
@never.get("/alone")
def alone(): pass
//- /app/main.py
import os
from fastapi import APIRouter, Depends, FastAPI
from app.config import settings
from app import users
def check(): pass
api = APIRouter()
api.include_router(users.router)
app = FastAPI(dependencies=[Depends(check)])
app.include_router(api, prefix=settings.API_V1_STR)
hidden = APIRouter()
@hidden.get("/x")
def x(): pass
app.include_router(hidden, prefix=os.environ["P"])
sub = FastAPI()
@sub.get("/inside")
def inside(): pass
app.mount("/sub", sub)
"#,
        &expect![[r#"
            GET /sub/inside -calls possible- app/main.py:check -calls exact- app/main.py:inside
            GET …/x -calls exact- app/main.py:check -calls exact- app/main.py:x
            GET /api/v1/users/ -calls exact- app/main.py:check -calls exact- app/users.py:all_users -calls exact- app/users.py:current
            GET …/alone -calls exact- app/users.py:alone
            GET /api/v1/users/{id} -calls exact- app/main.py:check -calls exact- app/users.py:current -calls exact- app/users.py:one
        "#]],
    );
}

#[test]
fn blueprints_of_flask_are_served_where_they_are_registered() {
    check(
        r#"
//- /auth.py
from functools import wraps
def login_required(f):
    @wraps(f)
    def w(*a, **k): return f(*a, **k)
    return w
class Base:
    decorators = [login_required]
//- /views.py
from flask import Blueprint
from flask.views import MethodView
from auth import login_required, Base
bp = Blueprint("bp", __name__, url_prefix="/own")
inner = Blueprint("inner", __name__, url_prefix="/inner")
class Guarded(MethodView):
    decorators = [login_required]
    def get(self): pass
    def post(self): pass
class Only(MethodView):
    methods = ["POST"]
    def get(self): pass
    def post(self): pass
class Inherits(Base, MethodView):
    def get(self): pass
bp.add_url_rule("/guarded", view_func=Guarded.as_view("g"))
bp.add_url_rule("/only", view_func=Only.as_view("o"))
inner.add_url_rule("/inherits", view_func=Inherits.as_view("i"))
bp.register_blueprint(inner)
for p in ["/p1", "/p2"]:
    bp.add_url_rule(p, view_func=login_required(lambda: ""))
//- /app.py
from flask import Flask
from views import bp
def create():
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app
def create_other():
    app = Flask(__name__)
    app.register_blueprint(bp, url_prefix="/other")
    return app
"#,
        &expect![[r#"
            GET /other/guarded, /own/guarded -calls probable- auth.py:login_required -calls exact- views.py:Guarded.decorators -calls exact- views.py:Guarded.get
            GET /other/inner/inherits, /own/inner/inherits -calls exact- auth.py:Base.decorators -calls probable- auth.py:login_required -calls exact- views.py:Inherits.get
            GET /other/p1, /own/p1 -calls exact- auth.py:login_required -calls probable- auth.py:login_required.w
            GET /other/p2, /own/p2 -calls exact- auth.py:login_required -calls probable- auth.py:login_required.w
            POST /other/guarded, /own/guarded -calls probable- auth.py:login_required -calls exact- views.py:Guarded.decorators -calls exact- views.py:Guarded.post
            POST /other/only, /own/only -calls exact- views.py:Only.post
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
fn routers_of_koa_have_prefixes_of_their_own() {
    check(
        r#"
//- /guards.js
exports.check = (ctx, next) => next();
//- /routes.js
const Router = require("@koa/router");
const { check } = require("./guards");
const api = new Router({ prefix: "/api" });
api.get("/users", check, (ctx) => {});
const later = new Router();
later.prefix("/later");
later.get("/users", (ctx) => {});
const made = new Router(options());
made.get("/made", (ctx) => {});
module.exports = { api, later, made };
//- /app.js
const Koa = require("koa");
const { api, later, made } = require("./routes");
const app = new Koa();
app.use(api.routes());
app.use(later.routes());
app.use(made.routes());
"#,
        &expect![[r#"
            GET …/made
            GET /api/users -calls exact- guards.js:check
            GET /later/users
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
fn routes_of_next_are_below_their_folders_and_behind_the_middleware_that_matches() {
    check(
        r#"
//- /web/src/middleware.ts
export function middleware(request: Request) {}
export const config = { matcher: ["/api/:path*", "/((?!docs).*)"] };
//- /web/src/app/api/users/[id]/route.ts
import { load } from "../../../../load";
export async function GET(request: Request) { return load(); }
export const POST = wrap(load);
function wrap(f: () => void) { return f; }
//- /web/src/app/(site)/docs/[...slug]/route.ts
export { load as GET } from "../../../../load";
export const dynamic = "force-dynamic";
//- /web/src/load.ts
export function load() {}
//- /web/src/pages/api/old/index.ts
export default function handler(req, res) {}
//- /other/app/feed/route.js
export const GET = () => {};
//- /open/proxy.ts
export default function proxy() {}
//- /open/app/feed/route.ts
export function GET() {}
"#,
        &expect![[r#"
            GET /feed -calls exact- open/app/feed/route.ts:GET -calls exact- open/proxy.ts:proxy
            GET /feed -calls exact- other/app/feed/route.js:GET
            GET /docs/[...slug] -calls exact- web/src/load.ts:load -calls possible- web/src/middleware.ts:middleware
            GET /api/users/[id] -calls exact- web/src/app/api/users/[id]/route.ts:GET -calls exact- web/src/middleware.ts:middleware
            POST /api/users/[id] -calls exact- web/src/app/api/users/[id]/route.ts:POST -calls probable- web/src/load.ts:load -calls exact- web/src/middleware.ts:middleware
            * /api/old -calls exact- web/src/middleware.ts:middleware -calls exact- web/src/pages/api/old/index.ts:handler
        "#]],
    );
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
fn settings_run_guards_before_all_routes() {
    check(
        r#"
//- /apps/api/src/guard.ts
export class JwtGuard { canActivate() { return true; } }
//- /apps/api/src/app.module.ts
import { Module } from "@nestjs/common";
import { APP_GUARD, APP_PIPE } from "@nestjs/core";
import { JwtGuard } from "./guard";
class Pipe {}
@Module({ providers: [{ provide: APP_GUARD, useClass: JwtGuard }, { provide: APP_PIPE, useClass: Pipe }] })
export class AppModule {}
//- /apps/api/src/cats.ts
import { Controller, Get } from "@nestjs/common";
@Controller("cats")
export class Cats { @Get("a") all() { return 1; } }
//- /apps/other/src/dogs.ts
import { Controller, Get } from "@nestjs/common";
@Controller("dogs")
export class Dogs { @Get("a") all() { return 1; } }
//- /site/guard.py
class Guard:
    def __call__(self, request): pass
    def process_exception(self, request, error): pass
class Dev: pass
//- /site/settings.py
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "site.guard.Guard"]
MIDDLEWARE += ["site.guard.Dev"]
//- /site/urls.py
from django.urls import path
def view(request): return 1
urlpatterns = [path("a", view)]
"#,
        &expect![[r#"
            GET /cats/a -calls exact- apps/api/src/cats.ts:Cats.all -calls exact- apps/api/src/guard.ts:JwtGuard
            GET /dogs/a -calls possible- apps/api/src/guard.ts:JwtGuard -calls exact- apps/other/src/dogs.ts:Dogs.all
            * …/a -calls exact- site/guard.py:Guard -calls exact- site/guard.py:Guard.__call__ -calls exact- site/urls.py:view
        "#]],
    );
    check(
        r#"
//- /site/guard.py
class Guard: pass
//- /site/settings.py
MIDDLEWARE = ["site.guard.Guard"]
//- /site/local.py
MIDDLEWARE = []
//- /site/urls.py
from django.urls import path
def view(request): return 1
urlpatterns = [path("a", view)]
"#,
        &expect![[r#"
            * …/a -calls possible- site/guard.py:Guard -calls exact- site/urls.py:view
        "#]],
    );
}

#[test]
fn fastify_says_hooks_and_routes_in_its_own_words() {
    check(
        r#"
//- /auth.js
exports.check = async (request, reply) => {};
//- /app.js
const fastify = require("fastify")();
const { check } = require("./auth");
fastify.get("/a", async (request, reply) => "a");
fastify.addHook("onRequest", check);
//- /b.js
const fastify = require("fastify")();
const { check } = require("./auth");
fastify.addHook("onResponse", check);
fastify.get("/late", { onResponse: check }, async (request, reply) => "a");
fastify.get("/early", { preHandler: check }, async (request, reply) => "a");
fastify.route({ method: "POST", url: "/object", onRequest: [check], handler: async () => "a" });
fastify.route({ method: "POST", url: "/bare", handler: async () => "a" });
"#,
        &expect![[r#"
            GET /a -calls exact- auth.js:check
            GET /early -calls exact- auth.js:check
            GET /late
            POST /bare
            POST /object -calls exact- auth.js:check
        "#]],
    );
}
