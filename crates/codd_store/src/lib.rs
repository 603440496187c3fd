//! A content-addressed store: key bytes to value bytes, in packs on disk.
//!
//! It knows nothing of what it keeps. A key says everything its value depends on (content,
//! language, version of the extractor), so a value never goes stale; the few that are replaced
//! ([`Store::replace`]) say themselves what they are good for. Losing or damaging the store loses
//! only time; a pack of another secret is not read. All disk access is `codd_source`'s `System`.

mod segment;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod upkeep;

pub use segment::Value;
pub use status::{IgnoredSegment, SegmentFault, StoreStatus};
pub use store::{Store, StoreOptions};
pub use upkeep::Removed;
