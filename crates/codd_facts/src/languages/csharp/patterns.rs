//! Patterns: the types and constants they compare with, and the names they bind.

use super::Walk;
use crate::lowering::{Here, READ, TYPE};
use crate::node::{Node, children, field};
use crate::{Bound, ExprId};

impl<'t> Walk<'_, 't> {
    /// Walks a pattern; `of` is the type of what is compared, where it is known.
    pub(super) fn pattern(&mut self, node: Node<'t>, of: Option<ExprId>, here: Here) {
        self.deeper(node, here, |it| it.pattern_within(node, of, here));
    }

    fn pattern_within(&mut self, node: Node<'t>, of: Option<ExprId>, here: Here) {
        match node.kind() {
            "declaration_pattern" | "recursive_pattern" => {
                let declared = field(node, "type").map(|it| self.type_of(it, here)).or(of);
                for it in children(node) {
                    if it.kind().ends_with("pattern_clause") {
                        self.subpatterns(it, declared, here);
                    }
                }
                if let Some(name) = field(node, "name") {
                    self.it.local(name.text(), declared, None, here);
                }
            }
            "var_pattern" => {
                if let Some(name) = field(node, "name") {
                    self.it.bind(here, name.text(), Bound::Unknown);
                }
            }
            "type_pattern" => {
                if let Some(of) = field(node, "type") {
                    self.type_of(of, here);
                }
            }
            "constant_pattern" | "relational_pattern" => {
                for it in children(node) {
                    self.expression(it, READ, here);
                }
            }
            "discard" => {}
            kind if kind.ends_with("pattern") => {
                for it in children(node) {
                    self.pattern(it, of, here);
                }
            }
            "identifier" | "generic_name" | "qualified_name" => {
                self.named_type(node, TYPE, here);
            }
            _ => {
                self.expression(node, READ, here);
            }
        }
    }

    fn subpatterns(&mut self, clause: Node<'t>, of: Option<ExprId>, here: Here) {
        for subpattern in children(clause) {
            for it in children(subpattern) {
                if it.kind().ends_with("pattern") || it.kind() == "discard" {
                    self.pattern(it, None, here);
                } else if it.kind() == "identifier"
                    && let Some(of) = of
                {
                    let instance = self.it.instance_of(of);
                    self.it.member_of(instance, it, READ, here);
                } else if it.kind() != "identifier" {
                    self.expression(it, READ, here);
                }
            }
        }
    }
}
