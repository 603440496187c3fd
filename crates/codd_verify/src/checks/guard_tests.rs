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

/// Whether `guard` is satisfied by hooks of these bodies, one program for each.
pub(super) fn hooked(program: &str, hooks: &[(&str, Outcome)]) {
    hooked_by("- guard: {use: [framework-auth, named-auth]}", program, hooks);
}

/// The same by this check.
pub(super) fn hooked_by(check: &str, program: &str, hooks: &[(&str, Outcome)]) {
    for (hook, expected) in hooks {
        let text = program.replace("HOOK", hook);
        let controls = controls_for("{}", check);
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
//- /On.java
@EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true) class On { }
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
