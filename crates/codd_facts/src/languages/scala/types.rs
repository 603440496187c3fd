//! Types as they are written: what values of them are instances of.

use super::super::jvm;
use super::{Walk, fields, plain_name};
use crate::lowering::{Here, TYPE, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{ContainerKind, Expr, ExprId, Item};

impl<'t> Walk<'_, 't> {
    /// The type, referred to with all types inside it.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.type_used(node, TYPE, here)
    }

    /// A type of which a value is made or declared.
    pub(super) fn type_used(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (named, arguments) = self.named_type(node, usage, here);
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
        let plain = |it: ExprId| (it, Vec::new());
        match node.kind() {
            "type_identifier" | "identifier" => plain(self.it.named(node, usage, here)),
            "stable_type_identifier"
            | "stable_identifier"
            | "projected_type"
            | "singleton_type" => {
                let parts = children(node);
                let mut base = None;
                for (at, part) in parts.iter().enumerate() {
                    let usage = if at + 1 == parts.len() { usage } else { TYPE };
                    base = Some(match (base, part.kind()) {
                        (None, _) => self.named_type(*part, usage, here).0,
                        (Some(base), _) => self.it.member_of(base, *part, usage, here),
                    });
                }
                plain(base.unwrap_or_else(|| self.it.unknown()))
            }
            "generic_type" => {
                let Some(base) = field(node, "type") else { return plain(self.it.unknown()) };
                let base = self.named_type(base, usage, here).0;
                let list = field(node, "type_arguments");
                let arguments = list.into_iter().flat_map(children);
                let arguments = arguments.map(|it| self.type_of(it, here)).collect();
                (base, arguments)
            }
            "function_type" => {
                let mut parameters = Vec::new();
                for it in field(node, "parameter_types").into_iter().flat_map(children) {
                    parameters.push(self.type_of(it, here));
                }
                let result = field(node, "return_type").map(|it| self.type_of(it, here));
                let result = result.unwrap_or_else(|| self.it.unknown());
                plain(self.it.add(Expr::Signature { parameters, result }))
            }
            "repeated_parameter_type" => {
                let of = field(node, "type").map(|it| self.type_of(it, here));
                let of = of.unwrap_or_else(|| self.it.unknown());
                plain(self.container_of(of))
            }
            "lazy_parameter_type"
            | "annotated_type"
            | "applied_constructor_type"
            | "compound_type"
            | "existential_type"
            | "capturing_type" => {
                let mut first = None;
                for it in children(node) {
                    match it.kind() {
                        "annotation" => {
                            self.annotation(it, here);
                        }
                        "arguments" | "refinement" => {}
                        _ if first.is_none() => first = Some(self.named_type(it, usage, here)),
                        _ => {
                            self.type_of(it, here);
                        }
                    }
                }
                first.unwrap_or_else(|| plain(self.it.unknown()))
            }
            "tuple_type" | "infix_type" | "match_type" | "named_tuple_type" => {
                for it in children(node) {
                    self.type_of(it, here);
                }
                plain(self.it.unknown())
            }
            "literal_type" => plain(self.it.literal()),
            _ => {
                for it in node.below().filter(|it| it.kind() == "type_identifier") {
                    self.it.named(it, TYPE, here);
                }
                plain(self.it.unknown())
            }
        }
    }

    /// Something that holds instances of a type.
    pub(super) fn container_of(&mut self, of: ExprId) -> ExprId {
        let value = self.it.instance_of(of);
        self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }])
    }

    /// Binds the type parameters of a type or method in its body.
    pub(super) fn type_parameters(&mut self, node: Node<'t>, here: Here) {
        for list in children(node).into_iter().filter(|it| it.kind() == "type_parameters") {
            for it in list.all_children() {
                let list = if it.kind().ends_with("type_parameter") { it } else { list };
                let names = fields(list, "name");
                let mut bounds: Vec<(Node<'t>, ExprId)> = Vec::new();
                for bound in fields(list, "bound") {
                    if let Some(of) = field(bound, "type") {
                        let of = self.type_of(of, here);
                        let before = names.iter().rfind(|it| it.span().start < bound.span().start);
                        if let (Some(name), "upper_bound") = (before, bound.kind()) {
                            bounds.push((*name, of));
                        }
                    }
                }
                for name in names {
                    let bound = bounds.iter().find(|it| it.0 == name).map(|it| it.1);
                    self.it.type_parameter(plain_name(name), bound, here);
                }
                if list.kind() == "type_parameters" {
                    break;
                }
            }
        }
    }
}

/// The last name of a type, without its arguments.
pub(super) fn type_name(node: Node<'_>) -> &str {
    let mut at = node;
    for _ in 0..8 {
        at = match at.kind() {
            "type_identifier" | "identifier" => return plain_name(at),
            "generic_type" | "lazy_parameter_type" | "repeated_parameter_type" => {
                match field(at, "type") {
                    Some(inner) => inner,
                    None => return "",
                }
            }
            "stable_type_identifier" | "projected_type" => match children(at).last() {
                Some(last) => *last,
                None => return "",
            },
            "compound_type" | "annotated_type" | "applied_constructor_type" => {
                match children(at).first() {
                    Some(first) => *first,
                    None => return "",
                }
            }
            _ => return child_of_kind(at, "type_identifier").map_or("", plain_name),
        };
    }
    ""
}
