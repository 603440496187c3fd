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

/// Whether a header or cookie of this name tells who asks.
pub(crate) fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // `side` and `inside` name no session.
    let is_part = |it: &&&str| match **it {
        "sid" => name.split(['-', '_', '.']).any(|word| word == "sid" || word.ends_with("sessid")),
        it => name.contains(it),
    };
    CREDENTIALS.iter().any(|it| is_part(&it)) && !OTHERS.iter().any(|it| name.contains(it))
}

/// Whether something of this name, which earlier code left, is who asks.
pub(crate) fn is_identity(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    IDENTITIES.iter().any(|it| name.contains(it))
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
        ] {
            assert!(!is_credential(name), "{name}");
        }
        assert!(is_identity("current_user") && !is_identity("locale"));
    }
}
