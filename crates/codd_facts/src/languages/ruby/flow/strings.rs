//! Ruby's texts: strings, symbols, here documents, patterns, and commands in backticks.

use super::{Lowering, parts};
use crate::flow::{FlowArgument, FlowValue, ValueId, read_escapes};
use crate::node::{Node, children};

impl<'t> Lowering<'t> {
    /// A text with what is put into it.
    pub(super) fn string(&mut self, node: Node<'t>) -> FlowValue {
        let mut all: Vec<ValueId> = Vec::new();
        let mut text = String::new();
        for child in children(node) {
            match child.kind() {
                "string_content" | "heredoc_content" => text.push_str(child.text()),
                "escape_sequence" => text.push_str(&read_escapes(child.text())),
                "interpolation" => {
                    if !text.is_empty() {
                        all.push(self.builder.text(&text, node.span()));
                        text.clear();
                    }
                    let inner = self.interpolated(child);
                    all.push(inner);
                }
                _ => {}
            }
        }
        if all.is_empty() {
            return FlowValue::Text(self.builder.name(&text));
        }
        if !text.is_empty() {
            all.push(self.builder.text(&text, node.span()));
        }
        FlowValue::Joined { parts: all, is_text: true }
    }

    /// `#{a; b}`: what the last gives.
    fn interpolated(&mut self, node: Node<'t>) -> ValueId {
        match parts(node)[..] {
            [one] => self.value(one),
            _ => self.in_statements(node),
        }
    }

    /// `:name`, `name:`.
    pub(super) fn symbol(&mut self, node: Node<'t>) -> FlowValue {
        let text = node.text().trim_start_matches(':');
        FlowValue::Text(self.builder.name(text))
    }

    pub(super) fn command(&mut self, node: Node<'t>, text: FlowValue) -> FlowValue {
        let value = self.builder.value(text, node.span());
        let callee = self.builder.named("`", node.span());
        let arguments = vec![FlowArgument { name: None, value }];
        FlowValue::Call { callee, arguments, is_new: false }
    }

    /// `<<~NAME`: the text stands behind the line.
    pub(super) fn heredoc(&mut self, node: Node<'t>) -> FlowValue {
        let text = match self.heredocs.get(&node.id.0).copied() {
            Some(body) => self.string(body),
            None => FlowValue::Unknown(Vec::new()),
        };
        if node.text().contains('`') { self.command(node, text) } else { text }
    }

    /// A pattern whose source is constant; of any other, nothing is known.
    pub(super) fn pattern_literal(&mut self, node: Node<'t>) -> FlowValue {
        let text = node.text();
        if text.contains("#{") {
            return FlowValue::Unknown(Vec::new());
        }
        let (rest, close) = match text.strip_prefix("%r") {
            Some(rest) => {
                let open = rest.chars().next().unwrap_or('/');
                let close = match open {
                    '{' => '}',
                    '(' => ')',
                    '[' => ']',
                    '<' => '>',
                    other => other,
                };
                (&rest[open.len_utf8().min(rest.len())..], close)
            }
            None => (text.strip_prefix('/').unwrap_or(text), '/'),
        };
        let source = rest.rfind(close).map_or(rest, |end| &rest[..end]);
        FlowValue::Pattern(self.builder.name(source))
    }

    /// `%w[a b]`, `%i[a b]`.
    pub(super) fn words(&mut self, node: Node<'t>) -> FlowValue {
        let mut all = Vec::new();
        for word in children(node) {
            let value = self.string(word);
            all.push(self.builder.value(value, word.span()));
        }
        FlowValue::Sequence(all)
    }
}
