//! Ruby's methods and blocks, and their parameters.

use codd_source::Span;

use super::calls::plain;
use super::{BLOCK, Frame, FrameKind, GIVEN, Lowering, SELF, Tail};
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId, MAX_FLOW_DEPTH, ValueId,
};
use crate::node::{Node, children, field};

/// A function to be.
pub(super) struct New<'t> {
    pub(super) kind: FlowFunctionKind,
    pub(super) frame: FrameKind,
    pub(super) name: Option<FlowName>,
    pub(super) place: Span,
    pub(super) has_self: bool,
    pub(super) parameters: Option<Node<'t>>,
    pub(super) body: Option<Node<'t>>,
    /// What `super` in it calls.
    pub(super) of_super: String,
}

impl<'t> Lowering<'t> {
    pub(super) fn function(&mut self, new: New<'t>) -> FunctionId {
        let id = self.builder.open(new.kind, new.name, new.place);
        let mut frame = Frame::of(new.frame, id);
        frame.name = new.of_super;
        frame.has_parameters = new.parameters.is_some();
        self.frames.push(frame);
        let mut parameters = Vec::new();
        if new.has_self {
            let name = self.builder.name(SELF);
            self.bind_here(name);
            parameters.push(self.receiver(new.place));
        }
        let mut body = self.within(|it, out| {
            if let Some(list) = new.parameters {
                it.parameters(list, &mut parameters, out);
            }
        });
        if let Some(node) = new.body {
            self.statement(node, Tail::Return, &mut body);
        }
        let Some(frame) = self.frames.pop() else { return id };
        for name in &frame.implied {
            let target = self.builder.value(FlowValue::Name(*name), new.place);
            parameters.push(plain(target));
        }
        if frame.uses_block && !frame.sees_around() {
            let name = self.builder.name(BLOCK);
            self.builder.bind(name);
            let target = self.builder.value(FlowValue::Name(name), new.place);
            parameters.push(FlowParameter { kind: FlowParameterKind::Keyword, ..plain(target) });
        }
        if frame.is_left {
            self.give_for_blocks(&mut body, 0);
        }
        self.builder.function(id).parameters = parameters;
        self.builder.close(body, &[]);
        id
    }

    /// Whatever a method gives back, a block in it may have given back something else.
    fn give_for_blocks(&mut self, body: &mut [FlowStatement], depth: u32) {
        if depth > MAX_FLOW_DEPTH {
            return;
        }
        for statement in body {
            match statement {
                FlowStatement::Return(Some(value)) => {
                    let span = self.builder.facts.span(*value);
                    let given = self.builder.named(GIVEN, span);
                    // Which of them it is, is known once the blocks have run.
                    let test = self.builder.value(FlowValue::Unknown(vec![*value]), span);
                    let then = *value;
                    let either = FlowValue::Conditional { test, then, otherwise: given };
                    *value = self.builder.value(either, span);
                }
                FlowStatement::Branch { then, otherwise, .. } => {
                    self.give_for_blocks(then, depth + 1);
                    self.give_for_blocks(otherwise, depth + 1);
                }
                FlowStatement::Loop { body, .. } => self.give_for_blocks(body, depth + 1),
                FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                    self.give_for_blocks(body, depth + 1);
                    for handler in handlers {
                        self.give_for_blocks(handler, depth + 1);
                    }
                    self.give_for_blocks(otherwise, depth + 1);
                    self.give_for_blocks(finally, depth + 1);
                }
                FlowStatement::Select { cases, .. } => {
                    for case in cases {
                        self.give_for_blocks(&mut case.body, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn parameters(
        &mut self,
        list: Node<'t>,
        out: &mut Vec<FlowParameter>,
        prologue: &mut Vec<FlowStatement>,
    ) {
        for node in children(list) {
            let named = field(node, "name");
            if node.field_name() == "locals" {
                self.parameter_name(node);
                continue;
            }
            let kind = match node.kind() {
                "identifier" | "destructured_parameter" | "optional_parameter" => {
                    FlowParameterKind::Plain
                }
                "keyword_parameter" => FlowParameterKind::Keyword,
                "splat_parameter" | "forward_parameter" => FlowParameterKind::Rest,
                "hash_splat_parameter" => FlowParameterKind::RestByName,
                "block_parameter" => {
                    self.frame().uses_block = true;
                    if let Some(named) = named {
                        let target = self.parameter_name(named);
                        let value = self.builder.named(BLOCK, node.span());
                        prologue.push(FlowStatement::Assign { target, value });
                    }
                    continue;
                }
                _ => continue,
            };
            let target = match node.kind() {
                "identifier" => self.parameter_name(node),
                "destructured_parameter" => self.taken_apart(node),
                "forward_parameter" => {
                    self.frame().uses_block = true;
                    self.parameter_called("...", node)
                }
                _ => match (named, kind) {
                    (Some(named), _) => self.parameter_name(named),
                    (None, FlowParameterKind::Rest) => self.parameter_called("*", node),
                    (None, _) => self.parameter_called("**", node),
                },
            };
            if let FlowValue::Name(name) = self.builder.facts.value(target) {
                let name = *name;
                self.frame().passed.push((kind, name));
            }
            let default = field(node, "value").map(|it| self.value(it));
            out.push(FlowParameter { default, kind, ..plain(target) });
        }
    }

    fn parameter_name(&mut self, node: Node<'t>) -> ValueId {
        self.parameter_called(node.text(), node)
    }

    fn parameter_called(&mut self, name: &str, at: Node<'t>) -> ValueId {
        let name = self.builder.name(name);
        self.bind_here(name);
        self.builder.value(FlowValue::Name(name), at.span())
    }

    /// `(a, (b, *c))`
    fn taken_apart(&mut self, node: Node<'t>) -> ValueId {
        if self.builder.is_too_much(self.depth) {
            return self.builder.too_deep(node.span());
        }
        self.depth += 1;
        let mut all = Vec::new();
        for part in children(node) {
            all.push(match (part.kind(), field(part, "name")) {
                ("identifier", _) => self.parameter_name(part),
                ("destructured_parameter", _) => self.taken_apart(part),
                ("splat_parameter", Some(name)) => {
                    let inner = self.parameter_name(name);
                    self.builder.value(FlowValue::Spread(inner), part.span())
                }
                (_, Some(name)) => self.parameter_name(name),
                _ => self.builder.value(FlowValue::Unknown(Vec::new()), part.span()),
            });
        }
        self.depth -= 1;
        self.builder.value(FlowValue::Sequence(all), node.span())
    }

    /// Whether a name is a parameter of a block that names none: `it`, `_1`.
    pub(super) fn is_implied(&mut self, name: FlowName, text: &str) -> bool {
        if !matches!(text, "it" | "_1" | "_2") {
            return false;
        }
        let frame = self.frame();
        if !frame.sees_around() || frame.has_parameters {
            return false;
        }
        if text == "_2" && frame.implied.is_empty() {
            let first = self.builder.name("_1");
            self.frame().implied.push(first);
            self.bind_here(first);
        }
        self.frame().implied.push(name);
        self.bind_here(name);
        true
    }
}
