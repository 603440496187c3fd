//! Expressions: where values come from and what they refer to.

use super::Walk;
pub(super) use super::texts::string_text;
use crate::lowering::{Here, READ, Use};
use crate::node::{Node, children, field};
use crate::{Bound, ExprId};

impl<'t> Walk<'_, 't> {
    pub(super) fn expr(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let value = self.expr_within(node, here);
        self.leave();
        value
    }

    fn expr_within(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "variable_name" => self.variable(node, READ, here),
            "name" if node.text().starts_with("__") => self.magic_constant(node, here),
            "name" | "qualified_name" | "relative_name" => self.named_at(node, READ, here),
            "relative_scope" => self.meaning_of(node.text(), node, here),
            "string" | "nowdoc" => match string_text(node) {
                Some(text) => self.text_constant(text),
                None => self.literal(),
            },
            "encapsed_string" | "heredoc" | "heredoc_body" | "shell_command_expression" => {
                match string_text(node) {
                    Some(text) => self.text_constant(text),
                    None => {
                        self.each(node, here);
                        self.literal()
                    }
                }
            }
            "integer" | "float" | "boolean" | "null" => self.literal(),
            "parenthesized_expression"
            | "error_suppression_expression"
            | "by_ref"
            | "print_intrinsic"
            | "clone_expression" => match node.first_child() {
                Some(inner) => self.expr(inner, here),
                None => self.unknown(),
            },
            "assignment_expression" | "reference_assignment_expression" => {
                self.assignment(node, here)
            }
            "augmented_assignment_expression" => self.augmented(node, here),
            "binary_expression" => self.binary(node, here),
            "conditional_expression" => self.conditional(node, here),
            "match_expression" => self.match_expression(node, here),
            "update_expression" => match field(node, "argument") {
                Some(it) => self.place(it, here),
                None => self.unknown(),
            },
            "function_call_expression" => self.function_call(node, here),
            "member_call_expression" | "nullsafe_member_call_expression" => {
                self.member_call(node, here)
            }
            "scoped_call_expression" => self.static_call(node, here),
            "object_creation_expression" => self.creation(node, here),
            "member_access_expression" | "nullsafe_member_access_expression" => {
                self.member_access(node, READ, here)
            }
            "scoped_property_access_expression" => self.static_property(node, READ, here),
            "class_constant_access_expression" => self.class_constant(node, here),
            "subscript_expression" => self.subscript(node, here),
            "array_creation_expression" => self.array(node, here),
            "anonymous_function" | "arrow_function" => self.closure(node, here),
            "include_expression"
            | "include_once_expression"
            | "require_expression"
            | "require_once_expression" => self.include(node, here),
            "yield_expression" => {
                for child in children(node) {
                    let value = self.expr(child, here);
                    self.returned(value, here);
                }
                self.unknown()
            }
            "array_element_initializer" => {
                let parts = children(node);
                let mut last = self.unknown();
                for part in parts {
                    last = self.expr(part, here);
                }
                last
            }
            "throw_expression" | "cast_expression" | "unary_op_expression" => {
                self.each(node, here);
                self.literal()
            }
            "dynamic_variable_name" => {
                self.not_modelled("variable variables");
                self.each(node, here);
                self.unknown()
            }
            "compound_statement" | "expression_statement" => {
                self.visit(node, here);
                self.unknown()
            }
            _ => {
                self.each(node, here);
                self.unknown()
            }
        }
    }

    pub(super) fn each(&mut self, node: Node<'t>, here: Here) {
        for child in children(node) {
            self.expr(child, here);
        }
    }

    /// Operators, whose left sides nest as deep as a text is long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut rights = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" {
            rights.push(at);
            match field(at, "left") {
                Some(left) => at = left,
                None => break,
            }
        }
        let mut value = self.expr(at, here);
        for node in rights.into_iter().rev() {
            let operator = field(node, "operator").map_or("", Node::text);
            let Some(right) = field(node, "right") else { continue };
            if operator.eq_ignore_ascii_case("instanceof") {
                self.instance_test(node, right, here);
                value = self.literal();
                continue;
            }
            let right = self.expr(right, here);
            value = match operator {
                "??" => self.either(vec![value, right]),
                "." => self.joined_texts(value, right),
                _ => self.literal(),
            };
        }
        value
    }

    fn joined_texts(&mut self, left: ExprId, right: ExprId) -> ExprId {
        let text = |it: &Self, id: ExprId| match it.semantics().expr(id) {
            crate::Expr::Text(text) => Some(text.clone()),
            _ => None,
        };
        match (text(self, left), text(self, right)) {
            (Some(left), Some(right)) if left.len() + right.len() < 400 => {
                self.text_constant(format!("{left}{right}"))
            }
            _ => self.literal(),
        }
    }

    /// `$x instanceof C` says what a variable may be.
    fn instance_test(&mut self, node: Node<'t>, class: Node<'t>, here: Here) {
        let class = match class.kind() {
            "name" | "qualified_name" | "relative_name" => {
                self.named_at(class, crate::lowering::TYPE, here)
            }
            _ => {
                self.expr(class, here);
                return;
            }
        };
        if let Some(left) = field(node, "left").filter(|it| it.kind() == "variable_name")
            && left.text() != "$this"
            && here.owner.is_some()
        {
            self.bind(here, left.text(), Bound::Typed(class));
        }
    }

    fn conditional(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let condition = field(node, "condition").map(|it| self.expr(it, here));
        let body = field(node, "body").map(|it| self.expr(it, here)).or(condition);
        let alternative = field(node, "alternative").map(|it| self.expr(it, here));
        let options = body.into_iter().chain(alternative).collect();
        self.either(options)
    }

    fn match_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(condition) = field(node, "condition") {
            self.expr(condition, here);
        }
        let mut options = Vec::new();
        for arm in field(node, "body").map(children).unwrap_or_default() {
            if let Some(conditions) = field(arm, "conditional_expressions") {
                self.each(conditions, here);
            }
            if let Some(value) = field(arm, "return_expression") {
                options.push(self.expr(value, here));
            }
        }
        self.either(options)
    }

    /// `$a->b`, whose name has the dollar sign of the property that it is.
    pub(super) fn member_access(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(object) = field(node, "object") else { return self.unknown() };
        let base = self.expr(object, here);
        let Some(name) = field(node, "name") else { return self.unknown() };
        if name.kind() != "name" {
            self.not_modelled("dynamic property");
            self.expr(name, here);
            return self.unknown();
        }
        let target = self.attribute(base, format!("${}", name.text()));
        self.refer(target, name, usage, here);
        target
    }

    pub(super) fn static_property(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(scope) = field(node, "scope") else { return self.unknown() };
        let base = self.expr(scope, here);
        match field(node, "name") {
            Some(name) if name.kind() == "variable_name" => self.member_of(base, name, usage, here),
            _ => self.unknown(),
        }
    }

    /// `C::NAME` and `C::class`.
    fn class_constant(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let [scope, name] = children(node)[..] else { return self.unknown() };
        let base = self.expr(scope, here);
        if name.text().eq_ignore_ascii_case("class") {
            return base;
        }
        if name.is_leaf() { self.member_of(base, name, READ, here) } else { self.unknown() }
    }
}
