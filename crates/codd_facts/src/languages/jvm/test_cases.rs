//! What JUnit and TestNG run along with a test: set-up methods, extensions, argument sources.

use codd_source::{RepoPath, Span};

use super::annotations::Annotation;
use crate::lowering::{self, Here, Lowering};
use crate::{Bound, DefinitionId, Expr, ExprId, InheritedTests, Name, Semantics};

/// Concrete classes run the tests of those that they extend and of the interfaces that they
/// implement.
pub(in super::super) static INHERITED: InheritedTests = InheritedTests {
    between_classes: "$",
    before_method: "#",
    prefix: None,
    is_suite_base: |_| false,
    frameworks: ("junit", "junit"),
    collects: |_, _, _, _| true,
    runs_abstract: false,
    around: &[lowering::AROUND],
};

/// Annotations of methods that run before or after tests.
const AROUND: &[&str] = &[
    "After",
    "AfterAll",
    "AfterClass",
    "AfterEach",
    "AfterGroups",
    "AfterMethod",
    "AfterSuite",
    "AfterTest",
    "Before",
    "BeforeAll",
    "BeforeClass",
    "BeforeEach",
    "BeforeGroups",
    "BeforeMethod",
    "BeforeSuite",
    "BeforeTest",
];

/// Methods of extensions and runners that are called for a test.
const EXTENDING: &[&str] = &[
    "afterAll",
    "afterEach",
    "afterTestExecution",
    "beforeAll",
    "beforeEach",
    "beforeTestExecution",
    "evaluateExecutionCondition",
    "handleTestExecutionException",
    "interceptTestMethod",
    "methodBlock",
    "postProcessTestInstance",
    "provideTestTemplateInvocationContexts",
    "resolveParameter",
    "runChild",
    "supportsParameter",
];

/// Annotations of fields that hold what runs around tests.
const RULES: &[&str] = &["ClassRule", "RegisterExtension", "Rule"];

/// Methods of rules that are called for a test, besides those of extensions.
const RULING: &[&str] = &[
    "after",
    "apply",
    "before",
    "evaluate",
    "failed",
    "finished",
    "skipped",
    "starting",
    "succeeded",
    "verify",
];

/// Whether a file lies where builds look for tests.
pub(in crate::languages) fn is_of_tests(path: &RepoPath) -> bool {
    path.parent().split('/').any(|it| matches!(it, "it" | "test" | "tests") || it.ends_with("Test"))
}

/// Whether a class of this name is one that suites of tests extend.
pub(in crate::languages) fn is_suite_base(name: &str) -> bool {
    ["Spec", "Suite", "Test", "Tests"].iter().any(|it| name.ends_with(it))
}

/// Whether a method runs around the tests of its class; by its name alone in JUnit 3.
pub(in crate::languages) fn is_around_tests(name: &str, annotations: &[Annotation]) -> bool {
    matches!(name, "setUp" | "tearDown")
        || annotations.iter().any(|it| AROUND.contains(&it.name.as_str()))
}

/// The classes that a class's annotations have its tests run with.
pub(in crate::languages) fn extensions(
    semantics: &Semantics,
    annotations: &[Annotation],
) -> Vec<ExprId> {
    let mut found = Vec::new();
    for it in annotations {
        if !matches!(it.name.as_str(), "ExtendWith" | "RunWith") {
            continue;
        }
        let Expr::Call { arguments, .. } = semantics.expr(it.value) else { continue };
        for argument in arguments {
            match semantics.expr(argument.value) {
                Expr::Container { items, .. } => found.extend(items.iter().map(|it| it.value)),
                _ => found.push(argument.value),
            }
        }
    }
    found
}

/// Whether a field holds a rule or an extension that runs around the tests of its class.
pub(in crate::languages) fn is_rule(annotations: &[Annotation]) -> bool {
    annotations.iter().any(|it| RULES.contains(&it.name.as_str()))
}

