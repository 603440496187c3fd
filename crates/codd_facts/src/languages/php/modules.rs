//! Which namespace or file a name of PHP code means, by what Composer knows of packages.

use std::collections::BTreeSet;

use codd_source::RepoPath;

use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

pub(super) const MANIFESTS: &[&str] = &["composer.json", "composer.lock"];

/// Namespaces of the project and of its packages; files by path.
#[derive(Debug)]
pub(super) struct PhpModules {
    files: BTreeSet<Box<str>>,
    /// Dotted prefixes that `composer.lock` gives to packages, with the package.
    packages: Vec<(String, Name)>,
    /// Dotted prefixes that some `composer.json` of the repository gives to its own code.
    own: Vec<String>,
}

impl PhpModules {
    pub(super) fn new(project: &ProjectFiles) -> PhpModules {
        let mut packages = Vec::new();
        let mut own = Vec::new();
        for (path, text) in &project.manifests {
            let Ok(manifest) = serde_json::from_str::<serde_json::Value>(text) else { continue };
            match path.file_name() {
                "composer.json" => {
                    own.extend(prefixes(&manifest, "autoload"));
                    own.extend(prefixes(&manifest, "autoload-dev"));
                }
                "composer.lock" => {
                    for section in ["packages", "packages-dev"] {
                        let list = manifest.get(section).and_then(|it| it.as_array());
                        for package in list.into_iter().flatten() {
                            let Some(name) = package.get("name").and_then(|it| it.as_str()) else {
                                continue;
                            };
                            for prefix in prefixes(package, "autoload") {
                                packages.push((prefix, Name::new(name)));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        // The longest prefix is the nearest.
        packages.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        packages.dedup();
        let files = project.paths.iter().map(|it| Box::from(it.as_str())).collect();
        PhpModules { files, packages, own }
    }

    /// The file of `include`: as seen from the folder of the file, or from those above it,
    /// one of which the program is started in.
    fn included(&self, from: &RepoPath, path: &str) -> ModuleTarget {
        let mut folder = Some(from.parent());
        let is_relative = path.starts_with("./") || path.starts_with("../");
        while let Some(base) = folder {
            if let Some(path) = joined(base, path)
                && self.files.contains(path.as_str())
            {
                return ModuleTarget::File(RepoPath::new(path));
            }
            if is_relative || base.is_empty() {
                break;
            }
            folder = Some(base.rsplit_once('/').map_or("", |(outer, _)| outer));
        }
        // What Composer installs is not part of the repository.
        if path.split('/').any(|it| it == "vendor") {
            return ModuleTarget::External(Name::new_static("vendor"));
        }
        ModuleTarget::Missing
    }
}

impl Modules for PhpModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let module = request.module.as_str();
        if module.contains('/') {
            return self.included(from, module);
        }
        let is_below = |prefix: &str| {
            module == prefix
                || module.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))
        };
        if !self.own.iter().any(|it| is_below(it))
            && let Some((_, package)) = self.packages.iter().find(|(prefix, _)| is_below(prefix))
        {
            return ModuleTarget::External(package.clone());
        }
        ModuleTarget::Namespace(request.module.clone())
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}

/// Namespaces that a manifest gives to folders, dotted.
fn prefixes(manifest: &serde_json::Value, section: &str) -> Vec<String> {
    let mut found = Vec::new();
    for standard in ["psr-4", "psr-0"] {
        let map = manifest.get(section).and_then(|it| it.get(standard)?.as_object());
        for prefix in map.into_iter().flat_map(serde_json::Map::keys) {
            let prefix = prefix.trim_matches('\\').replace('\\', ".");
            if !prefix.is_empty() {
                found.push(prefix);
            }
        }
    }
    found
}

/// The path from a folder; `None` where it leaves the repository.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
