//! The database: salsa's storage, and the door through which queries read bytes.

use std::fmt;
use std::sync::{Arc, Mutex};

use codd_source::{ContentId, RepoPath};

/// Why the bytes of a file could not be had, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadFailure(pub String);

/// Gives the bytes of a file by its content id, so that reading is a function of inputs.
pub trait ContentReader: fmt::Debug + Send + Sync {
    fn read(&self, path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure>;
}

/// The one database trait: what queries may ask besides other queries.
#[salsa::db]
pub trait Db: salsa::Database {
    fn content(&self) -> &dyn ContentReader;
}

/// Names of executed queries, where somebody listens.
pub(crate) type QueryLog = Arc<Mutex<Option<Vec<String>>>>;

#[salsa::db]
#[derive(Clone)]
pub struct Database {
    content: Arc<dyn ContentReader>,
    log: QueryLog,
    // Salsa drops fields in order, so `storage` must be last or the others are still shared.
    storage: salsa::Storage<Database>,
}

impl Database {
    pub(crate) fn new(content: Arc<dyn ContentReader>) -> Database {
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
        Database { content, log, storage }
    }

    pub(crate) fn set_content(&mut self, content: Arc<dyn ContentReader>) {
        self.content = content;
    }

    /// Starts over the list of executed queries, or stops keeping one.
    pub(crate) fn listen(&self, on: bool) -> Vec<String> {
        let mut log = self.log.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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
}
