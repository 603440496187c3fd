//! Guards that were removed, replaced or made conditional: none of it passes.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use crate::CheckPlan;
use crate::project::verify_project;
use crate::testing::{controls_for, files, render};

fn shown(checks: &str, text: &str) -> String {
    let controls = controls_for("{}", checks);
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let files = files(text);
    render(&verify_project(&plan, &controls, &files), &files)
}

fn check(checks: &str, text: &str, expect: Expect) {
    expect.assert_eq(&shown(checks, text));
}

/// Checks that a fixture passes with what holds in its place, and with nothing else.
pub(super) fn check_forms(checks: &str, text: &str, holds: &[&str], fails: &[&str]) {
    for (forms, passes) in [(holds, true), (fails, false)] {
        for form in forms {
            let shown = shown(checks, &text.replace("HERE", form));
            assert_eq!(shown.starts_with("guard: Pass"), passes, "{form}\n{shown}");
        }
    }
}

const EXPRESS: &str = r#"
//- /auth.js
exports.check = (req, res, next) => { if (!req.user) return res.status(401).end(); next(); };
exports.allow = (req, res, next) => next();
//- /own.js
exports.unless = (path, guard) => (q, s, n) => (q.path === path ? n() : guard(q, s, n));
exports.wrap = (guard) => (q, s, n) => Promise.resolve(guard(q, s, n)).catch(n);
//- /app.js
const express = require("express");
const asyncHandler = require("express-async-handler");
const unless = require("express-unless");
const { check, allow } = require("./auth");
const own = require("./own");
const app = express();
HERE
app.get("/a", (req, res) => res.send("x"));
"#;

#[test]
fn middleware_of_express_that_may_not_ask() {
    check_forms(
        "- guard: {by: auth.check}",
        EXPRESS,
        &[
            "app.use(check);",
            "const list = [check]; app.use(list);",
            "const list = [check]; app.use(...list);",
            "app.use(check.bind(null));",
            "app.use(asyncHandler(check));",
            "app.use(own.wrap(check));",
            "(() => { app.use(check); })();",
        ],
        &[
            "const list = [check]; list.length = 0; app.use(list);",
            "const list = [check]; list.pop(); app.use(list);",
            "const list = [check]; list.splice(0, 1); app.use(...list);",
            "const list = []; if (process.env.X) list.push(check); app.use(list);",
            "app.use(check.bind);",
            "app.use(check.call);",
            "app.use(unless(check, \"/a\"));",
            "app.use(own.unless(\"/a\", check));",
            "let guard = check; guard = allow; app.use(guard);",
            "app.use(check); app._router.stack.pop();",
            "for (const it of []) app.use(check);",
            "try { app.use(check); } catch (e) {}",
            "setTimeout(() => app.use(check), 1);",
            "app.use((q, s, n) => { n(); check(q, s, () => {}); });",
        ],
    );
}

#[test]
fn coroutines_that_nobody_waits_for_guard_nothing() {
    check_forms(
        "- guard: {by: auth.check}",
        r#"
//- /auth.py
async def check(): raise Exception
//- /app.py
import asyncio
from fastapi import FastAPI
from auth import check
app = FastAPI()
@app.get("/a")
async def a():
    HERE
    return 1
"#,
        &["await check()", "task = check(); await task", "await asyncio.gather(check())"],
        &[
            "check()",
            "task = check()",
            "if not check(): return 2",
            "asyncio.create_task(check())",
            "await asyncio.gather(check(), return_exceptions=True)",
        ],
    );
    check_forms(
        "- guard: {by: auth.check}",
        r#"
//- /auth.js
exports.check = async (req) => { if (!req.user) throw new Error("401"); };
//- /app.js
const express = require("express");
const { check } = require("./auth");
const app = express();
app.get("/a", async (req, res) => { HERE res.send("x"); });
"#,
        &[
            "await check(req);",
            "const p = check(req); await p;",
            "await Promise.all([check(req)]);",
        ],
        &[
            "check(req);",
            "void check(req);",
            "await check(req).catch(() => {});",
            "if (!check(req)) return res.status(401).end();",
            "await Promise.allSettled([check(req)]);",
        ],
    );
}

#[test]
fn options_of_guards_that_ask_nobody() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /app.py
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
app = FastAPI()
scheme = HTTPBearer(HERE)
@app.get("/a")
def a(token=Depends(scheme)): return token.credentials == "k"
"#,
        &["", "auto_error=True"],
        &["auto_error=False", "auto_error=flag"],
    );
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /app.py
from flask import Flask
from flask_jwt_extended import jwt_required
app = Flask(__name__)
@app.get("/a")
@jwt_required(HERE)
def a(): return 1
"#,
        &["", "fresh=True", "optional=False"],
        &["optional=True"],
    );
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /On.java
@EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true) class On { }
//- /A.java
import org.springframework.web.bind.annotation.*;
import org.springframework.security.access.prepost.PreAuthorize;
@RestController
@PreAuthorize("isAuthenticated()")
class A {
  @GetMapping("/a") @PreAuthorize("HERE") String a() { return ""; }
}
"#,
        &["hasRole('ADMIN')"],
        &["permitAll()", "isAnonymous()", "hasRole('X') or permitAll()"],
    );
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /cats.ts
import { Controller, Get, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
@Controller("cats")
@UseGuards(HERE)
export class Cats { @Get("a") all() { return 1; } }
"#,
        &["AuthGuard(\"jwt\")"],
        &[""],
    );
}

