//! Keys that are unknown, missing or there twice.

use expect_test::expect;

use super::{check, check_in_control};

#[test]
fn unknown_keys_are_suggested_at_every_level() {
    check(
        "version: 1\ncontrol:\n  - id: A\n",
        &expect![[r#"
        read: ; unreadable: 1
        warning yaml::nothing_listed: the file has no `controls`
          help: write `controls:` and its list under it
        yaml::unknown_key: unknown key `control`
          2:1-2:8 "control" not a key of the file
          help: did you mean `controls`?
    "#]],
    );
    check(
        "controls: []\nversoin: 1\nx-defaults: {a: 1}\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::unknown_key: unknown key `versoin`
          2:1-2:8 "versoin" not a key of the file
          help: did you mean `version`?
        yaml::unknown_key: unknown key `x-defaults`
          3:1-3:11 "x-defaults" not a key of the file
          help: a file has the keys `version` and `controls`
    "#]],
    );
    check_in_control(
        "apply_to: {}\ncolour: red\n1: one",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::unknown_key: unknown key `apply_to`
              5:5-5:13 "apply_to" not a key of this map
              help: did you mean `applies_to`?
            yaml::unknown_key: unknown key `colour`
              6:5-6:11 "colour" not a key of this map
              help: known here: `id`, `name`, `requirement`, `severity`, `rationale`, `guidance`, `implementation`, `owner`, `tags`, `frameworks`, `applies_to`, `when`, `checks`, `verification`, `evidence`, `parameters`, `examples`
            yaml::unknown_key: unknown key `1`
              7:5-7:6 "1" not a key of this map
              help: known here: `id`, `name`, `requirement`, `severity`, `rationale`, `guidance`, `implementation`, `owner`, `tags`, `frameworks`, `applies_to`, `when`, `checks`, `verification`, `evidence`, `parameters`, `examples`
        "#]],
    );
    check_in_control(
        "applies_to: {path: [a], routes: {method: [GET]}}",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::unknown_key: unknown key `path`
          5:18-5:22 "path" not a key of this map
          help: did you mean `paths`?
        yaml::unknown_key: unknown key `method`
          5:38-5:44 "method" not a key of this map
          help: did you mean `methods`?
    "#]],
    );
    check_in_control(
        "evidence: [{kind: scan, max_age: 7}]",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::unknown_key: unknown key `max_age`
          5:29-5:36 "max_age" not a key of this map
          help: did you mean `max_age_days`?
    "#]],
    );
    check_in_control(
        "examples:\n  good:\n    - language: python\n      cod: x\n  badd: []",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::unknown_key: unknown key `cod`
              8:11-8:14 "cod" not a key of this map
              help: did you mean `code`?
            yaml::unknown_key: unknown key `badd`
              9:7-9:11 "badd" not a key of this map
              help: did you mean `bad`?
        "#]],
    );
    check_in_control(
        "frameworks: {cwe: {id: CWE-1, sure: high}}",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::unknown_key: unknown key `sure`
          5:35-5:39 "sure" not a key of this map
          help: known here: `id`, `confidence`
    "#]],
    );
}

#[test]
fn required_keys_must_be_there() {
    check(
        "controls:\n  - id: A\n    name: n\n  - name: m\n    requirement: It MUST\n  - id: ''\n    name:\n    requirement: ''\n",
        &expect![[r#"
            read: ; unreadable: 3
            yaml::missing_key: the key `requirement` is missing
              2:5-2:10 "id: A" of this
              help: add `requirement:` with a value
            yaml::missing_key: the key `id` is missing
              4:5-4:12 "name: m" of this
              help: add `id:` with a value
            controls::bad_id: the id is empty
              6:9-6:11 "''" 
              help: use at most 64 letters, digits, `-`, `_` and `.`, such as `SEC-001`
            yaml::missing_key: the key `name` is missing
              7:5-7:9 "name" of this
              help: add `name:` with a value
            warning controls::empty_requirement: the requirement is empty
              8:18-8:20 "''" 
              help: say what MUST hold
        "#]],
    );
    check(
        "controls:\n  -\n  - text\n  - [a, b]\n",
        &expect![[r#"
            read: ; unreadable: 3
            yaml::wrong_type: this control is a list, not a map
              2:3-2:4 "-" expected `key: value` lines
            yaml::wrong_type: this control is a text, not a map
              3:5-3:9 "text" expected `key: value` lines
            yaml::wrong_type: this control is a list, not a map
              4:5-4:11 "[a, b]" expected `key: value` lines
        "#]],
    );
}

#[test]
fn duplicate_keys_point_at_both() {
    check_in_control(
        "owner: a\nchecks:\n  - forbid:\n      rule: 1\n      rule: 2\nowner: b",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::duplicate_key: the key `rule` is given twice
              9:11-9:15 "rule" again here
              8:11-8:15 "rule" first here
              help: keep one of the two
            yaml::duplicate_key: the key `owner` is given twice
              10:5-10:10 "owner" again here
              5:5-5:10 "owner" first here
              help: keep one of the two
        "#]],
    );
    check(
        "controls: []\nversion: 1\ncontrols:\n  - {id: A, name: n, requirement: It MUST}\n",
        &expect![[r#"
            read: A; unreadable: 0
            yaml::duplicate_key: the key `controls` is given twice
              3:1-3:9 "controls" again here
              1:1-1:9 "controls" first here
              help: keep one of the two
        "#]],
    );
}
