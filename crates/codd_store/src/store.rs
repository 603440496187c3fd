//! The store: packs in a folder, and what was put since.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codd_source::System;

use crate::segment::{Found, SealKey, Segment, encode, name_of};
use crate::sharing::Sharing;
use crate::upkeep::{is_pack, is_temporary};
use crate::{IgnoredSegment, SegmentFault, StoreStatus, Value};

/// More packs than this are never opened: somebody else filled the folder.
const MAX_OPENED: usize = 256;

pub(crate) const EXTENSION: &str = ".pack";

/// Where a store is and whom it trusts.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// `None` keeps everything in memory.
    pub folder: Option<PathBuf>,
    /// Packs made with another secret are not used.
    ///
    /// Whoever can write to `folder` and knows the secret decides what a check sees. A folder
    /// inside the repository needs a secret from outside of it, since its packs may have been
    /// committed; for one that only the user can write to, it may be empty.
    pub secret: Vec<u8>,
    /// When packs hold more than this, what was not used for longest is forgotten.
    pub max_bytes: u64,
}

/// Values by key, kept between runs.
///
/// Any number of threads and processes may use one folder: each writes packs of its own, whole
/// or not at all. What cannot be read or written is reported by [`Store::status`], never an
/// error.
pub struct Store {
    pub(crate) system: Arc<dyn System>,
    folder: Option<PathBuf>,
    pub(crate) key: SealKey,
    pub(crate) max_bytes: u64,
    state: Mutex<State>,
    damaged_values: AtomicU64,
    pub(crate) sharing: Option<Sharing>,
    /// Held while packs are written, so that one flush does not undo another's.
    flushing: Mutex<()>,
}

#[derive(Default)]
pub(crate) struct State {
    /// Newest first, as far as this process knows.
    pub(crate) segments: Vec<Arc<Segment>>,
    pending: BTreeMap<Vec<u8>, Value>,
    /// Keys of what is given to nobody.
    of_here: BTreeSet<Vec<u8>>,
    pub(crate) ignored: Vec<IgnoredSegment>,
    pub(crate) read_only: Option<String>,
    unfinished: usize,
}

impl State {
    pub(crate) fn is_pending(&self, key: &[u8]) -> bool {
        self.pending.contains_key(key)
    }

