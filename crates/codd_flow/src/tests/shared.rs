//! What code in one place sets and code in another reads.

use expect_test::expect;

use crate::testing::check;

const ROUTE: &str = "
//- /app.py
from flask import Flask, request
import os, re, shlex
import settings
app = Flask(__name__)
";

fn check_app(rest: &str, expected: expect_test::Expect) {
    check(&format!("{ROUTE}{rest}"), expected);
}

#[test]
fn variables_of_modules_that_functions_set() {
    check_app(
        r#"
COMMAND = ""
PARTS = {}
DEBUG = False

def run():
    os.system(COMMAND)
    os.system(PARTS["a"])
    os.system(settings.value)
    os.system(settings.other)

@app.get("/a")
def a():
    global COMMAND
    COMMAND = request.args["a"]
    PARTS["a"] = request.args["b"]
    settings.value = request.args["c"]
    run()

@app.get("/b")
def b():
    command = "ls"
    if DEBUG:
        command = request.args["d"]
    os.system(command)

@app.get("/c")
def c():
    command = "ls"
    if settings.DEBUG:
        command = request.args["e"]
    os.system(command)

def on():
    global DEBUG
    DEBUG = True
//- /settings.py
DEBUG = False
value = ""
other = "ls"
//- /more.py
import settings
settings.DEBUG = True
"#,
        expect![[r#"
            command-injection app.py:11 the query string: 19 19 11
            command-injection app.py:12 the query string: 20 12
            command-injection app.py:13 the query string: 21 13
            command-injection app.py:29 the query string: 28 28 29
            command-injection app.py:36 the query string: 35 35 36
        "#]],
    );
}

#[test]
fn attributes_of_classes_that_are_set_from_outside() {
    check_app(
        r#"
class Job:
    command = "ls"
    name = "ls"

@app.get("/a")
def a():
    Job.command = request.args["a"]

def run():
    os.system(Job.command)
    os.system(Job.name)
//- /settings.py
"#,
        expect![[r#"
            command-injection app.py:15 the query string: 12 15
        "#]],
    );
}

#[test]
fn lists_of_what_is_allowed_that_anyone_can_change() {
    check_app(
        r#"
NAMES = {"a", "b"}
MORE = {"a"}
MORE.add("b")
ALL = settings.All()

@app.post("/names")
def add():
    NAMES.add(request.args["name"])

@app.get("/a")
def a():
    name = request.args["a"]
    if name not in NAMES:
        return ""
    os.system(name)

@app.get("/b")
def b():
    name = request.args["b"]
    if name not in MORE:
        return ""
    os.system(name)

@app.get("/c")
def c():
    name = request.args["c"]
    if name not in ALL:
        return ""
    os.system(name)
//- /settings.py
class All:
    def __contains__(self, name):
        return True
"#,
        expect![[r#"
            command-injection app.py:20 the query string: 17 17 20
            command-injection app.py:34 the query string: 31 31 34
        "#]],
    );
}

#[test]
fn a_function_of_the_project_is_not_what_its_name_says() {
    check_app(
        r#"
@app.get("/a")
def a():
    os.system(shlex.quote(request.args["a"]))
//- /shlex.py
def quote(text):
    return text
//- /settings.py
"#,
        expect![[r#"
            command-injection app.py:8 the query string: 8 8 shlex.py:2 8
        "#]],
    );
}

#[test]
fn patterns_whose_ends_are_those_of_a_line() {
    check_app(
        r#"
LINES = re.compile("^[a-z]+$", re.MULTILINE)
WHOLE = re.compile("^[a-z]+$", re.I)

@app.get("/a")
def a():
    text = request.args["a"]
    if not re.match("^[a-z]+$", text, re.M):
        return ""
    os.system(text)

@app.get("/b")
def b():
    text = request.args["b"]
    if not re.match("^[a-z]+$", text, re.I | re.A):
        return ""
    os.system(text)

@app.get("/c")
def c():
    text = request.args["c"]
    if not LINES.match(text):
        return ""
    os.system(text)

@app.get("/d")
def d():
    text = request.args["d"]
    if not WHOLE.match(text):
        return ""
    os.system(text)
//- /settings.py
//- /app.js
const express = require("express");
const { exec } = require("child_process");
const app = express();
app.get("/a", (req, res) => {
  if (!/^[a-z]+$/m.test(req.query.a)) return res.end();
  exec(req.query.a);
});
app.get("/b", (req, res) => {
  if (!/^[a-z]+$/i.test(req.query.b)) return res.end();
  exec(req.query.b);
});
"#,
        expect![[r#"
            command-injection app.js:6 the query string: 6 6
            command-injection app.py:14 the query string: 11 11 14
            command-injection app.py:28 the query string: 25 25 28
        "#]],
    );
}

#[test]
fn what_runs_before_a_handler_puts_into_the_request() {
    check_app(
        r#"
from flask import g

@app.before_request
def before():
    g.command = request.args["a"]
    g.other = load(request.args["b"])

@app.get("/a")
def a():
    os.system(g.command)
    os.system(g.name)
//- /settings.py
//- /app.js
const express = require("express");
const { exec } = require("child_process");
const app = express();
app.use((req, res, next) => {
  req.command = req.query.a;
  res.locals.other = req.query.b;
  req.user = find(req.query.c);
  next();
});
app.get("/a", (req, res) => {
  exec(req.command);
  exec(res.locals.other);
  exec(req.user.name);
  exec(req.nothing);
});
"#,
        expect![[r#"
            command-injection app.js:11 the query string: 5 11
            command-injection app.js:12 the query string: 6 12
            command-injection app.py:15 the query string: 10 15
        "#]],
    );
}

#[test]
fn functions_that_others_call() {
    check_app(
        r#"
import functools, threading
from concurrent.futures import ThreadPoolExecutor
from subprocess import *
import importlib

@app.get("/a")
def a():
    text = request.args["a"]
    list(map(os.system, [text]))
    functools.partial(os.system, text)()
    threading.Thread(target=os.system, args=(text,)).start()
    ThreadPoolExecutor().submit(os.system, text)
    getattr(os, "system")(text)
    getoutput(text)
    importlib.import_module("os").system(text)
    __import__("os").system(text)
    threading.Thread(target=os.system, args=("ls",)).start()
    list(map(len, [text]))

class Box:
    pass

@app.get("/b")
def b():
    box = Box()
    setattr(box, "command", request.args["b"])
    os.system(box.command)
//- /settings.py
//- /app.js
const express = require("express");
const cp = require("child_process");
const { promisify } = require("util");
const run = promisify(cp.exec);
const app = express();
app.get("/a", async (req, res) => {
  const text = req.query.a;
  cp.exec.call(cp, text);
  cp.exec.apply(cp, [text]);
  cp.exec.bind(cp)(text);
  await run(text);
  setTimeout(it => cp.exec(it), 1, text);
  cp.exec.call(cp, "ls");
});
"#,
        expect![[r#"
            command-injection app.js:8 the query string: 7 7 8
            command-injection app.js:9 the query string: 7 7 9
            command-injection app.js:10 the query string: 7 7 10
            command-injection app.js:11 the query string: 7 7 11
            command-injection app.js:12 the query string: 7 7 12 12
            command-injection app.py:14 the query string: 13 13 14
            command-injection app.py:15 the query string: 13 13 15
            command-injection app.py:16 the query string: 13 13 16
            command-injection app.py:17 the query string: 13 13 17
            command-injection app.py:18 the query string: 13 13 18
            command-injection app.py:19 the query string: 13 13 19
            command-injection app.py:20 the query string: 13 13 20
            command-injection app.py:21 the query string: 13 13 21
            command-injection app.py:32 the query string: 31 32
        "#]],
    );
}

#[test]
fn what_is_raised_is_caught() {
    check_app(
        r#"
@app.get("/a")
def a():
    try:
        raise ValueError(request.args["a"])
    except ValueError as error:
        os.system(str(error))
        os.system(error.args[0])
    try:
        raise ValueError("ls")
    except ValueError as error:
        os.system(str(error))
//- /settings.py
//- /app.js
const express = require("express");
const { exec } = require("child_process");
const app = express();
app.get("/a", (req, res) => {
  try { throw new Error(req.query.a); } catch (error) { exec(error.message); }
  try { throw new Error("ls"); } catch (error) { exec(error.message); }
});
"#,
        expect![[r#"
            command-injection app.js:5 the query string: 5 5
            command-injection app.py:11 the query string: 9 11
            command-injection app.py:12 the query string: 9 12
        "#]],
    );
}

#[test]
fn each_way_into_a_sink_is_told_apart() {
    check(
        r#"
//- /run.py
import os
def run(x):
    os.system(x)
//- /read.py
from flask import request
def asked():
    return request.args["x"]
//- /a.py
from flask import Flask
from read import asked
from run import run
app = Flask(__name__)
@app.get("/a")
def a():
    run(asked())
@app.get("/b")
def b():
    run(asked())
"#,
        expect![[r#"
            command-injection run.py:3 the query string: read.py:3 read.py:3 a.py:7 a.py:7 3 and 1 more
        "#]],
    );
}

#[test]
fn what_a_method_keeps_before_it_gives_back_something_is_kept() {
    check(
        r#"
//- /app.py
import os
from flask import Flask, request
app = Flask(__name__)
class Job:
    def __init__(self):
        self.name = ""
    def fill(self):
        self.name = request.args["name"]
        return True
@app.get("/a")
def a():
    job = Job()
    job.fill()
    os.system(job.name)
    return ""
//- /Job.java
import javax.servlet.http.*;
class Job extends HttpServlet {
    static class Kept { String name; boolean fill(HttpServletRequest r) { name = r.getParameter("n"); return true; } }
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        Kept kept = new Kept();
        kept.fill(request);
        Runtime.getRuntime().exec(kept.name);
    }
}
"#,
        expect![[r#"
            command-injection Job.java:7 the query string: 3 6 7
            command-injection app.py:14 the query string: 8 13 14
        "#]],
    );
}
