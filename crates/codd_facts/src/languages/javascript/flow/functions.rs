//! Functions, methods and classes.

use codd_source::Span;

use super::Lowering;
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId, ValueId,
};
use crate::node::{Node, child_of_kind, children, field};

/// The name that all arguments of a function have in it.
const ARGUMENTS: &str = "arguments";

impl Lowering {
    /// A function of any form; a method has `this` for its first parameter.
    pub(super) fn function(
        &mut self,
        node: Node<'_>,
        name: Option<FlowName>,
        is_method: bool,
        decorators: Vec<ValueId>,
    ) -> FunctionId {
        let kind =
            if name.is_some() { FlowFunctionKind::Function } else { FlowFunctionKind::Lambda };
        let place = field(node, "name").unwrap_or(node).span();
        let before = std::mem::take(&mut self.pending);
        let id = self.builder.open(kind, name, place);
        let mut parameters = Vec::new();
        // A function that speaks of `this` may make objects, or be put into one.
        let (mut has_this, mut has_arguments) = (false, false);
        if node.kind() != "arrow_function" {
            for inner in node.below() {
                has_this |= inner.kind() == "this";
                has_arguments |= inner.kind() == "identifier" && inner.text() == ARGUMENTS;
            }
        }
        if is_method || has_this {
            let target = self.builder.named("this", place);
            parameters.push(FlowParameter {
                target,
                annotation: None,
                default: None,
                kind: FlowParameterKind::Receiver,
                decorators: Vec::new(),
            });
        }
        let mut body = Vec::new();
        if let Some(one) = field(node, "parameter") {
            let target = self.target(one);
            let kind = FlowParameterKind::Plain;
            parameters.push(FlowParameter {
                target,
                annotation: None,
                default: None,
                kind,
                decorators: Vec::new(),
            });
        } else if let Some(list) = field(node, "parameters") {
            for parameter in children(list) {
                self.parameter(parameter, &mut parameters, &mut body);
            }
        }
        if has_arguments {
            self.all_arguments(&mut parameters, place, &mut body);
        }
        for parameter in &parameters {
            self.builder.bind_target(parameter.target);
        }
        let function = self.builder.function(id);
        function.parameters = parameters;
        function.decorators = decorators;
        if let Some(inner) = field(node, "body") {
            if inner.kind() == "statement_block" {
                self.depth += 1;
                body.extend(self.block(inner));
                self.depth -= 1;
            } else {
                let value = self.value(inner);
                body.append(&mut self.pending);
                body.push(FlowStatement::Return(Some(value)));
            }
        }
        self.builder.close(body, &[]);
        self.pending = before;
        id
    }

    /// `arguments`: what the parameters are, and what is given beyond them.
    fn all_arguments(
        &mut self,
        parameters: &mut Vec<FlowParameter>,
        place: Span,
        body: &mut Vec<FlowStatement>,
    ) {
        let is_plain = |it: &&FlowParameter| it.kind == FlowParameterKind::Plain;
        let mut all: Vec<ValueId> =
            parameters.iter().filter(is_plain).map(|it| it.target).collect();
        let rest = match parameters.iter().find(|it| it.kind == FlowParameterKind::Rest) {
            Some(rest) => rest.target,
            None => {
                let target = self.builder.named(ARGUMENTS, place);
                parameters.push(FlowParameter {
                    target,
                    annotation: None,
                    default: None,
                    kind: FlowParameterKind::Rest,
                    decorators: Vec::new(),
                });
                target
            }
        };
        all.push(self.builder.value(FlowValue::Spread(rest), place));
        let value = self.builder.value(FlowValue::Sequence(all), place);
        let target = self.builder.named(ARGUMENTS, place);
        self.builder.bind_target(target);
        body.push(FlowStatement::Assign { target, value });
    }

    fn parameter(
        &mut self,
        node: Node<'_>,
        parameters: &mut Vec<FlowParameter>,
        body: &mut Vec<FlowStatement>,
    ) {
        let mut kind = FlowParameterKind::Plain;
        let (mut pattern, mut default) = (node, None);
        let mut annotation = None;
        match node.kind() {
            "required_parameter" | "optional_parameter" => {
                pattern = field(node, "pattern").or(field(node, "name")).unwrap_or(node);
                default = field(node, "value");
                annotation = field(node, "decorator")
                    .or_else(|| child_of_kind(node, "decorator"))
                    .and_then(Node::first_child)
                    .map(|it| self.value(it))
                    .or_else(|| field(node, "type").and_then(|it| self.type_of(it)));
            }
            "assignment_pattern" => {
                pattern = field(node, "left").unwrap_or(node);
                default = field(node, "right");
            }
            "identifier" | "object_pattern" | "array_pattern" | "rest_pattern" => {}
            // `this: Type` and the like.
            _ => return,
        }
        if pattern.kind() == "this" {
            return;
        }
        if pattern.kind() == "rest_pattern" {
            kind = FlowParameterKind::Rest;
            pattern = pattern.first_child().unwrap_or(pattern);
        }
        let default = default.map(|it| self.value(it));
        let target = self.target(pattern);
        if child_of_kind(node, "accessibility_modifier").is_some()
            || child_of_kind(node, "readonly").is_some()
        {
            // A parameter that is a field too.
            let span = node.span();
            let base = self.builder.named("this", span);
            let name = self.builder.name(pattern.text());
            let field = self.builder.value(FlowValue::Attribute { base, name }, span);
            let value = self.builder.value(FlowValue::Name(name), span);
            body.push(FlowStatement::Assign { target: field, value });
        }
        parameters.push(FlowParameter {
            target,
            annotation,
            default,
            kind,
            decorators: Vec::new(),
        });
    }

