//! The names that mean something by themselves in JavaScript and TypeScript.

use crate::{Conventions, OutsideCall};

/// How the names of methods begin that operators and built-ins run.
const SPECIAL: [&str; 5] = ["toString", "toJSON", "valueOf", "[Symbol.", "@@"];

/// The name of what an interface says of calls, which no member can have.
pub(super) const CALL_SIGNATURE: &str = "()";

pub(super) static JAVASCRIPT: Conventions = Conventions {
    keys_are_attributes: true,
    giving_router: super::routes::GIVING_ROUTER,
    constructors: &["constructor"],
    // The call signatures of an interface are bound to this.
    calling: Some(CALL_SIGNATURE),
    function_methods: &["call", "apply", "bind"],
    outside,
    is_special: |name| SPECIAL.iter().any(|it| name.starts_with(it)),
    showing: &["toJSON", "toString"],
    inert_bases: &["Array", "Map", "Object", "Promise", "Set", "WeakMap", "WeakSet"],
    inert_endings: &["Error", "Exception"],
    implements_by_use: true,
    folder_file: Some("index"),
    has_extensions: true,
    built_in_methods: &[
        "add",
        "catch",
        "charAt",
        "charCodeAt",
        "clear",
        "concat",
        "delete",
        "endsWith",
        "entries",
        "every",
        "fill",
        "filter",
        "finally",
        "find",
        "findIndex",
        "flat",
        "flatMap",
        "forEach",
        "get",
        "has",
        "includes",
        "indexOf",
        "join",
        "json",
        "keys",
        "lastIndexOf",
        "map",
        "match",
        "padEnd",
        "padStart",
        "pop",
        "push",
        "reduce",
        "repeat",
        "replace",
        "replaceAll",
        "reverse",
        "set",
        "shift",
        "slice",
        "some",
        "sort",
        "splice",
        "split",
        "startsWith",
        "substr",
        "substring",
        "test",
        "then",
        "toFixed",
        "toLowerCase",
        "toString",
        "toUpperCase",
        "trim",
        "unshift",
        "values",
    ],
    built_ins_are_unbound: true,
    ..Conventions::NONE
};

fn outside(name: &str) -> Option<OutsideCall> {
    Some(match name {
        "Array.from" | "Object.create" | "Object.entries" | "Object.freeze" | "Object.values"
        | "Promise.resolve" | "Set" | "WeakSet" => OutsideCall::First,
        "Object.assign" => OutsideCall::Any,
        _ => return None,
    })
}
