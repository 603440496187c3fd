//! Whether a function that a framework runs before a handler turns away who does not say who they
//! are: what makes a parameter (`FromRequest`), and middleware that is given what is `Next`.
//!
//! A credential is followed from where it is read to where its absence ends the function: `?`, a
//! `let … else`, an arm or a branch that gives an error back. What may go on before that is not
//! sure of anything.

mod credentials;

use std::collections::BTreeSet;

use super::calls::method_name;
use super::paths::last_segment;
use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::{Certainty, DefinitionId};

/// Methods by which a type is made of a request.
pub(super) const EXTRACTING: &[&str] = &["from_request", "from_request_parts"];

/// What is made where a parameter cannot be made, and of what that is an item.
const REFUSALS: &[&str] = &["Err", "Error", "Failure", "Forward", "err"];

/// Expressions within one another that are looked into.
const MAX_DEPTH: u32 = 64;

/// Expressions of one function that are looked at.
const MAX_STEPS: u32 = 8_192;

/// What a part of a function does with a request that has no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// Goes on behind it.
    GoesOn,
    /// Turns it away.
    Refuses,
    /// Lets it through, or may.
    LetsThrough,
}

impl<'t> Walk<'_, 't> {
    /// Says of a function whether it turns away who does not say who they are.
    pub(super) fn note_refusal(&mut self, node: Node<'t>, id: DefinitionId, here: Here) {
        if !(self.is_served || self.is_rocket) {
            return;
        }
        let name = field(node, "name").map_or("", Node::text);
        let next = next_parameter(node);
        let is_extracting = here.class.is_some() && EXTRACTING.contains(&name);
        if !is_extracting && next.is_none() {
            return;
        }
        let Some(body) = field(node, "body") else { return };
        self.definition(id).flags.refuses = Refusal::new(next).of(body);
    }
}

/// The parameter of middleware by which a request goes on.
fn next_parameter(function: Node<'_>) -> Option<&str> {
    let list = field(function, "parameters")?;
    children(list).into_iter().find_map(|it| {
        let of = field(it, "type").and_then(last_segment)?;
        let pattern = field(it, "pattern").filter(|_| of.text() == "Next")?;
        // `mut next`.
        let mut all = std::iter::once(pattern).chain(pattern.below());
        all.find(|it| it.kind() == "identifier").map(Node::text)
    })
}

struct Refusal<'t> {
    /// How the request goes on; `None` where something is made that is given back.
    next: Option<&'t str>,
    /// Names of what holds a credential if there is one.
    held: BTreeSet<&'t str>,
    /// Names of what is an empty text where there is none.
    blank: BTreeSet<&'t str>,
    steps: u32,
    has_read: bool,
}

