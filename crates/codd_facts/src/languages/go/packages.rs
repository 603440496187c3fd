//! What `go.mod` declares.

use std::collections::BTreeMap;

use codd_source::RepoPath;

/// What a `go.mod` says, as far as it is read.
#[derive(Debug, Default)]
pub(super) struct GoMod {
    /// The import path of the module.
    pub(super) module: Option<String>,
    pub(super) required: BTreeMap<String, String>,
    /// Import paths that are folders of this repository, as written.
    pub(super) replaced: Vec<(String, String)>,
}

/// Reads the lines of a `go.mod`, in blocks or alone.
pub(super) fn parse(text: &str) -> GoMod {
    let mut out = GoMod::default();
    let mut block = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or("").trim();
        if line == ")" {
            block.clear();
            continue;
        }
        let mut words: Vec<&str> = line.split_whitespace().map(|it| it.trim_matches('"')).collect();
        if words.len() == 2 && words[1] == "(" {
            words[0].clone_into(&mut block);
            continue;
        }
        let directive = match block.as_str() {
            "" if words.is_empty() => continue,
            "" => words.remove(0).to_owned(),
            block => block.to_owned(),
        };
        match (directive.as_str(), words.as_slice()) {
            ("module", [path]) => out.module = Some((*path).to_owned()),
            ("require", [path, version, ..]) => {
                out.required.insert((*path).to_owned(), (*version).to_owned());
            }
            ("replace", words) => {
                let at = words.iter().position(|it| *it == "=>");
                if let (Some(path), Some(to)) = (words.first(), at.and_then(|at| words.get(at + 1)))
                    && (to.starts_with("./") || to.starts_with("../"))
                {
                    out.replaced.push(((*path).to_owned(), (*to).to_owned()));
                }
            }
            _ => {}
        }
    }
    out
}

pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    (path.file_name() == "go.mod").then(|| parse(text).required)
}
