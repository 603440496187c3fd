//! What is modelled of Go.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "functions and methods",
        "types, also local ones, and aliases",
        "struct fields and interface methods",
        "package variables and constants",
        "handlers and subtests without a name",
    ],
    references: &[
        "names by scope and package",
        "members of known receivers",
        "members by name and arity otherwise",
        "keys of struct literals",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
        "files that variables embed",
    ],
    inheritance: &[
        "embedding",
        "interfaces by their methods, of modules that need one another",
        "overriding",
    ],
    modules: &["go.mod with replacements", "packages by folder", "test packages", "vendor folders"],
    tests: &["go test: tests, subtests, examples, fuzz targets", "testify suites"],
    routes: &[
        "net/http",
        "gin",
        "chi",
        "echo",
        "fiber",
        "gorilla/mux",
        "routers and groups that functions make or are given",
    ],
    value_flow: &[
        "text from outside, and what calls are given (checks `flow` and `argument`)",
        "declared types",
        "results in their places",
        "composite literals",
        "type assertions and switches",
        "elements of slices, maps and channels",
        "type parameters by their constraints",
        "functions that are passed on",
    ],
    not_modelled: &[
        "dot imports",
        "routers that are mounted below a path (chi)",
        "keys of maps",
        "fields of structs without a name",
        "type arguments of generic types",
        "build constraints",
        "cgo and generated code",
        "benchmarks",
        "settings that are read into structs by their tags",
    ],
};
