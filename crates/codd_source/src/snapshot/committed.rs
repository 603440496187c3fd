//! Snapshots of what git holds: a commit and the index.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{FileKind, Origin, SkipReason, Skipped, Snapshot, SnapshotFile, SnapshotKind, Sources};
use crate::{
    ContentId, EntryMode, IndexEntry, ObjectId, RepoPath, Repository, RepositoryError,
    printable_bytes,
};

impl Snapshot {
    /// The files of a commit below the folder `prefix` (`""` for all), paths relative to it.
    pub fn of_commit(
        repository: &Arc<dyn Repository>,
        commit: ObjectId,
        prefix: &str,
    ) -> Result<Snapshot, RepositoryError> {
        let mut files = BTreeMap::new();
        let mut skipped = Vec::new();
        let mut unread = BTreeMap::new();
        for entry in repository.tree(commit, prefix)? {
            let path = &entry.path;
            add(path, entry.mode, entry.id, &mut files, &mut skipped, &mut unread);
        }
        let repository = Some(Arc::clone(repository));
        let sources = Sources { repository, unread, ..Sources::default() };
        Ok(Snapshot::new(SnapshotKind::Commit { id: commit }, files, skipped, sources))
    }

    /// What the next commit would hold below `prefix`, paths relative to it.
    pub fn of_index(
        repository: &Arc<dyn Repository>,
        prefix: &str,
    ) -> Result<Snapshot, RepositoryError> {
        let mut files = BTreeMap::new();
        let mut skipped = Vec::new();
        let mut unread = BTreeMap::new();
        for entry in repository.index()?.entries {
            let Some(path) = below(&entry, prefix) else { continue };
            if entry.intent_to_add {
                continue;
            }
            if entry.stage != 0 {
                // Ours where there is one, else theirs, else the base, so that it does not look deleted.
                skipped.push(Skipped { path: printable_bytes(path), reason: SkipReason::Unmerged });
                let known = std::str::from_utf8(path)
                    .is_ok_and(|it| files.contains_key(&RepoPath::from(it)));
                if known && entry.stage != 2 {
                    continue;
                }
            }
            add(path, entry.mode, entry.id, &mut files, &mut skipped, &mut unread);
        }
        let repository = Some(Arc::clone(repository));
        let sources = Sources { repository, unread, ..Sources::default() };
        Ok(Snapshot::new(SnapshotKind::Index, files, skipped, sources))
    }
}

/// The entry's path relative to the folder `prefix`, `None` when it lies outside.
pub(super) fn below<'a>(entry: &'a IndexEntry, prefix: &str) -> Option<&'a [u8]> {
    if prefix.is_empty() {
        return Some(&entry.path);
    }
    entry.path.strip_prefix(prefix.as_bytes())?.strip_prefix(b"/")
}

/// The path as one a snapshot may hold, or why not.
pub(super) fn checked(path: &[u8]) -> Result<RepoPath, SkipReason> {
    let text = std::str::from_utf8(path).map_err(|_| SkipReason::NameNotUtf8)?;
    let valid = |part: &str| !matches!(part, "" | "." | ".." | ".git") && !part.contains('\0');
    if text.split('/').all(valid) { Ok(RepoPath::from(text)) } else { Err(SkipReason::InvalidName) }
}

/// Whether the path is one that codd's own cache has, which no answer depends on.
///
/// Anything else in that folder is what somebody put there, to be seen like all else.
pub(super) fn is_cache(path: &RepoPath) -> bool {
    let path = path.as_str();
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    let is_folder = folder == ".codd/cache" || folder.ends_with("/.codd/cache");
    is_folder && (name == ".gitignore" || name.ends_with(".pack"))
}

pub(super) fn kind(mode: EntryMode) -> Option<FileKind> {
    Some(match mode {
        EntryMode::Regular => FileKind::Regular,
        EntryMode::Executable => FileKind::Executable,
        EntryMode::Symlink => FileKind::Symlink,
        EntryMode::Submodule => return None,
    })
}

fn add(
    path: &[u8],
    mode: EntryMode,
    content: ContentId,
    files: &mut BTreeMap<RepoPath, SnapshotFile>,
    skipped: &mut Vec<Skipped>,
    unread: &mut BTreeMap<String, ContentId>,
) {
    let result = checked(path).and_then(|path| {
        let kind = kind(mode).ok_or(SkipReason::Submodule)?;
        Ok((path, SnapshotFile { content, kind, size: None, origin: Origin::Blob }))
    });
    match result {
        Ok((path, _)) if is_cache(&path) => {}
        Ok((path, file)) => {
            files.insert(path, file);
        }
        Err(reason) => {
            unread.insert(printable_bytes(path), content);
            skipped.push(Skipped { path: printable_bytes(path), reason });
        }
    }
}
