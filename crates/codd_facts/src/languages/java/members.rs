//! Fields, methods, constructors, enum constants and record components.

use super::super::jvm::{self, annotations, test_cases};
use super::Walk;
use super::declarations::{Class, annotation_nodes, flags_of, has_modifier};
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, Parameter};

impl<'t> Walk<'_, 't> {
    pub(super) fn fields(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let annotations = annotation_nodes(node);
        let of = field(node, "type");
        let mut declared = None;
        let mut is_rule = false;
        let declarators =
            children(node).into_iter().filter(|it| it.kind() == "variable_declarator");
        for declarator in declarators {
            let Some(name) = field(declarator, "name") else { continue };
            let value = field(declarator, "value");
            let mut new = New::of(DefinitionKind::Field, node, name, value)
                .decorated_with(annotations.clone())
                .with(flags_of(node));
            new.shape.retain(|it| it.kind() != "variable_declarator");
            new.flags.is_static |= class.is_interface;
            if node.all_children().filter(|it| it.kind() == "variable_declarator").count() > 1 {
                new.whole = declarator;
            }
            let is_open = !new.flags.is_private && new.flags.is_static;
            let id = self.it.define_bound(new, here);
            if let Some(namespace) = class.namespace.clone().filter(|_| is_open) {
                self.it.offer(namespace, id);
            }
            let inside = Here { initialises: Some(id), ..here };
            if declared.is_none() {
                declared = of.map(|of| self.type_of(of, inside));
                is_rule = test_cases::is_rule(&self.annotate(id, &annotations, here));
            }
            if is_rule {
                test_cases::runs_rule(self.it, id, name.span(), here);
            }
            let value = value.map(|value| self.expression(value, READ, inside));
            let definition = self.it.definition(id);
            definition.declared_type = declared;
            definition.value = value;
        }
    }

    pub(super) fn method(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let annotations = annotation_nodes(node);
        let mut new = New::of(DefinitionKind::Method, node, name, body)
            .decorated_with(annotations.clone())
            .with(flags_of(node));
        new.flags.is_abstract |= class.is_interface && body.is_none();
        let flags = new.flags;
        let id = self.it.define_bound(new, here);
        if let Some(namespace) = class.namespace.clone()
            && flags.is_static
            && !flags.is_private
        {
            self.it.offer(namespace, id);
        }
        let annotations = self.annotate(id, &annotations, here);
        let inside = self.it.function_body(id, here);
        self.type_parameters(field(node, "type_parameters"), inside);
        let declared = field(node, "type").map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        self.parameters(field(node, "parameters"), inside);
        self.thrown(node, inside);
        if let Some(value) = field(node, "value") {
            let value = self.expression(value, READ, inside);
            self.it.returned(value, inside);
        }
        if let Some(body) = body {
            self.statement(body, inside);
        }
        let text = name.text();
        let is_old = class.is_old_test && text.starts_with("test") && has_modifier(node, "public");
        test_cases::provides(self.it, id, &annotations, here);
        let is_every = class.is_all_tests && has_modifier(node, "public") && !flags.is_static;
        if is_old || is_every || annotations.iter().any(annotations::is_test) {
            let framework = if self.unit.is_testng { "testng" } else { "junit" };
            self.it.test(format!("{}#{text}", class.test_name), framework, id);
            let with = &class.extensions;
            test_cases::runs_with(self.it, id, name.span(), &annotations, with, here);
        } else if test_cases::is_around_tests(text, &annotations) {
            self.it.runs_around_tests(id, name.span(), here);
        }
        let handler = self.it.definition_value(id);
        for route in class.controller.routes(&annotations, handler) {
            self.it.route(route, node.span());
        }
        let requests = class.controller.requests(&annotations);
        annotations::add_requests(requests, id, name.span(), &mut self.it.builder);
    }

    pub(super) fn constructor(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let annotations = annotation_nodes(node);
        let new = New::of(DefinitionKind::Method, node, name, body)
            .decorated_with(annotations.clone())
            .with(flags_of(node));
        let id = self.it.define(new, here);
        self.it.bind(here, jvm::CONSTRUCTOR, Bound::Definition(id));
        self.annotate(id, &annotations, here);
        let inside = self.it.function_body(id, here);
        self.type_parameters(field(node, "type_parameters"), inside);
        self.parameters(field(node, "parameters"), inside);
        if node.kind() == "compact_constructor_declaration" {
            for component in &class.components {
                self.it.parameter(component.clone(), inside);
            }
        }
        self.thrown(node, inside);
        let Some(body) = body else { return };
        let is_told = has_child(body, "explicit_constructor_invocation");
        if node.kind() == "constructor_declaration" && !is_told && !class.name.starts_with('$') {
            // The base is made first, without a word of it.
            let base = self.it.super_of(inside);
            let target = self.it.attribute(base, jvm::CONSTRUCTOR);
            self.it.refer(target, name, Use::Called(Some(0)), inside);
        }
        self.statement(body, inside);
    }

    fn thrown(&mut self, node: Node<'t>, inside: Here) {
        if let Some(throws) = child_of_kind(node, "throws") {
            for it in children(throws) {
                self.type_of(it, inside);
            }
        }
    }

    /// Parameters of a method, a constructor or a lambda.
    pub(super) fn parameters(&mut self, list: Option<Node<'t>>, inside: Here) {
        for node in list.into_iter().flat_map(children) {
            for annotation in annotation_nodes(node) {
                self.annotation_use(annotation, inside);
            }
            let (name, of, is_variadic) = match node.kind() {
                "formal_parameter" => (field(node, "name"), field(node, "type"), false),
                "spread_parameter" => {
                    let declarator = child_of_kind(node, "variable_declarator");
                    let is_type = |it: &Node<'_>| {
                        it.kind() != "modifiers"
                            && it.kind() != "variable_declarator"
                            && !it.kind().ends_with("annotation")
                    };
                    let of = children(node).into_iter().find(is_type);
                    (declarator.and_then(|it| field(it, "name")), of, true)
                }
                "identifier" => (Some(node), None, false),
                _ => continue,
            };
            let Some(name) = name else { continue };
            let mut annotation = of.and_then(|it| self.declared(it, inside));
            if is_variadic || child_of_kind(node, "dimensions").is_some() {
                annotation = annotation.map(|it| self.container_of(it));
            }
            let is_named_type = of.is_some_and(|it| it.kind() == "type_identifier");
            let parameter = Parameter {
                is_variadic,
                is_named_type,
                ..Parameter::typed(name.text(), annotation)
            };
            self.it.parameter(parameter, inside);
        }
    }

    pub(super) fn enum_constant(
        &mut self,
        node: Node<'t>,
        id: DefinitionId,
        class: &Class,
        here: Here,
    ) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let annotations = annotation_nodes(node);
        let arguments = field(node, "arguments");
        let mut new = New::of(DefinitionKind::Field, node, name, arguments)
            .decorated_with(annotations.clone());
        new.body.extend(body);
        new.shape.retain(|it| Some(*it) != body);
        new.flags = DefinitionFlags { is_static: true, ..DefinitionFlags::default() };
        let constant = self.it.define_bound(new, here);
        if let Some(namespace) = class.namespace.clone() {
            self.it.offer(namespace, constant);
        }
        self.annotate(constant, &annotations, here);
        let inside = Here { initialises: Some(constant), ..here };
        let (count, _) = self.arguments(arguments, inside);
        let of = self.it.definition_value(id);
        let made = self.it.attribute(of, jvm::CONSTRUCTOR);
        self.it.refer(made, name, Use::Called(Some(count)), inside);
        let value = match body {
            Some(body) => {
                let class = self.anonymous(body, name, of, body, here);
                self.it.definition_value(class)
            }
            None => of,
        };
        let value: ExprId = self.it.instance_of(value);
        self.it.definition(constant).value = Some(value);
    }

    /// The components of a record: fields, parameters of its constructor, and what is called
    /// to read them.
    pub(super) fn record_components(&mut self, list: Node<'t>, here: Here) -> Vec<Parameter> {
        let mut components = Vec::new();
        for node in children(list) {
            let Some(name) = field(node, "name") else { continue };
            let annotations = annotation_nodes(node);
            let new = New::of(DefinitionKind::Field, node, name, None)
                .decorated_with(annotations.clone());
            let component = self.it.define_bound(new, here);
            self.annotate(component, &annotations, here);
            let inside = Here { initialises: Some(component), ..here };
            let declared = field(node, "type").map(|it| self.type_of(it, inside));
            self.it.definition(component).declared_type = declared;
            components.push(Parameter::typed(name.text(), declared));
        }
        components
    }
}
