//! Methods, constructors, initializers and lambdas.

use super::classes::{Placed, is_modified, modifiers};
use super::{CONSTRUCTOR, Lowering};
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FunctionId,
    ValueId,
};
use crate::node::{Node, child_of_kind, children, field};

/// A function as it is written.
struct Written<'n, 't> {
    node: Node<'t>,
    kind: FlowFunctionKind,
    name: Option<FlowName>,
    parameters: Option<Node<'t>>,
    body: Option<Node<'t>>,
    has_receiver: bool,
    /// Fields with what is written with them.
    first: &'n [(Node<'t>, Node<'t>)],
    /// A compact constructor's: they are kept at its end.
    components: Option<Node<'t>>,
}

impl<'t> Lowering<'t> {
    pub(super) fn member(
        &mut self,
        node: Node<'t>,
        first: &[(Node<'t>, Node<'t>)],
        components: Option<Node<'t>>,
        out: &mut Vec<FlowStatement>,
    ) {
        match node.kind() {
            "method_declaration" => {
                let Some(name_node) = field(node, "name") else { return };
                let name = self.builder.name(name_node.text());
                self.builder.bind(name);
                let is_static = is_modified(node, "static");
                let result = self.declared_in(node);
                self.results.push(result);
                let body = field(node, "body");
                let id = self.function(&Written {
                    node,
                    kind: FlowFunctionKind::Function,
                    name: Some(name),
                    parameters: field(node, "parameters"),
                    body,
                    has_receiver: !is_static,
                    first: &[],
                    components: None,
                });
                self.results.pop();
                let function = self.builder.function(id);
                function.is_static = is_static;
                function.is_abstract = body.is_none();
                out.push(FlowStatement::Define(id));
            }
            "constructor_declaration" | "compact_constructor_declaration" => {
                let name = self.builder.name(CONSTRUCTOR);
                self.builder.bind(name);
                let is_compact = node.kind() == "compact_constructor_declaration";
                self.results.push(None);
                let id = self.function(&Written {
                    node,
                    kind: FlowFunctionKind::Function,
                    name: Some(name),
                    parameters: field(node, "parameters").or(components.filter(|_| is_compact)),
                    body: field(node, "body"),
                    has_receiver: true,
                    first,
                    components: components.filter(|_| is_compact),
                });
                self.results.pop();
                out.push(FlowStatement::Define(id));
            }
            "static_initializer" | "block" => {
                // Runs once, for what it does and not for what it gives.
                let mark = self.mark();
                if let Some(frame) = self.innermost_mut() {
                    frame.in_static = true;
                }
                let block = if node.kind() == "block" { Some(node) } else { node.first_child() };
                if let Some(block) = block {
                    self.statement(block, out);
                }
                if let Some(frame) = self.innermost_mut() {
                    frame.in_static = false;
                }
                self.leave(mark);
            }
            "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration" => {
                let Some(name) = field(node, "name") else { return };
                let name = self.builder.name(name.text());
                self.builder.bind(name);
                let id = self.nested(node, Placed::Member);
                out.extend(id.map(FlowStatement::Define));
            }
            _ => {}
        }
    }

    /// A class within something, unless that is too deep.
    pub(super) fn nested(&mut self, node: Node<'t>, placed: Placed) -> Option<FunctionId> {
        if self.depth >= crate::flow::MAX_FLOW_DEPTH {
            self.builder.facts.given_up += 1;
            return None;
        }
        self.depth += 1;
        let id = self.class(node, placed);
        self.depth -= 1;
        Some(id)
    }

    pub(super) fn lambda(&mut self, node: Node<'t>) -> FunctionId {
        self.results.push(None);
        let id = self.function(&Written {
            node,
            kind: FlowFunctionKind::Lambda,
            name: None,
            parameters: field(node, "parameters"),
            body: field(node, "body"),
            has_receiver: false,
            first: &[],
            components: None,
        });
        self.results.pop();
        id
    }

    fn function(&mut self, written: &Written<'_, 't>) -> FunctionId {
        let Written { node, kind, name, .. } = *written;
        let place = field(node, "name").unwrap_or(node).span();
        let id = self.builder.open(kind, name, place);
        let mark = self.mark();
        let was_static = self.innermost_mut().map(|it| it.in_static);
        if kind == FlowFunctionKind::Function
            && let Some(frame) = self.innermost_mut()
        {
            frame.in_static = !written.has_receiver;
        }
        let mut parameters = Vec::new();
        if written.has_receiver {
            let target = self.this(place);
            self.builder.bind_target(target);
            parameters.push(FlowParameter {
                target,
                annotation: None,
                default: None,
                kind: FlowParameterKind::Receiver,
                decorators: Vec::new(),
            });
        }
        if let Some(list) = written.parameters {
            if list.kind() == "identifier" {
                self.parameter(list, &mut parameters);
            } else {
                for it in children(list) {
                    self.parameter(it, &mut parameters);
                }
            }
        }
        self.builder.function(id).parameters = parameters;
        let mut body = Vec::new();
        self.first_values(written.first, &mut body);
        if let Some(inner) = written.body {
            if matches!(inner.kind(), "block" | "constructor_body") {
                self.depth += 1;
                self.block(inner, &mut body);
                self.depth -= 1;
            } else {
                let value = self.value(inner);
                body.push(FlowStatement::Return(Some(value)));
            }
        }
        for component in written.components.into_iter().flat_map(children) {
            let Some(written) = field(component, "name") else { continue };
            let value = self.builder.named(written.text(), written.span());
            self.keep_component(written, value, &mut body);
        }
        self.leave(mark);
        if let (Some(was), Some(frame)) = (was_static, self.innermost_mut()) {
            frame.in_static = was;
        }
        self.builder.close(body, &[]);
        id
    }

    fn parameter(&mut self, node: Node<'t>, parameters: &mut Vec<FlowParameter>) {
        let (name, annotation, kind) = match node.kind() {
            "identifier" => (Some(node), None, FlowParameterKind::Plain),
            "formal_parameter" => {
                let annotation = self.declared_in(node);
                (field(node, "name"), annotation, FlowParameterKind::Plain)
            }
            "spread_parameter" => {
                let declarator = child_of_kind(node, "variable_declarator");
                let name = declarator.and_then(|it| field(it, "name"));
                (name, None, FlowParameterKind::Rest)
            }
            _ => return,
        };
        let Some(name) = name else { return };
        let target = self.declare(name.text(), annotation, name.span());
        let decorators = self.decorators(node);
        parameters.push(FlowParameter { target, annotation, default: None, kind, decorators });
    }

    /// What a declaration is annotated with.
    fn decorators(&mut self, node: Node<'t>) -> Vec<ValueId> {
        let all = modifiers(node).into_iter().flat_map(children);
        all.filter_map(|it| field(it, "name")).map(|it| self.type_value(it)).collect()
    }
}
