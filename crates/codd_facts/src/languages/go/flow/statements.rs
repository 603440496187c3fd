//! Statements.

use super::Lowering;
use crate::flow::{FlowCase, FlowStatement, FlowValue, ValueId};
use crate::node::{Node, child_of_kind, children, field};

impl<'t> Lowering<'t> {
    /// The statements of a block, whose variables end with it.
    pub(super) fn block(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mark = self.enter();
        for child in statements(node) {
            self.statement(child, out);
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
        let mark = self.enter();
        if let Some(node) = node {
            self.statement(node, &mut out);
        }
        self.leave(mark);
        out
    }

    fn lower_statement(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "block" | "statement_list" => self.block(node, out),
            // What runs beside the rest: nothing of it has happened by the next statement.
            "go_statement" => {
                if let Some(inner) = node.first_child() {
                    let value = self.value(inner);
                    let beside = FlowValue::Unknown(vec![value]);
                    let value = self.builder.value(beside, node.span());
                    out.push(FlowStatement::Evaluate(value));
                }
            }
            "expression_statement" | "defer_statement" => {
                if let Some(inner) = node.first_child() {
                    let value = self.value(inner);
                    out.push(FlowStatement::Evaluate(value));
                }
            }
            "short_var_declaration" => self.assigned(node, true, out),
            "assignment_statement" => self.assigned(node, false, out),
            "var_declaration" | "const_declaration" | "var_spec_list" => {
                for spec in children(node) {
                    if spec.kind() == "var_spec_list" {
                        self.lower_statement(spec, out);
                    } else if matches!(spec.kind(), "var_spec" | "const_spec") {
                        self.specified(spec, out);
                    }
                }
            }
            "type_declaration" => self.type_declaration(node, out),
            "inc_statement" | "dec_statement" => {
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                if let Some(target) = node.first_child() {
                    let target = self.value(target);
                    out.push(FlowStatement::Augment { target, value, is_sum: false });
                }
            }
            "send_statement" => {
                // What is sent is in the channel.
                let value = self.value_in(node, "value");
                let base = self.value_in(node, "channel");
                let key = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                let target = self.builder.value(FlowValue::Index { base, key }, node.span());
                out.push(FlowStatement::Assign { target, value });
            }
            "if_statement" => {
                let mark = self.enter();
                if let Some(first) = field(node, "initializer") {
                    self.statement(first, out);
                }
                let test = self.value_in(node, "condition");
                let then = self.within(field(node, "consequence"));
                let otherwise = self.within(field(node, "alternative"));
                self.leave(mark);
                out.push(FlowStatement::Branch { test, then, otherwise });
            }
            "for_statement" => self.repeated(node, out),
            "expression_switch_statement" => self.switch(node, out),
            "type_switch_statement" => self.type_switch(node, out),
            "select_statement" => self.selected(node, out),
            "return_statement" => {
                let values: Vec<ValueId> = node
                    .first_child()
                    .into_iter()
                    .flat_map(children)
                    .map(|it| self.value(it))
                    .collect();
                let value = match values[..] {
                    [] => match self.results.last().cloned().filter(|it| !it.is_empty()) {
                        Some(named) => {
                            let statement = self.named_results(&named, node);
                            out.push(statement);
                            return;
                        }
                        None => None,
                    },
                    [one] => Some(one),
                    _ => Some(self.builder.value(FlowValue::Sequence(values), node.span())),
                };
                out.push(FlowStatement::Return(value));
            }
            // Where it goes on is not modelled: that it leaves a loop is not all.
            "goto_statement" => {
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
                out.push(FlowStatement::Evaluate(value));
                out.push(FlowStatement::Leave);
            }
            "break_statement" => out.push(FlowStatement::Leave),
            "continue_statement" => out.push(FlowStatement::Next),
            "labeled_statement" => {
                let inner = children(node).into_iter().find(|it| it.kind() != "label_name");
                if let Some(inner) = inner {
                    self.statement(inner, out);
                }
            }
            "empty_statement" | "fallthrough_statement" => {}
            "function_declaration" | "method_declaration" => self.function(node, out),
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    /// `var a, b T = x, y`.
    fn specified(&mut self, spec: Node<'t>, out: &mut Vec<FlowStatement>) {
        let of = field(spec, "type").and_then(|it| self.declared(it));
        let values: Vec<ValueId> =
            field(spec, "value").into_iter().flat_map(children).map(|it| self.value(it)).collect();
        let names: Vec<Node<'t>> =
            spec.fields_named("name").filter(|it| it.kind() == "identifier").collect();
        let targets: Vec<ValueId> =
            names.iter().map(|it| self.declare(it.text(), of, it.span())).collect();
        if values.len() == targets.len() {
            for (target, value) in targets.into_iter().zip(values) {
                let value = self.typed(value, of);
                out.push(FlowStatement::Assign { target, value });
            }
        } else if let [value] = values[..] {
            let target = self.builder.value(FlowValue::Sequence(targets), spec.span());
            out.push(FlowStatement::Assign { target, value });
        } else if of.is_some() {
            for target in targets {
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), spec.span());
                let value = self.typed(value, of);
                out.push(FlowStatement::Assign { target, value });
            }
        }
    }

