//! Calls of functions, methods and constructors.

use super::{CALLED, CONSTRUCTOR, Lowering, THIS};
use crate::flow::{FlowArgument, FlowValue, ValueId};
use crate::node::{Node, child_of_kind, children, field};

impl Lowering {
    pub(super) fn call(&mut self, node: Node<'_>) -> FlowValue {
        match node.kind() {
            "function_call_expression" => self.function_call(node),
            "object_creation_expression" => self.creation(node),
            kind => {
                let base = match kind {
                    "scoped_call_expression" => match field(node, "scope") {
                        Some(scope) => self.scope(scope),
                        None => return FlowValue::Unknown(Vec::new()),
                    },
                    _ => self.value_in(node, "object"),
                };
                let callee = match field(node, "name").filter(|it| it.kind() == "name") {
                    Some(name) => {
                        let name = self.builder.name(method_name(name.text()));
                        FlowValue::Attribute { base, name }
                    }
                    None => self.attribute(node, base),
                };
                let callee = self.builder.value(callee, callee_span(node));
                self.called(callee, field(node, "arguments"), false)
            }
        }
    }

    fn function_call(&mut self, node: Node<'_>) -> FlowValue {
        let Some(function) = field(node, "function") else {
            return FlowValue::Unknown(self.values(children(node)));
        };
        let callee = if matches!(function.kind(), "name" | "qualified_name" | "relative_name") {
            if let Some(found) = self.known_call(function.text(), node) {
                return found;
            }
            let name = self.function_name(function.text());
            self.builder.named(&name, function.span())
        } else {
            self.value(function)
        };
        self.called(callee, field(node, "arguments"), false)
    }

    /// `new A(…)`.
    fn creation(&mut self, node: Node<'_>) -> FlowValue {
        let parts = children(node);
        let arguments = child_of_kind(node, "arguments");
        let Some(class) = parts.into_iter().find(|it| it.kind() != "arguments") else {
            return FlowValue::Unknown(Vec::new());
        };
        if class.kind() == "anonymous_class" {
            let arguments = child_of_kind(class, "arguments");
            let id = self.class(class, None);
            let callee = self.builder.value(FlowValue::Function(id), class.span());
            return self.called(callee, arguments, true);
        }
        let callee = match class.kind() {
            "name" | "qualified_name" | "relative_name" => {
                self.class_value(class.text(), class.span())
            }
            _ => self.value(class),
        };
        self.called(callee, arguments, true)
    }

    fn called(&mut self, callee: ValueId, list: Option<Node<'_>>, is_new: bool) -> FlowValue {
        let mut arguments = Vec::new();
        for part in list.map(children).unwrap_or_default() {
            match part.kind() {
                // `f(...)`: the function itself.
                "variadic_placeholder" => return FlowValue::Any(vec![callee]),
                "argument" => {
                    let named = field(part, "name");
                    let own = children(part).into_iter().rfind(|it| it.field_name() != "name");
                    let Some(own) = own else { continue };
                    let value = match own.kind() {
                        "variadic_unpacking" => {
                            let inner = own.first_child().unwrap_or(own);
                            let inner = self.value(inner);
                            self.builder.value(FlowValue::Spread(inner), own.span())
                        }
                        _ => self.value(own),
                    };
                    // As the parameter is called, which is a variable.
                    let name = named.map(|it| self.builder.name(&format!("${}", it.text())));
                    arguments.push(FlowArgument { name, value });
                }
                _ => {}
            }
        }
        FlowValue::Call { callee, arguments, is_new }
    }

    /// What stands before `::`.
    pub(super) fn scope(&mut self, node: Node<'_>) -> ValueId {
        let span = node.span();
        let is_static = self.bodies.last().is_some_and(|it| it.is_static);
        match node.text() {
            "self" | "static" if !is_static => self.builder.named(THIS, span),
            "parent" if !is_static => {
                let callee = self.builder.named("super", span);
                let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
                self.builder.value(call, span)
            }
            _ => match node.kind() {
                "name" | "qualified_name" | "relative_name" | "relative_scope" => {
                    self.class_value(node.text(), span)
                }
                _ => self.value(node),
            },
        }
    }
}

/// Up to the name of what is called, which is where the graph has the call.
fn callee_span(call: Node<'_>) -> codd_source::Span {
    let whole = call.span();
    let end = field(call, "name").map_or(whole.end, |it| it.span().end);
    codd_source::Span { start: whole.start, end }
}

/// A method's name as the analysis knows it.
pub(super) fn method_name(written: &str) -> &str {
    match written {
        "__construct" => CONSTRUCTOR,
        "__invoke" => CALLED,
        other => other,
    }
}
