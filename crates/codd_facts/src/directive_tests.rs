//! Comments that mean something to a compiler or a framework are no formatting.

use crate::{FileFacts, Hash64, extract, language_of, parse};

fn facts(path: &str, text: &str) -> FileFacts {
    let path = codd_source::RepoPath::from(path);
    let language = language_of(&path).unwrap();
    extract(&parse(language, &path, text.as_bytes()).unwrap())
}

fn module(path: &str, text: &str) -> Hash64 {
    facts(path, text).places.module_hash.unwrap()
}

/// The hashes of a definition's decorators and of its body.
fn hashes(path: &str, text: &str, name: &str) -> (Hash64, Hash64) {
    let facts = facts(path, text);
    let at = facts.semantics.definitions.iter().position(|it| &*it.name == name).unwrap();
    (facts.places.definitions[at].decorators, facts.places.definitions[at].body)
}

#[test]
fn directives_of_a_file_are_part_of_it() {
    for (path, directive, rest) in [
        ("a.go", "//go:build linux\n\n", "package a\n"),
        ("a.go", "// +build linux\n\n", "package a\n"),
        ("a.sh", "#!/bin/bash\n", "ls\n"),
        ("Dockerfile", "# syntax=docker/dockerfile:1\n", "FROM alpine\n"),
        ("Dockerfile", "# escape=`\n", "FROM alpine\n"),
        ("a.sql", "/*!40101 SET NAMES utf8 */;\n", ";SELECT 1;\n"),
        ("a.rb", "# frozen_string_literal: true\n", "class A\nend\n"),
    ] {
        let without = module(path, rest);
        assert_ne!(module(path, &format!("{directive}{rest}")), without, "{directive}");
        let remark = if path.ends_with("go") { "// Says.\n" } else { "# Says.\n" };
        let remark = if path.ends_with("sql") { "-- Says.\n" } else { remark };
        assert_eq!(module(path, &format!("{remark}{rest}")), without, "{path}");
    }
}

#[test]
fn c_code_above_its_import_is_part_of_a_go_file() {
    let preamble = |text: &str| module("a.go", &format!("package a\n\n{text}\nimport \"C\"\n"));
    assert_ne!(preamble("// int a;\n// int b;"), preamble("// int c;\n// int b;"));
    assert_ne!(preamble("/*\nint a;\n*/"), preamble("/*\nint b;\n*/"));
    assert_eq!(preamble("// int a;\n"), preamble("// int b;\n"));
}

#[test]
fn directives_above_a_definition_are_its_decorators() {
    for (path, text, line, name) in [
        (
            "a.go",
            "package a\n//go:linkname f other.f\n// Says.\nfunc f() {}\nfunc g() {}\n",
            "//go:linkname f other.f\n",
            "f",
        ),
        (
            "a.go",
            "package a\n//go:embed a.txt\nvar f string\nvar g string\n",
            "//go:embed a.txt\n",
            "f",
        ),
        (
            "a.php",
            "<?php\nclass A {\n  function g() {}\n  /**\n   * Says.\n   * @IsGranted(\"ADMIN\")\n   */\n  function f() {}\n}\n",
            "   * @IsGranted(\"ADMIN\")\n",
            "f",
        ),
    ] {
        let without = text.replace(line, "");
        assert_ne!(hashes(path, text, name), hashes(path, &without, name), "{line}");
        assert_eq!(hashes(path, text, "g"), hashes(path, &without, "g"), "{line}");
        assert_eq!(module(path, text), module(path, &without), "{line}");
        let other = text.replace("Says", "Tells");
        assert_eq!(hashes(path, text, name), hashes(path, &other, name), "{line}");
    }
}
