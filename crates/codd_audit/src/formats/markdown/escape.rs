//! Text of others inside of Markdown, where it stays text.

use std::fmt::Write;

use codd_source::printable;

use crate::formats::text::source;
use crate::formats::words;

/// Lines of source of one finding.
const LINES: usize = 8;

/// `text` as running text, whatever it holds: on one line, without markup, links or mentions.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for character in printable(text).chars() {
        match character {
            // GitHub finds mentions and references after it has decoded entities, so a space
            // of no width must part the sign from the name.
            '@' | '#' => {
                let _ = write!(safe, "&#{};&#8203;", u32::from(character));
            }
            '&' | '<' | '>' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '\\' | '!' | '$' | '{'
            | '}' | '^' | '=' => {
                let _ = write!(safe, "&#{};", u32::from(character));
            }
            other => safe.push(other),
        }
    }
    // What stands at the start of a line could open a list or a heading of its own.
    let rest = safe.trim_start_matches(|it: char| it.is_ascii_digit());
    let numbered = rest.len() < safe.len() && rest.starts_with(['.', ')']);
    if numbered || safe.starts_with(['-', '+']) {
        let first = safe.remove(0);
        safe.insert_str(0, &format!("&#{};", u32::from(first)));
    }
    // Bare addresses become links on their own.
    safe.replace("://", ":&#8203;//").replace("www.", "www&#8203;.")
}

/// One of codd's own sentences: what it quotes in backticks becomes code, the rest is
/// escaped. A quote that is open at the end is no quote.
pub(crate) fn sentence(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    let mut safe = String::new();
    for (at, part) in parts.iter().enumerate() {
        let is_quoted = at % 2 == 1;
        if is_quoted && at + 1 < parts.len() && !part.is_empty() {
            safe.push_str(&code(part));
        } else if is_quoted {
            safe.push_str(&escape(&format!("`{part}")));
        } else {
            safe.push_str(&escape(part));
        }
    }
    safe
}

/// `text` as code within a line. A mention is none inside of code.
pub(crate) fn code(text: &str) -> String {
    let text = printable(text);
    let plain = |it: char| it.is_ascii_alphanumeric() || " ./_-:,()=+".contains(it);
    if !text.is_empty() && text.chars().all(plain) && text.trim() == text {
        return format!("`{text}`");
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            let _ = write!(safe, "&#{};", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    format!("<code>{safe}</code>")
}

/// Source lines in a fence that none of them can close.
pub(crate) fn fenced(snippet: &str) -> String {
    let lines: Vec<_> = snippet.lines().map(source).collect();
    let (shown, left) = words::capped(&lines, LINES);
    let text = shown.join("\n");
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let more = if left > 0 { "\n…" } else { "" };
    format!("{fence}text\n{text}{more}\n{fence}\n\n")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(actual: &str, expected: &Expect) {
        expected.assert_eq(actual);
    }

    #[test]
    fn running_text_cannot_open_markup_or_mention_anyone() {
        check(
            &escape("| <b>@octocat</b> `x` [a](http://b) #12\n- item"),
            &expect![
                "&#124; &#60;b&#62;&#64;&#8203;octocat&#60;/b&#62; &#96;x&#96; &#91;a&#93;(http:&#8203;//b) &#35;&#8203;12&#92;n- item"
            ],
        );
        check(&escape("- no list"), &expect!["&#45; no list"]);
        check(&escape("1. no list"), &expect!["&#49;. no list"]);
    }

    #[test]
    fn what_a_sentence_quotes_is_code() {
        check(
            &sentence("call `check_token` before `a|b`, not `"),
            &expect!["call `check_token` before <code>a&#124;b</code>, not &#96;"],
        );
    }

    #[test]
    fn code_that_holds_a_backtick_or_a_bar_stays_in_its_cell() {
        check(&code("src/a_b.py:3"), &expect!["`src/a_b.py:3`"]);
        check(&code("a`|b</code>"), &expect!["<code>a&#96;&#124;b&#60;&#47;code&#62;</code>"]);
    }

    #[test]
    fn a_fence_is_longer_than_any_in_its_text() {
        check(
            &fenced("x = '''\n````\n"),
            &expect![[r#"
            `````text
            x = '''
            ````
            `````

        "#]],
        );
    }
}
