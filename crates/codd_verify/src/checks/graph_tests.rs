//! What the checks over the graph conclude.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use crate::project::verify_project;
use crate::testing::{controls_for, files, render};
use crate::{CheckPlan, Outcome};

fn check_in(applies_to: &str, checks: &str, text: &str, expect: Expect) {
    let controls = controls_for(applies_to, checks);
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let files = files(text);
    expect.assert_eq(&render(&verify_project(&plan, &controls, &files), &files));
}

fn check(checks: &str, text: &str, expect: Expect) {
    check_in("{}", checks, text, expect);
}

const SHOP: &str = r#"
//- /shop/auth.py
def check_token(request):
    return request

def require_auth(function):
    def wrapper(*arguments):
        check_token(arguments)
        return function(*arguments)
    return wrapper
//- /shop/api.py
import pickle
from flask import Flask
from flask_login import login_required
from shop.auth import require_auth
app = Flask(__name__)

@app.get("/a")
@require_auth
def a():
    return "a"

@app.post("/b")
@login_required
def b():
    return pickle.loads("b")

@app.delete("/c")
def c():
    return "c"
"#;

#[test]
fn route_reaches_its_guard_through_a_decorator() {
    check(
        "- reach: {must: shop.auth.check_token}",
        SHOP,
        expect![[r#"
        reach: Fail, 3 anchors
          shop/api.py:12 POST /b: `POST /b` does not reach `shop.auth.check_token`
          shop/api.py:17 DELETE /c: `DELETE /c` does not reach `shop.auth.check_token`
          assumes shop/auth.py check_token
    "#]],
    );
}

#[test]
fn scope_of_routes_narrows_what_is_asked() {
    check_in(
        "{routes: {methods: [GET, POST]}}",
        "- reach: {must: [shop.auth.require_auth, flask_login.login_required]}",
        SHOP,
        expect![[r#"
            reach: Pass, 2 anchors
              assumes shop/auth.py require_auth
              assumes shop/auth.py require_auth.wrapper
        "#]],
    );
}

#[test]
fn guard_that_is_not_there_guards_nothing() {
    check_in(
        "{routes: {methods: [GET]}}",
        "- reach: {must: shop.auth.check_tokens}",
        SHOP,
        expect![[r#"
            reach: Fail, 1 anchors; `shop.auth.check_tokens` is not in this snapshot; the nearest: shop.auth.check_token
              shop/api.py:7 GET /a: `shop.auth.check_tokens` does not exist, so `GET /a` cannot reach it
        "#]],
    );
}

#[test]
fn deleted_guard_that_is_still_called_guards_nothing() {
    let text = SHOP.replace("def check_token", "def renamed");
    check_in(
        "{routes: {methods: [GET]}}",
        "- reach: {must: shop.auth.check_token}",
        &text,
        expect![[r#"
            reach: Fail, 1 anchors; `shop.auth.check_token` is not in this snapshot
              shop/api.py:7 GET /a: `shop.auth.check_token` does not exist, so `GET /a` cannot reach it
        "#]],
    );
    check_in(
        "{routes: {methods: [GET]}}",
        "- reach: {must: 'shop.auth.check_*'}",
        &text,
        expect![[r#"
            reach: Fail, 1 anchors; `shop.auth.check_*` is not in this snapshot
              shop/api.py:7 GET /a: `shop.auth.check_*` does not exist, so `GET /a` cannot reach it
        "#]],
    );
}

#[test]
fn default_import_goes_by_the_name_of_its_package() {
    check(
        "- reach: {must: jsonwebtoken.verify}",
        r#"
//- /app.js
import express from "express";
import jwt from "jsonwebtoken";
const app = express();
function guard(request, response, next) { jwt.verify(request.token); next(); }
app.get("/a", guard, (request, response) => response.send("a"));
"#,
        expect![[r#"
            reach: Pass, 1 anchors
        "#]],
    );
}

#[test]
fn what_must_not_be_reached_shows_the_way() {
    check(
        "- reach: {must_not: 'pickle.*'}",
        SHOP,
        expect![[r#"
        reach: Fail, 3 anchors
          shop/api.py:12 POST /b: `POST /b` reaches `pickle.loads`
    "#]],
    );
    check(
        "- reach: {must_not: marshal.loads}",
        SHOP,
        expect![[r#"
        reach: Pass, 3 anchors
    "#]],
    );
    check(
        "- reach: {must_not: shop.auth.gone}",
        SHOP,
        expect![[r#"
        reach: NotApplicable, 0 anchors; there is nothing to reach: `shop.auth.gone` is not in this snapshot
    "#]],
    );
}

#[test]
fn way_through_an_excepted_symbol_is_allowed() {
    let text = r#"
//- /db.py
def raw(): pass
//- /repo.py
from db import raw
def find(): raw()
//- /web/page.py
from db import raw
from repo import find
def good(): find()
def bad(): inner()
def inner(): raw()
"#;
    check(
        "- reach: {from: {paths: 'web/**'}, must_not: db.raw, except_through: 'repo.*'}",
        text,
        expect![[r#"
            reach: Fail, 4 anchors
              web/page.py:4 bad: `web.page.bad` reaches `db.raw`
              web/page.py:5 inner: `web.page.inner` reaches `db.raw`
              assumes repo.py find
        "#]],
    );
    check(
        "- reach: {from: {symbols: 'repo.*'}, must_not: db.raw}",
        text,
        expect![[r#"
        reach: Fail, 1 anchors
          repo.py:2 find: `repo.find` reaches `db.raw`
    "#]],
    );
    check(
        "- reach: {from: {symbols: 'nobody.*'}, must_not: db.raw}",
        text,
        expect![[r#"
        reach: NotApplicable, 0 anchors; no definition that `from` names is in scope
    "#]],
    );
}

#[test]
fn express_routes_are_guarded_by_middleware() {
    check(
        "- reach: {must: requireUser}",
        r#"
//- /auth.js
export function requireUser(request, response, next) { next(); }
//- /app.js
import express from "express";
import { requireUser } from "./auth.js";
const app = express();
app.get("/a", requireUser, (request, response) => response.send("a"));
app.get("/b", (request, response) => response.send("b"));
"#,
        expect![[r#"
            reach: Fail, 2 anchors
              app.js:5 GET /b: `GET /b` does not reach `requireUser`
              assumes auth.js requireUser
        "#]],
    );
}

#[test]
fn only_the_code_of_governed_routes_and_symbols_is_asked() {
    let checks = "- forbid: {language: python, rule: {pattern: pickle.loads($X)}, message: pickle}";
    check_in(
        "{routes: {methods: [POST]}}",
        checks,
        SHOP,
        expect![[r#"
            forbid: Fail, 1 anchors
              shop/api.py:15 b: pickle
        "#]],
    );
    check_in(
        "{routes: {methods: [GET]}}",
        checks,
        SHOP,
        expect![[r#"
        forbid: Pass, 1 anchors
    "#]],
    );
    check_in(
        "{symbols: ['shop.api.b']}",
        checks,
        SHOP,
        expect![[r#"
            forbid: Fail, 1 anchors
              shop/api.py:15 b: pickle
        "#]],
    );
    check_in(
        "{symbols: ['shop.auth.*']}",
        checks,
        SHOP,
        expect![[r#"
        forbid: Pass, 1 anchors
    "#]],
    );
}

#[test]
fn tests_must_reach_routes_or_functions() {
    let text = r#"
//- /shop/money.py
def add(a, b):
    return _plus(a, b)
def _plus(a, b):
    return a + b
def split(a):
    return a
//- /tests/test_money.py
from shop.money import add
def test_add():
    assert add(1, 2) == 3
"#;
    check(
        "- tested:",
        text,
        expect![[r#"
        tested: Fail, 2 anchors
          shop/money.py:5 split: no test reaches `shop.money.split`
    "#]],
    );
    check(
        "- tested: {min: 2, symbols: '*.add'}",
        text,
        expect![[r#"
        tested: Fail, 1 anchors
          shop/money.py:1 add: 1 of 2 tests reach `shop.money.add`
    "#]],
    );
    check(
        "- tested: {symbols: 'nothing.*'}",
        text,
        expect![[r#"
        tested: NotApplicable, 0 anchors; no function, method or route is in scope
    "#]],
    );
}

#[test]
fn documentation_is_asked_of_handlers_where_routes_are_governed() {
    check_in(
        "{routes: {methods: [DELETE]}}",
        "- documented:",
        SHOP,
        expect![[r#"
        documented: Fail, 1 anchors
          shop/api.py:18 c: function `shop.api.c` has no documentation
    "#]],
    );
}

#[test]
fn review_item_changes_with_the_code_and_not_with_its_layout() {
    let print = |text: &str| {
        let controls = controls_for("{}", "- manual: Read it.");
        let (plan, _) = CheckPlan::compile(&controls);
        let outcomes = verify_project(&plan, &controls, &files(text));
        let check = &outcomes[0].checks[0];
        assert_eq!(check.outcome, Outcome::Review);
        check.findings[0].fingerprint.clone()
    };
    let first = print("//- /a.py\ndef f(x):\n    return x + 1\n");
    assert_eq!(
        first,
        print(
            "//- /a.py\n# why\n\ndef f( x ):\n    return (x + 1)\n"
                .replace("(x + 1)", "x  +  1")
                .as_str()
        )
    );
    assert_ne!(first, print("//- /a.py\ndef f(x):\n    return x + 2\n"));
}

#[test]
fn legacy_search_is_weak_and_proposes_better() {
    check(
        "- verification: \"grep -r 'AESGCM' --include='*.py'\"",
        "//- /a.py\n# AESGCM\n",
        expect![[r#"
            verification: Pass weak, 1 anchors
        "#]],
    );
    check(
        "- verification: 'grep -r AESGCM .'",
        "//- /a.py\nx = 1\n",
        expect![[r#"
            verification: Fail weak, 1 anchors
              project: `AESGCM` is nowhere in the 1 file searched
        "#]],
    );
    check(
        "- verification: 'grep -rL x --include=*.py .'",
        "//- /a.py\nx\n//- /b.py\ny\n",
        expect![[r#"
            verification: Fail weak, 2 anchors
              b.py:1: `x` is not in this file
        "#]],
    );
    check(
        "- verification: Somebody reads it.",
        "//- /a.py\nx = 1\n",
        expect![[r#"
        verification: Review, 2 anchors; Somebody reads it.
          project: review: Somebody reads it.
          assumes a.py 
          assumes a.py x
    "#]],
    );
}

#[test]
fn include_of_an_extension_alone_is_undetermined_and_can_be_fixed() {
    use codd_controls::apply_fixes;
    let text = "controls:\n  - id: SEC-001\n    name: n\n    requirement: r\n    verification: \
                \"grep -r 'AESGCM' --include='.py'\"\n";
    let loaded = codd_controls::load_controls(&[("t.yaml".into(), text.as_bytes().into())], &[]);
    let (plan, diagnostics) = CheckPlan::compile(&loaded.set);
    let shown: Vec<String> = diagnostics
        .iter()
        .map(|it| {
            let span = it.labels[0].span;
            let at = &text[span.start as usize..span.end as usize];
            format!("{}: {} at {at}; {}", it.code, it.message, it.help.as_deref().unwrap_or("-"))
        })
        .collect();
    expect!["checks::include: `.py` is the name of a file, not of its kind at .py; write `'*.py'`; `codd controls fix` does it for you"].assert_eq(&shown.join("\n"));
    let files = files("//- /a.py\nAESGCM\n");
    expect![[r#"
        verification: Undetermined weak, 0 anchors; the command searches no file of this snapshot: `.py` is the name of a file, `*.py` is its kind
    "#]]
    .assert_eq(&render(&verify_project(&plan, &loaded.set, &files), &files));
    let fixes = crate::proposed_fixes(&loaded.set);
    assert_eq!(apply_fixes(text, &fixes), text.replace("'.py'", "'*.py'"));
}

#[test]
fn refused_command_is_undetermined_with_the_reason() {
    let controls = controls_for("{}", "- verification: 'grep -r x . | wc -l'");
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    expect!["the command cannot be evaluated: shell operator |"].assert_eq(&diagnostics[0].message);
    let files = files("//- /a.py\nx\n");
    expect![[r#"
        verification: Undetermined weak, 0 anchors; the command cannot be evaluated: shell operator |
    "#]].assert_eq(&render(&verify_project(&plan, &controls, &files), &files));
}

#[test]
fn a_way_may_begin_wherever_something_is_used() {
    check(
        "- reach: {from: {uses: '*.Patient.ssn'}, must: shop.audit.audit}",
        r#"
//- /shop/audit.py
def audit(user, what): pass
//- /shop/models.py
class Patient:
    ssn = ""
    name = ""
    @classmethod
    def get(cls, key):
        return cls()
//- /shop/views.py
from shop.audit import audit
from shop.models import Patient
def bare(key):
    return Patient.get(key).ssn
def told(key, user):
    audit(user.id, "patient")
    return Patient.get(key).ssn
def sometimes(key, user):
    if user.staff:
        audit(user.id, "patient")
    return Patient.get(key).ssn
def other(key):
    return Patient.get(key).name
"#,
        expect![[r#"
            reach: Fail, 3 anchors
              shop/views.py:3 bare: `shop.views.bare` does not reach `shop.audit.audit`
              shop/views.py:8 sometimes: `shop.views.sometimes` may reach `shop.audit.audit`, which is not sure
              assumes shop/audit.py audit
        "#]],
    );
}

#[test]
fn what_answers_in_a_language_whose_values_are_not_followed_leaves_flows_open() {
    const SQL: &str = "- flow: {class: sql-injection}";
    let open = |text: &str, expect| check(SQL, text, expect);
    open(
        "//- /A.kt\nimport org.springframework.web.bind.annotation.*\n@RestController\nclass A {\n  @GetMapping(\"/a\") fun a(q: String) = db.query(\"SELECT $q\")\n}\n",
        expect![[r#"
            flow: Undetermined, 0 anchors; could not look at `A.kt`: values in kotlin are not followed
        "#]],
    );
    open(
        "//- /a.php\n<?php\nmysqli_query($c, 'SELECT ' . $_GET['q']);\n",
        expect![[r#"
            flow: Undetermined, 0 anchors; could not look at `a.php`: values in php are not followed
        "#]],
    );
    // Nobody outside gives anything to these.
    open(
        "//- /a.kt\nfun a(q: String) = db.query(\"SELECT $q\")\n",
        expect![[r#"
            flow: NotApplicable, 0 anchors; no sink of this class is in scope
        "#]],
    );
    check(
        "- flow: {sources: [{of: queue.take, label: a message}], sinks: [{call: db.raw}]}",
        "//- /a.kt\nfun a(q: String) = db.query(\"SELECT $q\")\n",
        expect![[r#"
            flow: Undetermined, 0 anchors; could not look at `a.kt`: values in kotlin are not followed
        "#]],
    );
    check(
        "- flow: {class: xxe}",
        "//- /A.java\nimport org.springframework.web.bind.annotation.*;\n@RestController\nclass A {\n\
         \x20 @GetMapping(\"/a\") String a() { return \"\"; }\n}\n",
        expect![[r#"
            flow: Undetermined, 0 anchors; could not look at `A.java`: no sink of `xxe` is known in java
        "#]],
    );
}
