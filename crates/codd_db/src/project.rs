//! Resolution's questions, answered by queries: each answer is a dependency of its own.

use std::sync::Arc;

use codd_facts::{ImportRequest, ModuleTarget, Name, Semantics};
use codd_graph::Candidate;
use codd_source::RepoPath;

use crate::inputs::Project;
use crate::{Db, queries};

/// The project as the resolution of one file sees it.
pub(crate) struct TrackedProject<'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) project: Project,
}

impl codd_graph::Project for TrackedProject<'_> {
    fn interface(&self, path: &RepoPath) -> Option<Arc<Semantics>> {
        let file = queries::file_at(self.db, self.project, path.clone())?;
        queries::interface(self.db, self.project, file).clone()
    }

    fn module(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        queries::import_target(self.db, self.project, from.clone(), request.clone()).clone()
    }

    fn submodule(&self, from: &RepoPath, module: &ModuleTarget, name: &str) -> ModuleTarget {
        let name = Name::new(name);
        queries::submodule(self.db, self.project, from.clone(), module.clone(), name).clone()
    }

    fn candidates(&self, name: &str) -> Arc<[Candidate]> {
        queries::candidates(self.db, self.project, &Name::new(name))
    }
}