impl<'t> Refusal<'t> {
    fn new(next: Option<&'t str>) -> Refusal<'t> {
        Refusal { next, held: BTreeSet::new(), blank: BTreeSet::new(), steps: 0, has_read: false }
    }

    fn of(mut self, body: Node<'t>) -> Option<Certainty> {
        self.has_read =
            body.below().any(|it| it.kind() == "call_expression" && credentials::is_read(it));
        let does = self.block(body, true, 0);
        if does == Does::Refuses && self.steps < MAX_STEPS {
            return self.has_read.then_some(Certainty::Always);
        }
        // What it calls may read them, as what it says of itself lets suppose.
        let may = self.has_read
            || body.below().any(|it| it.is_leaf() && credentials::is_of_refusing(it.text()));
        may.then_some(Certainty::Perhaps)
    }

    fn block(&mut self, block: Node<'t>, is_end: bool, depth: u32) -> Does {
        let all: Vec<Node<'t>> =
            children(block).into_iter().filter(|it| !it.kind().ends_with("comment")).collect();
        let last = all.len().saturating_sub(1);
        for (at, statement) in all.into_iter().enumerate() {
            let does = match statement.kind() {
                "let_declaration" => self.declared(statement, depth + 1),
                "expression_statement" => {
                    let is_given = is_end && at == last && !statement.text().ends_with(';');
                    match statement.first_child() {
                        Some(inner) if is_given => self.given_back(inner, depth + 1),
                        Some(inner) => self.value(inner, false, depth + 1),
                        None => Does::GoesOn,
                    }
                }
                kind if kind.ends_with("_item") => Does::GoesOn,
                _ if is_end && at == last => self.given_back(statement, depth + 1),
                _ => self.value(statement, false, depth + 1),
            };
            if does != Does::GoesOn {
                return does;
            }
        }
        Does::GoesOn
    }

    fn declared(&mut self, node: Node<'t>, depth: u32) -> Does {
        let Some(value) = field(node, "value") else { return Does::GoesOn };
        let does = self.value(value, false, depth);
        if does != Does::GoesOn {
            return does;
        }
        let pattern = field(node, "pattern");
        let holds = self.holds(value, 0);
        if let Some(otherwise) = field(node, "alternative") {
            let does = self.block(otherwise, false, depth);
            return match does {
                Does::Refuses if holds => does,
                Does::LetsThrough => does,
                _ => Does::GoesOn,
            };
        }
        let is_blank = !holds && self.is_blank(value, 0);
        if let Some(pattern) = pattern {
            let names = pattern.below().filter(|it| it.kind() == "identifier");
            for name in std::iter::once(pattern).chain(names).map(Node::text) {
                if holds {
                    self.held.insert(name);
                } else {
                    self.held.remove(name);
                }
                if is_blank {
                    self.blank.insert(name);
                } else {
                    self.blank.remove(name);
                }
            }
        }
        Does::GoesOn
    }

    /// What the end of a body gives back.
    fn given_back(&mut self, node: Node<'t>, depth: u32) -> Does {
        match self.value(node, true, depth) {
            Does::GoesOn if self.is_refusal(node, depth) => Does::Refuses,
            Does::GoesOn => Does::LetsThrough,
            does => does,
        }
    }

    /// What is done where a value is computed, which is given back as it is if `is_end`.
    fn value(&mut self, node: Node<'t>, is_end: bool, depth: u32) -> Does {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return Does::LetsThrough;
        }
        match node.kind() {
            "try_expression" => {
                let Some(inner) = node.first_child() else { return Does::GoesOn };
                let does = self.value(inner, false, depth + 1);
                // What keeps sessions fails by itself where it cannot be asked, which says nothing.
                let is_read = does == Does::GoesOn && self.holds(inner, 0);
                if is_read && !is_of_session(inner) { Does::Refuses } else { does }
            }
            "return_expression" => {
                let Some(inner) = node.first_child() else { return Does::LetsThrough };
                self.given_back(inner, depth + 1)
            }
            "if_expression" => self.branch(node, is_end, depth + 1),
            "match_expression" => self.choice(node, is_end, depth + 1),
            "block" => self.block(node, is_end, depth + 1),
            "unsafe_block" | "try_block" => match last_block(node) {
                Some(block) => self.block(block, is_end && node.kind() != "try_block", depth + 1),
                None => Does::GoesOn,
            },
            // What runs when somebody waits for it, which the framework does for what it is given.
            "async_block" => match last_block(node).filter(|_| is_end) {
                Some(block) => self.block(block, true, depth + 1),
                None => Does::GoesOn,
            },
            "await_expression" | "parenthesized_expression" => match node.first_child() {
                Some(inner) => self.value(inner, is_end, depth + 1),
                None => Does::GoesOn,
            },
            "call_expression" if is_end && is_made_later(node) => {
                let only = field(node, "arguments").and_then(Node::first_child);
                only.map_or(Does::GoesOn, |it| self.value(it, true, depth + 1))
            }
            "while_expression" | "for_expression" | "loop_expression" => {
                let lets_through = node.below().any(|it| {
                    it.kind() == "return_expression"
                        && it.first_child().is_none_or(|it| !self.is_refusal(it, depth + 1))
                        || self.is_next(it)
                });
                if lets_through { Does::LetsThrough } else { Does::GoesOn }
            }
            "binary_expression" if matches!(operator(node), Some("&&" | "||")) => {
                // Whether the right side is computed, the left decides.
                let parts = children(node);
                match parts.first().map(|it| self.value(*it, false, depth + 1)) {
                    Some(does) if does != Does::GoesOn => does,
                    _ => match parts.get(1).map(|it| self.value(*it, false, depth + 1)) {
                        Some(Does::LetsThrough) => Does::LetsThrough,
                        _ => Does::GoesOn,
                    },
                }
            }
            "closure_expression" | "macro_definition" => Does::GoesOn,
            kind if kind.ends_with("_item") => Does::GoesOn,
            _ if self.is_next(node) => Does::LetsThrough,
            _ => {
                for part in children(node) {
                    let does = self.value(part, false, depth + 1);
                    if does != Does::GoesOn {
                        return does;
                    }
                }
                Does::GoesOn
            }
        }
    }

