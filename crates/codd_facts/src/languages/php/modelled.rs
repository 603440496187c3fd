//! What is modelled of PHP.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "functions",
        "methods",
        "classes, interfaces, traits and enums, also unnamed",
        "properties, also promoted",
        "constants, also of define()",
        "variables of the top level",
    ],
    references: &[
        "names by namespace and use",
        "members of known receivers",
        "methods by name and arity otherwise",
        "static members, self, static and parent",
        "callables in strings and arrays, f(...)",
        "attributes",
        "routes of Laravel by their names, its middleware by theirs",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["base classes and interfaces", "traits with conflict resolution", "overriding"],
    modules: &[
        "namespaces, wherever their files are",
        "include and require",
        "packages by composer.lock",
    ],
    tests: &["phpunit", "pest"],
    routes: &["Laravel", "Lumen", "Symfony", "Slim"],
    value_flow: &[
        "assignments",
        "parameters and returns",
        "constructors",
        "declared types, also in documentation comments",
        "instanceof",
        "instances from containers and mocks by class name",
        "arrays with constant keys",
        "text from outside (check `flow`)",
    ],
    not_modelled: &[
        "names of variables, functions, methods and classes that are computed",
        "what __call, __get and facades answer for",
        "names in another case than where they are declared",
        "variables of files that are included in functions or by computed paths",
        "what a function puts into parameters by reference",
        "templates of Blade and Twig",
        "YAML and XML configuration of routes and services",
    ],
};
