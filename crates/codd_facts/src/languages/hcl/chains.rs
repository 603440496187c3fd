//! Chains of attributes and items that are longer than the parser's tree can be read in good
//! time.
//!
//! The grammar nests `a.b.c[0]` in rules that its tree does not show, and each step of a cursor
//! climbs all of them: the time grows with the square of the length.

/// Attributes and items of one expression; what people write has fewer than ten.
const MAX_CHAIN: u32 = 500;

/// Whether some chain of a text is too long.
pub(super) fn are_too_long(text: &str) -> bool {
    let mut length = 0;
    let mut previous = ' ';
    // Whether each quotation or interpolation around is a quotation.
    let mut around: Vec<bool> = Vec::new();
    for letter in text.chars() {
        let is_quoted = around.last() == Some(&true);
        match letter {
            '\n' => {
                around.clear();
                length = 0;
            }
            '"' if is_quoted && previous != '\\' => {
                around.pop();
            }
            '{' if is_quoted && matches!(previous, '$' | '%') => {
                around.push(false);
                length = 0;
            }
            _ if is_quoted => {}
            '"' => around.push(true),
            '}' => {
                around.pop();
                length = 0;
            }
            '.' | '[' => length += 1,
            ']' | '_' | '*' | ' ' | '\t' => {}
            '-' if previous != ' ' => {}
            it if it.is_alphanumeric() => {}
            _ => length = 0,
        }
        if length > MAX_CHAIN {
            return true;
        }
        previous = letter;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::are_too_long;

    #[test]
    fn chains_are_bounded_and_lists_of_them_are_not() {
        assert!(are_too_long(&format!("x = local{}", ".a".repeat(600))));
        assert!(are_too_long(&format!("x = local{}", "[0]".repeat(600))));
        assert!(are_too_long(&format!("x = local{}", " .a".repeat(600))));
        assert!(!are_too_long(&"x = [var.a, var.b-c[0].d]\n".repeat(600)));
        assert!(!are_too_long(&format!("x = {}1", "var.a - ".repeat(600))));
        assert!(!are_too_long(&format!("x = \"{}\"", "${var.a}/".repeat(600))));
        assert!(!are_too_long(&format!("x = \"{}\"", "10.0.0.0/8 ".repeat(600))));
    }
}
