//! Tests that are methods of a class, as minitest and test-unit have them.

use codd_source::RepoPath;

use super::Walk;
use super::test_cases::title_of;
use crate::lowering::{AROUND, Here};
use crate::node::{Node, field};
use crate::{Bound, DefinitionId, DefinitionKind, ExprId, InheritedTests, Name};

/// Methods that run before and after each test of a class.
const HOOKS: &[&str] =
    &["after_setup", "before_setup", "before_teardown", "after_teardown", "setup", "teardown"];

/// Classes run the tests of those that they extend and of modules that they include.
pub(super) static INHERITED: InheritedTests = InheritedTests {
    between_classes: "::",
    before_method: "#",
    prefix: Some("test_"),
    is_suite_base: |name| name == "Test" || name.ends_with("TestCase"),
    frameworks: ("minitest", "minitest"),
    collects: |path, _, _, is_suite| is_suite && is_test_file(path),
    runs_abstract: true,
    around: &[AROUND],
};

/// Whether a file is one that these collect.
pub(super) fn is_test_file(path: &RepoPath) -> bool {
    path.stem().ends_with("_test") || path.stem().starts_with("test_")
}

impl<'t> Walk<'_, 't> {
    /// `test "title" do … end` and `setup do … end` in a class of tests.
    pub(super) fn declared_test(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let class = here.class.filter(|_| here.function.is_none())?;
        let block = block?;
        let ends = ["TestCase", "Test", "Spec"];
        let is_test = self.extends(class, |it| ends.iter().any(|end| it.ends_with(end)));
        if !is_test {
            return None;
        }
        match method.text() {
            "test" | "should" | "it" | "specify" => {
                let title = title_of(list)?;
                let name = format!("test_{}", title.replace(' ', "_"));
                self.named_block(&name, block, DefinitionKind::Method, here);
            }
            "setup" | "teardown" => {
                let id = self.named_block(method.text(), block, DefinitionKind::Method, here);
                self.bind(here, method.text(), Bound::Definition(id));
            }
            _ => return None,
        }
        Some(self.literal())
    }

    /// The tests of a class that minitest or test-unit would run.
    pub(super) fn test_class(&mut self, id: DefinitionId, node: Node<'t>, inside: Here) {
        let is_unit = field(node, "superclass").is_some_and(|it| it.text().contains("Test::Unit"));
        let is_test = |it: &str| {
            it == "Test"
                || it.ends_with("TestCase")
                || it.ends_with("Test")
                || it.ends_with("Tests")
                || it.ends_with("Spec")
        };
        // In a file of tests the base may be one that another file makes of minitest's.
        let is_in_test = is_test_file(self.path);
        let has_base = field(node, "superclass").is_some();
        if !(self.extends(id, is_test) || is_in_test && has_base) {
            return;
        }
        let framework = if is_unit { "test-unit" } else { "minitest" };
        let all = &self.semantics().definitions;
        let of_class: Vec<(usize, Name, Name)> = all
            .iter()
            .enumerate()
            .filter(|(_, it)| it.parent == Some(id) && it.kind == DefinitionKind::Method)
            .map(|(at, it)| (at, it.name.clone(), it.qualified_name.clone()))
            .collect();
        let class_name = self.semantics().definition(id).name.clone();
        let class = Here { class: Some(id), ..inside };
        for (at, name, _) in &of_class {
            if HOOKS.contains(&name.as_str()) {
                self.runs_around_tests(DefinitionId(*at as u32), node.span(), class);
            }
        }
        for (at, name, _) in of_class.iter().filter(|(_, it, _)| it.starts_with("test_")) {
            let test = DefinitionId(*at as u32);
            self.test(format!("{class_name}#{name}"), framework, test);
            let at = field(node, "name").unwrap_or(node);
            self.test_of_class(test, at.span(), class);
        }
    }
}
