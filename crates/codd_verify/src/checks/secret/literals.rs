//! Literals beside the names that hold them: in trees of code and in files of data.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use codd_facts::Parsed;
use codd_source::Span;
use tree_sitter::Node;

use super::names::{STEMS, is_secret_name};
use crate::document::{Shape, Value};

/// Places of one file that are looked at; beyond these it is a list of words.
const MOST: usize = 4000;

/// A constant text under a name that promises a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) text: String,
    /// Of the text without its quotes, where they are known.
    pub(super) span: Span,
}

/// What was found, and whether the file had more than is looked at.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) named: Vec<Named>,
    pub(super) is_cut: bool,
}

static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(STEMS).ok());

/// Whether a text has some word that a secret's name has.
pub(super) fn may_name_one(bytes: &[u8]) -> bool {
    WORDS.as_ref().is_none_or(|it| it.is_match(bytes))
}

/// Literals that code gives to such names.
pub(super) fn of_code(parsed: &Parsed) -> Found {
    let mut found = Found::default();
    let Some(words) = WORDS.as_ref() else { return found };
    let (text, root) = (&*parsed.text, parsed.tree.root_node());
    let mut looked = 0;
    let mut last_end = 0;
    for hit in words.find_iter(text) {
        // One name may hold several of the words.
        if hit.start() < last_end {
            continue;
        }
        let (start, end) = word_around(text, hit.start());
        last_end = end;
        if !is_secret_name(&text[start..end]) {
            continue;
        }
        looked += 1;
        if looked > MOST {
            found.is_cut = true;
            break;
        }
        let Some(leaf) = root.descendant_for_byte_range(hit.start(), hit.end()) else { continue };
        if let Some((name, literal)) = pair_of(leaf, text)
            && is_secret_name(name)
            && let Some((text, span)) = content(literal, text)
            && !found.named.iter().any(|it| it.span == span)
        {
            found.named.push(Named { name: name.to_owned(), text: text.to_owned(), span });
        }
    }
    found
}

/// The name's letters around a place.
fn word_around(text: &str, at: usize) -> (usize, usize) {
    let is_part =
        |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.') || !it.is_ascii();
    let bytes = text.as_bytes();
    let start = bytes[..at].iter().rposition(|it| !is_part(*it)).map_or(0, |it| it + 1);
    let end = bytes[at..].iter().position(|it| !is_part(*it)).map_or(bytes.len(), |it| at + it);
    (start, end)
}

/// The name that a leaf is, and the literal that it is given.
fn pair_of<'t>(leaf: Node<'t>, text: &'t str) -> Option<(&'t str, Node<'t>)> {
    /// From a name up to what gives it a value.
    const STEPS: usize = 5;
    let kind = leaf.kind();
    if kind.contains("comment") {
        return None;
    }
    let mut child = leaf;
    // The content of a string is a leaf of its own in most grammars.
    if is_string_part(kind) {
        child = leaf.parent()?;
    }
    let name = text.get(child.byte_range())?.trim_matches(['"', '\'', '`', ':']);
    for _ in 0..STEPS {
        let parent = child.parent()?;
        if let Some(literal) = value_after(parent, child, text) {
            return Some((name, literal));
        }
        let kind = parent.kind();
        let ends = kind.ends_with("block")
            || kind.ends_with("statement") && kind != "expression_statement"
            || kind.contains("argument_list")
            || kind == "arguments"
            || kind.contains("program")
            || is_string(kind);
        if ends {
            return None;
        }
        child = parent;
    }
    None
}

/// The literal that stands behind `=`, `:` or the like after `child`, or that a call hands on
/// together with it.
fn value_after<'t>(parent: Node<'t>, child: Node<'t>, text: &str) -> Option<Node<'t>> {
    const OPERATORS: &[&str] = &["=", ":", ":=", "=>", "==", "===", "!=", "!==", "->"];
    let mut cursor = parent.walk();
    let mut is_behind = false;
    let mut is_given = false;
    let is_list = parent.kind().contains("argument");
    for it in parent.children(&mut cursor) {
        if it == child {
            is_behind = true;
        } else if is_behind && !it.is_named() {
            is_given = OPERATORS.contains(&it.kind())
                || is_list
                    && it.kind() == ","
                    && unwrapped(child).is_some()
                    && is_setter(parent, text);
        } else if is_behind && is_given {
            if let Some(literal) = unwrapped(it).or_else(|| instead(it, text)) {
                return Some(literal);
            }
            is_given = false;
        }
    }
    None
}

