//! Where code of Rust reads what tells who asks.

use super::method_name;
use crate::languages::rust::expressions::text_of;
use crate::languages::rust::paths::last_segment;
use crate::node::{Node, field};

/// Methods that read what has a name: a header, a cookie, what a session keeps.
const READING: &[&str] =
    &["get", "get_all", "get_one", "get_pending", "get_private", "cookie", "header"];

/// Parts of the names of what only somebody known can send.
const PARTS: &[&str] = &[
    "api-key",
    "api_key",
    "apikey",
    "authorization",
    "bearer",
    "credential",
    "jwt",
    "secret",
    "session",
    "signature",
    "token",
];

/// What looks like a credential by such a part and is none.
const OTHERS: &[&str] = &["csrf", "xsrf", "idempotency"];

/// Types that a library makes of what tells who asks.
const TYPES: &[&str] = &["Authorization<", "BasicAuth", "BearerAuth"];

/// Methods that give nothing, or an error, where there is nothing.
pub(super) const KEEPING: &[&str] = &[
    "and_then",
    "as_deref",
    "as_ref",
    "cloned",
    "context",
    "copied",
    "err_into",
    "filter",
    "map",
    "map_err",
    "ok",
    "ok_or",
    "ok_or_else",
    "with_context",
    "wrap_err",
];

/// Whether a call reads a credential by its name, `headers.get(AUTHORIZATION)`, or has a library
/// do that.
pub(super) fn is_read(call: Node<'_>) -> bool {
    let first = field(call, "arguments").and_then(Node::first_child);
    if method_name(call).is_some_and(|it| READING.contains(&it)) {
        let Some(first) = first else { return false };
        let name = match text_of(first) {
            Some(text) => text,
            None => last_segment(first).map_or("", Node::text),
        };
        return is_credential(name);
    }
    // `parts.extract::<TypedHeader<Authorization<Bearer>>>()`, `BearerAuth::from_request(…)`.
    let Some(function) = field(call, "function") else { return false };
    let name = match function.kind() {
        "generic_function" => field(function, "function").and_then(|it| match it.kind() {
            "field_expression" => field(it, "field"),
            _ => last_segment(it),
        }),
        _ => last_segment(function),
    };
    let is_made = matches!(
        name.map_or("", Node::text),
        "extract" | "extract_with_state" | "from_request" | "from_request_parts"
    );
    is_made && TYPES.iter().any(|it| function.text().contains(it))
}

fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_part = name.split(['-', '_', '.']).any(|it| matches!(it, "auth" | "sid"));
    (is_part || PARTS.iter().any(|it| name.contains(it)))
        && !OTHERS.iter().any(|it| name.contains(it))
}

/// Whether a word is one of those that turn somebody away who is not known.
pub(super) fn is_of_refusing(word: &str) -> bool {
    matches!(
        word,
        "Unauthorized"
            | "UNAUTHORIZED"
            | "Forbidden"
            | "FORBIDDEN"
            | "ErrorUnauthorized"
            | "ErrorForbidden"
            | "Unauthenticated"
    )
}
