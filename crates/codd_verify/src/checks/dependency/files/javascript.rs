//! JavaScript: `package.json` and the lock files of npm, Yarn, pnpm and Bun.

#![expect(clippy::unnecessary_wraps, reason = "readers of all kinds of files have one form")]

use codd_source::{RepoPath, Span};

use super::{document, dynamic, entries_at, lines, part, text_at};
use crate::checks::dependency::Ecosystem::JavaScript;
use crate::checks::dependency::record::{Asked, Record, Role};
use crate::document::{Entry, Format};

pub(super) fn package(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    for section in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
        for it in entries_at(&root, &[section]) {
            let span = Span { start: it.key_span.start, end: it.value.span.end };
            let (name, asked) = asked(&it.key, it.value.as_text().unwrap_or_default());
            found.push(Record {
                asked,
                is_dev: section == "devDependencies",
                is_peer: section == "peerDependencies",
                ..Record::new(JavaScript, Role::Manifest, name, span)
            });
        }
    }
    for keys in [&["overrides"][..], &["resolutions"], &["pnpm", "overrides"]] {
        overridden(entries_at(&root, keys), &mut found);
    }
    Ok(found)
}

/// Packages that are put in the place of what others ask for: used if those are.
fn overridden(entries: &[Entry], found: &mut Vec<Record>) {
    /// Packages of packages that are followed.
    const DEEPEST: u32 = 8;
    let mut open: Vec<(&Entry, &str, u32)> = entries.iter().map(|it| (it, "", 0)).collect();
    while let Some((it, outer, depth)) = open.pop() {
        // `a>b@1`, `**/b`, `@scope/b@^1`; `.` is what stands around it.
        let key = if it.key == "." { outer } else { it.key.rsplit('>').next().unwrap_or(&it.key) };
        if depth < DEEPEST {
            open.extend(it.value.entries().iter().map(|it| (it, key, depth + 1)));
        }
        let range = key.match_indices('@').find(|(at, _)| *at > 0 && !key[..*at].ends_with('/'));
        let key = &key[..range.map_or(key.len(), |it| it.0)];
        let (before, last) = key.rsplit_once('/').unwrap_or(("", key));
        let scope = before.rsplit('/').next().filter(|it| it.starts_with('@'));
        let name = scope.map_or(last.to_owned(), |scope| format!("{scope}/{last}"));
        let Some(text) = it.value.as_text().filter(|_| !name.is_empty()) else {
            continue;
        };
        // `$name` is the version that the project itself asks for.
        let (name, asked) = if text.starts_with('$') {
            (name.as_str(), Asked::Elsewhere)
        } else {
            asked(&name, text)
        };
        found.push(Record {
            asked,
            is_peer: true,
            ..Record::new(JavaScript, Role::Manifest, name, it.key_span)
        });
    }
}

/// The package and its versions: `npm:other@^1` is another package.
fn asked<'t>(name: &'t str, text: &'t str) -> (&'t str, Asked) {
    let text = text.trim();
    if let Some(alias) = text.strip_prefix("npm:") {
        let at = alias.rfind('@').filter(|at| *at > 0);
        return match at {
            Some(at) => (&alias[..at], Asked::Version(alias[at + 1..].to_owned())),
            None => (alias, Asked::Any),
        };
    }
    let is_own = ["workspace:", "file:", "link:", "portal:", "./", "../"];
    let is_own = is_own.iter().any(|it| text.starts_with(it));
    let is_address = text.contains("://") || text.contains(':') || text.contains('/');
    let asked = match text {
        "" | "*" | "x" => Asked::Any,
        "latest" | "next" | "beta" | "canary" => dynamic(format!("`{text}` is a tag that moves")),
        _ if text.starts_with("catalog:") => Asked::Elsewhere,
        _ if is_own => Asked::Own,
        _ if is_address => dynamic("it is taken from an address"),
        _ => Asked::Version(text.to_owned()),
    };
    (name, asked)
}

pub(super) fn npm_lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    let packages = entries_at(&root, &["packages"]);
    for it in packages {
        // The empty key is the project, and a path outside of the modules a part of it.
        let Some((_, name)) = it.key.rsplit_once("node_modules/") else { continue };
        let is_link = text_at(&it.value, "link") == Some("true");
        if !is_link {
            found.push(locked(text_at(&it.value, "name").unwrap_or(name), it));
        }
    }
    if packages.is_empty() {
        let mut open: Vec<&[Entry]> = vec![entries_at(&root, &["dependencies"])];
        while let Some(entries) = open.pop() {
            for it in entries {
                found.push(locked(&it.key, it));
                open.push(entries_at(&it.value, &["dependencies"]));
            }
        }
    }
    Ok(found)
}

