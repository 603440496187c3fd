//! What is modelled of Rust.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "functions and methods of inherent and trait impl blocks",
        "structs, enums with their variants, unions, traits and type aliases",
        "fields, constants and statics",
        "modules that are written in place",
        "macro_rules macros",
    ],
    references: &[
        "paths with self, super and crate",
        "members of known receivers",
        "members by name and arity otherwise",
        "fully qualified paths",
        "macros, and what is named among their tokens",
        "functions that serde and clap attributes name",
        "conversions (from, into, parse, to_string) by what is declared, asked for and given",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["impl Trait for Type", "supertraits", "default methods", "overriding"],
    modules: &[
        "Cargo workspaces, path and renamed dependencies",
        "mod files, also by #[path]",
        "use trees, renames, globs and re-exports",
    ],
    tests: &["#[test] and attributes of that name", "rstest", "test_case"],
    routes: &["axum", "actix-web", "rocket"],
    value_flow: &[
        "what frameworks hand over in wrappers (State, Data, Json)",
        "what frameworks make parameters with (FromRequest, FromRequestParts)",
        "declared types",
        "type parameters by their bounds",
        "items of Option, Result, collections, locks and iterators",
        "patterns",
        "closures by the function they are passed to",
        "function pointers",
    ],
    not_modelled: &[
        "what macros and derives make",
        "type arguments of the project's own generic types",
        "method choice by trait bounds of impl blocks",
        "operators (their methods belong to their type)",
        "conditional compilation",
        "tests in documentation",
        "layers of axum and middleware of actix-web that are no functions, fairings of rocket",
        "settings that are read into structs",
    ],
};
