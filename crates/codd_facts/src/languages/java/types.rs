//! Types as they are written: what values of them are instances of.

use super::super::jvm;
use super::Walk;
use super::declarations::base_name;
use crate::lowering::{Here, TYPE, Use};
use crate::node::{Node, child_of_kind, children};
use crate::{ContainerKind, ExprId, Item};

impl<'t> Walk<'_, 't> {
    /// The type, referred to with all types inside it.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.deeper(node, here, |it| it.type_within(node, here))
            .unwrap_or_else(|| self.it.unknown())
    }

    fn type_within(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "type_identifier"
            | "identifier"
            | "scoped_type_identifier"
            | "scoped_identifier"
            | "generic_type" => self.type_used(node, TYPE, here),
            "array_type" => {
                let element = children(node).first().copied();
                let element = element.map(|it| self.type_of(it, here));
                let element = element.unwrap_or_else(|| self.it.unknown());
                self.container_of(element)
            }
            "annotated_type" | "wildcard" | "catch_type" => {
                let mut options = Vec::new();
                for child in children(node) {
                    if child.kind().ends_with("annotation") {
                        self.annotation_use(child, here);
                    } else if child.kind() != "super" {
                        options.push(self.type_of(child, here));
                    }
                }
                self.it.either(options)
            }
            "integral_type" | "floating_point_type" | "boolean_type" | "void_type" => {
                self.it.literal()
            }
            _ => self.it.unknown(),
        }
    }

    /// A named type of which a value is made or declared.
    pub(super) fn type_used(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (named, arguments) = self.named_type(node, usage, here);
        let name = base_name(node).map_or("", Node::text);
        match arguments.last() {
            Some(last) if jvm::holds_items(name) => self.container_of(*last),
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
            "type_identifier" | "identifier" if node.text() == "var" => {
                (self.it.unknown(), Vec::new())
            }
            "type_identifier" | "identifier" => (self.it.named(node, usage, here), Vec::new()),
            "generic_type" => {
                let mut parts = children(node).into_iter();
                let Some(first) = parts.next() else { return (self.it.unknown(), Vec::new()) };
                let (base, mut arguments) = self.named_type(first, usage, here);
                for argument in parts.flat_map(children) {
                    arguments.push(self.type_of(argument, here));
                }
                (base, arguments)
            }
            "scoped_type_identifier" | "scoped_identifier" => {
                let mut base = None;
                let parts = children(node);
                for (at, part) in parts.iter().enumerate() {
                    if part.kind().ends_with("annotation") {
                        self.annotation_use(*part, here);
                        continue;
                    }
                    let usage = if at + 1 == parts.len() { usage } else { TYPE };
                    base = Some(match base {
                        Some(base) => self.it.member_of(base, *part, usage, here),
                        None => self.named_type(*part, usage, here).0,
                    });
                }
                (base.unwrap_or_else(|| self.it.unknown()), Vec::new())
            }
            "annotated_type" => {
                let mut found = (self.it.unknown(), Vec::new());
                for child in children(node) {
                    if child.kind().ends_with("annotation") {
                        self.annotation_use(child, here);
                    } else {
                        found = self.named_type(child, usage, here);
                    }
                }
                found
            }
            _ => (self.type_of(node, here), Vec::new()),
        }
    }

    /// Something that holds instances of a type.
    pub(super) fn container_of(&mut self, of: ExprId) -> ExprId {
        let value = self.it.instance_of(of);
        self.it.container(ContainerKind::Sequence, vec![Item { key: None, value }])
    }

    /// The declared type of a variable: `None` where it is inferred.
    pub(super) fn declared(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        if node.text() == "var" {
            return None;
        }
        Some(self.type_of(node, here))
    }

    /// Binds the type parameters of a class or method in its body.
    pub(super) fn type_parameters(&mut self, node: Option<Node<'t>>, here: Here) {
        for parameter in node.into_iter().flat_map(children) {
            if parameter.kind() != "type_parameter" {
                continue;
            }
            let mut bounds = Vec::new();
            if let Some(bound) = child_of_kind(parameter, "type_bound") {
                for node in children(bound) {
                    let of = self.type_of(node, here);
                    bounds.push(self.it.semantics().unapplied(of));
                }
            }
            let Some(name) = child_of_kind(parameter, "type_identifier") else { continue };
            let bound = (!bounds.is_empty()).then(|| self.it.either(bounds));
            self.it.type_parameter(name.text(), bound, here);
        }
    }
}
