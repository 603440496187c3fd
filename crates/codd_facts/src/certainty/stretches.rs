//! The stretches of a file's text that may be skipped where what is around them runs.

use std::sync::Arc;

use codd_source::Span;

use super::MAX_AROUND;
use super::kinds::Kinds;
use super::words::{
    CALL_MAYBE, DECIDING, DEFERRING, ENDS, MAX_ANSWER, NEXT, Role, is_error_status,
    says_error_status,
};
use crate::Certainty;
use crate::tree::{NodeId, SyntaxTree};

/// Statements in blocks in blocks that are looked into for how they end.
const MAX_STEPS: usize = 8;

/// Text that may be skipped where what is around it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) span: Span,
    pub(super) certainty: Certainty,
    pub(super) is_lambda: bool,
    /// The body of a `try` whose handler goes on.
    pub(super) is_tried: bool,
    /// What is called in it runs; what is only read is one of several.
    pub(super) is_of_reads: bool,
    /// What is registered in it is there later; what is called in it runs as well.
    pub(super) is_of_hooks: bool,
}

impl Stretch {
    pub(super) fn new(span: Span, certainty: Certainty) -> Stretch {
        Stretch {
            span,
            certainty,
            is_lambda: false,
            is_tried: false,
            is_of_reads: false,
            is_of_hooks: false,
        }
    }
}

/// Finds what may be skipped in one tree.
pub(super) struct Finder<'a, 't> {
    pub(super) tree: &'a SyntaxTree<'t>,
    pub(super) kinds: Arc<Kinds>,
    pub(super) is_python: bool,
    /// Whether blocks of statements are given to calls: Ruby.
    pub(super) has_blocks: bool,
    /// Whether the language has functions that others wait for.
    pub(super) has_waiting: bool,
    /// Whether middleware is made by functions that are handed others: Python, JavaScript.
    pub(super) gives_functions: bool,
}

impl<'a, 't> Finder<'a, 't> {
    pub(super) fn new(tree: &'a SyntaxTree<'t>) -> Finder<'a, 't> {
        let kinds = Kinds::of(&tree.language);
        let is_python = kinds.has("elif_clause");
        let has_waiting = kinds.has("await") || kinds.has("await_expression");
        Finder {
            tree,
            is_python,
            has_blocks: kinds.has("do_block"),
            has_waiting,
            gives_functions: is_python || kinds.has("arrow_function"),
            kinds,
        }
    }

    pub(super) fn role(&self, node: NodeId) -> Role {
        if !self.tree.is_named(node) {
            return Role::Plain;
        }
        self.kinds.kind(self.tree.kind(node)).role
    }

    pub(super) fn field(&self, node: NodeId) -> &str {
        self.kinds.field(self.tree.field(node))
    }

    pub(super) fn kind(&self, node: NodeId) -> &str {
        &self.kinds.kind(self.tree.kind(node)).word
    }

    fn named(&self, node: NodeId) -> Vec<NodeId> {
        self.tree.named_children(node).collect()
    }

    pub(super) fn in_field(&self, node: NodeId, field: &str) -> Option<NodeId> {
        self.tree.children(node).find(|it| self.field(*it) == field)
    }

    pub(super) fn is_block(&self, node: NodeId) -> bool {
        self.kinds.kind(self.tree.kind(node)).is_block
    }

    /// Where functions stand, in the order of the text.
    pub(super) fn functions(&self) -> Vec<Span> {
        let is_function = |it: &NodeId| matches!(self.role(*it), Role::Lambda | Role::Function);
        let functions = self.tree.below(SyntaxTree::ROOT).filter(is_function);
        functions.map(|it| self.tree.span(it)).collect()
    }

