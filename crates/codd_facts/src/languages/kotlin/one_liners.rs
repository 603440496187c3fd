//! Class bodies whose last member stands on the line of the brace that closes them.
//!
//! The grammar wants a line feed or a semicolon behind each member: `interface A { fun f() }`
//! is no Kotlin to it. Where a file has syntax errors, it is read once more with semicolons for
//! the blanks before such braces, and counts as it is understood better.

use crate::Parsed;
use crate::reread::{errors, in_error, read};

/// Bodies in bodies that are mended one after the other.
const MAX_ROUNDS: u32 = 4;

/// The file with such semicolons; `None` where they mend nothing.
pub(super) fn mended(parsed: &Parsed) -> Option<Parsed> {
    let mut best: Option<Parsed> = None;
    for _ in 0..MAX_ROUNDS {
        let current = best.as_ref().unwrap_or(parsed);
        let ends = ends_on_the_line(current);
        if ends.is_empty() {
            break;
        }
        let mut bytes = current.text.as_bytes().to_vec();
        for end in ends {
            bytes[end] = b';';
        }
        let Some(next) = String::from_utf8(bytes).ok().and_then(|text| {
            let next = read(current, current.language, &text)?;
            (errors(&next) < errors(current)).then_some(next)
        }) else {
            break;
        };
        best = Some(next);
    }
    best
}

/// The blanks before the closing braces of bodies that were not understood.
fn ends_on_the_line(parsed: &Parsed) -> Vec<usize> {
    let bytes = parsed.text.as_bytes();
    let mut ends = Vec::new();
    in_error(parsed, |node| {
        let is_body = matches!(node.kind(), "class_body" | "enum_class_body");
        let close = node.end_byte().wrapping_sub(1);
        if is_body
            && bytes.get(close) == Some(&b'}')
            && let Some(before) = close.checked_sub(1)
            && matches!(bytes[before], b' ' | b'\t')
            && !is_line_start(&bytes[..before])
        {
            ends.push(before);
        }
    });
    ends
}

/// Whether only blanks stand on a line so far.
fn is_line_start(before: &[u8]) -> bool {
    let line = before.rsplit(|it| *it == b'\n').next().unwrap_or(before);
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::mended;
    use crate::{language_named, parse};
    use codd_source::RepoPath;

    #[test]
    fn bodies_on_one_line_are_understood() {
        let kotlin = language_named("kotlin").unwrap();
        let parsed = |text: &str| parse(kotlin, &RepoPath::from("a.kt"), text.as_bytes()).unwrap();
        for text in [
            "interface A { fun f() }\n",
            "interface A { val x: Int get() = 1; fun f() = x }\n",
            "class A { class B { fun f() {};} }\n",
            "class A {\n  companion object { const val C = 1 }\n}\n",
            "enum class E { A, B; fun f() {} }\n",
        ] {
            let mended = mended(&parsed(text)).expect(text);
            assert!(!mended.tree.root_node().has_error(), "{}", mended.text);
            assert_eq!(mended.text.len(), text.len());
        }
        assert!(mended(&parsed("fun f( {\n")).is_none());
    }
}
