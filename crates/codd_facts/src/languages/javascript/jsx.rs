//! JSX: a component's tag is a call of it.

use super::walker::{Here, READ, Use, WRITE, Walker};
use crate::node::{Node, children, field};
use crate::{ContainerKind, Expr, ExprId, Item};

impl<'t> Walker<'t> {
    pub(super) fn jsx(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let opening = field(node, "open_tag").unwrap_or(node);
        let name = field(opening, "name");
        let mut callee = None;
        let (mut items, mut spreads) = (Vec::new(), Vec::new());
        if let Some(name) = name
            && is_component(name, name.text())
        {
            callee = Some(self.expr(name, here, Use::Called(None)));
        }
        if let Some(context) = name.and_then(|it| provided(it, opening)) {
            // Who asks for what is provided has what is given here.
            self.expr(context, here, WRITE);
        }
        if let Some(types) = field(opening, "type_arguments") {
            self.type_arguments(types, here);
        }
        for part in children(opening) {
            match part.kind() {
                "jsx_attribute" => {
                    let parts = children(part);
                    let Some((name, values)) = parts.split_first() else { continue };
                    for value in values.iter().filter(|it| it.kind() != "string") {
                        let value = self.expr(*value, here, READ);
                        items.push(Item { key: Some(name.text().into()), value });
                    }
                }
                "jsx_expression" => {
                    let value = self.each(part, here, READ);
                    spreads.push(value);
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
            Some(callee) => {
                // The component gets one object of all attributes.
                let own = self.add(Expr::Container { kind: ContainerKind::Mapping, items });
                spreads.insert(0, own);
                let properties = self.either(spreads);
                self.call(callee, vec![properties])
            }
            None => self.literal(),
        }
    }
}

/// The context of React that a tag gives a value to: `<Theme.Provider value={…}>`, or the context
/// by itself.
fn provided<'t>(name: Node<'t>, opening: Node<'t>) -> Option<Node<'t>> {
    let context = match name.kind() {
        "member_expression" | "nested_identifier" => {
            field(name, "property").filter(|it| it.text() == "Provider")?;
            field(name, "object")?
        }
        "identifier" => Some(name).filter(|it| it.text().ends_with("Context"))?,
        _ => return None,
    };
    let is_value = |it: &Node<'t>| {
        it.kind() == "jsx_attribute" && it.first_child().is_some_and(|it| it.text() == "value")
    };
    children(opening).iter().any(is_value).then_some(context)
}

/// Whether a tag is a component and no HTML element.
fn is_component(name: Node<'_>, text: &str) -> bool {
    match name.kind() {
        "identifier" => text.starts_with(|it: char| !it.is_lowercase()),
        "jsx_namespace_name" => false,
        _ => true,
    }
}
