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
    for (number, start, line) in logical_lines(text) {
        let said = line.trim();
        let span = first_line_span(text, start);
        let is_hashed = has_digest(said);
        if !said.starts_with('-') {
            let requirement = said.split(" --").next().unwrap_or(said).trim();
            let read = requirement_at(requirement, span);
            // An address or a path may stand in the place of a name.
            let read = match read {
                None if requirement.contains(['/', ':']) => address_at(requirement, span),
                read => read,
            };
            if read.is_none() && !requirement.contains(['/', ':']) {
                strange.push(number);
            }
            found.extend(read.map(|it| Record { is_hashed, is_dev, ..it }));
        } else if let Some(rest) = option(said, "-e", "--editable") {
            found.extend(address_at(rest, span).map(|it| Record { is_dev, ..it }));
        } else if let Some(rest) =
            option(said, "-r", "--requirement").or_else(|| option(said, "-c", "--constraint"))
        {
            found.extend(included(path, rest, span));
        }
    }
    match strange.first() {
        // A text that is called so.
        Some(_) if strange.len() > found.len() / 2 => Ok(Vec::new()),
        Some(line) => Err(format!("line {line} is no requirement")),
        None => Ok(found),
    }
}

/// Lines without their comments, each with its number and place; a `\` joins two, with nothing
/// between them.
fn logical_lines(text: &str) -> Vec<(usize, usize, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let mut is_continued = false;
    for (number, (start, line)) in lines(text).enumerate() {
        let is_comment = line.trim_start().starts_with('#');
        let continues = !is_comment && line.ends_with('\\');
        let body = line.strip_suffix('\\').filter(|_| continues).unwrap_or(line);
        match found.last_mut().filter(|_| is_continued && !is_comment) {
            Some((_, _, last)) => last.push_str(body),
            None => found.push((number + 1, start, body.to_owned())),
        }
        is_continued = continues;
    }
    for (_, _, line) in &mut found {
        let comment = line
            .match_indices('#')
            .map(|it| it.0)
            .find(|at| *at == 0 || line[..*at].ends_with(char::is_whitespace));
        line.truncate(comment.unwrap_or(line.len()));
    }
    found.retain(|it| !it.2.trim().is_empty());
    found
}

fn first_line_span(text: &str, start: usize) -> Span {
    let line = text[start..].lines().next().unwrap_or_default();
    let said = line.split(" #").next().unwrap_or(line).trim().trim_end_matches('\\').trim_end();
    part(line, said, start)
}

/// The value of an option: `-r file`, `-rfile`, `--requirement=file`, `--requirement file`.
fn option<'t>(said: &'t str, short: &str, long: &str) -> Option<&'t str> {
    let value = match said.strip_prefix(long) {
        Some(rest) if rest.starts_with(['=', ' ', '\t']) => rest.trim_start_matches('='),
        Some(_) => return None,
        None if said.starts_with("--") => return None,
        None => said.strip_prefix(short)?,
    };
    Some(value.trim())
}

/// What a file says that is taken in; one that is read for itself says it there.
fn included(path: &RepoPath, written: &str, span: Span) -> Option<Record> {
    let target = RepoPath::joined(path.parent(), written);
    let is_read = target.as_ref().and_then(super::reader_of).is_some_and(|it| it.0 == Python);
    (!is_read).then(|| {
        let why = format!("it takes in `{written}`, which is not read as a list of packages");
        Record::unknown(Python, why, span)
    })
}

/// A package that is taken from an address or a path, where that says which it is.
fn address_at(text: &str, span: Span) -> Option<Record> {
    let address = text.split([' ', ';']).next().unwrap_or(text);
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let egg = fragment.split('&').find_map(|it| it.strip_prefix("egg="));
    let egg = egg.map(|it| it.split('[').next().unwrap_or(it)).filter(|it| !it.is_empty());
    let file = address.rsplit('/').next().unwrap_or(address);
    let archive = [".whl", ".tar.gz", ".zip"].iter().find_map(|it| file.strip_suffix(it));
    // `name-1.0-py3-none-any`: the version is the first part that starts with a digit.
    let of_archive = archive.and_then(|stem| {
        let end = stem
            .match_indices('-')
            .find(|(at, _)| stem[at + 1..].starts_with(|it: char| it.is_ascii_digit()))?;
        Some(&stem[..end.0])
    });
    match egg.or(of_archive) {
        Some(name) => Some(Record {
            asked: dynamic("it is taken from an address"),
            ..Record::new(Python, Role::Manifest, name, span)
        }),
        // A folder of the project says itself what it is and needs.
        None if !address.contains("://") => None,
        None => Some(Record::unknown(Python, format!("`{address}` names no package"), span)),
    }
}

/// Whether a requirement says the digest of what it takes, as pip checks it.
fn has_digest(text: &str) -> bool {
    text.match_indices("--hash").any(|(at, option)| {
        let value = text[at + option.len()..].trim_start_matches(['=', ' ']);
        let value = value.split_whitespace().next().unwrap_or_default();
        let length = match value.split_once(':') {
            Some(("sha256", digest)) => (digest, 64),
            Some(("sha384", digest)) => (digest, 96),
            Some(("sha512", digest)) => (digest, 128),
            _ => return false,
        };
        length.0.len() == length.1 && length.0.bytes().all(|it| it.is_ascii_hexdigit())
    })
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
    // What builds the project is run, and is not installed with it.
    let known = found.len();
    listed(root.at(&["build-system", "requires"]), false, &mut found);
    found[known..].iter_mut().for_each(|it| it.is_peer = true);
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
            Some("*") => record,
            // A version alone is that version.
            Some(version) if is_plain_version(version) => record.asking(&format!("=={version}")),
            Some(version) => record.asking(version),
            None => Record { asked: dynamic("its version depends on where it is used"), ..record },
        });
    }
}

fn is_plain_version(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|it: char| it.is_ascii_digit())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '+' | '-' | '!'))
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
