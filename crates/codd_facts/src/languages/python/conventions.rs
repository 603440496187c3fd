//! The names that mean something by themselves in Python.

use super::pytest;
use crate::{Conventions, OutsideCall};

pub(super) static PYTHON: Conventions = Conventions {
    constructors: &["__init__", "__new__", "__post_init__"],
    calling: Some("__call__"),
    iterators: &["__iter__", "__aiter__"],
    next_items: &["__next__", "__anext__"],
    entering: &["__enter__", "__aenter__"],
    leaving: &["__exit__", "__aexit__"],
    indexing: &["__getitem__"],
    missing_names: Some("__getattr__"),
    structural_bases: &["typing.Protocol", "typing_extensions.Protocol"],
    outside,
    calling_functions: &["filter", "functools.reduce", "map", "max", "min", "reduce", "sorted"],
    is_special: |name| name.len() > 4 && name.starts_with("__") && name.ends_with("__"),
    showing: &[
        "__class_getitem__",
        "__copy__",
        "__deepcopy__",
        "__del__",
        "__dir__",
        "__format__",
        "__getnewargs__",
        "__getstate__",
        "__reduce__",
        "__reduce_ex__",
        "__repr__",
        "__setstate__",
        "__sizeof__",
        "__str__",
    ],
    root_class: Some("object"),
    inert_bases: &[
        "ABC",
        "Enum",
        "Flag",
        "Generic",
        "IntEnum",
        "IntFlag",
        "NamedTuple",
        "Protocol",
        "StrEnum",
        "TypedDict",
        "bool",
        "bytes",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "set",
        "str",
        "tuple",
        "type",
    ],
    inert_endings: &["Error", "Exception", "Warning"],
    folder_file: Some("__init__"),
    waits_to_run: true,
    built_in_methods: &[
        "add",
        "append",
        "capitalize",
        "casefold",
        "clear",
        "close",
        "copy",
        "count",
        "decode",
        "difference",
        "discard",
        "encode",
        "endswith",
        "extend",
        "find",
        "flush",
        "format",
        "get",
        "group",
        "groups",
        "index",
        "insert",
        "intersection",
        "isdigit",
        "items",
        "join",
        "keys",
        "lower",
        "lstrip",
        "partition",
        "pop",
        "popitem",
        "read",
        "readline",
        "readlines",
        "remove",
        "replace",
        "reverse",
        "rfind",
        "rpartition",
        "rsplit",
        "rstrip",
        "seek",
        "setdefault",
        "sort",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "tell",
        "title",
        "union",
        "update",
        "upper",
        "values",
        "write",
    ],
    built_ins_are_unbound: true,
    is_import: Some(is_import),
    inherited_tests: Some(&pytest::INHERITED),
    ..Conventions::NONE
};

/// What only a type checker sees runs as little as an import does.
fn is_import(statement: &str) -> bool {
    let first = statement.lines().next().unwrap_or("");
    let begins = |word: &str| statement.strip_prefix(word).is_some_and(|it| it.starts_with(' '));
    begins("import") || begins("from") || begins("if") && first.contains("TYPE_CHECKING")
}

fn outside(name: &str) -> Option<OutsideCall> {
    Some(match name {
        "classmethod"
        | "contextlib.closing"
        | "copy.copy"
        | "copy.deepcopy"
        | "enumerate"
        | "frozenset"
        | "functools.partial"
        | "functools.partialmethod"
        | "functools.update_wrapper"
        | "iter"
        | "list"
        | "reversed"
        | "set"
        | "sorted"
        | "staticmethod"
        | "tuple"
        | "weakref.proxy"
        | "weakref.ref" => OutsideCall::First,
        "filter" => OutsideCall::Second,
        "max" | "min" | "next" => OutsideCall::Item,
        "t.cast" | "typing.cast" => OutsideCall::InstanceOf,
        "type" => OutsideCall::TypeOf,
        "getattr" => OutsideCall::Attribute,
        "map" => OutsideCall::ResultOf,
        _ => return None,
    })
}
