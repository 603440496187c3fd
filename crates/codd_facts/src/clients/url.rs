//! The text of a URL as code builds it, with `{}` for what is filled in.

use super::calls::{Call, value};
use crate::code_links::{TextValue, filled};
use crate::node::{Node, field};
use crate::text_links::quoted;

/// Calls in calls whose argument is looked at: `URI.create(String.format("…"))`.
const DEEPEST: u32 = 4;

/// Parts of a sum, and nodes of a call, that are looked at.
const MOST: usize = 64;

/// The longest text that is a URL.
const LONGEST: usize = 2048;

/// The URL that an expression is, as far as it is constant.
pub(super) fn url(language: &str, node: Node<'_>) -> Option<TextValue> {
    let span = node.span();
    let text = text_of(language, node, 0)?;
    let is_any = text.contains(char::is_alphanumeric) || text == "/";
    (is_any && text.len() <= LONGEST).then_some(TextValue { text, span })
}

fn text_of(language: &str, node: Node<'_>, depth: u32) -> Option<String> {
    let node = value(node);
    if is_text(node) {
        return literal(language, node.text());
    }
    if matches!(node.kind(), "binary_expression" | "additive_expression" | "infix_expression") {
        return summed(language, node);
    }
    if depth >= DEEPEST {
        return None;
    }
    if let Some(call) = Call::of(node) {
        let mut given = call.arguments.iter();
        return given.find_map(|it| text_of(language, *it, depth + 1)).or_else(|| {
            // `"/users/%d".formatted(id)`
            let on = node.first_child().filter(|it| is_text(*it))?;
            literal(language, on.text())
        });
    }
    if node.kind() == "macro_invocation" {
        let mut below = node.below().take(MOST);
        return below.find(|it| is_text(*it)).and_then(|it| literal(language, it.text()));
    }
    None
}

fn is_text(node: Node<'_>) -> bool {
    let kind = node.kind();
    node.is_named()
        && (kind.contains("string_literal")
            || matches!(kind, "string" | "interpolated_string_expression" | "raw_string_literal"))
}

/// `BASE + "/users/" + id`.
fn summed(language: &str, node: Node<'_>) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = node;
    while matches!(at.kind(), "binary_expression" | "additive_expression" | "infix_expression") {
        if parts.len() >= MOST || !at.all_children().any(|it| it.text() == "+") {
            return None;
        }
        let left = field(at, "left").or_else(|| field(at, "lhs")).or_else(|| at.first_child())?;
        let right = field(at, "right").or_else(|| field(at, "rhs"));
        let right = right.or_else(|| at.all_children().filter(|it| it.is_named()).last())?;
        parts.push(right);
        at = left;
    }
    parts.push(at);
    let mut text = String::new();
    for part in parts.into_iter().rev() {
        let part = Some(value(part)).filter(|it| is_text(*it));
        text += &part.and_then(|it| literal(language, it.text())).unwrap_or("{}".to_owned());
    }
    Some(text)
}

/// What is between the quotes, with `{}` for expansions and for the places of a format.
fn literal(language: &str, raw: &str) -> Option<String> {
    if raw.len() > LONGEST {
        return None;
    }
    let inner = quoted(raw)?;
    Some(match language {
        "go" => formatted(inner),
        "java" => filled(&formatted(inner), "{"),
        "kotlin" => filled(&named(&filled(inner, "${")), "{"),
        "swift" => filled(&inner.replace("\\(", "{").replace(')', "}"), "{"),
        _ => filled(inner, "{"),
    })
}

/// `%s` and its like are filled in.
fn formatted(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let verb = rest[at + 1..]
            .trim_start_matches(|it: char| it.is_ascii_digit() || "+-#.".contains(it));
        match verb.chars().next() {
            Some(it) if it.is_ascii_alphabetic() => {
                out.push_str("{}");
                rest = &verb[1..];
            }
            _ => {
                out.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// `$name` of Kotlin is filled in.
fn named(text: &str) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_');
        out.push_str(if rest.len() < part.len() { "{}" } else { "$" });
        out.push_str(rest);
    }
    out
}
