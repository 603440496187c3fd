//! What git would leave out of a work tree, by ignore files that cannot block or lead elsewhere.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::metadata;
use crate::{SkipReason, Skipped, printable_bytes};

pub(super) const NAME: &str = ".gitignore";

/// More than people and generators write; the whole file is ignored beyond it.
const LARGEST: u64 = 4 << 20;

/// The ignore files of one walk, each read when its folder is met.
pub(super) struct GitIgnore {
    root: PathBuf,
    /// The rules between the repository's root and the folder that is walked.
    above: Option<Arc<Folder>>,
    exclude: Option<Gitignore>,
    skipped: Mutex<Vec<Skipped>>,
}

/// The rules of a folder and, behind them, of those above.
pub(super) struct Folder {
    rules: Gitignore,
    above: Option<Arc<Folder>>,
}

impl GitIgnore {
    pub(super) fn of(root: &Path) -> GitIgnore {
        let mut found = GitIgnore {
            root: root.to_path_buf(),
            above: None,
            exclude: None,
            skipped: Mutex::default(),
        };
        // Outside of a repository, what lies above the project has no say.
        let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else {
            return found;
        };
        if let Some(folder) = git_folder(top) {
            // Its folder is the user's own, so a link there is the user's too.
            found.exclude = found.rules(top, &folder.join("info/exclude"), true);
        }
        let mut folders: Vec<&Path> =
            root.ancestors().skip(1).take_while(|it| it.starts_with(top)).collect();
        folders.reverse();
        for folder in folders {
            let above = found.above.take();
            found.above = found.inside(folder, above);
        }
        found
    }

    /// The rules above the folder that is walked.
    pub(super) fn above(&self) -> Option<Arc<Folder>> {
        self.above.clone()
    }

    /// The rules within a folder that has an ignore file.
    pub(super) fn inside(&self, path: &Path, above: Option<Arc<Folder>>) -> Option<Arc<Folder>> {
        match self.rules(path, &path.join(NAME), false) {
            Some(rules) => Some(Arc::new(Folder { rules, above })),
            None => above,
        }
    }

    /// Whether anything could be ignored below these rules.
    pub(super) fn has_rules(&self, rules: Option<&Folder>) -> bool {
        rules.is_some() || self.exclude.is_some()
    }

    /// Whether an entry of a folder with these rules is ignored; the folder is not.
    pub(super) fn ignores(&self, rules: Option<&Folder>, path: &Path, is_folder: bool) -> bool {
        let folders = std::iter::successors(rules, |it| it.above.as_deref());
        for rules in folders.map(|it| &it.rules) {
            match rules.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        self.exclude.as_ref().is_some_and(|rules| rules.matched(path, is_folder).is_ignore())
    }

    /// The ignore files that were passed over, and why.
    pub(super) fn take_skipped(&self) -> Vec<Skipped> {
        std::mem::take(&mut self.skipped.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rules(&self, folder: &Path, file: &Path, through_links: bool) -> Option<Gitignore> {
        let text = match text_of(file, through_links) {
            Ok(text) => text?,
            Err(reason) => {
                let skipped = Skipped { path: self.name(file), reason };
                self.skipped.lock().unwrap_or_else(PoisonError::into_inner).push(skipped);
                return None;
            }
        };
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // As in git, a line that is no pattern matches nothing.
            let _ = builder.add_line(None, line);
        }
        builder.build().ok().filter(|rules| !rules.is_empty())
    }

    /// The file as seen from the folder that is walked: where that lies says nothing.
    fn name(&self, file: &Path) -> String {
        let mut steps = self.root.ancestors().enumerate();
        let below = steps.find_map(|(up, top)| Some((up, file.strip_prefix(top).ok()?)));
        let (up, below) = below.unwrap_or((0, Path::new(file.file_name().unwrap_or_default())));
        printable_bytes(&[b"../".repeat(up), metadata::bytes_of(below)].concat())
    }
}

/// The text of an ignore file, `None` where there is none, or why it is not read.
fn text_of(path: &Path, through_links: bool) -> Result<Option<String>, SkipReason> {
    let found = if through_links { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let Ok(found) = found else { return Ok(None) };
    if found.is_dir() {
        return Ok(None);
    }
    if found.is_symlink() {
        return Err(SkipReason::LinkedIgnoreFile);
    }
    if !found.is_file() {
        return Err(SkipReason::SpecialFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|_| SkipReason::Unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|_| SkipReason::Unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(SkipReason::TooLarge);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Where git keeps what all work trees of the repository share.
fn git_folder(top: &Path) -> Option<PathBuf> {
    let inner = top.join(".git");
    if inner.is_dir() {
        return Some(inner);
    }
    let text = text_of(&inner, true).ok()??;
    let own = top.join(text.strip_prefix("gitdir:")?.trim());
    match text_of(&own.join("commondir"), true) {
        Ok(Some(common)) => Some(own.join(common.trim())),
        _ => Some(own),
    }
}
