//! Python: modules and packages, classes, decorators, Flask, FastAPI, Django and pytest.

mod assignments;
mod calls;
mod conventions;
mod definitions;
mod expressions;
mod frameworks;
mod grammar;
mod imports;
mod match_patterns;
mod modules;
mod packages;
mod pytest;
mod string_types;
mod types;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::{Conventions, FileFacts, Language, Modules, Parsed, ProjectFiles};

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

    /// Python's grammar has no `$` in identifiers; `µ` is a letter nobody uses in one.
    fn expando_char(&self) -> char {
        'µ'
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        walk::extract(parsed)
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

    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(modules::PythonModules::new(project))
    }
}
