//! The work tree as a snapshot: what is on disk, told apart from what git deliberately left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::committed::{below, checked, is_cache, kind};
use super::conversions::Conversions;
use super::{
    FileKind, IGNORE_FILE, IgnoreRules, Origin, SkipReason, Skipped, Snapshot, SnapshotFile,
    SnapshotKind, Sources, is_lfs_pointer, lfs,
};
use crate::{
    CancelToken, ContentId, EntryKind, EntryMode, Head, Index, IndexEntry, Metadata, ProjectRoot,
    READ_LIMIT, RepoPath, Repository, SourceError, System, Walked, printable_bytes,
};

/// What else counts for a work tree.
#[derive(Clone, Debug, Default)]
pub struct WorkTreeOptions {
    /// Files codd is about to write, absolute; they are not part of what it reads.
    pub leave_out: Vec<PathBuf>,
    /// The rules of the other side: a file is ignored only if both sides ignore it.
    pub ignored_too: Option<IgnoreRules>,
}

/// A file on disk before its content is known.
struct Candidate {
    path: RepoPath,
    metadata: Metadata,
    tracked: Option<IndexEntry>,
}

/// What is fixed for all files of one work tree.
struct Reading<'a> {
    system: &'a dyn System,
    root: &'a Path,
    repository: Option<&'a dyn Repository>,
    /// When the index was written, `None` when a clean stat must not be trusted.
    written: Option<(i64, u32)>,
    conversions: &'a Conversions,
}

impl Snapshot {
    /// The files below the project's root: tracked ones, and untracked ones git would not ignore.
    pub fn of_work_tree(
        system: &Arc<dyn System>,
        project: &ProjectRoot,
        options: &WorkTreeOptions,
        cancel: &CancelToken,
    ) -> Result<Snapshot, SourceError> {
        if project.is_bare() {
            return Err(SourceError::Bare);
        }
        let root = project.path.as_path();
        let index = match &project.repository {
            Some(repository) => repository.index()?,
            None => Index::default(),
        };
        let mut skipped = Vec::new();
        let mut unread = BTreeMap::new();
        let mut tracked = tracked(&index, &project.prefix, &mut skipped, &mut unread);
        let walked = system.walk(root)?;
        look_at_unread(system.as_ref(), root, &walked, &mut unread);
        let submodules: BTreeSet<String> = skipped
            .iter()
            .filter(|it: &&Skipped| it.reason == SkipReason::Submodule)
            .map(|it| it.path.clone())
            .collect();
        skipped.extend(walked.skipped.into_iter().filter(|it| !submodules.contains(&it.path)));

        let mut on_disk: BTreeMap<RepoPath, Metadata> =
            walked.files.into_iter().map(|file| (file.path, file.metadata)).collect();
        on_disk.retain(|path, _| !is_cache(path));
        add_tracked(system.as_ref(), root, &tracked, &mut on_disk, &mut skipped);

        let mut files = BTreeMap::new();
        // What a sparse checkout left out is not deleted: it is what the index says.
        for (path, entry) in &tracked {
            if entry.skip_worktree && !on_disk.contains_key(path) {
                files.extend(from_index(entry).map(|file| (path.clone(), file)));
            }
        }
        leave_out(system.as_ref(), project, options, &mut on_disk, &tracked, &mut files);

        let rules = rules_on_disk(system.as_ref(), root, &on_disk, &mut skipped);
        let ignored = |path: &RepoPath| {
            rules.ignores(path) && options.ignored_too.as_ref().is_none_or(|it| it.ignores(path))
        };
        let conversions = Conversions::of(system.as_ref(), project, &on_disk, &tracked);
        let reading = Reading {
            system: system.as_ref(),
            root,
            repository: project.repository.as_deref(),
            written: index.written.filter(|_| !index.may_filter),
            conversions: &conversions,
        };
        let mut candidates = Vec::with_capacity(on_disk.len());
        for (path, metadata) in on_disk {
            if ignored(&path) {
                skipped.push(Skipped::at(&path, SkipReason::Ignored));
            } else {
                let tracked = tracked.remove(&path);
                candidates.push(Candidate { path, metadata, tracked });
            }
        }
        let hashed: Vec<_> = candidates
            .into_par_iter()
            .map(|candidate| {
                cancel.check()?;
                Ok((candidate.path.clone(), reading.file(&candidate)))
            })
            .collect::<Result<_, SourceError>>()?;
        for (path, (file, reason)) in hashed {
            skipped.extend(reason.map(|reason| Skipped::at(&path, reason)));
            files.extend(file.map(|file| (path, file)));
        }
        let sources = Sources {
            repository: project.repository.clone(),
            disk: Some((Arc::clone(system), root.to_path_buf())),
            unread,
            ..Sources::default()
        };
        Ok(Snapshot::new(SnapshotKind::WorkTree, files, skipped, sources))
    }
}

