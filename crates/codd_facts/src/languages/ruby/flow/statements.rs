//! Ruby's statements, and what becomes of their values.

use super::{FrameKind, GIVEN, Lowering, Tail, parts};
use crate::flow::{FlowStatement, FlowValue, ValueId};
use crate::node::{Node, field};

impl<'t> Lowering<'t> {
    /// Statements, of which the last is the value; with what is rescued and ensured.
    pub(super) fn sequence(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        let all = parts(node);
        let is_clause = |it: &Node<'_>| matches!(it.kind(), "rescue" | "else" | "ensure");
        match all.iter().position(is_clause) {
            Some(at) => self.attempt(&all[..at], &all[at..], tail, node, out),
            None => self.each(&all, tail, node, out),
        }
    }

    fn each(
        &mut self,
        all: &[Node<'t>],
        tail: Tail,
        around: Node<'t>,
        out: &mut Vec<FlowStatement>,
    ) {
        let Some((last, rest)) = all.split_last() else {
            self.give_nothing(tail, around, out);
            return;
        };
        for it in rest {
            self.statement(*it, Tail::Discard, out);
        }
        self.statement(*last, tail, out);
    }

    /// Statements on a way of their own.
    pub(super) fn within(
        &mut self,
        lower: impl FnOnce(&mut Self, &mut Vec<FlowStatement>),
    ) -> Vec<FlowStatement> {
        let outer = std::mem::take(&mut self.hoisted);
        let mut own = Vec::new();
        lower(self, &mut own);
        let mut out = std::mem::replace(&mut self.hoisted, outer);
        out.append(&mut own);
        out
    }

    pub(super) fn statement(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        if self.builder.is_too_much(self.depth) {
            let value = self.builder.too_deep(node.span());
            self.give(tail, value, out);
            return;
        }
        self.depth += 1;
        let mut own = self.within(|it, own| it.lower_statement(node, tail, own));
        out.append(&mut own);
        self.depth -= 1;
    }

    pub(super) fn give(&mut self, tail: Tail, value: ValueId, out: &mut Vec<FlowStatement>) {
        out.push(match tail {
            Tail::Discard => FlowStatement::Evaluate(value),
            Tail::Return => FlowStatement::Return(Some(value)),
            Tail::Assign(name) => {
                let span = self.builder.facts.span(value);
                let target = self.builder.value(FlowValue::Name(name), span);
                FlowStatement::Assign { target, value }
            }
        });
    }

    pub(super) fn give_nothing(&mut self, tail: Tail, at: Node<'t>, out: &mut Vec<FlowStatement>) {
        if tail != Tail::Discard {
            let value = self.builder.value(FlowValue::Nothing, at.span());
            self.give(tail, value, out);
        }
    }

    fn lower_statement(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "if" | "unless" => self.branch(node, tail, out),
            "if_modifier" | "unless_modifier" => {
                let mut test = self.value_in(node, "condition");
                if node.kind() == "unless_modifier" {
                    test = self.builder.value(FlowValue::Not(test), node.span());
                }
                let then = self.clause(field(node, "body"), tail, node);
                let otherwise = self.within(|it, out| it.give_nothing(tail, node, out));
                out.push(FlowStatement::Branch { test, then, otherwise });
            }
            "while" | "until" | "while_modifier" | "until_modifier" | "for" => {
                self.repeat(node, out);
                self.give_nothing(tail, node, out);
            }
            "case" => self.case(node, tail, out),
            "case_match" => self.case_match(node, tail, out),
            "begin"
            | "parenthesized_statements"
            | "then"
            | "else"
            | "do"
            | "body_statement"
            | "block_body"
            | "program"
            | "begin_block"
            | "end_block" => {
                self.sequence(node, tail, out);
            }
            "return" | "next" | "break" | "redo" | "retry" => self.jump(node, out),
            "assignment" => self.assignment(node, tail, out),
            "operator_assignment" => self.operator_assignment(node, tail, out),
            "method" | "singleton_method" => {
                self.method(node, out);
                if tail != Tail::Discard {
                    let value = self.name_of_method(node);
                    self.give(tail, value, out);
                }
            }
            "class" | "module" => {
                self.class(node, out);
                self.give_nothing(tail, node, out);
            }
            "singleton_class" => self.singleton_class(node, out),
            "alias" => self.alias(field(node, "name"), field(node, "alias"), out),
            "undef" => {}
            "binary" if self.jumps_behind(node, tail, out) => {}
            "binary" if self.appends(node, tail, out) => {}
            "rescue_modifier" => {
                let body = self.clause(field(node, "body"), tail, node);
                let handler = self.clause(field(node, "handler"), tail, node);
                let (otherwise, finally) = (Vec::new(), Vec::new());
                out.push(FlowStatement::Attempt {
                    body,
                    handlers: vec![handler],
                    otherwise,
                    finally,
                });
            }
            "call" | "identifier" if is_raise(node) => {
                let given = field(node, "arguments").map(parts).unwrap_or_default();
                let given = self.values(given);
                let value = self.builder.value(FlowValue::Unknown(given), node.span());
                out.push(FlowStatement::Raise(Some(value)));
            }
            "call" if self.class_word(node, out) => {}
            _ => {
                let value = self.value(node);
                self.give(tail, value, out);
            }
        }
    }

