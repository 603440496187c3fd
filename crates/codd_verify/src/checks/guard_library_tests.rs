//! What guards of libraries rest on: what a project gives them to decide by, and settings.

use expect_test::{Expect, expect};

use super::guard_tests::{check, hooked};
use crate::Outcome;

#[track_caller]
fn library(text: &str, expect: Expect) {
    check("- guard: {use: [framework-auth]}", text, expect);
}

#[test]
fn a_guard_of_flask_decides_by_callbacks() {
    library(
        r#"
//- /auth.py
from flask_httpauth import HTTPTokenAuth
auth = HTTPTokenAuth()
@auth.verify_token
def verify(token): return token == "x"
//- /app.py
from flask import Flask
from auth import auth
app = Flask(__name__)
@app.get("/a")
@auth.login_required
def a(): return ""
"#,
        expect![[r#"
            guard: Pass, 1 anchors
              assumes auth.py verify
              assumes flask_httpauth 
        "#]],
    );
    library(
        r#"
//- /app.py
from flask import Flask
from flask_login import LoginManager, UserMixin, login_required
app = Flask(__name__)
logins = LoginManager(app)
def load(id): return None
logins.user_loader(load)
@logins.request_loader
def by_key(request): return None
class User(UserMixin):
    def is_active(self): return True
    def title(self): return ""
@app.get("/a")
@login_required
def a(): return ""
"#,
        expect![[r#"
            guard: Pass, 1 anchors
              assumes app.py User.is_active
              assumes app.py by_key
              assumes app.py load
              assumes flask_login 
        "#]],
    );
}

#[test]
fn a_guard_of_node_decides_by_callbacks() {
    library(
        r#"
//- /app.js
const express = require("express");
const basic = require("express-basic-auth");
const passport = require("passport");
const { Strategy } = require("passport-jwt");
const { known } = require("./known");
const app = express();
function check(name, password) { return name === password; }
passport.use(new Strategy({}, known));
app.get("/a", basic({ authorizer: check }), (req, res) => res.end());
app.get("/b", passport.authenticate("jwt"), (req, res) => res.end());
//- /known.js
exports.known = (payload, done) => done(null, payload);
//- /jwt.ts
import { Injectable } from "@nestjs/common";
import { PassportStrategy } from "@nestjs/passport";
import { Strategy } from "passport-jwt";
@Injectable()
export class Jwt extends PassportStrategy(Strategy) {
  validate(payload: any) { return payload; }
}
//- /cats.ts
import { Controller, Get, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
@Controller("cats")
@UseGuards(AuthGuard("jwt"))
export class Cats { @Get("a") all() { return 1; } }
"#,
        expect![[r#"
            guard: Pass, 3 anchors
              assumes @nestjs/passport 
              assumes app.js check
              assumes express-basic-auth 
              assumes jwt.ts Jwt
              assumes jwt.ts Jwt.validate
              assumes known.js known
              assumes passport 
        "#]],
    );
}

#[test]
fn guards_of_classes_decide_by_classes() {
    library(
        r#"
//- /auth.py
from rest_framework.authentication import BaseAuthentication
class Token(BaseAuthentication):
    def authenticate(self, request): return None
class Own(Token):
    def authenticate(self, request): return None
//- /settings.py
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["auth.Own"]}
//- /views.py
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView
class A(APIView):
    permission_classes = [IsAuthenticated]
    def get(self, request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.A.as_view())]
//- /On.java
@EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true) class On { }
//- /Users.java
package a;
import org.springframework.security.core.userdetails.UserDetailsService;
class Users implements UserDetailsService {
  public Object loadUserByUsername(String name) { return null; }
}
//- /A.java
package a;
import org.springframework.web.bind.annotation.*;
import org.springframework.security.access.prepost.PreAuthorize;
@RestController
class A {
  @GetMapping("/j") @PreAuthorize("x") String a() { return ""; }
}
"#,
        expect![[r#"
            guard: Pass, 2 anchors
              assumes Users.java Users
              assumes Users.java Users.loadUserByUsername
              assumes auth.py Own
              assumes auth.py Own.authenticate
              assumes auth.py Token
              assumes auth.py Token.authenticate
              assumes org.springframework.security.access.prepost 
              assumes rest_framework 
        "#]],
    );
}

#[test]
fn what_a_guard_tests_by_is_trusted_and_what_it_guards_is_not() {
    library(
        r#"
//- /views.py
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.mixins import UserPassesTestMixin
from django.views.generic import View
def is_staff(user): return user.is_staff
@user_passes_test(is_staff)
def a(request): return 1
class B(UserPassesTestMixin, View):
    def test_func(self): return True
    def get(self, request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.a), path("b", views.B.as_view())]
"#,
        expect![[r#"
            guard: Pass, 2 anchors
              assumes django 
              assumes views.py B.test_func
              assumes views.py is_staff
        "#]],
    );
}

#[test]
fn a_setting_that_switches_guards_off_leaves_them_open() {
    let open = [
        "class Live(Base):\n    LOGIN_DISABLED = True\n",
        "LOGIN_DISABLED = bool(x)\n",
        "def make(app): app.config['LOGIN_DISABLED'] = True\n",
        "def make(app): app.config.update(LOGIN_DISABLED=True)\n",
        "def make(app): app.config.update({'LOGIN_DISABLED': True})\n",
        "def make(app): app.config.from_mapping(LOGIN_DISABLED=True)\n",
        "def make(app): app.config.setdefault('LOGIN_DISABLED', True)\n",
        "def make(logins): logins._login_disabled = True\n",
        "class TestConfig:\n    LOGIN_DISABLED = True\n\
         def make(app): app.config.from_object('settings.TestConfig')\n",
    ];
    let closed = [
        "LOGIN_DISABLED = False\n",
        "def make(app): app.config['LOGIN_DISABLED'] = False\n",
        "class TestConfig:\n    LOGIN_DISABLED = True\n",
        "//- /tests/test_a.py\ndef test_a(app): app.config['LOGIN_DISABLED'] = True\n",
    ];
    let open = open.map(|it| (it, Outcome::Undetermined));
    let closed = closed.map(|it| (it, Outcome::Pass));
    hooked(
        "//- /app.py\nfrom flask import Flask\nfrom flask_login import login_required\n\
         from settings import Base\napp = Flask(__name__)\n@app.get('/a')\n@login_required\n\
         def a(): return ''\n//- /settings.py\nclass Base: pass\nHOOK",
        &[open.as_slice(), closed.as_slice()].concat(),
    );
}

#[test]
fn a_token_that_nobody_looks_at_guards_nothing() {
    library(
        r#"
//- /deps.py
from typing import Annotated
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
import jwt
scheme = OAuth2PasswordBearer(tokenUrl="t")
lenient = OAuth2PasswordBearer(tokenUrl="t", auto_error=False)
TokenDep = Annotated[str, Depends(scheme)]
def caller(token: TokenDep): return jwt.decode(token, "k")
def raw(token: TokenDep): return token
def perhaps(token=Depends(lenient)):
    return jwt.decode(token, "k") if token else None
class Checked(HTTPBearer):
    async def __call__(self, request):
        jwt.decode((await super().__call__(request)).credentials, "k")
class Plain(HTTPBearer): pass
//- /api.py
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer
from deps import Checked, Plain, TokenDep, caller, perhaps, raw, scheme
app = FastAPI()
@app.get("/a")
def a(token: TokenDep): return 1
@app.get("/b")
def b(user=Depends(caller)): return 1
@app.get("/c")
def c(token=Depends(raw)): return 1
@app.get("/d")
def d(token=Depends(raw)):
    if token != "k": raise ValueError
@app.get("/e", dependencies=[Depends(HTTPBearer())])
def e(): return 1
@app.get("/f", dependencies=[Depends(Checked())])
def f(): return 1
@app.get("/g", dependencies=[Depends(Plain())])
def g(): return 1
@app.get("/h")
def h(user=Depends(perhaps)): return 1
@app.get("/i")
def i(token: TokenDep, user=Depends(caller)): return 1
"#,
        expect![[r#"
            guard: Fail, 9 anchors
              api.py:5 GET /a: no guard runs before `GET /a`
              api.py:9 GET /c: no guard runs before `GET /c`
              api.py:14 GET /e: no guard runs before `GET /e`
              api.py:18 GET /g: no guard runs before `GET /g`
              api.py:20 GET /h: whether a guard runs before `GET /h` is not sure: `perhaps` may be skipped, or is one of several
              assumes api.py d
              assumes deps.py Checked
              assumes deps.py Checked.__call__
              assumes deps.py caller
              assumes jwt 
        "#]],
    );
}

#[test]
fn what_settings_give_decides_by_the_projects_classes() {
    library(
        r#"
//- /auth.py
from rest_framework.authentication import BaseAuthentication
class Token(BaseAuthentication):
    def authenticate(self, request): return None
//- /settings.py
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["auth.Token"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
//- /views.py
from rest_framework.views import APIView
class A(APIView):
    def get(self, request): return 1
//- /urls.py
from django.urls import path
import views
urlpatterns = [path("a", views.A.as_view())]
"#,
        expect![[r#"
            guard: Pass, 1 anchors
              assumes auth.py Token
              assumes auth.py Token.authenticate
              assumes rest_framework 
        "#]],
    );
}

#[test]
fn a_strategy_that_lets_anybody_through_is_no_sure_guard() {
    library(
        r#"
//- /guards.ts
import { AuthGuard } from "@nestjs/passport";
export class Lenient extends AuthGuard("jwt") {
  handleRequest(err: any, user: any) { return user || { id: "anon" }; }
}
export class Strict extends AuthGuard("jwt") {
  handleRequest(err: any, user: any) { if (err || !user) throw err; return user; }
}
//- /cats.ts
import { Controller, Get, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
import { Lenient, Strict } from "./guards";
@Controller("a") @UseGuards(Lenient) export class A { @Get() a() { return 1; } }
@Controller("b") @UseGuards(Strict) export class B { @Get() b() { return 1; } }
@Controller("c") @UseGuards(AuthGuard(["jwt", "anonymous"])) export class C { @Get() c() { return 1; } }
@Controller("d") @UseGuards(AuthGuard(["jwt", "local"])) export class D { @Get() d() { return 1; } }
"#,
        expect![[r#"
            guard: Undetermined, 4 anchors; whether a guard runs is not sure for 2 routes
              cats.ts:4 GET /a: whether a guard runs before `GET /a` is not sure: `@nestjs/passport.AuthGuard` may be skipped, or is one of several
              cats.ts:6 GET /c: whether a guard runs before `GET /c` is not sure: `@nestjs/passport.AuthGuard` may be skipped, or is one of several
              assumes @nestjs/passport 
              assumes guards.ts Lenient.handleRequest
              assumes guards.ts Strict.handleRequest
        "#]],
    );
}

#[test]
fn a_guard_of_the_project_rests_on_what_it_reads_tokens_with() {
    check(
        "- guard: {use: [named-auth]}",
        r#"
//- /auth.py
import jwt
import requests
from flask import abort, request
def decode(token): return jwt.decode(token, "key", algorithms=["HS256"])
def check_auth():
    if not decode(request.headers.get("Authorization")):
        requests.post("https://log")
        abort(401)
//- /app.py
from flask import Flask
from auth import check_auth
app = Flask(__name__)
@app.get("/a")
def a():
    check_auth()
    return ""
"#,
        expect![[r#"
            guard: Pass, 1 anchors
              assumes auth.py check_auth
              assumes jwt 
        "#]],
    );
}

#[test]
fn fields_of_classes_name_guards_for_their_methods() {
    check(
        "- guard: {use: [framework-auth, named-auth]}",
        r#"
//- /auth.py
from flask import abort, session
def check_auth(function):
    def inner(*args):
        if not session.get("user"): abort(401)
        return function(*args)
    return inner
//- /app.py
from flask import Flask
from flask_login import login_required
from flask_restful import Api, Resource
from auth import check_auth
app = Flask(__name__)
api = Api(app)
class Base(Resource):
    method_decorators = [login_required]
class Own(Resource):
    method_decorators = [check_auth]
class Guarded(Base):
    def get(self): return {}
class GuardedByOwn(Own):
    def get(self): return {}
class GuardedByMethod(Resource):
    method_decorators = {"get": [login_required], "post": [login_required]}
    def get(self): return {}
    def post(self): return {}
class Partly(Resource):
    method_decorators = {"post": [login_required]}
    def get(self): return {}
class Emptied(Base):
    method_decorators = []
    def get(self): return {}
class Extended(Base):
    method_decorators = Base.method_decorators + [str]
    def get(self): return {}
class Filtered(Base):
    method_decorators = list(filter(str, known()))
    def get(self): return {}
api.add_resource(Guarded, "/guarded")
api.add_resource(GuardedByOwn, "/own")
api.add_resource(GuardedByMethod, "/by-method")
api.add_resource(Partly, "/partly")
api.add_resource(Emptied, "/emptied")
api.add_resource(Extended, "/extended")
api.add_resource(Filtered, "/filtered")
"#,
        expect![[r#"
            guard: Fail, 8 anchors
              app.py:34 GET /partly: whether a guard runs before `GET /partly` is not sure: `a guard` may be skipped, or is one of several
              app.py:35 GET /emptied: `GET /emptied` opts out of its guards by `method_decorators`
              app.py:37 GET /filtered: whether a guard runs before `GET /filtered` is not sure: `a guard` may be skipped, or is one of several
              assumes auth.py check_auth
              assumes auth.py check_auth.inner
              assumes flask_login 
        "#]],
    );
}

#[test]
fn attributes_of_what_an_action_calls_guard_nothing() {
    library(
        r#"
//- /Orders.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Authorization;
[ApiController]
[Route("orders")]
public class OrdersController : ControllerBase {
    [HttpGet] public IActionResult List() => Secret();
    [Authorize] private IActionResult Secret() => Ok("s");
    [HttpPost] [Authorize] public IActionResult Add() => Secret();
}
"#,
        expect![[r#"
            guard: Fail, 2 anchors
              Orders.cs:6 GET /orders: no guard runs before `GET /orders`
        "#]],
    );
}

#[test]
fn endpoints_and_groups_of_aspnet_require_authorization() {
    library(
        r#"
//- /Program.cs
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/guarded", () => "x").RequireAuthorization();
app.MapGet("/bare", () => "x");
var api = app.MapGroup("/api").RequireAuthorization();
api.MapGet("/guarded", () => "x");
api.MapGet("/open", () => "x").AllowAnonymous();
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              Program.cs:3 GET /bare: no guard runs before `GET /bare`
              Program.cs:6 GET /api/open: `GET /api/open` opts out of its guards by `AllowAnonymous`
        "#]],
    );
}
