//! Expressions: where values come from, and who is called and read.

use super::walk::Walk;
use crate::lowering::{Here, READ, TYPE, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{ContainerKind, ExprId, Item, Name};

impl<'t> Walk<'_, 't> {
    pub(super) fn expr(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        // Chains of calls are long and not deep to those who write them.
        let mut spine = vec![node];
        let mut at = node;
        while let Some(inner) = inner_of(at) {
            spine.push(inner);
            at = inner;
        }
        if !self.enter(node, here) {
            return self.unknown();
        }
        let mut usages = vec![usage];
        for (at, outer) in spine[..spine.len() - 1].iter().enumerate() {
            usages.push(used_by(*outer, usages[at]));
        }
        let last = spine.len() - 1;
        let mut value = self.start(spine[last], usages[last], here);
        for at in (0..last).rev() {
            value = self.step(spine[at], value, usages[at], here);
        }
        self.leave();
        value
    }

    /// An expression that does not begin with another one.
    fn start(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => self.path(node, usage, here),
            "self" => self.named_self(here),
            "scoped_identifier" | "generic_function" => {
                let usage = match usage {
                    // Who is called may be the first argument.
                    Use::Called(_) => crate::lowering::CALL,
                    usage @ Use::Kind(_) => usage,
                };
                self.path(node, usage, here)
            }
            "string_literal" | "raw_string_literal" => match text_of(node) {
                Some(text) => self.text_constant(text),
                None => self.literal(),
            },
            "struct_expression" => self.struct_expression(node, here),
            "closure_expression" => self.closure(node, None, here),
            "macro_invocation" => self.macro_invocation(node, here),
            "block" => self.block_value(node, here),
            "unsafe_block" | "async_block" | "try_block" | "gen_block" | "const_block" => {
                match child_of_kind(node, "block") {
                    Some(block) => self.block_value(block, here),
                    None => self.unknown(),
                }
            }
            "if_expression" => self.if_expression(node, here),
            "match_expression" => self.match_expression(node, here),
            "while_expression" => {
                let inside = self.block(here);
                if let Some(condition) = field(node, "condition") {
                    self.condition(condition, inside);
                }
                self.body(node, inside)
            }
            "loop_expression" => self.body(node, here),
            "for_expression" => {
                let over = field(node, "value").map(|it| self.expr(it, READ, here));
                let inside = self.block(here);
                if let Some(pattern) = field(node, "pattern") {
                    let item = over.map(|it| self.element(it, inside));
                    self.pattern(pattern, item, inside);
                }
                self.body(node, inside)
            }
            "let_condition" | "let_chain" => {
                self.condition(node, here);
                self.literal()
            }
            "return_expression" | "break_expression" | "yield_expression" => {
                if let Some(inner) = children(node).into_iter().find(|it| it.kind() != "label") {
                    let value = self.expr(inner, READ, here);
                    let is_told = here.function.is_some_and(|it| self.returns_opaque.contains(&it));
                    if is_told && node.kind() == "return_expression" {
                        self.returned(value, here);
                    }
                }
                self.literal()
            }
            "tuple_expression" => {
                let values: Vec<ExprId> =
                    children(node).into_iter().map(|it| self.expr(it, READ, here)).collect();
                self.places(&values)
            }
            "array_expression" => {
                let mut items = Vec::new();
                for value in children(node) {
                    if value.kind() != "attribute_item" {
                        let value = self.expr(value, READ, here);
                        items.push(Item { key: None, value });
                    }
                }
                self.container(ContainerKind::Sequence, items)
            }
            "range_expression" => {
                for inner in children(node) {
                    self.expr(inner, READ, here);
                }
                self.literal()
            }
            "unary_expression" => {
                if let Some(inner) = node.first_child() {
                    self.expr(inner, READ, here);
                }
                self.literal()
            }
            "integer_literal"
            | "float_literal"
            | "char_literal"
            | "boolean_literal"
            | "unit_expression"
            | "continue_expression" => self.literal(),
            "type_identifier" | "scoped_type_identifier" | "generic_type" => {
                self.path(node, usage, here)
            }
            _ => {
                for child in children(node) {
                    self.expr(child, READ, here);
                }
                self.unknown()
            }
        }
    }

    fn named_self(&mut self, here: Here) -> ExprId {
        self.name(here.scope, "self")
    }

    fn body(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(body) = field(node, "body") {
            self.block_value(body, here);
        }
        self.literal()
    }

    /// What a loop over a value sees.
    fn element(&mut self, over: ExprId, here: Here) -> ExprId {
        // The item stands in a name of its own, so that the protocol of loops is seen.
        let name = Name::new(format!("item {}", over.0));
        self.bind(here, name.clone(), crate::Bound::Element(over));
        self.name(here.scope, name)
    }

    /// What an expression makes of the one that it begins with.
    fn step(&mut self, node: Node<'t>, inner: ExprId, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "field_expression" => match field(node, "field") {
                Some(name) => self.member_of(inner, name, usage, here),
                None => self.unknown(),
            },
            "call_expression" => self.call_of(node, inner, here),
            "try_expression" => self.index(inner, None),
            "index_expression" => {
                if let Some(index) = children(node).get(1) {
                    self.expr(*index, READ, here);
                }
                self.index(inner, None)
            }
            "type_cast_expression" => match field(node, "type") {
                Some(of) => {
                    let of = self.type_expr(of, here);
                    self.instance_of(of)
                }
                None => self.unknown(),
            },
            "binary_expression" | "assignment_expression" | "compound_assignment_expr" => {
                if let Some(right) = field(node, "right") {
                    let value = self.expr(right, READ, here);
                    if node.kind() == "assignment_expression" {
                        self.keep_as(inner, value, here);
                    }
                }
                self.literal()
            }
            "generic_function" => {
                if let Some(arguments) = field(node, "type_arguments") {
                    let types = self.type_arguments(arguments, here);
                    self.turbofish.extend(types.first().map(|it| (node.id.0, *it)));
                }
                inner
            }
            // In parentheses, `&x`, `*x`, `x.await`.
            _ => inner,
        }
    }

    fn struct_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(name) = field(node, "name") else { return self.unknown() };
        let of = self.path(name, crate::lowering::CALL, here);
        let instance = self.instance_of(of);
        for part in field(node, "body").map(children).unwrap_or_default() {
            match part.kind() {
                "shorthand_field_initializer" => {
                    let name = children(part).into_iter().find(|it| it.kind() == "identifier");
                    if let Some(name) = name {
                        let target = self.attribute(instance, name.text());
                        self.refer(target, name, WRITE, here);
                        let value = self.named(name, READ, here);
                        self.keep_as(target, value, here);
                    }
                }
                "field_initializer" => {
                    let target = field(part, "field").map(|name| {
                        let target = self.attribute(instance, name.text());
                        self.refer(target, name, WRITE, here);
                        target
                    });
                    if let Some(value) = field(part, "value") {
                        let value = self.expr(value, READ, here);
                        if let Some(target) = target {
                            self.keep_as(target, value, here);
                        }
                    }
                }
                "base_field_initializer" => {
                    if let Some(base) = part.first_child() {
                        self.expr(base, READ, here);
                    }
                }
                _ => {}
            }
        }
        instance
    }
}

