//! Python.

use expect_test::expect;

use crate::testing::{check, in_route};

/// Bodies in which `x`, a parameter of the query, gets to a sink.
const FLOWING: &[&str] = &[
    "os.system(x)",
    "os.system('ls ' + x)",
    "os.system('ls %s' % x)",
    "os.system('ls {}'.format(x))",
    "os.system(f'ls {x}')",
    "os.system(' '.join(['ls', x]))",
    "y = 'ls '\ny += x\nos.system(y)",
    "os.system(x[1:].strip().lower())",
    "d = {'a': 'b'}\nd['c'] = x\nos.system(d['c'])",
    "d = {'a': x}\nos.system(d[request.args['k']])",
    "l = ['a', x, 'b']\nl.pop(0)\nos.system(l[0])",
    "a, b = 'b', x\nos.system(b)",
    "for y in [x]:\n    os.system(y)",
    "os.system([y for y in [x]][0])",
    "def f():\n    os.system(x)\nf()",
    "g = lambda y: os.system(y)\ng(x)",
    "def f(y):\n    return y\nos.system(f(x))",
    "n = 3\ny = x if n > 2 else 'a'\nos.system(y)",
    "try:\n    y = x\nexcept ValueError:\n    y = 'a'\nos.system(y)",
    "if x == 'a':\n    pass\nos.system(x)",
    "if request.args['x'] == 'a':\n    pass\nos.system(request.args['x'])",
    "if x not in ['a', 'b']:\n    print(1)\nos.system(x)",
    "if re.match('a.*', x):\n    os.system(x)",
    "if not re.fullmatch('.*', x):\n    abort(400)\nos.system(x)",
    "if isinstance(x, str):\n    os.system(x)",
    "import base64\nos.system(base64.b64decode(x).decode())",
    "match 'a':\n    case 'a':\n        y = x\n    case _:\n        y = 'b'\nos.system(y)",
    "while True:\n    y = x\n    break\nos.system(y)",
    "import io\nf = io.StringIO()\nf.write(x)\nos.system(f.getvalue())",
    "if (y := x):\n    os.system(y)",
    "os.system(unknown(x))",
    "with open('a') as f:\n    os.system(x)",
    "class A:\n    def __init__(self, y):\n        self.y = y\n    def run(self):\n        os.system(self.y)\nA(x).run()",
    "match x:\n    case str() as s:\n        os.system(s)",
    "match [x]:\n    case [y, *rest]:\n        os.system(y)",
    "match {'a': x}:\n    case {'a': y}:\n        os.system(y)",
    "class A:\n    y: str\n    z: str = ''\nos.system(A(x).y)",
    "class A:\n    y: str\nclass B(A):\n    z: str = ''\nos.system(B('a', x).z)",
    "class A:\n    y: str\nos.system(A(*[x]).y)",
    "class A:\n    y: str\n    def __post_init__(self):\n        os.system(self.y)\nA(x)",
    "class A:\n    def __enter__(self):\n        return x\nwith A() as y:\n    os.system(y)",
    "y = 'a'\ndef f():\n    nonlocal y\n    y = x\nf()\nos.system(y)",
    "y = 'a'\ndef f():\n    def g():\n        nonlocal y\n        y = x\n    g()\nf()\nos.system(y)",
    "import shlex\nos.system(\"sh -c '%s'\" % shlex.quote(x))",
    "import shlex\nos.system(\"sh -c '{}'\".format(shlex.quote(x)))",
    "import shlex\nos.system(f'sh -c \"{shlex.quote(x)}\"')",
    "import shlex\nos.system(\"sh -c '\" + shlex.quote(x) + \"'\")",
];

