//! Files in which a secret is most often a made-up one: tests, fixtures, examples, documents.

use codd_source::RepoPath;

const FOLDERS: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__tests__",
    "androidtest",
    "benches",
    "cypress",
    "demo",
    "doc",
    "docs",
    "e2e",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "sample",
    "samples",
    "spec",
    "specs",
    "stubs",
    "test",
    "testdata",
    "testing",
    "tests",
    "testutil",
    "testutils",
    "i18n",
    "locale",
    "locales",
    "translations",
];

const DOCUMENTS: &[&str] =
    &["md", "mdx", "rst", "adoc", "txt", "ipynb", "html", "po", "pot", "svg"];

/// Ends of a file's stem, in lower case.
const STEMS: &[&str] = &[
    ".test",
    ".spec",
    ".stories",
    ".mock",
    ".example",
    ".sample",
    ".template",
    ".dist",
    ".tmpl",
    "_test",
    "_tests",
    "_spec",
    "-test",
    "-spec",
    "-example",
    "-sample",
];

/// Files that programs write, whose hashes are no secrets.
const LOCK_FILES: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "composer.lock",
    "gemfile.lock",
    "poetry.lock",
    "uv.lock",
    "pipfile.lock",
    "cargo.lock",
    "go.sum",
    "packages.lock.json",
    "pubspec.lock",
    "podfile.lock",
    "mix.lock",
    ".terraform.lock.hcl",
    "gradle.lockfile",
    "flake.lock",
    "bun.lock",
    "deno.lock",
];

/// Whether a file is a test, a fixture, an example or a text for people.
pub(super) fn is_aside(path: &RepoPath) -> bool {
    let lower = path.as_str().to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.rsplit_once('.').map_or(name, |it| it.0);
    let written = path.file_name().rsplit_once('.').map_or(path.file_name(), |it| it.0);
    folders
        .split('/')
        .any(|it| FOLDERS.contains(&it) || it.ends_with("-tests") || it.ends_with(".tests"))
        || path.extension().is_some_and(|it| DOCUMENTS.contains(&it.to_ascii_lowercase().as_str()))
        || STEMS.iter().any(|it| stem.ends_with(it) || name.ends_with(it))
        || name.starts_with("test_")
        || matches!(name, "conftest.py" | "tests.py" | "readme" | "changelog")
        || ["Test", "Tests", "TestCase", "Spec"].iter().any(|it| written.ends_with(it))
}

/// Whether a program wrote the file to say which packages are used.
pub(super) fn is_lock_file(path: &RepoPath) -> bool {
    LOCK_FILES.contains(&path.file_name().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_examples_and_documents() {
        for path in [
            "tests/a.py",
            "src/app/test_views.py",
            "pkg/a_test.go",
            "a.spec.ts",
            "README.md",
            ".env.example",
            "src/UserTest.java",
            "Shop.Tests/A.cs",
            "docs/conf.py",
        ] {
            assert!(is_aside(&path.into()), "{path}");
        }
        for path in ["src/a.py", "latest/a.py", ".env", "config/settings.yaml", "contest.py"] {
            assert!(!is_aside(&path.into()), "{path}");
        }
    }
}
