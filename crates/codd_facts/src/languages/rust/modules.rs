//! Rust's module system: crates by their manifests, modules by where their files lie.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::packages::{self, Manifest};
use super::paths::{CHILD, FILE, OUTSIDE, OWN, ROOT, SUPER};
use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

/// Folders of which each file is a crate of its own, as is the `main.rs` of each folder.
const TARGET_FOLDERS: &[&str] = &["tests", "benches", "examples", "src/bin"];

#[derive(Debug)]
pub(super) struct RustModules {
    files: FxHashSet<RepoPath>,
    /// By folder.
    packages: BTreeMap<String, Package>,
    /// The libraries of all packages, by the name that code has for them.
    libraries: FxHashMap<String, BTreeSet<RepoPath>>,
}

#[derive(Debug)]
struct Package {
    manifest: Manifest,
    library: Option<RepoPath>,
    /// Files that manifests call crates.
    roots: BTreeSet<RepoPath>,
}

impl RustModules {
    pub(super) fn new(project: &ProjectFiles) -> RustModules {
        let is_rust = |it: &&RepoPath| it.extension() == Some("rs");
        let files: FxHashSet<RepoPath> = project.paths.iter().filter(is_rust).cloned().collect();
        let mut packages = BTreeMap::new();
        let mut libraries: FxHashMap<String, BTreeSet<RepoPath>> = FxHashMap::default();
        let manifests = project.manifests.iter().filter(|(it, _)| it.file_name() == "Cargo.toml");
        for (path, text) in manifests {
            let Some(manifest) = packages::parse(text) else { continue };
            let folder = path.parent();
            let Some(name) = manifest.name.clone() else { continue };
            let library = manifest.library_path.as_deref().unwrap_or("src/lib.rs");
            let library = RepoPath::joined(folder, library).filter(|it| files.contains(it));
            if let Some(library) = &library {
                for name in [Some(name), manifest.library.clone()].into_iter().flatten() {
                    libraries.entry(name).or_default().insert(library.clone());
                }
            }
            let mut roots: BTreeSet<RepoPath> =
                manifest.roots.iter().filter_map(|it| RepoPath::joined(folder, it)).collect();
            roots.extend(library.clone());
            packages.insert(folder.to_owned(), Package { manifest, library, roots });
        }
        RustModules { files, packages, libraries }
    }

    /// The package that a file is part of, with its folder.
    fn package_of(&self, from: &RepoPath) -> Option<(&str, &Package)> {
        let mut folder = from.parent();
        loop {
            if let Some((folder, package)) = self.packages.get_key_value(folder) {
                return Some((folder, package));
            }
            folder = parent(folder)?;
        }
    }

    fn file(&self, path: String) -> Option<RepoPath> {
        let path = RepoPath::new(path);
        self.files.contains(&path).then_some(path)
    }

    /// The file that is the root of the crate of another one.
    fn root_of(&self, from: &RepoPath) -> Option<RepoPath> {
        let package = self.package_of(from);
        if self.is_root(from) {
            return Some(from.clone());
        }
        let top = package.map_or("", |it| it.0);
        let mut folder = from.parent();
        loop {
            for name in ["lib.rs", "main.rs"] {
                if let Some(root) = self.file(joined(folder, name)) {
                    return Some(root);
                }
            }
            if folder == top {
                break;
            }
            folder = parent(folder)?;
        }
        package.and_then(|it| it.1.library.clone())
    }

    fn is_root(&self, path: &RepoPath) -> bool {
        let Some((folder, package)) = self.package_of(path) else {
            return matches!(path.file_name(), "lib.rs" | "main.rs");
        };
        if package.roots.contains(path) || path.file_name() == "main.rs" {
            return true;
        }
        let inner = path.as_str().strip_prefix(folder).unwrap_or(path.as_str());
        let inner = inner.trim_start_matches('/');
        inner == "build.rs"
            || TARGET_FOLDERS.iter().any(|it| {
                inner.strip_prefix(it).is_some_and(|rest| {
                    rest.strip_prefix('/').is_some_and(|rest| !rest.contains('/'))
                })
            })
    }

    /// The folder in which the modules of a file's module lie.
    fn folder_of(&self, path: &RepoPath) -> String {
        if path.file_name() == "mod.rs" || self.is_root(path) {
            path.parent().to_owned()
        } else {
            joined(path.parent(), path.stem())
        }
    }

    fn child(&self, from: &RepoPath, module: &str) -> Option<RepoPath> {
        let path = joined(&self.folder_of(from), &module.replace("::", "/"));
        self.file(format!("{path}.rs")).or_else(|| self.file(format!("{path}/mod.rs")))
    }

    /// The file that has the module around a file's own one.
    fn parent_of(&self, from: &RepoPath) -> Option<RepoPath> {
        let root = self.root_of(from)?;
        if root == *from {
            return None;
        }
        let mut folder = match from.file_name() {
            "mod.rs" => parent(from.parent())?,
            _ => from.parent(),
        };
        // Modules without a file of their own are passed over.
        while folder != root.parent() {
            let found =
                self.file(format!("{folder}.rs")).or_else(|| self.file(joined(folder, "mod.rs")));
            if let Some(found) = found.filter(|it| it != from) {
                return Some(found);
            }
            folder = parent(folder)?;
        }
        Some(root)
    }

    /// A crate that code of `from` names.
    fn crate_named(&self, from: &RepoPath, name: &str) -> ModuleTarget {
        if matches!(name, "std" | "core" | "alloc" | "proc_macro") {
            return ModuleTarget::External(Name::new(name));
        }
        let Some((folder, package)) = self.package_of(from) else {
            return ModuleTarget::Namespace(Name::new(name));
        };
        let manifest = &package.manifest;
        let own = manifest.library.as_ref().or(manifest.name.as_ref());
        if own.is_some_and(|it| it == name)
            && let Some(library) = &package.library
        {
            return ModuleTarget::File(library.clone());
        }
        let Some(dependency) = manifest.dependencies.get(name) else {
            return ModuleTarget::Namespace(Name::new(name));
        };
        if let Some(path) = &dependency.path
            && let Some(other) = RepoPath::joined(folder, path)
            && let Some(other) = self.packages.get(other.as_str())
            && let Some(library) = &other.library
        {
            return ModuleTarget::File(library.clone());
        }
        match self.libraries.get(&dependency.package).and_then(BTreeSet::first) {
            Some(library) => ModuleTarget::File(library.clone()),
            None => ModuleTarget::External(Name::new(name)),
        }
    }
}

impl Modules for RustModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let module = request.module.as_str();
        let found = if module == ROOT {
            self.root_of(from)
        } else if module == OWN {
            Some(from.clone())
        } else if let Some(levels) = module.strip_prefix(SUPER) {
            let mut at = self.parent_of(from);
            for _ in levels.split(SUPER).skip(1) {
                at = at.and_then(|it| self.parent_of(&it));
            }
            at
        } else if let Some(path) = module.strip_prefix(FILE) {
            RepoPath::joined(from.parent(), path).filter(|it| self.files.contains(it))
        } else if let Some(child) = module.strip_prefix(CHILD) {
            self.child(from, child)
        } else {
            return self.crate_named(from, module.strip_prefix(OUTSIDE).unwrap_or(module));
        };
        found.map_or(ModuleTarget::Missing, ModuleTarget::File)
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}

fn joined(folder: &str, rest: &str) -> String {
    if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") }
}

fn parent(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent))
}
