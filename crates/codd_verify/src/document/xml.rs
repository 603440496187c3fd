//! XML, as build files use it: elements, attributes as `@name`, text as `#text`.

use codd_source::Span;

use super::{Entry, MAX_DEPTH, MAX_VALUES, Shape, Value};

pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut at = 0;
    let mut open: Vec<(Entry, String)> = Vec::new();
    let mut roots: Vec<Entry> = Vec::new();
    let mut left = MAX_VALUES;
    let broken = |at: usize| {
        let line = text.as_bytes()[..at.min(text.len())].iter().filter(|it| **it == b'\n').count();
        format!("its XML is broken in line {}", line + 1)
    };
    while at < text.len() {
        let rest = &text[at..];
        let skipped = |opening: &str, closing: &str| -> Option<Result<usize, String>> {
            let inner = rest.strip_prefix(opening)?;
            let end = inner.find(closing).ok_or_else(|| broken(at));
            Some(end.map(|end| opening.len() + end + closing.len()))
        };
        if let Some(inner) = rest.strip_prefix("<![CDATA[") {
            let end = inner.find("]]>").ok_or_else(|| broken(at))?;
            if let Some((_, content)) = open.last_mut() {
                content.push_str(&inner[..end]);
            }
            at += "<![CDATA[".len() + end + "]]>".len();
        } else if let Some(end) = skipped("<!--", "-->").or_else(|| skipped("<?", "?>")) {
            at += end?;
        } else if rest.starts_with("<!") {
            // A document type; entities of its own are not followed, and what has one is not known.
            at += declaration_end(rest).ok_or_else(|| broken(at))?;
        } else if let Some(inner) = rest.strip_prefix("</") {
            let end = inner.find('>').ok_or_else(|| broken(at))?;
            let Some((mut entry, content)) = open.pop() else { return Err(broken(at)) };
            if entry.key != local_name(inner[..end].trim()) {
                return Err(broken(at));
            }
            let closed = at + 2 + end + 1;
            finish(&mut entry, &content, closed);
            add(&mut open, &mut roots, entry);
            at = closed;
        } else if rest.starts_with('<') {
            let end = tag_end(rest).ok_or_else(|| broken(at))?;
            let is_empty = rest[..end].ends_with('/');
            let head = rest[1..end].trim_end_matches('/');
            let name = head.split(char::is_whitespace).next().unwrap_or_default();
            if name.is_empty() || open.len() as u32 >= MAX_DEPTH {
                return Err(broken(at));
            }
            left = left.checked_sub(1).ok_or("its XML is too large to be read as data")?;
            let key_span = Span::new(at + 1, at + 1 + name.len());
            let entries = attributes(&head[name.len()..], at + 1 + name.len());
            let value = Value::map(Span::new(at, at + end + 1), entries);
            let entry = Entry { key: local_name(name).to_owned(), key_span, value };
            if is_empty {
                add(&mut open, &mut roots, entry);
            } else {
                open.push((entry, String::new()));
            }
            at += end + 1;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            if let Some((_, content)) = open.last_mut() {
                content.push_str(&unescaped(&rest[..end]));
            }
            at += end;
        }
    }
    if !open.is_empty() {
        return Err(broken(text.len()));
    }
    Ok(Value::map(Span::new(0, text.len()), roots))
}

/// The text of an element.
pub(crate) fn finish(entry: &mut Entry, content: &str, closed: usize) {
    entry.value.span.end = closed as u32;
    let content = content.trim();
    if let Shape::Map(entries) = &mut entry.value.shape
        && !content.is_empty()
    {
        let span = Span::new(entry.value.span.start as usize, closed);
        let value = content_value(span, content);
        entries.push(Entry { key: "#text".to_owned(), key_span: span, value });
    }
}

fn add(open: &mut [(Entry, String)], roots: &mut Vec<Entry>, entry: Entry) {
    match open.last_mut() {
        Some((outer, _)) => {
            if let Shape::Map(entries) = &mut outer.value.shape {
                entries.push(entry);
            }
        }
        None => roots.push(entry),
    }
}

/// Without its namespace.
fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The place of the `>` that ends a tag; one in quotes does not.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.bytes().position(|it| {
        match quote {
            Some(open) if it == open => quote = None,
            None if matches!(it, b'"' | b'\'') => quote = Some(it),
            _ => {}
        }
        quote.is_none() && it == b'>'
    })
}

fn attributes(head: &str, base: usize) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(equals) = head[at..].find('=') {
        let name = head[at..at + equals].trim();
        let behind = &head[at + equals + 1..];
        let start = at + equals + 1 + (behind.len() - behind.trim_start().len());
        let Some(quote) = head[start..].chars().next().filter(|it| matches!(it, '"' | '\'')) else {
            break;
        };
        let Some(length) = head[start + 1..].find(quote) else { break };
        let end = start + 1 + length;
        let value_span = Span::new(base + start + 1, base + end);
        let value = content_value(value_span, &unescaped(&head[start + 1..end]));
        let key = format!("@{}", local_name(name));
        found.push(Entry { key, key_span: value_span, value });
        at = end + 1;
    }
    found
}

/// The end of a document type, with the declarations in its brackets.
fn declaration_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0_u32;
    let end = text.bytes().position(|it| {
        match quote {
            Some(open) if it == open => quote = None,
            Some(_) => {}
            None => match it {
                b'"' | b'\'' => quote = Some(it),
                b'<' => depth += 1,
                b'>' => depth = depth.saturating_sub(1),
                _ => {}
            },
        }
        quote.is_none() && it == b'>' && depth == 0
    });
    end.map(|end| end + 1)
}

/// Marks an entity that is not known: no character of XML.
const UNKNOWN: char = '\u{1}';

/// A text; one with an entity of the document's own is not known.
fn content_value(span: Span, text: &str) -> Value {
    if text.contains(UNKNOWN) {
        return Value::dynamic(span, text.replace(UNKNOWN, "&"), "it holds an entity");
    }
    Value::text(span, text, true)
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let name = rest[at + 1..].split_once(';').map(|it| it.0);
        let coded = |name: &str| {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        };
        let read = name.and_then(|name| match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "amp" => Some('&'),
            _ => coded(name),
        });
        match (read, name) {
            (Some(read), Some(name)) => {
                out.push(read);
                rest = &rest[at + name.len() + 2..];
            }
            (_, name) => {
                let is_entity = name.is_some_and(|it| {
                    !it.is_empty()
                        && it.chars().all(|it| it.is_alphanumeric() || "._-:".contains(it))
                });
                out.push(if is_entity { UNKNOWN } else { '&' });
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}
