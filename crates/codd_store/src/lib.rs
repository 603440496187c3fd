//! A content-addressed store: key bytes to value bytes, in packs on disk.
//!
//! It knows nothing of what it keeps. A key says everything its value depends on (content,
//! language, version of the extractor), so a value never goes stale; the few that are replaced
//! ([`Store::replace`]) say themselves what they are good for. Losing or damaging the store loses
//! only time; a pack of another secret is not read. All disk access is `codd_source`'s `System`;
//! what several machines share lies at a [`SharedPlace`].

mod catalogue;
mod segment;
mod shared_place;
mod sharing;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod upkeep;

pub use segment::Value;
pub use shared_place::{Part, PlaceFault, SharedPack, SharedPlace};
pub use status::{IgnoredSegment, SegmentFault, SharingStatus, StoreStatus};
pub use store::{Store, StoreOptions};
pub use upkeep::Removed;
