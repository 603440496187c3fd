//! Values that are not what their key asks for.

use std::sync::Arc;

use expect_test::expect;

use super::{check, check_in_control};
use crate::testing::render;
use crate::{Origin, load_controls};

#[test]
fn wrong_values_name_what_is_allowed() {
    check_in_control(
        "severity: hihg",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::unknown_value: unknown value `hihg`
          5:15-5:19 "hihg" not one of the known values
          help: did you mean `high`? allowed: `low`, `medium`, `high`, `critical`
    "#]],
    );
    check_in_control(
        "severity: 3",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `severity` is the number `3`, not one of the known words
              5:15-5:16 "3" expected one of the known words
        "#]],
    );
    check_in_control(
        "tags: injection",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: `tags` is a text, not a list
          5:11-5:20 "injection" expected a list
    "#]],
    );
    check_in_control(
        "tags: [1, {a: b}]",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: item 1 is the number `1`, not a text
          5:12-5:13 "1" expected a text
          help: put it in quotes: `"1"`
    "#]],
    );
    check_in_control(
        "owner: 2024",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: `owner` is the number `2024`, not a text
          5:12-5:16 "2024" expected a text
          help: put it in quotes: `"2024"`
    "#]],
    );
    check_in_control(
        "owner: ~\nrationale:",
        &expect![[r#"
        read: A; unreadable: 0
    "#]],
    );
    check_in_control(
        "owner: !secret x",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::tag: the tag `!secret` is not understood
              5:12-5:21 "!secret x" 
              help: remove the tag
        "#]],
    );
    check_in_control(
        "evidence: [{kind: scan, max_age_days: -1}]",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::bad_value: `max_age_days`: the number `-1` is not a whole number from 0
          5:43-5:45 "-1" 
    "#]],
    );
    check_in_control(
        "evidence: [{max_age_days: 7}]\nexamples: {bad: [{language: python}]}",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::missing_key: the key `kind` is missing
              5:16-5:33 "{max_age_days: 7}" of this
              help: add `kind:` with a value
            yaml::missing_key: the key `code` is missing
              6:22-6:40 "{language: python}" of this
              help: add `code:` with a value
        "#]],
    );
    check_in_control(
        "guidance: {python: [x]}",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: `python` is a list, not a text
          5:24-5:27 "[x]" expected a text
          help: write a text, or a map from language to text
    "#]],
    );
    check_in_control(
        "frameworks: {pci-dss: [8.3], CWE: [CWE-89], iso-27001: A.5, nope: x}",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: item 1 is the number `8.3`, not a text
              5:28-5:31 "8.3" expected a text
              help: put it in quotes: `"8.3"`
            yaml::unknown_value: unknown framework `CWE`
              5:34-5:37 "CWE" not one of the known frameworks
              help: did you mean `cwe`? allowed: `soc2`, `iso27001`, `nist-800-53`, `pci-dss`, `eu-ai-act`, `asvs`, `cwe`, `ssdf`
            yaml::unknown_value: unknown framework `iso-27001`
              5:49-5:58 "iso-27001" not one of the known frameworks
              help: did you mean `iso27001`? allowed: `soc2`, `iso27001`, `nist-800-53`, `pci-dss`, `eu-ai-act`, `asvs`, `cwe`, `ssdf`
            yaml::unknown_value: unknown framework `nope`
              5:65-5:69 "nope" not one of the known frameworks
              help: allowed: `soc2`, `iso27001`, `nist-800-53`, `pci-dss`, `eu-ai-act`, `asvs`, `cwe`, `ssdf`
        "#]],
    );
    check_in_control(
        "frameworks: [cwe]\napplies_to: src",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: `frameworks` is a list, not a map
          5:17-5:22 "[cwe]" expected a map
          help: write `frameworks: {cwe: [CWE-89]}`
        yaml::wrong_type: `applies_to` is a text, not a map
          6:17-6:20 "src" expected `key: value` lines
    "#]],
    );
    check_in_control(
        "frameworks: {cwe: [{id: CWE-89, confidence: sure}]}",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::unknown_value: unknown value `sure`
          5:49-5:53 "sure" not one of the known values
          help: allowed: `low`, `medium`, `high`
    "#]],
    );
    check(
        "version: [1]\ncontrols: []\n",
        &expect![[r#"
            read: ; unreadable: 0
            yaml::wrong_type: `version` is not a text
              1:10-1:13 "[1]" expected a text
              help: write `version: "2.0"`
        "#]],
    );
}

#[test]
fn ids_are_plain() {
    check(
        "controls:\n  - {id: A B, name: n, requirement: It MUST}\n  - {id: \"a\\e[31m\", name: n, requirement: It MUST}\n",
        &expect![[r#"
            read: ; unreadable: 2
            controls::bad_id: `A B` cannot be an id
              2:10-2:13 "A B" 
              help: use at most 64 letters, digits, `-`, `_` and `.`, such as `SEC-001`
            controls::bad_id: `a\u{1b}[31m` cannot be an id
              3:10-3:19 "\"a\\e[31m\"" 
              help: use at most 64 letters, digits, `-`, `_` and `.`, such as `SEC-001`
        "#]],
    );
}

#[test]
fn duplicate_ids_point_at_both() {
    check(
        "controls:\n  - {id: A, name: n, requirement: It MUST}\n  - name: m\n    id: A\n    requirement: It MUST\n",
        &expect![[r#"
            read: A; unreadable: 1
            controls::duplicate_id: the id `A` is given twice
              4:9-4:10 "A" again here
              2:10-2:11 "A" first here
              help: give one of the two another id
        "#]],
    );
    let text: Arc<[u8]> = Arc::from(&b"controls: [{id: A, name: n, requirement: It MUST}]"[..]);
    let loaded =
        load_controls(&[("b.yaml".into(), text.clone()), ("a.yaml".into(), text.clone())], &[]);
    assert_eq!(loaded.set.get("A").unwrap().origin, Origin::Project { path: "a.yaml".into() });
    expect![[r#"
        controls::duplicate_id: the id `A` is given twice
          1:17-1:18 "A" again here
          help: give one of the two another id; the first is in `a.yaml`
    "#]]
    .assert_eq(&render(&loaded.diagnostics, &text));
}

#[test]
fn checks_have_exactly_one_kind() {
    check_in_control(
        "checks:\n  - forbid: {}\n    reach: {}\n  - {}\n  - manual\n  - [forbid]\n  - 1: {}\n  - !forbid {}\n  - documented:",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::tag: the tag `!forbid` is not understood
              12:9-12:19 "!forbid {}" 
              help: remove the tag
        "#]],
    );
    check_in_control(
        "checks: {forbid: {}}",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: `checks` is a map, not a list
          5:13-5:25 "{forbid: {}}" expected a list
          help: write `checks: […]`, or one `- ` line for each item
    "#]],
    );
    check_in_control(
        "verification: [grep]",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: `verification` is a list, not a text
          5:19-5:25 "[grep]" expected a text
    "#]],
    );
}

#[test]
fn bad_globs_are_found_in_their_list() {
    check_in_control(
        "applies_to:\n  paths: ['src/**', 'a[', '', '!']\n  symbols:\n    - ok.*\n    - '{a'\n  routes: {paths: ['/a[z-a]'], methods: [GTE, FETCH]}\n  languages: []",
        &expect![[r#"
            read: ; unreadable: 1
            controls::bad_glob: not a glob: unclosed character class; missing ']'
              6:25-6:29 "'a['" 
              help: `*` stays in a folder, `**` does not; put `\` before a bracket that is meant as such
            controls::bad_glob: the pattern is empty and matches nothing
              6:31-6:33 "''" 
              help: remove it, or write `**` for everything
            controls::bad_glob: the pattern is empty and matches nothing
              6:35-6:38 "'!'" 
              help: remove it, or write `**` for everything
            controls::bad_glob: not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
              9:11-9:15 "'{a'" 
              help: `*` stays in a folder, `**` does not; put `\` before a bracket that is meant as such
            controls::bad_glob: not a glob: invalid range; 'z' > 'a'
              10:24-10:33 "'/a[z-a]'" 
              help: `*` stays in a folder, `**` does not; put `\` before a bracket that is meant as such
            warning controls::unusual_method: `GTE` is not a usual HTTP method
              10:46-10:49 "GTE" 
              help: did you mean `GET`?
            warning controls::unusual_method: `FETCH` is not a usual HTTP method
              10:51-10:56 "FETCH" 
            warning controls::empty_list: an empty `languages` restricts nothing
              11:18-11:20 "[]" 
              help: remove it, or put something in it
        "#]],
    );
}

#[test]
fn examples_are_consistent() {
    check_in_control(
        "examples:\n  good: [{language: python, code: x, line: 1}]\n  bad:\n    - {language: python, code: \"x\\ny\", line: 3}\n    - {language: python, code: x, path: ../x.py}\n    - {language: python, code: x, line: 0}",
        &expect![[r#"
            read: ; unreadable: 1
            controls::bad_example: a good example has no line with a finding
              6:48-6:49 "1" 
              help: remove `line`, or move the example to `bad`
            controls::bad_example: the code has no line 3
              8:50-8:51 "3" 
              help: lines count from 1; this code has 2
            controls::bad_example: the path leaves the project
              9:45-9:52 "../x.py" 
              help: write it from the project's root, such as `src/app.py`
            controls::bad_example: the code has no line 0
              10:45-10:46 "0" 
              help: lines count from 1; this code has 1
        "#]],
    );
}

#[test]
fn weak_statements_are_only_noted() {
    check(
        "controls:\n  - {id: A, name: n, requirement: ' '}\n  - {id: B, name: n, requirement: should be fine}\n",
        &expect![[r#"
            read: A B; unreadable: 0
            warning controls::empty_requirement: the requirement is empty
              2:35-2:38 "' '" 
              help: say what MUST hold
            note controls::no_keyword: the requirement does not say how binding it is
              3:35-3:49 "should be fine" 
              help: use MUST, MUST NOT, SHOULD or MAY, in capitals (RFC 2119, RFC 8174)
        "#]],
    );
}
