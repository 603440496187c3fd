//! Middleware that code calls by hand and does not wait for: what it is given to go on with does
//! nothing, or the request goes on beside that.
//!
//! `requireAuth(req, res, () => next())` leaves it to the guard whether the request goes on;
//! `requireAuth(req, res, () => {}); next();` does not.

use std::collections::{BTreeMap, BTreeSet};

use super::stretches::Finder;
use super::words::{NEXT, Role};
use crate::tree::{NodeId, SyntaxTree};

/// How code calls the one object that is both request and answer.
const CONTEXTS: &[&str] = &["c", "context", "ctx"];

/// Longer functions are not looked through.
const MAX_NODES: u32 = 20_000;

/// Calls of what calls give: `passport.authenticate("jwt")(req, res, next)`.
const MAX_MADE: usize = 4;

/// A function, and how it calls what it is given.
struct Around<'t> {
    function: NodeId,
    parameters: Vec<&'t str>,
}

/// By function and name, the last call of that name in it.
type LastCalls<'t> = BTreeMap<(NodeId, &'t str), Option<NodeId>>;

impl<'t> Finder<'_, 't> {
    /// Where the names end of what is called so.
    pub(super) fn unheeded(&self) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        if self.is_python || !self.gives_functions {
            return found;
        }
        let mut open: Vec<Around<'t>> = Vec::new();
        let mut last: LastCalls<'t> = LastCalls::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(it.function) <= node) {
                open.pop();
            }
            if matches!(self.role(node), Role::Lambda | Role::Function) {
                open.push(Around { function: node, parameters: self.parameters(node) });
            } else if self.kind(node) == "call_expression"
                && self.is_unheeded(node, &open, &mut last)
            {
                let mut callee = self.in_field(node, "function");
                for _ in 0..MAX_MADE {
                    let Some(it) = callee else { break };
                    found.insert(self.tree.span(it).end);
                    callee = self.in_field(it, "function");
                }
            }
        }
        found
    }

    /// The names of a function's parameters; empty for those that are taken apart.
    pub(super) fn parameters(&self, function: NodeId) -> Vec<&'t str> {
        if let Some(one) = self.in_field(function, "parameter") {
            return vec![self.tree.text(one)];
        }
        let Some(list) = self.in_field(function, "parameters") else { return Vec::new() };
        let name = |it: NodeId| match self.kind(it) {
            "identifier" => self.tree.text(it),
            // With a type, in TypeScript.
            _ => self.in_field(it, "pattern").map_or("", |it| match self.kind(it) {
                "identifier" => self.tree.text(it),
                _ => "",
            }),
        };
        self.tree.named_children(list).filter(|it| self.kind(*it) != "comment").map(name).collect()
    }

    fn is_unheeded(&self, call: NodeId, open: &[Around<'t>], last: &mut LastCalls<'t>) -> bool {
        let Some(list) = self.in_field(call, "arguments") else { return false };
        let given: Vec<NodeId> =
            self.tree.named_children(list).filter(|it| self.kind(*it) != "comment").collect();
        let text = |it: &NodeId| self.tree.text(*it);
        let takes = |it: &&Around<'_>| match (given.as_slice(), it.parameters.as_slice()) {
            ([request, answer, _], [own, other, ..]) => {
                text(request) == *own && text(answer) == *other
            }
            ([context, _], [own, ..]) => CONTEXTS.contains(own) && text(context) == *own,
            _ => false,
        };
        let Some((around, callback)) = open.iter().rev().find(takes).zip(given.last()) else {
            return false;
        };
        if self.tree.after(around.function).0 - around.function.0 > MAX_NODES {
            return false;
        }
        // With the request alone there is nothing to answer with.
        let own = &around.parameters;
        let next = if given.len() == 2 { own.get(1) } else { own.get(2) };
        let next = next.copied().filter(|it| !it.is_empty());
        let mut passes_on_beside = || {
            let behind = self.tree.after(call);
            next.is_some_and(|next| self.last_call(around.function, next, last) >= Some(behind))
        };
        if self.role(*callback) != Role::Lambda {
            let name = text(callback);
            let is_given = NEXT.contains(&name)
                || open.iter().any(|it| it.parameters.contains(&name))
                || self.kind(*callback) != "identifier";
            return !is_given && passes_on_beside();
        }
        let of_callback = self.parameters(*callback);
        let goes_on =
            own.iter().skip(1).any(|it| {
                !it.is_empty() && !of_callback.contains(it) && self.has_name(*callback, it)
            }) || given.len() == 2 && own.iter().any(|it| self.has_name(*callback, it));
        // What is not asked for is no obstacle: `(error) => next()`.
        let is_error_lost = of_callback
            .first()
            .is_some_and(|it| !it.is_empty() && self.count_names(*callback, it) < 2);
        !goes_on || is_error_lost && next.is_some() || passes_on_beside()
    }

    fn has_name(&self, within: NodeId, name: &str) -> bool {
        self.count_names(within, name) > 0
    }

    fn count_names(&self, within: NodeId, name: &str) -> usize {
        let is_it = |it: &NodeId| {
            matches!(self.kind(*it), "identifier" | "shorthand_property_identifier")
                && self.tree.text(*it) == name
        };
        self.tree.below(within).filter(is_it).count()
    }

    /// Where a function calls `name` for the last time.
    fn last_call(
        &self,
        function: NodeId,
        name: &'t str,
        known: &mut LastCalls<'t>,
    ) -> Option<NodeId> {
        *known.entry((function, name)).or_insert_with(|| {
            let is_call = |it: &NodeId| {
                self.kind(*it) == "call_expression"
                    && self.in_field(*it, "function").is_some_and(|it| self.tree.text(it) == name)
            };
            self.tree.below(function).filter(is_call).max()
        })
    }
}
