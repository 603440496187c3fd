//! Go: `go.mod` says which versions are used, `go.sum` what they hold.

#![expect(clippy::unnecessary_wraps, reason = "readers of all kinds of files have one form")]

use codd_source::RepoPath;

use super::{lines, part};
use crate::checks::dependency::Ecosystem::Go;
use crate::checks::dependency::record::{Asked, Record, Role};

pub(super) fn manifest(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found: Vec<Record> = Vec::new();
    let mut replaced: Vec<(String, Option<(String, String)>)> = Vec::new();
    let mut block = "";
    for (start, line) in lines(text) {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let said = code.trim();
        if said == ")" {
            block = "";
            continue;
        }
        let mut words: Vec<&str> = said.split_whitespace().map(|it| it.trim_matches('"')).collect();
        if let [directive, "("] = words.as_slice() {
            block = match *directive {
                "require" => "require",
                "replace" => "replace",
                _ => "other",
            };
            continue;
        }
        let directive = if block.is_empty() && !words.is_empty() { words.remove(0) } else { block };
        match (directive, words.as_slice()) {
            ("require", [name, version, ..]) => found.push(Record {
                asked: Asked::Version((*version).to_owned()),
                is_indirect: comment.trim().starts_with("indirect"),
                ..Record::new(Go, Role::Manifest, name, part(line, said, start))
            }),
            // A folder has no version.
            ("replace", [name, .., "=>", _]) => replaced.push(((*name).to_owned(), None)),
            ("replace", [name, .., "=>", to, version]) => {
                let to = Some(((*to).to_owned(), (*version).to_owned()));
                replaced.push(((*name).to_owned(), to));
            }
            _ => {}
        }
    }
    for (name, to) in replaced {
        for record in found.iter_mut().filter(|it| it.name == name) {
            match &to {
                Some((other, version)) => {
                    record.name.clone_from(other);
                    record.asked = Asked::Version(version.clone());
                }
                None => record.asked = Asked::Own,
            }
        }
    }
    Ok(found)
}

pub(super) fn sums(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found: Vec<Record> = Vec::new();
    for (start, line) in lines(text) {
        let mut words = line.split_whitespace();
        let (Some(name), Some(version), Some(hash)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        // A manifest's hash says nothing of the code.
        if !version.ends_with("/go.mod") {
            found.push(Record {
                asked: Asked::Version(version.to_owned()),
                is_hashed: hash.starts_with("h1:"),
                ..Record::new(Go, Role::Hashes, name, part(line, line.trim(), start))
            });
        }
    }
    Ok(found)
}