/// Joins such a field to the tests of its class.
pub(in crate::languages) fn runs_rule(
    it: &mut Lowering<'_>,
    rule: DefinitionId,
    at: Span,
    here: Here,
) {
    it.runs_around_tests(rule, at, here);
    let held = it.definition_value(rule);
    for name in EXTENDING.iter().chain(RULING) {
        let method = it.attribute(held, *name);
        it.implied_call(rule, method, at);
    }
}

/// Joins a test to what runs along with it.
pub(in crate::languages) fn runs_with(
    it: &mut Lowering<'_>,
    test: DefinitionId,
    at: Span,
    annotations: &[Annotation],
    of_class: &[ExprId],
    here: Here,
) {
    it.test_of_class(test, at, here);
    let mut extending = extensions(it.semantics(), annotations);
    extending.extend(of_class);
    for extension in extending {
        it.implied_call(test, extension, at);
        let made = it.instance_of(extension);
        for name in EXTENDING {
            let method = it.attribute(made, *name);
            it.implied_call(test, method, at);
        }
    }
    for source in sources(it, test, annotations) {
        let target = match source.split_once('#') {
            Some((class, method)) => {
                let mut parts = class.split(['.', '$']);
                let first = it.name(here.scope, parts.next().unwrap_or_default());
                let class = parts.fold(first, |of, part| it.attribute(of, part));
                it.attribute(class, method)
            }
            None => {
                let Some(class) = here.class else { continue };
                let this = it.add(Expr::This { class });
                it.attribute(this, source)
            }
        };
        it.implied_call(test, target, at);
    }
    for (class, provider) in providers(it, annotations) {
        let of = match (class, here.class) {
            (Some(class), _) => class,
            (None, Some(class)) => it.add(Expr::This { class }),
            (None, None) => continue,
        };
        let target = it.attribute(of, provider_name(&provider));
        it.implied_call(test, target, at);
    }
}

/// Binds a method of TestNG under the name by which tests ask for what it gives.
pub(in crate::languages) fn provides(
    it: &mut Lowering<'_>,
    method: DefinitionId,
    annotations: &[Annotation],
    here: Here,
) {
    for annotation in annotations.iter().filter(|it| it.name == "DataProvider") {
        for (_, names) in annotation.texts.iter().filter(|(key, _)| key == "name") {
            for name in names {
                it.bind(here, provider_name(name), Bound::Definition(method));
            }
        }
    }
}

/// No method of the text is called so.
fn provider_name(name: &str) -> String {
    format!("<provider {name}>")
}

/// The names of providers that a test of TestNG asks for, with the class that has them where it
/// says so.
fn providers(it: &Lowering<'_>, annotations: &[Annotation]) -> Vec<(Option<ExprId>, Name)> {
    let mut found = Vec::new();
    for annotation in annotations.iter().filter(|it| it.name == "Test") {
        let class = match it.semantics().expr(annotation.value) {
            Expr::Call { arguments, .. } => arguments
                .iter()
                .find(|it| it.name.as_deref() == Some("dataProviderClass"))
                .map(|it| it.value),
            _ => None,
        };
        for (_, names) in annotation.texts.iter().filter(|(key, _)| key == "dataProvider") {
            found.extend(names.iter().map(|it| (class, it.clone())));
        }
    }
    found
}

/// Who gives a test its arguments: a method of its class, or `Class#method`.
fn sources(it: &Lowering<'_>, test: DefinitionId, annotations: &[Annotation]) -> Vec<Name> {
    let mut sources = Vec::new();
    for annotation in annotations {
        let texts = |wanted: &'static str| {
            let of_key = annotation.texts.iter().filter(move |(key, _)| key == wanted);
            of_key.flat_map(|(_, texts)| texts.clone())
        };
        match annotation.name.as_str() {
            "MethodSource" => {
                let before = sources.len();
                sources.extend(texts("value").map(|it| it.trim_end_matches("()").into()));
                if sources.len() == before {
                    sources.push(it.semantics().definition(test).name.clone());
                }
            }
            "Test" => sources.extend(texts("dataProvider")),
            _ => {}
        }
    }
    sources
}
