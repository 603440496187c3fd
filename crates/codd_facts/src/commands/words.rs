//! The words of commands, as a shell tells them apart, and what one may be.

use codd_source::Span;

use crate::resources::{is_variable_name, unquoted};

/// Words of one text that are looked at.
pub(super) const MOST_WORDS: usize = 20_000;

/// Endings of what a word without a folder is taken for the name of a file by.
const FILE_ENDINGS: &[&str] = &[
    "bash", "cfg", "cjs", "conf", "cts", "env", "html", "ini", "j2", "js", "json", "jsx", "mjs",
    "mts", "php", "pl", "proto", "py", "rb", "sh", "sql", "tf", "tfvars", "toml", "ts", "tsx",
    "txt", "xml", "yaml", "yml", "zsh",
];

/// One word of a command, as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'t> {
    pub(crate) text: &'t str,
    pub(crate) span: Span,
}

/// `NAME` and what is given to it, of a word `NAME=…`.
pub(crate) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    is_variable_name(name).then_some((name, value))
}

/// Whether a word looks like the path of a file.
pub(crate) fn is_path(text: &str) -> bool {
    /// A word may hold all the commands of another text.
    const LONGEST: usize = 1024;
    if text.len() > LONGEST {
        return false;
    }
    let is_url = text.contains("://") || text.starts_with("git@");
    let has_ending = text.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && FILE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
    });
    !is_url
        && !text.contains([' ', '\n', '*', '<', '>', '|', '(', '@'])
        && (has_ending || text.contains('/') && text.len() > 2)
        || is_behind_expansion(text)
}

/// Whether it is `"$(dirname "$0")/x.sh"` or `$DIR/x.sh`.
fn is_behind_expansion(text: &str) -> bool {
    text.contains('$') && plain_path(text).is_some_and(|(path, _)| path.contains('.'))
}

/// The path that a word is, or that it ends with behind what the shell puts in; and whether it
/// is all of the word.
pub(crate) fn plain_path(word: &str) -> Option<(&str, bool)> {
    let text = unquoted(word);
    if !text.contains(['$', '`']) {
        return (!text.is_empty()).then_some((text, true));
    }
    let cut = text.rfind([')', '}', '`']).map(|at| at + 1).or_else(|| {
        let at = text.rfind('$')?;
        let end = text[at + 1..].find(|it: char| !it.is_ascii_alphanumeric() && it != '_')?;
        Some(at + 1 + end)
    })?;
    let rest = text[cut..].trim_start_matches('"').strip_prefix('/')?;
    let is_plain = !rest.is_empty() && !rest.contains(['$', '`', '"', '\'']);
    is_plain.then_some((rest, false))
}

/// The commands of a text, each as its words.
pub(crate) fn commands(text: &str, start: u32) -> Vec<Vec<Word<'_>>> {
    let bytes = text.as_bytes();
    let mut found = vec![Vec::new()];
    let mut at = 0;
    let mut count = 0;
    while at < bytes.len() && count < MOST_WORDS {
        match bytes[at] {
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => {
                if found.last().is_some_and(|it| !it.is_empty()) {
                    found.push(Vec::new());
                }
                at += 1;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            b'#' => at = text[at..].find('\n').map_or(bytes.len(), |it| at + it),
            _ => {
                let end = word_end(bytes, at);
                let span = Span { start: start + at as u32, end: start + end as u32 };
                if let Some(command) = found.last_mut() {
                    command.push(Word { text: &text[at..end], span });
                }
                count += 1;
                at = end;
            }
        }
    }
    found.retain(|it| !it.is_empty());
    found
}

/// Where the word that begins at `at` ends; at least one byte behind it.
fn word_end(bytes: &[u8], mut at: usize) -> usize {
    let start = at;
    let mut quote = None;
    let mut open = 0u32;
    while at < bytes.len() {
        let byte = bytes[at];
        let ends_word = byte.is_ascii_whitespace()
            || matches!(byte, b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>');
        if let Some(own) = quote {
            if byte == own {
                quote = None;
            }
        } else if byte == b'\\' {
            at += 1;
        } else if matches!(byte, b'"' | b'\'' | b'`') {
            quote = Some(byte);
        } else if byte == b'$' && matches!(bytes.get(at + 1), Some(b'(' | b'{')) {
            open += 1;
            at += 1;
        } else if open > 0 && matches!(byte, b')' | b'}') {
            open -= 1;
        } else if open == 0 && ends_word {
            break;
        }
        at += 1;
    }
    at.clamp(start + 1, bytes.len())
}
