//! One side of a comparison: which files there are, and their bytes when somebody asks.

mod committed;
mod conversions;
mod ignore_rules;
mod lfs;
mod overlay;
mod skipped;
mod work_tree;

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use crate::{
    ContentId, ObjectId, READ_LIMIT, RepoPath, Repository, RepositoryError, System, SystemError,
};

pub use ignore_rules::{IGNORE_FILE, IgnoreRules};
pub use lfs::is_lfs_pointer;
pub use overlay::OverlayFile;
pub use skipped::{SkipReason, Skipped};
pub use work_tree::WorkTreeOptions;

/// Where a snapshot comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotKind {
    /// No file at all: what lies before the first commit.
    Empty,
    Commit {
        id: ObjectId,
    },
    Index,
    WorkTree,
    /// Another snapshot with some files replaced; `how` completes "the work tree …".
    Patched {
        of: Box<SnapshotKind>,
        how: String,
    },
    /// Files that were given in memory.
    Memory,
}

impl fmt::Display for SnapshotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SnapshotKind::Empty => f.write_str("nothing"),
            SnapshotKind::Commit { id } => write!(f, "commit {}", &id.to_string()[..12]),
            SnapshotKind::Index => f.write_str("index"),
            SnapshotKind::WorkTree => f.write_str("work tree"),
            SnapshotKind::Patched { of, how } => write!(f, "{of} {how}"),
            SnapshotKind::Memory => f.write_str("memory"),
        }
    }
}

/// What a file is, apart from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    Regular,
    Executable,
    /// Its content is the text of the link; it is never followed.
    Symlink,
}

/// One file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotFile {
    pub content: ContentId,
    pub kind: FileKind,
    /// Known without reading for the work tree only.
    pub size: Option<u64>,
    origin: Origin,
}

/// Where the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Blob,
    Disk,
    Memory,
    /// Nowhere: a binary patch says that the file differs, not what it holds.
    Unknown,
}

/// Why the bytes of a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("`{0}` is not in this snapshot")]
    NotInSnapshot(RepoPath),
    #[error("`{0}` changed while codd was running")]
    Changed(RepoPath),
    #[error("`{0}` is larger than the {READ_LIMIT} bytes that are read")]
    TooLarge(RepoPath),
    #[error("`{0}` is a Git LFS pointer: its content is not in the repository")]
    LfsPointer(RepoPath),
    #[error("the patch does not say what `{0}` holds")]
    UnknownContent(RepoPath),
    #[error(transparent)]
    System(SystemError),
    #[error(transparent)]
    Repository(RepositoryError),
}

impl ReadError {
    /// The same as a reason to count.
    pub fn skip_reason(&self) -> SkipReason {
        match self {
            ReadError::TooLarge(_) => SkipReason::TooLarge,
            ReadError::LfsPointer(_) => SkipReason::LfsPointer,
            ReadError::UnknownContent(_) => SkipReason::BinaryPatch,
            ReadError::Repository(RepositoryError::MissingObject { .. }) => {
                SkipReason::MissingObject
            }
            ReadError::NotInSnapshot(_)
            | ReadError::Changed(_)
            | ReadError::System(_)
            | ReadError::Repository(_) => SkipReason::Unreadable,
        }
    }

    /// A stable name for documentation and tests.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::NotInSnapshot(_) => "snapshot::not_found",
            ReadError::Changed(_) => "snapshot::changed",
            ReadError::TooLarge(_) => "snapshot::too_large",
            ReadError::LfsPointer(_) => "snapshot::lfs_pointer",
            ReadError::UnknownContent(_) => "snapshot::unknown_content",
            ReadError::System(error) => error.code(),
            ReadError::Repository(error) => error.code(),
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            ReadError::Changed(_) => Some("run codd again".to_owned()),
            ReadError::LfsPointer(_) => Some("`git lfs pull` brings the content".to_owned()),
            ReadError::System(error) => error.help(),
            ReadError::Repository(error) => error.help(),
            ReadError::NotInSnapshot(_) | ReadError::TooLarge(_) | ReadError::UnknownContent(_) => {
                None
            }
        }
    }
}

