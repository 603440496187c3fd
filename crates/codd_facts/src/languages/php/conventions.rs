//! The names that mean something by themselves in PHP.

use crate::Conventions;

pub(super) static PHP: Conventions = Conventions {
    inherited_tests: Some(&super::test_cases::INHERITED),
    constructors: &["__construct"],
    calling: Some("__invoke"),
    iterators: &["getIterator"],
    next_items: &["current"],
    indexing: &["offsetGet"],
    is_special: |name| name.starts_with("__") || PROTOCOLS.contains(&name),
    showing: &["__clone", "__debugInfo", "__serialize", "__toString", "__unserialize"],
    inert_bases: &["ArrayAccess", "BackedEnum", "Countable", "JsonSerializable", "Stringable"],
    inert_endings: &["Error", "Exception"],
    ..Conventions::NONE
};

/// Methods of the language's own interfaces.
const PROTOCOLS: [&str; 12] = [
    "count",
    "current",
    "getIterator",
    "jsonSerialize",
    "key",
    "next",
    "offsetExists",
    "offsetGet",
    "offsetSet",
    "offsetUnset",
    "rewind",
    "valid",
];
