//! Routers and hooks in the words of single frameworks.

use expect_test::expect;

use super::tests::check;

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
