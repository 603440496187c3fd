//! Who wrote a change, told apart from who committed the decisions about it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comparison, MOST_COMMITS};
use crate::{ContentId, DECISIONS_FOLDER, ProjectRoot, RepoPath};

/// Name and address, as a commit has them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    pub name: String,
    pub email: String,
}

/// Whose work the commits of a change are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorship {
    /// Of the commits that touch anything besides decisions.
    pub authors: BTreeSet<Author>,
    /// Files of decisions that commits of the change touch.
    pub decisions: BTreeMap<RepoPath, CommittedDecision>,
}

/// What the commits of a change do to one file of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommittedDecision {
    /// Everything it held after one of them.
    pub contents: BTreeSet<ContentId>,
    /// Of all of them: what somebody else had a hand in is nobody's word.
    pub authors: BTreeSet<Author>,
}

/// Whose work the change is.
///
/// Only a change that brings or edits decisions has the paths of its commits looked at.
pub(super) fn authorship(project: &ProjectRoot, comparison: &Comparison) -> Authorship {
    let author = |at: usize| {
        let commit = &comparison.commits[at];
        Author { name: commit.author_name.clone(), email: commit.author_email.clone() }
    };
    let everybody = || (0..comparison.commits.len()).map(author).collect();
    let decided = |path: &RepoPath| {
        let rest = path.as_str().strip_prefix(DECISIONS_FOLDER);
        rest.is_some_and(|it| it.starts_with('/'))
    };
    let brings_decisions = comparison.head.files().iter().any(|(path, file)| {
        decided(path) && comparison.base.get(path).is_none_or(|it| it.content != file.content)
    });
    // Beyond the limit, who wrote the rest is not known, so nobody is told to be independent.
    let (Some(repository), true) =
        (&project.repository, brings_decisions && comparison.commits.len() < MOST_COMMITS)
    else {
        return Authorship { authors: everybody(), ..Authorship::default() };
    };
    let folder = match project.prefix.as_str() {
        "" => DECISIONS_FOLDER.to_owned(),
        prefix => format!("{}/{DECISIONS_FOLDER}", prefix.trim_end_matches('/')),
    };
    let mut found = Authorship::default();
    for (at, commit) in comparison.commits.iter().enumerate() {
        let author = author(at);
        // Where the commit's own changes are not known, as at the end of a shallow clone, it
        // may hold anything.
        let Ok(touched) = repository.touched(commit.id, &folder) else {
            found.authors.insert(author);
            continue;
        };
        for (name, content) in touched.inside {
            let Ok(name) = String::from_utf8(name) else { continue };
            let path = RepoPath::new(format!("{DECISIONS_FOLDER}/{name}"));
            let decision = found.decisions.entry(path).or_default();
            decision.contents.extend(content);
            decision.authors.insert(author.clone());
        }
        if touched.outside {
            found.authors.insert(author);
        }
    }
    found
}