    /// The type of an annotation, where it is one name.
    fn type_of(&mut self, annotation: Node<'_>) -> Option<ValueId> {
        let inner = annotation.first_child()?;
        match inner.kind() {
            "type_identifier" => Some(self.builder.named(inner.text(), inner.span())),
            "nested_type_identifier" => {
                let mut value: Option<ValueId> = None;
                for part in inner.text().split('.') {
                    let name = self.builder.name(part.trim());
                    let next = match value {
                        Some(base) => FlowValue::Attribute { base, name },
                        None => FlowValue::Name(name),
                    };
                    value = Some(self.builder.value(next, inner.span()));
                }
                value
            }
            "generic_type" => {
                let name = field(inner, "name").or(inner.first_child())?;
                (name.kind() == "type_identifier")
                    .then(|| self.builder.named(name.text(), name.span()))
            }
            _ => None,
        }
    }

    pub(super) fn class(&mut self, node: Node<'_>, name: Option<FlowName>) -> FunctionId {
        let mut bases = Vec::new();
        if let Some(heritage) = child_of_kind(node, "class_heritage") {
            let extends = child_of_kind(heritage, "extends_clause");
            let base = match extends {
                Some(clause) => field(clause, "value").or(clause.first_child()),
                None => heritage.first_child().filter(|it| it.kind() != "implements_clause"),
            };
            bases.extend(base.map(|it| self.value(it)));
        }
        let place = field(node, "name").unwrap_or(node).span();
        let before = std::mem::take(&mut self.pending);
        let id = self.builder.open(FlowFunctionKind::Class, name, place);
        let mut body = Vec::new();
        let mut decorators: Vec<ValueId> = Vec::new();
        let members = field(node, "body").map(children).unwrap_or_default();
        for member in members {
            match member.kind() {
                "decorator" => decorators.extend(member.first_child().map(|it| self.value(it))),
                "method_definition" => {
                    let decorators = std::mem::take(&mut decorators);
                    self.method(member, decorators, &mut body);
                }
                "field_definition" | "public_field_definition" => {
                    decorators.clear();
                    self.field(member, &mut body);
                }
                _ => decorators.clear(),
            }
        }
        body.splice(0..0, std::mem::take(&mut self.pending));
        self.builder.function(id).bases = bases;
        self.builder.close(body, &[]);
        self.pending = before;
        id
    }

    fn method(&mut self, node: Node<'_>, decorators: Vec<ValueId>, body: &mut Vec<FlowStatement>) {
        let Some(name_node) = field(node, "name") else { return };
        let text = super::modules::unquoted(name_node.text());
        let name = self.builder.name(text);
        self.builder.bind(name);
        if text == "constructor"
            && let Some(list) = field(node, "parameters")
        {
            // What is injected is a field whose type is known.
            for parameter in children(list) {
                let is_field = child_of_kind(parameter, "accessibility_modifier").is_some()
                    || child_of_kind(parameter, "readonly").is_some();
                if is_field {
                    self.typed_field(parameter, field(parameter, "pattern"), body);
                }
            }
        }
        let is_static = Lowering::is_static(node);
        let id = self.function(node, Some(name), !is_static, decorators);
        let function = self.builder.function(id);
        function.is_static = is_static;
        function.is_property = Lowering::is_getter(node);
        body.push(FlowStatement::Define(id));
    }

    fn field(&mut self, node: Node<'_>, body: &mut Vec<FlowStatement>) {
        let name = field(node, "name").or_else(|| field(node, "property"));
        let Some(name_node) = name else { return };
        let Some(value) = field(node, "value") else {
            self.typed_field(node, Some(name_node), body);
            return;
        };
        let value = self.value(value);
        self.put_under(value, name_node);
        let name = self.builder.name(name_node.text());
        self.builder.bind(name);
        let target = self.builder.value(FlowValue::Name(name), name_node.span());
        body.push(FlowStatement::Assign { target, value });
    }

    /// A field of a declared type holds an instance of it.
    fn typed_field(
        &mut self,
        node: Node<'_>,
        name: Option<Node<'_>>,
        body: &mut Vec<FlowStatement>,
    ) {
        let Some(name_node) = name else { return };
        let Some(of) = field(node, "type").and_then(|it| self.type_of(it)) else { return };
        let name = self.builder.name(name_node.text());
        self.builder.bind(name);
        let call = FlowValue::Call { callee: of, arguments: Vec::new(), is_new: true };
        let value = self.builder.value(call, node.span());
        let target = self.builder.value(FlowValue::Name(name), name_node.span());
        body.push(FlowStatement::Assign { target, value });
    }
}
