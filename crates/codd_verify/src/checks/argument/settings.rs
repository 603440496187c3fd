//! What an `argument` check says, and how it is read.

use std::collections::BTreeMap;

use codd_controls::PathStep;
use codd_flow::{ProbeArgument, ProbePattern};
use codd_source::Diagnostic;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::checks::config::condition::{CompiledCondition, Condition, ConditionOrValue};
use crate::settings::{CheckSource, OneOrMany};

/// What the arguments of calls must be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Names of what is called, as imports resolve them; `*` stands for anything, and `*.name`
    /// is also a method of something whose type is not known.
    call: Option<OneOrMany<String>>,
    /// The same for attributes, of which what they are assigned is the argument.
    assigned: Option<OneOrMany<String>>,
    /// Names that are left out.
    except: Option<OneOrMany<String>>,
    /// Only calls in these languages, where others have the same name for another thing.
    languages: Option<OneOrMany<String>>,
    /// A keyword, or a place from 0, with a path into it; several where it may be either.
    argument: Option<OneOrMany<ArgumentName>>,
    /// A regular expression: only calls where a name in the argument, as it is written, matches.
    named: Option<String>,
    /// A regular expression: only calls in functions where some name matches, their own or one
    /// that they use.
    around: Option<String>,
    /// The same for functions that are not asked.
    not_around: Option<String>,
    /// Conditions on arguments: only calls that meet them are asked.
    #[serde(default)]
    r#where: BTreeMap<String, ConditionOrValue>,
    must: Must,
    /// What of the value is compared.
    #[serde(default)]
    read: Reading,
    /// What it means that a value is not known.
    #[serde(default)]
    unknown: Unknown,
    message: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum ArgumentName {
    Place(u32),
    Text(String),
}

#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected `present`, `absent`, or conditions such as `{at_least: 256}`"
)]
enum Must {
    Word(Word),
    Condition(Box<Condition>),
}

/// What it means that a value is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unknown {
    /// The check is not decided.
    #[default]
    Undetermined,
    /// Only what is known to be wrong counts.
    Passes,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Word {
    /// Not called, or not given.
    Absent,
    /// Given.
    Present,
}

/// What of a value is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reading {
    #[default]
    Value,
    /// Of a text or bytes, or the items of a list.
    Length,
    /// Eight times the length.
    Bits,
    /// A time span, or a point of time from now on; a number as it is.
    Seconds,
    /// The same, where a number is one of milliseconds.
    Milliseconds,
}

/// One step into a value: a key, or every item.
pub(super) type PathKey = Option<String>;

/// An argument, and what in it.
#[derive(Clone, Debug)]
pub(super) struct Selected {
    /// As it is written.
    pub(super) label: String,
    pub(super) path: Vec<PathKey>,
}

pub(super) struct CompiledArgument {
    pub(super) probe: [ProbePattern; 1],
    /// What must be so, first among the probe's arguments; `None` where the call itself is
    /// what must not be.
    pub(super) subject: Option<(Selected, CompiledCondition)>,
    /// Parallel to the probe's other arguments.
    pub(super) conditions: Vec<(Selected, CompiledCondition)>,
    /// Only of these, where any are named.
    pub(super) languages: Vec<String>,
    pub(super) named: Option<Regex>,
    pub(super) around: Option<Regex>,
    pub(super) not_around: Option<Regex>,
    pub(super) read: Reading,
    pub(super) unknown: Unknown,
    pub(super) message: Option<String>,
}