    /// A value that a declaration says the type of.
    pub(super) fn typed(&mut self, value: ValueId, of: Option<ValueId>) -> ValueId {
        match of {
            Some(of) => {
                let span = self.builder.facts.span(value);
                self.builder.value(FlowValue::Typed { value, of }, span)
            }
            None => value,
        }
    }

    /// What is assigned to; where variables are declared, those that are not there yet.
    fn target(&mut self, node: Node<'t>, is_declared: bool) -> ValueId {
        if node.text() == "_" {
            return self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
        }
        let own = self.scope.get(self.block..).unwrap_or_default();
        let is_there = own.iter().any(|it| it.written == node.text());
        if is_declared && node.kind() == "identifier" && !is_there {
            return self.declare(node.text(), None, node.span());
        }
        self.value(node)
    }

    fn assigned(&mut self, node: Node<'t>, is_declared: bool, out: &mut Vec<FlowStatement>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let sources = children(right);
        let values: Vec<ValueId> = sources.iter().map(|it| self.value(*it)).collect();
        let targets = children(left);
        let operator = field(node, "operator").map_or("=", Node::text);
        if !matches!(operator, "=" | ":=") {
            if let (Some(target), Some(value)) = (targets.first(), values.first()) {
                let target = self.value(*target);
                let is_sum = operator == "+=";
                out.push(FlowStatement::Augment { target, value: *value, is_sum });
            }
            return;
        }
        if values.len() == targets.len() {
            let several = values.len() > 1;
            for (target, value) in targets.iter().zip(&values) {
                let of = if is_declared || several {
                    None
                } else {
                    self.variable(target.text()).and_then(|it| it.of)
                };
                let target = self.target(*target, is_declared);
                let value = self.typed(*value, of);
                out.push(FlowStatement::Assign { target, value });
            }
            return;
        }
        let ([value], [source]) = (&values[..], &sources[..]) else { return };
        // `value, ok := m[key]`: the second says whether there is one.
        let is_pair = matches!(source.kind(), "index_expression" | "type_assertion_expression")
            || source.kind() == "unary_expression";
        if is_pair && let [first, rest @ ..] = &targets[..] {
            let target = self.target(*first, is_declared);
            out.push(FlowStatement::Assign { target, value: *value });
            for it in rest {
                let target = self.target(*it, is_declared);
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), it.span());
                out.push(FlowStatement::Assign { target, value });
            }
            return;
        }
        let parts: Vec<ValueId> = targets.iter().map(|it| self.target(*it, is_declared)).collect();
        let target = self.builder.value(FlowValue::Sequence(parts), left.span());
        out.push(FlowStatement::Assign { target, value: *value });
    }

    fn repeated(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mark = self.enter();
        let mut test = None;
        let mut element = None;
        let mut update = Vec::new();
        let mut first = Vec::new();
        for it in children(node) {
            match it.kind() {
                "block" => {}
                "for_clause" => {
                    if let Some(initializer) = field(it, "initializer") {
                        self.statement(initializer, out);
                    }
                    test = field(it, "condition").map(|it| self.value(it));
                    if let Some(after) = field(it, "update") {
                        self.statement(after, &mut update);
                    }
                }
                "range_clause" => {
                    let iterable = self.value_in(it, "right");
                    let is_declared = child_of_kind(it, ":=").is_some();
                    let names = field(it, "left").map(children).unwrap_or_default();
                    let targets: Vec<ValueId> =
                        names.iter().map(|it| self.target(*it, is_declared)).collect();
                    // The first is the place or the key, unless it is a channel's.
                    if let [key, value] = targets[..] {
                        element = Some((value, iterable));
                        let place = self.builder.value(FlowValue::Unknown(Vec::new()), it.span());
                        first.push(FlowStatement::Assign { target: key, value: place });
                    } else if let [one] = targets[..] {
                        element = Some((one, iterable));
                    }
                }
                _ => test = Some(self.value(it)),
            }
        }
        let mut body = first;
        body.extend(self.within(field(node, "body")));
        body.extend(update);
        self.leave(mark);
        out.push(FlowStatement::Loop { test, element, body, otherwise: Vec::new() });
    }

    fn switch(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mark = self.enter();
        if let Some(first) = field(node, "initializer") {
            self.statement(first, out);
        }
        let Some(value) = field(node, "value") else {
            self.tests(node, out);
            self.leave(mark);
            return;
        };
        let subject = self.value(value);
        let mut cases = Vec::new();
        for clause in children(node) {
            if !matches!(clause.kind(), "expression_case" | "default_case") {
                continue;
            }
            let values = field(clause, "value").into_iter().flat_map(children);
            let values = values.map(|it| self.value(it)).collect();
            cases.push(self.case(clause, values, false, Vec::new()));
        }
        last_is_rest(&mut cases);
        self.leave(mark);
        out.push(FlowStatement::Select { subject, cases, falls_through: false });
    }

    fn case(
        &mut self,
        clause: Node<'t>,
        values: Vec<ValueId>,
        is_pattern: bool,
        first: Vec<FlowStatement>,
    ) -> FlowCase {
        let mut body = first;
        if let Some(list) = child_of_kind(clause, "statement_list") {
            self.block(list, &mut body);
        }
        FlowCase { values, is_pattern, targets: Vec::new(), guard: None, body }
    }

    /// A `switch` without a subject: one test after the other.
    fn tests(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mut rest = Vec::new();
        let mut branches = Vec::new();
        for clause in children(node) {
            let is_case = clause.kind() == "expression_case";
            if !is_case && clause.kind() != "default_case" {
                continue;
            }
            let tests: Vec<ValueId> = field(clause, "value")
                .into_iter()
                .flat_map(children)
                .map(|it| self.value(it))
                .collect();
            let mut body = Vec::new();
            if let Some(list) = child_of_kind(clause, "statement_list") {
                self.block(list, &mut body);
            }
            if is_case {
                let test = match tests[..] {
                    [one] => one,
                    _ => self.builder.value(FlowValue::Any(tests), clause.span()),
                };
                branches.push((test, body));
            } else {
                rest = body;
            }
        }
        for (test, then) in branches.into_iter().rev() {
            rest = vec![FlowStatement::Branch { test, then, otherwise: rest }];
        }
        out.append(&mut rest);
    }

    fn type_switch(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mark = self.enter();
        if let Some(first) = field(node, "initializer") {
            self.statement(first, out);
        }
        let subject = self.value_in(node, "value");
        let alias = field(node, "alias").and_then(Node::first_child);
        let mut cases = Vec::new();
        for clause in children(node) {
            if !matches!(clause.kind(), "type_case" | "default_case") {
                continue;
            }
            let inner = self.enter();
            let types: Vec<Node<'t>> =
                clause.fields_named("type").filter(|it| it.is_named()).collect();
            let mut first = Vec::new();
            if let Some(alias) = alias {
                let of = match types[..] {
                    [one] => self.declared(one),
                    _ => None,
                };
                let target = self.declare(alias.text(), of, alias.span());
                let value = self.typed(subject, of);
                first.push(FlowStatement::Assign { target, value });
            }
            cases.push(self.case(clause, Vec::new(), !types.is_empty(), first));
            self.leave(inner);
        }
        last_is_rest(&mut cases);
        self.leave(mark);
        out.push(FlowStatement::Select { subject, cases, falls_through: false });
    }

    fn selected(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let subject = self.builder.value(FlowValue::Unknown(Vec::new()), node.span());
        let mut cases = Vec::new();
        for clause in children(node) {
            let mark = self.enter();
            let mut first = Vec::new();
            if let Some(it) = field(clause, "communication") {
                if it.kind() == "receive_statement" && field(it, "left").is_none() {
                    let value = self.value_in(it, "right");
                    first.push(FlowStatement::Evaluate(value));
                } else if it.kind() == "receive_statement" {
                    let value = self.value_in(it, "right");
                    let is_declared = child_of_kind(it, ":=").is_some();
                    let target = field(it, "left").and_then(Node::first_child);
                    if let Some(target) = target {
                        let target = self.target(target, is_declared);
                        first.push(FlowStatement::Assign { target, value });
                    }
                } else {
                    self.statement(it, &mut first);
                }
            }
            cases.push(self.case(clause, Vec::new(), true, first));
            self.leave(mark);
        }
        out.push(FlowStatement::Select { subject, cases, falls_through: false });
    }
}

/// What no case takes comes last, as far as values go.
fn last_is_rest(cases: &mut Vec<FlowCase>) {
    let is_rest = |it: &FlowCase| it.values.is_empty() && !it.is_pattern;
    if let Some(at) = cases.iter().position(is_rest)
        && at + 1 < cases.len()
    {
        let rest = cases.remove(at);
        cases.push(rest);
    }
}

pub(super) fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    for it in children(block) {
        if it.kind() == "statement_list" {
            out.extend(children(it));
        } else {
            out.push(it);
        }
    }
    out
}
