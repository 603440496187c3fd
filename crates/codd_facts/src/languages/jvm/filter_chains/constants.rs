//! Texts that a file gives names to once and for all.

use std::collections::BTreeMap;

use crate::node::{Node, child_of_kind, children, field};

/// What constants of a file are made of.
#[derive(Debug, Default)]
pub(super) struct Constants<'t> {
    /// `None` where a name means several.
    values: BTreeMap<&'t str, Option<Node<'t>>>,
}

impl<'t> Constants<'t> {
    pub(super) fn of(root: Node<'t>) -> Constants<'t> {
        let mut found = Constants::default();
        for node in root.below() {
            match node.kind() {
                "field_declaration" | "local_variable_declaration" | "constant_declaration" => {
                    let modifiers = child_of_kind(node, "modifiers");
                    let is_final = modifiers.is_some_and(|it| it.text().contains("final"))
                        || node.kind() == "constant_declaration";
                    for it in
                        children(node).into_iter().filter(|it| it.kind() == "variable_declarator")
                    {
                        let value = field(it, "value").filter(|_| is_final);
                        found.add(field(it, "name"), value);
                    }
                }
                "property_declaration" => {
                    let is_final = node.all_children().any(|it| it.text() == "val");
                    let name = child_of_kind(node, "variable_declaration");
                    let name = name.and_then(Node::first_child);
                    let value = children(node).last().copied().filter(|it| {
                        is_final && !matches!(it.kind(), "getter" | "variable_declaration")
                    });
                    found.add(name, value);
                }
                // What is given may be called like a constant.
                "formal_parameter" => found.add(field(node, "name"), None),
                "parameter" => found.add(node.first_child(), None),
                _ => {}
            }
        }
        found
    }

    fn add(&mut self, name: Option<Node<'t>>, value: Option<Node<'t>>) {
        let Some(name) = name else { return };
        let known = self.values.entry(name.text());
        known.and_modify(|it| *it = None).or_insert(value);
    }

    pub(super) fn value(&self, name: &str) -> Option<Node<'t>> {
        self.values.get(name).copied().flatten()
    }
}
