//! Who wrote a change, told apart from who committed the decisions about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Comparison, MOST_COMMITS};
use crate::{
    CommitInfo, ContentId, DECISIONS_FOLDER, Head, ObjectId, ProjectRoot, RepoPath, Repository,
};

/// The most bytes of a decision that are read.
const DECISION_LIMIT: u64 = 1 << 16;

/// Name and address, as a commit has them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    pub name: String,
    pub email: String,
}

/// Whose work the commits of a change are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorship {
    /// Of the commits that touch anything besides decisions, with whom they name as co-authors.
    pub authors: BTreeSet<Author>,
    /// Files of decisions that commits touch which are not in the base.
    pub decisions: BTreeMap<RepoPath, CommittedDecision>,
    /// What the checked-out commit has in the place of decisions and the base has not: whatever
    /// form it has on disk, it is committed.
    pub tracked: BTreeMap<RepoPath, TrackedDecision>,
}

/// What commits do to one file of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommittedDecision {
    /// Everything it held after one of them.
    pub contents: BTreeSet<ContentId>,
    /// Of all of them: what somebody else had a hand in is nobody's word.
    pub authors: BTreeSet<Author>,
    /// Who made the commits of these authors.
    pub committers: BTreeSet<Author>,
}

/// A file of decisions as the checked-out commit has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedDecision {
    pub content: ContentId,
    /// `None` where it cannot be read.
    pub bytes: Option<Arc<[u8]>>,
}

/// Whose work the change is.
///
/// Only where decisions are brought or edited are the paths of commits looked at.
pub(super) fn authorship(project: &ProjectRoot, comparison: &Comparison) -> Authorship {
    let everybody = || comparison.commits.iter().flat_map(authors).collect();
    let Some(repository) = &project.repository else {
        return Authorship { authors: everybody(), ..Authorship::default() };
    };
    let folder = match project.prefix.as_str() {
        "" => DECISIONS_FOLDER.to_owned(),
        prefix => format!("{}/{DECISIONS_FOLDER}", prefix.trim_end_matches('/')),
    };
    let checked_out = match repository.head() {
        Ok(Head::Commit { id, .. }) => Some(id),
        Ok(Head::Unborn) | Err(_) => None,
    };
    let tracked = match checked_out {
        Some(id) => tracked(repository, id, &folder, comparison),
        None => BTreeMap::new(),
    };
    let brings_decisions = comparison.head.files().iter().any(|(path, file)| {
        is_decision(path) && comparison.base.get(path).is_none_or(|it| it.content != file.content)
    });
    // Beyond the limit, who wrote the rest is not known, so nobody is told to be independent.
    let is_needed = brings_decisions || !tracked.is_empty();
    if !is_needed || comparison.commits.len() >= MOST_COMMITS {
        return Authorship { authors: everybody(), tracked, ..Authorship::default() };
    }
    let mut found = Authorship { tracked, ..Authorship::default() };
    for commit in &comparison.commits {
        // Where the commit's own changes are not known, as at the end of a shallow clone, it
        // may hold anything.
        if found.takes(repository, commit, &folder) != Some(false) {
            found.authors.extend(authors(commit));
        }
    }
    // A decision may be newer than the change it is about.
    let known: BTreeSet<ObjectId> = comparison.commits.iter().map(|it| it.id).collect();
    let head = checked_out.filter(|it| comparison.head_commit.is_some_and(|head| head != *it));
    if let (Some(base), Some(head)) = (comparison.base_commit, head) {
        let later = repository.commits_between(Some(base), head, MOST_COMMITS).unwrap_or_default();
        if later.len() < MOST_COMMITS {
            for commit in later.iter().filter(|it| !known.contains(&it.id)) {
                found.takes(repository, commit, &folder);
            }
        }
    }
    found
}

impl Authorship {
    /// Takes in what a commit does to decisions; whether it does anything else, if known.
    fn takes(
        &mut self,
        repository: &Arc<dyn Repository>,
        commit: &CommitInfo,
        folder: &str,
    ) -> Option<bool> {
        let touched = repository.touched(commit.id, folder).ok()?;
        for (name, content) in touched.inside {
            let Ok(name) = String::from_utf8(name) else { continue };
            let path = RepoPath::new(format!("{DECISIONS_FOLDER}/{name}"));
            let decision = self.decisions.entry(path).or_default();
            decision.contents.extend(content);
            decision.authors.extend(authors(commit));
            decision.committers.insert(Author {
                name: commit.committer_name.clone(),
                email: commit.committer_email.clone(),
            });
        }
        Some(touched.outside)
    }
}

fn is_decision(path: &RepoPath) -> bool {
    let rest = path.as_str().strip_prefix(DECISIONS_FOLDER);
    rest.is_some_and(|it| it.starts_with('/'))
}

/// What `commit` has in the folder of decisions and the base has not.
fn tracked(
    repository: &Arc<dyn Repository>,
    commit: ObjectId,
    folder: &str,
    comparison: &Comparison,
) -> BTreeMap<RepoPath, TrackedDecision> {
    let entries = repository.tree(commit, folder).unwrap_or_default();
    let named = entries.into_iter().filter_map(|entry| {
        let name = String::from_utf8(entry.path).ok()?;
        Some((RepoPath::new(format!("{DECISIONS_FOLDER}/{name}")), entry.id))
    });
    named
        .filter(|(path, id)| comparison.base.get(path).is_none_or(|it| it.content != *id))
        .map(|(path, content)| {
            let bytes = repository.blob(content, DECISION_LIMIT).ok();
            (path, TrackedDecision { content, bytes })
        })
        .collect()
}

/// The author of a commit, and whom its message names as authors too.
fn authors(commit: &CommitInfo) -> Vec<Author> {
    const TRAILER: &str = "co-authored-by:";
    let own = Author { name: commit.author_name.clone(), email: commit.author_email.clone() };
    let named = commit.message.lines().filter_map(|line| {
        let line = line.trim();
        let is_trailer = line.get(..TRAILER.len())?.eq_ignore_ascii_case(TRAILER);
        let person = is_trailer.then(|| &line[TRAILER.len()..])?;
        let (name, email) = person.split_once('<').unwrap_or((person, ""));
        let email = email.trim().trim_end_matches('>');
        Some(Author { name: name.trim().to_owned(), email: email.trim().to_owned() })
    });
    std::iter::once(own).chain(named).collect()
}
