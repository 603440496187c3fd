//! Maven and Gradle: `pom.xml`, build scripts, version catalogs, Gradle's lock file.

#![expect(clippy::unnecessary_wraps, reason = "readers of all kinds of files have one form")]

use std::collections::BTreeMap;

use codd_source::{RepoPath, Span};

use super::{document, dynamic, entries_at, lines, part, text_at};
use crate::checks::dependency::Ecosystem::Java;
use crate::checks::dependency::record::{Asked, Record, Role};
use crate::document::{Entry, Format, Shape, Value};

pub(super) fn maven(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Xml, text)?;
    let Some(project) = root.get("project") else { return Ok(Vec::new()) };
    let mut properties: BTreeMap<String, String> = BTreeMap::new();
    for it in entries_at(project, &["properties"]) {
        properties.extend(content(&it.value).map(|text| (it.key.clone(), text.to_owned())));
    }
    for key in ["version", "groupId"] {
        let own = project.get(key).or_else(|| project.at(&["parent", key])).and_then(content);
        properties.extend(own.map(|text| (format!("project.{key}"), text.to_owned())));
    }
    let mut found = Vec::new();
    let mut open: Vec<&Entry> = project.entries().iter().collect();
    while let Some(entry) = open.pop() {
        match entry.key.as_str() {
            // What a plugin is told is no dependency, and exclusions are none either.
            "configuration" | "exclusions" | "executions" => {}
            "dependency" | "plugin" | "parent" | "extension" => {
                found.extend(artifact(entry, &properties));
                open.extend(entry.value.entries());
            }
            _ => open.extend(entry.value.entries()),
        }
    }
    found.sort();
    Ok(found)
}

fn content(value: &Value) -> Option<&str> {
    value.get("#text")?.as_text()
}

fn artifact(entry: &Entry, properties: &BTreeMap<String, String>) -> Option<Record> {
    let read = |key: &str| {
        let text = entry.value.get(key).and_then(content)?;
        Some(expanded(text, properties))
    };
    let artifact = read("artifactId")?;
    let group = match (read("groupId"), entry.key.as_str()) {
        (Some(group), _) => group,
        (None, "plugin") => "org.apache.maven.plugins".to_owned(),
        (None, _) => return None,
    };
    let asked = match read("version") {
        // What manages versions does so for those who name none.
        None => Asked::Elsewhere,
        Some(version) if version.contains("${") => dynamic(format!("`{version}` is set elsewhere")),
        Some(version)
            if matches!(version.as_str(), "LATEST" | "RELEASE")
                || version.ends_with("-SNAPSHOT") =>
        {
            dynamic(format!("`{version}` moves"))
        }
        Some(version) => Asked::Version(version),
    };
    let is_dev =
        entry.value.get("scope").and_then(content) == Some("test") || entry.key == "plugin";
    let span = entry.key_span;
    Some(Record {
        asked,
        is_dev,
        ..Record::new(Java, Role::Manifest, &format!("{group}:{artifact}"), span)
    })
}

fn expanded(text: &str, properties: &BTreeMap<String, String>) -> String {
    /// Properties in properties that are followed.
    const DEEPEST: usize = 4;
    let mut text = text.to_owned();
    for _ in 0..DEEPEST {
        let Some(start) = text.find("${") else { break };
        let Some(length) = text[start..].find('}') else { break };
        let Some(known) = properties.get(&text[start + 2..start + length]) else { break };
        text.replace_range(start..=start + length, known);
    }
    text
}

