//! The outside packages that a dependency manifest declares.

use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::all_languages;

/// Names, as imports see them as far as the manifest tells, and version requirements that a
/// manifest declares; `None` for any other file, and for a manifest that cannot be read.
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
    fn other_and_broken_files_declare_nothing() {
        assert_eq!(declared_packages(&"notes.txt".into(), b"flask"), None);
        assert_eq!(declared_packages(&"package.json".into(), b"{"), None);
    }
}
