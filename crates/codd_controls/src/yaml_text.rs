//! A piece of a YAML file with its place in it: what diagnostics about its values point into.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use codd_source::{Diagnostic, RepoPath, Span};
use serde_yaml::Value;

use crate::locate::{Part, PathStep, duplicate_keys, locate};
use crate::outline::{OutlineError, outline};

/// One control's, waiver's or configuration's own text, and where in which file it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct YamlText {
    path: RepoPath,
    text: Arc<str>,
    /// Of the first byte, in the file.
    offset: u32,
    /// The column of the first byte: the text is read with as many spaces before it, so that
    /// its lines are indented alike.
    column: u32,
}

impl YamlText {
    /// The part `range` of a file's text, which starts at byte `base` of the file.
    pub(crate) fn part(path: &RepoPath, text: &str, range: Range<usize>, base: usize) -> YamlText {
        let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        YamlText {
            path: path.clone(),
            text: text[range.clone()].into(),
            offset: (base + range.start) as u32,
            column: (range.start - line_start) as u32,
        }
    }

    /// No text at all, for values made by hand: diagnostics about them have no place.
    pub fn detached() -> YamlText {
        YamlText { path: RepoPath::new(""), text: "".into(), offset: 0, column: 0 }
    }

    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// All of it, in the file.
    pub fn span(&self) -> Span {
        Span::new(self.offset as usize, self.offset as usize + self.text.len())
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The span in the file of what `path` leads to, or of the deepest thing on the way that
    /// exists; `None` where the text cannot be read as YAML.
    pub fn locate(&self, path: &[PathStep], part: Part) -> Option<Span> {
        let text = self.indented();
        outline(&text).ok()?;
        locate(&text, path, part).map(|range| self.in_file(range))
    }

    /// What `path` leads to as it is written, quotes and escapes included, with its span.
    pub fn raw(&self, path: &[PathStep]) -> Option<(Span, &str)> {
        let span = self.locate(path, Part::Value)?;
        let start = (span.start - self.offset) as usize;
        Some((span, self.text.get(start..start + span.len())?))
    }

    /// An error about what `path` leads to.
    pub fn diagnostic(
        &self,
        code: &'static str,
        path: &[PathStep],
        message: impl Into<String>,
    ) -> Diagnostic {
        self.label(Diagnostic::error(code, message), path, Part::Value, "")
    }

    /// `diagnostic` with a label on what `path` leads to.
    pub fn label(
        &self,
        mut diagnostic: Diagnostic,
        path: &[PathStep],
        part: Part,
        text: &str,
    ) -> Diagnostic {
        if self.path.as_str().is_empty() {
            return diagnostic;
        }
        diagnostic.path = Some(self.path.clone());
        let span = self.locate(path, part).unwrap_or_else(|| self.span());
        diagnostic.at(self.first_line(span), text)
    }

    /// The text's value, with merge keys applied, or a diagnostic for each thing in the way.
    ///
    /// `file` is the whole file's text, to tell an anchor of elsewhere from one of nowhere.
    pub(crate) fn value(&self, file: &str) -> Result<Value, Vec<Diagnostic>> {
        let text = self.indented();
        outline(&text).map_err(|error| vec![self.syntax_error(&error, file)])?;
        let value = serde_yaml::from_str::<Value>(&text).and_then(|mut value| {
            value.apply_merge()?;
            Ok(value)
        });
        if let Ok(value) = &value
            && let Some((path, tag)) = first_tag(value)
        {
            let error =
                Diagnostic::error("yaml::tag", format!("the tag `{tag}` is not understood"));
            return Err(vec![self.label(error, &path, Part::Value, "").help("remove the tag")]);
        }
        value.map_err(|error| {
            let duplicates: Vec<Diagnostic> = duplicate_keys(&text)
                .into_iter()
                .map(|(key, first, second)| {
                    duplicate_key(&key)
                        .in_file(&self.path)
                        .at(self.in_file(second), "again here")
                        .at(self.in_file(first), "first here")
                })
                .collect();
            if duplicates.is_empty() {
                vec![self.syntax_error(&OutlineError::Yaml(error), file)]
            } else {
                duplicates
            }
        })
    }

    /// What is wrong with text that is not YAML, where, and what to do.
    pub(crate) fn syntax_error(&self, error: &OutlineError, file: &str) -> Diagnostic {
        let OutlineError::Yaml(error) = error else {
            let error =
                Diagnostic::error("yaml::too_many_brackets", "too many brackets to be read");
            return error
                .in_file(&self.path)
                .at(self.first_line(self.span()), "in this")
                .help("write lists and maps in block style, without `[` and `{`");
        };
        let text = self.indented();
        let message = without_places(&error.to_string());
        let start = error.location().map_or(0, |location| location.index().min(text.len()));
        let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        // Nothing stands at the end of the text: the last word is where it stopped.
        let start = match text[start..].trim_end() {
            "" => text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at),
            _ => start,
        };
        let length = text[start..].chars().next().map_or(0, char::len_utf8);
        let rest = &text[start..];
        let at = self.in_file(start..start + length);
        let on_word = |word: &str| self.in_file(start..start + 1 + word.len());
        let anchor: String = rest
            .chars()
            .skip(1)
            .take_while(|it| !it.is_whitespace() && !matches!(it, ',' | ']' | '}' | '[' | '{'))
            .collect();
        let error = |code, message: String| Diagnostic::error(code, message).in_file(&self.path);
        if message.contains("unknown anchor") {
            let elsewhere = file.contains(&format!("&{anchor}"));
            return if elsewhere {
                error("yaml::foreign_anchor", format!("the anchor `{anchor}` is defined outside of this entry"))
                    .at(on_word(&anchor), "used here")
                    .help("each entry is read on its own: repeat the value here, or define the anchor inside this entry")
            } else {
                error("yaml::unknown_anchor", format!("the anchor `{anchor}` is not defined"))
                    .at(on_word(&anchor), "used here")
                    .help(format!("write `&{anchor}` before the value that is meant, earlier in the same entry"))
            };
        }
        if message.contains("repetition limit") {
            return error("yaml::too_many_aliases", "aliases repeat too much".to_owned())
                .at(self.first_line(self.span()), "in this")
                .help("write the values out: aliases of aliases multiply");
        }
        if message.contains("recursion limit") {
            return error("yaml::too_deep", "nested too deeply".to_owned())
                .at(at, "beyond 128 levels here")
                .help("no control needs this: flatten the value");
        }
        // The parser speaks of what it was asked to read.
        let message = if message.contains("more than one document") {
            "a second document begins here, and a file holds one".to_owned()
        } else {
            message
        };
        error("yaml::syntax", format!("not valid YAML: {message}"))
            .at(at, "here")
            .help(syntax_help(&message, rest))
    }

