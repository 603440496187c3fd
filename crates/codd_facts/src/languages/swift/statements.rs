//! Statements, with the names that conditions bind.

use super::declarations::Around;
use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, READ, TYPE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ExprId};

impl<'t> Walk<'_, 't> {
    /// Walks a statement; gives its value where it is an expression.
    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        self.deeper(node, here, |it| it.statement_within(node, here)).flatten()
    }

    fn statement_within(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        match node.kind() {
            "statements" | "function_body" => {
                let inside = self.it.block(here);
                return self.statements(node, inside);
            }
            "property_declaration" => {
                self.local(node, here);
            }
            "class_declaration"
            | "protocol_declaration"
            | "function_declaration"
            | "typealias_declaration"
            | "operator_declaration"
            | "precedence_group_declaration"
            | "macro_declaration" => self.member(node, &Around::default(), here),
            "for_statement" => self.for_loop(node, here),
            "while_statement" | "repeat_while_statement" => {
                let inside = self.it.block(here);
                self.conditions(node, here, inside);
                for it in children(node).into_iter().filter(|it| it.kind() == "statements") {
                    self.statement(it, inside);
                }
            }
            "guard_statement" => {
                self.guard(node, here);
            }
            "if_statement" => return Some(self.if_statement(node, here)),
            "switch_statement" => return Some(self.switch(node, here)),
            "do_statement" => {
                for it in children(node) {
                    match it.kind() {
                        "catch_block" => self.catch(it, here),
                        _ => {
                            self.statement(it, here);
                        }
                    }
                }
            }
            "control_transfer_statement" => return self.transfer(node, here),
            "directive" | "diagnostic" | "statement_label" | "throws" | "import_declaration" => {}
            _ => return Some(self.expression(node, READ, here)),
        }
        None
    }

    /// The statements in a node, each seeing what those before it bind.
    pub(super) fn statements(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let mut here = here;
        let mut last = None;
        for it in children(node) {
            last = match it.kind() {
                "property_declaration" => {
                    here = self.local(it, here);
                    None
                }
                "guard_statement" => {
                    here = self.guard(it, here);
                    None
                }
                // The grammar's own wrapper adds no block.
                "statements" if node.kind() == "function_body" => self.statements(it, here),
                _ => self.statement(it, here),
            };
        }
        last
    }

    fn transfer(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let word = node.all_children().next().map_or("", |it| it.kind());
        let mut last = None;
        for it in children(node) {
            if matches!(it.kind(), "throw_keyword" | "statement_label") {
                continue;
            }
            if word == "return"
                && let Some(function) = here.function
            {
                self.expected = self.it.semantics().definition(function).declared_type;
            }
            let value = self.expression(it, READ, here);
            self.expected = None;
            if word == "return" {
                last = Some(value);
                let is_told = here
                    .function
                    .is_none_or(|it| self.it.semantics().definition(it).declared_type.is_some());
                if !is_told {
                    self.it.returned(value, here);
                }
            }
        }
        last
    }

    pub(super) fn if_statement(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut values = Vec::new();
        // `else if` again and again is as deep as it is long.
        let mut at = Some(node);
        while let Some(node) = at.take() {
            let inside = self.it.block(here);
            self.conditions(node, here, inside);
            let mut is_else = false;
            for it in node.all_children() {
                match it.kind() {
                    "else" => is_else = true,
                    "statements" => {
                        let scope = if is_else { here } else { inside };
                        values.extend(self.statement(it, scope));
                    }
                    "if_statement" if is_else => at = Some(it),
                    _ => {}
                }
            }
        }
        self.it.either(values)
    }

    /// `guard`: what it binds is seen by what stands behind; gives where that stands.
    pub(super) fn guard(&mut self, node: Node<'t>, here: Here) -> Here {
        let inside = self.it.block(here);
        self.conditions(node, here, inside);
        for it in children(node).into_iter().filter(|it| it.kind() == "statements") {
            self.statement(it, here);
        }
        inside
    }

    /// The conditions of a statement, which the grammar gives one after the other.
    ///
    /// What one binds, in `inside`, the next ones see.
    fn conditions(&mut self, node: Node<'t>, outside: Here, inside: Here) {
        let parts = node
            .all_children()
            .skip_while(|it| !matches!(it.kind(), "if" | "guard" | "while"))
            .skip(1)
            .take_while(|it| !matches!(it.kind(), "{" | "statements" | "else"));
        let mut clause: Vec<Node<'t>> = Vec::new();
        let mut depth = 0_u32;
        for part in parts {
            match part.kind() {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    self.condition(&clause, outside, inside);
                    clause.clear();
                    continue;
                }
                _ => {}
            }
            clause.push(part);
        }
        self.condition(&clause, outside, inside);
    }

    fn condition(&mut self, clause: &[Node<'t>], outside: Here, inside: Here) {
        let Some(first) = clause.first() else { return };
        let at = clause.iter().position(|it| it.kind() == "=");
        match first.kind() {
            "value_binding_pattern" => {
                let before = &clause[1..at.unwrap_or(clause.len())];
                let name = before.iter().find(|it| it.kind() == "simple_identifier");
                let of = before.iter().find(|it| is_type(**it) || it.kind() == "type_annotation");
                let of = of.map(|it| {
                    if is_type(*it) {
                        self.type_of(*it, inside)
                    } else {
                        self.first_type(*it, TYPE, inside)
                    }
                });
                let value = match (at.and_then(|at| clause.get(at + 1)), name) {
                    (Some(value), _) => Some(self.expression(*value, READ, inside)),
                    // `if let name`: the optional of that name around.
                    (None, Some(name)) => {
                        let target = self.it.name(outside.scope, plain_name(*name));
                        self.it.refer(target, *name, READ, outside);
                        Some(target)
                    }
                    (None, None) => None,
                };
                match name {
                    Some(name) => self.bind_once(plain_name(*name), of, value, inside),
                    None => self.pattern(before, value, true, inside),
                }
            }
            "case" => {
                let (before, value) = match at {
                    Some(at) => (&clause[1..at], clause.get(at + 1)),
                    None => (&clause[1..], None),
                };
                let value = value.map(|it| self.expression(*it, READ, inside));
                self.pattern(before, value, false, inside);
            }
            "availability_condition" => {}
            _ => {
                for it in clause.iter().filter(|it| it.is_named()) {
                    self.expression(*it, READ, inside);
                }
            }
        }
    }

    /// `if let name = name`: the value is that of the outer one, whatever has been read here.
    fn bind_once(&mut self, name: &str, of: Option<ExprId>, value: Option<ExprId>, inside: Here) {
        if name == "self" {
            return;
        }
        let is_itself = value.is_some_and(|it| {
            matches!(self.it.semantics().expr(it),
                crate::Expr::Name { scope, name: own } if *scope == inside.scope && own == name)
        });
        let value = if is_itself {
            let outer = self.it.semantics().scope(inside.scope).parent;
            outer.map(|scope| self.it.name(scope, name))
        } else {
            value
        };
        self.it.local(name, of, value, inside);
    }

    pub(super) fn switch(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let subject = field(node, "expr").map(|it| self.expression(it, READ, here));
        let mut values = Vec::new();
        for entry in children(node).into_iter().filter(|it| it.kind() == "switch_entry") {
            let inside = self.it.block(here);
            for part in children(entry) {
                match part.kind() {
                    "switch_pattern" => {
                        for it in children(part) {
                            let parts: Vec<Node<'t>> = it.all_children().collect();
                            self.pattern(&parts, subject, false, inside);
                        }
                    }
                    "where_keyword" | "default_keyword" | "modifiers" => {}
                    _ => values.extend(self.statement(part, inside)),
                }
            }
        }
        self.it.either(values)
    }

    fn catch(&mut self, node: Node<'t>, here: Here) {
        let inside = self.it.block(here);
        match field(node, "error") {
            Some(error) => {
                let parts: Vec<Node<'t>> = error.all_children().collect();
                self.pattern(&parts, None, false, inside);
            }
            None => self.it.bind(inside, "error", Bound::Unknown),
        }
        for it in child_of_kind(node, "where_clause").into_iter().flat_map(children) {
            self.statement(it, inside);
        }
        if let Some(code) = child_of_kind(node, "statements") {
            self.statement(code, inside);
        }
    }
}
