//! The names that mean something by themselves in C and C++.

use crate::Conventions;

/// What constructors are bound as in their class: their own name is that of the class.
pub(super) const CONSTRUCTOR: &str = "<init>";

pub(super) static C: Conventions = Conventions {
    constructors: &[CONSTRUCTOR],
    calling: Some("operator()"),
    iterators: &["begin"],
    next_items: &["operator*"],
    indexing: &["operator[]"],
    delegating: Some("operator->"),
    pointing: super::holders::pointing,
    key_members: &["first"],
    is_special: |name| name.starts_with('~') || name.starts_with("operator"),
    showing: &["operator<<"],
    inert_endings: &["exception", "error"],
    implicit_members: true,
    sees_around_type: true,
    has_extensions: true,
    has_overloads: true,
    keys_are_attributes: true,
    built_ins_are_unbound: true,
    ..Conventions::NONE
};
