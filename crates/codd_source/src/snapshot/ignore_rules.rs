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

    /// Whether the file itself is named, whatever folder it lies in: what attributes mean.
    pub fn names(&self, path: &RepoPath) -> bool {
        self.matches(path.as_str(), false)
    }

    /// Adds the attributes file of `folder`: the files that one of `attributes` is set for.
    ///
    /// As for git, the last line that names a file decides, and attributes have no `!`.
    pub fn add_attributes(&mut self, folder: &str, text: &str, attributes: &[&str]) {
        let lines = text.trim_start_matches('\u{feff}').lines();
        self.add(
            folder,
            &lines.filter_map(|it| attribute_line(it, attributes)).collect::<String>(),
        );
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

/// The line as one of an ignore file, where it says something of one of the attributes.
fn attribute_line(line: &str, attributes: &[&str]) -> Option<String> {
    let mut words = line.split_whitespace();
    let pattern = words.next().filter(|it| !it.starts_with(['#', '!', '"', '[']))?;
    let mut said = words.filter_map(|word| {
        let is_ours = |name: &str| attributes.contains(&name);
        match (word.split_once('='), word.strip_prefix(['-', '!'])) {
            (Some((name, value)), _) if is_ours(name) => Some(value == "true"),
            (_, Some(name)) if is_ours(name) => Some(false),
            _ if is_ours(word) => Some(true),
            _ => None,
        }
    });
    let is_set = said.next_back()?;
    Some(format!("{}{pattern}\n", if is_set { "" } else { "!" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_attributes_that_names_a_file_decides() {
        let mut rules = IgnoreRules::default();
        let text = "# gen/*.py gen\n*.py text\ngen/*.py gen\nown.py -gen\nall/ gen\n\
                    a.js gen=true\nb.js gen=false\nc.js other gen=yes\n!d.js gen\ne.js vend gen\n";
        rules.add_attributes("", text, &["gen", "vend"]);
        rules.add_attributes("sub", "a.js !gen\n", &["gen", "vend"]);
        let named = |path: &str| rules.names(&RepoPath::from(path));
        assert!(named("gen/x.py") && named("a.js") && named("lib/a.js") && named("e.js"));
        for path in ["x.py", "gen/deep/x.py", "own.py", "all/x.py", "b.js", "c.js", "d.js"] {
            assert!(!named(path), "{path}");
        }
        assert!(!named("sub/a.js") && named("sub/e.js"));
    }

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