fn locked(name: &str, it: &Entry) -> Record {
    let asked = match text_at(&it.value, "version") {
        Some(version) if version.contains(':') => dynamic("it is taken from an address"),
        Some(version) => Asked::Version(version.to_owned()),
        None => dynamic("the lock file names no version"),
    };
    let is_true = |key| text_at(&it.value, key) == Some("true");
    Record {
        asked,
        is_hashed: text_at(&it.value, "integrity").is_some_and(|it| !it.is_empty())
            || is_true("inBundle")
            || is_true("bundled"),
        is_dev: is_true("dev") || is_true("devOptional"),
        ..Record::new(JavaScript, Role::Lock, name, it.key_span)
    }
}

/// Both forms: `version "1.2.3"` of the first, `version: 1.2.3` of the later ones.
pub(super) fn yarn_lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found: Vec<Record> = Vec::new();
    let mut is_package = false;
    for (start, line) in lines(text) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            let first = line.trim_end_matches(':').split(", ").next().unwrap_or_default();
            let first = first.trim_matches('"');
            let at = first.rfind("@npm:").or_else(|| first.get(1..)?.find('@').map(|it| it + 1));
            let (name, asked) = match at {
                Some(at) => (&first[..at], &first[at + 1..]),
                None => (first, ""),
            };
            // `@workspace:.` is a part of the project, `@patch:` is what another entry says.
            let is_own =
                ["workspace:", "patch:", "link:", "portal:"].iter().any(|it| asked.starts_with(it));
            is_package = !is_own && !name.is_empty() && name != "__metadata";
            if is_package {
                let name = match asked
                    .strip_prefix("npm:")
                    .and_then(|it| it.rfind('@').filter(|at| *at > 0).map(|at| &it[..at]))
                {
                    Some(alias) => alias,
                    None => name,
                };
                found.push(Record {
                    asked: dynamic("the lock file names no version"),
                    ..Record::new(JavaScript, Role::Lock, name, part(line, line.trim_end(), start))
                });
            }
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let said = line.trim();
        let Some(last) = found.last_mut().filter(|_| is_package && depth == 2) else { continue };
        let (key, value) = said.split_once([' ', ':']).unwrap_or((said, ""));
        let value = value.trim_start_matches(':').trim().trim_matches('"');
        match key {
            "version" => last.asked = Asked::Version(value.to_owned()),
            "integrity" | "checksum" => last.is_hashed = true,
            _ => {}
        }
    }
    Ok(found)
}

pub(super) fn pnpm_lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Yaml, text)?;
    let mut found = Vec::new();
    for it in entries_at(&root, &["packages"]) {
        // `/a/1.2.3`, `/a@1.2.3(peer@1)`, `@scope/a@1.2.3`.
        let key = it.key.split('(').next().unwrap_or_default().trim_start_matches('/');
        // The oldest form has its version behind a slash, and peers behind `_`.
        let is_old = |at: &usize| key[at + 1..].starts_with(|it: char| it.is_ascii_digit());
        let old = key.rfind('/').filter(|at| it.key.starts_with('/') && is_old(at));
        let at = old.or_else(|| key.get(1..)?.rfind('@').map(|it| it + 1));
        let Some(at) = at else { continue };
        let (name, version) = (&key[..at], &key[at + 1..]);
        let version = version.split('_').next().unwrap_or(version);
        let is_dev = text_at(&it.value, "dev") == Some("true");
        found.push(Record {
            is_dev,
            is_hashed: it.value.at(&["resolution", "integrity"]).is_some(),
            asked: Asked::Version(version.to_owned()),
            ..Record::new(JavaScript, Role::Lock, name, it.key_span)
        });
    }
    Ok(found)
}

/// `"name": ["name@1.2.3", "", {}, "sha512-…"]`; the key is the way to it where there are several.
pub(super) fn bun_lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    for it in entries_at(&root, &["packages"]) {
        let items = it.value.items();
        let Some(said) = items.first().and_then(|it| it.as_text()) else { continue };
        let Some(at) = said.get(1..).and_then(|it| it.find('@')) else { continue };
        let (name, version) = (&said[..=at], &said[at + 2..]);
        let asked = match asked(name, version).1 {
            // A part of the project.
            Asked::Own => continue,
            asked => asked,
        };
        let digest = items.get(1..).and_then(<[_]>::last).and_then(|it| it.as_text());
        found.push(Record {
            asked,
            is_hashed: digest.is_some_and(|it| it.starts_with("sha")),
            ..Record::new(JavaScript, Role::Lock, name, it.key_span)
        });
    }
    Ok(found)
}
