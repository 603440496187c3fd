//! What `pyproject.toml` and requirement lists declare, and what lock files settle on.

use std::collections::BTreeMap;

use codd_source::RepoPath;

/// The packages of a manifest, their names spelt as PyPI compares them (lower case, `-`, `_`
/// and `.` alike), or as code imports them where that is known to differ.
pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    match path.file_name() {
        "pyproject.toml" => pyproject(text),
        "poetry.lock" | "uv.lock" | "pdm.lock" => toml_lock(text),
        "Pipfile.lock" => pipfile_lock(text),
        name if is_requirements(name) => Some(requirements(text)),
        _ => None,
    }
}

/// Packages that look at credentials, whose modules are called otherwise.
const MODULES: &[(&str, &str)] = &[
    ("djangorestframework", "rest_framework"),
    ("djangorestframework_simplejwt", "rest_framework_simplejwt"),
    ("flask_security_too", "flask_security"),
    ("pyjwt", "jwt"),
    ("python_jose", "jose"),
];

/// A package's name as imports spell it.
fn module_of(package: &str) -> String {
    let name = package.to_ascii_lowercase().replace(['-', '.'], "_");
    let known = MODULES.iter().find(|it| it.0 == name);
    known.map_or(name, |it| it.1.to_owned())
}

fn toml_lock(text: &str) -> Option<BTreeMap<String, String>> {
    let lock: toml::Table = text.parse().ok()?;
    let packages = lock.get("package").and_then(toml::Value::as_array)?;
    let text = |it: &toml::Value, key| it.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let named = |it| Some((module_of(&text(it, "name")?), text(it, "version").unwrap_or_default()));
    Some(packages.iter().filter_map(named).collect())
}

fn pipfile_lock(text: &str) -> Option<BTreeMap<String, String>> {
    let lock: serde_json::Value = serde_json::from_str(text).ok()?;
    let sections = ["default", "develop"].into_iter().filter_map(|it| lock.get(it)?.as_object());
    let version =
        |it: &serde_json::Value| it.get("version").and_then(|it| it.as_str()).map(Into::into);
    let named =
        sections.flatten().map(|(name, it)| (module_of(name), version(it).unwrap_or_default()));
    Some(named.collect())
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
    Some((module_of(name), rest.trim().to_owned()))
}

fn is_requirements(name: &str) -> bool {
    name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in"))
}
