//! Compares two sides file by file and definition by definition.

mod definitions;
mod entries;
mod files;
mod imported;
mod moves;
mod packages;
mod rebound;
mod served;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use codd_facts::{Name, language_of};
use codd_graph::{NodeKey, NodeKind};
use codd_source::RepoPath;

use self::definitions::Definitions;
use self::files::{FilePair, SideEntry};
use crate::{Change, ChangeKind, ChangeSet, FileChange, FileChangeKind, Side, VersionChange};

/// What counts as changed besides what differs.
#[derive(Clone, Copy, Debug)]
pub struct ChangeOptions<'a> {
    /// Files that are said to have changed: where both sides agree, all of such a file counts.
    pub claimed: &'a [RepoPath],
    /// Identifiers of the controls that differ between the sides.
    pub changed_controls: &'a [Name],
}

/// Everything that differs between `base` and `head`.
///
/// A definition keeps its identity under the same qualified name in the same or the renamed
/// file; failing that, under the same text elsewhere, where that text is one of a kind.
pub fn change_set(base: &Side, head: &Side, options: &ChangeOptions<'_>) -> ChangeSet {
    let pairs = files::pairs(&base.files, &head.files, options.claimed);
    let mut changes = Changes::default();
    let definitions = Definitions::compare(&pairs);
    let entries = entries::Entries::compare(base, head, &pairs);
    let packages = packages::Packages::compare(base, head, &pairs);
    let mut files = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let is_quiet = !definitions.touches(at) && !entries.touches(at);
        let (kind, own) = file_change(pair, is_quiet);
        if let Some(kind) = own {
            changes.push(0, file_key(pair.path()), kind, pair.renamed_from().map(file_key));
        }
        files.push(FileChange {
            path: pair.path().clone(),
            kind,
            renamed_from: pair.renamed_from().cloned(),
            reach_unknown: reach_unknown(pair).or_else(|| packages.unknown(at)),
        });
    }
    definitions.add_to(&mut changes);
    entries.add_to(&mut changes);
    packages.add_to(&mut changes);
    for control in options.changed_controls {
        let path = RepoPath::new(control.as_str());
        let node = NodeKey { path, kind: NodeKind::Control, symbol: Name::default(), ordinal: 0 };
        changes.push(0, node, ChangeKind::Control, None);
    }
    let mut change_set = ChangeSet { files, changes: changes.sorted() };
    for node in imported::imported_elsewhere(base, head, &pairs) {
        changes.push(u32::MAX, node, ChangeKind::Rebound, None);
    }
    for (node, before) in served::served_elsewhere(base, head, &change_set) {
        changes.push(u32::MAX, node, ChangeKind::Served, Some(before));
    }
    change_set.changes = changes.sorted();
    for node in rebound::rebound(base, head, &change_set) {
        changes.push(u32::MAX, node, ChangeKind::Rebound, None);
    }
    change_set.changes = changes.sorted();
    change_set
}

/// Changes as they are found, by node.
#[derive(Debug, Default)]
struct Changes(BTreeMap<NodeKey, (u32, Change)>);

impl Changes {
    /// Adds a change at an offset in its file; of two for one node, the first stands.
    fn push(&mut self, at: u32, node: NodeKey, kind: ChangeKind, moved_from: Option<NodeKey>) {
        let moved_from = moved_from.filter(|before| *before != node);
        let change = Change { node: node.clone(), kind, moved_from, versions: None };
        self.0.entry(node).or_insert((at, change));
    }

    /// Adds another version of a package.
    fn push_version(&mut self, node: NodeKey, versions: VersionChange) {
        let kind = ChangeKind::PackageVersion;
        let change =
            Change { node: node.clone(), kind, moved_from: None, versions: Some(versions) };
        self.0.entry(node).or_insert((0, change));
    }

    fn sorted(&self) -> Vec<Change> {
        let mut changes: Vec<&(u32, Change)> = self.0.values().collect();
        changes.sort_by_key(|(at, change)| (&change.node.path, *at, &change.node));
        changes.into_iter().map(|(_, change)| change.clone()).collect()
    }
}

fn file_key(path: &RepoPath) -> NodeKey {
    NodeKey { path: path.clone(), kind: NodeKind::File, symbol: Name::default(), ordinal: 0 }
}

/// The change of a file, and of its node where that is one by itself.
///
/// `is_quiet` says that nothing defined in the file differs.
fn file_change(pair: &FilePair<'_>, is_quiet: bool) -> (FileChangeKind, Option<ChangeKind>) {
    let (before, after) = match (pair.before, pair.after) {
        (None, _) => return (FileChangeKind::Added, Some(ChangeKind::Added)),
        (_, None) => return (FileChangeKind::Deleted, Some(ChangeKind::Removed)),
        (Some(before), Some(after)) => (before, after),
    };
    let own = match (&before.file.facts, &after.file.facts) {
        _ if pair.is_claimed && after.file.facts.is_some() => Some(ChangeKind::ModuleCode),
        (Some(before), Some(after)) => {
            let differs = before.places.module_hash != after.places.module_hash
                || before.language != after.language;
            let kind = if after.is_code() { ChangeKind::ModuleCode } else { ChangeKind::Content };
            differs.then_some(kind)
        }
        _ if pair.is_claimed || before.file.content != after.file.content => {
            Some(ChangeKind::Content)
        }
        _ => None,
    };
    if pair.is_claimed {
        return (FileChangeKind::Claimed, own);
    }
    if pair.renamed_from().is_some() {
        return (FileChangeKind::Renamed, Some(own.unwrap_or(ChangeKind::Moved)));
    }
    match own {
        None if is_quiet => (FileChangeKind::Formatting, Some(ChangeKind::Formatting)),
        _ => (FileChangeKind::Modified, own),
    }
}

/// Why what the file's change reaches is not, or not wholly, known.
fn reach_unknown(pair: &FilePair<'_>) -> Option<String> {
    let unknown = |entry: SideEntry<'_>| -> Option<String> {
        if let Some(facts) = entry.file.facts.as_ref().filter(|it| it.is_modelled()) {
            return match facts.errors.count {
                0 => None,
                1 => Some("1 syntax error: code around it may not be seen".to_owned()),
                count => Some(format!("{count} syntax errors: code around them may not be seen")),
            };
        }
        if entry.file.packages.is_some() {
            return None;
        }
        Some(match language_of(entry.path).filter(|_| entry.file.facts.is_none()) {
            Some(language) => format!("could not be read as {}", language.name()),
            None if entry.file.facts.is_some() => {
                "only what names it is known to use it".to_owned()
            }
            None => "no model of this kind of file".to_owned(),
        })
    };
    let after = pair.after.and_then(unknown);
    after.or_else(|| {
        let before = pair.before.and_then(unknown)?;
        Some(if pair.after.is_some() { format!("in the base, {before}") } else { before })
    })
}
