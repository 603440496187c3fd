//! Whether a documentation text says anything, and which one stands before a definition.

/// The bytes before a definition in which its documentation is looked for, so that a file of
/// one line is read in linear time.
const LONGEST: usize = 16 << 10;

/// Whether some word in the text has two letters at least and is not the name of what it is
/// about: `""` and `"."` document nothing, nor does `"orders"` document `orders`.
pub(crate) fn says_something(text: &str, name: &str) -> bool {
    let is_plain = |char: &char| char.is_alphanumeric();
    let name: String = name.chars().filter(is_plain).flat_map(char::to_lowercase).collect();
    let mut said = String::new();
    for word in text.split(|char: char| !char.is_alphanumeric()) {
        if word.chars().filter(|char| char.is_alphabetic()).nth(1).is_some() {
            said.extend(word.chars().flat_map(char::to_lowercase));
        }
        if said.len() > name.len() {
            return true;
        }
    }
    !said.is_empty() && said != name
}

/// What stands before a definition, as far as its documentation is looked for.
pub(crate) fn text_before(text: &str, start: usize) -> &str {
    let from = (start.saturating_sub(LONGEST)..start).find(|at| text.is_char_boundary(*at));
    text.get(from.unwrap_or(start)..start).unwrap_or("")
}

/// The block comment that a text ends with, up to its `*/`.
pub(crate) fn block_comment_at_end(text: &str) -> Option<&str> {
    let comment = text.strip_suffix("*/")?;
    comment.rfind("/*").map(|at| &comment[at..])
}

#[cfg(test)]
mod tests {
    use super::says_something;

    #[test]
    fn words_other_than_the_name_say_something() {
        for text in ["Checks.", "Gets it", "/** 確認 */", "send_orders: to whom they belong"] {
            assert!(says_something(text, "send_orders"), "{text}");
        }
        for text in ["", ".", "- x -", "42", "/** */", "Send orders.", "send_orders"] {
            assert!(!says_something(text, "send_orders"), "{text}");
        }
    }
}
