//! Outside packages whose declared or installed versions differ, as imports name them.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DeclaredPackages, Fit, Name};
use codd_graph::{NodeKey, NodeKind};
use codd_source::RepoPath;

use super::Changes;
use super::files::{FilePair, SideEntry};
use crate::{Side, VersionChange};

/// The packages that changed in all manifests and lock files.
#[derive(Debug, Default)]
pub(super) struct Packages {
    found: BTreeMap<NodeKey, VersionChange>,
    /// How many of a lock file, by its pair, nothing here imports: who uses them is not known.
    needed_by_others: BTreeMap<usize, usize>,
}

impl Packages {
    pub(super) fn compare(base: &Side, head: &Side, pairs: &[FilePair<'_>]) -> Packages {
        let declared = |it: Option<SideEntry<'_>>| it.and_then(|it| it.file.packages.clone());
        let mut packages = Packages::default();
        let mut imported: Option<BTreeSet<&str>> = None;
        for (at, pair) in pairs.iter().enumerate() {
            // A claimed manifest counts as changed in all its packages.
            let before = declared(pair.before.filter(|_| !pair.is_claimed));
            let after = declared(pair.after);
            if before.is_none() && after.is_none() {
                continue;
            }
            let imported = imported.get_or_insert_with(|| {
                let nodes = base.graph.nodes().chain(head.graph.nodes());
                let nodes = nodes.filter(|(_, it)| it.key.kind == NodeKind::Package);
                nodes.map(|(_, it)| it.key.path.as_str()).collect()
            });
            packages.add(at, before.as_deref(), after.as_deref(), imported);
        }
        packages
    }

    fn add(
        &mut self,
        pair: usize,
        before: Option<&DeclaredPackages>,
        after: Option<&DeclaredPackages>,
        imported: &BTreeSet<&str>,
    ) {
        let Some(either) = after.or(before) else { return };
        let sides = before.into_iter().chain(after);
        let names: BTreeSet<&str> =
            sides.flat_map(|it| it.versions.keys().map(String::as_str)).collect();
        let version = |side: Option<&DeclaredPackages>, name: &str| {
            side.and_then(|it| it.versions.get(name)).cloned()
        };
        let mut changed: BTreeMap<&str, VersionChange> = BTreeMap::new();
        for name in &names {
            let (before, after) = (version(before, name), version(after, name));
            if before != after {
                changed.insert(name, VersionChange { package: (*name).to_owned(), before, after });
            }
        }
        if changed.is_empty() {
            return;
        }
        let mut placed = BTreeSet::new();
        for imported in imported {
            // Few packages change at once, and most of what is imported is of none of them.
            if changed.keys().all(|it| either.fit(it, imported) == Fit::Other) {
                continue;
            }
            for name in best(either, &names, imported) {
                if let Some(versions) = changed.get(name) {
                    placed.insert(name);
                    self.found.entry(key(imported)).or_insert_with(|| versions.clone());
                }
            }
        }
        changed.retain(|name, _| !placed.contains(name));
        if either.is_lock && !changed.is_empty() {
            self.needed_by_others.insert(pair, changed.len());
        }
        for (name, versions) in changed {
            self.found.entry(key(&either.module_of(name))).or_insert(versions);
        }
    }

    /// Why what a file's packages reach is not wholly known.
    pub(super) fn unknown(&self, pair: usize) -> Option<String> {
        Some(match self.needed_by_others.get(&pair)? {
            1 => "1 package in it changed that nothing here imports by name".to_owned(),
            count => {
                format!("{count} packages in it changed that nothing here imports by name")
            }
        })
    }

    pub(super) fn add_to(self, changes: &mut Changes) {
        for (node, versions) in self.found {
            changes.push_version(node, versions);
        }
    }
}

/// The declared packages that fit best what code imports; several where nothing tells which.
fn best<'n>(
    declared: &DeclaredPackages,
    names: &BTreeSet<&'n str>,
    imported: &str,
) -> Vec<&'n str> {
    let mut best = Vec::new();
    let mut most = Fit::Other;
    for name in names {
        let fit = declared.fit(name, imported);
        if fit > most {
            best.clear();
            most = fit;
        }
        if fit == most && fit != Fit::Other {
            best.push(*name);
        }
    }
    best
}

fn key(name: &str) -> NodeKey {
    let path = RepoPath::new(name);
    NodeKey { path, kind: NodeKind::Package, symbol: Name::default(), ordinal: 0 }
}
