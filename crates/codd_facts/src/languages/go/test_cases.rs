//! What `go test` runs: tests, subtests, examples and fuzz targets.

use super::modules::{namespace, test_namespace};
use super::walk::Walk;
use crate::lowering::{CALL, Here, New, READ};
use crate::node::{Node, children, field};
use crate::{DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name, ReferenceKind};

const FRAMEWORK: &str = "go";

/// The names by which a package offers what runs before its tests: functions, and variables
/// that are made by calls. No source can name them.
pub(super) const RUN_AT_START: &str = "<run at start>";
pub(super) const MADE_AT_START: &str = "<made at start>";

/// What a call of runs no code of a repository.
const BUILT_IN: &[&str] = &[
    "append", "byte", "cap", "complex", "copy", "float32", "float64", "int", "int32", "int64",
    "len", "make", "max", "min", "new", "rune", "string", "uint", "uint32", "uint64", "uint8",
    "uintptr",
];

impl<'t> Walk<'_, 't> {
    /// Takes a function for a test if `go test` does.
    pub(super) fn test_function(&mut self, node: Node<'t>, name: Node<'t>, id: DefinitionId) {
        if !self.is_test_file {
            return;
        }
        let parameters = field(node, "parameters").map(children).unwrap_or_default();
        let takes = |of: &str| {
            matches!(parameters.as_slice(), [only]
                if field(*only, "type").is_some_and(|it| it.text().ends_with(of)))
        };
        let name = name.text();
        let is_test = is_prefixed(name, "Test") && takes("testing.T")
            || is_prefixed(name, "Fuzz") && takes("testing.F")
            || is_prefixed(name, "Example") && parameters.is_empty();
        if is_test {
            self.go_test(name.to_owned(), id, node);
        }
    }

    /// Takes a method for a test if it is one of a suite.
    pub(super) fn test_method(&mut self, name: Node<'t>, of: Node<'t>, id: DefinitionId) {
        let has_suite = self.frameworks.has_suites && self.is_test_file;
        if has_suite && is_prefixed(name.text(), "Test") {
            let whole = format!("{}/{}", of.text(), name.text());
            self.go_test(whole, id, of);
        }
    }

    fn go_test(&mut self, name: String, id: DefinitionId, at: Node<'t>) {
        self.test(name.as_str(), FRAMEWORK, id);
        self.test_names.insert(id, name);
        let at = at.span();
        let run = self.name(MODULE_SCOPE, RUN_AT_START);
        self.implied_call(id, run, at);
        let made = self.name(MODULE_SCOPE, MADE_AT_START);
        self.implied(id, ReferenceKind::Read, made, at);
    }

    /// Takes a definition for one that every test binary of the package runs first.
    pub(super) fn starts_package(&mut self, id: DefinitionId, as_what: &'static str) {
        let folder = self.path.parent();
        // Tests from outside are of the same binary.
        for namespace in [namespace(folder), test_namespace(folder)] {
            self.offer_as(namespace, as_what, id);
        }
    }

    /// Whether making a value may call functions of the repository: all that are called in
    /// code of tests, elsewhere those of the package.
    pub(super) fn runs_own_code(&self, value: Node<'t>) -> bool {
        let calls = std::iter::once(value).chain(value.below());
        let mut called = calls.filter(|it| it.kind() == "call_expression");
        called.any(|it| match field(it, "function") {
            Some(function) if function.kind() == "identifier" => {
                !BUILT_IN.contains(&function.text()) && !self.types.contains_key(function.text())
            }
            Some(_) => self.is_test_file,
            None => false,
        })
    }

    /// The subtest that a call of `t.Run` makes here.
    pub(super) fn subtest(
        &self,
        method: &str,
        arguments: &[Node<'t>],
        here: Here,
    ) -> Option<Callback> {
        let outer = self.test_names.get(&here.owner?)?;
        let [name, function] = arguments else { return None };
        if method != "Run" || function.kind() != "func_literal" {
            return None;
        }
        let name = super::imports::text_of(*name)?.replace(' ', "_");
        let test = Some(format!("{outer}/{name}"));
        Some(Callback { name, test })
    }

    /// A function that is written where a framework is given it, under a name of its own.
    pub(super) fn callback(&mut self, node: Node<'t>, named: &Callback, here: Here) -> ExprId {
        let body = field(node, "body");
        let mut new = New::of(DefinitionKind::Callback, node, node, body);
        new.name = Name::new(&named.name);
        new.shape = field(node, "parameters").into_iter().collect();
        let id = self.define(new, here);
        let value = self.definition_value(id);
        // A subtest is part of the test around it.
        self.refer(value, node, if named.test.is_some() { CALL } else { READ }, here);
        if let Some(test) = &named.test {
            self.go_test(test.clone(), id, node);
        }
        let inside = self.function_body(id, here);
        self.parameters_and_result(node, id, inside);
        if let Some(body) = body {
            self.block_statements(body, inside);
        }
        value
    }

    /// A function that a call makes by a constant: what it does is not what another constant
    /// makes of the same call.
    pub(super) fn made_callback(&mut self, node: Node<'t>, named: &Callback, here: Here) -> ExprId {
        let mut new = New::of(DefinitionKind::Callback, node, node, None);
        new.name = Name::new(&named.name);
        let id = self.define(new, here);
        let value = self.definition_value(id);
        self.refer(value, node, READ, here);
        let inside = self.function_body(id, here);
        self.expr(node, READ, inside);
        value
    }
}

/// A function without a name that gets one from who calls it.
#[derive(Clone, Debug)]
pub(super) struct Callback {
    pub(super) name: String,
    /// As the runner names it, if it is a test.
    pub(super) test: Option<String>,
}

/// `TestX`, not `Testimony`.
fn is_prefixed(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}
