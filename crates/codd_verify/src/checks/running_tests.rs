//! What runs when a route or a test does, and what is only named on the way.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use crate::CheckPlan;
use crate::project::verify_project;
use crate::testing::{controls_for, files, render};

fn check(checks: &str, text: &str, expect: Expect) {
    let controls = controls_for("{}", checks);
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let files = files(text);
    expect.assert_eq(&render(&verify_project(&plan, &controls, &files), &files));
}

#[test]
fn reading_a_value_does_not_run_who_writes_it() {
    check(
        "- reach: {must: shop.auth.check}",
        r#"
//- /shop/auth.py
def check(token): pass
class User:
    last = None
    def __init__(self):
        self.seen = None
LIMIT = 3
def login(token, user: User):
    global LIMIT
    check(token)
    LIMIT = 4
    user.last = 1
    user.seen = 2
//- /shop/api.py
from flask import Flask
from shop import auth
from shop.auth import User, check
app = Flask(__name__)
@app.get("/class")
def of_class(user: User): return user.last
@app.get("/instance")
def of_instance(): return User().seen
@app.get("/global")
def of_module(): return auth.LIMIT
HANDLERS = {"a": check}
@app.get("/held")
def held(): return HANDLERS["a"](1)
"#,
        expect![[r#"
            reach: Fail, 4 anchors
              shop/api.py:5 GET /class: `GET /class` does not reach `shop.auth.check`
              shop/api.py:7 GET /instance: `GET /instance` does not reach `shop.auth.check`
              shop/api.py:9 GET /global: `GET /global` does not reach `shop.auth.check`
              assumes shop/auth.py check
        "#]],
    );
}

#[test]
fn writers_of_exported_state_do_not_run_in_typescript() {
    check(
        "- reach: {must: check}",
        r#"
//- /state.ts
export function check(t: any) { if (!t) throw new Error(); }
export class Session { user: any = null; role = ''; }
export let limit = 3;
export function setLimit(t: any) { check(t); limit = 4; }
export const context = new Session();
export function enter(t: any) { check(t); context.role = 'x'; }
//- /api.ts
import express from 'express';
import { check, limit, context } from './state';
const app = express();
app.get('/limit', (req, res) => { res.json(limit); });
app.get('/role', (req, res) => { res.json(context.role); });
app.get('/type', (req, res) => { let f: typeof check; res.json(1); });
app.get('/called', (req, res) => { check(req); });
"#,
        expect![[r#"
            reach: Fail, 4 anchors
              api.ts:4 GET /limit: `GET /limit` does not reach `check`
              api.ts:5 GET /role: `GET /role` does not reach `check`
              api.ts:6 GET /type: `GET /type` does not reach `check`
              assumes state.ts check
        "#]],
    );
}

#[test]
fn a_test_that_reads_a_value_loads_it_and_runs_no_writer() {
    check(
        "- tested:",
        r#"
//- /shop/m.py
class User:
    last = None
def danger(user: User):
    user.last = 1
def load():
    return {}
CACHE = load()
STATE = None
def setup():
    global STATE
    STATE = 3
//- /tests/test_m.py
from shop import m
from shop.m import User
def test_user():
    assert User().last is None
def test_state():
    assert m.STATE is None
def test_cache():
    assert m.CACHE == {}
"#,
        expect![[r#"
            tested: Fail, 3 anchors
              shop/m.py:3 danger: no test reaches `shop.m.danger`
              shop/m.py:9 setup: no test reaches `shop.m.setup`
        "#]],
    );
}

#[test]
fn types_and_defaults_run_nothing() {
    check(
        "- reach: {must: shop.auth.check}",
        r#"
//- /shop/auth.py
from typing import Annotated
from fastapi import Depends
def check(token): pass
class User: pass
CurrentUser = Annotated[User, Depends(check)]
def plain(user: CurrentUser): return 1
def made(user=check("x")): return 1
def given(user=check): return 1
//- /shop/api.py
from typing import Annotated
from fastapi import Depends, FastAPI
from shop.auth import CurrentUser, check, given, made, plain
app = FastAPI()
@app.get("/called")
def called(): return plain(None)
@app.get("/made")
def of_default(): return made()
@app.get("/given")
def of_callback(): return given()
@app.get("/result")
def result() -> CurrentUser: return None
@app.get("/local")
def local():
    user: CurrentUser = None
    other: Annotated[str, Depends(check)] = ""
    return user
@app.get("/union")
def union(user: CurrentUser | None = None): return user
"#,
        expect![[r#"
            reach: Fail, 6 anchors
              shop/api.py:5 GET /called: `GET /called` does not reach `shop.auth.check`
              shop/api.py:7 GET /made: `GET /made` does not reach `shop.auth.check`
              shop/api.py:9 GET /given: `GET /given` does not reach `shop.auth.check`
              shop/api.py:11 GET /result: `GET /result` does not reach `shop.auth.check`
              shop/api.py:13 GET /local: `GET /local` does not reach `shop.auth.check`
              shop/api.py:18 GET /union: `GET /union` does not reach `shop.auth.check`
              assumes shop/auth.py check
        "#]],
    );
}

#[test]
fn dependencies_of_a_route_run_with_those_they_need() {
    check(
        "- reach: {must: shop.auth.check}",
        r#"
//- /shop/auth.py
from typing import Annotated
from fastapi import Depends
def check(token): pass
def token(raw: Annotated[str, Depends(check)]): return raw
def get_user(value: str = Depends(token)): return value
class User: pass
CurrentUser = Annotated[User, Depends(get_user)]
Reader = CurrentUser
class Service:
    def __init__(self, user: CurrentUser): pass
def admin(user: Reader): return user
def factory(name):
    def inner(user: CurrentUser): return user
    return inner
//- /shop/api.py
from typing import Annotated
from fastapi import APIRouter, Depends, FastAPI, Security
from shop.auth import CurrentUser, Reader, Service, admin, check, factory, get_user
app = FastAPI()
@app.get("/alias")
def alias(user: CurrentUser): return user
@app.get("/text")
def text(user: "CurrentUser"): return user
@app.get("/alias2")
def other_alias(user: Reader): return user
@app.get("/default")
def default(user=Depends(admin)): return user
@app.get("/security")
def security(user: Annotated[str, Security(get_user, scopes=["a"])]): return user
@app.get("/class")
def of_class(service: Service = Depends()): return service
@app.get("/factory")
def of_factory(user=Depends(factory("x"))): return user
@app.get("/decorator", dependencies=[Depends(admin)])
def of_decorator(): return 1
router = APIRouter(dependencies=[Depends(admin)])
@router.get("/router")
def of_router(): return 1
@app.get("/open")
def unguarded(): return 1
"#,
        expect![[r#"
            reach: Fail, 10 anchors
              shop/api.py:24 GET /open: `GET /open` does not reach `shop.auth.check`
              assumes shop/auth.py check
        "#]],
    );
}

#[test]
fn decorators_above_the_one_that_registers_are_not_served() {
    check(
        "- reach: {must: shop.guard}",
        r#"
//- /shop.py
from flask import Blueprint, Flask
app = Flask(__name__)
def guard(function):
    return function
def role(name):
    guard(name)
    return guard
@guard
@app.get("/above")
def above(): return "open"
@app.get("/below")
@guard
def below(): return "ok"
@role("x")
@app.get("/mixed")
@app.post("/mixed")
@role("y")
def mixed(): return "ok"
@app.get("/first")
@guard
@app.get("/second")
def between(): return "half"
@guard
def added(): return "ok"
app.add_url_rule("/added", view_func=added)
@app.get("/caller")
def caller(): return above()
hooked = Blueprint("hooked", __name__)
@guard
@hooked.before_request
def before(): pass
@hooked.get("/hooked")
def of_hooked(): return "open"
guarded = Blueprint("guarded", __name__)
@guarded.before_request
@guard
def before_too(): pass
@guarded.get("/guarded")
def of_guarded(): return "ok"
"#,
        expect![[r#"
            reach: Fail, 10 anchors
              shop.py:9 GET /above: `GET /above` does not reach `shop.guard`
              shop.py:21 GET /second: `GET /second` does not reach `shop.guard`
              shop.py:32 GET /hooked: `GET …/hooked` does not reach `shop.guard`
              assumes shop.py guard
        "#]],
    );
}

const OVERRIDDEN: &str = r#"
//- /shop.py
from abc import ABC, abstractmethod
from flask import Flask
app = Flask(__name__)
def check(x): pass
class Base:
    def run(self): return 1
class Sub(Base):
    def run(self): return check(1)
class Door(ABC):
    @abstractmethod
    def open(self): pass
    def shut(self): raise NotImplementedError
class Wood(Door):
    def open(self): return check(1)
    def shut(self): return check(1)
class Iron(Door):
    def open(self): return check(2)
    def shut(self): return 2
class Steel(Door):
    def open(self): return check(3)
    def shut(self): return check(3)
@app.get("/exact")
def exact(): return Base().run()
@app.get("/any")
def any_of(base: Base): return base.run()
@app.get("/all")
def all_of(door: Door): return door.open()
@app.get("/some")
def some_of(door: Door): return door.shut()
@app.get("/sub")
def sub(): return Sub().run()
"#;

#[test]
fn must_is_not_met_by_what_one_subclass_does() {
    check(
        "- reach: {must: shop.check}",
        OVERRIDDEN,
        expect![[r#"
            reach: Undetermined, 5 anchors; 3 reach it only by edges that are not sure
              shop.py:22 GET /exact: `GET /exact` may reach `shop.check`, which is not sure
              shop.py:24 GET /any: `GET /any` may reach `shop.check`, which is not sure
              shop.py:28 GET /some: `GET /some` may reach `shop.check`, which is not sure
              assumes shop.py check
        "#]],
    );
}

#[test]
fn must_not_is_broken_by_what_one_subclass_does() {
    check(
        "- reach: {must_not: shop.check}",
        OVERRIDDEN,
        expect![[r#"
            reach: Fail, 5 anchors
              shop.py:22 GET /exact: `GET /exact` reaches `shop.check`
              shop.py:24 GET /any: `GET /any` reaches `shop.check`
              shop.py:26 GET /all: `GET /all` reaches `shop.check`
              shop.py:28 GET /some: `GET /some` reaches `shop.check`
              shop.py:30 GET /sub: `GET /sub` reaches `shop.check`
        "#]],
    );
}

#[test]
fn only_what_can_run_is_a_start() {
    check(
        "- reach: {from: {symbols: 'views.*'}, must: guard.check}",
        r#"
//- /guard.py
def check(): pass
//- /views.py
from guard import check
logger = object()
class Page:
    title = "x"
    def show(self): return 1
def good(): check()
"#,
        expect![[r#"
            reach: Fail, 2 anchors
              views.py:5 Page.show: `views.Page.show` does not reach `guard.check`
              assumes guard.py check
        "#]],
    );
}

#[test]
fn no_way_leads_through_a_test() {
    check(
        "- reach: {must_not: shop.danger}",
        r#"
//- /shop.py
from flask import Flask
app = Flask(__name__)
def danger(): pass
class Page:
    title = ""
    def draw(self): return self.title
@app.get("/")
def show(): return Page().draw()
//- /test_shop.py
from shop import Page, danger
def test_draw():
    danger()
    Page.title = "x"
class TestPage(Page):
    def draw(self): return danger()
    def test_draw(self): return danger()
"#,
        expect![[r#"
            reach: Pass, 1 anchors; 1 may reach it by edges that are not sure
        "#]],
    );
}

#[test]
fn variables_that_hold_what_comes_from_outside_count_where_they_run() {
    check(
        "- reach: {must: passport.authenticate}",
        r#"
//- /auth.ts
import passport from 'passport';
export const held = passport.authenticate('jwt', { session: false });
//- /api.ts
import { Router } from 'express';
import { held } from './auth';
const router = Router();
router.get('/guarded', held, (req, res) => { res.json({}); });
router.get('/read', (req, res) => { res.json({ held }); });
export default router;
"#,
        expect![[r#"
            reach: Fail, 2 anchors
              api.ts:5 GET /read: `GET …/read` does not reach `passport.authenticate`
        "#]],
    );
}

#[test]
fn a_tested_guard_does_not_test_its_routes() {
    let controls = controls_for("{routes: {}}", "- tested:");
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let files = files(
        r#"
//- /api.py
from fastapi import Depends, FastAPI
app = FastAPI()
def guard(): pass
@app.get("/a", dependencies=[Depends(guard)])
def a(): return 1
@app.get("/b")
def b(user=Depends(guard)): return 1
//- /test_api.py
from api import b, guard
def test_guard(): guard()
def test_b(): b(1)
"#,
    );
    let shown = render(&verify_project(&plan, &controls, &files), &files);
    expect![[r#"
        tested: Fail, 2 anchors
          api.py:4 GET /a: no test reaches `GET /a`
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_request_to_a_guarded_route_is_no_guard() {
    check(
        "- reach: {must: shop.auth.check}",
        r#"
//- /shop/auth.py
def check(): pass
//- /shop/api.py
from flask import Flask
from shop.auth import check
app = Flask(__name__)
cache = {}
@app.get("/users")
def users(): check()
@app.get("/open")
def open_to_all(): return cache.get("/users")
"#,
        expect![[r#"
            reach: Fail, 2 anchors
              shop/api.py:7 GET /open: `GET /open` does not reach `shop.auth.check`
              assumes shop/auth.py check
        "#]],
    );
}

#[test]
fn tests_that_never_run_test_nothing() {
    check(
        "- tested:",
        r#"
//- /a.py
def f(): pass
def g(): pass
def h(): pass
def i(): pass
//- /test_a.py
import pytest, unittest
from a import f, g, h, i
@pytest.mark.skip(reason="slow")
def test_f(): f()
@unittest.skip("later")
class T(unittest.TestCase):
    def test_g(self): g()
def test_h():
    if False:
        h()
@pytest.mark.skipif(True, reason="asks first")
def test_i(): i()
//- /test_b.py
from pytest import mark
from a import f
@mark.skip
def test_f(): f()
"#,
        expect![[r#"
            tested: Fail, 4 anchors
              a.py:1 f: no test reaches `a.f`
              a.py:2 g: no test reaches `a.g`
              a.py:3 h: no test reaches `a.h`
        "#]],
    );
}
