//! `new` of a value, which the grammar takes for a type.
//!
//! `new("x")` makes a pointer to the value since Go 1.26. Where a file has syntax errors it is
//! read a second time with another name in such places, and counts as it is understood better.

use crate::Parsed;
use crate::reread::{errors, read};

/// Stands for `new` where it is given a value; of the same length.
pub(super) const NEW_OF_VALUE: &str = "nEw";

const NEW: &str = "new(";

/// The file as it is understood better, if it has such places.
pub(super) fn read_again(parsed: &Parsed) -> Option<Parsed> {
    if !parsed.tree.root_node().has_error() {
        return None;
    }
    let text = masked(parsed)?;
    read(parsed, parsed.language, &text).filter(|it| errors(it) < errors(parsed))
}

fn masked(parsed: &Parsed) -> Option<String> {
    let text: &str = &parsed.text;
    let root = parsed.tree.root_node();
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for (at, _) in text.match_indices(NEW) {
        let is_in_text = || {
            let node = root.descendant_for_byte_range(at, at + NEW.len());
            node.is_some_and(|it| {
                ["comment", "string", "rune"].iter().any(|no| it.kind().contains(no))
            })
        };
        let is_part =
            text[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == '.');
        if is_part || !is_value(text[at + NEW.len()..].trim_start()) || is_in_text() {
            continue;
        }
        out.push_str(&text[end..at]);
        out.push_str(NEW_OF_VALUE);
        end = at + NEW_OF_VALUE.len();
    }
    if end == 0 {
        return None;
    }
    out.push_str(&text[end..]);
    Some(out)
}

/// Whether what is given is no type, by how it begins.
fn is_value(given: &str) -> bool {
    let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    if given.starts_with(|it: char| it.is_ascii_digit() || "\"'`&-+!^<".contains(it)) {
        return true;
    }
    let behind = given.trim_start_matches(is_name);
    let name = &given[..given.len() - behind.len()];
    !matches!(name, "" | "chan" | "func" | "interface" | "map" | "struct")
        && behind.trim_start().starts_with(|it: char| "({+-*/%&|<>=!".contains(it))
}

#[cfg(test)]
mod tests {
    use super::is_value;

    #[test]
    fn types_are_no_values() {
        let values = ["\"x\")", "1)", "&T{})", "f(1))", "p.T{A: 1})", "a + b)", "-1)", "a == b)"];
        let types =
            ["T)", "p.T)", "[]int)", "map[string]T)", "struct{ A int })", "func(int))", "*T)"];
        assert!(values.iter().all(|it| is_value(it)));
        assert!(!types.iter().any(|it| is_value(it)));
    }
}
