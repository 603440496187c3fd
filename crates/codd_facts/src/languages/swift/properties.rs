//! Properties: fields, and what runs when they are read or written.

use super::declarations::{Around, attribute_nodes, flags_of};
use super::{Walk, plain_name};
use crate::lowering::{Here, New, READ, TYPE, This};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, DefinitionKind, ExprId};

/// One of the variables of a declaration: `let a = 1, b: Int`.
struct Variable<'t> {
    pattern: Node<'t>,
    of: Option<Node<'t>>,
    value: Option<Node<'t>>,
    computed: Option<Node<'t>>,
    observers: Option<Node<'t>>,
}

fn variables(node: Node<'_>) -> Vec<Variable<'_>> {
    let patterns: Vec<Node<'_>> =
        node.fields_named("name").filter(|it| it.kind() == "pattern").collect();
    let values: Vec<Node<'_>> = node.fields_named("value").collect();
    let parts = children(node);
    let mut found = Vec::new();
    for (at, pattern) in patterns.iter().enumerate() {
        let until = patterns.get(at + 1).map_or(u32::MAX, |it| it.span().start);
        let is_own =
            |it: &&Node<'_>| it.span().start > pattern.span().start && it.span().start < until;
        let of_kind =
            |kind: &str| parts.iter().filter(is_own).find(|it| it.kind() == kind).copied();
        found.push(Variable {
            pattern: *pattern,
            of: of_kind("type_annotation"),
            value: values.iter().find(is_own).copied(),
            computed: of_kind("computed_property"),
            observers: of_kind("willset_didset_block"),
        });
    }
    found
}

fn name_in(pattern: Node<'_>) -> Option<Node<'_>> {
    field(pattern, "bound_identifier")
}

impl<'t> Walk<'_, 't> {
    /// Properties of a type or file.
    pub(super) fn property(&mut self, node: Node<'t>, around: &Around, here: Here) {
        for variable in variables(node) {
            match name_in(variable.pattern) {
                Some(name) => self.one_property(node, &variable, name, around, here),
                None => {
                    let value = variable.value.map(|it| self.expression(it, READ, here));
                    self.pattern(&[variable.pattern], value, true, here);
                }
            }
        }
    }

    fn one_property(
        &mut self,
        node: Node<'t>,
        variable: &Variable<'t>,
        name: Node<'t>,
        around: &Around,
        here: Here,
    ) {
        let attributes = attribute_nodes(node);
        let kind = match (around.is_type, variable.computed.is_some()) {
            (true, true) => DefinitionKind::Method,
            (true, false) => DefinitionKind::Field,
            (false, _) => DefinitionKind::Variable,
        };
        let mut new = New::of(kind, node, name, variable.value)
            .decorated_with(attributes.clone())
            .with(flags_of(node));
        new.name = plain_name(name).into();
        new.flags.is_property = kind == DefinitionKind::Method;
        // What the other variables of the declaration are does not change this one.
        new.shape.retain(|it| matches!(it.kind(), "modifiers" | "value_binding_pattern"));
        new.shape.extend(variable.of);
        new.body.extend(variable.computed.into_iter().chain(variable.observers));
        let id = self.define_member(new, around, here);
        self.attributes(id, &attributes, here);
        if kind == DefinitionKind::Method {
            let mut inside = self.it.function_body(id, here);
            if let (Some(extended), true) = (&around.extended, flags_of(node).is_static) {
                inside.this = This::Object(extended.of);
            }
            let declared = variable.of.map(|it| self.first_type(it, TYPE, inside));
            self.it.definition(id).declared_type = declared;
            if let Some(computed) = variable.computed {
                self.accessors(computed, declared, inside);
            }
            return;
        }
        let mut inside = Here { initialises: Some(id), ..here };
        if let (This::Instance(class), true) = (here.this, flags_of(node).is_static) {
            inside.this = This::Class(class);
        }
        let declared = variable.of.map(|it| self.first_type(it, TYPE, inside));
        self.expected = declared;
        let value = variable.value.map(|it| self.expression(it, READ, inside));
        self.expected = None;
        let definition = self.it.definition(id);
        definition.declared_type = declared;
        definition.value = value;
        let within = self.it.lambda_body(Here { owner: Some(id), initialises: None, ..here });
        if let Some(computed) = variable.computed {
            self.accessors(computed, declared, within);
        }
        for clause in variable.observers.map(children).unwrap_or_default() {
            let given = if clause.kind() == "willset_clause" { "newValue" } else { "oldValue" };
            self.accessor(clause, given, declared, within);
        }
    }

    /// What a protocol asks for.
    pub(super) fn requirement(&mut self, node: Node<'t>, around: &Around, here: Here) {
        let Some(name) = field(node, "name").and_then(name_in) else { return };
        let attributes = attribute_nodes(node);
        let mut new = New::of(DefinitionKind::Field, node, name, None)
            .decorated_with(attributes.clone())
            .with(flags_of(node));
        new.name = plain_name(name).into();
        new.flags.is_abstract = true;
        let id = self.define_member(new, around, here);
        self.attributes(id, &attributes, here);
        let of = child_of_kind(node, "type_annotation");
        let declared = of.map(|it| self.first_type(it, TYPE, Here { owner: Some(id), ..here }));
        self.it.definition(id).declared_type = declared;
    }

    /// The code of a computed property or subscript.
    pub(super) fn accessors(&mut self, node: Node<'t>, declared: Option<ExprId>, inside: Here) {
        for part in children(node) {
            match part.kind() {
                "computed_setter" => {
                    self.accessor(part, "newValue", declared, Here { function: None, ..inside });
                }
                "computed_getter" | "computed_modify" => self.accessor(part, "", declared, inside),
                _ => {
                    self.statement(part, inside);
                }
            }
        }
    }

    /// One accessor or observer, which is given a value under a name of its own or this one.
    fn accessor(&mut self, node: Node<'t>, given: &str, declared: Option<ExprId>, inside: Here) {
        let within = self.it.block(inside);
        let name = child_of_kind(node, "simple_identifier").map_or(given, plain_name);
        if !name.is_empty() {
            self.it.bind(within, name, declared.map_or(Bound::Unknown, Bound::Typed));
        }
        if let Some(code) = child_of_kind(node, "statements") {
            self.statements(code, within);
        }
    }

    /// Local variables; gives where the statements behind stand.
    pub(super) fn local(&mut self, node: Node<'t>, here: Here) -> Here {
        let mut here = here;
        for attribute in attribute_nodes(node) {
            self.attribute(attribute, here);
        }
        for variable in variables(node) {
            let declared = variable.of.map(|it| self.first_type(it, TYPE, here));
            self.expected = declared;
            let value = variable.value.map(|it| self.expression(it, READ, here));
            self.expected = None;
            let Some(name) = name_in(variable.pattern) else {
                self.pattern(&[variable.pattern], value, true, here);
                continue;
            };
            let text = plain_name(name);
            if self.it.is_named_in(here.scope, text) {
                // `let items = items`: what it is given is another one.
                here = self.it.block(here);
            }
            if let Some(group) = value.and_then(|it| self.groups.made_by(it)) {
                self.groups.push(text.into(), group);
            }
            self.it.local(text, declared, value, here);
            if let Some(computed) = variable.computed {
                let within = self.it.lambda_body(here);
                self.accessors(computed, declared, within);
            }
            for clause in variable.observers.map(children).unwrap_or_default() {
                let within = self.it.lambda_body(here);
                self.accessor(clause, "oldValue", declared, within);
            }
        }
        here
    }
}
