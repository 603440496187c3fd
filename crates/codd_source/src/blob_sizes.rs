//! Sizes of blobs, known from before: what an object has for its name never changes.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    CommitInfo, ContentId, Head, Index, ObjectId, Repository, RepositoryError, Touched, TreeEntry,
};

/// An id and its size, in the order of the ids: 20 bytes and 8, little-endian.
const ROW: usize = 28;

/// So few that are new are not worth writing all of them again.
const FEW: usize = 64;

/// So many are kept, whatever of them is asked for.
const MANY: usize = 1 << 20;

/// Bytes that live somewhere else.
type Known = Box<dyn Deref<Target = [u8]> + Send + Sync>;

/// Asks a repository for the size of an object once, and then never again.
pub struct BlobSizes {
    known: Option<Known>,
    found: Mutex<BTreeMap<ContentId, u64>>,
}

impl fmt::Debug for BlobSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobSizes").finish_non_exhaustive()
    }
}

impl BlobSizes {
    /// The sizes that [`BlobSizes::to_keep`] gave, which must be those of this repository's
    /// objects or of any other's.
    pub fn new(known: Option<Known>) -> Arc<BlobSizes> {
        let known = known.filter(|it| it.len() % ROW == 0);
        Arc::new(BlobSizes { known, found: Mutex::default() })
    }

    /// A repository that asks these first.
    pub fn before(self: &Arc<Self>, repository: Arc<dyn Repository>) -> Arc<dyn Repository> {
        Arc::new(WithSizes { repository, sizes: Arc::clone(self) })
    }

    /// All that is known, where that is worth keeping.
    pub fn to_keep(&self) -> Option<Vec<u8>> {
        let found = self.found();
        let before = self.rows();
        if found.len() < FEW && !before.is_empty() || found.is_empty() {
            return None;
        }
        let mut all: BTreeMap<ContentId, u64> = BTreeMap::new();
        if before.len() / ROW + found.len() <= MANY {
            all.extend(before.chunks_exact(ROW).filter_map(read));
        }
        all.extend(found.iter());
        let mut bytes = Vec::with_capacity(all.len() * ROW);
        for (id, size) in all {
            bytes.extend_from_slice(&id.0);
            bytes.extend_from_slice(&size.to_le_bytes());
        }
        Some(bytes)
    }

    fn get(&self, id: ContentId) -> Option<u64> {
        let rows = self.rows();
        let (mut low, mut high) = (0, rows.len() / ROW);
        while low < high {
            let middle = low + (high - low) / 2;
            let (at, size) = read(rows.get(middle * ROW..(middle + 1) * ROW)?)?;
            match at.cmp(&id) {
                std::cmp::Ordering::Equal => return Some(size),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        self.found().get(&id).copied()
    }

    fn rows(&self) -> &[u8] {
        self.known.as_ref().map_or(&[], |it| &***it)
    }

    fn found(&self) -> std::sync::MutexGuard<'_, BTreeMap<ContentId, u64>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(row: &[u8]) -> Option<(ContentId, u64)> {
    let (id, size) = row.split_at_checked(20)?;
    Some((ContentId(id.try_into().ok()?), u64::from_le_bytes(size.try_into().ok()?)))
}

/// A repository whose sizes of objects are known from before.
#[derive(Debug)]
struct WithSizes {
    repository: Arc<dyn Repository>,
    sizes: Arc<BlobSizes>,
}

impl Repository for WithSizes {
    fn work_tree(&self) -> Option<&Path> {
        self.repository.work_tree()
    }

    fn head(&self) -> Result<Head, RepositoryError> {
        self.repository.head()
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId, RepositoryError> {
        self.repository.resolve(revision)
    }

    fn merge_base(&self, one: ObjectId, two: ObjectId) -> Result<ObjectId, RepositoryError> {
        self.repository.merge_base(one, two)
    }

    fn commit(&self, id: ObjectId) -> Result<CommitInfo, RepositoryError> {
        self.repository.commit(id)
    }

    fn commits_between(
        &self,
        base: Option<ObjectId>,
        head: ObjectId,
        limit: usize,
    ) -> Result<Vec<CommitInfo>, RepositoryError> {
        self.repository.commits_between(base, head, limit)
    }

    fn tree(&self, commit: ObjectId, prefix: &str) -> Result<Vec<TreeEntry>, RepositoryError> {
        self.repository.tree(commit, prefix)
    }

    fn touched(&self, commit: ObjectId, folder: &str) -> Result<Touched, RepositoryError> {
        self.repository.touched(commit, folder)
    }

    fn blob(&self, id: ContentId, limit: u64) -> Result<Arc<[u8]>, RepositoryError> {
        self.repository.blob(id, limit)
    }

    fn blob_size(&self, id: ContentId) -> Result<Option<u64>, RepositoryError> {
        // Who asks a partial clone wants to know what it has today.
        if let Some(size) = self.sizes.get(id).filter(|_| !self.is_partial()) {
            return Ok(Some(size));
        }
        let size = self.repository.blob_size(id)?;
        if let Some(size) = size {
            self.sizes.found().insert(id, size);
        }
        Ok(size)
    }

    fn is_partial(&self) -> bool {
        self.repository.is_partial()
    }

    fn index(&self) -> Result<Index, RepositoryError> {
        self.repository.index()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(known: Option<Vec<u8>>, found: std::ops::Range<u64>) -> Arc<BlobSizes> {
        let sizes = BlobSizes::new(known.map(|it| Box::new(it) as Known));
        for number in found {
            sizes.found().insert(ContentId::of(&number.to_le_bytes()), number);
        }
        sizes
    }

    #[test]
    fn what_was_found_is_known_the_next_time() {
        let kept = sizes(None, 0..100).to_keep();
        let next = sizes(kept.clone(), 0..0);
        for number in 0..100_u64 {
            assert_eq!(next.get(ContentId::of(&number.to_le_bytes())), Some(number));
        }
        assert_eq!(next.get(ContentId::of(b"another")), None);
        assert_eq!(next.to_keep(), None);
        let more = sizes(kept, 100..200).to_keep();
        assert_eq!(more.unwrap().len(), 200 * ROW);
    }

    #[test]
    fn a_few_new_ones_are_asked_for_again() {
        assert_eq!(sizes(None, 0..3).to_keep().map(|it| it.len()), Some(3 * ROW));
        let kept = sizes(None, 0..100).to_keep();
        assert_eq!(sizes(kept, 100..103).to_keep(), None);
        assert_eq!(sizes(None, 0..0).to_keep(), None);
    }

    #[test]
    fn what_is_no_table_says_nothing() {
        let broken = sizes(Some(vec![7; ROW + 1]), 0..0);
        assert_eq!(broken.get(ContentId::of(b"a")), None);
    }
}
