//! What codd must know of a language: one trait, implemented once in each language's folder.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use codd_source::{RepoPath, Span};
use serde::{Deserialize, Serialize};

use crate::packages::{Fit, is_same_package};
use crate::{Conventions, FileFacts, FlowFacts, ImportRequest, Modelled, Name, Parsed};

/// One language: its files, its grammar, its facts and its modules.
pub trait Language: Send + Sync + 'static {
    /// Lower case, as people write it in `applies_to.languages`: `python`, `typescript`.
    fn name(&self) -> &'static str;

    /// Other names people use for it: `py`, `ts`.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// The language that people count it to where only the grammar tells the two apart: TSX is
    /// TypeScript.
    fn part_of(&self) -> Option<&'static str> {
        None
    }

    /// Extensions without their dot, in lower case.
    fn extensions(&self) -> &'static [&'static str];

    /// Names of files that are of it whatever their extension: `Dockerfile`.
    fn file_names(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a file is of it, by its path.
    fn takes(&self, path: &RepoPath) -> bool {
        self.file_names().contains(&path.file_name())
            || path.extension().is_some_and(|extension| {
                self.extensions().iter().any(|own| own.eq_ignore_ascii_case(extension))
            })
    }

    /// Whether it takes files by the rest of their name where the extension is that of another
    /// language: `Dockerfile.go`.
    fn takes_any_extension(&self) -> bool {
        false
    }

    /// Whether its files are programs, and not what programs are configured and deployed by.
    fn is_code(&self) -> bool {
        true
    }

    fn grammar(&self) -> tree_sitter::Language;

    /// Whether its files are read as text alone, which its grammar never sees: no code rule looks
    /// through them.
    fn is_plain_text(&self) -> bool {
        false
    }

    /// Whether the text nests deeper than its grammar can read; such text must not reach it.
    fn is_too_deep(&self, _text: &str) -> bool {
        false
    }

    /// Whether its grammar would never come to an end with the text; such text must not reach
    /// it.
    fn is_endless(&self, _text: &str) -> bool {
        false
    }

    /// The part of a comment that means something to the compiler or to a framework; `comment`
    /// is where in the text it stands.
    fn directive(&self, _text: &str, _comment: Span) -> Option<Span> {
        None
    }

    /// Stands for `$` in code patterns where the grammar has no `$` in identifiers.
    fn expando_char(&self) -> char {
        '$'
    }

    /// The syntax through which code rules look.
    fn trivia(&self) -> Trivia {
        Trivia::default()
    }

    /// The text as the language reads it, of the same length: where its grammar takes other
    /// characters for the end of a line.
    fn readable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }

    /// The text with every name in it as the language compares it, where one is written in
    /// another way; `None` where none is.
    fn canonical_names(&self, _text: &str) -> Option<String> {
        None
    }

    /// The encoding that a file says it is in, if its ASCII characters are not bytes of their
    /// own there, so that the bytes are another program than they seem.
    fn foreign_encoding(&self, _bytes: &[u8]) -> Option<String> {
        None
    }

    /// Whether a file says that it is in an encoding other than UTF-8 in which its ASCII
    /// characters are bytes of their own, as they are in Latin-1.
    fn is_in_other_plain_encoding(&self, _bytes: &[u8]) -> bool {
        false
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts;

    /// What its code does with values; `None` where that is not modelled.
    fn flow(&self, _parsed: &Parsed) -> Option<FlowFacts> {
        None
    }

    /// Whether a generated file declares what code that people wrote names: the other part of a
    /// class.
    fn is_generated_part(&self, _path: &RepoPath) -> bool {
        false
    }

    /// Whether [`Language::flow`] knows it.
    fn has_flow(&self) -> bool {
        false
    }

    /// Whether the flow facts also tell which of several values a call is given, and what it is
    /// given where nothing is written.
    fn follows_arguments(&self) -> bool {
        self.has_flow()
    }

    /// What nests in it, for the test that text which nests deep is read.
    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting];

    /// What of the language the facts and the resolution of this crate and the graph cover.
    fn modelled(&self) -> Modelled;

    /// The names that mean something by themselves, as resolution reads them.
    fn conventions(&self) -> &'static Conventions;

    /// Names of the files that say where modules are: `package.json`, `pyproject.toml`.
    fn manifests(&self) -> &'static [&'static str] {
        &[]
    }

    /// Files, relative to its own folder, that the configuration of a test runner says run
    /// around all tests; none for any other file.
    fn set_up_files(&self, _path: &RepoPath, _text: &str) -> Vec<String> {
        Vec::new()
    }

    /// The packages that a manifest of the language declares, with their version
    /// requirements; `None` for any other file, and for one that cannot be read.
    fn declared_packages(&self, _path: &RepoPath, _text: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    /// How well a package that the language's manifests declare fits what its code imports, as
    /// [`DeclaredPackages::fit`](crate::DeclaredPackages::fit) says.
    fn fit_of_package(&self, declared: &str, imported: &str) -> Fit {
        if is_same_package(declared, imported) { Fit::Same } else { Fit::Other }
    }

    /// What code would import of a package that it does not.
    fn module_of_package(&self, declared: &str) -> String {
        declared.to_owned()
    }

    /// The module system over one project's files; built once, asked for every import.
    fn modules(&self, project: &ProjectFiles) -> Box<dyn Modules>;
}