impl Settings {
    pub(super) fn compile(
        self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<CompiledArgument> {
        let before = diagnostics.len();
        let names = |it: Option<OneOrMany<String>>| it.map_or_else(Vec::new, OneOrMany::into_vec);
        let mut probe = ProbePattern {
            calls: names(self.call),
            assigned: names(self.assigned),
            except: names(self.except),
            arguments: Vec::new(),
        };
        if probe.calls.is_empty() && probe.assigned.is_empty() {
            let message = "`argument` says neither which calls nor which attributes it asks";
            let help = "write `call: jwt.decode`, or `assigned: \"*.verify_mode\"`";
            diagnostics.push(source.error("checks::argument", &[], message).help(help));
        }
        let is_assigned = !probe.assigned.is_empty();
        let written = match self.argument {
            Some(it) => it.into_vec(),
            None if is_assigned => vec![ArgumentName::Place(0)],
            None => Vec::new(),
        };
        let mut read =
            |at: &[PathStep], text: &str, diagnostics: &mut Vec<Diagnostic>| match read_argument(
                text,
            ) {
                Ok((argument, path)) => {
                    probe.arguments.push(argument);
                    Some(Selected { label: text.to_owned(), path })
                }
                Err(reason) => {
                    let message = format!("`{text}` is not an argument: {reason}");
                    let help = "arguments are like `bit_length`, `0`, `0|bit_length` for either, \
                                `1.rejectUnauthorized`, `algorithms[*]`";
                    diagnostics.push(source.error("checks::argument", at, message).help(help));
                    None
                }
            };
        let must_at = |part: &'static str, message: String| {
            let mut at: Vec<PathStep> = vec!["must".into()];
            at.extend(Some(part).filter(|it| !it.is_empty()).map(PathStep::from));
            source.error("checks::condition", &at, message)
        };
        let mut subject = None;
        if written.is_empty() {
            if !matches!(self.must, Must::Word(Word::Absent)) {
                let message = "without `argument`, `must` can only be `absent`";
                let help = "write `must: absent`, or which argument";
                diagnostics.push(must_at("", message.to_owned()).help(help));
            }
        } else {
            let texts = written.iter().map(|it| match it {
                ArgumentName::Place(at) => at.to_string(),
                ArgumentName::Text(text) => text.clone(),
            });
            let text = joined(texts.collect());
            let condition = match self.must {
                Must::Condition(condition) => *condition,
                Must::Word(word) => Condition::of_presence(word == Word::Present),
            };
            let condition = condition.compile(&must_at, diagnostics);
            let selected = read(&["argument".into()], &text, diagnostics);
            subject = selected.map(|it| (it, condition));
        }
        let mut conditions = Vec::new();
        for (text, condition) in self.r#where {
            let at: [PathStep; 2] = ["where".into(), text.as_str().into()];
            let error = |part: &'static str, message: String| {
                let mut at = at.to_vec();
                at.extend(Some(part).filter(|it| !it.is_empty()).map(PathStep::from));
                source.error("checks::condition", &at, message)
            };
            let condition = condition.into_condition().compile(&error, diagnostics);
            conditions.extend(read(&at, &text, diagnostics).map(|it| (it, condition)));
        }
        let mut regex = |key: &'static str, text: Option<String>| {
            let text = text?;
            let regex = Regex::new(&text);
            if regex.is_err() {
                let message = format!("pattern `{text}` is not valid");
                let error = source.error("checks::argument", &[key.into()], message);
                diagnostics.push(error.help("patterns are Rust's regular expressions"));
            }
            regex.ok()
        };
        let named = regex("named", self.named);
        let around = regex("around", self.around);
        let not_around = regex("not_around", self.not_around);
        (diagnostics.len() == before).then_some(CompiledArgument {
            probe: [probe],
            subject,
            conditions,
            languages: names(self.languages),
            named,
            around,
            not_around,
            read: self.read,
            unknown: self.unknown,
            message: self.message,
        })
    }
}

/// Several names of one argument as one: `[0, bit_length]` is `0|bit_length`.
fn joined(texts: Vec<String>) -> String {
    let split = |text: &str| match text.find(['.', '[']) {
        Some(at) => (text[..at].to_owned(), text[at..].to_owned()),
        None => (text.to_owned(), String::new()),
    };
    let path = texts.iter().map(|it| split(it).1).find(|it| !it.is_empty()).unwrap_or_default();
    let heads: Vec<String> = texts.iter().map(|it| split(it).0).collect();
    format!("{}{path}", heads.join("|"))
}

/// `0|bit_length`, and what in it: `.rejectUnauthorized`, `[0]`, `[*]`.
fn read_argument(text: &str) -> Result<(ProbeArgument, Vec<PathKey>), &'static str> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (head, mut rest) = text.split_at(end);
    let mut argument = ProbeArgument::default();
    for name in head.split('|') {
        match name.parse() {
            Ok(place) => argument.places.push(place),
            Err(_) if name.is_empty() => return Err("it begins with no name"),
            Err(_) => argument.names.push(name.to_owned()),
        }
    }
    let mut path = Vec::new();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let Some((key, after)) = inner.split_once(']') else {
                return Err("a `[` has no `]`");
            };
            if key.is_empty() {
                return Err("there is nothing between `[` and `]`");
            }
            path.push((key != "*").then(|| key.to_owned()));
            rest = after;
        } else {
            let inner = rest.strip_prefix('.').unwrap_or(rest);
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (key, after) = inner.split_at(end);
            if key.is_empty() {
                return Err("there is no name behind a dot");
            }
            path.push((key != "*").then(|| key.to_owned()));
            rest = after;
        }
    }
    Ok((argument, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_places_and_names_with_a_path() {
        let (argument, path) = read_argument("1|options.tls.ciphers[*]").unwrap();
        assert_eq!((argument.places, argument.names), (vec![1], vec!["options".to_owned()]));
        assert_eq!(path, [Some("tls".to_owned()), Some("ciphers".to_owned()), None]);
        for wrong in ["", ".a", "a[", "a[]", "a..b", "a|"] {
            assert!(read_argument(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_of_names_is_any_of_them() {
        let texts = ["0", "bit_length"].map(str::to_owned).to_vec();
        assert_eq!(joined(texts), "0|bit_length");
    }
}
