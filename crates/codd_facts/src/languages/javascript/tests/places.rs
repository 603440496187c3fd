//! Hashes and documentation.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::facts;

/// Each definition's name and which hashes differ between two versions of a file.
fn check_hashes(before: &str, after: &str, expected: &Expect) {
    let (before, after) = (facts("ts", before), facts("ts", after));
    let mut out = String::new();
    let pairs = before.places.definitions.iter().zip(&after.places.definitions);
    for ((old, new), definition) in pairs.zip(&after.semantics.definitions) {
        let parts = [
            ("shape", old.shape != new.shape),
            ("decorators", old.decorators != new.decorators),
            ("body", old.body != new.body),
        ];
        let changed: Vec<&str> =
            parts.iter().filter(|(_, differs)| *differs).map(|(part, _)| *part).collect();
        if !changed.is_empty() {
            let _ = writeln!(out, "{}: {}", definition.qualified_name, changed.join(" "));
        }
    }
    if before.places.module_hash != after.places.module_hash {
        out.push_str("module\n");
    }
    expected.assert_eq(&out);
}

#[test]
fn comments_and_layout_change_no_hash() {
    check_hashes(
        "export function f(a, b) { return [a, b]; }\nlet x = 1;\nrun();",
        "// note\nexport function f(a, b,) {\n  return [a, b,] /* why */\n}\nlet x = 1\nrun()",
        &expect![""],
    );
}

#[test]
fn edits_change_the_hashes_they_touch() {
    check_hashes(
        "class A { @dec() m(x) { return 1; } n() { for (;a;) {} } }\nfunction f() { return g(); }\ngo();",
        "class A { @dec(1) m(x, y) { return 1; } n() { for (a;;) {} } }\nfunction f() { return h(); }\ngone();",
        &expect![[r#"
            A.m: shape decorators
            A.n: body
            f: body
            module
        "#]],
    );
}

#[test]
fn edits_of_what_a_module_is_are_edits() {
    check_hashes(
        "module.exports = [\"a\", \"b\"];",
        "module.exports = [\"a\", \"c\"];",
        &expect![[r#"
            module.exports: body
        "#]],
    );
    check_hashes(
        "module.exports = { limit: 3, unit: \"m\" };",
        "module.exports = { limit: 4, unit: \"m\" };",
        &expect![[r#"
            limit: shape body
            module
        "#]],
    );
    check_hashes(
        "Object.defineProperty(exports, \"LIMIT\", { value: 3 });",
        "Object.defineProperty(exports, \"LIMIT\", { value: 4 });",
        &expect![[r#"
            LIMIT: body
        "#]],
    );
}

#[test]
fn renaming_keeps_body_and_shape() {
    check_hashes(
        "function f(n) { return n ? f(n - 1) : 0; }\nconst k = () => 1;",
        "function g(n) { return n ? g(n - 1) : 0; }\nconst l = () => 1;",
        &expect![""],
    );
}

#[test]
fn nested_definitions_count_by_name_alone() {
    check_hashes(
        "function outer() { function inner() { return 1; } return inner; }\nclass C { constructor() { this.x = 1; } m() { return 1; } }",
        "function outer() { function inner() { return 2; } return inner; }\nclass C { constructor() { this.x = 2; } m() { return 2; } }",
        &expect![[r#"
            outer.inner: body
            C.constructor: body
            C.x: body
            C.m: body
        "#]],
    );
}

#[test]
fn documentation_is_a_comment_right_before() {
    let facts = facts(
        "ts",
        "/** Says. */\nexport function f() {}\n// no\nfunction g() {}\nclass K {\n  /** Yes. */\n  m() {}\n}\n/** */\nfunction h() {}\n/** I. */\nfunction i() {}",
    );
    let documented: Vec<bool> =
        facts.places.definitions.iter().map(|place| place.is_documented).collect();
    assert_eq!(documented, [true, false, false, true, false, false]);
}

#[test]
fn what_runs_as_a_file_is_loaded_is_told_from_its_imports() {
    let loaded = |text: &str| facts("ts", text).places.loaded_hash;
    let before = loaded("import a from 'a';\nfunction f() {}\n");
    assert_eq!(loaded("import b, { c } from 'b';\nexport * from 'd';\nfunction f() {}\n"), before);
    assert_eq!(loaded("function f() { return 1; }\n"), before);
    assert_ne!(loaded("import a from 'a';\nfunction f() {}\nf();\n"), before);
}
