//! Python: requirement files, `pyproject.toml`, `setup.cfg`, `Pipfile`, and the lock files.

use codd_source::{RepoPath, Span};

use super::{document, dynamic, entries_at, lines, part, text_at};
use crate::checks::dependency::Ecosystem::Python;
use crate::checks::dependency::record::{Asked, Record, Role};
use crate::document::{Format, Shape, Value};

/// One requirement a line, with hashes on lines that continue it.
pub(super) fn requirements(path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let is_dev = {
        let lower = path.as_str().to_ascii_lowercase();
        ["dev", "test", "doc", "lint"].iter().any(|it| lower.contains(it))
    };
    let mut found: Vec<Record> = Vec::new();
    let mut strange: Vec<usize> = Vec::new();
    let mut is_continued = false;
    for (number, (start, line)) in lines(text).enumerate() {
        let said = line.split(" #").next().unwrap_or_default().trim();
        if said.is_empty() || said.starts_with('#') {
            continue;
        }
        let has_hash = said.contains("--hash=") || said.contains("--hash ");
        let body = said.trim_end_matches('\\').trim_end();
        if is_continued {
            if let Some(last) = found.last_mut() {
                last.is_hashed |= has_hash;
            }
        } else if !said.starts_with('-') {
            let requirement = body.split(" --").next().unwrap_or(body).trim();
            let read = requirement_at(requirement, part(line, requirement, start));
            // An address or a path may stand in the place of a name.
            if read.is_none() && !requirement.contains(['/', ':']) {
                strange.push(number + 1);
            }
            found.extend(read.map(|it| Record { is_hashed: has_hash, is_dev, ..it }));
        } else if let Some(rest) =
            body.strip_prefix("-e").or_else(|| body.strip_prefix("--editable"))
        {
            let egg = rest.split("#egg=").nth(1).map(str::trim);
            let span = part(line, said, start);
            found.extend(egg.filter(|it| !it.is_empty()).map(|name| Record {
                asked: dynamic("it is taken from an address"),
                is_dev,
                ..Record::new(Python, Role::Manifest, name, span)
            }));
        }
        is_continued = said.ends_with('\\');
    }
    match strange.first() {
        // A text that is called so.
        Some(_) if strange.len() > found.len() / 2 => Ok(Vec::new()),
        Some(line) => Err(format!("line {line} is no requirement")),
        None => Ok(found),
    }
}

/// `name[extra]>=1,<2; marker`, `name @ address`.
fn requirement_at(text: &str, span: Span) -> Option<Record> {
    let text = text.split(';').next().unwrap_or_default().trim();
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let end = text.find(|it: char| !is_name(it)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_named = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    if !is_named || rest.starts_with(':') || name.contains('/') || rest.starts_with('/') {
        return None;
    }
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?.1.trim_start(),
        None => rest,
    };
    if !rest.is_empty() && !rest.starts_with(['@', '<', '>', '=', '!', '~', '(', '^', '*']) {
        return None;
    }
    let record = Record::new(Python, Role::Manifest, name, span);
    if rest.starts_with('@') {
        return Some(Record { asked: dynamic("it is taken from an address"), ..record });
    }
    Some(record.asking(rest.trim_start_matches('(').trim_end_matches(')')))
}

fn listed(value: Option<&Value>, is_dev: bool, found: &mut Vec<Record>) {
    for item in value.map_or(&[][..], Value::items) {
        if let Some(text) = item.as_text() {
            found.extend(requirement_at(text, item.span).map(|it| Record { is_dev, ..it }));
        }
    }
}

pub(super) fn project(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Toml, text)?;
    let mut found = Vec::new();
    listed(root.at(&["project", "dependencies"]), false, &mut found);
    for it in entries_at(&root, &["project", "optional-dependencies"]) {
        listed(Some(&it.value), false, &mut found);
    }
    for keys in [&["dependency-groups"][..], &["tool", "pdm", "dev-dependencies"]] {
        for it in entries_at(&root, keys) {
            listed(Some(&it.value), true, &mut found);
        }
    }
    listed(root.at(&["tool", "uv", "dev-dependencies"]), true, &mut found);
    let poetry = ["tool", "poetry"];
    table(entries_at(&root, &[&poetry[..], &["dependencies"]].concat()), false, &mut found);
    table(entries_at(&root, &[&poetry[..], &["dev-dependencies"]].concat()), true, &mut found);
    for group in entries_at(&root, &[&poetry[..], &["group"]].concat()) {
        table(entries_at(&group.value, &["dependencies"]), true, &mut found);
    }
    Ok(found)
}

