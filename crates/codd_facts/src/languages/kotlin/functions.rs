//! Functions, methods and extensions of types.

use super::super::jvm::{annotations, test_cases};
use super::declarations::{Class, annotation_nodes, flags_of};
use super::types::{is_type, type_name};
use super::{Walk, plain_name};
use crate::lowering::{Here, New, READ, This};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Added, DefinitionId, DefinitionKind, Parameter};

impl<'t> Walk<'_, 't> {
    pub(super) fn function(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let text = plain_name(name);
        let body = child_of_kind(node, "function_body");
        let annotations = annotation_nodes(node);
        let is_method = here.class.is_some() && here.class == here.owner;
        let kind = if is_method { DefinitionKind::Method } else { DefinitionKind::Function };
        let mut new = New::of(kind, node, name, body)
            .decorated_with(annotations.clone())
            .with(flags_of(node));
        new.name = text.into();
        new.flags.is_abstract |= class.is_interface && body.is_none();
        // `expect` says what each platform has.
        new.flags.is_companion = !class.is_interface && !new.flags.is_abstract && body.is_none();
        let id = self.it.define_bound(new, here);
        self.publish(id, class);
        let annotations = self.annotate(id, &annotations, here);
        let mut inside = self.it.function_body(id, here);
        self.type_parameters(node, inside);
        // The receiver of an extension stands before its name, the result behind.
        let at = name.span().start;
        let types = children(node).into_iter().filter(|it| is_type(*it));
        let (receiver, result): (Vec<_>, Vec<_>) = types.partition(|it| it.span().start < at);
        if let Some(receiver) = receiver.first() {
            inside.this = self.extend_type(*receiver, id, inside);
        }
        let declared = result.first().map(|it| self.type_of(*it, inside));
        self.it.definition(id).declared_type = declared;
        self.parameters(child_of_kind(node, "function_value_parameters"), inside);
        if let Some(body) = body {
            self.function_code(body, inside);
        }
        test_cases::provides(self.it, id, &annotations, here);
        if annotations.iter().any(annotations::is_test) {
            self.it.test(format!("{}#{text}", class.test_name), "junit", id);
            let with = &class.extensions;
            test_cases::runs_with(self.it, id, name.span(), &annotations, with, here);
        } else if is_method && test_cases::is_around_tests(text, &annotations) {
            // A companion's run around the tests of the class that it is of.
            let of = class.companion_of.unwrap_or(here);
            self.it.runs_around_tests(id, name.span(), of);
        }
        let handler = self.it.definition_value(id);
        for route in class.controller.routes(&annotations, handler) {
            self.it.route(route, node.span());
        }
        let requests = class.controller.requests(&annotations);
        annotations::add_requests(requests, id, name.span(), &mut self.it.builder);
    }

    /// Adds a function or property to a type; gives what `this` is in it.
    pub(super) fn extend_type(&mut self, of: Node<'t>, id: DefinitionId, here: Here) -> This {
        let target = self.named_type(of, crate::lowering::TYPE, here).0;
        self.it.extend(target, type_name(of), Added::Member(id));
        This::Object(self.it.instance_of(target))
    }

    /// A block, or the value behind `=`.
    pub(super) fn function_code(&mut self, body: Node<'t>, inside: Here) {
        for it in children(body) {
            if it.kind() == "block" {
                self.statement(it, inside);
                continue;
            }
            let value = self.expression(it, READ, inside);
            let is_told = inside
                .function
                .is_none_or(|it| self.it.semantics().definition(it).declared_type.is_some());
            if !is_told {
                self.it.returned(value, inside);
            }
        }
    }

    pub(super) fn parameters(&mut self, list: Option<Node<'t>>, inside: Here) {
        let nodes: Vec<Node<'t>> = list.into_iter().flat_map(children).collect();
        let mut is_variadic = false;
        for (at, node) in nodes.iter().enumerate() {
            if node.kind() == "parameter_modifiers" {
                is_variadic = children(*node).iter().any(|it| it.text() == "vararg");
                for annotation in children(*node) {
                    if annotation.kind() == "annotation" {
                        self.annotation_use(annotation, inside);
                    }
                }
                continue;
            }
            if node.kind() != "parameter" {
                continue;
            }
            let Some(name) = child_of_kind(*node, "identifier") else { continue };
            let of = children(*node).into_iter().find(|it| is_type(*it));
            let mut annotation = of.map(|it| self.type_of(it, inside));
            if is_variadic {
                annotation = annotation.map(|it| self.container_of(it));
            }
            let is_default =
                |it: &&Node<'t>| !matches!(it.kind(), "parameter" | "parameter_modifiers");
            let default = nodes.get(at + 1).filter(is_default);
            let default = default.map(|it| self.expression(*it, READ, inside));
            let parameter = Parameter {
                default,
                is_variadic,
                is_named_type: of.is_some_and(|it| it.kind() == "user_type"),
                runs: crate::Certainty::Always,
                ..Parameter::typed(plain_name(name), annotation)
            };
            self.it.parameter(parameter, inside);
            is_variadic = false;
        }
    }
}