/// The text of a string literal without its quotes.
pub(super) fn text_of(node: Node<'_>) -> Option<&str> {
    let text = node.text();
    let start = text.find('"')? + 1;
    let end = text.rfind('"')?;
    text.get(start..end)
}

/// The expression that another one begins with.
fn inner_of(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "field_expression" | "type_cast_expression" | "reference_expression" => {
            field(node, "value")
        }
        "call_expression" => field(node, "function"),
        "generic_function" => field(node, "function").filter(|it| it.kind() == "field_expression"),
        "binary_expression" | "assignment_expression" | "compound_assignment_expr" => {
            field(node, "left")
        }
        "parenthesized_expression" | "try_expression" | "await_expression" | "index_expression" => {
            node.first_child()
        }
        "unary_expression" => {
            node.all_children().next().filter(|it| it.text() == "*").and(node.first_child())
        }
        _ => None,
    }
}

/// How what an expression begins with is used by it.
fn used_by(outer: Node<'_>, usage: Use) -> Use {
    match outer.kind() {
        "call_expression" => {
            let list = field(outer, "arguments").map(children).unwrap_or_default();
            let count = list.iter().filter(|it| it.kind() != "attribute_item").count();
            Use::Called(Some(count as u32))
        }
        "assignment_expression" | "compound_assignment_expr" => WRITE,
        "parenthesized_expression" | "generic_function" => usage,
        "unary_expression" | "index_expression" => match usage {
            Use::Called(_) | TYPE => READ,
            usage @ Use::Kind(_) => usage,
        },
        _ => READ,
    }
}
