//! Reading values into types: each problem a diagnostic at its place.

use codd_source::{Diagnostic, suggestion};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Segment, Track};
use serde_yaml::{Mapping, Value};

use crate::locate::{Part, PathStep};
use crate::yaml_text::YamlText;

/// A map that is read key by key, so that each bad value has its own diagnostic.
pub(crate) struct Fields<'a> {
    text: &'a YamlText,
    path: Vec<PathStep>,
    entries: &'a Mapping,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The map that `value`, found at `path`, is; `what` names it: "a control".
    pub(crate) fn open(
        text: &'a YamlText,
        path: Vec<PathStep>,
        value: &'a Value,
        what: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Fields<'a>> {
        if let Value::Mapping(entries) = value {
            return Some(Fields { text, path, entries, asked: Vec::new() });
        }
        let diagnostic = Diagnostic::error(
            "yaml::wrong_type",
            format!("{what} is {}, not a map", kind_of(value)),
        );
        diagnostics.push(text.label(diagnostic, &path, Part::Value, "expected `key: value` lines"));
        None
    }

    /// The value under `key`; an empty one counts as absent.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.get(key).filter(|value| !value.is_null())
    }

    /// The value under `key` as a `T`, if there is one and it is right.
    pub(crate) fn take<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        let value = self.value(key)?;
        deserialize(value, self.text, &self.path_to(key)).map_err(|it| diagnostics.push(it)).ok()
    }

    /// As `take`, with a diagnostic if there is none.
    pub(crate) fn require<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        if self.value(key).is_none() {
            let part = if self.entries.contains_key(key) { Part::Value } else { Part::Key };
            let path = if part == Part::Value { self.path_to(key) } else { self.path.clone() };
            diagnostics.push(missing_key(self.text, &path, key));
            return None;
        }
        self.take(key, diagnostics)
    }

    /// The items of the list under `key`, each with its path.
    pub(crate) fn list(
        &mut self,
        key: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(Vec<PathStep>, &'a Value)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let path = self.path_to(key);
        let Value::Sequence(items) = value else {
            let diagnostic = Diagnostic::error(
                "yaml::wrong_type",
                format!("`{key}` is {}, not a list", kind_of(value)),
            );
            diagnostics.push(
                self.text
                    .label(diagnostic, &path, Part::Value, "expected a list")
                    .help(format!("write `{key}: […]`, or one `- ` line for each item")),
            );
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .map(|(at, item)| ([&path[..], &[at.into()]].concat(), item))
            .collect()
    }

    /// The map under `key`, if there is one.
    pub(crate) fn map(
        &mut self,
        key: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Fields<'a>> {
        let value = self.value(key)?;
        Fields::open(self.text, self.path_to(key), value, &format!("`{key}`"), diagnostics)
    }

    pub(crate) fn path_to(&self, key: &str) -> Vec<PathStep> {
        [&self.path[..], &[key.into()]].concat()
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self, diagnostics: &mut Vec<Diagnostic>) {
        for key in self.entries.keys() {
            let name = match key {
                Value::String(name) => name.clone(),
                other => serde_yaml::to_string(other).unwrap_or_default().trim_end().to_owned(),
            };
            if !self.asked.contains(&name.as_str()) || !key.is_string() {
                diagnostics.push(unknown_key(self.text, &self.path, &name, &self.asked));
            }
        }
    }
}

/// `value`, found at `path` of `text`, as a `T`; enumerations with content are single-key maps.
pub(crate) fn deserialize<T: DeserializeOwned>(
    value: &Value,
    text: &YamlText,
    path: &[PathStep],
) -> Result<T, Diagnostic> {
    let mut track = Track::new();
    let deserializer = serde_path_to_error::Deserializer::new(value, &mut track);
    serde_yaml::with::singleton_map_recursive::deserialize(deserializer).map_err(|error| {
        let mut at = path.to_vec();
        for segment in &track.path() {
            match segment {
                Segment::Seq { index } => at.push((*index).into()),
                Segment::Map { key } => at.push(key.as_str().into()),
                Segment::Enum { variant } => at.push(variant.as_str().into()),
                Segment::Unknown => {}
            }
        }
        explain(&error.to_string(), text, at)
    })
}

/// What kind of value this is, with its article.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a map",
        Value::Tagged(_) => "a value with a tag",
    }
}

