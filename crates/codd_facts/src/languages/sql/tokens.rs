//! The words of SQL, whatever the dialect: comments and layout left out.

/// One token and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SqlToken<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
    pub(crate) kind: SqlTokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SqlTokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes, which are left out.
    Quoted,
    Text,
    /// One character, a number, a parameter.
    Other,
    /// A comment that a database reads: `/*!50100 … */`, `/*+ … */`.
    Directive,
}

impl SqlToken<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len() + usize::from(self.kind == SqlTokenKind::Quoted)
    }

    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind != SqlTokenKind::Quoted && self.text.eq_ignore_ascii_case(word)
    }

    /// The name as databases compare it.
    pub(crate) fn name(&self) -> Option<String> {
        match self.kind {
            SqlTokenKind::Word | SqlTokenKind::Quoted => Some(self.text.to_lowercase()),
            SqlTokenKind::Text | SqlTokenKind::Other | SqlTokenKind::Directive => None,
        }
    }
}

/// Tokens of one text that are looked at.
const MOST: usize = 2_000_000;

pub(crate) fn tokens(text: &str) -> Vec<SqlToken<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST {
        let rest = &text[at..];
        let byte = bytes[at];
        let until = |end: &str, from: usize| {
            rest.get(from..)
                .and_then(|it| it.find(end))
                .map_or(bytes.len(), |it| at + from + it + end.len())
        };
        if byte.is_ascii_whitespace() {
            at += 1;
        } else if rest.starts_with("--") {
            at = until("\n", 2);
        } else if rest.starts_with("/*") {
            let end = until("*/", 2);
            if ["/*!", "/*M!", "/*+"].iter().any(|it| rest.starts_with(it)) {
                let text = &text[at..end];
                found.push(SqlToken { text, start: at, kind: SqlTokenKind::Directive });
            }
            at = end;
        } else if byte == b'\'' {
            let end = until("'", 1);
            found.push(SqlToken { text: &text[at..end], start: at, kind: SqlTokenKind::Text });
            at = end;
        } else if let Some(close) = closing_quote(rest) {
            let length = rest[1..].find(close);
            let end = length.map_or(bytes.len(), |it| at + it + 2);
            let inner = &rest[1..length.map_or(rest.len(), |it| it + 1)];
            found.push(SqlToken { text: inner, start: at + 1, kind: SqlTokenKind::Quoted });
            at = end;
        } else if byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii() {
            let is_part = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
            let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
            // A character that is no part of a name is skipped alone.
            let length = length.max(rest.chars().next().map_or(1, char::len_utf8));
            let text = &rest[..length];
            found.push(SqlToken { text, start: at, kind: SqlTokenKind::Word });
            at += length;
        } else {
            let length = if byte.is_ascii_digit() {
                rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '.').unwrap_or(rest.len())
            } else {
                1
            };
            let text = &rest[..length];
            found.push(SqlToken { text, start: at, kind: SqlTokenKind::Other });
            at += length;
        }
    }
    found
}

/// What ends a quoted name that begins here.
fn closing_quote(rest: &str) -> Option<&'static str> {
    let first = rest.chars().next()?;
    match first {
        '"' => Some("\""),
        '`' => Some("`"),
        // Not the index of an array.
        '[' if rest[1..].starts_with(|it: char| it.is_alphabetic()) => Some("]"),
        _ => None,
    }
}
