//! What is modelled of Java.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "classes, interfaces, enums, records and annotation types, also nested, local and unnamed",
        "methods and constructors",
        "fields, enum constants and record components",
    ],
    references: &[
        "names by scope, class, base and package",
        "members of known receivers",
        "methods by name and arity otherwise",
        "overloads by number of arguments, and by the classes of those that are known",
        "method references",
        "annotations",
        "resources that are closed",
        "members that are named in reflection",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names, also of the class path",
    ],
    inheritance: &["classes and interfaces", "super", "default methods", "overriding"],
    modules: &["packages", "imports of types and static members", "imports on demand"],
    tests: &["junit", "testng"],
    routes: &["Spring", "JAX-RS", "Micronaut", "filter chains and interceptors of Spring"],
    value_flow: &[
        "text from outside, and what calls are given (checks `flow` and `argument`)",
        "declared types",
        "creations",
        "assignments to locals and fields",
        "items of collections by type argument",
        "patterns",
    ],
    not_modelled: &[
        "overloads by built-in and generic types of arguments",
        "type arguments of classes other than collections",
        "module declarations (module-info.java)",
        "generated code (Lombok, annotation processors)",
        "beans by type",
        "pointcuts by patterns of packages or of other classes' pointcuts, servlet filters that are \
         left out for some routes, security in XML",
    ],
};
