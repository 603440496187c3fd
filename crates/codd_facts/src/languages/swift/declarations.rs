//! Classes, structs, actors, protocols, extensions and type aliases.

use super::types::{dotted, is_type};
use super::{Walk, plain_name};
use crate::lowering::{Here, New, TYPE, This, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name,
    ReferenceKind,
};

/// A type, or the file, on the way to its members.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    /// The namespaces in which what it holds is known; none inside of types.
    pub(super) offered: Vec<Name>,
    pub(super) extended: Option<Extended>,
    pub(super) is_type: bool,
    pub(super) is_protocol: bool,
    /// A class that extends another type, for all its head says.
    pub(super) is_subclass: bool,
    /// As test runners name it.
    pub(super) suite: Name,
    /// Whether it may be a class of XCTest.
    pub(super) is_test_case: bool,
}

/// A type that another file defines, or this one further down.
#[derive(Clone, Debug)]
pub(super) struct Extended {
    pub(super) of: ExprId,
    /// As written, dotted.
    pub(super) written: Name,
}

impl<'t> Walk<'_, 't> {
    pub(super) fn member(&mut self, node: Node<'t>, around: &Around, here: Here) {
        self.deeper(node, here, |it| it.member_within(node, around, here));
    }

    fn member_within(&mut self, node: Node<'t>, around: &Around, here: Here) {
        match node.kind() {
            "class_declaration"
                if field(node, "declaration_kind").is_some_and(|it| it.text() == "extension") =>
            {
                self.extension(node, here);
            }
            "class_declaration" | "protocol_declaration" => {
                self.type_declaration(node, around, here);
            }
            "function_declaration" | "protocol_function_declaration" => {
                self.function(node, around, here);
            }
            "init_declaration" | "deinit_declaration" => self.initialiser(node, around, here),
            "subscript_declaration" => self.subscript(node, around, here),
            "property_declaration" => self.property(node, around, here),
            "protocol_property_declaration" => self.requirement(node, around, here),
            "typealias_declaration" | "associatedtype_declaration" => {
                self.type_alias(node, around, here);
            }
            "enum_entry" => self.enum_entry(node, here),
            "operator_declaration" | "precedence_group_declaration" => {
                self.it.not_modelled("operators");
            }
            "macro_declaration" => self.it.not_modelled("macros"),
            "directive" | "diagnostic" => {}
            _ => {
                self.statement(node, here);
            }
        }
    }

    /// Adds a definition where it belongs: to its scope, to the type that is extended, and to
    /// what other files see.
    pub(super) fn define_member(
        &mut self,
        new: New<'t>,
        around: &Around,
        here: Here,
    ) -> DefinitionId {
        let is_private = new.flags.is_private;
        let id = match &around.extended {
            Some(extended) => {
                let name = format!("{}.{}", extended.written, new.name);
                let id = self.it.define_as(new, name.into(), here);
                let last = extended.written.rsplit('.').next().unwrap_or_default();
                self.it.extend(extended.of, last, Added::Member(id));
                id
            }
            None => self.it.define_bound(new, here),
        };
        if !is_private {
            for namespace in &around.offered {
                self.it.offer(namespace.clone(), id);
            }
        }
        id
    }

    fn type_declaration(&mut self, node: Node<'t>, around: &Around, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let word = field(node, "declaration_kind").map_or("", Node::text);
        let kind = match word {
            "enum" => DefinitionKind::Enum,
            "protocol" => DefinitionKind::Interface,
            _ => DefinitionKind::Class,
        };
        let body = field(node, "body");
        let attributes = attribute_nodes(node);
        let mut new =
            New::of(kind, node, name, body).decorated_with(attributes.clone()).with(flags_of(node));
        new.name = plain_name(name).into();
        let id = self.define_member(new, around, here);
        if around.extended.is_some() {
            // Other members of the extension see it by its name alone.
            self.it.bind(here, plain_name(name), Bound::Definition(id));
        }
        let attributes = self.attributes(id, &attributes, here);
        let around_body = match child_of_kind(node, "type_parameters") {
            Some(_) => self.it.type_head(id, here),
            None => here,
        };
        self.type_parameters(node, around_body);
        let inside = self.it.class_body(id, around_body);
        let head = Here { owner: Some(id), ..inside };
        let bases = self.bases(node, Here { scope: around_body.scope, ..head });
        let has_base = !bases.is_empty();
        self.it.definition(id).bases = bases;
        let is_suite = attributes.iter().any(|it| it == "Suite");
        let suite = match around.suite.as_str() {
            "" => Name::from(plain_name(name)),
            outer => Name::from(format!("{outer}/{}", plain_name(name))),
        };
        let own = Around {
            is_type: true,
            is_protocol: kind == DefinitionKind::Interface,
            is_subclass: word == "class" && has_base,
            suite,
            is_test_case: self.unit.uses_xctest && word == "class" && has_base && !is_suite,
            ..Around::default()
        };
        for member in body.map(children).unwrap_or_default() {
            self.member(member, &own, inside);
        }
    }

    fn bases(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
        let specifiers =
            children(node).into_iter().filter(|it| it.kind() == "inheritance_specifier");
        let specifiers: Vec<Node<'t>> = specifiers.collect();
        let mut bases = Vec::new();
        for specifier in specifiers {
            for of in children(specifier).into_iter().filter(|it| is_type(*it)) {
                bases.push(self.type_used(of, Use::Kind(ReferenceKind::Inherit), here));
            }
        }
        bases
    }

    fn extension(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body").map(children).unwrap_or_default();
        let written: Name = dotted(name).into();
        let around = Around {
            is_type: true,
            suite: written.replace('.', "/").into(),
            is_test_case: self.unit.uses_xctest,
            ..Around::default()
        };
        if let Some(own) = self.own_definition(&written) {
            let Some(scope) = self.it.semantics().definition(own).body else { return };
            let inside = Here {
                scope,
                owner: Some(own),
                parent: Some(own),
                class: Some(own),
                this: This::Instance(own),
                ..here
            };
            self.type_used(name, TYPE, Here { owner: Some(own), ..here });
            let bases = self.bases(node, Here { owner: Some(own), ..here });
            self.it.definition(own).bases.extend(bases);
            for member in body {
                self.member(member, &around, inside);
            }
            return;
        }
        let of = self.type_used(name, TYPE, here);
        let last = written.rsplit('.').next().unwrap_or_default().to_owned();
        for base in self.bases(node, here) {
            self.it.extend(of, last.as_str(), Added::Base(base));
        }
        let inside = self.it.block(here);
        self.it.bind(inside, "Self", Bound::Alias(of));
        let instance = self.it.instance_of(of);
        let inside = Here { this: This::Object(instance), ..inside };
        let around = Around { extended: Some(Extended { of, written }), ..around };
        for member in body {
            self.member(member, &around, inside);
        }
    }

    /// The type of that dotted name which this file has defined so far.
    fn own_definition(&self, written: &str) -> Option<DefinitionId> {
        let mut scope = MODULE_SCOPE;
        let mut found = None;
        for part in written.split('.') {
            let Bound::Definition(id) = self.it.builder.bound_last(scope, &part.into())? else {
                return None;
            };
            let definition = self.it.semantics().definition(*id);
            let is_type = matches!(
                definition.kind,
                DefinitionKind::Class | DefinitionKind::Enum | DefinitionKind::Interface
            );
            scope = definition.body.filter(|_| is_type)?;
            found = Some(*id);
        }
        found
    }

    fn type_alias(&mut self, node: Node<'t>, around: &Around, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let attributes = attribute_nodes(node);
        let mut new = New::of(DefinitionKind::TypeAlias, node, name, None)
            .decorated_with(attributes.clone())
            .with(flags_of(node));
        new.name = plain_name(name).into();
        new.flags.is_abstract = node.kind() == "associatedtype_declaration";
        let id = self.define_member(new, around, here);
        self.attributes(id, &attributes, here);
        let inside = Here { owner: Some(id), ..here };
        let types: Vec<Node<'t>> = children(node).into_iter().filter(|it| is_type(*it)).collect();
        let mut value = None;
        for of in types {
            let of = self.type_of(of, inside);
            value.get_or_insert(of);
        }
        self.it.definition(id).value = value;
    }

    /// Walks attributes for the definition that they stand before; gives their names.
    pub(super) fn attributes(
        &mut self,
        id: DefinitionId,
        attributes: &[Node<'t>],
        here: Here,
    ) -> Vec<Name> {
        let here = Here { owner: Some(id), ..here };
        let mut names = Vec::new();
        for node in attributes {
            if let Some((name, value)) = self.attribute(*node, here) {
                self.it.definition(id).decorators.push(value);
                names.push(name);
            }
        }
        names
    }

    /// One attribute; those of the compiler are written small and mean nothing here.
    pub(super) fn attribute(&mut self, node: Node<'t>, here: Here) -> Option<(Name, ExprId)> {
        let of = child_of_kind(node, "user_type")?;
        let name = dotted(of);
        if !name.starts_with(char::is_uppercase) {
            return None;
        }
        let value = self.type_used(of, Use::Kind(ReferenceKind::Decorate), here);
        for argument in children(node).into_iter().filter(|it| *it != of) {
            self.expression(argument, crate::lowering::READ, here);
        }
        Some((name.into(), value))
    }
}

pub(super) fn attribute_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let modifiers = child_of_kind(node, "modifiers").into_iter().flat_map(children);
    modifiers.chain(children(node)).filter(|it| it.kind() == "attribute").collect()
}

pub(super) fn has_modifier(node: Node<'_>, modifier: &str) -> bool {
    child_of_kind(node, "modifiers")
        .is_some_and(|it| children(it).iter().any(|it| it.text() == modifier))
}

pub(super) fn flags_of(node: Node<'_>) -> DefinitionFlags {
    DefinitionFlags {
        is_static: has_modifier(node, "static") || has_modifier(node, "class"),
        is_async: has_child(node, "async"),
        is_private: has_modifier(node, "private") || has_modifier(node, "fileprivate"),
        ..DefinitionFlags::default()
    }
}
