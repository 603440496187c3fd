//! A system in memory: files, a clock that stands still and a repository, for tests.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{
    EntryKind, FileIdentity, FileStamp, MemoryRepository, Metadata, SharedBytes, System,
    SystemError, Walked, WalkedFile,
};
use crate::repository::RepositoryError;
use crate::snapshot::IgnoreRules;
use crate::{ContentId, Date, ObjectId, RepoPath, Repository};

/// Files in memory under `/project`, which is the current directory.
///
/// Clones share everything. Unlike [`super::OsSystem`], a symbolic link is never followed
/// and all that is known of a file's past is when it was put there, so every file is hashed.
#[derive(Clone, Debug)]
pub struct MemorySystem(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    current: PathBuf,
    files: BTreeMap<PathBuf, MemoryFile>,
    /// The last file that was put there had this number.
    latest: i64,
    /// Numbers of files, which stand for when they were put.
    put: BTreeMap<PathBuf, i64>,
    variables: BTreeMap<String, String>,
    input: Vec<u8>,
    today: Date,
    output: Option<PathBuf>,
    repository: Option<MemoryRepository>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum MemoryFile {
    Regular { bytes: Arc<[u8]>, executable: bool },
    Symlink(Vec<u8>),
    Unreadable,
    Special,
}

impl State {
    fn insert(&mut self, path: PathBuf, file: MemoryFile) {
        self.latest += 1;
        self.put.insert(path.clone(), self.latest);
        self.files.insert(path, file);
    }
}

impl Default for MemorySystem {
    fn default() -> MemorySystem {
        MemorySystem::new()
    }
}

impl MemorySystem {
    /// An empty `/project` on 2025-01-01, outside of any repository.
    pub fn new() -> MemorySystem {
        MemorySystem(Arc::new(Mutex::new(State {
            current: PathBuf::from("/project"),
            files: BTreeMap::new(),
            latest: 0,
            put: BTreeMap::new(),
            variables: BTreeMap::from([("HOME".to_owned(), "/home".to_owned())]),
            input: Vec::new(),
            today: Date::new(2025, 1, 1).expect("the calendar has it"),
            output: None,
            repository: None,
        })))
    }

    /// A system with these files, paths relative to `/project`.
    pub fn with_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> MemorySystem {
        let system = MemorySystem::new();
        for (path, text) in files {
            system.set_file(path, text);
        }
        system
    }

    /// Puts a file; relative paths lie below `/project`.
    pub fn set_file(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let file = MemoryFile::Regular { bytes: bytes.as_ref().into(), executable: false };
        self.insert(path.as_ref(), file);
    }

    /// Puts a symbolic link with this target text.
    pub fn set_link(&self, path: impl AsRef<Path>, target: impl AsRef<[u8]>) {
        self.insert(path.as_ref(), MemoryFile::Symlink(target.as_ref().to_vec()));
    }

    /// Makes a file that may not be read.
    pub fn set_unreadable(&self, path: impl AsRef<Path>) {
        self.insert(path.as_ref(), MemoryFile::Unreadable);
    }

    /// Makes a pipe.
    pub fn set_special(&self, path: impl AsRef<Path>) {
        self.insert(path.as_ref(), MemoryFile::Special);
    }

    /// Marks a file as executable.
    pub fn set_executable(&self, path: impl AsRef<Path>) {
        let path = self.absolute(path.as_ref());
        if let Some(MemoryFile::Regular { executable, .. }) = self.state().files.get_mut(&path) {
            *executable = true;
        }
    }

    /// Removes a file if it is there.
    pub fn delete(&self, path: impl AsRef<Path>) {
        let path = self.absolute(path.as_ref());
        self.state().files.remove(&path);
    }

    pub fn set_variable(&self, name: &str, value: &str) {
        self.state().variables.insert(name.to_owned(), value.to_owned());
    }

    pub fn set_today(&self, today: Date) {
        self.state().today = today;
    }

    pub fn set_input(&self, bytes: impl AsRef<[u8]>) {
        self.state().input = bytes.as_ref().to_vec();
    }

    /// Redirects standard output into a file.
    pub fn set_output(&self, path: impl AsRef<Path>) {
        let path = self.absolute(path.as_ref());
        self.state().output = Some(path);
    }

    /// Changes the current directory.
    pub fn set_current_directory(&self, path: impl AsRef<Path>) {
        let path = self.absolute(path.as_ref());
        self.state().current = path;
    }

    /// Makes `/project` the work tree of a repository without commits.
    pub fn init_repository(&self) -> MemoryRepository {
        let repository = MemoryRepository::new(Some(PathBuf::from("/project")));
        self.state().repository = Some(repository.clone());
        repository
    }

    /// Makes `/project` a bare repository.
    pub fn init_bare_repository(&self) -> MemoryRepository {
        let repository = MemoryRepository::new(None);
        self.state().repository = Some(repository.clone());
        repository
    }

    /// The repository, if one was made.
    pub fn repository(&self) -> Option<MemoryRepository> {
        self.state().repository.clone()
    }

    /// Stages and commits every file below `/project` that is not ignored, making the
    /// repository if needed.
    pub fn commit(&self, message: &str) -> ObjectId {
        // Taken out first: the guard would live on through the closure.
        let known = self.repository();
        let repository = known.unwrap_or_else(|| self.init_repository());
        self.stage();
        repository.commit_index(message)
    }

    /// Makes the index what the work tree is.
    pub fn stage(&self) {
        let repository = self.state().repository.clone().expect("a repository was made");
        let walked = self.walk(Path::new("/project")).expect("the folder exists");
        let state = self.state();
        let files = walked.files.iter().filter_map(|file| {
            match state.files.get(&Path::new("/project").join(file.path.as_str()))? {
                MemoryFile::Regular { bytes, executable: false } => {
                    Some((file.path.clone(), crate::EntryMode::Regular, bytes.clone()))
                }
                MemoryFile::Regular { bytes, executable: true } => {
                    Some((file.path.clone(), crate::EntryMode::Executable, bytes.clone()))
                }
                MemoryFile::Symlink(target) => {
                    Some((file.path.clone(), crate::EntryMode::Symlink, target.as_slice().into()))
                }
                MemoryFile::Unreadable | MemoryFile::Special => None,
            }
        });
        repository.stage(files.collect());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        let mut absolute = PathBuf::new();
        for part in self.state().current.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    absolute.pop();
                }
                part => absolute.push(part),
            }
        }
        absolute
    }

    fn insert(&self, path: &Path, file: MemoryFile) {
        let path = self.absolute(path);
        self.state().insert(path, file);
    }

    fn find(&self, path: &Path) -> Result<MemoryFile, SystemError> {
        let path = self.absolute(path);
        let state = self.state();
        state.files.get(&path).cloned().ok_or(SystemError::NotFound { path })
    }

    fn regular(&self, path: &Path) -> Result<Arc<[u8]>, SystemError> {
        match self.find(path) {
            Ok(MemoryFile::Regular { bytes, .. }) => Ok(bytes),
            Ok(MemoryFile::Unreadable) => {
                Err(SystemError::Denied { path: path.to_path_buf(), action: "read" })
            }
            Ok(MemoryFile::Special | MemoryFile::Symlink(_)) => {
                Err(SystemError::NotAFile { path: path.to_path_buf() })
            }
            Err(_) if self.is_folder(path) => {
                Err(SystemError::NotAFile { path: path.to_path_buf() })
            }
            Err(error) => Err(error),
        }
    }

    fn is_folder(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        let state = self.state();
        path == Path::new("/project")
            || state.files.keys().any(|it| it != &path && it.starts_with(&path))
    }
}

