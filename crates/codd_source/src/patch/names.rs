//! File names in diffs: quoting, prefixes, and the one header line that holds two of them.

use std::borrow::Cow;

/// Names longer than this are no names, and would make guessing slow.
const LONGEST: usize = 16_384;

/// A name as the diff has it, quotes taken off; without quotes it ends at a tab.
pub(super) fn unquoted(text: &[u8]) -> Cow<'_, [u8]> {
    match quoted(text) {
        Some((name, _)) => Cow::Owned(name),
        None => Cow::Borrowed(text.split(|byte| *byte == b'\t').next().unwrap_or(text)),
    }
}

/// A C-style quoted name at the start of `text`, and what follows it.
fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (escape, after) = rest.split_first()?;
                rest = after;
                name.push(match escape {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'0'..=b'3' => {
                        let digits = rest.get(..2)?;
                        rest = &rest[2..];
                        let digit = |it: u8| matches!(it, b'0'..=b'7').then(|| it - b'0');
                        (escape - b'0') * 64 + digit(digits[0])? * 8 + digit(digits[1])?
                    }
                    other => *other,
                });
            }
            byte => name.push(*byte),
        }
    }
}

/// The two names of a `diff --git` line, prefixes still on.
///
/// Without quotes the line is ambiguous for names with spaces; git writes it only when both
/// names are the same apart from the prefix, which settles it.
pub(super) fn of_header(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if text.len() > LONGEST {
        return None;
    }
    if let Some((old, rest)) = quoted(text) {
        return Some((old, unquoted(rest.strip_prefix(b" ")?).into_owned()));
    }
    let splits = text.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
    let mut only = None;
    let mut count = 0;
    for at in splits {
        let (old, new) = (&text[..at], &text[at + 1..]);
        if let Some((new, b"")) = quoted(new) {
            return Some((old.to_vec(), new));
        }
        let (bare_old, bare_new) = without_prefixes(old, new);
        if bare_old == bare_new && !bare_old.is_empty() {
            return Some((old.to_vec(), new.to_vec()));
        }
        only = Some((old.to_vec(), new.to_vec()));
        count += 1;
    }
    only.filter(|_| count == 1)
}

/// Both names without the prefixes of git's diffs, if they carry them.
///
/// Two equal names have none: with prefixes they would differ.
pub(super) fn without_prefixes<'a>(old: &'a [u8], new: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    const PAIRS: &[(&[u8], &[u8])] = &[
        (b"a/", b"b/"),
        (b"i/", b"w/"),
        (b"c/", b"i/"),
        (b"c/", b"w/"),
        (b"o/", b"w/"),
        (b"1/", b"2/"),
    ];
    for (one, two) in PAIRS {
        for (first, second) in [(one, two), (two, one)] {
            if let (Some(old), Some(new)) = (old.strip_prefix(*first), new.strip_prefix(*second)) {
                return (old, new);
            }
        }
    }
    (old, new)
}

/// The name of a plain diff's file, which has no renames: `old/x` and `new/x` are `x`.
pub(super) fn of_plain<'a>(old: Option<&'a [u8]>, new: Option<&'a [u8]>) -> Option<&'a [u8]> {
    let below = |name: &'a [u8]| {
        let at = name.iter().position(|byte| *byte == b'/')?;
        Some(&name[at + 1..]).filter(|rest| !rest.is_empty())
    };
    match (old, new) {
        (Some(old), Some(new)) => {
            let (bare_old, bare_new) = without_prefixes(old, new);
            if bare_old != old && bare_old == bare_new {
                return Some(bare_new);
            }
            match (below(old), below(new)) {
                (Some(one), Some(two)) if old != new && one == two => Some(two),
                _ => Some(bare_new),
            }
        }
        (Some(one), None) => Some(one.strip_prefix(b"a/").unwrap_or(one)),
        (None, Some(one)) => Some(one.strip_prefix(b"b/").unwrap_or(one)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Option<(String, String)> {
        let text_of = |it: Vec<u8>| String::from_utf8_lossy(&it).into_owned();
        of_header(text.as_bytes()).map(|(old, new)| (text_of(old), text_of(new)))
    }

    #[test]
    fn headers_with_spaces_quotes_and_no_prefix() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(header("a/x y b/x y"), pair("a/x y", "b/x y"));
        assert_eq!(header("a/b b/b b/b b/b"), pair("a/b b/b", "b/b b/b"));
        assert_eq!(header("x.py x.py"), pair("x.py", "x.py"));
        assert_eq!(header(r#""a/t\tab" "b/t\tab""#), pair("a/t\tab", "b/t\tab"));
        assert_eq!(header(r#"a/x "b/caf\303\251""#), pair("a/x", "b/café"));
        assert_eq!(header("a/x y b/z w"), None);
    }

    #[test]
    fn plain_names_lose_the_folders_that_were_compared() {
        let name = |old: Option<&'static str>, new: Option<&'static str>| {
            let found = of_plain(old.map(str::as_bytes), new.map(str::as_bytes));
            found.map(|it| String::from_utf8_lossy(it).into_owned()).unwrap()
        };
        assert_eq!(name(Some("old/src/x.c"), Some("new/src/x.c")), "src/x.c");
        assert_eq!(name(Some("a/src/x.c"), Some("b/src/x.c")), "src/x.c");
        assert_eq!(name(Some("x.c.orig"), Some("x.c")), "x.c");
        assert_eq!(name(Some("src/x.c"), Some("src/x.c")), "src/x.c");
        assert_eq!(name(None, Some("b/x.c")), "x.c");
    }
}
