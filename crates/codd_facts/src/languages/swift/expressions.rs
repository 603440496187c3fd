//! Expressions: names, members, operators, assignments, literals.

use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, READ, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{ContainerKind, Expr, ExprId, Item, Member};

impl<'t> Walk<'_, 't> {
    pub(super) fn expression(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.expression_within(node, usage, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn expression_within(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let expected = self.expected.take();
        match node.kind() {
            "simple_identifier" => self.name(node, usage, here),
            "self_expression" => self.it.this(here),
            "super_expression" => self.it.super_of(here),
            "navigation_expression" => self.navigation(node, usage, expected, here),
            "call_expression" | "constructor_expression" => self.call(node, expected, here),
            "macro_invocation" => {
                let suffix = child_of_kind(node, "call_suffix");
                self.arguments(suffix, None, None, here);
                self.it.unknown()
            }
            "lambda_literal" => self.closure(node, expected, None, here),
            "prefix_expression" => self.prefix(node, usage, expected, here),
            "postfix_expression"
            | "directly_assignable_expression"
            | "try_expression"
            | "await_expression"
            | "consume_expression"
            | "unsafe_expression" => {
                let inner = children(node)
                    .into_iter()
                    .find(|it| !matches!(it.kind(), "try_operator" | "bang"));
                match inner {
                    Some(inner) => {
                        self.expected = expected;
                        self.expression(inner, usage, here)
                    }
                    None => self.it.unknown(),
                }
            }
            "tuple_expression" => {
                let values: Vec<Node<'t>> = node.fields_named("value").collect();
                match values.as_slice() {
                    [only] => {
                        self.expected = expected;
                        self.expression(*only, usage, here)
                    }
                    _ => {
                        for it in values {
                            self.expression(it, READ, here);
                        }
                        self.it.unknown()
                    }
                }
            }
            "ternary_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expression(condition, READ, here);
                }
                let options = ["if_true", "if_false"].iter().filter_map(|it| field(node, it));
                let options: Vec<Node<'t>> = options.collect();
                self.one_of(&options, expected, here)
            }
            "nil_coalescing_expression" => {
                let options = ["value", "if_nil"].iter().filter_map(|it| field(node, it));
                let options: Vec<Node<'t>> = options.collect();
                self.one_of(&options, expected, here)
            }
            "as_expression" => {
                let of = children(node).into_iter().rfind(|it| is_type(*it));
                let of = of.map(|it| self.type_of(it, here));
                if let Some(value) = field(node, "expr") {
                    self.expected = of;
                    self.expression(value, READ, here);
                    self.expected = None;
                }
                match of {
                    Some(of) => self.it.instance_of(of),
                    None => self.it.unknown(),
                }
            }
            "equality_expression" => {
                let left = field(node, "lhs").map(|it| self.expression(it, READ, here));
                if let Some(right) = field(node, "rhs") {
                    self.expected = left;
                    self.expression(right, READ, here);
                    self.expected = None;
                }
                self.it.literal()
            }
            "assignment" => {
                self.assignment(node, here);
                self.it.unknown()
            }
            "array_literal" => {
                let items: Vec<Node<'t>> = node.fields_named("element").collect();
                let of = expected.map(|it| self.it.index(it, None));
                let mut values = Vec::new();
                for it in items {
                    self.expected = of;
                    let value = self.expression(it, READ, here);
                    values.push(Item { key: None, value });
                }
                self.expected = None;
                self.it.container(ContainerKind::Sequence, values)
            }
            "dictionary_literal" => {
                for key in node.fields_named("key").collect::<Vec<_>>() {
                    self.expression(key, READ, here);
                }
                let mut values = Vec::new();
                for it in node.fields_named("value").collect::<Vec<_>>() {
                    let value = self.expression(it, READ, here);
                    values.push(Item { key: None, value });
                }
                self.it.container(ContainerKind::Mapping, values)
            }
            "line_string_literal" | "multi_line_string_literal" | "raw_string_literal" => {
                self.string(node, here)
            }
            "key_path_expression" => match (child_of_kind(node, "type_identifier"), self.item) {
                (Some(of), _) => {
                    let of = self.it.named(of, crate::lowering::TYPE, here);
                    let mut base = self.it.instance_of(of);
                    for name in
                        children(node).into_iter().filter(|it| it.kind() == "simple_identifier")
                    {
                        base = self.it.member_of(base, name, READ, here);
                    }
                    base
                }
                (None, Some(item)) => item,
                (None, None) => self.it.unknown(),
            },
            "if_statement" => self.if_statement(node, here),
            "switch_statement" => self.switch(node, here),
            "additive_expression"
            | "multiplicative_expression"
            | "conjunction_expression"
            | "disjunction_expression"
            | "infix_expression"
            | "comparison_expression"
            | "bitwise_operation" => self.operators(node, here),
            "integer_literal" | "real_literal" | "boolean_literal" | "nil_literal"
            | "hex_literal" | "bin_literal" | "oct_literal" | "regex_literal"
            | "special_literal" => self.it.literal(),
            _ => {
                for it in children(node) {
                    if is_type(it) {
                        self.type_of(it, here);
                    } else {
                        self.statement(it, here);
                    }
                }
                self.it.literal()
            }
        }
    }

    fn one_of(&mut self, options: &[Node<'t>], expected: Option<ExprId>, here: Here) -> ExprId {
        let mut values = Vec::new();
        for it in options {
            self.expected = expected;
            values.push(self.expression(*it, READ, here));
        }
        self.expected = None;
        self.it.either(values)
    }

    fn name(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let text = plain_name(node);
        if text == "Self" {
            return self.own_type(here);
        }
        let target = self.it.name(here.scope, text);
        self.it.refer(target, node, usage, here);
        target
    }

    fn navigation(
        &mut self,
        node: Node<'t>,
        usage: Use,
        expected: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let parts = children(node);
        let (Some(object), Some(suffix)) =
            (parts.first(), child_of_kind(node, "navigation_suffix"))
        else {
            return match parts.first() {
                Some(of) => self.expression(*of, READ, here),
                None => self.it.unknown(),
            };
        };
        let base = if is_type(*object) {
            let of = self.type_of(*object, here);
            self.it.instance_of(of)
        } else {
            self.expected = expected;
            let base = self.expression(*object, READ, here);
            self.expected = None;
            base
        };
        let Some(name) = field(suffix, "suffix").filter(|it| it.kind() == "simple_identifier")
        else {
            return self.it.unknown();
        };
        if matches!(name.text(), "self" | "Type") {
            return base;
        }
        let target = self.it.attribute(base, plain_name(name));
        self.it.refer(target, name, usage, here);
        target
    }

    fn prefix(
        &mut self,
        node: Node<'t>,
        usage: Use,
        expected: Option<ExprId>,
        here: Here,
    ) -> ExprId {
        let (Some(operation), Some(target)) = (field(node, "operation"), field(node, "target"))
        else {
            return self.it.unknown();
        };
        if operation.text() == "." {
            let base = expected.unwrap_or_else(|| self.it.unknown());
            let member = self.it.attribute(base, plain_name(target));
            self.it.refer(member, target, usage, here);
            return member;
        }
        self.expression(target, READ, here);
        self.it.literal()
    }

    /// A chain of operators, which is as deep as it is long.
    fn operators(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut rights = Vec::new();
        let mut at = node;
        while matches!(
            at.kind(),
            "additive_expression"
                | "multiplicative_expression"
                | "conjunction_expression"
                | "disjunction_expression"
                | "infix_expression"
                | "comparison_expression"
                | "bitwise_operation"
        ) {
            let (Some(left), Some(right)) = (field(at, "lhs"), field(at, "rhs")) else { break };
            rights.push(right);
            at = left;
        }
        if at == node {
            for it in children(node) {
                self.expression(it, READ, here);
            }
            return self.it.literal();
        }
        self.expression(at, READ, here);
        for right in rights.into_iter().rev() {
            self.expression(right, READ, here);
        }
        self.it.literal()
    }

    fn string(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut is_constant = true;
        for part in children(node) {
            let inner = match part.kind() {
                "raw_str_interpolation" => children(part),
                _ => vec![part],
            };
            for it in inner.into_iter().filter(|it| it.kind() == "interpolated_expression") {
                is_constant = false;
                for it in children(it) {
                    self.expression(it, READ, here);
                }
            }
        }
        match plain_text(node).filter(|_| is_constant) {
            Some(text) => self.it.text_constant(text),
            None => self.it.literal(),
        }
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) {
        let (Some(left), Some(right)) = (field(node, "target"), field(node, "result")) else {
            return;
        };
        let target = self.expression(left, WRITE, here);
        if field(node, "operator").is_some_and(|it| it.text() != "=") {
            self.expression(left, READ, here);
        }
        self.expected = Some(target);
        let value = self.expression(right, READ, here);
        self.expected = None;
        // `hooks[name] = hook`, `hooks += [hook]`.
        let is_added = field(node, "operator").is_some_and(|it| it.text() == "+=");
        match self.it.semantics().expr(value) {
            Expr::Container { items, .. } if is_added => {
                let items: Vec<ExprId> = items.iter().map(|it| it.value).collect();
                for item in items {
                    self.it.keep(target, item, here);
                }
            }
            _ if is_added || matches!(self.it.semantics().expr(target), Expr::Index { .. }) => {
                self.it.keep(target, value, here);
            }
            _ => {}
        }
        let Some(class) = here.class else { return };
        // What is assigned to a property of this very object is what its methods find there.
        if let Expr::Attribute { base, name } = self.it.semantics().expr(target)
            && matches!(self.it.semantics().expr(*base), Expr::This { class: it } if *it == class)
        {
            let name = name.clone();
            self.it.builder.semantics.members.push(Member { class, name, value, definition: None });
        }
    }
}

/// The content of a string literal without interpolation and escapes.
pub(super) fn plain_text(node: Node<'_>) -> Option<&str> {
    let text = node.text();
    let inner = match text.strip_prefix("\"\"\"") {
        Some(rest) => rest.strip_suffix("\"\"\"")?,
        None => text.strip_prefix('"')?.strip_suffix('"')?,
    };
    (!inner.contains('\\')).then_some(inner)
}
