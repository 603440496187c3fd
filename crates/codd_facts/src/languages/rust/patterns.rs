//! Patterns: the names they bind, to which part of the value, and the types they name.

use super::walk::Walk;
use crate::lowering::{Here, READ, TYPE};
use crate::node::{Node, children, field};
use crate::{Bound, Expr, ExprId, Name};

impl<'t> Walk<'_, 't> {
    /// Binds what a pattern takes out of a value.
    pub(super) fn pattern(&mut self, node: Node<'t>, value: Option<ExprId>, here: Here) {
        if self.enter(node, here) {
            self.pattern_inside(node, value, here);
            self.leave();
        }
    }

    fn pattern_inside(&mut self, node: Node<'t>, value: Option<ExprId>, here: Here) {
        match node.kind() {
            "identifier" => {
                // A constant, a variant or a struct without fields is no new name.
                if node.text().starts_with(char::is_uppercase) {
                    self.named(node, READ, here);
                } else {
                    self.bind_part(node.text(), value, here);
                }
            }
            "scoped_identifier" => {
                self.path(node, READ, here);
            }
            "mut_pattern" | "ref_pattern" | "reference_pattern" => {
                let inner = children(node).into_iter().find(|it| it.kind() != "mutable_specifier");
                if let Some(inner) = inner {
                    self.pattern(inner, value, here);
                }
            }
            "captured_pattern" => {
                let mut parts = children(node).into_iter();
                if let Some(name) = parts.next() {
                    self.bind_part(name.text(), value, here);
                }
                for inner in parts {
                    self.pattern(inner, value, here);
                }
            }
            "or_pattern" | "match_pattern" => {
                let condition = field(node, "condition");
                for inner in children(node) {
                    if Some(inner) != condition {
                        self.pattern(inner, value, here);
                    }
                }
                if let Some(condition) = condition {
                    self.condition(condition, here);
                }
            }
            "tuple_pattern" => {
                let parts = children(node);
                for (at, inner) in parts.into_iter().enumerate() {
                    let part = self.part(value, &at.to_string());
                    self.pattern(inner, part, here);
                }
            }
            "slice_pattern" => {
                for inner in children(node) {
                    let part = value.map(|it| self.index(it, None));
                    self.pattern(inner, part, here);
                }
            }
            "tuple_struct_pattern" => self.tuple_struct(node, value, here),
            "struct_pattern" => {
                let Some(of) = field(node, "type") else { return };
                let of = self.path(of, TYPE, here);
                let instance = self.instance_of(of);
                for part in children(node).into_iter().filter(|it| it.kind() == "field_pattern") {
                    let Some(name) = field(part, "name") else { continue };
                    let target = self.attribute(instance, name.text());
                    self.refer(target, name, READ, here);
                    match field(part, "pattern") {
                        Some(pattern) => self.pattern(pattern, Some(target), here),
                        None => self.bind_part(name.text(), Some(target), here),
                    }
                }
            }
            "range_pattern" | "generic_pattern" => {
                for inner in children(node) {
                    if matches!(inner.kind(), "identifier" | "scoped_identifier") {
                        self.path(inner, READ, here);
                    }
                }
            }
            "macro_invocation" | "const_block" => {
                self.expr(node, READ, here);
            }
            _ => {}
        }
    }

    /// `Some(x)` takes the item of what holds one; of other types, their fields by place.
    fn tuple_struct(&mut self, node: Node<'t>, value: Option<ExprId>, here: Here) {
        let Some(of) = field(node, "type") else { return };
        let parts = children(node).into_iter().filter(|it| *it != of);
        let last = super::paths::last_segment(of).map_or("", Node::text);
        if matches!(last, "Some" | "Ok") {
            for inner in parts {
                let part = value.map(|it| self.index(it, None));
                self.pattern(inner, part, here);
            }
            return;
        }
        if last == "Err" {
            for inner in parts {
                self.pattern(inner, None, here);
            }
            return;
        }
        let target = self.path(of, READ, here);
        let instance = self.instance_of(target);
        let wrapped =
            value.and_then(|it| self.held_by_wrapper(it)).filter(|_| parts.clone().count() == 1);
        for (at, inner) in parts.enumerate() {
            let mut part = self.attribute(instance, at.to_string());
            if let Some(wrapped) = wrapped {
                part = self.either(vec![part, wrapped]);
            }
            self.pattern(inner, Some(part), here);
        }
    }

    /// An instance of the one type that the declared type of a value is applied to: what it
    /// holds, if it is a wrapper whose fields are not known.
    fn held_by_wrapper(&mut self, value: ExprId) -> Option<ExprId> {
        let Expr::InstanceOf(of) = self.semantics().expr(value) else { return None };
        let Expr::Applied { types, .. } = self.semantics().expr(*of) else { return None };
        let [only] = types[..] else { return None };
        Some(self.instance_of(only))
    }

    /// One of several values.
    fn part(&mut self, value: Option<ExprId>, place: &str) -> Option<ExprId> {
        value.map(|it| {
            let inner = match self.semantics().expr(it) {
                Expr::Container { items, .. } => {
                    items.iter().find(|it| it.key.as_deref() == Some(place)).map(|it| it.value)
                }
                _ => None,
            };
            match inner {
                Some(inner) => inner,
                None => self.index(it, Some(Name::new(place))),
            }
        })
    }

    pub(super) fn bind_part(&mut self, name: &str, value: Option<ExprId>, here: Here) {
        if name != "_" {
            self.bind(here, name, value.map_or(Bound::Unknown, Bound::Value));
        }
    }
}