/// Whether a call sets what it names: `put("password", "…")`, `define('SECRET', '…')`.
fn is_setter(arguments: Node<'_>, text: &str) -> bool {
    const SETTERS: &[&str] = &[
        "set",
        "put",
        "add",
        "define",
        "setdefault",
        "setproperty",
        "setattr",
        "header",
        "append",
    ];
    /// What gives a default in the place of what is not there.
    const GETTERS: &[&str] =
        &["get", "getenv", "getordefault", "fetch", "env", "config", "getproperty"];
    let before = text.get(..arguments.start_byte()).unwrap_or_default();
    let start = before.trim_end_matches(|it: char| it.is_ascii_alphanumeric() || it == '_').len();
    let name = before[start..].to_ascii_lowercase();
    SETTERS.contains(&&*name) || GETTERS.contains(&&*name)
}

/// A literal, also where lists and wrappers of one part are around it.
fn unwrapped(node: Node<'_>) -> Option<Node<'_>> {
    const STEPS: usize = 4;
    let mut node = node;
    for _ in 0..STEPS {
        let kind = node.kind();
        if is_string(kind) || kind == "word" {
            return Some(node);
        }
        let is_wrapper = kind.contains("list") && !kind.contains("argument")
            || kind.contains("parenthesized")
            || kind.contains("clause")
            || kind.ends_with("literal")
            || kind.ends_with("element")
            || matches!(
                kind,
                "expression" | "literal" | "primary_expression" | "value" | "argument"
            );
        if !is_wrapper || node.named_child_count() != 1 {
            return None;
        }
        node = node.named_child(0)?;
    }
    None
}

/// The literal that an expression may be, beside what is read: `getenv("X", "…")`, `x or "…"`,
/// `"…" if x else y`, `"…".encode()`.
fn instead<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    /// Expressions within one another that are looked into.
    const STEPS: usize = 4;
    const OPERATORS: &[&str] = &["or", "||", "??", "?:", "?", "if", "else", ":"];
    let mut open = vec![(node, 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > STEPS {
            continue;
        }
        if depth > 0
            && let Some(literal) = unwrapped(node)
        {
            return Some(literal);
        }
        let kind = node.kind();
        let mut cursor = node.walk();
        let chooses =
            node.children(&mut cursor).any(|it| !it.is_named() && OPERATORS.contains(&it.kind()));
        let is_choice = chooses
            && ["binary", "boolean", "conditional", "ternary", "elvis", "if_expression"]
                .iter()
                .any(|it| kind.contains(it));
        let is_cast = ["as_expression", "satisfies_expression", "type_assertion", "parenthesized"]
            .iter()
            .any(|it| kind.contains(it));
        if is_choice || is_cast {
            let mut parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
            parts.reverse();
            open.extend(parts.into_iter().map(|it| (it, depth + 1)));
        } else if kind.contains("call") || kind.contains("invocation") {
            let arguments = node.child_by_field_name("arguments").or_else(|| {
                node.named_children(&mut cursor).find(|it| it.kind().contains("argument"))
            });
            // A function of a literal's own: `"…".encode()`, `"…".freeze`.
            let called =
                node.child_by_field_name("function").or(node.child_by_field_name("receiver"));
            let object = called.map(|it| {
                if is_string(it.kind()) {
                    it
                } else {
                    it.child_by_field_name("object").or(it.named_child(0)).unwrap_or(it)
                }
            });
            if let Some(object) = object
                && is_string(object.kind())
            {
                return Some(object);
            }
            if let Some(arguments) = arguments
                && is_setter(arguments, text)
                && arguments.named_child_count() > 1
                && let Some(last) = arguments.named_child(arguments.named_child_count() as u32 - 1)
            {
                open.push((last, depth + 1));
            }
        }
    }
    None
}

fn is_string(kind: &str) -> bool {
    (kind.contains("string") || kind.contains("quote") || kind == "line_str_text")
        && !is_string_part(kind)
        && !kind.contains("concatenated")
}

fn is_string_part(kind: &str) -> bool {
    kind.contains("content") || kind.contains("fragment") || kind == "line_str_text"
}

/// The text of a literal without its quotes; `None` where something is filled in.
fn content<'t>(literal: Node<'_>, text: &'t str) -> Option<(&'t str, Span)> {
    let mut cursor = literal.walk();
    for part in literal.named_children(&mut cursor) {
        let kind = part.kind();
        let fills = ["interpol", "substitution", "expansion", "embedded", "variable", "expression"];
        if fills.iter().any(|it| kind.contains(it)) {
            return None;
        }
    }
    let raw = text.get(literal.byte_range())?;
    // A prefix as in `b"…"`, then the quotes.
    let open = raw.find(['"', '\'', '`']).filter(|at| *at <= 3);
    let Some(open) = open else {
        return Some((raw, Span::new(literal.start_byte(), literal.end_byte())));
    };
    let inner = raw[open..].trim_start_matches(['"', '\'', '`']);
    let start = literal.start_byte() + (raw.len() - inner.len());
    let inner = inner.trim_end_matches(['#', '"', '\'', '`']);
    (!inner.is_empty()).then(|| (inner, Span::new(start, start + inner.len())))
}

