//! Finds definitions that were renamed or moved, by their text.
//!
//! A definition is recognised elsewhere when its shape and body are one of a kind among what
//! disappeared and among what appeared, and hold enough to tell: a function that refers to
//! something of the project or is more than a line, a class half of whose members are as they
//! were. Empty functions and plain constants are alike everywhere; they move only along with
//! what they are part of.

use codd_facts::{DefinitionKind, Hash64, Name};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::definitions::Entry;

/// Bytes of a function, without its name, from which on nobody writes the same one twice.
const LONG_ENOUGH: usize = 64;

/// Pairs of indices into what disappeared and what appeared, in the order of the former.
pub(super) fn moves(removed: &[Entry<'_>], added: &[Entry<'_>]) -> Vec<(usize, usize)> {
    let mut matching = Matching {
        removed,
        added,
        from: vec![None; removed.len()],
        to: vec![None; added.len()],
        members_before: Members::of(removed),
        members_after: Members::of(added),
    };
    // What stands by itself first, so that members follow their class and not a twin elsewhere.
    matching.match_texts(Among::Outermost, Names::Same);
    matching.match_texts(Among::Outermost, Names::Any);
    matching.follow_parents();
    matching.match_texts(Among::All, Names::Same);
    matching.match_texts(Among::All, Names::Any);
    matching.follow_parents();
    let found = matching.from.iter().enumerate();
    found.filter_map(|(from, to)| Some((from, (*to)?))).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Among {
    /// Those whose parent stayed where it was.
    Outermost,
    All,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Same,
    Any,
}

struct Matching<'a> {
    removed: &'a [Entry<'a>],
    added: &'a [Entry<'a>],
    from: Vec<Option<usize>>,
    to: Vec<Option<usize>>,
    members_before: Members<'a>,
    members_after: Members<'a>,
}

/// What is known of the definitions of one side.
struct Members<'a> {
    /// By file and qualified name with ordinal.
    by_name: FxHashMap<(&'a RepoPath, Name, u32), usize>,
    /// The parent of each, where it is in the list too.
    parents: Vec<Option<usize>>,
    /// Those that hold a reference.
    telling: FxHashSet<usize>,
}

type Text<'a> = (&'a Name, DefinitionKind, Hash64, Hash64, Option<&'a Name>);

impl<'a> Members<'a> {
    fn of(entries: &'a [Entry<'a>]) -> Members<'a> {
        let mut members = Members {
            by_name: FxHashMap::default(),
            parents: Vec::with_capacity(entries.len()),
            telling: FxHashSet::default(),
        };
        let mut by_id = FxHashMap::default();
        for (at, entry) in entries.iter().enumerate() {
            let definition = entry.definition;
            let name = (entry.path, definition.qualified_name.clone(), definition.ordinal);
            members.by_name.insert(name, at);
            by_id.insert((entry.pair, entry.id), at);
        }
        for entry in entries {
            let parent = entry.definition.parent;
            members.parents.push(parent.and_then(|id| by_id.get(&(entry.pair, id)).copied()));
        }
        let mut seen = FxHashSet::default();
        for entry in entries.iter().filter(|entry| seen.insert(entry.pair)) {
            for reference in &entry.facts.semantics.references {
                let holders = [reference.owner, reference.initialises];
                for id in holders.into_iter().flatten() {
                    members.telling.extend(by_id.get(&(entry.pair, id)));
                }
            }
        }
        members
    }
}

impl Matching<'_> {
    fn match_texts(&mut self, among: Among, names: Names) {
        let before = unmatched(self.removed, &self.from, &self.members_before, among, names);
        let after = unmatched(self.added, &self.to, &self.members_after, among, names);
        for from in 0..self.removed.len() {
            let Some(text) = text(&self.removed[from], names) else { continue };
            let alone = |texts: &FxHashMap<_, Vec<usize>>| match texts.get(&text)?[..] {
                [one] => Some(one),
                _ => None,
            };
            // The text of one that is matched already may be that of another, which is not.
            if let (Some(one), Some(to)) = (alone(&before), alone(&after))
                && one == from
                && self.tells(from, to)
            {
                (self.from[from], self.to[to]) = (Some(to), Some(from));
            }
        }
    }

    /// Whether a pair of equal texts holds enough to be the same thing.
    fn tells(&self, from: usize, to: usize) -> bool {
        if !self.removed[from].definition.kind.has_members() {
            return self.members_before.telling.contains(&from)
                && self.members_after.telling.contains(&to)
                || is_long(&self.removed[from]) && is_long(&self.added[to]);
        }
        let (mut equal, mut total) = (0, 0);
        for (at, member) in self.removed.iter().enumerate() {
            if self.members_before.parents[at] != Some(from) {
                continue;
            }
            total += 1;
            let twin = self.relative(at, to).map(|twin| self.added[twin].place);
            equal += usize::from(twin.is_some_and(|twin| twin.body == member.place.body));
        }
        total > 0 && 2 * equal >= total
    }

    /// Where the member `at` would be if its parent were `parent`.
    fn relative(&self, at: usize, parent: usize) -> Option<usize> {
        let (member, parent) = (self.removed[at].definition, &self.added[parent]);
        let name = Name::new(format!("{}.{}", parent.definition.qualified_name, member.name));
        self.members_after.by_name.get(&(parent.path, name, member.ordinal)).copied()
    }

    /// Members of what moved moved with it.
    fn follow_parents(&mut self) {
        for from in 0..self.removed.len() {
            let parent = self.members_before.parents[from].and_then(|parent| self.from[parent]);
            let (Some(parent), None) = (parent, self.from[from]) else { continue };
            if let Some(to) = self.relative(from, parent).filter(|to| self.to[*to].is_none()) {
                (self.from[from], self.to[to]) = (Some(to), Some(from));
            }
        }
    }
}

fn is_long(entry: &Entry<'_>) -> bool {
    let is_function =
        matches!(entry.definition.kind, DefinitionKind::Function | DefinitionKind::Method);
    let (whole, name) = (entry.place.span, entry.place.name);
    let length = |span: codd_source::Span| (span.end - span.start) as usize;
    is_function && length(whole).saturating_sub(length(name)) >= LONG_ENOUGH
}

fn text<'a>(entry: &Entry<'a>, names: Names) -> Option<Text<'a>> {
    let definition = entry.definition;
    let name = (names == Names::Same).then_some(&definition.name);
    let place = entry.place;
    // An unnamed callback has no name to keep.
    (definition.kind != DefinitionKind::Callback || names == Names::Any).then_some((
        &entry.facts.language,
        definition.kind,
        place.shape,
        place.body,
        name,
    ))
}

fn unmatched<'a>(
    entries: &'a [Entry<'a>],
    matched: &[Option<usize>],
    members: &Members<'_>,
    among: Among,
    names: Names,
) -> FxHashMap<Text<'a>, Vec<usize>> {
    let mut texts: FxHashMap<Text<'a>, Vec<usize>> = FxHashMap::default();
    for (at, entry) in entries.iter().enumerate() {
        let is_out = among == Among::Outermost && members.parents[at].is_some();
        if matched[at].is_some() || is_out {
            continue;
        }
        if let Some(text) = text(entry, names) {
            texts.entry(text).or_default().push(at);
        }
    }
    texts
}