const REST: &str = r#"
//- /settings.py
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": [DEFAULT]}
//- /views.py
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView
class A(APIView):
    HERE
    def get(self, request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.A.as_view())]
"#;

#[test]
fn permissions_of_the_settings_hold_for_views_that_say_nothing() {
    let guarded = "\"rest_framework.permissions.IsAuthenticated\"";
    check_forms(
        "- guard: {use: framework-auth}",
        &REST.replace("DEFAULT]", &format!("{guarded}]")),
        &["x = 1", "permission_classes = [IsAuthenticated]"],
        &[
            "permission_classes = []",
            "permission_classes = [AllowAny]",
            "permission_classes = [IsAuthenticated | AllowAny]",
            "permission_classes = [IsAuthenticated]; permission_classes = []",
            "def get_permissions(self): return []",
            "def check_permissions(self, request): pass",
        ],
    );
    check_forms(
        "- guard: {use: framework-auth}",
        &REST.replace("DEFAULT]", "\"rest_framework.permissions.AllowAny\"]"),
        &["permission_classes = [IsAuthenticated]"],
        &["x = 1", "permissions = [IsAuthenticated]"],
    );
}

#[test]
fn bases_answer_in_their_order_and_methods_take_their_place() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /views.py
from django.views import View
from django.contrib.auth.mixins import LoginRequiredMixin
class A(HERE
    def get(self, request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.A.as_view())]
"#,
        &[
            "LoginRequiredMixin, View):",
            "LoginRequiredMixin, View):\n    def dispatch(self, *a): return super().dispatch(*a)",
        ],
        &[
            "View, LoginRequiredMixin):",
            "View):",
            "LoginRequiredMixin, View):\n    def dispatch(self, *a): return View.dispatch(self, *a)",
        ],
    );
}

#[test]
fn marks_take_back_what_settings_say() {
    check(
        "- guard: {use: framework-auth, open: public.Public}",
        r#"
//- /src/public.ts
import { SetMetadata } from "@nestjs/common";
export const Public = () => SetMetadata("public", true);
//- /src/app.module.ts
import { Module } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { AuthGuard } from "@nestjs/passport";
class JwtGuard extends AuthGuard("jwt") {}
@Module({ providers: [{ provide: APP_GUARD, useClass: JwtGuard }] })
export class AppModule {}
//- /src/cats.ts
import { Controller, Get } from "@nestjs/common";
import { Public } from "./public";
@Controller("cats")
export class Cats {
  @Get("a") all() { return 1; }
  @Public() @Get("b") open() { return 1; }
}
//- /site/settings.py
MIDDLEWARE = ["django.contrib.auth.middleware.LoginRequiredMiddleware"]
//- /site/urls.py
from django.contrib.auth.decorators import login_not_required
from django.urls import path
def shut(request): return 1
@login_not_required
def open(request): return 1
urlpatterns = [path("shut", shut), path("open", open)]
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              site/urls.py:6 * open: `* …/open` opts out of its guards by `django.contrib.auth.decorators.login_not_required`
              src/cats.ts:6 GET /cats/b: `GET /cats/b` opts out of its guards by `Public`
              assumes @nestjs/passport 
              assumes django 
        "#]],
    );
}

#[test]
fn anonymous_callers_are_allowed_wherever_csharp_says_so() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /A.cs
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
[ApiController]
[Authorize]
HERE
public class AController : ControllerBase {
  [HttpGet("a")] public string A() { return "1"; }
}
"#,
        &[""],
        &["[AllowAnonymous]", "[Microsoft.AspNetCore.Authorization.AllowAnonymous]"],
    );
}

#[test]
fn routes_of_laravel_without_a_handler_and_guards_taken_back_later() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /routes/web.php
<?php
use Illuminate\Support\Facades\Route;
use App\Http\Controllers\OrderController;
Route::middleware('auth')->group(function () {
    HERE
});
//- /app/Http/Controllers/OrderController.php
<?php
namespace App\Http\Controllers;
class OrderController { public function index() { return 1; } }
"#,
        &[
            "Route::get('/orders', [OrderController::class, 'index']);",
            "Route::view('/orders', 'orders');",
        ],
        &[
            "$it = Route::get('/orders', [OrderController::class, 'index']); $it->withoutMiddleware('auth');",
            "Route::get('/orders', [OrderController::class, 'index'])->withoutMiddleware('auth');",
            "Route::view('/orders', 'orders'); }); Route::group([], function () { Route::fallback(fn () => 1);",
            "Route::view('/orders', 'orders'); }); Route::group([], function () { Route::view('/z', 'z');",
        ],
    );
}

