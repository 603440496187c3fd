//! Other ways to write the same: lines, names and encodings as Python's tokenizer reads them.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::{Aside, Trivia};

pub(super) const TRIVIA: Trivia = Trivia {
    parentheses: &["parenthesized_expression"],
    casts: &[],
    asides: &[
        // `x: int = 1`
        Aside { parent: "assignment", kind: "type", replaces: None },
        // `def f() -> int`
        Aside { parent: "function_definition", kind: "type", replaces: None },
    ],
};

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
    let name = declared_encoding(bytes)?;
    let plain = normalized(&name);
    (!is_utf8(&plain) && !has_ascii(&plain)).then_some(name)
}

/// Whether the file declares an encoding other than UTF-8 in which every byte of ASCII is the
/// character that it seems to be.
pub(super) fn is_in_other_plain_encoding(bytes: &[u8]) -> bool {
    declared_encoding(bytes).is_some_and(|name| {
        let plain = normalized(&name);
        !is_utf8(&plain) && has_ascii(&plain)
    })
}

/// A name as Python looks it up: in lower case, with one sign between its parts.
fn normalized(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

/// Whether a normalized name is one of UTF-8 in Python's table of codecs.
fn is_utf8(plain: &str) -> bool {
    // Python takes `utf-8-unix` of Emacs, too.
    matches!(plain, "utf" | "u8" | "cp65001")
        || ["utf-8", "utf8"].iter().any(|prefix| plain.starts_with(prefix))
}

/// Whether the bytes of ASCII are themselves in the encoding of a normalized name, and no other
/// character has such a byte.
fn has_ascii(plain: &str) -> bool {
    const NAMES: &[&str] = &[
        "646",
        "8859",
        "ansi-x3-4-1968",
        "ansi-x3-4-1986",
        "arabic",
        "ascii",
        "cp1051",
        "cp1125",
        "cp154",
        "cp367",
        "cp720",
        "cp737",
        "cp775",
        "cp819",
        "cp852",
        "cp855",
        "cp856",
        "cp857",
        "cp858",
        "cp860",
        "cp861",
        "cp862",
        "cp863",
        "cp865",
        "cp866",
        "cp866u",
        "cp869",
        "cp874",
        "cp1006",
        "csascii",
        "cyrillic",
        "eucjp",
        "euckr",
        "euccn",
        "greek",
        "greek8",
        "hebrew",
        "ibm367",
        "ibm437",
        "ibm819",
        "ibm850",
        "ibm852",
        "ibm855",
        "ibm866",
        "iso-646-irv-1991",
        "iso646-us",
        "iso-ir-6",
        "iso-ir-100",
        "iso-ir-101",
        "iso-ir-109",
        "iso-ir-110",
        "iso-ir-126",
        "iso-ir-127",
        "iso-ir-138",
        "iso-ir-144",
        "iso-ir-148",
        "iso-ir-157",
        "iso-ir-166",
        "iso-ir-199",
        "iso-ir-226",
        "iso-celtic",
        "kz1048",
        "kz-1048",
        "macintosh",
        "macroman",
        "pt154",
        "ptcp154",
        "csptcp154",
        "ruscii",
        "thai",
        "ujis",
        "us",
        "us-ascii",
    ];
    const PREFIXES: &[&str] = &[
        "1125",
        "437",
        "850",
        "852",
        "855",
        "866",
        "cp125",
        "cp437",
        "cp850",
        "csisolatin",
        "cskoi8",
        "euc-",
        "iso-8859",
        "iso8859",
        "koi8",
        "l1",
        "l2",
        "l3",
        "l4",
        "l5",
        "l6",
        "l7",
        "l8",
        "l9",
        "latin",
        "mac-roman",
        "tis-620",
        "tis620",
        "windows-125",
    ];
    NAMES.contains(&plain) || PREFIXES.iter().any(|prefix| plain.starts_with(prefix))
}

fn declared_encoding(bytes: &[u8]) -> Option<String> {
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
    candidates.into_iter().find_map(declared)
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

    #[test]
    fn every_name_of_a_plain_encoding_is_known() {
        let names = "utf u8 U8 utf8 utf_8 utf8_ucs2 utf8-ucs4 UTF-8-sig utf-8-unix cp65001 us \
                     us-ascii US_ASCII 646 ansi_x3.4_1968 cp367 csASCII ibm367 iso646-us iso_ir_6 \
                     iso_646.irv_1991 latin latin1 latin_1 L1 8859 cp819 ibm819 iso8859-1 \
                     ISO-8859-15 iso_8859_1_1987 iso-ir-100 csisolatin1 l9 cp1252 windows-1251 \
                     koi8-r mac-roman euc-jp eucjp";
        for name in names.split_whitespace() {
            let text = format!("# -*- coding: {name} -*-\n");
            assert_eq!(foreign_encoding(text.as_bytes()), None, "{name}");
        }
        for name in "utf-7 u7 utf16 utf_16_le u32 cp037 cp500 rot13 hex shift_jis gbk big5 hz \
                     iso2022_jp punycode unicode_escape"
            .split_whitespace()
        {
            let text = format!("# -*- coding: {name} -*-\n");
            assert_eq!(foreign_encoding(text.as_bytes()).as_deref(), Some(name));
        }
    }

    #[test]
    fn only_another_encoding_than_utf8_may_hold_other_bytes() {
        assert!(is_in_other_plain_encoding(b"# coding: latin-1\n# \xe9\n"));
        assert!(!is_in_other_plain_encoding(b"# coding: utf\n# \xe9\n"));
        assert!(!is_in_other_plain_encoding(b"# coding: gbk\n# \xe9\n"));
        assert!(!is_in_other_plain_encoding(b"# \xe9\n"));
    }
}
