//! What C and C++ code names outside of it: commands.

use super::Walk;
use crate::code_links::CodeLinks;
use crate::node::{Node, field};
use crate::resources::{Owners, unquoted};

impl<'t> Walk<'_, 't> {
    /// Adds the links of a file that was walked.
    pub(super) fn links(&mut self, root: Node<'t>) {
        let owners = Owners::new(self.builder.definition_spans(root.tree));
        let path = self.lower.path;
        let mut links = CodeLinks::new(path.parent(), owners);
        for node in root.below() {
            if node.kind() == "call_expression" {
                call(&mut links, node);
            }
        }
        links.give_to(&mut self.builder);
    }
}

fn call<'t>(links: &mut CodeLinks<'t>, node: Node<'t>) {
    let Some(function) = field(node, "function") else { return };
    let Some(first) = field(node, "arguments").and_then(Node::first_child) else { return };
    if first.kind() != "string_literal" {
        return;
    }
    if matches!(function.text().trim_start_matches("std::"), "system" | "popen") {
        links.command(unquoted(first.text()), first.span());
    }
}
