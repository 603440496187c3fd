//! Tests of GoogleTest, Catch2 and doctest, Boost.Test, Check, Unity and CMocka.

use super::Walk;
use super::classes::INHERIT;
use super::declarators::{Declared, parameter_nodes};
use crate::lowering::{CALL, Here, New, READ};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionId, DefinitionKind, Name};

impl<'t> Walk<'_, 't> {
    /// `TEST(Suite, Name) { … }`, `TEST_F(Fixture, Name) { … }`, `START_TEST(name) { … }`:
    /// functions to the grammar; false where it is none of these.
    pub(super) fn test_function(
        &mut self,
        node: Node<'t>,
        it: Declared<'t>,
        function: Node<'t>,
        here: Here,
    ) -> bool {
        let word = it.name.text();
        let names: Vec<Node<'t>> = parameter_nodes(function)
            .into_iter()
            .filter(|it| it.is_named())
            .map(|it| field(it, "type").unwrap_or(it))
            .collect();
        let Some(body) = field(node, "body") else { return false };
        match (word, names.as_slice()) {
            ("TEST" | "TYPED_TEST" | "TEST_P" | "TYPED_TEST_P" | "TEST_F", [suite, name]) => {
                let title = format!("{}.{}", suite.text(), name.text());
                if word == "TEST" {
                    let id = self.test_body(node, it.name, body, &title, here);
                    self.test(title, "gtest", id);
                } else {
                    self.fixture_test(node, it.name, *suite, body, (&title, "gtest"), here);
                }
                true
            }
            ("BOOST_FIXTURE_TEST_CASE", [name, fixture]) => {
                self.fixture_test(node, it.name, *fixture, body, (name.text(), "boost"), here);
                true
            }
            ("START_TEST" | "BOOST_AUTO_TEST_CASE", [name]) => {
                let framework = if word == "START_TEST" { "check" } else { "boost" };
                let title = name.text().to_owned();
                let id = self.test_body(node, it.name, body, &title, here);
                self.bind(here, title.as_str(), Bound::Definition(id));
                self.test(title, framework, id);
                true
            }
            _ => false,
        }
    }

    /// `START_TEST(name) { … }` is a function without parameters to the grammar, whose type has
    /// that name.
    pub(super) fn test_declarator(&mut self, node: Node<'t>, it: Declared<'t>, here: Here) -> bool {
        let word = field(node, "type").map_or("", Node::text);
        let framework = match word {
            "START_TEST" => "check",
            "BOOST_AUTO_TEST_CASE" => "boost",
            _ => return false,
        };
        let (None, Some(body)) = (it.function, field(node, "body")) else { return false };
        let title = it.name.text();
        let id = self.test_body(node, it.name, body, title, here);
        self.bind(here, title, Bound::Definition(id));
        self.test(title, framework, id);
        true
    }

    /// `TEST_CASE("title", "[tags]") { … }`: a call and a block to the grammar; gives how many
    /// nodes that takes.
    pub(super) fn test_block(
        &mut self,
        node: Node<'t>,
        next: Option<Node<'t>>,
        here: Here,
    ) -> usize {
        if node.kind() != "expression_statement" {
            return 0;
        }
        let Some(call) = node.first_child().filter(|it| it.kind() == "call_expression") else {
            return 0;
        };
        let Some(function) = field(call, "function") else { return 0 };
        let is_known = matches!(
            function.text(),
            "TEST_CASE" | "SCENARIO" | "TEMPLATE_TEST_CASE" | "DOCTEST_TEST_CASE"
        );
        let Some(body) = next.filter(|it| is_known && it.kind() == "compound_statement") else {
            return 0;
        };
        let title = field(call, "arguments").and_then(Node::first_child);
        let title = title.map_or("", |it| it.text().trim_matches('"')).to_owned();
        let id = self.test_body(body, function, body, &title, here);
        self.test(title, "catch2", id);
        2
    }

    fn test_body(
        &mut self,
        whole: Node<'t>,
        name: Node<'t>,
        body: Node<'t>,
        title: &str,
        here: Here,
    ) -> DefinitionId {
        let mut new = New::of(DefinitionKind::Callback, whole, name, Some(body));
        new.name = Name::new(title);
        let id = self.define(new, here);
        let inside = self.function_body(id, here);
        self.expr(body, inside);
        id
    }

    /// A test with a fixture is a class that extends it.
    fn fixture_test(
        &mut self,
        node: Node<'t>,
        name: Node<'t>,
        fixture: Node<'t>,
        body: Node<'t>,
        (title, framework): (&str, &'static str),
        here: Here,
    ) {
        let mut new = New::of(DefinitionKind::Class, node, name, None);
        new.name = Name::new(title);
        new.shape = vec![fixture];
        let class = self.define(new, here);
        let inside = self.class_body(class, here);
        let base = self.named(fixture, INHERIT, inside);
        self.definition(class).bases.push(base);
        let mut new = New::of(DefinitionKind::Method, body, fixture, Some(body));
        new.name = Name::new_static("TestBody");
        let id = self.define_bound(new, inside);
        let within = self.function_body(id, inside);
        self.expr(body, within);
        self.test(title, framework, id);
        let this = self.this(inside);
        for around in ["SetUp", "TearDown", "setup", "teardown"] {
            let target = self.attribute(this, around);
            self.refer(target, name, CALL, Here { owner: Some(id), ..inside });
        }
    }

    /// `RUN_TEST(f)` and `cmocka_unit_test(f)` say that a function is a test.
    pub(super) fn test_call(&mut self, function: Node<'t>, list: Node<'t>, here: Here) {
        let framework = match function.text() {
            "RUN_TEST" => "unity",
            "cmocka_unit_test" | "cmocka_unit_test_setup_teardown" => "cmocka",
            "tcase_add_test" => "check",
            _ => return,
        };
        let all = children(list);
        let at = usize::from(framework == "check");
        let Some(name) = all.get(at).filter(|it| it.kind() == "identifier") else { return };
        let bound = self.builder.bound_so_far(here.scope, &name.text().into());
        let Some((_, Bound::Definition(id))) = bound else { return };
        let id = *id;
        let is_function = self.semantics().definition(id).kind == DefinitionKind::Function;
        let is_known = self.semantics().tests.iter().any(|it| it.definition == id);
        if is_function && !is_known {
            self.test(name.text(), framework, id);
            for around in ["setUp", "tearDown"] {
                if framework == "unity"
                    && self.builder.bound_last(crate::MODULE_SCOPE, &around.into()).is_some()
                {
                    let target = self.name(crate::MODULE_SCOPE, around);
                    self.refer(target, *name, CALL, Here { owner: Some(id), ..here });
                }
            }
        }
        let target = self.name(here.scope, name.text());
        self.refer(target, *name, READ, here);
    }
}
