//! A check as written: its kind and its settings, which that kind alone understands.

use std::sync::Arc;

use serde_yaml::Value;

/// One condition of a control, before its kind has read its settings.
///
/// This crate knows no kind: `codd_verify` holds their table, so that a kind is one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// `forbid`, `text`, `verification`, …, as written.
    pub kind: Arc<str>,
    pub settings: Value,
    /// Its place in the list, from 0: with the control's id, the check's identity.
    pub ordinal: u32,
}
