//! Which file of the base is which file of the head.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_facts::{FileFacts, Hash64, Name};
use codd_source::{ContentId, RepoPath};

use crate::{Side, SideFile};

/// A hash that occurs in more files than this says nothing about which of them was renamed.
const COMMON: usize = 32;

/// The least share of equal definitions, in percent, that makes two files one renamed file.
const SIMILAR: usize = 50;

/// One file of one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct SideEntry<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) file: &'a SideFile,
}

/// One file that differs, on the sides where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct FilePair<'a> {
    pub(super) before: Option<SideEntry<'a>>,
    pub(super) after: Option<SideEntry<'a>>,
    /// Both sides agree, and it is said to have changed.
    pub(super) is_claimed: bool,
}

impl<'a> FilePair<'a> {
    /// In the head, or in the base where it was deleted.
    pub(super) fn path(&self) -> &'a RepoPath {
        self.after.or(self.before).expect("a pair has at least one side").path
    }

    pub(super) fn renamed_from(&self) -> Option<&'a RepoPath> {
        let (before, after) = (self.before?.path, self.after?.path);
        (before != after).then_some(before)
    }

    /// Whether the file is where it was and says what it said, wherever in it that stands.
    fn says_the_same(&self) -> bool {
        let (Some(before), Some(after)) = (self.before, self.after) else { return false };
        let semantics = |it: SideEntry<'a>| it.facts().map(|it| &it.semantics);
        before.path == after.path && semantics(before) == semantics(after)
    }
}

impl<'a> SideEntry<'a> {
    pub(super) fn facts(&self) -> Option<&'a FileFacts> {
        self.file.facts.as_deref()
    }
}

/// Of `pairs` those in which something may be another: where both sides have one graph, routes,
/// tests and what is imported are the same in a file that says the same.
pub(super) fn compared<'p, 'a>(
    base: &Side,
    head: &Side,
    pairs: &'p [FilePair<'a>],
) -> impl Iterator<Item = &'p FilePair<'a>> {
    let is_one_graph = Arc::ptr_eq(&base.graph, &head.graph);
    pairs.iter().filter(move |pair| !(is_one_graph && pair.says_the_same()))
}

/// The files that differ or are claimed to, in the order of their paths.
pub(super) fn pairs<'a>(
    base: &'a BTreeMap<RepoPath, SideFile>,
    head: &'a BTreeMap<RepoPath, SideFile>,
    claimed: &[RepoPath],
) -> Vec<FilePair<'a>> {
    let claimed: BTreeSet<&RepoPath> = claimed.iter().collect();
    let mut pairs = Vec::new();
    let mut added = BTreeMap::new();
    for (path, file) in head {
        let after = SideEntry { path, file };
        let Some(before) = base.get(path) else {
            added.insert(path, after);
            continue;
        };
        let differs = before.content != file.content;
        if differs || claimed.contains(path) {
            let before = Some(SideEntry { path, file: before });
            pairs.push(FilePair { before, after: Some(after), is_claimed: !differs });
        }
    }
    let mut deleted: BTreeMap<&RepoPath, SideEntry<'_>> = base
        .iter()
        .filter(|(path, _)| !head.contains_key(*path))
        .map(|(path, file)| (path, SideEntry { path, file }))
        .collect();
    for (from, to) in same_content(&deleted, &added) {
        pairs.push(renamed(&mut deleted, &mut added, from, to));
    }
    for (from, to) in similar(&deleted, &added) {
        pairs.push(renamed(&mut deleted, &mut added, from, to));
    }
    let alone = |before, after| FilePair { before, after, is_claimed: false };
    pairs.extend(deleted.into_values().map(|entry| alone(Some(entry), None)));
    pairs.extend(added.into_values().map(|entry| alone(None, Some(entry))));
    pairs.sort_by_key(FilePair::path);
    pairs
}

fn renamed<'a>(
    deleted: &mut BTreeMap<&'a RepoPath, SideEntry<'a>>,
    added: &mut BTreeMap<&'a RepoPath, SideEntry<'a>>,
    from: &'a RepoPath,
    to: &'a RepoPath,
) -> FilePair<'a> {
    FilePair { before: deleted.remove(from), after: added.remove(to), is_claimed: false }
}

