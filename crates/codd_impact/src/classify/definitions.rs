//! Which definition of the base is which of the head, and what of it differs.

use codd_facts::{Definition, DefinitionId, DefinitionKind, DefinitionPlace, FileFacts};
use codd_graph::{NodeKey, NodeKind};
use codd_source::RepoPath;
use rustc_hash::FxHashMap;

use super::files::{FilePair, SideEntry};
use super::{Changes, moves};
use crate::ChangeKind;

/// A definition in a file that differs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) facts: &'a FileFacts,
    pub(super) id: DefinitionId,
    pub(super) definition: &'a Definition,
    pub(super) place: &'a DefinitionPlace,
    /// Index of the pair of files it stands in.
    pub(super) pair: usize,
}

/// The definitions of all files that differ, joined.
#[derive(Debug, Default)]
pub(super) struct Definitions<'a> {
    edited: Vec<(Entry<'a>, Entry<'a>, ChangeKind)>,
    added: Vec<Entry<'a>>,
    removed: Vec<Entry<'a>>,
}

impl Entry<'_> {
    pub(super) fn key(&self) -> NodeKey {
        NodeKey {
            path: self.path.clone(),
            kind: NodeKind::Definition,
            symbol: self.definition.qualified_name.clone(),
            ordinal: self.definition.ordinal,
        }
    }
}

pub(super) fn entries(entry: Option<SideEntry<'_>>, pair: usize) -> Vec<Entry<'_>> {
    let Some(entry) = entry else { return Vec::new() };
    let Some(facts) = entry.facts() else { return Vec::new() };
    let definitions = facts.semantics.definitions.iter().zip(&facts.places.definitions);
    definitions
        .enumerate()
        .map(|(at, (definition, place))| Entry {
            path: entry.path,
            facts,
            id: DefinitionId(at as u32),
            definition,
            place,
            pair,
        })
        .collect()
}

impl<'a> Definitions<'a> {
    pub(super) fn compare(pairs: &[FilePair<'a>]) -> Definitions<'a> {
        let mut definitions = Definitions::default();
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        for (at, pair) in pairs.iter().enumerate() {
            let before = entries(pair.before, at);
            let after = entries(pair.after, at);
            let mut by_name: FxHashMap<_, Entry<'a>> = before
                .iter()
                .map(|entry| ((&entry.definition.qualified_name, entry.definition.ordinal), *entry))
                .collect();
            for entry in after {
                let name = (&entry.definition.qualified_name, entry.definition.ordinal);
                match by_name.remove(&name) {
                    Some(before) => definitions.join(before, entry, pair.is_claimed),
                    None => added.push(entry),
                }
            }
            removed.extend(before.into_iter().filter(|entry| {
                by_name.contains_key(&(&entry.definition.qualified_name, entry.definition.ordinal))
            }));
        }
        let moved = moves::moves(&removed, &added);
        for (from, to) in &moved {
            definitions.join(removed[*from], added[*to], false);
        }
        let (mut is_moved_from, mut is_moved_to) =
            (vec![false; removed.len()], vec![false; added.len()]);
        for (from, to) in moved {
            (is_moved_from[from], is_moved_to[to]) = (true, true);
        }
        let rest = |entries: Vec<Entry<'a>>, is_moved: Vec<bool>| {
            let rest = entries.into_iter().zip(is_moved).filter(|(_, is_moved)| !is_moved);
            rest.map(|(entry, _)| entry).collect()
        };
        definitions.removed = rest(removed, is_moved_from);
        definitions.added = rest(added, is_moved_to);
        definitions
    }

    fn join(&mut self, before: Entry<'a>, after: Entry<'a>, is_claimed: bool) {
        let moved = (before.key() != after.key()).then_some(ChangeKind::Moved);
        let claimed = is_claimed.then_some(ChangeKind::Body);
        if let Some(kind) = edit(&before, &after).or(moved).or(claimed) {
            self.edited.push((before, after, kind));
        }
    }

    /// Whether anything defined in this pair of files differs.
    pub(super) fn touches(&self, pair: usize) -> bool {
        let edited = self.edited.iter().flat_map(|(before, after, _)| [before, after]);
        edited.chain(&self.added).chain(&self.removed).any(|entry| entry.pair == pair)
    }

    pub(super) fn add_to(&self, changes: &mut Changes) {
        for (before, after, kind) in &self.edited {
            changes.push(after.place.span.start, after.key(), *kind, Some(before.key()));
        }
        for entry in &self.added {
            changes.push(entry.place.span.start, entry.key(), ChangeKind::Added, None);
        }
        for entry in &self.removed {
            changes.push(entry.place.span.start, entry.key(), ChangeKind::Removed, None);
        }
    }
}

/// The strongest difference between two texts of one definition, besides its place and name.
fn edit(before: &Entry<'_>, after: &Entry<'_>) -> Option<ChangeKind> {
    let (old, new) = (before.place, after.place);
    if before.definition.kind != after.definition.kind || old.shape != new.shape {
        Some(ChangeKind::Signature)
    } else if old.decorators != new.decorators {
        Some(ChangeKind::Decorators)
    } else if old.body == new.body {
        None
    } else if after.definition.kind.has_members() && only_members_differ(before, after) {
        Some(ChangeKind::Members)
    } else {
        Some(ChangeKind::Body)
    }
}

/// Whether the list of a class's methods differs and that of its fields does not.
///
/// A class's body is hashed with the names of its members in place of their text.
fn only_members_differ(before: &Entry<'_>, after: &Entry<'_>) -> bool {
    let names = |entry: &Entry<'_>, is_field: bool| -> Vec<codd_facts::Name> {
        let members = entry.facts.semantics.definitions.iter();
        members
            .filter(|member| member.parent == Some(entry.id))
            .filter(|member| {
                use DefinitionKind::{Field, Variable};
                matches!(member.kind, Field | Variable) == is_field
            })
            .map(|member| member.name.clone())
            .collect()
    };
    names(before, true) == names(after, true) && names(before, false) != names(after, false)
}
