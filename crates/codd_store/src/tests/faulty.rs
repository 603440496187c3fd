//! A system that fails or dies in the middle of what it does, as disks and processes do.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use codd_source::{
    ContentId, Date, FileIdentity, MemorySystem, Metadata, Repository, RepositoryError,
    SharedBytes, System, SystemError, Walked,
};

/// What happens at one change of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is refused, as by a full disk; what comes after may succeed.
    Refused,
    /// The process ends before it, and every later change is none.
    KilledBefore,
    /// The process ends with half a file under a temporary name.
    KilledWithin,
    /// The power fails: the name is there, its content only up to somewhere.
    Torn,
    /// The process ends right after it.
    KilledAfter,
}

/// Files in memory; the change numbered `at` meets `fault`.
#[derive(Clone, Debug)]
pub(super) struct Faulty {
    pub(super) inner: MemorySystem,
    pub(super) at: usize,
    pub(super) fault: Option<Fault>,
    pub(super) changes: Arc<AtomicUsize>,
}

fn full(path: &Path) -> SystemError {
    let message = "No space left on device".to_owned();
    SystemError::Other { path: path.to_path_buf(), action: "write", message }
}

impl Faulty {
    pub(super) fn new(inner: &MemorySystem, at: usize, fault: Option<Fault>) -> Faulty {
        Faulty { inner: inner.clone(), at, fault, changes: Arc::default() }
    }

    /// Does a change, unless something comes between.
    fn change(
        &self,
        path: &Path,
        written: Option<&[u8]>,
        change: impl FnOnce() -> Result<(), SystemError>,
    ) -> Result<(), SystemError> {
        let number = self.changes.fetch_add(1, Ordering::Relaxed);
        let Some(fault) = self.fault else { return change() };
        let is_killing = fault != Fault::Refused;
        if number > self.at && is_killing {
            return Err(full(path));
        }
        if number != self.at {
            return change();
        }
        let half = written.map(|bytes| &bytes[..bytes.len() / 2]);
        match (fault, half) {
            (Fault::KilledAfter, _) => {
                let _ = change();
            }
            (Fault::KilledWithin, Some(half)) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                self.inner.set_file(path.with_file_name(format!("{name}.1-0.tmp")), half);
            }
            (Fault::Torn, Some(half)) => self.inner.set_file(path, half),
            _ => {}
        }
        Err(full(path))
    }
}

impl System for Faulty {
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        self.change(path, Some(bytes), || self.inner.write(path, bytes))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        self.change(path, Some(bytes), || self.inner.write_new(path, bytes))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        self.change(path, Some(bytes), || self.inner.append(path, bytes))
    }

    fn remove_file(&self, path: &Path) -> Result<(), SystemError> {
        self.change(path, None, || self.inner.remove_file(path))
    }

    fn random(&self) -> Result<[u8; 32], SystemError> {
        self.inner.random()
    }

    fn real_path(&self, path: &Path) -> PathBuf {
        self.inner.real_path(path)
    }

    fn current_directory(&self) -> Result<PathBuf, SystemError> {
        self.inner.current_directory()
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, SystemError> {
        self.inner.metadata(path)
    }

    fn link_metadata(&self, path: &Path) -> Result<Metadata, SystemError> {
        self.inner.link_metadata(path)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        self.inner.read(path, limit)
    }

    fn map(&self, path: &Path) -> Result<SharedBytes, SystemError> {
        self.inner.map(path)
    }

    fn content_id(&self, path: &Path) -> Result<ContentId, SystemError> {
        self.inner.content_id(path)
    }

    fn read_link(&self, path: &Path) -> Result<Vec<u8>, SystemError> {
        self.inner.read_link(path)
    }

    fn read_input(&self, limit: u64) -> Result<Vec<u8>, SystemError> {
        self.inner.read_input(limit)
    }

    fn list(&self, folder: &Path) -> Result<Vec<String>, SystemError> {
        self.inner.list(folder)
    }

    fn walk(&self, root: &Path) -> Result<Walked, SystemError> {
        self.inner.walk(root)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.inner.variable(name)
    }

    fn today(&self) -> Date {
        self.inner.today()
    }

    fn elapsed(&self) -> Duration {
        self.inner.elapsed()
    }

    fn thread_time(&self) -> Duration {
        self.inner.thread_time()
    }

    fn process_time(&self) -> Duration {
        self.inner.process_time()
    }

    fn discover_repository(
        &self,
        from: &Path,
    ) -> Result<Option<Arc<dyn Repository>>, RepositoryError> {
        self.inner.discover_repository(from)
    }

    fn output_identity(&self) -> Option<FileIdentity> {
        self.inner.output_identity()
    }

    fn run(
        &self,
        program: &str,
        arguments: &[String],
        folder: &Path,
    ) -> Result<Option<i32>, SystemError> {
        self.inner.run(program, arguments, folder)
    }
}
