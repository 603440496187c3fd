//! Expressions: names, members, operators, assignments, references to functions.

use super::super::jvm;
use super::calls::without_sign;
use super::types::{is_type, type_name};
use super::{Walk, plain_name};
use crate::lowering::{CALL, Here, READ, This, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Member, ScopeKind};

impl<'t> Walk<'_, 't> {
    pub(super) fn expression(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.expression_within(node, usage, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn expression_within(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => self.name(node, usage, here),
            "this_expression" => self.this_expression(node, here),
            "super_expression" => self.it.super_of(here),
            "navigation_expression" => self.navigation(node, usage, here),
            "call_expression" => self.call(node, here),
            "infix_expression" => self.infix(node, here),
            "index_expression" => {
                let parts = children(node);
                let Some((base, keys)) = parts.split_first() else { return self.it.unknown() };
                let base = self.expression(*base, READ, here);
                for key in keys {
                    self.expression(*key, READ, here);
                }
                self.it.index(base, None)
            }
            "lambda_literal" => self.lambda(node, None, None, here),
            "annotated_lambda" => match child_of_kind(node, "lambda_literal") {
                Some(lambda) => self.lambda(lambda, None, None, here),
                None => self.it.unknown(),
            },
            "anonymous_function" => self.anonymous_function(node, here),
            "callable_reference" => self.callable_reference(node, here),
            "object_literal" => self.object_literal(node, here),
            "if_expression" => self.if_expression(node, here),
            "when_expression" => self.when_expression(node, here),
            "try_expression" => self.try_expression(node, here),
            "binary_expression" => self.binary(node, here),
            "as_expression" => {
                if let Some(left) = field(node, "left") {
                    self.expression(left, READ, here);
                }
                match field(node, "right") {
                    Some(of) => {
                        let of = self.type_of(of, here);
                        self.it.instance_of(of)
                    }
                    None => self.it.unknown(),
                }
            }
            "is_expression" => {
                if let Some(left) = field(node, "left") {
                    self.expression(left, READ, here);
                }
                if let Some(of) = field(node, "right") {
                    self.type_of(of, here);
                }
                self.it.literal()
            }
            "parenthesized_expression"
            | "labeled_expression"
            | "annotated_expression"
            | "spread_expression" => match children(node).last() {
                Some(inner) if inner.kind() != "label" => self.expression(*inner, usage, here),
                _ => self.it.unknown(),
            },
            "unary_expression" => {
                let Some(argument) = field(node, "argument") else { return self.it.unknown() };
                let operator = field(node, "operator").map_or("", Node::text);
                match operator {
                    "!!" => self.expression(argument, usage, here),
                    "++" | "--" => {
                        self.expression(argument, WRITE, here);
                        self.it.literal()
                    }
                    _ => {
                        self.expression(argument, READ, here);
                        self.it.literal()
                    }
                }
            }
            "return_expression" => {
                let label = field(node, "label");
                for it in children(node).into_iter().filter(|it| Some(*it) != label) {
                    let value = self.expression(it, READ, here);
                    let is_told = here.function.is_none_or(|it| {
                        self.it.semantics().definition(it).declared_type.is_some()
                    });
                    if !is_told && label.is_none() {
                        self.it.returned(value, here);
                    }
                }
                self.it.unknown()
            }
            "collection_literal" => {
                let items = children(node).into_iter();
                let items = items
                    .map(|it| Item { key: None, value: self.expression(it, READ, here) })
                    .collect();
                self.it.container(ContainerKind::Sequence, items)
            }
            "string_literal" | "multiline_string_literal" => self.string(node, here),
            "number_literal" | "float_literal" | "character_literal" => self.it.literal(),
            "assignment" => {
                self.assignment(node, here);
                self.it.unknown()
            }
            "block" => self.statement(node, here).unwrap_or_else(|| self.it.unknown()),
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

    /// A name; in code with a receiver that is no class around, a member of that too.
    pub(super) fn name(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let text = plain_name(node);
        if matches!(text, "true" | "false" | "null") {
            return self.it.literal();
        }
        let plain = self.it.name(here.scope, text);
        let target = match here.this {
            This::Object(receiver) if !self.is_local(text, here) => {
                let member = self.it.attribute(receiver, text);
                self.it.either(vec![member, plain])
            }
            _ => plain,
        };
        self.it.refer(target, node, usage, here);
        target
    }

    fn is_local(&self, name: &str, here: Here) -> bool {
        self.it.builder.bound_so_far(here.scope, &name.into()).is_some_and(|(scope, _)| {
            let kind = self.it.semantics().scope(scope).kind;
            matches!(kind, ScopeKind::Function | ScopeKind::Block)
        })
    }

    fn this_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(label) = child_of_kind(node, "identifier") else { return self.it.this(here) };
        let mut at = here.class;
        while let Some(id) = at {
            let definition = self.it.semantics().definition(id);
            if definition.name == plain_name(label) {
                return self.it.add(Expr::This { class: id });
            }
            at = definition.parent;
        }
        self.it.this(here)
    }

    fn navigation(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let parts = children(node);
        let (Some(object), Some(name)) = (parts.first(), parts.get(1)) else {
            return match parts.first() {
                // `Type::class`.
                Some(of) => self.expression(*of, READ, here),
                None => self.it.unknown(),
            };
        };
        let base = self.expression(without_sign(*object), READ, here);
        if has_child(node, "::") {
            if name.text() == "class" {
                return base;
            }
            let target = self.it.attribute(base, plain_name(*name));
            self.it.refer(target, *name, CALL, here);
            return target;
        }
        let target = self.it.attribute(base, plain_name(*name));
        self.it.refer(target, *name, usage, here);
        target
    }

    /// `::function`, `Type::member`.
    fn callable_reference(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let of = parts.iter().find(|it| is_type(**it)).copied();
        let Some(name) = parts.iter().rfind(|it| it.kind() == "identifier") else {
            return match of {
                Some(of) => self.type_of(of, here),
                None => self.it.unknown(),
            };
        };
        match of {
            Some(of) => {
                let base = self.type_of(of, here);
                let target = self.it.attribute(base, plain_name(*name));
                self.it.refer(target, *name, CALL, here);
                target
            }
            None => self.name(*name, CALL, here),
        }
    }

    fn infix(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let [left, name, right, ..] = parts.as_slice() else {
            for it in parts {
                self.statement(it, here);
            }
            return self.it.unknown();
        };
        let base = self.expression(*left, READ, here);
        let value = self.expression(*right, READ, here);
        let target = self.it.attribute(base, plain_name(*name));
        self.it.refer(target, *name, Use::Called(Some(1)), here);
        self.it.call(target, vec![crate::Argument::plain(value)])
    }

    /// A chain of operators, which is as deep as it is long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if field(node, "operator").is_some_and(|it| it.text() == "?:") {
            let options = ["left", "right"].iter().filter_map(|it| field(node, it));
            let options: Vec<Node<'t>> = options.collect();
            let options = options.into_iter().map(|it| self.expression(it, READ, here)).collect();
            return self.it.either(options);
        }
        let mut rights = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" {
            let (Some(left), Some(right)) = (field(at, "left"), field(at, "right")) else { break };
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
        let parts = children(node);
        let mut is_constant = true;
        for (at, part) in parts.iter().enumerate() {
            match part.kind() {
                "interpolation" => {
                    is_constant = false;
                    for it in children(*part) {
                        self.expression(it, READ, here);
                    }
                }
                // `$name`: the grammar gives the name as the start of the text behind.
                "string_content" if at > 0 && parts[at - 1].text() == "$" => {
                    is_constant = false;
                    let is_part = |it: char| it.is_alphanumeric() || it == '_';
                    let text = part.text();
                    let end = text.find(|it| !is_part(it)).unwrap_or(text.len());
                    if end > 0 {
                        let target = self.it.name(here.scope, &text[..end]);
                        self.it.refer(target, *part, READ, here);
                    }
                }
                _ => {}
            }
        }
        match jvm::plain_text(node.text()).filter(|_| is_constant) {
            Some(text) => self.it.text_constant(text),
            None => self.it.literal(),
        }
    }

    fn anonymous_function(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.it.lambda_body(here);
        self.parameters(child_of_kind(node, "function_value_parameters"), inside);
        for it in children(node) {
            if is_type(it) {
                self.type_of(it, inside);
            }
        }
        let mut value = None;
        for it in child_of_kind(node, "function_body").into_iter().flat_map(children) {
            value = self.statement(it, inside);
        }
        value.unwrap_or_else(|| self.it.unknown())
    }

    fn object_literal(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let body = child_of_kind(node, "class_body");
        let named = child_of_kind(node, "delegation_specifiers")
            .and_then(|it| it.below().find(|it| it.kind() == "user_type"));
        let name = named.map_or("Any", type_name);
        let body = body.unwrap_or(node);
        let class = if body == node {
            // An object without members of its own.
            let word = named.unwrap_or(node);
            let mut new = crate::lowering::New::of(crate::DefinitionKind::Class, node, word, None);
            new.name = format!("${name}").into();
            let id = self.it.define(new, here);
            self.it.class_body(id, here);
            id
        } else {
            self.unnamed_class(node, named.unwrap_or(node), name, body, here)
        };
        let outside = Here { owner: Some(class), ..here };
        let scope = self.it.semantics().definition(class).body.unwrap_or(here.scope);
        let inside = Here {
            scope,
            owner: Some(class),
            class: Some(class),
            this: This::Instance(class),
            ..here
        };
        self.bases(node, class, outside, inside);
        let value = self.it.definition_value(class);
        self.it.refer(value, named.unwrap_or(node), CALL, here);
        self.it.instance_of(value)
    }

    fn try_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut values = Vec::new();
        for it in children(node) {
            if it.kind() == "catch_block" {
                let inside = self.it.block(here);
                let of = children(it).into_iter().find(|it| is_type(*it));
                let of = of.map(|it| self.type_of(it, inside));
                if let Some(name) = child_of_kind(it, "identifier") {
                    self.it.local(plain_name(name), of, None, inside);
                }
                if let Some(block) = child_of_kind(it, "block") {
                    values.extend(self.statement(block, inside));
                }
            } else {
                values.extend(self.statement(it, here));
            }
        }
        self.it.either(values)
    }

    pub(super) fn assignment(&mut self, node: Node<'t>, here: Here) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return;
        };
        let target = self.expression(left, WRITE, here);
        if field(node, "operator").is_some_and(|it| it.text() != "=") {
            self.expression(left, READ, here);
        }
        let value = self.expression(right, READ, here);
        // `hooks += hook`, `hooks[name] = hook`.
        if left.kind() == "index_expression"
            || field(node, "operator").is_some_and(|it| it.text() == "+=")
        {
            self.it.keep(target, value, here);
        }
        let Some(class) = here.class else { return };
        // What is assigned to a property of this very object is what its methods find there.
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
            self.it.builder.semantics.members.push(Member { class, name, value, definition: None });
        }
    }
}
