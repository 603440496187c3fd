//! Methods, constructors, operators, local functions and lambdas.

use super::classes::{First, attributes, is_modified};
use super::{CONSTRUCTOR, Lowering, plain};
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId, ValueId,
};
use crate::node::{Node, child_of_kind, children, field, has_child};

/// A function as it is written.
pub(super) struct Written<'n, 't> {
    pub(super) node: Node<'t>,
    pub(super) place: Node<'t>,
    pub(super) kind: FlowFunctionKind,
    pub(super) name: Option<FlowName>,
    pub(super) parameters: Option<Node<'t>>,
    pub(super) body: Option<Node<'t>>,
    pub(super) has_receiver: bool,
    /// A setter's, which is not written.
    pub(super) value: Option<ValueId>,
    /// Fields with what is written with them.
    pub(super) first: Option<&'n First<'t>>,
}

impl<'t> Lowering<'t> {
    pub(super) fn member(
        &mut self,
        node: Node<'t>,
        first: &First<'t>,
        is_interface: bool,
        out: &mut Vec<FlowStatement>,
    ) {
        match node.kind() {
            "method_declaration" => {
                let Some(name) = field(node, "name") else { return };
                let result = field(node, "returns").and_then(|it| self.declared(it));
                let id = self.method(node, name, name.text(), result);
                let function = self.builder.function(id);
                function.is_private = !is_interface && !is_modified(node, "public");
                out.push(FlowStatement::Define(id));
            }
            "operator_declaration" | "conversion_operator_declaration" => {
                let place = field(node, "operator").or_else(|| field(node, "type"));
                let operator = place.map_or("", Node::text);
                let name = format!("operator {operator}");
                let result = self.declared_in(node);
                let id = self.method(node, place.unwrap_or(node), &name, result);
                out.push(FlowStatement::Define(id));
            }
            "destructor_declaration" => {
                let place = field(node, "name").unwrap_or(node);
                let id = self.method(node, place, "Finalize", None);
                out.push(FlowStatement::Define(id));
            }
            "constructor_declaration" if is_modified(node, "static") => {
                // Runs once, for what it does and not for what it gives.
                let mark = self.mark();
                let was = self.set_static(true);
                if let Some(body) = field(node, "body") {
                    self.statement(body, out);
                }
                self.set_static(was);
                self.leave(mark);
            }
            "constructor_declaration" => {
                let name = self.builder.name(CONSTRUCTOR);
                self.builder.bind(name);
                self.results.push(None);
                let id = self.function(&Written {
                    node,
                    place: field(node, "name").unwrap_or(node),
                    kind: FlowFunctionKind::Function,
                    name: Some(name),
                    parameters: field(node, "parameters"),
                    body: field(node, "body"),
                    has_receiver: true,
                    value: None,
                    first: Some(first),
                });
                self.results.pop();
                out.push(FlowStatement::Define(id));
            }
            "property_declaration" | "indexer_declaration" | "event_declaration" => {
                self.property(node, out);
            }
            _ => {}
        }
    }

    fn method(
        &mut self,
        node: Node<'t>,
        place: Node<'t>,
        name: &str,
        result: Option<ValueId>,
    ) -> FunctionId {
        let name = self.builder.name(plain(name));
        self.builder.bind(name);
        let is_static = is_modified(node, "static");
        let body = field(node, "body");
        self.results.push(result);
        let id = self.function(&Written {
            node,
            place,
            kind: FlowFunctionKind::Function,
            name: Some(name),
            parameters: field(node, "parameters"),
            body,
            has_receiver: !is_static,
            value: None,
            first: None,
        });
        self.results.pop();
        let decorators = attributes(node).into_iter().filter_map(|it| field(it, "name"));
        let decorators: Vec<ValueId> = decorators.map(|it| self.type_value(it)).collect();
        let function = self.builder.function(id);
        function.decorators = decorators;
        function.is_static = is_static;
        function.is_abstract = body.is_none();
        id
    }

    pub(super) fn local_function(&mut self, node: Node<'t>) -> Option<FunctionId> {
        let place = field(node, "name")?;
        if self.depth >= crate::flow::MAX_FLOW_DEPTH {
            self.builder.facts.given_up += 1;
            return None;
        }
        self.depth += 1;
        let name = self.builder.name(plain(place.text()));
        let result = self.declared_in(node);
        self.results.push(result);
        let id = self.function(&Written {
            node,
            place,
            kind: FlowFunctionKind::Function,
            name: Some(name),
            parameters: field(node, "parameters"),
            body: field(node, "body"),
            has_receiver: false,
            value: None,
            first: None,
        });
        self.results.pop();
        self.depth -= 1;
        Some(id)
    }

    /// A lambda; what answers a route stands where its path does.
    pub(super) fn lambda(&mut self, node: Node<'t>, place: Option<Node<'t>>) -> FunctionId {
        self.results.push(None);
        let id = self.function(&Written {
            node,
            place: place.unwrap_or(node),
            kind: FlowFunctionKind::Lambda,
            name: None,
            parameters: field(node, "parameters"),
            body: field(node, "body").or_else(|| child_of_kind(node, "block")),
            has_receiver: false,
            value: None,
            first: None,
        });
        self.results.pop();
        id
    }

