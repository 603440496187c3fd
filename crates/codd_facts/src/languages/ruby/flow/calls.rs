//! Ruby's calls, their arguments and their blocks.

use codd_source::Span;

use super::functions::New;
use super::{BLOCK, FrameKind, Lowering, SELF, parts};
use crate::flow::{
    FlowArgument, FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement,
    FlowValue, FunctionId, ValueId,
};
use crate::languages::ruby::methods::{plain_text, symbol_text};
use crate::node::{Node, field};

impl<'t> Lowering<'t> {
    pub(super) fn call(&mut self, node: Node<'t>) -> FlowValue {
        let receiver = field(node, "receiver");
        let method = field(node, "method");
        let list = field(node, "arguments");
        let block = field(node, "block");
        // `a.(b)`
        let word = method.map_or("call", Node::text);
        if receiver.is_none() {
            if word == "super" {
                return self.super_call(list.or(Some(node)).filter(|it| *it != node), block, node);
            }
            if let (None, Some(block), "lambda" | "proc") = (list, block, word) {
                return FlowValue::Function(self.block(block, word == "lambda"));
            }
            if let ("method", Some(name)) = (word, list.and_then(only_symbol)) {
                let callee = self.builder.named(name, node.span());
                return self.passing(callee, node);
            }
            if word == "require"
                && let Some(module) = list.and_then(Node::first_child).and_then(plain_text)
            {
                self.requires(module);
            }
        } else if let (Some(block), Some("Proc"), "new") = (block, receiver.map(Node::text), word) {
            return FlowValue::Function(self.block(block, false));
        }
        let callee = match receiver {
            Some(receiver) => {
                let base = self.value(receiver);
                FlowValue::Attribute { base, name: self.builder.name(word) }
            }
            None => FlowValue::Name(self.builder.name(word)),
        };
        let end = method.map_or(node.span().end, |it| it.span().end);
        let callee = self.builder.value(callee, Span { end, ..node.span() });
        let mut arguments = self.arguments(list);
        if let Some(block) = block {
            let id = self.block(block, false);
            let value = self.builder.value(FlowValue::Function(id), block.span());
            arguments.push(FlowArgument { name: Some(self.builder.name(BLOCK)), value });
        }
        FlowValue::Call { callee, arguments, is_new: false }
    }

    /// `require "name"`, which tells which library a file is for.
    fn requires(&mut self, module: &str) {
        let name = self.builder.name(&format!("={module}"));
        let module = self.builder.name(module);
        let bring = FlowStatement::Bring { name, module, level: 0, item: None };
        self.hoisted.push(bring);
    }

    pub(super) fn arguments(&mut self, list: Option<Node<'t>>) -> Vec<FlowArgument> {
        let mut out = Vec::new();
        let mut pairs = Vec::new();
        for node in list.map(parts).unwrap_or_default() {
            match node.kind() {
                "pair" => {
                    let key = field(node, "key");
                    let is_symbol =
                        |it: &Node<'_>| matches!(it.kind(), "hash_key_symbol" | "simple_symbol");
                    match key.filter(is_symbol) {
                        Some(key) => {
                            let name = Some(self.builder.name(symbol_text(key)));
                            let value = self.pair_value(node);
                            out.push(FlowArgument { name, value });
                        }
                        None => pairs.push(node),
                    }
                }
                "block_argument" => {
                    let value = self.block_argument(node);
                    let name = Some(self.builder.name(BLOCK));
                    out.push(FlowArgument { name, value });
                }
                "forward_argument" => {
                    self.method_frame().uses_block = true;
                    let inner = self.builder.named("...", node.span());
                    let value = self.builder.value(FlowValue::Spread(inner), node.span());
                    out.push(FlowArgument { name: None, value });
                    let value = self.builder.named(BLOCK, node.span());
                    let name = Some(self.builder.name(BLOCK));
                    out.push(FlowArgument { name, value });
                }
                _ => {
                    let value = self.value(node);
                    out.push(FlowArgument { name: None, value });
                }
            }
        }
        if let Some(first) = pairs.first().copied() {
            let mapping = self.pairs(pairs);
            let value = self.builder.value(FlowValue::Mapping(mapping), first.span());
            out.push(FlowArgument { name: None, value });
        }
        out
    }

    /// `&block`, `&:name`, `&method(:name)`.
    fn block_argument(&mut self, node: Node<'t>) -> ValueId {
        let Some(inner) = node.first_child() else {
            self.method_frame().uses_block = true;
            return self.builder.named(BLOCK, node.span());
        };
        if inner.kind() != "simple_symbol" {
            return self.value(inner);
        }
        let name = self.builder.name(symbol_text(inner));
        let id = self.builder.open(FlowFunctionKind::Lambda, None, inner.span());
        let parameter = self.builder.name("=item");
        self.builder.bind(parameter);
        let target = self.builder.value(FlowValue::Name(parameter), inner.span());
        self.builder.function(id).parameters = vec![plain(target)];
        let base = self.builder.value(FlowValue::Name(parameter), inner.span());
        let callee = self.builder.value(FlowValue::Attribute { base, name }, inner.span());
        let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
        let value = self.builder.value(call, inner.span());
        self.builder.close(vec![FlowStatement::Return(Some(value))], &[]);
        self.builder.value(FlowValue::Function(id), node.span())
    }

