//! Lines of text for a terminal: styled, wrapped to a width, and safe to print.

use codd_source::printable;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a piece of a line means; colour is only ever a second sign of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Strong,
    Faint,
    Bad,
    Warn,
    Good,
    Link,
}

impl Style {
    /// Parameters of "select graphic rendition", from the 16 ANSI colours and weights only.
    fn parameters(self) -> Option<&'static str> {
        match self {
            Style::Plain => None,
            Style::Strong => Some("1"),
            Style::Faint => Some("2"),
            Style::Bad => Some("1;31"),
            Style::Warn => Some("33"),
            Style::Good => Some("32"),
            Style::Link => Some("36"),
        }
    }
}

/// A piece of a line. Both ways to make one escape what could command a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    style: Style,
    text: String,
}

pub(crate) fn styled(style: Style, text: impl AsRef<str>) -> Span {
    Span { style, text: printable(text.as_ref()).into_owned() }
}

pub(crate) fn plain(text: impl AsRef<str>) -> Span {
    styled(Style::Plain, text)
}

/// A source line: tabs become spaces, as an editor shows them, the rest is escaped.
pub(crate) fn source(text: &str) -> String {
    printable(&text.trim_end_matches(['\r', '\n']).replace('\t', "    ")).into_owned()
}

/// Text that grows line by line and never wider than its width.
#[derive(Debug)]
pub(crate) struct Page {
    out: String,
    color: bool,
    width: usize,
}

impl Page {
    pub(crate) fn new(color: bool, width: u16) -> Page {
        Page { out: String::new(), color, width: usize::from(width).max(40) }
    }

    pub(crate) fn into_text(self) -> String {
        self.out
    }

    pub(crate) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A heading with an empty line before it.
    pub(crate) fn heading(&mut self, text: impl AsRef<str>) {
        if !self.out.is_empty() {
            self.blank();
        }
        self.wrapped(0, &[styled(Style::Strong, text)]);
    }

    /// Words wrapped at `indent`.
    pub(crate) fn wrapped(&mut self, indent: usize, spans: &[Span]) {
        self.labelled(indent, &[], 0, spans);
    }

    /// `label` in a column of `label_width`, and `body` wrapped to the right of it.
    pub(crate) fn labelled(
        &mut self,
        indent: usize,
        label: &[Span],
        label_width: usize,
        body: &[Span],
    ) {
        let wide: usize = label.iter().map(|span| span.text.width()).sum();
        if wide > label_width.max(self.width / 3) {
            self.wrapped(indent, label);
            self.labelled(indent, &[], label_width, body);
            return;
        }
        let hang = (indent + label_width).min(self.width / 2);
        let mut line = Line::new(indent);
        for span in label {
            for (word, spaces) in words(&span.text) {
                line.push(span.style, &word, spaces);
            }
        }
        while line.width < indent + label_width {
            line.push(Style::Plain, " ", 0);
        }
        let mut at_start = true;
        let mut after_space = false;
        for span in body {
            for (word, spaces) in words(&span.text) {
                after_space |= spaces > 0;
                if word.is_empty() {
                    continue;
                }
                if after_space && !at_start && line.width + 1 + word.width() > self.width {
                    self.finish(std::mem::replace(&mut line, Line::new(hang)));
                    at_start = true;
                }
                let spaces = usize::from(after_space && !at_start);
                self.push_broken(&mut line, span.style, &word, spaces, hang);
                after_space = false;
                at_start = false;
            }
        }
        self.finish(line);
    }

    /// Adds a word, breaking it where the line ends; only a word longer than a line is broken.
    fn push_broken(
        &mut self,
        line: &mut Line,
        style: Style,
        word: &str,
        spaces: usize,
        hang: usize,
    ) {
        if line.width + spaces + word.width() <= self.width {
            line.push(style, word, spaces);
            return;
        }
        line.push(style, "", spaces);
        let mut part = String::new();
        let mut part_width = 0;
        for character in word.chars() {
            let character_width = character.width().unwrap_or(0);
            if line.width + part_width + character_width > self.width {
                line.push(style, &part, 0);
                let full = std::mem::replace(line, Line::new(hang));
                self.finish(full);
                part.clear();
                part_width = 0;
            }
            part.push(character);
            part_width += character_width;
        }
        line.push(style, &part, 0);
    }

