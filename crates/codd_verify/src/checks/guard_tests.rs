//! Which routes have a guard, framework by framework.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use crate::project::verify_project;
use crate::testing::{check_diagnostics, controls_for, files, render};
use crate::{CheckPlan, Outcome};

pub(super) fn check(checks: &str, text: &str, expect: Expect) {
    expect.assert_eq(&found(checks, text));
}

/// What the checks find in a project, as text.
pub(super) fn found(checks: &str, text: &str) -> String {
    let controls = controls_for("{}", checks);
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let plan = plan.on(codd_source::Date::new(2026, 6, 1).unwrap());
    let files = files(text);
    render(&verify_project(&plan, &controls, &files), &files)
}

#[test]
fn guards_of_python_frameworks() {
    check(
        "- guard: {use: [framework-auth, named-auth]}",
        r#"
//- /base.py
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import DeleteView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView
class Guarded(LoginRequiredMixin, DeleteView): pass
class Plain(DeleteView): pass
class Api(APIView):
    permission_classes = [IsAuthenticated]
class Open(Api):
    permission_classes = [AllowAny]
    def get(self, request): return 1
class Closed(Api):
    def get(self, request): return 1
//- /views.py
from base import Guarded, Plain
class A(Guarded): model = None
class B(Plain): model = None
def c(request): return 1
def d(request): return 1
//- /urls.py
from django.urls import path
from django.contrib.auth.decorators import login_required
import views, base
urlpatterns = [
    path("a", views.A.as_view()),
    path("b", views.B.as_view()),
    path("c", login_required(views.c)),
    path("d", views.d),
    path("e", base.Open.as_view()),
    path("f", base.Closed.as_view()),
]
//- /api.py
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
from deps import current_user
scheme = OAuth2PasswordBearer(tokenUrl="t")
def token(t=Depends(scheme)): return t
app = FastAPI()
r = APIRouter(prefix="/r", dependencies=[Depends(HTTPBearer())])
@r.get("/a")
def a(): return 1
@app.get("/b")
def b(t=Depends(token)): return 1
@app.get("/c")
def c(u=Depends(current_user)): return 1
@app.get("/d")
def d(): return 1
app.include_router(r)
//- /deps.py
def current_user(): return None
"#,
        expect![[r#"
            guard: Fail, 10 anchors
              api.py:8 GET /a: no guard runs before `GET /r/a`
              api.py:10 GET /b: no guard runs before `GET /b`
              api.py:14 GET /d: no guard runs before `GET /d`
              urls.py:6 * b: no guard runs before `* …/b`
              urls.py:8 * d: no guard runs before `* …/d`
              urls.py:9 * e: `* …/e` opts out of its guards by `rest_framework.permissions.AllowAny`
              assumes deps.py current_user
              assumes django 
              assumes rest_framework 
        "#]],
    );
}

#[test]
fn guards_of_javascript_frameworks() {
    check(
        "- guard: {use: [framework-auth, named-auth], open: [decorators.Public]}",
        r#"
//- /auth.js
exports.auth = (req, res, next) => req.session && req.session.uid ? next() : res.status(401).end();
exports.need = (req, res, next) => { if (!req.session.user) return res.redirect("/login"); next(); };
//- /app.js
const express = require("express");
const passport = require("passport");
const { expressjwt } = require("express-jwt");
const { auth, need } = require("./auth");
const app = express();
const api = express.Router();
const jwt = expressjwt({ secret: "x" });
app.get("/a", (req, res) => res.send("a"));
app.get("/b", passport.authenticate("jwt"), (req, res) => res.send("a"));
app.get("/c", jwt, (req, res) => res.send("a"));
app.get("/d", need, (req, res) => res.send("a"));
app.use("/api", auth);
app.get("/api/e", (req, res) => res.send("a"));
app.use("/v2", passport.authenticate("jwt"), api);
api.get("/f", (req, res) => res.send("a"));
//- /decorators.ts
import { SetMetadata } from "@nestjs/common";
export const Public = () => SetMetadata("public", true);
//- /cats.ts
import { Controller, Delete, Get, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
import { Public } from "./decorators";
@Controller("cats")
@UseGuards(AuthGuard("jwt"))
export class Cats {
  @Get("a") all() { return 1; }
  @Public() @Get("b") open() { return 1; }
}
@Controller("dogs")
export class Dogs {
  @Delete("a") gone() { return 1; }
}
"#,
        expect![[r#"
            guard: Fail, 9 anchors
              app.js:8 GET /a: no guard runs before `GET /a`
              cats.ts:8 GET /cats/b: `GET /cats/b` opts out of its guards by `Public`
              cats.ts:12 DELETE /dogs/a: no guard runs before `DELETE /dogs/a`
              assumes @nestjs/passport 
              assumes auth.js auth
              assumes auth.js need
              assumes express-jwt 
              assumes jsonwebtoken 
              assumes passport 
        "#]],
    );
}

#[test]
fn guards_of_other_languages() {
    check(
        "- guard: {use: framework-auth}",
        r#"
//- /A.java
package a;
import org.springframework.web.bind.annotation.*;
import org.springframework.security.access.prepost.PreAuthorize;
@RestController
class A {
  @GetMapping("/a") @PreAuthorize("x") String a() { return ""; }
  @GetMapping("/b") String b() { return ""; }
}
@RestController
@PreAuthorize("x")
class B {
  @GetMapping("/c") String c() { return ""; }
}
//- /C.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Authorization;
[ApiController]
[Route("api")]
[Authorize]
public class C : ControllerBase {
  [HttpGet("a")] public string A() { return ""; }
  [AllowAnonymous] [HttpGet("b")] public string B() { return ""; }
}
[ApiController]
[Route("open")]
public class D : ControllerBase {
  [HttpGet("c")] public string E() { return ""; }
}
//- /config/routes.rb
Rails.application.routes.draw do
  get "/r", to: "orders#x"
  get "/s", to: "open#x"
end
//- /app/controllers/orders_controller.rb
class OrdersController < ActionController::Base
  before_action :authenticate_user!
  def x; 1; end
end
//- /app/controllers/open_controller.rb
class OpenController < OrdersController
  skip_before_action :authenticate_user!
  def x; 1; end
end
//- /composer.json
{"autoload":{"psr-4":{"App\\":"app/"}}}
//- /routes/web.php
<?php
use Illuminate\Support\Facades\Route;
use App\Http\Controllers\OrderController;
Route::get('/p', [OrderController::class, 'index'])->middleware('auth');
Route::get('/q', [OrderController::class, 'index']);
//- /app/Http/Controllers/OrderController.php
<?php
namespace App\Http\Controllers;
class OrderController { public function index() { return 1; } }
"#,
        expect![[r#"
            guard: Fail, 10 anchors
              A.java:7 GET /b: no guard runs before `GET /b`
              C.cs:8 GET /api/b: `GET /api/b` opts out of its guards by `AllowAnonymous`
              C.cs:13 GET /open/c: no guard runs before `GET /open/c`
              config/routes.rb:3 GET /s: no guard runs before `GET /s`
              routes/web.php:5 GET /q: no guard runs before `GET /q`
              assumes org.springframework.security.access.prepost 
        "#]],
    );
}

#[test]
fn what_need_not_run_is_no_sure_guard() {
    check(
        "- guard: {by: auth.check}",
        r#"
//- /auth.py
def check(): raise Exception
def allow(): pass
//- /app.py
import os
from flask import Flask
from auth import allow, check
app = Flask(__name__)
one = check
either = check if os.getenv("X") else allow
again = check
again = allow
picked = {"a": check, "b": allow}["b"]
both = check or allow
@app.get("/sure")
def sure():
    if not check(): return "", 401
    return "1"
@app.get("/one")
def of_one(): one()
@app.get("/either")
def of_either(): either()
@app.get("/again")
def of_again(): again()
@app.get("/picked")
def of_picked(): picked()
@app.get("/both")
def of_both(): both()
@app.get("/branch")
def branch():
    if os.getenv("X"): check()
@app.get("/dead")
def dead():
    return 1
    check()
@app.get("/late")
def late(x):
    if x: return "1"
    check()
@app.get("/error")
def error(x):
    if not x: return "no", 400
    check()
@app.get("/swallowed")
def swallowed():
    try: check()
    except Exception: pass
@app.get("/lambda")
def of_lambda():
    f = lambda: check()
@app.get("/named")
def named():
    x = check
"#,
        expect![[r#"
            guard: Fail, 13 anchors
              app.py:17 GET /either: whether a guard runs before `GET /either` is not sure: `check` may be skipped, or is one of several
              app.py:19 GET /again: whether a guard runs before `GET /again` is not sure: `check` may be skipped, or is one of several
              app.py:21 GET /picked: whether a guard runs before `GET /picked` is not sure: `check` may be skipped, or is one of several
              app.py:23 GET /both: whether a guard runs before `GET /both` is not sure: `check` may be skipped, or is one of several
              app.py:25 GET /branch: whether a guard runs before `GET /branch` is not sure: `check` may be skipped, or is one of several
              app.py:28 GET /dead: no guard runs before `GET /dead`
              app.py:32 GET /late: whether a guard runs before `GET /late` is not sure: `check` may be skipped, or is one of several
              app.py:40 GET /swallowed: whether a guard runs before `GET /swallowed` is not sure: `check` may be skipped, or is one of several
              app.py:44 GET /lambda: whether a guard runs before `GET /lambda` is not sure: `check` may be skipped, or is one of several
              app.py:47 GET /named: whether a guard runs before `GET /named` is not sure: `check` may be skipped, or is one of several
              assumes auth.py check
        "#]],
    );
}

#[test]
fn what_is_not_in_the_code_is_declared_for_a_time() {
    let text = r#"
//- /app.py
from flask import Flask
app = Flask(__name__)
@app.get("/health")
def health(): return "1"
@app.delete("/in/a")
def a(): return "1"
@app.delete("/old/b")
def b(): return "1"
"#;
    check(
        "- guard: {use: framework-auth, public: [GET /health], outside: [{what: gateway, routes: \
         '/in/**', owner: platform, expires: 2026-06-01}, {what: vpn, routes: '/old/**', owner: \
         net, expires: 2026-05-31}]}",
        text,
        expect![[r#"
            guard: Fail, 3 anchors
              app.py:7 DELETE /old/b: no guard runs before `DELETE /old/b`; `vpn` of net counted until 2026-05-31
        "#]],
    );
}

#[test]
fn settings_that_say_nothing_are_errors() {
    check_diagnostics(
        "- guard: {use: [], public: [health], outside: [{what: x, owner: '', expires: 2026-01-01}, {what: x, owner: a, expires: soon}]}",
        expect![[r#"
            checks::guard: `guard` names no guard
              at []
              write `by: [dotted.name]` or `use: [framework-auth]`
            checks::guard: `health` is not a route
              at [health]
              write `GET /health`, `/login` or `/assets/**`
            checks::guard: a guard outside the code needs an owner
              at {what: x, owner: '', expires: 2026-01-01}
              write who answers for it: `owner: platform`
            checks::guard: `soon` is not a day
              at {what: x, owner: a, expires: soon}
              write it as `YYYY-MM-DD`
        "#]],
    );
}

#[test]
fn routes_that_are_registered_in_other_words_are_seen_or_said() {
    let checks = "- guard: {by: auth.check}";
    let text = |more: &str| {
        format!(
            r#"
//- /auth.py
def check(): raise Exception
//- /app.py
from flask import Flask
from auth import check
app = Flask(__name__)
@app.get("/a")
def a(): check()
{more}
"#
        )
    };
    let bound = "get = app.get\n@get(\"/b\")\ndef b(): return 1\n";
    check(
        checks,
        &text(bound),
        expect![[r#"
        guard: Fail, 2 anchors
          app.py:7 GET /b: no guard runs before `GET /b`
          assumes auth.py check
    "#]],
    );
    let wrapped = "def public(path): return app.route(path)\n@public(\"/b\")\ndef b(): return 1\n";
    check(
        checks,
        &text(wrapped),
        expect![[r#"
            guard: Undetermined, 1 anchors; there are routes that codd cannot read: route registered by a function of the project (1, first in `app.py`); `codd graph routes` says in which lines
              assumes auth.py check
        "#]],
    );
    check(
        checks,
        &text("app.before_request_funcs.clear()"),
        expect![[r#"
            guard: Undetermined, 1 anchors; there are routes that codd cannot read: routes whose guards are changed in place (2, first in `app.py`)
              assumes auth.py check
        "#]],
    );
}

#[test]
fn next_configurations_that_cannot_be_read_leave_its_middleware_open() {
    let text = |config: &str| {
        format!(
            r#"
//- /package.json
{{"dependencies":{{"next":"14"}}}}
//- /auth.ts
export function check() {{ throw new Error(); }}
//- /mw.ts
export const config = {{ matcher: ["/other"] }};
//- /middleware.ts
import {{ check }} from "./auth";
export function middleware(request) {{ check(); }}
{config}
//- /app/api/a/route.ts
export async function GET(request) {{ return Response.json(1); }}
"#
        )
    };
    let checks = "- guard: {by: auth.check}";
    check(
        checks,
        &text(""),
        expect![[r#"
        guard: Pass, 1 anchors
          assumes auth.ts check
    "#]],
    );
    check(
        checks,
        &text("export * from \"./mw\";"),
        expect![[r#"
        guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
          app/api/a/route.ts:1 GET /api/a: whether a guard runs before `GET /api/a` is not sure: `check` may be skipped, or is one of several
    "#]],
    );
    check(
        checks,
        &text("export const config = { ...shared };"),
        expect![[r#"
        guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
          app/api/a/route.ts:1 GET /api/a: whether a guard runs before `GET /api/a` is not sure: `check` may be skipped, or is one of several
    "#]],
    );
}

#[test]
fn who_trusts_a_guard_trusts_its_methods() {
    check(
        "- guard: {by: role.RoleGuard}",
        r#"
//- /role.ts
import { CanActivate, Injectable } from "@nestjs/common";
@Injectable()
export class RoleGuard implements CanActivate {
  canActivate(context) { return isStaff(context); }
}
function isStaff(context) { return context.user.isStaff; }
//- /a.controller.ts
import { Controller, Delete, UseGuards } from "@nestjs/common";
import { RoleGuard } from "./role";
@Controller("a")
@UseGuards(RoleGuard)
export class AController {
  @Delete()
  remove() { return 1; }
}
"#,
        expect![[r#"
            guard: Pass, 1 anchors
              assumes role.ts RoleGuard
              assumes role.ts RoleGuard.canActivate
        "#]],
    );
}

#[test]
fn guards_that_need_not_ask() {
    check(
        "- guard: {use: framework-auth}",
        r#"
//- /guards.ts
import { CanActivate } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
export class Open extends AuthGuard("jwt") { canActivate(c: any) { return true; } }
export class Own extends AuthGuard("jwt") { canActivate(c: any) { return super.canActivate(c); } }
export class Roles implements CanActivate { canActivate(c: any) { return c.roles.length > 0; } }
export const list = [AuthGuard("jwt")];
//- /other.ts
import { list } from "./guards";
list.length = 0;
//- /a.controller.ts
import { Controller, Get, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
import { list, Open, Own, Roles } from "./guards";
const none = [];
const some = [AuthGuard("jwt")];
const one = process.env.X ? [AuthGuard("jwt")] : [];
@Controller("a") @UseGuards(Open) export class A { @Get() a() { return 1; } }
@Controller("b") @UseGuards(Own) export class B { @Get() b() { return 1; } }
@Controller("c") @UseGuards(...list) export class C { @Get() c() { return 1; } }
@Controller("d") @UseGuards(...none) export class D { @Get() d() { return 1; } }
@Controller("e") @UseGuards(...some) export class E { @Get() e() { return 1; } }
@Controller("j") @UseGuards(AuthGuard("jwt"), Roles) export class J { @Get() j() { return 1; } }
@Controller("f") @UseGuards(...one) export class F { @Get() f() { return 1; } }
//- /main.go
package main
import (
    "net/http"
    "github.com/go-chi/chi/v5"
    "github.com/go-chi/jwtauth/v5"
)
var keys = jwtauth.New("HS256", nil, nil)
func h(w http.ResponseWriter, r *http.Request) {}
func main() {
    r := chi.NewRouter()
    r.Use(jwtauth.Authenticator(keys))
    r = chi.NewRouter()
    r.Get("/g", h)
    s := chi.NewRouter()
    s.Use(jwtauth.Authenticator(keys))
    s.Get("/h", h)
}
//- /app.py
from starlette.applications import Starlette
from starlette.routing import Route
async def i(request): return 1
app = Starlette(routes=[Route("/i", i)])
"#,
        expect![[r#"
            guard: Fail, 10 anchors
              a.controller.ts:7 GET /a: whether a guard runs before `GET /a` is not sure: `@nestjs/passport.AuthGuard` may be skipped, or is one of several
              a.controller.ts:9 GET /c: whether a guard runs before `GET /c` is not sure: `@nestjs/passport.AuthGuard` may be skipped, or is one of several
              a.controller.ts:10 GET /d: whether a guard runs before `GET /d` is not sure: `a guard` may be skipped, or is one of several
              a.controller.ts:13 GET /f: whether a guard runs before `GET /f` is not sure: `@nestjs/passport.AuthGuard` may be skipped, or is one of several
              app.py:4 GET /i: no guard runs before `GET /i`
              main.go:13 GET /g: whether a guard runs before `GET /g` is not sure: `github.com/go-chi/jwtauth/v5.Authenticator` may be skipped, or is one of several
              assumes @nestjs/passport 
              assumes github.com/go-chi/jwtauth/v5 
              assumes guards.ts Open.canActivate
              assumes guards.ts Own.canActivate
        "#]],
    );
}

#[test]
fn each_guard_of_an_object_is_what_its_own_call_makes() {
    check(
        "- guard: {use: framework-auth}",
        r#"
//- /auth.ts
import { expressjwt as jwt } from "express-jwt";
const auth = {
  required: jwt({ secret: "a", algorithms: ["HS256"] }),
  optional: jwt({ secret: "a", algorithms: ["HS256"], credentialsRequired: false }),
};
export default auth;
//- /api.ts
import { Router } from "express";
import auth from "./auth";
const router = Router();
router.get("/a", auth.required, (req, res) => res.send("a"));
router.get("/b", auth.optional, (req, res) => res.send("b"));
router.get("/c", (req, res) => res.send("c"));
"#,
        expect![[r#"
            guard: Fail, 3 anchors
              api.ts:5 GET /b: no guard runs before `GET …/b`
              api.ts:6 GET /c: no guard runs before `GET …/c`
              assumes express-jwt 
              assumes jsonwebtoken 
        "#]],
    );
}

#[test]
fn what_koa_runs_before_the_routes_of_a_router() {
    check(
        "- guard: {use: framework-auth}",
        r#"
//- /before.js
const Koa = require("koa");
const Router = require("@koa/router");
const passport = require("koa-passport");
const app = new Koa();
const router = new Router();
router.get("/a", (ctx) => { ctx.body = 1; });
app.use(passport.authenticate("jwt"));
app.use(router.routes()).use(router.allowedMethods());
//- /after.js
const Koa = require("koa");
const Router = require("@koa/router");
const passport = require("koa-passport");
const app = new Koa();
const router = new Router();
router.get("/b", (ctx) => { ctx.body = 1; });
app.use(router.routes());
app.use(passport.authenticate("jwt"));
//- /cats.controller.ts
import { Controller, Get } from "@nestjs/common";
@Controller({ path: "cats", version: "1" })
export class Cats { @Get("all") all() { return 1; } }
"#,
        expect![[r#"
            guard: Fail, 3 anchors
              after.js:6 GET /b: no guard runs before `GET /b`
              cats.controller.ts:3 GET …/cats/all: no guard runs before `GET …/cats/all`
              assumes koa-passport 
        "#]],
    );
}

/// Whether `guard` is satisfied by hooks of these bodies, one program for each.
pub(super) fn hooked(program: &str, hooks: &[(&str, Outcome)]) {
    for (hook, expected) in hooks {
        let text = program.replace("HOOK", hook);
        let controls = controls_for("{}", "- guard: {use: [framework-auth, named-auth]}");
        let (plan, _) = CheckPlan::compile(&controls);
        let found = verify_project(&plan, &controls, &files(&text))[0].checks[0].clone();
        let outcome = match found.findings.first() {
            Some(finding) => finding.outcome,
            None => found.outcome,
        };
        assert_eq!(outcome, *expected, "{hook}");
    }
}

#[test]
fn a_hook_of_flask_is_a_guard_where_it_turns_away_who_is_not_known() {
    use Outcome::{Fail, Pass, Undetermined};
    hooked(
        "//- /a.py\nfrom flask import Flask, request, abort, redirect, session, g\n\
         app = Flask(__name__)\nLANGUAGE = 'Accept-Language'\n@app.before_request\n\
         def hook():\n    HOOK\n@app.get('/x')\ndef x():\n    return ''\n",
        &[
            ("if not session.get('user'): abort(401)", Pass),
            ("if 'user' not in session: return redirect('/login')", Pass),
            ("if request.headers.get('Authorization') != KEY: abort(401)", Pass),
            ("if request.headers['X-Api-Key'] != KEY: return 'no', 401", Pass),
            ("if g.user is None: raise PermissionError()", Pass),
            ("if request.path != '/login' and not session.get('user'): abort(401)", Undetermined),
            (
                "if request.method != 'GET':\n        if not session.get('user'): abort(401)",
                Undetermined,
            ),
            (
                "if request.path == '/x':\n        return\n    if not session.get('user'): abort(401)",
                Undetermined,
            ),
            ("if too_many(): abort(429)\n    if not session.get('user'): abort(401)", Pass),
            (
                "if request.method == 'OPTIONS':\n        return\n    if not session.get('user'): abort(401)",
                Pass,
            ),
            (
                "token = request.headers.get('Authorization')\n    try:\n        g.user = \
                 load(token)\n    except ValueError:\n        abort(401)",
                Pass,
            ),
            (
                "user = find(session.get('id'))\n    if user:\n        g.user = user\n        \
                 return\n    abort(401)",
                Pass,
            ),
            ("if request.headers.get('Accept-Language') == 'xx': return redirect('/xx')", Fail),
            ("if request.headers.get(LANGUAGE) != 'xx': return redirect('/xx')", Fail),
            ("if request.headers.get('Host') != 'x': abort(400)", Fail),
            ("if g.locale is None: return redirect('/xx')", Fail),
            ("if not session.get('cart'): return redirect('/shop')", Fail),
            ("if session.get('strikes', 0) > 3: abort(403)", Fail),
            ("if session.get('user_level', 0) > 3: abort(403)", Undetermined),
            (
                "for it in request.headers.getlist('Authorization'):\n        if not ok(it): abort(401)",
                Fail,
            ),
            ("while True:\n        if not session.get('user'): abort(401)\n        break", Pass),
            ("if request.cookies.get('theme') == 'old': return redirect('/new')", Fail),
            ("if request.headers.get('Authorization'): abort(401)", Fail),
            ("if session.get('user'): return redirect('/home')", Fail),
            ("if not session.get('user'): redirect('/login')", Fail),
            (
                "try:\n        if not session.get('user'): abort(401)\n    except Exception:\n        \
                 pass",
                Undetermined,
            ),
        ],
    );
}

#[test]
fn a_middleware_is_a_guard_where_it_asks_before_it_goes_on() {
    use Outcome::{Fail, Pass, Undetermined};
    hooked(
        "//- /a.py\nfrom aiohttp import web\n@web.middleware\nasync def hook(request, handler):\n    \
         HOOK\nasync def h(request):\n    return web.Response(text='x')\n\
         app = web.Application(middlewares=[hook])\napp.router.add_get('/x', h)\n",
        &[
            (
                "if not request.headers.get('Authorization'):\n        raise \
                 web.HTTPUnauthorized()\n    return await handler(request)",
                Pass,
            ),
            (
                "if request.get('user'):\n        return await handler(request)\n    if \
                 request.cookies.get('session'):\n        return await handler(request)\n    \
                 return web.HTTPFound('/login')",
                Pass,
            ),
            (
                "r = await handler(request)\n    if not request.headers.get('Authorization'):\n        \
                 raise web.HTTPUnauthorized()\n    return r",
                Fail,
            ),
            (
                "if not request.headers.get('Authorization'):\n        \
                 web.HTTPUnauthorized()\n    return await handler(request)",
                Fail,
            ),
            (
                "if int(request.headers.get('Content-Length', 0)) > 9:\n        raise \
                 web.HTTPRequestEntityTooLarge(1, 2)\n    return await handler(request)",
                Fail,
            ),
            (
                "try:\n        if not request.headers.get('Authorization'):\n            raise \
                 web.HTTPUnauthorized()\n    except web.HTTPException:\n        pass\n    return \
                 await handler(request)",
                Undetermined,
            ),
        ],
    );
    hooked(
        "//- /a.js\nconst app = require('express')();\napp.use((req, res, next) => { HOOK });\n\
         app.get('/x', (req, res) => res.end());\n",
        &[
            ("if (!req.session.user) return res.status(401).end(); next();", Pass),
            ("if (req.isAuthenticated()) { next(); } else { res.redirect('/login'); }", Pass),
            (
                "if (req.get('Authorization') !== KEY) { res.sendStatus(401); return; } next();",
                Pass,
            ),
            (
                "const t = req.headers.authorization; verify(t, (e, u) => { if (e) return \
              res.sendStatus(401); next(); });",
                Pass,
            ),
            ("if (!req.session.user) { res.status(401).end(); } next();", Fail),
            ("if (req.cookies.theme === 'x') return res.redirect('/y'); next();", Fail),
            ("if (req.headers['accept-language']) return res.redirect('/y'); next();", Fail),
            ("if (req.user) return res.redirect('/home'); next();", Fail),
            (
                "if (req.path === '/x') return next(); if (!req.user) return res.status(401).end(); \
                 next();",
                Undetermined,
            ),
            (
                "switch (req.user.role) { case 'blocked': return res.status(403).end(); } next();",
                Undetermined,
            ),
        ],
    );
}

#[test]
fn routes_of_an_unknown_library_leave_it_open() {
    check(
        "- guard: {use: [framework-auth]}",
        "//- /a.ts\nimport { Get, Post } from '@idm/koa';\nexport class Users {\n  @Get('/users')\n  \
         all() {}\n  @Post('/users')\n  make() {}\n}\n",
        expect![[r#"
            guard: Undetermined, 0 anchors; there are routes that codd cannot read: route by a decorator of an unknown library (2, first in `a.ts`); `codd graph routes` says in which lines
        "#]],
    );
}

#[test]
fn a_name_is_no_guard_where_nobody_reads_the_answer() {
    use Outcome::{Fail, Pass};
    hooked(
        "//- /a.py\nfrom flask import Flask, request, abort\nimport gateway\napp = Flask(__name__)\n\
         HOOK\n",
        &[
            (
                "def authorize(card): return gateway.hold(card)\n@app.post('/pay')\ndef pay():\n    \
                 authorize(request.form['card'])\n    return ''",
                Fail,
            ),
            (
                "class Card:\n    def authorize(self, n): return n\n@app.post('/pay')\ndef pay():\n    \
                 c = Card()\n    c.authorize(1)\n    return ''",
                Fail,
            ),
            (
                "class authorize: pass\n@app.post('/pay')\ndef pay():\n    authorize()\n    return ''",
                Fail,
            ),
            (
                "def auth(): return {}\n@app.post('/pay')\ndef pay():\n    gateway.get('x', \
                 auth=auth())\n    return ''",
                Fail,
            ),
            (
                "def authorize(u): return u == 'a'\n@app.post('/pay')\ndef pay():\n    if not \
                 authorize(request.form['u']):\n        return 'no', 403\n    return ''",
                Pass,
            ),
            (
                "def authorize(u):\n    if u != 'a': abort(403)\n@app.post('/pay')\ndef pay():\n    \
                 authorize(request.form['u'])\n    return ''",
                Pass,
            ),
            (
                "def authorize(f): return f\n@app.post('/pay')\n@authorize\ndef pay():\n    return ''",
                Fail,
            ),
            (
                "def current_user(): return gateway.user()\n@app.get('/me')\ndef me():\n    user = \
                 current_user()\n    if user is None: abort(401)\n    return user.name",
                Pass,
            ),
        ],
    );
}

#[test]
fn where_some_call_counts_and_another_does_not_each_route_has_its_own_answer() {
    check(
        "- guard: {use: [named-auth]}",
        "//- /a.py\nfrom flask import Flask, request, abort\napp = Flask(__name__)\n\
         def authorize(u): return u == 'a'\n@app.post('/pay')\ndef pay():\n    authorize(1)\n\
         @app.post('/see')\ndef see():\n    if request.args:\n        if not authorize(2): \
         abort(403)\n    return ''\n@app.post('/buy')\ndef buy():\n    if not authorize(2): \
         abort(403)\n    return ''\n",
        expect![[r#"
            guard: Fail, 3 anchors
              a.py:4 POST /pay: no guard runs before `POST /pay`
              a.py:7 POST /see: whether a guard runs before `POST /see` is not sure: `authorize` may be skipped, or is one of several
              assumes a.py authorize
        "#]],
    );
}

#[test]
fn what_loads_somebody_asks_nobody() {
    check(
        "- guard: {use: [named-auth]}",
        r#"
//- /package.json
{"dependencies": {"express": "4"}}
//- /src/auth/auth.service.ts
import { PrismaClient } from "@prisma/client";
import generateToken from "./token.utils";
const prisma = new PrismaClient();
export const getCurrentUser = async (id: number) => {
  const user = (await prisma.user.findUnique({ where: { id } })) as User;
  return { ...user, token: generateToken(user.id) };
};
//- /src/auth/token.utils.ts
import * as jwt from "jsonwebtoken";
const generateToken = (id: number): string => jwt.sign({ user: { id } }, process.env.SECRET);
export default generateToken;
//- /src/tags.ts
import { Request, Response, Router } from "express";
import { getCurrentUser } from "./auth/auth.service";
const router = Router();
router.delete("/wipe", async (req: Request, res: Response) => {
  const user = await getCurrentUser(1);
  res.json({ user });
});
router.delete("/mine", async (req: Request, res: Response) => {
  const user = await getCurrentUser(req.headers.token);
  if (!user) return res.status(401).end();
  res.json({ user });
});
export default router;
"#,
        expect![[r#"
            guard: Fail, 2 anchors
              src/tags.ts:4 DELETE /wipe: no guard runs before `DELETE …/wipe`
              assumes jsonwebtoken 
              assumes src/auth/auth.service.ts getCurrentUser
        "#]],
    );
}

#[test]
fn middleware_and_signatures_are_guards_however_they_are_written() {
    check(
        "- guard: {use: [framework-auth, named-auth]}",
        r#"
//- /app.ts
import { createHmac, timingSafeEqual } from "crypto";
import express, { NextFunction, Request, Response } from "express";
const app = express();
const gate = (req: Request, res: Response, next: NextFunction) => {
  if (!req.session.user) { return res.status(401).json({ error: "no" }); }
  next();
};
const open = (req: Request, res: Response, next: NextFunction) => { next(); };
const verifySignature = (req: Request) => {
  const own = createHmac("sha256", process.env.KEY).update(req.body).digest();
  return timingSafeEqual(own, Buffer.from(req.headers["x-signature"]));
};
app.get("/a", gate, (req, res) => res.end());
app.get("/b", open, (req, res) => res.end());
app.post("/hook", (req, res) => {
  if (!verifySignature(req)) return res.status(400).end();
  res.end();
});
app.post("/hook2", (req, res) => { verifySignature(req); res.end(); });
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              app.ts:14 GET /b: no guard runs before `GET /b`
              app.ts:19 POST /hook2: no guard runs before `POST /hook2`
              assumes app.ts gate
              assumes app.ts verifySignature
        "#]],
    );
}
