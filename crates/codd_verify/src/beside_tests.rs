//! Outcomes that are told from those beside are the ones from scratch, or there are none.

use std::collections::BTreeMap;

use codd_controls::{ControlSet, load_controls};
use codd_source::RepoPath;
use expect_test::expect;
use proptest::prelude::*;

use crate::project::viewed;
use crate::{CheckPlan, ControlOutcome, Differing, FindingPlace};

type Files = BTreeMap<RepoPath, Vec<u8>>;

/// A control for each of these checks, as it applies to this.
fn controls(all: &[(&str, &str)]) -> ControlSet {
    let mut text = String::from("controls:\n");
    for (at, (applies_to, check)) in all.iter().enumerate() {
        text += &format!(
            "  - id: T-{at}\n    name: It holds\n    requirement: It MUST hold.\n    \
             applies_to: {applies_to}\n    checks:\n      - {check}\n"
        );
    }
    let loaded = load_controls(&[("t.yaml".into(), text.as_bytes().into())], &[]);
    assert_eq!(loaded.diagnostics, []);
    loaded.set
}

fn verified(plan: &CheckPlan, controls: &ControlSet, files: &Files) -> Vec<ControlOutcome> {
    viewed(plan, controls, files, |view| plan.verify(view))
}

/// The outcomes after an edit, if they are told from those before; the graph is the one after.
fn beside(controls: &ControlSet, before: &Files, after: &Files) -> Option<Vec<ControlOutcome>> {
    let (plan, diagnostics) = CheckPlan::compile(controls);
    assert_eq!(diagnostics, []);
    let known = viewed(&plan, controls, before, |view| (plan.verify(view), view.files.clone()));
    viewed(&plan, controls, after, |view| {
        let files = view.files.iter().filter(|(path, _)| before[*path] != after[*path]);
        let differing: Vec<Differing> = files
            .map(|(path, file)| Differing {
                path: path.clone(),
                before: known.1[path].clone(),
                after: file.clone(),
            })
            .collect();
        let told = plan.verify_beside(&known.0, view.graph, &differing)?;
        assert_eq!(told, verified(&plan, controls, after));
        Some(told)
    })
}

/// Checks that each file decides by itself.
const ALONE: &[(&str, &str)] = &[
    ("{}", "forbid: {language: python, rule: {pattern: 'eval($A)'}}"),
    (
        "{paths: ['src/**']}",
        "forbid: {language: python, rule: {pattern: 'exec($A)'}, fix: 'run($A)'}",
    ),
    (
        "{}",
        "require: {language: python, for: {pattern: 'open($$$A)'}, must: {inside: {kind: with_statement, stopBy: end}}}",
    ),
    ("{}", "text: {pattern: FIXME, must: absent}"),
    ("{}", "text: {pattern: Copyright, must: present, per: file}"),
    ("{}", "text: {pattern: License, must: present}"),
    ("{paths: ['nowhere/**']}", "text: {pattern: License, must: present}"),
    ("{}", "secret: {}"),
    ("{}", "config: {files: ['*.yaml'], each: 'jobs.*', path: timeout, must: {present: true}}"),
];

const FILES: &[&str] =
    &["a.py", "src/b.py", "src/c.py", "src/d.py", "e.py", "f.py", "g.py", "notes.txt"];

const PIECES: &[&str] = &[
    "",
    "eval(x)\n",
    "exec(x)\neval(y)\n",
    "# FIXME\n",
    "# Copyright\n",
    "# License\n",
    "open(x)\n",
    "with open(x) as f: f.read()\n",
    "with open(y) as g: g.read()\n",
    "def broken(:\n",
    "token = 'ghp_012345678901234567890123456789012345'\n",
    "password = 'hunter2hunter2'\n",
];

