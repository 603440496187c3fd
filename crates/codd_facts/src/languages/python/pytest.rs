//! Tests of pytest and unittest, and the fixtures that pytest calls for them.

use codd_source::{RepoPath, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::walk::{Cx, Walk};
use crate::builder::lookup;
use crate::tree::NodeId;
use crate::{
    Bound, Definition, DefinitionId, DefinitionKind, Export, Expr, ExprId, Import, ImportItem,
    ImportRequest, MODULE_SCOPE, Name, Reference, ReferenceKind, ScopeId, TestCase,
};

/// What pytest and its common plugins bring themselves.
const KNOWN_FIXTURES: &[&str] = &[
    "cache",
    "caplog",
    "capfd",
    "capfdbinary",
    "capsys",
    "capsysbinary",
    "capteesys",
    "doctest_namespace",
    "event_loop",
    "mocker",
    "monkeypatch",
    "pytestconfig",
    "pytester",
    "record_property",
    "record_testsuite_property",
    "record_xml_attribute",
    "recwarn",
    "request",
    "subtests",
    "testdir",
    "tmp_path",
    "tmp_path_factory",
    "tmpdir",
    "tmpdir_factory",
];

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

/// What a `conftest.py` calls the fixtures that run for every test of its folder and of those
/// below, whoever asks for them; no name in code can be written so.
const AUTOUSE: &str = "<autouse>";

/// Classes of one file that are followed from a test class to its bases.
const MAX_BASES: usize = 32;

/// Fixtures and possible tests of one file.
#[derive(Debug)]
pub(super) struct Pytest {
    /// Files that pytest (`test_*.py`, `*_test.py`) or unittest (`test*.py`) collect from.
    is_test_file: bool,
    /// Its fixtures serve the tests of its folder and of those below.
    is_conftest: bool,
    fixtures: Vec<Fixture>,
    /// Functions whose name is one of a test, with that name's place.
    candidates: Vec<(DefinitionId, NodeId)>,
}

/// The `conftest.py` that a file sees first, whatever folder it is in.
/// Where pytest looks for what the file itself does not define.
fn conftest_import(item: ImportItem, owner: Option<DefinitionId>) -> Import {
    let request = ImportRequest { module: Name::new_static("conftest"), level: 0 };
    Import { request, item, owner, is_implied: true }
}

impl Pytest {
    pub(super) fn new(path: &RepoPath) -> Pytest {
        let stem = path.stem();
        Pytest {
            is_test_file: stem.starts_with("test") || stem.ends_with("_test"),
            is_conftest: stem == "conftest",
            fixtures: Vec::new(),
            candidates: Vec::new(),
        }
    }
}

#[derive(Debug)]
struct Fixture {
    definition: DefinitionId,
    /// The name tests ask for, the function's own or `name=`.
    name: Name,
    is_autouse: bool,
    node: NodeId,
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
        if self.pytest.is_test_file && name.starts_with("test") {
            self.pytest.candidates.push((id, node));
        }
    }

    /// Names the tests and links them to their fixtures; bindings are sorted by now.
    pub(super) fn finish_pytest(&mut self) {
        let mut tests = Vec::new();
        for (id, node) in std::mem::take(&mut self.pytest.candidates) {
            if let Some(test) = self.test_case(id) {
                tests.push((id, node));
                self.builder.semantics.tests.push(test);
            }
        }
        if self.pytest.is_conftest {
            // What it does not define itself, the `conftest.py` above it may.
            let import = conftest_import(ImportItem::Star, None);
            let import = self.builder.import(import, Span { start: 0, end: 0 });
            self.builder.semantics.exports.stars.push(import);
        }
        let fixtures = std::mem::take(&mut self.pytest.fixtures);
        if self.pytest.is_conftest {
            self.offer_autouse(&fixtures);
        }
        let mut imports: FxHashMap<Name, ExprId> = FxHashMap::default();
        for fixture in &fixtures {
            self.request_fixtures(fixture.definition, fixture.node, &fixtures, &mut imports);
        }
        for (id, node) in tests {
            self.request_fixtures(id, node, &fixtures, &mut imports);
            self.call_setup(id, node);
            for fixture in fixtures.iter().filter(|it| it.is_autouse).take(MAX_AUTOUSE) {
                if self.is_visible(fixture.definition, id) {
                    self.call_definition(id, fixture.definition, node);
                }
            }
            let shared = *imports
                .entry(Name::new_static(AUTOUSE))
                .or_insert_with(|| self.import_autouse(self.tree.span(node)));
            self.call_target(id, shared, node);
        }
    }

    /// Lets other files find the fixtures of this `conftest.py` that nobody asks for, and those
    /// of the ones above it.
    fn offer_autouse(&mut self, fixtures: &[Fixture]) {
        let own = fixtures.iter().filter(|it| it.is_autouse).take(MAX_AUTOUSE);
        let own: Vec<DefinitionId> = own.map(|it| it.definition).collect();
        if own.is_empty() {
            return;
        }
        let mut all = vec![self.import_autouse(Span { start: 0, end: 0 })];
        all.extend(own.into_iter().map(|it| self.builder.expr(Expr::Definition(it))));
        let value = self.builder.expr(Expr::Either(all));
        let name = Name::new_static(AUTOUSE);
        self.builder.semantics.exports.named.push(Export { name, value });
    }

    fn import_autouse(&mut self, span: Span) -> ExprId {
        let item = ImportItem::Named(Name::new_static(AUTOUSE));
        let import = self.builder.import(conftest_import(item, None), span);
        self.builder.expr(Expr::Import(import))
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

    /// Lets each parameter without a default be what its fixture returns.
    fn request_fixtures(
        &mut self,
        id: DefinitionId,
        node: NodeId,
        fixtures: &[Fixture],
        imports: &mut FxHashMap<Name, ExprId>,
    ) {
        let parametrized = self.parametrized(id);
        for at in 0..self.definition(id).parameters.len() {
            let parameter = &self.definition(id).parameters[at];
            let name = parameter.name.clone();
            if parameter.is_receiver
                || parameter.is_variadic
                || parameter.default.is_some()
                || parametrized.contains(&name)
            {
                continue;
            }
            if let Some(callee) = self.fixture_named(&name, id, node, fixtures, imports) {
                let call = self.builder.expr(Expr::Call { callee, arguments: Vec::new() });
                self.builder.definition_mut(id).parameters[at].default = Some(call);
            }
        }
        for name in self.used_fixtures(id) {
            self.fixture_named(&name, id, node, fixtures, imports);
        }
    }

    /// The fixture of that name as seen from `id`, with a reference to it.
    fn fixture_named(
        &mut self,
        name: &Name,
        id: DefinitionId,
        node: NodeId,
        fixtures: &[Fixture],
        imports: &mut FxHashMap<Name, ExprId>,
    ) -> Option<ExprId> {
        let near = fixtures.iter().filter(|fixture| {
            fixture.name == *name
                && fixture.definition != id
                && self.is_visible(fixture.definition, id)
        });
        // Those of the class hide those of the file, later ones hide earlier ones.
        let near = near.max_by_key(|it| self.definition(it.definition).parent.is_some());
        if let Some(fixture) = near.map(|it| it.definition) {
            let Definition { name, parent, .. } = self.definition(fixture);
            let name = name.clone();
            let target = match self.class_around(id).filter(|_| parent.is_some()) {
                Some(class) => self.fixture_of_class(class, id, name),
                None => self.builder.expr(Expr::Definition(fixture)),
            };
            self.call_target(id, target, node);
            return Some(target);
        }
        if let Some((scope, name)) = self.imported_fixture(name) {
            let target = self.builder.expr(Expr::Name { scope, name });
            self.call_target(id, target, node);
            return Some(target);
        }
        if KNOWN_FIXTURES.contains(&name.as_str()) {
            return None;
        }
        // Fixtures of other files are found in the nearest `conftest.py`.
        let mut target = *imports.entry(name.clone()).or_insert_with(|| {
            let item = ImportItem::Named(name.clone());
            let import = conftest_import(item, Some(id));
            let import = self.builder.import(import, self.tree.span(node));
            self.builder.expr(Expr::Import(import))
        });
        if let Some(class) = self.class_around(id)
            && self.has_base_elsewhere(class)
        {
            // Or in a class of another file that this one extends.
            let inherited = self.fixture_of_class(class, id, name.clone());
            target = self.builder.expr(Expr::Either(vec![inherited, target]));
        }
        self.call_target(id, target, node);
        Some(target)
    }

    /// The fixture that a class has or inherits, as a test or another fixture `id` of it sees
    /// it: a class that extends this one may replace it.
    fn fixture_of_class(&mut self, class: DefinitionId, id: DefinitionId, name: Name) -> ExprId {
        let asks_for_its_own_name = self.definition(id).name == name;
        let base = self.builder.expr(if asks_for_its_own_name {
            Expr::Super { class }
        } else {
            Expr::This { class }
        });
        self.builder.expr(Expr::Attribute { base, name })
    }

    fn class_around(&self, id: DefinitionId) -> Option<DefinitionId> {
        let parent = self.definition(id).parent?;
        (self.definition(parent).kind == DefinitionKind::Class).then_some(parent)
    }

    fn has_base_elsewhere(&self, class: DefinitionId) -> bool {
        self.ancestry(class).into_iter().any(|class| {
            self.definition(class).bases.iter().any(|it| self.class_in_file(*it).is_none())
        })
    }

    /// A fixture that the file imports by name: `from fixtures import client`.
    fn imported_fixture(&self, name: &Name) -> Option<(ScopeId, Name)> {
        let bindings = self.builder.semantics.scope(MODULE_SCOPE).bindings_of(name);
        let is_import = bindings.iter().any(|it| matches!(it.bound, Bound::Import(_)));
        is_import.then(|| (MODULE_SCOPE, name.clone()))
    }

    /// Fixtures of a class serve that class and those that extend it.
    fn is_visible(&self, fixture: DefinitionId, test: DefinitionId) -> bool {
        let Some(class) = self.definition(fixture).parent else { return true };
        let around = self.definition(test).parent;
        around == Some(class) || around.is_some_and(|it| self.ancestry(it).contains(&class))
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
            is_implied: true,
            arguments: None,
        };
        self.builder.reference(reference, self.tree.span(node));
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
        setups.extend(MODULE_SETUP.iter().filter_map(|name| self.defined_in(MODULE_SCOPE, name)));
        for setup in setups {
            self.call_definition(test, setup, node);
        }
    }

    /// The decorators of a test and of the classes around it, as calls of that name.
    fn mark_arguments(&self, id: DefinitionId, mark: &str) -> Vec<ExprId> {
        let mut values = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let definition = self.definition(id);
            for decorator in &definition.decorators {
                if let Expr::Call { arguments, .. } = self.builder.semantics.expr(*decorator)
                    && self.last_name(*decorator) == mark
                {
                    let positional = arguments.iter().filter(|it| it.name.is_none());
                    values.extend(positional.map(|it| it.value));
                }
            }
            at = definition.parent;
        }
        values
    }

    fn used_fixtures(&self, id: DefinitionId) -> Vec<Name> {
        let semantics = &self.builder.semantics;
        let arguments = self.mark_arguments(id, "usefixtures");
        let names = arguments.iter().filter_map(|it| match semantics.expr(*it) {
            Expr::Text(name) => Some(name.clone()),
            _ => None,
        });
        names.collect()
    }

    fn parametrized(&self, id: DefinitionId) -> FxHashSet<Name> {
        let semantics = &self.builder.semantics;
        let mut names = FxHashSet::default();
        let mut add = |text: &str| {
            names.extend(text.split(',').map(|it| Name::new(it.trim())));
        };
        for argument in self.mark_arguments(id, "parametrize") {
            match semantics.expr(argument) {
                Expr::Text(text) => add(text),
                Expr::Container { items, .. } => {
                    for item in items {
                        if let Expr::Text(text) = semantics.expr(item.value) {
                            add(text);
                        }
                    }
                }
                _ => {}
            }
        }
        names
    }
}
