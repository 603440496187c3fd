//! Operators of C++: members of what stands on their left, or functions that take one of both.

use super::Walk;
use crate::lowering::Here;
use crate::node::{Node, field};
use crate::{Argument, Bound, Expr, ExprId, OPERATED, TAKING_IT};

/// Operators that give what their function says; others compare, write or read.
const GIVING: [&str; 8] = ["+", "-", "*", "/", "%", "&", "|", "^"];

/// Names that stand for one another when it is asked what a value is.
const MAX_NAMES: u32 = 4;

/// Arguments by whose classes a function is looked for.
const MAX_TAKEN: usize = 2;

impl<'t> Walk<'_, 't> {
    /// Operators, whose left sides nest as deep as a text is long.
    pub(super) fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut whole = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" {
            whole.push(at);
            match field(at, "left") {
                Some(left) => at = left,
                None => break,
            }
        }
        let mut value = self.expr(at, here);
        for it in whole.into_iter().rev() {
            let Some(right) = field(it, "right") else { continue };
            let right = self.expr(right, here);
            value = self.operator(value, right, it, here);
        }
        value
    }

    pub(super) fn unary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(argument) = field(node, "argument") else { return self.unknown() };
        let value = self.expr(argument, here);
        self.operator_of(value, node, here).unwrap_or_else(|| self.literal())
    }

    /// What stands between two values, and what it gives.
    pub(super) fn operator(
        &mut self,
        left: ExprId,
        right: ExprId,
        node: Node<'t>,
        here: Here,
    ) -> ExprId {
        let Some(operator) = field(node, "operator") else { return self.literal() };
        let of_left = self.operator_of(left, node, here);
        if self.may_be_object(right, MAX_NAMES) {
            self.taking(right, &format!("operator{}", operator.text()), operator, here);
        }
        match of_left {
            Some(given) if GIVING.contains(&operator.text()) => given,
            // Of what is written into a stream comes the stream.
            _ if matches!(operator.text(), "<<" | ">>") && of_left.is_some() => left,
            _ => self.literal(),
        }
    }

    /// The operator of `node` where it may be a function of the value on its left; with what
    /// that gives.
    pub(super) fn operator_of(
        &mut self,
        value: ExprId,
        node: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        let operator = field(node, "operator")?;
        let is_own = !matches!(operator.text(), "&&" | "||" | "=");
        if !is_own || !self.may_be_object(value, MAX_NAMES) {
            return None;
        }
        let name = format!("operator{}", operator.text());
        let function = self.attribute(value, format!("{OPERATED}{name}"));
        if let Some(owner) = here.owner {
            self.implied_call(owner, function, operator.span());
        }
        Some(self.call(function, Vec::new()))
    }

    /// Says that a function is called which takes a value, if that is of a class of which there
    /// is such a function.
    pub(super) fn taking(&mut self, value: ExprId, name: &str, at: Node<'t>, here: Here) {
        if let Some(owner) = here.owner {
            let function = self.attribute(value, format!("{TAKING_IT}{name}"));
            self.implied_call(owner, function, at.span());
        }
    }

    /// Says of a function that no name of this file stands for that it may be one that is found
    /// by what it is given: `swap(a, b)`.
    pub(super) fn found_by_arguments(
        &mut self,
        function: Node<'t>,
        given: &[Argument],
        here: Here,
    ) {
        let is_bound = self.builder.bound_so_far(here.scope, &function.text().into()).is_some();
        if is_bound {
            return;
        }
        for it in given.iter().take(MAX_TAKEN) {
            if self.may_be_object(it.value, MAX_NAMES) {
                self.taking(it.value, function.text(), function, here);
            }
        }
    }

    /// Whether a value may be of a class, as far as the names that it goes by say.
    pub(super) fn may_be_object(&self, value: ExprId, names: u32) -> bool {
        if !self.is_cpp {
            return false;
        }
        match self.semantics().expr(value) {
            Expr::Literal | Expr::Text(_) | Expr::Unknown | Expr::Definition(_) => false,
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                Some((_, Bound::Value(value))) if names > 0 => {
                    self.may_be_object(*value, names - 1)
                }
                Some((_, Bound::Parameter { function, index })) => {
                    let function = self.semantics().definition(*function);
                    function
                        .parameters
                        .get(*index as usize)
                        .is_some_and(|it| it.annotation.is_some())
                }
                Some((_, Bound::Unknown | Bound::Import(_))) => false,
                _ => true,
            },
            _ => true,
        }
    }
}
