//! A version-controlled repository as codd sees it: raw objects, never a checkout, never a hook.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use crate::{ContentId, Date, FileStamp};

/// The id of a commit or a tree; blobs have a [`ContentId`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub [u8; 20]);

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&ContentId(self.0), f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<ObjectId, Self::Err> {
        text.parse::<ContentId>().map(|id| ObjectId(id.0))
    }
}

/// What `HEAD` points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// No commit yet.
    Unborn,
    Commit {
        id: ObjectId,
        /// The short name of the branch, `None` when detached.
        branch: Option<String>,
    },
}

/// One commit, as provenance needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    pub id: ObjectId,
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author_name: String,
    pub author_email: String,
    pub committer_name: String,
    pub committer_email: String,
    /// The committer's day, in UTC; `None` when the commit's time is nonsense.
    pub date: Option<Date>,
    /// Subject, body and trailers, as written.
    pub message: String,
}

/// The kind of an entry of a tree or of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryMode {
    Regular,
    Executable,
    Symlink,
    /// A commit of another repository.
    Submodule,
}

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Relative to the folder that was asked for; not always UTF-8, not always valid.
    pub path: Vec<u8>,
    pub mode: EntryMode,
    pub id: ContentId,
}

/// What one commit changes, told apart by whether it lies in a folder that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Whether anything outside of the folder is.
    pub outside: bool,
    /// Each changed file of the folder, relative to it, with what it holds; none when deleted.
    pub inside: Vec<(Vec<u8>, Option<ContentId>)>,
}

impl Touched {
    pub(crate) fn add(&mut self, path: &[u8], folder: &str, content: Option<ContentId>) {
        let below = match folder {
            "" => Some(path),
            _ => path.strip_prefix(folder.as_bytes()).and_then(|it| it.strip_prefix(b"/")),
        };
        match below {
            Some(below) => self.inside.push((below.to_vec(), content)),
            None => self.outside = true,
        }
    }
}

/// One entry of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    pub path: Vec<u8>,
    pub mode: EntryMode,
    pub id: ContentId,
    /// 0, or 1 to 3 for base, ours and theirs of an unfinished merge.
    pub stage: u8,
    /// Absent from the work tree on purpose (sparse checkout).
    pub skip_worktree: bool,
    /// Added by `git add --intent-to-add`: a name without content yet.
    pub intent_to_add: bool,
    /// The file's stat data when it was last known to be what `id` says.
    pub stamp: FileStamp,
}

/// The index: what the next commit will hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// In path order, then by stage.
    pub entries: Vec<IndexEntry>,
    /// When the index file was written; entries as young as this may be dirty (racy git).
    pub written: Option<(i64, u32)>,
    /// Whether a filter may stand between the files on disk and the blobs, so that a clean
    /// stat says nothing about the bytes.
    pub may_filter: bool,
}

/// Why the repository refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    #[error("unknown revision `{revision}`")]
    UnknownRevision { revision: String, suggestions: Vec<String>, shallow: bool },
    #[error("`{revision}` names more than one object")]
    AmbiguousRevision { revision: String },
    #[error("`{revision}` is not a commit")]
    NotACommit { revision: String },
    #[error("`{one}` and `{two}` have no commit in common")]
    NoMergeBase { one: String, two: String, shallow: bool },
    #[error("object {id} is not in this clone")]
    MissingObject { id: String, partial_clone: bool, shallow: bool },
    #[error("repositories with SHA-256 object names are not supported")]
    Sha256,
    #[error("blob {id} has {size} bytes, more than the {limit} that are read")]
    TooLarge { id: ContentId, size: u64, limit: u64 },
    #[error("a tree of this commit holds more than {limit} entries")]
    TooManyEntries { limit: usize },
    #[error("failed to {action}: {message}")]
    Broken { action: &'static str, message: String },
}

