//! Tests of xUnit, NUnit and MSTest, and what these run along with them.

use codd_source::Span;

use super::Walk;
use super::declarations::Class;
use super::frameworks::Attribute;
use crate::lowering::{self, Here};
use crate::node::{Node, child_of_kind, children};
use crate::{DefinitionId, ExprId, InheritedTests};

/// Attributes of methods that run before or after tests.
const AROUND: &[&str] = &[
    "AssemblyCleanup",
    "AssemblyInitialize",
    "ClassCleanup",
    "ClassInitialize",
    "OneTimeSetUp",
    "OneTimeTearDown",
    "SetUp",
    "TearDown",
    "TestCleanup",
    "TestFixtureSetUp",
    "TestFixtureTearDown",
    "TestInitialize",
];

/// The same by their names, in xUnit.
const AROUND_BY_NAME: &[&str] = &["Dispose", "DisposeAsync", "InitializeAsync"];

/// Concrete classes run the tests of those that they extend.
pub(super) static INHERITED: InheritedTests = InheritedTests {
    between_classes: ".",
    before_method: ".",
    prefix: None,
    is_suite_base: |_| false,
    frameworks: ("xunit", "xunit"),
    collects: |_, _, _, _| true,
    runs_abstract: false,
    around: &[lowering::AROUND],
};

/// The framework of a test method, by its attributes.
fn test_framework(attributes: &[Attribute]) -> Option<&'static str> {
    attributes.iter().find_map(|it| match it.short_name() {
        "Fact" | "Theory" => Some("xunit"),
        "Test" | "TestCase" | "TestCaseSource" => Some("nunit"),
        "DataTestMethod" | "TestMethod" => Some("mstest"),
        _ => None,
    })
}

impl<'t> Walk<'_, 't> {
    /// Takes a method for a test, or for what runs around tests, if a framework does.
    pub(super) fn test_method(
        &mut self,
        id: DefinitionId,
        name: Node<'t>,
        attributes: &[Attribute],
        class: &Class,
        here: Here,
    ) {
        let at = name.span();
        let is_around = AROUND_BY_NAME.contains(&name.text())
            || attributes.iter().any(|it| AROUND.contains(&it.short_name()));
        if let Some(framework) = test_framework(attributes) {
            self.it.test(format!("{}.{}", class.name, name.text()), framework, id);
            self.it.test_of_class(id, at, here);
            for fixture in &class.fixtures {
                self.it.implied_call(id, *fixture, at);
            }
            self.sources(id, at, attributes, here);
        } else if is_around {
            self.it.runs_around_tests(id, at, here);
        }
    }

    /// Who gives a test its arguments: a member of its class.
    fn sources(&mut self, test: DefinitionId, at: Span, attributes: &[Attribute], here: Here) {
        let Some(class) = here.class else { return };
        for attribute in attributes {
            let is_source = matches!(
                attribute.short_name(),
                "DynamicData" | "MemberData" | "TestCaseSource" | "ValueSource"
            );
            let (true, Some(source)) = (is_source, attribute.path()) else { continue };
            let this = self.it.add(crate::Expr::This { class });
            let target = self.it.attribute(this, source.clone());
            self.it.implied_call(test, target, at);
        }
    }

    /// What xUnit makes once for all tests of a class with such a base.
    pub(super) fn fixtures(&mut self, base: Node<'t>, here: Here) -> Vec<ExprId> {
        let is_fixture = base.kind() == "generic_name"
            && base.first_child().is_some_and(|it| {
                matches!(it.text(), "IClassFixture" | "IAssemblyFixture" | "ICollectionFixture")
            });
        if !is_fixture {
            return Vec::new();
        }
        let arguments = child_of_kind(base, "type_argument_list").map(children);
        let arguments = arguments.into_iter().flatten();
        let named = arguments.filter(|it| it.kind() == "identifier").map(Node::text);
        named.map(|it| self.it.name(here.scope, it)).collect()
    }
}
