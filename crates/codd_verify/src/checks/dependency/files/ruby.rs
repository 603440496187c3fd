//! Ruby: `Gemfile` and `Gemfile.lock`.

#![expect(clippy::unnecessary_wraps, reason = "readers of all kinds of files have one form")]

use codd_source::RepoPath;

use super::{dynamic, lines, part};
use crate::checks::dependency::Ecosystem::Ruby;
use crate::checks::dependency::record::{Asked, Record, Role};

/// `gem "name", "~> 1.0", ">= 1.0.2"`; a Gemfile is a program, of which such lines are read.
pub(super) fn manifest(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found = Vec::new();
    let mut groups: Vec<bool> = Vec::new();
    for (start, line) in lines(text) {
        let said = line.trim();
        if said.starts_with('#') {
            continue;
        }
        if said.ends_with(" do") || said.contains(" do |") {
            let is_dev = said.starts_with("group")
                && (said.contains(":development") || said.contains(":test"));
            groups.push(is_dev);
        } else if said == "end" {
            groups.pop();
        }
        let Some(rest) = said.strip_prefix("gem ").or_else(|| said.strip_prefix("gem(")) else {
            found.extend(
                unknown(said).map(|why| Record::unknown(Ruby, why, part(line, said, start))),
            );
            continue;
        };
        let mut texts = Vec::new();
        let (mut is_elsewhere, mut is_own) = (false, false);
        for (at, argument) in rest.split(',').enumerate() {
            let argument = argument.trim().trim_end_matches(')');
            let quoted = ['"', '\'']
                .iter()
                .find_map(|quote| argument.strip_prefix(*quote)?.split(*quote).next());
            match quoted {
                Some(text) if texts.len() == at => texts.push(text),
                _ => {
                    let begins = |words: &[&str]| words.iter().any(|it| argument.starts_with(it));
                    is_own |= begins(&["path:", ":path "]);
                    is_elsewhere |= begins(&["git:", "github:", ":git ", ":github "]);
                }
            }
        }
        let Some((name, versions)) = texts.split_first() else {
            let why = "a gem's name is computed";
            found.push(Record::unknown(Ruby, why, part(line, said, start)));
            continue;
        };
        let asked = match versions {
            _ if is_own => Asked::Own,
            _ if is_elsewhere => dynamic("it is taken from an address"),
            [] => Asked::Any,
            versions => Asked::Version(versions.join(", ")),
        };
        let is_dev = groups.contains(&true)
            || rest.contains("group: :test")
            || rest.contains("group: :development");
        found.push(Record {
            asked,
            is_dev,
            ..Record::new(Ruby, Role::Manifest, name, part(line, said, start))
        });
    }
    Ok(found)
}

/// Why a line asks for gems that are not known, if it does.
fn unknown(said: &str) -> Option<&'static str> {
    let begins = |word: &str| {
        said.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '(']))
    };
    if begins("gemspec") {
        return Some("it takes in what its gemspec asks for, which is not read");
    }
    if begins("eval_gemfile") || begins("instance_eval") || begins("eval") {
        return Some("it takes in another file");
    }
    let is_inner = [" gem ", "{gem ", " gem(", "{gem("].iter().any(|it| said.contains(it));
    is_inner.then_some("a gem's name is computed")
}

pub(super) fn lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let mut found: Vec<Record> = Vec::new();
    let mut section = "";
    for (start, line) in lines(text) {
        if !line.starts_with(' ') {
            section = line.trim();
            continue;
        }
        let said = line.trim();
        let Some((name, rest)) = said.split_once(" (") else { continue };
        let Some((version, behind)) = rest.split_once(')') else { continue };
        // `1.2.3-x86_64-linux` is a build of that version.
        let version = version.split('-').next().unwrap_or(version);
        let indent = line.len() - line.trim_start().len();
        match section {
            "GEM" | "GIT" | "PATH" if indent == 4 => found.push(Record {
                asked: Asked::Version(version.to_owned()),
                ..Record::new(Ruby, Role::Lock, name, part(line, said, start))
            }),
            "CHECKSUMS" if behind.contains("sha256=") => {
                for it in found.iter_mut().filter(|it| it.name == name) {
                    it.is_hashed = true;
                }
            }
            _ => {}
        }
    }
    Ok(found)
}
