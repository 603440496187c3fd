//! Whether a documentation text says anything.

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
