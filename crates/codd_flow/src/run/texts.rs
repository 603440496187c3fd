//! Constants that are computed from constants.

use std::ops::Range;

use codd_facts::FlowOperator;

use super::folding::length_of;
use crate::value::{Constant, Value};

/// Bytes of a text that is computed.
pub(super) const MAX_TEXT: usize = 4096;

/// A place that may be counted from the end.
fn from_end(count: usize, at: i64) -> i64 {
    if at < 0 { i64::try_from(count).unwrap_or(i64::MAX) + at } else { at }
}

/// A character of a text.
pub(super) fn item(text: &str, at: i64) -> Option<String> {
    let at = from_end(text.chars().count(), at);
    text.chars().nth(usize::try_from(at).ok()?).map(String::from)
}

/// Which of so many items a slice takes.
pub(super) fn range(count: usize, from: Option<i64>, to: Option<i64>) -> Range<usize> {
    let place = |at: i64| usize::try_from(from_end(count, at)).unwrap_or(0).min(count);
    let start = from.map_or(0, place);
    let end = to.map_or(count, place);
    start..end.max(start)
}

pub(super) fn slice(text: &str, from: Option<i64>, to: Option<i64>) -> String {
    let all: Vec<char> = text.chars().collect();
    all[range(all.len(), from, to)].iter().collect()
}

/// The quote that is open behind a piece of a command, which `open` was before it.
pub(super) fn open_quote(text: &str, open: Option<char>) -> Option<char> {
    let mut open = open;
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match (open, next) {
            (None | Some('"'), '\\') => {
                rest.next();
            }
            (None, '\'' | '"') => open = Some(next),
            (Some(quote), next) if quote == next => open = None,
            _ => {}
        }
    }
    open
}

/// Whether a text that others are put into, at such marks, has one within quotes.
pub(super) fn has_quoted_place(text: &str, mark: char) -> bool {
    let mut open = None;
    let mut pieces = text.split(mark);
    open = open_quote(pieces.next().unwrap_or_default(), open);
    for piece in pieces {
        if open.is_some() {
            return true;
        }
        open = open_quote(piece, open);
    }
    false
}

/// The sum of constants: a text, or a number where all are.
pub(super) fn sum(values: &[Value], is_text: bool) -> Option<Constant> {
    let mut constants = values.iter().map(|it| it.constant.as_ref());
    if !is_text && constants.clone().all(|it| matches!(it, Some(Constant::Integer(_)))) {
        return constants
            .try_fold(0_i64, |sum, it| match it {
                Some(Constant::Integer(number)) => sum.checked_add(*number),
                _ => None,
            })
            .map(Constant::Integer);
    }
    let mut text = String::new();
    for constant in constants {
        text.push_str(&constant?.shown()?);
        if text.len() > MAX_TEXT {
            return None;
        }
    }
    Some(Constant::Text(text.into()))
}

pub(super) fn operation(operator: FlowOperator, a: &Constant, b: &Constant) -> Option<Constant> {
    let truth = |it: bool| Some(Constant::Boolean(it));
    match (operator, a, b) {
        (FlowOperator::Equal, a, b) => truth(a == b),
        (FlowOperator::NotEqual, a, b) => truth(a != b),
        (FlowOperator::In, Constant::Text(a), Constant::Text(b)) => truth(b.contains(&**a)),
        (FlowOperator::NotIn, Constant::Text(a), Constant::Text(b)) => truth(!b.contains(&**a)),
        (operator, Constant::Integer(a), Constant::Integer(b)) => match operator {
            FlowOperator::Subtract => a.checked_sub(*b).map(Constant::Integer),
            FlowOperator::Multiply => a.checked_mul(*b).map(Constant::Integer),
            FlowOperator::Divide if *b != 0 && a % b == 0 => {
                a.checked_div(*b).map(Constant::Integer)
            }
            FlowOperator::Modulo if *b != 0 => a.checked_rem_euclid(*b).map(Constant::Integer),
            FlowOperator::Less => truth(a < b),
            FlowOperator::LessOrEqual => truth(a <= b),
            FlowOperator::Greater => truth(a > b),
            FlowOperator::GreaterOrEqual => truth(a >= b),
            _ => None,
        },
        _ => None,
    }
}

