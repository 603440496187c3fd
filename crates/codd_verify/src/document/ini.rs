//! Files of lines: INI with its sections, Java's properties, `.env`.

use codd_source::Span;

use super::{Entry, MAX_VALUES, Shape, Value, part, template_in};

/// Sections of `key = value`, with lists that continue on indented lines.
pub(super) fn read(text: &str) -> Value {
    let mut top: Vec<Entry> = Vec::new();
    let mut section: Option<usize> = None;
    for (start, line) in lines(text) {
        let said = line.trim();
        if said.is_empty() || said.starts_with(['#', ';']) {
            continue;
        }
        let into = |top: &mut Vec<Entry>| -> Option<Entry> {
            match section {
                Some(at) => match &mut top[at].value.shape {
                    Shape::Map(entries) => entries.pop(),
                    _ => None,
                },
                None => top.pop(),
            }
        };
        let entry = if let Some(name) = said.strip_prefix('[').and_then(|it| it.split(']').next()) {
            let key_span = part(line, name, start);
            let value = Value::map(key_span, Vec::new());
            section = Some(top.len());
            top.push(Entry { key: name.trim().to_owned(), key_span, value });
            continue;
        } else if line.starts_with([' ', '\t'])
            && let Some(mut last) = into(&mut top)
        {
            if let Shape::Scalar(scalar) = &mut last.value.shape {
                scalar.text.push('\n');
                scalar.text.push_str(said);
                last.value.span.end = part(line, said, start).end;
            }
            last
        } else if let Some(at) = said.find(['=', ':']) {
            let (key, value) = (said[..at].trim(), without_comment(said[at + 1..].trim()));
            let value = scalar(part(line, value, start), value);
            Entry { key: key.to_owned(), key_span: part(line, key, start), value }
        } else {
            continue;
        };
        match section {
            Some(at) => {
                if let Shape::Map(entries) = &mut top[at].value.shape {
                    entries.push(entry);
                }
            }
            None => top.push(entry),
        }
    }
    inherit_defaults(&mut top);
    Value::map(Span::new(0, text.len()), top)
}

/// Gives every section what `[DEFAULT]` says, as Python's parser of such files does.
fn inherit_defaults(top: &mut [Entry]) {
    let defaults = top.iter().filter(|it| it.key == "DEFAULT");
    let defaults: Vec<Entry> = defaults.flat_map(|it| it.value.entries()).cloned().collect();
    if defaults.len().saturating_mul(top.len()) > MAX_VALUES as usize {
        return;
    }
    for section in top.iter_mut().filter(|it| it.key != "DEFAULT") {
        if let Shape::Map(entries) = &mut section.value.shape {
            let missing = |it: &&Entry| !entries.iter().any(|own| own.key == it.key);
            let inherited: Vec<Entry> = defaults.iter().filter(missing).cloned().collect();
            entries.extend(inherited);
        }
    }
}

/// Java's properties: `key=value`, `key: value`, `key value`, continued behind a backslash.
pub(super) fn read_properties(text: &str) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    let mut is_continued = false;
    let unescaped = |entry: &mut Entry| {
        entry.key = without_escapes(&entry.key);
        if let Shape::Scalar(scalar) = &mut entry.value.shape {
            scalar.text = without_escapes(&scalar.text);
        }
    };
    for (start, line) in lines(text) {
        let said = line.trim();
        if is_continued {
            is_continued = ends_open(said);
            if let Some(last) = entries.last_mut()
                && let Shape::Scalar(scalar) = &mut last.value.shape
            {
                scalar
                    .text
                    .push_str(said.strip_suffix('\\').filter(|_| is_continued).unwrap_or(said));
                last.value.span.end = part(line, said, start).end;
                scalar.dynamic = template_in(&scalar.text);
            }
            continue;
        }
        if said.is_empty() || said.starts_with(['#', '!']) {
            continue;
        }
        is_continued = ends_open(said);
        let body = said.strip_suffix('\\').filter(|_| is_continued).unwrap_or(said);
        let mut is_escaped = false;
        let end = body.char_indices().find(|(_, it)| {
            let ends = !is_escaped && matches!(it, '=' | ':' | ' ' | '\t');
            is_escaped = *it == '\\' && !is_escaped;
            ends
        });
        let end = end.map_or(body.len(), |it| it.0);
        let key = &body[..end];
        let value = body[end..].trim_start();
        let value = value.strip_prefix(['=', ':']).unwrap_or(value).trim_start();
        let value_span = part(line, value, start);
        let mut value = Value::text(value_span, value, false);
        if let Shape::Scalar(scalar) = &mut value.shape {
            scalar.dynamic = template_in(&scalar.text);
        }
        let key_span = part(line, key, start);
        entries.push(Entry { key: key.to_owned(), key_span, value });
    }
    entries.iter_mut().for_each(unescaped);
    Value::map(Span::new(0, text.len()), entries)
}

