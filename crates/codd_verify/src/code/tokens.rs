//! A piece of code as a fingerprint has it: the same however it is laid out and grouped.

use tree_sitter::Node;

use super::CodeDoc;
use super::view::is_trivia;

/// Longer pieces are cut, and end in a digest of the whole.
const LONGEST: usize = 400;

/// The tokens of a node with one space between them, without comments, type assertions and
/// the parentheses around what needs none.
pub(crate) fn tokens(node: Node<'_>, doc: &CodeDoc) -> String {
    let mut joined = String::new();
    let mut cursor = node.walk();
    'walk: loop {
        let it = cursor.node();
        let is_left_out = is_trivia(it) || it != node && is_left_out(it, doc);
        if it.child_count() == 0 && !is_left_out {
            let token = doc.token(it);
            // Layout is not a token, and a comma before a closing bracket is layout.
            if !token.trim().is_empty() {
                if matches!(&*token, ")" | "]" | "}") && joined.ends_with(',') {
                    joined.truncate(joined.trim_end_matches([',', ' ']).len());
                }
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(&token);
            }
        }
        if !is_left_out && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'walk;
            }
        }
    }
    if joined.len() <= LONGEST {
        return joined;
    }
    let digest = blake3::hash(joined.as_bytes()).to_hex();
    let cut = (0..=LONGEST).rev().find(|at| joined.is_char_boundary(*at)).unwrap_or(0);
    format!("{}… {}", &joined[..cut], &digest[..16])
}

/// Whether a node below the one that was matched is nothing but a way to write its parent.
fn is_left_out(node: Node<'_>, doc: &CodeDoc) -> bool {
    let Some(parent) = node.parent() else { return false };
    let view = doc.view();
    if let Some(inner) = view.wrapped(parent) {
        return inner != node && needs_no_parentheses(inner, parent, doc);
    }
    view.is_left_out(parent, node)
}

/// Whether an expression means the same without the wrapper around it.
fn needs_no_parentheses(inner: Node<'_>, wrapper: Node<'_>, doc: &CodeDoc) -> bool {
    const PRIMARY: &[&str] = &[
        "array",
        "attribute",
        "call",
        "call_expression",
        "concatenated_string",
        "dictionary",
        "list",
        "member_expression",
        "object",
        "set",
        "string",
        "subscript",
        "subscript_expression",
        "template_string",
        "tuple",
    ];
    let is_argument =
        wrapper.parent().is_some_and(|it| matches!(it.kind(), "arguments" | "argument_list"));
    is_argument
        || inner.child_count() == 0
        || doc.view().is_wrapper(inner)
        || PRIMARY.contains(&inner.kind())
        || !doc.view().is_parentheses(wrapper)
}
