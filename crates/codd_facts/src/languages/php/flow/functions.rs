//! Functions, methods, closures and their parameters.

use super::{Body, Lowering, THIS};
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId, ValueId,
};
use crate::node::{Node, child_of_kind, children, field};

impl Lowering {
    /// A function of any form; a method has the object for its first parameter.
    pub(super) fn function(
        &mut self,
        node: Node<'_>,
        name: Option<FlowName>,
        has_receiver: bool,
    ) -> FunctionId {
        let kind =
            if name.is_some() { FlowFunctionKind::Function } else { FlowFunctionKind::Lambda };
        // One without a name has the place of its first word, as the facts have it.
        let place = field(node, "name").or_else(|| node.all_children().next());
        let place = place.unwrap_or(node).span();
        // A closure sees the object around it, and is as static as what it is written in.
        let is_closure = matches!(node.kind(), "anonymous_function" | "arrow_function");
        let is_static = if is_closure {
            self.bodies.last().is_some_and(|it| it.is_static)
        } else {
            !has_receiver
        };
        let is_open = node.kind() == "arrow_function";
        let id = self.builder.open(kind, name, place);
        self.bodies.push(Body { is_open, is_static, outer: Vec::new() });
        let mut parameters = Vec::new();
        if has_receiver {
            let target = self.builder.named(THIS, place);
            parameters.push(plain(target, FlowParameterKind::Receiver));
        }
        let mut body = Vec::new();
        for parameter in field(node, "parameters").map(children).unwrap_or_default() {
            self.parameter(parameter, &mut parameters, &mut body);
        }
        for parameter in &parameters {
            self.builder.bind_target(parameter.target);
        }
        self.builder.function(id).parameters = parameters;
        if let Some(used) = child_of_kind(node, "anonymous_function_use_clause") {
            for variable in used.below().filter(|it| it.kind() == "variable_name") {
                self.is_outer(variable);
            }
        }
        match field(node, "body") {
            Some(inner) if inner.kind() == "compound_statement" => {
                self.depth += 1;
                body.extend(self.block(inner));
                self.depth -= 1;
            }
            Some(inner) => {
                let value = self.value(inner);
                body.push(FlowStatement::Return(Some(value)));
            }
            None => self.builder.function(id).is_abstract = true,
        }
        let outer = self.bodies.pop().map(|it| it.outer).unwrap_or_default();
        self.builder.close(body, &outer);
        id
    }

    /// Notes that a variable of this body is another's.
    pub(super) fn is_outer(&mut self, variable: Node<'_>) {
        let name = self.builder.name(variable.text());
        if let Some(body) = self.bodies.last_mut() {
            body.outer.push(name);
        }
    }

    fn parameter(
        &mut self,
        node: Node<'_>,
        parameters: &mut Vec<FlowParameter>,
        body: &mut Vec<FlowStatement>,
    ) {
        let Some(name) = field(node, "name") else { return };
        let name = if name.kind() == "by_ref" { name.first_child().unwrap_or(name) } else { name };
        let kind = match node.kind() {
            "variadic_parameter" => FlowParameterKind::Rest,
            _ => FlowParameterKind::Plain,
        };
        let annotation = field(node, "type").and_then(|it| self.type_of(it));
        let default = field(node, "default_value").map(|it| self.value(it));
        let target = self.builder.named(name.text(), name.span());
        if node.kind() == "property_promotion_parameter" {
            // A parameter that is a property too.
            let span = node.span();
            let base = self.builder.named(THIS, span);
            let property = self.builder.name(name.text().trim_start_matches('$'));
            let place = FlowValue::Attribute { base, name: property };
            let place = self.builder.value(place, span);
            let value = self.builder.named(name.text(), span);
            body.push(FlowStatement::Assign { target: place, value });
        }
        parameters.push(FlowParameter { annotation, default, ..plain(target, kind) });
    }

    /// The type of a declaration, where it is one.
    pub(super) fn type_of(&mut self, node: Node<'_>) -> Option<ValueId> {
        match node.kind() {
            "primitive_type" => {
                let name = node.text().to_ascii_lowercase();
                Some(self.builder.named(&name, node.span()))
            }
            "named_type" => Some(self.class_value(node.text(), node.span())),
            "optional_type" => node.first_child().and_then(|it| self.type_of(it)),
            _ => None,
        }
    }
}

fn plain(target: ValueId, kind: FlowParameterKind) -> FlowParameter {
    FlowParameter { target, annotation: None, default: None, kind, decorators: Vec::new() }
}
