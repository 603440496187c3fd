//! Statements and expressions, which are the same: each has a value.

use super::Walk;
use super::methods::{plain_text, symbol_text};
use crate::lowering::{Here, READ, Use, WRITE};
use crate::node::{Node, children, field};
use crate::{Bound, ContainerKind, ExprId, Item, MODULE_SCOPE, Name};

impl<'t> Walk<'_, 't> {
    /// A list of statements; its value is that of the last one.
    pub(super) fn statements(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut value = None;
        for child in children(node) {
            let given = self.expr(child, here);
            if !matches!(child.kind(), "rescue" | "ensure" | "else" | "empty_statement") {
                value = Some(given);
            } else if matches!(child.kind(), "rescue" | "else") {
                self.returned(given, here);
            }
        }
        value.unwrap_or_else(|| self.literal())
    }

    /// The value of what may be missing.
    pub(super) fn optional(&mut self, node: Option<Node<'t>>, here: Here) -> ExprId {
        match node {
            Some(node) => self.expr(node, here),
            None => self.unknown(),
        }
    }

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
            "class" | "module" => {
                self.class_definition(node, here);
                self.literal()
            }
            "singleton_class" => {
                self.singleton_class(node, here);
                self.literal()
            }
            "method" | "singleton_method" => {
                self.method(node, here);
                // `private def name`.
                match field(node, "name") {
                    Some(name) => self.text_constant(name.text()),
                    None => self.literal(),
                }
            }
            "call" => self.call_expression(node, here),
            "identifier" => self.identifier(node, here),
            "constant" | "scope_resolution" => self.constant(node, READ, here),
            "self" => self.this(here),
            "super" => self.super_call(node, None, here),
            "instance_variable" | "class_variable" => self.instance_variable(node, READ, here),
            "global_variable" => {
                let target = self.name(MODULE_SCOPE, node.text());
                self.refer(target, node, READ, here);
                target
            }
            "assignment" => self.assignment(node, here),
            "operator_assignment" => self.operator_assignment(node, here),
            "string" | "simple_symbol" | "delimited_symbol" | "bare_symbol" | "hash_key_symbol" => {
                self.text(node, here)
            }
            "integer" | "float" | "true" | "false" | "nil" | "regex" | "character" => {
                self.literal()
            }
            "array" | "symbol_array" | "string_array" | "right_assignment_list" => {
                self.array(node, here)
            }
            "hash" => self.hash(node, here),
            "pair" => self.pair_value(node, here),
            "lambda" => {
                let inside = self.lambda_body(here);
                self.parameters(field(node, "parameters"), inside);
                if let Some(body) = field(node, "body").and_then(|it| field(it, "body")) {
                    self.statements(body, inside);
                }
                self.literal()
            }
            "binary" => self.binary(node, here),
            "conditional" | "if" | "unless" | "elsif" => self.choice(node, here),
            "case" | "case_match" => self.case(node, here),
            "if_modifier" | "unless_modifier" => {
                if let Some(condition) = field(node, "condition") {
                    self.expr(condition, here);
                }
                match field(node, "body") {
                    Some(body) => self.expr(body, here),
                    None => self.unknown(),
                }
            }
            "rescue_modifier" => {
                let parts: Vec<ExprId> =
                    children(node).into_iter().map(|it| self.expr(it, here)).collect();
                self.either(parts)
            }
            "begin"
            | "parenthesized_statements"
            | "then"
            | "else"
            | "ensure"
            | "do"
            | "body_statement"
            | "block_body" => self.statements(node, here),
            "rescue" => self.rescue(node, here),
            "for" => {
                let value = field(node, "value").and_then(Node::first_child);
                let value = value.map(|it| self.expr(it, here));
                if let (Some(pattern), Some(value)) = (field(node, "pattern"), value) {
                    let item = self.index(value, None);
                    self.assign(pattern, item, here);
                }
                if let Some(body) = field(node, "body") {
                    self.statements(body, here);
                }
                self.literal()
            }
            "return" | "next" | "break" => {
                let value = match node.first_child() {
                    Some(list) => self.statements(list, here),
                    None => self.literal(),
                };
                if node.kind() == "return" {
                    self.returned(value, here);
                }
                value
            }
            "element_reference" => self.element(node, here),
            "alias" => {
                if let (Some(name), Some(old)) = (field(node, "name"), field(node, "alias")) {
                    self.alias(name, old, here);
                }
                self.literal()
            }
            "unary" | "range" | "while" | "until" | "while_modifier" | "until_modifier"
            | "subshell" | "heredoc_body" | "chained_string" => {
                self.each(node, here);
                self.literal()
            }
            "splat_argument" | "hash_splat_argument" | "block_argument" => {
                match node.first_child() {
                    Some(inner) => {
                        let all = self.expr(inner, here);
                        self.index(all, None)
                    }
                    None => self.unknown(),
                }
            }
            "undef" | "heredoc_beginning" | "empty_statement" => self.literal(),
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

    /// A local variable, or a method of `self` that is called without arguments.
    fn identifier(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if self.is_local(node.text(), here) {
            let target = self.name(here.scope, node.text());
            self.refer(target, node, READ, here);
            return target;
        }
        self.bare_call(node, None, None, here)
    }

    /// Whether a name was bound to a value before, in the method around or its blocks.
    pub(super) fn is_local(&self, name: &str, here: Here) -> bool {
        match self.builder.bound_so_far(here.scope, &Name::new(name)) {
            // Variables of the top level are not seen in methods.
            Some((scope, _)) if scope == MODULE_SCOPE && here.owner.is_some() => false,
            Some((_, bound)) => !matches!(bound, Bound::Definition(_) | Bound::Import(_)),
            None => false,
        }
    }

    pub(super) fn instance_variable(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let this = match here.class {
            Some(class) => self.add(crate::Expr::This { class }),
            // Of a block that a framework runs on an object of its own.
            None => {
                let target = self.name(MODULE_SCOPE, node.text());
                if usage == WRITE {
                    return target;
                }
                return target;
            }
        };
        let target = self.attribute(this, node.text());
        self.refer(target, node, usage, here);
        target
    }

    fn text(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let text = symbol_text(node);
        if !text.is_empty() {
            return self.text_constant(text);
        }
        self.each(node, here);
        self.literal()
    }

    fn array(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut items = Vec::new();
        for (at, it) in children(node).into_iter().enumerate() {
            let key = Some(Name::from(at.to_string()));
            items.push(Item { key, value: self.expr(it, here) });
        }
        if items.len() > 64 {
            for it in &mut items {
                it.key = None;
            }
        }
        self.container(ContainerKind::Sequence, items)
    }

    fn hash(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut items = Vec::new();
        for pair in children(node) {
            let key = field(pair, "key").map(symbol_text).filter(|it| !it.is_empty());
            let key = key.map(Name::new);
            items.push(Item { key, value: self.pair_value(pair, here) });
        }
        self.container(ContainerKind::Mapping, items)
    }

    /// The value of `key: value`; of `key:` alone, what is called so.
    pub(super) fn pair_value(&mut self, pair: Node<'t>, here: Here) -> ExprId {
        let Some(key) = field(pair, "key") else { return self.expr_of_splat(pair, here) };
        if !matches!(key.kind(), "hash_key_symbol" | "simple_symbol" | "string") {
            self.expr(key, here);
        }
        match field(pair, "value") {
            Some(value) => self.expr(value, here),
            None if self.is_local(key.text(), here) => self.name(here.scope, key.text()),
            None => self.bare_call(key, None, None, here),
        }
    }

    fn expr_of_splat(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.first_child() {
            Some(inner) => {
                let all = self.expr(inner, here);
                self.index(all, None)
            }
            None => self.unknown(),
        }
    }

    /// Operators, whose left sides nest as deep as a text is long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut rights = Vec::new();
        let mut at = node;
        while at.kind() == "binary" {
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
            let right_value = self.expr(right, here);
            value = match operator {
                "||" | "or" => self.either(vec![value, right_value]),
                "&&" | "and" => right_value,
                "<<" => {
                    if let Some(left) = field(node, "left")
                        && matches!(left.kind(), "instance_variable" | "class_variable")
                        && here.class.is_some()
                    {
                        self.field_value(left, right_value, here);
                    }
                    value
                }
                _ => self.literal(),
            };
        }
        value
    }

    fn element(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(object) = field(node, "object") else { return self.unknown() };
        let base = self.expr(object, here);
        let mut key = None;
        for it in children(node) {
            if it == object {
                continue;
            }
            key = match it.kind() {
                "integer" => Some(Name::new(it.text())),
                "simple_symbol" => Some(Name::new(symbol_text(it))),
                _ => plain_text(it).map(Name::new),
            };
            self.expr(it, here);
        }
        self.index(base, key)
    }
}
