//! The real outside world: the only module that touches disk, environment, clock or processes.
#![expect(clippy::disallowed_methods, reason = "this module is the door the lint points to")]

mod git_ignore;
mod index;
mod metadata;
mod repository;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha1::{Digest, Sha1};

use super::{EntryKind, FileIdentity, Metadata, SharedBytes, System, SystemError, Walked};
use crate::{ContentId, Date, Repository, RepositoryError};

/// The operating system.
#[derive(Debug)]
pub struct OsSystem {
    started: Instant,
}

impl OsSystem {
    #[expect(clippy::new_without_default, reason = "opening the door should be visible")]
    pub fn new() -> OsSystem {
        OsSystem { started: Instant::now() }
    }
}

fn error(path: &Path, action: &'static str, error: &io::Error) -> SystemError {
    let path = path.to_path_buf();
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SystemError::NotFound { path },
        io::ErrorKind::PermissionDenied => SystemError::Denied { path, action },
        io::ErrorKind::AlreadyExists => SystemError::Exists { path },
        _ => SystemError::Other { path, action, message: error.to_string() },
    }
}

/// Opens a regular file; a pipe or device is refused before it can block.
fn open_regular(path: &Path) -> Result<(fs::File, u64), SystemError> {
    let metadata = fs::metadata(path).map_err(|it| error(path, "read", &it))?;
    if !metadata.is_file() {
        return Err(SystemError::NotAFile { path: path.to_path_buf() });
    }
    let file = fs::File::open(path).map_err(|it| error(path, "read", &it))?;
    Ok((file, metadata.len()))
}

fn make_folder_of(path: &Path) -> Result<(), SystemError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            fs::create_dir_all(folder).map_err(|it| error(folder, "create", &it))
        }
        _ => Ok(()),
    }
}

fn content_id(path: &Path) -> Result<ContentId, SystemError> {
    let (file, size) = open_regular(path)?;
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {size}\0"));
    let mut reader = file.take(size);
    let mut buffer = vec![0; (size as usize).clamp(1, 1 << 18)];
    let mut seen = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                hasher.update(&buffer[..count]);
                seen += count as u64;
            }
            Err(it) if it.kind() == io::ErrorKind::Interrupted => {}
            Err(it) => return Err(error(path, "read", &it)),
        }
    }
    if seen != size {
        let message = "it shrank while it was read".to_owned();
        return Err(SystemError::Other { path: path.to_path_buf(), action: "read", message });
    }
    Ok(ContentId(hasher.finalize().into()))
}

