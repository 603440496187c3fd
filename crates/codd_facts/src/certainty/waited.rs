//! Whether somebody waits for what a call gives: a coroutine or a generator that is thrown away
//! does not run, and a promise that nobody waits for stops nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::stretches::Finder;
use super::words::{GATHERING, LATER, NEXT, Role};
use crate::Certainty;
use crate::tree::{NodeId, SyntaxTree};

/// What stands around a call and is looked at.
const MAX_STEPS: usize = 24;

/// Longer text of a function is not looked through for a variable.
const MAX_TEXT: usize = 40_000;

impl Finder<'_, '_> {
    /// Of the calls that nobody surely waits for: by where the name of what is called ends.
    pub(super) fn waited(&self) -> BTreeMap<u32, Certainty> {
        let mut found = BTreeMap::new();
        if !self.has_waiting {
            return found;
        }
        let mut open: Vec<NodeId> = Vec::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(*it) <= node) {
                open.pop();
            }
            if self.is_call(node)
                && let Some(callee) = self.in_field(node, "function")
            {
                let certainty = self.waits(node, &open);
                if certainty != Certainty::Always {
                    found.insert(self.tree.span(callee).end, certainty);
                }
            }
            if self.tree.after(node).0 > node.0 + 1 {
                open.push(node);
            }
        }
        found
    }

    /// The functions that have a `yield` of their own, by where they begin.
    pub(super) fn generators(&self) -> BTreeSet<u32> {
        self.first_yields(|role| matches!(role, Role::Lambda | Role::Function))
            .into_keys()
            .collect()
    }

    /// Where the first `yield` ends of each node of such a role, by where that begins.
    pub(super) fn first_yields(&self, yields: impl Fn(Role) -> bool) -> BTreeMap<u32, u32> {
        let mut found = BTreeMap::new();
        // Most files have none.
        if !self.tree.text(SyntaxTree::ROOT).contains("yield") {
            return found;
        }
        let mut open: Vec<NodeId> = Vec::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(*it) <= node) {
                open.pop();
            }
            if yields(self.role(node)) {
                open.push(node);
            }
            if self.kinds.kind(self.tree.kind(node)).is_yield
                && self.tree.is_named(node)
                && let Some(function) = open.last()
            {
                let end = self.tree.span(node).end;
                found.entry(self.tree.span(*function).start).or_insert(end);
            }
        }
        found
    }

    fn is_call(&self, node: NodeId) -> bool {
        self.tree.is_named(node) && self.kinds.kind(self.tree.kind(node)).is_call
    }

    /// Whether the value of a call is waited for, by what stands around it.
    fn waits(&self, call: NodeId, open: &[NodeId]) -> Certainty {
        if self.goes_on(call) {
            return Certainty::Always;
        }
        let mut at = call;
        let (mut is_caught, mut is_chained) = (false, false);
        let kept = |is_caught| if is_caught { Certainty::Perhaps } else { Certainty::Always };
        for (depth, around) in open.iter().rev().copied().take(MAX_STEPS).enumerate() {
            match self.kind(around) {
                "await"
                | "await_expression"
                | "return_statement"
                | "arrow_function"
                | "yield"
                | "lambda"
                | "lambda_expression"
                | "arrow_expression_clause" => {
                    return kept(is_caught);
                }
                "parenthesized_expression"
                | "list"
                | "array"
                | "tuple"
                | "expression_list"
                | "argument_list"
                | "arguments"
                | "argument"
                | "spread_element"
                | "list_splat"
                | "as_expression"
                | "non_null_expression" => {}
                "call" | "call_expression" | "invocation_expression" => {
                    let function = self.in_field(around, "function");
                    if function.is_none_or(|it| self.tree.span(it) != self.tree.span(at)) {
                        match self.called(around) {
                            it if LATER.contains(&it) => return Certainty::Perhaps,
                            it if GATHERING.contains(&it) => {
                                is_caught |= self.tree.text(around).contains("return_exceptions");
                            }
                            _ => return Certainty::Always,
                        }
                    }
                }
                "member_expression" | "attribute" | "member_access_expression" => {
                    match last_word(self.tree.text(around)) {
                        "then" => is_chained = true,
                        "finally" => {}
                        "catch" => {
                            let outer = open.iter().rev().nth(depth + 1);
                            let text = outer.map_or("", |it| self.tree.text(*it));
                            let behind = text.get(self.tree.text(around).len()..);
                            is_caught |= !behind.is_some_and(|it| it.contains("throw"));
                        }
                        _ => return Certainty::Always,
                    }
                }
                "expression_statement" => {
                    // All that follows is in the chain.
                    let block = open.iter().rev().nth(depth + 1).filter(|_| is_chained);
                    let last = block.and_then(|it| self.tree.named_children(*it).last());
                    let is_last = last == Some(around);
                    return if is_last { Certainty::Always } else { Certainty::Never };
                }
                "variable_declarator"
                | "assignment"
                | "assignment_expression"
                | "named_expression"
                | "augmented_assignment" => {
                    return self.kept_in(around, open).min(kept(is_caught));
                }
                "unary_expression"
                | "not_operator"
                | "boolean_operator"
                | "if_statement"
                | "elif_clause"
                | "while_statement"
                | "comparison_operator"
                | "binary_expression" => return Certainty::Never,
                _ => return kept(is_caught),
            }
            at = around;
        }
        Certainty::Always
    }

    /// Whether a call is given the function that goes on with the request.
    fn goes_on(&self, call: NodeId) -> bool {
        let list = self.in_field(call, "arguments");
        list.is_some_and(|it| {
            self.tree.named_children(it).any(|it| NEXT.contains(&self.tree.text(it)))
        })
    }

    /// The last name of what a call calls.
    fn called(&self, call: NodeId) -> &str {
        last_word(self.in_field(call, "function").map_or("", |it| self.tree.text(it)))
    }

    /// Whether the variable that keeps what a call gives is waited for further down.
    fn kept_in(&self, assignment: NodeId, open: &[NodeId]) -> Certainty {
        let name = self.in_field(assignment, "name").or_else(|| self.in_field(assignment, "left"));
        let Some(name) = name.filter(|it| self.kind(*it) == "identifier") else {
            return Certainty::Perhaps;
        };
        let is_function = |it: &&NodeId| matches!(self.role(**it), Role::Lambda | Role::Function);
        let around = open.iter().rev().find(is_function).copied().unwrap_or(SyntaxTree::ROOT);
        let start = (self.tree.span(assignment).end - self.tree.span(around).start) as usize;
        let text = self.tree.text(around).get(start..).unwrap_or_default();
        if text.len() > MAX_TEXT {
            return Certainty::Perhaps;
        }
        let name = self.tree.text(name);
        let is_part = |it: char| it.is_alphanumeric() || it == '_';
        let mut is_read = false;
        for (at, _) in text.match_indices(name) {
            let (before, behind) = (&text[..at], &text[at + name.len()..]);
            if before.ends_with(is_part) || behind.starts_with(is_part) {
                continue;
            }
            is_read = true;
            let before = before.trim_end();
            let is_given = match before.strip_suffix('(') {
                Some(call) => !matches!(last_word(call), "if" | "while" | ""),
                None => before.ends_with([',', '[']),
            };
            let word = last_word(before);
            if is_given || matches!(word, "await" | "return" | "yield" | "in" | "from") {
                return Certainty::Always;
            }
        }
        if is_read { Certainty::Perhaps } else { Certainty::Never }
    }
}

/// The word that a text ends with.
fn last_word(text: &str) -> &str {
    text.rsplit(|it: char| !(it.is_alphanumeric() || it == '_')).next().unwrap_or_default()
}
