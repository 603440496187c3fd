//! Classes, structs, records, interfaces, enums and delegates.

use super::CONSTRUCTOR;
use super::Walk;
use super::frameworks::{Attribute, Controller, is_served_by};
use super::types::last_name;
use crate::lowering::{Here, New, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, MODULE_SCOPE, Name,
    ReferenceKind,
};

/// Interfaces of MediatR by which a class handles what is sent, or runs around who does.
const HANDLING: &[&str] = &[
    "INotificationHandler",
    "IPipelineBehavior",
    "IRequestHandler",
    "IRequestPostProcessor",
    "IRequestPreProcessor",
    "IStreamPipelineBehavior",
    "IStreamRequestHandler",
];

/// A type on the way to its members.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    pub(super) name: Name,
    /// Where the type, or its static members, are offered; `None` for a private one.
    pub(super) namespace: Option<Name>,
    pub(super) controller: Controller,
    pub(super) is_interface: bool,
    pub(super) is_static: bool,
    /// What is made for its tests.
    pub(super) fixtures: Vec<ExprId>,
    /// Types whose values it handles when somebody sends them, with their names.
    pub(super) handled: Vec<(ExprId, Name)>,
}

impl<'t> Walk<'_, 't> {
    /// Defines a type if the node is one; its name is bound and offered.
    pub(super) fn type_declaration(
        &mut self,
        node: Node<'t>,
        outer: &Class,
        here: Here,
    ) -> Option<DefinitionId> {
        let kind = match node.kind() {
            "class_declaration" | "struct_declaration" | "record_declaration" => {
                DefinitionKind::Class
            }
            "interface_declaration" => DefinitionKind::Interface,
            "enum_declaration" => DefinitionKind::Enum,
            "delegate_declaration" => DefinitionKind::TypeAlias,
            _ => return None,
        };
        let name = field(node, "name")?;
        let body = field(node, "body");
        let attributes = attribute_nodes(node);
        let new = New::of(kind, node, name, body)
            .decorated_with(attributes.clone())
            .with(flags_of(node, here.class.is_some()));
        let flags = new.flags;
        let id = self.it.define_bound(new, here);
        let namespace = outer.namespace.clone().filter(|_| !flags.is_private);
        if let Some(namespace) = &namespace {
            self.it.offer(namespace.clone(), id);
        }
        let attributes = self.attributes(id, &attributes, here);
        if kind == DefinitionKind::TypeAlias {
            self.delegate(node, id, here);
            return Some(id);
        }
        let head = match child_of_kind(node, "type_parameter_list") {
            Some(_) => self.it.type_head(id, here),
            None => here,
        };
        self.type_parameters(node, head);
        let outside = Here { owner: Some(id), ..head };
        let inside = self.it.class_body(id, head);
        let mut fixtures = Vec::new();
        let (mut bases, mut handled) = (Vec::new(), Vec::new());
        for base in child_of_kind(node, "base_list").into_iter().flat_map(children) {
            if base.kind() == "argument_list" {
                // The base is made with what the primary constructor is given.
                let (count, _) = self.arguments(Some(base), None, inside);
                let of = self.it.super_of(inside);
                let made = self.it.attribute(of, CONSTRUCTOR);
                self.it.refer(made, base, Use::Called(Some(count)), inside);
                continue;
            }
            let named = field(base, "type").unwrap_or(base);
            fixtures.extend(self.fixtures(named, outside));
            let usage = Use::Kind(ReferenceKind::Inherit);
            let (of, types) = self.named_type(named, usage, outside);
            handled.extend(self.handled(node, named, &types));
            let of = self.it.applied(of, types);
            if kind != DefinitionKind::Enum {
                bases.push(of);
            }
        }
        // What every object has is from outside, however little is known of it.
        let root = if kind == DefinitionKind::Enum { "Enum" } else { "Object" };
        bases.push(self.it.name(MODULE_SCOPE, root));
        self.it.definition(id).bases = bases;
        let class = Class {
            name: name.text().into(),
            namespace: namespace.map(|it| match it.as_str() {
                "" => name.text().into(),
                _ => Name::from(format!("{it}.{}", name.text())),
            }),
            controller: Controller::of(name.text(), &attributes),
            is_interface: kind == DefinitionKind::Interface,
            is_static: flags.is_static,
            fixtures,
            handled,
        };
        if let Some(list) = child_of_kind(node, "parameter_list") {
            self.primary_constructor(node, list, inside);
        }
        if let Some(body) = body {
            self.it.are_values(inside, value_names(body).into_iter());
            self.type_body(body, &class, inside);
        }
        Some(id)
    }

    /// Whose values a class handles by a base, where they are sent with MediatR.
    fn handled(
        &mut self,
        class: Node<'t>,
        base: Node<'t>,
        types: &[ExprId],
    ) -> Option<(ExprId, Name)> {
        if !HANDLING.contains(&last_name(base)) {
            return None;
        }
        let list = base.below().find(|it| it.kind() == "type_argument_list")?;
        let first = children(list).into_iter().next()?;
        let own = child_of_kind(class, "type_parameter_list").map(children).unwrap_or_default();
        let is_any = own.iter().any(|it| {
            field(*it, "name")
                .or_else(|| it.first_child())
                .is_some_and(|it| it.text() == first.text())
        });
        let name = if is_any { crate::HANDLED_ALWAYS } else { last_name(first) };
        // A handler of whatever type is asked for by none.
        let is_around =
            last_name(base) != "IRequestHandler" && last_name(base) != "INotificationHandler";
        let of = types.first().filter(|_| !name.is_empty() && (!is_any || is_around))?;
        Some((*of, Name::from(name)))
    }

    pub(super) fn type_body(&mut self, body: Node<'t>, class: &Class, here: Here) {
        self.deeper(body, here, |it| {
            for node in children(body) {
                match node.kind() {
                    "preproc_if" | "preproc_elif" | "preproc_else" | "ERROR" => {
                        it.type_body(node, class, here);
                    }
                    _ => it.member(node, class, here),
                }
            }
        });
    }

    /// `class A(int x)`: the parameters are seen in the whole body; of a record they are
    /// properties.
    fn primary_constructor(&mut self, node: Node<'t>, list: Node<'t>, here: Here) {
        let is_record = node.kind() == "record_declaration";
        let Some(name) = field(node, "name") else { return };
        let mut new = New::of(DefinitionKind::Method, list, name, None);
        new.shape = vec![list];
        let constructor = self.it.define(new, here);
        self.it.bind(here, CONSTRUCTOR, Bound::Definition(constructor));
        let inside = self.it.function_body(constructor, here);
        self.parameters(list, inside);
        for parameter in children(list) {
            let Some(name) = field(parameter, "name") else { continue };
            let parameters = &self.it.semantics().definition(constructor).parameters;
            let known = parameters.iter().find(|it| it.name == name.text());
            let declared = known.and_then(|it| it.annotation);
            if is_record {
                let new = New::of(DefinitionKind::Field, parameter, name, None);
                let property = self.it.define_bound(new, here);
                self.it.definition(property).declared_type = declared;
            } else {
                let bound = declared.map_or(Bound::Unknown, Bound::Typed);
                self.it.bind(here, name.text(), bound);
            }
        }
    }

    /// A delegate is the type of functions.
    fn delegate(&mut self, node: Node<'t>, id: DefinitionId, here: Here) {
        let here = Here { owner: Some(id), ..here };
        let mut parameters = Vec::new();
        for parameter in field(node, "parameters").into_iter().flat_map(children) {
            if let Some(of) = field(parameter, "type") {
                parameters.push(self.type_of(of, here));
            }
        }
        let result = field(node, "type").map(|it| self.type_of(it, here));
        let result = result.unwrap_or_else(|| self.it.unknown());
        let value = self.it.add(Expr::Signature { parameters, result });
        self.it.definition(id).value = Some(value);
    }

    /// Binds the type parameters of a type or method in its body, with their constraints.
    pub(super) fn type_parameters(&mut self, node: Node<'t>, here: Here) {
        let Some(list) = child_of_kind(node, "type_parameter_list") else { return };
        for parameter in children(list) {
            let Some(name) = field(parameter, "name") else { continue };
            let mut bounds = Vec::new();
            for clause in children(node) {
                let is_own = clause.kind() == "type_parameter_constraints_clause"
                    && child_of_kind(clause, "identifier")
                        .is_some_and(|it| it.text() == name.text());
                for constraint in children(clause).into_iter().filter(|_| is_own) {
                    if let Some(of) = field(constraint, "type") {
                        let of = self.type_of(of, here);
                        bounds.push(self.it.semantics().unapplied(of));
                    }
                }
            }
            let bound = (!bounds.is_empty()).then(|| self.it.either(bounds));
            self.it.type_parameter(name.text(), bound, here);
        }
    }

    /// Walks attributes for the definition that they stand before.
    pub(super) fn attributes(
        &mut self,
        id: DefinitionId,
        nodes: &[Node<'t>],
        here: Here,
    ) -> Vec<Attribute> {
        let here = Here { owner: Some(id), ..here };
        let mut read = Vec::new();
        for node in nodes.iter().flat_map(|it| children(*it)) {
            if let Some(attribute) = self.attribute_use(node, here) {
                self.it.definition(id).decorators.push(attribute.value);
                read.push(attribute);
            }
        }
        read
    }

    /// One attribute, wherever it stands.
    pub(super) fn attribute_use(&mut self, node: Node<'t>, here: Here) -> Option<Attribute> {
        let name = field(node, "name").filter(|_| node.kind() == "attribute")?;
        let usage = Use::Kind(ReferenceKind::Decorate);
        let (plain, _) = self.named_type(name, usage, here);
        // `[Name]` may stand for a class `NameAttribute`.
        let last = Name::from(last_name(name));
        let long = Name::from(format!("{last}Attribute"));
        let full = match self.it.semantics().expr(plain) {
            Expr::Attribute { base, .. } => {
                let base = *base;
                self.it.attribute(base, long)
            }
            _ => self.it.name(here.scope, long),
        };
        self.it.refer(full, name, usage, here);
        let mut arguments = Vec::new();
        let mut texts = Vec::new();
        for it in child_of_kind(node, "attribute_argument_list").into_iter().flat_map(children) {
            let key = field(it, "name").map(|it| Name::from(it.text()));
            for value in
                children(it).into_iter().filter(|it| it.kind() != "identifier" || key.is_none())
            {
                let value = self.expression(value, crate::lowering::READ, here);
                match self.it.semantics().expr(value) {
                    Expr::Text(text) => texts.push((key.clone(), text.clone())),
                    // A path that is not written out is not the root.
                    _ if key.is_none() && is_served_by(&last) => {
                        texts.push((None, crate::UNKNOWN_PREFIX.into()));
                    }
                    _ => {}
                }
                arguments.push(crate::Argument { name: key.clone(), value });
            }
        }
        let value = if arguments.is_empty() { plain } else { self.it.call(plain, arguments) };
        Some(Attribute { name: last, texts, value })
    }
}

