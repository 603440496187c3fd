//! What authors want to say of files of configuration, and what it finds.

use expect_test::expect;

use crate::testing::{check_diagnostics, check_local};

/// The recipe of the manual page that names `word`, as a list of checks.
fn recipe(word: &str) -> String {
    let page = include_str!("../config.md");
    let mut found = String::new();
    for paragraph in page.split("\n\n") {
        let is_code = paragraph.lines().all(|line| line.starts_with("    "));
        if is_code && paragraph.contains(word) {
            found = paragraph.lines().map(|line| format!("{}\n", &line[4..])).collect();
        }
    }
    assert!(!found.is_empty(), "no recipe with {word}");
    found
}

#[test]
fn containers_of_every_document_of_a_manifest() {
    check_local(
        &recipe("runAsNonRoot"),
        r"
//- /k8s/app.yaml
kind: Service
metadata: {name: a}
---
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: good
          securityContext: &safe {runAsNonRoot: true}
        - name: aliased
          securityContext: *safe
        - name: bad
          securityContext:
            runAsNonRoot: false
        - name: missing
---
kind: Job
spec: {template: {spec: {containers: [{name: q, securityContext: {runAsNonRoot: 'true'}}]}}}
",
        expect![[r#"
            config: Fail, 5 anchors
              k8s/app.yaml:15: `spec.template.spec.containers[2].securityContext.runAsNonRoot` is `false`: it must be `true`
              k8s/app.yaml:16: `spec.template.spec.containers[3].securityContext.runAsNonRoot` is not set: it must be `true`
              k8s/app.yaml:19: `spec.template.spec.containers[0].securityContext.runAsNonRoot` is `"true"`: it must be `true`
        "#]],
    );
}

#[test]
fn actions_are_pinned() {
    check_local(
        &recipe("jobs.**.uses"),
        r"
//- /.github/workflows/ci.yml
on: push
jobs:
  a:
    uses: org/repo/.github/workflows/x.yml@main
  b:
    steps:
      - uses: actions/checkout@v4
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v4
      - uses: ./local
      - uses: docker://alpine@sha256:abc
      - run: echo uses
",
        expect![[r#"
            config: Fail, 5 anchors
              .github/workflows/ci.yml:4: `jobs.a.uses` is `org/repo/.github/workflows/x.yml@main`: it must match `^\./|^docker://.+@sha256:|@[0-9a-f]{40}$`
              .github/workflows/ci.yml:7: `jobs.b.steps[0].uses` is `actions/checkout@v4`: it must match `^\./|^docker://.+@sha256:|@[0-9a-f]{40}$`
        "#]],
    );
}

#[test]
fn heads_of_pull_requests_are_not_checked_out_with_rights() {
    check_local(
        &recipe("pull_request_target"),
        r"
//- /.github/workflows/a.yml
on: [push, pull_request_target]
jobs:
  a:
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - uses: actions/checkout@v4
//- /.github/workflows/b.yml
on: {pull_request: {}}
jobs:
  a:
    steps:
      - uses: actions/checkout@v4
        with: {ref: '${{ github.head_ref }}'}
//- /.github/workflows/c.yml
on:
  pull_request_target:
jobs: {a: {steps: [{uses: actions/checkout@v4, with: {ref: '${{ github.head_ref }}'}}]}}
",
        expect![[r#"
            config: Fail, 3 anchors
              .github/workflows/a.yml:7: `jobs.a.steps[0].with.ref` is `${{ github.event.pull_request.head.sha }}`: it must not match `github\.event\.pull_request\.head`
              .github/workflows/c.yml:3: `jobs.a.steps[0].with.ref` is `${{ github.head_ref }}`: it must not match `github\.head_ref`
        "#]],
    );
}

#[test]
fn rights_of_the_token_of_a_workflow() {
    check_local(
        &recipe("write-all"),
        r"
//- /.github/workflows/a.yml
on: push
//- /.github/workflows/b.yml
permissions: write-all
//- /.github/workflows/c.yml
permissions:
  contents: read
  packages: write
//- /.github/workflows/d.yml
permissions: read-all
",
        expect![[r#"
            config: Fail, 4 anchors
              .github/workflows/a.yml:1: `permissions` is not set
              .github/workflows/b.yml:1: `permissions` is `write-all`: it must not be `write-all`
            config: Fail, 2 anchors
              .github/workflows/c.yml:3: `permissions.packages` is `write`: it must be one of `read`, `none`
        "#]],
    );
}

#[test]
fn buckets_are_encrypted_by_themselves_or_from_elsewhere() {
    check_local(
        &recipe("aws_s3_bucket"),
        r#"
//- /infra/a.tf
resource "aws_s3_bucket" "own" {
  server_side_encryption_configuration {
    rule {}
  }
}
resource "aws_s3_bucket" "none" {
  bucket = "x"
}
resource "aws_s3_bucket" "elsewhere" {}
//- /infra/b.tf
resource "aws_s3_bucket_server_side_encryption_configuration" "e" {
  bucket = aws_s3_bucket.elsewhere.id
}
//- /other/c.tf
resource "aws_s3_bucket" "elsewhere" {}
//- /broken/d.tf
resource "aws_s3_bucket" {{
"#,
        expect![[r#"
            config: Fail, 4 anchors
              infra/a.tf:6: `resource.aws_s3_bucket.none.server_side_encryption_configuration` is not set
              other/c.tf:1: `resource.aws_s3_bucket.elsewhere.server_side_encryption_configuration` is not set
        "#]],
    );
}

#[test]
fn the_last_user_of_an_image() {
    check_local(
        &recipe("stages[-1].user[-1]"),
        "//- /a/Dockerfile\nFROM x AS build\nUSER app\nFROM y\nRUN z\n//- /b/Dockerfile\nFROM x\nUSER app\nUSER root\n//- /c/Dockerfile.prod\nFROM x\nUSER 10001\n//- /d/Dockerfile\nFROM x\nARG U=1\nUSER $U\n",
        expect![[r#"
            config: Fail, 4 anchors
              a/Dockerfile:1: `stages[-1].user[-1]` is not set
              b/Dockerfile:3: `stages[0].user[1]` is `root`: it must not match `^(root|0)(:|$)`
        "#]],
    );
}

#[test]
fn settings_as_code_and_what_a_condition_decides() {
    check_local(
        &recipe("settings/production.py"),
        "//- /a/settings/production.py\nfrom .base import *\nDEBUG = True\n//- /b/settings/production.py\nDEBUG = False\n//- /c/settings/production.py\nimport os\nDEBUG = os.environ.get('D')\n//- /d/settings/production.py\nX = 1\n",
        expect![[r#"
            config: Fail, 3 anchors
              a/settings/production.py:2: `DEBUG` is `True`: it must not be `true`
        "#]],
    );
}

#[test]
fn numbers_defaults_and_one_of_many() {
    let files = "//- /a.ini\n[s]\nport = 80\nlife = 1000\n//- /b.ini\n[s]\nport = x\n//- /c.toml\n[s]\nport = 8_443\ntags = ['a', 'b']\n";
    let check = |text: &str, expect| check_local(&format!("- config: {text}"), files, expect);
    check(
        "{files: '*', path: s.port, must: {at_least: 1024}}",
        expect![[r#"
        config: Fail, 3 anchors
          a.ini:2: `s.port` is `80`: it must be at least 1024
          b.ini:2: `s.port` is `x`: it must be at least 1024
    "#]],
    );
    check(
        "{files: '*', path: s.life, must: {at_most: 900, default: 600}}",
        expect![[r#"
        config: Fail, 3 anchors
          a.ini:3: `s.life` is `1000`: it must be at most 900
    "#]],
    );
    check(
        "{files: '*.toml', path: 's.tags[*]', must: {equals: b}, any: true}",
        expect![[r#"
        config: Pass, 1 anchors
    "#]],
    );
    check(
        "{files: '*.toml', path: 's.tags', must: {contains: c}}",
        expect![[r#"
        config: Fail, 1 anchors
          c.toml:3: `s.tags` must contain `c`
    "#]],
    );
    check(
        "{files: '*.json', path: x, must: {present: true}}",
        expect![[r#"
        config: NotApplicable, 0 anchors; nothing that `each` and `where` select is in scope
    "#]],
    );
}

#[test]
fn a_value_that_may_be_a_secret_is_not_shown() {
    check_local(
        "- config: {files: '**', path: '**.password', must: {absent: true}}",
        "//- /a.yaml\ndb: {password: hunter2hunter2}\n//- /b.yaml\ndb: {password: ''}\n",
        expect![[r#"
            config: Fail, 2 anchors
              a.yaml:1: `db.password` must not be set
        "#]],
    );
}

#[test]
fn a_file_that_cannot_be_read_or_has_no_format_is_open() {
    check_local(
        "- config: {files: '**', path: a, must: {equals: 1}}",
        "//- /a.json\n{\"a\": 1,\n//- /b.unknown\na=1\n//- /c.env\na=$X\n",
        expect![[r#"
            config: Undetermined, 0 anchors; could not look at `a.json` and 2 more: its JSON is broken in line 2
        "#]],
    );
}

#[test]
fn errors_of_settings() {
    check_diagnostics(
        r"
- config: {files: '*', path: 'a..b', must: {equals: 1}}
- config: {files: '*', where: {'[x': 1}, must: {matches: '('}}
- config: {files: '*', must: {}}
- config: {files: '*', must: {equls: 1}}
",
        expect![[r#"
            checks::path: `a..b` is not a path: a key is missing before a `.`
              at 'a..b'
              paths are like `jobs.*.steps[*].uses`; a key with a dot stands in double quotes
            checks::path: `[x` is not a path: a `[` is not closed
              at 1
              paths are like `jobs.*.steps[*].uses`; a key with a dot stands in double quotes
            checks::condition: pattern `(` is not valid
              at '('
              patterns are Rust's regular expressions
            checks::condition: the condition says nothing
              at {}
              say `equals`, `in`, `matches`, `present`, `absent`, `at_least`, …
            yaml::unknown_key: unknown key `equls`
              at equls
              did you mean `equals`?
        "#]],
    );
}
