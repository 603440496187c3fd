//! What a value that the program shows is, to a condition.

use codd_flow::{ProbeValue, ProbeWay, ProbeWhat};
use codd_source::Span;

use super::settings::{PathKey, Reading};
use crate::checks::config::condition::{CompiledCondition, Truth};
use crate::document::{Entry, Value};

/// Bytes of a value that a message shows.
const MAX_SHOWN: usize = 60;

/// The values at a path into one.
pub(super) fn at(value: &ProbeValue, path: &[PathKey]) -> Vec<ProbeValue> {
    let mut values = vec![value.clone()];
    for key in path {
        values = values.iter().flat_map(|it| it.at(key.as_deref())).collect();
    }
    values
}

/// Whether a condition holds of what a value is on one way.
fn holds(condition: &CompiledCondition, way: &ProbeWay, read: Reading) -> Truth {
    let Some(what) = reading(&way.what, read) else {
        return Truth::Unknown(unknown(&way.what));
    };
    match &what {
        ProbeWhat::Absent => condition.without_value(),
        ProbeWhat::Unknown | ProbeWhat::Parameter => Truth::Unknown(unknown(&what)),
        ProbeWhat::Name(name) | ProbeWhat::Called(name) => named(condition, name),
        _ => condition.holds(&document(&what), false),
    }
}

/// The same of an argument that is written: it is there, whatever it is.
pub(super) fn holds_where(
    condition: &CompiledCondition,
    way: &ProbeWay,
    read: Reading,
    is_there: bool,
) -> Truth {
    let is_unknown = matches!(way.what, ProbeWhat::Unknown | ProbeWhat::Parameter);
    if is_there && is_unknown && condition.is_about_presence() {
        return condition.holds(&Value::text(Span::default(), "…", false), false);
    }
    holds(condition, way, read)
}

/// Names are compared with names; what another name stands for is not known.
fn named(condition: &CompiledCondition, name: &str) -> Truth {
    let found = condition.holds(&Value::text(Span::default(), name, false), false);
    if condition.is_about_presence() {
        return found;
    }
    let (texts, reads_text) = condition.compared();
    let parent = |it: &str| it.rsplit_once('.').map(|(parent, _)| parent.to_owned());
    let is_telling = reads_text && is_telling(name);
    let is_of_these = texts.iter().any(|it| {
        it == name || it.contains('.') && parent(it).is_some() && parent(it) == parent(name)
    });
    if is_telling || is_of_these { found } else { Truth::Unknown(format!("`{name}` is not known")) }
}

/// `modes.GCM`, `ssl.CERT_NONE`: classes and constants are what they are called.
fn is_telling(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| last.starts_with(char::is_uppercase))
}

fn document(what: &ProbeWhat) -> Value {
    let span = Span::default();
    let scalar = |text: String| Value::text(span, text, false);
    let one = |value: &ProbeValue| match &value.ways[..] {
        // What a name in a list stands for is not known, but for classes and constants.
        [ProbeWay { what: ProbeWhat::Called(name) | ProbeWhat::Name(name), .. }]
            if !is_telling(name) =>
        {
            Value::dynamic(span, name.clone(), format!("`{name}` is not known"))
        }
        [way] => document(&way.what),
        _ => Value::dynamic(span, "", "it may be several values"),
    };
    match what {
        ProbeWhat::Nothing | ProbeWhat::Absent => scalar("None".to_owned()),
        ProbeWhat::Boolean(it) => scalar(it.to_string()),
        ProbeWhat::Integer(it) => scalar(it.to_string()),
        ProbeWhat::Decimal(it) | ProbeWhat::Duration(it) => scalar(it.to_string()),
        ProbeWhat::Text(it) => Value::text(span, it.clone(), true),
        ProbeWhat::Name(it) | ProbeWhat::Called(it) => scalar(it.clone()),
        ProbeWhat::List { items, is_open } => {
            let mut all: Vec<Value> = items.iter().map(one).collect();
            if *is_open {
                all.push(Value::dynamic(span, "", "there may be other items"));
            }
            Value::list(span, all)
        }
        ProbeWhat::Mapping { items, .. } => {
            let entries = items.iter().map(|(key, value)| Entry {
                key: key.clone(),
                key_span: span,
                value: one(value),
            });
            Value::map(span, entries.collect())
        }
        ProbeWhat::Unknown | ProbeWhat::Parameter | ProbeWhat::Later(_) | ProbeWhat::Bytes(_) => {
            Value::dynamic(span, "", unknown(what))
        }
    }
}

