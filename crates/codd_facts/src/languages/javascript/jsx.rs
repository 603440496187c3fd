//! JSX: a component's tag is a call of it.

use super::walker::{Here, READ, Use, Walker};
use crate::ExprId;
use crate::node::{Node, children, field};

impl<'t> Walker<'t> {
    pub(super) fn jsx(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let opening = field(node, "open_tag").unwrap_or(node);
        let name = field(opening, "name");
        let mut callee = None;
        if let Some(name) = name
            && is_component(name, name.text())
        {
            callee = Some(self.expr(name, here, Use::Called(None)));
        }
        if let Some(types) = field(opening, "type_arguments") {
            self.type_arguments(types, here);
        }
        for part in children(opening) {
            match part.kind() {
                "jsx_attribute" => {
                    for value in children(part).into_iter().skip(1) {
                        if value.kind() != "string" {
                            self.expr(value, here, READ);
                        }
                    }
                }
                "jsx_expression" => {
                    self.each(part, here, READ);
                }
                _ => {}
            }
        }
        if opening != node {
            for part in children(node) {
                if matches!(
                    part.kind(),
                    "jsx_element" | "jsx_self_closing_element" | "jsx_expression"
                ) {
                    self.expr(part, here, READ);
                }
            }
        }
        match callee {
            Some(callee) => self.call(callee, Vec::new()),
            None => self.literal(),
        }
    }
}

/// Whether a tag is a component and no HTML element.
fn is_component(name: Node<'_>, text: &str) -> bool {
    match name.kind() {
        "identifier" => text.starts_with(|it: char| !it.is_lowercase()),
        "jsx_namespace_name" => false,
        _ => true,
    }
}
