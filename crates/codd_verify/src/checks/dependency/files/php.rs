//! PHP: `composer.json` and `composer.lock`.

use codd_source::{RepoPath, Span};

use super::{document, dynamic, entries_at, text_at};
use crate::checks::dependency::Ecosystem::Php;
use crate::checks::dependency::record::{Asked, Record, Role};
use crate::document::{Format, Value};

pub(super) fn manifest(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    for (section, is_dev) in [("require", false), ("require-dev", true)] {
        // The interpreter and its extensions are no packages.
        for it in entries_at(&root, &[section]).iter().filter(|it| it.key.contains('/')) {
            let version = it.value.as_text().unwrap_or_default();
            let asked = match version {
                "*" | "" => Asked::Any,
                _ if version.starts_with("dev-") => dynamic("it is the head of a branch"),
                _ => Asked::Version(version.to_owned()),
            };
            let span = Span { start: it.key_span.start, end: it.value.span.end };
            found.push(Record { asked, is_dev, ..Record::new(Php, Role::Manifest, &it.key, span) });
        }
    }
    Ok(found)
}

pub(super) fn lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    for (section, is_dev) in [("packages", false), ("packages-dev", true)] {
        for it in root.get(section).map_or(&[][..], Value::items) {
            let (Some(name), Some(version)) = (it.entry("name"), text_at(it, "version")) else {
                continue;
            };
            let Some(text) = name.value.as_text() else { continue };
            let hash = it.at(&["dist", "shasum"]).and_then(Value::as_text);
            // Archives of code hosts have no digest, but a reference that is one of the content.
            let reference = it.at(&["dist", "reference"]).and_then(Value::as_text);
            let hash = hash.filter(|it| !it.is_empty());
            let is_hashed = hash.or(reference).is_some_and(|it| it.len() >= 40);
            let asked = if version.starts_with("dev-") {
                dynamic("it is the head of a branch")
            } else {
                Asked::Version(version.to_owned())
            };
            found.push(Record {
                asked,
                is_hashed,
                is_dev,
                ..Record::new(Php, Role::Lock, text, name.value.span)
            });
        }
    }
    Ok(found)
}
