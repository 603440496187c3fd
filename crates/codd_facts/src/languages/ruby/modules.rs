//! Which file `require` and its like mean.

use std::collections::BTreeSet;

use codd_source::RepoPath;

use crate::{ImportRequest, ModuleTarget, Modules, Name, ProjectFiles};

pub(super) const MANIFESTS: &[&str] = &["Gemfile"];

/// Folders below each root of a gem or an application from which files are required.
const LOAD_FOLDERS: [&str; 5] = ["lib", "spec", "test", "app", ""];

#[derive(Debug)]
pub(super) struct RubyModules {
    files: BTreeSet<Box<str>>,
    /// Folders with a gem or an application in them, the deepest first.
    roots: Vec<String>,
}

impl RubyModules {
    pub(super) fn new(project: &ProjectFiles) -> RubyModules {
        let mut roots = BTreeSet::from([String::new()]);
        for path in &project.paths {
            if path.file_name() == "Gemfile" || path.extension() == Some("gemspec") {
                roots.insert(path.parent().to_owned());
            }
        }
        let mut roots: Vec<String> = roots.into_iter().collect();
        roots.sort_by_key(|it| std::cmp::Reverse(it.matches('/').count() + it.len().min(1)));
        let files = project.paths.iter().map(|it| Box::from(it.as_str())).collect();
        RubyModules { files, roots }
    }

    fn file(&self, base: &str, path: &str) -> Option<ModuleTarget> {
        let found = RepoPath::joined(base, path)?;
        if self.files.contains(found.as_str()) {
            return Some(ModuleTarget::File(found));
        }
        let found = RepoPath::joined(base, &format!("{path}.rb"))?;
        self.files.contains(found.as_str()).then_some(ModuleTarget::File(found))
    }
}

impl Modules for RubyModules {
    fn resolve(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let path = request.module.as_str();
        if request.level > 0 || path.starts_with("./") || path.starts_with("../") {
            return self.file(from.parent(), path).unwrap_or(ModuleTarget::Missing);
        }
        let is_around =
            |root: &&String| root.is_empty() || from.as_str().starts_with(&format!("{root}/"));
        let (around, others): (Vec<&String>, Vec<&String>) =
            self.roots.iter().partition(|it| is_around(it));
        for root in around.into_iter().chain(others) {
            for folder in LOAD_FOLDERS {
                let base = match (root.as_str(), folder) {
                    ("", folder) => folder.to_owned(),
                    (root, "") => root.to_owned(),
                    (root, folder) => format!("{root}/{folder}"),
                };
                if let Some(found) = self.file(&base, path) {
                    return found;
                }
            }
        }
        let package = path.split('/').next().unwrap_or(path);
        ModuleTarget::External(Name::new(package))
    }

    fn submodule(&self, _module: &ModuleTarget, _name: &str) -> ModuleTarget {
        ModuleTarget::Missing
    }
}
