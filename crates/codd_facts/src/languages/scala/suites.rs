//! Tests of ScalaTest and munit: `test("name") { … }`, `"name" in { … }`.

use super::super::jvm;
use super::Walk;
use super::declarations::Class;
use crate::lowering::{Here, New};
use crate::node::{Node, children, field};
use crate::{DefinitionKind, ExprId};

impl<'t> Walk<'_, 't> {
    /// `test("name") { … }`, `it("name") { … }`.
    pub(super) fn suite_call(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let framework = self.unit.suites?;
        if let Some(hook) = self.suite_hook(node, here) {
            return Some(hook);
        }
        let body = field(node, "arguments").filter(|it| it.kind() != "arguments")?;
        let inner = field(node, "function").filter(|it| it.kind() == "call_expression")?;
        let word = field(inner, "function").filter(|it| it.kind() == "identifier")?;
        if !matches!(word.text(), "it" | "property" | "scenario" | "Scenario" | "test") {
            return None;
        }
        let list = field(inner, "arguments")?;
        let title = children(list).into_iter().next()?;
        let text = jvm::plain_text(title.text())?;
        Some(self.test_case(node, title, text, body, framework, here))
    }

    /// `"A stack" should "pop" in { … }`, `"pop" in { … }`.
    pub(super) fn suite_infix(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let framework = self.unit.suites?;
        let operator = field(node, "operator")?;
        let (left, body) = (field(node, "left")?, field(node, "right")?);
        if operator.text() != "in" {
            return None;
        }
        let mut words = Vec::new();
        for it in std::iter::once(left).chain(left.below()) {
            match it.kind() {
                "string" => words.extend(jvm::plain_text(it.text())),
                "identifier" => words.push(it.text()),
                _ => {}
            }
        }
        // `"pop" in await { … }`, `"pop" in new Fixture { … }`: what has no text is no test.
        if !is_block(body) && !has_text(left) {
            return None;
        }
        let title = left;
        Some(self.test_case(node, title, &words.join(" "), body, framework, here))
    }

    /// `before { … }` in a suite: its body runs around every test.
    fn suite_hook(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let word = field(node, "function").filter(|it| it.kind() == "identifier")?;
        let body = field(node, "arguments")?;
        if !matches!(
            word.text(),
            "after" | "before" | "afterAll" | "afterEach" | "beforeAll" | "beforeEach"
        ) || !matches!(body.kind(), "block" | "indented_block")
            || here.class.is_none()
            || here.class != here.owner
        {
            return None;
        }
        let mut new = New::of(DefinitionKind::Callback, node, word, Some(body));
        new.shape.clear();
        let id = self.it.define(new, here);
        let inside = self.it.function_body(id, here);
        for it in children(body) {
            self.member(it, &Class::default(), inside);
        }
        self.it.runs_around_tests(id, word.span(), here);
        Some(self.it.definition_value(id))
    }

    /// Whether a suite's method of this name runs around its tests.
    pub(super) fn is_around_tests(&self, name: &str) -> bool {
        self.unit.suites.is_some()
            && matches!(name, "afterAll" | "afterEach" | "beforeAll" | "beforeEach" | "withFixture")
    }

    fn test_case(
        &mut self,
        whole: Node<'t>,
        title: Node<'t>,
        text: &str,
        body: Node<'t>,
        framework: &'static str,
        here: Here,
    ) -> ExprId {
        let mut new = New::of(DefinitionKind::Callback, whole, title, Some(body));
        new.name = text.into();
        new.shape.clear();
        let id = self.it.define(new, here);
        let inside = self.it.function_body(id, here);
        let parts = if is_block(body) { children(body) } else { vec![body] };
        for it in parts {
            self.member(it, &Class::default(), inside);
        }
        self.it.test(text, framework, id);
        self.it.test_of_class(id, title.span(), here);
        self.it.definition_value(id)
    }
}

fn is_block(body: Node<'_>) -> bool {
    matches!(body.kind(), "block" | "indented_block")
}

/// Whether the name of a test has a text.
fn has_text(title: Node<'_>) -> bool {
    std::iter::once(title).chain(title.below()).any(|it| it.kind() == "string")
}