    /// What is run on one way; where nothing is written, its value is `nil`.
    pub(super) fn clause(
        &mut self,
        node: Option<Node<'t>>,
        tail: Tail,
        around: Node<'t>,
    ) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        match node {
            Some(node) => self.statement(node, tail, &mut out),
            None => self.give_nothing(tail, around, &mut out),
        }
        out
    }

    /// `if` and its `elsif`s.
    fn branch(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) {
        let mut arms = Vec::new();
        let mut at = node;
        let otherwise = loop {
            let mut test = self.value_in(at, "condition");
            if at.kind() == "unless" {
                test = self.builder.value(FlowValue::Not(test), at.span());
            }
            arms.push((test, self.clause(field(at, "consequence"), tail, at)));
            match field(at, "alternative") {
                Some(next) if next.kind() == "elsif" => at = next,
                next => break self.clause(next, tail, at),
            }
        };
        out.extend(self.builder.branches(arms, otherwise, node.span()));
    }

    fn repeat(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let mut test = None;
        let mut element = None;
        if node.kind() == "for" {
            let iterable = field(node, "value").and_then(Node::first_child);
            let iterable = iterable.map(|it| self.value(it));
            let target = field(node, "pattern").map(|it| self.target(it));
            element = target.zip(iterable);
        } else {
            let own = self.value_in(node, "condition");
            let is_until = node.kind().starts_with("until");
            test = Some(if is_until {
                self.builder.value(FlowValue::Not(own), node.span())
            } else {
                own
            });
        }
        self.frame().loops += 1;
        let body = self.clause(field(node, "body"), Tail::Discard, node);
        self.frame().loops -= 1;
        out.push(FlowStatement::Loop { test, element, body, otherwise: Vec::new() });
    }

    fn attempt(
        &mut self,
        main: &[Node<'t>],
        clauses: &[Node<'t>],
        tail: Tail,
        around: Node<'t>,
        out: &mut Vec<FlowStatement>,
    ) {
        let has_else = clauses.iter().any(|it| it.kind() == "else");
        let own = if has_else { Tail::Discard } else { tail };
        let body = self.within(|it, out| it.each(main, own, around, out));
        let (mut handlers, mut otherwise, mut finally) = (Vec::new(), Vec::new(), Vec::new());
        for clause in clauses {
            match clause.kind() {
                "rescue" => {
                    let mut handler = self.within(|it, out| it.caught(*clause, out));
                    handler.extend(self.clause(field(*clause, "body"), tail, *clause));
                    handlers.push(handler);
                }
                "else" => {
                    otherwise = self.within(|it, out| it.sequence(*clause, tail, out));
                }
                _ => {
                    finally = self.within(|it, out| it.sequence(*clause, Tail::Discard, out));
                }
            }
        }
        out.push(FlowStatement::Attempt { body, handlers, otherwise, finally });
    }

    /// `rescue A, B => e`: an instance of the class, or of one of several.
    fn caught(&mut self, clause: Node<'t>, out: &mut Vec<FlowStatement>) {
        let classes = field(clause, "exceptions").map(parts).unwrap_or_default();
        let mut caught = Vec::new();
        for class in classes {
            let callee = self.value(class);
            let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
            caught.push(self.builder.value(call, class.span()));
        }
        let value = match caught.as_slice() {
            [] => self.builder.value(FlowValue::Unknown(Vec::new()), clause.span()),
            [one] => *one,
            _ => self.builder.value(FlowValue::Any(caught), clause.span()),
        };
        match field(clause, "variable").and_then(Node::first_child) {
            Some(target) => {
                let target = self.target(target);
                out.push(FlowStatement::Assign { target, value });
            }
            None => out.push(FlowStatement::Evaluate(value)),
        }
    }

    /// `return`, `next` and `break`, which in a block give back to whoever called it.
    fn jump(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let given = node.first_child().map(parts).unwrap_or_default();
        let value = match &given[..] {
            [] => None,
            [one] => Some(self.value(*one)),
            _ => {
                let all = self.values(given.iter().copied());
                Some(self.builder.value(FlowValue::Sequence(all), node.span()))
            }
        };
        let is_in_loop = self.frame().loops > 0;
        match node.kind() {
            "next" | "redo" | "retry" if is_in_loop => out.push(FlowStatement::Next),
            "break" if is_in_loop => out.push(FlowStatement::Leave),
            "redo" | "retry" => {}
            "return" if self.frame().kind == FrameKind::Block => {
                let is_lambda = |it: &super::Frame| it.kind == FrameKind::Lambda;
                let around = self.frames.iter().rposition(|it| !it.sees_around() || is_lambda(it));
                let at = around.unwrap_or(0);
                let name = self.builder.name(GIVEN);
                if let Some(value) = value {
                    let id = self.frames[at].id;
                    if !std::mem::replace(&mut self.frames[at].is_left, true) {
                        self.frames[at].names.insert(name);
                        self.builder.function(id).locals.push(name);
                    }
                    let target = self.builder.value(FlowValue::Name(name), node.span());
                    out.push(FlowStatement::Assign { target, value });
                }
                out.push(FlowStatement::Return(None));
            }
            _ => out.push(FlowStatement::Return(value)),
        }
    }

    /// `a and return`, `a || raise(…)`: a way that leaves.
    fn jumps_behind(&mut self, node: Node<'t>, tail: Tail, out: &mut Vec<FlowStatement>) -> bool {
        let Some(is_and) = junction(node) else { return false };
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return false;
        };
        if !is_jump(right) {
            return false;
        }
        if is_and && is_answer(left) {
            self.statement(left, Tail::Discard, out);
            self.statement(right, Tail::Discard, out);
            return true;
        }
        let left = self.value(left);
        // What is tested is the value, which must not be computed twice.
        let (test, known) = match tail {
            Tail::Discard => (left, None),
            _ => {
                let name = self.temporary();
                self.give(Tail::Assign(name), left, out);
                let read = self.builder.value(FlowValue::Name(name), node.span());
                (read, Some(read))
            }
        };
        let leaves = self.clause(Some(right), Tail::Discard, node);
        let (then, otherwise) = if is_and { (leaves, Vec::new()) } else { (Vec::new(), leaves) };
        out.push(FlowStatement::Branch { test, then, otherwise });
        if let Some(known) = known {
            self.give(tail, known, out);
        }
        true
    }
}

