//! Where routes are served, of routers that are mounted by values, tables and settings.

use expect_test::expect;

use super::tests::check;

#[test]
fn prefixes_are_constants_of_objects_sums_and_templates() {
    check(
        r#"
//- /config.js
module.exports = { base: "/admin", deep: { path: "/deep" } };
//- /paths.js
export const P = "/api";
export const Q = "/v1";
//- /a.js
const { Router } = require("express");
const router = Router();
router.get("/a", (req, res) => {});
module.exports = router;
//- /b.js
const { Router } = require("express");
const router = Router();
router.get("/b", (req, res) => {});
module.exports = router;
//- /c.js
import { Router } from "express";
const router = Router();
router.get("/c", (req, res) => {});
export default router;
//- /d.js
import { Router } from "express";
export const router = Router();
router.get("/d", (req, res) => {});
export const other = Router();
other.get("/other", (req, res) => {});
export const last = Router();
last.get("/last", (req, res) => {});
//- /main.js
import express from "express";
import cfg from "./config";
import { P, Q } from "./paths";
import a from "./a";
import b from "./b";
import c from "./c";
import { router, other, last } from "./d";
const app = express();
app.use(cfg.base, a);
app.use(cfg.deep.path, b);
app.use(P + "/users", c);
app.use(`${P}${Q}/x`, router);
app.use(P + Q, other);
app.use(process.env.BASE + "/x", last);
"#,
        &expect![[r#"
            GET /admin/a
            GET /deep/b
            GET /api/users/c
            GET /api/v1/x/d
            GET …/last
            GET /api/v1/other
        "#]],
    );
}

#[test]
fn each_row_of_a_table_is_served_at_its_own_path() {
    check(
        r#"
//- /check.js
export function check(req, res, next) { next(); }
//- /routers.js
import { Router } from "express";
export const a = Router();
a.get("/a", (req, res) => {});
export const b = Router();
b.get("/b", (req, res) => {});
export const c = Router();
c.get("/c", (req, res) => {});
export const d = Router();
d.get("/d", (req, res) => {});
export const e = Router();
e.get("/e", (req, res) => {});
export const f = Router();
f.get("/f", (req, res) => {});
export const lost = Router();
lost.get("/lost", (req, res) => {});
//- /table.js
import { a, b } from "./routers";
export default [{ path: "/admin", route: a }, { path: "/users", route: b }, { path: "/g", route: require("./whole") }];
//- /whole.js
const router = require("express").Router();
router.get("/whole", (req, res) => {});
module.exports = router;
//- /main.js
import express from "express";
import { check } from "./check";
import table from "./table";
import { c, d, e, f } from "./routers";
const PREFIX = "/v1";
const app = express();
app.use(check);
table.forEach((it) => app.use(it.path, it.route));
for (const { path, router } of [{ path: "/c", router: c }]) app.use(PREFIX + path, router);
const byPath = { "/d": d };
for (const [path, router] of Object.entries(byPath)) app.use(path, router);
[["/e", e]].forEach(([path, router]) => { app.use(path, router); });
const classes = [new Own()];
class Own { path = "/own"; router = f; }
classes.forEach((it) => app.use(it.path, it.router));
"#,
        &expect![[r#"
            GET /admin/a -calls exact- check.js:check
            GET /users/b -calls exact- check.js:check
            GET /v1/c/c -calls exact- check.js:check
            GET /d/d -calls exact- check.js:check
            GET /e/e -calls exact- check.js:check
            GET …/f
            GET …/lost
            GET …/whole
        "#]],
    );
}

#[test]
fn what_functions_register_on_a_router_they_are_given_holds_for_that() {
    check(
        r#"
//- /check.js
export function check(req, res, next) { next(); }
//- /setup.js
import { check } from "./check";
export function setup(app) { app.use(check); }
export function routes(app) { app.get("/inside", (req, res) => {}); }
//- /app.js
import express from "express";
import { setup, routes } from "./setup";
const app = express();
app.get("/before", (req, res) => {});
setup(app);
routes(app);
app.get("/after", (req, res) => {});
//- /auth.py
async def check(request, handler): return await handler(request)
async def inner(request, handler): return await handler(request)
//- /setup.py
from aiohttp import web
from auth import check
from views import show
def setup_middlewares(app):
    app.middlewares.append(check)
def setup_routes(app):
    app.router.add_get("/show", show)
//- /views.py
async def show(request): ...
async def edit(request): ...
async def drop(request): ...
async def hide(request): ...
//- /tables.py
from aiohttp import web
from views import show, edit, drop, hide
table = web.RouteTableDef()
@table.get("/decorated")
async def decorated(request): ...
routes = [web.get("/edit", edit), web.post("/edit", edit)]
def more():
    return [web.delete("/drop", drop)]
ALL_ROUTES = routes + more()
lost = [web.get("/lost", show)]
spread = [*table, web.get("/hide", hide)]
//- /main.py
from aiohttp import web
from setup import setup_middlewares, setup_routes
from auth import inner
import tables
def make():
    app = web.Application()
    setup_middlewares(app)
    setup_routes(app)
    app.add_routes(tables.ALL_ROUTES)
    sub = web.Application(middlewares=[inner])
    sub.add_routes(tables.spread)
    app.add_subapp("/sub", sub)
    return app
"#,
        &expect![[r#"
            GET /after -calls exact- check.js:check
            GET /before
            GET /inside -calls exact- check.js:check -calls exact- setup.js:routes.GET /inside
            GET /show -calls exact- auth.py:check -calls exact- views.py:show
            DELETE /drop -calls exact- auth.py:check -calls exact- views.py:drop
            GET /sub/decorated -calls exact- auth.py:check -calls exact- auth.py:inner -calls exact- tables.py:decorated
            GET /edit -calls exact- auth.py:check -calls exact- views.py:edit
            GET /sub/hide -calls exact- auth.py:check -calls exact- auth.py:inner -calls exact- views.py:hide
            GET …/lost -calls exact- views.py:show
            POST /edit -calls exact- auth.py:check -calls exact- views.py:edit
        "#]],
    );
}

#[test]
fn nest_applies_middleware_to_controllers_and_paths() {
    check(
        r#"
//- /src/main.ts
import { NestFactory } from "@nestjs/core";
import { RequestMethod } from "@nestjs/common";
import { AppModule } from "./app.module";
import { log } from "./log";
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix("api", { exclude: ["health", { path: "cats/open", method: RequestMethod.GET }] });
  app.use(log);
  await app.listen(3000);
}
//- /src/log.ts
export function log(req, res, next) { next(); }
//- /src/auth.ts
export class Auth { use(req, res, next) { next(); } }
export class Feed { use(req, res, next) { next(); } }
export class Every { use(req, res, next) { next(); } }
//- /src/names.ts
export const DOGS = "dogs";
//- /src/app.module.ts
import { Module, NestModule, MiddlewareConsumer, RequestMethod } from "@nestjs/common";
import { Auth, Feed, Every } from "./auth";
import { Cats, Dogs } from "./controllers";
@Module({ controllers: [Cats, Dogs] })
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(Auth).exclude({ path: "cats/open", method: RequestMethod.GET }).forRoutes(Cats);
    consumer.apply(Feed).forRoutes({ path: "dogs/feed", method: RequestMethod.POST }, "health");
    consumer.apply(Every).exclude("cats/(.*)").forRoutes("*");
  }
}
//- /src/controllers.ts
import { Controller, Get, Post } from "@nestjs/common";
import { DOGS } from "./names";
@Controller("cats")
export class Cats {
  @Get() all() {}
  @Get("open") open() {}
}
@Controller(DOGS)
export class Dogs {
  @Get("feed") list() {}
  @Post("feed") feed() {}
}
@Controller()
export class Health {
  @Get("health") health() {}
  @Get("version") version() {}
}
"#,
        &expect![[r#"
            GET /api/cats -calls exact- src/auth.ts:Auth -calls exact- src/auth.ts:Auth.use -calls possible- src/auth.ts:Every -calls possible- src/auth.ts:Every.use -calls exact- src/controllers.ts:Cats.all -calls exact- src/log.ts:log
            GET /cats/open -calls exact- src/controllers.ts:Cats.open -calls exact- src/log.ts:log
            GET /api/dogs/feed -calls exact- src/auth.ts:Every -calls exact- src/auth.ts:Every.use -calls exact- src/controllers.ts:Dogs.list -calls exact- src/log.ts:log
            GET /health -calls exact- src/auth.ts:Every -calls exact- src/auth.ts:Every.use -calls exact- src/auth.ts:Feed -calls exact- src/auth.ts:Feed.use -calls exact- src/controllers.ts:Health.health -calls exact- src/log.ts:log
            GET /api/version -calls exact- src/auth.ts:Every -calls exact- src/auth.ts:Every.use -calls exact- src/controllers.ts:Health.version -calls exact- src/log.ts:log
            POST /api/dogs/feed -calls exact- src/auth.ts:Every -calls exact- src/auth.ts:Every.use -calls exact- src/controllers.ts:Dogs.feed -calls exact- src/log.ts:log
        "#]],
    );
}

#[test]
fn django_serves_what_its_first_list_includes() {
    check(
        r#"
//- /manage.py
//- /site/__init__.py
//- /site/settings.py
ROOT_URLCONF = "site.urls"
//- /site/urls.py
from django.urls import include, path, re_path
from site import views
from rest_framework.routers import DefaultRouter
import shop.urls as shop_urls
router = DefaultRouter()
router.register("things", views.Things)
extra = [path("more/", views.more)]
urlpatterns = [
    path("", views.home),
    path("staff/", include("shop.urls")),
    path("again/", include(shop_urls)),
    path("extra/", include((extra, "extra"), namespace="x")),
    path("here/", include([path("in/", views.inside), re_path(r"^(?P<pk>[0-9]+)/$", views.one)])),
    re_path(r"^old/", include(extra)),
    path("api/", include(router.urls)),
    path("plain", lambda request: None),
]
urlpatterns += [path("added/", views.added)]
//- /site/views.py
def home(request): ...
def more(request): ...
def inside(request): ...
def one(request): ...
def added(request): ...
from rest_framework import viewsets
class Things(viewsets.ReadOnlyModelViewSet): ...
//- /shop/__init__.py
//- /shop/urls.py
from django.urls import path
from site import views
urlpatterns = [path("orders/", views.one)]
//- /lost/__init__.py
//- /lost/urls.py
from django.urls import path
from site import views
urlpatterns = [path("lost/", views.one)]
"#,
        &expect![[r#"
            * …/lost/ -calls exact- site/views.py:one
            * /again/orders/, /staff/orders/ -calls exact- site/views.py:one
            * / -calls exact- site/views.py:home
            * /here/<pk>/ -calls exact- site/views.py:one
            * /added/ -calls exact- site/views.py:added
            * /here/in/ -calls exact- site/views.py:inside
            * /extra/more/, /old/more/ -calls exact- site/views.py:more
            * /plain
            GET /api/things/ -calls exact- site/views.py:Things
            GET /api/things/<pk>/ -calls exact- site/views.py:Things
        "#]],
    );
}

#[test]
fn starlette_runs_no_dependencies_of_fastapi() {
    check(
        r#"
//- /auth.py
def check(): ...
//- /main.py
from fastapi import APIRouter, Depends, FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from auth import check
def plain(request): ...
def listed(request): ...
def inner(request): ...
router = APIRouter(dependencies=[Depends(check)])
@router.get("/api")
def api(): ...
@router.route("/plain")
def decorated(request): ...
router.add_route("/added", plain)
app = FastAPI()
app.include_router(router, prefix="/v1", dependencies=[Depends(check)])
routes = [Route("/listed", listed), Mount("/in", routes=[Route("/inner", inner)])]
other = Starlette(routes=routes)
app.mount("/other", other)
//- /own.py
from fastapi import APIRouter, Depends, FastAPI
from auth import check
class Replaced(APIRouter):
    def __init__(self):
        super().__init__(dependencies=[Depends(check)])
        self.dependencies = []
class Made(APIRouter):
    def __new__(cls): return APIRouter()
    def __init__(self):
        super().__init__(dependencies=[Depends(check)])
replaced = Replaced()
@replaced.get("/replaced")
def a(): ...
made = Made()
@made.get("/made")
def b(): ...
"#,
        &expect![[r#"
            GET /v1/added -calls exact- main.py:plain
            GET /v1/api -calls exact- auth.py:check -calls exact- main.py:api
            GET /other/in/inner -calls exact- main.py:inner
            GET /other/listed -calls exact- main.py:listed
            GET /v1/plain -calls exact- main.py:decorated
            GET /made -calls possible- auth.py:check -calls exact- own.py:b
            GET /replaced -calls possible- auth.py:check -calls exact- own.py:a
        "#]],
    );
}

#[test]
fn rules_of_flask_in_a_loop_are_those_of_its_table() {
    check(
        r#"
//- /views.py
def a(): ...
def b(): ...
//- /app.py
from flask import Flask
from views import a, b
app = Flask("app")
RULES = [("/a", a), ("/b", b)]
for path, view in RULES:
    app.add_url_rule(path, view_func=view)
for rule in [{"path": "/c", "view": a}]:
    app.add_url_rule(rule["path"], view_func=rule["view"])
app.add_url_rule("/d", view_func=lambda: b())
//- /shared.py
from flask import Blueprint, Flask
from views import a
bp = Blueprint("bp", __name__)
bp.add_url_rule("/shared", view_func=a)
one = Flask("one")
one.register_blueprint(bp, url_prefix="/one")
one.register_blueprint(bp, url_prefix="/two", name="again")
TABLE = [("/t", bp)]
for prefix, part in TABLE:
    one.register_blueprint(part, url_prefix=prefix)
"#,
        &expect![[r#"
            GET /a -calls exact- views.py:a
            GET /b -calls exact- views.py:b
            GET /c -calls exact- views.py:a
            GET /d
            GET /one/shared, /t/shared, /two/shared -calls exact- views.py:a
        "#]],
    );
}

#[test]
fn plugins_of_fastify_and_applications_of_hono_are_below_their_prefixes() {
    check(
        r#"
//- /check.js
exports.check = async (request, reply) => {};
//- /users.js
const { check } = require("./check");
module.exports = async function users(fastify, options) {
  fastify.addHook("onRequest", check);
  fastify.get("/list", async (request, reply) => "a");
};
//- /items.js
module.exports = async function items(fastify, options) {
  fastify.get("/items", async (request, reply) => "a");
};
//- /app.js
const fastify = require("fastify")();
const users = require("./users");
const options = load();
fastify.register(users, { prefix: "/users" });
fastify.register(require("./items"), options);
fastify.get("/open", async (request, reply) => "a");
//- /books.ts
import { Hono } from "hono";
const books = new Hono().basePath("/books");
books.get("/all", (c) => c.text("a"));
export default books;
//- /hono.ts
import { Hono } from "hono";
import books from "./books";
const app = new Hono();
app.route("/api", books);
"#,
        &expect![[r#"
            GET /open
            GET /api/books/all
            GET …/items -calls exact- items.js:items.GET /items
            GET /users/list -calls exact- check.js:check -calls exact- users.js:users.GET /list
        "#]],
    );
}

#[test]
fn a_method_that_is_bound_is_that_method_alone() {
    check(
        r#"
//- /app.js
const express = require("express");
class Users {
  constructor() {
    this.router = express.Router();
    this.bound = this.bound.bind(this);
    const h = this.local.bind(this);
    this.router.get("/plain", this.plain);
    this.router.get("/direct", this.direct.bind(this));
    this.router.get("/local", h);
    this.router.get("/bound", this.bound);
  }
  plain(req, res) {}
  direct(req, res) {}
  local(req, res) {}
  bound(req, res) {}
}
const app = express();
const users = new Users();
app.use("/users", users.router);
app.get("/of-another", users.direct.bind(users));
"#,
        &expect![[r#"
            GET /users/bound -calls exact- app.js:Users.bound
            GET /users/direct -calls exact- app.js:Users.direct
            GET /users/local -calls probable- app.js:Users.local
            GET /of-another -calls probable- app.js:Users.direct -calls exact- app.js:users
            GET /users/plain -calls exact- app.js:Users.plain
        "#]],
    );
}

#[test]
fn what_nest_applies_in_a_branch_runs_perhaps() {
    check(
        r#"
//- /src/auth.ts
export class Auth { use(req, res, next) { next(); } }
export class Guard { canActivate() { return true; } }
//- /src/main.ts
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { Guard } from "./auth";
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  if (process.env.PREFIX) app.setGlobalPrefix("api");
  if (process.env.GUARD) app.useGlobalGuards(new Guard());
}
//- /src/app.module.ts
import { Controller, Get, Module, NestModule, MiddlewareConsumer } from "@nestjs/common";
import { Auth } from "./auth";
@Controller("cats")
export class Cats { @Get() all() {} }
@Module({ controllers: [Cats] })
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    if (process.env.AUTH) consumer.apply(Auth).forRoutes("*");
  }
}
"#,
        &expect![[r#"
            GET …/cats -calls exact- src/app.module.ts:Cats.all -calls possible- src/auth.ts:Auth -calls possible- src/auth.ts:Auth.use -calls possible- src/auth.ts:Guard
        "#]],
    );
}

#[test]
fn hono_runs_before_just_the_path_that_it_is_given() {
    check(
        r#"
//- /app.ts
import { Hono } from "hono";
const app = new Hono();
function exact(c, next) { return next(); }
function below(c, next) { return next(); }
app.use("/a", exact);
app.use("/a/*", below);
app.get("/a", (c) => c.text(""));
app.get("/a/x", (c) => c.text(""));
"#,
        &expect![[r#"
            GET /a -calls exact- app.ts:exact
            GET /a/x -calls exact- app.ts:below
        "#]],
    );
}

#[test]
fn what_a_call_gives_may_be_the_path_of_a_hook() {
    check(
        r#"
//- /app.js
const express = require("express");
const config = require("config");
const helmet = require("helmet");
const app = express();
const base = () => "/z";
function known(req, res, next) { next(); }
function asked(req, res, next) { next(); }
function made(req, res, next) { next(); }
function after(req, res, next) { next(); }
app.use(base(), known);
app.use(config.get("base"), asked);
app.use(new RegExp("^/z"), made);
app.use(helmet(), after);
app.get("/a", (req, res) => res.end());
"#,
        &expect![[r#"
            GET /a -calls exact- app.js:after -calls possible- app.js:asked -calls possible- app.js:made
        "#]],
    );
}

#[test]
fn lists_that_are_spread_many_times_over_end() {
    let spread = |of: &str| vec![format!("...{of}"); 40].join(", ");
    let mut text = String::from("//- /app.js\nconst app = require('express')();\nconst l0 = [];\n");
    for level in 1..9 {
        text.push_str(&format!("const l{level} = [{}];\n", spread(&format!("l{}", level - 1))));
    }
    text.push_str(
        "l8.forEach((it) => app.use(it.path, it.route));\n\
         app.get('/a', l8, (req, res) => res.end());\n",
    );
    check(
        &text,
        &expect![[r#"
            GET /a -calls exact- app.js:l8
        "#]],
    );
}

#[test]
fn a_property_that_is_written_again_is_no_known_path() {
    check(
        r#"
//- /cfg.js
module.exports = { base: "/a", kept: "/kept", more: "/more" };
//- /r.js
import { Router } from "express";
export const one = Router();
one.get("/one", (req, res) => {});
export const two = Router();
two.get("/two", (req, res) => {});
export const three = Router();
three.get("/three", (req, res) => {});
export const four = Router();
four.get("/four", (req, res) => {});
//- /app.js
import express from "express";
import cfg from "./cfg";
import { one, two, three, four } from "./r";
const own = { path: "/own", rest: "/rest" };
const all = { path: "/all" };
const app = express();
const same = cfg;
same.base = "/other";
if (process.env.P) own.path = "/z";
Object.assign(all, process.env);
app.use(cfg.base, one);
app.use(own.path, two);
app.use(all.path, three);
app.use(cfg.kept + own.rest, four);
//- /app.py
import conf
from flask import Blueprint, Flask
bp = Blueprint("bp", __name__)
@bp.get("/five")
def five(): return ""
app = Flask(__name__)
conf.BASE = "/other"
app.register_blueprint(bp, url_prefix=conf.BASE)
//- /conf.py
BASE = "/a"
"#,
        &expect![[r#"
            GET …/five -calls exact- app.py:five
            GET …/four -calls possible- app.js:all -calls possible- app.js:own
            GET …/one
            GET …/three -calls possible- app.js:all -calls possible- app.js:own
            GET …/two -calls possible- app.js:own
        "#]],
    );
}
