//! What a store holds, and what of it could not be used.

use crate::PlaceFault;

/// The state of a store, for people who ask why something was computed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreStatus {
    /// Packs in use.
    pub segments: usize,
    /// Entries in packs; one that is in two of them counts twice.
    pub entries: usize,
    /// Size of the packs in use.
    pub bytes: u64,
    /// Entries that are not on disk yet.
    pub pending: usize,
    /// Packs that are not used, by name.
    pub ignored: Vec<IgnoredSegment>,
    /// Files that some process began to write and has not finished, when the store was opened.
    pub unfinished: usize,
    /// Values that were asked for and turned out to be damaged.
    pub damaged_values: u64,
    /// Why nothing is written: no permission, a full disk. What is put is kept in memory.
    pub read_only: Option<String>,
    /// What is shared with other machines, where anything is.
    pub sharing: Option<SharingStatus>,
}

/// What a process knows of the place where several machines share packs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharingStatus {
    /// The place in words for people, without credentials.
    pub place: String,
    /// Packs that lie there for this version of codd; none before it was asked.
    pub packs: usize,
    /// Their size.
    pub bytes: u64,
    /// Packs that were taken from there.
    pub taken: usize,
    pub taken_bytes: u64,
    /// Packs that were given.
    pub given: usize,
    pub given_bytes: u64,
    /// Packs that are not what their name or their seal says.
    pub refused: Vec<IgnoredSegment>,
    /// Why it was not asked again.
    pub trouble: Option<PlaceFault>,
}

impl StoreStatus {
    /// How many packs were lost to damage.
    pub fn damaged_packs(&self) -> usize {
        self.ignored.iter().filter(|it| it.fault == SegmentFault::Damaged).count()
    }
}

/// A pack that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredSegment {
    pub name: String,
    pub fault: SegmentFault,
}

/// Why a pack is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmentFault {
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error("it is not a pack")]
    Foreign,
    #[error("it has format {0}, which this version does not read")]
    Format(u32),
    #[error("another installation of codd wrote it")]
    Installation,
    #[error("it is cut off or damaged")]
    Damaged,
    #[error("there are too many packs")]
    TooMany,
}