    /// What branches do, of which a request without a credential takes one if that is asked.
    fn branch(&mut self, node: Node<'t>, is_end: bool, depth: u32) -> Does {
        let Some(condition) = field(node, "condition") else { return Does::GoesOn };
        let does = self.value(condition, false, depth + 1);
        if does != Does::GoesOn {
            return does;
        }
        let holds = self.truth(condition, depth + 1);
        let held = self.held.clone();
        let then = field(node, "consequence").filter(|_| holds != Some(false));
        let then = then.map(|it| self.block(it, is_end, depth + 1));
        self.held.clone_from(&held);
        let otherwise = field(node, "alternative").and_then(Node::first_child);
        let otherwise = otherwise.filter(|_| holds != Some(true));
        let otherwise = match otherwise {
            Some(inner) => Some(self.value(inner, is_end, depth + 1)),
            None => (holds != Some(true)).then_some(Does::GoesOn),
        };
        self.held = held;
        one_of([then, otherwise].into_iter().flatten())
    }

    /// The same of a `match`.
    fn choice(&mut self, node: Node<'t>, is_end: bool, depth: u32) -> Does {
        let Some(value) = field(node, "value") else { return Does::GoesOn };
        let does = self.value(value, false, depth + 1);
        if does != Does::GoesOn {
            return does;
        }
        let holds = self.holds(value, 0);
        let held = self.held.clone();
        let mut all = Vec::new();
        for arm in field(node, "body").map(children).unwrap_or_default() {
            let (Some(pattern), Some(inner)) = (field(arm, "pattern"), field(arm, "value")) else {
                continue;
            };
            // There is something, so somebody said who they are.
            if holds && is_some(pattern) {
                continue;
            }
            all.push(if is_end {
                self.given_back(inner, depth + 1)
            } else {
                self.value(inner, false, depth + 1)
            });
            self.held.clone_from(&held);
        }
        one_of(all.into_iter())
    }