/// Whether an operator goes on where its left side is true, or where it is not.
pub(super) fn junction(node: Node<'_>) -> Option<bool> {
    match field(node, "operator")?.text() {
        "&&" | "and" => Some(true),
        "||" | "or" => Some(false),
        _ => None,
    }
}

/// Whether nothing runs behind it.
pub(super) fn is_jump(node: Node<'_>) -> bool {
    match node.kind() {
        "return" | "next" | "break" | "redo" | "retry" => true,
        "call" | "identifier" => is_raise(node),
        "parenthesized_statements" => match parts(node)[..] {
            [one] => !matches!(one.kind(), "parenthesized_statements") && is_jump(one),
            _ => false,
        },
        _ => false,
    }
}

fn is_raise(node: Node<'_>) -> bool {
    let word = match node.kind() {
        "identifier" => node.text(),
        _ if field(node, "receiver").is_some() => return false,
        _ => field(node, "method").map_or("", Node::text),
    };
    matches!(word, "raise" | "fail")
}

/// Whether it answers a request, which gives something true: `redirect_to(…) and return`.
fn is_answer(node: Node<'_>) -> bool {
    let word = field(node, "method").map_or("", Node::text);
    node.kind() == "call"
        && field(node, "receiver").is_none()
        && matches!(
            word,
            "redirect_to" | "redirect_back" | "redirect_back_or_to" | "render" | "head"
        )
}