    pub(super) fn function(&mut self, written: &Written<'_, 't>) -> FunctionId {
        let Written { node, kind, name, .. } = *written;
        let place = written.place.span();
        let id = self.builder.open(kind, name, place);
        let mark = self.mark();
        let is_member = written.has_receiver || is_modified(node, "static");
        let was = is_member.then(|| self.set_static(!written.has_receiver));
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
        let mut body = Vec::new();
        if let Some(first) = written.first {
            // Its parameters are not seen there.
            self.first_values(first, &mut body);
        }
        if let Some(list) = written.parameters {
            self.parameters(list, &mut parameters);
        }
        if let Some(of) = written.value {
            let target = self.declare("value", Some(of), place);
            parameters.push(FlowParameter {
                target,
                annotation: Some(of).filter(|_| !self.is_blank(of)),
                default: None,
                kind: FlowParameterKind::Plain,
                decorators: Vec::new(),
            });
        }
        self.builder.function(id).parameters = parameters;
        if let Some(initializer) = child_of_kind(node, "constructor_initializer") {
            let given = child_of_kind(initializer, "argument_list");
            if let Some(given) = given {
                let value = self.other_constructor(given, has_child(initializer, "this"));
                body.push(FlowStatement::Evaluate(value));
            }
        }
        if let Some(inner) = written.body {
            self.depth += 1;
            match inner.kind() {
                "block" => self.block(inner, &mut body),
                "arrow_expression_clause" => self.given_back(inner, &mut body),
                _ => {
                    let value = self.value(inner);
                    body.push(FlowStatement::Return(Some(value)));
                }
            }
            self.depth -= 1;
        }
        self.leave(mark);
        if let Some(was) = was {
            self.set_static(was);
        }
        self.builder.close(body, &[]);
        id
    }

    /// `=> value`, which a setter and a constructor only do.
    fn given_back(&mut self, clause: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(inner) = super::values::last_part(clause) else { return };
        let of = self.results.last().copied().flatten();
        let value = self.value_of_type(inner, of);
        let value = self.typed(value, of, inner.kind());
        out.push(FlowStatement::Return(Some(value)));
    }

    /// Whether a value stands for a type that says nothing.
    fn is_blank(&self, value: ValueId) -> bool {
        matches!(self.builder.facts.value(value), FlowValue::Unknown(_))
    }

    /// `: this(…)` and `: base(…)`.
    pub(super) fn other_constructor(&mut self, given: Node<'t>, is_own: bool) -> ValueId {
        let span = given.span();
        let base = if is_own { self.this(span) } else { self.above(given) };
        let name = self.builder.name(CONSTRUCTOR);
        let callee = self.builder.value(FlowValue::Attribute { base, name }, span);
        let arguments = self.arguments(Some(given));
        let call = FlowValue::Call { callee, arguments, is_new: false };
        self.builder.value(call, span)
    }

    pub(super) fn parameters(&mut self, list: Node<'t>, parameters: &mut Vec<FlowParameter>) {
        if list.kind() != "parameter_list" && list.kind() != "bracketed_parameter_list" {
            // The one of a lambda.
            let target = self.declare(list.text(), None, list.span());
            parameters.push(FlowParameter {
                target,
                annotation: None,
                default: None,
                kind: FlowParameterKind::Plain,
                decorators: Vec::new(),
            });
            return;
        }
        for node in children(list) {
            if node.kind() == "parameter" {
                self.parameter(node, parameters);
            }
        }
        // `params T[] rest` stands in the list itself.
        if has_child(list, "params")
            && let Some(name) = field(list, "name")
        {
            let target = self.declare(name.text(), None, name.span());
            parameters.push(FlowParameter {
                target,
                annotation: None,
                default: None,
                kind: FlowParameterKind::Rest,
                decorators: Vec::new(),
            });
        }
    }

    fn parameter(&mut self, node: Node<'t>, parameters: &mut Vec<FlowParameter>) {
        let Some(name) = field(node, "name") else { return };
        let of = field(node, "type");
        let annotation = of.and_then(|it| self.declared(it));
        let default = children(node).into_iter().find(|it| {
            Some(*it) != of && *it != name && !matches!(it.kind(), "attribute_list" | "modifier")
        });
        let default = default.map(|it| self.value(it));
        let names = attributes(node).into_iter().filter_map(|it| field(it, "name"));
        let decorators: Vec<ValueId> = names.map(|it| self.type_value(it)).collect();
        let target = self.declare(name.text(), annotation, name.span());
        // What an extension method is called on.
        let is_extended = parameters.is_empty() && is_modified(node, "this");
        let (kind, annotation) = if is_extended {
            let of = annotation.or_else(|| of.map(|it| self.type_value(it)));
            (FlowParameterKind::Receiver, of)
        } else {
            (FlowParameterKind::Plain, annotation)
        };
        parameters.push(FlowParameter { target, annotation, default, kind, decorators });
    }
}
