//! Python: modules and packages, classes, decorators, Flask, FastAPI, Django and pytest.

mod assignments;
mod builtins;
mod calls;
mod containers;
mod conventions;
mod definitions;
mod expressions;
mod flow;
mod formats;
mod frameworks;
mod grammar;
mod imports;
mod links;
mod literals;
mod loops;
mod match_patterns;
mod modelled;
mod modules;
mod mutations;
mod packages;
mod pytest;
mod spelling;
mod statements;
mod string_types;
mod types;
mod walk;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::{
    Conventions, FileFacts, FlowFacts, Language, Modelled, Modules, Parsed, ProjectFiles, Trivia,
};

pub(super) struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["py", "python3"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["py", "pyi", "pyw"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_python::LANGUAGE.into()
    }

    /// Python's grammar has no `$` in identifiers; this is a letter that nobody uses in one,
    /// and the same in NFKC.
    fn expando_char(&self) -> char {
        'ǂ'
    }

    fn trivia(&self) -> Trivia {
        spelling::TRIVIA
    }

    fn readable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // Python's comments end there, and the grammar's do not.
        crate::parse::with_line_feeds(text)
    }

    fn canonical_names(&self, text: &str) -> Option<String> {
        spelling::canonical_names(text)
    }

    fn foreign_encoding(&self, bytes: &[u8]) -> Option<String> {
        spelling::foreign_encoding(bytes)
    }

    fn is_in_other_plain_encoding(&self, bytes: &[u8]) -> bool {
        spelling::is_in_other_plain_encoding(bytes)
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        walk::extract(parsed)
    }

    fn flow(&self, parsed: &Parsed) -> Option<FlowFacts> {
        Some(flow::flow(parsed))
    }

    fn has_flow(&self) -> bool {
        true
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        modelled::MODELLED
    }

    fn conventions(&self) -> &'static Conventions {
        &conventions::PYTHON
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["pyproject.toml", "setup.cfg"]
    }

    fn declared_packages(&self, path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
        packages::declared(path, text)
    }

    fn fit_of_package(&self, declared: &str, imported: &str) -> crate::Fit {
        packages::fit(declared, imported)
    }

    fn module_of_package(&self, declared: &str) -> String {
        packages::module_of(declared)
    }

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::PythonModules::new(project))
    }
}
