//! What a value must be.

use codd_source::Diagnostic;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::{Scalar, Shape, Value};
use crate::settings::OneOrMany;

/// A scalar as the author of a control writes it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::checks) enum Expected {
    Bool(bool),
    Number(f64),
    Text(String),
}

/// What a value must be; where several are said, all hold.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checks) struct Condition {
    /// It is this.
    equals: Option<Expected>,
    /// It is anything else, or not there.
    not_equals: Option<Expected>,
    /// It is one of these.
    r#in: Option<Vec<Expected>>,
    /// It is none of these, or not there.
    not_in: Option<Vec<Expected>>,
    /// A regular expression that its text matches.
    matches: Option<String>,
    /// Regular expressions that its text does not match, should it be there.
    not_matches: Option<OneOrMany<String>>,
    /// A list with this item, a mapping with this key, or this itself.
    contains: Option<Expected>,
    /// No list with this item, no mapping with this key, and not this itself.
    not_contains: Option<Expected>,
    /// A number that is not smaller.
    at_least: Option<f64>,
    /// A number that is not larger.
    at_most: Option<f64>,
    /// Whether it is there and not empty.
    present: Option<bool>,
    /// Whether it is not there, or empty.
    absent: Option<bool>,
    /// What it means when it is not there.
    default: Option<Expected>,
}

/// A condition, or a scalar that the value equals.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::checks) enum ConditionOrValue {
    Value(Expected),
    Condition(Box<Condition>),
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::checks) enum Truth {
    Yes,
    /// What it had to be.
    No(String),
    /// Why that is not known.
    Unknown(String),
}

/// A condition, ready to be asked.
#[derive(Debug)]
pub(in crate::checks) struct CompiledCondition {
    rules: Vec<Rule>,
    default: Option<Value>,
}

#[derive(Debug)]
enum Rule {
    Equals(Expected),
    NotEquals(Expected),
    In(Vec<Expected>),
    NotIn(Vec<Expected>),
    Matches(Regex),
    NotMatches(Regex),
    Contains(Expected),
    NotContains(Expected),
    AtLeast(f64),
    AtMost(f64),
    Present,
    Absent,
}

impl ConditionOrValue {
    pub(in crate::checks) fn into_condition(self) -> Condition {
        match self {
            ConditionOrValue::Value(value) => {
                Condition { equals: Some(value), ..Condition::default() }
            }
            ConditionOrValue::Condition(condition) => *condition,
        }
    }
}

impl Condition {
    /// It is there, or it is not.
    pub(in crate::checks) fn of_presence(is_there: bool) -> Condition {
        Condition { present: Some(is_there), ..Condition::default() }
    }

    /// `error` makes a diagnostic about one of its keys.
    pub(in crate::checks) fn compile(
        self,
        error: &dyn Fn(&'static str, String) -> Diagnostic,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> CompiledCondition {
        let before = diagnostics.len();
        let mut rules = Vec::new();
        let mut regex = |key: &'static str, text: &str| match Regex::new(text) {
            Ok(regex) => Some(regex),
            Err(_) => {
                diagnostics.push(
                    error(key, format!("pattern `{text}` is not valid"))
                        .help("patterns are Rust's regular expressions"),
                );
                None
            }
        };
        rules.extend(self.matches.and_then(|it| regex("matches", &it)).map(Rule::Matches));
        for text in self.not_matches.map(OneOrMany::into_vec).unwrap_or_default() {
            rules.extend(regex("not_matches", &text).map(Rule::NotMatches));
        }
        rules.extend(self.equals.map(Rule::Equals));
        rules.extend(self.not_equals.map(Rule::NotEquals));
        rules.extend(self.r#in.map(Rule::In));
        rules.extend(self.not_in.map(Rule::NotIn));
        rules.extend(self.contains.map(Rule::Contains));
        rules.extend(self.not_contains.map(Rule::NotContains));
        rules.extend(self.at_least.map(Rule::AtLeast));
        rules.extend(self.at_most.map(Rule::AtMost));
        rules.extend(self.present.map(|it| if it { Rule::Present } else { Rule::Absent }));
        rules.extend(self.absent.map(|it| if it { Rule::Absent } else { Rule::Present }));
        if rules.is_empty() && diagnostics.len() == before {
            let message = "the condition says nothing".to_owned();
            let help = "say `equals`, `in`, `matches`, `present`, `absent`, `at_least`, …";
            diagnostics.push(error("", message).help(help));
        }
        let default =
            self.default.map(|it| Value::text(codd_source::Span::default(), it.text(), false));
        CompiledCondition { rules, default }
    }
}

impl CompiledCondition {
    /// Whether it holds where there is no such value.
    pub(in crate::checks) fn without_value(&self) -> Truth {
        if let Some(default) = &self.default {
            return self.holds(default, false);
        }
        let needed = self.rules.iter().find(|rule| {
            !matches!(
                rule,
                Rule::Absent
                    | Rule::NotEquals(_)
                    | Rule::NotIn(_)
                    | Rule::NotMatches(_)
                    | Rule::NotContains(_)
            )
        });
        match needed {
            Some(rule) => Truth::No(rule.said()),
            None => Truth::Yes,
        }
    }

