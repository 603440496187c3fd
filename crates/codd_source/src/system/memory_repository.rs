//! A repository in memory, so that questions about changes can be tested without git.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::repository::RepositoryError as Error;
use crate::{
    CommitInfo, ContentId, Date, EntryMode, FileStamp, Head, Index, IndexEntry, ObjectId, RepoPath,
    Repository, TreeEntry,
};

type Files = BTreeMap<RepoPath, (EntryMode, ContentId)>;

/// Commits, branches and an index in memory; clones share them.
///
/// Understands `HEAD`, branch names and (shortened) ids, with `~N` and `^`.
#[derive(Clone, Debug)]
pub struct MemoryRepository {
    work_tree: Option<PathBuf>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    blobs: BTreeMap<ContentId, Arc<[u8]>>,
    commits: BTreeMap<ObjectId, (CommitInfo, Files)>,
    branches: BTreeMap<String, ObjectId>,
    head: String,
    index: Files,
}

impl MemoryRepository {
    pub(super) fn new(work_tree: Option<PathBuf>) -> MemoryRepository {
        let state = State { head: "main".to_owned(), ..State::default() };
        MemoryRepository { work_tree, state: Arc::new(Mutex::new(state)) }
    }

    /// Replaces the index.
    pub fn stage(&self, files: Vec<(RepoPath, EntryMode, Arc<[u8]>)>) {
        let mut state = self.state();
        state.index.clear();
        for (path, mode, bytes) in files {
            let id = ContentId::of(&bytes);
            state.blobs.insert(id, bytes);
            state.index.insert(path, (mode, id));
        }
    }

    /// Commits exactly these files on the current branch, leaving any work tree alone.
    pub fn commit_files<'a>(
        &self,
        message: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> ObjectId {
        let files = files
            .into_iter()
            .map(|(path, text)| (RepoPath::from(path), EntryMode::Regular, text.as_bytes().into()));
        self.stage(files.collect());
        self.commit_index(message)
    }

    /// Commits the index on the current branch.
    pub fn commit_index(&self, message: &str) -> ObjectId {
        let mut state = self.state();
        let files = state.index.clone();
        let parents: Vec<ObjectId> = state.branches.get(&state.head).copied().into_iter().collect();
        let tree = ObjectId(ContentId::of(format!("{files:?}").as_bytes()).0);
        let id = ObjectId(ContentId::of(format!("{tree}{parents:?}{message}").as_bytes()).0);
        let info = CommitInfo {
            id,
            tree,
            parents,
            author_name: "A. Developer".to_owned(),
            author_email: "developer@example.org".to_owned(),
            committer_name: "A. Developer".to_owned(),
            committer_email: "developer@example.org".to_owned(),
            date: Date::new(2025, 1, 1),
            message: message.to_owned(),
        };
        let head = state.head.clone();
        state.commits.insert(id, (info, files));
        state.branches.insert(head, id);
        id
    }

