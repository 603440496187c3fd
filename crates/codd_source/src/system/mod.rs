//! The door to the outside: every file, clock, process and repository comes in through [`System`].

mod memory;
mod memory_repository;
mod os;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::{ContentId, Date, RepoPath, Repository, RepositoryError, Skipped, printable};

pub use memory::MemorySystem;
pub use memory_repository::MemoryRepository;
pub use os::OsSystem;

/// The most bytes of one file that are ever read for analysis.
pub const READ_LIMIT: u64 = 64 * 1024 * 1024;

/// Stat data by which a file is recognised as untouched, in the form git's index has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileStamp {
    pub modified: (i64, u32),
    pub changed: (i64, u32),
    pub inode: u32,
    pub user: u32,
    pub group: u32,
    pub size: u32,
}

/// Which file an open handle means, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileIdentity {
    pub device: u64,
    pub inode: u64,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Folder,
    Symlink,
    /// A pipe, socket or device.
    Special,
}

/// Metadata of one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    pub kind: EntryKind,
    pub size: u64,
    /// `None` where the file system does not know.
    pub executable: Option<bool>,
    /// `None` where the system has nothing like it.
    pub stamp: Option<FileStamp>,
    pub identity: Option<FileIdentity>,
}

/// A file or symbolic link found by [`System::walk`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedFile {
    /// Relative to the folder that was walked.
    pub path: RepoPath,
    pub metadata: Metadata,
}

/// What [`System::walk`] found, in path order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    pub files: Vec<WalkedFile>,
    pub skipped: Vec<Skipped>,
    /// Files whose names are no paths, by their shown names.
    pub unread: Vec<(String, ContentId)>,
}

/// Bytes that may live in a memory map.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Why the system refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    #[error("`{}` does not exist", shown(path))]
    NotFound { path: PathBuf },
    #[error("no permission to {action} `{}`", shown(path))]
    Denied { path: PathBuf, action: &'static str },
    #[error("`{}` exists already", shown(path))]
    Exists { path: PathBuf },
    #[error("`{}` is not a regular file", shown(path))]
    NotAFile { path: PathBuf },
    #[error("`{}` has more than the {limit} bytes that are read", shown(path))]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("failed to {action} `{}`: {message}", shown(path))]
    Other { path: PathBuf, action: &'static str, message: String },
}

impl SystemError {
    /// A stable name for documentation and tests.
    pub fn code(&self) -> &'static str {
        match self {
            SystemError::NotFound { .. } => "io::not_found",
            SystemError::Denied { .. } => "io::denied",
            SystemError::Exists { .. } => "io::exists",
            SystemError::NotAFile { .. } => "io::not_a_file",
            SystemError::TooLarge { .. } => "io::too_large",
            SystemError::Other { .. } => "io::other",
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            SystemError::Denied { .. } => {
                Some("check the permissions of the file and its folders".to_owned())
            }
            _ => None,
        }
    }

    /// The same with its path relative to `root`: what is written out must not depend on
    /// where the project lies.
    pub fn within(mut self, root: &Path) -> SystemError {
        let (SystemError::NotFound { path }
        | SystemError::Denied { path, .. }
        | SystemError::Exists { path }
        | SystemError::NotAFile { path }
        | SystemError::TooLarge { path, .. }
        | SystemError::Other { path, .. }) = &mut self;
        if let Ok(relative) = path.strip_prefix(root) {
            *path = relative.to_path_buf();
        }
        self
    }

    /// Whether it says that there is nothing at the path.
    pub fn is_not_found(&self) -> bool {
        matches!(self, SystemError::NotFound { .. })
    }
}

fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

/// The outside world, as far as codd touches it.
///
/// Paths are absolute or relative to [`System::current_directory`]; reading follows symbolic
/// links unless a method says otherwise. [`OsSystem`] is the real one, [`MemorySystem`] the
/// one of tests.
pub trait System: fmt::Debug + Send + Sync {
    fn current_directory(&self) -> Result<PathBuf, SystemError>;

    /// What `path` leads to, symbolic links followed.
    fn metadata(&self, path: &Path) -> Result<Metadata, SystemError>;

    /// What `path` itself is, symbolic links not followed.
    fn link_metadata(&self, path: &Path) -> Result<Metadata, SystemError>;

    /// The bytes of a regular file, refused beyond `limit`; never blocks on a pipe or device.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError>;

    /// The bytes of a regular file that stays as it is while mapped (packs of the store).
    fn map(&self, path: &Path) -> Result<SharedBytes, SystemError>;

    /// The content id of a regular file of any size, without holding it in memory.
    fn content_id(&self, path: &Path) -> Result<ContentId, SystemError>;

    /// The target text of a symbolic link.
    fn read_link(&self, path: &Path) -> Result<Vec<u8>, SystemError>;

    /// All of standard input, refused beyond `limit`.
    fn read_input(&self, limit: u64) -> Result<Vec<u8>, SystemError>;

    /// Writes a file as a whole or not at all, making its folders; replaces what was there.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError>;

    /// Writes a file that must not exist yet, making its folders.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError>;

    /// Appends to a file, making it and its folders if needed.
    fn append(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError>;

    /// Removes a file; one that is not there is an error.
    fn remove_file(&self, path: &Path) -> Result<(), SystemError>;

    /// The names in a folder, sorted; names that are not UTF-8 are left out.
    fn list(&self, folder: &Path) -> Result<Vec<String>, SystemError>;

    /// Every file below `root` that git would not ignore, untracked and hidden ones included.
    ///
    /// Never follows a symbolic link, never enters `.git`, `.codd/cache`, a submodule or a
    /// repository of its own.
    fn walk(&self, root: &Path) -> Result<Walked, SystemError>;

    /// One environment variable; codd reads the ones it names and never lists them.
    fn variable(&self, name: &str) -> Option<String>;

    /// Bytes that nobody can guess, for a secret of this installation.
    fn random(&self) -> Result<[u8; 32], SystemError>;

    /// The path without links, `.` and `..`, as far as it exists.
    fn real_path(&self, path: &Path) -> PathBuf;

    /// Today in UTC. Only for the default of `--now`; everything else takes the day as an argument.
    fn today(&self) -> Date;

    /// Time since some fixed moment, only to tell people how long something took.
    fn elapsed(&self) -> Duration;

    /// Processor time of this thread since some fixed moment, for the same use; time that went
    /// by where the system does not count it.
    fn thread_time(&self) -> Duration;

    /// The same of all threads of the process.
    fn process_time(&self) -> Duration;

    /// The repository that `from` lies in, `None` outside of any.
    fn discover_repository(
        &self,
        from: &Path,
    ) -> Result<Option<Arc<dyn Repository>>, RepositoryError>;

    /// The file that standard output is redirected to, if it is one.
    fn output_identity(&self) -> Option<FileIdentity>;

    /// Runs a program on this terminal in `folder` and waits; its exit code, `None` by a signal.
    ///
    /// Only for what the user asked for by name (`$EDITOR`), never for anything a repository says.
    fn run(
        &self,
        program: &str,
        arguments: &[String],
        folder: &Path,
    ) -> Result<Option<i32>, SystemError>;
}
