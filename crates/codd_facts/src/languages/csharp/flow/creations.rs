//! Objects that are made: their constructors, initializers, and what is made in place.

use super::values::last_part;
use super::{Lowering, plain};
use crate::flow::{FlowArgument, FlowValue, MAX_FLOW_DEPTH, ValueId};
use crate::node::{Node, child_of_kind, children, field};

use super::types::simple_name;

impl<'t> Lowering<'t> {
    /// `new Type(…) { … }`, and `new(…)` of a type that is declared.
    pub(super) fn creation(&mut self, node: Node<'t>, of: Option<ValueId>) -> FlowValue {
        let list = field(node, "arguments").or_else(|| child_of_kind(node, "argument_list"));
        let arguments = self.arguments(list);
        let of = field(node, "type").map(|it| self.type_value(it)).or(of);
        let initializer = child_of_kind(node, "initializer_expression");
        let made = match of {
            Some(callee) => FlowValue::Call { callee, arguments, is_new: true },
            None => FlowValue::Unknown(arguments.iter().map(|it| it.value).collect()),
        };
        match initializer {
            Some(initializer) => self.filled(made, initializer, node),
            None => made,
        }
    }

    /// A new object with what its initializer puts into it: each step, and then the object.
    fn filled(&mut self, made: FlowValue, initializer: Node<'t>, node: Node<'t>) -> FlowValue {
        let span = node.span();
        let name = self.made_variable();
        let target = self.builder.value(FlowValue::Name(name), span);
        let value = self.builder.value(made, span);
        let mut steps = vec![self.builder.value(FlowValue::Assigned { target, value }, span)];
        self.initialize(initializer, target, &mut steps);
        steps.push(target);
        self.last_of(steps, node)
    }

    /// What the last of several values is, which are all looked at.
    pub(super) fn last_of(&mut self, steps: Vec<ValueId>, node: Node<'t>) -> FlowValue {
        let at = i64::try_from(steps.len()).unwrap_or(1) - 1;
        let base = self.builder.value(FlowValue::Sequence(steps), node.span());
        let key = self.builder.value(FlowValue::Integer(at), node.span());
        FlowValue::Index { base, key }
    }

    fn initialize(&mut self, initializer: Node<'t>, object: ValueId, steps: &mut Vec<ValueId>) {
        if self.depth >= MAX_FLOW_DEPTH {
            steps.push(self.builder.too_deep(initializer.span()));
            return;
        }
        self.depth += 1;
        for it in children(initializer) {
            let span = it.span();
            let (left, right) = match it.kind() {
                "assignment_expression" => (field(it, "left"), field(it, "right")),
                _ => (None, None),
            };
            let (Some(left), Some(right)) = (left, right) else {
                // `{ key, value }` or one item.
                let parts = match it.kind() {
                    "initializer_expression" => children(it),
                    _ => vec![it],
                };
                let add = FlowValue::Attribute { base: object, name: self.builder.name("Add") };
                let callee = self.builder.value(add, span);
                let parts = self.values(parts);
                let arguments =
                    parts.into_iter().map(|value| FlowArgument { name: None, value }).collect();
                let call = FlowValue::Call { callee, arguments, is_new: false };
                steps.push(self.builder.value(call, span));
                continue;
            };
            let target = match left.kind() {
                "identifier" => {
                    let name = self.builder.name(plain(left.text()));
                    FlowValue::Attribute { base: object, name }
                }
                "element_binding_expression" | "bracketed_argument_list" => {
                    self.indexed(object, left)
                }
                _ => {
                    let value = self.value(left);
                    self.same(value)
                }
            };
            let target = self.builder.value(target, left.span());
            if right.kind() == "initializer_expression" {
                // Of an object that is there.
                self.initialize(right, target, steps);
                continue;
            }
            let value = self.value(right);
            let assigned = FlowValue::Assigned { target, value };
            steps.push(self.builder.value(assigned, span));
        }
        self.depth -= 1;
    }

    /// `new { name = value, other.Name }`.
    pub(super) fn anonymous_object(&mut self, node: Node<'t>) -> FlowValue {
        let all: Vec<Node<'t>> = node.all_children().collect();
        let mut items = Vec::new();
        let mut at = 0;
        while at < all.len() {
            let it = all[at];
            let is_named =
                it.kind() == "identifier" && all.get(at + 1).is_some_and(|it| it.text() == "=");
            let (name, value) = match all.get(at + 2) {
                Some(value) if is_named => (it.text(), *value),
                _ if it.is_named() || it.kind() == "this" => {
                    let name = match it.kind() {
                        "member_access_expression" => simple_name(field(it, "name")),
                        "identifier" => it.text(),
                        _ => "",
                    };
                    (name, it)
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            at += if is_named { 3 } else { 1 };
            let key = self.builder.text(plain(name), it.span());
            let value = self.value(value);
            items.push((Some(key), value));
        }
        FlowValue::Mapping(items)
    }

    /// `x with { Name = value }`.
    pub(super) fn with_changes(&mut self, node: Node<'t>) -> FlowValue {
        let mut items = Vec::new();
        for it in children(node) {
            if it.kind() != "with_initializer" {
                items.push((None, self.value(it)));
                continue;
            }
            let parts = children(it);
            let (Some(name), Some(value)) = (parts.first(), last_part(it)) else { continue };
            let key = self.builder.text(plain(name.text()), name.span());
            let value = self.value(value);
            items.push((Some(key), value));
        }
        FlowValue::Mapping(items)
    }

    pub(super) fn array(&mut self, node: Node<'t>) -> FlowValue {
        if let Some(items) = child_of_kind(node, "initializer_expression") {
            return FlowValue::Sequence(self.values(children(items)));
        }
        let callee = self.builder.named("<array>", node.span());
        FlowValue::Call { callee, arguments: Vec::new(), is_new: true }
    }
}