    /// One line as it is, cut with `…` where the page ends.
    pub(crate) fn clipped(&mut self, indent: usize, spans: &[Span]) {
        let mut line = Line::new(indent);
        for span in spans {
            let room = self.width.saturating_sub(line.width);
            if span.text.width() <= room {
                line.push(span.style, &span.text, 0);
                continue;
            }
            line.push(span.style, &clip(&span.text, room), 0);
            break;
        }
        self.finish(line);
    }

    fn finish(&mut self, line: Line) {
        let mut open = Style::Plain;
        for (style, text) in line.pieces {
            if self.color && style != open {
                if open.parameters().is_some() {
                    self.out.push_str("\u{1b}[0m");
                }
                if let Some(parameters) = style.parameters() {
                    self.out.push_str("\u{1b}[");
                    self.out.push_str(parameters);
                    self.out.push('m');
                }
                open = style;
            }
            self.out.push_str(&text);
        }
        if self.color && open.parameters().is_some() {
            self.out.push_str("\u{1b}[0m");
        }
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
    }
}

/// `text` in at most `room` columns, `…` in place of what is cut.
pub(crate) fn clip(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut width = 0;
    for character in text.chars() {
        let next = character.width().unwrap_or(0);
        if width + next + 1 > room {
            break;
        }
        kept.push(character);
        width += next;
    }
    kept.push('…');
    kept
}

#[derive(Debug)]
struct Line {
    pieces: Vec<(Style, String)>,
    width: usize,
}

impl Line {
    fn new(indent: usize) -> Line {
        Line { pieces: vec![(Style::Plain, " ".repeat(indent))], width: indent }
    }

    fn push(&mut self, style: Style, text: &str, spaces: usize) {
        if spaces > 0 {
            self.pieces.push((Style::Plain, " ".repeat(spaces)));
        }
        self.width += spaces + text.width();
        if !text.is_empty() {
            self.pieces.push((style, text.to_owned()));
        }
    }
}

/// The words of a text, each with the number of spaces before it; spaces at the end give
/// an empty word.
fn words(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut spaces = 0;
    let mut word = String::new();
    for character in text.chars() {
        if character == ' ' {
            if !word.is_empty() {
                found.push((std::mem::take(&mut word), spaces));
                spaces = 0;
            }
            spaces += 1;
        } else {
            word.push(character);
        }
    }
    if !word.is_empty() || spaces > 0 {
        found.push((word, spaces));
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(width: u16, write: impl FnOnce(&mut Page), expected: &Expect) {
        let mut page = Page::new(false, width);
        write(&mut page);
        let text = page.into_text();
        for line in text.lines() {
            assert!(line.width() <= usize::from(width).max(40), "too wide: {line}");
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn words_wrap_beside_their_label() {
        check(
            40,
            |page| {
                let tail = styled(Style::Link, "five six seven eight nine");
                let label = [styled(Style::Bad, "CRIT")];
                page.labelled(0, &label, 6, &[plain("one two three four "), tail]);
            },
            &expect![[r#"
                CRIT  one two three four five six seven
                      eight nine
            "#]],
        );
    }

    #[test]
    fn a_label_that_is_too_wide_stands_on_its_own() {
        check(
            40,
            |page| page.labelled(0, &[plain("SEC-".repeat(6))], 6, &[plain("one two")]),
            &expect![[r#"
                SEC-SEC-SEC-SEC-SEC-SEC-
                      one two
            "#]],
        );
    }

    #[test]
    fn only_a_word_longer_than_a_line_is_broken() {
        check(
            40,
            |page| page.wrapped(0, &[plain("see src/"), plain("a".repeat(50)), plain(" end")]),
            &expect![[r#"
                see src/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                aaaaaaaaaaaaaaaaaa end
            "#]],
        );
    }

    #[test]
    fn a_clipped_line_says_so_and_counts_wide_characters() {
        check(
            40,
            |page| page.clipped(0, &[plain("文".repeat(30))]),
            &expect![[r#"
                文文文文文文文文文文文文文文文文文文文…
            "#]],
        );
    }

    #[test]
    fn escape_sequences_of_others_are_shown_and_ours_are_closed() {
        let mut page = Page::new(true, 60);
        page.wrapped(0, &[styled(Style::Bad, "a\u{1b}[32mb"), plain(" c")]);
        expect![[r#"
            "\u{1b}[1;31ma\\u{1b}[32mb\u{1b}[0m c\n"
        "#]]
        .assert_debug_eq(&page.into_text());
    }
}