/// Syntax that a writer may add or leave out without changing what an expression does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trivia {
    /// Kinds of nodes that group one expression.
    pub parentheses: &'static [&'static str],
    /// Kinds of nodes around one expression that are for the type checker alone.
    pub casts: &'static [&'static str],
    pub asides: &'static [Aside],
}

/// A child that says how its parent calls or reads, and not what.
#[derive(Clone, Copy, Debug)]
pub struct Aside {
    pub parent: &'static str,
    pub kind: &'static str,
    /// The token in whose place it stands, if it is in one's place.
    pub replaces: Option<&'static str>,
}

/// A language of the table; compares by name.
#[derive(Clone, Copy)]
pub struct LanguageRef(pub &'static dyn Language);

impl std::ops::Deref for LanguageRef {
    type Target = dyn Language;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl PartialEq for LanguageRef {
    fn eq(&self, other: &LanguageRef) -> bool {
        self.name() == other.name()
    }
}

impl Eq for LanguageRef {}

impl fmt::Debug for LanguageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a module system sees of a project: the names of all files, the text of manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFiles {
    /// Sorted.
    pub paths: Vec<RepoPath>,
    /// Files whose name some language lists in [`Language::manifests`].
    pub manifests: BTreeMap<RepoPath, Arc<str>>,
}

impl ProjectFiles {
    pub fn contains(&self, path: &str) -> bool {
        self.paths.binary_search_by(|probe| probe.as_str().cmp(path)).is_ok()
    }

    /// Whether any file lies below the folder; `""` is the root.
    pub fn has_folder(&self, folder: &str) -> bool {
        if folder.is_empty() {
            return !self.paths.is_empty();
        }
        let prefix = format!("{folder}/");
        let at = self.paths.partition_point(|probe| probe.as_str() < prefix.as_str());
        self.paths.get(at).is_some_and(|path| path.as_str().starts_with(&prefix))
    }
}

/// A language's module system over one project's files.
pub trait Modules: Send + Sync {
    /// The file that an import written in `from` means.
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget;

    /// The module `name` inside the package or folder that `module` is.
    fn submodule(&self, module: &ModuleTarget, name: &str) -> ModuleTarget;
}

/// What a module system found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ModuleTarget {
    File(RepoPath),
    /// A package without a file of its own (Python's namespace packages).
    Folder(RepoPath),
    /// A package from outside the repository, or the standard library: its top-level name.
    External(Name),
    /// A namespace of names that any file may offer, dotted; see
    /// [`Offer`](crate::Offer). From outside where no file offers the name.
    Namespace(Name),
    /// Looks like a module of this repository, and is not there.
    Missing,
}