    /// Whether a condition holds for a request without a credential; `None` where something else
    /// decides.
    fn truth(&mut self, node: Node<'t>, depth: u32) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        match node.kind() {
            "let_condition" => {
                let (pattern, value) = (field(node, "pattern")?, field(node, "value")?);
                let is_there = is_some(pattern);
                (self.holds(value, 0) && (is_there || is_none(pattern))).then_some(!is_there)
            }
            "let_chain" => {
                let all: Vec<_> =
                    children(node).into_iter().map(|it| self.truth(it, depth + 1)).collect();
                if all.contains(&Some(false)) {
                    return Some(false);
                }
                all.iter().all(|it| *it == Some(true)).then_some(true)
            }
            "parenthesized_expression" => self.truth(node.first_child()?, depth + 1),
            "unary_expression" if node.text().starts_with('!') => {
                self.truth(node.first_child()?, depth + 1).map(|it| !it)
            }
            "binary_expression" => {
                let parts = children(node);
                let [left, right] = [*parts.first()?, *parts.get(1)?];
                let decides = match operator(node) {
                    Some("&&") => false,
                    Some("||") => true,
                    Some(word @ ("==" | "!=")) => {
                        return self.equals(left, right).map(|it| it == (word == "=="));
                    }
                    _ => return None,
                };
                let (left, right) = (self.truth(left, depth + 1), self.truth(right, depth + 1));
                match (left, right) {
                    (Some(it), _) | (_, Some(it)) if it == decides => Some(decides),
                    (Some(_), Some(_)) => Some(!decides),
                    _ => None,
                }
            }
            "call_expression" => {
                let receiver = field(field(node, "function")?, "value")?;
                match method_name(node)? {
                    "is_none" | "is_err" | "is_none_or" if self.holds(receiver, 0) => Some(true),
                    "is_some" | "is_ok" | "is_some_and" | "is_ok_and"
                        if self.holds(receiver, 0) =>
                    {
                        Some(false)
                    }
                    "is_empty" if self.is_blank(receiver, 0) => Some(true),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether two values are equal where there is no credential; `None` where neither is one.
    fn equals(&mut self, left: Node<'t>, right: Node<'t>) -> Option<bool> {
        for (one, other) in [(left, right), (right, left)] {
            if self.holds(one, 0) {
                return Some(other.text() == "None");
            }
            if self.is_blank(one, 0) {
                // What is known of nobody, nobody sends.
                return Some(other.text() == "\"\"");
            }
        }
        None
    }

    /// Whether a value is an empty text where there is no credential.
    fn is_blank(&mut self, node: Node<'t>, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match node.kind() {
            "identifier" => self.blank.contains(node.text()),
            "reference_expression" | "parenthesized_expression" => {
                let inner = children(node).into_iter().next_back();
                inner.is_some_and(|it| self.is_blank(it, depth + 1))
            }
            "call_expression" => {
                let Some(receiver) = field(node, "function").and_then(|it| field(it, "value"))
                else {
                    return false;
                };
                let first = field(node, "arguments").and_then(Node::first_child);
                match method_name(node) {
                    Some("unwrap_or_default") => self.holds(receiver, 0),
                    Some("unwrap_or") => {
                        first.is_some_and(|it| it.text() == "\"\"") && self.holds(receiver, 0)
                    }
                    Some("to_owned" | "to_string" | "trim" | "as_str" | "as_bytes") => {
                        self.is_blank(receiver, depth + 1)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether a value is a credential if there is one, and else nothing or an error.
    fn holds(&mut self, node: Node<'t>, depth: u32) -> bool {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return false;
        }
        match node.kind() {
            "identifier" => self.held.contains(node.text()),
            "await_expression" | "parenthesized_expression" | "reference_expression" => {
                let inner = children(node).into_iter().next_back();
                inner.is_some_and(|it| self.holds(it, depth + 1))
            }
            "try_expression" => {
                node.first_child().is_some_and(|it| is_of_session(it) && self.holds(it, depth + 1))
            }
            "call_expression" => {
                let is_read = credentials::is_read(node);
                let method = method_name(node).unwrap_or("");
                let receiver = field(node, "function").and_then(|it| match it.kind() {
                    "generic_function" => field(field(it, "function")?, "value"),
                    _ => field(it, "value"),
                });
                is_read
                    || credentials::KEEPING.contains(&method)
                        && receiver.is_some_and(|it| self.holds(it, depth + 1))
            }
            _ => false,
        }
    }

    /// Whether a value that is given back keeps the request from the handler.
    fn is_refusal(&self, node: Node<'t>, depth: u32) -> bool {
        if self.next.is_some() {
            return !node.below().any(|it| self.is_next(it)) && !self.is_next(node);
        }
        if depth > MAX_DEPTH {
            return false;
        }
        match node.kind() {
            "await_expression" | "parenthesized_expression" => {
                node.first_child().is_some_and(|it| self.is_refusal(it, depth + 1))
            }
            "call_expression" => {
                let Some(function) = field(node, "function") else { return false };
                let name = last_segment(function).map_or("", Node::text);
                let first = field(node, "arguments").and_then(Node::first_child);
                REFUSALS.contains(&name)
                    || (name == "ready" || is_made_later(node))
                        && first.is_some_and(|it| self.is_refusal(it, depth + 1))
            }
            _ => false,
        }
    }

    fn is_next(&self, node: Node<'t>) -> bool {
        node.kind() == "identifier" && self.next == Some(node.text())
    }
}

/// What is done where one of several things is.
fn one_of(all: impl Iterator<Item = Does>) -> Does {
    let all: Vec<Does> = all.collect();
    if all.contains(&Does::LetsThrough) {
        Does::LetsThrough
    } else if !all.is_empty() && all.iter().all(|it| *it == Does::Refuses) {
        Does::Refuses
    } else {
        Does::GoesOn
    }
}

fn is_some(pattern: Node<'_>) -> bool {
    starts_with(pattern, &["Some", "Ok"])
}

fn is_none(pattern: Node<'_>) -> bool {
    starts_with(pattern, &["None", "Err"])
}

/// Whether a pattern is of one of these variants alone.
fn starts_with(pattern: Node<'_>, names: &[&str]) -> bool {
    let text = pattern.text();
    let end = text.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(text.len());
    names.contains(&&text[..end]) && !pattern.below().any(|it| it.kind() == "or_pattern")
}

/// `Box::pin(…)`, `ready(…)`: what a function gives back that is waited for.
fn is_made_later(call: Node<'_>) -> bool {
    let Some(function) = field(call, "function") else { return false };
    matches!(last_segment(function).map_or("", Node::text), "pin" | "ready" | "boxed")
}

/// Whether a session is asked, as it stands.
fn is_of_session(node: Node<'_>) -> bool {
    let mut at = node;
    while matches!(at.kind(), "await_expression" | "parenthesized_expression") {
        let Some(inner) = at.first_child() else { return false };
        at = inner;
    }
    let receiver = field(at, "function").and_then(|it| match it.kind() {
        "generic_function" => field(field(it, "function")?, "value"),
        _ => field(it, "value"),
    });
    receiver.is_some_and(|it| it.text().to_ascii_lowercase().ends_with("session"))
}

fn last_block(node: Node<'_>) -> Option<Node<'_>> {
    children(node).into_iter().rfind(|it| it.kind() == "block")
}

fn operator(node: Node<'_>) -> Option<&str> {
    field(node, "operator").map(Node::text)
}
