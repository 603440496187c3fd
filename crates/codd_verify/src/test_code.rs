//! Files whose code only tests run, of which controls may say that they leave them out.

use codd_facts::is_code_language;
use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKind};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

/// The files of tests that no other code uses.
///
/// A file that is called or lies as files of tests do, and that the project's other code imports,
/// calls or names, is no such file: a route of the program is governed wherever it is written.
#[derive(Debug, Default)]
pub(crate) struct TestCode {
    paths: FxHashSet<RepoPath>,
}

impl TestCode {
    pub(crate) fn of(graph: &Graph) -> TestCode {
        let mut paths: FxHashSet<RepoPath> = graph
            .nodes()
            .filter(|(_, node)| node.key.kind == NodeKind::File)
            .map(|(_, node)| &node.key.path)
            .filter(|path| is_named_as_test(path))
            .cloned()
            .collect();
        if paths.is_empty() {
            return TestCode::default();
        }
        let mut of_tests: FxHashMap<&RepoPath, Vec<NodeId>> = FxHashMap::default();
        let mut open: Vec<NodeId> = Vec::new();
        for (id, node) in graph.nodes() {
            let path = &node.key.path;
            if paths.contains(path) {
                of_tests.entry(path).or_default().push(id);
            } else if node.language.as_deref().is_some_and(runs) {
                open.push(id);
            }
        }
        while let Some(id) = open.pop() {
            for edge in graph.dependencies(id) {
                // What a method is overridden with is one of several that may run.
                let least = match edge.kind {
                    EdgeKind::Imports => Confidence::Probable,
                    _ => Confidence::Exact,
                };
                if edge.confidence < least || !uses(edge.kind) {
                    continue;
                }
                let path = &graph.node(edge.node).key.path;
                if paths.remove(path) {
                    open.extend(of_tests.remove(path).unwrap_or_default());
                }
            }
        }
        TestCode { paths }
    }

    pub(crate) fn holds(&self, path: &RepoPath) -> bool {
        self.paths.contains(path)
    }
}

/// Whether files in a language run others: what configures test runners and linters does not.
fn runs(language: &str) -> bool {
    is_code_language(language) || language == "dockerfile"
}

/// Whether something that depends on another in this way needs it to run.
fn uses(kind: EdgeKind) -> bool {
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
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    folder.split('/').any(|it| FOLDERS.contains(&it))
        || extension.split('.').rev().skip(1).any(|it| matches!(it, "test" | "spec" | "cy"))
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || matches!(stem, "conftest" | "tests")
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
}
