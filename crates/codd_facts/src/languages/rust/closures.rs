//! Functions without a name.

use super::walk::Walk;
use crate::lowering::{Here, READ};
use crate::node::{Node, children, field};
use crate::{Expr, ExprId};

impl<'t> Walk<'_, 't> {
    /// A function without a name: what is in it belongs to what holds it.
    pub(super) fn closure(&mut self, node: Node<'t>, given: Option<Given>, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let inside = self.lambda_body(here);
        let mut parameters = Vec::new();
        let list = field(node, "parameters").map(children).unwrap_or_default();
        for (at, parameter) in list.into_iter().enumerate() {
            let (pattern, declared) = match parameter.kind() {
                "parameter" => (
                    field(parameter, "pattern"),
                    field(parameter, "type").map(|it| self.type_expr(it, inside)),
                ),
                _ => (Some(parameter), None),
            };
            let value = match (declared, &given) {
                (Some(declared), _) => Some(self.instance_of(declared)),
                (None, Some(given)) => Some(self.passed(given, at as u32)),
                (None, None) => None,
            };
            parameters.push(match declared {
                Some(declared) => declared,
                None => self.unknown(),
            });
            if let Some(pattern) = pattern {
                self.pattern(pattern, value, inside);
            }
        }
        if let Some(result) = field(node, "return_type") {
            self.type_expr(result, inside);
        }
        let mark = self.references_so_far();
        let result = match field(node, "body") {
            Some(body) => self.expr(body, READ, inside),
            None => self.literal(),
        };
        self.leave();
        let value = self.add(Expr::Signature { parameters, result });
        self.lambda_value(value, mark)
    }

    /// What a closure is given at a place by the function that it is passed to.
    fn passed(&mut self, given: &Given, index: u32) -> ExprId {
        let function = self.add(Expr::Passed { of: given.callee, index: given.place });
        let passed = self.add(Expr::Passed { of: function, index });
        match given.visited {
            Some(over) if index == 0 => {
                let item = self.index(over, None);
                self.either(vec![passed, item])
            }
            _ => passed,
        }
    }
}

/// How a closure is passed on.
pub(super) struct Given {
    pub(super) callee: ExprId,
    pub(super) place: u32,
    /// What holds the items that it is given one after the other.
    pub(super) visited: Option<ExprId>,
}
