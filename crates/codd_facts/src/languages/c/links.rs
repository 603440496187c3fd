//! What C and C++ code names outside of it: commands, included files that are no code by
//! themselves.

use codd_source::Span;

use super::Walk;
use crate::LinkRole;
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
        included(&mut links, root.text());
        links.give_to(&mut self.builder);
    }
}

/// Included lists, of a table's values or of a macro's uses: parts of what stands around them,
/// where the grammar knows no `#include`.
fn included(links: &mut CodeLinks<'_>, text: &str) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        let path = directive.and_then(|it| it.strip_prefix("include")).map(str::trim_start);
        let path = path.and_then(|it| it.strip_prefix('"')?.split_once('"'));
        if let Some((path, _)) = path
            && let Some((_, ending)) = path.rsplit_once('.')
            && !ending.contains('/')
            && !super::is_code(ending)
        {
            let end = start + line.trim_end().len();
            links.file(path, LinkRole::Reads, Span { start: start as u32, end: end as u32 });
        }
        start += line.len();
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
