//! Statements.

use super::Lowering;
use crate::flow::{FlowCase, FlowStatement, FlowValue, asked_behind};
use crate::node::{Node, child_of_kind, children, field, has_child};

impl Lowering {
    /// The statements of a block; functions are there from its beginning.
    pub(super) fn block(&mut self, node: Node<'_>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        let is_function = |it: &Node<'_>| {
            let inner =
                if it.kind() == "export_statement" { field(*it, "declaration") } else { Some(*it) };
            inner.is_some_and(|it| {
                matches!(it.kind(), "function_declaration" | "generator_function_declaration")
            })
        };
        let (first, rest): (Vec<Node<'_>>, Vec<Node<'_>>) =
            children(node).into_iter().partition(is_function);
        for child in first.into_iter().chain(rest) {
            self.statement(child, &mut out);
        }
        out
    }

    pub(super) fn statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        if self.builder.is_too_much(self.depth) {
            let value = self.builder.too_deep(node.span());
            out.push(FlowStatement::Evaluate(value));
            return;
        }
        self.depth += 1;
        let before = std::mem::take(&mut self.pending);
        let mut own = Vec::new();
        self.lower_statement(node, &mut own);
        out.append(&mut self.pending);
        out.append(&mut own);
        self.pending = before;
        self.depth -= 1;
    }

    fn within(&mut self, node: Option<Node<'_>>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        if let Some(node) = node {
            self.statement(node, &mut out);
        }
        out
    }

    fn lower_statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "program" | "statement_block" => out.extend(self.block(node)),
            "expression_statement" => {
                if let Some(inner) = node.first_child() {
                    self.expression_statement(inner, out);
                }
            }
            "lexical_declaration" | "variable_declaration" => {
                for declarator in children(node) {
                    if declarator.kind() != "variable_declarator" {
                        continue;
                    }
                    let value = field(declarator, "value").map(|it| self.value(it));
                    let Some(name) = field(declarator, "name") else { continue };
                    let target = self.target(name);
                    self.builder.bind_target(target);
                    if let Some(value) = value {
                        self.put_under(value, name);
                        out.push(FlowStatement::Assign { target, value });
                    }
                }
            }
            "if_statement" => {
                let test = self.value_in(node, "condition");
                let then = self.within(field(node, "consequence"));
                let otherwise = field(node, "alternative").and_then(Node::first_child);
                let otherwise = self.within(otherwise);
                out.push(FlowStatement::Branch { test, then, otherwise });
            }
            "for_in_statement" => {
                let iterable = self.value_in(node, "right");
                let target = field(node, "left").map(|it| self.target(it));
                let Some(target) = target else { return };
                self.builder.bind_target(target);
                let body = self.within(field(node, "body"));
                let element = Some((target, iterable));
                out.push(FlowStatement::Loop { test: None, element, body, otherwise: Vec::new() });
            }
            "for_statement" => {
                if let Some(first) = field(node, "initializer") {
                    self.lower_or_evaluate(first, out);
                }
                let test = field(node, "condition").map(|it| self.unwrapped(it));
                let mut body = self.within(field(node, "body"));
                if let Some(increment) = field(node, "increment") {
                    self.expression_statement(increment, &mut body);
                }
                out.push(FlowStatement::Loop { test, element: None, body, otherwise: Vec::new() });
            }
            "while_statement" => {
                let test = field(node, "condition").map(|it| self.value(it));
                let body = self.within(field(node, "body"));
                out.push(FlowStatement::Loop { test, element: None, body, otherwise: Vec::new() });
            }
            "do_statement" => {
                let test = field(node, "condition").map(|it| self.value(it));
                let body = self.within(field(node, "body"));
                out.push(asked_behind(test, body));
            }
            "try_statement" => {
                let body = self.within(field(node, "body"));
                let mut handlers = Vec::new();
                if let Some(clause) = field(node, "handler") {
                    let mut handler = Vec::new();
                    if let Some(parameter) = field(clause, "parameter") {
                        // What is caught is some error.
                        let callee = self.builder.named("Error", parameter.span());
                        let arguments = Vec::new();
                        let call = FlowValue::Call { callee, arguments, is_new: true };
                        let value = self.builder.value(call, parameter.span());
                        let target = self.target(parameter);
                        self.builder.bind_target(target);
                        handler.push(FlowStatement::Assign { target, value });
                    }
                    handler.extend(self.within(field(clause, "body")));
                    handlers.push(handler);
                }
                let finally = field(node, "finalizer").and_then(|it| field(it, "body"));
                let finally = self.within(finally);
                let otherwise = Vec::new();
                out.push(FlowStatement::Attempt { body, handlers, otherwise, finally });
            }
            "switch_statement" => self.switch(node, out),
            "return_statement" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Return(value));
            }
            "throw_statement" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Raise(value));
            }
            "break_statement" => out.push(FlowStatement::Leave),
            "continue_statement" => out.push(FlowStatement::Next),
            "function_declaration" | "generator_function_declaration" => {
                if let Some(name) = field(node, "name") {
                    let name = self.builder.name(name.text());
                    self.builder.bind(name);
                    let id = self.function(node, Some(name), false, Vec::new());
                    out.push(FlowStatement::Define(id));
                }
            }
            "class_declaration" | "abstract_class_declaration" => {
                if let Some(name) = field(node, "name") {
                    let name = self.builder.name(name.text());
                    self.builder.bind(name);
                    let id = self.class(node, Some(name));
                    out.push(FlowStatement::Define(id));
                }
            }
            "import_statement" => self.import(node, out),
            "export_statement" => self.export(node, out),
            "interface_declaration"
            | "type_alias_declaration"
            | "ambient_declaration"
            | "empty_statement"
            | "debugger_statement"
            | "function_signature" => {}
            "labeled_statement" | "internal_module" | "module" => {
                out.extend(self.within(field(node, "body")));
            }
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    fn lower_or_evaluate(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        if matches!(node.kind(), "lexical_declaration" | "variable_declaration") {
            self.statement(node, out);
        } else {
            self.expression_statement(node, out);
        }
    }

    /// A condition that stands as a statement, in some grammars.
    fn unwrapped(&mut self, node: Node<'_>) -> crate::flow::ValueId {
        if node.kind() == "expression_statement"
            && let Some(inner) = node.first_child()
        {
            return self.value(inner);
        }
        self.value(node)
    }

    fn expression_statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "assignment_expression" => {
                let value = self.assigned_value(node);
                let Some(left) = field(node, "left") else { return };
                let target = self.target(left);
                out.push(FlowStatement::Assign { target, value });
            }
            "augmented_assignment_expression" => {
                let value = self.value_in(node, "right");
                let Some(left) = field(node, "left") else { return };
                let target = self.target(left);
                let operator = field(node, "operator").map_or("", Node::text);
                if matches!(operator, "||=" | "??=" | "&&=") {
                    let before = self.target(left);
                    let either = FlowValue::Any(vec![before, value]);
                    let value = self.builder.value(either, node.span());
                    out.push(FlowStatement::Assign { target, value });
                } else {
                    let is_sum = operator == "+=";
                    out.push(FlowStatement::Augment { target, value, is_sum });
                }
            }
            "sequence_expression" => {
                for part in children(node) {
                    self.expression_statement(part, out);
                }
            }
            // `void send()` runs it as `send()` does.
            "unary_expression" if field(node, "operator").is_some_and(|it| it.text() == "void") => {
                if let Some(inner) = field(node, "argument") {
                    self.expression_statement(inner, out);
                }
            }
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    fn switch(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let subject = self.value_in(node, "value");
        let Some(body) = field(node, "body") else { return };
        let mut cases = Vec::new();
        for clause in children(body) {
            let values = field(clause, "value").map(|it| self.value(it)).into_iter().collect();
            let mut body = Vec::new();
            for statement in clause.fields_named("body") {
                self.statement(statement, &mut body);
            }
            cases.push(FlowCase {
                values,
                is_pattern: false,
                targets: Vec::new(),
                guard: None,
                body,
            });
        }
        // What no case takes comes last, as far as values go.
        let default = cases.iter().position(|it| it.values.is_empty());
        if let Some(at) = default
            && at + 1 < cases.len()
        {
            let default = cases.remove(at);
            cases.push(default);
        }
        out.push(FlowStatement::Select { subject, cases, falls_through: true });
    }

    /// Whether a declaration says that a member is of the class itself.
    pub(super) fn is_static(node: Node<'_>) -> bool {
        has_child(node, "static")
    }

    /// Whether a method is read like a field.
    pub(super) fn is_getter(node: Node<'_>) -> bool {
        child_of_kind(node, "get").is_some()
    }
}
