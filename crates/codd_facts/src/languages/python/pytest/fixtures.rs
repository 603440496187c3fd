//! The fixtures that pytest calls for a test, by the names of its parameters.

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::walk::Walk;
use super::MAX_AUTOUSE;
use crate::tree::NodeId;
use crate::{
    Bound, Definition, DefinitionId, DefinitionKind, Export, Expr, ExprId, Import, ImportItem,
    ImportRequest, MODULE_SCOPE, Name, ScopeId,
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

/// Plugins that one file names.
const MAX_PLUGINS: usize = 32;

/// No text says it.
const NOWHERE: Span = Span { start: 0, end: 0 };

/// What a `conftest.py` calls the fixtures that run for every test of its folder and of those
/// below, whoever asks for them; no name in code can be written so.
pub(super) const AUTOUSE: &str = "<autouse>";

#[derive(Debug)]
pub(super) struct Fixture {
    pub(super) definition: DefinitionId,
    /// The name tests ask for, the function's own or `name=`.
    pub(super) name: Name,
    pub(super) is_autouse: bool,
    pub(super) node: NodeId,
}

/// Where pytest looks for what the file itself does not define: the `conftest.py` that it sees
/// first, whatever folder that is in.
pub(super) fn conftest_import(item: ImportItem, owner: Option<DefinitionId>) -> Import {
    let request = ImportRequest { module: Name::new_static("conftest"), level: 0 };
    Import { request, item, owner, is_implied: true }
}

fn plugin_import(module: Name, item: ImportItem) -> Import {
    let request = ImportRequest { module, level: 0 };
    Import { request, item, owner: None, is_implied: true }
}

impl Walk<'_, '_> {
    /// Lets other files find the fixtures of this `conftest.py` that nobody asks for, and those
    /// of the ones above it.
    ///
    /// pytest calls the hooks of a `conftest.py` around all of these tests; a plugin is no
    /// `conftest.py`, and is seen where one names it.
    pub(super) fn offer_autouse(&mut self, fixtures: &[Fixture]) {
        let own = fixtures.iter().filter(|it| it.is_autouse).take(MAX_AUTOUSE);
        let mut own: Vec<DefinitionId> = own.map(|it| it.definition).collect();
        own.extend(self.hooks());
        let plugins = self.plugins();
        if own.is_empty() && plugins.is_empty() {
            return;
        }
        let mut all = Vec::new();
        if self.pytest.is_conftest {
            all.push(self.import_autouse(NOWHERE));
        }
        for module in plugins {
            let item = ImportItem::Named(Name::new_static(AUTOUSE));
            let import = self.builder.import(plugin_import(module, item), NOWHERE);
            all.push(self.builder.expr(Expr::Import(import)));
        }
        all.extend(own.into_iter().map(|it| self.builder.expr(Expr::Definition(it))));
        let value = self.builder.expr(Expr::Either(all));
        let name = Name::new_static(AUTOUSE);
        self.builder.semantics.exports.named.push(Export { name, value });
    }

    /// Functions that pytest calls by their names.
    fn hooks(&self) -> Vec<DefinitionId> {
        let all = self.builder.semantics.definitions.iter().enumerate();
        let hooks = all.filter(|(_, it)| {
            it.kind == DefinitionKind::Function
                && it.parent.is_none()
                && it.name.starts_with("pytest_")
        });
        hooks.map(|(at, _)| DefinitionId(at as u32)).take(MAX_AUTOUSE).collect()
    }

    /// The modules of `pytest_plugins = […]`, whose fixtures and hooks this file has besides
    /// its own.
    fn plugins(&self) -> Vec<Name> {
        let semantics = &self.builder.semantics;
        let named = semantics.definitions.iter().filter(|it| {
            it.name == "pytest_plugins" && it.scope == MODULE_SCOPE && it.parent.is_none()
        });
        let text = |id: ExprId| match semantics.expr(id) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        };
        let mut found = Vec::new();
        for value in named.filter_map(|it| it.value) {
            match semantics.expr(value) {
                Expr::Container { items, .. } => {
                    found.extend(items.iter().filter_map(|it| text(it.value)));
                }
                _ => found.extend(text(value)),
            }
        }
        found.truncate(MAX_PLUGINS);
        found
    }

    /// Lets the files that see this one see what its plugins offer.
    pub(super) fn offer_plugins(&mut self) {
        for module in self.plugins() {
            let import = self.builder.import(plugin_import(module, ImportItem::Star), NOWHERE);
            self.builder.semantics.exports.stars.push(import);
        }
    }

    /// `request.getfixturevalue("name")` asks for a fixture as a parameter does.
    pub(super) fn request_by_call(
        &mut self,
        fixtures: &[Fixture],
        imports: &mut FxHashMap<Name, ExprId>,
    ) {
        for (id, name, node) in std::mem::take(&mut self.pytest.asked) {
            self.fixture_named(&name, id, node, fixtures, imports);
        }
    }

    /// Lets other files find the fixtures of this `conftest.py` that tests ask for by a name of
    /// their own.
    pub(super) fn offer_named(&mut self, fixtures: &[Fixture]) {
        for fixture in fixtures {
            if self.definition(fixture.definition).name != fixture.name {
                let value = self.builder.expr(Expr::Definition(fixture.definition));
                let export = Export { name: fixture.name.clone(), value };
                self.builder.semantics.exports.named.push(export);
            }
        }
    }

    pub(super) fn import_autouse(&mut self, span: Span) -> ExprId {
        let item = ImportItem::Named(Name::new_static(AUTOUSE));
        let import = self.builder.import(conftest_import(item, None), span);
        self.builder.expr(Expr::Import(import))
    }

    /// Lets each parameter without a default be what its fixture returns.
    pub(super) fn request_fixtures(
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
    pub(super) fn is_visible(&self, fixture: DefinitionId, test: DefinitionId) -> bool {
        let Some(class) = self.definition(fixture).parent else { return true };
        let around = self.definition(test).parent;
        around == Some(class) || around.is_some_and(|it| self.ancestry(it).contains(&class))
    }

    /// The decorators of a test and of the classes around it, and the `pytestmark` of these and
    /// of the file, as calls of that name.
    fn mark_arguments(&self, id: DefinitionId, mark: &str) -> Vec<ExprId> {
        let mut marks = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let definition = self.definition(id);
            marks.extend(&definition.decorators);
            marks.extend(definition.body.into_iter().flat_map(|body| self.marks_of_all(body)));
            at = definition.parent;
        }
        marks.extend(self.marks_of_all(MODULE_SCOPE));
        let mut values = Vec::new();
        for it in marks {
            if let Expr::Call { arguments, .. } = self.builder.semantics.expr(it)
                && self.last_name(it) == mark
            {
                let positional = arguments.iter().filter(|it| it.name.is_none());
                values.extend(positional.map(|it| it.value));
            }
        }
        values
    }

    /// What the variable `pytestmark` of a class or file says of all tests in it.
    fn marks_of_all(&self, scope: ScopeId) -> Vec<ExprId> {
        let semantics = &self.builder.semantics;
        let bindings = semantics.scope(scope).bindings_of("pytestmark");
        let values = bindings.iter().filter_map(|it| match it.bound {
            Bound::Definition(id) => self.definition(id).value,
            Bound::Value(value) => Some(value),
            _ => None,
        });
        let marks = values.flat_map(|value| match semantics.expr(value) {
            Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
            _ => vec![value],
        });
        marks.collect()
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
