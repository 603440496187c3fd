//! Assignments: to variables, attributes, items, and to several at once.

use super::Walk;
use crate::lowering::{Here, READ, Use, WRITE};
use crate::node::{Node, children, field};
use crate::{Bound, ExprId, MODULE_SCOPE, Name};

impl<'t> Walk<'_, 't> {
    pub(super) fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), right) = (field(node, "left"), field(node, "right")) else {
            return self.unknown();
        };
        self.replaces_hooks(left, here);
        match left.kind() {
            "constant" | "scope_resolution" => self.constant_assignment(node, left, right, here),
            "global_variable" => {
                let value = self.optional(right, here);
                self.global_assignment(left, node, value);
                value
            }
            _ => {
                let value = self.optional(right, here);
                self.assign(left, value, here);
                value
            }
        }
    }

    pub(super) fn operator_assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return self.unknown();
        };
        let is_or = field(node, "operator").is_some_and(|it| it.text() == "||=");
        if is_or && matches!(left.kind(), "constant" | "scope_resolution") {
            return self.constant_assignment(node, left, Some(right), here);
        }
        let value = self.expr(right, here);
        let old = match left.kind() {
            "instance_variable" | "class_variable" => self.instance_variable(left, READ, here),
            "identifier" if !self.is_local(left.text(), here) => value,
            _ => self.expr(left, here),
        };
        let value = if is_or { self.either(vec![old, value]) } else { value };
        self.assign(left, value, here);
        value
    }

    /// Gives a value to what is named at a node.
    pub(super) fn assign(&mut self, target: Node<'t>, value: ExprId, here: Here) {
        if !self.enter(target, here) {
            return;
        }
        match target.kind() {
            "identifier" => self.bind(here, target.text(), Bound::Value(value)),
            "instance_variable" | "class_variable" => {
                if here.class.is_some() {
                    self.field_value(target, value, here);
                    self.instance_variable(target, WRITE, here);
                } else {
                    let top = Here { scope: MODULE_SCOPE, ..here };
                    self.bind(top, target.text(), Bound::Value(value));
                }
            }
            "global_variable" => self.global_assignment(target, target, value),
            "constant" | "scope_resolution" => {
                self.constant_assignment(target, target, None, here);
            }
            "left_assignment_list" | "destructured_left_assignment" => {
                for (at, it) in children(target).into_iter().enumerate() {
                    let item = self.index(value, Some(Name::from(at.to_string())));
                    self.assign(it, item, here);
                }
            }
            "rest_assignment" => {
                if let Some(inner) = target.first_child() {
                    self.assign(inner, value, here);
                }
            }
            "call" => {
                let receiver = field(target, "receiver").map(|it| self.expr(it, here));
                if let (Some(base), Some(method)) = (receiver, field(target, "method")) {
                    let setter = self.attribute(base, format!("{}=", method.text()));
                    self.refer(setter, method, Use::Called(Some(1)), here);
                }
            }
            "element_reference" => {
                let parts = children(target);
                for it in parts.iter().skip(1) {
                    self.expr(*it, here);
                }
                if let Some(base) = field(target, "object") {
                    match base.kind() {
                        // Whoever takes an item out of it gets one of those put in.
                        "instance_variable" | "class_variable" if here.class.is_some() => {
                            self.instance_variable(base, WRITE, here);
                            self.field_value(base, value, here);
                        }
                        _ => {
                            self.expr(base, here);
                        }
                    }
                }
            }
            _ => {
                self.expr(target, here);
            }
        }
        self.leave();
    }
}
