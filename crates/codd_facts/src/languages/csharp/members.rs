//! Fields, properties, methods, constructors, events, operators and indexers.

use super::Walk;
use super::declarations::{Class, attribute_nodes, flags_of};
use super::types::last_name;
use super::{CONSTRUCTOR, INDEXER};
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name,
};

impl<'t> Walk<'_, 't> {
    pub(super) fn member(&mut self, node: Node<'t>, class: &Class, here: Here) {
        self.deeper(node, here, |it| match node.kind() {
            "field_declaration" | "event_field_declaration" => it.fields(node, class, here),
            "property_declaration" | "event_declaration" => it.property(node, class, here),
            "indexer_declaration" => it.indexer(node, class, here),
            "method_declaration" => it.method(node, class, here),
            "constructor_declaration" => it.constructor(node, class, here),
            "destructor_declaration" => it.unnamed(node, "Finalize", class, here),
            "operator_declaration" => {
                let operator = field(node, "operator").map_or("", Node::text);
                it.unnamed(node, &format!("operator {operator}"), class, here);
            }
            "conversion_operator_declaration" => {
                let of = field(node, "type").map_or("", last_name);
                it.unnamed(node, &format!("operator {of}"), class, here);
            }
            "enum_member_declaration" => it.enum_member(node, class, here),
            _ => {
                if it.type_declaration(node, class, here).is_none() {
                    it.statement(node, here);
                }
            }
        });
    }

    fn flags(&self, node: Node<'t>, class: &Class) -> DefinitionFlags {
        let flags = flags_of(node, true);
        DefinitionFlags { is_private: flags.is_private && !class.is_interface, ..flags }
    }

    fn offer_static(&mut self, id: DefinitionId, class: &Class, flags: DefinitionFlags) {
        if let Some(namespace) = class.namespace.clone()
            && flags.is_static
            && !flags.is_private
        {
            self.it.offer(namespace, id);
        }
    }

    /// The type of a member; a type may have the same name as the member.
    fn member_type(&mut self, of: Node<'t>, name: Node<'t>, here: Here) -> ExprId {
        let scope = if last_name(of) == name.text() { MODULE_SCOPE } else { here.scope };
        self.type_of(of, Here { scope, ..here })
    }

    fn fields(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let attributes = attribute_nodes(node);
        let Some(declaration) = child_of_kind(node, "variable_declaration") else { return };
        let of = field(declaration, "type");
        let declarators: Vec<Node<'t>> = children(declaration)
            .into_iter()
            .filter(|it| it.kind() == "variable_declarator")
            .collect();
        for declarator in &declarators {
            let Some(name) = field(*declarator, "name") else { continue };
            let value = children(*declarator).into_iter().rfind(|it| *it != name);
            let mut new = New::of(DefinitionKind::Field, node, name, value)
                .decorated_with(attributes.clone())
                .with(self.flags(node, class));
            new.shape.retain(|it| it.kind() != "variable_declaration");
            new.shape.extend(of);
            if declarators.len() > 1 {
                new.whole = *declarator;
            }
            let flags = new.flags;
            let id = self.it.define_bound(new, here);
            self.offer_static(id, class, flags);
            self.attributes(id, &attributes, here);
            let inside = Here { initialises: Some(id), ..here };
            let declared = of.map(|it| self.member_type(it, name, inside));
            let value = value.map(|it| self.initial(it, declared, inside));
            let definition = self.it.definition(id);
            definition.declared_type = declared;
            definition.value = value;
        }
    }

    /// A property: a field where its accessors are made by the compiler, else what runs when
    /// it is read or written.
    fn property(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let attributes = attribute_nodes(node);
        let accessors = field(node, "accessors");
        let value = field(node, "value");
        let is_computed = value.is_some_and(|it| it.kind() == "arrow_expression_clause")
            || accessors
                .is_some_and(|it| children(it).iter().any(|it| field(*it, "body").is_some()));
        let kind = if is_computed { DefinitionKind::Method } else { DefinitionKind::Field };
        let mut new = New::of(kind, node, name, value)
            .decorated_with(attributes.clone())
            .with(self.flags(node, class));
        new.flags.is_property = is_computed;
        if is_computed {
            new.shape.retain(|it| Some(*it) != accessors);
            new.body.extend(accessors);
        }
        let flags = new.flags;
        let id = self.it.define_bound(new, here);
        self.offer_static(id, class, flags);
        self.attributes(id, &attributes, here);
        let of = field(node, "type");
        if !is_computed {
            let inside = Here { initialises: Some(id), ..here };
            let declared = of.map(|it| self.member_type(it, name, inside));
            let value = value.map(|it| self.initial(it, declared, inside));
            let definition = self.it.definition(id);
            definition.declared_type = declared;
            definition.value = value;
            return;
        }
        let inside = self.it.function_body(id, here);
        let declared = of.map(|it| self.member_type(it, name, inside));
        self.it.definition(id).declared_type = declared;
        self.accessors(accessors, value, declared, inside);
    }

    fn accessors(
        &mut self,
        accessors: Option<Node<'t>>,
        value: Option<Node<'t>>,
        declared: Option<ExprId>,
        inside: Here,
    ) {
        if let Some(value) = value {
            self.statement(value, inside);
        }
        for accessor in accessors.into_iter().flat_map(children) {
            for attribute in attribute_nodes(accessor).into_iter().flat_map(children) {
                self.attribute_use(attribute, inside);
            }
            let within = self.it.block(inside);
            let bound = declared.map_or(Bound::Unknown, Bound::Typed);
            self.it.bind(within, "value", bound);
            if let Some(body) = field(accessor, "body") {
                self.statement(body, within);
            }
        }
    }

    fn indexer(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let parameters = field(node, "parameters");
        let mut new = New::of(DefinitionKind::Method, node, parameters.unwrap_or(node), None)
            .decorated_with(attribute_nodes(node))
            .with(self.flags(node, class));
        new.name = Name::new_static(INDEXER);
        let (accessors, value) = (field(node, "accessors"), field(node, "value"));
        new.shape.retain(|it| Some(*it) != accessors && Some(*it) != value);
        new.shape.extend(parameters);
        new.body = accessors.into_iter().chain(value).collect();
        let id = self.it.define_bound(new, here);
        let inside = self.it.function_body(id, here);
        let declared = field(node, "type").map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        if let Some(list) = parameters {
            self.parameters(list, inside);
        }
        self.accessors(accessors, value, declared, inside);
    }

    fn method(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let attributes = attribute_nodes(node);
        let mut new = New::of(DefinitionKind::Method, node, name, body)
            .decorated_with(attributes.clone())
            .with(self.flags(node, class));
        new.flags.is_abstract |= class.is_interface && body.is_none();
        // The declaration of a partial method, whose body stands in another part.
        new.flags.is_companion =
            super::declarations::has_modifier(node, "partial") && body.is_none();
        let flags = new.flags;
        let id = self.it.define_bound(new, here);
        self.offer_static(id, class, flags);
        let attributes = self.attributes(id, &attributes, here);
        let inside = self.it.function_body(id, here);
        self.type_parameters(node, inside);
        let declared = field(node, "returns").map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        if let Some(interface) = child_of_kind(node, "explicit_interface_specifier") {
            for it in children(interface) {
                self.type_of(it, inside);
            }
        }
        let extended = field(node, "parameters").and_then(|it| self.parameters(it, inside));
        if let Some(of) = extended.filter(|_| class.is_static) {
            let target = match self.it.semantics().definition(id).parameters.first() {
                Some(first) => first.annotation,
                None => None,
            };
            let of = bare(of);
            let is_built_in = of.kind() == "predefined_type";
            let target = if is_built_in { Some(self.it.literal()) } else { target };
            let type_name = Name::from(match of.kind() {
                "predefined_type" => of.text(),
                "array_type" => "Array",
                _ => last_name(of),
            });
            if let (Some(target), false) = (target, type_name.is_empty()) {
                self.it.extend(target, type_name, Added::Member(id));
            }
        }
        if matches!(name.text(), "Handle" | "Process" | "Execute") {
            for (of, type_name) in &class.handled {
                self.it.extend(*of, type_name.clone(), Added::Handler(id));
            }
        }
        if let Some(body) = body {
            self.statement(body, inside);
        }
        self.test_method(id, name, &attributes, class, here);
        let handler = self.it.definition_value(id);
        let router = here.class.map(|it| self.it.definition_value(it));
        for route in class.controller.routes(name.text(), &attributes, handler) {
            let route = crate::Route { router, ..route };
            self.it.route(route, node.span());
        }
    }

    fn constructor(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let new = New::of(DefinitionKind::Method, node, name, body)
            .decorated_with(attribute_nodes(node))
            .with(self.flags(node, class));
        let is_static = new.flags.is_static;
        let attributes = attribute_nodes(node);
        let id = self.it.define(new, here);
        if is_static {
            // It runs before the first use of the class.
            self.it.bind(here, "<clinit>", Bound::Definition(id));
        } else {
            self.it.bind(here, CONSTRUCTOR, Bound::Definition(id));
        }
        self.attributes(id, &attributes, here);
        let inside = self.it.function_body(id, here);
        if let Some(list) = field(node, "parameters") {
            self.parameters(list, inside);
        }
        let initializer = child_of_kind(node, "constructor_initializer");
        let own = initializer
            .is_some_and(|it| it.text().trim_start_matches([':', ' ']).starts_with("this"));
        let list = initializer.and_then(|it| child_of_kind(it, "argument_list"));
        let (count, _) = self.arguments(list, None, inside);
        if !is_static {
            let of = match here.class {
                Some(class) if own => self.it.definition_value(class),
                _ => self.it.super_of(inside),
            };
            let target = self.it.attribute(of, CONSTRUCTOR);
            self.it.refer(target, initializer.unwrap_or(name), Use::Called(Some(count)), inside);
        }
        if let Some(body) = body {
            self.statement(body, inside);
        }
    }

    /// A member whose name is not an identifier of its own.
    fn unnamed(&mut self, node: Node<'t>, name: &str, class: &Class, here: Here) {
        let body = field(node, "body");
        let at = field(node, "operator").or_else(|| field(node, "name")).unwrap_or(node);
        let mut new = New::of(DefinitionKind::Method, node, at, body)
            .decorated_with(attribute_nodes(node))
            .with(self.flags(node, class));
        new.name = name.into();
        let id = self.it.define_bound(new, here);
        let inside = self.it.function_body(id, here);
        let declared = field(node, "type").map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        if let Some(list) = field(node, "parameters") {
            self.parameters(list, inside);
        }
        if let Some(body) = body {
            self.statement(body, inside);
        }
    }

    fn enum_member(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let attributes = attribute_nodes(node);
        let value = field(node, "value");
        let flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
        let new = New::of(DefinitionKind::Field, node, name, value)
            .decorated_with(attributes.clone())
            .with(flags);
        let id = self.it.define_bound(new, here);
        self.offer_static(id, class, flags);
        self.attributes(id, &attributes, here);
        if let Some(value) = value {
            self.expression(value, READ, Here { initialises: Some(id), ..here });
        }
    }
}

/// A type that may be missing: `string` of `string?`.
fn bare(of: Node<'_>) -> Node<'_> {
    match of.kind() {
        "nullable_type" => field(of, "type").unwrap_or(of),
        _ => of,
    }
}
