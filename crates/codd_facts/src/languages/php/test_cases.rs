//! Tests of PHPUnit and of Pest.

use codd_source::{RepoPath, Span};

use super::callables::argument;
use super::expressions::string_text;
use super::{Walk, docblock};
use crate::lowering::{CALL, Here};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionId, Expr, InheritedTests, MODULE_SCOPE, Name};

/// Methods that PHPUnit runs around each test.
const AROUND: [&str; 4] = ["setUp", "setUpBeforeClass", "tearDown", "tearDownAfterClass"];

/// Concrete classes run the tests of those that they extend and of traits that they use.
pub(super) static INHERITED: InheritedTests = InheritedTests {
    between_classes: "\\",
    before_method: "::",
    prefix: Some("test"),
    is_suite_base: |name| name.ends_with("TestCase"),
    frameworks: ("phpunit", "phpunit"),
    collects: |_, semantics, class, is_suite| {
        is_suite || semantics.definition(class).name.ends_with("Test")
    },
    runs_abstract: false,
    around: &AROUND,
};

/// The `describe` blocks around, and what is to be linked at the end.
#[derive(Debug, Default)]
pub(super) struct Suites {
    is_test_file: bool,
    titles: Vec<String>,
    /// Numbers of the blocks around, to tell them apart.
    blocks: Vec<u32>,
    count: u32,
    tests: Vec<(Vec<u32>, DefinitionId, Span)>,
    hooks: Vec<(Vec<u32>, DefinitionId)>,
}

impl Suites {
    pub(super) fn of(path: &RepoPath) -> Suites {
        let text = path.as_str();
        let is_below = |folder: &str| {
            text.starts_with(&format!("{folder}/")) || text.contains(&format!("/{folder}/"))
        };
        let is_test_file = is_below("tests") || is_below("test") || path.stem().ends_with("Test");
        Suites { is_test_file, ..Suites::default() }
    }
}