/// Coordinates in quotes, `"group:artifact:version"`, and `group: "…", name: "…"`.
pub(super) fn gradle(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let said = line.trim();
        if said.starts_with("//") || said.starts_with('*') {
            continue;
        }
        let is_dev = said.to_ascii_lowercase().starts_with("test")
            || said.to_ascii_lowercase().starts_with("androidtest");
        let span = part(line, said, start);
        if let (Some(group), Some(name)) = (keyed(said, "group"), keyed(said, "name")) {
            let record = Record {
                is_dev,
                ..Record::new(Java, Role::Manifest, &format!("{group}:{name}"), span)
            };
            found.push(Record { asked: version(keyed(said, "version")), ..record });
            continue;
        }
        for quoted in said.split(['"', '\'']).skip(1).step_by(2) {
            let parts: Vec<&str> = quoted.split('@').next().unwrap_or(quoted).split(':').collect();
            let (group, name, asked) = match parts.as_slice() {
                [group, name] => (group, name, None),
                [group, name, version, ..] => (group, name, Some(*version)),
                _ => continue,
            };
            // `"$group:$name:1"` may be any.
            if asked.is_some()
                && (group.contains('$') || name.contains('$'))
                && !quoted.contains('/')
            {
                found.push(Record::unknown(Java, format!("`{quoted}` is computed"), span));
            } else if is_name(group) && is_name(name) && (group.contains('.') || asked.is_some()) {
                let asked = version(asked);
                found.push(Record {
                    asked,
                    is_dev,
                    ..Record::new(Java, Role::Manifest, &format!("{group}:{name}"), span)
                });
            }
        }
    }
    Ok(found)
}

fn version(text: Option<&str>) -> Asked {
    match text {
        None => Asked::Elsewhere,
        Some(text) if text.contains('$') => dynamic(format!("`{text}` is set elsewhere")),
        Some(text) if text.starts_with("latest.") => dynamic(format!("`{text}` moves")),
        Some(text) => Asked::Version(text.to_owned()),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_'))
}

/// The text after `key:` or `key =`.
fn keyed<'t>(line: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = line.split_once(key)?;
    let rest = rest.trim_start().strip_prefix([':', '='])?.trim_start();
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    rest[1..].split(quote).next()
}

/// `gradle/libs.versions.toml`.
pub(super) fn catalog(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Toml, text)?;
    let known = |name: &str| {
        let value = root.at(&["versions", name])?;
        let rich = ["strictly", "require", "prefer"].iter().find_map(|it| text_at(value, it));
        value.as_text().or(rich)
    };
    let mut found = Vec::new();
    for it in entries_at(&root, &["libraries"]).iter().chain(entries_at(&root, &["plugins"])) {
        let value = &it.value;
        let span = Span { start: it.key_span.start, end: it.value.span.end };
        if let Shape::Scalar(scalar) = &value.shape {
            let (name, asked) = scalar.text.rsplit_once(':').unwrap_or((&scalar.text, ""));
            found.push(Record {
                asked: version(Some(asked)),
                ..Record::new(Java, Role::Manifest, name, span)
            });
            continue;
        }
        let name = match (
            text_at(value, "module").or(text_at(value, "id")),
            text_at(value, "group"),
            text_at(value, "name"),
        ) {
            (Some(module), ..) => module.to_owned(),
            (None, Some(group), Some(name)) => format!("{group}:{name}"),
            _ => continue,
        };
        let reference = value.at(&["version", "ref"]).and_then(Value::as_text);
        let asked = match (text_at(value, "version"), reference) {
            (Some(text), _) => version(Some(text)),
            (None, Some(name)) => match known(name) {
                Some(text) => version(Some(text)),
                None => dynamic(format!("there is no version `{name}`")),
            },
            (None, None) => Asked::Elsewhere,
        };
        found.push(Record { asked, ..Record::new(Java, Role::Manifest, &name, span) });
    }
    Ok(found)
}

/// `group:artifact:version=configurations`.
pub(super) fn gradle_lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found = Vec::new();
    for (start, line) in lines(text).filter(|(_, line)| !line.starts_with('#')) {
        let coordinates = line.split('=').next().unwrap_or_default();
        if let Some((name, version)) = coordinates.rsplit_once(':') {
            found.push(Record {
                asked: Asked::Version(version.to_owned()),
                ..Record::new(Java, Role::Lock, name, part(line, coordinates, start))
            });
        }
    }
    Ok(found)
}
