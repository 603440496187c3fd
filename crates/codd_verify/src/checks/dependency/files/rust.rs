//! Rust: `Cargo.toml` and `Cargo.lock`.

use codd_source::{RepoPath, Span};

use super::{document, dynamic, entries_at, text_at};
use crate::checks::dependency::Ecosystem::Rust;
use crate::checks::dependency::record::{Asked, Record, Role};
use crate::document::{Entry, Format, Shape, Value};

pub(super) fn manifest(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Toml, text)?;
    let mut found = Vec::new();
    let targets = entries_at(&root, &["target"]).iter().map(|it| &it.value);
    for part in [Some(&root), root.get("workspace")].into_iter().flatten().chain(targets) {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for it in entries_at(part, &[section]) {
                found.push(Record { is_dev: section == "dev-dependencies", ..dependency(it) });
            }
        }
    }
    Ok(found)
}

fn dependency(it: &Entry) -> Record {
    let name = text_at(&it.value, "package").unwrap_or(&it.key);
    let span = Span { start: it.key_span.start, end: it.value.span.end.max(it.key_span.end) };
    let record = Record::new(Rust, Role::Manifest, name, span);
    if let Shape::Scalar(scalar) = &it.value.shape {
        return record.asking(&scalar.text);
    }
    let asked = match text_at(&it.value, "version") {
        Some(version) => Asked::Version(version.to_owned()),
        None if text_at(&it.value, "workspace") == Some("true") => Asked::Elsewhere,
        None if it.value.get("path").is_some() => Asked::Own,
        None => dynamic("it is taken from an address"),
    };
    Record { asked, ..record }
}

pub(super) fn lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Toml, text)?;
    let mut found = Vec::new();
    for it in root.get("package").map_or(&[][..], Value::items) {
        // Packages of the project itself have no source.
        let (Some(name), Some(source)) = (it.entry("name"), text_at(it, "source")) else {
            continue;
        };
        let (Some(text), Some(version)) = (name.value.as_text(), text_at(it, "version")) else {
            continue;
        };
        found.push(Record {
            asked: Asked::Version(version.to_owned()),
            // A revision of git is a hash of what it holds.
            is_hashed: it.get("checksum").is_some() || source.starts_with("git+"),
            ..Record::new(Rust, Role::Lock, text, name.value.span)
        });
    }
    Ok(found)
}
