//! Routes whose path is not wholly known, guards that are called so and ask nobody, middleware
//! that goes on regardless.

use expect_test::expect;

use super::guard_tests::check;
use crate::project::verify_project;
use crate::testing::{controls_for, files};
use crate::{CheckPlan, Outcome};

const GUARD: &str = "- guard: {use: [framework-auth, named-auth], public: [/login]}";

#[test]
fn routes_of_computed_paths_are_judged_like_all_others() {
    check(
        GUARD,
        r#"
//- /base.py
import settings
def scoped(rule):
    if settings.MULTI:
        return "/<org>{}".format(rule)
    return rule
//- /app.py
from flask import Flask
from flask_login import login_required
from base import scoped
from elsewhere import PATHS
app = Flask(__name__)
@app.post(scoped("/format"))
def bare(): return 1
@app.post(scoped("/held"))
@login_required
def held(): return 1
@app.post(PATHS.other)
def other(): return 1
@app.get(scoped("/login"))
def login(): return 1
//- /app.js
const express = require("express");
const passport = require("passport");
const { PATHS, at } = require("./paths");
const app = express();
app.post(PATHS.orders, passport.authenticate("jwt"), (req, res) => res.end());
app.post(PATHS.items, (req, res) => res.end());
app.post(at("/x"), (req, res) => res.end());
//- /paths.js
exports.PATHS = { orders: "/orders", items: "/items" };
exports.at = (path) => `${process.env.BASE}${path}`;
"#,
        expect![[r#"
            guard: Fail, 7 anchors
              app.js:6 POST … (PATHS.items): no guard runs before `POST /items`
              app.js:7 POST … (at("/x")): no guard runs before `POST …/x`
              app.py:6 POST … (scoped("/format")): no guard runs before `POST …/format`
              app.py:11 POST … (PATHS.other): no guard runs before `POST … (PATHS.other)`
              app.py:13 GET … (scoped("/login")): no guard runs before `GET …/login`, and where it is served is not known: it may be public
              assumes flask_login 
              assumes passport 
        "#]],
    );
}

#[test]
fn a_function_of_the_file_in_the_place_of_a_guard_is_none() {
    check(
        GUARD,
        r#"
//- /a.py
from flask import Flask
from flask_login import login_required
app = Flask(__name__)
def login_required(f):
    return f
@app.post("/a")
@login_required
def a(): return 1
//- /b.py
from flask import Flask
from flask_login import login_required
app = Flask(__name__)
login_required = lambda f: f
@app.post("/b")
@login_required
def b(): return 1
//- /c.py
from flask import Flask
app = Flask(__name__)
def login_required(f): return f
from flask_login import login_required
@app.post("/c")
@login_required
def c(): return 1
//- /d.py
from flask import Flask
app = Flask(__name__)
def login_required(f):
    "Ask who calls."
    return f
@app.post("/d")
@login_required
def d(): return 1
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              a.py:6 POST /a: no guard runs before `POST /a`
              b.py:5 POST /b: no guard runs before `POST /b`
              d.py:6 POST /d: no guard runs before `POST /d`
              assumes flask_login 
        "#]],
    );
}

#[test]
fn middleware_that_goes_on_whatever_a_guard_says_is_no_sure_guard() {
    check(
        GUARD,
        r#"
//- /auth.js
exports.requireAuth = (req, res, next) => (req.session?.user ? next() : res.status(401).end());
//- /app.js
const express = require("express");
const { requireAuth } = require("./auth");
const app = express();
function regardless(req, res, next) { requireAuth(req, res, next); next(); }
function handsOn(req, res, next) { log(req); return requireAuth(req, res, next); }
app.post("/a", regardless, (req, res) => res.end());
app.post("/b", handsOn, (req, res) => res.end());
//- /page.tsx
import express from "express";
import { requireAuth } from "./auth";
const app = express();
function regardless(req, res, next) { requireAuth(req, res, next); next(); }
app.post("/c", regardless, (req, res) => res.end());
"#,
        expect![[r#"
            guard: Undetermined, 3 anchors; whether a guard runs is not sure for 2 routes
              app.js:6 POST /a: whether a guard runs before `POST /a` is not sure: `requireAuth` may be skipped, or is one of several
              page.tsx:5 POST /c: whether a guard runs before `POST /c` is not sure: `requireAuth` may be skipped, or is one of several
              assumes auth.js requireAuth
        "#]],
    );
}

#[test]
fn options_of_a_guard_are_followed_to_a_variable_and_unknown_elsewhere() {
    check(
        GUARD,
        r#"
//- /app.js
const express = require("express");
const { expressjwt } = require("express-jwt");
const { options } = require("./options");
const open = { secret: "a", credentialsRequired: false };
const held = { secret: "a" };
const app = express();
app.post("/a", expressjwt(open), (req, res) => res.end());
app.post("/b", expressjwt(held), (req, res) => res.end());
app.post("/c", expressjwt(options), (req, res) => res.end());
app.post("/d", expressjwt(require("./more")), (req, res) => res.end());
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              app.js:7 POST /a: no guard runs before `POST /a`
              app.js:9 POST /c: whether a guard runs before `POST /c` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              app.js:10 POST /d: whether a guard runs before `POST /d` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              assumes app.js held
              assumes app.js open
              assumes express-jwt 
              assumes jsonwebtoken 
        "#]],
    );
}

#[test]
fn methods_that_are_asked_nothing_make_a_library_s_guards_unsure() {
    let text = |line: &str| {
        format!(
            "//- /a.py\nimport flask_login\nfrom flask import Flask\n\
             from flask_login import login_required\n{line}\napp = Flask(__name__)\n\
             @app.post(\"/a\")\n@login_required\ndef a(): return 1\n"
        )
    };
    let outcome_with = |line: &str| {
        let controls = controls_for("{}", GUARD);
        let (plan, _) = CheckPlan::compile(&controls);
        let plan = plan.on(codd_source::Date::new(2026, 6, 1).unwrap());
        verify_project(&plan, &controls, &files(&text(line)))[0].checks[0].outcome
    };
    for (line, outcome) in [
        ("flask_login.config.EXEMPT_METHODS = {\"POST\"}", Outcome::Undetermined),
        ("flask_login.config.EXEMPT_METHODS.add(\"POST\")", Outcome::Undetermined),
        ("flask_login.config.EXEMPT_METHODS = {\"OPTIONS\"}", Outcome::Pass),
        ("METHODS = {\"POST\"}", Outcome::Pass),
    ] {
        assert_eq!(outcome_with(line), outcome, "{line}");
    }
}

#[test]
fn what_stands_before_a_class_beside_it_is_no_guard() {
    check(
        GUARD,
        r#"
//- /app.py
from flask import Flask
from flask_login import login_required
from flask_restful import Api, Resource
class Base(Resource):
    decorators = []
class Items(Base):
    def get(self): return 1
class Guarded(Base):
    decorators = Base.decorators + [login_required]
    def get(self): return 1
app = Flask(__name__)
api = Api(app)
api.add_resource(Items, "/items")
api.add_resource(Guarded, "/guarded")
"#,
        expect![[r#"
            guard: Fail, 2 anchors
              app.py:13 GET /items: no guard runs before `GET /items`
              assumes flask_login 
        "#]],
    );
}

#[test]
fn a_wrapper_that_other_files_call_leaves_the_check_open() {
    check(
        GUARD,
        r#"
//- /base.py
from flask import Flask
from flask_restful import Api, Resource
class Own(Api):
    def add(self, resource, *urls):
        return self.add_resource(resource, *urls)
class Login(Resource):
    def get(self): return 1
app = Flask(__name__)
api = Own(app)
api.add(Login, "/login")
//- /views.py
from flask_restful import Resource
from base import api
class Users(Resource):
    def get(self): return 1
api.add(Users, "/users")
"#,
        expect![[r#"
            guard: Undetermined, 1 anchors; there are routes that codd cannot read: route registered by a function that other files may call (1, first in `base.py`); `codd graph routes` says in which lines
        "#]],
    );
}

#[test]
fn what_other_files_make_and_constants_of_other_classes_are_not_overlooked() {
    check(
        GUARD,
        r#"
//- /server.js
const express = require("express");
module.exports = express();
//- /a.js
const served = require("./server");
served.get("/leak", (req, res) => res.end());
//- /Paths.cs
class Paths { public const string Base = "api/orders"; }
//- /OrdersController.cs
[ApiController, Route(Paths.Base)]
class OrdersController : ControllerBase {
    [HttpGet] public int All() => 1;
}
"#,
        expect![[r#"
            guard: Fail, 1 anchors; there are routes that codd cannot read: route on an object of another file (1, first in `a.js`); `codd graph routes` says in which lines
              OrdersController.cs:3 GET /…: no guard runs before `GET /…`
        "#]],
    );
}

#[test]
fn of_several_guards_of_a_class_the_sure_one_is_trusted() {
    check(
        "- guard: {by: [auth.sure, auth.other]}",
        r#"
//- /auth.py
def sure(f): return f
def other(f): return f
//- /app.py
from flask import Flask
from flask.views import MethodView
from auth import sure, other
app = Flask(__name__)
class Orders(MethodView):
    decorators = [sure]
    method_decorators = {"post": [other]}
    def get(self): return "x"
    def post(self): return "x"
app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
"#,
        expect![[r#"
            guard: Pass, 2 anchors
              assumes auth.py sure
        "#]],
    );
}

#[test]
fn a_rule_of_spring_guards_where_nobody_unknown_complies() {
    check(
        GUARD,
        r#"
//- /On.java
@EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true) class On { }
//- /A.java
package a;
import org.springframework.web.bind.annotation.*;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PreAuthorize;
@RestController
class A {
  @GetMapping("/strict") @PreAuthorize("hasRole('A')") String a() { return ""; }
  @GetMapping("/roles") @Secured({"ROLE_A", "ROLE_B"}) String b() { return ""; }
  @GetMapping("/or") @PreAuthorize("hasRole('A')or true") String c() { return ""; }
  @GetMapping("/either") @Secured({"ROLE_A", "IS_AUTHENTICATED_ANONYMOUSLY"}) String d() { return ""; }
  @GetMapping("/anybody") @PreAuthorize("!(isAnonymous() and hasRole('A'))") String e() { return ""; }
}
"#,
        expect![[r#"
            guard: Undetermined, 5 anchors; whether a guard runs is not sure for 3 routes
              A.java:9 GET /or: whether a guard runs before `GET /or` is not sure: `org.springframework.security.access.prepost.PreAuthorize` may be skipped, or is one of several
              A.java:10 GET /either: whether a guard runs before `GET /either` is not sure: `org.springframework.security.access.annotation.Secured` may be skipped, or is one of several
              A.java:11 GET /anybody: whether a guard runs before `GET /anybody` is not sure: `org.springframework.security.access.prepost.PreAuthorize` may be skipped, or is one of several
              assumes org.springframework.security.access.annotation 
              assumes org.springframework.security.access.prepost 
        "#]],
    );
}
