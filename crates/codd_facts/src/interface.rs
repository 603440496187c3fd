//! The part of a file that other files can see: a firewall for incremental resolution.

use crate::Semantics;

/// `semantics` without what no other file's resolution can ask for.
///
/// Two versions of a file with equal interfaces resolve every other file alike, so an edit
/// inside a function body that changes no return value re-resolves that file alone.
pub fn interface(semantics: &Semantics) -> Semantics {
    Semantics { references: Vec::new(), ..semantics.clone() }
}
