//! An edited graph is the one that is joined from scratch, or there is none.

use codd_controls::ControlSet;
use codd_source::RepoPath;
use proptest::prelude::*;

use super::EditedFile;
use crate::testing::fixture;
use crate::{Graph, GraphFile, Joined};

const SHOP: &str = r#"
//- /shop/__init__.py
//- /shop/base.py
class Base:
    kind = None
    def run(self, x): return x
    def rest(self): pass
    def seldom(self): pass
def check(x): return x
def alone(): pass
class Other(Base):
    def run(self, x): return check(x)
//- /shop/use.py
import os
from shop.base import Base, Other, check
LIMIT = 3
def first(it: Base):
    it.run(1)
    return 1
def second(it: Base):
    it.run(2)
    it.rest()
    return 2
def third():
    return os.path
def given(function):
    function()
given(check)
//- /shop/more.py
from shop.base import Base, check
def more(it: Base):
    it.rest()
    it.run(check(3))
//- /shop/app.py
from flask import Flask
from shop.base import check
app = Flask(__name__)
@app.before_request
def guard():
    check(1)
@app.get('/x')
def x():
    return check(2)
//- /site/settings.py
DEBUG = True
PAGE_SIZE = 20
//- /site/manage.py
def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")
//- /site/views.py
from django.conf import settings
from shop.base import check
def index(it):
    check(settings.PAGE_SIZE)
    return getattr(settings, "DEBUG", None)
//- /tests/test_use.py
from shop.use import first
def helper(): return 1
def test_first():
    assert first(helper())
"#;

fn edges_of<'a>(files: &'a [GraphFile], path: &RepoPath) -> &'a GraphFile {
    files.iter().find(|it| it.path == *path).unwrap()
}

/// The graph of a text after an edit of one file, if it is told from the one before; it is always
/// the one that is joined from scratch.
fn edited(text: &str, path: &str, from: &str, to: &str) -> Option<Graph> {
    let start = text.find(&format!("//- /{path}\n")).unwrap();
    let at = start + text[start..].find(from).unwrap_or_else(|| panic!("no `{from}` in {path}"));
    let after = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
    let (old, new) = (fixture(text).graph_files(), fixture(&after).graph_files());
    let (known, fresh) = [&old, &new].map(|it| Graph::build(it, &ControlSet::default())).into();
    // What is kept is what is read back.
    let record = known.joined_from().unwrap().record();
    let all = old.iter().map(|it| &it.path);
    assert_eq!(known.joined_of_record(&record, all).as_ref(), known.joined_from().map(|it| &**it));
    let path = RepoPath::new(path);
    let joined: Joined = known.joined_of_record(&record, [&path]).unwrap();
    let parts = |files| {
        let (_, semantics, edges) = edges_of(files, &path).facts.as_ref().unwrap();
        (&**semantics, &**edges)
    };
    let file = EditedFile { path: &path, before: parts(&old), after: parts(&new) };
    let edited = known.edited(&joined, &[file])?;
    assert!(edited == fresh, "{path}: `{from}` → `{to}`");
    assert!(edited.shares_nodes_with(&known));
    Some(edited)
}

#[test]
fn what_a_body_uses_is_put_in_the_place_of_what_it_used() {
    for (path, from, to) in [
        ("shop/use.py", "return 1", "return 4"),
        // The number of the call of what a parameter is given goes up.
        ("shop/use.py", "    return 1", "    check(it)\n    return 1"),
        ("shop/use.py", "    it.run(1)\n", ""),
        ("shop/use.py", "    it.run(1)\n", "    it.rest()\n"),
        ("shop/use.py", "    return os.path", "    LIMIT.real\n    return os.path"),
        ("shop/use.py", "    it.run(2)\n", "    unknown(it)\n    it.missing.more()\n"),
        ("shop/more.py", "    it.rest()\n", "    for each in [1]:\n        check(each)\n"),
        ("shop/base.py", "def alone(): pass", "def alone(): check(1)"),
        // So does that of what is read by its key.
        ("site/views.py", "    return", "    check(7)\n    return"),
        ("site/views.py", "check(settings.PAGE_SIZE)", "settings.PAGE_SIZE"),
    ] {
        let graph = edited(SHOP, path, from, to);
        assert!(graph.is_some(), "{path}: `{from}` → `{to}`");
    }
}

