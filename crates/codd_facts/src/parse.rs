//! From bytes to a tree, with the guards that hostile input needs.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use codd_source::{LineIndex, RepoPath, without_byte_order_mark};
use tree_sitter::{Parser, Tree};

use crate::budget::tree_within_budget;
use crate::tree::Flat;
use crate::{FileFacts, FlowFacts, Hash64, LanguageRef, TokenHasher};

/// Larger files are counted as not analysed, never parsed.
const MAX_FILE_BYTES: usize = 8 << 20;

/// A file's text and tree: read by extraction and by the local checks, then dropped.
#[derive(Debug)]
pub struct Parsed {
    /// Says what text alone cannot: which files hold tests, which are packages.
    pub path: RepoPath,
    pub language: LanguageRef,
    pub text: Arc<str>,
    pub tree: Tree,
    pub lines: LineIndex,
    /// What the language does not read of the file, if anything: the markup around code.
    pub unread: Option<Hash64>,
    pub(crate) flat: Flat,
}

/// Why a file has no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParseFailure {
    NotUtf8,
    Utf16,
    /// It says that it is in an encoding in which its text is another than it seems.
    ForeignEncoding,
    TooLarge,
    /// Its grammar cannot read text that nests so deep.
    TooDeep,
    /// The grammar refused it or took too many steps.
    GaveUp,
}

impl fmt::Display for ParseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParseFailure::NotUtf8 => "not valid UTF-8",
            ParseFailure::Utf16 => "UTF-16: convert it to UTF-8 to have it analysed",
            ParseFailure::ForeignEncoding => {
                "declares an encoding that hides its text: convert it to UTF-8 to have it analysed"
            }
            ParseFailure::TooLarge => "larger than the 8 MiB that are parsed",
            ParseFailure::TooDeep => "nested too deep",
            ParseFailure::GaveUp => "the parser gave up",
        })
    }
}

/// The tree of a file, or why there is none; errors inside the file still give a tree.
pub fn parse(language: LanguageRef, path: &RepoPath, bytes: &[u8]) -> Result<Parsed, ParseFailure> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ParseFailure::TooLarge);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(ParseFailure::Utf16);
    }
    let bytes = without_byte_order_mark(bytes);
    if language.foreign_encoding(bytes).is_some() {
        return Err(ParseFailure::ForeignEncoding);
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if language.is_in_other_plain_encoding(bytes) => Cow::Owned(with_stand_ins(bytes)),
        Err(_) => return Err(ParseFailure::NotUtf8),
    };
    let has_stand_ins = matches!(text, Cow::Owned(_));
    let whole = text;
    let text = language.readable(&whole);
    let unread = unread(&whole, &text);
    let tree = tree_of(language, &text)?;
    if has_stand_ins && tree.root_node().has_error() {
        // Such a character is part of a name, which we would take for another.
        return Err(ParseFailure::NotUtf8);
    }
    Ok(Parsed {
        path: path.clone(),
        language,
        lines: LineIndex::new(bytes),
        text: text.into(),
        tree,
        unread,
        flat: Flat::default(),
    })
}

/// The words of a text that its readable form leaves out.
fn unread(whole: &str, readable: &str) -> Option<Hash64> {
    if std::ptr::eq(whole, readable) || whole.len() != readable.len() {
        return None;
    }
    let mut hasher = TokenHasher::default();
    let mut is_some = false;
    let pairs = whole.bytes().zip(readable.bytes());
    let mut word = Vec::new();
    for (own, read) in pairs.chain([(b' ', b' ')]) {
        if own != read && !own.is_ascii_whitespace() {
            word.push(own);
        } else if !word.is_empty() {
            hasher.token(&word);
            word.clear();
            is_some = true;
        }
    }
    is_some.then(|| hasher.finish())
}

/// The tree of a text, whatever it is: one that its grammar would not come to an end with in
/// reasonable time does not get there.
pub fn tree_of(language: LanguageRef, text: &str) -> Result<Tree, ParseFailure> {
    if language.is_too_deep(text) {
        return Err(ParseFailure::TooDeep);
    }
    if language.is_endless(text) {
        return Err(ParseFailure::GaveUp);
    }
    let text = if language.is_plain_text() { "" } else { text };
    thread_local! {
        // What a parser has set up for itself serves the next text as well.
        static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
    }
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&language.grammar()).map_err(|_| ParseFailure::GaveUp)?;
        let tree = tree_within_budget(parser, text);
        // One that gave up would go on with its old text.
        parser.reset();
        tree.ok_or(ParseFailure::GaveUp)
    })
}

/// What the code of a file does with values; `None` where its language has no such model.
pub fn flow(parsed: &Parsed) -> Option<FlowFacts> {
    parsed.language.flow(parsed)
}

