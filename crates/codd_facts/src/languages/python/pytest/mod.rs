//! Tests of pytest and unittest: which functions are tests, and what their runners call around
//! them.

mod fixtures;
mod inherited;

use codd_source::{RepoPath, Span};
use rustc_hash::FxHashMap;

use self::fixtures::{AUTOUSE, Fixture, conftest_import};
pub(super) use self::inherited::{INHERITED, is_test_file};
use super::walk::{Cx, Walk};
use crate::builder::lookup;
use crate::tree::NodeId;
use crate::{
    Bound, Certainty, DefinitionId, DefinitionKind, Expr, ExprId, ImportItem, MODULE_SCOPE, Name,
    Reference, ReferenceKind, ScopeId, TestCase,
};

/// What the runners call around every test of a class or file.
const CLASS_SETUP: &[&str] = &[
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
    "setUpTestData",
    "asyncSetUp",
    "asyncTearDown",
    "setup_method",
    "teardown_method",
    "setup_class",
    "teardown_class",
];
const MODULE_SETUP: &[&str] = &[
    "setup_module",
    "teardown_module",
    "setup_function",
    "teardown_function",
    "setUpModule",
    "tearDownModule",
];

/// Fixtures that every test of a file is linked to.
const MAX_AUTOUSE: usize = 32;

/// Classes of one file that are followed from a test class to its bases.
const MAX_BASES: usize = 32;

/// Fixtures and possible tests of one file.
#[derive(Debug)]
pub(super) struct Pytest {
    /// Files that pytest (`test_*.py`, `*_test.py`) or unittest (`test*.py`) collect from.
    is_test_file: bool,
    /// Classes of other files may inherit tests from its classes.
    may_offer: bool,
    /// Its fixtures serve the tests of its folder and of those below.
    is_conftest: bool,
    fixtures: Vec<Fixture>,
    /// Functions whose name is one of a test, with that name's place.
    candidates: Vec<(DefinitionId, NodeId)>,
    /// Functions that ask for a fixture by a call, with its name and where they do.
    asked: Vec<(DefinitionId, Name, NodeId)>,
}

impl Pytest {
    pub(super) fn new(path: &RepoPath) -> Pytest {
        let stem = path.stem();
        Pytest {
            is_test_file: is_test_file(path),
            may_offer: path.as_str().split('/').any(|it| it.starts_with("test")),
            is_conftest: stem == "conftest",
            fixtures: Vec::new(),
            candidates: Vec::new(),
            asked: Vec::new(),
        }
    }
}

impl Pytest {
    /// Remembers that a function asks for a fixture by its name.
    pub(super) fn ask(&mut self, function: DefinitionId, name: Name, at: NodeId) {
        self.asked.push((function, name, at));
    }
}

impl Walk<'_, '_> {
    /// Remembers a function that is a fixture or may be a test.
    pub(super) fn pytest_function(&mut self, id: DefinitionId, cx: &Cx) {
        // A function in a function is neither.
        if cx.function.is_some() {
            return;
        }
        let definition = self.definition(id);
        let name = definition.name.clone();
        let decorators = definition.decorators.clone();
        let node = self.builder.text(id).name;
        for decorator in decorators {
            let semantics = &self.builder.semantics;
            let callee = match semantics.expr(decorator) {
                Expr::Call { callee, .. } => *callee,
                _ => decorator,
            };
            let is_fixture = self.last_name(callee) == "fixture"
                && (self.is_from("pytest", callee) || self.is_from("pytest_asyncio", callee));
            if !is_fixture {
                continue;
            }
            let (mut fixture_name, mut is_autouse) = (name.clone(), false);
            if let Expr::Call { arguments, .. } = semantics.expr(decorator) {
                for argument in arguments {
                    match (argument.name.as_deref(), semantics.expr(argument.value)) {
                        (Some("name"), Expr::Text(text)) => fixture_name = text.clone(),
                        (Some("autouse"), _) => is_autouse = true,
                        _ => {}
                    }
                }
            }
            self.pytest.fixtures.push(Fixture {
                definition: id,
                name: fixture_name,
                is_autouse,
                node,
            });
            return;
        }
        let is_method = definition.parent.is_some();
        if name.starts_with("test")
            && (self.pytest.is_test_file || self.pytest.may_offer && is_method)
            && !self.is_never_run(id)
        {
            self.pytest.candidates.push((id, node));
        }
    }

