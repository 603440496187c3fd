//! The outside packages that a dependency manifest declares, or a lock file settles on.

use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::all_languages;

/// Names, as imports see them as far as the manifest tells, and version requirements that a
/// manifest declares, or versions of a lock file; `None` for any other file, and for a manifest that cannot be read.
pub fn declared_packages(path: &RepoPath, bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    all_languages().find_map(|language| language.declared_packages(path, text))
}

/// Files, relative to its own folder, that the configuration of a test runner says run around
/// all tests; none for any other file.
pub fn set_up_files(path: &RepoPath, bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let named = all_languages().map(|language| language.set_up_files(path, text));
    named.into_iter().find(|it| !it.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[(&str, &str)]) {
        let packages = declared_packages(&path.into(), text.as_bytes()).unwrap();
        let packages: Vec<_> = packages.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(packages, expected);
    }

    #[test]
    fn requirement_lines_with_extras_markers_and_options() {
        check(
            "requirements-dev.txt",
            "Flask[async]>=3,<4  # web\n-r base.txt\nruamel.yaml == 1 ; python_version < '4'\n",
            &[("flask", ">=3,<4"), ("ruamel_yaml", "== 1")],
        );
    }

    #[test]
    fn manifests_of_both_worlds() {
        check("web/package.json", r#"{"dependencies": {"express": "^5"}}"#, &[("express", "^5")]);
        check(
            "pyproject.toml",
            "[project]\ndependencies = ['requests~=2.0']\n[dependency-groups]\ndev = ['pytest']\n",
            &[("pytest", ""), ("requests", "~=2.0")],
        );
    }

    #[test]
    fn lock_files_say_all_versions() {
        check(
            "package-lock.json",
            r#"{"packages": {"": {}, "node_modules/@a/b": {"version": "1"}, "node_modules/c": {"version": "2"},
               "node_modules/@a/b/node_modules/c": {"version": "3"}}}"#,
            &[("@a/b", "1"), ("c", "2 3")],
        );
        check(
            "yarn.lock",
            "\"@a/b@^1\", \"@a/b@^2\":\n  version \"2.0.0\"\n\nc@1:\n  version: 1.0.0\n",
            &[("@a/b", "2.0.0"), ("c", "1.0.0")],
        );
        check(
            "pnpm-lock.yaml",
            "lockfileVersion: '9'\npackages:\n\n  '@a/b@1.0.0':\n    resolution: {}\n  c@2.0.0(d@1):\n    x: 1\nother:\n  e@1:\n",
            &[("@a/b", "1.0.0"), ("c", "2.0.0")],
        );
        check(
            "poetry.lock",
            "[[package]]\nname = 'PyJWT'\nversion = '2.8.0'\n[[package]]\nname = 'Flask-Login'\nversion = '0.6'\n",
            &[("flask_login", "0.6"), ("jwt", "2.8.0")],
        );
        check(
            "Pipfile.lock",
            r#"{"default": {"pyjwt": {"version": "==2.8.0"}}}"#,
            &[("jwt", "==2.8.0")],
        );
    }

    #[test]
    fn other_and_broken_files_declare_nothing() {
        assert_eq!(declared_packages(&"notes.txt".into(), b"flask"), None);
        assert_eq!(declared_packages(&"package.json".into(), b"{"), None);
    }
}
