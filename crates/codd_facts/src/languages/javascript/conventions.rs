//! The names that mean something by themselves in JavaScript and TypeScript.

use crate::Conventions;

/// How the names of methods begin that operators and built-ins run.
const SPECIAL: [&str; 5] = ["toString", "toJSON", "valueOf", "[Symbol.", "@@"];

/// The name of what an interface says of calls, which no member can have.
pub(super) const CALL_SIGNATURE: &str = "()";

pub(super) static JAVASCRIPT: Conventions = Conventions {
    keys_are_attributes: true,
    constructors: &["constructor"],
    // The call signatures of an interface are bound to this.
    calling: Some(CALL_SIGNATURE),
    function_methods: &["call", "apply", "bind"],
    is_special: |name| SPECIAL.iter().any(|it| name.starts_with(it)),
    showing: &["toJSON", "toString"],
    inert_bases: &["Array", "Map", "Object", "Promise", "Set", "WeakMap", "WeakSet"],
    inert_endings: &["Error", "Exception"],
    implements_by_use: true,
    folder_file: Some("index"),
    has_extensions: true,
    ..Conventions::NONE
};
