//! Expressions: names, members, operators, `for`, `match`, assignments.

use super::super::jvm;
use super::declarations::Class;
use super::{Walk, fields, plain_name};
use crate::lowering::{CALL, Here, READ, TYPE, Use, WRITE};
use crate::node::{Node, children, field, has_child};
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Member};

/// Operators of numbers, texts and collections, which mean nothing of a repository's own.
const PLAIN_OPERATORS: &[&str] = &[
    "!=", "%", "&", "&&", "*", "+", "++", "+:", "-", "->", "/", ":+", "::", ":::", "<", "<<", "<=",
    "==", ">", ">=", ">>", "^", "eq", "ne", "to", "until", "|", "||",
];

impl<'t> Walk<'_, 't> {
    pub(super) fn expression(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.expression_within(node, usage, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn expression_within(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => match node.text() {
                "this" => self.it.this(here),
                "super" => self.it.super_of(here),
                _ => {
                    let target = self.it.name(here.scope, plain_name(node));
                    self.it.refer(target, node, usage, here);
                    target
                }
            },
            "wildcard" => self.placeholder.unwrap_or_else(|| self.it.unknown()),
            "field_expression" => self.member_access(node, usage, here),
            "call_expression" => self.call(node, here),
            "generic_function" => {
                let list = field(node, "type_arguments").into_iter().flat_map(children);
                let types = list.map(|it| self.type_of(it, here)).collect();
                match field(node, "function") {
                    Some(function) => {
                        let of = self.expression(function, usage, here);
                        self.it.applied(of, types)
                    }
                    None => self.it.unknown(),
                }
            }
            "instance_expression" => self.creation(node, here),
            "lambda_expression" => self.lambda(node, None, None, here),
            "infix_expression" => self.infix(node, here),
            "postfix_expression" => {
                let parts = children(node);
                let (Some(base), Some(name)) = (parts.first(), parts.get(1)) else {
                    return self.it.unknown();
                };
                let base = self.expression(*base, READ, here);
                self.it.member_of(base, *name, CALL, here)
            }
            "prefix_expression" => {
                for it in children(node) {
                    self.expression(it, READ, here);
                }
                self.it.literal()
            }
            "assignment_expression" => self.assignment(node, here),
            "block" | "indented_block" | "template_body" => {
                let inside = self.it.block(here);
                let mut last = None;
                for it in children(node) {
                    last = self.member(it, &Class::default(), inside);
                }
                last.unwrap_or_else(|| self.it.unknown())
            }
            "parenthesized_expression" => match children(node).last() {
                Some(inner) => self.expression(*inner, usage, here),
                None => self.it.unknown(),
            },
            "ascription_expression" => {
                for it in children(node) {
                    let is_type = it.kind().contains("type");
                    if !is_type {
                        self.expression(it, READ, here);
                    }
                }
                let of = field(node, "type")
                    .or_else(|| children(node).into_iter().find(|it| it.kind().contains("type")));
                match of {
                    Some(of) => {
                        let of = self.type_of(of, here);
                        self.it.instance_of(of)
                    }
                    None => self.it.unknown(),
                }
            }
            "method_value" => match children(node).first() {
                Some(inner) => self.expression(*inner, CALL, here),
                None => self.it.unknown(),
            },
            "if_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expression(condition, READ, here);
                }
                let branches = ["consequence", "alternative"];
                let branches = branches.iter().filter_map(|it| field(node, it));
                let branches: Vec<Node<'t>> = branches.collect();
                let values = branches.into_iter().map(|it| self.expression(it, READ, here));
                let values = values.collect();
                self.it.either(values)
            }
            "match_expression" => {
                let value = field(node, "value").map(|it| self.expression(it, READ, here));
                match field(node, "body") {
                    Some(body) => self.cases(body, value, here),
                    None => self.it.unknown(),
                }
            }
            "case_block" | "indented_cases" => {
                let inside = self.it.lambda_body(here);
                self.cases(node, None, inside)
            }
            "try_expression" => self.try_expression(node, here),
            "for_expression" => self.for_expression(node, here),
            "return_expression" => {
                for it in children(node) {
                    let value = self.expression(it, READ, here);
                    self.it.returned(value, here);
                }
                self.it.unknown()
            }
            "string" => match jvm::plain_text(node.text()) {
                Some(text) => self.it.text_constant(text),
                None => self.it.literal(),
            },
            "interpolated_string_expression" => {
                // Of this string alone: what stands in one inside of it is read with that one.
                let strings = children(node).into_iter().flat_map(children);
                let parts = strings.filter(|it| it.kind() == "interpolation");
                for it in parts.flat_map(children).collect::<Vec<Node<'t>>>() {
                    self.expression(it, READ, here);
                }
                self.it.literal()
            }
            "tuple_expression" => {
                for it in children(node) {
                    self.expression(it, READ, here);
                }
                self.it.unknown()
            }
            "integer_literal"
            | "floating_point_literal"
            | "boolean_literal"
            | "character_literal"
            | "null_literal"
            | "unit"
            | "operator_identifier" => self.it.literal(),
            kind if kind.ends_with("_definition") || kind.ends_with("_declaration") => {
                self.member(node, &Class::default(), here);
                self.it.unknown()
            }
            kind if kind.contains("type") => {
                self.named_type(node, TYPE, here);
                self.it.unknown()
            }
            _ => {
                for it in children(node) {
                    self.expression(it, READ, here);
                }
                self.it.unknown()
            }
        }
    }

    fn member_access(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (Some(object), Some(name)) = (field(node, "value"), field(node, "field")) else {
            return self.it.unknown();
        };
        if name.text() == "this" {
            // `Outer.this`.
            let mut at = here.class;
            while let Some(id) = at {
                let definition = self.it.semantics().definition(id);
                if definition.name == plain_name(object) {
                    return self.it.add(Expr::This { class: id });
                }
                at = definition.parent;
            }
            return self.it.unknown();
        }
        let base = self.expression(object, READ, here);
        let target = self.it.attribute(base, plain_name(name));
        self.it.refer(target, name, usage, here);
        target
    }

    /// `a op b`: a call, where the operator may be a repository's own.
    fn infix(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(value) = self.suite_infix(node, here) {
            return value;
        }
        // A chain of operators is as deep as it is long.
        let mut steps = Vec::new();
        let mut at = node;
        while at.kind() == "infix_expression" {
            let parts = (field(at, "left"), field(at, "operator"), field(at, "right"));
            let (Some(left), Some(operator), Some(right)) = parts else { break };
            steps.push((operator, right));
            at = left;
        }
        if at == node {
            return self.it.unknown();
        }
        let mut value = self.expression(at, READ, here);
        for (operator, right) in steps.into_iter().rev() {
            let is_plain = PLAIN_OPERATORS.contains(&operator.text());
            if is_plain || operator.text().ends_with(':') {
                self.expression(right, READ, here);
                value = self.it.literal();
                continue;
            }
            let target = self.it.attribute(value, plain_name(operator));
            self.it.refer(target, operator, Use::Called(Some(1)), here);
            let (_, arguments) = self.arguments(right, Some(target), None, here);
            value = self.it.call(target, arguments);
        }
        value
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return self.it.unknown();
        };
        let target = self.expression(left, WRITE, here);
        let value = self.expression(right, READ, here);
        let Some(class) = here.class else { return self.it.unknown() };
        // What is assigned to a field of this very object is what its methods find there.
        let semantics = self.it.semantics();
        let name = match semantics.expr(target) {
            Expr::Attribute { base, name } => {
                matches!(semantics.expr(*base), Expr::This { class: it } if *it == class)
                    .then(|| name.clone())
            }
            Expr::Name { name, .. } => {
                let body = semantics.definition(class).body;
                matches!(
                    self.it.builder.bound_so_far(here.scope, name),
                    Some((scope, Bound::Definition(_))) if Some(scope) == body
                )
                .then(|| name.clone())
            }
            _ => None,
        };
        if let Some(name) = name {
            let member = Member { class, name, value, definition: None };
            self.it.builder.semantics.members.push(member);
        }
        self.it.unknown()
    }

    fn try_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut values = Vec::new();
        for it in children(node) {
            match it.kind() {
                "catch_clause" => {
                    for body in children(it) {
                        values.push(match body.kind() {
                            "case_block" | "indented_cases" => self.cases(body, None, here),
                            _ => self.expression(body, READ, here),
                        });
                    }
                }
                "finally_clause" => {
                    for body in children(it) {
                        self.expression(body, READ, here);
                    }
                }
                _ => values.push(self.expression(it, READ, here)),
            }
        }
        self.it.either(values)
    }

    /// `for { a <- as; b = a.f if b.c } yield b.d`.
    fn for_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut inside = self.it.lambda_body(here);
        let lists = fields(node, "enumerators");
        for enumerator in lists.into_iter().flat_map(children) {
            let parts = children(enumerator);
            let guards = parts.iter().filter(|it| it.kind() == "guard");
            let plain: Vec<Node<'t>> =
                parts.iter().filter(|it| it.kind() != "guard").copied().collect();
            if let [pattern, value] = plain.as_slice() {
                let value = self.expression(*value, READ, inside);
                // What stands behind sees the new names.
                inside = self.it.block(inside);
                let is_item = has_child(enumerator, "<-");
                let name = Some(*pattern).filter(|it| it.kind() == "identifier");
                match (name, is_item) {
                    (Some(name), true) => {
                        self.it.bind(inside, plain_name(name), Bound::Element(value));
                    }
                    (Some(name), false) => {
                        self.it.bind(inside, plain_name(name), Bound::Value(value));
                    }
                    (None, _) => self.pattern(*pattern, None, inside),
                }
            } else {
                for it in plain {
                    self.expression(it, READ, inside);
                }
            }
            for guard in guards {
                self.expression(*guard, READ, inside);
            }
        }
        let value = field(node, "body").map(|it| self.expression(it, READ, inside));
        match value.filter(|_| has_child(node, "yield")) {
            Some(value) => {
                let item = Item { key: None, value };
                self.it.container(ContainerKind::Sequence, vec![item])
            }
            None => self.it.unknown(),
        }
    }
}
