//! HCL as Terraform and OpenTofu write it: a block is found under its type and its labels.

use tree_sitter::Node;

use super::{Entry, MAX_DEPTH, Shape, Value, named_children, span_of, syntax_error, text_of};

pub(super) fn read(root: Node<'_>, text: &str) -> Result<Value, String> {
    if let Some(error) = syntax_error(root) {
        return Err(error);
    }
    let body = named_children(root).into_iter().find(|it| it.kind() == "body");
    Ok(match body {
        Some(body) => self::body(body, text, 0),
        None => Value::map(span_of(root), Vec::new()),
    })
}

fn body(node: Node<'_>, text: &str, depth: u32) -> Value {
    let span = span_of(node);
    if depth > MAX_DEPTH {
        return Value::dynamic(span, "", "it is nested too deep");
    }
    let mut entries = Vec::new();
    for part in named_children(node) {
        match part.kind() {
            "attribute" => {
                let parts = named_children(part);
                if let [name, value, ..] = parts.as_slice() {
                    let value = expression(*value, text, depth + 1);
                    let key = text_of(*name, text).to_owned();
                    entries.push(Entry { key, key_span: span_of(*name), value });
                }
            }
            "block" => entries.extend(block(part, text, depth)),
            _ => {}
        }
    }
    Value::map(span, entries)
}

/// `resource "a" "b" { … }` as `resource: {a: {b: …}}`, so that a path leads to it.
fn block(node: Node<'_>, text: &str, depth: u32) -> Option<Entry> {
    let parts = named_children(node);
    let labels: Vec<Node<'_>> = parts
        .iter()
        .copied()
        .filter(|it| matches!(it.kind(), "identifier" | "string_lit"))
        .collect();
    let inner = parts.iter().find(|it| it.kind() == "body");
    let mut value = match inner {
        Some(inner) => body(*inner, text, depth + 1 + labels.len() as u32),
        None => Value::map(span_of(node), Vec::new()),
    };
    let (kind, names) = labels.split_first()?;
    for name in names.iter().rev() {
        let key = text_of(*name, text).trim_matches('"').to_owned();
        value = Value::map(span_of(node), vec![Entry { key, key_span: span_of(*name), value }]);
    }
    // The block itself is what a finding points to, by the start of its last label.
    if let Shape::Map(_) = value.shape {
        value.span = span_of(node);
    }
    Some(Entry { key: text_of(*kind, text).to_owned(), key_span: span_of(*kind), value })
}

fn expression(node: Node<'_>, text: &str, depth: u32) -> Value {
    let mut node = node;
    let whole = span_of(node);
    let raw = text_of(node, text);
    // Wrappers around one part say nothing themselves.
    let mut steps = 0;
    while matches!(
        node.kind(),
        "expression" | "literal_value" | "collection_value" | "template_expr"
    ) {
        let children = named_children(node);
        match children.as_slice() {
            [only] if steps < MAX_DEPTH => node = *only,
            _ => break,
        }
        steps += 1;
    }
    if depth > MAX_DEPTH {
        return Value::dynamic(whole, raw, "it is nested too deep");
    }
    match node.kind() {
        "string_lit" => Value::text(whole, unescaped(raw), true),
        "quoted_template" | "heredoc_template" => {
            if raw.contains("${") || raw.contains("%{") {
                Value::dynamic(whole, raw.trim_matches('"'), "it holds a template")
            } else {
                Value::text(whole, unescaped(raw), true)
            }
        }
        "numeric_lit" | "bool_lit" | "null_lit" => Value::text(whole, raw, false),
        "tuple" => {
            let items = named_children(node)
                .into_iter()
                .filter(|it| it.kind() == "expression")
                .map(|it| expression(it, text, depth + 1))
                .collect();
            Value::list(whole, items)
        }
        "object" => {
            let mut entries = Vec::new();
            for element in named_children(node).into_iter().filter(|it| it.kind() == "object_elem")
            {
                let (Some(key), Some(value)) =
                    (element.child_by_field_name("key"), element.child_by_field_name("val"))
                else {
                    continue;
                };
                let name = text_of(key, text).trim_matches('"').to_owned();
                let value = expression(value, text, depth + 1);
                entries.push(Entry { key: name, key_span: span_of(key), value });
            }
            Value::map(whole, entries)
        }
        _ => Value::dynamic(whole, raw, format!("`{}` is no constant", first_line(raw))),
    }
}

fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.char_indices().nth(60).map_or(line, |(at, _)| &line[..at])
}

fn unescaped(raw: &str) -> String {
    let inner = raw.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(raw);
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let coded = |digits: usize| -> Option<(char, usize)> {
            let code = u32::from_str_radix(escape.get(1..=digits)?, 16).ok()?;
            Some((char::from_u32(code)?, 1 + digits))
        };
        let read = match escape.chars().next() {
            Some('n') => Some(('\n', 1)),
            Some('r') => Some(('\r', 1)),
            Some('t') => Some(('\t', 1)),
            Some(plain @ ('"' | '\\')) => Some((plain, 1)),
            Some('u') => coded(4),
            Some('U') => coded(8),
            _ => None,
        };
        let (char, length) = read.unwrap_or(('\\', 0));
        text.push(char);
        rest = &escape[length..];
    }
    text.push_str(rest);
    text
}
