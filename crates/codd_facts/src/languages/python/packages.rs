//! What `pyproject.toml` and requirement lists declare.

use std::collections::BTreeMap;

use codd_source::RepoPath;

/// The packages of a manifest, their names spelt as PyPI compares them (lower case, `-`, `_`
/// and `.` alike); an import name that differs is not known here.
pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    match path.file_name() {
        "pyproject.toml" => pyproject(text),
        name if is_requirements(name) => Some(requirements(text)),
        _ => None,
    }
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

fn is_requirements(name: &str) -> bool {
    name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in"))
}
