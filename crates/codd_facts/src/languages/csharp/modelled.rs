//! What is modelled of C#.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "classes, structs, records, interfaces, enums and delegates, also nested",
        "methods, constructors, operators and local functions",
        "properties, indexers, fields and events",
    ],
    references: &[
        "names by scope, class, base and namespace",
        "members of known receivers",
        "methods by name and arity otherwise",
        "extension methods of known receivers, also of built-in types",
        "handlers and behaviours of what is sent with MediatR",
        "overloads by number of arguments, and by the classes of those that are known",
        "attributes",
        "object initializers",
        "values that are disposed",
        "members that are named in reflection",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["classes and interfaces", "base", "partial types", "overriding"],
    modules: &["namespaces", "using, using static, global using and aliases"],
    tests: &["xunit", "nunit", "mstest"],
    routes: &[
        "ASP.NET controllers",
        "ASP.NET endpoints (MapGet), and their groups, also given to functions",
        "who may ask: by endpoint, group, all controllers (also by filter) and fallback policy",
    ],
    value_flow: &[
        "declared types",
        "creations",
        "assignments to locals and fields",
        "items of collections and tasks by type argument",
        "parameters of lambdas by delegate types",
        "LINQ",
        "text from outside, and what calls are given (checks `flow` and `argument`)",
        "properties, indexers, initializers, patterns, queries and extension methods",
    ],
    not_modelled: &[
        "overloads by built-in and generic types of arguments",
        "type arguments of classes other than collections",
        "operators of known operands",
        "source generators",
        "middleware that is a function, filters of the project that options apply to all routes",
        "settings that are bound to the fields of a class",
        "what the views of Razor do with a value",
        "what a function gives out of itself by out and ref, but for what goes in",
    ],
};