/// What a method of a constant text gives.
pub(super) fn method(text: &str, name: &str, arguments: &[Option<Constant>]) -> Option<Constant> {
    let argument = |at: usize| arguments.get(at)?.as_ref()?.as_text();
    let as_text = |text: String| Some(Constant::Text(text.into()));
    match (name, arguments.len()) {
        ("lower" | "toLowerCase" | "casefold", 0) => as_text(text.to_lowercase()),
        ("upper" | "toUpperCase", 0) => as_text(text.to_uppercase()),
        ("strip" | "trim", 0) => as_text(text.trim().to_owned()),
        ("startswith" | "startsWith", 1) => Some(Constant::Boolean(text.starts_with(argument(0)?))),
        ("endswith" | "endsWith", 1) => Some(Constant::Boolean(text.ends_with(argument(0)?))),
        ("toString" | "intern" | "getBytes" | "toCharArray" | "valueOf", 0) => {
            as_text(text.to_owned())
        }
        ("length", 0) => Some(Constant::Integer(length_of(text))),
        ("isEmpty" | "isBlank", 0) => Some(Constant::Boolean(text.trim().is_empty())),
        ("equals" | "equalsIgnoreCase" | "contentEquals", 1) => {
            let other = argument(0)?;
            Some(Constant::Boolean(if name == "equalsIgnoreCase" {
                text.eq_ignore_ascii_case(other)
            } else {
                text == other
            }))
        }
        ("concat", 1) if text.len() <= MAX_TEXT => as_text(format!("{text}{}", argument(0)?)),
        ("contains" | "includes", 1) => Some(Constant::Boolean(text.contains(argument(0)?))),
        ("indexOf", 1) => {
            let found = text.find(argument(0)?).map(|at| length_of(&text[..at]));
            Some(Constant::Integer(found.unwrap_or(-1)))
        }
        ("substring", 1 | 2) => {
            let place = |at: usize| match arguments.get(at)?.as_ref()? {
                Constant::Integer(it) if *it >= 0 => Some(*it),
                _ => None,
            };
            let to = if arguments.len() == 2 { Some(place(1)?) } else { None };
            as_text(slice(text, Some(place(0)?), to))
        }
        ("charAt", 1) => match arguments.first()?.as_ref()? {
            Constant::Integer(at) if *at >= 0 => as_text(item(text, *at)?),
            _ => None,
        },
        ("replace" | "replaceAll", 2) if name != "replace" || !argument(0)?.is_empty() => {
            let (from, to) = (argument(0)?, argument(1)?);
            let replaced = text.replace(from, to);
            (replaced.len() <= MAX_TEXT).then_some(Constant::Text(replaced.into()))
        }
        _ => None,
    }
}

/// `https://example.com/`: whatever follows, the host is that.
pub(super) fn leads_to_one_host(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.find('/').is_some_and(|at| at > 0))
}

/// `/users/` and `users/`: whatever follows, it is a path on the same host.
pub(super) fn is_path(text: &str) -> bool {
    let inner = text.strip_prefix("~/").or_else(|| text.strip_prefix('/')).unwrap_or(text);
    let is_begun = inner.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_');
    let own = inner.split(['/', '?', '#']).next().unwrap_or(inner);
    let has_more = own.len() < inner.len() || inner.len() < text.len();
    is_begun && has_more && !own.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_begins_with_its_whole_host() {
        assert!(leads_to_one_host("https://a.example/"));
        assert!(!leads_to_one_host("https://a.example"));
        assert!(!leads_to_one_host("https:///"));
        assert!(!leads_to_one_host("/a"));
    }

    #[test]
    fn a_path_leads_to_no_host() {
        for path in ["/users/", "/users", "users/", "~/a", "a?b=", "/a?b="] {
            assert!(is_path(path), "{path}");
        }
        for other in ["/", "//", "", "http", "http:", "https://", "/\\a", "users", "javascript:a/"]
        {
            assert!(!is_path(other), "{other}");
        }
    }

    #[test]
    fn quotes_are_those_of_a_shell() {
        assert_eq!(open_quote("sh -c '", None), Some('\''));
        assert_eq!(open_quote("a 'b\"' ", None), None);
        assert_eq!(open_quote("\"a\\\" '", None), Some('"'));
        assert!(has_quoted_place("sh -c '%s'", '%'));
        assert!(!has_quoted_place("echo 'a' %s", '%'));
    }

    #[test]
    fn slices_are_those_of_python() {
        assert_eq!(slice("abcdef", Some(1), Some(-1)), "bcde");
        assert_eq!(slice("abc", None, Some(10)), "abc");
        assert_eq!(slice("abc", Some(5), None), "");
        assert_eq!(item("abc", -1).as_deref(), Some("c"));
        assert_eq!(item("abc", 3), None);
    }
}
