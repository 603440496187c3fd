//! Walking a work tree as git would see it, in parallel, with a deterministic answer.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::git_ignore::GitIgnore;
use super::metadata;
use crate::system::{EntryKind, Walked, WalkedFile};
use crate::{RepoPath, SkipReason, Skipped, printable_bytes};

pub(super) fn walk(root: &Path) -> Walked {
    let found = Mutex::new(Walked::default());
    let mut builder = WalkBuilder::new(root);
    // Ignore files are read by ourselves: the walker would open a pipe, or follow a link to
    // a device. Nobody's own list counts: the same repository gives everybody the same answer.
    builder
        .standard_filters(false)
        .follow_links(false)
        .threads(rayon::current_num_threads().min(8));
    let base = root.to_path_buf();
    let ignored = Arc::new(GitIgnore::of(root));
    let ignored_of_filter = Arc::clone(&ignored);
    let nested = Arc::new(Mutex::new(Vec::new()));
    let nested_of_filter = Arc::clone(&nested);
    builder.filter_entry(move |entry| enters(entry, &base, &ignored_of_filter, &nested_of_filter));
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            match entry {
                Ok(entry) => record(&entry, root, &found),
                Err(error) => record_error(&error, root, &found),
            }
            WalkState::Continue
        })
    });
    let mut walked = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    walked.skipped.append(&mut nested.lock().unwrap_or_else(PoisonError::into_inner));
    walked.skipped.append(&mut ignored.take_skipped());
    walked.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    walked.unread.sort_unstable();
    walked.skipped.sort_unstable();
    walked.skipped.dedup();
    walked
}

fn enters(
    entry: &DirEntry,
    root: &Path,
    ignored: &GitIgnore,
    nested: &Mutex<Vec<Skipped>>,
) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
    if entry.file_name() == ".git" || ignored.ignores(entry.path(), is_folder) {
        return false;
    }
    if !is_folder {
        return true;
    }
    if entry.path().ends_with(".codd/cache") {
        return false;
    }
    if entry.path().join(".git").exists() {
        let skipped =
            Skipped { path: name(entry.path(), root), reason: SkipReason::OtherRepository };
        nested.lock().unwrap_or_else(PoisonError::into_inner).push(skipped);
        return false;
    }
    true
}

fn record(entry: &DirEntry, root: &Path, found: &Mutex<Walked>) {
    if entry.depth() == 0 || entry.file_type().is_some_and(|it| it.is_dir()) {
        return;
    }
    let skip = |reason| Skipped { path: name(entry.path(), root), reason };
    let result = match std::fs::symlink_metadata(entry.path()).map(|it| metadata::of(&it)) {
        Err(_) => Err(skip(SkipReason::Unreadable)),
        Ok(it) if it.kind == EntryKind::Special => Err(skip(SkipReason::SpecialFile)),
        // Replaced by a folder while walking.
        Ok(it) if it.kind == EntryKind::Folder => Err(skip(SkipReason::Unreadable)),
        Ok(metadata) => match relative(entry.path(), root) {
            Some(path) => Ok(WalkedFile { path, metadata }),
            None => Err(skip(SkipReason::NameNotUtf8)),
        },
    };
    let unread = match &result {
        Err(it) if it.reason == SkipReason::NameNotUtf8 => {
            super::content_id(entry.path()).ok().map(|content| (it.path.clone(), content))
        }
        _ => None,
    };
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    found.unread.extend(unread);
    match result {
        Ok(file) => found.files.push(file),
        Err(skipped) => found.skipped.push(skipped),
    }
}

fn record_error(error: &ignore::Error, root: &Path, found: &Mutex<Walked>) {
    let mut error = error;
    let mut path = None;
    loop {
        error = match error {
            ignore::Error::WithPath { path: at, err } => {
                path = Some(at.as_path());
                err
            }
            ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => err,
            _ => break,
        };
    }
    if let (Some(path), true) = (path, error.is_io()) {
        let skipped = Skipped { path: name(path, root), reason: SkipReason::Unreadable };
        found.lock().unwrap_or_else(PoisonError::into_inner).skipped.push(skipped);
    }
}

/// The path below `root`, `None` when it is not UTF-8.
fn relative(path: &Path, root: &Path) -> Option<RepoPath> {
    let below = path.strip_prefix(root).ok()?;
    let mut text = String::new();
    for part in below.components() {
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(part.as_os_str().to_str()?);
    }
    (!text.is_empty()).then(|| RepoPath::new(text))
}

fn name(path: &Path, root: &Path) -> String {
    printable_bytes(&metadata::bytes_of(path.strip_prefix(root).unwrap_or(path)))
}