/// The entries of the index below the project's root.
fn tracked(
    index: &Index,
    prefix: &str,
    skipped: &mut Vec<Skipped>,
    unread: &mut BTreeMap<String, ContentId>,
) -> BTreeMap<RepoPath, IndexEntry> {
    let mut tracked = BTreeMap::new();
    for entry in &index.entries {
        let Some(path) = below(entry, prefix) else { continue };
        match checked(path) {
            Ok(_) if entry.mode == EntryMode::Submodule => {
                unread.insert(printable_bytes(path), entry.id);
                skipped
                    .push(Skipped { path: printable_bytes(path), reason: SkipReason::Submodule });
            }
            Ok(path) if is_cache(&path) => {}
            Ok(path) => {
                tracked.insert(path, entry.clone());
            }
            Err(reason) => {
                unread.insert(printable_bytes(path), entry.id);
                skipped.push(Skipped { path: printable_bytes(path), reason });
            }
        }
    }
    tracked
}

/// What the work tree has in place of what is not read.
///
/// A submodule is at the commit that its own `HEAD` is, where it is checked out; a file whose
/// name is no path has been hashed by the walk.
fn look_at_unread(
    system: &dyn System,
    root: &Path,
    walked: &Walked,
    unread: &mut BTreeMap<String, ContentId>,
) {
    for (path, content) in unread.iter_mut() {
        let folder = root.join(path);
        let is_own = system.link_metadata(&folder.join(".git")).is_ok();
        if is_own
            && let Ok(Some(inner)) = system.discover_repository(&folder)
            && let Ok(Head::Commit { id, .. }) = inner.head()
        {
            *content = ContentId(id.0);
        }
    }
    unread.extend(walked.unread.iter().map(|(path, content)| (path.clone(), *content)));
}

/// Adds tracked files that the walk did not see because an ignore file names them.
fn add_tracked(
    system: &dyn System,
    root: &Path,
    tracked: &BTreeMap<RepoPath, IndexEntry>,
    on_disk: &mut BTreeMap<RepoPath, Metadata>,
    skipped: &mut Vec<Skipped>,
) {
    let mut real_folders: BTreeMap<String, bool> = BTreeMap::new();
    for path in tracked.keys() {
        if on_disk.contains_key(path) || !is_real(path.parent(), system, root, &mut real_folders) {
            continue;
        }
        match system.link_metadata(&root.join(path.as_str())) {
            Ok(it) if matches!(it.kind, EntryKind::File | EntryKind::Symlink) => {
                on_disk.insert(path.clone(), it);
            }
            Ok(it) if it.kind == EntryKind::Special => {
                skipped.push(Skipped::at(path, SkipReason::SpecialFile));
            }
            // A folder in its place, or nothing: the file is deleted.
            Ok(_) | Err(_) => {}
        }
    }
}

/// Whether no part of the folder is a symbolic link: what lies behind one is not in the tree.
fn is_real(
    folder: &str,
    system: &dyn System,
    root: &Path,
    known: &mut BTreeMap<String, bool>,
) -> bool {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    ends.filter(|end| *end > 0).all(|end| {
        let part = &folder[..end];
        if let Some(real) = known.get(part) {
            return *real;
        }
        let found = system.link_metadata(&root.join(part));
        let real = found.is_ok_and(|it| it.kind == EntryKind::Folder);
        known.insert(part.to_owned(), real);
        real
    })
}

fn from_index(entry: &IndexEntry) -> Option<SnapshotFile> {
    let kind = kind(entry.mode)?;
    Some(SnapshotFile { content: entry.id, kind, size: None, origin: Origin::Blob })
}

/// Takes out what codd itself writes to: an untracked file is not there, a tracked one unchanged.
fn leave_out(
    system: &dyn System,
    project: &ProjectRoot,
    options: &WorkTreeOptions,
    on_disk: &mut BTreeMap<RepoPath, Metadata>,
    tracked: &BTreeMap<RepoPath, IndexEntry>,
    files: &mut BTreeMap<RepoPath, SnapshotFile>,
) {
    let output = system.output_identity();
    let named: BTreeSet<RepoPath> =
        options.leave_out.iter().filter_map(|path| project.path_in_project(path)).collect();
    on_disk.retain(|path, metadata| {
        let written = output.is_some() && metadata.identity == output || named.contains(path);
        if written && let Some(file) = tracked.get(path).and_then(from_index) {
            files.insert(path.clone(), file);
        }
        !written
    });
}

