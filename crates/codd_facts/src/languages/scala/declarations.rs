//! Classes, traits, objects, enums, givens, extensions and what they extend.

use super::super::jvm;
use super::types::type_name;
use super::{Walk, fields, plain_name};
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name,
    Parameter, ReferenceKind,
};

/// A type, or the file, on the way to its members.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    /// Where its members are offered that need no instance; `None` for others.
    pub(super) namespace: Option<Name>,
    pub(super) is_object: bool,
    /// Of an implicit class: the type whose members its own become, with its last name.
    pub(super) extends_type: Option<(ExprId, Name)>,
}

impl<'t> Walk<'_, 't> {
    /// Defines a type or object.
    pub(super) fn class(&mut self, node: Node<'t>, outer: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let text = plain_name(name);
        let kind = match node.kind() {
            "trait_definition" => DefinitionKind::Interface,
            "enum_definition" => DefinitionKind::Enum,
            _ => DefinitionKind::Class,
        };
        let is_object =
            node.kind().ends_with("object_definition") || node.kind() == "package_object";
        let body = field(node, "body");
        let annotations = annotation_nodes(node);
        let mut new = New::of(kind, node, name, body).decorated_with(annotations.clone());
        new.name = text.into();
        new.flags = flags_of(node);
        new.flags.is_static = is_object;
        let is_private = new.flags.is_private;
        let id = self.it.define_bound(new, here);
        let namespace = outer.namespace.clone().filter(|_| !is_private);
        if let Some(namespace) = &namespace {
            self.it.offer(namespace.clone(), id);
        }
        self.annotations(id, &annotations, here);
        let head = match child_of_kind(node, "type_parameters") {
            Some(_) => self.it.type_head(id, here),
            None => here,
        };
        self.type_parameters(node, head);
        let inside = self.it.class_body(id, head);
        let is_case = has_child(node, "case");
        let first = self.class_parameters(node, is_case, inside);
        self.extended(node, id, kind, Here { owner: Some(id), ..head }, inside);
        let is_implicit = has_word(node, "implicit");
        let class = Class {
            namespace: namespace.filter(|_| is_object).map(|it| match it.as_str() {
                "" => text.into(),
                _ => Name::from(format!("{it}.{text}")),
            }),
            is_object,
            extends_type: first.filter(|_| is_implicit),
        };
        if node.kind() == "package_object"
            && let Some(namespace) = &class.namespace
        {
            self.it.open(namespace.clone());
        }
        if let Some(body) = body {
            self.type_body(body, &class, inside);
        }
    }

    pub(super) fn type_body(&mut self, body: Node<'t>, class: &Class, here: Here) {
        self.deeper(body, here, |it| {
            for node in children(body) {
                it.member(node, class, here);
            }
        });
    }

    /// The bases of a type, and what they are made with.
    pub(super) fn extended(
        &mut self,
        node: Node<'t>,
        id: DefinitionId,
        kind: DefinitionKind,
        outside: Here,
        inside: Here,
    ) {
        let mut bases = Vec::new();
        let clause = field(node, "extend").or_else(|| child_of_kind(node, "extends_clause"));
        for it in clause.into_iter().flat_map(children) {
            self.base(it, &mut bases, outside, inside);
        }
        for it in children(node).into_iter().filter(|it| it.kind() == "derives_clause") {
            for of in children(it) {
                self.type_of(of, outside);
            }
        }
        // What every object has is from outside, however little is known of it.
        let root = if kind == DefinitionKind::Enum { "Enum" } else { "AnyRef" };
        bases.push(self.it.name(MODULE_SCOPE, root));
        self.it.definition(id).bases = bases;
    }

    fn base(&mut self, node: Node<'t>, bases: &mut Vec<ExprId>, outside: Here, inside: Here) {
        if node.kind() == "arguments" {
            let of = self.it.super_of(inside);
            let target = self.it.attribute(of, jvm::CONSTRUCTOR);
            let (count, _) = self.arguments(node, None, None, inside);
            self.it.refer(target, node, Use::Called(Some(count)), inside);
            return;
        }
        if matches!(node.kind(), "compound_type" | "applied_constructor_type") {
            for it in children(node) {
                self.deeper(it, inside, |walk| walk.base(it, bases, outside, inside));
            }
            return;
        }
        if !node.kind().contains("type") && node.kind() != "identifier" {
            return;
        }
        let usage = Use::Kind(ReferenceKind::Inherit);
        let (of, types) = self.named_type(node, usage, outside);
        bases.push(self.it.applied(of, types));
    }

    /// The parameters of a class are its constructor's and seen in its body; of a case class
    /// they are fields. Gives the type of the first.
    fn class_parameters(
        &mut self,
        node: Node<'t>,
        is_case: bool,
        here: Here,
    ) -> Option<(ExprId, Name)> {
        let lists: Vec<Node<'t>> =
            children(node).into_iter().filter(|it| it.kind() == "class_parameters").collect();
        let (list, name) = (lists.first()?, field(node, "name")?);
        let mut new = New::of(DefinitionKind::Method, *list, name, None);
        new.name = plain_name(name).into();
        new.shape.clone_from(&lists);
        let constructor = self.it.define(new, here);
        self.it.bind(here, jvm::CONSTRUCTOR, Bound::Definition(constructor));
        let inside = self.it.function_body(constructor, here);
        let mut first = None;
        for (at, list) in lists.iter().enumerate() {
            for parameter in children(*list) {
                let Some(name) = field(parameter, "name") else { continue };
                let of = field(parameter, "type");
                let annotation = of.map(|it| self.type_of(it, inside));
                if let (None, Some(of), Some(annotation)) = (&first, of, annotation) {
                    first = Some((annotation, Name::from(type_name(of))));
                }
                let default = field(parameter, "default_value");
                let mut default = default.map(|it| self.expression(it, READ, inside));
                if at > 0 {
                    default = default.or_else(|| Some(self.it.literal()));
                }
                let plain = Parameter::typed(plain_name(name), annotation);
                self.it.parameter(Parameter { default, ..plain }, inside);
                let is_field = (is_case && at == 0)
                    || has_child(parameter, "val")
                    || has_child(parameter, "var");
                if !is_field {
                    let bound = annotation.map_or(Bound::Unknown, Bound::Typed);
                    self.it.bind(here, plain_name(name), bound);
                    continue;
                }
                let mut new = New::of(DefinitionKind::Field, parameter, name, None);
                new.name = plain_name(name).into();
                new.flags = flags_of(parameter);
                let property = self.it.define_bound(new, here);
                let value = self.it.name(inside.scope, plain_name(name));
                let definition = self.it.definition(property);
                definition.declared_type = annotation;
                definition.value = Some(value);
            }
        }
        first
    }

    /// `case Red, Blue(x: Int)` of an enum.
    pub(super) fn enum_cases(&mut self, node: Node<'t>, class: &Class, here: Here) {
        for case in children(node) {
            if case.kind() == "full_enum_case" {
                self.class(case, class, here);
                continue;
            }
            let Some(name) = field(case, "name").filter(|_| case.kind() == "simple_enum_case")
            else {
                continue;
            };
            let mut new = New::of(DefinitionKind::Field, case, name, None);
            new.name = plain_name(name).into();
            new.flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
            let id = self.it.define_bound(new, here);
            if let Some(extend) = field(case, "extend") {
                let inside = Here { initialises: Some(id), ..here };
                for it in children(extend) {
                    match it.kind() {
                        "arguments" => {
                            self.arguments(it, None, None, inside);
                        }
                        _ => {
                            self.type_of(it, inside);
                        }
                    }
                }
            }
        }
    }

    /// `given name: Type with …`, `given Type = value`.
    pub(super) fn given(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let of = fields(node, "return_type").into_iter().next();
        let name_node = field(node, "name").or(of).unwrap_or(node);
        let text = match field(node, "name") {
            Some(name) => plain_name(name).to_owned(),
            None => format!("given_{}", of.map_or("", type_name)),
        };
        let body = field(node, "body");
        let is_class = body.is_some_and(|it| it.kind().ends_with("template_body"));
        let kind = match (is_class, here.class) {
            (true, _) => DefinitionKind::Class,
            (false, Some(_)) => DefinitionKind::Field,
            (false, None) => DefinitionKind::Variable,
        };
        let mut new = New::of(kind, node, name_node, body);
        new.name = text.into();
        let id = self.it.define_bound(new, here);
        if let Some(namespace) = &class.namespace {
            self.it.offer(namespace.clone(), id);
        }
        let outside = Here { owner: Some(id), ..here };
        if is_class {
            let inside = self.it.class_body(id, here);
            let mut bases = Vec::new();
            for of in fields(node, "return_type") {
                self.base(of, &mut bases, outside, inside);
            }
            bases.push(self.it.name(MODULE_SCOPE, "AnyRef"));
            self.it.definition(id).bases = bases;
            if let Some(body) = body {
                self.type_body(body, &Class::default(), inside);
            }
            return;
        }
        let inside = Here { initialises: Some(id), ..here };
        let declared = of.map(|it| self.type_of(it, inside));
        let value = body.map(|it| self.expression(it, READ, inside));
        let definition = self.it.definition(id);
        definition.declared_type = declared;
        definition.value = value;
    }

    /// `extension (a: A) def …`: functions that are members of the type.
    pub(super) fn extension(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let list = child_of_kind(node, "parameters");
        let parameter = list.into_iter().flat_map(children).next();
        for body in fields(node, "body") {
            let functions = match body.kind() {
                "function_definition" | "function_declaration" => vec![body],
                _ => children(body),
            };
            for function in functions {
                if function.kind().starts_with("function_") {
                    self.function(function, class, parameter, here);
                } else {
                    self.member(function, class, here);
                }
            }
        }
    }

    /// Adds a function to a type.
    pub(super) fn extend_type(&mut self, of: Node<'t>, target: ExprId, id: DefinitionId) {
        let name = type_name(of);
        if !name.is_empty() {
            self.it.extend(target, name, Added::Member(id));
        }
    }

    /// Walks annotations for the definition that they stand before.
    pub(super) fn annotations(&mut self, id: DefinitionId, nodes: &[Node<'t>], here: Here) {
        for node in nodes {
            let here = Here { owner: Some(id), ..here };
            if let Some(value) = self.annotation(*node, here) {
                self.it.definition(id).decorators.push(value);
            }
        }
    }

    pub(super) fn annotation(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let name = field(node, "name")?;
        let usage = Use::Kind(ReferenceKind::Decorate);
        let (target, _) = self.named_type(name, usage, here);
        let mut arguments = Vec::new();
        for list in fields(node, "arguments") {
            arguments.extend(self.arguments(list, None, None, here).1);
        }
        Some(if arguments.is_empty() { target } else { self.it.call(target, arguments) })
    }
}

pub(super) fn annotation_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    children(node).into_iter().filter(|it| it.kind() == "annotation").collect()
}

/// Whether one of the modifiers is that word.
pub(super) fn has_word(node: Node<'_>, word: &str) -> bool {
    child_of_kind(node, "modifiers")
        .is_some_and(|it| it.text().split_whitespace().any(|it| it == word))
}

pub(super) fn flags_of(node: Node<'_>) -> DefinitionFlags {
    let is_private = child_of_kind(node, "modifiers").is_some_and(|it| {
        child_of_kind(it, "access_modifier").is_some_and(|it| it.text() == "private")
    });
    DefinitionFlags {
        is_private,
        is_abstract: has_word(node, "abstract"),
        ..DefinitionFlags::default()
    }
}
