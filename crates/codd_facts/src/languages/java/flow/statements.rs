//! Statements.

use super::Lowering;
use super::classes::Placed;
use crate::flow::{FlowCase, FlowStatement, FlowValue, ValueId, asked_behind};
use crate::node::{Node, child_of_kind, children, field};

impl<'t> Lowering<'t> {
    /// The statements of a block, whose variables end with it.
    pub(super) fn block(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mark = self.mark();
        for child in children(node) {
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
            "local_variable_declaration" => self.local(node, out),
            "expression_statement" => {
                if let Some(inner) = node.first_child() {
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
            "enhanced_for_statement" => {
                let mark = self.mark();
                let iterable = self.value_in(node, "value");
                let Some(name) = field(node, "name") else { return };
                let of = self.declared_in(node);
                let target = self.declare(name.text(), of, name.span());
                let mut body = Vec::new();
                if let Some(of) = of {
                    // What is gone through is of that type.
                    let value = self.builder.named(name.text(), name.span());
                    let value = self.builder.value(FlowValue::Typed { value, of }, name.span());
                    body.push(FlowStatement::Assign { target, value });
                }
                body.extend(self.within(field(node, "body")));
                self.leave(mark);
                let element = Some((target, iterable));
                out.push(FlowStatement::Loop { test: None, element, body, otherwise: Vec::new() });
            }
            "for_statement" => {
                let mark = self.mark();
                for first in node.fields_named("init") {
                    if first.kind() == "local_variable_declaration" {
                        self.local(first, out);
                    } else {
                        self.expression_statement(first, out);
                    }
                }
                let test = field(node, "condition").map(|it| self.value(it));
                let mut body = self.within(field(node, "body"));
                for update in node.fields_named("update") {
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
            "try_statement" | "try_with_resources_statement" => self.attempt(node, out),
            "switch_expression" => self.switch(node, out),
            "return_statement" => {
                let value = node.first_child().map(|it| (self.value(it), it.kind()));
                let of = self.results.last().copied().flatten();
                let value = value.map(|(value, kind)| self.typed(value, of, kind));
                out.push(FlowStatement::Return(value));
            }
            "throw_statement" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Raise(value));
            }
            "break_statement" => out.push(FlowStatement::Leave),
            "continue_statement" => out.push(FlowStatement::Next),
            "yield_statement" | "assert_statement" => {
                for it in children(node) {
                    let value = self.value(it);
                    out.push(FlowStatement::Evaluate(value));
                }
            }
            "explicit_constructor_invocation" => {
                let value = self.other_constructor(node);
                out.push(FlowStatement::Evaluate(value));
            }
            "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration" => {
                let is_inside = self.frame_count() > 0;
                let placed = if is_inside { Placed::Local } else { Placed::Member };
                let Some(name) = field(node, "name") else { return };
                self.declare_class(name, placed);
                let id = self.nested(node, placed);
                out.extend(id.map(FlowStatement::Define));
            }
            "labeled_statement" => {
                let inner = children(node).pop();
                out.extend(self.within(inner));
            }
            "synchronized_statement" => {
                if let Some(lock) = child_of_kind(node, "parenthesized_expression") {
                    let value = self.value(lock);
                    out.push(FlowStatement::Evaluate(value));
                }
                out.extend(self.within(field(node, "body")));
            }
            "annotation_type_declaration" | "module_declaration" | "method_declaration" => {}
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    fn declare_class(&mut self, name: Node<'t>, placed: Placed) {
        if placed == Placed::Local {
            self.declare(name.text(), None, name.span());
        } else {
            let own = self.builder.name(name.text());
            self.builder.bind(own);
        }
    }

    fn local(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        for declarator in node.fields_named("declarator") {
            let of = if field(declarator, "dimensions").is_some() {
                None
            } else {
                self.declared_in(node)
            };
            let value = field(declarator, "value").map(|it| (self.value(it), it.kind()));
            let Some(name) = field(declarator, "name") else { continue };
            let target = self.declare(name.text(), of, name.span());
            if let Some((value, kind)) = value {
                let value = self.typed(value, of, kind);
                out.push(FlowStatement::Assign { target, value });
            }
        }
    }

    /// A value that a declaration says the type of; what is made in place says it better.
    pub(super) fn typed(&mut self, value: ValueId, of: Option<ValueId>, kind: &str) -> ValueId {
        match of {
            Some(of) if kind != "object_creation_expression" && kind != "lambda_expression" => {
                let span = self.builder.facts.span(value);
                self.builder.value(FlowValue::Typed { value, of }, span)
            }
            _ => value,
        }
    }

    pub(super) fn expression_statement(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        if node.kind() != "assignment_expression" {
            let value = self.value(node);
            out.push(FlowStatement::Evaluate(value));
            return;
        }
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let value = self.value(right);
        let target = self.value(left);
        match field(node, "operator").map_or("", Node::text) {
            "=" => {
                let of = match left.kind() {
                    "identifier" => self.type_of_variable(left.text()),
                    _ => None,
                };
                let value = self.typed(value, of, right.kind());
                out.push(FlowStatement::Assign { target, value });
            }
            operator => {
                let is_sum = operator == "+=";
                out.push(FlowStatement::Augment { target, value, is_sum });
            }
        }
    }

    fn attempt(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mark = self.mark();
        let mut body = Vec::new();
        for resource in field(node, "resources").into_iter().flat_map(children) {
            let (name, value) = (field(resource, "name"), field(resource, "value"));
            let (Some(name), Some(value)) = (name, value) else { continue };
            let of = self.declared_in(resource);
            let kind = value.kind();
            let value = self.value(value);
            let target = self.declare(name.text(), of, name.span());
            let value = self.typed(value, of, kind);
            body.push(FlowStatement::Assign { target, value });
        }
        if let Some(inner) = field(node, "body") {
            self.statement(inner, &mut body);
        }
        self.leave(mark);
        let mut handlers = Vec::new();
        let mut finally = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => {
                    let mark = self.mark();
                    let parameter = child_of_kind(clause, "catch_formal_parameter");
                    if let Some(name) = parameter.and_then(|it| field(it, "name")) {
                        self.declare(name.text(), None, name.span());
                    }
                    handlers.push(self.within(field(clause, "body")));
                    self.leave(mark);
                }
                "finally_clause" => finally = self.within(clause.first_child()),
                _ => {}
            }
        }
        out.push(FlowStatement::Attempt { body, handlers, otherwise: Vec::new(), finally });
    }

    fn switch(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let subject = self.value_in(node, "condition");
        let mut cases = Vec::new();
        let mut falls_through = false;
        for group in field(node, "body").into_iter().flat_map(children) {
            let mark = self.mark();
            let is_group = group.kind() == "switch_block_statement_group";
            falls_through |= is_group;
            let labels: Vec<Node<'t>> =
                children(group).into_iter().filter(|it| it.kind() == "switch_label").collect();
            let mut case = self.case(&labels, subject);
            for statement in children(group) {
                if statement.kind() != "switch_label" {
                    self.statement(statement, &mut case.body);
                }
            }
            self.leave(mark);
            cases.push(case);
        }
        // What no case takes comes last, as far as values go.
        let is_rest = |it: &FlowCase| it.values.is_empty() && !it.is_pattern;
        if let Some(at) = cases.iter().position(is_rest)
            && at + 1 < cases.len()
        {
            let rest = cases.remove(at);
            cases.push(rest);
        }
        out.push(FlowStatement::Select { subject, cases, falls_through });
    }

    /// The labels of one case; one that is also the default takes anything.
    pub(super) fn case(&mut self, labels: &[Node<'t>], subject: ValueId) -> FlowCase {
        let mut case = FlowCase {
            values: Vec::new(),
            is_pattern: false,
            targets: Vec::new(),
            guard: None,
            body: Vec::new(),
        };
        let mut is_rest = false;
        for label in labels {
            let parts = children(*label);
            is_rest |= parts.is_empty() || child_of_kind(*label, "default").is_some();
            for part in parts {
                match part.kind() {
                    "pattern" => {
                        case.is_pattern = true;
                        self.pattern(part, subject, &mut case);
                    }
                    "guard" => {
                        case.guard = part.first_child().map(|it| self.value(it));
                    }
                    // The name of a constant of an enumeration, where it is no other constant.
                    "identifier" => {
                        let value = match self.name_value(part.text(), part.span()) {
                            FlowValue::Name(_) => FlowValue::Text(self.builder.name(part.text())),
                            other => other,
                        };
                        case.values.push(self.builder.value(value, part.span()));
                    }
                    _ => {
                        let value = self.value(part);
                        case.values.push(value);
                    }
                }
            }
        }
        if is_rest {
            case.values.clear();
        }
        case
    }

    fn pattern(&mut self, node: Node<'t>, subject: ValueId, case: &mut FlowCase) {
        for it in node.below() {
            if !matches!(it.kind(), "type_pattern" | "record_pattern_component") {
                continue;
            }
            let parts = children(it);
            if let Some(name) = parts.last().filter(|it| it.kind() == "identifier") {
                let of = parts.first().filter(|_| parts.len() > 1);
                let of = of.and_then(|it| self.declared(*it));
                let target = self.declare(name.text(), of, name.span());
                case.targets.push(target);
                if let (Some(of), "type_pattern") = (of, it.kind()) {
                    let value = FlowValue::Typed { value: subject, of };
                    let value = self.builder.value(value, name.span());
                    case.body.push(FlowStatement::Assign { target, value });
                }
            }
        }
    }
}