/// Bodies in which it does not.
const STOPPED: &[&str] = &[
    "os.system('ls')",
    "os.system('ls %d' % int(x))",
    "import shlex\nos.system('ls ' + shlex.quote(x))",
    "import shlex\nos.system(\"echo 'a' %s\" % shlex.quote(x))",
    "match x:\n    case 'a' | 'b' as s:\n        os.system(s)",
    "class A:\n    y: str\n    z: str\nos.system(A('a', x).y)",
    "class A:\n    def __enter__(self):\n        return 'a'\nwith A() as y:\n    os.system(y)",
    "y = 'a'\ndef f():\n    y = x\nf()\nos.system(y)",
    "d = {'a': 'b'}\nd['c'] = x\nos.system(d['a'])",
    "l = ['a', x, 'b']\nl.pop(0)\nos.system(l[1])",
    "a, b = 'b', x\nos.system(a)",
    "x = 'ls'\nos.system(x)",
    "n = 1\ny = x if n > 2 else 'a'\nos.system(y)",
    "y = 'abc'\nif 'b' not in y:\n    y = x\nos.system(y)",
    "if x == 'a':\n    os.system(x)",
    "if x not in ['a', 'b']:\n    abort(400)\nos.system(x)",
    "if x in ('a', 'b') or x == 'c':\n    os.system(x)",
    "if x not in ('a', 'b') and x != 'c':\n    return {}\nos.system(x)",
    "ok = x in ('a', 'b')\nif ok:\n    os.system(x)",
    "if not re.fullmatch('[a-z]+', x):\n    abort(400)\nos.system(x)",
    "if not x.isdigit():\n    raise ValueError(x)\nos.system(x)",
    "def ok(y):\n    return y in ('a', 'b')\nif ok(x):\n    os.system(x)",
    "match 'a':\n    case 'b':\n        y = x\n    case _:\n        y = 'b'\nos.system(y)",
    "y = {'a': 'ls', 'b': 'df'}[x]\nos.system(y)",
    "y = {'a': 'ls'}.get(x, 'df')\nos.system(y)",
    "os.system('ls' if x else 'df')",
    "os.system(str(len(x)))",
    "return {}\nos.system(x)",
    "assert x in ('a', 'b')\nos.system(x)",
    "if x:\n    return {}\nos.system(x)",
    "import configparser\nc = configparser.ConfigParser()\nc.set('s', 'a', 'ls')\nc.set('s', 'b', x)\nos.system(c.get('s', 'a'))",
    "class A:\n    def __init__(self, y, z):\n        self.y = y\n        self.z = z\n    def run(self):\n        os.system(self.z)\nA(x, 'ls').run()",
];

#[test]
fn text_flows_through_what_passes_it_on() {
    for body in FLOWING {
        let found = in_route(body);
        assert!(found.starts_with("command-injection"), "no flow in\n{body}\n{found}");
    }
}

#[test]
fn text_ends_where_it_is_no_danger() {
    for body in STOPPED {
        let found = in_route(body);
        assert!(!found.contains("command-injection"), "a flow in\n{body}\n{found}");
    }
}

