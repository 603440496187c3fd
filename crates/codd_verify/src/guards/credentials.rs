//! Which headers, cookies and names tell who asks, and which say something else of a request.

/// Parts of the names of what only somebody known can send.
const CREDENTIALS: &[&str] = &[
    "api-key",
    "api_key",
    "apikey",
    "assertion",
    "auth",
    "bearer",
    "credential",
    "hmac",
    "jwt",
    "login",
    "passw",
    "secret",
    "session",
    "signature",
    "sid",
    "sso",
    "token",
    "user",
];

/// What looks like a credential by such a part and is none.
const OTHERS: &[&str] =
    &["authority", "csrf", "idempotency", "request-id", "user-agent", "user_agent", "xsrf"];

/// Parts of the names of who somebody is.
const IDENTITIES: &[&str] =
    &["account", "auth", "identity", "login", "member", "principal", "session", "subject", "user"];

/// What a session knows of who somebody is, besides those.
const KEPT: &[&str] = &["admin", "email", "logged", "profile", "role"];

/// Whether a header or cookie of this name tells who asks.
pub(crate) fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CREDENTIALS.iter().any(|it| has_part(&name, it)) && !OTHERS.iter().any(|it| name.contains(it))
}

/// Whether something of this name, which earlier code left, is who asks.
pub(crate) fn is_identity(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    IDENTITIES.iter().any(|it| has_part(&name, it))
}

/// Whether something of this name in a session is who asks.
pub(crate) fn is_kept_identity(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    is_identity(name)
        || is_credential(name)
        || KEPT.iter().any(|it| lower.contains(it))
        || words(&lower).any(|word| matches!(word, "id" | "uid"))
}

/// Whether a name has a part; short ones are found in other words too: `side`, `lesson`,
/// `remember`, `author`.
fn has_part(name: &str, part: &str) -> bool {
    match part {
        "sid" => words(name).any(|word| word == "sid" || word.ends_with("sessid")),
        "sso" | "member" => words(name).any(|word| word.starts_with(part)),
        "auth" => {
            words(name).any(|word| word.contains(part) && !matches!(word, "author" | "authors"))
        }
        part => name.contains(part),
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_cookies_of_who_asks() {
        for name in ["Authorization", "X-API-Key", "connect.sid", "PHPSESSID", "access_token"] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "Accept-Language",
            "Host",
            "X-Forwarded-Proto",
            "Content-Length",
            "theme",
            "User-Agent",
            "X-CSRF-Token",
            "X-Request-Id",
            ":authority",
            "inside",
            "X-Processor",
            "lesson",
            "X-Author",
        ] {
            assert!(!is_credential(name), "{name}");
        }
        assert!(is_identity("current_user") && !is_identity("locale") && !is_identity("remember"));
        for (name, is_it) in [("uid", true), ("isAdmin", true), ("cart", false), ("lang", false)] {
            assert_eq!(is_kept_identity(name), is_it, "{name}");
        }
    }
}