/// `\u0041`, `\t` and escaped marks of properties as what they stand for.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let coded = || {
            let code = u32::from_str_radix(escape.strip_prefix('u')?.get(..4)?, 16).ok()?;
            char::from_u32(code)
        };
        if let Some(char) = coded() {
            out.push(char);
            rest = &escape[5..];
            continue;
        }
        let mut chars = escape.chars();
        match chars.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some(plain) => out.push(plain),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn ends_open(line: &str) -> bool {
    let slashes = line.len() - line.trim_end_matches('\\').len();
    slashes % 2 == 1
}

/// `NAME=value` lines, as shells and their imitators read them.
pub(super) fn read_env(text: &str) -> Value {
    let mut entries = Vec::new();
    for (start, line) in lines(text) {
        let said = line.trim();
        if said.starts_with('#') {
            continue;
        }
        let setting = said.strip_prefix("export ").map_or(said, str::trim_start);
        let Some((key, value)) = setting.split_once('=') else { continue };
        let (key, value) = (key.trim(), without_comment(value.trim()));
        let mut read = scalar(part(line, value, start), value);
        if let Shape::Scalar(scalar) = &mut read.shape
            && !value.starts_with('\'')
            && has_variable(&scalar.text)
        {
            scalar.dynamic = Some("it holds a variable".to_owned());
        }
        entries.push(Entry { key: key.to_owned(), key_span: part(line, key, start), value: read });
    }
    Value::map(Span::new(0, text.len()), entries)
}

/// `$NAME`, `${NAME}`.
fn has_variable(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let next = text[at + 1..].chars().next();
        next.is_some_and(|it| it.is_ascii_alphabetic() || matches!(it, '_' | '{' | '('))
    })
}

/// A value behind which no comment stands: one begins behind white space, or after a quote.
fn without_comment(value: &str) -> &str {
    if let Some(quote) = value.chars().next().filter(|it| matches!(it, '"' | '\'')) {
        let mut is_escaped = false;
        let end = value[1..].char_indices().find(|(_, it)| {
            let ends = *it == quote && !is_escaped;
            is_escaped = *it == '\\' && !is_escaped && quote == '"';
            ends
        });
        return end.map_or(value, |(at, _)| &value[..at + 2]);
    }
    let comment = value
        .match_indices(['#', ';'])
        .find(|(at, _)| *at == 0 || value[..*at].ends_with([' ', '\t']));
    comment.map_or(value, |(at, _)| value[..at].trim_end())
}

/// A value without the quotes around it.
fn scalar(span: Span, text: &str) -> Value {
    let quoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let mut value = match (quoted('"'), quoted('\'')) {
        (Some(inner), _) => {
            Value::text(span, inner.replace("\\n", "\n").replace("\\\"", "\""), true)
        }
        (None, Some(inner)) => Value::text(span, inner, true),
        _ => Value::text(span, text, false),
    };
    if let Shape::Scalar(scalar) = &mut value.shape {
        scalar.dynamic = template_in(&scalar.text);
    }
    value
}

/// The lines with where each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}
