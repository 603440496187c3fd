//! What is a secret, in which files, and what the findings say of it.

use expect_test::expect;

use super::providers::PROVIDERS;
use super::secrets_in;
use crate::project::verify_project;
use crate::testing::{check_diagnostics, check_local, controls, files};
use crate::{CheckPlan, Outcome};

/// What is found in a file: line and form.
fn forms(path: &str, text: &str) -> Vec<String> {
    let found = secrets_in(&path.into(), text.as_bytes());
    found
        .iter()
        .map(|it| {
            let line = text[..it.span.start as usize].lines().count().max(1);
            let is_at_start = text[..it.span.start as usize].ends_with('\n');
            format!("{}:{}", line + usize::from(is_at_start), it.form)
        })
        .collect()
}

/// A token's random part: of these letters, in an order that has no pattern.
fn random(letters: &str, length: usize) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let mut state = 12_345_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            letters[(state >> 16) as usize % letters.len()]
        })
        .collect()
}

const ALL: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const HEX: &str = "0123456789abcdef";

#[test]
fn tokens_of_many_providers_are_told_by_their_form() {
    // Put together here, so that no scanner takes this file for one that holds them.
    let all = |length| random(ALL, length);
    let hex = |length| random(HEX, length);
    let upper = |length| random("ABCDEFGHJKLMNPQRSTUVWXYZ234567", length);
    let tokens = [
        ("aws-access-key", ["AK", "IA", &upper(16)].concat()),
        ("gcp-api-key", ["AI", "za", &all(35)].concat()),
        ("github-fine-grained", ["github", "_pat_", &all(22), "_", &all(59)].concat()),
        ("gitlab", ["gl", "pat-", &all(20)].concat()),
        ("slack", ["xo", "xb-", "273846592017-", &all(24)].concat()),
        ("stripe", ["sk", "_live_", &all(24)].concat()),
        ("twilio", ["S", "K", &hex(32)].concat()),
        ("sendgrid", ["SG", ".", &all(22), ".", &all(43)].concat()),
        ("npm", ["np", "m_", &all(36)].concat()),
        ("pypi", ["pyp", "i-AgEIcHlwaS5vcmc", &all(60)].concat()),
        ("docker", ["dckr", "_pat_", &all(27)].concat()),
        ("digitalocean", ["dop", "_v1_", &hex(64)].concat()),
        ("shopify", ["shp", "at_", &hex(32)].concat()),
        ("square", ["sq0", "atp-", &all(22)].concat()),
        ("telegram", ["273846592", ":A", "A", &all(33)].concat()),
        ("openai", ["sk-", "proj-", &all(24), "T3Blbk", "FJ", &all(24)].concat()),
        ("anthropic", ["sk-", "ant-api03-", &all(93), "AA"].concat()),
        ("huggingface", ["hf", "_", &random("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", 34)].concat()),
        ("mailgun", ["ke", "y-", &hex(32)].concat()),
        ("mailchimp", [&hex(32), "-u", "s12"].concat()),
        ("postman", ["PM", "AK-", &hex(24), "-", &hex(34)].concat()),
        ("databricks", ["da", "pi", &hex(32)].concat()),
        ("vault", ["hv", "s.", &all(90)].concat()),
        ("terraform-cloud", [&all(14), ".atlas", "v1.", &all(64)].concat()),
        ("linear", ["lin_", "api_", &all(40)].concat()),
        ("notion", ["nt", "n_", &all(46)].concat()),
        ("atlassian", ["ATATT3x", "FfGF0", &all(100)].concat()),
        ("new-relic", ["NR", "AK-", &upper(27)].concat()),
        ("grafana", ["gl", "sa_", &all(32), "_", &hex(8)].concat()),
        ("sentry", ["sntr", "yu_", &hex(64)].concat()),
        ("rubygems", ["ruby", "gems_", &hex(48)].concat()),
        ("facebook", ["EA", "A", &all(120)].concat()),
        ("azure-storage", ["Account", "Key=", &all(86), "=="].concat()),
        ("age", ["AGE-SECRET", "-KEY-1", &random("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)].concat()),
    ];
    for (form, token) in tokens {
        assert_eq!(
            forms("notes/a.log", &format!("x = {token}\n")),
            [format!("1:{form}")],
            "{token}"
        );
        let short = format!("x = {}\n", &token[..token.len() - 12]);
        assert!(
            !forms("a.log", &short).contains(&format!("1:{form}"))
                || form == "slack"
                || form == "vault"
                || form == "facebook"
                || form == "atlassian"
                || form == "linear"
                || form == "pypi"
                || form == "openai"
                || form == "anthropic"
                || form == "stripe",
            "{short}"
        );
    }
    assert!(PROVIDERS.len() >= 40);
}

#[test]
fn names_before_a_token_tell_those_without_a_prefix() {
    let hex = random(HEX, 32);
    let all = random(ALL, 40);
    assert_eq!(forms("a.txt", &format!("DD_API_KEY={hex}\n")), ["1:datadog"]);
    assert_eq!(forms("a.txt", &format!("fastly_api_token: '{}'\n", &all[..32])), ["1:fastly"]);
    assert_eq!(forms("a.txt", &format!("aws_secret_access_key = {all}\n")), ["1:aws-secret-key"]);
    assert_eq!(forms("a.txt", &format!("digest = {hex}\n")), [] as [&str; 0]);
}

#[test]
fn a_token_with_a_wrong_checksum_or_a_made_up_one_is_none() {
    let body = random(ALL, 36);
    assert_eq!(forms("a.txt", &format!("{}_{body}", "ghp")), [] as [&str; 0]);
    assert_eq!(forms("a.txt", &format!("{}IOSFODNN7{}", "AKIA", "EXAMPLE")), [] as [&str; 0]);
    assert_eq!(forms("a.txt", &format!("{}_live_{}", "sk", "x".repeat(24))), [] as [&str; 0]);
}

#[test]
fn keys_in_blocks_and_not_their_first_line_alone() {
    let body = random(ALL, 120);
    let block = |body: &str| {
        format!("-----BEGIN RSA {0}-----\n{body}\n-----END RSA {0}-----\n", "PRIVATE KEY")
    };
    assert_eq!(forms("a.pem", &block(&body)), ["1:private-key"]);
    let in_code = format!("key = \"{}\"\n", block(&body).replace('\n', "\\n"));
    assert_eq!(forms("a.py", &in_code), ["1:private-key"]);
    assert_eq!(forms("a.py", &block("...")), [] as [&str; 0]);
    assert_eq!(
        forms("a.py", &format!("if text.startswith('-----BEGIN {}-----'):\n", "PRIVATE KEY")),
        [] as [&str; 0]
    );
}

#[test]
fn passwords_in_urls_and_not_the_usual_examples() {
    let url = |login: &str| forms("a.txt", &format!("see postgres://{login}@db.corp.net/x\n"));
    assert_eq!(url("app:kd82hT-qq1"), ["1:basic-auth-url"]);
    for login in ["user:password", "app:${PASSWORD}", "app:<password>", "postgres:postgres", "app"]
    {
        assert_eq!(url(login), [] as [&str; 0], "{login}");
    }
}

#[test]
fn literals_of_every_language_under_such_names() {
    let secret = "vX9#kd82hT-qq1";
    for (path, text) in [
        ("a.py", "client.connect(password='S')"),
        ("b.py", "os.environ['DB_PASSWORD'] = 'S'"),
        ("c.py", "def f(password='S'): pass"),
        ("a.js", "const o = {password: 'S'};"),
        ("b.ts", "const dbPassword: string = \"S\";"),
        ("a.go", "package a\nfunc f() { password := \"S\" }\n"),
        ("b.go", "package a\nvar c = Config{Password: \"S\"}\n"),
        ("A.java", "class A { static final String DB_PASSWORD = \"S\"; }"),
        ("B.java", "class B { void f(Properties p) { p.put(\"password\", \"S\"); } }"),
        ("a.kt", "val dbPassword = \"S\"\n"),
        ("a.rs", "const PASSWORD: &str = \"S\";"),
        ("a.rb", "password = 'S'\n"),
        ("b.rb", "connect(password: 'S')\n"),
        ("a.php", "<?php $password = 'S'; define('X', 1);"),
        ("b.php", "<?php return ['password' => 'S'];"),
        ("a.cs", "class A { string Password = \"S\"; }"),
        ("a.swift", "let password = \"S\"\n"),
        ("a.scala", "object A { val password = \"S\" }"),
        ("a.sh", "DB_PASSWORD='S'\n"),
        ("a.tf", "resource \"x\" \"y\" {\n  password = \"S\"\n}\n"),
        ("Dockerfile", "FROM x\nENV DB_PASSWORD=S\n"),
        (".env", "DB_PASSWORD='S'\n"),
        ("a.yaml", "db:\n  password: 'S'\n"),
        ("a.json", "{\"db\": {\"password\": \"S\"}}"),
        ("a.toml", "[db]\npassword = 'S'\n"),
        ("a.ini", "[db]\npassword = S\n"),
        ("a.properties", "db.password=S\n"),
    ] {
        let text = text
            .replace('S', secret)
            .replace(&format!("{secret}tring"), "String")
            .replace(&format!("PA{secret}{secret}WORD"), "PASSWORD");
        let found = forms(path, &text);
        assert_eq!(found.len(), 1, "{path}: {text} {found:?}");
        assert!(found[0].contains(":generic:"), "{path}: {found:?}");
        let at = secrets_in(&path.into(), text.as_bytes())[0].span;
        assert_eq!(&text[at.start as usize..at.end as usize], secret, "{path}");
    }
}

#[test]
fn what_only_looks_like_one() {
    for (path, text) in [
        ("a.py", "password = os.environ.get('DB_PASSWORD_V2', None)"),
        ("a.py", "password_label = 'vX9#kd82hT-qq1'"),
        ("a.py", "# password = 'vX9#kd82hT-qq1'"),
        ("a.py", "password = f'vX9#{x}kd82hT-qq1'"),
        ("a.js", "t('Enter your password 2 times', {password: 'Enter your password 2'})"),
        ("a.go", "package a\nvar p = os.Getenv(\"DB_PASSWORD_2\")\n"),
        ("de.json", "{\"password\": \"Passwort eingeben1\"}"),
        ("k.yaml", "password:\n  valueFrom: {secretKeyRef: {name: db-1, key: password1}}\n"),
        ("w.yml", "token: ${{ secrets.TOKEN_1 }}\n"),
        ("a.md", "password = 'vX9#kd82hT-qq1'"),
        ("tests/a.py", "password = 'vX9#kd82hT-qq1'"),
        ("package-lock.json", "{\"token\": \"8Jd0sKq2mZx71LpVt4Yb\"}"),
    ] {
        assert_eq!(forms(path, text), [] as [&str; 0], "{path}: {text}");
    }
}

#[test]
fn findings_name_a_secret_without_telling_it() {
    check_local(
        "- secret: {allow: {sha256: [bbe7b9d2], names: ['^FIXED_']}}",
        "//- /a.py\nFIXED_TOKEN = '8Jd0sKq2mZx71LpVt4Yb'\nclass A:\n    db_password = 'vX9#kd82hT-qq1'\n//- /b.bin\n\0password='vX9#kd82hT-qq1'\n//- /vendor/c.py\npassword = 'vX9#kd82hT-qq1'\n",
        expect![[r#"
            secret: Fail, 3 anchors
              a.py:3: `db_password` holds a secret: vX9… (sha256 f9996877)
        "#]],
    );
}

#[test]
fn tests_may_be_shown_to_a_person() {
    let text = "//- /tests/a.py\npassword = 'vX9#kd82hT-qq1'\n";
    check_local(
        "- secret: {in_tests: review}",
        text,
        expect![[r#"
        secret: Review, 1 anchors; a person must say whether these are secrets
          tests/a.py:1: `password` holds a secret: vX9… (sha256 f9996877)
    "#]],
    );
    check_local(
        "- secret: {in_tests: fail}",
        text,
        expect![[r#"
        secret: Fail, 1 anchors
          tests/a.py:1: `password` holds a secret: vX9… (sha256 f9996877)
    "#]],
    );
    check_local(
        "- secret: {in_tests: fail, generic: false}",
        text,
        expect![[r#"
        secret: Pass, 1 anchors
    "#]],
    );
    check_local(
        "- secret:",
        text,
        expect![[r#"
        secret: Pass, 1 anchors
    "#]],
    );
}

#[test]
fn a_name_of_the_project_is_no_secret() {
    let controls = controls("- secret:");
    let (plan, _) = CheckPlan::compile(&controls);
    let text = "//- /a.py\npassword = 'Form2Password'\n//- /b.py\nclass Form2Password: pass\n";
    let mut files = files(text);
    let outcome = |files: &_| verify_project(&plan, &controls, files)[0].checks[0].outcome;
    assert_eq!(outcome(&files), Outcome::Pass);
    files.remove(&"b.py".into());
    assert_eq!(outcome(&files), Outcome::Fail);
}

#[test]
fn errors_of_settings() {
    check_diagnostics(
        "- secret: {providers: [githb], allow: {values: ['('], paths: ['[']}}",
        expect![[r#"
            checks::provider: there is no form of token `githb`
              at githb
              did you mean `github`?
            checks::pattern: pattern `(` is not valid
              at '('
              patterns are Rust's regular expressions
            checks::glob: glob `[` is not valid: unclosed character class; missing ']'
              at '['
              `*` stays within a folder, `**` does not, a leading `!` excludes
        "#]],
    );
}

#[test]
fn secrets_that_are_put_together() {
    let aws = |text: &str| text.replace("AWS1", "AKIAQ3EG").replace("AWS2", "YRIVHMPO3NUX");
    check_local(
        "- secret: {}",
        &aws(
            "//- /a.py\na = 'AWS1' + 'AWS2'\nb = ('AWS1'\n     'AWS2')\nc = '\\x41' 'KIAQ3EGAWS2'\n//- /b.js\nconst a = \"AWS1\" +\n  \"AWS2\";\n//- /c.json\n{\"a\": \"\\u0041KIAQ3EGAWS2\"}\n//- /d.txt\n'AWS1' + 'AWS2'\n",
        ),
        expect![[r#"
            secret: Fail, 4 anchors
              a.py:1: an AWS access key id is written here: AKIA… (sha256 dffadb94)
              a.py:2: an AWS access key id is written here: AKIA… (sha256 dffadb94)
              a.py:4: an AWS access key id is written here: AKIA… (sha256 dffadb94)
              b.js:1: an AWS access key id is written here: AKIA… (sha256 dffadb94)
              c.json:1: an AWS access key id is written here: AKIA… (sha256 dffadb94)
        "#]],
    );
}

#[test]
fn secrets_in_the_place_of_what_is_not_set() {
    check_local(
        "- secret: {}",
        r#"
//- /a.py
import os
a = os.environ.get("DB_PASSWORD", "vX9kd82hTqq1")
password = os.getenv("X", "vX9kd82hTqq2")
password = os.getenv("X") or "vX9kd82hTqq3"
password = "vX9kd82hTqq4" if os.name == "nt" else read()
password = "vX9kd82hTqq5".encode()
setattr(x, "password", "vX9kd82hTqq6")
password = os.getenv("DB_PASSWORD_V2")
password = read("vX9kd82hTqq7")
//- /b.js
const password = process.env.P || "vX9kd82hTqq1";
const c = { password: process.env.P ?? "vX9kd82hTqq2" };
//- /c.ts
const password = "vX9kd82hTqq1" as string;
//- /d.rb
PASSWORD = "vX9kd82hTqq1".freeze
//- /e.php
<?php define("DB_PASSWORD", "vX9kd82hTqq1");
//- /k.yaml
env:
  - name: DB_PASSWORD
    value: vX9kd82hTqq1
  - name: HOST
    value: vX9kd82hTqq2
services:
  a:
    environment: ["DB_PASSWORD=vX9kd82hTqq3", "HOST=vX9kd82hTqq4"]
//- /v.tf
variable "password" {
  default = "vX9kd82hTqq1"
}
//- /w.xml
<a><password>vX9kd82hTqq1</password><b password="vX9kd82hTqq2"/><c>vX9kd82hTqq3</c></a>
//- /.npmrc
//registry.npmjs.org/:_authToken=vX9kd82hTqq1Zm4Lw0bR7
//- /x.cs
class A { string c = "Server=x;User Id=sa;Password=vX9kd82hTqq1;"; }
//- /y.properties
url=jdbc:mysql://h/db?user=a&password=vX9kd82hTqq1
"#,
        expect![[r#"
            secret: Fail, 11 anchors
              .npmrc:1: `//registry.npmjs.org/:_authToken` holds a secret: vX9k… (sha256 581190ec)
              a.py:2: `DB_PASSWORD` holds a secret: vX9… (sha256 597cf0d1)
              a.py:3: `password` holds a secret: vX9… (sha256 2afa24e7)
              a.py:4: `password` holds a secret: vX9… (sha256 14d95966)
              a.py:5: `password` holds a secret: vX9… (sha256 631711d4)
              a.py:6: `password` holds a secret: vX9… (sha256 a38f2151)
              a.py:7: `password` holds a secret: vX9… (sha256 a7288131)
              b.js:1: `password` holds a secret: vX9… (sha256 597cf0d1)
              b.js:2: `password` holds a secret: vX9… (sha256 2afa24e7)
              c.ts:1: `password` holds a secret: vX9… (sha256 597cf0d1)
              d.rb:1: `PASSWORD` holds a secret: vX9… (sha256 597cf0d1)
              e.php:1: `DB_PASSWORD` holds a secret: vX9… (sha256 597cf0d1)
              k.yaml:3: `DB_PASSWORD` holds a secret: vX9… (sha256 597cf0d1)
              k.yaml:8: `DB_PASSWORD` holds a secret: vX9… (sha256 14d95966)
              v.tf:2: `password` holds a secret: vX9… (sha256 597cf0d1)
              w.xml:1: `password` holds a secret: vX9… (sha256 597cf0d1)
              w.xml:1: `password` holds a secret: vX9… (sha256 2afa24e7)
              x.cs:1: a password in a connection string is written here: vX9… (sha256 597cf0d1)
              y.properties:1: a password in a connection string is written here: vX9… (sha256 597cf0d1)
        "#]],
    );
}
