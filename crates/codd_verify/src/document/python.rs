//! The names that a module of Python sets, for settings that are written as code.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::{Entry, MAX_DEPTH, Value, named_children, span_of, text_of};

/// Assignments of the module itself; what a condition decides is not known.
pub(super) fn read(root: Node<'_>, text: &str) -> Value {
    let mut entries = Vec::new();
    // What stands in a condition, a loop or a block with handlers may or may not run.
    let mut open: Vec<(Node<'_>, u32)> = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        for child in named_children(node) {
            match child.kind() {
                "expression_statement" => {
                    for it in
                        named_children(child).into_iter().filter(|it| it.kind() == "assignment")
                    {
                        entries.extend(assignment(it, text, depth > 0));
                    }
                }
                "function_definition" | "class_definition" | "decorated_definition" => {}
                kind if depth < MAX_DEPTH && is_around(kind) => open.push((child, depth + 1)),
                _ => {}
            }
        }
    }
    entries.sort_by_key(|(entry, _)| entry.key_span);
    // What is set again for certain is no longer what it was.
    let mut is_set_later: BTreeSet<&str> = BTreeSet::new();
    let mut kept: Vec<bool> = Vec::new();
    for (entry, is_certain) in entries.iter().rev() {
        kept.push(!is_set_later.contains(entry.key.as_str()));
        if *is_certain {
            is_set_later.insert(&entry.key);
        }
    }
    kept.reverse();
    let entries = entries.into_iter().zip(kept).filter(|it| it.1).map(|it| it.0.0);
    Value::map(span_of(root), entries.collect())
}

/// Whether a statement, or a part of one, holds others that may not run.
fn is_around(kind: &str) -> bool {
    kind.ends_with("_statement") || kind.ends_with("_clause") || kind == "block"
}

/// An assignment, and whether it replaces what the name was before.
fn assignment(node: Node<'_>, text: &str, is_conditional: bool) -> Option<(Entry, bool)> {
    let left = node.child_by_field_name("left")?;
    let right = node.child_by_field_name("right")?;
    let (name, is_part) = match left.kind() {
        "identifier" => (left, false),
        // A part of what a name holds: the name itself is no longer what was written.
        "subscript" | "attribute" => (first_name(left)?, true),
        _ => return None,
    };
    let key = text_of(name, text).to_owned();
    let mut value = expression(right, text, 0);
    if is_part || is_conditional {
        let why = if is_part { "a part of it is set later" } else { "a condition decides" };
        value = Value::dynamic(value.span, text_of(right, text), why);
    }
    let is_certain = !is_part && !is_conditional;
    Some((Entry { key, key_span: span_of(name), value }, is_certain))
}

fn first_name(node: Node<'_>) -> Option<Node<'_>> {
    let mut node = node;
    while node.kind() != "identifier" {
        node = node.named_child(0)?;
    }
    Some(node)
}

fn expression(node: Node<'_>, text: &str, depth: u32) -> Value {
    let span = span_of(node);
    let raw = text_of(node, text);
    if depth > MAX_DEPTH {
        return Value::dynamic(span, raw, "it is nested too deep");
    }
    match node.kind() {
        "true" | "false" | "none" | "integer" | "float" => Value::text(span, raw, false),
        "unary_operator" if raw.strip_prefix('-').is_some_and(|it| it.parse::<f64>().is_ok()) => {
            Value::text(span, raw, false)
        }
        "string" => match string(node, text) {
            Some(text) => Value::text(span, text, true),
            None => Value::dynamic(span, raw, "its text is made when it runs"),
        },
        "concatenated_string" => {
            let parts: Option<String> =
                named_children(node).into_iter().map(|it| string(it, text)).collect();
            match parts {
                Some(text) => Value::text(span, text, true),
                None => Value::dynamic(span, raw, "its text is made when it runs"),
            }
        }
        "parenthesized_expression" if node.named_child_count() == 1 => match node.named_child(0) {
            Some(inner) => expression(inner, text, depth + 1),
            None => Value::dynamic(span, raw, "it is no constant"),
        },
        "list" | "tuple" | "set" => {
            let items = named_children(node).into_iter().filter(|it| it.kind() != "comment");
            Value::list(span, items.map(|it| expression(it, text, depth + 1)).collect())
        }
        "dictionary" => {
            let mut entries = Vec::new();
            for pair in named_children(node) {
                if let (Some(key), Some(value)) =
                    (pair.child_by_field_name("key"), pair.child_by_field_name("value"))
                {
                    let name = string(key, text).unwrap_or_else(|| text_of(key, text).to_owned());
                    let value = expression(value, text, depth + 1);
                    entries.push(Entry { key: name, key_span: span_of(key), value });
                }
            }
            Value::map(span, entries)
        }
        _ => Value::dynamic(span, raw, "it is no constant"),
    }
}

/// The content of a literal without interpolation.
fn string(node: Node<'_>, text: &str) -> Option<String> {
    if node.kind() != "string" {
        return None;
    }
    let mut out = String::new();
    for part in named_children(node) {
        match part.kind() {
            "string_content" => out.push_str(text_of(part, text)),
            "interpolation" => return None,
            _ => {}
        }
    }
    Some(out)
}
