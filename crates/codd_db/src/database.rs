//! The database: salsa's storage, and the door through which queries read bytes.

use std::cell::RefCell;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use codd_source::{ContentId, RepoPath, Watched};
use rustc_hash::FxHashSet;
use salsa::Setter;

use crate::inputs::SourceFile;
use crate::kept::KeptFiles;
use crate::read::OpenFile;

/// Why the bytes of a file could not be had, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadFailure(pub String);

/// Gives the bytes of a file by its content id, so that reading is a function of inputs.
pub trait ContentReader: fmt::Debug + Send + Sync {
    /// The bytes of the file, which must be those of `content`.
    fn read(&self, path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure>;
}

/// The one database trait: what queries may ask besides other queries.
///
/// Nothing of it can change an answer: what is kept and what is open only spares work.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    /// Where the bytes of the current snapshot come from.
    fn content(&self) -> &dyn ContentReader;

    /// Remembers that the reader refused a file, so that the next one is asked for it.
    fn note_failed_read(&self, file: SourceFile);

    /// What earlier runs found out about files, if somebody keeps it.
    fn kept(&self) -> Option<&KeptFiles>;

    /// Who counts where the time goes.
    fn watched(&self) -> &Watched;

    /// The file that this thread has just read and parsed, until the next takes its place.
    fn open_file(&self) -> &RefCell<Option<OpenFile>>;
}

/// Names of executed queries, where somebody listens.
type QueryLog = Arc<Mutex<Option<Vec<String>>>>;

#[salsa::db]
pub(crate) struct Database {
    content: Arc<dyn ContentReader>,
    kept: Option<Arc<KeptFiles>>,
    failed_reads: Arc<Mutex<FxHashSet<SourceFile>>>,
    watched: Watched,
    open_file: RefCell<Option<OpenFile>>,
    log: QueryLog,
    // Salsa drops fields in order, so `storage` must be last or the others are still shared.
    storage: salsa::Storage<Database>,
}

impl Clone for Database {
    /// A handle for another thread; each has an open file of its own.
    fn clone(&self) -> Database {
        Database {
            content: Arc::clone(&self.content),
            kept: self.kept.clone(),
            failed_reads: Arc::clone(&self.failed_reads),
            watched: self.watched.clone(),
            open_file: RefCell::default(),
            log: Arc::clone(&self.log),
            storage: self.storage.clone(),
        }
    }
}

impl Database {
    pub(crate) fn new(content: Arc<dyn ContentReader>, kept: Option<KeptFiles>) -> Database {
        let log = QueryLog::default();
        let listener = Arc::clone(&log);
        let storage = salsa::Storage::new(Some(Box::new(move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind
                && let Ok(mut log) = listener.lock()
                && let Some(names) = log.as_mut()
            {
                names.push(format!("{database_key:?}"));
            }
        })));
        Database {
            content,
            kept: kept.map(Arc::new),
            failed_reads: Arc::default(),
            watched: Watched::default(),
            open_file: RefCell::default(),
            log,
            storage,
        }
    }

    /// Reads from `content` from now on; what could not be read before is asked for again.
    pub(crate) fn set_content(&mut self, content: Arc<dyn ContentReader>) {
        self.content = content;
        let failed =
            std::mem::take(&mut *self.failed_reads.lock().unwrap_or_else(PoisonError::into_inner));
        #[expect(clippy::iter_over_hash_type, reason = "each file is asked again, in any order")]
        for file in failed {
            let attempt = file.attempt(self).wrapping_add(1);
            file.set_attempt(self).to(attempt);
        }
    }

    /// Whether some bytes of the current snapshot could not be had.
    pub(crate) fn has_failed_reads(&self) -> bool {
        !self.failed_reads.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// What earlier runs found out, to be shared.
    pub(crate) fn shared_kept(&self) -> Option<&Arc<KeptFiles>> {
        self.kept.as_ref()
    }

    /// Has `watched` count where the time goes.
    pub(crate) fn set_watched(&mut self, watched: Watched) {
        self.watched = watched;
    }

    /// Starts over the list of executed queries, or stops keeping one.
    #[cfg(test)]
    pub(crate) fn listen(&self, on: bool) -> Vec<String> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *log, on.then(Vec::new)).unwrap_or_default()
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn content(&self) -> &dyn ContentReader {
        &*self.content
    }

    fn note_failed_read(&self, file: SourceFile) {
        self.failed_reads.lock().unwrap_or_else(PoisonError::into_inner).insert(file);
    }

    fn kept(&self) -> Option<&KeptFiles> {
        self.kept.as_deref()
    }

    fn watched(&self) -> &Watched {
        &self.watched
    }

    fn open_file(&self) -> &RefCell<Option<OpenFile>> {
        &self.open_file
    }
}
