//! A file that is a map with one list, split into the list's entries before they are read.
//!
//! serde_yaml stops at a file's first error. Each entry is therefore read from its own part
//! of the file, so that one bad entry costs itself alone. Where the file as a whole is valid,
//! the syntax tree splits it; where it is not, the lines do, as far as that goes.

use std::ops::Range;
use std::sync::Arc;

use codd_source::{Diagnostic, DiagnosticSeverity, RepoPath, Span, suggestion};
use serde_yaml::Value;

use crate::locate::{Pair, Part, pairs_and_items};
use crate::outline::{Kind, Outline, OutlineError, outline};
use crate::yaml_text::{YamlText, duplicate_key};

/// Larger files are refused: nobody writes them by hand, and parsers are slow on hostile ones.
const LARGEST: usize = 4 << 20;

/// The grammar's scanner counts lines in 16 bits.
const MOST_LINES_FOR_TREE: usize = 30_000;

/// The entries of a file, each still text.
#[derive(Debug, Default)]
pub(crate) struct ListFile {
    /// The whole text, without a byte order mark.
    pub(crate) text: String,
    pub(crate) entries: Vec<Arc<YamlText>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether entries may be written in the file that are not among `entries`.
    pub(crate) is_cut: bool,
}

#[derive(Default)]
struct Split {
    pairs: Vec<Pair>,
    entries: Vec<Range<usize>>,
    /// The first line that belongs to nothing.
    stray: Option<Range<usize>>,
}

/// Splits the file whose top-level map has its list under `key`.
pub(crate) fn split_list_file(path: &RepoPath, bytes: &[u8], key: &'static str) -> ListFile {
    let (base, text) = match decode(path, bytes) {
        Ok(decoded) => decoded,
        Err(diagnostic) => {
            return ListFile { diagnostics: vec![diagnostic], ..ListFile::default() };
        }
    };
    let whole = YamlText::part(path, text, 0..text.len(), base);
    let mut diagnostics = Vec::new();
    let split = match outline(text) {
        Ok(outline) => {
            if let Some(diagnostic) = wrong_shape(&outline, &whole, key) {
                let is_cut = diagnostic.severity == DiagnosticSeverity::Error;
                let diagnostics = vec![diagnostic];
                return ListFile { diagnostics, is_cut, ..ListFile::default() };
            }
            let expected = outline.entries.iter().filter(|(it, ..)| it == key).map(|it| it.2).sum();
            let split = split_valid(text, key, expected);
            if split.is_none() {
                diagnostics.push(unclear_layout(path, key));
            }
            split.unwrap_or_else(|| split_by_lines(text, key))
        }
        // Its controls may be many and good; the lines tell them apart or it is said.
        Err(OutlineError::TooManyBrackets) => {
            let split = split_by_lines(text, key);
            if let Some(stray) = &split.stray {
                let span = Span::new(base + stray.start, base + stray.end);
                diagnostics.push(unclear_layout(path, key).at(span, "this line is not part of it"));
            }
            if let Some(at) = second_document(text) {
                diagnostics.push(more_than_one_document(path, base + at));
            }
            split
        }
        Err(error) => {
            let split = split_by_lines(text, key);
            // Where an entry is to blame, reading it says so with a better place.
            let an_entry_is_to_blame = split.entries.iter().any(|range| {
                let part = YamlText::part(path, text, range.clone(), base);
                part.value(text).is_err()
            });
            if let Some(at) = second_document(text) {
                diagnostics.push(more_than_one_document(path, base + at));
            } else if !an_entry_is_to_blame {
                diagnostics.push(whole.syntax_error(&error, text));
            }
            split
        }
    };
    let mut is_cut = !diagnostics.is_empty();
    is_cut |= check_keys(path, text, base, &split.pairs, key, &mut diagnostics);
    let entries =
        split.entries.into_iter().map(|range| Arc::new(YamlText::part(path, text, range, base)));
    ListFile { entries: entries.collect(), text: text.to_owned(), diagnostics, is_cut }
}

