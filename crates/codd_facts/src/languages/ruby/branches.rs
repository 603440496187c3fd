//! Branches, patterns and rescues, and what they give.

use super::Walk;
use crate::lowering::{Here, Use};
use crate::node::{Node, children, field};
use crate::{ExprId, ReferenceKind};

impl<'t> Walk<'_, 't> {
    pub(super) fn choice(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(condition) = field(node, "condition") {
            self.expr(condition, here);
        }
        let mut options = Vec::new();
        let mut at = Some(node);
        // `elsif` nests as deep as there are branches.
        while let Some(node) = at.take() {
            if node.kind() == "elsif"
                && let Some(condition) = field(node, "condition")
            {
                self.expr(condition, here);
            }
            if let Some(then) = field(node, "consequence") {
                options.push(self.expr(then, here));
            }
            match field(node, "alternative") {
                Some(next) if next.kind() == "elsif" => at = Some(next),
                Some(last) => options.push(self.expr(last, here)),
                None => {}
            }
        }
        self.either(options)
    }

    pub(super) fn case(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut options = Vec::new();
        for child in children(node) {
            match child.kind() {
                "when" | "in_clause" => {
                    let body = field(child, "body");
                    for part in children(child) {
                        if Some(part) != body {
                            self.pattern(part, here);
                        }
                    }
                    if let Some(body) = body {
                        options.push(self.expr(body, here));
                    }
                }
                "else" => options.push(self.expr(child, here)),
                _ => {
                    self.expr(child, here);
                }
            }
        }
        self.either(options)
    }

    /// A pattern refers to classes and binds names.
    fn pattern(&mut self, node: Node<'t>, here: Here) {
        if !self.enter(node, here) {
            return;
        }
        match node.kind() {
            "constant" | "scope_resolution" => {
                self.constant(node, Use::Kind(ReferenceKind::Type), here);
            }
            "pattern"
            | "array_pattern"
            | "hash_pattern"
            | "find_pattern"
            | "alternative_pattern"
            | "parenthesized_pattern"
            | "keyword_pattern"
            | "as_pattern"
            | "splat_parameter" => {
                for child in children(node) {
                    match child.kind() {
                        "identifier" => self.local(child.text(), None, None, here),
                        _ => self.pattern(child, here),
                    }
                }
            }
            _ => {
                self.expr(node, here);
            }
        }
        self.leave();
    }

    pub(super) fn rescue(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut classes = Vec::new();
        for it in field(node, "exceptions").map(children).unwrap_or_default() {
            classes.push(match it.kind() {
                "constant" | "scope_resolution" => {
                    self.constant(it, Use::Kind(ReferenceKind::Type), here)
                }
                _ => self.expr(it, here),
            });
        }
        if let Some(name) = field(node, "variable").and_then(Node::first_child)
            && name.kind() == "identifier"
        {
            let declared = (!classes.is_empty()).then(|| self.either(classes));
            self.local(name.text(), declared, None, here);
        }
        match field(node, "body") {
            Some(body) => self.statements(body, here),
            None => self.literal(),
        }
    }
}
