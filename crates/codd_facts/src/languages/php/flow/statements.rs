//! Statements.

use super::Lowering;
use crate::flow::{FlowArgument, FlowCase, FlowStatement, FlowValue, ValueId, asked_behind};
use crate::languages::php::tags::is_shown;
use crate::node::{Node, children, field};

impl Lowering {
    /// The statements of a block; of any other statement, this one.
    pub(super) fn block(&mut self, node: Node<'_>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        match node.kind() {
            "program" | "compound_statement" | "colon_block" => {
                for child in node.all_children().filter(|it| it.is_named()) {
                    self.statement(child, &mut out);
                }
            }
            _ => self.statement(node, &mut out),
        }
        out
    }

    fn block_in(&mut self, node: Node<'_>, name: &str) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        // A list of statements has the field at each.
        for part in node.fields_named(name) {
            out.extend(self.block(part));
        }
        out
    }

    fn statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        if self.builder.is_too_much(self.depth) {
            let value = self.builder.too_deep(node.span());
            out.push(FlowStatement::Evaluate(value));
            return;
        }
        self.depth += 1;
        self.lower_statement(node, out);
        self.depth -= 1;
    }

    fn lower_statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "expression_statement" => {
                for child in children(node) {
                    self.expression(child, out);
                }
            }
            "compound_statement" | "colon_block" | "declare_statement" | "program" => {
                for child in children(node) {
                    self.statement(child, out);
                }
            }
            "echo_statement" => {
                let mut given = Vec::new();
                for part in children(node) {
                    match part.kind() {
                        "sequence_expression" => given.extend(self.values(children(part))),
                        _ => given.push(self.value(part)),
                    }
                }
                self.run_builtin("echo", given, node, out);
            }
            "exit_statement" => {
                // What is said at the end is a part of the page.
                let said = self.values(children(node));
                if !said.is_empty() {
                    self.run_builtin("echo", said, node, out);
                }
                self.run_builtin("exit", Vec::new(), node, out);
            }
            "if_statement" => self.branch(node, out),
            "while_statement" => {
                let test = Some(self.value_in(node, "condition"));
                let body = self.block_in(node, "body");
                out.push(FlowStatement::Loop { test, element: None, body, otherwise: Vec::new() });
            }
            "do_statement" => {
                let test = Some(self.value_in(node, "condition"));
                let body = self.block_in(node, "body");
                out.push(asked_behind(test, body));
            }
            "for_statement" => {
                for it in node.fields_named("initialize").collect::<Vec<_>>() {
                    self.expression(it, out);
                }
                let test = field(node, "condition").map(|it| self.value(it));
                let mut body = self.block_in(node, "body");
                for it in node.fields_named("update").collect::<Vec<_>>() {
                    self.expression(it, &mut body);
                }
                out.push(FlowStatement::Loop { test, element: None, body, otherwise: Vec::new() });
            }
            "foreach_statement" => self.each(node, out),
            "switch_statement" => self.switch(node, out),
            "try_statement" => self.attempt(node, out),
            "return_statement" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Return(value));
            }
            "break_statement" => out.push(FlowStatement::Leave),
            "continue_statement" => out.push(FlowStatement::Next),
            "function_definition" => {
                let Some(written) = field(node, "name") else { return };
                let name = self.builder.name(written.text());
                // A function is everybody's, wherever it is written.
                self.builder.bind_in_module(name);
                let id = self.function(node, Some(name), false);
                out.push(FlowStatement::Define(id));
            }
            "class_declaration"
            | "interface_declaration"
            | "trait_declaration"
            | "enum_declaration" => {
                let name = field(node, "name").map(|it| self.builder.name(it.text()));
                let id = self.class(node, name);
                out.push(FlowStatement::Define(id));
            }
            "namespace_definition" => self.namespace(node, out),
            "namespace_use_declaration" => self.bring(node),
            "const_declaration" => self.constants(node, out),
            "global_declaration" => {
                for variable in children(node) {
                    self.is_outer(variable);
                }
            }
            "function_static_declaration" => {
                for it in children(node) {
                    let (Some(name), Some(value)) = (field(it, "name"), field(it, "value")) else {
                        continue;
                    };
                    let value = self.value(value);
                    let target = self.target(name);
                    out.push(FlowStatement::Assign { target, value });
                }
            }
            "unset_statement"
            | "empty_statement"
            | "goto_statement"
            | "named_label_statement"
            | "declare_directive"
            | "php_tag"
            | "php_end_tag"
            | "comment" => {}
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    fn expression(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "assignment_expression" if is_shown(node) => {
                let value = self.value_in(node, "right");
                self.run_builtin("echo", vec![value], node, out);
            }
            "assignment_expression" | "reference_assignment_expression" => {
                self.assignment(node, out);
            }
            "augmented_assignment_expression" => {
                let Some(left) = field(node, "left") else { return };
                if field(node, "operator").is_some_and(|it| it.text() == ".=") {
                    let value = self.value_in(node, "right");
                    let target = self.target(left);
                    out.push(FlowStatement::Augment { target, value, is_sum: true });
                } else {
                    let target = self.target(left);
                    let value = self.augmented_value(node, target);
                    out.push(FlowStatement::Assign { target, value });
                }
            }
            "throw_expression" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Raise(value));
            }
            "sequence_expression" => {
                for part in children(node) {
                    self.expression(part, out);
                }
            }
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    fn run_builtin(
        &mut self,
        name: &str,
        given: Vec<ValueId>,
        node: Node<'_>,
        out: &mut Vec<FlowStatement>,
    ) {
        let callee = self.builder.named(name, node.span());
        let arguments = given.into_iter().map(|value| FlowArgument { name: None, value }).collect();
        let call = FlowValue::Call { callee, arguments, is_new: false };
        let call = self.builder.value(call, node.span());
        out.push(FlowStatement::Evaluate(call));
    }

    fn namespace(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let name = field(node, "name").map_or("", Node::text);
        name.clone_into(&mut self.namespace);
        self.classes.clear();
        self.functions.clear();
        if self.builder.facts.package.is_none() {
            let name = self.builder.name(name);
            self.builder.facts.package = Some(name);
        }
        if let Some(body) = field(node, "body") {
            out.extend(self.block(body));
        }
    }

    /// `if` and its `elseif`s.
    fn branch(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let test = self.value_in(node, "condition");
        let mut arms = vec![(test, self.block_in(node, "body"))];
        let mut otherwise = Vec::new();
        for clause in node.fields_named("alternative").collect::<Vec<_>>() {
            if clause.kind() == "else_if_clause" {
                let test = self.value_in(clause, "condition");
                arms.push((test, self.block_in(clause, "body")));
            } else {
                otherwise = self.block_in(clause, "body");
            }
        }
        out.extend(self.builder.branches(arms, otherwise, node.span()));
    }

    /// `foreach ($list as $key => $value)`.
    fn each(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let parts: Vec<Node<'_>> =
            children(node).into_iter().filter(|it| it.field_name() != "body").collect();
        let [list, element, ..] = parts[..] else { return };
        let iterable = self.value(list);
        let mut body = Vec::new();
        let target = match (element.kind(), &children(element)[..]) {
            ("pair", [key, value]) => {
                // A key is of the list itself, not of its items.
                let name = self.builder.name("array_keys");
                let keys = FlowValue::Attribute { base: iterable, name };
                let keys = self.builder.value(keys, key.span());
                let key = self.target(*key);
                body.push(FlowStatement::Assign { target: key, value: keys });
                self.target(*value)
            }
            _ => self.target(element),
        };
        body.extend(self.block_in(node, "body"));
        let element = Some((target, iterable));
        out.push(FlowStatement::Loop { test: None, element, body, otherwise: Vec::new() });
    }

    fn switch(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let subject = self.value_in(node, "condition");
        let mut cases = Vec::new();
        for clause in field(node, "body").map(children).unwrap_or_default() {
            let values = field(clause, "value").map(|it| self.value(it)).into_iter().collect();
            let mut body = Vec::new();
            for it in children(clause).into_iter().filter(|it| it.field_name() != "value") {
                self.statement(it, &mut body);
            }
            let (targets, guard) = (Vec::new(), None);
            cases.push(FlowCase { values, is_pattern: false, targets, guard, body });
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

    fn attempt(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let body = self.block_in(node, "body");
        let (mut handlers, mut finally) = (Vec::new(), Vec::new());
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => {
                    let mut handler = Vec::new();
                    self.caught(clause, &mut handler);
                    handler.extend(self.block_in(clause, "body"));
                    handlers.push(handler);
                }
                "finally_clause" => finally = self.block_in(clause, "body"),
                _ => {}
            }
        }
        out.push(FlowStatement::Attempt { body, handlers, otherwise: Vec::new(), finally });
    }

    /// `catch (A | B $e)`: an object of one of these.
    fn caught(&mut self, clause: Node<'_>, out: &mut Vec<FlowStatement>) {
        let (Some(types), Some(name)) = (field(clause, "type"), field(clause, "name")) else {
            return;
        };
        let mut caught = Vec::new();
        for class in children(types) {
            let callee = self.class_value(class.text(), class.span());
            let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
            caught.push(self.builder.value(call, class.span()));
        }
        let value = match caught[..] {
            [one] => one,
            _ => self.builder.value(FlowValue::Any(caught), types.span()),
        };
        let target = self.target(name);
        out.push(FlowStatement::Assign { target, value });
    }
}
