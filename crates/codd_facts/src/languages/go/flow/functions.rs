//! Functions, methods and closures.

use super::Lowering;
use super::statements::statements;
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId, MAX_FLOW_DEPTH,
};
use crate::node::{Node, children, field};

impl<'t> Lowering<'t> {
    pub(super) fn function(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(written) = field(node, "name") else { return };
        let name = self.builder.name(written.text());
        let is_method = node.kind() == "method_declaration";
        if !is_method {
            self.builder.bind(name);
        }
        let id = self.body(node, Some(name));
        // A method is found by the type of its receiver.
        if !is_method {
            out.push(FlowStatement::Define(id));
        }
    }

    pub(super) fn literal(&mut self, node: Node<'t>) -> FunctionId {
        self.body(node, None)
    }

    fn body(&mut self, node: Node<'t>, name: Option<FlowName>) -> FunctionId {
        let kind =
            if name.is_some() { FlowFunctionKind::Function } else { FlowFunctionKind::Lambda };
        let place = field(node, "name").unwrap_or(node).span();
        let id = self.builder.open(kind, name, place);
        let mark = self.enter();
        let mut parameters = Vec::new();
        if let Some(receiver) = field(node, "receiver") {
            self.parameters(receiver, &mut parameters);
            for it in &mut parameters {
                it.kind = FlowParameterKind::Receiver;
            }
            parameters.truncate(1);
            if parameters.is_empty() {
                let target = self.builder.named("<self>", place);
                self.builder.bind_target(target);
                parameters.push(FlowParameter {
                    target,
                    annotation: None,
                    default: None,
                    kind: FlowParameterKind::Receiver,
                    decorators: Vec::new(),
                });
            }
        }
        if let Some(list) = field(node, "parameters") {
            self.parameters(list, &mut parameters);
        }
        self.builder.function(id).parameters = parameters;
        let mut body = Vec::new();
        let mut named = Vec::new();
        if let Some(list) = field(node, "result").filter(|it| it.kind() == "parameter_list") {
            for it in children(list) {
                let of = field(it, "type").and_then(|it| self.declared(it));
                for written in it.fields_named("name") {
                    self.declare(written.text(), of, written.span());
                    named.push(written.text());
                }
            }
        }
        self.results.push(named);
        if let Some(inner) = field(node, "body") {
            if self.depth < MAX_FLOW_DEPTH {
                self.depth += 1;
                for it in statements(inner) {
                    self.statement(it, &mut body);
                }
                self.depth -= 1;
            } else {
                self.builder.facts.given_up += 1;
            }
        }
        if let Some(named) = self.results.pop()
            && !named.is_empty()
        {
            let last = self.named_results(&named, node);
            body.push(last);
        }
        self.leave(mark);
        self.builder.close(body, &[]);
        id
    }

    /// What a bare `return` gives.
    pub(super) fn named_results(&mut self, named: &[&'t str], node: Node<'t>) -> FlowStatement {
        let span = node.span();
        let mut values = Vec::with_capacity(named.len());
        for it in named {
            let name = match self.variable(it) {
                Some(it) => it.name,
                None => self.builder.name(it),
            };
            values.push(self.builder.value(FlowValue::Name(name), span));
        }
        let value = match values[..] {
            [one] => one,
            _ => self.builder.value(FlowValue::Sequence(values), span),
        };
        FlowStatement::Return(Some(value))
    }

    pub(super) fn parameters(&mut self, list: Node<'t>, out: &mut Vec<FlowParameter>) {
        for it in children(list) {
            let is_rest = it.kind() == "variadic_parameter_declaration";
            let annotation =
                if is_rest { None } else { field(it, "type").and_then(|it| self.declared(it)) };
            let kind = if is_rest { FlowParameterKind::Rest } else { FlowParameterKind::Plain };
            let names: Vec<Node<'t>> = it.fields_named("name").collect();
            if names.is_empty() {
                let target = self.builder.value(FlowValue::Unknown(Vec::new()), it.span());
                let decorators = Vec::new();
                out.push(FlowParameter { target, annotation, default: None, kind, decorators });
            }
            for written in names {
                let target = self.declare(written.text(), annotation, written.span());
                let decorators = Vec::new();
                out.push(FlowParameter { target, annotation, default: None, kind, decorators });
            }
        }
    }
}
