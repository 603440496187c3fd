//! Tests of jest, vitest, mocha and `node:test`: suites, cases and hooks.

use codd_source::RepoPath;

use super::classes::is_function;
use super::patterns::{function_flags, string_text};
use super::walker::{Given, Here, NewDefinition, READ, This, Walker};
use crate::node::{Node, children, field};
use crate::{DefinitionId, DefinitionKind, Name, Reference, ReferenceKind, TestCase};

/// Modules whose `describe`, `it` and `test` are a runner's.
const RUNNERS: &[(&str, &str)] = &[
    ("vitest", "vitest"),
    ("@jest/globals", "jest"),
    ("node:test", "node:test"),
    ("test", "node:test"),
    ("bun:test", "bun"),
    ("mocha", "mocha"),
    ("@playwright/test", "playwright"),
];

/// A `describe` whose body is being walked.
#[derive(Debug, Default)]
pub(super) struct Suite {
    title: String,
    is_skipped: bool,
    /// Functions that run around each of its tests.
    hooks: Vec<DefinitionId>,
    tests: Vec<DefinitionId>,
}

impl<'t> Walker<'t> {
    /// Takes a call of a test runner; false when it is none.
    pub(super) fn test_call(
        &mut self,
        function: Node<'t>,
        arguments: Node<'t>,
        here: Here,
    ) -> bool {
        let Some((head, is_skipped)) = runner_word(function) else { return false };
        let Some(framework) = self.runner(head, here) else { return false };
        let all = children(arguments);
        let Some(body_at) = all.iter().position(|it| is_function(*it)) else { return false };
        let body = all[body_at];
        match head {
            "describe" | "suite" | "context" => {
                let Some(title) = title_of(&all) else { return false };
                self.other_arguments(&all, body_at, here);
                let is_skipped = is_skipped || self.in_skipped_suite();
                self.suites.push(Suite { title, is_skipped, ..Suite::default() });
                self.folded(body, Here { is_top: false, ..here }, &Given::default());
                self.close_suite();
            }
            "it" | "test" | "specify" => {
                let Some(title) = title_of(&all) else { return false };
                self.other_arguments(&all, body_at, here);
                let name = self.full_title(&title);
                let id = self.callback(&name, body, arguments, here);
                match self.suites.last_mut() {
                    Some(suite) => suite.tests.push(id),
                    None => self.top_tests.push(id),
                }
                if !is_skipped && !self.in_skipped_suite() {
                    let name = name.into();
                    let framework = Name::new_static(framework);
                    let case = TestCase { name, framework, definition: id };
                    self.builder.semantics.tests.push(case);
                }
            }
            _ => {
                let name = self.full_title(head);
                let id = self.callback(&name, body, arguments, here);
                match self.suites.last_mut() {
                    Some(suite) => suite.hooks.push(id),
                    None => self.top_hooks.push(id),
                }
            }
        }
        true
    }

