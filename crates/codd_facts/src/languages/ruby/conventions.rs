//! The names that mean something by themselves in Ruby.

use crate::Conventions;

pub(super) static RUBY: Conventions = Conventions {
    inherited_tests: Some(&super::test_classes::INHERITED),
    constructors: &["initialize"],
    calling: Some("call"),
    indexing: &["[]"],
    function_methods: &["call", "curry", "to_proc"],
    is_special: |name| {
        PROTOCOLS.binary_search(&name).is_ok()
            || !name.starts_with(|it: char| it.is_alphabetic() || it == '_')
    },
    showing: &["as_json", "inspect", "to_json", "to_s"],
    root_class: Some("Object"),
    inert_bases: &["BasicObject", "Comparable", "Data", "Enumerable", "Object", "Struct"],
    inert_endings: &["Error", "Exception"],
    implicit_members: true,
    has_partial_types: true,
    has_class_methods_apart: true,
    ..Conventions::NONE
};

/// Methods that the language and its library call of any object; sorted.
const PROTOCOLS: [&str; 22] = [
    "coerce",
    "const_missing",
    "each",
    "eql?",
    "extended",
    "hash",
    "included",
    "inherited",
    "initialize_copy",
    "marshal_dump",
    "marshal_load",
    "method_added",
    "method_missing",
    "prepended",
    "respond_to_missing?",
    "to_ary",
    "to_hash",
    "to_int",
    "to_path",
    "to_proc",
    "to_str",
    "to_sym",
];
