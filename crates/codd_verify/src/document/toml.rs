//! TOML, as its own parser reads it.

use codd_source::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, MAX_DEPTH, Value};

pub(super) fn read(text: &str) -> Result<Value, String> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |it| it.start).min(text.len());
        let line = text.as_bytes()[..at].iter().filter(|it| **it == b'\n').count() + 1;
        format!("its TOML is broken in line {line}: {}", error.message())
    })?;
    let span = Span::new(0, text.len());
    self::table(span, table.get_ref(), text, 0)
}

fn table(span: Span, table: &DeTable<'_>, text: &str, depth: u32) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err("its TOML is nested too deep".to_owned());
    }
    let mut entries = Vec::new();
    for (key, value) in table {
        let key_span = Span::new(key.span().start, key.span().end);
        let value = self::value(value, text, depth + 1)?;
        entries.push(Entry { key: key.get_ref().to_string(), key_span, value });
    }
    Ok(Value::map(span, entries))
}

fn value(value: &Spanned<DeValue<'_>>, text: &str, depth: u32) -> Result<Value, String> {
    let span = Span::new(value.span().start, value.span().end);
    let raw = text.get(value.span()).unwrap_or_default();
    Ok(match value.get_ref() {
        DeValue::String(text) => Value::text(span, text.as_ref(), true),
        DeValue::Array(items) => {
            if depth > MAX_DEPTH {
                return Err("its TOML is nested too deep".to_owned());
            }
            let items: Result<Vec<Value>, String> =
                items.iter().map(|it| self::value(it, text, depth + 1)).collect();
            Value::list(span, items?)
        }
        DeValue::Table(inner) => table(span, inner, text, depth)?,
        // Compared as the number that it is, however it is written.
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            match i128::from_str_radix(&digits, number.radix()) {
                Ok(number) => Value::text(span, number.to_string(), false),
                Err(_) => Value::text(span, raw, false),
            }
        }
        _ => Value::text(span, raw, false),
    })
}
