//! The names that a module of Python sets, for settings that are written as code.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::{ANY_OTHER, Entry, MAX_DEPTH, Shape, Value, named_children, span_of, text_of};

/// Assignments of the module itself; what a condition decides is not known.
pub(super) fn read(root: Node<'_>, text: &str) -> Value {
    let mut entries = Vec::new();
    // What stands in a condition, a loop or a block with handlers may or may not run.
    let mut open: Vec<(Node<'_>, u32)> = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        for child in named_children(node) {
            match child.kind() {
                "expression_statement" => {
                    for it in named_children(child) {
                        set_by(it, text, depth > 0, &mut entries);
                    }
                }
                "import_from_statement" => imported(child, text, depth > 0, &mut entries),
                "function_definition" | "class_definition" | "decorated_definition" => {}
                kind if depth < MAX_DEPTH && is_around(kind) => open.push((child, depth + 1)),
                _ => {}
            }
        }
    }
    entries.sort_by_key(|(entry, _)| entry.key_span);
    let mut entries = unsettled(entries);
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
    let mut kept = kept.into_iter();
    entries.retain(|_| kept.next().unwrap_or_default());
    Value::map(span_of(root), entries.into_iter().map(|it| it.0).collect())
}

/// What a module may set beside what its own assignments say, as one more value of each name.
///
/// A star import, `globals()` and `exec` can set any name, those above them for another time.
fn unsettled(entries: Vec<(Entry, bool)>) -> Vec<(Entry, bool)> {
    let mut settled: Vec<(Entry, bool)> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (entry, is_certain) in entries {
        if entry.key == ANY_OTHER {
            for name in &names {
                settled.push((Entry { key: name.clone(), ..entry.clone() }, false));
            }
        } else {
            names.insert(entry.key.clone());
        }
        settled.push((entry, is_certain));
    }
    settled
}

/// Adds the names that an expression statement sets.
fn set_by(node: Node<'_>, text: &str, is_conditional: bool, entries: &mut Vec<(Entry, bool)>) {
    match node.kind() {
        "assignment" => {
            // `a = b = 1` is an assignment whose value is one.
            let mut targets = Vec::new();
            let mut value = Some(node);
            while let Some(it) = value.filter(|it| it.kind() == "assignment") {
                targets.extend(it.child_by_field_name("left"));
                value = it.child_by_field_name("right");
            }
            if let Some(value) = value {
                for target in targets {
                    assignment(target, value, text, is_conditional, entries);
                }
            }
        }
        "augmented_assignment" => {
            let (left, right) =
                (node.child_by_field_name("left"), node.child_by_field_name("right"));
            let (Some(left), Some(right)) = (left, right) else { return };
            let added = expression(right, text, 0);
            let known = entries.iter_mut().rev().find(|(it, _)| it.key == text_of(left, text));
            // A list to which items are added for certain has them.
            if let (Shape::List(items), false, Some((entry, true))) =
                (&added.shape, is_conditional, known)
                && let Shape::List(own) = &mut entry.value.shape
            {
                own.extend(items.iter().cloned());
                return;
            }
            if let Some(name) = first_name(left) {
                let value =
                    Value::dynamic(added.span, text_of(right, text), "a part of it is set later");
                let key = text_of(name, text).to_owned();
                entries.push((Entry { key, key_span: span_of(name), value }, false));
            }
        }
        "named_expression" | "parenthesized_expression" => {
            let named =
                if node.kind() == "named_expression" { Some(node) } else { node.named_child(0) };
            let named = named.filter(|it| it.kind() == "named_expression");
            let parts = named.and_then(|it| {
                Some((it.child_by_field_name("name")?, it.child_by_field_name("value")?))
            });
            if let Some((name, value)) = parts {
                assignment(name, value, text, is_conditional, entries);
            }
        }
        "call"
            if node.child_by_field_name("function").is_some_and(|it| is_about_names(it, text)) =>
        {
            entries.push(any_other(node, text));
        }
        _ => {}
    }
}

/// Whether a function can set names of the module by their texts.
fn is_about_names(function: Node<'_>, text: &str) -> bool {
    let name = text_of(function, text);
    matches!(name, "exec" | "globals().update" | "vars().update" | "locals().update")
}

fn any_other(node: Node<'_>, text: &str) -> (Entry, bool) {
    let span = span_of(node);
    let value = Value::dynamic(span, text_of(node, text), "another module or a text may set it");
    (Entry { key: ANY_OTHER.to_owned(), key_span: span, value }, false)
}

/// Adds the names that `from … import …` sets.
fn imported(node: Node<'_>, text: &str, is_conditional: bool, entries: &mut Vec<(Entry, bool)>) {
    let mut cursor = node.walk();
    if node.named_children(&mut cursor).any(|it| it.kind() == "wildcard_import") {
        entries.push(any_other(node, text));
        return;
    }
    for it in node.children_by_field_name("name", &mut cursor) {
        let name = it.child_by_field_name("alias").unwrap_or(it);
        let value = Value::dynamic(span_of(it), text_of(it, text), "another module sets it");
        let key = text_of(name, text).to_owned();
        entries.push((Entry { key, key_span: span_of(name), value }, !is_conditional));
    }
}

/// Whether a statement, or a part of one, holds others that may not run.
fn is_around(kind: &str) -> bool {
    kind.ends_with("_statement") || kind.ends_with("_clause") || kind == "block"
}

/// Adds what an assignment to one target sets, and whether it replaces what the name was.
fn assignment(
    left: Node<'_>,
    right: Node<'_>,
    text: &str,
    is_conditional: bool,
    entries: &mut Vec<(Entry, bool)>,
) {
    // Targets in targets, with the values that stand in the same places, if they do.
    let mut open = vec![(left, Some(right), 0)];
    while let Some((target, value, depth)) = open.pop() {
        let (name, is_part) = match target.kind() {
            "identifier" => (Some(target), false),
            // A part of what a name holds: the name itself is no longer what was written.
            "subscript" | "attribute" if text_of(target, text).starts_with("globals()") => {
                entries.push(any_other(target, text));
                continue;
            }
            "subscript" | "attribute" => (first_name(target), true),
            "pattern_list" | "tuple_pattern" | "list_pattern" if depth < MAX_DEPTH => {
                let targets = named_children(target);
                let values = value
                    .filter(|it| matches!(it.kind(), "expression_list" | "tuple" | "list"))
                    .map(named_children)
                    .filter(|it| it.len() == targets.len())
                    .filter(|_| targets.iter().all(|it| it.kind() != "list_splat_pattern"));
                for (at, target) in targets.into_iter().enumerate() {
                    let value = values.as_ref().and_then(|it| it.get(at).copied());
                    open.push((target, value, depth + 1));
                }
                continue;
            }
            "list_splat_pattern" => (target.named_child(0).and_then(first_name), false),
            _ => continue,
        };
        let Some(name) = name else { continue };
        let why = match (is_part, is_conditional) {
            (true, _) => Some("a part of it is set later"),
            (_, true) => Some("a condition decides"),
            _ => None,
        };
        let value = match (value, why) {
            (Some(value), None) => expression(value, text, 0),
            (value, why) => {
                let node = value.unwrap_or(right);
                let why = why.unwrap_or("it is a part of another value");
                Value::dynamic(span_of(node), text_of(node, text), why)
            }
        };
        let key = text_of(name, text).to_owned();
        entries.push((Entry { key, key_span: span_of(name), value }, why.is_none()));
    }
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
