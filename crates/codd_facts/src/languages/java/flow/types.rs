//! Types as values: their names, and which of them say something of what they hold.

use super::{Lowering, plain_path};
use crate::flow::{FlowValue, MAX_FLOW_DEPTH, ValueId};
use crate::node::{Node, children, field};

/// Types that say nothing of what a value is: texts, anything, and containers, whose items are
/// followed by themselves.
const OPEN: &[&str] = &[
    "ArrayDeque",
    "ArrayList",
    "CharSequence",
    "Collection",
    "Comparable",
    "ConcurrentHashMap",
    "ConcurrentMap",
    "Deque",
    "Enumeration",
    "HashMap",
    "HashSet",
    "Iterable",
    "Iterator",
    "LinkedHashMap",
    "LinkedHashSet",
    "LinkedList",
    "List",
    "Map",
    "Object",
    "Optional",
    "Queue",
    "Serializable",
    "Set",
    "SortedMap",
    "SortedSet",
    "Stack",
    "Stream",
    "String",
    "TreeMap",
    "TreeSet",
    "Vector",
    "var",
];

impl<'t> Lowering<'t> {
    /// The name of a type, without what is between its angle brackets.
    fn bare(node: Node<'t>) -> Option<Node<'t>> {
        let mut at = node;
        for _ in 0..MAX_FLOW_DEPTH {
            match at.kind() {
                "generic_type" => at = at.first_child()?,
                "annotated_type" => {
                    at = children(at).into_iter().rfind(|it| !it.kind().ends_with("annotation"))?;
                }
                _ => return Some(at),
            }
        }
        None
    }

    /// A type as a value.
    pub(super) fn type_value(&mut self, node: Node<'t>) -> ValueId {
        let span = node.span();
        let Some(bare) = Self::bare(node) else {
            return self.builder.value(FlowValue::Unknown(Vec::new()), span);
        };
        match bare.kind() {
            "scoped_type_identifier" => self.scoped(&type_path(bare), bare),
            "type_identifier" | "identifier" => {
                let value = self.name_value(bare.text(), span);
                self.builder.value(value, span)
            }
            "array_type" => self.builder.named("<array>", span),
            _ => self.builder.named(bare.text(), span),
        }
    }

    /// A type or constant that is written with what it is in.
    pub(super) fn scoped(&mut self, path: &str, node: Node<'t>) -> ValueId {
        let span = node.span();
        let parts: Vec<&str> = path.split('.').collect();
        let first = parts.iter().position(|it| it.starts_with(char::is_uppercase));
        let (mut value, rest) = match first {
            Some(at) if at > 0 => {
                (self.written_out(&parts[..at].join("."), parts[at], span), at + 1)
            }
            _ => {
                let first = node.below().find(|it| {
                    matches!(it.kind(), "type_identifier" | "identifier") && it.text() == parts[0]
                });
                let value = match first {
                    Some(first) => self.name_value(first.text(), span),
                    None => FlowValue::Name(self.builder.name(parts[0])),
                };
                (self.builder.value(value, span), 1)
            }
        };
        for part in &parts[rest..] {
            let name = self.builder.name(part);
            value = self.builder.value(FlowValue::Attribute { base: value, name }, span);
        }
        value
    }

    /// A type where it says something of what a value is.
    pub(super) fn declared(&mut self, node: Node<'t>) -> Option<ValueId> {
        let bare = Self::bare(node)?;
        match bare.kind() {
            "array_type" | "void_type" => None,
            "type_identifier" if OPEN.contains(&bare.text()) || self.is_open_type(bare.text()) => {
                None
            }
            "scoped_type_identifier" => {
                let path = type_path(bare);
                let last = path.rsplit('.').next().unwrap_or(&path);
                (!OPEN.contains(&last)).then(|| self.scoped(&path, bare))
            }
            _ => Some(self.type_value(bare)),
        }
    }

    /// The type of a field or variable, where it says something.
    pub(super) fn declared_in(&mut self, node: Node<'t>) -> Option<ValueId> {
        if field(node, "dimensions").is_some() {
            return None;
        }
        field(node, "type").and_then(|it| self.declared(it))
    }
}

/// A dotted type without annotations and what is between angle brackets.
fn type_path(node: Node<'_>) -> String {
    let text = node.text();
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for it in text.chars() {
        match it {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(it),
            _ => {}
        }
    }
    plain_path(&out)
}