    /// Names the tests and links them to their fixtures; bindings are sorted by now.
    pub(super) fn finish_pytest(&mut self) {
        let (mut tests, mut offered) = (Vec::new(), Vec::new());
        for (id, node) in std::mem::take(&mut self.pytest.candidates) {
            match self.test_case(id).filter(|_| self.pytest.is_test_file) {
                Some(test) => {
                    tests.push((id, node));
                    self.builder.semantics.tests.push(test);
                }
                None => offered.push((id, node)),
            }
        }
        if self.pytest.is_conftest {
            // What it does not define itself, the `conftest.py` above it may.
            let import = conftest_import(ImportItem::Star, None);
            let import = self.builder.import(import, Span { start: 0, end: 0 });
            self.builder.semantics.exports.stars.push(import);
        }
        let fixtures = std::mem::take(&mut self.pytest.fixtures);
        if !self.pytest.is_test_file {
            self.offer_autouse(&fixtures);
            self.offer_named(&fixtures);
            self.offer_plugins();
        }
        let mut imports: FxHashMap<Name, ExprId> = FxHashMap::default();
        self.request_by_call(&fixtures, &mut imports);
        for fixture in &fixtures {
            self.request_fixtures(fixture.definition, fixture.node, &fixtures, &mut imports);
        }
        for (id, node) in offered {
            self.request_fixtures(id, node, &fixtures, &mut imports);
        }
        self.call_around_inherited(&fixtures, &mut imports);
        for (id, node) in tests {
            self.request_fixtures(id, node, &fixtures, &mut imports);
            self.call_setup(id, node);
            self.patched_by_class(id, node);
            for fixture in fixtures.iter().filter(|it| it.is_autouse).take(MAX_AUTOUSE) {
                if self.is_visible(fixture.definition, id) {
                    self.call_definition(id, fixture.definition, node);
                }
            }
            let shared = self.autouse(node, &mut imports);
            self.call_target(id, shared, node);
        }
    }

    fn autouse(&mut self, node: NodeId, imports: &mut FxHashMap<Name, ExprId>) -> ExprId {
        *imports
            .entry(Name::new_static(AUTOUSE))
            .or_insert_with(|| self.import_autouse(self.tree.span(node)))
    }

    fn test_case(&self, id: DefinitionId) -> Option<TestCase> {
        let definition = self.definition(id);
        let Some(class) = definition.parent else {
            let framework = Name::new_static("pytest");
            return Some(TestCase { name: definition.name.clone(), framework, definition: id });
        };
        let mut names = vec![definition.name.as_str()];
        let mut at = Some(class);
        while let Some(parent) = at {
            let parent = self.definition(parent);
            if !matches!(parent.kind, DefinitionKind::Class | DefinitionKind::Enum) {
                return None;
            }
            names.push(&parent.name);
            at = parent.parent;
        }
        names.reverse();
        let framework = self.class_framework(class)?;
        Some(TestCase { name: Name::new(names.join("::")), framework, definition: id })
    }

    /// Whether a test, or a class around it, is skipped whatever happens.
    fn is_never_run(&self, id: DefinitionId) -> bool {
        let around = std::iter::successors(Some(id), |id| self.definition(*id).parent);
        around
            .take(MAX_BASES)
            .any(|id| self.definition(id).decorators.iter().any(|it| self.is_skip(*it)))
    }

    /// `@pytest.mark.skip`, `@unittest.skip("why")`; not those that ask first.
    fn is_skip(&self, decorator: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let callee = match semantics.expr(decorator) {
            Expr::Call { callee, .. } => *callee,
            _ => decorator,
        };
        // `pytest.mark.skip` is of `pytest.mark`.
        let of = match semantics.expr(callee) {
            Expr::Attribute { base, .. } => *base,
            _ => callee,
        };
        let is_of = |module: &str| self.is_from(module, callee) || self.is_from(module, of);
        self.last_name(callee) == "skip" && (is_of("pytest") || is_of("unittest"))
    }

