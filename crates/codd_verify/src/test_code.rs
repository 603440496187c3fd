//! Files whose code only tests run, of which controls may say that they leave them out.

use std::collections::BTreeSet;

use codd_facts::{DefinitionKind, Expr, FileFacts, Reference, ReferenceKind, is_code_language};
use codd_graph::{Basis, Confidence, EdgeKind, Graph, HalfEdge, Node, NodeId, NodeKind};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::SnapshotView;

/// The files of tests that no other code uses.
///
/// A file that is called or lies as files of tests do, and that the project's other code imports,
/// calls or names, is no such file: a route of the program is governed wherever it is written. Nor
/// is one that no test has to do with and that serves routes by itself.
#[derive(Debug, Default)]
pub(crate) struct TestCode {
    paths: FxHashSet<RepoPath>,
}

impl TestCode {
    pub(crate) fn of(view: SnapshotView<'_>) -> TestCode {
        TestCode::by(view.graph, |path| view.files.get(path)?.facts.as_deref())
    }

    fn by<'a>(graph: &Graph, facts: impl Fn(&RepoPath) -> Option<&'a FileFacts>) -> TestCode {
        let paths: FxHashSet<RepoPath> = graph
            .nodes()
            .filter(|(_, node)| node.key.kind == NodeKind::File)
            .map(|(_, node)| &node.key.path)
            .filter(|path| is_named_as_test(path))
            .cloned()
            .collect();
        if paths.is_empty() {
            return TestCode::default();
        }
        let mut program: Vec<NodeId> = Vec::new();
        let mut tests: Vec<NodeId> = Vec::new();
        let of_tests = |path: &RepoPath| {
            path.file_name() == "conftest.py"
                || facts(path).is_some_and(|it| !it.semantics.tests.is_empty())
        };
        for (id, node) in graph.nodes() {
            if paths.contains(&node.key.path) {
                if of_tests(&node.key.path) {
                    tests.push(id);
                }
            } else if runs(node) {
                program.push(id);
            } else {
                tests.push(id);
            }
        }
        let program = with_started(graph, program, &paths);
        let program = followed(graph, program, &paths, is_used);
        let tested = followed(graph, tests, &paths, is_used_loosely);
        let is_served = |path: &RepoPath| {
            let is_free = !of_tests(path) && !tested.contains(path) && !is_called_as_test(path);
            is_free && facts(path).is_some_and(serves)
        };
        TestCode {
            paths: paths
                .iter()
                .filter(|path| !program.contains(*path) && !is_served(path))
                .cloned()
                .collect(),
        }
    }

    pub(crate) fn holds(&self, path: &RepoPath) -> bool {
        self.paths.contains(path)
    }
}

/// The files whose code only tests run, in one snapshot.
pub fn files_of_tests<'a>(
    graph: &Graph,
    facts: impl Fn(&RepoPath) -> Option<&'a FileFacts>,
) -> BTreeSet<RepoPath> {
    TestCode::by(graph, facts).paths.into_iter().collect()
}

/// The program with the scripts and targets that it starts, whatever these are called: a
/// `start` that runs `npm run test:server` serves what that serves.
fn with_started(
    graph: &Graph,
    mut program: Vec<NodeId>,
    paths: &FxHashSet<RepoPath>,
) -> Vec<NodeId> {
    let mut known: FxHashSet<NodeId> = program.iter().copied().collect();
    let mut at = 0;
    while let Some(id) = program.get(at).copied() {
        at += 1;
        for edge in graph.dependencies(id) {
            let to = graph.node(edge.node);
            let is_started = edge.kind == EdgeKind::Calls
                && edge.confidence == Confidence::Exact
                && to.key.kind == NodeKind::Definition
                && !paths.contains(&to.key.path)
                && to.definition_kind == Some(DefinitionKind::Resource);
            if is_started && known.insert(edge.node) {
                program.push(edge.node);
            }
        }
    }
    program
}

/// Those of `paths` that some of `open` use, or others of `paths` that they use.
fn followed<'a>(
    graph: &'a Graph,
    mut open: Vec<NodeId>,
    paths: &FxHashSet<RepoPath>,
    uses: impl Fn(&HalfEdge, &Node) -> bool,
) -> FxHashSet<&'a RepoPath> {
    let mut inside: FxHashMap<&RepoPath, Vec<NodeId>> = FxHashMap::default();
    for (id, node) in graph.nodes().filter(|(_, node)| paths.contains(&node.key.path)) {
        inside.entry(&node.key.path).or_default().push(id);
    }
    let mut found = FxHashSet::default();
    while let Some(id) = open.pop() {
        let from = graph.node(id);
        for edge in graph.dependencies(id) {
            let to = graph.node(edge.node);
            let path = &to.key.path;
            let is_other = from.key.path != *path && paths.contains(path);
            if is_other && uses(edge, to) && found.insert(path) {
                open.extend(inside.remove(path).unwrap_or_default());
            }
        }
    }
    found
}

