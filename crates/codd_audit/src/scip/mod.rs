//! SCIP, the format of compiler-grade indexes: what is written of it and what is read.
//!
//! The few messages are written and read here: a library would bring a runtime for all of
//! protobuf, and would trust what it reads.

mod read;
mod symbol;
#[cfg(test)]
mod tests;
mod wire;
mod write;

#[cfg(test)]
use self::read::IndexError;
pub(crate) use self::read::{IndexDocument, IndexRange, Units, read};
pub(crate) use self::symbol::{last_name, symbol_of};
pub(crate) use self::write::index;

/// The name of the tool in an index that is made here.
const OWN_NAME: &str = "codd";

/// Bits of `symbol_roles`.
pub(crate) const DEFINITION: u64 = 1;
pub(crate) const IMPORT: u64 = 2;
pub(crate) const WRITE_ACCESS: u64 = 4;
pub(crate) const READ_ACCESS: u64 = 8;