    /// What is pending and may be given to others.
    pub(crate) fn to_give(&self) -> BTreeMap<Vec<u8>, Value> {
        let mut pending = self.pending.clone();
        pending.retain(|key, _| !self.of_here.contains(key));
        pending
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// The store in a folder, which need not exist.
    pub fn open(system: Arc<dyn System>, options: StoreOptions) -> Store {
        let key = SealKey::new(&options.secret);
        let mut state = State::default();
        if let Some(folder) = &options.folder {
            open_all(&*system, folder, &key, &mut state);
        }
        Store {
            system,
            folder: options.folder,
            key,
            max_bytes: options.max_bytes,
            state: Mutex::new(state),
            damaged_values: AtomicU64::new(0),
            sharing: None,
            flushing: Mutex::new(()),
        }
    }

    /// The value of a key, exactly as it was put.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        let segments = {
            let state = self.state();
            if let Some(value) = state.pending.get(key) {
                return Some(value.clone());
            }
            state.segments.clone()
        };
        let hash = self.key.of_key(key);
        for segment in segments {
            match segment.get(key, hash, &self.key) {
                Found::Value(value) => return Some(value),
                Found::Nothing => {}
                Found::Damaged => {
                    self.damaged_values.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        None
    }

    /// Keeps a value, in memory until [`Store::flush`], in place of what is kept under the key.
    ///
    /// Which of two values somebody gets later is not sure where two processes write at once,
    /// so it must say itself what it is good for.
    pub fn replace(&self, key: &[u8], value: impl Into<Arc<[u8]>>) {
        let value: Arc<[u8]> = value.into();
        self.state().pending.insert(key.to_vec(), Value::from(value));
    }

    /// The same of what is of use to this machine alone: nobody else is given it.
    pub fn replace_here(&self, key: &[u8], value: impl Into<Arc<[u8]>>) {
        self.state().of_here.insert(key.to_vec());
        self.replace(key, value);
    }

    /// Keeps a value, in memory until [`Store::flush`].
    ///
    /// One key has one value: putting another while the first is pending changes nothing.
    pub fn put(&self, key: &[u8], value: impl Into<Arc<[u8]>>) {
        let mut state = self.state();
        if !state.pending.contains_key(key) {
            let value: Arc<[u8]> = value.into();
            state.pending.insert(key.to_vec(), Value::from(value));
        }
    }

    /// Writes what was put to disk; when that fails, it stays in memory and
    /// [`StoreStatus::read_only`] says why.
    ///
    /// Where there are many packs or more bytes than there may be, they are joined, and what
    /// has no room is forgotten. A store that shares what it holds gives it to the others.
    pub fn flush(&self) {
        let _flushing = self.flushing.lock().unwrap_or_else(PoisonError::into_inner);
        let found = self.to_give();
        if let Some(folder) = &self.folder {
            self.write_pending(folder);
            self.tidy(folder);
        }
        if let Some(found) = found {
            self.give(found);
        }
    }

    fn write_pending(&self, folder: &Path) {
        let pending = self.state().pending.clone();
        if pending.is_empty() {
            return;
        }
        match self.write(folder, &pending) {
            Ok(segment) => {
                for name in pending.keys() {
                    segment.touch(name, &self.key);
                }
                self.state().read_only = None;
                self.settle(segment, &pending);
            }
            Err(reason) => self.state().read_only = Some(reason),
        }
    }

    /// Finds these entries in the pack from now on.
    pub(crate) fn settle(&self, segment: Arc<Segment>, entries: &BTreeMap<Vec<u8>, Value>) {
        let mut state = self.state();
        // Reads find the pack before the pending entries go.
        state.segments.retain(|known| known.name != segment.name);
        state.segments.insert(0, segment);
        state.pending.retain(|key, _| !entries.contains_key(key));
    }

    /// Where the packs lie, unless everything is kept in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Lets go of everything, on disk and in memory, without touching the disk.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        *state = State { read_only: state.read_only.take(), ..State::default() };
    }

    pub fn status(&self) -> StoreStatus {
        // Before the state is held, as wherever both are.
        let sharing = self.sharing_status();
        let state = self.state();
        StoreStatus {
            segments: state.segments.len(),
            entries: state.segments.iter().map(|segment| segment.count()).sum(),
            bytes: state.segments.iter().map(|segment| segment.size()).sum(),
            pending: state.pending.len(),
            ignored: state.ignored.clone(),
            damaged_values: self.damaged_values.load(Ordering::Relaxed),
            read_only: state.read_only.clone(),
            unfinished: state.unfinished,
            sharing,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(
        &self,
        folder: &Path,
        entries: &BTreeMap<Vec<u8>, Value>,
    ) -> Result<Arc<Segment>, String> {
        let bytes = encode(entries, &self.key);
        let name = name_of(&bytes);
        let path = folder.join(&name);
        self.system.write(&path, &bytes).map_err(|error| error.to_string())?;
        drop(bytes);
        let mapped = self.system.map(&path).map_err(|error| error.to_string())?;
        let segment = Segment::open(name, mapped, &self.key).map_err(|fault| fault.to_string())?;
        Ok(Arc::new(segment))
    }
}

fn open_all(system: &dyn System, folder: &Path, key: &SealKey, state: &mut State) {
    // No folder is a store that is still empty; one that cannot be read fails to be written too.
    let names = system.list(folder).unwrap_or_default();
    state.unfinished = names.iter().filter(|name| is_temporary(name)).count();
    let names = names.into_iter().filter(|name| is_pack(name));
    let mut names: Vec<_> = names
        .map(|name| {
            let found = system.link_metadata(&folder.join(&name)).ok();
            (Reverse(found.and_then(|it| it.stamp).map(|it| it.modified)), name)
        })
        .collect();
    names.sort_unstable();
    for (_, name) in names {
        let opened = if state.segments.len() + state.ignored.len() >= MAX_OPENED {
            Err(SegmentFault::TooMany)
        } else {
            match system.map(&folder.join(&name)) {
                Ok(bytes) => Segment::open(name.clone(), bytes, key),
                // A pack that another process joined meanwhile is none.
                Err(error) if error.is_not_found() => continue,
                Err(error) => Err(SegmentFault::Unreadable(error.to_string())),
            }
        };
        match opened {
            Ok(segment) => state.segments.push(Arc::new(segment)),
            Err(SegmentFault::TooMany) if state.ignored.len() > MAX_OPENED => {}
            Err(fault) => state.ignored.push(IgnoredSegment { name, fault }),
        }
    }
}