/// Deleted and added files of the same content; of several, those of the same name first.
fn same_content<'a>(
    deleted: &BTreeMap<&'a RepoPath, SideEntry<'a>>,
    added: &BTreeMap<&'a RepoPath, SideEntry<'a>>,
) -> Vec<(&'a RepoPath, &'a RepoPath)> {
    // Empty files are all alike: `__init__.py` here and there is no rename.
    let empty = ContentId::of(b"");
    let mut by_content: BTreeMap<ContentId, [Vec<&'a RepoPath>; 2]> = BTreeMap::new();
    for (at, entries) in [deleted, added].into_iter().enumerate() {
        for entry in entries.values().filter(|entry| entry.file.content != empty) {
            by_content.entry(entry.file.content).or_default()[at].push(entry.path);
        }
    }
    let mut found = Vec::new();
    for [from, mut to] in by_content.into_values() {
        let mut rest = Vec::new();
        for path in from {
            match to.iter().position(|other| other.file_name() == path.file_name()) {
                Some(at) => found.push((path, to.remove(at))),
                None => rest.push(path),
            }
        }
        found.extend(rest.into_iter().zip(to));
    }
    found
}

/// Deleted and added files that share enough definitions, the most similar first.
fn similar<'a>(
    deleted: &BTreeMap<&'a RepoPath, SideEntry<'a>>,
    added: &BTreeMap<&'a RepoPath, SideEntry<'a>>,
) -> Vec<(&'a RepoPath, &'a RepoPath)> {
    let before: Vec<Bodies<'a>> = deleted.values().filter_map(Bodies::of).collect();
    let after: Vec<Bodies<'a>> = added.values().filter_map(Bodies::of).collect();
    let mut holders: BTreeMap<(&Name, Hash64), Vec<usize>> = BTreeMap::new();
    for (at, bodies) in after.iter().enumerate() {
        for hash in bodies.counts.keys() {
            holders.entry((bodies.language, *hash)).or_default().push(at);
        }
    }
    let mut candidates = BTreeSet::new();
    for (from, bodies) in before.iter().enumerate() {
        for hash in bodies.counts.keys() {
            let holders = holders.get(&(bodies.language, *hash)).map_or(&[][..], Vec::as_slice);
            if holders.len() <= COMMON {
                candidates.extend(holders.iter().map(|to| (from, *to)));
            }
        }
    }
    let mut scored: Vec<(usize, &RepoPath, &RepoPath)> = candidates
        .into_iter()
        .map(|(from, to)| (before[from].similarity(&after[to]), before[from].path, after[to].path))
        .filter(|(score, ..)| *score >= SIMILAR)
        .collect();
    scored.sort_by_key(|(score, from, to)| (std::cmp::Reverse(*score), *from, *to));
    let (mut used_from, mut used_to) = (BTreeSet::new(), BTreeSet::new());
    scored
        .into_iter()
        .filter(|(_, from, to)| {
            let is_free = !used_from.contains(from) && !used_to.contains(to);
            if is_free {
                used_from.insert(*from);
                used_to.insert(*to);
            }
            is_free
        })
        .map(|(_, from, to)| (from, to))
        .collect()
}

/// The bodies of a file's definitions, as often as each occurs.
struct Bodies<'a> {
    path: &'a RepoPath,
    language: &'a Name,
    counts: BTreeMap<Hash64, usize>,
    total: usize,
}

impl<'a> Bodies<'a> {
    fn of(entry: &SideEntry<'a>) -> Option<Bodies<'a>> {
        let facts = entry.facts()?;
        let mut counts = BTreeMap::new();
        for place in &facts.places.definitions {
            *counts.entry(place.body).or_insert(0) += 1;
        }
        let total = facts.places.definitions.len();
        Some(Bodies { path: entry.path, language: &facts.language, counts, total })
    }

    /// The share of equal definitions, in percent of the larger file's.
    fn similarity(&self, other: &Bodies<'_>) -> usize {
        let shared: usize = self
            .counts
            .iter()
            .map(|(hash, count)| (*count).min(other.counts.get(hash).copied().unwrap_or(0)))
            .sum();
        100 * shared / self.total.max(other.total).max(1)
    }
}
