//! Routes that are registered in other words, and those that nobody can read.

use expect_test::expect;

use super::guard_tests::check;

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
