//! What each class of requirement file gives: controls, and diagnostics with their places.

use std::fmt::Write;
use std::sync::Arc;

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::testing::render;
use crate::{Check, LoadedControls, Origin, load_controls};

fn load(bytes: &[u8]) -> LoadedControls {
    load_controls(&[(RepoPath::new("requirements/a.yaml"), Arc::from(bytes))], &[])
}

fn check(yaml: &str, expected: &Expect) {
    check_bytes(yaml.as_bytes(), expected);
}

fn check_bytes(bytes: &[u8], expected: &Expect) {
    let loaded = load(bytes);
    let ids: Vec<_> = loaded.set.iter().map(|control| control.id.to_string()).collect();
    let summary = format!("read: {}; unreadable: {}\n", ids.join(" "), loaded.unreadable.len());
    expected.assert_eq(&(summary + &render(&loaded.diagnostics, bytes)));
}

/// One control with `rest` as its further lines.
fn check_in_control(rest: &str, expected: &Expect) {
    let rest: String = rest.lines().flat_map(|line| ["    ", line, "\n"]).collect();
    check(
        &format!("controls:\n  - id: A\n    name: n\n    requirement: It MUST\n{rest}"),
        expected,
    );
}

pub(crate) const SEED: &str = r#"version: "2.0"
controls:
  - id: "SEC-001"
    name: "Encryption at Rest"
    requirement: "All sensitive data must be encrypted using AES-256-GCM"
    implementation: |
      from cryptography.hazmat.primitives.ciphers.aead import AESGCM
      key = AESGCM.generate_key(bit_length=256)
    verification: "grep -r 'AESGCM' --include='.py'"
  - id: "SEC-002"
    name: "API Authentication"
    requirement: "Implement OAuth 2.0 with PKCE"
    implementation: |
      from oauthlib.oauth2 import BackendApplicationServer
      server = BackendApplicationServer()
    verification: "grep -r 'oauthlib' --include='.py'"
  - id: "SEC-003"
    name: "Audit Logging"
    requirement: "Log all access to PII with full context"
    implementation: |
      import logging
      logging.info(f"PII access: user={user_id}, action={action}, ip={ip}")
    verification: "grep -r 'logging.info.PII' --include='.py'"
"#;

pub(crate) const FULL: &str = r#"version: 2.0
controls:
  - id: SEC-014
    name: No SQL built from strings
    requirement: SQL statements MUST NOT be assembled from strings that hold input.
    severity: critical                  # critical, high, medium (default), low
    rationale: One interpolated value gives the whole table away.
    guidance: {general: Pass values as parameters., python: "Use `?`."}
    owner: platform-security
    tags: [injection]
    frameworks: {soc2: [CC8.1], cwe: CWE-89, asvs: [{id: V1.2.4, confidence: high}]}
    applies_to:
      paths: ["src/**", "!src/vendor/**"]
      languages: [Python]
      symbols: ["shop.db.*"]
      routes: {methods: [post, PUT], paths: ["!/health"]}
    checks:
      - forbid: {language: python, rule: {pattern: "$C.execute(f$S)"}}
      - reach: {from: routes, must: ["shop.auth.check_token"]}
      - manual: {instruction: "Read every new query with its caller."}
    evidence: [{kind: scan, max_age_days: 7}]
    examples:
      good: [{language: python, code: "cur.execute('… WHERE id = ?', (user_id,))"}]
      bad: [{language: python, code: "cur.execute(f'… WHERE id = {user_id}')", line: 1}]
"#;

