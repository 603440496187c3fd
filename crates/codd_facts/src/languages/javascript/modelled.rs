//! What is modelled of JavaScript and TypeScript.

use crate::Modelled;

pub(super) const JAVASCRIPT: Modelled = Modelled {
    definitions: &[
        "functions",
        "classes and their members",
        "variables",
        "methods of object literals",
        "handlers and test bodies without a name",
    ],
    references: &[
        "names by scope",
        "members of known receivers",
        "members by name and arity otherwise",
        "JSX components, and what contexts of React are given",
        "decorators",
        "listeners to emitters, whatever the event",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &[
        "extends",
        "super",
        "overriding",
        "prototypes that are assigned to or made from others",
    ],
    modules: &[
        "ES modules",
        "CommonJS",
        "AMD and UMD",
        "package.json exports, imports and workspaces",
        "tsconfig and jsconfig paths",
        "re-exports",
    ],
    tests: TESTS,
    routes: ROUTES,
    value_flow: &[
        "text from outside, and what calls are given (checks `flow` and `argument`)",
        "assignments and destructuring",
        "parameters and returns",
        "constructors",
        "containers with constant keys",
        "closures and callbacks",
        "what is put into collections later",
    ],
    not_modelled: NOT_MODELLED,
};

pub(super) const TYPESCRIPT: Modelled = Modelled {
    definitions: &[
        "functions and overloads",
        "classes and their members",
        "interfaces",
        "type aliases",
        "enums",
        "namespaces",
        "variables",
        "methods of object literals",
        "handlers and test bodies without a name",
    ],
    references: &[
        "names by scope",
        "members of known receivers",
        "members by name and arity otherwise",
        "types",
        "JSX components, and what contexts of React are given",
        "decorators",
        "listeners to emitters, whatever the event",
        "functions that an object keeps and calls later",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &[
        "extends",
        "implements",
        "interfaces by shape where they are asked for",
        "super",
        "overriding",
    ],
    value_flow: &[
        "text from outside, and what calls are given (checks `flow` and `argument`)",
        "assignments and destructuring",
        "parameters and returns",
        "constructors",
        "declared types",
        "containers with constant keys",
        "closures and callbacks",
        "what is put into collections later",
    ],
    ..JAVASCRIPT
};

pub(super) const VUE: Modelled = Modelled {
    not_modelled: &[
        "code in templates of components",
        "code made from strings (eval, new Function)",
        "members and modules named at run time",
        "mapped and conditional types",
        "hooks of bundlers and loaders",
    ],
    ..TYPESCRIPT
};

const TESTS: &[&str] = &["jest", "vitest", "mocha", "node:test", "bun", "playwright", "cypress"];

const ROUTES: &[&str] = &[
    "Express",
    "Fastify",
    "Koa Router",
    "Hono",
    "restify",
    "Polka",
    "NestJS, with the modules that its program includes",
    "Next.js by folders (app and pages/api), with its middleware",
];

const NOT_MODELLED: &[&str] = &[
    "code made from strings (eval, new Function)",
    "members and modules named at run time",
    "mapped and conditional types",
    "hooks of bundlers and loaders",
];
