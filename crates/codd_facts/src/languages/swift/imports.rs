//! Targets and imports of a Swift file.

use super::declarations::Around;
use super::targets::{self, namespaces};
use super::{Unit, Walk, plain_name};
use crate::lowering::Here;
use crate::node::{Node, child_of_kind, children};
use crate::{Import, ImportItem, ImportRequest, Name};

/// What the head of a file says.
pub(super) fn unit(root: Node<'_>) -> Unit {
    let mut unit = Unit { uses_xctest: false, uses_testing: false, uses_vapor: false };
    for node in children(root).into_iter().filter(|it| it.kind() == "import_declaration") {
        match module(node).as_deref() {
            Some("XCTest" | "XCTVapor") => unit.uses_xctest = true,
            Some("Testing" | "VaporTesting") => unit.uses_testing = true,
            Some("Vapor") => unit.uses_vapor = true,
            _ => {}
        }
    }
    unit
}

/// The first name of an import: the module.
fn module(node: Node<'_>) -> Option<Name> {
    let path = child_of_kind(node, "identifier")?;
    children(path).first().map(|it| plain_name(*it).into())
}

impl<'t> Walk<'_, 't> {
    pub(super) fn source_file(&mut self, root: Node<'t>, here: Here) {
        let own = namespaces(self.it.path.as_str());
        self.it.open(own.target.clone());
        let request = ImportRequest { module: Name::new_static(targets::OWN), level: 0 };
        let import = Import { request, item: ImportItem::Star, owner: None, is_implied: true };
        self.it.builder.import(import, root.span());
        let mut offered = vec![own.target];
        offered.extend(own.all);
        let file = Around { offered, ..Around::default() };
        let mut here = here;
        for node in children(root) {
            match node.kind() {
                "import_declaration" => self.import(node, here),
                "statements" => {
                    self.statements(node, here);
                }
                "guard_statement" => here = self.guard(node, here),
                _ => self.member(node, &file, here),
            }
        }
    }

    fn import(&mut self, node: Node<'t>, here: Here) {
        let Some(module) = module(node) else { return };
        self.it.open(module.clone());
        self.it.import(module, ImportItem::Star, node, here);
    }
}
