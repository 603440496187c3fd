//! Whatever a file holds, reading it as data, as a manifest and for secrets comes to an end.

use codd_source::RepoPath;
use proptest::prelude::*;

use crate::CheckPlan;
use crate::testing::controls;
use codd_facts::FileClass;

const PATHS: &[&str] = &[
    "a.json",
    "a.yaml",
    "a.toml",
    "a.ini",
    "a.properties",
    ".env",
    "a.tf",
    "Dockerfile",
    "settings.py",
    "a.xml",
    "a.js",
    "a.txt",
    ".github/workflows/a.yml",
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "requirements.txt",
    "pyproject.toml",
    "setup.cfg",
    "Pipfile",
    "Pipfile.lock",
    "uv.lock",
    "go.mod",
    "go.sum",
    "Cargo.toml",
    "Cargo.lock",
    "pom.xml",
    "build.gradle",
    "gradle.lockfile",
    "gradle/libs.versions.toml",
    "Gemfile",
    "Gemfile.lock",
    "composer.json",
    "composer.lock",
    "a.csproj",
    "packages.lock.json",
];

fn plan() -> CheckPlan {
    let checks = "
- secret: {in_tests: fail}
- config: {files: '**', each: '**', path: ['*[0]', 'a*', '**'], must: {not_equals: x}}
- dependency: {package: '*', must: absent, version: '>=1,<2 || ==3.*'}
- dependency: {package: '*', must: pinned}
";
    CheckPlan::compile(&controls(&checks.replace(" || ==3.*", " || >=3"))).0
}

fn scan(plan: &CheckPlan, text: &str) {
    for path in PATHS {
        let path = RepoPath::from(*path);
        let hits = plan.local(&path, FileClass::Authored, text.as_bytes(), None);
        for hit in &hits.hits {
            assert!(text.is_char_boundary(hit.span.start as usize), "{path} {text:?}");
            assert!(hit.span.end as usize <= text.len(), "{path} {text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn texts_of_marks_come_to_an_end(text in r#"[a-c1.\-_ \n\t"'\[\]{}()<>:=,;#$@!&*|/\\é%~^]{0,120}"#) {
        scan(&plan(), &text);
    }

    #[test]
    fn lines_of_settings_come_to_an_end(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "password: 'kd82hT-qq1é'", "  - a", "[x]", "{\"a\": ", "FROM a AS b", "}", "a = 1 # b",
                "<a b='c'>", "</a>", "&a", "*a", "<<: *a", "require (", "gem 'a', '~> 1'", "a==1 \\",
                "    --hash=x", "'a@1':", "  version \"1\"", "name = 'a'", "[[package]]", "RUN <<E", "\\",
                "x y \"z\" {", "\"a:b:1\"", "DEBUG = True", "-----BEGIN PRIV\u{41}TE KEY-----", "://a:bcdé@c",
            ]),
            0..12,
        ),
    ) {
        scan(&plan(), &lines.join("\n"));
    }
}

#[test]
fn what_is_deep_or_long_comes_to_an_end() {
    let plan = plan();
    for unit in [
        "[",
        "{\"a\":",
        "- ",
        "a:\n ",
        "<a>",
        "a {\n",
        "(",
        "\"",
        "a.",
        "password=",
        "eyJ.",
        "://a:",
    ] {
        scan(&plan, &unit.repeat(3000));
    }
}
