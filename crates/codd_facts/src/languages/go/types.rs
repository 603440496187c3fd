//! Type expressions: what values of a type are.
//!
//! A pointer is what it points to. Lists, maps and channels are containers of what they hold,
//! so that what is taken out of one is known; functions are signatures.

use super::walk::Walk;
use crate::lowering::{Here, READ, TYPE, Use};
use crate::node::{Node, children, field};
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Name};

impl<'t> Walk<'_, 't> {
    /// The type that a node names, with references to what it is made of.
    pub(super) fn type_expr(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.type_used(node, TYPE, here)
    }

    /// The same, where the type's own name is used in a way of its own: inherited, called.
    pub(super) fn type_used(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let id = self.type_inside(node, usage, here);
        self.leave();
        id
    }

    fn type_inside(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "type_identifier" | "identifier" => self.named(node, usage, here),
            "qualified_type" => {
                let (Some(package), Some(name)) = (field(node, "package"), field(node, "name"))
                else {
                    return self.unknown();
                };
                let package = self.named(package, READ, here);
                self.member_of(package, name, usage, here)
            }
            "generic_type" => {
                let base = field(node, "type").map(|it| self.type_used(it, usage, here));
                let types = field(node, "type_arguments").map(|it| self.each_type(it, here));
                match base {
                    Some(base) => self.applied(base, types.unwrap_or_default()),
                    None => self.unknown(),
                }
            }
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                if let Some(length) = field(node, "length") {
                    self.expr(length, READ, here);
                }
                let element = field(node, "element").map(|it| self.type_expr(it, here));
                self.container_of(ContainerKind::Sequence, element)
            }
            "map_type" => {
                if let Some(key) = field(node, "key") {
                    self.type_expr(key, here);
                }
                let value = field(node, "value").map(|it| self.type_expr(it, here));
                self.container_of(ContainerKind::Mapping, value)
            }
            "channel_type" => {
                let value = field(node, "value").map(|it| self.type_expr(it, here));
                self.container_of(ContainerKind::Sequence, value)
            }
            "function_type" => self.signature(node, here),
            "struct_type" | "interface_type" => {
                self.types_below(node, here);
                self.unknown()
            }
            "pointer_type" | "parenthesized_type" | "negated_type" => match node.first_child() {
                Some(inner) => self.type_used(inner, usage, here),
                None => self.unknown(),
            },
            "type_elem" | "type_constraint" => {
                let all: Vec<ExprId> =
                    children(node).into_iter().map(|it| self.type_used(it, usage, here)).collect();
                match all.as_slice() {
                    [only] => *only,
                    _ => self.unknown(),
                }
            }
            _ => self.unknown(),
        }
    }

    pub(super) fn each_type(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
        children(node).into_iter().map(|it| self.type_expr(it, here)).collect()
    }

    /// References to the types in a struct or interface that has no name.
    fn types_below(&mut self, node: Node<'t>, here: Here) {
        for child in children(node) {
            match child.kind() {
                "field_declaration_list" => self.types_below(child, here),
                "field_declaration" => {
                    if let Some(of) = field(child, "type") {
                        self.type_expr(of, here);
                    }
                }
                "method_elem" => {
                    self.signature(child, here);
                }
                "type_elem" => {
                    self.each_type(child, here);
                }
                _ => {}
            }
        }
    }

    fn container_of(&mut self, kind: ContainerKind, of: Option<ExprId>) -> ExprId {
        let of = match of {
            Some(of) => of,
            None => self.unknown(),
        };
        let value = self.instance_of(of);
        self.container(kind, vec![Item { key: None, value }])
    }

    /// What a function without a name takes and gives.
    pub(super) fn signature(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parameters = self.parameter_types(node, here).into_iter().map(|it| it.of).collect();
        let result = match field(node, "result") {
            Some(result) => self.result_type(result, here, false),
            None => self.literal(),
        };
        self.add(Expr::Signature { parameters, result })
    }

    /// What a function gives: one type, or several in their places; results that have names
    /// are variables of its body, where `here` is that.
    pub(super) fn result_type(&mut self, node: Node<'t>, here: Here, is_body: bool) -> ExprId {
        if node.kind() != "parameter_list" {
            return self.type_expr(node, here);
        }
        let mut given = Vec::new();
        for parameter in children(node) {
            let Some(of) = field(parameter, "type") else { continue };
            let of = self.type_expr(of, here);
            let names: Vec<Node<'t>> =
                children(parameter).into_iter().filter(|it| it.kind() == "identifier").collect();
            given.resize(given.len() + names.len().max(1), of);
            for name in names.into_iter().filter(|_| is_body) {
                self.bind(here, name.text(), Bound::Typed(of));
            }
        }
        match given.as_slice() {
            [] => self.literal(),
            [only] => *only,
            _ => {
                let values: Vec<ExprId> = given.iter().map(|it| self.instance_of(*it)).collect();
                self.places(&values)
            }
        }
    }

    /// Several values in their places.
    pub(super) fn places(&mut self, values: &[ExprId]) -> ExprId {
        let item = |(at, value): (usize, &ExprId)| Item { key: Some(place(at)), value: *value };
        let items = values.iter().enumerate().map(item).collect();
        self.container(ContainerKind::Sequence, items)
    }

    /// Whether values of a type say more of themselves than the type does: functions, and what
    /// may be anything.
    pub(super) fn is_opaque(node: Node<'t>) -> bool {
        match node.kind() {
            "function_type" | "interface_type" => true,
            "type_identifier" => node.text() == "any",
            "pointer_type" | "parenthesized_type" => {
                node.first_child().is_some_and(|it| it.is_leaf() && it.text() == "any")
            }
            _ => false,
        }
    }
}

/// The key of one of several values.
pub(super) fn place(at: usize) -> Name {
    Name::new(at.to_string())
}
