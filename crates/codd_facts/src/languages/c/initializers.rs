//! Initial values: lists with and without names of fields, and arguments of a constructor.

use super::Walk;
use super::classes::place_name;
use super::declarators::plain_name;
use crate::lowering::{Here, WRITE};
use crate::node::{Node, children, field};
use crate::{Argument, ContainerKind, ExprId, Item, Name};

impl<'t> Walk<'_, 't> {
    /// The value behind `=`, or in braces or parentheses.
    pub(super) fn initial_value(
        &mut self,
        value: Option<Node<'t>>,
        declared: Option<ExprId>,
        here: Here,
    ) -> Option<ExprId> {
        let value = value?;
        match value.kind() {
            "argument_list" => {
                self.arguments(value, here);
                None
            }
            "initializer_list" => Some(self.initializer_list(value, declared, here)),
            _ => Some(self.expr(value, here)),
        }
    }

    /// `{ .open = f, g }`: what each field or place holds.
    pub(super) fn initializer_list(
        &mut self,
        node: Node<'t>,
        declared: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let mut items = Vec::new();
        let mut has_names = false;
        for (at, it) in children(node).into_iter().enumerate() {
            match it.kind() {
                "initializer_pair" => {
                    let name = children(it)
                        .into_iter()
                        .find(|it| matches!(it.kind(), "field_designator" | "field_identifier"));
                    let name = name.map(|it| it.first_child().unwrap_or(it));
                    if let (Some(name), Some(declared)) = (name, declared) {
                        // Who reads the field may get this.
                        let object = self.instance_of(declared);
                        let target = self.attribute(object, name.text());
                        self.refer(target, name, WRITE, here);
                    }
                    for it in children(it) {
                        if it.kind() == "subscript_designator" {
                            self.each(it, here);
                        }
                    }
                    let Some(value) = field(it, "value") else { continue };
                    has_names |= name.is_some();
                    let value = match value.kind() {
                        "initializer_list" => self.initializer_list(value, None, here),
                        _ => self.expr(value, here),
                    };
                    items.push(Item { key: name.map(|it| Name::new(plain_name(it))), value });
                }
                "initializer_list" => {
                    // One of a table of structs.
                    let value = self.initializer_list(it, declared, here);
                    items.push(Item { key: None, value });
                }
                _ => {
                    if let Some(declared) = declared.filter(|_| !has_names && is_named_value(it)) {
                        let object = self.instance_of(declared);
                        let target = self.attribute(object, place_name(at));
                        self.refer(target, it, WRITE, here);
                    }
                    let key = Some(Name::from(at.to_string()));
                    items.push(Item { key, value: self.expr(it, here) });
                }
            }
        }
        self.leave();
        if items.len() > 64 && !has_names {
            for it in &mut items {
                it.key = None;
            }
        }
        let kind = if has_names { ContainerKind::Mapping } else { ContainerKind::Sequence };
        self.container(kind, items)
    }

    /// What is passed, and how many where none is unpacked.
    pub(super) fn arguments(&mut self, node: Node<'t>, here: Here) -> (Vec<Argument>, Option<u32>) {
        let mut given = Vec::new();
        let mut count = Some(0);
        for it in children(node) {
            if it.kind() == "parameter_pack_expansion" {
                self.each(it, here);
                count = None;
                continue;
            }
            let value = match it.kind() {
                "initializer_list" => self.initializer_list(it, None, here),
                _ => self.expr(it, here),
            };
            given.push(Argument::plain(value));
            count = count.map(|it| it + 1);
        }
        (given, count)
    }
}

/// Whether a value is what a name stands for: `f`, `&f`, `(handler) f`.
fn is_named_value(node: Node<'_>) -> bool {
    match node.kind() {
        "identifier" | "qualified_identifier" => true,
        "pointer_expression" => field(node, "argument").is_some_and(is_named_value),
        "cast_expression" => field(node, "value").is_some_and(is_named_value),
        _ => false,
    }
}
