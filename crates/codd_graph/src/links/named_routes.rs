//! Routes by the names that frameworks give them, from which helpers make their paths.

use codd_facts::{Link, LinkKind, LinkRole, ROUTE_NAME};
use codd_source::{RepoPath, shared_parts};
use rustc_hash::FxHashMap;

/// The paths that files of routes give names to.
#[derive(Default)]
pub(super) struct NamedRoutes<'a> {
    by_name: FxHashMap<&'a str, Vec<(&'a RepoPath, &'a str)>>,
}

impl<'a> NamedRoutes<'a> {
    /// Takes a link that names a path; says whether it is one.
    pub(super) fn add(&mut self, link: &'a Link, file: &'a RepoPath) -> bool {
        if link.kind != LinkKind::Endpoint || link.role != LinkRole::Declares {
            return false;
        }
        let [name, paths @ ..] = link.keys.as_slice() else { return false };
        let Some(name) = name.strip_prefix(ROUTE_NAME) else { return false };
        let named = self.by_name.entry(name).or_default();
        named.extend(paths.iter().map(|path| (file, path.as_str())));
        true
    }

    /// The paths of a name, with the files that say so: of several applications, those of the
    /// one that is nearest to who asks.
    pub(super) fn paths(&self, name: &str, from: &RepoPath) -> Vec<(&'a RepoPath, &'a str)> {
        let mut all = self.by_name.get(name).cloned().unwrap_or_default();
        let nearness = |(file, _): &(&RepoPath, &str)| shared_parts(file.as_str(), from.as_str());
        let most = all.iter().map(nearness).max();
        all.retain(|it| Some(nearness(it)) == most);
        all.sort();
        all.dedup();
        all
    }
}