/// What is compared of a value; `None` where it has no such thing, or nobody knows.
fn reading(what: &ProbeWhat, read: Reading) -> Option<ProbeWhat> {
    let is_nothing = matches!(what, ProbeWhat::Absent | ProbeWhat::Nothing);
    if read == Reading::Value || is_nothing {
        return Some(what.clone());
    }
    let per_second = if read == Reading::Milliseconds { 1000.0 } else { 1.0 };
    let length = |count: i64| {
        let by = if read == Reading::Bits { 8 } else { 1 };
        count.checked_mul(by).map(ProbeWhat::Integer)
    };
    match (read, what) {
        (Reading::Length | Reading::Bits, ProbeWhat::Text(text)) => {
            length(i64::try_from(text.chars().count()).ok()?)
        }
        (Reading::Length | Reading::Bits, ProbeWhat::Bytes(count)) => length(*count),
        (Reading::Length, ProbeWhat::List { items, is_open: false }) => {
            length(i64::try_from(items.len()).ok()?)
        }
        (Reading::Length | Reading::Bits, _) => None,
        (_, ProbeWhat::Integer(it)) => Some(ProbeWhat::Decimal(*it as f64 / per_second)),
        (_, ProbeWhat::Decimal(it)) => Some(ProbeWhat::Decimal(it / per_second)),
        (_, ProbeWhat::Duration(it) | ProbeWhat::Later(it)) => Some(ProbeWhat::Decimal(*it)),
        (_, ProbeWhat::Text(text)) => span_of_time(text).map(ProbeWhat::Decimal),
        _ => None,
    }
}

/// The seconds of `15m`, `2 days`, `10h`; a number alone is one of milliseconds, as the
/// packages that read such texts have it.
fn span_of_time(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|it: char| !it.is_ascii_digit() && !matches!(it, '.' | '-'));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let number: f64 = number.parse().ok()?;
    let seconds = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "y" | "yr" | "yrs" | "year" | "years" => 31_557_600.0,
        _ => return None,
    };
    Some(number * seconds)
}

fn unknown(what: &ProbeWhat) -> String {
    match what {
        ProbeWhat::Parameter => "nobody in the project gives it".to_owned(),
        ProbeWhat::Name(name) => format!("`{name}` is not known"),
        ProbeWhat::Called(name) => format!("what `{name}` gives is not known"),
        _ => "it is computed or comes from outside".to_owned(),
    }
}

/// The value as a message shows it.
pub(super) fn shown(what: &ProbeWhat) -> String {
    let text = match what {
        ProbeWhat::Absent => return "not given".to_owned(),
        ProbeWhat::Nothing => "None".to_owned(),
        ProbeWhat::Boolean(it) => it.to_string(),
        ProbeWhat::Integer(it) => it.to_string(),
        ProbeWhat::Decimal(it) => it.to_string(),
        ProbeWhat::Text(text) if text.is_empty() => return "an empty text".to_owned(),
        ProbeWhat::Text(text) => text.clone(),
        ProbeWhat::Duration(it) => return format!("{it} seconds"),
        ProbeWhat::Later(it) => return format!("{it} seconds from now"),
        ProbeWhat::Bytes(it) => return format!("{it} bytes"),
        ProbeWhat::Name(it) => it.clone(),
        ProbeWhat::Called(it) => format!("{it}()"),
        ProbeWhat::List { items, .. } if items.is_empty() => return "an empty list".to_owned(),
        ProbeWhat::List { .. } => return "a list".to_owned(),
        ProbeWhat::Mapping { .. } => return "an object".to_owned(),
        ProbeWhat::Unknown | ProbeWhat::Parameter => return "given".to_owned(),
    };
    let mut short: String =
        text.chars().take(MAX_SHOWN).map(|it| if it.is_control() { ' ' } else { it }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read_as_packages_read_them() {
        assert_eq!(span_of_time("15m"), Some(900.0));
        assert_eq!(span_of_time("7 days"), Some(604_800.0));
        assert_eq!(span_of_time("120"), Some(0.12));
        assert_eq!(span_of_time("soon"), None);
        assert_eq!(span_of_time("1.5.2h"), None);
    }

    #[test]
    fn a_long_value_is_cut_and_control_characters_are_no_layout() {
        let text = shown(&ProbeWhat::Text("a\u{1b}[31m".repeat(100)));
        assert!(text.len() < 80 && !text.contains('\u{1b}'), "{text}");
    }
}