#[test]
fn a_way_is_shown_across_files() {
    check(
        r#"
//- /app.py
from flask import Flask, request
from shop import store
app = Flask(__name__)

@app.get("/a")
def a():
    name = request.args["name"]
    return store.find(name)
//- /shop/__init__.py
//- /shop/store.py
import sqlite3
from .quote import wrap

def find(name):
    where = wrap(name)
    return sqlite3.connect("a.db").execute("SELECT * FROM t WHERE " + where).fetchall()
//- /shop/quote.py
def wrap(value):
    return "name = '" + value + "'"
"#,
        expect![[r#"
            sql-injection shop/store.py:6 the query string: app.py:7 app.py:7 app.py:8 5 shop/quote.py:2 5 6 6
        "#]],
    );
}

#[test]
fn objects_of_the_project_hold_what_they_are_given() {
    check(
        r#"
//- /app.py
from flask import Flask, request
from svc import Repo, Wrapper
app = Flask(__name__)
repo = Repo()

@app.get("/a")
def a():
    return {"a": repo.read(request.args["f"])}

@app.get("/b")
def b():
    wrapped = Wrapper(request)
    open(wrapped.query("f"))
    open(wrapped.fixed("f"))
    return {}
//- /svc.py
class Repo:
    def read(self, name):
        return open("/srv/data/" + name).read()

class Wrapper:
    def __init__(self, request):
        self.request = request
    def query(self, name):
        return self.request.args.get(name)
    def fixed(self, name):
        return "a"
"#,
        expect![[r#"
            path-traversal app.py:13 the query string: svc.py:9 13 svc.py:9 13
            path-traversal svc.py:3 the query string: app.py:8 app.py:8 3 3
        "#]],
    );
}

#[test]
fn a_path_that_stays_in_its_root_is_no_danger() {
    check(
        r#"
//- /app.py
import pathlib
from flask import Flask, request
app = Flask(__name__)

class Repo:
    ROOT = pathlib.Path("/srv").resolve()
    def read(self, name):
        path = (self.ROOT / name).resolve()
        if not path.is_relative_to(self.ROOT):
            raise PermissionError(name)
        return open(path).read()
    def unresolved(self, name):
        path = self.ROOT / name
        if not path.is_relative_to(self.ROOT):
            raise PermissionError(name)
        return open(path).read()

@app.get("/a")
def a():
    return {"a": Repo().read(request.args["f"]), "b": Repo().unresolved(request.args["f"])}
"#,
        expect![[r#"
            path-traversal app.py:16 the query string: 20 20 13 13 16
        "#]],
    );
}

#[test]
fn parameters_that_frameworks_fill_are_input() {
    check(
        r#"
//- /views.py
import os
from django.http import HttpResponse
from django.views.generic import View

def show(request, name):
    os.system(request.GET["a"])
    return HttpResponse("<p>" + request.POST["b"])

class Page(View):
    def get(self, request):
        os.system(self.request.COOKIES["c"])
//- /api.py
import os
from fastapi import FastAPI, Request, Depends
app = FastAPI()

def session():
    return 1

@app.get("/a/{name}")
def a(name: str, count: int, db=Depends(session)):
    os.system(name)
    os.system(count)
    os.system(db)

@app.post("/b")
async def b(request: Request):
    data = await request.json()
    os.system(data["a"])
"#,
        expect![[r#"
            command-injection api.py:10 a parameter of the request: 9 10
            command-injection api.py:17 the request body: 17 17
            command-injection views.py:6 the query string: 6 6
            command-injection views.py:11 a cookie: 11 11
            xss views.py:7 the request body: 7 7 7
        "#]],
    );
}

#[test]
fn a_page_is_where_text_meets_tags() {
    check(
        r#"
//- /app.py
from flask import Flask, request
from view import page
app = Flask(__name__)

@app.get("/a")
def a():
    return page(request.args.get("n", ""))

@app.get("/b")
def b():
    return {"n": request.args.get("n", "")}
//- /view.py
def page(n):
    return "<h1>" + n + "</h1>"
"#,
        expect![[r#"
            xss view.py:2 the query string: app.py:7 app.py:7 2
        "#]],
    );
}

#[test]
fn what_is_found_by_a_text_is_not_the_text() {
    check(
        r#"
//- /views.py
from django.contrib.sessions.backends.db import SessionStore
USERS = load_users()

def open_session(request):
    request.session = SessionStore(request.COOKIES["s"])

def show(request):
    request.session["address"] = request.META["REMOTE_ADDR"]
    request.session["user"] = USERS.get(request.GET["u"])
    request.session["agent"] = request.META["HTTP_USER_AGENT"]
    request.session["next"] = USERS.get(request.GET["u"], request.GET["v"])
"#,
        expect![[r#"
            trust-boundary views.py:10 a header: 10 10
            trust-boundary views.py:11 the query string: 11 11
        "#]],
    );
}
