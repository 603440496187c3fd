//! Statements.

use super::Lowering;
use super::values::last_part;
use crate::flow::{FlowCase, FlowStatement, FlowValue, MAX_FLOW_DEPTH, ValueId, asked_behind};
use crate::node::{Node, child_of_kind, children, field};

impl<'t> Lowering<'t> {
    /// The statements of a block, whose variables end with it.
    pub(super) fn block(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let nodes = children(node);
        self.block_of(&nodes, out);
    }

    /// Its functions are there from its beginning on.
    pub(super) fn block_of(&mut self, nodes: &[Node<'t>], out: &mut Vec<FlowStatement>) {
        let mark = self.mark();
        let functions = nodes.iter().filter(|it| it.kind() == "local_function_statement");
        let functions: Vec<Node<'t>> = functions.copied().collect();
        for function in &functions {
            if let Some(name) = field(*function, "name") {
                self.declare(name.text(), None, name.span());
            }
        }
        let mut known = Vec::new();
        for function in functions {
            let id = self.local_function(function);
            known.extend(id);
            out.extend(id.map(FlowStatement::Define));
        }
        let mut known = known.into_iter();
        for node in nodes {
            if node.kind() == "local_function_statement" {
                // Again, with what is known of the variables around it by now.
                out.extend(known.next().map(FlowStatement::Define));
            } else {
                self.statement(*node, out);
            }
        }
        self.leave(mark);
    }

    pub(super) fn statement(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        if self.builder.is_too_much(self.depth) {
            let value = self.builder.too_deep(node.span());
            out.push(FlowStatement::Evaluate(value));
            return;
        }
        self.depth += 1;
        self.lower_statement(node, out);
        self.depth -= 1;
    }

    fn within(&mut self, node: Option<Node<'t>>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        let mark = self.mark();
        if let Some(node) = node {
            self.statement(node, &mut out);
        }
        self.leave(mark);
        out
    }

    fn lower_statement(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "block" => self.block(node, out),
            "local_declaration_statement" => {
                if let Some(list) = child_of_kind(node, "variable_declaration") {
                    self.variables(list, out);
                }
            }
            "expression_statement" | "arrow_expression_clause" => {
                if let Some(inner) = last_part(node) {
                    self.expression_statement(inner, out);
                }
            }
            "if_statement" => {
                // What a pattern binds may hold behind the statement, too.
                let test = self.value_in(node, "condition");
                let then = self.within(field(node, "consequence"));
                let otherwise = self.within(field(node, "alternative"));
                out.push(FlowStatement::Branch { test, then, otherwise });
            }
            "foreach_statement" => self.for_each(node, out),
            "for_statement" => {
                let mark = self.mark();
                for first in node.fields_named("initializer").filter(|it| it.is_named()) {
                    if first.kind() == "variable_declaration" {
                        self.variables(first, out);
                    } else {
                        self.expression_statement(first, out);
                    }
                }
                let test = field(node, "condition").filter(|it| it.is_named());
                let test = test.map(|it| self.value(it));
                let mut body = self.within(field(node, "body"));
                for update in node.fields_named("update").filter(|it| it.is_named()) {
                    self.expression_statement(update, &mut body);
                }
                self.leave(mark);
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
            "try_statement" => self.attempt(node, out),
            "switch_statement" => self.switch(node, out),
            "return_statement" => {
                let value = last_part(node).map(|it| (self.made_here(it), it.kind()));
                let of = self.results.last().copied().flatten();
                let value = value.map(|(value, kind)| self.typed(value, of, kind));
                out.push(FlowStatement::Return(value));
            }
            "yield_statement" => match last_part(node) {
                Some(inner) => {
                    let value = self.value(inner);
                    let value = self.builder.value(FlowValue::Yielded(value), node.span());
                    out.push(FlowStatement::Evaluate(value));
                }
                None => out.push(FlowStatement::Return(None)),
            },
            "throw_statement" => {
                let value = last_part(node).map(|it| self.value(it));
                out.push(FlowStatement::Raise(value));
            }
            "break_statement" => out.push(FlowStatement::Leave),
            "continue_statement" => out.push(FlowStatement::Next),
            "using_statement" | "fixed_statement" | "lock_statement" => {
                let mark = self.mark();
                let body = field(node, "body").or_else(|| children(node).pop());
                for part in children(node) {
                    if Some(part) == body {
                        continue;
                    }
                    if part.kind() == "variable_declaration" {
                        self.variables(part, out);
                    } else {
                        let value = self.value(part);
                        out.push(FlowStatement::Evaluate(value));
                    }
                }
                out.extend(self.within(body));
                self.leave(mark);
            }
            "checked_statement" | "unsafe_statement" | "labeled_statement" => {
                let inner = children(node).pop();
                out.extend(self.within(inner));
            }
            "preproc_if" | "preproc_elif" | "preproc_else" | "ERROR" => {
                for part in node.all_children() {
                    if part.is_named() && part.field_name() != "condition" {
                        self.statement(part, out);
                    }
                }
            }
            "empty_statement" | "goto_statement" => {}
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    /// What is given back; `new(…)` is of the type that is declared.
    fn made_here(&mut self, node: Node<'t>) -> ValueId {
        let of = self.results.last().copied().flatten();
        self.value_of_type(node, of)
    }

    /// A value where a type is declared, which `new(…)` makes one of.
    pub(super) fn value_of_type(&mut self, node: Node<'t>, of: Option<ValueId>) -> ValueId {
        if node.kind() == "implicit_object_creation_expression" && self.depth < MAX_FLOW_DEPTH {
            self.depth += 1;
            let made = self.creation(node, of);
            self.depth -= 1;
            return self.builder.value(made, node.span());
        }
        self.value(node)
    }

    fn for_each(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(left) = field(node, "left") else { return };
        let mark = self.mark();
        let iterable = self.value_in(node, "right");
        let mut body = Vec::new();
        let of = self.declared_in(node);
        let target = match left.kind() {
            "identifier" if field(node, "type").is_some() => {
                let target = self.declare(left.text(), of, left.span());
                if let Some(of) = of {
                    // What is gone through is of that type.
                    let typed = FlowValue::Typed { value: target, of };
                    let value = self.builder.value(typed, left.span());
                    body.push(FlowStatement::Assign { target, value });
                }
                target
            }
            _ => self.target(left),
        };
        body.extend(self.within(field(node, "body")));
        self.leave(mark);
        let element = Some((target, iterable));
        out.push(FlowStatement::Loop { test: None, element, body, otherwise: Vec::new() });
    }

    /// `Type a = x, b = y`.
    pub(super) fn variables(&mut self, list: Node<'t>, out: &mut Vec<FlowStatement>) {
        let of = self.declared_in(list);
        for declarator in children(list) {
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let name = field(declarator, "name");
            let pattern = child_of_kind(declarator, "tuple_pattern");
            let value = declared_value(declarator).map(|it| {
                // A type that says little of what is in it is made all the same.
                let made = match it.kind() {
                    "implicit_object_creation_expression" => {
                        field(list, "type").map(|it| self.type_value(it))
                    }
                    _ => None,
                };
                (self.value_of_type(it, made), it.kind())
            });
            let target = match (name, pattern) {
                (Some(name), _) => self.declare(name.text(), of, name.span()),
                (None, Some(pattern)) => self.target(pattern),
                (None, None) => continue,
            };
            if let Some((value, kind)) = value {
                let value = self.typed(value, of, kind);
                out.push(FlowStatement::Assign { target, value });
            }
        }
    }

    /// A value that a declaration says the type of; what is made in place says it better.
    pub(super) fn typed(&mut self, value: ValueId, of: Option<ValueId>, kind: &str) -> ValueId {
        let is_made = matches!(
            kind,
            "object_creation_expression"
                | "implicit_object_creation_expression"
                | "lambda_expression"
                | "anonymous_method_expression"
        );
        match of {
            Some(of) if !is_made => {
                let span = self.builder.facts.span(value);
                self.builder.value(FlowValue::Typed { value, of }, span)
            }
            _ => value,
        }
    }

    pub(super) fn expression_statement(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let sides = match node.kind() {
            "assignment_expression" => field(node, "left").zip(field(node, "right")),
            _ => None,
        };
        let operator = field(node, "operator").map_or("", Node::text);
        let Some((left, right)) = sides.filter(|_| operator != "??=") else {
            let value = self.value(node);
            out.push(FlowStatement::Evaluate(value));
            return;
        };
        let value = self.assigned_value(left, right);
        let target = self.target(left);
        if operator == "=" {
            out.push(FlowStatement::Assign { target, value });
        } else {
            out.push(FlowStatement::Augment { target, value, is_sum: operator == "+=" });
        }
    }

    fn attempt(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let body = self.within(field(node, "body"));
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => {
                    let mark = self.mark();
                    let declared = child_of_kind(clause, "catch_declaration");
                    if let Some(name) = declared.and_then(|it| field(it, "name")) {
                        self.declare(name.text(), None, name.span());
                    }
                    let mut handler = Vec::new();
                    if let Some(filter) = child_of_kind(clause, "catch_filter_clause")
                        && let Some(test) = last_part(filter)
                    {
                        let value = self.value(test);
                        handler.push(FlowStatement::Evaluate(value));
                    }
                    handler.extend(self.within(field(clause, "body")));
                    handlers.push(handler);
                    self.leave(mark);
                }
                "finally_clause" => finally = self.within(clause.first_child()),
                _ => {}
            }
        }
        out.push(FlowStatement::Attempt { body, handlers, otherwise: Vec::new(), finally });
    }

    fn switch(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let subject = self.value_in(node, "value");
        let mut cases = Vec::new();
        let is_rest = |it: &FlowCase| it.values.is_empty() && !it.is_pattern;
        for section in field(node, "body").into_iter().flat_map(children) {
            let mark = self.mark();
            let mut case = FlowCase {
                values: Vec::new(),
                is_pattern: false,
                targets: Vec::new(),
                guard: None,
                body: Vec::new(),
            };
            let mut is_label = true;
            let mut takes_all = false;
            let mut statements = Vec::new();
            for part in section.all_children() {
                if part.text() == ":" && !part.is_named() && is_label {
                    is_label = false;
                } else if part.kind() == "when_clause" {
                    let test = last_part(part).map(|it| self.value(it));
                    let tests: Vec<ValueId> = case.guard.into_iter().chain(test).collect();
                    let guard = self.builder.value(FlowValue::All(tests), part.span());
                    case.guard = Some(guard);
                    if takes_all {
                        (takes_all, case.is_pattern) = (false, true);
                    }
                } else if part.is_named() && is_label {
                    takes_all |= self.label(part, subject, &mut case);
                } else if part.is_named() {
                    statements.push(part);
                }
            }
            self.block_of(&statements, &mut case.body);
            self.leave(mark);
            cases.push(case);
        }
        // What no case takes comes last, as far as values go, with what falls into it.
        if let Some(at) = cases.iter().position(is_rest)
            && at + 1 < cases.len()
        {
            let first = cases[..at].iter().rposition(|it| !it.body.is_empty());
            let first = first.map_or(0, |it| it + 1);
            let rest: Vec<FlowCase> = cases.drain(first..=at).collect();
            cases.extend(rest);
        }
        out.push(FlowStatement::Select { subject, cases, falls_through: true });
    }
}

/// What a declared variable gets.
pub(super) fn declared_value(declarator: Node<'_>) -> Option<Node<'_>> {
    let mut at = None;
    let mut is_value = false;
    for it in declarator.all_children() {
        if is_value && (it.is_named() || matches!(it.kind(), "this" | "base")) {
            at = Some(it);
        }
        is_value |= it.text() == "=" && !it.is_named();
    }
    at
}
