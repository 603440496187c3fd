//! At which paths routes are served whose own path functions and other files give.

use expect_test::expect;

use crate::NodeKind;
use crate::testing::fixture;

#[test]
fn computed_paths_are_followed_to_what_functions_and_other_files_give() {
    let graph = fixture(
        r#"
//- /base.py
import settings
PREFIX = "/api"
DEEP = PREFIX + "/deep"
def scoped(rule):
    if settings.MULTI:
        return "/<org>{}".format(rule)
    return rule
def plain(rule): return PREFIX + rule
def percent(rule): return "/p%s" % rule
def behind(rule): return rule + settings.END
//- /app.py
from flask import Flask, Blueprint
import settings
from base import scoped, plain, percent, behind, DEEP
app = Flask(__name__)
bp = Blueprint("bp", __name__, url_prefix="/bp")
app.register_blueprint(bp)
def f(): pass
@app.get(scoped("/a"))
def a(): pass
@app.get(plain("/b"))
def b(): pass
@app.get(percent("/c"))
def c(): pass
@app.get(behind("/d"))
def d(): pass
@app.get(DEEP)
def g(): pass
@bp.get(scoped("/h"))
def h(): pass
@bp.get(settings.PATH)
def i(): pass
//- /app.js
const express = require("express");
const { PATHS, at } = require("./paths");
const app = express();
app.get(PATHS.users, (req, res) => res.end());
app.get(at("/x"), (req, res) => res.end());
app.route(PATHS.items).put((req, res) => res.end());
//- /paths.js
exports.PATHS = { users: "/users", items: "/items" };
exports.at = (path) => `${process.env.BASE}${path}`;
"#,
    )
    .graph();
    let mut out = String::new();
    for (_, node) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route) {
        out += &format!("{} -> {}\n", node.key.symbol, node.dotted);
    }
    expect![[r#"
        GET … (PATHS.users) -> GET /users
        GET … (at("/x")) -> GET …/x
        PUT … (PATHS.items) -> PUT /items
        GET … (DEEP) -> GET /api/deep
        GET … (behind("/d")) -> GET /d… (behind("/d"))
        GET … (percent("/c")) -> GET /p/c
        GET … (plain("/b")) -> GET /api/b
        GET … (scoped("/a")) -> GET …/a
        GET … (scoped("/h")) -> GET /bp/…/h
        GET … (settings.PATH) -> GET /bp/… (settings.PATH)
    "#]]
    .assert_eq(&out);
}

#[test]
fn functions_that_multiply_are_given_up() {
    let mut text = String::from("//- /app.py\nfrom flask import Flask\napp = Flask(__name__)\n");
    for level in 0..8 {
        text += &format!("def f{level}(a):\n");
        for _ in 0..200 {
            text += &format!("    if a: return f{}(a) + f{}(a)\n", level + 1, level + 1);
        }
    }
    text += "def f8(a): return a\n@app.get(f0(\"/x\"))\ndef handler(): pass\n";
    let graph = fixture(&text).graph();
    let (_, route) = graph.nodes().find(|(_, it)| it.key.kind == NodeKind::Route).unwrap();
    assert_eq!(route.dotted, "GET … (f0(\"/x\"))");
}

#[test]
fn what_go_puts_before_a_path_keeps_its_end() {
    let graph = fixture(
        r#"
//- /go.mod
module shop
//- /main.go
package main
import ("net/http"; "os"; "github.com/gorilla/mux")
const api = "/api"
var base = ""
func h(w http.ResponseWriter, r *http.Request) {}
func main() {
	base = os.Getenv("BASE")
	r := mux.NewRouter()
	r.HandleFunc(base+"/p/{id}", h)
	r.HandleFunc(base+"/q/"+kind(), h)
	r.HandleFunc(api+"/x", h)
}
"#,
    )
    .graph();
    let mut out = String::new();
    for (_, node) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route) {
        out += &format!("{}\n", node.dotted);
    }
    expect![[r#"
        * …/q/… (base+"/q/"+kind())
        * …/p/{id}
        * /api/x
    "#]]
    .assert_eq(&out);
}
