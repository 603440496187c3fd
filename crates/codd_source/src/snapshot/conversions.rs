//! Which files git may keep under other bytes than they have on disk: those need to be read.

use std::collections::BTreeMap;
use std::path::Path;

use super::IgnoreRules;
use crate::{IndexEntry, Metadata, ProjectRoot, READ_LIMIT, RepoPath, System, SystemError};

/// Where git looks for attributes.
const FILE: &str = ".gitattributes";

/// What a file's attributes may name so that its bytes are not its blob's, at any length.
///
/// Line endings are not among them: a file whose endings were converted has another length.
const CONVERTING: [&str; 3] = ["filter", "ident", "working-tree-encoding"];

/// The attributes that count in a work tree, as far as they convert.
///
/// Where it is unclear whether a file is converted, it is: the price is only that it is read.
#[derive(Debug, Default)]
pub(super) struct Conversions {
    everything: bool,
    /// By folder from the root of the repository, in lower case.
    rules: IgnoreRules,
    /// The project's folder in the repository.
    prefix: String,
}

impl Conversions {
    /// What the attributes of the project's files, and of the folders above it, say.
    pub(super) fn of(
        system: &dyn System,
        project: &ProjectRoot,
        on_disk: &BTreeMap<RepoPath, Metadata>,
        tracked: &BTreeMap<RepoPath, IndexEntry>,
    ) -> Conversions {
        let mut found = Conversions { prefix: project.prefix.clone(), ..Conversions::default() };
        let top = project.repository.as_ref().and_then(|it| it.work_tree());
        let above = project.path.ancestors().skip(1);
        for folder in above.take_while(|it| top.is_some_and(|top| it.starts_with(top))) {
            let below = top.and_then(|top| folder.strip_prefix(top).ok());
            let below = below.unwrap_or(Path::new("")).to_string_lossy().replace('\\', "/");
            match system.read(&folder.join(FILE), READ_LIMIT) {
                Err(SystemError::NotFound { .. }) => {}
                read => found.add(&below, read.ok().as_deref()),
            }
        }
        let is_attributes = |path: &&RepoPath| path.file_name() == FILE;
        for path in on_disk.keys().filter(is_attributes) {
            let read = system.read(&project.path.join(path.as_str()), READ_LIMIT);
            found.add(&found.below_top(path.parent()), read.ok().as_deref());
        }
        // Git takes the index's where the work tree has none.
        for path in tracked.keys().filter(is_attributes).filter(|it| !on_disk.contains_key(*it)) {
            let repository = project.repository.as_deref();
            let blob = repository.and_then(|it| it.blob(tracked[path].id, READ_LIMIT).ok());
            found.add(&found.below_top(path.parent()), blob.as_deref());
        }
        found
    }

    /// Whether the bytes on disk of this file of the project may not be those of its blob.
    pub(super) fn may_convert(&self, path: &RepoPath) -> bool {
        self.everything
            || !self.rules.is_empty()
                && self.rules.names(&RepoPath::new(self.below_top(path.as_str()).to_lowercase()))
    }

    fn below_top(&self, path: &str) -> String {
        match (self.prefix.as_str(), path) {
            ("", path) | (path, "") => path.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        }
    }

    /// Takes in one file of attributes; `None` is one that cannot be read.
    fn add(&mut self, folder: &str, bytes: Option<&[u8]>) {
        let text = bytes.map(|it| String::from_utf8_lossy(it).to_lowercase());
        let Some(text) = text else {
            self.everything = true;
            return;
        };
        let mut patterns = String::new();
        for line in text.trim_start_matches('\u{feff}').lines() {
            let names_one = || CONVERTING.iter().any(|name| line.contains(name));
            let pattern = line.split_whitespace().next().unwrap_or_default();
            match pattern.as_bytes().first() {
                None | Some(b'#' | b'!') => {}
                // A macro may be used by any line; a quoted pattern may name anything.
                Some(b'[' | b'"') if names_one() => self.everything = true,
                Some(_) if names_one() => {
                    patterns.push_str(pattern);
                    patterns.push('\n');
                }
                Some(_) => {}
            }
        }
        if !patterns.is_empty() {
            self.rules.add(&folder.to_lowercase(), &patterns);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(attributes: &[(&str, &str)], path: &str) -> bool {
        let mut it = Conversions { prefix: "App".to_owned(), ..Conversions::default() };
        for (folder, text) in attributes {
            it.add(folder, Some(text.as_bytes()));
        }
        it.may_convert(&RepoPath::from(path))
    }

    #[test]
    fn only_the_files_that_attributes_name_are_doubted() {
        let lfs = [("", "* text=auto\n*.PNG filter=lfs diff=lfs -text\n")];
        assert!(converted(&lfs, "logo.png") && converted(&lfs, "deep/LOGO.PNG"));
        assert!(!converted(&lfs, "a.py"));
        let below = [("App/data", "*.py working-tree-encoding=UTF-16\n"), ("other", "* ident\n")];
        assert!(converted(&below, "data/a.py"));
        assert!(!converted(&below, "a.py"));
    }

    #[test]
    fn what_is_unclear_is_doubted() {
        assert!(converted(&[("", "[attr]big filter=x\n*.bin big\n")], "a.py"));
        assert!(converted(&[("", "\"a b\" filter=x\n")], "a.py"));
        // Taken back further down, or by a line that git may read in another way.
        assert!(converted(&[("", "*.py filter=x\n*.py -filter\n")], "a.py"));
        assert!(!converted(&[("", "# *.py filter=x\n!*.py filter=x\n\n")], "a.py"));
        let mut unread = Conversions::default();
        unread.add("", None);
        assert!(unread.may_convert(&RepoPath::from("a.py")));
    }
}