fn metadata(file: &MemoryFile) -> Metadata {
    let (kind, size, executable) = match file {
        MemoryFile::Regular { bytes, executable } => (EntryKind::File, bytes.len(), *executable),
        MemoryFile::Symlink(target) => (EntryKind::Symlink, target.len(), false),
        MemoryFile::Unreadable => (EntryKind::File, 0, false),
        MemoryFile::Special => (EntryKind::Special, 0, false),
    };
    Metadata { kind, size: size as u64, executable: Some(executable), stamp: None, identity: None }
}

/// An identity that is the same for the same path.
fn identity(path: &Path) -> FileIdentity {
    let id = ContentId::of(path.to_string_lossy().as_bytes());
    let inode = id.0[..8].iter().fold(0, |acc, byte| acc << 8 | u64::from(*byte));
    FileIdentity { device: 0, inode }
}

impl System for MemorySystem {
    fn current_directory(&self) -> Result<PathBuf, SystemError> {
        Ok(self.state().current.clone())
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, SystemError> {
        self.link_metadata(path)
    }

    fn link_metadata(&self, path: &Path) -> Result<Metadata, SystemError> {
        match self.find(path) {
            Ok(file) => {
                let path = self.absolute(path);
                let put = self.state().put.get(&path).copied();
                let stamp = put.map(|it| FileStamp { modified: (it, 0), ..FileStamp::default() });
                Ok(Metadata { identity: Some(identity(&path)), stamp, ..metadata(&file) })
            }
            Err(_) if self.is_folder(path) => Ok(Metadata {
                kind: EntryKind::Folder,
                size: 0,
                executable: None,
                stamp: None,
                identity: None,
            }),
            Err(error) => Err(error),
        }
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        let bytes = self.regular(path)?;
        if bytes.len() as u64 > limit {
            return Err(SystemError::TooLarge { path: path.to_path_buf(), limit });
        }
        Ok(bytes.to_vec())
    }

    fn map(&self, path: &Path) -> Result<SharedBytes, SystemError> {
        Ok(Arc::new(self.regular(path)?))
    }

    fn content_id(&self, path: &Path) -> Result<ContentId, SystemError> {
        Ok(ContentId::of(&self.regular(path)?))
    }

    fn read_link(&self, path: &Path) -> Result<Vec<u8>, SystemError> {
        match self.find(path)? {
            MemoryFile::Symlink(target) => Ok(target),
            _ => Err(SystemError::NotAFile { path: path.to_path_buf() }),
        }
    }

    fn read_input(&self, limit: u64) -> Result<Vec<u8>, SystemError> {
        let input = self.state().input.clone();
        if input.len() as u64 > limit {
            return Err(SystemError::TooLarge { path: PathBuf::from("-"), limit });
        }
        Ok(input)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        self.set_file(path, bytes);
        Ok(())
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        if self.find(path).is_ok() {
            return Err(SystemError::Exists { path: path.to_path_buf() });
        }
        self.write(path, bytes)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        let mut all = match self.regular(path) {
            Ok(bytes) => bytes.to_vec(),
            Err(error) if error.is_not_found() => Vec::new(),
            Err(error) => return Err(error),
        };
        all.extend_from_slice(bytes);
        self.write(path, &all)
    }

    fn remove_file(&self, path: &Path) -> Result<(), SystemError> {
        self.find(path)?;
        self.delete(path);
        Ok(())
    }

    fn list(&self, folder: &Path) -> Result<Vec<String>, SystemError> {
        if !self.is_folder(folder) {
            return Err(SystemError::NotFound { path: folder.to_path_buf() });
        }
        let folder = self.absolute(folder);
        let state = self.state();
        let mut names: Vec<String> = state
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(&folder).ok()?.components().next())
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn walk(&self, root: &Path) -> Result<Walked, SystemError> {
        let root = self.absolute(root);
        let state = self.state();
        let mut rules = IgnoreRules::default();
        for (path, file) in &state.files {
            if let (true, MemoryFile::Regular { bytes, .. }, Ok(below)) =
                (path.ends_with(".gitignore"), file, path.strip_prefix(&root))
            {
                let folder = below.parent().map(|it| it.to_string_lossy().into_owned());
                rules.add(&folder.unwrap_or_default(), &String::from_utf8_lossy(bytes));
            }
        }
        let mut walked = Walked::default();
        for (path, file) in &state.files {
            let Ok(below) = path.strip_prefix(&root) else { continue };
            let below = RepoPath::new(below.to_string_lossy().into_owned());
            let in_cache = below.as_str().starts_with(".codd/cache/");
            if below.as_str().split('/').any(|part| part == ".git")
                || in_cache
                || rules.ignores(&below)
            {
                continue;
            }
            let metadata = Metadata { identity: Some(identity(path)), ..metadata(file) };
            if metadata.kind == EntryKind::Special {
                let reason = crate::SkipReason::SpecialFile;
                walked.skipped.push(crate::Skipped { path: below.to_string(), reason });
            } else {
                walked.files.push(WalkedFile { path: below, metadata });
            }
        }
        walked.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(walked)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.state().variables.get(name).cloned()
    }

    fn random(&self) -> Result<[u8; 32], SystemError> {
        Ok([7; 32])
    }

    fn real_path(&self, path: &Path) -> PathBuf {
        self.absolute(path)
    }

    fn today(&self) -> Date {
        self.state().today
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn thread_time(&self) -> Duration {
        Duration::ZERO
    }

    fn process_time(&self) -> Duration {
        Duration::ZERO
    }

    fn discover_repository(
        &self,
        from: &Path,
    ) -> Result<Option<Arc<dyn Repository>>, RepositoryError> {
        let inside = self.absolute(from).starts_with("/project");
        let repository = self.state().repository.clone().filter(|_| inside);
        Ok(repository.map(|it| Arc::new(it) as Arc<dyn Repository>))
    }

    fn output_identity(&self) -> Option<FileIdentity> {
        self.state().output.as_deref().map(identity)
    }

    fn run(
        &self,
        program: &str,
        _arguments: &[String],
        _folder: &Path,
    ) -> Result<Option<i32>, SystemError> {
        Err(SystemError::NotFound { path: PathBuf::from(program) })
    }
}