#[test]
fn names_of_laravels_middleware_are_guards_as_what_they_stand_for() {
    let text = r#"
//- /app/Http/Kernel.php
<?php
namespace App\Http;
class Kernel extends HttpKernel {
    protected $middlewareGroups = [
        'staff' => ['throttle:api', 'admin'],
        'web' => [\App\Http\Middleware\Admin::class],
    ];
    protected $middlewareAliases = [
        'admin' => \App\Http\Middleware\Admin::class,
        'other' => \App\Http\Middleware\Other::class,
    ];
}
//- /app/Http/Middleware/Admin.php
<?php
namespace App\Http\Middleware;
class Admin { public function handle($request, $next) { return $next($request); } }
//- /app/Http/Middleware/Other.php
<?php
namespace App\Http\Middleware;
class Other { public function handle($request, $next) { return $next($request); } }
//- /app/Http/Controllers/C.php
<?php
namespace App\Http\Controllers;
class C { public function a() {} }
class AController { public function __construct() { $this->middleware('admin'); } public function a() {} }
class BController { public function __construct() { $this->middleware('admin')->except('a'); } public function a() {} }
class DController { public function __construct() { if (x()) { $this->middleware('admin'); } } public function a() {} }
//- /routes/shop.php
<?php
use Illuminate\Support\Facades\Route;
use App\Http\Controllers\{AController, BController, C, DController};
HERE
"#;
    check_forms(
        "- guard: {by: App.Http.Middleware.Admin}",
        text,
        &[
            "Route::get('/a', [C::class, 'a'])->middleware('admin');",
            "Route::middleware(['throttle', 'admin:1,2'])->get('/a', [C::class, 'a']);",
            "Route::group(['middleware' => 'staff'], function () { Route::get('/a', [C::class, 'a']); });",
            "Route::get('/a', [C::class, 'a'])->middleware('admin')->withoutMiddleware('other');",
            "Route::get('/a', [C::class, 'a'])->middleware(\\App\\Http\\Middleware\\Admin::class . ':x');",
            "Route::get('/a', [C::class, 'a'])->middleware('App\\Http\\Middleware\\Admin');",
            "Route::get('/a', [AController::class, 'a']);",
        ],
        &[
            "Route::get('/a', [C::class, 'a']);",
            "Route::get('/a', [C::class, 'a'])->middleware('other');",
            "Route::get('/a', [C::class, 'a'])->middleware('nobody');",
            "Route::get('/a', [C::class, 'a'])->middleware('admin')->withoutMiddleware('admin');",
            "Route::get('/a', [C::class, 'a'])->middleware('admin')->withoutMiddleware('nobody');",
            "Route::get('/a', [C::class, 'a'])->middleware('staff')->withoutMiddleware('admin');",
            "Route::get('/a', [C::class, 'a'])->middleware('admin')->withoutMiddleware(\\App\\Http\\Middleware\\Admin::class);",
            "Route::get('/a', [BController::class, 'a']);",
            "Route::get('/a', [DController::class, 'a']);",
            "Route::get('/a', [AController::class, 'a'])->withoutMiddleware('admin');",
        ],
    );
    // The project's own provider of routes may give the file another group, or none.
    check(
        "- guard: {by: Admin}",
        &text
            .replace("/routes/shop.php", "/routes/web.php")
            .replace("HERE", "Route::get('/a', [C::class, 'a']);"),
        expect![[r#"
            guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
              routes/web.php:4 GET /a: whether a guard runs before `GET /a` is not sure: `handle` may be skipped, or is one of several
        "#]],
    );
    check_forms(
        "- guard: {use: framework-auth}",
        text,
        &[
            "Route::get('/a', [C::class, 'a'])->middleware('auth:sanctum');",
            "Route::get('/a', [C::class, 'a'])->middleware(['auth', 'other']);",
            "Route::get('/a', [C::class, 'a'])->can('update', 'post')->middleware('can:update,post');",
        ],
        &[
            "Route::get('/a', [C::class, 'a'])->middleware('admin');",
            "Route::get('/a', [C::class, 'a'])->middleware('auth')->withoutMiddleware('auth');",
            "Route::get('/a', [C::class, 'a'])->middleware('auth')->withoutMiddleware('authors');",
        ],
    );
}

#[test]
fn controllers_of_laravel_ask_for_the_frameworks_own_middleware() {
    check_forms(
        "- guard: {use: framework-auth}",
        r#"
//- /app/Http/Controllers/C.php
<?php
namespace App\Http\Controllers;
use Illuminate\Auth\Middleware\Authenticate;
class AController { public function __construct() { HERE } public function a() {} }
//- /routes/shop.php
<?php
use Illuminate\Support\Facades\Route;
use App\Http\Controllers\AController;
Route::get('/a', [AController::class, 'a']);
"#,
        &[
            "$this->middleware('auth');",
            "$this->middleware('auth:api')->only('a');",
            "$this->middleware(['log', 'can:view'])->except(['b']);",
            "$this->middleware(Authenticate::class);",
        ],
        &[
            "",
            "$this->middleware('authors');",
            "$this->middleware('auth')->except('a');",
            "$this->middleware('auth')->only($some);",
            "if (x()) { $this->middleware('auth'); }",
            "$this->middleware(Authenticate::class)->only('b');",
        ],
    );
}
