//! `.coddignore` files: which paths a project leaves out of every answer.

use std::collections::BTreeMap;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::RepoPath;

/// The name of codd's own ignore files, in the syntax of `.gitignore`.
pub const IGNORE_FILE: &str = ".coddignore";

/// The ignore files of one side, by folder.
#[derive(Clone, Debug, Default)]
pub struct IgnoreRules {
    folders: BTreeMap<String, Gitignore>,
}

impl IgnoreRules {
    /// Adds the ignore file of `folder` (`""` for the root); lines that are no pattern are left out.
    pub fn add(&mut self, folder: &str, text: &str) {
        let mut builder = GitignoreBuilder::new("");
        for line in text.trim_start_matches('\u{feff}').lines() {
            let _ = builder.add_line(None, line);
        }
        if let Ok(rules) = builder.build() {
            self.folders.insert(folder.to_owned(), rules);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// Whether the path, or a folder it lies in, is ignored.
    ///
    /// As in git, what lies in an ignored folder can't be taken back by a later pattern.
    pub fn ignores(&self, path: &RepoPath) -> bool {
        // An ignore file that ignored itself would have no say on the next run.
        if self.is_empty() || path.file_name() == IGNORE_FILE {
            return false;
        }
        let path = path.as_str();
        let ends = path.match_indices('/').map(|(at, _)| (at, true));
        ends.chain([(path.len(), false)])
            .any(|(end, is_folder)| self.matches(&path[..end], is_folder))
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        let mut folder = path.rfind('/').map_or("", |at| &path[..at]);
        loop {
            if let Some(rules) = self.folders.get(folder) {
                let below = path[folder.len()..].trim_start_matches('/');
                match rules.matched(below, is_folder) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
            }
            if folder.is_empty() {
                return false;
            }
            folder = folder.rfind('/').map_or("", |at| &folder[..at]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_file_decides_and_ignored_folders_stay_ignored() {
        let mut rules = IgnoreRules::default();
        rules.add("", ".coddignore\ngenerated/\n*.min.js\n/only-root.py\nnot a pattern [\n");
        rules.add("web", "!keep.min.js\n");
        let ignored = |path: &str| rules.ignores(&RepoPath::from(path));
        assert!(ignored("generated/a/b.py") && ignored("src/generated/a.py"));
        assert!(ignored("a.min.js") && ignored("web/b.min.js") && !ignored("web/keep.min.js"));
        assert!(ignored("only-root.py") && !ignored("src/only-root.py"));
        assert!(!ignored("generated.py") && !ignored(".coddignore"));
    }
}
