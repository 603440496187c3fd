//! Which files only tests run, and what else runs them.

use expect_test::expect;

use crate::CheckPlan;
use crate::project::verify_project;
use crate::testing::{controls_for, files, render};

#[test]
fn what_only_tests_run_is_left_out_and_what_the_program_imports_is_not() {
    let files = files(
        r#"
//- /shop/auth.py
def user(): pass
//- /shop/app.py
from flask import Flask
import tests.more
app = Flask(__name__)
@app.get("/a")
def a(): return "a"
//- /tests/more.py
from flask import Flask
from tests import again
app = Flask(__name__)
@app.get("/b")
def b(): return "b"
//- /tests/again.py
from flask import Flask
app = Flask(__name__)
@app.get("/c")
def c(): return "c"
//- /shop/base.py
class View:
    def run(self): pass
    def answer(self): return self.run()
//- /tests/views.py
from flask import Flask
from shop.base import View
class Own(View):
    def run(self): return 1
app = Flask(__name__)
@app.get("/f")
def f(): return Own().answer()
//- /package.json
{"name": "shop", "scripts": {"test": "mocha tests/app.test.js"}}
//- /tests/app.test.js
const express = require("express");
express().get("/e", (req, res) => res.end());
//- /tests/test_app.py
from flask import Flask
from shop.app import app
def test_app():
    own = Flask(__name__)
    @own.get("/d")
    def d(): return "d"
//- /tests/test_views.py
from tests import views
def test_views(): views.f()
"#,
    );
    let found = |applies_to: &str| {
        let controls = controls_for(applies_to, "- guard: {by: shop.auth.user}");
        let (plan, diagnostics) = CheckPlan::compile(&controls);
        assert_eq!(diagnostics, []);
        render(&verify_project(&plan, &controls, &files), &files)
    };
    expect![[r#"
            guard: Fail, 3 anchors
              shop/app.py:4 GET /a: no guard runs before `GET /a`
              tests/again.py:3 GET /c: no guard runs before `GET /c`
              tests/more.py:4 GET /b: no guard runs before `GET /b`
    "#]]
    .assert_eq(&found("{tests: false}"));
    assert!(found("{tests: true}").contains("tests/test_app.py"));
}

#[test]
fn no_value_of_the_program_goes_through_what_only_tests_run() {
    let files = files(
        r#"
//- /shop/jobs.py
import os
def run(command):
    os.system(command)
//- /tests/test_jobs.py
from flask import request
from shop.jobs import run
def test_run():
    run(request.args["command"])
"#,
    );
    let found = |applies_to: &str| {
        let controls = controls_for(applies_to, "- flow: {class: command-injection}");
        let (plan, diagnostics) = CheckPlan::compile(&controls);
        assert_eq!(diagnostics, []);
        render(&verify_project(&plan, &controls, &files), &files)
    };
    expect![[r#"
            flow: Pass, 1 anchors
    "#]]
    .assert_eq(&found("{tests: false}"));
    expect![[r#"
            flow: Fail, 1 anchors
              shop/jobs.py:3 run: the query string gets into a command
    "#]]
    .assert_eq(&found("{}"));
}

#[test]
fn what_lies_with_tests_and_serves_something_gives_the_program_values() {
    let files = files(
        r#"
//- /shop/jobs.py
import os
def run(command):
    os.system(command)
//- /tests/server.py
from flask import Flask, request
from shop.jobs import run
app = Flask(__name__)
@app.get("/run")
def serve():
    run(request.args["command"])
//- /tests/test_server.py
from tests.server import app
def test_serve():
    assert app
"#,
    );
    let controls = controls_for("{tests: false}", "- flow: {class: command-injection}");
    let (plan, _) = CheckPlan::compile(&controls);
    expect![[r#"
            flow: Fail, 1 anchors
              shop/jobs.py:3 run: the query string gets into a command
    "#]]
    .assert_eq(&render(&verify_project(&plan, &controls, &files), &files));
}

/// What of `tests/` is left out, where another file of the project says this.
#[track_caller]
fn check(program: &str, expected: bool) {
    let text = format!(
        "//- /tests/web.py\nfrom django.urls import path\nurlpatterns = []\ndef main(): pass\n\
         //- /test/server.js\nmodule.exports = 1;\n{program}"
    );
    let files = files(&text);
    let controls = controls_for("{tests: false}", "- text: {pattern: x, must: absent}");
    let (plan, _) = CheckPlan::compile(&controls);
    let found = crate::project::viewed(&plan, &controls, &files, |view| {
        super::TestCode::of(view).paths.iter().map(ToString::to_string).collect::<Vec<_>>()
    });
    assert_eq!(found.len() == 2, expected, "{program}: {found:?}");
}

#[test]
fn what_the_program_is_started_with_is_no_test_code() {
    for program in [
        "//- /Procfile\nweb: gunicorn tests.web:app\n",
        "//- /pyproject.toml\n[project]\nname='p'\n[project.scripts]\ns='tests.web:main'\n",
        "//- /Dockerfile\nFROM python\nCMD python -m tests.web\n",
        "//- /Dockerfile\nFROM python\nENV FLASK_APP=tests.web\nCMD flask run\n",
        "//- /compose.yaml\nservices:\n  web:\n    command: gunicorn tests.web:app\n",
        "//- /compose.yaml\nservices:\n  web:\n    environment: {FLASK_APP: tests.web}\n",
        "//- /.flaskenv\nFLASK_APP=tests.web\n",
        "//- /run.sh\nFLASK_APP=tests.web flask run\n",
        "//- /app.py\nimport uvicorn\nuvicorn.run('tests.web:app')\n",
        "//- /urls.py\nfrom django.urls import path, include\n\
         urlpatterns = [path('x', include('tests.web'))]\n",
        "//- /app.py\nimport importlib, os\nfor f in os.listdir('tests'):\n    \
         importlib.import_module('tests.' + f[:-3])\n",
        "//- /package.json\n{\"name\": \"p\", \"main\": \"test/server.js\"}\n",
        "//- /package.json\n{\"scripts\": {\"start\": \"node test/server.js\"}}\n",
        "//- /package.json\n{\"name\": \"p\", \"main\": \"test/server\"}\n",
        "//- /package.json\n{\"scripts\": {\"start\": \"npm run test:server\", \
         \"test:server\": \"node test/server.js\"}}\n",
        "//- /package.json\n{\"scripts\": {\"e2e-serve\": \"node test/server.js\"}}\n\
         //- /Dockerfile\nFROM node\nCMD npm run e2e-serve\n",
        "//- /Dockerfile.ci\nFROM python\nCMD python -m tests.web\n",
        "//- /Dockerfile-web\nFROM python\nCMD python -m tests.web\n",
        "//- /fly.toml\n[processes]\nweb = \"gunicorn tests.web:app\"\n",
        "//- /fly.toml\n[env]\nFLASK_APP = \"tests.web\"\n",
        "//- /fly.toml\n[experimental]\ncmd = [\"gunicorn\", \"tests.web:app\"]\n",
        "//- /railway.toml\n[deploy]\nstartCommand = \"gunicorn tests.web:app\"\n",
        "//- /k8s/web.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n\
         spec:\n  template:\n    spec:\n      containers:\n      - image: web\n        \
         command: [gunicorn]\n        args: ['tests.web:app']\n",
        "//- /k8s/web.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n\
         spec:\n  template:\n    spec:\n      containers:\n      - image: web\n        env:\n        \
         - {name: FLASK_APP, value: tests.web}\n",
        "//- /deploy/web.service\n[Service]\nExecStart=/usr/bin/gunicorn tests.web:app\n",
        "//- /setup.cfg\n[options.entry_points]\nconsole_scripts =\n    s = tests.web:main\n",
        "//- /uwsgi.ini\n[uwsgi]\nmodule = tests.web:app\n",
        "//- /uwsgi.ini\n[uwsgi]\nwsgi-file = tests/web.py\n",
        "//- /supervisord.conf\n[program:web]\ncommand=gunicorn tests.web:app\n",
        "//- /index.js\nrequire('./test/' + 'server');\n",
        "//- /index.js\nrequire(`./test/${name}`);\n",
        "//- /index.js\nnew (require('worker_threads').Worker)('./test/server.js');\n",
        "//- /settings.py\nROOT_URLCONF = 'tests.web'\n",
        "//- /shop/settings.py\nWSGI_APPLICATION = 'tests.web.main'\n",
        "//- /shop/settings.py\nMIDDLEWARE = ['a.B'] + ['tests.web.Check']\n",
        "//- /serverless.yml\nprovider: {name: aws}\nfunctions:\n  a: {handler: tests/web.main}\n",
        "//- /template.yaml\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    \
 Properties: {CodeUri: tests/, Handler: web.main}\n",
        "//- /main.tf\nresource \"aws_lambda_function\" \"f\" {\n  filename = \"tests/web.py\"\n}\n",
        "//- /Makefile\nserve:\n\tgunicorn tests.web:app\n",
        "//- /package.json\n{\"name\": \"p\", \"bin\": {\"p\": \"test/server.js\"}}\n",
        "//- /package.json\n{\"name\": \"p\", \"bin\": \"./test/server.js\"}\n",
        "//- /ecosystem.config.js\nmodule.exports = { apps: [{ name: 'x', script: './test/server.js' }] };\n",
    ] {
        check(program, false);
    }
}

#[test]
fn what_serves_routes_by_itself_is_a_program_unless_a_test_has_to_do_with_it() {
    let serves = "//- /tests/app.py\nfrom flask import Flask\napp = Flask(__name__)\n\
                  @app.get('/')\ndef a(): pass\napp.run()\n";
    let tested = "//- /tests/test_app.py\nfrom tests.app import a\ndef test_a(): a()\n";
    let count = |text: &str| {
        let files = files(text);
        let controls = controls_for("{tests: false}", "- text: {pattern: x, must: absent}");
        let (plan, _) = CheckPlan::compile(&controls);
        crate::project::viewed(&plan, &controls, &files, |view| {
            super::TestCode::of(view).paths.len()
        })
    };
    assert_eq!(count(serves), 0);
    assert_eq!(count(&serves.replace("app.run()", "")), 1);
    assert_eq!(count(&format!("{serves}{tested}")), 2);
}

#[test]
fn who_runs_tests_makes_no_program_of_them() {
    for program in [
        "//- /package.json\n{\"scripts\": {\"test:e2e\": \"node test/server.js\"}}\n",
        "//- /Dockerfile\nFROM python\nCOPY tests/ tests/\n",
        "//- /Makefile\ntest:\n\tpython tests/web.py\n",
        "//- /run.sh\npytest tests/\n",
        "//- /.github/workflows/ci.yaml\non: push\njobs:\n  a:\n    steps:\n      \
         - run: python tests/web.py\n",
        "//- /tests/test_web.py\nfrom tests.web import app\ndef test_web(): app()\n",
    ] {
        check(program, !program.contains("test_web"));
    }
}

#[test]
fn packages_and_places_may_be_called_as_tests_are() {
    let left = |text: &str| {
        let files = files(text);
        let controls = controls_for("{tests: false}", "- text: {pattern: x, must: absent}");
        let (plan, _) = CheckPlan::compile(&controls);
        crate::project::viewed(&plan, &controls, &files, |view| {
            super::TestCode::of(view).paths.iter().map(ToString::to_string).collect::<Vec<_>>()
        })
    };
    let none: [&str; 0] = [];
    assert_eq!(left("//- /src/main/java/a/spec/T.java\npackage a.spec;\nclass T {}\n"), none);
    assert_eq!(left("//- /src/test/java/a/T.java\nclass T {}\n"), ["src/test/java/a/T.java"]);
    let go = "//- /cmd/test/main.go\npackage main\nimport \"net/http\"\n\
              func main() { http.HandleFunc(\"/q\", q); http.ListenAndServe(\":1\", nil) }\n\
              //- /cmd/test/q.go\npackage main\nfunc q(w http.ResponseWriter, r *http.Request) {}\n\
              //- /cmd/test/q_test.go\npackage main\nimport \"testing\"\n\
              func TestQ(t *testing.T) { q(nil, nil) }\n\
              //- /routes_spec.go\npackage main\nfunc init() {}\n";
    assert_eq!(left(go), ["cmd/test/q_test.go"]);
    let next = "//- /package.json\n{\"dependencies\": {\"next\": \"14.0.0\"}}\n\
                //- /app/api/tests/route.ts\nexport async function GET() { return 1; }\n";
    assert_eq!(left(next), none);
}
