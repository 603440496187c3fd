//! Paths into a document: `jobs.*.steps[*].uses`.

use codd_source::Span;
use globset::{Glob, GlobMatcher};

use crate::document::{ANY_OTHER, Entry, Shape, Value};

/// Values that one path leads to; a document with more is data.
const MOST: usize = 50_000;

/// A path, ready to be followed.
#[derive(Clone, Debug)]
pub(super) struct DocumentPath {
    /// As written.
    pub(super) text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    /// A key with `*` or `?` in it.
    Keys(GlobMatcher),
    /// `*`: every value of a mapping, every item of a list.
    Any,
    /// `**`: this value and all below it.
    Deep,
    /// `[*]`
    Items,
    /// `[0]`; `[-1]` is the last.
    Index(i64),
}

/// A value that a path leads to.
#[derive(Clone, Debug)]
pub(super) struct Found<'v> {
    pub(super) value: &'v Value,
    /// Of the key that leads to it; of an item and of a document, where it begins.
    pub(super) place: Span,
    /// The keys and numbers that lead to it.
    pub(super) keys: Vec<String>,
}

impl<'v> Found<'v> {
    pub(super) fn root(value: &'v Value) -> Found<'v> {
        let place = Span { start: value.span.start, end: value.span.start };
        Found { value, place, keys: Vec::new() }
    }

    /// As a message shows it.
    pub(super) fn label(&self) -> String {
        let mut text = String::new();
        for key in &self.keys {
            if !key.starts_with('[') && !text.is_empty() {
                text.push('.');
            }
            text.push_str(key);
        }
        text
    }

    fn child(&self, value: &'v Value, place: Span, key: String) -> Found<'v> {
        Found { value, place, keys: self.with(&key) }
    }

    /// The keys that lead here, and one more.
    fn with(&self, key: &str) -> Vec<String> {
        self.keys.iter().cloned().chain([key.to_owned()]).collect()
    }

    fn below(&self, entry: &'v Entry) -> Found<'v> {
        self.child(&entry.value, entry.key_span, shown_key(&entry.key))
    }

    fn children(&self) -> Vec<Found<'v>> {
        match &self.value.shape {
            Shape::Map(entries) => {
                entries.iter().filter(|it| it.key != ANY_OTHER).map(|it| self.below(it)).collect()
            }
            Shape::List(_) => self.items(),
            Shape::Scalar(_) => Vec::new(),
        }
    }

    fn items(&self) -> Vec<Found<'v>> {
        let items = self.value.items().iter().enumerate();
        items.map(|(at, it)| self.child(it, it.span, format!("[{at}]"))).collect()
    }
}

fn shown_key(key: &str) -> String {
    if key.contains(['.', '[']) { format!("\"{key}\"") } else { key.to_owned() }
}

impl DocumentPath {
    /// Reads `a.b[0].*."c.d"`; an empty path is the value itself.
    pub(super) fn read(text: &str) -> Result<DocumentPath, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (index, after) = inner.split_once(']').ok_or("a `[` is not closed")?;
                steps.push(match index {
                    "*" => Step::Items,
                    _ => Step::Index(
                        index.parse().map_err(|_| format!("`[{index}]` is no number or `*`"))?,
                    ),
                });
                rest = after;
            } else if let Some(inner) = rest.strip_prefix('"') {
                let (key, after) = inner.split_once('"').ok_or("a `\"` is not closed")?;
                steps.push(Step::Key(key.to_owned()));
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let key = &rest[..end];
                steps.push(match key {
                    "" => return Err("a key is missing before a `.`".to_owned()),
                    "*" => Step::Any,
                    "**" => Step::Deep,
                    _ if key.contains(['*', '?']) => {
                        let glob = Glob::new(key).map_err(|_| format!("`{key}` is no pattern"))?;
                        Step::Keys(glob.compile_matcher())
                    }
                    _ => Step::Key(key.to_owned()),
                });
                rest = &rest[end..];
            }
            if let Some(after) = rest.strip_prefix('.') {
                if after.is_empty() {
                    return Err("a key is missing behind the last `.`".to_owned());
                }
                rest = after;
            } else if !rest.is_empty() && !rest.starts_with('[') {
                return Err(format!("`{rest}` does not begin with `.` or `[`"));
            }
        }
        Ok(DocumentPath { text: text.to_owned(), steps })
    }

    /// The values that the path leads to from `start`, in the order of the text.
    pub(super) fn select<'v>(&self, start: &Found<'v>) -> Vec<Found<'v>> {
        let mut found = vec![start.clone()];
        for step in &self.steps {
            let mut next = Vec::new();
            for it in &found {
                match step {
                    Step::Key(key) => {
                        let entries = it.value.entries();
                        let known = next.len();
                        let named = entries.iter().filter(|entry| entry.key == *key);
                        next.extend(named.map(|entry| it.below(entry)));
                        if next.len() == known {
                            let others = entries.iter().filter(|entry| entry.key == ANY_OTHER);
                            next.extend(others.map(|entry| {
                                it.child(&entry.value, entry.key_span, shown_key(key))
                            }));
                        }
                    }
                    Step::Keys(glob) => {
                        let entries = it.value.entries().iter();
                        let entries = entries.filter(|entry| glob.is_match(&entry.key));
                        next.extend(entries.map(|entry| it.below(entry)));
                    }
                    Step::Any => next.extend(it.children()),
                    Step::Items => next.extend(it.items()),
                    Step::Index(index) => {
                        let items = it.items();
                        let number = usize::try_from(index.unsigned_abs()).ok();
                        let at = match *index {
                            0.. => number,
                            _ => number.and_then(|it| items.len().checked_sub(it)),
                        };
                        next.extend(at.and_then(|at| items.get(at).cloned()));
                    }
                    Step::Deep => {
                        let mut open = vec![it.clone()];
                        while let Some(it) = open.pop() {
                            open.extend(it.children().into_iter().rev());
                            next.push(it);
                            if next.len() > MOST {
                                break;
                            }
                        }
                    }
                }
                if next.len() > MOST {
                    next.truncate(MOST);
                    break;
                }
            }
            found = next;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn select(path: &str, json: &str) -> String {
        let documents = Format::Json.read(json, None).unwrap();
        let path = DocumentPath::read(path).unwrap();
        let found = path.select(&Found::root(&documents[0]));
        found.iter().map(Found::label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn steps_of_a_path() {
        let json = r#"{"a": {"b": [{"c": 1}, {"c": 2}], "x.y": {"c": 3}}, "ab": 0}"#;
        assert_eq!(select("a.b[*].c", json), "a.b[0].c a.b[1].c");
        assert_eq!(select("a.b[-1].c", json), "a.b[1].c");
        assert_eq!(select("a.b[7].c", json), "");
        assert_eq!(select("a.*.c", json), "a.\"x.y\".c");
        assert_eq!(select("a.\"x.y\".c", json), "a.\"x.y\".c");
        assert_eq!(select("**.c", json), "a.b[0].c a.b[1].c a.\"x.y\".c");
        assert_eq!(select("a*", json), "a ab");
        assert_eq!(select("", json), "");
    }

    #[test]
    fn what_is_no_path() {
        for text in ["a..b", ".a", "a.", "a[b]", "a[0", "\"a", "a[0]b"] {
            assert!(DocumentPath::read(text).is_err(), "{text}");
        }
    }
}
