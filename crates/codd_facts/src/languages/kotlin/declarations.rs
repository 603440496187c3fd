//! Classes, interfaces, objects, companions, enums and type aliases.

use super::super::jvm::annotations::{Annotation, Controller, is_switch, texts_at};
use super::super::jvm::{self, test_cases};
use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Argument, Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name,
    Parameter, ReferenceKind,
};

/// A class, or the file, on the way to its members.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    /// Where its members are offered that need no instance; `None` for a private one.
    pub(super) namespace: Option<Name>,
    pub(super) controller: Controller,
    /// As JUnit names it: `Outer$Inner`.
    pub(super) test_name: Name,
    pub(super) is_interface: bool,
    /// Of the file: the class that Java sees its functions and properties in.
    pub(super) facade: Option<Name>,
    /// Its members need no instance: the file, an object.
    pub(super) is_static: bool,
    /// Of a companion: the class whose members its own are too.
    pub(super) companion_of: Option<Here>,
    /// What its tests and those of classes in it run with.
    pub(super) extensions: Vec<ExprId>,
}

impl<'t> Walk<'_, 't> {
    pub(super) fn member(&mut self, node: Node<'t>, class: &Class, here: Here) {
        self.deeper(node, here, |it| it.member_within(node, class, here));
    }

    fn member_within(&mut self, node: Node<'t>, class: &Class, here: Here) {
        match node.kind() {
            "class_declaration" | "object_declaration" | "companion_object" => {
                self.class(node, class, here);
            }
            "function_declaration" => self.function(node, class, here),
            "property_declaration" => self.property(node, class, here),
            "type_alias" => self.type_alias(node, class, here),
            "enum_entry" => self.enum_entry(node, class, here),
            "secondary_constructor" => self.secondary_constructor(node, here),
            "anonymous_initializer" => {
                for block in children(node) {
                    self.statement(block, here);
                }
            }
            _ => {
                self.statement(node, here);
            }
        }
    }

    /// Offers a definition, and binds a companion's member in the class around.
    pub(super) fn publish(&mut self, id: DefinitionId, class: &Class) {
        let definition = self.it.semantics().definition(id);
        let (name, is_private) = (definition.name.clone(), definition.flags.is_private);
        if let Some(outer) = class.companion_of {
            self.it.bind(outer, name, Bound::Definition(id));
        }
        if let Some(namespace) = class.namespace.clone().filter(|_| !is_private) {
            self.it.offer(namespace, id);
        }
        let is_type = !matches!(
            self.it.semantics().definition(id).kind,
            DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Variable
        );
        if let Some(facade) = class.facade.clone().filter(|_| !is_private && !is_type) {
            self.it.offer(facade, id);
        }
    }

    fn class(&mut self, node: Node<'t>, outer: &Class, here: Here) {
        let is_companion = node.kind() == "companion_object";
        let name = field(node, "name");
        let Some(name_node) = name.or_else(|| is_companion.then_some(node)) else { return };
        let text = name.map_or("Companion", plain_name);
        let is_enum =
            child_of_kind(node, "enum_class_body").is_some() || has_modifier(node, "enum");
        let is_interface = has_child(node, "interface");
        let kind = match (is_interface, is_enum) {
            (true, _) => DefinitionKind::Interface,
            (_, true) => DefinitionKind::Enum,
            _ => DefinitionKind::Class,
        };
        let body = child_of_kind(node, "class_body")
            .or_else(|| child_of_kind(node, "enum_class_body"))
            .or_else(|| misread_body(node));
        let annotations = annotation_nodes(node);
        let mut new = New::of(kind, node, name_node, body).decorated_with(annotations.clone());
        new.name = text.into();
        new.shape.retain(|it| it.kind() != "class_body" && *it != node);
        new.flags = flags_of(node);
        let is_private = new.flags.is_private;
        let id = self.it.define_bound(new, here);
        self.publish(id, outer);
        let annotations = self.annotate(id, &annotations, here);
        let head = match child_of_kind(node, "type_parameters") {
            Some(_) => self.it.type_head(id, here),
            None => here,
        };
        self.type_parameters(node, head);
        let inside = self.it.class_body(id, head);
        let test_name = match outer.test_name.as_str() {
            "" => Name::from(text),
            outer => Name::from(format!("{outer}${text}")),
        };
        let namespace = outer.namespace.clone().filter(|_| !is_private);
        let mut extensions = outer.extensions.clone();
        extensions.extend(test_cases::extensions(self.it.semantics(), &annotations));
        let class = Class {
            namespace: namespace.map(|it| match it.as_str() {
                "" => text.into(),
                _ => Name::from(format!("{it}.{text}")),
            }),
            controller: Controller::of(&annotations),
            test_name,
            is_interface,
            facade: None,
            is_static: is_companion || node.kind() == "object_declaration",
            companion_of: is_companion.then_some(here),
            extensions,
        };
        if let Some(constructor) = child_of_kind(node, "primary_constructor") {
            self.primary_constructor(node, constructor, inside);
        }
        self.bases(node, id, Here { owner: Some(id), ..here }, inside);
        if node.kind() == "object_declaration" {
            // As Java names the one there is.
            let object = self.it.definition_value(id);
            self.it.bind(inside, "INSTANCE", Bound::Alias(object));
        }
        if let Some(body) = body {
            self.class_members(body, &class, inside);
        }
    }

    pub(super) fn class_members(&mut self, body: Node<'t>, class: &Class, inside: Here) {
        for member in children(body) {
            // Only what needs no instance is known by the class's name alone.
            let needs_instance = !class.is_static
                && matches!(member.kind(), "function_declaration" | "property_declaration");
            if needs_instance {
                let plain = Class { namespace: None, ..class.clone() };
                self.member(member, &plain, inside);
            } else {
                self.member(member, class, inside);
            }
        }
    }

    fn base(&mut self, node: Node<'t>, outside: Here) -> ExprId {
        let (of, types) = self.named_type(node, Use::Kind(ReferenceKind::Inherit), outside);
        self.it.applied(of, types)
    }

    /// Bases with what they are made with; their names are looked up outside of the class.
    pub(super) fn bases(&mut self, node: Node<'t>, id: DefinitionId, outside: Here, inside: Here) {
        let mut bases = Vec::new();
        let list = child_of_kind(node, "delegation_specifiers");
        for specifier in list.into_iter().flat_map(children) {
            for it in children(specifier) {
                match it.kind() {
                    "constructor_invocation" => {
                        let of = children(it).into_iter().find(|it| is_type(*it));
                        if let Some(of) = of {
                            bases.push(self.base(of, outside));
                        }
                        let list = child_of_kind(it, "value_arguments");
                        let base = self.it.super_of(inside);
                        let target = self.it.attribute(base, jvm::CONSTRUCTOR);
                        let (count, _) = self.arguments(list, None, None, inside);
                        self.it.refer(target, it, Use::Called(Some(count)), inside);
                    }
                    "explicit_delegation" => {
                        let parts = children(it);
                        if let Some(of) = parts.first() {
                            bases.push(self.base(*of, outside));
                        }
                        for value in parts.iter().skip(1) {
                            // Where a body follows, the grammar takes it for a lambda.
                            let value = match misread_body(node) {
                                Some(_) => children(*value).first().copied().unwrap_or(*value),
                                None => *value,
                            };
                            self.expression(value, READ, inside);
                        }
                    }
                    _ if is_type(it) => bases.push(self.base(it, outside)),
                    _ => {}
                }
            }
        }
        // What every object has is from outside, however little is known of it.
        let is_enum = self.it.semantics().definition(id).kind == DefinitionKind::Enum;
        bases.push(self.it.name(MODULE_SCOPE, if is_enum { "Enum" } else { "Any" }));
        self.it.definition(id).bases = bases;
    }

    fn primary_constructor(&mut self, class_node: Node<'t>, node: Node<'t>, here: Here) {
        let Some(name) = field(class_node, "name") else { return };
        let mut new = New::of(DefinitionKind::Method, node, name, None);
        new.shape = vec![node];
        let id = self.it.define(new, here);
        self.it.bind(here, jvm::CONSTRUCTOR, Bound::Definition(id));
        let annotations = annotation_nodes(node);
        self.annotate(id, &annotations, here);
        let inside = self.it.function_body(id, here);
        let list = child_of_kind(node, "class_parameters");
        for parameter in list.into_iter().flat_map(children) {
            let Some(name) = child_of_kind(parameter, "identifier") else { continue };
            let of = children(parameter).into_iter().find(|it| is_type(*it));
            let annotation = of.map(|it| self.type_of(it, inside));
            let default = children(parameter)
                .into_iter()
                .rfind(|it| Some(*it) != of && *it != name && it.kind() != "modifiers");
            let default = default.map(|it| self.expression(it, READ, inside));
            let annotations = annotation_nodes(parameter);
            self.it.parameter(
                Parameter {
                    default,
                    is_variadic: has_modifier(parameter, "vararg"),
                    is_named_type: of.is_some_and(|it| it.kind() == "user_type"),
                    runs: crate::Certainty::Always,
                    ..Parameter::typed(plain_name(name), annotation)
                },
                inside,
            );
            if has_child(parameter, "val") || has_child(parameter, "var") {
                let mut new = New::of(DefinitionKind::Field, parameter, name, None)
                    .decorated_with(annotations.clone())
                    .with(flags_of(parameter));
                new.name = plain_name(name).into();
                let property = self.it.define_bound(new, here);
                self.annotate(property, &annotations, here);
                self.seen_by_java(property, has_child(parameter, "var"), here);
                let value = self.it.name(inside.scope, plain_name(name));
                let definition = self.it.definition(property);
                definition.declared_type = annotation;
                definition.value = Some(value);
            } else {
                for annotation in &annotations {
                    self.annotation_use(*annotation, inside);
                }
                // Initialisers and `init` blocks see it.
                let bound = annotation.map_or(Bound::Unknown, Bound::Typed);
                self.it.bind(here, plain_name(name), bound);
            }
        }
    }

    fn secondary_constructor(&mut self, node: Node<'t>, here: Here) {
        let Some(class) = here.class else { return };
        let word = node.all_children().find(|it| it.kind() == "constructor").unwrap_or(node);
        let body = child_of_kind(node, "block");
        let annotations = annotation_nodes(node);
        let mut new = New::of(DefinitionKind::Method, node, word, body)
            .decorated_with(annotations.clone())
            .with(flags_of(node));
        new.name = self.it.semantics().definition(class).name.clone();
        let id = self.it.define(new, here);
        self.it.bind(here, jvm::CONSTRUCTOR, Bound::Definition(id));
        self.annotate(id, &annotations, here);
        let inside = self.it.function_body(id, here);
        self.parameters(child_of_kind(node, "function_value_parameters"), inside);
        if let Some(call) = child_of_kind(node, "constructor_delegation_call") {
            let list = child_of_kind(call, "value_arguments");
            let (count, _) = self.arguments(list, None, None, inside);
            let of = if has_child(call, "this") {
                self.it.definition_value(class)
            } else {
                self.it.super_of(inside)
            };
            let target = self.it.attribute(of, jvm::CONSTRUCTOR);
            self.it.refer(target, call, Use::Called(Some(count)), inside);
        }
        if let Some(body) = body {
            self.statement(body, inside);
        }
    }

    fn enum_entry(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = child_of_kind(node, "identifier") else { return };
        let Some(around) = here.class else { return };
        let body = child_of_kind(node, "class_body");
        let arguments = child_of_kind(node, "value_arguments");
        let annotations = annotation_nodes(node);
        let mut new = New::of(DefinitionKind::Field, node, name, arguments)
            .decorated_with(annotations.clone());
        new.name = plain_name(name).into();
        new.body.extend(body);
        new.shape.retain(|it| Some(*it) != body);
        new.flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
        let id = self.it.define_bound(new, here);
        self.publish(id, class);
        self.annotate(id, &annotations, here);
        let inside = Here { initialises: Some(id), ..here };
        let (count, _) = self.arguments(arguments, None, None, inside);
        let of = self.it.definition_value(around);
        let made = self.it.attribute(of, jvm::CONSTRUCTOR);
        self.it.refer(made, name, Use::Called(Some(count)), inside);
        let value = match body {
            Some(body) => {
                let own = self.unnamed_class(body, name, plain_name(name), body, here);
                self.it.definition(own).bases = vec![of];
                self.it.implied(own, ReferenceKind::Inherit, of, name.span());
                self.it.definition_value(own)
            }
            None => of,
        };
        let value = self.it.instance_of(value);
        self.it.definition(id).value = Some(value);
    }

    /// A class without a name; its bases are the caller's to add.
    pub(super) fn unnamed_class(
        &mut self,
        whole: Node<'t>,
        name_node: Node<'t>,
        name: &str,
        body: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let mut new = New::of(DefinitionKind::Class, whole, name_node, Some(body));
        new.name = Name::from(format!("${name}"));
        new.shape.clear();
        new.flags = DefinitionFlags { is_private: true, ..DefinitionFlags::default() };
        let id = self.it.define(new, here);
        let inside = self.it.class_body(id, here);
        self.class_members(body, &Class::default(), inside);
        id
    }

    fn type_alias(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "type") else { return };
        let of = children(node).into_iter().rfind(|it| is_type(*it));
        let new = New::of(DefinitionKind::TypeAlias, node, name, None).with(flags_of(node));
        let id = self.it.define_bound(new, here);
        self.publish(id, class);
        let value = of.map(|it| self.type_of(it, Here { owner: Some(id), ..here }));
        self.it.definition(id).value = value;
    }

    /// Walks annotations for the definition that they stand before.
    pub(super) fn annotate(
        &mut self,
        id: DefinitionId,
        annotations: &[Node<'t>],
        here: Here,
    ) -> Vec<Annotation> {
        let here = Here { owner: Some(id), ..here };
        let mut read = Vec::new();
        for node in annotations {
            for annotation in self.annotation_use(*node, here) {
                self.it.definition(id).decorators.push(annotation.value);
                read.push(annotation);
            }
        }
        read
    }

    /// What stands behind one `@`, wherever: one annotation, or a list of them in brackets.
    pub(super) fn annotation_use(&mut self, node: Node<'t>, here: Here) -> Vec<Annotation> {
        let parts = children(node).into_iter();
        parts.filter_map(|it| self.one_annotation(it, here)).collect()
    }

    fn one_annotation(&mut self, node: Node<'t>, here: Here) -> Option<Annotation> {
        let invocation = (node.kind() == "constructor_invocation").then_some(node);
        let of = match invocation {
            Some(it) => children(it).into_iter().find(|it| is_type(*it))?,
            None => Some(node).filter(|it| is_type(*it))?,
        };
        let usage = Use::Kind(ReferenceKind::Decorate);
        let (target, _) = self.named_type(of, usage, here);
        let list = invocation.and_then(|it| child_of_kind(it, "value_arguments"));
        let (_, mut arguments) = self.arguments(list, None, None, here);
        let given: Vec<Node<'t>> = list.into_iter().flat_map(children).collect();
        for (argument, node) in arguments.iter_mut().zip(given) {
            let text = children(node).last().map_or("", |it| it.text());
            if matches!(text, "true" | "false") && argument.name.as_deref().is_some_and(is_switch) {
                argument.value = self.it.text_constant(text);
            }
        }
        let texts = arguments
            .iter()
            .map(|it: &Argument| {
                let key = it.name.clone().unwrap_or_else(|| "value".into());
                let texts = texts_at(self.it.semantics(), &key, it.value);
                (key, texts)
            })
            .collect();
        let value = if arguments.is_empty() { target } else { self.it.call(target, arguments) };
        Some(Annotation { name: super::types::type_name(of).into(), texts, value })
    }
}

/// The body that the grammar reads as a lambda behind `by value`.
fn misread_body(node: Node<'_>) -> Option<Node<'_>> {
    let list = child_of_kind(node, "delegation_specifiers")?;
    let last = children(list).into_iter().next_back()?;
    let delegation = child_of_kind(last, "explicit_delegation")?;
    let call = child_of_kind(delegation, "call_expression")?;
    child_of_kind(child_of_kind(call, "annotated_lambda")?, "lambda_literal")
}

pub(super) fn annotation_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let modifiers = child_of_kind(node, "modifiers").into_iter().flat_map(children);
    modifiers.filter(|it| it.kind() == "annotation").collect()
}

pub(super) fn has_modifier(node: Node<'_>, modifier: &str) -> bool {
    child_of_kind(node, "modifiers")
        .is_some_and(|it| children(it).iter().any(|it| it.text() == modifier))
}

pub(super) fn flags_of(node: Node<'_>) -> DefinitionFlags {
    DefinitionFlags {
        is_abstract: has_modifier(node, "abstract"),
        is_async: has_modifier(node, "suspend"),
        is_private: has_modifier(node, "private"),
        ..DefinitionFlags::default()
    }
}