/// One side of a comparison; clones share everything.
///
/// Knows each file's content id at once and fetches bytes when asked: from the object
/// database, from disk (checking that they still are what was hashed), or from memory.
#[derive(Clone)]
pub struct Snapshot(Arc<Inner>);

#[derive(Default)]
struct Sources {
    repository: Option<Arc<dyn Repository>>,
    disk: Option<(Arc<dyn System>, PathBuf)>,
    memory: BTreeMap<ContentId, Arc<[u8]>>,
    /// What is in no snapshot, by its shown path: other repositories' commits, and files whose
    /// names are no paths here.
    unread: BTreeMap<String, ContentId>,
}

struct Inner {
    kind: SnapshotKind,
    files: BTreeMap<RepoPath, SnapshotFile>,
    skipped: Vec<Skipped>,
    sources: Sources,
    digest: OnceLock<String>,
    by_content: OnceLock<BTreeMap<ContentId, RepoPath>>,
    /// What was read last: whoever shows the findings of a file asks for it again and again.
    last_read: Mutex<Option<(ContentId, Arc<[u8]>)>>,
}

impl Snapshot {
    fn new(
        kind: SnapshotKind,
        files: BTreeMap<RepoPath, SnapshotFile>,
        mut skipped: Vec<Skipped>,
        sources: Sources,
    ) -> Snapshot {
        skipped.sort_unstable();
        skipped.dedup();
        let (digest, by_content) = (OnceLock::new(), OnceLock::new());
        let last_read = Mutex::default();
        Snapshot(Arc::new(Inner { kind, files, skipped, sources, digest, by_content, last_read }))
    }

    /// A snapshot without files.
    pub fn empty() -> Snapshot {
        Snapshot::new(SnapshotKind::Empty, BTreeMap::new(), Vec::new(), Sources::default())
    }

    /// A snapshot of files given in memory, for tests and for text that is not on disk.
    pub fn in_memory<Path: Into<RepoPath>, Bytes: AsRef<[u8]>>(
        files: impl IntoIterator<Item = (Path, Bytes)>,
    ) -> Snapshot {
        let mut sources = Sources::default();
        let mut found = BTreeMap::new();
        for (path, bytes) in files {
            let bytes: Arc<[u8]> = bytes.as_ref().into();
            let content = ContentId::of(&bytes);
            let size = Some(bytes.len() as u64);
            sources.memory.insert(content, bytes);
            let (kind, origin) = (FileKind::Regular, Origin::Memory);
            found.insert(path.into(), SnapshotFile { content, kind, size, origin });
        }
        Snapshot::new(SnapshotKind::Memory, found, Vec::new(), sources)
    }

    pub fn kind(&self) -> &SnapshotKind {
        &self.0.kind
    }

    /// Every file, by path.
    pub fn files(&self) -> &BTreeMap<RepoPath, SnapshotFile> {
        &self.0.files
    }

    pub fn get(&self, path: &RepoPath) -> Option<&SnapshotFile> {
        self.0.files.get(path)
    }

    /// What lies in the project but is not part of the analysis, and why.
    ///
    /// An unreadable or conflicted file is both here and in [`Snapshot::files`], so that it
    /// does not look deleted.
    pub fn skipped(&self) -> &[Skipped] {
        &self.0.skipped
    }

    /// What is known of code that is not in [`Snapshot::files`] because it cannot be read, by its
    /// shown path: enough to see that it is not what it was.
    pub fn unread(&self) -> &BTreeMap<String, ContentId> {
        &self.0.sources.unread
    }

    /// The SHA-256, in hexadecimal, of every path with its kind and content.
    pub fn digest(&self) -> &str {
        self.0.digest.get_or_init(|| {
            let mut hasher = Sha256::new();
            for (path, file) in &self.0.files {
                let mode = match file.kind {
                    FileKind::Regular => "100644",
                    FileKind::Executable => "100755",
                    FileKind::Symlink => "120000",
                };
                hasher.update(format!("{mode} {} {path}\0", file.content));
            }
            for (path, content) in self.unread() {
                hasher.update(format!("unread {content} {path}\0"));
            }
            let mut text = String::with_capacity(64);
            for byte in hasher.finalize() {
                write!(text, "{byte:02x}").expect("a string takes everything");
            }
            text
        })
    }

