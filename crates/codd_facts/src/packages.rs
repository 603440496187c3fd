//! The outside packages that a dependency manifest declares.

use std::collections::BTreeMap;

use codd_source::RepoPath;

/// Names and version requirements that a manifest declares; `None` for any other file, and
/// for a manifest that cannot be read.
///
/// Names are as imports see them as far as the manifest tells: PyPI's spelling rules are
/// applied (lower case, `-`, `_` and `.` alike), import names that differ are not known here.
pub fn declared_packages(path: &RepoPath, bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let name = path.file_name();
    let text = || std::str::from_utf8(bytes).ok();
    match name {
        "package.json" => package_json(text()?),
        "pyproject.toml" => pyproject(text()?),
        _ if is_requirements(name) => Some(requirements(text()?)),
        _ => None,
    }
}

fn is_requirements(name: &str) -> bool {
    name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in"))
}

fn package_json(text: &str) -> Option<BTreeMap<String, String>> {
    const SECTIONS: [&str; 4] =
        ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut packages = BTreeMap::new();
    for section in SECTIONS.iter().filter_map(|section| manifest.get(section)?.as_object()) {
        for (name, version) in section {
            let version = version.as_str().unwrap_or_default();
            packages.entry(name.clone()).or_insert_with(|| version.to_owned());
        }
    }
    Some(packages)
}

fn pyproject(text: &str) -> Option<BTreeMap<String, String>> {
    let manifest: toml::Table = text.parse().ok()?;
    let project = manifest.get("project").and_then(toml::Value::as_table);
    let list = |value: Option<&toml::Value>| {
        value.and_then(toml::Value::as_array).cloned().unwrap_or_default()
    };
    let mut lines = list(project.and_then(|project| project.get("dependencies")));
    let optional = project.and_then(|project| project.get("optional-dependencies"));
    for group in optional.and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values)
    {
        lines.extend(list(Some(group)));
    }
    let groups = manifest.get("dependency-groups").and_then(toml::Value::as_table);
    for group in groups.into_iter().flat_map(toml::Table::values) {
        lines.extend(list(Some(group)));
    }
    Some(lines.iter().filter_map(|line| requirement(line.as_str()?)).collect())
}

fn requirements(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(requirement).collect()
}

/// One requirement in the form of PEP 508, without its marker.
fn requirement(line: &str) -> Option<(String, String)> {
    let line = line.split('#').next()?.split(';').next()?.trim();
    let end = line
        .find(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.')))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.starts_with(|it: char| it.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = match rest.trim_start().strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    Some((name, rest.trim().to_owned()))
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