    /// Who collects the tests of a class, if anyone.
    fn class_framework(&self, class: DefinitionId) -> Option<Name> {
        let definition = self.definition(class);
        let has_test_base =
            definition.bases.iter().any(|base| self.last_name(*base).contains("Test"));
        let scope = definition.body?;
        let has_init = !self.builder.semantics.scope(scope).bindings_of("__init__").is_empty();
        if self.is_test_case(class) {
            Some(Name::new_static("unittest"))
        } else if definition.name.starts_with("Test") && !has_init {
            Some(Name::new_static("pytest"))
        } else {
            // `class Login(SuiteTests)`: its base in another file may be a `TestCase`.
            has_test_base.then_some(Name::new_static("unittest"))
        }
    }

    /// Whether a class or one of this file that it extends has a base named `…TestCase`.
    fn is_test_case(&self, class: DefinitionId) -> bool {
        self.ancestry(class).into_iter().any(|class| {
            self.definition(class).bases.iter().any(|it| self.last_name(*it).ends_with("TestCase"))
        })
    }

    /// A class and those of this file that it extends, nearest first.
    fn ancestry(&self, class: DefinitionId) -> Vec<DefinitionId> {
        let mut classes = vec![class];
        let mut at = 0;
        while at < classes.len() && classes.len() < MAX_BASES {
            for base in self.definition(classes[at]).bases.iter().take(MAX_BASES) {
                if let Some(base) = self.class_in_file(*base)
                    && !classes.contains(&base)
                {
                    classes.push(base);
                }
            }
            at += 1;
        }
        classes
    }

    fn class_in_file(&self, base: ExprId) -> Option<DefinitionId> {
        let Expr::Name { scope, name } = self.builder.semantics.expr(base) else { return None };
        let (scope, _) = lookup(&self.builder.semantics, *scope, name)?;
        self.defined_in(scope, name)
    }

    fn defined_in(&self, scope: ScopeId, name: &str) -> Option<DefinitionId> {
        let bindings = self.builder.semantics.scope(scope).bindings_of(name);
        bindings.iter().rev().find_map(|it| match it.bound {
            Bound::Definition(id) => Some(id),
            _ => None,
        })
    }

    fn call_definition(
        &mut self,
        test: DefinitionId,
        callee: DefinitionId,
        node: NodeId,
    ) -> ExprId {
        let target = self.builder.expr(Expr::Definition(callee));
        self.call_target(test, target, node);
        target
    }

    fn call_target(&mut self, test: DefinitionId, target: ExprId, node: NodeId) {
        let reference = Reference {
            kind: ReferenceKind::Call,
            target,
            owner: Some(test),
            initialises: None,
            is_declared: false,
            is_discarded: false,
            is_taken_apart: false,
            is_implied: true,
            arguments: None,
            certainty: Certainty::Always,
            awaited: Certainty::Always,
        };
        self.builder.reference(reference, self.tree.span(node));
    }

    /// The functions that run before and after the tests of this file.
    fn module_setup(&self) -> Vec<DefinitionId> {
        MODULE_SETUP.iter().filter_map(|name| self.defined_in(MODULE_SCOPE, name)).collect()
    }

    /// The functions that run before and after a test, where its class or file has them.
    fn call_setup(&mut self, test: DefinitionId, node: NodeId) {
        let mut setups = Vec::new();
        if let Some(class) = self.definition(test).parent {
            let bodies: Vec<ScopeId> = self
                .ancestry(class)
                .into_iter()
                .filter_map(|it| self.definition(it).body)
                .collect();
            setups.extend(
                CLASS_SETUP
                    .iter()
                    .filter_map(|name| bodies.iter().find_map(|body| self.defined_in(*body, name))),
            );
        }
        setups.extend(self.module_setup());
        for setup in setups {
            self.call_definition(test, setup, node);
        }
    }
}
