//! Ruby's assignments: to variables, attributes, items, and to several at once.

use super::statements::junction;
use super::{Lowering, SELF, Tail, parts};
use crate::flow::{FlowArgument, FlowStatement, FlowValue, ValueId};
use crate::node::{Node, field};

impl<'t> Lowering<'t> {
    pub(super) fn assignment(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            let value = self.value(node);
            self.give(tail, value, out);
            return;
        };
        if self.class_in_place(left, right, out) {
            return;
        }
        let value = self.value(right);
        let target = self.target(left);
        if tail == Tail::Discard {
            out.push(FlowStatement::Assign { target, value });
        } else {
            let both = self.builder.value(FlowValue::Assigned { target, value }, node.span());
            self.give(tail, both, out);
        }
    }

    /// `a ||= b`, `a += b`.
    pub(super) fn operator_assignment(
        &mut self,
        node: Node<'t>,
        tail: Tail,
        out: &mut Vec<FlowStatement>,
    ) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let operator = field(node, "operator").map_or("", Node::text);
        // Lowered once: what stands in it may be such an assignment, too.
        let read;
        if matches!(operator, "||=" | "&&=") {
            let target = self.target(left);
            let test = self.read_target(target, left);
            read = test;
            let assigns = self.within(|it, out| {
                let value = it.value(right);
                out.push(FlowStatement::Assign { target, value });
            });
            let (then, otherwise) =
                if operator == "&&=" { (assigns, Vec::new()) } else { (Vec::new(), assigns) };
            out.push(FlowStatement::Branch { test, then, otherwise });
        } else {
            let value = self.value(right);
            let target = self.target(left);
            let is_sum = matches!(operator, "+=" | "<<=");
            out.push(FlowStatement::Augment { target, value, is_sum });
            read = self.read_target(target, left);
        }
        if tail != Tail::Discard {
            self.give(tail, read, out);
        }
    }

    /// What a target holds: what is set by a method is read by one.
    fn read_target(&mut self, target: ValueId, left: Node<'t>) -> ValueId {
        let is_method = left.kind() == "call"
            && matches!(self.builder.facts.value(target), FlowValue::Attribute { .. });
        if !is_method {
            return target;
        }
        let call = FlowValue::Call { callee: target, arguments: Vec::new(), is_new: false };
        self.builder.value(call, left.span())
    }

    /// `text << a << b`, which puts them into what the variable holds.
    pub(super) fn appends(
        &mut self,
        node: Node<'t>,
        tail: Tail,
        out: &mut Vec<FlowStatement>,
    ) -> bool {
        let Some(base) = self.append_all(node, out) else { return false };
        if tail != Tail::Discard {
            let value = self.value(base);
            self.give(tail, value, out);
        }
        true
    }

    /// Appends what a chain of `<<` does to the variable that it begins with, which it gives.
    pub(super) fn append_all(
        &mut self,
        node: Node<'t>,
        out: &mut Vec<FlowStatement>,
    ) -> Option<Node<'t>> {
        let is_append = |it: Node<'_>| {
            it.kind() == "binary" && field(it, "operator").is_some_and(|it| it.text() == "<<")
        };
        let mut added = Vec::new();
        let mut at = node;
        while is_append(at) {
            added.push(field(at, "right")?);
            at = field(at, "left")?;
        }
        let is_variable = match at.kind() {
            "identifier" => {
                let name = self.builder.name(at.text());
                self.is_visible(name)
            }
            "instance_variable" | "class_variable" | "global_variable" => true,
            _ => false,
        };
        if !is_variable || added.is_empty() {
            return None;
        }
        for right in added.into_iter().rev() {
            let value = self.value(right);
            let target = self.target(at);
            out.push(FlowStatement::Augment { target, value, is_sum: true });
        }
        Some(at)
    }

    /// `a << b` of something that is no variable is a call.
    pub(super) fn append_call(&mut self, node: Node<'t>) -> FlowValue {
        let base = self.value_in(node, "left");
        let name = self.builder.name("<<");
        let callee = self.builder.value(FlowValue::Attribute { base, name }, node.span());
        let value = self.value_in(node, "right");
        FlowValue::Call {
            callee,
            arguments: vec![FlowArgument { name: None, value }],
            is_new: false,
        }
    }

    /// What a value is assigned to; its variables are bound.
    pub(super) fn target(&mut self, node: Node<'t>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let target = self.lower_target(node);
        self.depth -= 1;
        target
    }

    fn lower_target(&mut self, node: Node<'t>) -> ValueId {
        let target = match node.kind() {
            "identifier" => {
                let name = self.builder.name(node.text());
                self.bind(name);
                FlowValue::Name(name)
            }
            "constant" => {
                let name = self.builder.name(node.text());
                self.bind_here(name);
                FlowValue::Name(name)
            }
            "call" => match (field(node, "receiver"), field(node, "method")) {
                (Some(receiver), Some(method)) => {
                    let base = self.value(receiver);
                    FlowValue::Attribute { base, name: self.builder.name(method.text()) }
                }
                _ => return self.value(node),
            },
            "left_assignment_list" | "destructured_left_assignment" => {
                FlowValue::Sequence(parts(node).into_iter().map(|it| self.target(it)).collect())
            }
            "rest_assignment" => {
                let inner = match node.first_child() {
                    Some(inner) => self.target(inner),
                    None => self.builder.value(FlowValue::Unknown(Vec::new()), node.span()),
                };
                FlowValue::Spread(inner)
            }
            _ => return self.value(node),
        };
        self.builder.value(target, node.span())
    }

    /// An instance variable, as an attribute of the object under its whole name.
    pub(super) fn of_self(&mut self, name: &str, at: Node<'t>) -> FlowValue {
        let base = self.builder.named(SELF, at.span());
        FlowValue::Attribute { base, name: self.builder.name(name) }
    }

    /// Operands of `a && b && c`: they lean to the left, deeper than anything may nest.
    pub(super) fn junction_parts(&mut self, node: Node<'t>, is_and: bool) -> Vec<Node<'t>> {
        let mut all = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at {
            all.extend(field(node, "right"));
            let left = field(node, "left");
            at = left.filter(|it| it.kind() == "binary" && junction(*it) == Some(is_and));
            if at.is_none() {
                all.extend(left);
            }
        }
        all.reverse();
        all
    }
}
