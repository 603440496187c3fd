//! Packages and imports of a Java file.

use super::{Unit, Walk};
use crate::lowering::Here;
use crate::node::{Node, children, has_child};
use crate::{ImportItem, Name};

/// What the head of a file says.
pub(super) fn unit(root: Node<'_>) -> Unit {
    let mut unit = Unit { package: Name::default(), is_testng: false };
    for node in children(root) {
        match node.kind() {
            "package_declaration" => {
                unit.package =
                    children(node).into_iter().rev().find_map(dotted).unwrap_or_default();
            }
            "import_declaration" => {
                let path = children(node).into_iter().find_map(dotted).unwrap_or_default();
                unit.is_testng |= path.starts_with("org.testng");
            }
            _ => {}
        }
    }
    unit
}

/// The text of a dotted name without the layout in it.
pub(super) fn dotted(node: Node<'_>) -> Option<Name> {
    match node.kind() {
        "identifier" => Some(node.text().into()),
        "scoped_identifier" => {
            let parts = node.below().filter(|it| it.kind() == "identifier");
            let parts: Vec<&str> = parts.map(Node::text).collect();
            Some(parts.join(".").into())
        }
        _ => None,
    }
}

impl<'t> Walk<'_, 't> {
    pub(super) fn import(&mut self, node: Node<'t>, here: Here) {
        let Some(path) = children(node).into_iter().find_map(dotted) else { return };
        if has_child(node, "asterisk") {
            // Types of a package, or members of a type.
            self.it.open(path.clone());
            self.it.import(path, ImportItem::Star, node, here);
            return;
        }
        let Some((module, name)) = path.rsplit_once('.') else { return };
        let item = ImportItem::Named(name.into());
        self.it.import_as(name, module, item, node, here);
    }
}
