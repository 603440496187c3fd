//! Statements, with the names that conditions make sure of.

use super::super::jvm;
use super::declarations::Class;
use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, READ};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ExprId, ScopeKind};

impl<'t> Walk<'_, 't> {
    /// Walks a statement; gives its value where it is an expression.
    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        self.deeper(node, here, |it| it.statement_within(node, here)).flatten()
    }

    fn statement_within(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        match node.kind() {
            "block" => {
                let inside = self.it.block(here);
                return self.statements(node, inside);
            }
            "property_declaration" => self.local(node, here),
            "class_declaration"
            | "object_declaration"
            | "function_declaration"
            | "type_alias"
            | "companion_object" => self.member(node, &Class::default(), here),
            "for_statement" => self.for_loop(node, here),
            "while_statement" | "do_while_statement" | "finally_block" | "ERROR" => {
                self.statements(node, here);
            }
            "label" => {}
            "assignment" => self.assignment(node, here),
            _ => return Some(self.expression(node, READ, here)),
        }
        None
    }

    /// The value of a block is that of its last statement.
    pub(super) fn statements(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let mut last = None;
        for it in children(node) {
            last = self.statement(it, here);
        }
        last
    }

    fn for_loop(&mut self, node: Node<'t>, here: Here) {
        let inside = self.it.block(here);
        let mut variable = None;
        for it in children(node) {
            match it.kind() {
                "variable_declaration" => variable = Some(it),
                "multi_variable_declaration" => self.taken_apart(it, inside),
                "annotation" | "label" => {}
                "block" => {
                    self.statement(it, inside);
                }
                _ => {
                    let Some(value) = self.statement(it, inside) else { continue };
                    let Some(variable) = variable.take() else { continue };
                    let Some(name) = child_of_kind(variable, "identifier") else { continue };
                    self.it.bind(inside, plain_name(name), Bound::Element(value));
                    let of = children(variable).into_iter().find(|it| is_type(*it));
                    if let Some(of) = of {
                        let declared = self.type_of(of, inside);
                        self.it.bind(inside, plain_name(name), Bound::Typed(declared));
                    }
                }
            }
        }
    }

    /// `if`: what the condition makes sure of holds in the first branch.
    pub(super) fn if_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let condition = field(node, "condition");
        let sure = self.it.block(here);
        if let Some(condition) = condition {
            self.expression(condition, READ, here);
            self.smart_casts(condition, sure);
        }
        let branches = children(node).into_iter().filter(|it| Some(*it) != condition);
        let mut values = Vec::new();
        for (at, branch) in branches.enumerate() {
            let inside = if at == 0 { sure } else { here };
            values.extend(self.statement(branch, inside));
        }
        self.it.either(values)
    }

    /// Types of locals that `x is Type` tells, alone or joined by `&&`.
    fn smart_casts(&mut self, condition: Node<'t>, sure: Here) {
        let mut at = Some(condition);
        while let Some(node) = at.take() {
            let mut check = node;
            if node.kind() == "binary_expression"
                && field(node, "operator").is_some_and(|it| it.text() == "&&")
            {
                at = field(node, "left");
                check = field(node, "right").unwrap_or(node);
            }
            if check.kind() == "is_expression"
                && !check.all_children().any(|it| it.kind() == "!is")
                && let (Some(left), Some(of)) = (field(check, "left"), field(check, "right"))
                && left.kind() == "identifier"
            {
                self.smart_cast(left, of, sure);
            }
        }
    }

    /// A local, which nobody else may write, has that type here.
    fn smart_cast(&mut self, name: Node<'t>, of: Node<'t>, sure: Here) {
        let name = plain_name(name).into();
        let is_local = self.it.builder.bound_so_far(sure.scope, &name).is_some_and(|(scope, _)| {
            let kind = self.it.semantics().scope(scope).kind;
            matches!(kind, ScopeKind::Function | ScopeKind::Block)
        });
        if is_local {
            let declared = self.type_of(of, sure);
            self.it.bind(sure, name, Bound::Typed(declared));
        }
    }

    pub(super) fn when_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.it.block(here);
        let mut subject = None;
        let mut values = Vec::new();
        for it in children(node) {
            match it.kind() {
                "when_subject" => {
                    let name = child_of_kind(it, "variable_declaration")
                        .and_then(|it| child_of_kind(it, "identifier"));
                    let value = children(it)
                        .into_iter()
                        .rfind(|it| !matches!(it.kind(), "variable_declaration" | "annotation"));
                    subject = name.or(value.filter(|it| it.kind() == "identifier"));
                    let Some(value) = value.map(|it| self.expression(it, READ, inside)) else {
                        continue;
                    };
                    self.it.bind(inside, jvm::SWITCHED, Bound::Value(value));
                    if let Some(name) = name {
                        self.it.local(plain_name(name), None, Some(value), inside);
                    }
                }
                "when_entry" => values.extend(self.when_entry(it, subject, inside)),
                _ => {}
            }
        }
        self.it.either(values)
    }

    fn when_entry(
        &mut self,
        node: Node<'t>,
        subject: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let sure = self.it.block(here);
        let parts = children(node);
        let (body, conditions) = parts.split_last()?;
        for condition in conditions {
            let of = children(*condition).into_iter().find(|it| is_type(*it));
            match (condition.kind(), of, subject) {
                ("type_test", Some(of), Some(subject)) => {
                    self.type_of(of, here);
                    if conditions.len() == 1 {
                        self.smart_cast(subject, of, sure);
                    }
                }
                ("type_test", Some(of), None) => {
                    self.type_of(of, here);
                }
                ("range_test", ..) => {
                    for it in children(*condition) {
                        self.expression(it, READ, here);
                    }
                }
                _ => {
                    self.expression(*condition, READ, here);
                    self.smart_casts(*condition, sure);
                }
            }
        }
        self.statement(*body, sure)
    }
}