fn rules_on_disk(
    system: &dyn System,
    root: &Path,
    on_disk: &BTreeMap<RepoPath, Metadata>,
    skipped: &mut Vec<Skipped>,
) -> IgnoreRules {
    let mut rules = IgnoreRules::default();
    for (path, metadata) in on_disk.iter().filter(|(path, _)| path.file_name() == IGNORE_FILE) {
        if metadata.kind == EntryKind::Symlink {
            // It would have rules from outside of the repository decide.
            skipped.push(Skipped::at(path, SkipReason::LinkedIgnoreFile));
        } else if let Ok(bytes) = system.read(&root.join(path.as_str()), READ_LIMIT) {
            rules.add(path.parent(), &String::from_utf8_lossy(&bytes));
        }
    }
    rules
}

impl Reading<'_> {
    /// The file with its content id, or why there is none; both when it can't be read but is tracked.
    fn file(&self, candidate: &Candidate) -> (Option<SnapshotFile>, Option<SkipReason>) {
        let metadata = &candidate.metadata;
        let place = self.root.join(candidate.path.as_str());
        let size = Some(metadata.size);
        if metadata.kind == EntryKind::Symlink {
            let target = self.system.read_link(&place);
            return match target.map(|it| ContentId::of(&it)) {
                Ok(content) => {
                    let (kind, origin) = (FileKind::Symlink, Origin::Disk);
                    (Some(SnapshotFile { content, kind, size, origin }), None)
                }
                Err(_) => unreadable(candidate),
            };
        }
        let tracked = candidate.tracked.as_ref();
        let executable = metadata
            .executable
            .unwrap_or_else(|| tracked.is_some_and(|it| it.mode == EntryMode::Executable));
        let kind = if executable { FileKind::Executable } else { FileKind::Regular };
        let entry = tracked.filter(|it| {
            let is_file = matches!(it.mode, EntryMode::Regular | EntryMode::Executable);
            is_file && it.stage == 0 && !it.intent_to_add
        });
        if let Some(entry) = entry
            && self.is_clean(entry, metadata)
            && !self.conversions.may_convert(&candidate.path)
            && self.blob_size(entry.id) == Some(metadata.size)
        {
            return (
                Some(SnapshotFile { content: entry.id, kind, size, origin: Origin::Disk }),
                None,
            );
        }
        match self.system.content_id(&place) {
            Ok(content) => {
                let stored = entry.filter(|it| it.id != content);
                if let Some(entry) = stored
                    && self.is_stored_as(entry, metadata, &place)
                {
                    let (content, origin) = (entry.id, Origin::Blob);
                    return (Some(SnapshotFile { content, kind, size: None, origin }), None);
                }
                (Some(SnapshotFile { content, kind, size, origin: Origin::Disk }), None)
            }
            // Deleted since it was listed.
            Err(error) if error.is_not_found() => (None, None),
            Err(_) => unreadable(candidate),
        }
    }

    /// Whether the stat data proves that the file is as it was when git last looked.
    ///
    /// A file as young as the index may have been changed in the same tick ("racy git").
    fn is_clean(&self, entry: &IndexEntry, metadata: &Metadata) -> bool {
        let Some(written) = self.written else { return false };
        metadata.stamp == Some(entry.stamp) && entry.stamp.modified < written
    }

    fn blob_size(&self, id: ContentId) -> Option<u64> {
        self.repository?.blob_size(id).ok().flatten()
    }

    /// Whether git holds this file under another form: with other line endings, or as a
    /// pointer to Git LFS. Git sees no difference then, and neither do we.
    fn is_stored_as(&self, entry: &IndexEntry, metadata: &Metadata, place: &Path) -> bool {
        let Some(stored_size) = self.blob_size(entry.id) else { return false };
        let read = || self.system.read(place, READ_LIMIT).ok();
        if stored_size < metadata.size && self.is_clean(entry, metadata) {
            return read().is_some_and(|bytes| ContentId::of(&without_returns(&bytes)) == entry.id);
        }
        if stored_size >= lfs::LARGEST_POINTER {
            return false;
        }
        let pointer = self.repository.and_then(|it| it.blob(entry.id, lfs::LARGEST_POINTER).ok());
        pointer.is_some_and(|pointer| {
            is_lfs_pointer(&pointer) && read().is_some_and(|it| lfs::is_content_of(&pointer, &it))
        })
    }
}

