//! Walking a work tree as git would see it, in parallel, with a deterministic answer.
//!
//! A folder is asked for its entries once, and for nothing that they do not name: most folders
//! have no ignore file and are no repository of their own.

use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::git_ignore::{self, GitIgnore};
use super::metadata;
use crate::system::{EntryKind, Walked, WalkedFile};
use crate::{RepoPath, SkipReason, Skipped, printable_bytes};

/// Where a repository of its own has its git folder.
const GIT: &str = ".git";

pub(super) fn walk(root: &Path) -> Walked {
    let walk = Walk { root, ignored: GitIgnore::of(root), found: Mutex::default() };
    rayon::scope(|scope| {
        let above = walk.ignored.above();
        let root = Place { path: root.to_path_buf(), name: Some(String::new()), above };
        walk.folder(root, scope);
    });
    let mut walked = walk.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    walked.skipped.append(&mut walk.ignored.take_skipped());
    walked.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    walked.unread.sort_unstable();
    walked.skipped.sort_unstable();
    walked.skipped.dedup();
    walked
}

struct Walk<'a> {
    root: &'a Path,
    ignored: GitIgnore,
    found: Mutex<Walked>,
}

/// A folder of the walk.
struct Place {
    path: PathBuf,
    /// Its path below the root and a slash; empty of the root itself, `None` where it is no
    /// UTF-8.
    name: Option<String>,
    /// The rules of the folders above.
    above: Option<Arc<git_ignore::Folder>>,
}

/// An entry of a folder.
struct Entry {
    entry: DirEntry,
    name: OsString,
    is_folder: bool,
}

impl Walk<'_> {
    fn folder<'s>(&'s self, place: Place, scope: &Scope<'s>) {
        let entries = entries(&place.path);
        let is_root = place.path == self.root;
        // Its entries say so; one that does not tell them is asked.
        let has = |entries: &[Entry], name| entries.iter().any(|it| is_called(it, name));
        let may_be_repository = entries.as_ref().is_ok_and(|it| has(it, GIT)) || entries.is_err();
        if !is_root && may_be_repository && place.path.join(GIT).exists() {
            self.skip(&place.path, SkipReason::OtherRepository);
            return;
        }
        let entries = match entries {
            Ok(entries) => entries,
            // What is no folder holds nothing.
            Err(_) if is_root && place.path.is_file() => return,
            Err(_) => return self.skip(&place.path, SkipReason::Unreadable),
        };
        let above = place.above.clone();
        let rules = if has(&entries, git_ignore::NAME) {
            self.ignored.inside(&place.path, above)
        } else {
            above
        };
        let mut found = Walked::default();
        for entry in entries {
            let path = || place.path.join(&entry.name);
            let is_left_out = entry.name == GIT
                || self.ignored.has_rules(rules.as_deref())
                    && self.ignored.ignores(rules.as_deref(), &path(), entry.is_folder);
            if is_left_out {
                continue;
            }
            let name = place.name.as_deref().zip(entry.name.to_str());
            if !entry.is_folder {
                self.file(&entry, &path, name, &mut found);
            } else if !path().ends_with(".codd/cache") {
                let name = name.map(|(folder, name)| format!("{folder}{name}/"));
                let inner = Place { path: path(), name, above: rules.clone() };
                scope.spawn(move |scope| self.folder(inner, scope));
            }
        }
        let mut all = self.found();
        all.files.append(&mut found.files);
        all.skipped.append(&mut found.skipped);
        all.unread.append(&mut found.unread);
    }

    /// A file of a folder, by the name of that and its own.
    fn file(
        &self,
        entry: &Entry,
        path: &dyn Fn() -> PathBuf,
        name: Option<(&str, &str)>,
        found: &mut Walked,
    ) {
        let reason = match entry.entry.metadata().map(|it| metadata::of(&it)) {
            Err(_) => SkipReason::Unreadable,
            Ok(it) if it.kind == EntryKind::Special => SkipReason::SpecialFile,
            // Replaced by a folder while walking.
            Ok(it) if it.kind == EntryKind::Folder => SkipReason::Unreadable,
            Ok(metadata) => match name {
                Some((folder, name)) => {
                    let path = RepoPath::new([folder, name].concat());
                    found.files.push(WalkedFile { path, metadata });
                    return;
                }
                None => SkipReason::NameNotUtf8,
            },
        };
        let shown = self.shown(&path());
        if reason == SkipReason::NameNotUtf8 {
            found.unread.extend(super::content_id(&path()).ok().map(|it| (shown.clone(), it)));
        }
        found.skipped.push(Skipped { path: shown, reason });
    }

    fn skip(&self, path: &Path, reason: SkipReason) {
        let skipped = Skipped { path: self.shown(path), reason };
        self.found().skipped.push(skipped);
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Walked> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown(&self, path: &Path) -> String {
        printable_bytes(&metadata::bytes_of(path.strip_prefix(self.root).unwrap_or(path)))
    }
}

fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let entries = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        // Of a link it is told that it is one; of what is gone by now, when it is looked at.
        let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
        Ok(Entry { name: entry.file_name(), is_folder, entry })
    });
    entries.collect()
}

/// Whether a name means this entry on any file system: some do not tell cases apart.
fn is_called(entry: &Entry, name: &str) -> bool {
    entry.name.eq_ignore_ascii_case(name)
}