    /// The text as it is handed to parsers.
    fn indented(&self) -> Cow<'_, str> {
        match self.column {
            0 => Cow::Borrowed(&self.text),
            column => Cow::Owned(" ".repeat(column as usize) + &self.text),
        }
    }

    /// A range of the indented text as a span of the file.
    fn in_file(&self, range: Range<usize>) -> Span {
        let place = |at: usize| {
            at.saturating_sub(self.column as usize).min(self.text.len()) + self.offset as usize
        };
        Span::new(place(range.start), place(range.end))
    }

    /// The span up to the end of its first line: a label on a whole map hides what matters.
    fn first_line(&self, span: Span) -> Span {
        let start = (span.start - self.offset) as usize;
        let covered = &self.text[start..start + span.len()];
        let length = covered.find('\n').unwrap_or(covered.len());
        let start = span.start as usize;
        Span::new(start, start + covered[..length].trim_end().len())
    }
}

pub(crate) fn duplicate_key(key: &str) -> Diagnostic {
    Diagnostic::error("yaml::duplicate_key", format!("the key `{key}` is given twice"))
        .help("keep one of the two")
}

/// The first value with a tag, as far as the outline let nesting go.
fn first_tag(value: &Value) -> Option<(Vec<PathStep>, String)> {
    let within = |step: PathStep, value: &Value| {
        first_tag(value).map(|(mut path, tag)| {
            path.insert(0, step);
            (path, tag)
        })
    };
    match value {
        Value::Tagged(tagged) => Some((Vec::new(), tagged.tag.to_string())),
        Value::Sequence(items) => {
            items.iter().enumerate().find_map(|(at, item)| within(at.into(), item))
        }
        Value::Mapping(entries) => entries.iter().find_map(|(key, value)| match key {
            Value::Tagged(tagged) => Some((Vec::new(), tagged.tag.to_string())),
            key => within(key.as_str().unwrap_or_default().into(), value),
        }),
        _ => None,
    }
}

/// The parser's message without its lines and columns, which count from the entry's start.
fn without_places(message: &str) -> String {
    let mut kept = String::new();
    let mut rest = message;
    while let Some(at) = rest.find(" at line ") {
        kept.push_str(&rest[..at]);
        let place = &rest[at + " at line ".len()..];
        let end = place
            .find(|it: char| !it.is_ascii_digit())
            .and_then(|end| place[end..].strip_prefix(" column "))
            .map_or(place, |column| column.trim_start_matches(|it: char| it.is_ascii_digit()));
        rest = end;
    }
    kept.push_str(rest);
    kept
}

fn syntax_help(message: &str, rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('\t') => "YAML is indented with spaces: replace the tab",
        Some('@' | '`' | '%' | '*' | '&' | '!' | '|' | '>')
            if message.contains("cannot start any token") || message.contains("did not find") =>
        {
            "put the value in quotes: it starts with a character that means something in YAML"
        }
        _ if message.contains("tab character") || rest.starts_with('\t') => {
            "YAML is indented with spaces: replace the tab"
        }
        _ if message.contains("mapping values are not allowed") => {
            "put a text that holds `: ` in quotes, and check the indentation of this line"
        }
        _ if message.contains("escape") => {
            "use single quotes: in double quotes a backslash begins an escape sequence"
        }
        _ if message.contains("quoted scalar") => {
            "close the quote, or double it if it is part of the text"
        }
        _ if message.contains("flow") => "close the bracket, and put commas between its items",
        _ => "check the indentation of this line and the one before, and the quotes",
    }
}
