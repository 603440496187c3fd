//! Statements: the scopes they open and the names they bind.

use super::declarations::ERROR;
use super::types::place;
use super::walk::Walk;
use crate::lowering::{Here, READ, WRITE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, Expr, ExprId, MODULE_SCOPE};

/// Scopes that one list of statements opens for names that hide those they are made of.
const MAX_HIDING: u32 = 24;

impl<'t> Walk<'_, 't> {
    /// The statements of a block in the scope that `here` is in.
    pub(super) fn block_statements(&mut self, block: Node<'t>, here: Here) {
        let mut here = here;
        let mut hiding = 0;
        let list = children(block);
        let list = match list.as_slice() {
            [only] if only.kind() == "statement_list" => children(*only),
            _ => list,
        };
        for statement in list {
            here = self.statement_in(statement, here, &mut hiding);
        }
    }

    fn own_block(&mut self, block: Node<'t>, here: Here) {
        let inside = self.block(here);
        self.block_statements(block, inside);
    }

    /// One statement; gives the place that those after it are in.
    fn statement_in(&mut self, node: Node<'t>, here: Here, hiding: &mut u32) -> Here {
        if node.kind() == "short_var_declaration"
            && *hiding < MAX_HIDING
            && self.hides_its_own_value(node, here)
        {
            *hiding += 1;
            let behind = self.block(here);
            self.short_declaration(node, here, behind);
            return behind;
        }
        self.statement(node, here);
        here
    }

    pub(super) fn statement(&mut self, node: Node<'t>, here: Here) {
        if self.enter(node, here) {
            self.statement_inside(node, here);
            self.leave();
        }
    }

    fn statement_inside(&mut self, node: Node<'t>, here: Here) {
        match node.kind() {
            "block" => self.own_block(node, here),
            "expression_statement"
            | "go_statement"
            | "defer_statement"
            | "inc_statement"
            | "dec_statement" => {
                for child in children(node) {
                    self.expr(child, READ, here);
                }
            }
            "send_statement" => {
                for name in ["channel", "value"] {
                    if let Some(child) = field(node, name) {
                        self.expr(child, READ, here);
                    }
                }
            }
            "short_var_declaration" => self.short_declaration(node, here, here),
            "assignment_statement" => self.assignment(node, here),
            "const_declaration" | "var_declaration" => self.value_declaration(node, here),
            "type_declaration" => self.type_declaration(node, here),
            "return_statement" => {
                if let Some(list) = child_of_kind(node, "expression_list") {
                    self.return_values(list, here);
                }
            }
            "if_statement" => self.if_statement(node, here),
            "for_statement" => self.for_statement(node, here),
            "expression_switch_statement" => self.switch_statement(node, here),
            "type_switch_statement" => self.type_switch(node, here),
            "select_statement" => self.select_statement(node, here),
            "labeled_statement" => {
                for child in children(node) {
                    if child.kind() != "label_name" {
                        self.statement(child, here);
                    }
                }
            }
            "break_statement"
            | "continue_statement"
            | "goto_statement"
            | "empty_statement"
            | "fallthrough_statement"
            | "function_declaration"
            | "method_declaration"
            | "package_clause" => {}
            // Where the file does not parse.
            "ERROR" => {
                for child in children(node) {
                    self.statement(child, here);
                }
            }
            _ => {
                self.expr(node, READ, here);
            }
        }
    }

    fn return_values(&mut self, list: Node<'t>, here: Here) {
        let mut values: Vec<ExprId> =
            children(list).into_iter().map(|it| self.expr(it, READ, here)).collect();
        for value in &mut values {
            if self.is_replaced(*value) {
                // Which of its routers it gives back, is not known.
                let unknown = self.unknown();
                let other = self.lowering.call(unknown, Vec::new());
                *value = self.either(vec![*value, other]);
            }
        }
        let Some(function) = here.function else { return };
        // What is declared says it, unless it may be anything or is a function.
        let is_told = self.returns_opaque.contains(&function);
        if is_told {
            let value = match values.as_slice() {
                [only] => *only,
                _ => self.places(&values),
            };
            self.returned(value, here);
        }
    }

    /// Whether a declared name occurs in its own value, where it still means something else.
    fn hides_its_own_value(&self, node: Node<'t>, here: Here) -> bool {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return false;
        };
        let names = children(left).into_iter().filter(|it| it.kind() == "identifier");
        let is_new = |it: &Node<'t>| {
            self.lowering.builder.bound_last(here.scope, &it.text().into()).is_none()
        };
        let new: Vec<&str> = names.filter(is_new).map(Node::text).collect();
        new.iter().any(|name| self.is_named_in(here.scope, name))
            || right.below().any(|it| {
                matches!(it.kind(), "identifier" | "type_identifier") && new.contains(&it.text())
            })
    }

    /// `left := right`, with the names bound in `behind`.
    fn short_declaration(&mut self, node: Node<'t>, here: Here, behind: Here) {
        let (Some(left), right) = (field(node, "left"), field(node, "right")) else { return };
        let names = children(left);
        let values = self.values(right, names.len(), here);
        for (at, name) in names.into_iter().enumerate() {
            match name.kind() {
                "identifier" => {
                    self.local_value(name, None, values.get(at).copied(), behind);
                }
                _ => {
                    self.expr(name, WRITE, here);
                }
            }
        }
    }

    /// The values of a list for `count` names: one each, or the places of what one call gives.
    pub(super) fn values(
        &mut self,
        list: Option<Node<'t>>,
        count: usize,
        here: Here,
    ) -> Vec<ExprId> {
        let Some(list) = list else { return Vec::new() };
        let nodes = match list.kind() {
            "expression_list" => children(list),
            _ => vec![list],
        };
        let values: Vec<ExprId> = nodes.iter().map(|it| self.expr(*it, READ, here)).collect();
        match (values.as_slice(), nodes.as_slice()) {
            ([only], [node]) if count > 1 => {
                if node.kind() == "call_expression" {
                    return (0..count).map(|at| self.index(*only, Some(place(at)))).collect();
                }
                // `v, ok := m[k]`
                let literal = self.literal();
                (0..count).map(|at| if at == 0 { *only } else { literal }).collect()
            }
            _ => values,
        }
    }

    pub(super) fn local_value(
        &mut self,
        name: Node<'t>,
        declared: Option<ExprId>,
        value: Option<ExprId>,
        here: Here,
    ) {
        if name.text() != "_" {
            self.local(name.text(), declared, value, here);
        }
    }

    /// Whether a variable is declared as what may be anything, or any error.
    fn says_nothing(&self, bound: &Bound) -> bool {
        match bound {
            Bound::Unknown => true,
            Bound::Typed(of) => {
                matches!(self.semantics().expr(*of), Expr::Name { name, .. } if name == ERROR)
            }
            _ => false,
        }
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) {
        let (Some(left), right) = (field(node, "left"), field(node, "right")) else { return };
        let places = children(left);
        let values = self.values(right, places.len(), here);
        for (at, target) in places.into_iter().enumerate() {
            let into = self.expr(target, WRITE, here);
            if target.kind() != "identifier" {
                if let Some(value) = values.get(at) {
                    self.keep_as(into, *value, here);
                }
                continue;
            }
            let name: crate::Name = target.text().into();
            self.replaced_router(&name, here);
            let bound = self.lowering.builder.bound_so_far(here.scope, &name);
            if bound.is_none_or(|it| it.0 == MODULE_SCOPE) {
                self.rewritten.insert(name.clone());
            }
            // A variable that was declared as what may be anything is what it is given.
            let bound = self.lowering.builder.bound_so_far(here.scope, &name);
            if let Some((scope, bound)) = bound
                && self.says_nothing(bound)
                && let Some(value) = values.get(at)
            {
                self.lowering.builder.bind(scope, name, Bound::Value(*value));
            }
        }
    }

    fn if_statement(&mut self, node: Node<'t>, here: Here) {
        let mut at = Some(node);
        let mut here = here;
        while let Some(node) = at {
            if field(node, "initializer").is_some() {
                here = self.block(here);
                here = self.initializer(node, here);
            }
            if let Some(condition) = field(node, "condition") {
                self.expr(condition, READ, here);
            }
            if let Some(block) = field(node, "consequence") {
                self.own_block(block, here);
            }
            at = None;
            if let Some(alternative) = field(node, "alternative") {
                match alternative.kind() {
                    "if_statement" => at = Some(alternative),
                    _ => self.own_block(alternative, here),
                }
            }
        }
    }

    fn initializer(&mut self, node: Node<'t>, here: Here) -> Here {
        match field(node, "initializer") {
            Some(initializer) => self.statement_in(initializer, here, &mut 0),
            None => here,
        }
    }

    fn for_statement(&mut self, node: Node<'t>, here: Here) {
        let mut here = self.block(here);
        for child in children(node) {
            match child.kind() {
                "for_clause" => {
                    here = self.initializer(child, here);
                    if let Some(condition) = field(child, "condition") {
                        self.expr(condition, READ, here);
                    }
                    if let Some(update) = field(child, "update") {
                        self.statement(update, here);
                    }
                }
                "range_clause" => here = self.range_clause(child, here),
                "block" => self.own_block(child, here),
                _ => {
                    self.expr(child, READ, here);
                }
            }
        }
    }

    fn range_clause(&mut self, node: Node<'t>, here: Here) -> Here {
        let Some(right) = field(node, "right") else { return here };
        let over = self.expr(right, READ, here);
        let behind = self.block(here);
        let names = field(node, "left").map(children).unwrap_or_default();
        let is_declared = node.all_children().any(|it| it.kind() == ":=");
        let count = names.len();
        for (at, name) in names.into_iter().enumerate() {
            if !is_declared || name.kind() != "identifier" {
                self.expr(name, WRITE, here);
            } else if name.text() != "_" {
                // What is alone may be what a channel gives.
                let is_element = at == 1 || count == 1;
                let bound = if is_element { Bound::Element(over) } else { Bound::Unknown };
                self.bind(behind, name.text(), bound);
            }
        }
        behind
    }

    fn switch_statement(&mut self, node: Node<'t>, here: Here) {
        let here = self.block(here);
        let here = self.initializer(node, here);
        if let Some(value) = field(node, "value") {
            self.expr(value, READ, here);
        }
        for case in children(node) {
            match case.kind() {
                "expression_case" => {
                    if let Some(values) = field(case, "value") {
                        for value in children(values) {
                            self.expr(value, READ, here);
                        }
                    }
                    self.case_body(case, here);
                }
                "default_case" => self.case_body(case, here),
                _ => {}
            }
        }
    }

    fn case_body(&mut self, case: Node<'t>, here: Here) {
        let inside = self.block(here);
        if let Some(list) = child_of_kind(case, "statement_list") {
            self.block_statements(list, inside);
        }
    }

    fn type_switch(&mut self, node: Node<'t>, here: Here) {
        let here = self.block(here);
        let here = self.initializer(node, here);
        let value = field(node, "value").map(|it| self.expr(it, READ, here));
        let alias = field(node, "alias").and_then(Node::first_child);
        for case in children(node) {
            if !matches!(case.kind(), "type_case" | "default_case") {
                continue;
            }
            let inside = self.block(here);
            let body = child_of_kind(case, "statement_list");
            let types = children(case).into_iter().filter(|it| Some(*it) != body);
            let mut values = Vec::new();
            for of in types {
                let of = self.type_expr(of, inside);
                values.push(self.instance_of(of));
            }
            if let Some(alias) = alias {
                // Of several types, and of none, the value is as it was.
                let narrowed = match values.as_slice() {
                    [only] => Some(*only),
                    _ => value,
                };
                let bound = narrowed.map_or(Bound::Unknown, Bound::Value);
                self.bind(inside, alias.text(), bound);
            }
            if let Some(body) = body {
                self.block_statements(body, inside);
            }
        }
    }

    fn select_statement(&mut self, node: Node<'t>, here: Here) {
        for case in children(node) {
            let inside = self.block(here);
            if let Some(communication) = field(case, "communication") {
                match communication.kind() {
                    "receive_statement" => {
                        let (left, right) =
                            (field(communication, "left"), field(communication, "right"));
                        let names = left.map(children).unwrap_or_default();
                        let values = self.values(right, names.len().max(1), inside);
                        let is_declared = communication.all_children().any(|it| it.kind() == ":=");
                        for (at, name) in names.into_iter().enumerate() {
                            if is_declared && name.kind() == "identifier" {
                                self.local_value(name, None, values.get(at).copied(), inside);
                            } else {
                                self.expr(name, WRITE, inside);
                            }
                        }
                    }
                    _ => self.statement(communication, inside),
                }
            }
            if let Some(list) = child_of_kind(case, "statement_list") {
                self.block_statements(list, inside);
            }
        }
    }
}
