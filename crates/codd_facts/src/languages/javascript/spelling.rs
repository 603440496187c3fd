//! Other ways to write the same: what rules look through, and names with escapes.

use crate::{Aside, Trivia};

pub(super) const TRIVIA: Trivia = Trivia {
    parentheses: &["parenthesized_expression"],
    casts: &[
        "as_expression",
        "instantiation_expression",
        "non_null_expression",
        "satisfies_expression",
        "type_assertion",
    ],
    asides: &[
        // `f?.(x)`; one grammar has a node there, the other a token.
        Aside { parent: "call_expression", kind: "optional_chain", replaces: None },
        Aside { parent: "call_expression", kind: "?.", replaces: None },
        // `a?.[x]`
        Aside { parent: "subscript_expression", kind: "optional_chain", replaces: None },
        // `a?.b`
        Aside { parent: "member_expression", kind: "optional_chain", replaces: Some(".") },
        // `f<T>(x)`
        Aside { parent: "call_expression", kind: "type_arguments", replaces: None },
        Aside { parent: "new_expression", kind: "type_arguments", replaces: None },
    ],
};

/// The text with its Unicode escapes decoded: `\u0065val` is the name `eval`.
pub(super) fn canonical_names(text: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        let (before, escape) = rest.split_at(at);
        decoded.push_str(before);
        match decoded_escape(&escape[2..]) {
            Some((char, length)) => {
                decoded.push(char);
                rest = &escape[2 + length..];
            }
            None => {
                decoded.push_str("\\u");
                rest = &escape[2..];
            }
        }
    }
    if rest.len() == text.len() {
        return None;
    }
    decoded.push_str(rest);
    Some(decoded)
}

/// The character of an escape without its `\u`, and how long that is.
fn decoded_escape(text: &str) -> Option<(char, usize)> {
    let (digits, length) = match text.strip_prefix('{') {
        Some(braced) => {
            let end = braced.find('}')?;
            (&braced[..end], end + 2)
        }
        None => (text.get(..4)?, 4),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    // Zeros may stand before the digits in braces.
    let number = u32::from_str_radix(digits.trim_start_matches('0'), 16).unwrap_or(0);
    Some((char::from_u32(number)?, length))
}

#[cfg(test)]
mod tests {
    use super::canonical_names;

    #[test]
    fn escapes_are_decoded_where_they_are_some() {
        let names = |text: &str| canonical_names(text).unwrap_or_default();
        assert_eq!(names(r"\u0065val(\u{000061})"), "eval(a)");
        assert_eq!(names(r"a\u00zz \u \u{} \u{110000} \u0062"), r"a\u00zz \u \u{} \u{110000} b");
        assert_eq!(canonical_names(r"a\n"), None);
    }
}
