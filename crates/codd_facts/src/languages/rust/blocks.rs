//! Blocks: their items and statements, and the value of the last expression.

use super::walk::Walk;
use crate::ExprId;
use crate::lowering::{Here, READ};
use crate::node::{Node, children, field};

/// Scopes that one block opens for names that hide earlier ones.
const MAX_HIDING: u32 = 24;

const ITEMS: &[&str] = &[
    "attribute_item",
    "const_item",
    "enum_item",
    "extern_crate_declaration",
    "foreign_mod_item",
    "function_item",
    "function_signature_item",
    "impl_item",
    "inner_attribute_item",
    "macro_definition",
    "mod_item",
    "static_item",
    "struct_item",
    "trait_item",
    "type_item",
    "union_item",
    "use_declaration",
];

impl<'t> Walk<'_, 't> {
    /// The value of a block whose names are bound in a scope of its own.
    pub(super) fn block_value(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let inside = self.block(here);
        let value = self.statements(&children(node), inside);
        self.leave();
        value
    }

    fn statements(&mut self, all: &[Node<'t>], here: Here) -> ExprId {
        let is_item = |it: &&Node<'t>| ITEMS.contains(&it.kind());
        let items: Vec<Node<'t>> = all.iter().filter(is_item).copied().collect();
        let mut here = here;
        if !items.is_empty() {
            self.items(&items, here);
        }
        let mut hiding = 0;
        let mut value = self.literal();
        for node in all.iter().filter(|it| !is_item(it)) {
            value = self.literal();
            match node.kind() {
                "label" | "empty_statement" => {}
                "let_declaration" => {
                    let bound = field(*node, "value").map(|it| self.expr(it, READ, here));
                    if hiding < MAX_HIDING && self.hides(*node, here) {
                        hiding += 1;
                        here = self.block(here);
                    }
                    self.let_declaration(*node, bound, here);
                }
                "expression_statement" => {
                    let inner = node.first_child();
                    if let Some(inner) = inner {
                        let given = self.expr(inner, READ, here);
                        // A block without a semicolon is the value where it is the last.
                        if !node.text().ends_with(';') {
                            value = given;
                        }
                    }
                }
                _ => value = self.expr(*node, READ, here),
            }
        }
        value
    }

    /// Whether a declared name is bound in this scope already.
    fn hides(&self, node: Node<'t>, here: Here) -> bool {
        let Some(pattern) = field(node, "pattern") else { return false };
        let value = field(node, "value");
        let is_name = |it: &Node<'t>| {
            matches!(it.kind(), "identifier" | "shorthand_field_identifier" | "self")
        };
        let names = pattern.below().chain([pattern]).filter(is_name);
        names.map(Node::text).any(|name| {
            self.lowering.builder.bound_last(here.scope, &name.into()).is_some()
                || self.is_named_in(here.scope, name)
                || value.is_some_and(|it| {
                    it.below().chain([it]).any(|it| it.kind() == "identifier" && it.text() == name)
                })
        })
    }

    fn let_declaration(&mut self, node: Node<'t>, value: Option<ExprId>, here: Here) {
        let declared = field(node, "type").map(|it| self.type_expr(it, here));
        if let (Some(declared), Some(made)) = (declared, field(node, "value")) {
            self.converted(made, declared, here);
        }
        let value = match (declared, value) {
            (Some(declared), Some(value)) if self.says_little(declared, here) => Some(value),
            (Some(declared), value) => {
                // `Vec<_>` says less than what it is made of.
                let is_open = field(node, "type").is_some_and(|it| it.text().contains('_'));
                match value.filter(|_| is_open) {
                    Some(value) => Some(value),
                    None => Some(self.instance_of(declared)),
                }
            }
            (None, value) => value,
        };
        if let Some(pattern) = field(node, "pattern") {
            self.pattern(pattern, value, here);
        }
        if let Some(alternative) = field(node, "alternative") {
            self.block_value(alternative, here);
        }
    }
}
