//! Resolution's questions, answered from a known snapshot: nothing but what is asked is decoded.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use codd_facts::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles, Semantics};
use codd_graph::Candidate;
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use crate::ContentReader;
use crate::beside::Beside;
use crate::outline::AnalysisFile;
use crate::queries::is_manifest;

/// A known snapshot as the resolution of one of its files sees it.
pub(crate) struct KnownProject<'a> {
    files: &'a BTreeMap<RepoPath, AnalysisFile>,
    reader: &'a dyn ContentReader,
    beside: &'a Beside,
    names: OnceCell<ProjectFiles>,
    modules: RefCell<FxHashMap<&'static str, Arc<dyn Modules>>>,
    interfaces: RefCell<FxHashMap<RepoPath, Option<Arc<Semantics>>>>,
    /// Something was asked that is not known.
    has_failed: Cell<bool>,
}

impl<'a> KnownProject<'a> {
    pub(crate) fn new(
        files: &'a BTreeMap<RepoPath, AnalysisFile>,
        reader: &'a dyn ContentReader,
        beside: &'a Beside,
    ) -> KnownProject<'a> {
        KnownProject {
            files,
            reader,
            beside,
            names: OnceCell::new(),
            modules: RefCell::default(),
            interfaces: RefCell::default(),
            has_failed: Cell::new(false),
        }
    }

    /// Whether some answer was none, so that nothing follows from it.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    fn modules_of(&self, from: &RepoPath) -> Option<Arc<dyn Modules>> {
        let language = codd_facts::language_of(from)?;
        let mut modules = self.modules.borrow_mut();
        let made = || Arc::from(language.0.modules(self.names.get_or_init(|| self.names())));
        Some(Arc::clone(modules.entry(language.0.name()).or_insert_with(made)))
    }

    fn names(&self) -> ProjectFiles {
        let manifests = self.files.iter().filter(|(path, _)| is_manifest(path));
        let manifests = manifests.filter_map(|(path, file)| {
            let Ok(bytes) = self.reader.read(path, file.content) else {
                self.has_failed.set(true);
                return None;
            };
            Some((path.clone(), std::str::from_utf8(&bytes).ok().map(Arc::from)?))
        });
        ProjectFiles { manifests: manifests.collect(), paths: self.files.keys().cloned().collect() }
    }
}

impl codd_graph::Project for KnownProject<'_> {
    fn interface(&self, path: &RepoPath) -> Option<Arc<Semantics>> {
        if let Some(known) = self.interfaces.borrow().get(path) {
            return known.clone();
        }
        let file = self.files.get(path);
        let facts = file.and_then(AnalysisFile::facts);
        if facts.is_none() && file.is_some_and(|it| it.outline.facts.is_some()) {
            // They were kept, and are lost.
            self.has_failed.set(true);
        }
        let interface = facts.map(|it| Arc::new(codd_facts::interface(&it.semantics)));
        self.interfaces.borrow_mut().insert(path.clone(), interface.clone());
        interface
    }

    fn module(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        self.modules_of(from).map_or(ModuleTarget::Missing, |it| it.resolve(from, request))
    }

    fn submodule(&self, from: &RepoPath, module: &ModuleTarget, name: &str) -> ModuleTarget {
        self.modules_of(from)
            .map_or(ModuleTarget::Missing, |it| it.submodule(module, &Name::new(name)))
    }

    fn candidates(&self, name: &str) -> Arc<[Candidate]> {
        self.beside.candidates(name).unwrap_or_else(|| {
            self.has_failed.set(true);
            Arc::from([])
        })
    }
}
