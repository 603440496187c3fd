//! Assignments: to variables, properties, items, and to all names of a pattern.

use super::Walk;
use super::statements::Given;
use super::tags::is_shown;
use super::texts::string_text;
use crate::lowering::{Here, READ, WRITE};
use crate::node::{Node, children, field, has_child};
use crate::{Bound, ExprId, MODULE_SCOPE, Member, Name};

impl<'t> Walk<'_, 't> {
    pub(super) fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            self.each(node, here);
            return self.unknown();
        };
        if is_shown(node) {
            return self.expr(right, here);
        }
        let is_top = here.scope == MODULE_SCOPE && here.owner.is_none();
        let initialises =
            (is_top && left.kind() == "variable_name").then(|| self.top_variable(left, node));
        let value =
            self.expr(right, Here { initialises: initialises.or(here.initialises), ..here });
        self.assign(left, Given::Value(value), here);
        value
    }

    pub(super) fn augmented(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let value = field(node, "right").map(|it| self.expr(it, here));
        let Some(left) = field(node, "left") else { return self.unknown() };
        let old = self.place(left, here);
        match value {
            // `??=` gives what stands behind it.
            Some(value) if has_child(node, "??=") => {
                self.assign(left, Given::Value(value), here);
                self.either(vec![old, value])
            }
            _ => self.literal(),
        }
    }

    /// A variable or member that is read and written.
    pub(super) fn place(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "member_access_expression" | "nullsafe_member_access_expression" => {
                let target = self.member_access(node, READ, here);
                let at = field(node, "name").unwrap_or(node).span();
                self.builder.write_reference(at);
                target
            }
            "scoped_property_access_expression" => {
                let target = self.static_property(node, READ, here);
                let at = field(node, "name").unwrap_or(node).span();
                self.builder.write_reference(at);
                target
            }
            _ => self.expr(node, here),
        }
    }

    /// Gives a value to what is named at a node.
    pub(super) fn assign(&mut self, target: Node<'t>, given: Given, here: Here) {
        if !self.enter(target, here) {
            return;
        }
        self.assign_within(target, given, here);
        self.leave();
    }

    fn assign_within(&mut self, target: Node<'t>, given: Given, here: Here) {
        let value = match given {
            Given::Value(value) => value,
            Given::Element(of) => self.index(of, None),
        };
        match target.kind() {
            "variable_name" => {
                let bound = match given {
                    Given::Value(value) => Bound::Value(value),
                    Given::Element(value) => Bound::Element(value),
                };
                self.assign_variable(target, bound, value, here);
            }
            "by_ref" | "parenthesized_expression" => {
                if let Some(inner) = target.first_child() {
                    self.assign(inner, given, here);
                }
            }
            "list_literal" | "array_creation_expression" => {
                self.destructure(target, value, here);
            }
            "pair" | "array_element_initializer" => {
                if let Some(last) = children(target).last() {
                    self.assign(*last, given, here);
                }
            }
            "member_access_expression" | "nullsafe_member_access_expression" => {
                self.member_access(target, WRITE, here);
                self.member_value(target, value, here);
            }
            "scoped_property_access_expression" => {
                self.static_property(target, WRITE, here);
                self.member_value(target, value, here);
            }
            "subscript_expression" => {
                let parts = children(target);
                for key in parts.iter().skip(1) {
                    self.expr(*key, here);
                }
                // Whoever takes an item out of it gets one of those that were put in.
                match parts.first() {
                    Some(base) if base.kind() == "variable_name" && base.text() != "$this" => {
                        self.assign_variable(*base, Bound::Value(value), value, here);
                    }
                    Some(base) => {
                        self.place(*base, here);
                        self.member_value(*base, value, here);
                    }
                    None => {}
                }
            }
            _ => {
                self.expr(target, here);
            }
        }
    }

    fn assign_variable(&mut self, target: Node<'t>, bound: Bound, value: ExprId, here: Here) {
        let is_top = here.scope == MODULE_SCOPE && here.owner.is_none();
        if is_top {
            let id = self.top_variable(target, target);
            if matches!(bound, Bound::Value(_)) && self.semantics().definition(id).value.is_none() {
                self.definition(id).value = Some(value);
                return;
            }
        }
        self.bind(here, target.text(), bound);
    }

    fn destructure(&mut self, target: Node<'t>, value: ExprId, here: Here) {
        for (at, element) in children(target).into_iter().enumerate() {
            let parts = match element.kind() {
                "array_element_initializer" | "pair" => children(element),
                _ => vec![element],
            };
            let key = match parts.as_slice() {
                [key, _] => string_text(*key).map(Name::from),
                _ => Some(Name::from(at.to_string())),
            };
            let item = self.index(value, key);
            if let Some(last) = parts.last() {
                self.assign(*last, Given::Value(item), here);
            }
        }
    }

    /// A value that a property of the class around is given.
    fn member_value(&mut self, place: Node<'t>, value: ExprId, here: Here) {
        let base = match place.kind() {
            "subscript_expression" => {
                if let Some(base) = place.first_child() {
                    self.nested_member_value(base, value, here);
                }
                return;
            }
            "member_access_expression" | "nullsafe_member_access_expression" => {
                field(place, "object").filter(|it| it.text() == "$this")
            }
            "scoped_property_access_expression" => {
                field(place, "scope").filter(|it| matches!(it.text(), "self" | "static"))
            }
            _ => None,
        };
        let (Some(_), Some(class), Some(name)) = (base, here.class, field(place, "name")) else {
            return;
        };
        let name = match name.kind() {
            "name" => Name::from(format!("${}", name.text())),
            "variable_name" if place.kind().starts_with("scoped") => name.text().into(),
            _ => return,
        };
        let member = Member { class, name, value, definition: None };
        self.builder.semantics.members.push(member);
    }

    fn nested_member_value(&mut self, base: Node<'t>, value: ExprId, here: Here) {
        if self.enter(base, here) {
            self.member_value(base, value, here);
            self.leave();
        }
    }
}