    /// The bytes of a file.
    pub fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, ReadError> {
        let bytes = self.read_raw(path)?;
        if is_lfs_pointer(&bytes) { Err(ReadError::LfsPointer(path.clone())) } else { Ok(bytes) }
    }

    /// The bytes of a file as they are kept, Git LFS pointers included.
    pub(crate) fn read_raw(&self, path: &RepoPath) -> Result<Arc<[u8]>, ReadError> {
        let file = self.get(path).ok_or_else(|| ReadError::NotInSnapshot(path.clone()))?;
        self.raw(path, file)
    }

    /// The bytes with this id, from whichever file of the snapshot holds them.
    pub fn read_content(&self, id: ContentId) -> Result<Arc<[u8]>, ReadError> {
        let by_content = self.0.by_content.get_or_init(|| {
            let files = self.0.files.iter().rev();
            files.map(|(path, file)| (file.content, path.clone())).collect()
        });
        match by_content.get(&id) {
            Some(path) => self.read(path),
            None => Err(ReadError::NotInSnapshot(RepoPath::new(id.to_string()))),
        }
    }

    /// The file's text, bytes that are not UTF-8 replaced; for files codd itself is configured by.
    pub fn read_text(&self, path: &RepoPath) -> Result<String, ReadError> {
        Ok(String::from_utf8_lossy(&self.read(path)?).into_owned())
    }

    /// The rules of the snapshot's own `.coddignore` files.
    pub fn ignore_rules(&self) -> IgnoreRules {
        let mut rules = IgnoreRules::default();
        let is_rules = |(path, file): &(&RepoPath, &SnapshotFile)| {
            // The text of a link is no list of patterns.
            path.file_name() == IGNORE_FILE && file.kind != FileKind::Symlink
        };
        for (path, _) in self.0.files.iter().filter(is_rules) {
            if let Ok(text) = self.read_text(path) {
                rules.add(path.parent(), &text);
            }
        }
        rules
    }

    /// The files that `.gitattributes` of the snapshot call generated or vendored.
    pub fn generated_by_attributes(&self) -> IgnoreRules {
        let mut rules = IgnoreRules::default();
        for (path, file) in &self.0.files {
            // As for git, the text of a link is no list of attributes.
            if path.file_name() == ".gitattributes"
                && file.kind != FileKind::Symlink
                && let Ok(text) = self.read_text(path)
            {
                let attributes = ["linguist-generated", "linguist-vendored"];
                rules.add_attributes(path.parent(), &text, &attributes);
            }
        }
        rules
    }

    /// The snapshot without the files that all of `sides` ignore; those are counted as skipped.
    pub fn without_ignored(&self, sides: &[&IgnoreRules]) -> Snapshot {
        if sides.is_empty() || sides.iter().any(|rules| rules.is_empty()) {
            return self.clone();
        }
        let mut skipped = self.0.skipped.clone();
        let mut files = self.0.files.clone();
        files.retain(|path, _| {
            let ignored = sides.iter().all(|rules| rules.ignores(path));
            if ignored {
                skipped.push(Skipped::at(path, SkipReason::Ignored));
            }
            !ignored
        });
        Snapshot::new(self.0.kind.clone(), files, skipped, self.0.sources.share())
    }

    /// Whether it is of a partial clone, which may lack the bytes of some files.
    pub fn may_lack_some(&self) -> bool {
        self.0.sources.repository.as_ref().is_some_and(|it| it.is_partial())
    }

    /// Whether a partial clone lacks the bytes of a file, without reading it.
    pub fn lacks(&self, path: &RepoPath) -> bool {
        let (Some(file), Some(repository)) = (self.get(path), &self.0.sources.repository) else {
            return false;
        };
        file.origin == Origin::Blob
            && repository.is_partial()
            && matches!(repository.blob_size(file.content), Ok(None))
    }

