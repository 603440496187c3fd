//! What an edit leaves as it was: the interface of its file, the edges of every other.

use codd_facts::interface;

use crate::testing::fixture;

const BEFORE: &str = r#"
//- /a.py
import os
from b import helper
LIMIT = 10
class Service:
    size = LIMIT
    def __init__(self, db: "Service" = None):
        self.db = db or make()
    def run(self, x, y=1):
        value = x + y
        helper(value)
        return self.db
def make():
    it = Service()
    return it
def outer():
    def inner(x): return x
    inner(1)
//- /b.py
def helper(x): pass
"#;

fn interface_of_a(text: &str) -> codd_facts::Semantics {
    interface(&fixture(text).facts(&"a.py".into()).semantics)
}

fn edited(from: &str, to: &str) -> String {
    assert!(BEFORE.contains(from), "`{from}` is not in the fixture");
    BEFORE.replace(from, to)
}

#[test]
fn body_edits_leave_the_interface_equal() {
    let before = interface_of_a(BEFORE);
    for (from, to) in [
        ("value = x + y", "value = x * y * 2"),
        ("helper(value)", "helper(value); helper(y); os.getcwd()"),
        ("helper(value)", "for i in range(3):\n            other = [helper(z) for z in (x, y)]"),
        ("helper(value)", "import json as j; j.dumps(value)"),
        ("    it = Service()\n", "    print(LIMIT)\n    it = Service()\n"),
        ("return x\n    inner(1)", "return x\n    inner(2); inner(helper(3))"),
        ("def inner(x): return x", "def inner(x): return helper(x)"),
    ] {
        assert_eq!(before, interface_of_a(&edited(from, to)), "after `{from}` became `{to}`");
    }
}

#[test]
fn what_others_can_see_changes_the_interface() {
    let before = interface_of_a(BEFORE);
    for (from, to) in [
        ("return self.db", "return self"),
        ("    it = Service()\n", "    it = helper(1)\n"),
        ("def run(self, x, y=1)", "def run(self, x, y)"),
        ("self.db = db or make()", "self.db = make()"),
        ("LIMIT = 10", "LIMIT = 10\nOTHER = 1"),
        ("from b import helper", "from b import helper as other"),
        ("def inner(x)", "def inner(x, y)"),
    ] {
        assert_ne!(before, interface_of_a(&edited(from, to)), "after `{from}` became `{to}`");
    }
}

#[test]
fn interface_of_an_interface_is_itself() {
    let once = interface_of_a(BEFORE);
    let mut twice = interface(&once);
    // The placeholder of defaults is added each time and seen by none.
    twice.exprs.truncate(once.exprs.len());
    assert_eq!(once.definitions.len(), twice.definitions.len());
    assert_eq!(once.scopes, twice.scopes);
}

#[test]
fn javascript_bodies_leave_the_interface_equal() {
    let text = |body: &str| {
        format!(
            "//- /a.ts\nimport {{ b }} from './b';\n\
             export class K {{ run(x: number) {{ {body} return this; }} }}\n\
             function hidden() {{ {body} }}\nexport const f = () => hidden();\n"
        )
    };
    let of = |body| interface(&fixture(&text(body)).facts(&"a.ts".into()).semantics);
    assert_eq!(of("b(1);"), of("const x = b(2); if (x) { let y = x; b(y); }"));
}

#[test]
fn edges_through_interfaces_equal_edges_through_full_facts() {
    use crate::{PlainProject, Project, resolve_file};
    use std::sync::Arc;

    struct Full<'f>(PlainProject, &'f crate::testing::Fixture);
    impl Project for Full<'_> {
        fn interface(&self, path: &codd_source::RepoPath) -> Option<Arc<codd_facts::Semantics>> {
            let found = self.1.files.iter().find(|(it, _, _)| it == path)?;
            Some(Arc::clone(&found.2.semantics))
        }
        fn module(
            &self,
            from: &codd_source::RepoPath,
            request: &codd_facts::ImportRequest,
        ) -> codd_facts::ModuleTarget {
            self.0.module(from, request)
        }
        fn submodule(
            &self,
            from: &codd_source::RepoPath,
            module: &codd_facts::ModuleTarget,
            name: &str,
        ) -> codd_facts::ModuleTarget {
            self.0.submodule(from, module, name)
        }
        fn candidates(&self, name: &str) -> Arc<[crate::Candidate]> {
            self.0.candidates(name)
        }
    }

    let fixture = fixture(&format!(
        "{BEFORE}//- /c.py\nfrom a import make, Service, outer\nfrom a import *\n\
         def use():\n    make().run(1).run(2).db.run(3)\n    Service(make()).size\n    outer()\n    \
         helper(LIMIT)\n"
    ));
    let pruned = fixture.project();
    let full = Full(fixture.project(), &fixture);
    for (path, _, facts) in &fixture.files {
        let expected = resolve_file(&full, path, &facts.semantics);
        assert_eq!(expected, resolve_file(&pruned, path, &facts.semantics), "of {path}");
        assert!(!expected.edges.is_empty() || path.as_str() == "b.py");
    }
}

#[test]
fn candidates_of_an_interface_are_those_of_the_file() {
    let fixture = fixture(BEFORE);
    for (path, _, facts) in &fixture.files {
        let pruned = interface(&facts.semantics);
        let of_file: Vec<_> = crate::candidates_of(path, &facts.semantics);
        let of_interface: Vec<_> = crate::candidates_of(path, &pruned);
        assert_eq!(of_file, of_interface);
    }
}