    /// Whether it holds of a value; with `is_raw`, expressions count as they are written.
    pub(in crate::checks) fn holds(&self, value: &Value, is_raw: bool) -> Truth {
        let mut unknown = None;
        for rule in &self.rules {
            match rule.holds(value, is_raw) {
                Truth::Yes => {}
                Truth::No(said) => return Truth::No(said),
                Truth::Unknown(why) => unknown = Some(why),
            }
        }
        unknown.map_or(Truth::Yes, Truth::Unknown)
    }

    /// Whether it holds of one of the values, or of none being there.
    pub(in crate::checks) fn holds_of_one<'v>(
        &self,
        values: impl IntoIterator<Item = &'v Value>,
        is_raw: bool,
    ) -> Truth {
        let mut best: Option<Truth> = None;
        for value in values {
            match self.holds(value, is_raw) {
                Truth::Yes => return Truth::Yes,
                Truth::Unknown(why) => best = Some(Truth::Unknown(why)),
                Truth::No(said) => {
                    best.get_or_insert(Truth::No(said));
                }
            }
        }
        best.unwrap_or_else(|| self.without_value())
    }
}

impl CompiledCondition {
    /// The texts that it compares with, and whether it reads the text otherwise.
    pub(in crate::checks) fn compared(&self) -> (Vec<String>, bool) {
        let mut texts = Vec::new();
        let mut reads_text = false;
        for rule in &self.rules {
            match rule {
                Rule::Equals(it)
                | Rule::NotEquals(it)
                | Rule::Contains(it)
                | Rule::NotContains(it) => texts.push(it.text()),
                Rule::In(list) | Rule::NotIn(list) => texts.extend(list.iter().map(Expected::text)),
                Rule::Matches(_) | Rule::NotMatches(_) => reads_text = true,
                Rule::AtLeast(_) | Rule::AtMost(_) | Rule::Present | Rule::Absent => {}
            }
        }
        (texts, reads_text)
    }

    /// Whether it asks for no more than that there is something.
    pub(in crate::checks) fn is_about_presence(&self) -> bool {
        self.rules.iter().all(|it| matches!(it, Rule::Present | Rule::Absent))
    }
}

impl Rule {
    fn holds(&self, value: &Value, is_raw: bool) -> Truth {
        let is_empty = is_empty(value);
        if let Rule::Present | Rule::Absent = self {
            return self.truth(is_empty == matches!(self, Rule::Absent));
        }
        if let Rule::Contains(expected) | Rule::NotContains(expected) = self {
            let has = contains(value, expected, is_raw);
            return match (self, has) {
                (_, Err(why)) => Truth::Unknown(why),
                (Rule::Contains(_), Ok(has)) => self.truth(has),
                (_, Ok(has)) => self.truth(!has),
            };
        }
        let is_negative = matches!(self, Rule::NotEquals(_) | Rule::NotIn(_) | Rule::NotMatches(_));
        let Some(scalar) = value.scalar() else { return self.truth(is_negative) };
        if let Some(why) = scalar.dynamic.as_ref().filter(|_| !is_raw) {
            return Truth::Unknown(why.clone());
        }
        match self {
            Rule::Equals(it) => self.truth(it.is(scalar)),
            Rule::In(list) => self.truth(list.iter().any(|it| it.is(scalar))),
            // What reads like it in quotes is as much to be kept out.
            Rule::NotEquals(it) => self.truth(!it.reads(scalar)),
            Rule::NotIn(list) => self.truth(!list.iter().any(|it| it.reads(scalar))),
            Rule::Matches(regex) => self.truth(regex.is_match(&scalar.text)),
            Rule::NotMatches(regex) => self.truth(!regex.is_match(&scalar.text)),
            Rule::AtLeast(least) => self.truth(number(scalar).is_some_and(|it| it >= *least)),
            Rule::AtMost(most) => self.truth(number(scalar).is_some_and(|it| it <= *most)),
            Rule::Contains(_) | Rule::NotContains(_) | Rule::Present | Rule::Absent => Truth::Yes,
        }
    }

