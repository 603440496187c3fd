//! Options of guards of libraries, wherever they are put together, and the routes that these
//! leave out.

use expect_test::{Expect, expect};

use super::guard_tests::{check, hooked};
use crate::Outcome;

#[track_caller]
fn library(text: &str, expect: Expect) {
    check("- guard: {use: [framework-auth]}", text, expect);
}

#[test]
fn options_that_are_put_together_may_ask_nobody() {
    library(
        r#"
//- /app.js
const express = require("express");
const { expressjwt } = require("express-jwt");
const { far } = require("./far");
const app = express();
const shared = { secret: "x", algorithms: ["HS256"] };
const changed = { secret: "x", algorithms: ["HS256"] };
const open = { secret: "x", credentialsRequired: false };
const kinds = ["HS256", "none"];
app.get("/no/spread", expressjwt({ ...shared, credentialsRequired: false }), (req, res) => res.end());
app.get("/no/far", expressjwt({ ...far, credentialsRequired: false }), (req, res) => res.end());
app.get("/no/unsigned", expressjwt({ secret: "x", algorithms: ["none"] }), (req, res) => res.end());
app.get("/no/among", expressjwt({ ...shared, algorithms: kinds }), (req, res) => res.end());
app.get("/unsure/base", expressjwt({ ...open }), (req, res) => res.end());
app.get("/unsure/far", expressjwt({ ...far }), (req, res) => res.end());
app.get("/unsure/changed", expressjwt(changed), (req, res) => res.end());
app.get("/unsure/one", expressjwt(process.env.X ? open : shared), (req, res) => res.end());
app.get("/yes/spread", expressjwt({ ...shared, credentialsRequired: true }), (req, res) => res.end());
app.get("/yes/plain", expressjwt({ ...shared }), (req, res) => res.end());
changed["credentialsRequired"] = false;
//- /far.js
exports.far = { secret: "x" };
"#,
        expect![[r#"
            guard: Fail, 10 anchors
              app.js:9 GET /no/spread: no guard runs before `GET /no/spread`
              app.js:10 GET /no/far: no guard runs before `GET /no/far`
              app.js:11 GET /no/unsigned: no guard runs before `GET /no/unsigned`
              app.js:12 GET /no/among: no guard runs before `GET /no/among`
              app.js:13 GET /unsure/base: whether a guard runs before `GET /unsure/base` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              app.js:14 GET /unsure/far: whether a guard runs before `GET /unsure/far` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              app.js:15 GET /unsure/changed: whether a guard runs before `GET /unsure/changed` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              app.js:16 GET /unsure/one: whether a guard runs before `GET /unsure/one` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              assumes app.js changed
              assumes app.js kinds
              assumes app.js open
              assumes app.js shared
              assumes express-jwt 
              assumes far.js far
              assumes jsonwebtoken 
        "#]],
    );
}

#[test]
fn a_route_that_a_guard_leaves_out_has_none() {
    library(
        r#"
//- /app.js
const express = require("express");
const { expressjwt } = require("express-jwt");
const app = express();
const requireAuth = expressjwt({ secret: "x", algorithms: ["HS256"] });
const open = ["/no/a", { url: "/no/b", methods: ["POST"] }, /^\/files\//];
const most = requireAuth.unless({ path: open });
app.use(most);
app.get("/no/a", (req, res) => res.end());
app.post("/no/b", (req, res) => res.end());
app.get("/no/b", (req, res) => res.end()); // by another method: guarded
app.get("/files/:name", (req, res) => res.end()); // perhaps
app.get("/yes", (req, res) => res.end());
"#,
        expect![[r#"
            guard: Fail, 5 anchors
              app.js:8 GET /no/a: no guard runs before `GET /no/a`
              app.js:9 POST /no/b: no guard runs before `POST /no/b`
              app.js:11 GET /files/:name: whether a guard runs before `GET /files/:name` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              assumes app.js open
              assumes express-jwt 
              assumes jsonwebtoken 
        "#]],
    );
    library(
        r#"
//- /app.js
const express = require("express");
const { expressjwt } = require("express-jwt");
const { open } = require("./open");
const app = express();
app.use(expressjwt({ secret: "x" }).unless({ path: open }));
app.get("/unsure", (req, res) => res.end());
//- /open.js
exports.open = ["/unsure"];
"#,
        expect![[r#"
            guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
              app.js:6 GET /unsure: whether a guard runs before `GET /unsure` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
        "#]],
    );
    library(
        r#"
//- /guards.js
const { expressjwt } = require("express-jwt");
exports.most = expressjwt({ secret: "x" }).unless({ path: ["/unsure"] });
//- /app.js
const express = require("express");
const { most } = require("./guards");
const app = express();
app.use(most);
app.get("/unsure", (req, res) => res.end());
"#,
        expect![[r#"
            guard: Undetermined, 1 anchors; whether a guard runs is not sure for 1 routes
              app.js:5 GET /unsure: whether a guard runs before `GET /unsure` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
        "#]],
    );
    library(
        r#"
//- /app.js
const express = require("express");
const { expressjwt } = require("express-jwt");
const app = express();
const router = express.Router();
router.use(expressjwt({ secret: "x" }).unless({ path: ["/api/unsure"], method: "OPTIONS" }));
router.get("/unsure", (req, res) => res.end());
router.options("/no", (req, res) => res.end());
router.get("/yes", (req, res) => res.end());
app.use("/api", router);
"#,
        expect![[r#"
            guard: Undetermined, 3 anchors; whether a guard runs is not sure for 2 routes
              app.js:6 GET /unsure: whether a guard runs before `GET /api/unsure` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              app.js:7 OPTIONS /no: whether a guard runs before `OPTIONS /api/no` is not sure: `express-jwt.expressjwt` may be skipped, or is one of several
              assumes express-jwt 
              assumes jsonwebtoken 
        "#]],
    );
}

#[test]
fn middleware_that_is_called_by_hand_is_waited_for() {
    let program = r#"
//- /guard.js
exports.requireAuth = (req, res, next) => (req.session.user ? next() : res.status(401).end());
//- /app.js
const express = require("express");
const passport = require("passport");
const { requireAuth } = require("./guard");
const { optional, asyncHandler } = require("some-library");
const app = express();
function nothing() {}
const own = (guard) => (req, res, next) => { guard(req, res, () => {}); next(); };
const handOn = (guard) => (req, res, next) => guard(req, res, next);
HOOK
app.get("/orders", (req, res) => res.end());
"#;
    hooked(
        program,
        &[
            ("app.use((q, s, n) => { requireAuth(q, s, () => n()); });", Outcome::Pass),
            (
                "app.use((q, s, n) => { requireAuth(q, s, (e) => { if (e) return n(e); n(); }); });",
                Outcome::Pass,
            ),
            ("app.use((q, s, n) => passport.authenticate('jwt')(q, s, n));", Outcome::Pass),
            ("app.use(handOn(requireAuth));", Outcome::Pass),
            ("app.use(asyncHandler(requireAuth));", Outcome::Pass),
            ("app.use((q, s, n) => { requireAuth(q, s, () => {}); n(); });", Outcome::Undetermined),
            ("app.use((q, s, n) => { requireAuth(q, s, nothing); n(); });", Outcome::Undetermined),
            ("app.use((q, s, n) => { requireAuth(q, s, (e) => n()); });", Outcome::Undetermined),
            (
                "app.use((q, s, n) => { requireAuth(q, s, () => n()); n(); });",
                Outcome::Undetermined,
            ),
            (
                "app.use((q, s, n) => { passport.authenticate('jwt')(q, s, () => {}); n(); });",
                Outcome::Undetermined,
            ),
            ("app.use(own(requireAuth));", Outcome::Undetermined),
            ("app.use(optional(requireAuth));", Outcome::Undetermined),
            (
                "app.get('/orders', (q, s) => { requireAuth(q, s, () => {}); s.json({}); });",
                Outcome::Undetermined,
            ),
        ],
    );
}
