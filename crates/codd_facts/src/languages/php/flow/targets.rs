//! What is assigned to.

use super::Lowering;
use crate::flow::{FlowArgument, FlowStatement, FlowValue, ValueId};
use crate::node::{Node, children, field};

impl Lowering {
    /// A variable, a place in something, or several that something is taken apart into.
    pub(super) fn target(&mut self, node: Node<'_>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let value = match node.kind() {
            "list_literal" | "array_creation_expression" => self.taken_apart(node),
            "by_ref" => match node.first_child() {
                Some(inner) => {
                    let target = self.target(inner);
                    self.builder.facts.value(target).clone()
                }
                None => FlowValue::Unknown(Vec::new()),
            },
            // Which variable that is, only a value knows.
            "dynamic_variable_name" => {
                self.builder.facts.given_up += 1;
                self.lower_value(node)
            }
            _ => self.lower_value(node),
        };
        self.depth -= 1;
        let target = self.builder.value(value, node.span());
        if matches!(self.builder.facts.value(target), FlowValue::Name(_)) {
            // In an arrow function, too, what is assigned is its own.
            self.builder.bind_target(target);
        }
        target
    }

    /// `list($a, , $b)`, `['key' => $c]`.
    fn taken_apart(&mut self, node: Node<'_>) -> FlowValue {
        let mut parts: Vec<(Option<ValueId>, ValueId)> = Vec::new();
        let mut place = 0;
        let mut key: Option<Node<'_>> = None;
        let mut last: Option<Node<'_>> = None;
        let mut all: Vec<Node<'_>> = Vec::new();
        for child in node.all_children() {
            // `['a' => $x]` has a node around each.
            if child.kind() == "array_element_initializer" {
                all.extend(child.all_children());
            } else {
                all.push(child);
            }
        }
        for child in all.into_iter().map(Some).chain([None]) {
            match child {
                Some(child) if child.is_named() => last = Some(child),
                Some(child) if child.text() == "=>" => key = last.take(),
                Some(child) if child.text() != "," => {}
                _ => {
                    if let Some(own) = last.take() {
                        let key = match key.take() {
                            Some(key) => self.value(key),
                            None => self.builder.value(FlowValue::Integer(place), own.span()),
                        };
                        parts.push((Some(key), self.target(own)));
                    }
                    place += 1;
                }
            }
        }
        FlowValue::Mapping(parts)
    }

    /// An assignment as a statement; `$a[] = x` puts an item into a list.
    pub(super) fn assignment(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let value = self.value_in(node, "right");
        let Some(left) = field(node, "left") else { return };
        if let Some(call) = self.appended(left, value) {
            out.push(FlowStatement::Evaluate(call));
            return;
        }
        let target = self.target(left);
        out.push(FlowStatement::Assign { target, value });
    }

    /// An assignment as a value.
    pub(super) fn assigned(&mut self, node: Node<'_>) -> FlowValue {
        let value = self.value_in(node, "right");
        let Some(left) = field(node, "left") else { return FlowValue::Unknown(vec![value]) };
        match self.appended(left, value) {
            Some(call) => FlowValue::Any(vec![call, value]),
            None => FlowValue::Assigned { target: self.target(left), value },
        }
    }

    /// The call that `$a[] = x` is.
    fn appended(&mut self, left: Node<'_>, value: ValueId) -> Option<ValueId> {
        if left.kind() != "subscript_expression" {
            return None;
        }
        let parts = children(left);
        let [list] = parts[..] else { return None };
        let base = self.value(list);
        Some(self.method_call(base, "append", vec![value], left))
    }

    /// The call of a method with these arguments.
    pub(super) fn method_call(
        &mut self,
        base: ValueId,
        method: &str,
        arguments: Vec<ValueId>,
        at: Node<'_>,
    ) -> ValueId {
        let name = self.builder.name(method);
        let callee = self.builder.value(FlowValue::Attribute { base, name }, at.span());
        let arguments = arguments.into_iter().map(|value| FlowArgument { name: None, value });
        let arguments = arguments.collect();
        self.builder.value(FlowValue::Call { callee, arguments, is_new: false }, at.span())
    }
}