impl RepositoryError {
    /// A stable name for documentation and tests.
    pub fn code(&self) -> &'static str {
        match self {
            RepositoryError::UnknownRevision { .. } => "git::unknown_revision",
            RepositoryError::AmbiguousRevision { .. } => "git::ambiguous_revision",
            RepositoryError::NotACommit { .. } => "git::not_a_commit",
            RepositoryError::NoMergeBase { .. } => "git::no_merge_base",
            RepositoryError::MissingObject { .. } => "git::missing_object",
            RepositoryError::Sha256 => "git::sha256",
            RepositoryError::TooLarge { .. } => "git::too_large",
            RepositoryError::TooManyEntries { .. } => "git::too_many_entries",
            RepositoryError::Broken { .. } => "git::broken",
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        let deepen = "run `git fetch --deepen=100`, or `git fetch --unshallow` for all of it";
        Some(match self {
            RepositoryError::UnknownRevision { suggestions, shallow, .. } => {
                let mut help = match suggestions.as_slice() {
                    [] => "`git branch --all` and `git tag` list the names there are".to_owned(),
                    names => format!("did you mean {}?", quoted_list(names)),
                };
                if *shallow {
                    help.push_str("; this clone is shallow and may not reach it: ");
                    help.push_str(deepen);
                }
                help
            }
            RepositoryError::AmbiguousRevision { .. } => {
                "give more digits, or the full name such as `refs/heads/NAME`".to_owned()
            }
            RepositoryError::NotACommit { .. } => "name a commit, a branch or a tag".to_owned(),
            RepositoryError::NoMergeBase { shallow: true, .. } => {
                format!("this clone is shallow and ends before their merge base: {deepen}")
            }
            RepositoryError::NoMergeBase { .. } => {
                "compare the two trees themselves with `A..B`".to_owned()
            }
            RepositoryError::MissingObject { partial_clone: true, .. } => {
                "this is a partial clone, and codd never fetches: run \
                 `git fetch --refetch --no-filter` to complete it"
                    .to_owned()
            }
            RepositoryError::MissingObject { shallow: true, .. } => {
                format!("this clone is shallow: {deepen}")
            }
            RepositoryError::MissingObject { .. } => {
                "the repository is damaged: `git fsck` says more".to_owned()
            }
            RepositoryError::Sha256 => "use a clone with SHA-1 object names".to_owned(),
            RepositoryError::TooLarge { .. } | RepositoryError::TooManyEntries { .. } => {
                return None;
            }
            RepositoryError::Broken { .. } => "`git fsck` says more".to_owned(),
        })
    }
}

pub(crate) fn quoted_list(names: &[String]) -> String {
    let quoted: Vec<String> =
        names.iter().map(|name| format!("`{}`", crate::printable(name))).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A repository that was opened by [`crate::System::discover_repository`].
///
/// Objects are read raw: no filter, text conversion, hook, credential helper or file system
/// monitor runs, and nothing is fetched.
pub trait Repository: fmt::Debug + Send + Sync {
    /// The root of the work tree, `None` when the repository is bare.
    fn work_tree(&self) -> Option<&Path>;

    fn head(&self) -> Result<Head, RepositoryError>;

    /// The commit a revision names; tags are followed.
    fn resolve(&self, revision: &str) -> Result<ObjectId, RepositoryError>;

    /// The best common ancestor of two commits.
    fn merge_base(&self, one: ObjectId, two: ObjectId) -> Result<ObjectId, RepositoryError>;

    fn commit(&self, id: ObjectId) -> Result<CommitInfo, RepositoryError>;

    /// The commits reachable from `head` and not from `base`, newest first, at most `limit`.
    fn commits_between(
        &self,
        base: Option<ObjectId>,
        head: ObjectId,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, RepositoryError>;

    /// Every file of `commit` below the folder `prefix` (`""` for all), in byte order.
    fn tree(&self, commit: ObjectId, prefix: &str) -> Result<Vec<TreeEntry>, RepositoryError>;

    /// What `commit` itself changes: what it has as none of its parents has it.
    ///
    /// A merge that only takes each file from one side changes nothing of its own.
    fn touched(&self, commit: ObjectId, folder: &str) -> Result<Touched, RepositoryError> {
        type Files = std::collections::BTreeMap<Vec<u8>, (EntryMode, ContentId)>;
        let files = |commit| -> Result<Files, RepositoryError> {
            let entries = self.tree(commit, "")?.into_iter();
            Ok(entries.map(|it| (it.path, (it.mode, it.id))).collect())
        };
        let own = files(commit)?;
        let parents =
            self.commit(commit)?.parents.into_iter().map(files).collect::<Result<Vec<_>, _>>()?;
        let mut touched = Touched::default();
        let paths: std::collections::BTreeSet<&Vec<u8>> =
            own.keys().chain(parents.iter().flat_map(Files::keys)).collect();
        for path in paths {
            if !parents.iter().any(|it| it.get(path) == own.get(path)) {
                touched.add(path, folder, own.get(path).map(|it| it.1));
            }
        }
        Ok(touched)
    }

    /// The raw bytes of a blob, refused beyond `limit` bytes.
    fn blob(&self, id: ContentId, limit: u64) -> Result<Arc<[u8]>, RepositoryError>;

    /// The size of a blob without reading it; `None` when this clone does not have it.
    fn blob_size(&self, id: ContentId) -> Result<Option<u64>, RepositoryError>;

    /// Whether objects may be absent on purpose: a partial clone.
    fn is_partial(&self) -> bool {
        false
    }

    /// The index, empty when there is none yet.
    fn index(&self) -> Result<Index, RepositoryError>;
}