    /// Makes a branch at a commit and switches to it, without touching index or work tree.
    pub fn switch(&self, branch: &str, commit: ObjectId) {
        let mut state = self.state();
        state.branches.insert(branch.to_owned(), commit);
        branch.clone_into(&mut state.head);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn ancestors(&self, of: ObjectId) -> Vec<ObjectId> {
        let mut found = vec![of];
        let mut seen = BTreeSet::from([of]);
        let mut at = 0;
        while let Some(id) = found.get(at).copied() {
            at += 1;
            let parents = self.commits.get(&id).map_or(&[][..], |(info, _)| &info.parents);
            found.extend(parents.iter().filter(|it| seen.insert(**it)));
        }
        found
    }

    fn find(&self, name: &str) -> Option<ObjectId> {
        let name = if name == "HEAD" || name == "@" { &self.head } else { name };
        self.branches.get(name).copied().or_else(|| {
            let mut found = self.commits.keys().filter(|id| id.to_string().starts_with(name));
            found.next().copied().filter(|_| name.len() >= 4)
        })
    }
}

fn missing(id: &dyn fmt::Display) -> Error {
    Error::MissingObject { id: id.to_string(), partial_clone: false, shallow: false }
}

impl Repository for MemoryRepository {
    fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    fn head(&self) -> Result<Head, Error> {
        let state = self.state();
        Ok(state
            .branches
            .get(&state.head)
            .map_or(Head::Unborn, |id| Head::Commit { id: *id, branch: Some(state.head.clone()) }))
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, Error> {
        let state = self.state();
        let unknown = || Error::UnknownRevision {
            revision: revision.to_owned(),
            suggestions: crate::nearest(revision, state.branches.keys().map(String::as_str), 3),
            shallow: false,
        };
        let base = revision.split(['~', '^']).next().unwrap_or(revision);
        let mut id = state.find(base).ok_or_else(unknown)?;
        let mut rest = &revision[base.len()..];
        while let Some(step) = rest.chars().next() {
            rest = &rest[1..];
            let digits = rest.len() - rest.trim_start_matches(|it: char| it.is_ascii_digit()).len();
            let count = rest[..digits].parse().unwrap_or(1);
            rest = &rest[digits..];
            for _ in 0..if step == '~' { count } else { 1 } {
                let parents = state.commits.get(&id).map_or(&[][..], |(info, _)| &info.parents);
                id = parents.first().copied().ok_or_else(unknown)?;
            }
        }
        Ok(id)
    }

    fn merge_base(&self, one: ObjectId, two: ObjectId) -> Result<ObjectId, Error> {
        let state = self.state();
        let of_two: BTreeSet<ObjectId> = state.ancestors(two).into_iter().collect();
        let found = state.ancestors(one).into_iter().find(|id| of_two.contains(id));
        let no_base =
            || Error::NoMergeBase { one: one.to_string(), two: two.to_string(), shallow: false };
        found.ok_or_else(no_base)
    }

    fn commit(&self, id: ObjectId) -> Result<CommitInfo, Error> {
        self.state().commits.get(&id).map(|(info, _)| info.clone()).ok_or_else(|| missing(&id))
    }

    fn commits_between(
        &self,
        base: Option<ObjectId>,
        head: ObjectId,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, Error> {
        let state = self.state();
        let hidden: BTreeSet<ObjectId> =
            base.map(|it| state.ancestors(it)).unwrap_or_default().into_iter().collect();
        let shown = state.ancestors(head).into_iter().filter(|id| !hidden.contains(id));
        shown
            .take(limit)
            .map(|id| {
                state.commits.get(&id).map(|(info, _)| info.clone()).ok_or_else(|| missing(&id))
            })
            .collect()
    }

    fn tree(&self, commit: ObjectId, prefix: &str) -> Result<Vec<TreeEntry>, Error> {
        let state = self.state();
        let (_, files) = state.commits.get(&commit).ok_or_else(|| missing(&commit))?;
        let below = |path: &RepoPath| {
            let path = path.as_str();
            if prefix.is_empty() {
                return Some(path.as_bytes().to_vec());
            }
            Some(path.strip_prefix(prefix)?.strip_prefix('/')?.as_bytes().to_vec())
        };
        let entries = files.iter().filter_map(|(path, (mode, id))| {
            Some(TreeEntry { path: below(path)?, mode: *mode, id: *id })
        });
        Ok(entries.collect())
    }

    fn blob(&self, id: ContentId, limit: u64) -> Result<Arc<[u8]>, Error> {
        let bytes = self.state().blobs.get(&id).cloned().ok_or_else(|| missing(&id))?;
        let size = bytes.len() as u64;
        if size > limit { Err(Error::TooLarge { id, size, limit }) } else { Ok(bytes) }
    }

    fn blob_size(&self, id: ContentId) -> Result<Option<u64>, Error> {
        Ok(self.state().blobs.get(&id).map(|bytes| bytes.len() as u64))
    }

    fn index(&self) -> Result<Index, Error> {
        let entries = self.state().index.clone().into_iter().map(|(path, (mode, id))| IndexEntry {
            path: path.as_str().as_bytes().to_vec(),
            mode,
            id,
            stage: 0,
            skip_worktree: false,
            intent_to_add: false,
            stamp: FileStamp::default(),
        });
        Ok(Index { entries: entries.collect(), written: None, may_filter: false })
    }
}
