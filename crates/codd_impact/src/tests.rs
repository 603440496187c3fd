//! From source text of two sides to what the change reaches.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{FileFacts, ProjectFiles, extract, language_of, parse};
use codd_graph::{Confidence, Graph, GraphFile, PlainProject, resolve_file};
use codd_source::{ContentId, RepoPath};
use expect_test::expect;

use crate::fixture::{show_changes, show_impact};
use crate::{ChangeOptions, ImpactOptions, Side, SideFile, change_set, impact};

fn side(text: &str) -> Side {
    let mut files = BTreeMap::new();
    for section in text.split("//- ").skip(1) {
        let (path, source) = section.split_once('\n').expect("a file has a heading");
        let path = RepoPath::new(path.trim());
        let language = language_of(&path);
        let facts = language.and_then(|it| parse(it, &path, source.as_bytes()).ok());
        let facts = facts.map(|parsed| Arc::new(extract(&parsed)));
        let content = ContentId::of(source.as_bytes());
        files.insert(path, SideFile { content, facts, packages: None });
    }
    let names = ProjectFiles { paths: files.keys().cloned().collect(), manifests: BTreeMap::new() };
    let known = || {
        files
            .iter()
            .filter_map(|(path, file)| Some((path, language_of(path)?, file.facts.as_deref()?)))
    };
    let project =
        PlainProject::new(&names, known().map(|(path, it, facts)| (path, it, &*facts.semantics)));
    let graph_file = |(path, file): (&RepoPath, &SideFile)| {
        let of_facts = |facts: &Arc<FileFacts>| {
            let edges = resolve_file(&project, path, &facts.semantics);
            (facts.language.clone(), Arc::clone(&facts.semantics), Arc::new(edges))
        };
        let facts = file.facts.as_ref().map(of_facts);
        GraphFile { path: path.clone(), facts, is_authored: true }
    };
    let graph_files: Vec<GraphFile> = files.iter().map(graph_file).collect();
    let graph = Arc::new(Graph::build(&graph_files, &ControlSet::default()));
    Side { graph, files: Arc::new(files) }
}

fn answer(base: &str, head: &str) -> String {
    let (base, head) = (side(base), side(head));
    let options = ChangeOptions { claimed: &[], changed_controls: &[] };
    let changes = change_set(&base, &head, &options);
    let options = ImpactOptions { floor: Confidence::Possible, depth: None };
    let impact = impact(&base.graph, &head.graph, &changes, &options);
    format!("{}{}", show_changes(&changes), show_impact(&impact))
}

const SERVICE: &str = r#"
//- src/auth.js
export function verify(token) {
  return token === process.env.TOKEN;
}
export function requireUser(req, res, next) {
  if (!verify(req.headers.token)) { res.status(401).end(); return; }
  next();
}
export function anyone(req, res, next) { next(); }
//- src/index.js
export { requireUser } from "./auth.js";
//- src/app.js
import express from "express";
import { requireUser } from "./index.js";
export const app = express();
function list(req, res) { res.json([]); }
app.get("/notes", requireUser, list);
//- test/auth.test.js
import { verify } from "../src/auth.js";
test("verifies", () => { expect(verify("x")).toBe(false); });
"#;

