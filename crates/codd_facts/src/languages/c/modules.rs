//! Which file `#include` means.

use std::collections::BTreeMap;

use codd_source::{RepoPath, shared_parts};

use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

/// The level of a request that names a namespace and no file.
pub(super) const NAMESPACE: u32 = 2;

/// Files by their name, and by where they are.
#[derive(Debug)]
pub(super) struct CModules {
    by_name: BTreeMap<Box<str>, Vec<RepoPath>>,
}

impl CModules {
    pub(super) fn new(project: &ProjectFiles) -> CModules {
        let mut by_name: BTreeMap<Box<str>, Vec<RepoPath>> = BTreeMap::new();
        for path in &project.paths {
            by_name.entry(Box::from(path.file_name())).or_default().push(path.clone());
        }
        CModules { by_name }
    }
}

impl Modules for CModules {
    /// The file beside the one that includes it; else of those whose path ends so the one that
    /// is nearest, since the folders that a compiler is given are not known.
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let written = request.module.as_str();
        if request.level == NAMESPACE {
            return ModuleTarget::Namespace(request.module.clone());
        }
        let is_system = request.level > 0;
        let name = written.rsplit('/').next().unwrap_or(written);
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        if !is_system
            && let Some(beside) = RepoPath::joined(from.parent(), written)
            && named.contains(&beside)
        {
            return ModuleTarget::File(beside);
        }
        let end = written.trim_start_matches("../").trim_start_matches("./");
        let fits = |it: &&RepoPath| {
            let path = it.as_str();
            path == end || path.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'))
        };
        let shared = |it: &RepoPath| shared_parts(from.parent(), it.parent());
        // A header of the system has no folder of its own name here but by chance.
        let is_plain_system = is_system && !written.contains('/') && !written.contains('.');
        let found = named.iter().filter(fits).filter(|_| !is_plain_system).max_by(|a, b| {
            let depth = |it: &RepoPath| std::cmp::Reverse(it.as_str().matches('/').count());
            shared(a).cmp(&shared(b)).then_with(|| depth(a).cmp(&depth(b))).then_with(|| b.cmp(a))
        });
        match found {
            Some(path) => ModuleTarget::File(path.clone()),
            None if is_system => {
                ModuleTarget::External(Name::new(written.split('/').next().unwrap_or(written)))
            }
            // Also a header from outside may be written in quotes, or made when it is built.
            None => ModuleTarget::External(Name::new(written)),
        }
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}