/// The text of a file, and at which byte of it the text starts.
pub(crate) fn decode<'a>(path: &RepoPath, bytes: &'a [u8]) -> Result<(usize, &'a str), Diagnostic> {
    let error = |code, message: String| Diagnostic::error(code, message).in_file(path);
    if bytes.len() > LARGEST {
        return Err(error(
            "yaml::too_large",
            format!("the file has {} bytes, more than {LARGEST}", bytes.len()),
        )
        .help("split it into several files"));
    }
    let has_zero_bytes = bytes.iter().take(64).skip(1).step_by(2).filter(|it| **it == 0).count()
        > 1
        || bytes.iter().take(64).step_by(2).filter(|it| **it == 0).count() > 1;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || has_zero_bytes {
        return Err(error(
            "yaml::encoding",
            "the file is in UTF-16 or UTF-32, not in UTF-8".to_owned(),
        )
        .help("save it as UTF-8"));
    }
    let base = if bytes.starts_with("\u{FEFF}".as_bytes()) { 3 } else { 0 };
    let text = std::str::from_utf8(&bytes[base..]).map_err(|bad| {
        let start = base + bad.valid_up_to();
        let end = start + bad.error_len().unwrap_or(bytes.len() - start);
        error("yaml::encoding", "the file is not valid UTF-8".to_owned())
            .at(Span::new(start, end), "this is not a character")
            .help("save it as UTF-8")
    })?;
    let forbidden = |it: char| {
        (it.is_control() && !matches!(it, '\t' | '\n' | '\r' | '\u{85}'))
            || matches!(it, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    if let Some((at, found)) = text.char_indices().find(|(_, it)| forbidden(*it)) {
        return Err(error(
            "yaml::control_character",
            format!("the character U+{:04X} may not stand in YAML", u32::from(found)),
        )
        .at(Span::new(base + at, base + at + found.len_utf8()), "here")
        .help("remove it, or write it as an escape in double quotes"));
    }
    // Parsers do not agree on what such a line is.
    let lone = text.match_indices('\r').find(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n'));
    if let Some((at, _)) = lone {
        let message = "a line ends in a carriage return alone".to_owned();
        return Err(error("yaml::line_end", message)
            .at(Span::new(base + at, base + at + 1), "here")
            .help("save the file with LF or CRLF line ends"));
    }
    Ok((base, text))
}

fn unclear_layout(path: &RepoPath, key: &str) -> Diagnostic {
    let message = format!("the entries of `{key}` cannot be told apart");
    Diagnostic::error("yaml::layout", message)
        .in_file(path)
        .help("write the list in block style: one `- ` per entry, all in the same column")
}

/// What to say of a second document in a file.
pub(crate) fn more_than_one_document(path: &RepoPath, at: usize) -> Diagnostic {
    Diagnostic::error("yaml::several_documents", "the file holds more than one document")
        .in_file(path)
        .at(Span::new(at, at + 3), "what follows is not read")
        .help("move it into a file of its own")
}

/// Where a second document begins, if there is one.
pub(crate) fn second_document(text: &str) -> Option<usize> {
    let mut has_content = false;
    for (at, line) in lines(text) {
        if line == "---" || line.starts_with("--- ") {
            if has_content {
                return Some(at);
            }
            has_content = line.len() > 3;
        } else {
            let line = line.trim_start();
            has_content |= !(line.is_empty() || line.starts_with('#') || line.starts_with('%'));
        }
    }
    None
}

fn wrong_shape(outline: &Outline, whole: &YamlText, key: &str) -> Option<Diagnostic> {
    let help = format!("write `{key}:` and its list under it");
    let wrong = |code, message: String| {
        let diagnostic = Diagnostic::error(code, message);
        Some(whole.label(diagnostic, &[key.into()], Part::Value, "").help(&help))
    };
    match outline.kind {
        Kind::Null => {
            let diagnostic = Diagnostic::warning("yaml::empty", "the file is empty");
            Some(diagnostic.in_file(whole.path()).help(help))
        }
        Kind::List => {
            wrong("yaml::wrong_type", format!("the file is a list, not a map with `{key}`"))
        }
        Kind::Scalar => {
            wrong("yaml::wrong_type", format!("the file is a single value, not a map with `{key}`"))
        }
        Kind::Map => {
            let lists = outline.entries.iter().filter(|(it, ..)| it == key);
            match lists.map(|(_, kind, _)| *kind).find(|kind| *kind != Kind::List) {
                Some(Kind::Null) => wrong("yaml::wrong_type", format!("`{key}` is empty")),
                Some(Kind::Map) => {
                    wrong("yaml::wrong_type", format!("`{key}` is a map, not a list"))
                }
                Some(_) => {
                    wrong("yaml::wrong_type", format!("`{key}` is a single value, not a list"))
                }
                None => None,
            }
        }
    }
}

fn split_valid(text: &str, key: &str, expected: usize) -> Option<Split> {
    let by_tree = || {
        let (pairs, entries) = pairs_and_items(text, key);
        Split { pairs, entries, stray: None }
    };
    let by_lines = || split_by_lines(text, key);
    let few_lines = text.bytes().filter(|it| *it == b'\n').count() < MOST_LINES_FOR_TREE;
    few_lines
        .then(by_tree)
        .filter(|split| split.entries.len() == expected)
        .or_else(|| Some(by_lines()).filter(|split| split.entries.len() == expected))
}

/// Splits by the lines alone: top-level keys at the margin, entries at the first dash's column.
fn split_by_lines(text: &str, key: &str) -> Split {
    let mut split = Split::default();
    let mut in_list = false;
    let mut dash_column = None;
    let mut has_content = false;
    for (at, line) in lines(text) {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if line == "..." || line == "---" || line.starts_with("--- ") {
            if has_content {
                break;
            }
            continue;
        }
        has_content = true;
        let column = line.len() - trimmed.len();
        let is_dash = trimmed == "-" || trimmed.starts_with("- ");
        if in_list && is_dash && *dash_column.get_or_insert(column) == column {
            let after = trimmed[1..].len() - trimmed[1..].trim_start().len();
            let start = at + column + 1 + after;
            split.entries.push(start..start);
        } else if column == 0 && !line.starts_with(['{', '[', '}', ']']) {
            in_list = false;
            let Some(colon) = line.find(':') else {
                split.stray.get_or_insert(at..at + line.len());
                continue;
            };
            let name = line[..colon].trim().trim_matches(['"', '\'']);
            in_list = name == key;
            dash_column = None;
            let rest = at + colon + 1..at + line.len();
            let after_key = line[colon + 1..].trim_start();
            if in_list && !(after_key.is_empty() || after_key.starts_with('#')) {
                split.stray.get_or_insert(at..at + line.len());
            }
            split.pairs.push(Pair {
                key: name.to_owned(),
                key_range: at..at + colon,
                value_range: rest,
            });
            continue;
        }
        match split.entries.last_mut() {
            Some(entry) if in_list => entry.end = at + line.len(),
            // A value's further lines are its key's, which is judged by its first.
            _ if !in_list && column > 0 && !split.pairs.is_empty() => {}
            _ => {
                split.stray.get_or_insert(at..at + line.len());
            }
        }
    }
    for entry in &mut split.entries {
        // A dash with its value on the next line: start at the value.
        let part = &text[entry.start.min(entry.end)..entry.end];
        entry.start = entry.end - part.trim_start().len();
    }
    split
}

/// Each line without its line break, with where it starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end()))
    })
}

