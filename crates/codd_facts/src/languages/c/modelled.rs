//! What is modelled of C and C++.

use crate::Modelled;

pub(super) const C: Modelled = Modelled {
    definitions: &[
        "functions",
        "structs, unions and enums, also unnamed",
        "type definitions",
        "global variables and constants",
        "fields and enumerators",
        "macros",
    ],
    references: &[
        "names by scope and linkage",
        "fields of known types",
        "prototypes to the definition",
        "macros, and names in their text",
    ],
    inheritance: &[],
    modules: &["included files by folder and by the end of their path"],
    tests: &["unity", "check", "cmocka"],
    routes: &[],
    value_flow: &[
        "assignments",
        "parameters and returns",
        "declared types and casts",
        "function pointers in variables, in tables and as arguments",
    ],
    not_modelled: &[
        "which of the branches of conditional compilation is compiled",
        "definitions that macros make, and names they paste together",
        "function pointers in fields of types from another file, beyond who writes them",
        "include folders of the build",
        "weak and aliased symbols",
    ],
};

pub(super) const CPP: Modelled = Modelled {
    definitions: &[
        "functions and methods, also outside of their class",
        "classes, structs, unions and enums",
        "namespaces",
        "type aliases",
        "variables, fields and enumerators",
        "macros",
    ],
    references: &[
        "names by scope, class, base and namespace",
        "members of known receivers",
        "methods by name and arity otherwise",
        "overloads by number of arguments, and by the classes of those that are known",
        "constructors",
        "declarations to the definition",
    ],
    inheritance: &["several bases", "overriding", "pure methods"],
    modules: &["included files by folder and by the end of their path", "using"],
    tests: &["gtest", "catch2", "boost"],
    routes: &[],
    value_flow: &[
        "assignments and auto",
        "parameters and returns",
        "constructors and make_unique",
        "what pointers and containers of the standard library hold",
    ],
    not_modelled: &[
        "instances of templates: a call means the template",
        "lookup by the types of arguments",
        "overloads by built-in and generic types of arguments",
        "operators that are not called by name",
        "which of the branches of conditional compilation is compiled",
        "definitions that macros make, and names they paste together",
        "types of a class that another file defines (struct Outer::Inner)",
        "what smart pointers of other libraries hold",
        "modules",
    ],
};
