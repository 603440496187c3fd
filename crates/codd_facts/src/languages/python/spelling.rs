//! Other ways to write the same: lines, names and encodings as Python's tokenizer reads them.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::Trivia;

pub(super) const TRIVIA: Trivia =
    Trivia { parentheses: &["parenthesized_expression"], casts: &[], asides: &[] };

/// Python compares identifiers in the form NFKC.
pub(super) fn canonical_names(text: &str) -> Option<String> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return None;
    }
    let canonical: String = text.nfkc().collect();
    (canonical != text).then_some(canonical)
}

/// The encoding that the first or second line declares, as PEP 263 has it, unless ASCII is
/// itself in it.
pub(super) fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    /// A declaration is looked for no further than this.
    const LONGEST: usize = 4096;
    let head = &bytes[..bytes.len().min(LONGEST)];
    let mut lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    let mut candidates = vec![first];
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\x0c');
    let code = first.iter().find(|byte| !is_blank(byte));
    if code.is_none_or(|byte| *byte == b'#') {
        // Behind `\r\n` the split leaves an empty line.
        let is_crlf = head.get(first.len()..first.len() + 2) == Some(b"\r\n");
        candidates.extend(lines.nth(usize::from(is_crlf)));
    }
    let name = candidates.into_iter().find_map(declared)?;
    let plain = name.to_ascii_lowercase().replace('_', "-");
    let has_ascii = |prefix: &&str| plain.starts_with(*prefix);
    let known = [
        "utf-8",
        "utf8",
        "u8",
        "ascii",
        "us-ascii",
        "646",
        "latin",
        "l1",
        "iso-8859",
        "iso8859",
        "8859",
        "cp125",
        "windows-125",
        "koi8",
        "cp437",
        "cp850",
        "cp866",
        "mac-roman",
        "euc-",
    ];
    (!known.iter().any(has_ascii)).then_some(name)
}

/// What `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)` finds in a line.
fn declared(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line);
    let comment = line.trim_start_matches([' ', '\t', '\x0c']).strip_prefix('#')?;
    comment.match_indices("coding").find_map(|(at, word)| {
        let rest = comment[at + word.len()..].strip_prefix([':', '='])?;
        let rest = rest.trim_start_matches([' ', '\t']);
        let is_of_name = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        let end = rest.find(|char| !is_of_name(char)).unwrap_or(rest.len());
        (end > 0).then(|| rest[..end].to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_nfkc() {
        assert_eq!(canonical_names("ｅｖａｌ(é)").as_deref(), Some("eval(é)"));
        assert_eq!(canonical_names("𝓮val").as_deref(), Some("eval"));
        assert_eq!(canonical_names("é"), None);
    }

    #[test]
    fn only_declarations_that_hide_ascii_are_foreign() {
        let foreign = |text: &str| foreign_encoding(text.as_bytes()).unwrap_or_default();
        assert_eq!(foreign("# coding: utf-7\n"), "utf-7");
        assert_eq!(foreign("#!/usr/bin/python\r\n# -*- coding: rot13 -*-\n"), "rot13");
        assert_eq!(foreign("\n#vim: set fileencoding=UTF_16 :\n"), "UTF_16");
        assert_eq!(foreign("# a\r# coding: utf-7"), "utf-7");
        assert_eq!(foreign("x = 1\n# coding: utf-7\n"), "");
        assert_eq!(foreign("\n\n# coding: utf-7\n"), "");
        assert_eq!(foreign("# coding: latin-1\n"), "");
        assert_eq!(foreign("# encoding = utf-7\n"), "");
        assert_eq!(foreign("# -*- coding: UTF-8 -*-\n"), "");
    }
}
