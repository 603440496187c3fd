//! Variables, and names of classes, functions and constants.

use codd_source::Span;

use super::{Lowering, THIS};
use crate::flow::{FlowValue, ValueId};
use crate::node::{Node, children};

/// What the language itself fills, seen everywhere.
const SUPERGLOBALS: [&str; 9] =
    ["GLOBALS", "_COOKIE", "_ENV", "_FILES", "_GET", "_POST", "_REQUEST", "_SERVER", "_SESSION"];

impl Lowering {
    /// A variable, which is one of this body unless it is said to be another's.
    pub(super) fn variable(&mut self, node: Node<'_>) -> FlowValue {
        let text = node.text();
        let bare = text.trim_start_matches('$');
        if SUPERGLOBALS.contains(&bare) {
            return FlowValue::Name(self.builder.name(bare));
        }
        let name = self.builder.name(text);
        if text != THIS && self.bodies.last().is_some_and(|it| !it.is_open) {
            self.builder.bind(name);
        }
        FlowValue::Name(name)
    }

    /// `use A\B;`, `use A\{B, C as D};`, `use function A\f;`.
    pub(super) fn bring(&mut self, node: Node<'_>) {
        let kind = crate::node::field(node, "type").map_or("", Node::text);
        let mut prefix = String::new();
        for part in children(node) {
            match part.kind() {
                "namespace_name" => prefix = format!("{}\\", part.text().trim_matches('\\')),
                "namespace_use_clause" => self.bring_one(part, "", kind),
                "namespace_use_group" => {
                    for clause in children(part) {
                        self.bring_one(clause, &prefix, kind);
                    }
                }
                _ => {}
            }
        }
    }

    fn bring_one(&mut self, clause: Node<'_>, prefix: &str, kind: &str) {
        let kind = crate::node::field(clause, "type").map_or(kind, Node::text);
        let is_name = |it: &Node<'_>| matches!(it.kind(), "name" | "qualified_name");
        let Some(named) = children(clause).into_iter().find(is_name) else { return };
        let full = format!("{prefix}{}", named.text().trim_start_matches('\\'));
        let last = full.rsplit('\\').next().unwrap_or(&full).to_owned();
        let alias = crate::node::field(clause, "alias").map_or(last, |it| it.text().to_owned());
        match kind {
            "" => self.classes.insert(alias, full),
            "function" => self.functions.insert(alias, full),
            _ => None,
        };
    }

    /// The full name of a class as it is written here; `None` for one without a name.
    pub(super) fn class_name(&self, text: &str) -> Option<String> {
        let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
        match text.as_str() {
            "self" | "static" => return self.around.last()?.name.clone(),
            "parent" => return self.around.last()?.parent.clone(),
            _ => {}
        }
        if let Some(full) = text.strip_prefix('\\') {
            return Some(full.to_owned());
        }
        if let Some(rest) = text.strip_prefix("namespace\\") {
            return Some(self.in_namespace(rest));
        }
        let (first, rest) = text.split_once('\\').unwrap_or((&text, ""));
        Some(match self.classes.get(first) {
            Some(full) if rest.is_empty() => full.clone(),
            Some(full) => format!("{full}\\{rest}"),
            None => self.in_namespace(&text),
        })
    }

    fn in_namespace(&self, name: &str) -> String {
        match self.namespace.as_str() {
            "" => name.to_owned(),
            namespace => format!("{namespace}\\{name}"),
        }
    }

    /// A class by the name that is written here.
    pub(super) fn class_value(&mut self, text: &str, span: Span) -> ValueId {
        match self.class_name(text) {
            Some(name) => self.builder.named(&name, span),
            None => self.builder.value(FlowValue::Unknown(Vec::new()), span),
        }
    }

    /// A function by the name that is written here: of one without a namespace it is decided
    /// later whether it is the namespace's own or the global one.
    pub(super) fn function_name(&self, text: &str) -> String {
        if let Some(full) = text.strip_prefix('\\') {
            return full.to_owned();
        }
        if let Some(full) = self.functions.get(text) {
            return full.clone();
        }
        if text.contains('\\') {
            self.class_name(text).unwrap_or_default()
        } else {
            text.to_owned()
        }
    }
}