    fn raw(&self, path: &RepoPath, file: &SnapshotFile) -> Result<Arc<[u8]>, ReadError> {
        if !matches!(file.origin, Origin::Blob | Origin::Disk) {
            return self.fetch(path, file);
        }
        let last_read = || self.0.last_read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((content, bytes)) = &*last_read()
            && *content == file.content
        {
            return Ok(Arc::clone(bytes));
        }
        let bytes = self.fetch(path, file)?;
        *last_read() = Some((file.content, Arc::clone(&bytes)));
        Ok(bytes)
    }

    fn fetch(&self, path: &RepoPath, file: &SnapshotFile) -> Result<Arc<[u8]>, ReadError> {
        let sources = &self.0.sources;
        match file.origin {
            Origin::Unknown => Err(ReadError::UnknownContent(path.clone())),
            Origin::Memory => {
                let bytes = sources.memory.get(&file.content).cloned();
                bytes.ok_or_else(|| ReadError::NotInSnapshot(path.clone()))
            }
            Origin::Blob => {
                let repository = sources.repository.as_ref();
                let repository =
                    repository.ok_or_else(|| ReadError::NotInSnapshot(path.clone()))?;
                repository.blob(file.content, READ_LIMIT).map_err(|error| match error {
                    RepositoryError::TooLarge { .. } => ReadError::TooLarge(path.clone()),
                    error => ReadError::Repository(error),
                })
            }
            Origin::Disk => {
                let disk = sources.disk.as_ref();
                let (system, root) = disk.ok_or_else(|| ReadError::NotInSnapshot(path.clone()))?;
                let place = root.join(path.as_str());
                let bytes = match file.kind {
                    FileKind::Symlink => system.read_link(&place),
                    FileKind::Regular | FileKind::Executable => system.read(&place, READ_LIMIT),
                };
                let bytes = bytes.map_err(|error| match error {
                    SystemError::TooLarge { .. } => ReadError::TooLarge(path.clone()),
                    SystemError::NotFound { .. } => ReadError::Changed(path.clone()),
                    error => ReadError::System(error.within(root)),
                })?;
                // Facts are kept by content id, so the bytes must be the ones that were hashed.
                if ContentId::of(&bytes) != file.content {
                    return Err(ReadError::Changed(path.clone()));
                }
                Ok(bytes.into())
            }
        }
    }
}

impl Sources {
    fn share(&self) -> Sources {
        Sources {
            repository: self.repository.clone(),
            disk: self.disk.clone(),
            memory: self.memory.clone(),
            unread: self.unread.clone(),
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({}, {} files)", self.0.kind, self.0.files.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_depends_on_paths_and_content_alone() {
        let one = Snapshot::in_memory([("a.py", "1"), ("b.py", "2")]);
        let two = Snapshot::in_memory([("b.py", "2"), ("a.py", "1")]);
        assert_eq!(one.digest(), two.digest());
        assert_ne!(one.digest(), Snapshot::in_memory([("a.py", "2"), ("b.py", "1")]).digest());
        let id = ContentId::of(b"2");
        assert_eq!(&*one.read_content(id).unwrap(), b"2");
    }

    #[test]
    fn ignored_only_when_every_side_says_so() {
        let head = Snapshot::in_memory([
            (".coddignore", "evil.py\nold.py\n"),
            ("evil.py", ""),
            ("old.py", ""),
        ]);
        let base = Snapshot::in_memory([(".coddignore", "old.py\n"), ("old.py", "")]);
        let both = head.without_ignored(&[&base.ignore_rules(), &head.ignore_rules()]);
        let paths: Vec<&str> = both.files().keys().map(RepoPath::as_str).collect();
        assert_eq!(paths, [".coddignore", "evil.py"]);
        assert_eq!(both.skipped(), [Skipped::at(&RepoPath::from("old.py"), SkipReason::Ignored)]);
    }
}
