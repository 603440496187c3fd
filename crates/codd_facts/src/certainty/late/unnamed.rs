//! What functions that have no name do behind the call that goes on.

use codd_source::Span;

use super::super::stretches::{Finder, Stretch};
use super::super::words::{NEXT, Role};
use super::words::KEPT_NEXT;
use crate::Certainty;
use crate::tree::{NodeId, SyntaxTree};

impl Finder<'_, '_> {
    /// What functions that have no name do behind the call of what they are given last to go on
    /// with: `return function (req, res, next) { next(); … }`.
    pub(in crate::certainty) fn behind_next(&self, out: &mut Vec<Stretch>) {
        if self.is_python || !self.gives_functions {
            return;
        }
        let next = |function| {
            let is_unnamed = self.role(function) == Role::Lambda;
            let parameters = if is_unnamed { self.parameters(function) } else { Vec::new() };
            match parameters.as_slice() {
                [_, .., last] if NEXT.contains(last) => Some(*last),
                _ => None,
            }
        };
        let calls_it = |next: Option<&str>, node| {
            next.is_some_and(|next| {
                self.kind(node) == "call_expression"
                    && self.in_field(node, "function").is_some_and(|it| self.tree.text(it) == next)
                    && !self.is_given_error(node)
            })
        };
        self.behind_first(next, calls_it, out);
    }

    /// What C# does behind `await next(context)`, whatever keeps the delegate.
    pub(in crate::certainty) fn behind_delegates(&self, out: &mut Vec<Stretch>) {
        if !self.kinds.has("invocation_expression") {
            return;
        }
        let calls_it = |(), node| {
            self.kind(node) == "invocation_expression"
                && self.in_field(node, "function").is_some_and(|it| is_delegate(self.tree.text(it)))
        };
        self.behind_first(|_| (), calls_it, out);
    }

    /// What each function does behind its first call that goes on: one of a function inside of it
    /// is none of its own. `entered` says of a function what `goes_on` is asked with.
    fn behind_first<T: Copy>(
        &self,
        entered: impl Fn(NodeId) -> T,
        goes_on: impl Fn(T, NodeId) -> bool,
        out: &mut Vec<Stretch>,
    ) {
        let mut open: Vec<(NodeId, T, Option<u32>)> = Vec::new();
        let close = |it: Option<(NodeId, T, Option<u32>)>, out: &mut Vec<Stretch>| {
            if let Some((function, _, Some(start))) = it {
                let span = Span { start, end: self.tree.span(function).end };
                out.push(Stretch::new(span, Certainty::Perhaps));
            }
        };
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(it.0) <= node) {
                close(open.pop(), out);
            }
            if matches!(self.role(node), Role::Lambda | Role::Function) {
                open.push((node, entered(node), None));
            } else if let Some((_, of_function, first)) = open.last_mut()
                && first.is_none()
                && goes_on(*of_function, node)
            {
                *first = Some(self.tree.span(node).end);
            }
        }
        while !open.is_empty() {
            close(open.pop(), out);
        }
    }
}

/// Whether what is called is the delegate that middleware and filters of ASP.NET go on with.
fn is_delegate(callee: &str) -> bool {
    let callee = callee.strip_prefix("this.").unwrap_or(callee);
    let callee = callee.strip_suffix(".Invoke").unwrap_or(callee);
    KEPT_NEXT.contains(&callee)
}
