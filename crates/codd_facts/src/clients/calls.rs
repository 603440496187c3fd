//! Calls of several grammars in one form.

use codd_source::Span;

use crate::node::{Node, child_of_kind, children, field};

/// The longest text of what is called that is looked at; of a longer chain its end counts.
const LONGEST: usize = 300;

/// A call, or the creation of an object.
#[derive(Clone, Debug)]
pub(super) struct Call<'t> {
    /// What it is called on, as written and in lower case; empty for a plain function.
    pub(super) on: String,
    /// The last name of what is called; the type of what is created.
    pub(super) name: &'t str,
    pub(super) is_creation: bool,
    pub(super) arguments: Vec<Node<'t>>,
    pub(super) span: Span,
}

impl<'t> Call<'t> {
    pub(super) fn of(node: Node<'t>) -> Option<Call<'t>> {
        let (callee, list) = match node.kind() {
            "method_invocation" => {
                let name = field(node, "name")?;
                let object = field(node, "object").map_or("", Node::text);
                let arguments = field(node, "arguments").map(children)?;
                let on = shortened(object).to_ascii_lowercase();
                let (name, span) = (name.text(), node.span());
                return Some(Call { on, name, is_creation: false, arguments, span });
            }
            "object_creation_expression" => {
                let name = last_name(field(node, "type")?.text());
                let arguments = field(node, "arguments").map(children).unwrap_or_default();
                let (on, span) = (String::new(), node.span());
                return Some(Call { on, name, is_creation: true, arguments, span });
            }
            "invocation_expression" => (field(node, "function"), field(node, "arguments")),
            "call_expression" => match field(node, "function") {
                Some(function) => (Some(function), field(node, "arguments")),
                None => {
                    let suffix = child_of_kind(node, "call_suffix").unwrap_or(node);
                    (node.first_child(), child_of_kind(suffix, "value_arguments"))
                }
            },
            _ => return None,
        };
        let text = shortened(callee?.text());
        let called = text.split_once("::<").map_or(text, |(it, _)| it);
        let called = match called.strip_suffix('>') {
            Some(inner) => &called[..inner.rfind('<')?],
            None => called,
        };
        let name = last_name(called);
        let on = called[..called.len() - name.len()].trim_end();
        let on = on.trim_end_matches(['.', ':', '?', '!']).to_ascii_lowercase();
        let arguments = list.map(children).unwrap_or_default();
        (!name.is_empty()).then(|| Call {
            on,
            name,
            is_creation: false,
            arguments,
            span: node.span(),
        })
    }

    /// Whether it is called on something that is called like one of these, or made by it.
    pub(super) fn is_on(&self, words: &[&str]) -> bool {
        words.iter().any(|it| self.on.contains(it))
    }
}

/// The end of a long text.
fn shortened(text: &str) -> &str {
    let mut from = text.len().saturating_sub(LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// The name that a text ends with.
fn last_name(text: &str) -> &str {
    let text = text.split('<').next().unwrap_or(text);
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    &text[text.trim_end_matches(is_part).len()..]
}

/// The value of an argument, without what names it and without parentheses.
pub(super) fn value(argument: Node<'_>) -> Node<'_> {
    const AROUND: &[&str] = &[
        "argument",
        "await_expression",
        "parenthesized_expression",
        "reference_expression",
        "try_expression",
        "value_argument",
    ];
    /// Wrappers in wrappers that are looked through.
    const MOST: usize = 8;
    let mut at = argument;
    for _ in 0..MOST {
        match children(at).last() {
            Some(inner) if AROUND.contains(&at.kind()) => at = *inner,
            _ => break,
        }
    }
    at
}