    /// The framework whose word this is: imported from a runner, or a global nobody declares.
    fn runner(&self, word: &str, here: Here) -> Option<&'static str> {
        if self.lookup(here.scope, word).is_none() {
            // Cypress has the words of mocha, and runs nothing but its own files.
            let framework = if self.is_cypress { "cypress" } else { "jest" };
            return self.is_test_file.then_some(framework);
        }
        let (module, _) = self.imported_from(here, word)?;
        RUNNERS.iter().find(|(name, _)| *name == module).map(|(_, framework)| *framework)
    }

    fn in_skipped_suite(&self) -> bool {
        self.suites.last().is_some_and(|suite| suite.is_skipped)
    }

    fn other_arguments(&mut self, all: &[Node<'t>], body_at: usize, here: Here) {
        for (at, argument) in all.iter().enumerate() {
            if at != body_at {
                self.expr(*argument, here, READ);
            }
        }
    }

    fn full_title(&self, title: &str) -> String {
        let mut name = String::new();
        for suite in &self.suites {
            name.push_str(&suite.title);
            name.push_str(" > ");
        }
        name.push_str(title);
        name
    }

    /// An unnamed function that a framework calls.
    pub(super) fn callback(
        &mut self,
        name: &str,
        function: Node<'t>,
        named_at: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let name_node = named_at.first_child().unwrap_or(named_at);
        let new = NewDefinition {
            kind: DefinitionKind::Callback,
            name: name.into(),
            name_node,
            outer: function,
            flags: function_flags(function),
        };
        let id = self.define(new, Here { parent: here.owner, ..here });
        self.segment(id, function, super::segments::Part::Shape);
        let this = if function.kind() == "arrow_function" { here.this } else { This::Unknown };
        self.function_with_this(function, Some(id), this, here, &Given::default());
        id
    }

    /// Tests depend on the hooks of their suite; hooks of inner suites on the outer ones'.
    fn close_suite(&mut self) {
        let Some(suite) = self.suites.pop() else { return };
        self.run_hooks(&suite.hooks, &suite.tests);
        match self.suites.last_mut() {
            Some(outer) => outer.tests.extend(suite.tests),
            None => self.top_tests.extend(suite.tests),
        }
    }

    pub(super) fn run_hooks(&mut self, hooks: &[DefinitionId], tests: &[DefinitionId]) {
        for test in tests {
            for hook in hooks {
                let target = self.add(crate::Expr::Definition(*hook));
                let reference = Reference {
                    is_implied: true,
                    arguments: Some(0),
                    ..Reference::new(ReferenceKind::Call, target, Some(*test))
                };
                let span = self.places[test.index()].1;
                self.builder.reference(reference, span);
            }
        }
    }
}

/// Whether test runners would look for tests in a file of this path.
pub(super) fn is_test_path(path: &RepoPath) -> bool {
    const FOLDERS: &[&str] = &["__tests__", "test", "tests", "spec", "specs", "e2e", "cypress"];
    let stem = path.stem();
    [".test", ".spec", ".e2e", ".cy", "_test", "-test"].iter().any(|end| stem.ends_with(end))
        || stem == "test"
        || path.parent().split('/').any(|part| FOLDERS.contains(&part))
}

/// Whether a file's place says that Cypress runs it.
pub(super) fn is_cypress_path(path: &RepoPath) -> bool {
    path.stem().ends_with(".cy") || path.parent().split('/').any(|part| part == "cypress")
}

/// The runner's word at the head of `it.only`, `test.each(table)`, and whether it is skipped.
fn runner_word(function: Node<'_>) -> Option<(&'static str, bool)> {
    let mut at = function;
    let mut is_skipped = false;
    for _ in 0..4 {
        match at.kind() {
            "identifier" => break,
            "member_expression" => {
                let property = field(at, "property")?;
                match property.text() {
                    "skip" | "todo" => is_skipped = true,
                    "only" | "each" | "concurrent" | "sequential" | "failing" | "serial"
                    | "for"
                    // Playwright's `test.describe`, `test.beforeEach`.
                    | "describe" | "beforeEach" | "afterEach" | "beforeAll" | "afterAll" => {}
                    _ => return None,
                }
                at = field(at, "object")?;
            }
            "call_expression" => at = field(at, "function")?,
            _ => return None,
        }
    }
    const WORDS: &[&str] = &[
        "describe",
        "suite",
        "context",
        "it",
        "test",
        "specify",
        "beforeEach",
        "afterEach",
        "beforeAll",
        "afterAll",
        "before",
        "after",
    ];
    let text = at.text();
    let (word, is_excluded) = match text.strip_prefix('x') {
        Some(rest) if WORDS.contains(&rest) => (rest, true),
        _ => (text, false),
    };
    let word = WORDS.iter().find(|it| **it == word)?;
    Some((word, is_skipped || is_excluded))
}

fn title_of(arguments: &[Node<'_>]) -> Option<String> {
    let first = arguments.first()?;
    match first.kind() {
        "string" | "template_string" => Some(string_text(first.text()).to_owned()),
        // A class or function under test, by its name.
        "identifier" => Some(first.text().to_owned()),
        _ => None,
    }
}
