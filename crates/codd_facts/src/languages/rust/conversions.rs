//! Methods of the standard library that run a method of a trait of the type that is asked for:
//! `let order: Order = text.parse()?`, `error.to_string()`.

use super::calls::method_name;
use super::methods::{ITEM, WHOLE};
use super::walk::Walk;
use crate::lowering::{CALL, Here};
use crate::node::{Node, children, field};
use crate::{Expr, ExprId, Reference, ReferenceKind};

/// Methods that make a value of the type that is declared, with the trait's own that they run.
const MAKING: [(&str, &str); 3] =
    [("into", "from"), ("parse", "from_str"), ("try_into", "try_from")];

/// The method that shows a value, and the one of the trait that it runs.
const SHOWS: &str = "to_string";
const SHOWN_BY: &str = "fmt";

/// Calls between what makes a value and where it is declared: `.parse().map_err(…)?`.
const MAX_STEPS: u32 = 8;

impl<'t> Walk<'_, 't> {
    /// Refers to the function of the type that makes the value of a declaration.
    pub(super) fn converted(&mut self, value: Node<'t>, declared: ExprId, here: Here) {
        let mut at = value;
        for _ in 0..MAX_STEPS {
            let inner = match at.kind() {
                "try_expression" | "parenthesized_expression" => at.first_child(),
                "call_expression" => {
                    let Some(method) = method_name(at) else { return };
                    if let Some((_, runs)) = MAKING.iter().find(|it| it.0 == method) {
                        return self.made_by(at, declared, runs, here);
                    }
                    if !ITEM.contains(&method) && !WHOLE.contains(&method) {
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

    fn made_by(&mut self, call: Node<'t>, declared: ExprId, runs: &str, here: Here) {
        // A turbofish says it itself.
        let function = field(call, "function");
        if function.is_none_or(|it| it.kind() != "field_expression") {
            return;
        }
        // `Result<Order, _>` is made of an order.
        let of = match self.semantics().expr(declared) {
            Expr::Container { items, .. } => match items.first() {
                Some(item) => item.value,
                None => return,
            },
            _ => declared,
        };
        let of = match self.semantics().expr(of) {
            Expr::InstanceOf(of) => *of,
            _ => of,
        };
        let target = self.attribute(of, runs);
        self.refer(target, call, CALL, here);
    }

    /// A call that shows a value runs what its type says of that.
    pub(super) fn shown(&mut self, call: Node<'t>, receiver: ExprId, method: &str, here: Here) {
        let list = field(call, "arguments").map(children).unwrap_or_default();
        if method != SHOWS || !list.is_empty() {
            return;
        }
        let target = self.attribute(receiver, SHOWN_BY);
        let reference = Reference {
            initialises: here.initialises,
            is_implied: true,
            ..Reference::new(ReferenceKind::Call, target, here.owner)
        };
        self.lowering.builder.reference(reference, call.span());
    }
}
