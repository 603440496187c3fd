//! Names that the configurations of jest and Vite map to paths.

use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use super::super::runner_config::{Mapped, mapped_names};
use super::packages::{Packages, folders_around};
use super::{Files, star_match};
use crate::ProjectFiles;

/// Mapped names by the folder of the configuration.
#[derive(Debug, Default)]
pub(super) struct MappedNames(FxHashMap<Box<str>, Vec<Mapped>>);

impl MappedNames {
    pub(super) fn new(project: &ProjectFiles) -> MappedNames {
        let mut found: FxHashMap<Box<str>, Vec<Mapped>> = FxHashMap::default();
        for (path, text) in &project.manifests {
            let names = mapped_names(path, text);
            if !names.is_empty() {
                found.entry(path.parent().into()).or_default().extend(names);
            }
        }
        MappedNames(found)
    }

    /// What the nearest configuration that knows the name makes of it.
    pub(super) fn resolve(
        &self,
        files: &Files,
        packages: &Packages,
        from: &RepoPath,
        specifier: &str,
    ) -> Option<RepoPath> {
        if self.0.is_empty() {
            return None;
        }
        folders_around(from.parent()).find_map(|folder| {
            let names = self.0.get(folder)?;
            names.iter().find_map(|it| {
                let is_whole = it.pattern == specifier;
                let star = if is_whole { "" } else { star_match(&it.pattern, specifier)? };
                files.relative(folder, &it.target.replace('*', star), packages)
            })
        })
    }
}