/// A file nobody may read; a tracked one stays, since it is not deleted.
fn unreadable(candidate: &Candidate) -> (Option<SnapshotFile>, Option<SkipReason>) {
    let file = candidate.tracked.as_ref().and_then(from_index);
    (file.map(|it| SnapshotFile { origin: Origin::Disk, ..it }), Some(SkipReason::Unreadable))
}

/// The bytes with each CRLF as LF.
fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            kept.push(*byte);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileStamp, MemorySystem};

    /// The content of a file on disk that git last saw as `one`, with this stamp and this
    /// time of the index.
    fn content(on_disk: &str, stamp: FileStamp, written: Option<(i64, u32)>) -> ContentId {
        content_of(on_disk, stamp, written, "", |_| {})
    }

    /// The same with this text as the tree's attributes, and another entry of the index.
    fn content_of(
        on_disk: &str,
        stamp: FileStamp,
        written: Option<(i64, u32)>,
        attributes: &str,
        change: impl FnOnce(&mut IndexEntry),
    ) -> ContentId {
        let system = MemorySystem::with_files([("a.py", "one\n")]);
        system.commit("first");
        let repository = system.repository().unwrap();
        let mut entry = repository.index().unwrap().entries.remove(0);
        let seen = FileStamp { modified: (1000, 0), size: 4, ..FileStamp::default() };
        entry.stamp = seen;
        change(&mut entry);
        system.set_file("a.py", on_disk);
        system.set_file(".gitattributes", attributes);
        let project = ProjectRoot::discover(&system, Path::new(".")).unwrap();
        let on_disk = system.walk(Path::new("/project")).unwrap().files;
        let on_disk = on_disk.into_iter().map(|it| (it.path, it.metadata)).collect();
        let conversions = Conversions::of(&system, &project, &on_disk, &BTreeMap::new());
        let found = system.link_metadata(Path::new("a.py")).unwrap();
        let reading = Reading {
            system: &system,
            root: Path::new("/project"),
            repository: Some(&repository),
            written,
            conversions: &conversions,
        };
        let path = RepoPath::from("a.py");
        let metadata = Metadata { stamp: Some(stamp), ..found };
        let (file, reason) = reading.file(&Candidate { path, metadata, tracked: Some(entry) });
        assert_eq!(reason, None);
        file.unwrap().content
    }

    #[test]
    fn a_file_is_taken_from_the_index_only_when_its_stat_proves_it() {
        let seen = FileStamp { modified: (1000, 0), size: 4, ..FileStamp::default() };
        let (one, two) = (ContentId::of(b"one\n"), ContentId::of(b"two\n"));
        // Proven: not even looked at.
        assert_eq!(content("two\n", seen, Some((1000, 1))), one);
        // As young as the index, so it may have changed in the same tick.
        assert_eq!(content("two\n", seen, Some((1000, 0))), two);
        // A filter may stand between disk and index.
        assert_eq!(content("two\n", seen, None), two);
        let touched = FileStamp { changed: (1001, 0), ..seen };
        assert_eq!(content("two\n", touched, Some((2000, 0))), two);
        // Another size than the blob's: line endings were converted, or more than that.
        assert_eq!(content("one\r\n", seen, Some((2000, 0))), one);
        assert_eq!(content("two\r\n", seen, Some((2000, 0))), ContentId::of(b"two\r\n"));
    }

    #[test]
    fn what_attributes_convert_is_read_whatever_its_stat_says() {
        let seen = FileStamp { modified: (1000, 0), size: 4, ..FileStamp::default() };
        let of = |attributes: &str| content_of("two\n", seen, Some((2000, 0)), attributes, |_| {});
        let (one, two) = (ContentId::of(b"one\n"), ContentId::of(b"two\n"));
        assert_eq!(of("*.py filter=swap\n"), two);
        assert_eq!(of("*.py ident\n"), two);
        assert_eq!(of("*.png filter=lfs\n*.py text eol=lf\n"), one);
    }

    #[test]
    fn an_entry_without_content_says_nothing_about_the_file() {
        let seen = FileStamp { modified: (1000, 0), size: 4, ..FileStamp::default() };
        let of =
            |change: fn(&mut IndexEntry)| content_of("two\n", seen, Some((2000, 0)), "", change);
        let two = ContentId::of(b"two\n");
        assert_eq!(of(|it| it.intent_to_add = true), two);
        assert_eq!(of(|it| it.stage = 2), two);
        assert_eq!(of(|it| it.mode = EntryMode::Symlink), two);
    }
}
