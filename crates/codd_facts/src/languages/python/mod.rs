//! Python: modules and packages, classes, decorators, Flask, FastAPI and pytest.

use crate::{FileFacts, Language, Modules, Parsed, ProjectFiles};

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

    fn extract(&self, _parsed: &Parsed) -> FileFacts {
        unimplemented!()
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["pyproject.toml", "setup.cfg"]
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        unimplemented!()
    }
}
