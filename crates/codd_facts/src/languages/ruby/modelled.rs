//! What is modelled of Ruby.

use crate::Modelled;

pub(super) const MODELLED: Modelled = Modelled {
    definitions: &[
        "methods, also of attr_accessor and define_method",
        "classes and modules, opened as often as they are, also of Struct.new",
        "constants",
        "instance and class variables",
        "associations and scopes of Rails",
    ],
    references: &[
        "constants by the modules around, then by ancestry",
        "methods of self without a receiver",
        "methods of known receivers",
        "methods by name and arity otherwise",
        "send and method(:name) with constant names",
        "callbacks of Rails by symbol",
        "path helpers of Rails by the names of routes",
        "settings, environment, requests, queries and files by constant names",
    ],
    inheritance: &["base classes", "include, extend and prepend", "super", "overriding"],
    modules: &[
        "require and require_relative",
        "autoload",
        "constants of all files, as Zeitwerk loads them",
    ],
    tests: &["rspec", "minitest, also in the words of specs", "test-unit"],
    routes: &["Rails", "Sinatra"],
    value_flow: &[
        "text from outside (check `flow`)",
        "assignments",
        "parameters and returns, also of the last expression",
        "constructors",
        "instance variables",
        "blocks over lists",
    ],
    not_modelled: &[
        "names that are computed, eval",
        "what method_missing answers for",
        "code that is run in another class (class_eval)",
        "refinements",
        "code in templates (ERB) other than what it renders: values are not followed into them",
        "types of parameters",
        "operators that are not called by name",
    ],
};
