//! Closures: what they are given, and what they give.

use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::Here;
use crate::node::{Node, child_of_kind, children};
use crate::{Bound, Expr, ExprId};

/// What a function is known to give the closures that it is passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    pub(super) value: ExprId,
    /// The parameters that it is given as.
    pub(super) first: usize,
    pub(super) last: usize,
}

/// What a sequence's method gives its closure, by the method's name: as which parameters.
pub(super) fn given_items(method: &str) -> Option<(usize, usize)> {
    Some(match method {
        "max" | "min" | "sort" | "sorted" => (0, 1),
        "reduce" => (1, 1),
        "allSatisfy" | "compactMap" | "compactMapValues" | "contains" | "drop" | "filter"
        | "first" | "firstIndex" | "flatMap" | "flatMapThrowing" | "forEach" | "last"
        | "lastIndex" | "map" | "mapValues" | "partition" | "prefix" | "removeAll" | "split" => {
            (0, 0)
        }
        _ => return None,
    })
}

impl<'t> Walk<'_, 't> {
    /// What a closure gives: the value of its last statement, or what it returns last.
    pub(super) fn closure(
        &mut self,
        node: Node<'t>,
        passed_to: Option<ExprId>,
        given: Option<Given>,
        here: Here,
    ) -> ExprId {
        let inside = self.it.lambda_body(here);
        for capture in child_of_kind(node, "capture_list").into_iter().flat_map(children) {
            let parts = children(capture);
            let value = parts.iter().rfind(|it| {
                !matches!(it.kind(), "ownership_modifier" | "self_expression")
                    && it.field_name() == "value"
            });
            let name = child_of_kind(capture, "simple_identifier");
            if let (Some(name), Some(value)) = (name, value) {
                let value = self.expression(*value, crate::lowering::READ, here);
                self.it.bind(inside, plain_name(name), Bound::Value(value));
            }
        }
        self.closure_parameters(node, passed_to, given, inside);
        let mark = self.it.references_so_far();
        let mut last = None;
        for it in children(node).into_iter().filter(|it| it.kind() == "statements") {
            last = self.statements(it, inside);
        }
        let value = last.unwrap_or_else(|| self.it.unknown());
        self.it.lambda_value(value, mark)
    }

    pub(super) fn closure_parameters(
        &mut self,
        node: Node<'t>,
        passed_to: Option<ExprId>,
        given: Option<Given>,
        inside: Here,
    ) {
        let head = child_of_kind(node, "lambda_function_type");
        let list = head.and_then(|it| child_of_kind(it, "lambda_function_type_parameters"));
        let Some(list) = list else {
            for at in 0..3 {
                let bound = self.given_at(at, passed_to, given);
                self.it.bind(inside, format!("${at}"), bound);
            }
            return;
        };
        for of in head.into_iter().flat_map(children).filter(|it| is_type(*it)) {
            self.type_of(of, inside);
        }
        for (at, parameter) in children(list).into_iter().enumerate() {
            let mut names = children(parameter).into_iter();
            let Some(name) = names.rfind(|it| it.kind() == "simple_identifier") else {
                continue;
            };
            let of = children(parameter).into_iter().find(|it| is_type(*it));
            let bound = match of {
                Some(of) => Bound::Typed(self.type_of(of, inside)),
                None => self.given_at(at, passed_to, given),
            };
            self.it.bind(inside, plain_name(name), bound);
        }
    }

    fn given_at(&mut self, at: usize, passed_to: Option<ExprId>, given: Option<Given>) -> Bound {
        let mut options: Vec<ExprId> = Vec::new();
        options.extend(given.filter(|it| (it.first..=it.last).contains(&at)).map(|it| it.value));
        if let Some(of) = passed_to {
            options.push(self.it.add(Expr::Passed { of, index: at as u32 }));
        }
        if options.is_empty() { Bound::Unknown } else { Bound::Value(self.it.either(options)) }
    }
}
