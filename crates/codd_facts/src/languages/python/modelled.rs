//! What is modelled of Python.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "functions",
        "methods",
        "classes",
        "properties",
        "variables",
        "fields",
        "type aliases",
        "enums",
    ],
    references: &[
        "names by scope",
        "attributes of known receivers",
        "attributes by name and arity otherwise",
        "decorators",
        "annotations, also in strings",
        "operators and protocols of known receivers",
        "pytest fixtures by name",
        "receivers of signals, commands of groups, functions of singledispatch",
        "routes by their names, in tests",
        "commands of Django by their names, libraries of its templates",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["several bases by resolution order", "super()", "overriding"],
    modules: &[
        "packages and namespace packages",
        "src layouts",
        "relative imports",
        "star imports and __all__",
        "re-exports",
        "stubs beside their modules",
    ],
    tests: &["pytest", "unittest"],
    routes: &["Flask", "FastAPI", "Starlette", "aiohttp", "Django", "Django REST framework"],
    value_flow: &[
        "text from outside, and what calls are given (checks `flow` and `argument`)",
        "assignments",
        "parameters and returns",
        "constructors",
        "containers with constant keys",
        "closures and callbacks",
        "annotations",
    ],
    not_modelled: &[
        "code made from strings (exec, eval)",
        "attributes and modules named at run time",
        "changes of sys.path",
        "import hooks",
    ],
};
