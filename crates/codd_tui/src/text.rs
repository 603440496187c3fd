//! Text for cells: made safe, measured as the terminal does, cut and wrapped.

use codd_audit::printable;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` as it may be shown: controls as escapes, tabs as spaces.
///
/// Everything that a repository or a pack says goes through here before it is drawn.
pub(crate) fn clean(text: &str) -> String {
    printable(&text.replace('\t', "    ")).into_owned()
}

/// The columns that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// `text` in at most `columns`, its end replaced by `…` where it is longer.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = take(text, columns.saturating_sub(1)).0.to_owned();
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// `text` in exactly `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let mut text = fit(text, columns);
    let missing = columns.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// The end of `text` that fits into `columns`, for lines that are being typed.
pub(crate) fn tail(text: &str, columns: usize) -> &str {
    let mut rest = text;
    while width(rest) > columns {
        let mut characters = rest.chars();
        characters.next();
        rest = characters.as_str();
    }
    rest
}

/// `text` in lines of at most `columns`, broken between words where that is possible.
///
/// Never empty. Continuation lines start with as many spaces as the first one does.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let indent_len = text.len() - text.trim_start_matches(' ').len();
    let indent = " ".repeat(indent_len.min(columns / 2));
    let mut lines = Vec::new();
    let mut line = indent.clone();
    let mut is_fresh = true;
    for word in text.split(' ').filter(|it| !it.is_empty()) {
        let mut word = word;
        if !is_fresh && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        while width(&line) + width(word) > columns {
            let (head, rest) = take(word, columns - width(&line));
            // A wide character in a single column: nothing would ever fit.
            if head.is_empty() && width(&line) <= width(&indent) {
                break;
            }
            line.push_str(head);
            lines.push(std::mem::replace(&mut line, indent.clone()));
            word = rest;
        }
        if width(&line) + width(word) <= columns {
            line.push_str(word);
        }
        is_fresh = false;
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `text` split where `columns` are full.
fn take(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > columns {
            return text.split_at(at);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(pad("日本語", 4), "日… ");
        assert_eq!(tail("日本語", 4), "本語");
    }

    #[test]
    fn lines_break_between_words_and_inside_long_ones() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("  a bcdefghij k", 6), ["  a", "  bcde", "  fghi", "  j k"]);
        assert_eq!(wrap("日本語", 3), ["日", "本", "語"]);
        assert_eq!(wrap("日本語", 1), [""]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn escape_sequences_are_shown_not_sent() {
        assert_eq!(clean("\u{1b}[2J\ta\n"), "\\u{1b}[2J    a\\n");
    }
}