#[test]
fn an_edited_helper_reaches_routes_behind_a_barrel_and_its_tests() {
    let head = SERVICE.replace("return token === process.env.TOKEN;", "return true;");
    expect![[r#"
        Modified src/auth.js
          Body src/auth.js:verify
        src/app.js  Exact <- Reads src/auth.js:requireUser <- Calls src/auth.js:verify
        src/app.js GET /notes  Exact <- Calls src/auth.js:requireUser <- Calls src/auth.js:verify
        src/auth.js:requireUser  Exact <- Calls src/auth.js:verify
        test/auth.test.js:verifies  Exact <- Calls src/auth.js:verify
        test/auth.test.js test verifies  Exact <- Tests test/auth.test.js:verifies <- Calls src/auth.js:verify
    "#]].assert_eq(&answer(SERVICE, &head));
}

#[test]
fn a_reexport_of_something_else_reaches_who_uses_the_name() {
    let head = SERVICE.replace("export { requireUser }", "export { anyone as requireUser }");
    expect![[r#"
        Modified src/index.js
          Rebound src/app.js
          Rebound src/app.js GET /notes
          ModuleCode src/index.js
    "#]]
    .assert_eq(&answer(SERVICE, &head));
}

#[test]
fn layout_and_comments_reach_nothing() {
    let head = SERVICE.replace("  next();\n", "  // go on\n    next();\n");
    expect![[r#"
        Formatting src/auth.js
          Formatting src/auth.js
    "#]]
    .assert_eq(&answer(SERVICE, &head));
}

#[test]
fn what_a_class_of_settings_names_reaches_who_uses_the_class_around() {
    const FORMS: &str = "
//- models.py
from django.db import models
class Person(models.Model):
    def clean(self):
        return 1
//- forms.py
from django import forms
from models import Person
class PersonForm(forms.ModelForm):
    class Meta:
        model = Person
class Plain:
    class Meta:
        model = Person
//- test_forms.py
from forms import PersonForm
def test_form():
    assert PersonForm({}).is_valid()
";
    let head = FORMS.replace("return 1", "return 2");
    expect![[r#"
        Modified models.py
          Body models.py:Person.clean
        forms.py:PersonForm  Possible <- Reads forms.py:PersonForm.Meta <- Reads models.py:Person <- Calls models.py:Person.clean
        forms.py:PersonForm.Meta  Possible <- Reads models.py:Person <- Calls models.py:Person.clean
        forms.py:PersonForm.Meta.model  Possible <- Reads models.py:Person <- Calls models.py:Person.clean
        forms.py:Plain.Meta  Possible <- Reads models.py:Person <- Calls models.py:Person.clean
        forms.py:Plain.Meta.model  Possible <- Reads models.py:Person <- Calls models.py:Person.clean
        models.py:Person  Possible <- Calls models.py:Person.clean
        test_forms.py:test_form  Possible <- Calls forms.py:PersonForm <- Reads forms.py:PersonForm.Meta <- Reads models.py:Person <- Calls models.py:Person.clean
        test_forms.py test test_form  Possible <- Tests test_forms.py:test_form <- Calls forms.py:PersonForm <- Reads forms.py:PersonForm.Meta <- Reads models.py:Person <- Calls models.py:Person.clean
    "#]].assert_eq(&answer(FORMS, &head));
}

const SHOP: &str = r#"
//- shop/__init__.py
from .auth import check_token
//- shop/auth.py
SECRET = "x"

class Verifier:
    def verify(self, token):
        return token == SECRET

def check_token(token):
    return Verifier().verify(token)

def check_open(token):
    return True
//- shop/views.py
from flask import Flask
from shop import check_token

app = Flask(__name__)

@app.get("/orders")
def orders():
    check_token("t")
    return []
//- tests/test_views.py
from shop.views import orders

def test_orders():
    assert orders() == []
"#;

#[test]
fn a_method_reaches_the_route_and_the_test_that_run_it() {
    let head = SHOP.replace("return token == SECRET", "return token != SECRET");
    expect![[r#"
        Modified shop/auth.py
          Body shop/auth.py:Verifier.verify
        shop/auth.py:check_token  Probable <- Calls shop/auth.py:Verifier.verify
        shop/views.py:orders  Probable <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier.verify
        shop/views.py GET /orders  Probable <- Calls shop/views.py:orders <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier.verify
        tests/test_views.py:test_orders  Probable <- Calls shop/views.py:orders <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier.verify
        tests/test_views.py test test_orders  Probable <- Tests tests/test_views.py:test_orders <- Calls shop/views.py:orders <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier.verify
    "#]].assert_eq(&answer(SHOP, &head));
}

#[test]
fn a_renamed_function_is_moved_and_reaches_its_old_callers() {
    let head = SHOP.replace("def check_token", "def verify_token");
    expect![[r#"
        Modified shop/auth.py
          Moved shop/auth.py:verify_token <- shop/auth.py:check_token
        shop/__init__.py  Exact <- Imports shop/auth.py:verify_token
        shop/views.py  Exact <- Imports shop/auth.py:verify_token
        shop/views.py:orders  Exact <- Calls shop/auth.py:verify_token
        shop/views.py GET /orders  Exact <- Calls shop/views.py:orders <- Calls shop/auth.py:verify_token
        tests/test_views.py:test_orders  Exact <- Calls shop/views.py:orders <- Calls shop/auth.py:verify_token
        tests/test_views.py test test_orders  Exact <- Tests tests/test_views.py:test_orders <- Calls shop/views.py:orders <- Calls shop/auth.py:verify_token
    "#]].assert_eq(&answer(SHOP, &head));
}

#[test]
fn an_import_of_another_function_reaches_untouched_routes() {
    let head = SHOP
        .replace("from .auth import check_token", "from .auth import check_open as check_token");
    expect![[r#"
        Modified shop/__init__.py
          ModuleCode shop/__init__.py
          Rebound shop/views.py
          Rebound shop/views.py:orders
        shop/views.py GET /orders  Exact <- Calls shop/views.py:orders
        tests/test_views.py:test_orders  Exact <- Calls shop/views.py:orders
        tests/test_views.py test test_orders  Exact <- Tests tests/test_views.py:test_orders <- Calls shop/views.py:orders
    "#]].assert_eq(&answer(SHOP, &head));
}

#[test]
fn a_new_method_does_not_surely_reach_the_users_of_its_class() {
    let head = SHOP
        .replace("def check_token", "    def reset(self):\n        print(self)\n\ndef check_token");
    expect![[r#"
        Modified shop/auth.py
          Members shop/auth.py:Verifier
          Added shop/auth.py:Verifier.reset
        shop/auth.py:check_token  Possible <- Calls shop/auth.py:Verifier
        shop/views.py:orders  Possible <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier
        shop/views.py GET /orders  Possible <- Calls shop/views.py:orders <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier
        tests/test_views.py:test_orders  Possible <- Calls shop/views.py:orders <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier
        tests/test_views.py test test_orders  Possible <- Tests tests/test_views.py:test_orders <- Calls shop/views.py:orders <- Calls shop/auth.py:check_token <- Calls shop/auth.py:Verifier
    "#]].assert_eq(&answer(SHOP, &head));
}

#[test]
fn a_renamed_function_that_calls_nothing_of_the_project_is_known_by_its_length() {
    let load = |name: &str| {
        format!(
            "//- a.py\ndef {name}(items):\n    total = 0\n    for item in items:\n        total += \
             int(item)\n    return total\n"
        )
    };
    let answer = answer(&load("load"), &load("load_all"));
    assert!(answer.contains("Moved a.py:load_all <- a.py:load"), "{answer}");
}
