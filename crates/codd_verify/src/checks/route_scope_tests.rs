//! Controls that are scoped by the paths of routes, where these are known and where they are not.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use crate::CheckPlan;
use crate::project::verify_project;
use crate::testing::{controls_for, files, render};

fn check(scope: &str, checks: &str, text: &str, expect: Expect) {
    let controls = controls_for(scope, checks);
    let (plan, diagnostics) = CheckPlan::compile(&controls);
    assert_eq!(diagnostics, []);
    let files = files(text);
    expect.assert_eq(&render(&verify_project(&plan, &controls, &files), &files));
}

const SHOP: &str = r#"
//- /config.js
module.exports = { base: "/admin" };
//- /known.js
const router = require("express").Router();
router.get("/known", (req, res) => res.send("a"));
module.exports = router;
//- /open.js
const router = require("express").Router();
router.get("/open", (req, res) => res.send("a"));
module.exports = router;
//- /users.js
const router = require("express").Router();
router.get("/users", (req, res) => res.send("a"));
module.exports = router;
//- /app.js
const express = require("express");
const cfg = require("./config");
const app = express();
app.use(cfg.base, require("./known"));
app.use("/users", require("./users"));
app.use(process.env.BASE + "/x", require("./open"));
"#;

#[test]
fn a_route_whose_path_is_not_known_may_be_in_scope() {
    check(
        "{routes: {paths: [\"/admin/**\"]}}",
        "- guard: {use: [framework-auth]}\n- reach: {from: routes, must: [\"open.check\"]}",
        SHOP,
        expect![[r#"
            guard: Fail, 2 anchors
              known.js:2 GET /known: no guard runs before `GET /admin/known`
              open.js:2 GET /open: no guard runs before `GET …/open`, and where it is served is not known: it may be in scope
            reach: Fail, 2 anchors; `open.check` is not in this snapshot
              known.js:2 GET /known: `open.check` does not exist, so `GET /admin/known` cannot reach it
              open.js:2 GET /open: `open.check` does not exist, so `GET …/open` cannot reach it, and where it is served is not known: it may be in scope
        "#]],
    );
    check(
        "{routes: {paths: [\"/x/**\"]}}",
        "- guard: {use: [framework-auth]}",
        SHOP,
        expect![[r#"
            guard: Undetermined, 1 anchors; where 1 routes without a guard are served is not known
              open.js:2 GET /open: no guard runs before `GET …/open`, and where it is served is not known: it may be in scope
        "#]],
    );
    check(
        "{routes: {paths: [\"/users/**\"]}}",
        "- guard: {use: [framework-auth]}",
        SHOP,
        expect![[r#"
            guard: Fail, 2 anchors
              open.js:2 GET /open: no guard runs before `GET …/open`, and where it is served is not known: it may be in scope
              users.js:2 GET /users: no guard runs before `GET /users/users`
        "#]],
    );
}
