//! Whether a name says that what it holds is a secret.

/// What a secret is called, word by word.
const TERMS: &[&[&str]] = &[
    &["password"],
    &["passwd"],
    &["passphrase"],
    &["pwd"],
    &["pass"],
    &["passcode"],
    &["secret"],
    &["secrets"],
    &["token"],
    &["apikey"],
    &["credential"],
    &["credentials"],
    &["api", "key"],
    &["access", "key"],
    &["private", "key"],
    &["secret", "key"],
    &["auth", "key"],
    &["signing", "key"],
    &["encryption", "key"],
    &["master", "key"],
    &["account", "key"],
    &["storage", "key"],
    &["service", "key"],
    &["license", "key"],
    &["deploy", "key"],
    &["accesskey"],
    &["secretkey"],
    &["privatekey"],
    &["signingkey"],
    &["encryptionkey"],
    &["shared", "key"],
    &["jwt", "key"],
    &["hmac", "key"],
];

/// Words behind the term that leave it a secret.
const BEHIND: &[&str] = &[
    "admin",
    "b64",
    "base64",
    "db",
    "default",
    "dev",
    "development",
    "env",
    "local",
    "main",
    "new",
    "old",
    "prod",
    "production",
    "raw",
    "root",
    "staging",
    "str",
    "string",
    "text",
    "user",
    "val",
    "value",
];

/// Words before the term that make it another thing.
const BEFORE: &[&str] = &[
    "dummy",
    "example",
    "fake",
    "mock",
    "sample",
    "anti",
    "bad",
    "cancel",
    "cancellation",
    "change",
    "csrf",
    "ctype",
    "current",
    "confirm",
    "end",
    "error",
    "expired",
    "forgot",
    "has",
    "invalid",
    "is",
    "lex",
    "missing",
    "new",
    "next",
    "no",
    "old",
    "parse",
    "public",
    "repeat",
    "require",
    "requires",
    "reset",
    "separator",
    "show",
    "syntax",
    "verify",
    "wrong",
    "xsrf",
    "continuation",
    "page",
    "sort",
    "primary",
    "foreign",
    "cache",
    "block",
];

/// The words that every secret's name has one of, in lower case without separators.
pub(super) const STEMS: &[&str] =
    &["passw", "passphrase", "passcode", "pwd", "pass", "secret", "token", "key", "credential"];

/// Whether `name` ends in what a secret is called.
pub(in crate::checks) fn is_secret_name(name: &str) -> bool {
    const LONGEST: usize = 80;
    if name.len() > LONGEST {
        return false;
    }
    let words = words(name);
    let kept = words.iter().rposition(|it| !BEHIND.contains(&it.as_str()) && !is_number(it));
    let Some(last) = kept else { return false };
    let words = &words[..=last];
    let term = TERMS.iter().filter(|term| {
        words.len() >= term.len()
            && words[words.len() - term.len()..].iter().zip(**term).all(|(a, b)| a == b)
    });
    let Some(term) = term.max_by_key(|it| it.len()) else { return false };
    let before = words.len() - term.len();
    // `pass` alone is a keyword, a result and a round.
    let is_bare_pass = *term == ["pass"] && before == 0;
    !is_bare_pass && !words[..before].iter().any(|it| BEFORE.contains(&it.as_str()))
}

/// Whether what `name` holds is a password, which people choose, and not made by a machine.
pub(super) fn is_password_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["pass", "pwd"].iter().any(|it| lower.contains(it))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|it| it.is_ascii_digit())
}

/// The words of a name in lower case, whatever separates them.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for (at, it) in name.char_indices() {
        if !it.is_alphanumeric() {
            previous = ' ';
            continue;
        }
        let next = name[at + it.len_utf8()..].chars().next();
        // `dbPassword`, and the last capital of `DBPassword`.
        let starts = previous == ' '
            || it.is_uppercase() && previous.is_lowercase()
            || it.is_uppercase() && previous.is_uppercase() && next.is_some_and(char::is_lowercase)
            || it.is_numeric() != previous.is_numeric();
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(it.to_lowercase());
        }
        previous = it;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_promise_a_secret_and_names_about_one() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "admin.passwd",
            "API_KEY",
            "apiKey",
            "SECRET_KEY",
            "spring.datasource.password",
            "clientSecret",
            "auth-token",
            "AWS_SECRET_ACCESS_KEY",
            "password1",
            "smtp_pass",
            "privateKey",
            "TOKEN_PROD",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "password_field",
            "token_type",
            "tokenUrl",
            "secretName",
            "reset_password",
            "csrf_token",
            "pass",
            "key",
            "primary_key",
            "password_hash",
            "passwordLength",
            "public_key",
            "keyboard",
            "tokens",
            "compass",
            "INVALID_TOKEN",
            "next_token",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
