//! What is modelled of Swift.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "classes, structs, actors, protocols, enums and their cases",
        "functions, methods, initialisers, deinitialisers and subscripts",
        "properties, stored and computed",
        "type aliases and associated types",
    ],
    references: &[
        "names by scope, type, base and target",
        "members of known receivers",
        "implicit members (.name) of expected types",
        "extensions of known receivers",
        "functions by name and arity otherwise",
        "overloads by number of arguments, and by the classes of those that are known",
        "key paths and selectors",
        "attributes and property wrappers",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &[
        "classes and protocols",
        "conformances by extension",
        "super",
        "overriding",
        "default implementations by extension",
    ],
    modules: &["SwiftPM targets", "targets of other folders by the folder's name"],
    tests: &["XCTest", "swift-testing"],
    routes: &["Vapor"],
    value_flow: &[
        "declared types",
        "initialiser calls",
        "optionals and their bindings",
        "items of arrays, dictionaries and sets by type",
        "parameters of closures by function types",
        "generic parameters by their constraints",
        "payloads of enum cases",
        "assignments to properties of self",
    ],
    not_modelled: &[
        "operators",
        "overloads by labels and types of arguments",
        "type arguments of types other than collections",
        "what macros and property wrappers make",
        "conditional compilation: all branches count",
        "Objective-C beside",
        "prefixes under which route collections are registered",
    ],
};
