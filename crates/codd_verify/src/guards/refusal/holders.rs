//! What holds what requests bring, and names that tell of it.

use super::super::credentials::{is_credential, is_identity, is_kept_identity};

/// Something that holds what requests bring: credentials, and much that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Headers and cookies.
    Request,
    /// What earlier code left for later.
    Context,
    /// What was left when an earlier request came, a login or a shopping cart.
    Session,
}

impl Holder {
    pub(super) fn named(name: &str) -> Option<Holder> {
        Some(match name {
            "headers" | "cookies" | "META" | "Header" | "signedCookies" | "COOKIES" => {
                Holder::Request
            }
            "g" | "state" | "locals" => Holder::Context,
            "session" => Holder::Session,
            _ => return None,
        })
    }

    pub(super) fn tells(self, key: &str) -> bool {
        match self {
            // `headers.get` is a part of what asks, and not yet a question.
            Holder::Request => is_credential(key),
            Holder::Context => is_identity(key),
            Holder::Session => is_kept_identity(key),
        }
    }
}

pub(super) fn is_holder(name: &str) -> bool {
    Holder::named(name) == Some(Holder::Request)
}

/// Whether a method reads one header or cookie: `req.get("Authorization")`.
pub(super) fn is_reading(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "Get"
            | "header"
            | "cookie"
            | "getAttribute"
            | "getHeader"
            | "GetHeader"
            | "getCookie"
            | "getSession"
    )
}

/// Whether a name says that nobody is known: `is_anonymous`.
pub(super) fn is_of_nobody(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["anonymous", "isguest", "is_guest", "unauthenticated"].iter().any(|it| name.contains(it))
}
