//! Resolution's questions, answered by queries: each answer is a dependency of its own.

use std::sync::Arc;

use codd_facts::{ImportRequest, ModuleTarget, Name, Semantics};
use codd_graph::Candidate;
use codd_source::RepoPath;

use crate::inputs::Project;
use crate::{Db, queries};

/// The project as the resolution of one file sees it.
pub(crate) struct TrackedProject<'db>(pub(crate) &'db dyn Db);

impl codd_graph::Project for TrackedProject<'_> {
    fn interface(&self, path: &RepoPath) -> Option<Arc<Semantics>> {
        let file = queries::file_at(self.0, Project::get(self.0), path.clone())?;
        queries::interface(self.0, file).clone()
    }

    fn module(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        queries::import_target(self.0, from.clone(), request.clone()).clone()
    }

    fn submodule(&self, from: &RepoPath, module: &ModuleTarget, name: &str) -> ModuleTarget {
        queries::submodule(self.0, from.clone(), module.clone(), Name::new(name)).clone()
    }

    fn candidates(&self, name: &str) -> Arc<[Candidate]> {
        queries::candidates(self.0, &Name::new(name))
    }
}
