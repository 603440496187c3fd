//! Hostile text made safe to print: control and direction characters shown escaped.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with every control, line separator and direction character written as an escape.
///
/// What comes from a repository (names, source lines, commit messages) may hold terminal
/// escape sequences or characters that reorder the line; everything people read goes
/// through here.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            it if is_hostile(it) => {
                write!(shown, "\\u{{{:x}}}", u32::from(it)).expect("a string takes everything");
            }
            it => shown.push(it),
        }
    }
    Cow::Owned(shown)
}

/// Bytes as text for people: what is not UTF-8 as `\xNN`, the rest as [`printable`] has it.
pub fn printable_bytes(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&printable(chunk.valid()));
        for byte in chunk.invalid() {
            write!(shown, "\\x{byte:02x}").expect("a string takes everything");
        }
    }
    shown
}

fn is_hostile(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_marks_lose_their_power() {
        assert_eq!(printable("a\u{1b}[31mred\n"), "a\\u{1b}[31mred\\n");
        assert_eq!(printable("if \u{202e}admin"), "if \\u{202e}admin");
        assert_eq!(printable("naïve – ok"), "naïve – ok");
        assert_eq!(printable_bytes(b"caf\xe9.py"), "caf\\xe9.py");
    }
}
