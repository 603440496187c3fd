//! Expressions: names, members, operators, assignments, queries.

use super::Walk;
use crate::lowering::{Here, READ, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Member};

impl<'t> Walk<'_, 't> {
    pub(super) fn expression(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.expression_within(node, usage, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn expression_within(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" => self.it.named(node, usage, here),
            "generic_name" | "qualified_name" | "alias_qualified_name" => {
                let (of, types) = self.named_type(node, usage, here);
                self.it.applied(of, types)
            }
            "this" => self.it.this(here),
            "base" => self.it.super_of(here),
            "member_access_expression" => self.member_access(node, usage, here),
            "conditional_access_expression" => self.conditional_access(node, usage, here),
            "invocation_expression" => self.call(node, here),
            "object_creation_expression" => self.creation(node, here),
            "lambda_expression" | "anonymous_method_expression" => {
                self.lambda(node, None, None, here)
            }
            "assignment_expression" => self.assignment(node, here),
            "element_access_expression" => {
                let base = field(node, "expression").map(|it| self.expression(it, READ, here));
                self.arguments(field(node, "subscript"), None, here);
                match base {
                    Some(base) => self.it.index(base, None),
                    None => self.it.unknown(),
                }
            }
            "await_expression" => {
                let value = children(node).first().map(|it| self.expression(*it, READ, here));
                match value {
                    Some(value) => self.it.index(value, None),
                    None => self.it.unknown(),
                }
            }
            "parenthesized_expression" | "checked_expression" | "ref_expression" | "argument" => {
                match children(node).last() {
                    Some(inner) => self.expression(*inner, usage, here),
                    None => self.it.unknown(),
                }
            }
            "binary_expression" => self.binary(node, here),
            "conditional_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expression(condition, READ, here);
                }
                self.one_of(node, &["consequence", "alternative"], here)
            }
            "cast_expression" | "as_expression" => {
                let value = field(node, "value").or_else(|| field(node, "left"));
                if let Some(value) = value {
                    self.expression(value, READ, here);
                }
                let of = field(node, "type").or_else(|| field(node, "right"));
                match of {
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
                if let Some(right) = field(node, "right") {
                    self.type_of(right, here);
                }
                self.it.literal()
            }
            "is_pattern_expression" => {
                if let Some(value) = field(node, "expression") {
                    self.expression(value, READ, here);
                }
                if let Some(pattern) = field(node, "pattern") {
                    self.pattern(pattern, None, here);
                }
                self.it.literal()
            }
            "switch_expression" => self.switch(node, here),
            "typeof_expression" | "sizeof_expression" | "default_expression" => {
                let of = field(node, "type").map(|it| self.type_of(it, here));
                match (of, node.kind()) {
                    (Some(of), "typeof_expression") => of,
                    _ => self.it.literal(),
                }
            }
            "declaration_expression" => {
                let declared = field(node, "type").and_then(|it| self.declared(it, here));
                if let Some(name) = field(node, "name") {
                    self.it.local(name.text(), declared, None, here);
                }
                self.it.unknown()
            }
            "array_creation_expression" => {
                let of = field(node, "type").map(|it| self.type_of(it, here));
                for it in children(node) {
                    if it.kind() == "initializer_expression" {
                        self.parts(it, here);
                    }
                }
                of.unwrap_or_else(|| self.it.unknown())
            }
            "implicit_array_creation_expression" => match children(node).last() {
                Some(items) => self.expression(*items, READ, here),
                None => self.it.unknown(),
            },
            "initializer_expression" | "collection_expression" => {
                let items = children(node).into_iter();
                let items = items
                    .map(|it| Item { key: None, value: self.expression(it, READ, here) })
                    .collect();
                self.it.container(ContainerKind::Sequence, items)
            }
            "expression_element" | "spread_element" => match children(node).first() {
                Some(inner) => self.expression(*inner, READ, here),
                None => self.it.unknown(),
            },
            "with_expression" => {
                let parts = children(node);
                let Some((first, rest)) = parts.split_first() else { return self.it.unknown() };
                let value = self.expression(*first, READ, here);
                for part in rest.iter().flat_map(|it| children(*it)) {
                    self.expression(part, READ, here);
                }
                value
            }
            "prefix_unary_expression" | "postfix_unary_expression" => {
                let is_write = node.text().contains("++") || node.text().contains("--");
                let usage = if is_write { WRITE } else { READ };
                let value = children(node).first().map(|it| self.expression(*it, usage, here));
                let is_forgiving = node.text().ends_with('!');
                value.filter(|_| is_forgiving).unwrap_or_else(|| self.it.literal())
            }
            "query_expression" => self.query(node, here),
            "string_literal" | "verbatim_string_literal" | "raw_string_literal" => {
                match plain_text(node.text()) {
                    Some(text) => self.it.text_constant(text),
                    None => self.it.literal(),
                }
            }
            "predefined_type" => self.it.literal(),
            kind if kind.ends_with("_literal") => self.it.literal(),
            kind if kind.ends_with("_pattern") => {
                self.pattern(node, None, here);
                self.it.literal()
            }
            kind if kind.ends_with("_statement")
                || kind == "block"
                || kind.ends_with("_clause") =>
            {
                self.statement_parts(node, here);
                self.it.unknown()
            }
            _ => {
                self.parts(node, here);
                self.it.unknown()
            }
        }
    }

    fn parts(&mut self, node: Node<'t>, here: Here) {
        for it in children(node) {
            self.expression(it, READ, here);
        }
    }

    fn statement_parts(&mut self, node: Node<'t>, here: Here) {
        if node.kind().ends_with("_clause") && node.kind() != "arrow_expression_clause" {
            self.parts(node, here);
        } else {
            self.statement(node, here);
        }
    }

    fn one_of(&mut self, node: Node<'t>, fields: &[&str], here: Here) -> ExprId {
        let options: Vec<Node<'t>> = fields.iter().filter_map(|it| field(node, it)).collect();
        let options = options.into_iter().map(|it| self.expression(it, READ, here)).collect();
        self.it.either(options)
    }

    /// A chain of operators, which is as deep as it is long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if field(node, "operator").is_some_and(|it| it.text() == "??") {
            return self.one_of(node, &["left", "right"], here);
        }
        let mut rights = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" {
            let (Some(left), Some(right)) = (field(at, "left"), field(at, "right")) else { break };
            rights.push(right);
            at = left;
        }
        if at == node {
            self.parts(node, here);
            return self.it.literal();
        }
        self.expression(at, READ, here);
        for right in rights.into_iter().rev() {
            self.expression(right, READ, here);
        }
        self.it.literal()
    }

    fn member_access(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (Some(object), Some(name)) = (field(node, "expression"), field(node, "name")) else {
            return self.it.unknown();
        };
        let base = self.expression(object, READ, here);
        self.member_named(base, name, usage, here)
    }

    /// `a?.b`.
    fn conditional_access(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(object) = field(node, "condition") else { return self.it.unknown() };
        let base = self.expression(object, READ, here);
        for it in children(node) {
            match it.kind() {
                "member_binding_expression" => {
                    if let Some(name) = field(it, "name") {
                        return self.member_named(base, name, usage, here);
                    }
                }
                "element_binding_expression" => {
                    self.parts(it, here);
                    return self.it.index(base, None);
                }
                _ => {}
            }
        }
        base
    }

    fn member_named(&mut self, base: ExprId, name: Node<'t>, usage: Use, here: Here) -> ExprId {
        let leaf = match name.kind() {
            "generic_name" => child_of_kind(name, "identifier").unwrap_or(name),
            _ => name,
        };
        let target = self.it.member_of(base, leaf, usage, here);
        let types = self.given_types(name, here);
        if !types.is_empty() {
            return self.it.applied(target, types);
        }
        match leaf.text() {
            // What a task gives, or an option holds.
            "Result" | "Value" if usage == READ => {
                let held = self.it.index(base, None);
                self.it.either(vec![target, held])
            }
            _ => target,
        }
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return self.it.unknown();
        };
        if left.kind() == "tuple_expression" {
            for it in children(left) {
                self.expression(it, WRITE, here);
            }
            return self.expression(right, READ, here);
        }
        let target = self.expression(left, WRITE, here);
        let value = self.expression(right, READ, here);
        self.assigned_policy(left, right, here);
        if field(node, "operator").is_some_and(|it| it.text() != "=") {
            self.expression(left, READ, here);
            return self.it.literal();
        }
        if left.kind() == "element_access_expression" {
            self.it.keep(target, value, here);
        }
        // What is assigned to a field of this very object is what its methods find there.
        if let Some(class) = here.class
            && let Some(name) = self.own_field(target, class, here)
        {
            self.it.builder.semantics.members.push(Member { class, name, value, definition: None });
        }
        value
    }

    /// The name of a field of the class around, if the target is one.
    fn own_field(
        &self,
        target: ExprId,
        class: crate::DefinitionId,
        here: Here,
    ) -> Option<crate::Name> {
        let semantics = self.it.semantics();
        match semantics.expr(target) {
            Expr::Attribute { base, name } => {
                matches!(semantics.expr(*base), Expr::This { class: it } if *it == class)
                    .then(|| name.clone())
            }
            Expr::Name { name, .. } => {
                let body = semantics.definition(class).body?;
                matches!(
                    self.it.builder.bound_so_far(here.scope, name),
                    Some((scope, Bound::Definition(_))) if scope == body
                )
                .then(|| name.clone())
            }
            _ => None,
        }
    }

    fn switch(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut options = Vec::new();
        for it in children(node) {
            if it.kind() != "switch_expression_arm" {
                self.expression(it, READ, here);
                continue;
            }
            let inside = self.it.block(here);
            let parts = children(it);
            let Some((value, rest)) = parts.split_last() else { continue };
            for part in rest {
                if part.kind().ends_with("pattern") || part.kind() == "discard" {
                    self.pattern(*part, None, inside);
                } else {
                    self.expression(*part, READ, inside);
                }
            }
            options.push(self.expression(*value, READ, inside));
        }
        self.it.either(options)
    }

    /// `from x in xs where … select …`.
    fn query(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.it.lambda_body(here);
        let mut result = None;
        for clause in children(node) {
            match clause.kind() {
                "from_clause" => {
                    let name = field(clause, "name");
                    let of = field(clause, "type");
                    let value = children(clause)
                        .into_iter()
                        .rfind(|it| Some(*it) != name && Some(*it) != of);
                    let value = value.map(|it| self.expression(it, READ, inside));
                    let declared = of.map(|it| self.type_of(it, inside));
                    let Some(name) = name else { continue };
                    match (declared, value) {
                        (Some(declared), _) => {
                            self.it.bind(inside, name.text(), Bound::Typed(declared));
                        }
                        (None, Some(value)) => {
                            self.it.bind(inside, name.text(), Bound::Element(value));
                        }
                        _ => {}
                    }
                }
                "let_clause" | "join_clause" => {
                    let parts = children(clause);
                    let name = parts.iter().find(|it| it.kind() == "identifier");
                    let mut value = None;
                    for part in parts.iter().filter(|it| Some(*it) != name) {
                        value = Some(self.expression(*part, READ, inside));
                    }
                    if let Some(name) = name {
                        let bound = match (clause.kind(), value) {
                            ("let_clause", Some(value)) => Bound::Value(value),
                            _ => Bound::Unknown,
                        };
                        self.it.bind(inside, name.text(), bound);
                    }
                }
                "select_clause" => {
                    for it in children(clause) {
                        result = Some(self.expression(it, READ, inside));
                    }
                }
                _ => self.parts(clause, inside),
            }
        }
        match result {
            Some(value) => {
                let item = Item { key: None, value };
                self.it.container(ContainerKind::Sequence, vec![item])
            }
            None => self.it.unknown(),
        }
    }
}

/// The content of a string literal without interpolation and escapes.
fn plain_text(literal: &str) -> Option<&str> {
    let literal = literal.strip_suffix("u8").unwrap_or(literal);
    if let Some(inner) = literal.strip_prefix("@\"") {
        return inner.strip_suffix('"').filter(|it| !it.contains('"'));
    }
    let inner = match literal.strip_prefix("\"\"\"") {
        Some(rest) => return rest.strip_suffix("\"\"\""),
        None => literal.strip_prefix('"')?.strip_suffix('"')?,
    };
    (!inner.contains('\\')).then_some(inner)
}