/// The facts of a parsed file: a function of its text, path and language alone.
pub fn extract(parsed: &Parsed) -> FileFacts {
    let mut facts = parsed.language.extract(parsed);
    if let Some(unread) = parsed.unread {
        // It is part of what the file is, though of no definition in it.
        let mut hasher = TokenHasher::default();
        let own = facts.places.module_hash.map_or(0, |it| it.0);
        hasher.token(&own.to_le_bytes());
        hasher.token(&unread.0.to_le_bytes());
        facts.places.module_hash = Some(hasher.finish());
    }
    facts
}

/// The text with a character that no name can hold for each byte beyond ASCII, so that places
/// stay what they are.
fn with_stand_ins(bytes: &[u8]) -> String {
    const SUBSTITUTE: char = '\x1a';
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { SUBSTITUTE }).collect()
}

/// The text with a line feed for each carriage return that stands alone.
pub(crate) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_alone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    if !text.match_indices('\r').any(|(at, _)| is_alone(at)) {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars().peekable();
    let mut readable = String::with_capacity(text.len());
    while let Some(char) = chars.next() {
        let is_alone = char == '\r' && chars.peek() != Some(&'\n');
        readable.push(if is_alone { '\n' } else { char });
    }
    Cow::Owned(readable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_another_plain_encoding_may_stand_outside_of_names() {
        let python = crate::language_named("python").unwrap();
        let parsed = |bytes: &[u8]| {
            parse(python, &RepoPath::from("a.py"), bytes).map(|it| it.text.to_string())
        };
        assert_eq!(
            parsed(b"# coding: latin-1\nx = 'caf\xe9' # \xe9\n").unwrap(),
            "# coding: latin-1\nx = 'caf\x1a' # \x1a\n"
        );
        assert_eq!(parsed(b"# coding: latin-1\nev\xaal(x)\n").unwrap_err(), ParseFailure::NotUtf8);
        assert_eq!(parsed(b"x = 'caf\xe9'\n").unwrap_err(), ParseFailure::NotUtf8);
    }

    #[test]
    fn yaml_deeper_than_its_scanner_has_room_for_is_not_parsed() {
        let yaml = crate::language_named("yaml").unwrap();
        let parsed = |text: &str| {
            let parsed = parse(yaml, &RepoPath::from("a.yml"), text.as_bytes());
            parsed.map(|it| it.tree.root_node().has_error())
        };
        let nested = |marker: &str, count: usize| format!("{}a", marker.repeat(count));
        for marker in ["- ", "? ", ": ", "a: ", "- a: ", "[- ", "{a: ", "\\- "] {
            assert_eq!(parsed(&nested(marker, 1000)), Err(ParseFailure::TooDeep), "{marker}");
        }
        assert_eq!(parsed(&nested("- ", 150)), Ok(false));
    }

    #[test]
    fn text_that_a_scanner_reads_over_and_over_is_given_up() {
        let scala = crate::language_named("scala").unwrap();
        let parsed = |text: &str| {
            parse(scala, &RepoPath::from("a.scala"), text.as_bytes()).map(|it| it.text.len())
        };
        let text = format!("val v = {}1\n", "a?b:".repeat(10_000));
        assert_eq!(parsed(&text), Err(ParseFailure::GaveUp));
        let text = "val v = f(a, \"b\")\n".repeat(10_000);
        assert_eq!(parsed(&text), Ok(text.len()));
    }

    #[test]
    fn kotlin_that_ends_in_an_annotation_is_given_up() {
        let kotlin = crate::language_named("kotlin").unwrap();
        let parsed = |text: &str| {
            parse(kotlin, &RepoPath::from("a.kt"), text.as_bytes()).map(|it| it.text.len())
        };
        assert_eq!(parsed("class A\n@B"), Err(ParseFailure::GaveUp));
        assert_eq!(parsed("class A\n@B\n"), Ok(11));
    }

    #[test]
    fn markup_around_code_is_part_of_the_file() {
        let hash = |path: &str, text: &str| {
            let path = RepoPath::from(path);
            let language = crate::language_of(&path).unwrap();
            extract(&parse(language, &path, text.as_bytes()).unwrap()).places.module_hash
        };
        let vue = |markup: &str| hash("a.vue", &format!("<b>{markup}</b>\n<script>a()</script>"));
        assert_ne!(vue("one"), vue("two"));
        assert_eq!(vue("one two"), vue("one\t two"));
        let php = |markup: &str| hash("a.php", &format!("<b>{markup}</b><?php a(); ?>"));
        assert_ne!(php("one"), php("two"));
        assert_eq!(hash("a.php", "<?php\ra();"), hash("a.php", "<?php\na();"));
    }

    #[test]
    fn carriage_return_alone_ends_a_line() {
        assert_eq!(with_line_feeds("# é\reval(x)\r\n\r"), "# é\neval(x)\r\n\n");
        assert!(matches!(with_line_feeds("a\r\n"), Cow::Borrowed(_)));
    }
}
