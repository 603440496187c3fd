//! What is modelled of Scala.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "classes, case classes, traits, objects, enums and unnamed classes",
        "functions, methods and constructors",
        "values, class parameters, givens",
        "type aliases",
    ],
    references: &[
        "names by scope, class, base and package",
        "members of known receivers",
        "companions, apply",
        "extension methods and implicit classes of known receivers",
        "methods by name and arity otherwise",
        "infix calls",
        "types and constants of patterns",
        "annotations",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["classes and traits", "super", "overriding"],
    modules: &[
        "packages and package objects",
        "imports with renames, selectors and wildcards",
        "Java and Kotlin beside",
    ],
    tests: &["scalatest", "munit"],
    routes: &[],
    value_flow: &[
        "declared types",
        "creations",
        "assignments to locals and fields",
        "items of collections by type argument",
        "for comprehensions",
        "parameters of lambdas by function types, placeholders",
        "patterns",
    ],
    not_modelled: &[
        "implicit and given arguments",
        "implicit conversions by function",
        "overloads by type of arguments",
        "export clauses",
        "macros",
        "routes of Play, http4s and Akka HTTP",
        "specs2 and ZIO tests",
        "settings in HOCON (application.conf)",
    ],
};