pub(crate) fn unknown_key(
    text: &YamlText,
    map: &[PathStep],
    key: &str,
    known: &[&str],
) -> Diagnostic {
    let path = [map, &[key.into()]].concat();
    let diagnostic = Diagnostic::error("yaml::unknown_key", format!("unknown key `{key}`"));
    let diagnostic = text.label(diagnostic, &path, Part::Key, "not a key of this map");
    match suggestion(key, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.help("no keys are expected here"),
        None => diagnostic.help(format!("known here: {}", listed(known))),
    }
}

fn unknown_value(text: &YamlText, path: &[PathStep], value: &str, allowed: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::error("yaml::unknown_value", format!("unknown value `{value}`"));
    let diagnostic = text.label(diagnostic, path, Part::Value, "not one of the known values");
    match suggestion(value, allowed.iter().copied()) {
        Some(near) => {
            diagnostic.help(format!("did you mean `{near}`? allowed: {}", listed(allowed)))
        }
        None => diagnostic.help(format!("allowed: {}", listed(allowed))),
    }
}

pub(crate) fn missing_key(text: &YamlText, map: &[PathStep], key: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("yaml::missing_key", format!("the key `{key}` is missing"));
    text.label(diagnostic, map, Part::Value, "of this").help(format!("add `{key}:` with a value"))
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

/// Turns serde's message into ours.
fn explain(message: &str, text: &YamlText, mut path: Vec<PathStep>) -> Diagnostic {
    let (head, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let name_after = |start: &str| head.strip_prefix(start)?.strip_prefix('`')?.strip_suffix('`');
    if let Some(name) = name_after("unknown field ").or_else(|| {
        // Without known fields, serde says so in other words.
        head.strip_prefix("unknown field `")?.split_once('`').map(|(name, _)| name)
    }) {
        if path.last() == Some(&name.into()) {
            path.pop();
        }
        return unknown_key(text, &path, name, &backticked(expected));
    }
    if let Some(name) = name_after("unknown variant ") {
        if path.last() == Some(&name.into()) {
            path.pop();
        }
        return unknown_value(text, &path, name, &backticked(expected));
    }
    if let Some(name) = name_after("missing field ") {
        return missing_key(text, &path, name);
    }
    let what = match path.last() {
        Some(PathStep::Key(key)) => format!("`{key}`"),
        Some(PathStep::Index(index)) => format!("item {}", index + 1),
        None => "the value".to_owned(),
    };
    if let Some(found) = head.strip_prefix("invalid type: ") {
        let found = in_our_words(found);
        let expected = in_our_words(expected);
        let diagnostic =
            Diagnostic::error("yaml::wrong_type", format!("{what} is {found}, not {expected}"));
        let diagnostic =
            text.label(diagnostic, &path, Part::Value, &format!("expected {expected}"));
        let wants_text = expected == "a text" && !found.contains("list") && !found.contains("map");
        return match text.raw(&path).filter(|(_, raw)| wants_text && raw.len() < 80) {
            Some((_, raw)) => diagnostic.help(format!("put it in quotes: `\"{raw}\"`")),
            None => diagnostic,
        };
    }
    let message = head.strip_prefix("invalid value: ").map_or(message.to_owned(), |found| {
        format!("{} is not {}", in_our_words(found), in_our_words(expected))
    });
    text.label(
        Diagnostic::error("yaml::bad_value", format!("{what}: {message}")),
        &path,
        Part::Value,
        "",
    )
}

fn backticked(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// serde speaks of its data model; people who write YAML have lists, maps and texts.
fn in_our_words(serde: &str) -> String {
    let (word, rest) = match serde.find(['`', '"']) {
        Some(at) => (serde[..at].trim_end(), &serde[at..]),
        None => (serde, ""),
    };
    let plain = match word {
        "a string" | "string" | "a borrowed string" | "a character" => "a text",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "a map",
        "unit value" | "unit" => "empty",
        "boolean" | "a boolean" => "a boolean",
        "integer" | "floating point" => "the number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        _ if word.starts_with("enum ") => "one of the known words",
        _ if word.starts_with("struct ") || word.contains("singleton map") => "a map",
        _ => return serde.to_owned(),
    };
    // A text's content is under the label already.
    if plain == "the number" || plain == "a boolean" && !rest.is_empty() {
        format!("{plain} {rest}")
    } else {
        plain.to_owned()
    }
}
