//! Tests that classes inherit, and what runs around those.

use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use super::super::walk::Walk;
use super::fixtures::Fixture;
use super::{CLASS_SETUP, MAX_AUTOUSE};
use crate::{DefinitionId, DefinitionKind, ExprId, InheritedTests, MODULE_SCOPE, Name, Semantics};

/// Classes that pytest or unittest collects run the tests of their bases and mixins, whatever
/// files these are in.
pub(in super::super) static INHERITED: InheritedTests = InheritedTests {
    between_classes: "::",
    before_method: "::",
    prefix: Some("test"),
    is_suite_base: |name| name.ends_with("TestCase"),
    frameworks: ("unittest", "pytest"),
    collects,
    runs_abstract: true,
    around: CLASS_SETUP,
};

/// Files that pytest (`test_*.py`, `*_test.py`) or unittest (`test*.py`) collect from.
pub(in super::super) fn is_test_file(path: &RepoPath) -> bool {
    let stem = path.stem();
    stem.starts_with("test") || stem.ends_with("_test")
}

fn collects(path: &RepoPath, semantics: &Semantics, class: DefinitionId, is_suite: bool) -> bool {
    let definition = semantics.definition(class);
    let has_init = definition
        .body
        .is_some_and(|body| !semantics.scope(body).bindings_of("__init__").is_empty());
    // Classes in functions are not seen; those in classes are.
    let mut around = definition.parent;
    while let Some(id) = around {
        let it = semantics.definition(id);
        if it.kind != DefinitionKind::Class {
            return false;
        }
        around = it.parent;
    }
    is_test_file(path) && (is_suite || definition.name.starts_with("Test") && !has_init)
}

impl Walk<'_, '_> {
    /// What runs around every test of this file runs around those that its classes inherit,
    /// whose own text is elsewhere: whoever makes an instance of such a class runs it.
    pub(super) fn call_around_inherited(
        &mut self,
        fixtures: &[Fixture],
        imports: &mut FxHashMap<Name, ExprId>,
    ) {
        if !self.pytest.is_test_file {
            return;
        }
        let autouse: Vec<&Fixture> =
            fixtures.iter().filter(|it| it.is_autouse).take(MAX_AUTOUSE).collect();
        for at in 0..self.builder.semantics.definitions.len() {
            let class = DefinitionId(at as u32);
            let definition = self.definition(class);
            let is_heir = definition.kind == DefinitionKind::Class
                && definition.scope == MODULE_SCOPE
                && !definition.bases.is_empty();
            if !is_heir {
                continue;
            }
            let node = self.builder.text(class).name;
            let lineage = self.ancestry(class);
            let shared = self.autouse(node, imports);
            self.call_target(class, shared, node);
            for fixture in &autouse {
                let of = self.definition(fixture.definition).parent;
                if of.is_none_or(|it| lineage.contains(&it)) {
                    self.call_definition(class, fixture.definition, node);
                }
            }
            for setup in self.module_setup() {
                self.call_definition(class, setup, node);
            }
        }
    }
}