/// What to write where a version is not known.
pub(crate) const KNOWN_VERSIONS: &str = "versions 1 and 2 are read, such as `version: \"2.0\"`";

/// What to say of a version whose files may mean something else than today's.
pub(crate) fn unknown_version(version: &Value) -> Option<String> {
    let text = match version {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Some("`version` is not a text".to_owned()),
    };
    let major = text.trim_start_matches('v').split('.').next().unwrap_or_default();
    (!matches!(major, "1" | "2"))
        .then(|| format!("files of version `{}` are not known", text.escape_debug()))
}

/// Reports what is wrong with the top-level keys; whether the list may be under one of them.
fn check_keys(
    path: &RepoPath,
    text: &str,
    base: usize,
    pairs: &[Pair],
    list: &'static str,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let known = ["version", list];
    let mut has_unknown = false;
    let in_file = |range: &Range<usize>| Span::new(base + range.start, base + range.end);
    for (index, pair) in pairs.iter().enumerate() {
        let Pair { key, key_range, value_range } = pair;
        if let Some(first) = pairs[..index].iter().find(|it| it.key == *key) {
            diagnostics.push(
                duplicate_key(key)
                    .in_file(path)
                    .at(in_file(key_range), "again here")
                    .at(in_file(&first.key_range), "first here"),
            );
        } else if !known.contains(&key.as_str()) {
            has_unknown = true;
            let help = match suggestion(key, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a file has the keys `version` and `{list}`"),
            };
            diagnostics.push(
                Diagnostic::error("yaml::unknown_key", format!("unknown key `{key}`"))
                    .in_file(path)
                    .at(in_file(key_range), "not a key of the file")
                    .help(help),
            );
        } else if key == "version" {
            let value = serde_yaml::from_str::<Value>(&text[value_range.clone()]);
            match value {
                Ok(value) if value.is_string() || value.is_number() => {
                    let unknown = unknown_version(&value).map(|message| {
                        Diagnostic::error("yaml::unknown_version", message)
                            .in_file(path)
                            .at(in_file(value_range), "")
                            .help(KNOWN_VERSIONS)
                    });
                    diagnostics.extend(unknown);
                }
                _ => diagnostics.push(
                    Diagnostic::error("yaml::wrong_type", "`version` is not a text")
                        .in_file(path)
                        .at(in_file(value_range), "expected a text")
                        .help("write `version: \"2.0\"`"),
                ),
            }
        }
    }
    if !pairs.iter().any(|pair| pair.key == list) {
        diagnostics.push(
            Diagnostic::warning("yaml::nothing_listed", format!("the file has no `{list}`"))
                .in_file(path)
                .help(format!("write `{list}:` and its list under it")),
        );
    }
    has_unknown
}
