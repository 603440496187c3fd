//! Hashes, documentation and spans.

use super::facts;

/// Shape, decorators and body of a definition, and the hash of the top level.
fn hashes(source: &str, name: &str) -> [u64; 4] {
    let facts = facts(source);
    let at = facts.semantics.definitions.iter().position(|it| it.qualified_name == name);
    let place = facts.places.definitions[at.expect("the definition is there")];
    let module = facts.places.module_hash.expect("always set");
    [place.shape.0, place.decorators.0, place.body.0, module.0]
}

#[track_caller]
fn check_hashes(name: &str, before: &str, after: &str, same: [bool; 4]) {
    let (before, after) = (hashes(before, name), hashes(after, name));
    let equal = std::array::from_fn(|at| before[at] == after[at]);
    assert_eq!(equal, same, "shape, decorators, body, module");
}

#[test]
fn layout_comments_and_docstrings_change_no_hash() {
    check_hashes(
        "f",
        "import os\n\ndef f(a, b):\n    \"\"\"Old.\"\"\"\n    if a:\n        return b\n",
        "# new\nimport os\ndef f(a,\n      b):  # why\n  \"\"\"New.\"\"\"\n\n  if a :\n     return b\n",
        [true; 4],
    );
    check_hashes("f", "def f(): pass\n", "\"\"\"About.\"\"\"\ndef f(): pass\n", [true; 4]);
}

#[test]
fn indentation_is_structure() {
    check_hashes(
        "f",
        "def f(a):\n    if a:\n        x()\n        y()\n",
        "def f(a):\n    if a:\n        x()\n    y()\n",
        [true, true, false, true],
    );
    check_hashes(
        "f",
        "def f():\n    a\n    (b)\n",
        "def f():\n    a(b)\n",
        [true, true, false, true],
    );
}

#[test]
fn each_part_has_its_own_hash() {
    let before = "@a\ndef f(x):\n    return 1\n";
    check_hashes("f", before, "@b\ndef f(x):\n    return 1\n", [true, false, true, true]);
    check_hashes("f", before, "@a\ndef f(x, y):\n    return 1\n", [false, true, true, true]);
    check_hashes("f", before, "@a\ndef f(x):\n    return 2\n", [true, true, false, true]);
    check_hashes("f", before, "import b\n@a\ndef f(x):\n    return 1\n", [true, true, true, false]);
}

#[test]
fn nested_definitions_count_by_their_name_alone() {
    let before = "class C:\n    x = 1\n    def m(self):\n        self.y = 1\n";
    let value = "class C:\n    x = 2\n    def m(self):\n        self.y = 1\n";
    let body = "class C:\n    x = 1\n    def m(self):\n        self.y = 2\n";
    let name = "class C:\n    x = 1\n    def n(self):\n        self.y = 1\n";
    check_hashes("C", before, value, [true; 4]);
    check_hashes("C.x", before, value, [true, true, false, true]);
    check_hashes("C", before, body, [true; 4]);
    check_hashes("C.m", before, body, [true, true, false, true]);
    check_hashes("C.y", before, body, [true, true, false, true]);
    check_hashes("C", before, name, [true, true, false, true]);
}

#[test]
fn variables_are_no_part_of_the_top_level() {
    check_hashes("A", "A = 1\nrun()\n", "A = 2\nrun()\n", [true, true, false, true]);
    check_hashes("A", "A = 1\nA += 1\n", "A = 1\nA += 2\n", [true, true, false, true]);
    check_hashes("A", "A = 1\nrun()\n", "A = 1\nstop()\n", [true, true, true, false]);
}

#[test]
fn a_renamed_function_keeps_shape_and_body() {
    let old = hashes("def f(n):\n    return f(n - 1)\n", "f");
    let new = hashes("def g(n):\n    return g(n - 1)\n", "g");
    assert_eq!(old, new);
}

#[test]
fn a_docstring_documents() {
    let documented = |text: &str| -> Vec<bool> {
        facts(text).places.definitions.iter().map(|place| place.is_documented).collect()
    };
    let text = "def f():\n    'Says.'\ndef g(): pass\nclass C:\n    \"\"\"Is.\"\"\"\n";
    assert_eq!(documented(text), [true, false, true]);
    let made = "def f():\n    f'Says {1}.'\ndef g():\n    b'Says.'\ndef h():\n    r'Says.'\n";
    assert_eq!(documented(made), [false, false, true]);
}

#[test]
fn spans_cover_decorators_and_names() {
    let source = "@a\nclass C:\n    def m(self): pass\n";
    let facts = facts(source);
    let place = facts.places.definitions[0];
    assert_eq!(place.span.of(source.as_bytes()), source.trim_end().as_bytes());
    assert_eq!(place.name.of(source.as_bytes()), b"C");
}

#[test]
fn what_runs_as_a_file_is_loaded_is_told_from_its_imports() {
    let loaded = |text: &str| facts(text).places.loaded_hash.expect("loading runs the top level");
    let before = loaded("import a\nX = 1\ndef f(): pass\n");
    for same in [
        "import b\nfrom c import (\n    d,\n)\nX = 1\ndef f(): pass\n",
        "\"\"\"Documented.\"\"\"\nimport a\nX = 2\ndef f(): return 1\n",
        "import a\nif TYPE_CHECKING:\n    import b\nX = 1\ndef f(): pass\n",
    ] {
        assert_eq!(loaded(same), before, "{same}");
    }
    for other in
        ["import a\nX = 1\ndef f(): pass\nf()\n", "import a\nraise E\nX = 1\ndef f(): pass\n"]
    {
        assert_ne!(loaded(other), before, "{other}");
    }
}
