//! Declared types, in the code or in the comment before it.

use super::{Walk, docblock};
use crate::ExprId;
use crate::lowering::{Here, TYPE};
use crate::node::{Node, children};

impl<'t> Walk<'_, 't> {
    /// The classes that a type names; `None` for built-in ones.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        if !self.enter(node, here) {
            return None;
        }
        let found = match node.kind() {
            "named_type" => node.first_child().map(|name| self.named_at(name, TYPE, here)),
            "name" | "qualified_name" | "relative_name" => Some(self.named_at(node, TYPE, here)),
            "primitive_type" | "bottom_type" => match node.text() {
                "static" => here.class.map(|class| self.definition_value(class)),
                _ => None,
            },
            _ => {
                let parts = children(node);
                let types: Vec<ExprId> =
                    parts.into_iter().filter_map(|it| self.type_of(it, here)).collect();
                (!types.is_empty()).then(|| self.either(types))
            }
        };
        self.leave();
        found
    }

    /// The classes that a type in a comment before `at` names.
    pub(super) fn documented_type(
        &mut self,
        text: &str,
        at: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        let mut types = Vec::new();
        for name in docblock::class_names(text) {
            let class = match name {
                "$this" => self.meaning_of("static", at, here),
                name => self.meaning_of(name, at, here),
            };
            types.push(class);
        }
        (!types.is_empty()).then(|| self.either(types))
    }
}
