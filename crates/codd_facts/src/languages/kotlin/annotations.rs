//! Texts in which the grammar's scanner never finds the end of an annotation.

/// Whether the text ends inside an annotation that stands first on its line, or behind such a
/// one.
///
/// Where it may stand before an accessor or a constructor, the scanner skips from `@` to the
/// next white space, and to the end of the line behind an open parenthesis; it does not look
/// whether the text has ended.
pub(super) fn is_endless(text: &str) -> bool {
    let mut starts_line = false;
    let mut is_annotated = false;
    // Annotations behind which no white space has come yet: those whose last parenthesis is
    // open, and the others.
    let (mut in_parentheses, mut in_word) = (false, false);
    for byte in text.bytes() {
        match byte {
            b'@' if starts_line || is_annotated => (is_annotated, in_word) = (true, true),
            b'(' => in_parentheses |= std::mem::take(&mut in_word),
            b')' => in_word |= std::mem::take(&mut in_parentheses),
            b'\n' => (is_annotated, in_parentheses, in_word) = (false, false, false),
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => in_word = false,
            _ => {}
        }
        starts_line = matches!(byte, b'\n' | b'\r') || starts_line && byte.is_ascii_whitespace();
    }
    in_parentheses || in_word
}

#[cfg(test)]
mod tests {
    use super::is_endless;

    #[test]
    fn annotation_that_the_text_ends_in_has_no_end() {
        for text in ["\n@A", "\n @A(b, c", "a\r@A(b) @C(", "\n@A()", "\n@A(\t@B"] {
            assert!(is_endless(text), "{text}");
        }
        for text in ["@A", "\n@A\n", "\n@A class B", "\n@A(b, c) class B", "\n@A(b, c\n", "\na @A"]
        {
            assert!(!is_endless(text), "{text}");
        }
    }
}
