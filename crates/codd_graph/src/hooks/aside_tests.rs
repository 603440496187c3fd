//! What runs for routes where they fail or have answered, and guards none of them.

use expect_test::expect;

use super::tests::check;
use crate::testing::fixture;
use crate::{EdgeKind, NodeKind};

#[test]
fn handlers_of_errors_run_for_the_routes_of_their_router() {
    check(
        r#"
//- /api/main.py
from fastapi import FastAPI
from api.orders import router
from api.errors import Missing, Slow, on_slow
app = FastAPI()
app.include_router(router, prefix="/orders")
@app.exception_handler(Missing)
async def on_missing(request, error):
    return None
app.add_exception_handler(Slow, on_slow)
if DEBUG:
    app.add_exception_handler(exc_class_or_status_code=Slow, handler=on_slow)
//- /api/errors.py
class Missing(Exception): pass
class Slow(Exception): pass
def on_slow(request, error): return None
//- /api/orders.py
from fastapi import APIRouter
router = APIRouter()
@router.get("/one")
def one(): return 1
//- /other/main.py
from fastapi import FastAPI
own = FastAPI()
@own.get("/own")
def of_own(): return 1
"#,
        &expect![[r#"
            GET /orders/one -calls probable- api/errors.py:on_slow -calls probable- api/main.py:on_missing -calls exact- api/orders.py:one
            GET /own -calls exact- other/main.py:of_own
        "#]],
    );
    check(
        r#"
//- /shop.py
from flask import Flask, Blueprint
app = Flask(__name__)
bp = Blueprint("bp", __name__)
@app.get("/a")
def a(): return ""
@bp.get("/b")
def b(): return ""
@app.errorhandler(404)
def on_missing(e): return ""
@bp.errorhandler(ValueError)
def on_value(e): return ""
@bp.app_errorhandler(KeyError)
def on_key(e): return ""
def on_type(e): return ""
app.register_error_handler(TypeError, on_type)
@app.after_request
def after(response): return response
app.register_blueprint(bp, url_prefix="/bp")
"#,
        &expect![[r#"
            GET /a -calls exact- shop.py:a -calls probable- shop.py:after -calls probable- shop.py:on_key -calls possible- shop.py:on_missing -calls probable- shop.py:on_type
            GET /bp/b -calls probable- shop.py:after -calls exact- shop.py:b -calls probable- shop.py:on_key -calls possible- shop.py:on_missing -calls probable- shop.py:on_type -calls probable- shop.py:on_value
        "#]],
    );
}

#[test]
fn middleware_for_errors_runs_for_what_is_registered_before_it() {
    check(
        r#"
//- /errors.js
export function failed(err, req, res, next) { next(err); }
export const answered = (err, req, res, next) => { res.end(); };
//- /a.js
import express from "express";
import { failed, answered } from "./errors";
import { orders } from "./orders";
const app = express();
app.get("/early", (req, res) => {});
app.use("/orders", orders);
app.use(failed);
app.use("/orders", answered);
app.use((err, req, res, next) => {});
app.get("/late", (req, res) => {});
//- /orders.js
import express from "express";
export const orders = express.Router();
orders.get("/:orderId", (req, res) => {});
orders.get("/all", (req, res) => {});
orders.param("orderId", find);
orders.param("itemId", (req, res, next, id) => next());
orders.get("/items/:itemId.json", (req, res) => {});
function find(req, res, next, id) { next(); }
"#,
        &expect![[r#"
            GET /early -calls probable- a.js:USE / -calls probable- errors.js:failed
            GET /late
            GET /orders/:orderId -calls probable- a.js:USE / -calls probable- errors.js:answered -calls probable- errors.js:failed -calls probable- orders.js:find
            GET /orders/all -calls probable- a.js:USE / -calls probable- errors.js:answered -calls probable- errors.js:failed
            GET /orders/items/:itemId.json -calls probable- a.js:USE / -calls probable- errors.js:answered -calls probable- errors.js:failed -calls probable- orders.js:PARAM itemId
        "#]],
    );
}

#[test]
fn what_runs_aside_is_no_running_before_a_route() {
    let text = r#"
//- /a.js
import express from "express";
const app = express();
app.param("id", check);
app.use(before);
app.get("/x/:id", (req, res) => {});
app.use(failed);
function before(req, res, next) { next(); }
function check(req, res, next, id) { next(); }
function failed(err, req, res, next) {}
"#;
    let graph = fixture(text).graph();
    let (route, _) = graph.nodes().find(|(_, it)| it.key.kind == NodeKind::Route).unwrap();
    let calls = graph.dependencies(route).iter().filter(|it| it.kind == EdgeKind::Calls);
    let mut runs: Vec<(&str, bool)> =
        calls.map(|it| (graph.node(it.node).key.symbol.as_str(), it.does_run())).collect();
    runs.sort_unstable();
    assert_eq!(runs, [("GET /x/:id", true), ("before", true), ("check", false), ("failed", false)]);
}
