//! Which target an import means: by the manifests of a project, else by its folders.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::{RepoPath, shared_parts};

use super::packages::{self, MANIFEST};
use super::targets::{self, namespaces};
use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

#[derive(Debug)]
pub(super) struct SwiftModules {
    /// Folders of targets by name.
    targets: BTreeMap<String, Vec<String>>,
    /// Folders of all targets, with an empty one for none.
    folders: BTreeSet<String>,
    /// Targets that folders of Swift files are named for.
    seen: BTreeSet<Name>,
}

impl SwiftModules {
    pub(super) fn new(project: &ProjectFiles) -> SwiftModules {
        let mut targets: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut folders = BTreeSet::new();
        let manifests = project.manifests.iter().filter(|(it, _)| it.file_name() == MANIFEST);
        for (path, text) in manifests {
            for target in packages::targets(text) {
                let inside = match target.path {
                    Some(path) => path,
                    None => {
                        let places: &[&str] = if target.is_test {
                            &["Tests", "Sources"]
                        } else {
                            &["Sources", "Source", "src", "srcs"]
                        };
                        let places = places.iter().map(|it| format!("{it}/{}", target.name));
                        let is_there = |it: &String| {
                            RepoPath::joined(path.parent(), it)
                                .is_some_and(|it| project.has_folder(it.as_str()))
                        };
                        let found = places.clone().find(is_there);
                        // A package's only target may lie in its source folder itself.
                        found.unwrap_or_else(|| "Sources".to_owned())
                    }
                };
                if let Some(folder) = RepoPath::joined(path.parent(), &inside) {
                    let folder = folder.as_str().trim_matches('/').to_owned();
                    folders.insert(folder.clone());
                    targets.entry(target.name).or_default().push(folder);
                }
            }
        }
        let swift = project.paths.iter().filter(|it| it.extension() == Some("swift"));
        let seen = swift.map(|it| namespaces(it.as_str()).target).collect();
        SwiftModules { targets, folders, seen }
    }

    /// The namespace that all files in a target's folder offer their names in.
    fn of_folder(&self, folder: &str) -> Name {
        let one = namespaces(&format!("{folder}/_.swift"));
        let below = namespaces(&format!("{folder}/_/_.swift"));
        match below.all {
            // The folder is what targets are looked for in.
            Some(all) if below.target != one.target => all,
            _ => one.target,
        }
    }

    fn own(&self, from: &RepoPath) -> Name {
        let found = namespaces(from.as_str());
        let is_in = |folder: &&String| {
            from.as_str().strip_prefix(folder.as_str()).is_some_and(|it| it.starts_with('/'))
        };
        let folder = self.folders.iter().filter(is_in).max_by_key(|it| it.len());
        match (folder, found.all) {
            (Some(folder), _) => self.of_folder(folder),
            // No manifest says that its folder is a target: all may be one.
            (None, Some(all)) => all,
            (None, None) => found.target,
        }
    }
}

impl Modules for SwiftModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let name = request.module.as_str();
        if name == targets::OWN {
            return ModuleTarget::Namespace(self.own(from));
        }
        let shared = |folder: &&String| shared_parts(folder, from.as_str());
        // Of several the first that is nearest.
        let folders = self.targets.get(name).into_iter().flatten().rev();
        if let Some(folder) = folders.max_by_key(shared) {
            return ModuleTarget::Namespace(self.of_folder(folder));
        }
        if self.seen.contains(name) {
            return ModuleTarget::Namespace(Name::new(name));
        }
        ModuleTarget::External(Name::new(name))
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}