impl<'t> Walk<'_, 't> {
    /// The tests of a class that PHPUnit would run.
    pub(super) fn test_class(&mut self, class: DefinitionId, node: Node<'t>, inside: Here) {
        let it = self.semantics().definition(class);
        let class_name = it.name.clone();
        let base = it.bases.last().and_then(|base| match self.semantics().expr(*base) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some(name.to_string()),
            Expr::Import(id) => match &self.semantics().import(*id).item {
                crate::ImportItem::Named(name) => Some(name.to_string()),
                _ => None,
            },
            _ => None,
        });
        let Some(base) = base else { return };
        let is_test = base.ends_with("TestCase")
            || (class_name.ends_with("Test")
                && (self.suites.is_test_file || base.ends_with("Test")));
        if !is_test {
            return;
        }
        let members = field(node, "body").map(children).unwrap_or_default();
        let methods: Vec<Node<'t>> =
            members.into_iter().filter(|it| it.kind() == "method_declaration").collect();
        let own: Vec<&str> =
            methods.iter().filter_map(|it| field(*it, "name")).map(Node::text).collect();
        let Some(body) = self.semantics().definition(class).body else { return };
        for method in &methods {
            let Some(name) = field(*method, "name") else { continue };
            let bound = self.builder.bound_last(body, &name.text().into());
            let Some(Bound::Definition(id)) = bound.cloned() else { continue };
            let comment = self.comment_before(*method).unwrap_or("");
            let attributes = field(*method, "attributes");
            let names = attribute_names(attributes);
            let is_test = name.text().starts_with("test")
                || names.contains(&"Test")
                || docblock::has_tag(comment, "@test");
            if !is_test || Self::flags(*method).is_private {
                continue;
            }
            self.test(format!("{class_name}::{}", name.text()), "phpunit", id);
            let owned = Here { owner: Some(id), ..inside };
            let this = self.this(inside);
            for around in AROUND {
                // Those of a base are seen where it is no base from outside.
                if own.contains(&around) || base != "TestCase" {
                    let target = self.attribute(this, around);
                    self.refer(target, name, CALL, owned);
                }
            }
            for provider in providers(comment, attributes) {
                let target = self.attribute(this, provider);
                self.refer(target, name, CALL, owned);
            }
        }
    }

    /// `it("…", function () { … })` and its like; false where it is none.
    pub(super) fn pest_call(&mut self, node: Node<'t>, here: Here) -> bool {
        if !self.suites.is_test_file || here.class.is_some() {
            return false;
        }
        // What is chained behind it says when and with what it runs.
        let mut chained = Vec::new();
        let mut at = node;
        while at.kind() == "member_call_expression" {
            chained.extend(field(at, "arguments"));
            match field(at, "object") {
                Some(object) => at = object,
                None => return false,
            }
        }
        if at.kind() != "function_call_expression" {
            return false;
        }
        let (Some(function), Some(list)) = (field(at, "function"), field(at, "arguments")) else {
            return false;
        };
        let word = function.text();
        let is_known = matches!(
            word,
            "it" | "test" | "describe" | "beforeEach" | "afterEach" | "beforeAll" | "afterAll"
        );
        let is_declared = self.builder.bound_last(MODULE_SCOPE, &Name::new(word)).is_some();
        if !is_known || is_declared {
            return false;
        }
        let last = children(list).len().checked_sub(1);
        let body = last
            .and_then(|last| argument(list, last))
            .filter(|it| matches!(it.kind(), "anonymous_function" | "arrow_function"));
        let Some(body) = body else { return false };
        match word {
            "describe" => {
                let Some(title) = argument(list, 0).and_then(string_text) else { return false };
                self.suites.titles.push(title);
                self.suites.count += 1;
                let block = self.suites.count;
                self.suites.blocks.push(block);
                let inside = self.block(here);
                if let Some(body) = field(body, "body") {
                    self.visit(body, inside);
                }
                self.suites.titles.pop();
                self.suites.blocks.pop();
            }
            "it" | "test" => {
                let Some(title) = argument(list, 0).and_then(string_text) else { return false };
                let title = if word == "it" { format!("it {title}") } else { title };
                let titles = self.suites.titles.iter().map(String::as_str);
                let name = titles.chain([title.as_str()]).collect::<Vec<_>>().join(" > ");
                let id = self.callback(&name, body, here);
                self.test(name, "pest", id);
                let blocks = self.suites.blocks.clone();
                self.suites.tests.push((blocks, id, function.span()));
            }
            _ => {
                let titles = self.suites.titles.iter().map(String::as_str);
                let name = titles.chain([word]).collect::<Vec<_>>().join(" > ");
                let id = self.callback(&name, body, here);
                let blocks = self.suites.blocks.clone();
                self.suites.hooks.push((blocks, id));
            }
        }
        for list in chained {
            self.arguments(list, here);
        }
        true
    }

    /// Tests call the hooks of the blocks around them.
    pub(super) fn finish_suites(&mut self) {
        let tests = std::mem::take(&mut self.suites.tests);
        let hooks = std::mem::take(&mut self.suites.hooks);
        for (blocks, test, at) in tests {
            for (around, hook) in &hooks {
                if blocks.starts_with(around) {
                    let target = self.definition_value(*hook);
                    let owned = Here { owner: Some(test), ..Here::TOP };
                    self.refer_at(target, at, CALL, owned);
                }
            }
        }
    }
}

fn attribute_names(attributes: Option<Node<'_>>) -> Vec<&str> {
    let groups = attributes.map(children).unwrap_or_default();
    let all = groups.into_iter().flat_map(children);
    all.filter_map(Node::first_child).map(last_name).collect()
}

pub(super) fn last_name(node: Node<'_>) -> &str {
    node.text().rsplit('\\').next().unwrap_or("")
}

/// Methods that give a test its data.
fn providers(comment: &str, attributes: Option<Node<'_>>) -> Vec<String> {
    let mut found: Vec<String> = docblock::tags(comment, "@dataProvider")
        .filter_map(|it| it.split_whitespace().next())
        .filter(|it| !it.contains("::"))
        .map(|it| it.trim_end_matches("()").to_owned())
        .collect();
    let groups = attributes.map(children).unwrap_or_default();
    for attribute in groups.into_iter().flat_map(children) {
        let is_it = attribute.first_child().is_some_and(|it| last_name(it) == "DataProvider");
        if is_it
            && let Some(list) = field(attribute, "parameters")
            && let Some(name) = argument(list, 0).and_then(string_text)
        {
            found.push(name);
        }
    }
    found
}
