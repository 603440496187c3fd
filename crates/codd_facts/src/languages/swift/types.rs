//! Types as they are written: what values of them are instances of.

use super::{Walk, plain_name};
use crate::lowering::{Here, TYPE, This, Use};
use crate::node::{Node, child_of_kind, children};
use crate::{Bound, ContainerKind, Expr, ExprId, Item};

/// Generic types whose last argument is what they hold.
const HOLDERS: &[&str] = &[
    "AnyCollection",
    "AnySequence",
    "Array",
    "ArraySlice",
    "AsyncStream",
    "Collection",
    "ContiguousArray",
    "Deque",
    "Dictionary",
    "EventLoopFuture",
    "OrderedDictionary",
    "OrderedSet",
    "Sequence",
    "Set",
];

/// Those whose first argument is what a value of them is used as.
const WRAPPERS: &[&str] = &["Binding", "Optional", "Published"];

impl<'t> Walk<'_, 't> {
    /// The type, referred to with all types inside it.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.type_used(node, TYPE, here)
    }

    /// The same, where the type itself is used in some way and those inside are mentioned.
    pub(super) fn type_used(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.type_within(node, usage, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn type_within(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "user_type" => self.user_type(node, usage, here),
            "array_type" | "dictionary_type" => {
                let mut last = None;
                for it in children(node).into_iter().filter(|it| is_type(*it)) {
                    last = Some(self.type_of(it, here));
                }
                match last {
                    Some(of) => self.container_of(of),
                    None => self.it.unknown(),
                }
            }
            "function_type" => {
                let mut parameters = Vec::new();
                let mut result = None;
                let parts = children(node).into_iter().filter(|it| is_type(*it));
                for (at, it) in parts.enumerate() {
                    if it.kind() == "tuple_type" && at == 0 {
                        let items = children(it).into_iter();
                        for item in items.filter(|it| it.kind() == "tuple_type_item") {
                            parameters.push(self.first_type(item, TYPE, here));
                        }
                        continue;
                    }
                    result = Some(self.type_of(it, here));
                }
                let result = result.unwrap_or_else(|| self.it.unknown());
                self.it.add(Expr::Signature { parameters, result })
            }
            "tuple_type" => {
                let items: Vec<Node<'t>> = children(node);
                let types: Vec<ExprId> =
                    items.iter().map(|it| self.first_type(*it, usage, here)).collect();
                match types.as_slice() {
                    [only] => *only,
                    _ => self.it.unknown(),
                }
            }
            "protocol_composition_type" => {
                let parts = children(node).into_iter().filter(|it| is_type(*it));
                let parts: Vec<Node<'t>> = parts.collect();
                let parts = parts.into_iter().map(|it| self.type_used(it, usage, here)).collect();
                self.it.either(parts)
            }
            "metatype" => {
                self.first_type(node, usage, here);
                self.it.unknown()
            }
            _ => self.first_type(node, usage, here),
        }
    }

    /// The first type inside of a node.
    pub(super) fn first_type(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match children(node).into_iter().find(|it| is_type(*it)) {
            Some(inner) => self.type_used(inner, usage, here),
            None => self.it.unknown(),
        }
    }

    fn user_type(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let names: Vec<Node<'t>> =
            children(node).into_iter().filter(|it| it.kind() == "type_identifier").collect();
        let mut base = None;
        for (at, name) in names.iter().enumerate() {
            let usage = if at + 1 == names.len() { usage } else { TYPE };
            base = Some(match base {
                None if name.text() == "Self" => self.own_type(here),
                None => {
                    let target = self.it.name(here.scope, plain_name(*name));
                    self.it.refer(target, *name, usage, here);
                    target
                }
                Some(base) => {
                    let target = self.it.attribute(base, plain_name(*name));
                    self.it.refer(target, *name, usage, here);
                    target
                }
            });
        }
        let base = base.unwrap_or_else(|| self.it.unknown());
        let mut arguments = Vec::new();
        for list in children(node).into_iter().filter(|it| it.kind() == "type_arguments") {
            for of in children(list).into_iter().filter(|it| is_type(*it)) {
                arguments.push(self.type_of(of, here));
            }
        }
        let name = names.last().map_or("", |it| plain_name(*it));
        match arguments.as_slice() {
            [first, ..] if WRAPPERS.contains(&name) => *first,
            [.., last] if HOLDERS.contains(&name) => self.container_of(*last),
            _ => self.it.applied(base, arguments),
        }
    }

    /// What `Self` stands for.
    pub(super) fn own_type(&mut self, here: Here) -> ExprId {
        match (here.class, here.this) {
            (Some(class), _) => self.it.definition_value(class),
            (None, This::Object(_)) => self.it.name(here.scope, "Self"),
            _ => self.it.unknown(),
        }
    }

    /// Something that holds instances of a type.
    pub(super) fn container_of(&mut self, of: ExprId) -> ExprId {
        let value = self.it.instance_of(of);
        self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }])
    }

    /// Binds the type parameters of a type or function in its body, by their constraints.
    pub(super) fn type_parameters(&mut self, node: Node<'t>, here: Here) {
        let list = child_of_kind(node, "type_parameters");
        let parameters = list.into_iter().flat_map(children);
        for parameter in parameters.filter(|it| it.kind() == "type_parameter") {
            let Some(name) = child_of_kind(parameter, "type_identifier") else { continue };
            let bound = children(parameter).into_iter().find(|it| is_type(*it));
            let bound = bound.map(|it| self.type_of(it, here));
            self.it.type_parameter(plain_name(name), bound, here);
        }
        let lists = [
            child_of_kind(node, "type_constraints"),
            list.and_then(|it| child_of_kind(it, "type_constraints")),
        ];
        for list in lists.into_iter().flatten() {
            self.constraints(list, here);
        }
    }

    fn constraints(&mut self, list: Node<'t>, here: Here) {
        for one in children(list).into_iter().filter(|it| it.kind() == "type_constraint") {
            let Some(inner) = children(one).into_iter().next() else { continue };
            let Some(of) = children(inner).into_iter().rfind(|it| is_type(*it)) else { continue };
            let target = self.type_of(of, here);
            let name = child_of_kind(inner, "identifier").map(children).unwrap_or_default();
            if let [name] = name.as_slice() {
                self.it.bind(here, plain_name(*name), Bound::Value(target));
            }
        }
    }
}

pub(super) fn is_type(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "user_type"
            | "optional_type"
            | "array_type"
            | "dictionary_type"
            | "function_type"
            | "tuple_type"
            | "opaque_type"
            | "existential_type"
            | "metatype"
            | "protocol_composition_type"
            | "bracket_qualified_type"
            | "type_pack_expansion"
    )
}

/// The names of a type, dotted, without its arguments.
pub(super) fn dotted(node: Node<'_>) -> String {
    let names = children(node).into_iter().filter(|it| it.kind() == "type_identifier");
    let names: Vec<&str> = match node.kind() {
        "type_identifier" => vec![plain_name(node)],
        _ => names.map(plain_name).collect(),
    };
    names.join(".")
}
