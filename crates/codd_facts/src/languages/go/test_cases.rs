//! What `go test` runs: tests, subtests, examples and fuzz targets.

use super::walk::Walk;
use crate::lowering::{Here, New, READ};
use crate::node::{Node, children, field};
use crate::{DefinitionId, DefinitionKind, ExprId, Name};

const FRAMEWORK: &str = "go";

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
            self.test(name, FRAMEWORK, id);
            self.test_names.insert(id, name.to_owned());
        }
    }

    /// Takes a method for a test if it is one of a suite.
    pub(super) fn test_method(&mut self, name: Node<'t>, of: Node<'t>, id: DefinitionId) {
        let has_suite = self.frameworks.has_suites && self.is_test_file;
        if has_suite && is_prefixed(name.text(), "Test") {
            let whole = format!("{}/{}", of.text(), name.text());
            self.test(whole.clone(), FRAMEWORK, id);
            self.test_names.insert(id, whole);
        }
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
        self.refer(value, node, READ, here);
        if let Some(test) = &named.test {
            self.test(test.as_str(), FRAMEWORK, id);
            self.test_names.insert(id, test.clone());
        }
        let inside = self.function_body(id, here);
        self.parameters_and_result(node, id, inside);
        if let Some(body) = body {
            self.block_statements(body, inside);
        }
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
