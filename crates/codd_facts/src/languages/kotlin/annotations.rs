//! Texts in which the grammar's scanner never finds the end of an annotation.

/// Whether the text ends inside an annotation.
///
/// Where an annotation may stand before an accessor or a constructor, the scanner skips from `@`
/// to the next white space, and to the end of the line behind an open parenthesis; it does not
/// look whether the text has ended.
pub(super) fn is_endless(text: &str) -> bool {
    // Annotations behind which no white space has come yet: those whose last parenthesis is
    // open, and the others.
    let (mut in_parentheses, mut in_word) = (false, false);
    for byte in text.bytes() {
        match byte {
            b'@' => in_word = true,
            b'(' => in_parentheses |= std::mem::take(&mut in_word),
            b')' => in_word |= std::mem::take(&mut in_parentheses),
            b'\n' => (in_parentheses, in_word) = (false, false),
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => in_word = false,
            _ => {}
        }
    }
    in_parentheses || in_word
}

#[cfg(test)]
mod tests {
    use super::is_endless;

    #[test]
    fn annotation_that_the_text_ends_in_has_no_end() {
        for text in ["@A", "class B\n@A", "@A(b, c", "@A(b) @C(", "@A()", "@A(\t@B"] {
            assert!(is_endless(text), "{text}");
        }
        for text in ["@A\n", "@A class B", "@A(b, c) class B", "@A(b, c\n", "\"a@b c\"", "a()"] {
            assert!(!is_endless(text), "{text}");
        }
    }
}