/// Whether the program itself would lack something without the file at the other end.
fn is_used(edge: &HalfEdge, to: &Node) -> bool {
    if !needs(edge.kind) {
        return false;
    }
    // What a method is overridden with is one of several that may run; who reads a folder of
    // files, as images that copy it do, runs none of them.
    let is_named = to.key.kind == NodeKind::File && edge.basis == Basis::Named;
    let least = match edge.kind {
        EdgeKind::Imports => Confidence::Probable,
        EdgeKind::Calls if is_named => Confidence::Probable,
        _ => Confidence::Exact,
    };
    edge.confidence >= least
}

/// Whether a test may have to do with the file at the other end.
fn is_used_loosely(edge: &HalfEdge, _: &Node) -> bool {
    needs(edge.kind) || edge.kind == EdgeKind::Mentions
}

/// Whether a file serves its own routes: what only lists them serves nothing until another takes
/// the list in.
fn serves(facts: &FileFacts) -> bool {
    const STARTING: &[&str] =
        &["listen", "run", "run_app", "run_simple", "serve", "serve_forever", "start_server"];
    let semantics = &facts.semantics;
    let starts = |it: &Reference| {
        it.kind == ReferenceKind::Call
            && match semantics.expr(it.target) {
                Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                    STARTING.contains(&name.as_str())
                }
                _ => false,
            }
    };
    !semantics.routes.is_empty() && semantics.references.iter().any(starts)
}

/// Whether a node runs others as the program does: what configures test runners and linters, and
/// what a pipeline does before the program is anywhere, does not.
fn runs(node: &Node) -> bool {
    let (path, symbol) = (&node.key.path, node.key.symbol.as_str());
    let is_of_tests = |name: &str| {
        let mut words = name.split(|it: char| !it.is_alphanumeric());
        words.any(|it| {
            let it = it.trim_start_matches("pre").trim_start_matches("post");
            matches!(
                it,
                "test" | "tests" | "testing" | "spec" | "e2e" | "lint" | "coverage" | "cy" | "ci"
            )
        })
    };
    match node.language.as_deref() {
        // Images are built of what runs in them, and what starts programs is none of tests.
        Some("dockerfile" | "launch") => !is_image_of_tests(path.file_name()),
        Some("procfile" | "dotenv") => !is_of_tests(path.file_name()),
        // Services of compose files, and containers of manifests.
        Some("yaml") => !is_of_tests(path.as_str()) && !path.as_str().starts_with('.'),
        Some("toml") => {
            ["scripts.", "entry-points.", "processes."].iter().any(|it| symbol.starts_with(it))
                || path.file_name().starts_with("fly.")
        }
        Some("json") => path.file_name() == "package.json" && !is_of_tests(symbol),
        Some(language) => is_code_language(language),
        None => false,
    }
}

/// Whether a file that describes what is started is called as one of tests alone.
fn is_image_of_tests(name: &str) -> bool {
    let mut words = name.split(|it: char| !it.is_alphanumeric());
    words.any(|it| matches!(it, "test" | "tests" | "testing" | "e2e"))
}

/// Whether something that depends on another in this way needs it to run.
fn needs(kind: EdgeKind) -> bool {
    match kind {
        EdgeKind::Imports
        | EdgeKind::Calls
        | EdgeKind::Reads
        | EdgeKind::Inherits
        | EdgeKind::Decorates
        | EdgeKind::WrittenBy
        | EdgeKind::Configures => true,
        EdgeKind::Contains
        | EdgeKind::Tests
        | EdgeKind::Mentions
        | EdgeKind::Governs
        | EdgeKind::Documents => false,
    }
}

/// Whether a file is called or lies as test runners look for them.
fn is_named_as_test(path: &RepoPath) -> bool {
    const FOLDERS: [&str; 7] = ["test", "tests", "__tests__", "spec", "specs", "e2e", "cypress"];
    let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    let stem = name.split('.').next().unwrap_or(name);
    folder.split('/').any(|it| FOLDERS.contains(&it))
        || is_called_as_test(path)
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || matches!(stem, "conftest" | "tests")
}

/// Whether its name says that a runner of tests takes it, and nobody else: `app.test.js`.
fn is_called_as_test(path: &RepoPath) -> bool {
    let extension = path.file_name().split_once('.').map_or("", |it| it.1);
    extension.split('.').rev().skip(1).any(|it| matches!(it, "test" | "spec" | "cy"))
}

#[cfg(test)]
mod tests {
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
            "//- /run.sh\npytest tests/\n",
            "//- /.github/workflows/ci.yaml\non: push\njobs:\n  a:\n    steps:\n      \
             - run: python tests/web.py\n",
            "//- /tests/test_web.py\nfrom tests.web import app\ndef test_web(): app()\n",
        ] {
            check(program, !program.contains("test_web"));
        }
    }
}
