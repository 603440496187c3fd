//! Where several machines share packs, as far as a store knows it: names and bytes.

use std::fmt;
use std::ops::Range;

/// A place elsewhere that several stores read packs from and write them to.
///
/// Nobody vouches for what lies there: whoever reads it looks at names, seals and sizes. Each
/// method ends in bounded time.
pub trait SharedPlace: fmt::Debug + Send + Sync {
    /// The place in words for people, without credentials.
    fn shown(&self) -> &str;

    /// What lies in a folder of the place; one that is not there is empty.
    fn list(&self, folder: &str) -> Result<Vec<SharedPack>, PlaceFault>;

    /// The bytes of these parts, each for itself, in their order.
    fn read(&self, parts: &[Part]) -> Vec<Result<Vec<u8>, PlaceFault>>;

    /// Writes an object as a whole or not at all.
    fn write(&self, folder: &str, name: &str, bytes: Vec<u8>) -> Result<(), PlaceFault>;
}

/// An object of a shared place, as its listing has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPack {
    pub name: String,
    pub size: u64,
    /// Higher is later; of one place, and only to prefer one to another.
    pub written: i64,
}

/// Some bytes of an object of a shared place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub folder: String,
    pub name: String,
    pub range: Range<u64>,
}

/// Why a shared place gave nothing, or took nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    #[error("nothing of that name is there")]
    NotFound,
    #[error("it refuses these credentials")]
    Denied,
    #[error("it cannot be reached, or breaks off")]
    Unreachable,
    #[error("it does not answer in time")]
    TooSlow,
    #[error("it cannot be asked with these settings")]
    Settings,
    #[error("interrupted")]
    Interrupted,
}