    /// All stretches of the file, in any order.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        let mut out = Vec::new();
        // What is open around a node: the node, and where its function's first return ends.
        let mut open: Vec<NodeId> = Vec::new();
        let mut returned: Vec<(NodeId, Option<u32>)> = vec![(SyntaxTree::ROOT, None)];
        let nodes = std::iter::once(SyntaxTree::ROOT).chain(self.tree.below(SyntaxTree::ROOT));
        for node in nodes {
            while open.last().is_some_and(|it| self.tree.after(*it) <= node) {
                open.pop();
            }
            while returned.last().is_some_and(|(it, _)| self.tree.after(*it) <= node) {
                self.close(returned.pop(), &mut out);
            }
            let role = self.role(node);
            match role {
                Role::Plain | Role::Handler | Role::Finally => {}
                Role::Loop => self.branch(node, true, &mut out),
                Role::Choice if self.is_python => {
                    for (at, part) in self.named(node).into_iter().enumerate() {
                        self.perhaps(part, at != 1, &mut out);
                    }
                }
                Role::Branch | Role::Choice => self.branch(node, false, &mut out),
                Role::Operator => self.operator(node, &open, &mut out),
                Role::Comprehension => self.comprehension(node, &mut out),
                Role::Try => self.tried(node, &mut out),
                Role::Skipped => self.perhaps(node, true, &mut out),
                Role::With => self.with(node, &mut out),
                Role::Chain => self.chain(node, &mut out),
                Role::Lambda | Role::Function => {
                    if role == Role::Lambda && !self.is_called(node, &open) {
                        let span = self.tree.span(node);
                        let stretch = Stretch::new(span, Certainty::Perhaps);
                        out.push(Stretch { is_lambda: true, ..stretch });
                    }
                    if role == Role::Lambda && self.is_deferred(&open) {
                        let stretch = Stretch::new(self.tree.span(node), Certainty::Perhaps);
                        out.push(Stretch { is_of_hooks: true, is_tried: true, ..stretch });
                    }
                    returned.push((node, None));
                }
                Role::Return | Role::Leave => {
                    let end = self.tree.span(node).end;
                    let block = open.last().filter(|it| self.is_block(**it));
                    if let Some(block) = block {
                        let span = Span { start: end, end: self.tree.span(*block).end };
                        out.push(Stretch::new(span, Certainty::Never));
                    }
                    if role == Role::Return
                        && !self.gives_error(node, &open)
                        && let Some((_, first)) = returned.last_mut()
                    {
                        first.get_or_insert(end);
                    }
                }
            }
            if self.is_python && self.chooses(node) {
                let stretch = Stretch::new(self.tree.span(node), Certainty::Perhaps);
                out.push(Stretch { is_of_reads: true, ..stretch });
            }
            if self.tree.after(node).0 > node.0 + 1 {
                open.push(node);
            }
        }
        while !returned.is_empty() {
            self.close(returned.pop(), &mut out);
        }
        out
    }

    /// `One | Other` and `~One` of classes that say who may: not each of them has to.
    fn chooses(&self, node: NodeId) -> bool {
        let has = |operator: &str| {
            let mut parts = self.tree.children(node);
            parts.any(|it| !self.tree.is_named(it) && self.tree.text(it) == operator)
        };
        self.kinds.kind(self.tree.kind(node)).may_choose && (has("|") || has("~"))
    }

    /// What follows the first return of a function need not be come to.
    fn close(&self, function: Option<(NodeId, Option<u32>)>, out: &mut Vec<Stretch>) {
        if let Some((function, Some(start))) = function {
            let span = Span { start, end: self.tree.span(function).end };
            out.push(Stretch::new(span, Certainty::Perhaps));
        }
    }

    fn perhaps(&self, node: NodeId, is_it: bool, out: &mut Vec<Stretch>) {
        if is_it {
            let span = self.tree.span(node);
            out.push(Stretch::new(span, Certainty::Perhaps));
        }
    }

    fn branch(&self, node: NodeId, is_loop: bool, out: &mut Vec<Stretch>) {
        let parts = self.named(node);
        let Some((last, before)) = parts.split_last() else { return };
        let decides = parts.iter().any(|it| DECIDING.contains(&self.field(*it)));
        let condition = self.in_field(node, "condition").map(|it| {
            self.tree.text(it).trim_matches(|it: char| it.is_whitespace() || "()".contains(it))
        });
        let (is_never, is_always) = match condition {
            Some(
                "False"
                | "false"
                | "0"
                | "None"
                | "null"
                | "TYPE_CHECKING"
                | "typing.TYPE_CHECKING",
            ) => (true, false),
            Some("True" | "true" | "1") => (false, true),
            _ => (false, false),
        };
        for (at, part) in parts.iter().enumerate() {
            let field = self.field(*part);
            let is_first = at == 0 && !decides;
            let is_of_loop = is_loop
                && !before.is_empty()
                && part != last
                && !matches!(field, "body" | "alternative" | "update" | "increment");
            if DECIDING.contains(&field) || is_first || is_of_loop {
                continue;
            }
            let is_alternative = field == "alternative";
            if is_never && !is_alternative {
                let span = self.tree.span(*part);
                out.push(Stretch::new(span, Certainty::Never));
            } else {
                self.perhaps(*part, !is_always || is_alternative, out);
            }
        }
    }

    fn operator(&self, node: NodeId, open: &[NodeId], out: &mut Vec<Stretch>) {
        let right = self.in_field(node, "right").or_else(|| self.in_field(node, "rhs"));
        let left = self.in_field(node, "left").or_else(|| self.in_field(node, "lhs"));
        let (Some(left), Some(right)) = (left, right) else { return };
        let between = self.tree.children(node).find(|it| {
            let text = self.tree.text(*it);
            matches!(text, "and" | "or" | "&&" | "||" | "??" | "?:")
        });
        let Some(operator) = between.map(|it| self.tree.text(it)) else { return };
        let is_or = matches!(operator, "or" | "||");
        let is_never = match self.tree.text(left) {
            "False" | "false" | "0" | "None" | "null" => !is_or && operator != "??",
            "True" | "true" | "1" => is_or,
            _ => false,
        };
        if is_never {
            let span = self.tree.span(right);
            out.push(Stretch::new(span, Certainty::Never));
        } else if !(is_or && self.ends_where_true(node, open)) {
            self.perhaps(right, true, out);
        }
    }

    /// Whether a condition ends the function where it holds: what an `or` does not ask for
    /// then would have decided nothing else.
    fn ends_where_true(&self, node: NodeId, open: &[NodeId]) -> bool {
        let mut at = node;
        for around in open.iter().rev().take(MAX_STEPS) {
            match self.role(*around) {
                Role::Branch if self.field(at) == "condition" => {
                    let body = self.in_field(*around, "consequence");
                    let body = body.or_else(|| self.in_field(*around, "body"));
                    return body.is_some_and(|it| self.ends(it));
                }
                Role::Operator if self.has_or(*around) => {}
                Role::Plain if self.kind(*around) == "parenthesized_expression" => {}
                _ => return false,
            }
            at = *around;
        }
        false
    }

    fn has_or(&self, node: NodeId) -> bool {
        self.tree.children(node).any(|it| matches!(self.tree.text(it), "or" | "||"))
    }

    /// Whether nothing of the function runs behind a statement or block.
    pub(super) fn ends(&self, node: NodeId) -> bool {
        let mut at = node;
        for _ in 0..MAX_STEPS {
            let text = self.tree.text(at).trim_start();
            if ENDS.iter().any(|it| text.starts_with(it)) {
                return true;
            }
            match self.tree.named_children(at).last() {
                Some(last) if self.is_block(at) || self.role(at) == Role::Plain => at = last,
                _ => return false,
            }
        }
        false
    }

    /// Whether a return answers with an error's status, as raising an exception would, or
    /// stands where an exception was caught.
    fn gives_error(&self, node: NodeId, open: &[NodeId]) -> bool {
        let is_function = |it: &NodeId| matches!(self.role(*it), Role::Lambda | Role::Function);
        let around = open.iter().rev().copied().take_while(|it| !is_function(it));
        let block = around.clone().next().filter(|it| self.is_block(*it));
        let is_branch = |it: NodeId| self.role(it) == Role::Branch;
        let text = self.tree.text(node).trim_end_matches(|it: char| ";) ".contains(it));
        // The answer may be given by the statement before.
        let is_of_branch = around.clone().skip(1).take(2).any(is_branch);
        let whole = block.filter(|_| is_of_branch).map_or(text, |it| self.tree.text(it));
        let is_pair = text.rsplit_once(',').is_some_and(|(_, last)| is_error_status(last.trim()));
        is_pair
            || self.hands_an_error_on(node)
            || block.filter(|_| is_of_branch).is_some_and(|it| {
                let mut before = self.tree.named_children(it).take(MAX_STEPS);
                before.any(|it| self.hands_an_error_on(it))
            })
            || text.len() <= MAX_ANSWER && says_error_status(text)
            || whole.len() <= MAX_ANSWER && says_error_status(whole)
            || around.take(MAX_AROUND).any(|it| self.role(it) == Role::Handler)
    }

    /// Whether a statement goes on with an error that it makes: `return next(new Error("no"))`.
    fn hands_an_error_on(&self, statement: NodeId) -> bool {
        self.tree.named_children(statement).next().is_some_and(|it| {
            let callee = self.in_field(it, "function").map(|it| self.tree.text(it));
            callee.is_some_and(|it| NEXT.contains(&it)) && self.is_given_error(it)
        })
    }

    fn comprehension(&self, node: NodeId, out: &mut Vec<Stretch>) {
        let is_clause = |it: &NodeId| self.kind(*it) == "for_in_clause";
        let parts = self.named(node);
        let first = parts.iter().position(is_clause);
        for (at, part) in parts.into_iter().enumerate() {
            self.perhaps(part, Some(at) != first, out);
        }
    }

    fn tried(&self, node: NodeId, out: &mut Vec<Stretch>) {
        let parts = self.named(node);
        // Where a handler ends the request, nothing runs behind what failed.
        let mut handlers = parts.iter().copied().filter(|it| self.is_handler(*it)).peekable();
        // What ends the function in a `finally` forgets what was raised, and every answer.
        let is_forgotten =
            parts.iter().any(|it| self.role(*it) == Role::Finally && self.has_return(*it));
        if handlers.peek().is_none() && !is_forgotten {
            return;
        }
        let is_swallowed = is_forgotten
            || !handlers.all(|it| {
                let handled = self.handled(it);
                self.ends(handled) && !self.lets_through(handled)
            });
        for part in &parts {
            match self.role(*part) {
                Role::Finally => {}
                _ if self.is_handler(*part) => self.perhaps(*part, true, out),
                _ if is_swallowed => {
                    let stretch = Stretch::new(self.tree.span(*part), Certainty::Perhaps);
                    out.push(Stretch { is_tried: true, ..stretch });
                }
                _ => {}
            }
        }
    }

    pub(super) fn is_handler(&self, part: NodeId) -> bool {
        self.role(part) == Role::Handler || self.field(part) == "handler"
    }

    /// Whether a `finally` ends its function, or goes on behind what it is part of.
    fn has_return(&self, finally: NodeId) -> bool {
        let below: Vec<NodeId> = self.tree.below(finally).collect();
        let inside =
            below.iter().filter(|it| matches!(self.role(**it), Role::Lambda | Role::Function));
        let inside: Vec<Span> = inside.map(|it| self.tree.span(*it)).collect();
        below.iter().any(|it| {
            let is_leaving = self.role(*it) == Role::Return
                || matches!(self.kind(*it), "break_statement" | "continue_statement");
            let at = self.tree.span(*it).start;
            is_leaving && !inside.iter().any(|function| function.contains(at))
        })
    }

    /// Whether a handler ends its function as one ends that found nothing wrong: `return true`,
    /// and in Python `return None`.
    fn lets_through(&self, handled: NodeId) -> bool {
        let mut at = handled;
        for _ in 0..MAX_STEPS {
            if let Some(rest) = self.tree.text(at).trim_start().strip_prefix("return") {
                let value = rest.lines().next().unwrap_or_default();
                let value = value.trim_matches(|it: char| it.is_whitespace() || ";}".contains(it));
                return matches!(value, "true" | "True")
                    || self.is_python && matches!(value, "" | "None");
            }
            match self.tree.named_children(at).last() {
                Some(last) if self.is_block(at) || self.role(at) == Role::Plain => at = last,
                _ => return false,
            }
        }
        false
    }

    /// What a handler runs.
    pub(super) fn handled(&self, handler: NodeId) -> NodeId {
        let body = self.in_field(handler, "body");
        body.or_else(|| self.tree.named_children(handler).last()).unwrap_or(handler)
    }

    /// `with suppress(Error):` swallows what its body raises.
    fn with(&self, node: NodeId, out: &mut Vec<Stretch>) {
        let Some(body) = self.in_field(node, "body") else { return };
        let head = self.tree.named_children(node).find(|it| *it != body);
        let is_swallowed = head.is_some_and(|it| self.tree.text(it).contains("suppress"));
        self.perhaps(body, is_swallowed, out);
    }

    /// `a?.b()` may call nothing.
    fn chain(&self, node: NodeId, out: &mut Vec<Stretch>) {
        let is_chain = |it: NodeId| self.kind(it) == "optional_chain" || self.tree.text(it) == "?.";
        let is_optional = self.tree.children(node).any(is_chain);
        for part in self.tree.children(node).filter(|_| is_optional) {
            let is_called = matches!(self.field(part), "property" | "arguments");
            self.perhaps(part, is_called, out);
        }
        // What is called so is a name before the mark.
        if is_optional
            && let Some(function) = self.in_field(node, "function")
            && let Some(last) = self.tree.named_children(function).last().or(Some(function))
        {
            self.perhaps(last, true, out);
        }
    }

    /// Whether a function without a name is run when something else is done: `.then(() => …)`.
    fn is_deferred(&self, open: &[NodeId]) -> bool {
        let mut around = open.iter().rev().copied();
        let callee = around.nth(1).and_then(|it| self.in_field(it, "function"));
        callee.is_some_and(|it| {
            let text = self.tree.text(it);
            DEFERRING.iter().any(|it| text.ends_with(it))
        })
    }

    /// Whether a function without a name is given back, or given to something that calls it.
    fn is_called(&self, node: NodeId, open: &[NodeId]) -> bool {
        let mut around = open.iter().rev().copied();
        let Some(parent) = around.next() else { return false };
        match self.kind(parent) {
            // `(() => { … })()`.
            "parenthesized_expression" => {
                around.next().is_some_and(|call| self.in_field(call, "function") == Some(parent))
            }
            "return_statement" | "return_expression" | "arrow_function" | "lambda" => true,
            "arguments" | "argument_list" | "value_arguments" | "argument" | "value_argument"
            | "annotated_lambda" | "call_suffix" | "lambda_argument"
                if !(self.is_python && self.kind(node) == "lambda") =>
            {
                let call = around.take(3).find(|it| {
                    self.kind(*it).ends_with("call_expression")
                        || matches!(self.kind(*it), "call" | "method_invocation")
                        || self.kind(*it).ends_with("invocation_expression")
                });
                let Some(call) = call else { return false };
                let text = self.tree.text(call);
                let before = (self.tree.span(parent).start - self.tree.span(call).start) as usize;
                let callee = text.get(..before).unwrap_or_default();
                let callee = callee.trim_end_matches(|it: char| !it.is_alphanumeric());
                let is_part = |it: char| !(it.is_alphanumeric() || it == '_');
                let name = callee.rsplit(is_part).next().unwrap_or_default();
                !CALL_MAYBE.contains(&name)
            }
            _ => false,
        }
    }
}
