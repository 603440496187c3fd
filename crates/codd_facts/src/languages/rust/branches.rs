//! Conditions, branches and what they give.

use super::walk::Walk;
use crate::lowering::{Here, READ};
use crate::node::{Node, children, field};
use crate::{Expr, ExprId};

impl<'t> Walk<'_, 't> {
    /// A condition, which may bind names in the scope of `here`.
    pub(super) fn condition(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "let_condition" => {
                let value = field(node, "value").map(|it| self.expr(it, READ, here));
                if let Some(pattern) = field(node, "pattern") {
                    self.pattern(pattern, value, here);
                }
            }
            "let_chain" => {
                if self.enter(node, here) {
                    for part in children(node) {
                        self.condition(part, here);
                    }
                    self.leave();
                }
            }
            _ => {
                self.expr(node, READ, here);
            }
        }
    }

    pub(super) fn if_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut values = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at {
            let inside = self.block(here);
            if let Some(condition) = field(node, "condition") {
                self.condition(condition, inside);
            }
            if let Some(block) = field(node, "consequence") {
                values.push(self.block_value(block, inside));
            }
            at = None;
            let alternative = field(node, "alternative").and_then(Node::first_child);
            match alternative {
                Some(inner) if inner.kind() == "if_expression" => at = Some(inner),
                Some(block) => values.push(self.block_value(block, here)),
                None => {}
            }
        }
        self.one_of(values)
    }

    pub(super) fn match_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let value = field(node, "value").map(|it| self.expr(it, READ, here));
        let mut values = Vec::new();
        for arm in field(node, "body").map(children).unwrap_or_default() {
            if arm.kind() != "match_arm" {
                continue;
            }
            let inside = self.block(here);
            if let Some(pattern) = field(arm, "pattern") {
                self.pattern(pattern, value, inside);
            }
            if let Some(body) = field(arm, "value") {
                values.push(self.expr(body, READ, inside));
            }
        }
        self.one_of(values)
    }

    /// One of some values, without those that say nothing.
    pub(super) fn one_of(&mut self, values: Vec<ExprId>) -> ExprId {
        let says = |it: &ExprId| !matches!(self.semantics().expr(*it), Expr::Literal);
        let mut told: Vec<ExprId> = values.into_iter().filter(says).collect();
        told.sort();
        told.dedup();
        if told.is_empty() { self.literal() } else { self.either(told) }
    }
}
