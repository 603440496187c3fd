//! Arrays that are written in place, and the items taken out of them.

use super::Walk;
use super::texts::string_text;
use crate::lowering::Here;
use crate::node::{Node, children};
use crate::{ContainerKind, ExprId, Item, Name};

impl<'t> Walk<'_, 't> {
    pub(super) fn subscript(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let Some(base) = parts.first() else { return self.unknown() };
        let base = self.expr(*base, here);
        let mut key = None;
        for part in parts.iter().skip(1) {
            key = string_text(*part)
                .map(Name::from)
                .or_else(|| (part.kind() == "integer").then(|| part.text().into()));
            self.expr(*part, here);
        }
        self.index(base, key)
    }

    pub(super) fn array(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let elements = children(node);
        let mut items = Vec::new();
        let mut is_mapping = false;
        for (at, element) in elements.iter().enumerate() {
            let parts = children(*element);
            let item = match parts.as_slice() {
                [key, value] => {
                    is_mapping = true;
                    let text = string_text(*key).map(Name::from);
                    self.expr(*key, here);
                    Item { key: text, value: self.expr(*value, here) }
                }
                [spread] if spread.kind() == "variadic_unpacking" => {
                    let all = self.expr(spread.first_child().unwrap_or(*spread), here);
                    Item { key: None, value: self.index(all, None) }
                }
                [value] => {
                    let key = Some(Name::from(at.to_string()));
                    Item { key, value: self.expr(*value, here) }
                }
                _ => continue,
            };
            items.push(item);
        }
        if let Some(method) = self.callable_array(node, &items, here) {
            return method;
        }
        let kind = if is_mapping { ContainerKind::Mapping } else { ContainerKind::Sequence };
        if kind == ContainerKind::Sequence && items.len() > 64 {
            // Numbers of items say little there.
            for it in &mut items {
                it.key = None;
            }
        }
        self.container(kind, items)
    }
}