impl System for OsSystem {
    fn current_directory(&self) -> Result<PathBuf, SystemError> {
        std::env::current_dir().map_err(|it| error(Path::new("."), "find", &it))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, SystemError> {
        let found = fs::metadata(path).map_err(|it| error(path, "read", &it))?;
        Ok(metadata::of(&found))
    }

    fn link_metadata(&self, path: &Path) -> Result<Metadata, SystemError> {
        let found = fs::symlink_metadata(path).map_err(|it| error(path, "read", &it))?;
        Ok(metadata::of(&found))
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        let too_large = || SystemError::TooLarge { path: path.to_path_buf(), limit };
        let (file, size) = open_regular(path)?;
        if size > limit {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(size as usize);
        // The file may grow between the two calls, so the limit is held while reading as well.
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|it| error(path, "read", &it))?;
        if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
    }

    fn map(&self, path: &Path) -> Result<SharedBytes, SystemError> {
        let (file, size) = open_regular(path)?;
        if size == 0 {
            return Ok(Arc::new(Vec::new()));
        }
        #[expect(
            unsafe_code,
            reason = "codd replaces what it maps as a whole and never truncates it"
        )]
        // SAFETY: Callers map only packs, which `write` replaces by renaming.
        let map = unsafe { memmap2::Mmap::map(&file) };
        Ok(Arc::new(map.map_err(|it| error(path, "map", &it))?))
    }

    fn content_id(&self, path: &Path) -> Result<ContentId, SystemError> {
        content_id(path)
    }

    fn read_link(&self, path: &Path) -> Result<Vec<u8>, SystemError> {
        let target = fs::read_link(path).map_err(|it| error(path, "read", &it))?;
        Ok(metadata::bytes_of(&target))
    }

    fn read_input(&self, limit: u64) -> Result<Vec<u8>, SystemError> {
        let path = Path::new("-");
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|it| error(path, "read", &it))?;
        if bytes.len() as u64 > limit {
            return Err(SystemError::TooLarge { path: path.to_path_buf(), limit });
        }
        Ok(bytes)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        make_folder_of(path)?;
        // A link is written through, so that a linked configuration file stays a link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        match fs::metadata(&target) {
            // A device such as `/dev/null` or a pipe takes the bytes; it can't be replaced.
            Ok(found) if !found.is_file() && !found.is_dir() => {
                return fs::write(&target, bytes).map_err(|it| error(path, "write", &it));
            }
            _ => {}
        }
        let temporary = temporary_name(&target);
        let result = (|| {
            let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
            file.write_all(bytes)?;
            file.sync_data()?;
            if let Ok(old) = fs::metadata(&target) {
                file.set_permissions(old.permissions())?;
            }
            drop(file);
            fs::rename(&temporary, &target)
        })();
        result.map_err(|it| {
            let _ = fs::remove_file(&temporary);
            error(path, "write", &it)
        })
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        make_folder_of(path)?;
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|it| error(path, "write", &it))?;
        file.write_all(bytes).map_err(|it| error(path, "write", &it))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        make_folder_of(path)?;
        let mut file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|it| error(path, "write", &it))?;
        file.write_all(bytes).map_err(|it| error(path, "write", &it))
    }

    fn remove_file(&self, path: &Path) -> Result<(), SystemError> {
        fs::remove_file(path).map_err(|it| error(path, "remove", &it))
    }

    fn list(&self, folder: &Path) -> Result<Vec<String>, SystemError> {
        let entries = fs::read_dir(folder).map_err(|it| error(folder, "list", &it))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|it| error(folder, "list", &it))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn walk(&self, root: &Path) -> Result<Walked, SystemError> {
        if !self.metadata(root).is_ok_and(|it| it.kind == EntryKind::Folder) {
            return Err(SystemError::NotFound { path: root.to_path_buf() });
        }
        Ok(walk::walk(root))
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn random(&self) -> Result<[u8; 32], SystemError> {
        let mut bytes = [0; 32];
        let failed = |it: getrandom::Error| {
            error(Path::new("random numbers"), "read", &io::Error::other(it.to_string()))
        };
        getrandom::fill(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    fn real_path(&self, path: &Path) -> PathBuf {
        let mut missing = Vec::new();
        for existing in path.ancestors() {
            if let Ok(real) = existing.canonicalize() {
                return missing.into_iter().rev().fold(real, |at, name| at.join(name));
            }
            missing.extend(existing.file_name());
        }
        path.to_path_buf()
    }

    fn today(&self) -> Date {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        let date = i64::try_from(seconds).ok().and_then(Date::from_unix_seconds);
        date.expect("the clock shows a year before 10000")
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn thread_time(&self) -> Duration {
        processor_time(self.started, Counted::Thread)
    }

    fn process_time(&self) -> Duration {
        processor_time(self.started, Counted::Process)
    }

    fn discover_repository(
        &self,
        from: &Path,
    ) -> Result<Option<Arc<dyn Repository>>, RepositoryError> {
        repository::discover(from)
    }

    fn output_identity(&self) -> Option<FileIdentity> {
        metadata::output_identity()
    }

    fn run(
        &self,
        program: &str,
        arguments: &[String],
        folder: &Path,
    ) -> Result<Option<i32>, SystemError> {
        let status = std::process::Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .status()
            .map_err(|it| error(Path::new(program), "run", &it))?;
        Ok(status.code())
    }
}

/// Whose processor time is meant.
#[derive(Clone, Copy)]
enum Counted {
    Thread,
    Process,
}

#[cfg(unix)]
fn processor_time(_started: Instant, counted: Counted) -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(match counted {
        Counted::Thread => ClockId::ThreadCPUTime,
        Counted::Process => ClockId::ProcessCPUTime,
    });
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(not(unix))]
fn processor_time(started: Instant, _counted: Counted) -> Duration {
    started.elapsed()
}

/// A name beside `target` that two processes, or two threads of one, never share.
fn temporary_name(target: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{count}.tmp", std::process::id()));
    target.with_file_name(name)
}

#[cfg(test)]
mod files_tests {
    use super::*;

    #[test]
    fn writing_makes_folders_replaces_and_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let system = OsSystem::new();
        let path = folder.path().join("a/b/file.txt");
        system.write(&path, b"one").unwrap();
        system.write(&path, b"two").unwrap();
        assert_eq!(system.read(&path, 10).unwrap(), b"two");
        assert_eq!(system.list(path.parent().unwrap()).unwrap(), ["file.txt"]);
        assert_eq!(system.write_new(&path, b"three").unwrap_err().code(), "io::exists");
        system.append(&path, b"+").unwrap();
        assert_eq!(system.map(&path).unwrap().as_ref().as_ref(), b"two+");
        assert_eq!(system.content_id(&path).unwrap(), ContentId::of(b"two+"));
        assert_eq!(system.read(&path, 3).unwrap_err().code(), "io::too_large");
        assert_eq!(system.read(folder.path(), 3).unwrap_err().code(), "io::not_a_file");
        assert!(system.read(&path.join("below"), 3).unwrap_err().is_not_found());
    }

    #[cfg(unix)]
    #[test]
    fn writing_through_a_link_keeps_the_link_and_the_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("target", &link).unwrap();
        OsSystem::new().write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