pub(super) fn attribute_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    children(node).into_iter().filter(|it| it.kind() == "attribute_list").collect()
}

pub(super) fn has_modifier(node: Node<'_>, modifier: &str) -> bool {
    children(node).iter().any(|it| it.kind() == "modifier" && it.text() == modifier)
}

/// Members are private unless they say otherwise.
pub(super) fn flags_of(node: Node<'_>, is_member: bool) -> DefinitionFlags {
    let is_seen = ["public", "internal", "protected"].iter().any(|it| has_modifier(node, it));
    DefinitionFlags {
        is_static: has_modifier(node, "static") || has_modifier(node, "const"),
        is_abstract: has_modifier(node, "abstract"),
        is_async: has_modifier(node, "async"),
        is_private: is_member && !is_seen,
        ..DefinitionFlags::default()
    }
}

/// The names of the members of a body that are no types.
fn value_names(body: Node<'_>) -> Vec<Name> {
    let mut names = Vec::new();
    for member in children(body) {
        match member.kind() {
            "method_declaration" | "property_declaration" | "event_declaration" => {
                names.extend(field(member, "name").map(|it| Name::from(it.text())));
            }
            "field_declaration" | "event_field_declaration" => {
                let list = child_of_kind(member, "variable_declaration");
                let fields = list.into_iter().flat_map(children);
                names.extend(fields.filter_map(|it| Some(Name::from(field(it, "name")?.text()))));
            }
            _ => {}
        }
    }
    names
}
