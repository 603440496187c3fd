//! Names for functions without one that stand in a list: by what stays when one is put before.

use crate::Name;
use crate::node::Node;

/// Nodes of a function in which its first text is looked for.
const MOST_NODES: usize = 2000;

/// Words of a text that make a name.
const MOST_WORDS: usize = 6;

/// Bytes of such a name; the end of a longer one is cut.
const MOST_BYTES: usize = 60;

/// Kinds of text, in the grammars of the languages that name functions so.
const TEXTS: &[&str] =
    &["interpreted_string_literal", "raw_string_literal", "string", "template_string"];

/// The name of the function at a place of a list: the beginning of the first text in it
/// (`[CREATE TABLE users]`), or the place.
pub(crate) fn name_in_list(function: Node<'_>, place: usize) -> Name {
    let mut nodes = function.below().take(MOST_NODES);
    let text = nodes.find_map(|it| {
        TEXTS.contains(&it.kind()).then(|| first_words(it.text())).filter(|it| !it.is_empty())
    });
    match text {
        Some(text) => Name::new(format!("[{text}]")),
        None => Name::new(format!("[{place}]")),
    }
}

/// The first words of a text; of a query those before what it says of columns and values.
fn first_words(text: &str) -> String {
    let text = text.trim_matches(|it: char| it.is_whitespace() || "\"'`".contains(it));
    let end = text.find(['(', ';', '=', '\n', ',', '$', '{']).unwrap_or(text.len());
    let words = text[..end]
        .split(|it: char| !it.is_alphanumeric() && it != '_')
        .filter(|it| !it.is_empty() && !is_condition(it));
    let mut out = String::new();
    for word in words.take(MOST_WORDS) {
        if out.len() + word.len() > MOST_BYTES {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// `IF NOT EXISTS`, which says nothing of what a query is about.
fn is_condition(word: &str) -> bool {
    ["if", "not", "exists"].iter().any(|it| word.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::first_words;

    #[test]
    fn a_text_gives_the_words_that_say_what_it_is_about() {
        for (text, expected) in [
            ("`CREATE TABLE users (id int)`", "CREATE TABLE users"),
            ("`\n  CREATE TABLE IF NOT EXISTS a.b(id int);\n`", "CREATE TABLE a b"),
            ("'users'", "users"),
            ("`UPDATE feeds SET a = 1`", "UPDATE feeds SET a"),
            ("\"\"", ""),
            ("'\u{e9}t\u{e9} (x)'", "\u{e9}t\u{e9}"),
        ] {
            assert_eq!(first_words(text), expected, "{text}");
        }
        assert_eq!(first_words(&"x".repeat(100)), "");
    }
}
