//! Functions, methods, initialisers and subscripts.

use super::declarations::{Around, attribute_nodes, flags_of};
use super::types::is_type;
use super::{INIT, SUBSCRIPT, Walk, plain_name};
use crate::lowering::{AROUND, Here, New, READ, This, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, DefinitionId, DefinitionKind, InheritedTests, Parameter};

/// Classes run the tests of those that they extend.
pub(super) static INHERITED: InheritedTests = InheritedTests {
    between_classes: "/",
    before_method: "/",
    prefix: Some("test"),
    is_suite_base: |name| name.ends_with("TestCase"),
    frameworks: ("xctest", "xctest"),
    collects: |_, _, _, is_suite| is_suite,
    runs_abstract: true,
    around: &[AROUND],
};

impl<'t> Walk<'_, 't> {
    pub(super) fn function(&mut self, node: Node<'t>, around: &Around, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let text = plain_name(name);
        let body =
            child_of_kind(node, "function_body").or_else(|| child_of_kind(node, "statements"));
        let kind = if around.is_type { DefinitionKind::Method } else { DefinitionKind::Function };
        let (id, attributes, inside) = self.callable(node, name, text, kind, body, around, here);
        let result = children(node).into_iter().rfind(|it| is_type(*it));
        let declared = result.map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        self.callable_body(body, inside);
        if self.is_test(id, text, &attributes, around) {
            let framework =
                if attributes.iter().any(|it| it == "Test") { "swift-testing" } else { "xctest" };
            let name = match around.suite.as_str() {
                "" => text.to_owned(),
                suite => format!("{suite}/{text}"),
            };
            self.it.test(name, framework, id);
            self.it.test_of_class(id, node.span(), here);
        } else if matches!(text, "setUp" | "setUpWithError" | "tearDown" | "tearDownWithError") {
            self.it.runs_around_tests(id, node.span(), here);
        }
    }

    fn is_test(
        &self,
        id: DefinitionId,
        name: &str,
        attributes: &[crate::Name],
        around: &Around,
    ) -> bool {
        let definition = self.it.semantics().definition(id);
        let is_marked = self.unit.uses_testing && attributes.iter().any(|it| it == "Test");
        let is_named = around.is_test_case
            && name.starts_with("test")
            && definition.parameters.is_empty()
            && !definition.flags.is_static
            && !definition.flags.is_private;
        is_marked || is_named
    }

    /// `init` and `deinit`.
    pub(super) fn initialiser(&mut self, node: Node<'t>, around: &Around, here: Here) {
        let body = field(node, "body");
        let (word, text) = match field(node, "name") {
            Some(name) => (name, INIT),
            None => {
                (node.all_children().find(|it| it.kind() == "deinit").unwrap_or(node), "deinit")
            }
        };
        let kind = DefinitionKind::Method;
        let (_, _, inside) = self.callable(node, word, text, kind, body, around, here);
        if text == INIT && around.is_subclass && !body.is_some_and(delegates) {
            // The base is made last, without a word of it.
            let base = self.it.super_of(inside);
            let target = self.it.attribute(base, INIT);
            self.it.refer(target, word, Use::Called(Some(0)), inside);
        }
        self.callable_body(body, inside);
    }

    pub(super) fn subscript(&mut self, node: Node<'t>, around: &Around, here: Here) {
        let word = node.all_children().find(|it| it.kind() == SUBSCRIPT).unwrap_or(node);
        let body =
            child_of_kind(node, "computed_property").or_else(|| child_of_kind(node, "statements"));
        let kind = DefinitionKind::Method;
        let (id, _, inside) = self.callable(node, word, SUBSCRIPT, kind, body, around, here);
        let result = children(node).into_iter().rfind(|it| is_type(*it));
        let declared = result.map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        match body {
            Some(body) if body.kind() == "computed_property" => {
                self.accessors(body, declared, inside);
            }
            body => self.callable_body(body, inside),
        }
    }

    /// A definition with parameters, up to its body.
    #[expect(clippy::too_many_arguments, reason = "what every callable is made of")]
    fn callable(
        &mut self,
        node: Node<'t>,
        name: Node<'t>,
        text: &str,
        kind: DefinitionKind,
        body: Option<Node<'t>>,
        around: &Around,
        here: Here,
    ) -> (DefinitionId, Vec<crate::Name>, Here) {
        let attributes = match kind {
            DefinitionKind::Function | DefinitionKind::Method => attribute_nodes(node)
                .into_iter()
                .filter(|it| it.span().start < name.span().start)
                .collect(),
            _ => Vec::new(),
        };
        let mut new =
            New::of(kind, node, name, body).decorated_with(attributes.clone()).with(flags_of(node));
        new.name = text.into();
        new.flags.is_abstract = around.is_protocol && body.is_none();
        let id = self.define_member(new, around, here);
        let attributes = self.attributes(id, &attributes, here);
        let mut inside = self.it.function_body(id, here);
        if let (Some(extended), true) = (&around.extended, flags_of(node).is_static) {
            inside.this = This::Object(extended.of);
        }
        self.type_parameters(node, inside);
        self.parameters(node, name.span().start, inside);
        (id, attributes, inside)
    }

    pub(super) fn callable_body(&mut self, body: Option<Node<'t>>, inside: Here) {
        let groups = self.groups.len();
        if let Some(body) = body {
            self.statement(body, inside);
        }
        self.groups.truncate(groups);
    }

    fn parameters(&mut self, node: Node<'t>, after: u32, inside: Here) {
        let defaults: Vec<Node<'t>> = node.fields_named("default_value").collect();
        let parts: Vec<Node<'t>> =
            node.all_children().filter(|it| it.span().start > after).collect();
        for (at, part) in parts.iter().enumerate() {
            match part.kind() {
                "attribute" => {
                    self.attribute(*part, inside);
                }
                "parameter" => {
                    let next = parts.iter().skip(at + 1).take_while(|it| it.kind() != "parameter");
                    let next: Vec<Node<'t>> = next.copied().collect();
                    let default = next.iter().find(|it| defaults.contains(it)).copied();
                    let is_variadic =
                        next.first().is_some_and(|it| it.kind() == "...") || child_has_dots(*part);
                    self.parameter(*part, default, is_variadic, inside);
                }
                _ => {}
            }
        }
    }

    fn parameter(
        &mut self,
        node: Node<'t>,
        default: Option<Node<'t>>,
        is_variadic: bool,
        inside: Here,
    ) {
        let names = children(node).into_iter().filter(|it| it.kind() == "simple_identifier");
        let names: Vec<Node<'t>> = names.collect();
        let (Some(label), Some(name)) = (names.first(), names.last()) else { return };
        let of = children(node).into_iter().find(|it| is_type(*it));
        let mut annotation = of.map(|it| self.type_of(it, inside));
        if is_variadic {
            annotation = annotation.map(|it| self.container_of(it));
        }
        self.expected = annotation;
        let default = default.map(|it| self.expression(it, READ, inside));
        self.expected = None;
        let parameter = Parameter {
            default,
            is_variadic,
            is_named_type: of.is_some_and(|it| it.kind() == "user_type"),
            runs: crate::Certainty::Always,
            ..Parameter::typed(plain_name(*label), annotation)
        };
        // Callers see the label, and the body the name.
        let Some(function) = inside.function else { return };
        let parameters = &mut self.it.definition(function).parameters;
        let index = parameters.len() as u32;
        parameters.push(parameter);
        self.it.bind(inside, plain_name(*name), Bound::Parameter { function, index });
    }
}

/// Whether an initialiser says which other one it runs.
fn delegates(body: Node<'_>) -> bool {
    body.below().any(|it| it.kind() == "navigation_expression" && it.text().ends_with(".init"))
}

fn child_has_dots(node: Node<'_>) -> bool {
    node.all_children().any(|it| it.kind() == "...")
}
