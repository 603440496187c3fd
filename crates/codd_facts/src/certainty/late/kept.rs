//! What functions of JavaScript do behind the call that goes on, where that is kept in an object
//! or a list, bound, or taken out of all that the function is given.

use std::collections::BTreeSet;

use super::super::stretches::{Finder, Stretch};
use super::super::words::{NEXT, Role};
use crate::Certainty;
use crate::tree::{NodeId, SyntaxTree};

/// Places in which one function keeps what it goes on with.
const MAX_KEPT: usize = 64;

/// Lists in lists.
const MAX_LISTS: u32 = 4;

/// How many things middleware is given, the last of which goes on.
const MIDDLEWARE: usize = 3;

/// What runs a function when the rest has run.
const LATER: &[&str] = &["nextTick", "queueMicrotask", "setImmediate", "setTimeout"];

/// Where all is that a function is given.
const ALL: &str = "arguments";

/// A function that the walk is in.
struct Open<'t> {
    function: NodeId,
    /// The parameter that it goes on with.
    next: Option<&'t str>,
    /// Texts of what that is kept in.
    kept: BTreeSet<String>,
    /// It is given to what runs it later, whatever the function around it does meanwhile.
    is_later: bool,
    first: Option<u32>,
}

impl Finder<'_, '_> {
    /// What stands behind `res.locals.go = next; res.locals.go();`, `next.bind(null)()`,
    /// `[...[next]][0]()`, `arguments[2]()`.
    pub(in crate::certainty) fn behind_kept(&self, out: &mut Vec<Stretch>) {
        if self.is_python || !self.gives_functions {
            return;
        }
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut later: BTreeSet<NodeId> = BTreeSet::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(it.function) <= node) {
                self.close_kept(open.pop(), out);
            }
            if matches!(self.role(node), Role::Lambda | Role::Function) {
                open.push(Open { is_later: later.contains(&node), ..self.opened(node) });
                continue;
            }
            if self.kind(node) == "call_expression" {
                self.note_later(node, &mut later);
                self.passed_on_later(node, &mut open);
            }
            let Some(function) = open.last_mut().filter(|it| it.first.is_none()) else { continue };
            match self.kind(node) {
                "assignment_expression" => {
                    let (left, right) = (self.in_field(node, "left"), self.in_field(node, "right"));
                    self.keep(function, left, right);
                }
                "variable_declarator" => {
                    let (name, value) = (self.in_field(node, "name"), self.in_field(node, "value"));
                    self.keep(function, name, value);
                }
                "call_expression" => {
                    let callee = self.in_field(node, "function");
                    if callee.is_some_and(|it| self.goes_on_by(function, it)) {
                        function.first = Some(self.tree.span(node).end);
                    }
                }
                _ => {}
            }
        }
        while !open.is_empty() {
            self.close_kept(open.pop(), out);
        }
    }

    fn opened(&self, function: NodeId) -> Open<'_> {
        let parameters = self.parameters(function);
        let next = parameters.last().copied().filter(|it| {
            NEXT.contains(it) && parameters.len() > 1 || parameters.len() == MIDDLEWARE
        });
        Open { function, next, kept: BTreeSet::new(), is_later: false, first: None }
    }

    /// Notes the functions that a call has run later: `setImmediate(() => next())`.
    fn note_later(&self, call: NodeId, later: &mut BTreeSet<NodeId>) {
        let Some(callee) = self.in_field(call, "function") else { return };
        let name = self.in_field(callee, "property").unwrap_or(callee);
        if LATER.contains(&self.tree.text(name)) {
            let given = self.in_field(call, "arguments").into_iter();
            let given = given.flat_map(|it| self.tree.named_children(it));
            later.extend(given.filter(|it| self.role(*it) == Role::Lambda));
        }
    }

    /// Notes a call that goes on with the request in a function that is run later.
    fn passed_on_later(&self, call: NodeId, open: &mut [Open<'_>]) {
        let Some(callee) = self.in_field(call, "function") else { return };
        if open.last().is_none_or(|it| !it.is_later) || self.kind(callee) != "identifier" {
            return;
        }
        if let Some(outer) = open.iter_mut().rev().find(|it| !it.is_later)
            && self.is_next_of(outer, callee)
        {
            outer.first.get_or_insert(self.tree.span(call).end);
        }
    }

    fn close_kept(&self, it: Option<Open<'_>>, out: &mut Vec<Stretch>) {
        if let Some(Open { function, first: Some(start), .. }) = it {
            let end = self.tree.span(function).end;
            let span = codd_source::Span { start, end };
            out.push(Stretch::new(span, Certainty::Perhaps));
        }
    }

    /// Notes what a function keeps it in: `left = right`.
    fn keep(&self, function: &mut Open<'_>, left: Option<NodeId>, right: Option<NodeId>) {
        let (Some(left), Some(right)) = (left, right) else { return };
        if function.kept.len() >= MAX_KEPT || function.next.is_none() {
            return;
        }
        let text = self.tree.text(left);
        match self.kind(right) {
            "identifier" if self.is_next_of(function, right) => {
                function.kept.insert(text.to_owned());
            }
            "call_expression" if self.is_bound_next(function, right) => {
                function.kept.insert(text.to_owned());
            }
            // `{ next }`, `{ go: next }`.
            "object" => {
                for item in self.tree.named_children(right).take(MAX_KEPT) {
                    let (key, value) = match self.kind(item) {
                        "pair" => (self.in_field(item, "key"), self.in_field(item, "value")),
                        _ => (Some(item), Some(item)),
                    };
                    if let (Some(key), Some(value)) = (key, value)
                        && self.is_next_of(function, value)
                    {
                        function.kept.insert(format!("{text}.{}", self.tree.text(key)));
                    }
                }
            }
            // `const [go] = [next]`.
            "array" if self.is_list_of_next(function, right, 0) => {
                let names =
                    self.tree.below(left).filter(|it| matches!(self.kind(*it), "identifier"));
                let names = names.take(MAX_KEPT).map(|it| self.tree.text(it).to_owned());
                function.kept.extend(names);
            }
            _ => {}
        }
    }

    fn is_next_of(&self, function: &Open<'_>, node: NodeId) -> bool {
        let text = self.tree.text(node);
        function.next == Some(text) || function.kept.contains(text)
    }

    /// `next.bind(null)`.
    fn is_bound_next(&self, function: &Open<'_>, call: NodeId) -> bool {
        let callee = self.in_field(call, "function");
        let (Some(object), Some(name)) = (
            callee.and_then(|it| self.in_field(it, "object")),
            callee.and_then(|it| self.in_field(it, "property")),
        ) else {
            return false;
        };
        self.tree.text(name) == "bind" && self.is_next_of(function, object)
    }

    fn is_list_of_next(&self, function: &Open<'_>, list: NodeId, depth: u32) -> bool {
        let mut items = self.tree.named_children(list).take(MAX_KEPT);
        items.any(|it| match self.kind(it) {
            "spread_element" if depth < MAX_LISTS => {
                let mut inner = self.tree.named_children(it);
                inner.any(|it| {
                    self.kind(it) == "array" && self.is_list_of_next(function, it, depth + 1)
                })
            }
            "identifier" => self.is_next_of(function, it),
            _ => false,
        })
    }

    /// Whether calling something goes on with the request, and its own name does not say it.
    fn goes_on_by(&self, function: &Open<'_>, callee: NodeId) -> bool {
        let object = self.in_field(callee, "object");
        let is_list =
            |it: NodeId| self.kind(it) == "array" && self.is_list_of_next(function, it, 0);
        match self.kind(callee) {
            "identifier" => function.kept.contains(self.tree.text(callee)),
            "call_expression" => self.is_bound_next(function, callee),
            "member_expression" => {
                function.kept.contains(self.tree.text(callee)) || object.is_some_and(is_list)
            }
            "subscript_expression" => {
                let index = self.in_field(callee, "index").map(|it| self.tree.text(it));
                let is_given = object.is_some_and(|it| self.tree.text(it) == ALL)
                    && index.and_then(|it| it.parse::<u32>().ok()).is_none_or(|it| it >= 2);
                is_given
                    || object.is_some_and(is_list)
                    || function.kept.contains(self.tree.text(callee))
            }
            _ => false,
        }
    }
}
