//! Texts that stand where a secret would, and are none.

/// Words that say that a value is to be put there.
const WORDS: &[&str] = &[
    "change",
    "changeme",
    "default",
    "dummy",
    "example",
    "fake",
    "fixme",
    "foobar",
    "here",
    "insert",
    "invalid",
    "lorem",
    "mock",
    "none",
    "notreal",
    "null",
    "placeholder",
    "redacted",
    "removed",
    "replace",
    "sample",
    "secret",
    "some",
    "test",
    "testing",
    "todo",
    "undefined",
    "your",
    "xxx",
];

/// Marks of text that is filled in when it is used.
const TEMPLATES: &[&str] = &["${", "{{", "$(", "#{", "%(", "<%", "{%", "@@", "ENC["];

/// Whether a text of any kind says that it is no secret: of tokens that name their provider,
/// too.
pub(super) fn is_made_up(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    const SAID: &[&str] = &[
        "example",
        "xxxxx",
        "placeholder",
        "redacted",
        "your",
        "dummy",
        "changeme",
        "_here",
        "fakefake",
    ];
    SAID.iter().any(|it| lower.contains(it))
        || has_run(text)
        || lower.contains("0123456789")
        || lower.contains("1234567890")
        || lower.contains("abcdefghij")
}

/// Six of the same character in a row, which chance does not give.
fn has_run(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(6)
        .any(|it| it.iter().all(|byte| *byte == it[0]) && it[0] != b'A' && it[0] != b'-')
}

/// Whether a text beside a name that promises a secret is none.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if is_made_up(text)
        || TEMPLATES.iter().any(|it| text.contains(it))
        || text.contains(char::is_whitespace)
        || !text.is_ascii()
        || is_around(text)
        || is_format(text)
    {
        return true;
    }
    // Words alone, as `my-test-secret` or `access_token`, name things; so does `%s`.
    let mut words = lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.clone().any(|it| WORDS.contains(&it)) || words.all(is_word) && is_plain(text)
}

/// `<token>`, `[token]`, `{token}`, `%token%`, `__TOKEN__`, `***`.
fn is_around(text: &str) -> bool {
    const PAIRS: &[(&str, &str)] = &[
        ("<", ">"),
        ("[", "]"),
        ("{", "}"),
        ("%", "%"),
        ("__", "__"),
        ("$", ""),
        ("*", "*"),
        (":", ""),
    ];
    PAIRS.iter().any(|(open, close)| text.starts_with(open) && text.ends_with(close))
        || text.contains("***")
        || text.contains("...")
        || text.contains('<') && text.contains('>')
}

/// `%s`, `{0}`, `{name}`.
fn is_format(text: &str) -> bool {
    ["%s", "%d", "%v", "%@", "{}", "{0}"].iter().any(|it| text.contains(it))
        || text.split_once('{').is_some_and(|(_, rest)| rest.contains('}'))
}

/// Whether letters alone make it.
fn is_word(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_alphabetic())
}

/// Whether a text of words has nothing that a name would not have.
fn is_plain(text: &str) -> bool {
    let is_name = |it: u8| it.is_ascii_alphanumeric() || b"_-./:,[]()'=&?".contains(&it);
    text.bytes().all(is_name)
        // Letters in no order of a word: `sKjdhRtGwqMzPlXc` changes its case all the time.
        && !looks_random(text)
}

/// Whether the letters of one long word change their case too often for a name, which begins
/// each of its words with one capital.
fn looks_random(text: &str) -> bool {
    const LONG: usize = 16;
    text.len() >= LONG && text.bytes().all(|it| it.is_ascii_alphanumeric()) && !has_words(text)
}

/// Whether a text is a name of words without separators, and digits only here and there:
/// `eBatChargeToday2`.
pub(super) fn is_name_of_words(text: &str) -> bool {
    const MOST_DIGITS: usize = 2;
    text.bytes().all(|it| it.is_ascii_alphanumeric())
        && text.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
        && has_words(text)
}

/// Whether capitals begin words that are as long as words are.
fn has_words(text: &str) -> bool {
    const SHORTEST: usize = 3;
    let capitals = text.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
    let is_upper = text.bytes().all(|it| !it.is_ascii_lowercase());
    is_upper || text.len() >= (capitals + 1) * SHORTEST
}

