//! Types as they are written: what values of them are instances of.

use super::super::jvm;
use super::{Walk, plain_name};
use crate::lowering::{Here, TYPE, Use};
use crate::node::{Node, child_of_kind, children};
use crate::{ContainerKind, Expr, ExprId, Item};

impl<'t> Walk<'_, 't> {
    /// The type, referred to with all types inside it.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (named, arguments) = self.named_type(node, TYPE, here);
        match arguments.last() {
            Some(last) if jvm::holds_items(type_name(node)) => self.container_of(*last),
            _ => self.it.applied(named, arguments),
        }
    }

    /// The type itself, used in some way, and what it is given, which is only mentioned.
    pub(super) fn named_type(
        &mut self,
        node: Node<'t>,
        usage: Use,
        here: Here,
    ) -> (ExprId, Vec<ExprId>) {
        self.deeper(node, here, |it| it.named_type_within(node, usage, here))
            .unwrap_or_else(|| (self.it.unknown(), Vec::new()))
    }

    fn named_type_within(
        &mut self,
        node: Node<'t>,
        usage: Use,
        here: Here,
    ) -> (ExprId, Vec<ExprId>) {
        match node.kind() {
            "user_type" => {
                let names: Vec<Node<'t>> =
                    children(node).into_iter().filter(|it| it.kind() == "identifier").collect();
                let mut base = None;
                for (at, name) in names.iter().enumerate() {
                    let usage = if at + 1 == names.len() { usage } else { TYPE };
                    base = Some(match base {
                        Some(base) => self.it.member_of(base, *name, usage, here),
                        None => self.it.named(*name, usage, here),
                    });
                }
                let mut arguments = Vec::new();
                for list in children(node).into_iter().filter(|it| it.kind() == "type_arguments") {
                    arguments.extend(self.type_arguments(list, here));
                }
                (base.unwrap_or_else(|| self.it.unknown()), arguments)
            }
            "nullable_type" | "non_nullable_type" | "parenthesized_type" => {
                let inner = children(node).into_iter().rfind(|it| it.kind() != "type_modifiers");
                match inner {
                    Some(inner) => self.named_type(inner, usage, here),
                    None => (self.it.unknown(), Vec::new()),
                }
            }
            "function_type" => {
                let mut parameters = Vec::new();
                let mut others = Vec::new();
                for it in children(node) {
                    match it.kind() {
                        "function_type_parameters" => {
                            for parameter in children(it) {
                                let of = match parameter.kind() {
                                    "parameter" => children(parameter).into_iter().next_back(),
                                    _ => Some(parameter),
                                };
                                if let Some(of) = of {
                                    parameters.push(self.type_of(of, here));
                                }
                            }
                        }
                        "type_modifiers" => {}
                        _ => others.push(self.type_of(it, here)),
                    }
                }
                let result = others.pop().unwrap_or_else(|| self.it.unknown());
                (self.it.add(Expr::Signature { parameters, result }), Vec::new())
            }
            _ => (self.it.unknown(), Vec::new()),
        }
    }

    pub(super) fn type_arguments(&mut self, list: Node<'t>, here: Here) -> Vec<ExprId> {
        let mut arguments = Vec::new();
        for projection in children(list) {
            let of = children(projection).into_iter().next_back();
            arguments.push(match of {
                Some(of) => self.type_of(of, here),
                None => self.it.unknown(),
            });
        }
        arguments
    }

    /// Something that holds instances of a type.
    pub(super) fn container_of(&mut self, of: ExprId) -> ExprId {
        let value = self.it.instance_of(of);
        self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }])
    }

    /// Binds the type parameters of a class or function in its body.
    pub(super) fn type_parameters(&mut self, node: Node<'t>, here: Here) {
        let list = child_of_kind(node, "type_parameters");
        for parameter in list.into_iter().flat_map(children) {
            let Some(name) = child_of_kind(parameter, "identifier") else { continue };
            let bound = children(parameter).into_iter().rfind(|it| is_type(*it));
            let bound = bound.map(|it| self.type_of(it, here));
            self.it.type_parameter(plain_name(name), bound, here);
        }
        if let Some(constraints) = child_of_kind(node, "type_constraints") {
            for of in constraints.below().filter(|it| it.kind() == "user_type") {
                self.type_of(of, here);
            }
        }
    }
}

pub(super) fn is_type(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "user_type"
            | "nullable_type"
            | "non_nullable_type"
            | "parenthesized_type"
            | "function_type"
            | "dynamic"
    )
}

/// The last name of a type, without its arguments.
pub(super) fn type_name(node: Node<'_>) -> &str {
    let mut at = node;
    for _ in 0..8 {
        at = match at.kind() {
            "user_type" => {
                let name = children(at).into_iter().rfind(|it| it.kind() == "identifier");
                return name.map_or("", plain_name);
            }
            _ => match children(at).into_iter().rfind(|it| is_type(*it)) {
                Some(inner) => inner,
                None => return "",
            },
        };
    }
    ""
}