#[test]
fn what_is_read_by_its_key_is_numbered_behind_the_references() {
    let after = edited(SHOP, "site/views.py", "    return", "    check(7)\n    return").unwrap();
    let of_links = |graph: &Graph| -> Vec<u32> {
        let edges =
            graph.edges().filter(|it| graph.node(it.from).key.path.as_str() == "site/views.py");
        let read = edges.filter(|it| graph.node(it.to).key.path.as_str() == "site/settings.py");
        read.filter_map(|it| it.reference).collect()
    };
    let before = Graph::build(&fixture(SHOP).graph_files(), &ControlSet::default());
    let (before, after) = (of_links(&before), of_links(&after));
    assert_eq!(before.len(), 2);
    assert!(
        before.iter().zip(&after).all(|(before, after)| before < after),
        "{before:?} {after:?}"
    );
}

#[test]
fn what_an_edit_may_change_elsewhere_is_not_told() {
    for (path, from, to) in [
        // Names, signatures, values that others get.
        ("shop/base.py", "def alone(", "def lonely("),
        ("shop/base.py", "def check(x)", "def check(x, y)"),
        ("shop/base.py", "def check(x): return x", "def check(x): return Base()"),
        ("shop/base.py", "def alone(): pass", "def alone():\n    def inner(): pass"),
        ("shop/use.py", "LIMIT = 3", "LIMIT = check"),
        ("shop/base.py", "class Other(Base)", "class Other"),
        // A method that nobody called is called, and the other way round.
        ("shop/use.py", "    it.rest()\n", "    it.rest()\n    it.seldom()\n"),
        // Routes, what runs before them, what parameters are given, a package.
        ("shop/app.py", "'/x'", "'/y'"),
        ("shop/app.py", "@app.before_request\n", ""),
        ("shop/use.py", "given(check)", "given(first)"),
        ("shop/use.py", "return os.path", "import json\n    return json"),
        ("tests/test_use.py", "def test_first", "def test_second"),
    ] {
        let graph = edited(SHOP, path, from, to);
        assert!(graph.is_none(), "{path}: `{from}` → `{to}`");
    }
}

#[test]
fn a_graph_that_was_joined_from_something_else_is_not_edited() {
    let files = fixture(SHOP).graph_files();
    let graph = Graph::build(&files, &ControlSet::default());
    let path = RepoPath::new("shop/base.py");
    let (_, semantics, edges) = edges_of(&files, &path).facts.as_ref().unwrap();
    let file = EditedFile { path: &path, before: (semantics, edges), after: (semantics, edges) };
    let joined = graph.joined_from().unwrap();
    assert!(graph.edited(joined, &[file]).is_some());
    assert!(!joined.edges.is_empty());
    assert!(graph.edited(&Joined::default(), &[file]).is_none());
}

/// Statements that bodies are edited with.
const STATEMENTS: &[&str] = &[
    "pass",
    "check(1)",
    "it.run(1)",
    "it.seldom()",
    "Base().rest()",
    "x = Other()\n    x.run(check)",
    "given(first)",
    "return Base",
    "class Local(Base):\n        def rest(self): pass",
    "import json",
    "from shop.base import alone\n    alone()",
    "super().run(1)",
    "Base.kind = 1",
    "app.add_url_rule('/z', view_func=check)",
    "LIMIT.real",
    "lambda: check(it)",
    "[check(e) for e in it]",
    "missing.thing()",
    "return self.rest",
    "eval('x')",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_graph_is_the_one_from_scratch(
        at in 0..7_usize,
        first in prop::sample::select(STATEMENTS),
        second in prop::sample::select(STATEMENTS),
        other in prop::sample::select(STATEMENTS),
    ) {
        // Each statement may be there before already, in a file that is edited or in another.
        let (path, place) = [
            ("shop/base.py", "def run(self, x): return x"),
            ("shop/base.py", "def alone(): pass"),
            ("shop/use.py", "def first(it: Base):"),
            ("shop/more.py", "def more(it: Base):"),
            ("shop/app.py", "def x():"),
            ("tests/test_use.py", "def helper(): return 1"),
            ("site/views.py", "def index(it):"),
        ][at];
        let head = place.split_once(": ").filter(|it| it.0.ends_with(')')).map_or(place.to_owned(), |it| format!("{}:", it.0));
        let indent = if place.contains("self") { "        " } else { "    " };
        let body = |it: &str| format!("{head}\n{indent}{}", it.replace("\n    ", &format!("\n{indent}")));
        let text = SHOP.replace("    return 2", &format!("    {other}\n    return 2"));
        let text = text.replacen(place, &body(first), 1);
        let _ = edited(&text, path, &body(first), &format!("{}\n{indent}pass", body(second)));
    }
}
