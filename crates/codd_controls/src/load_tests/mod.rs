//! What each class of requirement file gives: controls, and diagnostics with their places.

mod files;
mod keys;
mod values;

use std::sync::Arc;

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::testing::render;
use crate::{Check, LoadedControls, load_controls};

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
        Scope { paths: ["src/**", "!src/vendor/**"], languages: ["python"], symbols: ["shop.db.*"], routes: Some(RouteScope { methods: ["POST", "PUT"], paths: ["!/health"] }), leaves_tests_out: false }
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