/// Whether a text is another thing that is no secret: a path, an address, an identifier, a
/// hash, a version, a date.
pub(super) fn is_other_thing(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_path = text.starts_with(['/', '.', '~', '#', '@', '\\']) || lower.contains("://");
    let hashed = [
        "sha1:", "sha256:", "sha256-", "sha384-", "sha512-", "md5:", "pbkdf2", "$2", "$argon2",
        "$1$", "$5$", "$6$", "bcrypt", "argon2", "scrypt", "{ssha", "{sha",
    ];
    is_path
        || lower.starts_with("arn:")
        || lower.starts_with("urn:")
        || lower.starts_with("data:")
        || hashed.iter().any(|it| lower.starts_with(it))
        || is_uuid(text)
        || text.bytes().all(|it| it.is_ascii_digit() || b".-:/".contains(&it))
        || is_host(text)
        || text.contains("::")
        || is_lookup(text)
        || is_address(text)
        || is_list_of_rules(text)
}

/// `required|min:6`: what a form asks of a field (Laravel).
fn is_list_of_rules(text: &str) -> bool {
    const RULES: &[&str] = &[
        "bail",
        "confirmed",
        "email",
        "exists",
        "max",
        "min",
        "nullable",
        "present",
        "required",
        "same",
        "size",
        "sometimes",
        "string",
        "unique",
    ];
    let name = |rule: &str| rule.split(':').next().unwrap_or(rule).to_owned();
    let is_rule = |name: &String| !name.is_empty() && is_word(&name.replace('_', ""));
    let names: Vec<String> = text.split('|').map(name).collect();
    names.len() > 1 && names.iter().all(is_rule) && names.iter().any(|it| RULES.contains(&&**it))
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

/// `name@host.org`.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.split('.').count() > 1
            && host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it))
    })
}

/// `a.example.org/path`: dots and slashes between words.
fn is_host(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', '/']).collect();
    parts.len() > 2
        && parts.iter().filter(|it| is_word(&it.replace(['-', '_'], ""))).count() * 2 > parts.len()
}

/// `env.NAME`, `config.get('x')`, `NAME_OF_VARIABLE`.
fn is_lookup(text: &str) -> bool {
    let is_constant = |it: u8| it.is_ascii_uppercase() || it == b'_';
    text.bytes().all(|it| is_constant(it) || it.is_ascii_digit())
        && text.contains('_')
        && text.bytes().filter(|it| is_constant(*it)).count() * 4 > text.len() * 3
        || text.contains('(') && text.ends_with(')')
        || [
            "env.",
            "process.env",
            "vault:",
            "ssm:",
            "secretsmanager:",
            "op://",
            "file:",
            "env:",
            "kms:",
        ]
        .iter()
        .any(|it| text.to_ascii_lowercase().starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_a_secret_goes_there() {
        for text in [
            "<your token here>",
            "changeme",
            "xxxxxxxx",
            "${DB_PASSWORD}",
            "my-test-secret",
            "{{ vault.password }}",
            "%s",
            "access_token",
            "insert-key-here",
            "AKIAIOSFODNN7EXAMPLE",
            "********",
            "Enter your password",
            "пароль123",
            "userPasswordField",
            "__SECRET__",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "hunter2",
            "vX9#kd82hT-qq1",
            "sKjdhRtGwqMzPlXcTbVn",
            "8f14e45fceea167a5a36dedd4bea2543",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn what_is_another_thing() {
        for text in [
            "/run/secrets/db1",
            "sha256:9f86d081884c7d65",
            "123e4567-e89b-12d3-a456-426614174000",
            "arn:aws:iam::1:role/x",
            "https://x.org/a1",
            "django.contrib.auth2.tokens",
            "2020-01-02",
            "DB_PASSWORD_2",
            "$2b$12$abcdefghij",
            "me@x1.org",
            "required|min:6",
            "nullable|string|min:8|confirmed",
        ] {
            assert!(is_other_thing(text), "{text}");
        }
        for text in ["hunter2", "vX9#kd82hT-qq1", "p@ssw0rd!", "8f14e45fceea167a5a36dedd4bea2543"] {
            assert!(!is_other_thing(text), "{text}");
        }
    }
}