/// Constants under such keys in a file of data.
pub(super) fn of_data(documents: &[Value], whole: &str) -> Found {
    let mut found = Found::default();
    let mut open: Vec<(&Value, Option<&str>)> = documents.iter().map(|it| (it, None)).collect();
    while let Some((value, name)) = open.pop() {
        match &value.shape {
            Shape::Map(entries) => {
                // `name: DB_PASSWORD, value: …`, `variable "password" { default = … }`.
                let said = value.get("name").or_else(|| value.get("key")).and_then(Value::as_text);
                let outer = said.or(name);
                open.extend(entries.iter().map(|it| {
                    let own = it.key.trim_start_matches('@');
                    let is_of_outer = matches!(own, "value" | "default" | "#text");
                    (&it.value, if is_of_outer { outer } else { Some(own) })
                }));
            }
            Shape::List(items) => open.extend(items.iter().map(|it| (it, name))),
            Shape::Scalar(scalar) => {
                // `- DB_PASSWORD=…` among the variables of a service.
                if let Some((name, text)) = scalar.text.split_once('=')
                    && scalar.dynamic.is_none()
                    && !name.contains(char::is_whitespace)
                    && !text.contains(char::is_whitespace)
                    && is_secret_name(name)
                    && found.named.len() < MOST
                {
                    let at = value.span.end as usize - text.len().min(value.span.end as usize);
                    let is_plain = whole.get(at..at + text.len()) == Some(text);
                    let span = if is_plain { Span::new(at, at + text.len()) } else { value.span };
                    found.named.push(Named { name: name.to_owned(), text: text.to_owned(), span });
                    continue;
                }
                let Some(name) = name.filter(|it| scalar.dynamic.is_none() && is_secret_name(it))
                else {
                    continue;
                };
                if found.named.len() >= MOST {
                    found.is_cut = true;
                    return found;
                }
                let (start, end) = (value.span.start as usize, value.span.end as usize);
                let raw = whole.get(start..end).unwrap_or_default();
                // Of an instruction that sets several, only the value is to be hidden.
                let span = match raw.find(scalar.text.as_str()) {
                    Some(at) if !scalar.text.is_empty() => {
                        Span::new(start + at, start + at + scalar.text.len())
                    }
                    _ => value.span,
                };
                let text = scalar.text.clone();
                found.named.push(Named { name: name.to_owned(), text, span });
            }
        }
    }
    found.named.sort_by_key(|it| it.span);
    found
}