#[test]
fn older_form_loads_with_its_verification_as_a_check() {
    check(
        SEED,
        &expect![[r#"
        read: SEC-001 SEC-002 SEC-003; unreadable: 0
        note controls::no_keyword: the requirement does not say how binding it is
          5:18-5:74 "\"All sensitive data must be encrypted using AES-256-GCM\"" 
          help: use MUST, MUST NOT, SHOULD or MAY, in capitals (RFC 2119, RFC 8174)
        note controls::no_keyword: the requirement does not say how binding it is
          12:18-12:49 "\"Implement OAuth 2.0 with PKCE\"" 
          help: use MUST, MUST NOT, SHOULD or MAY, in capitals (RFC 2119, RFC 8174)
        note controls::no_keyword: the requirement does not say how binding it is
          19:18-19:59 "\"Log all access to PII with full context\"" 
          help: use MUST, MUST NOT, SHOULD or MAY, in capitals (RFC 2119, RFC 8174)
    "#]],
    );
    let loaded = load(SEED.as_bytes());
    let control = loaded.set.get("SEC-001").unwrap();
    let (span, raw) = control.checks[0].raw(&[]).unwrap();
    assert_eq!(&SEED[span.start as usize..span.end as usize], raw);
    expect![[r#""grep -r 'AESGCM' --include='.py'""#]].assert_eq(raw);
}

#[test]
fn full_form_loads() {
    check(
        FULL,
        &expect![[r#"
        read: SEC-014; unreadable: 0
    "#]],
    );
    let loaded = load(FULL.as_bytes());
    let control = loaded.set.get("SEC-014").unwrap();
    assert!(FULL[control.span.start as usize..].starts_with("id: SEC-014"));
    let Check { kind, settings, ordinal, path, .. } = &control.checks[1];
    let shown = format!(
        "{} by {:?}, tags {:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{kind} {ordinal} {path:?} {settings:?}\n{:?}",
        control.severity as u8,
        control.owner,
        control.tags,
        control.guidance,
        control.frameworks,
        control.applies_to,
        control.evidence,
        control.examples,
    );
    expect![[r#"
        3 by Some("platform-security"), tags ["injection"]
        Guidance { general: Some("Pass values as parameters."), by_language: {"python": "Use `?`."} }
        {Soc2: [FrameworkReference { id: "CC8.1", confidence: None }], Asvs: [FrameworkReference { id: "V1.2.4", confidence: Some(High) }], Cwe: [FrameworkReference { id: "CWE-89", confidence: None }]}
        Scope { paths: ["src/**", "!src/vendor/**"], languages: ["python"], symbols: ["shop.db.*"], routes: Some(RouteScope { methods: ["POST", "PUT"], paths: ["!/health"] }) }
        [EvidenceRequest { kind: "scan", max_age_days: Some(7) }]
        reach 1 [Key("checks"), Index(1), Key("reach")] Mapping {"from": String("routes"), "must": Sequence [String("shop.auth.check_token")]}
        Examples { good: [Example { language: "python", code: "cur.execute('… WHERE id = ?', (user_id,))", path: None, line: None }], bad: [Example { language: "python", code: "cur.execute(f'… WHERE id = {user_id}')", path: None, line: Some(1) }] }"#]].assert_eq(&shown);
}

#[test]
fn each_bad_control_costs_itself_alone() {
    check(
        "controls:\n  - id: A\n    name: n\n    requirement: It MUST\n    severity: urgent\n  - id: B\n    name: n\n    requirement: It MUST\n  - id: C\n    name: [n]\n    requirment: It MUST\n",
        &expect![[r#"
            read: B; unreadable: 2
            yaml::unknown_value: unknown value `urgent`
              5:15-5:21 "urgent" not one of the known values
              help: allowed: `low`, `medium`, `high`, `critical`
            yaml::missing_key: the key `requirement` is missing
              9:5-9:10 "id: C" of this
              help: add `requirement:` with a value
            yaml::wrong_type: `name` is a list, not a text
              10:11-10:14 "[n]" expected a text
            yaml::unknown_key: unknown key `requirment`
              11:5-11:15 "requirment" not a key of this map
              help: did you mean `requirement`?
        "#]],
    );
}

#[test]
fn syntax_error_in_one_control_leaves_the_others() {
    check(
        "version: '1'\ncontrols:\n  - id: A\n    name: \"n\n    requirement: It MUST\n  - id: B\n    name: n: m\n    requirement: It MUST\n  - id: C\n    name: n\n    requirement: It MUST\n",
        &expect![[r#"
            read: C; unreadable: 2
            yaml::syntax: not valid YAML: found unexpected end of stream, while scanning a quoted scalar
              5:25-5:25 "" here
              help: close the quote, or double it if it is part of the text
            yaml::syntax: not valid YAML: mapping values are not allowed in this context
              7:12-7:13 ":" here
              help: put a text that holds `: ` in quotes, and check the indentation of this line
        "#]],
    );
}

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
              help: known here: `id`, `name`, `requirement`, `severity`, `rationale`, `guidance`, `implementation`, `owner`, `tags`, `frameworks`, `applies_to`, `checks`, `verification`, `evidence`, `examples`
            yaml::unknown_key: unknown key `1`
              7:5-7:6 "1" not a key of this map
              help: known here: `id`, `name`, `requirement`, `severity`, `rationale`, `guidance`, `implementation`, `owner`, `tags`, `frameworks`, `applies_to`, `checks`, `verification`, `evidence`, `examples`
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
fn project_control_replaces_that_of_a_catalogue() {
    let project: Arc<[u8]> =
        Arc::from(&b"controls: [{id: A, name: mine, requirement: It MUST}]"[..]);
    let catalogue = "controls: [{id: A, name: theirs, requirement: It MUST}, {id: B, name: b, requirement: It MUST}]";
    let loaded = load_controls(&[("a.yaml".into(), project)], &[("web", catalogue)]);
    assert_eq!(loaded.diagnostics, []);
    let shown: Vec<_> =
        loaded.set.iter().map(|it| format!("{} {} {:?}", it.id, it.name, it.origin)).collect();
    expect![[r#"
        A mine Project { path: `a.yaml` }
        B b Catalogue { name: "web" }"#]]
    .assert_eq(&shown.join("\n"));
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
            warning controls::unusual_method: `GTE` is no usual HTTP method
              10:46-10:49 "GTE" 
              help: did you mean `GET`?
            warning controls::unusual_method: `FETCH` is no usual HTTP method
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
fn anchors_work_inside_a_control_only() {
    check(
        "controls:\n  - id: A\n    name: &n n\n    requirement: It MUST\n    owner: *n\n    evidence: [&e {kind: scan}, {<<: *e, max_age_days: 3}]\n  - id: B\n    name: *n\n    requirement: It MUST\n  - id: C\n    name: *nowhere\n    requirement: It MUST\n",
        &expect![[r#"
            read: A; unreadable: 2
            yaml::foreign_anchor: the anchor `n` is defined outside of this entry
              8:11-8:13 "*n" used here
              help: each entry is read on its own: repeat the value here, or define the anchor inside this entry
            yaml::unknown_anchor: the anchor `nowhere` is not defined
              11:11-11:19 "*nowhere" used here
              help: write `&nowhere` before the value that is meant, earlier in the same entry
        "#]],
    );
    check(
        "controls:\n  - id: A\n    name: &n n\n    requirement: It MUST\n  - id: B\n    name: *n\n    requirement: It MUST\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::foreign_anchor: the anchor `n` is defined outside of this entry
              6:11-6:13 "*n" used here
              help: each entry is read on its own: repeat the value here, or define the anchor inside this entry
        "#]],
    );
}

#[test]
fn alias_bombs_and_deep_nesting_are_refused() {
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(bomb, "a{level}: &a{level} [*a{below}, *a{below}, *a{below}, *a{below}]").unwrap();
    }
    check_in_control(
        &bomb,
        &expect![[r#"
        read: ; unreadable: 1
        yaml::too_many_aliases: aliases repeat too much
          2:5-2:10 "id: A" in this
          help: write the values out: aliases of aliases multiply
    "#]],
    );
    check_in_control(
        &format!("tags: {}", "[".repeat(300) + &"]".repeat(300)),
        &expect![[r#"
        read: ; unreadable: 1
        yaml::too_deep: nested too deeply
          5:138-5:139 "[" beyond 128 levels here
          help: no control needs this: flatten the value
    "#]],
    );
    for hostile in ["[", "{", "- ", "? ", "- ? ", "{a: ", "&a ", "!a ", "a: "] {
        let loaded = load(format!("controls:\n  - {}", hostile.repeat(60_000)).as_bytes());
        assert!(loaded.set.is_empty() && !loaded.unreadable.is_empty(), "{hostile}");
    }
    // A long list in flow style: each control is short, and the lines tell them apart.
    let many = "  - {id: A, name: n, requirement: It MUST, tags: [a]}\n".repeat(4_000);
    let loaded = load(format!("controls:\n{many}").as_bytes());
    assert_eq!((loaded.set.iter().count(), loaded.unreadable.len()), (1, 3_999));
    check(
        &format!("controls: [{}]\n", many.replace("  -", "").replace('\n', ",")),
        &expect![[r#"
            read: ; unreadable: 1
            yaml::layout: the entries of `controls` cannot be told apart
              1:1-1:204013 "controls: [ {id: A, name: n, requirement: It MUST, tags: [a]" this line is no part of it
              help: write the list in block style: one `- ` per entry, all in the same column
        "#]],
    );
    let stairs: String =
        (0..600).flat_map(|depth| ["  ".repeat(depth), "- a:\n".to_owned()]).collect();
    check(
        &format!("controls:\n{stairs}"),
        &expect![[r#"
        read: ; unreadable: 1
        yaml::too_deep: nested too deeply
          66:131-66:132 "a" beyond 128 levels here
          help: no control needs this: flatten the value
    "#]],
    );
}

#[test]
fn other_encodings_are_told() {
    check_bytes(
        b"\xEF\xBB\xBFcontrols:\r\n  - id: A\r\n    nam: n\r\n    requirement: It MUST\r\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::missing_key: the key `name` is missing
              2:5-2:10 "id: A" of this
              help: add `name:` with a value
            yaml::unknown_key: unknown key `nam`
              3:5-3:8 "nam" not a key of this map
              help: did you mean `name`?
        "#]],
    );
    check_bytes(
        b"controls:\n  - id: \xE9t\xE9\n",
        &expect![[r#"
            read: ; unreadable: 0
            yaml::encoding: the file is not valid UTF-8
              2:9-2:10 "�" this is no character
              help: save it as UTF-8
        "#]],
    );
    let utf_16: Vec<u8> = "controls:\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_bytes(
        &utf_16,
        &expect![[r#"
            read: ; unreadable: 0
            yaml::encoding: the file is in UTF-16 or UTF-32, not in UTF-8
              help: save it as UTF-8
        "#]],
    );
    check_bytes(
        &[&[0xFE, 0xFF], &utf_16[..]].concat(),
        &expect![[r#"
            read: ; unreadable: 0
            yaml::encoding: the file is in UTF-16 or UTF-32, not in UTF-8
              help: save it as UTF-8
        "#]],
    );
    check_bytes(
        b"controls:\n  - id: A\x1B\n",
        &expect![[r#"
            read: ; unreadable: 0
            yaml::control_character: the character U+001B may not stand in YAML
              2:10-2:11 "\u{1b}" here
              help: remove it, or write it as an escape in double quotes
        "#]],
    );
    check_bytes(
        &vec![b' '; 5 << 20],
        &expect![[r#"
            read: ; unreadable: 0
            yaml::too_large: the file has 5242880 bytes, more than 4194304
              help: split it into several files
        "#]],
    );
}

#[test]
fn files_of_another_shape_are_told() {
    check(
        "",
        &expect![[r#"
            read: ; unreadable: 0
            warning yaml::empty: the file is empty
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "# nothing yet\n",
        &expect![[r#"
            read: ; unreadable: 0
            warning yaml::empty: the file is empty
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "- id: A\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: the file is a list, not a map with `controls`
          1:1-1:8 "- id: A" 
          help: write `controls:` and its list under it
    "#]],
    );
    check(
        "\nhello\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::wrong_type: the file is a single value, not a map with `controls`
          2:1-2:6 "hello" 
          help: write `controls:` and its list under it
    "#]],
    );
    check(
        "controls:\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `controls` is empty
              1:1-1:9 "controls" 
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "controls: {A: {}}\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `controls` is a map, not a list
              1:11-1:18 "{A: {}}" 
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "controls: 3\n",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::wrong_type: `controls` is a single value, not a list
              1:11-1:12 "3" 
              help: write `controls:` and its list under it
        "#]],
    );
    check(
        "version: 1\n",
        &expect![[r#"
        read: ; unreadable: 0
        warning yaml::nothing_listed: the file has no `controls`
          help: write `controls:` and its list under it
    "#]],
    );
    check(
        "controls: []\n",
        &expect![[r#"
        read: ; unreadable: 0
    "#]],
    );
    check(
        "---\ncontrols:\n- id: A\n  name: n\n  requirement: It MUST\n---\ncontrols:\n- id: B\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::several_documents: the file holds more than one document
              6:1-6:4 "---" what follows is not read
              help: move it into a file of its own
        "#]],
    );
    check(
        "---\ncontrols:\n- id: A\n  name: n\n  requirement: It MUST\n...\n",
        &expect![[r#"
        read: A; unreadable: 0
    "#]],
    );
}

#[test]
fn syntax_errors_say_what_to_do() {
    check(
        "controls:\n\t- id: A\n",
        &expect![[r#"
            read: ; unreadable: 2
            yaml::syntax: not valid YAML: found character that cannot start any token, while scanning for the next token
              2:1-2:2 "\t" here
              help: YAML is indented with spaces: replace the tab
            yaml::missing_key: the key `name` is missing
              2:4-2:9 "id: A" of this
              help: add `name:` with a value
            yaml::missing_key: the key `requirement` is missing
              2:4-2:9 "id: A" of this
              help: add `requirement:` with a value
        "#]],
    );
    check_in_control(
        "owner: @team",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: found character that cannot start any token, while scanning for the next token
          5:12-5:13 "@" here
          help: put the value in quotes: it starts with a character that means something in YAML
    "#]],
    );
    check_in_control(
        "tags: [a, b",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: did not find expected ',' or ']', while parsing a flow sequence
          5:16-5:16 "" here
          help: close the bracket, and put commas between its items
    "#]],
    );
    check_in_control(
        "owner: \"a\\d\"",
        &expect![[r#"
            read: ; unreadable: 1
            yaml::syntax: not valid YAML: found unknown escape character, while parsing a quoted scalar
              5:14-5:15 "\\" here
              help: use single quotes: in double quotes a backslash begins an escape sequence
        "#]],
    );
    check_in_control(
        " owner: b",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: mapping values are not allowed in this context
          5:11-5:12 ":" here
          help: put a text that holds `: ` in quotes, and check the indentation of this line
    "#]],
    );
    check(
        "controls: [{id: A]\n",
        &expect![[r#"
        read: ; unreadable: 1
        yaml::syntax: not valid YAML: did not find expected ',' or '}', while parsing a flow mapping
          1:18-1:19 "]" here
          help: close the bracket, and put commas between its items
    "#]],
    );
    check(
        "controls:\n  - {id: A, name: n, requirement: It MUST}\nversion: \"1\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::wrong_type: `version` is not a text
              3:9-3:12 " \"1" expected a text
              help: write `version: "2.0"`
            yaml::syntax: not valid YAML: found unexpected end of stream, while scanning a quoted scalar
              4:1-4:1 "" here
              help: close the quote, or double it if it is part of the text
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

#[test]
fn flow_style_is_split_too() {
    check(
        "{version: 1, controls: [{id: A, name: n, requirement: It MUST}, {id: B, name: n,\nrequirement: 1}]}\n",
        &expect![[r#"
            read: A; unreadable: 1
            yaml::wrong_type: `requirement` is the number `1`, not a text
              2:14-2:15 "1" expected a text
              help: put it in quotes: `"1"`
        "#]],
    );
    check(
        "\"controls\": # here\n\n# x\n-   # first\n    id: A\n    name: >\n      n\n      - m\n    requirement: |\n      It MUST\n# end\n- {id: B, name: n, requirement: It MUST}\nversion: 1\n",
        &expect![[r#"
            read: B; unreadable: 1
            yaml::wrong_type: this control is a list, not a map
              4:1-4:12 "-   # first" expected `key: value` lines
        "#]],
    );
    check(
        "controls:\n  - id: A\n    name: \"n\n  - m\"\n    requirement: It MUST\n",
        &expect![[r#"
            read: ; unreadable: 3
            yaml::layout: the entries of `controls` cannot be told apart
              help: write the list in block style: one `- ` per entry, all in the same column
            yaml::syntax: not valid YAML: found unexpected end of stream, while scanning a quoted scalar
              3:13-3:13 "" here
              help: close the quote, or double it if it is part of the text
            yaml::syntax: not valid YAML: mapping values are not allowed in this context
              5:16-5:17 ":" here
              help: put a text that holds `: ` in quotes, and check the indentation of this line
        "#]],
    );
}