    fn truth(&self, holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No(self.said()) }
    }

    /// What the value had to be, for a message.
    fn said(&self) -> String {
        let list = |list: &[Expected]| {
            list.iter().map(|it| format!("`{}`", it.text())).collect::<Vec<_>>().join(", ")
        };
        match self {
            Rule::Equals(it) => format!("must be `{}`", it.text()),
            Rule::NotEquals(it) => format!("must not be `{}`", it.text()),
            Rule::In(it) => format!("must be one of {}", list(it)),
            Rule::NotIn(it) => format!("must be none of {}", list(it)),
            Rule::Matches(it) => format!("must match `{it}`"),
            Rule::NotMatches(it) => format!("must not match `{it}`"),
            Rule::Contains(it) => format!("must contain `{}`", it.text()),
            Rule::NotContains(it) => format!("must not contain `{}`", it.text()),
            Rule::AtLeast(it) => format!("must be at least {it}"),
            Rule::AtMost(it) => format!("must be at most {it}"),
            Rule::Present => "must be set".to_owned(),
            Rule::Absent => "must not be set".to_owned(),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match &value.shape {
        Shape::Map(entries) => entries.is_empty(),
        Shape::List(items) => items.is_empty(),
        Shape::Scalar(it) => {
            it.dynamic.is_none()
                && (it.text.is_empty()
                    || !it.is_quoted && matches!(it.text.as_str(), "null" | "~" | "None"))
        }
    }
}

fn contains(value: &Value, expected: &Expected, is_raw: bool) -> Result<bool, String> {
    let scalar_is = |scalar: &Scalar| match &scalar.dynamic {
        Some(why) if !is_raw => Err(why.clone()),
        _ => Ok(expected.reads(scalar)),
    };
    match &value.shape {
        Shape::Map(entries) => Ok(entries.iter().any(|it| it.key == expected.text())),
        Shape::Scalar(scalar) => scalar_is(scalar),
        Shape::List(items) => {
            let mut unknown = None;
            for scalar in items.iter().filter_map(Value::scalar) {
                match scalar_is(scalar) {
                    Ok(true) => return Ok(true),
                    Ok(false) => {}
                    Err(why) => unknown = Some(why),
                }
            }
            unknown.map_or(Ok(false), Err)
        }
    }
}

fn number(scalar: &Scalar) -> Option<f64> {
    scalar.text.replace('_', "").parse().ok()
}

impl Expected {
    pub(in crate::checks) fn text(&self) -> String {
        match self {
            Expected::Bool(it) => it.to_string(),
            Expected::Number(it) => it.to_string(),
            Expected::Text(it) => it.clone(),
        }
    }

    /// Whether a scalar is this.
    fn is(&self, scalar: &Scalar) -> bool {
        match self {
            Expected::Text(text) => scalar.text == *text,
            _ => !scalar.is_quoted && self.reads(scalar),
        }
    }

    /// Whether a scalar, in quotes or not, reads like this.
    fn reads(&self, scalar: &Scalar) -> bool {
        let lower = || scalar.text.to_ascii_lowercase();
        match self {
            Expected::Bool(true) => matches!(lower().as_str(), "true" | "yes" | "on"),
            Expected::Bool(false) => matches!(lower().as_str(), "false" | "no" | "off"),
            Expected::Number(wanted) => {
                number(scalar).is_some_and(|it| (it - wanted).abs() < f64::EPSILON)
            }
            Expected::Text(text) => scalar.text == *text,
        }
    }
}
