//! Go's module system: import paths to package folders, by the `go.mod` files of a project.

use codd_source::{RepoPath, shared_parts};
use rustc_hash::FxHashSet;

use super::packages;
use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

/// Before a package's folder in the name of its namespace, so that no import path of a package
/// from outside is taken for one.
const NAMESPACE: &str = "go:";

/// The namespace of the package in a folder.
pub(super) fn namespace(folder: &str) -> Name {
    Name::new(format!("{NAMESPACE}{folder}"))
}

/// The namespace of the package that tests the one in a folder from outside.
pub(super) fn test_namespace(folder: &str) -> Name {
    Name::new(format!("{NAMESPACE}{folder}#test"))
}

#[derive(Debug)]
pub(super) struct GoModules {
    /// Import paths that stand for folders, with them.
    roots: Vec<(String, String)>,
    /// Paths that some `go.mod` requires, longest first.
    required: Vec<String>,
    /// Folders that hold Go files.
    packages: FxHashSet<String>,
    /// Folders that are called `vendor` and hold packages.
    vendors: FxHashSet<String>,
}

impl GoModules {
    pub(super) fn new(project: &ProjectFiles) -> GoModules {
        let mut packages = FxHashSet::default();
        let mut vendors = FxHashSet::default();
        for path in project.paths.iter().filter(|it| it.extension() == Some("go")) {
            packages.insert(path.parent().to_owned());
            let parent = path.parent();
            if let Some(at) = parent.find("vendor/")
                && (at == 0 || parent.as_bytes()[at - 1] == b'/')
            {
                vendors.insert(parent[..at + "vendor".len()].to_owned());
            }
        }
        let mut roots = Vec::new();
        let mut required = Vec::new();
        let manifests = project.manifests.iter().filter(|(it, _)| it.file_name() == "go.mod");
        for (path, text) in manifests {
            let manifest = packages::parse(text);
            if let Some(module) = manifest.module {
                roots.push((module, path.parent().to_owned()));
            }
            for (module, folder) in manifest.replaced {
                if let Some(folder) = RepoPath::joined(path.parent(), &folder) {
                    roots.push((module, folder.as_str().to_owned()));
                }
            }
            required.extend(manifest.required.into_keys());
        }
        roots.sort();
        roots.dedup();
        required.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        required.dedup();
        GoModules { roots, required, packages, vendors }
    }

    /// The folder of a package of this repository; `Err` where its module is here and it not.
    fn folder(&self, from: &RepoPath, import: &str) -> Result<Option<String>, ()> {
        let mut around = from.parent();
        loop {
            let vendor = joined(around, "vendor");
            if self.vendors.contains(&vendor) {
                let folder = joined(&vendor, import);
                if self.packages.contains(&folder) {
                    return Ok(Some(folder));
                }
            }
            let Some(parent) = parent(around) else { break };
            around = parent;
        }
        // The longest module path wins; of several modules of one path, the one nearest.
        let mut found: Vec<(usize, usize, String)> = Vec::new();
        for (module, folder) in &self.roots {
            let Some(rest) = below(import, module) else { continue };
            let whole = joined(folder, rest);
            found.push((module.len(), shared_parts(folder, from.as_str()), whole));
        }
        found.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(&b.2)));
        let is_ours = !found.is_empty();
        match found.into_iter().map(|it| it.2).find(|it| self.packages.contains(it)) {
            Some(folder) => Ok(Some(folder)),
            None if is_ours => Err(()),
            None => Ok(None),
        }
    }
}

impl Modules for GoModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let import = request.module.as_str();
        if let Some(relative) = import.strip_prefix('.') {
            let folder = RepoPath::joined(from.parent(), &format!(".{relative}"));
            return match folder {
                Some(folder) if self.packages.contains(folder.as_str()) => {
                    ModuleTarget::Namespace(namespace(folder.as_str()))
                }
                _ => ModuleTarget::Missing,
            };
        }
        match self.folder(from, import) {
            Ok(Some(folder)) => ModuleTarget::Namespace(namespace(&folder)),
            Ok(None) => {
                let module = self.required.iter().find(|it| below(import, it).is_some());
                ModuleTarget::External(Name::new(module.map_or(import, String::as_str)))
            }
            Err(()) => ModuleTarget::Missing,
        }
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}

/// What is left of an import path below that of a module.
fn below<'a>(import: &'a str, module: &str) -> Option<&'a str> {
    let rest = import.strip_prefix(module)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

fn joined(folder: &str, rest: &str) -> String {
    match (folder, rest) {
        ("", rest) => rest.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, rest) => format!("{folder}/{rest}"),
    }
}

fn parent(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent))
}
