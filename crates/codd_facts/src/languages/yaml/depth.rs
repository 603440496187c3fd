//! How deep the blocks of a YAML text may nest, which bounds what the grammar's scanner writes
//! into a buffer of fixed size.

/// Columns of blocks that are open at once; the scanner's buffer has room for 253.
const MOST: usize = 200;

/// Whether reading the text may open more blocks at once than the scanner has room for.
///
/// Counted as the scanner does in its least strict state, where it recovers from errors:
/// there any `- `, `? ` or `: ` opens a block, also in text and in brackets.
pub(super) fn is_too_deep(text: &str) -> bool {
    let mut open: Vec<usize> = Vec::new();
    for line in text.split(['\n', '\r']) {
        // After a tab a line's first text neither closes blocks nor opens one.
        let indent = line.len() - line.trim_start_matches(' ').len();
        let has_tab = line[indent..].starts_with('\t');
        if !has_tab && indent < line.len() {
            close(&mut open, indent);
        }
        // Where the text of the line's first key begins.
        let mut key = None;
        let mut chars = line.chars().enumerate().peekable();
        while let Some((column, char)) = chars.next() {
            let is_last = chars.peek().is_none_or(|(_, next)| matches!(next, ' ' | '\t' | '\0'));
            if matches!(char, '-' | '?' | ':') && is_last {
                close(&mut open, column);
                let first_key = if char == ':' { key.replace(column) } else { None };
                open.push(first_key.unwrap_or(column));
                if open.len() > MOST {
                    return true;
                }
            } else if !has_tab && key.is_none() && !matches!(char, ' ' | '\t') {
                key = Some(column);
            }
        }
    }
    false
}

/// A block is closed by what is no further right than the block around it.
fn close(open: &mut Vec<usize>, column: usize) {
    while let [.., outer, _] = open.as_slice()
        && column <= *outer
    {
        open.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_on_one_line_and_on_many_are_counted() {
        assert!(is_too_deep(&"- ".repeat(1000)));
        assert!(is_too_deep(&"? ".repeat(1000)));
        assert!(is_too_deep(&format!("a: {}b", "- ".repeat(1000))));
        let steps: String = (0..1000).map(|it| format!("{}a:\n", " ".repeat(it))).collect();
        assert!(is_too_deep(&steps));
        assert!(is_too_deep(&steps.replace('\n', "\r\n")));
        assert!(!is_too_deep(&"- ".repeat(MOST)));
    }

    /// The scanner stops the process where it writes past its buffer.
    #[test]
    fn what_is_just_not_too_deep_is_parsed() {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_yaml::LANGUAGE.into()).unwrap();
        for marker in ["- ", "? ", ": ", "a: ", "- a: ", "[ - ", "- ? ", "'- ", "-\t", "|\n - "] {
            for is_step in [false, true] {
                let text = |count: usize| -> String {
                    let line = |it: usize| format!("\n{}{marker}", " ".repeat(5 * it));
                    let step = |it| if is_step { line(it) } else { marker.to_owned() };
                    (0..count).map(step).collect()
                };
                let counts: Vec<usize> = (1..400).collect();
                let count = counts.partition_point(|it| !is_too_deep(&text(*it)));
                assert!(count > 0);
                assert!(parser.parse(text(count), None).is_some());
            }
        }
    }

    #[test]
    fn long_texts_that_are_flat_are_read() {
        assert!(!is_too_deep(&"a: 1\n".repeat(10_000)));
        assert!(!is_too_deep(&"- a: 1\n  b:\n  - c: - d\n".repeat(10_000)));
        assert!(!is_too_deep(&"a:\n      b: 1\n   c: 1\n".repeat(10_000)));
        assert!(!is_too_deep(&"  \tcase x: y: z\n".repeat(10_000)));
    }
}
