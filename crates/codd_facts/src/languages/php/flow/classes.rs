//! Classes, interfaces, traits and enumerations.

use codd_source::Span;

use super::calls::method_name;
use super::{ClassFrame, Lowering};
use crate::flow::{FlowFunctionKind, FlowName, FlowStatement, FlowValue, FunctionId, ValueId};
use crate::node::{Node, child_of_kind, children, field, has_child};

impl Lowering {
    pub(super) fn class(&mut self, node: Node<'_>, name: Option<FlowName>) -> FunctionId {
        let written = field(node, "name");
        let full = written.and_then(|it| self.class_name(it.text()));
        let named = |own: &mut Lowering, clause: Node<'_>| -> Vec<ValueId> {
            let names = children(clause).into_iter();
            names.map(|it| own.class_value(it.text(), it.span())).collect()
        };
        let extended = child_of_kind(node, "base_clause");
        let parent = extended.and_then(Node::first_child).map(Node::text);
        let parent = parent.and_then(|it| self.class_name(it));
        let members = field(node, "body").map(children).unwrap_or_default();
        // What a trait brings hides what is above the class.
        let mut bases = Vec::new();
        for used in members.iter().filter(|it| it.kind() == "use_declaration") {
            for it in children(*used).into_iter().filter(|it| it.kind() != "use_list") {
                bases.push(self.class_value(it.text(), it.span()));
            }
        }
        let implemented = child_of_kind(node, "class_interface_clause");
        for clause in extended.into_iter().chain(implemented) {
            bases.extend(named(self, clause));
        }
        let place = written.unwrap_or(node).span();
        let id = self.builder.open(FlowFunctionKind::Class, name, place);
        self.around.push(ClassFrame { name: full, parent });
        let mut body = Vec::new();
        for member in members {
            self.member(member, &mut body);
        }
        self.around.pop();
        self.builder.function(id).bases = bases;
        self.builder.close(body, &[]);
        id
    }

    fn member(&mut self, node: Node<'_>, body: &mut Vec<FlowStatement>) {
        match node.kind() {
            "method_declaration" => {
                let Some(written) = field(node, "name") else { return };
                let name = self.builder.name(method_name(written.text()));
                self.builder.bind(name);
                if written.text() == "__construct" {
                    for it in field(node, "parameters").map(children).unwrap_or_default() {
                        if it.kind() == "property_promotion_parameter" {
                            self.property(it, field(it, "type"), None, body);
                        }
                    }
                }
                let is_static = has_child(node, "static_modifier");
                let id = self.function(node, Some(name), !is_static);
                self.builder.function(id).is_static = is_static;
                body.push(FlowStatement::Define(id));
            }
            "property_declaration" => {
                for it in children(node).into_iter().filter(|it| it.kind() == "property_element") {
                    self.property(it, field(node, "type"), field(it, "default_value"), body);
                }
            }
            "const_declaration" => self.constants(node, body),
            "enum_case" => {
                let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) else {
                    return;
                };
                let value = self.value(value);
                self.assign_name(name.text(), name.span(), value, body);
            }
            _ => {}
        }
    }

    /// A property with what it holds at first, or with an object of its declared class.
    fn property(
        &mut self,
        node: Node<'_>,
        of: Option<Node<'_>>,
        value: Option<Node<'_>>,
        body: &mut Vec<FlowStatement>,
    ) {
        let Some(name) = field(node, "name") else { return };
        let class = of.filter(|it| matches!(it.kind(), "named_type" | "optional_type"));
        let class = class.and_then(|it| match it.kind() {
            "optional_type" => it.first_child().filter(|it| it.kind() == "named_type"),
            _ => Some(it),
        });
        let value = match (value.filter(|it| it.kind() != "null"), class) {
            (Some(value), _) => self.value(value),
            (None, Some(class)) => {
                let callee = self.class_value(class.text(), class.span());
                let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: true };
                self.builder.value(call, node.span())
            }
            (None, None) => return,
        };
        self.assign_name(name.text().trim_start_matches('$'), name.span(), value, body);
    }

    /// `const A = 1, B = 2;`, in a class or not.
    pub(super) fn constants(&mut self, node: Node<'_>, body: &mut Vec<FlowStatement>) {
        for it in children(node).into_iter().filter(|it| it.kind() == "const_element") {
            let parts = children(it);
            let (Some(name), Some(value)) = (parts.first(), parts.get(1)) else { continue };
            let value = self.value(*value);
            self.assign_name(name.text(), name.span(), value, body);
        }
    }

    fn assign_name(
        &mut self,
        text: &str,
        span: Span,
        value: ValueId,
        body: &mut Vec<FlowStatement>,
    ) {
        let target = self.builder.named(text, span);
        self.builder.bind_target(target);
        body.push(FlowStatement::Assign { target, value });
    }
}