fn text(pieces: &[usize]) -> Vec<u8> {
    pieces.iter().flat_map(|it| PIECES[*it].bytes()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_told_is_what_is_found(
        before in prop::collection::vec(prop::collection::vec(0..PIECES.len(), 0..4), FILES.len()),
        edits in prop::collection::vec((0..FILES.len(), prop::collection::vec(0..PIECES.len(), 0..4)), 1..3),
        only in 0..ALONE.len(),
    ) {
        let named = FILES.iter().map(|it| RepoPath::new(*it));
        let before: Files = named.zip(before.iter().map(|it| text(it))).collect();
        let mut after = before.clone();
        for (at, pieces) in &edits {
            after.insert(RepoPath::new(FILES[*at]), text(pieces));
        }
        beside(&controls(ALONE), &before, &after);
        // One that is not told leaves the others untold, too.
        beside(&controls(&ALONE[only..=only]), &before, &after);
    }
}

#[test]
fn checks_that_ask_each_file_alone_are_told() {
    let files = |body: &str| {
        let text = format!(
            "//- /a.py\n# Copyright License\n{body}\n//- /b.py\neval(1)\n//- /c.yaml\njobs: {{}}\n"
        );
        crate::testing::files(&text)
    };
    let told = beside(&controls(ALONE), &files("pass"), &files("eval(2) # FIXME"));
    let found: Vec<usize> = told.unwrap().iter().map(|it| it.checks[0].findings.len()).collect();
    assert_eq!(found, [2, 0, 0, 1, 2, 0, 0, 0, 0]);
}

#[test]
fn checks_in_which_other_files_have_a_say_are_not_told() {
    let files = |body: &str| crate::testing::files(&format!("//- /a.py\ndef f():\n    {body}\n"));
    for (applies_to, check) in [
        ("{symbols: ['*.f']}", "forbid: {language: python, rule: {pattern: 'eval($A)'}}"),
        ("{tests: false}", "forbid: {language: python, rule: {pattern: 'eval($A)'}}"),
        ("{}", "documented: {}"),
        ("{}", "tested: {}"),
        ("{}", "flow: {class: sql-injection}"),
        ("{}", "manual: {instruction: Look.}"),
    ] {
        let told = beside(&controls(&[(applies_to, check)]), &files("pass"), &files("eval(1)"));
        assert!(told.is_none(), "{check} of {applies_to}");
    }
    // A file in which they say what is code of tests need not be in the scope itself.
    let elsewhere = "forbid: {language: python, rule: {pattern: 'eval($A)'}}";
    let scope = "{tests: false, paths: ['b/**']}";
    let told = beside(&controls(&[(scope, elsewhere)]), &files("pass"), &files("eval(1)"));
    assert!(told.is_none());
    // What does not apply to the file is as it was.
    let scope = "{symbols: ['*.f'], paths: ['b/**']}";
    let told = beside(&controls(&[(scope, elsewhere)]), &files("pass"), &files("eval(1)"));
    assert!(told.is_some());
}

/// Checks in which all files have a say, and some that each file decides by itself.
const TOGETHER: &[(&str, &str)] = &[
    ("{}", "flow: {class: sql-injection}"),
    ("{tests: false}", "flow: {class: command-injection}"),
    ("{}", "guard: {use: [framework-auth], public: [GET /health]}"),
    ("{}", "reach: {from: routes, must: [audit.note]}"),
    ("{}", "argument: {call: 'requests.*', argument: verify, must: {not_equals: false}}"),
    ("{}", "documented: {}"),
    ("{}", "tested: {}"),
    ("{tests: false}", "forbid: {language: python, rule: {pattern: 'eval($A)'}}"),
    ("{routes: {paths: ['/users']}}", "forbid: {language: python, rule: {pattern: 'eval($A)'}}"),
    ("{}", "text: {pattern: 'FIXME|eval', must: absent}"),
    ("{}", "manual: {instruction: Look.}"),
];

const PROJECT: &str = r#"
//- /app.py
import requests
from flask import Flask, request
from flask_login import login_required
import audit, db
app = Flask(__name__)
@app.get("/health")
def health():
    return "ok"
@app.get("/users")
@login_required
def users():
    audit.note("users")
    eval(request.args["how"])
    return db.find(request.args["name"])
@app.post("/users")
def add():
    requests.post("https://a.example", verify=False)
    return db.run(request.form["command"])
//- /audit.py
def note(what):
    print(what)
//- /db.py
import os, sqlite3
def find(name):
    sql = "select * from users where name = '" + name + "'"
    return sqlite3.connect("a").execute(sql)
def run(command):
    if command:
        os.system(command)
//- /test_db.py
import db
def test_find():
    assert db.find("a")
    eval("1")
"#;

/// The project, each with remarks and empty lines put before some of its lines.
fn remarked(remarks: &[(usize, usize, usize)]) -> Files {
    let mut files = crate::testing::files(PROJECT);
    let paths: Vec<RepoPath> = files.keys().cloned().collect();
    for (file, line, remark) in remarks {
        let bytes = files.get_mut(&paths[file % paths.len()]).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let remark = ["# a remark\n", "\n", "    # FIXME eval(x)\n"][remark % 3];
        lines.insert(line % (lines.len() + 1), remark);
        *bytes = lines.concat().into_bytes();
    }
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_remarks_move_is_told(
        before in prop::collection::vec((0..9usize, 0..99usize, 0..2usize), 0..3),
        more in prop::collection::vec((0..9usize, 0..99usize, 0..2usize), 1..4),
        only in 0..TOGETHER.len(),
    ) {
        let after: Vec<_> = before.iter().chain(&more).copied().collect();
        let (before, after) = (remarked(&before), remarked(&after));
        prop_assert!(beside(&controls(TOGETHER), &before, &after).is_some());
        prop_assert!(beside(&controls(&TOGETHER[only..=only]), &before, &after).is_some());
    }

    #[test]
    fn what_remarks_say_is_told_where_it_can_be(
        before in prop::collection::vec((0..9usize, 0..99usize, 0..3usize), 0..3),
        after in prop::collection::vec((0..9usize, 0..99usize, 0..3usize), 0..3),
    ) {
        beside(&controls(TOGETHER), &remarked(&before), &remarked(&after));
    }
}

#[test]
fn what_moves_is_told_where_all_files_have_a_say() {
    let (before, after) = (remarked(&[]), remarked(&[(0, 0, 0), (2, 3, 1), (3, 2, 2)]));
    let told = beside(&controls(TOGETHER), &before, &after).unwrap();
    let found: Vec<usize> = told.iter().map(|it| it.checks[0].findings.len()).collect();
    assert_eq!(found, [1, 1, 1, 1, 2, 1, 6, 5, 1, 1, 4]);
    // The way of a value is shown where its text is now.
    let texts = told[0].checks[0].findings[0].steps.iter().map(|it| {
        let FindingPlace { path, span, .. } = &it.place;
        std::str::from_utf8(&after[path][span.start as usize..span.end as usize]).unwrap()
    });
    expect![[r#"
        request.args
        db.find(request.args["name"])
        "select * from users where name = '" + name + "'"
        sql
        sqlite3.connect("a").execute(sql)"#]]
    .assert_eq(&texts.collect::<Vec<_>>().join("\n"));
}

#[test]
fn an_edit_of_what_code_says_is_no_move() {
    let mut after = remarked(&[]);
    let path = RepoPath::new("db.py");
    let text = String::from_utf8(after[&path].clone()).unwrap();
    after.insert(path, text.replace("os.system(command)", "os.system('ls')").into_bytes());
    assert!(beside(&controls(TOGETHER), &remarked(&[]), &after).is_none());
}
