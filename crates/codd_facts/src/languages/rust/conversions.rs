//! Methods of the standard library that run a method of a trait of the type that is asked for:
//! `let order: Order = text.parse()?`, `error.to_string()`.

use super::calls::method_name;
use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::{Argument, Certainty, Expr, ExprId, Reference, ReferenceKind};

/// Methods that make a value of the type that is declared, with the trait's own that they run.
const MAKING: [(&str, &str); 3] =
    [("into", "from"), ("parse", "from_str"), ("try_into", "try_from")];

/// Of these, the one that gives no result which might be an error.
const INFALLIBLE: &str = "from";

/// The method that shows a value, and the one of the trait that it runs.
const SHOWS: &str = "to_string";
const SHOWN_BY: &str = "fmt";

/// Methods of texts that give one again.
const KEEPING_TEXT: [&str; 6] = ["as_str", "clone", "to_owned", "to_string", "trim", "trim_end"];

/// Methods that give the value out of a result or an option.
const TAKING_OUT: [&str; 5] =
    ["expect", "unwrap", "unwrap_or", "unwrap_or_default", "unwrap_or_else"];

/// Methods that leave the value where it is.
const KEEPING_IN: [&str; 4] = ["map_err", "ok", "or", "or_else"];

/// Calls between what makes a value and where it is declared: `.parse().map_err(…)?`.
const MAX_STEPS: u32 = 8;

impl<'t> Walk<'_, 't> {
    /// Refers to the function of the type that makes the value of a declaration.
    pub(super) fn converted(&mut self, value: Node<'t>, declared: ExprId, here: Here) {
        let (mut at, mut declared) = (value, declared);
        let mut is_taken_out = false;
        for _ in 0..MAX_STEPS {
            let inner = match at.kind() {
                "parenthesized_expression" => at.first_child(),
                "try_expression" => {
                    is_taken_out = true;
                    at.first_child()
                }
                "call_expression" if wraps(at) => {
                    // `Ok(text.parse()?)` makes what the declared result holds.
                    let Some(held) = self.held(declared) else { return };
                    declared = held;
                    is_taken_out = false;
                    let arguments = field(at, "arguments").map(children).unwrap_or_default();
                    arguments.first().copied()
                }
                "call_expression" => {
                    let Some(method) = method_name(at) else { return };
                    if let Some((_, runs)) = MAKING.iter().find(|it| it.0 == method) {
                        let is_result = !is_taken_out && *runs != INFALLIBLE;
                        return self.made_by(at, declared, (runs, is_result), here);
                    }
                    is_taken_out |= TAKING_OUT.contains(&method);
                    if !TAKING_OUT.contains(&method) && !KEEPING_IN.contains(&method) {
                        return;
                    }
                    field(at, "function").and_then(|it| field(it, "value"))
                }
                _ => return,
            };
            let Some(inner) = inner else { return };
            at = inner;
        }
    }

    /// Another type than the one that is declared may be meant, and which of the functions of
    /// that name runs is not known.
    fn made_by(
        &mut self,
        call: Node<'t>,
        declared: ExprId,
        (runs, is_result): (&str, bool),
        here: Here,
    ) {
        // A turbofish may name another type.
        let function = field(call, "function");
        if function.is_none_or(|it| it.kind() != "field_expression") {
            return;
        }
        let of = match self.held(declared) {
            // `Result<Order, _>` is made of an order; `Vec<Order>` of none.
            Some(held) if is_result => held,
            Some(_) => return,
            None => declared,
        };
        self.makes(of, runs, call, here);
    }

    /// What the container that a type is holds.
    fn held(&self, declared: ExprId) -> Option<ExprId> {
        match self.semantics().expr(declared) {
            Expr::Container { items, .. } => items.first().map(|it| it.value),
            _ => None,
        }
    }

    /// The type's function of that name runs, with what the method of the call is called on.
    fn makes(&mut self, of: ExprId, runs: &str, call: Node<'t>, here: Here) {
        let of = match self.semantics().expr(of) {
            Expr::InstanceOf(of) => *of,
            _ => of,
        };
        let target = self.attribute(of, runs);
        if let Some(given) = self.converting.get(&call.id.0).copied() {
            self.call(target, vec![Argument::plain(given)]);
        }
        // Any type may have a method of that name, and what a type is made into itself runs none.
        let is_sure = method_name(call) == Some("parse") && is_of_text(call);
        let certainty = if is_sure { Certainty::Always } else { Certainty::Perhaps };
        self.implied_call(target, Some(1), certainty, (call, here));
    }

    /// Notes what is made into something else: where it is declared, that says into what.
    ///
    /// `text.parse::<Order>()` says so itself.
    pub(super) fn note_converting(
        &mut self,
        call: Node<'t>,
        receiver: ExprId,
        method: &str,
        here: Here,
    ) {
        let Some((_, runs)) = MAKING.iter().find(|it| it.0 == method) else { return };
        self.converting.insert(call.id.0, receiver);
        let function = field(call, "function").filter(|it| it.kind() == "generic_function");
        let asked_for = function.and_then(|it| self.turbofish.remove(&it.id.0));
        if let Some(of) = asked_for {
            self.makes(of, runs, call, here);
        }
    }

    fn implied_call(
        &mut self,
        target: ExprId,
        arguments: Option<u32>,
        certainty: Certainty,
        (call, here): (Node<'t>, Here),
    ) {
        let reference = Reference {
            initialises: here.initialises,
            arguments,
            is_implied: true,
            certainty,
            ..Reference::new(ReferenceKind::Call, target, here.owner)
        };
        self.lowering.builder.reference(reference, call.span());
    }

    /// A call that shows a value runs what its type says of that.
    pub(super) fn shown(&mut self, call: Node<'t>, receiver: ExprId, method: &str, here: Here) {
        let list = field(call, "arguments").map(children).unwrap_or_default();
        if method != SHOWS || !list.is_empty() {
            return;
        }
        let target = self.attribute(receiver, SHOWN_BY);
        self.implied_call(target, None, Certainty::Perhaps, (call, here));
    }
}

/// Whether a method is called on what is plainly a text: `" 7 ".trim().parse()`.
fn is_of_text(call: Node<'_>) -> bool {
    let mut at = call;
    for _ in 0..MAX_STEPS {
        let function = field(at, "function").map(|it| match it.kind() {
            "generic_function" => field(it, "function").unwrap_or(it),
            _ => it,
        });
        let Some(on) = function.and_then(|it| field(it, "value")) else { return false };
        match on.kind() {
            "string_literal" | "raw_string_literal" => return true,
            "call_expression" if method_name(on).is_some_and(|it| KEEPING_TEXT.contains(&it)) => {
                at = on;
            }
            _ => return false,
        }
    }
    false
}

/// `Ok(x)` and `Some(x)`.
fn wraps(call: Node<'_>) -> bool {
    let function = field(call, "function").filter(|it| it.kind() == "identifier");
    function.is_some_and(|it| matches!(it.text(), "Ok" | "Some"))
}

/// The expression that a function's body is the value of.
pub(super) fn tail(body: Node<'_>) -> Option<Node<'_>> {
    let last = children(body).into_iter().rfind(|it| !it.kind().ends_with("_comment"))?;
    match last.kind() {
        "expression_statement" if last.text().ends_with(';') => None,
        "expression_statement" => last.first_child(),
        _ => Some(last),
    }
}