    /// A function that passes all that it gets to another.
    fn passing(&mut self, callee: ValueId, at: Node<'t>) -> FlowValue {
        let id = self.builder.open(FlowFunctionKind::Lambda, None, at.span());
        let all = self.builder.name("=all");
        self.builder.bind(all);
        let target = self.builder.value(FlowValue::Name(all), at.span());
        let kind = FlowParameterKind::Rest;
        self.builder.function(id).parameters = vec![FlowParameter { kind, ..plain(target) }];
        let inner = self.builder.value(FlowValue::Name(all), at.span());
        let value = self.builder.value(FlowValue::Spread(inner), at.span());
        let arguments = vec![FlowArgument { name: None, value }];
        let call = FlowValue::Call { callee, arguments, is_new: false };
        let value = self.builder.value(call, at.span());
        self.builder.close(vec![FlowStatement::Return(Some(value))], &[]);
        FlowValue::Function(id)
    }

    /// `super`, which without a list passes on all that the method was given.
    pub(super) fn super_call(
        &mut self,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        node: Node<'t>,
    ) -> FlowValue {
        let span = node.span();
        let (name, passed) = {
            let frame = self.method_frame();
            (frame.name.clone(), frame.passed.clone())
        };
        let callee = self.builder.named("super", span);
        let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
        let base = self.builder.value(call, span);
        let name = self.builder.name(&name);
        let callee = self.builder.value(FlowValue::Attribute { base, name }, span);
        let mut arguments = match list {
            Some(list) => self.arguments(Some(list)),
            None => self.passed_on(passed, span),
        };
        if let Some(block) = block {
            let id = self.block(block, false);
            let value = self.builder.value(FlowValue::Function(id), block.span());
            arguments.push(FlowArgument { name: Some(self.builder.name(BLOCK)), value });
        }
        FlowValue::Call { callee, arguments, is_new: false }
    }

    fn passed_on(
        &mut self,
        passed: Vec<(FlowParameterKind, FlowName)>,
        span: Span,
    ) -> Vec<FlowArgument> {
        let mut out = Vec::new();
        for (kind, name) in passed {
            let value = self.builder.value(FlowValue::Name(name), span);
            out.push(match kind {
                FlowParameterKind::Keyword => FlowArgument { name: Some(name), value },
                FlowParameterKind::Rest | FlowParameterKind::RestByName => {
                    let value = self.builder.value(FlowValue::Spread(value), span);
                    FlowArgument { name: None, value }
                }
                _ => FlowArgument { name: None, value },
            });
        }
        out
    }

    /// A block of a call.
    pub(super) fn block(&mut self, node: Node<'t>, is_lambda: bool) -> FunctionId {
        // What facts know it by.
        let place = node.all_children().next().unwrap_or(node).span();
        self.block_function(node, field(node, "parameters"), place, is_lambda)
    }

    /// `->(a) { … }`
    pub(super) fn lambda(&mut self, node: Node<'t>) -> FunctionId {
        let body = field(node, "body").unwrap_or(node);
        self.block_function(body, field(node, "parameters"), node.span(), true)
    }

    fn block_function(
        &mut self,
        node: Node<'t>,
        parameters: Option<Node<'t>>,
        place: Span,
        is_lambda: bool,
    ) -> FunctionId {
        // The blocks that a class or a file hands over run on objects.
        let has_self = !self.frame().sees_around() && self.frame().kind != FrameKind::Method;
        let frame = if is_lambda { FrameKind::Lambda } else { FrameKind::Block };
        self.function(New {
            kind: FlowFunctionKind::Lambda,
            frame,
            name: None,
            place,
            has_self,
            parameters,
            body: field(node, "body"),
            of_super: String::new(),
        })
    }

    /// The receiver of a method.
    pub(super) fn receiver(&mut self, span: Span) -> FlowParameter {
        let target = self.builder.named(SELF, span);
        FlowParameter { kind: FlowParameterKind::Receiver, ..plain(target) }
    }
}

pub(super) fn plain(target: ValueId) -> FlowParameter {
    FlowParameter {
        target,
        annotation: None,
        default: None,
        kind: FlowParameterKind::Plain,
        decorators: Vec::new(),
    }
}

/// The name of the one symbol that is given.
fn only_symbol(list: Node<'_>) -> Option<&str> {
    match parts(list)[..] {
        [one] => Some(symbol_text(one)).filter(|it| !it.is_empty()),
        _ => None,
    }
}
