//! What is modelled of Kotlin.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "classes, interfaces, objects, companions, enums and unnamed objects",
        "functions, methods and constructors",
        "properties, also of constructors and extensions",
        "type aliases",
    ],
    references: &[
        "names by scope, class, base and package",
        "members of known receivers",
        "extensions of known receivers",
        "functions by name and arity otherwise",
        "overloads by number of arguments, and by the classes of those that are known",
        "infix calls",
        "function references",
        "annotations",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["classes and interfaces", "super", "delegation (by)", "overriding"],
    modules: &["packages", "imports with aliases and on demand", "Java and Scala beside"],
    tests: &["junit", "kotest"],
    routes: &[
        "Spring",
        "JAX-RS",
        "Micronaut",
        "filter chains and interceptors of Spring",
        "Ktor, with its authentication",
    ],
    value_flow: &[
        "declared types",
        "constructor calls",
        "assignments to locals and properties",
        "items of collections by type argument",
        "parameters of lambdas by function types",
        "scope functions (let, run, apply, also, with)",
        "smart casts of locals",
        "lazy",
    ],
    not_modelled: &[
        "operators of known operands",
        "overloads by built-in and generic types of arguments",
        "type arguments of classes other than collections",
        "properties of Java getters",
        "generated code (KSP, kapt)",
    ],
};
