//! A text as a program makes it of its pieces: `"AB" + "CD"`, `"AB" "CD"` and `"\x41B"` are `ABCD`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// Where one literal ends and the next goes on, and characters that are written as their codes.
static SEAMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let between = r#"["'`]\s*(?:[+.&]\s*)?(?:\\\r?\n\s*)?[bBrRuUfF]?["'`]"#;
    let code = r"\\x[0-7][0-9A-Fa-f]|\\u00[0-7][0-9A-Fa-f]|\\u\{[0-7]?[0-9A-Fa-f]\}";
    Regex::new(&format!("{between}|{code}")).ok()
});

/// A text without the seams in it, and what of the first each part of it was.
pub(super) struct Joined {
    pub(super) text: Vec<u8>,
    /// Where a part begins in `text`, and in what it was made of; in order.
    parts: Vec<(usize, usize)>,
}

impl Joined {
    /// `None` for a text that has no seams.
    pub(super) fn of(bytes: &[u8]) -> Option<Joined> {
        let seams = SEAMS.as_ref()?;
        let mut text = Vec::new();
        let mut parts = vec![(0, 0)];
        let mut end = 0;
        for seam in seams.find_iter(bytes) {
            text.extend_from_slice(&bytes[end..seam.start()]);
            let code = seam.as_bytes();
            if let Some(digits) = code.strip_prefix(b"\\") {
                let digits: String = digits
                    .iter()
                    .skip(1)
                    .map(|it| char::from(*it))
                    .filter(char::is_ascii_hexdigit)
                    .collect();
                parts.push((text.len(), seam.start()));
                text.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?') & 0x7f);
            }
            end = seam.end();
            parts.push((text.len(), end));
        }
        if end == 0 {
            return None;
        }
        text.extend_from_slice(&bytes[end..]);
        Some(Joined { text, parts })
    }

    /// Where a part of the joined text was written; `None` where it has no seam in it.
    pub(super) fn written(&self, range: Range<usize>) -> Option<Range<usize>> {
        let part_of = |at: usize| self.parts.partition_point(|(start, _)| *start <= at) - 1;
        let (first, last) = (part_of(range.start), part_of(range.end.checked_sub(1)?));
        if first == last {
            return None;
        }
        let place = |at: usize, part: usize| {
            let (start, written) = self.parts[part];
            written + (at - start)
        };
        let end = place(range.end - 1, last) + 1;
        // A code takes more than the one character that it stands for.
        let end = self.parts.get(last + 1).map_or(end, |next| {
            if next.0 == range.end { end.max(next.1.min(end + 8)) } else { end }
        });
        Some(place(range.start, first)..end)
    }
}

#[cfg(test)]
mod tests {
    use super::Joined;

    #[test]
    fn pieces_are_put_together_and_found_again() {
        let text = r#"x = "AB" + 'CD'; y = ("EF" "\x47H"); z = "I", "J""#;
        let joined = Joined::of(text.as_bytes()).unwrap();
        let plain = String::from_utf8(joined.text.clone()).unwrap();
        assert_eq!(plain, r#"x = "ABCD'; y = ("EFGH"); z = "I", "J""#);
        let at = plain.find("ABCD").unwrap();
        let written = joined.written(at..at + 4).unwrap();
        assert_eq!(&text[written], r#"AB" + 'CD"#);
        let at = plain.find("EFGH").unwrap();
        assert_eq!(&text[joined.written(at..at + 4).unwrap()], r#"EF" "\x47H"#);
        assert_eq!(joined.written(at..at + 2), None);
        assert!(Joined::of(b"x = 'AB'").is_none());
    }
}