/// `name = "^1"`, `name = {version = "^1"}`; the interpreter is no package.
fn table(entries: &[crate::document::Entry], is_dev: bool, found: &mut Vec<Record>) {
    for it in entries.iter().filter(|it| it.key != "python") {
        let record = Record { is_dev, ..Record::new(Python, Role::Manifest, &it.key, it.key_span) };
        let version = match &it.value.shape {
            Shape::Scalar(scalar) => Some(scalar.text.as_str()),
            Shape::Map(_) => text_at(&it.value, "version"),
            Shape::List(_) => None,
        };
        found.push(match version {
            Some(version) => record.asking(if version == "*" { "" } else { version }),
            None => Record { asked: dynamic("its version depends on where it is used"), ..record },
        });
    }
}

pub(super) fn setup(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Ini, text)?;
    let mut found = Vec::new();
    let options = entries_at(&root, &["options"]).iter().filter(|it| it.key == "install_requires");
    for it in options.chain(entries_at(&root, &["options.extras_require"])) {
        let Some(value) = it.value.as_text() else { continue };
        let start = it.value.span.start as usize;
        let whole = text.get(start..it.value.span.end as usize).unwrap_or(value);
        for (at, line) in lines(whole) {
            let said = line.trim();
            if !said.is_empty() && !said.starts_with('#') {
                found.extend(requirement_at(said, part(line, said, start + at)));
            }
        }
    }
    Ok(found)
}

pub(super) fn pipfile(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Toml, text)?;
    let mut found = Vec::new();
    table(entries_at(&root, &["packages"]), false, &mut found);
    table(entries_at(&root, &["dev-packages"]), true, &mut found);
    Ok(found)
}

pub(super) fn pipfile_lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    for (section, is_dev) in [("default", false), ("develop", true)] {
        for it in entries_at(&root, &[section]) {
            let version = text_at(&it.value, "version").map(|it| it.trim_start_matches('='));
            let hashes = it.value.get("hashes").map_or(&[][..], Value::items);
            found.push(Record {
                is_dev,
                is_hashed: !hashes.is_empty(),
                asked: chosen(version),
                ..Record::new(Python, Role::Lock, &it.key, it.key_span)
            });
        }
    }
    Ok(found)
}

/// What a lock file says was chosen.
fn chosen(version: Option<&str>) -> Asked {
    match version {
        Some(version) => Asked::Version(version.to_owned()),
        None => dynamic("the lock file names no version"),
    }
}

/// `poetry.lock`, `uv.lock`, `pdm.lock`: a list of packages.
pub(super) fn lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Toml, text)?;
    let mut found = Vec::new();
    for it in root.get("package").map_or(&[][..], Value::items) {
        let Some(name) = it.entry("name") else { continue };
        let Some(text) = name.value.as_text() else { continue };
        let source = it.get("source");
        // The project itself is listed in its own lock file.
        let is_own = source
            .is_some_and(|it| ["virtual", "editable"].iter().any(|key| it.get(key).is_some()));
        if is_own {
            continue;
        }
        let has_files = |key: &str| {
            it.get(key).map_or(&[][..], Value::items).iter().any(|it| it.get("hash").is_some())
        };
        let old = root.at(&["metadata", "files", text]).is_some_and(|it| !it.items().is_empty());
        let is_hashed =
            has_files("files") || has_files("wheels") || it.at(&["sdist", "hash"]).is_some() || old;
        found.push(Record {
            is_hashed,
            asked: chosen(text_at(it, "version")),
            is_dev: text_at(it, "category") == Some("dev"),
            ..Record::new(Python, Role::Lock, text, name.value.span)
        });
    }
    Ok(found)
}
