//! Keeping the folder small: packs joined, what has no room forgotten, leftovers removed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use codd_source::{EntryKind, SystemError};

use crate::segment::{ENTRY, NAME_LENGTH, Segment};
use crate::store::EXTENSION;
use crate::{SegmentFault, Store, Value};

/// More packs than this are joined when the store is flushed.
const MAX_SEGMENTS: usize = 12;

/// What `System::write` calls a file that it has not yet put in its place.
const TEMPORARY: &str = ".tmp";

/// A process that began to write a pack so many seconds ago has been killed.
const ABANDONED_AFTER: i64 = 3600;

/// What was removed from a store's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Packs, and files that were never finished.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
    /// The files that could not be removed, with the reason.
    pub refused: Vec<(String, String)>,
}

impl Store {
    /// Joins packs where there are many or where they are too large, and removes what is damaged
    /// or was left behind by a process that was killed.
    pub(crate) fn tidy(&self, folder: &Path) {
        let (segments, is_full) = {
            let state = self.state();
            let size: u64 = state.segments.iter().map(|it| it.size()).sum();
            (state.segments.clone(), size > self.max_bytes)
        };
        let mut joined = segments.clone();
        if !is_full {
            let small = if segments.len() > MAX_SEGMENTS { small_ones(&segments) } else { vec![] };
            // Written again, it is without what is damaged.
            joined.retain(|it| it.is_damaged() || small.contains(&it.name));
        }
        if !joined.is_empty() {
            self.join(folder, &joined, if is_full { self.max_bytes / 4 * 3 } else { u64::MAX });
        }
        self.remove_damaged(folder);
        self.remove_abandoned(folder);
    }

    /// Joins packs into one of at most `room` bytes, and removes them once it is written.
    fn join(&self, folder: &Path, segments: &[Arc<Segment>], room: u64) {
        // Of each key the newest value: what was replaced does not come back for having been
        // asked for.
        let mut newest: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let mut records: Vec<(Vec<u8>, Value, bool)> = Vec::new();
        for (key, value, is_used) in segments.iter().flat_map(|it| it.records(&self.key)) {
            match newest.entry(key.clone()) {
                Entry::Occupied(known) => records[*known.get()].2 |= is_used,
                Entry::Vacant(place) => {
                    place.insert(records.len());
                    records.push((key, value, is_used));
                }
            }
        }
        // What was asked for first, then the newest.
        records.sort_by_key(|(_, _, is_used)| !is_used);
        let (mut entries, mut used) = (BTreeMap::new(), Vec::new());
        let mut left = room;
        for (key, value, is_used) in records {
            let size = (key.len() + value.len() + ENTRY) as u64;
            if size > left {
                continue;
            }
            left -= size;
            if is_used {
                used.push(key.clone());
            }
            entries.insert(key, value);
        }
        match self.write(folder, &entries) {
            Ok(joined) => {
                for key in &used {
                    joined.touch(key, &self.key);
                }
                let is_joined = |it: &Arc<Segment>| segments.iter().any(|of| of.name == it.name);
                let mut state = self.state();
                // In the place of the newest: those behind it are older.
                let at = state.segments.iter().position(is_joined).unwrap_or_default();
                state.segments.retain(|it| !is_joined(it) && it.name != joined.name);
                let at = at.min(state.segments.len());
                state.segments.insert(at, Arc::clone(&joined));
                drop(state);
                for segment in segments.iter().filter(|it| it.name != joined.name) {
                    // Another process may have removed it, or (on Windows) have it open; it is
                    // then joined again.
                    let _ = self.system.remove_file(&folder.join(&segment.name));
                }
            }
            Err(reason) => self.state().read_only = Some(reason),
        }
    }

    /// Removes packs that nobody can read any more; those of other versions stay.
    fn remove_damaged(&self, folder: &Path) {
        let damaged: Vec<String> = {
            let state = self.state();
            let damaged = state.ignored.iter().filter(|it| it.fault == SegmentFault::Damaged);
            damaged.map(|it| it.name.clone()).collect()
        };
        for name in damaged {
            let path = folder.join(&name);
            // Another process may have written it anew since: it is then as it should be.
            let is_whole = self
                .system
                .map(&path)
                .is_ok_and(|bytes| Segment::open(name.clone(), bytes, &self.key).is_ok());
            if !is_whole {
                let _ = self.system.remove_file(&path);
            }
        }
    }

    /// Removes what a process that was killed had begun to write.
    fn remove_abandoned(&self, folder: &Path) {
        let Ok(names) = self.system.list(folder) else { return };
        let written = |name: &str| {
            let found = self.system.link_metadata(&folder.join(name)).ok()?;
            (found.kind == EntryKind::File).then_some(found.stamp?.modified.0)
        };
        // No clock is asked: the newest file tells how late it is at least.
        let Some(now) = names.iter().filter_map(|name| written(name)).max() else { return };
        for name in names.iter().filter(|name| is_temporary(name)) {
            if written(name).is_some_and(|at| now - at > ABANDONED_AFTER) {
                let _ = self.system.remove_file(&folder.join(name));
            }
        }
    }

    /// Removes every pack and every unfinished one, whoever wrote it; what is not the store's
    /// stays. What was put is forgotten too.
    pub fn clean(&self) -> Removed {
        let Some(folder) = self.folder() else { return Removed::default() };
        let mut removed = Removed::default();
        self.forget();
        for name in self.system.list(folder).unwrap_or_default() {
            if !is_pack(&name) && !is_temporary(&name) {
                continue;
            }
            let path = folder.join(&name);
            let size = self.system.link_metadata(&path).map_or(0, |it| it.size);
            match self.system.remove_file(&path) {
                Ok(()) => {
                    removed.files += 1;
                    removed.bytes += size;
                }
                Err(SystemError::NotFound { .. }) => {}
                Err(error) => removed.refused.push((name, error.to_string())),
            }
        }
        removed
    }
}

/// Whether the name is one that packs have; others use the ending too, git among them.
pub(crate) fn is_pack(name: &str) -> bool {
    name.strip_suffix(EXTENSION).is_some_and(|it| {
        it.len() == NAME_LENGTH && it.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Whether the name is that of a pack which is not finished.
pub(crate) fn is_temporary(name: &str) -> bool {
    let pack = name.strip_suffix(TEMPORARY).and_then(|it| it.rsplit_once('.'));
    pack.is_some_and(|(pack, _)| is_pack(pack))
}

/// The packs without the few that are larger than all smaller ones together: what is large is
/// not written again for what is small.
fn small_ones(segments: &[Arc<Segment>]) -> Vec<String> {
    let mut by_size: Vec<(u64, String)> =
        segments.iter().map(|it| (it.size(), it.name.clone())).collect();
    by_size.sort_unstable();
    for _ in 0..MAX_SEGMENTS / 2 {
        let Some(((largest, _), others)) = by_size.split_last() else { break };
        if *largest <= others.iter().map(|it| it.0).sum() {
            break;
        }
        by_size.pop();
    }
    by_size.into_iter().map(|it| it.1).collect()
}
