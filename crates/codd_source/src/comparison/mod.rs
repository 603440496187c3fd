//! Which change is meant: command-line arguments in, the two snapshots to compare out.

mod authorship;
mod claim;
mod diff;

use std::path::PathBuf;
use std::sync::Arc;

use crate::patch::{self, Misfit};
use crate::repository::quoted_list;
use crate::{
    CONFIGURATION_FILE, CancelToken, CommitInfo, Head, ObjectId, ProjectRoot, RepoPath, Repository,
    Snapshot, SnapshotFile, SnapshotKind, SourceError, System, WorkTreeOptions, paired, printable,
};

pub use authorship::{Author, Authorship, CommittedDecision, TrackedDecision};
pub use claim::{ChangeClaim, ChangeVerb, ClaimedChange};

/// The most commits that are listed for the provenance of a change.
const MOST_COMMITS: usize = 1000;

/// Which change is asked for, as a command line says it.
#[derive(Clone, Debug, Default)]
pub struct ChangeArguments {
    /// `REV`, `A..B` or `A...B`; an empty side is `HEAD`.
    pub range: Option<String>,
    /// Against the index.
    pub staged: bool,
    /// Against the work tree, which is also the default.
    pub worktree: bool,
    /// A unified diff.
    pub diff: Option<Vec<u8>>,
    /// What somebody says has changed.
    pub changes: Vec<ChangeClaim>,
    /// Files codd is about to write, absolute; they are not part of the work tree.
    pub leave_out: Vec<PathBuf>,
}

impl ChangeArguments {
    /// Whether they say which change is meant, and do not leave it to the default.
    pub fn names_a_change(&self) -> bool {
        let ChangeArguments { range, staged, worktree, diff, changes, leave_out: _ } = self;
        range.is_some() || *staged || *worktree || diff.is_some() || !changes.is_empty()
    }
}

/// The two sides of a change.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub base: Snapshot,
    pub head: Snapshot,
    /// The commit the base is, or lies on; `None` without one.
    pub base_commit: Option<ObjectId>,
    /// The commit the head is; `None` for index, work tree and patches.
    pub head_commit: Option<ObjectId>,
    pub claimed: Vec<ClaimedChange>,
    /// How the sides were chosen, such as `HEAD to work tree`; the same on every machine.
    pub description: String,
    /// The commits that make the change, newest first.
    pub commits: Vec<CommitInfo>,
    pub authorship: Authorship,
    /// The folder above, `.` for the repository's root, whose rules were the project's in the
    /// base, where it is only the change that makes this folder a project of its own.
    pub split_from: Option<String>,
}

/// Why arguments do not name a change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonError {
    #[error("`{one}` and `{two}` can't be used together")]
    Conflict { one: &'static str, two: &'static str },
    #[error("this folder is not in a git repository, so there is nothing to compare with")]
    NotInRepository,
    #[error("`{text}` names no revision")]
    NoRevision { text: String },
    #[error("there is no commit yet")]
    NoCommit,
    #[error("`{}` does not say what changed", printable(text))]
    BadClaim { text: String },
    #[error("`{}` is not in the project", printable(path))]
    UnknownPath { path: String, nearest: Vec<String> },
    #[error("`{}` may be any of {} files", printable(path), candidates.len())]
    AmbiguousPath { path: String, candidates: Vec<String> },
    #[error("the diff does not fit: {forward}")]
    DiffFitsNeither { forward: Misfit, reverse: Option<Misfit>, target: String },
}

impl ComparisonError {
    /// A stable name for documentation and tests.
    pub fn code(&self) -> &'static str {
        match self {
            ComparisonError::Conflict { .. } => "change::conflict",
            ComparisonError::NotInRepository => "change::not_in_repository",
            ComparisonError::NoRevision { .. } => "change::no_revision",
            ComparisonError::NoCommit => "change::no_commit",
            ComparisonError::BadClaim { .. } => "change::bad_claim",
            ComparisonError::UnknownPath { .. } => "change::unknown_path",
            ComparisonError::AmbiguousPath { .. } => "change::ambiguous_path",
            ComparisonError::DiffFitsNeither { .. } => "change::diff_fits_neither",
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            ComparisonError::Conflict { .. } => "give one of them".to_owned(),
            ComparisonError::NotInRepository => {
                "say what changed with `--change \"modified: PATH\"` or `--diff FILE`, or check \
                 everything with `codd check`"
                    .to_owned()
            }
            ComparisonError::NoRevision { .. } => {
                "is a variable of the script empty? leave the revision out to compare HEAD with \
                 the work tree"
                    .to_owned()
            }
            ComparisonError::NoCommit => "commit first, or leave the revision out".to_owned(),
            ComparisonError::BadClaim { .. } => {
                "write `modified: PATH`, `added: PATH` or `deleted: PATH`".to_owned()
            }
            ComparisonError::UnknownPath { nearest, .. } if nearest.is_empty() => {
                "paths are relative to this folder or to the project's root".to_owned()
            }
            ComparisonError::UnknownPath { nearest, .. } => {
                format!("did you mean {}?", quoted_list(nearest))
            }
            ComparisonError::AmbiguousPath { candidates, .. } => {
                format!("give more of its path: {}", quoted_list(candidates))
            }
            ComparisonError::DiffFitsNeither { reverse, target, .. } => match reverse {
                Some(reverse) => format!(
                    "it was tried on {target}, and in reverse on the work tree, where it does \
                     not fit either: {reverse}"
                ),
                None => format!("it was tried on {target}"),
            },
        })
    }
}

/// The two sides that `arguments` name.
pub fn compare(
    system: &Arc<dyn System>,
    project: &ProjectRoot,
    arguments: &ChangeArguments,
    cancel: &CancelToken,
) -> Result<Comparison, SourceError> {
    check_conflicts(arguments)?;
    let sides = Sides { system, project, arguments, cancel };
    let comparison = match (&arguments.diff, &project.repository) {
        (Some(text), _) => sides.of_diff(&patch::parse(text)?)?,
        (None, Some(repository)) => sides.of_repository(repository)?,
        (None, None) if arguments.changes.is_empty() || asks_for_git(arguments) => {
            return Err(ComparisonError::NotInRepository.into());
        }
        (None, None) => {
            let head = sides.work_tree(None)?;
            comparison(&head, &head, "work tree, as claimed")
        }
    };
    let split_from = split_from(project, &comparison)?;
    let authorship = authorship::authorship(project, &comparison);
    let comparison = Comparison { authorship, ..comparison };
    claim::claimed(Comparison { split_from, ..comparison }, &arguments.changes, project)
}

/// Which project a folder belonged to before the change gave it a configuration of its own.
fn split_from(
    project: &ProjectRoot,
    comparison: &Comparison,
) -> Result<Option<String>, SourceError> {
    let is_configured = |it: &Snapshot| it.get(&RepoPath::from(CONFIGURATION_FILE)).is_some();
    let (Some(repository), Some(base)) = (&project.repository, comparison.base_commit) else {
        return Ok(None);
    };
    if project.prefix.is_empty() || is_configured(&comparison.base) {
        return Ok(None);
    }
    let mut folder = project.prefix.trim_end_matches('/');
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |it| it.0);
        let holds_rules = |path: &[u8]| {
            path == CONFIGURATION_FILE.as_bytes() || path.starts_with(b"requirements/")
        };
        if repository.tree(base, folder)?.iter().any(|entry| holds_rules(&entry.path)) {
            let folder = if folder.is_empty() { "." } else { folder };
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(None)
}

fn asks_for_git(arguments: &ChangeArguments) -> bool {
    arguments.range.is_some() || arguments.staged
}

fn check_conflicts(arguments: &ChangeArguments) -> Result<(), ComparisonError> {
    // What an unset variable leaves of `"$BASE..$HEAD"` would compare HEAD with itself.
    if let Some(text) = arguments.range.as_deref()
        && text.trim_matches('.').trim().is_empty()
    {
        return Err(ComparisonError::NoRevision { text: text.to_owned() });
    }
    let two_sided = arguments.range.as_deref().is_some_and(|it| it.contains(".."));
    let given = [
        ("A..B", two_sided),
        ("--staged", arguments.staged),
        ("--worktree", arguments.worktree),
        ("--diff", arguments.diff.is_some()),
    ];
    let mut given = given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name);
    if let (Some(one), Some(two)) = (given.next(), given.next()) {
        return Err(ComparisonError::Conflict { one, two });
    }
    if arguments.diff.is_some() {
        if arguments.range.is_some() {
            return Err(ComparisonError::Conflict { one: "--diff", two: "REV" });
        }
        if !arguments.changes.is_empty() {
            return Err(ComparisonError::Conflict { one: "--diff", two: "--change" });
        }
    }
    Ok(())
}

/// What every way to choose the sides needs.
#[derive(Clone, Copy)]
struct Sides<'a> {
    system: &'a Arc<dyn System>,
    project: &'a ProjectRoot,
    arguments: &'a ChangeArguments,
    cancel: &'a CancelToken,
}

impl Sides<'_> {
    fn of_repository(self, repository: &Arc<dyn Repository>) -> Result<Comparison, SourceError> {
        let range = self.arguments.range.as_deref();
        if let Some((from, to)) = range.and_then(|it| it.split_once("...")) {
            let (from, to) = (or_head(from), or_head(to));
            let (one, two) = (commit(repository, from)?, commit(repository, to)?);
            let base = repository.merge_base(one, two)?;
            let description = format!("merge base of {from} and {to} to {to}");
            return self.of_commits(repository, base, two, &description);
        }
        if let Some((from, to)) = range.and_then(|it| it.split_once("..")) {
            let (from, to) = (or_head(from), or_head(to));
            let (one, two) = (commit(repository, from)?, commit(repository, to)?);
            return self.of_commits(repository, one, two, &format!("{from} to {to}"));
        }
        let name = range.map_or("HEAD", or_head);
        let head = match repository.head()? {
            Head::Unborn => None,
            Head::Commit { id, .. } => Some(id),
        };
        let base_commit = match range {
            Some(_) => Some(commit(repository, name)?),
            None => head,
        };
        let base = self.committed(repository, base_commit)?;
        let shown = if base_commit.is_some() { name } else { "nothing" };
        let mut comparison = if self.arguments.staged {
            let index = Snapshot::of_index(repository, &self.project.prefix)?;
            comparison(&base, &index, &format!("{shown} to index"))
        } else {
            let work_tree = self.work_tree(Some(&base))?;
            comparison(&base, &work_tree, &format!("{shown} to work tree"))
        };
        comparison.base_commit = base_commit;
        if let (Some(base), Some(head)) = (base_commit, head)
            && base != head
        {
            comparison.commits = repository.commits_between(Some(base), head, MOST_COMMITS)?;
        }
        Ok(comparison)
    }

    fn of_commits(
        self,
        repository: &Arc<dyn Repository>,
        base: ObjectId,
        head: ObjectId,
        description: &str,
    ) -> Result<Comparison, SourceError> {
        let commits = repository.commits_between(Some(base), head, MOST_COMMITS)?;
        let comparison = comparison(
            &self.committed(repository, Some(base))?,
            &self.committed(repository, Some(head))?,
            description,
        );
        Ok(Comparison { base_commit: Some(base), head_commit: Some(head), commits, ..comparison })
    }

    fn committed(
        self,
        repository: &Arc<dyn Repository>,
        commit: Option<ObjectId>,
    ) -> Result<Snapshot, SourceError> {
        self.cancel.check()?;
        Ok(match commit {
            Some(id) => Snapshot::of_commit(repository, id, &self.project.prefix)?,
            None => Snapshot::empty(),
        })
    }

    /// The work tree, ignoring only what `base` ignores too.
    fn work_tree(self, base: Option<&Snapshot>) -> Result<Snapshot, SourceError> {
        let base = base.filter(|it| *it.kind() != SnapshotKind::Empty);
        let options = WorkTreeOptions {
            leave_out: self.arguments.leave_out.clone(),
            ignored_too: base.map(Snapshot::ignore_rules),
        };
        Snapshot::of_work_tree(self.system, self.project, &options, self.cancel)
    }
}

/// The comparison of two sides, each without what both ignore.
///
/// A change must not hide its own files, so what only the head ignores stays in.
fn comparison(base: &Snapshot, head: &Snapshot, description: &str) -> Comparison {
    let (of_base, of_head) = (base.ignore_rules(), head.ignore_rules());
    let sides = match base.kind() {
        SnapshotKind::Empty => vec![&of_head],
        _ => vec![&of_base, &of_head],
    };
    Comparison {
        base: base.without_ignored(&sides),
        head: head.without_ignored(&sides),
        base_commit: None,
        head_commit: None,
        claimed: Vec::new(),
        description: printable(description).into_owned(),
        commits: Vec::new(),
        authorship: Authorship::default(),
        split_from: None,
    }
}

fn or_head(revision: &str) -> &str {
    if revision.is_empty() { "HEAD" } else { revision }
}

fn commit(repository: &Arc<dyn Repository>, revision: &str) -> Result<ObjectId, SourceError> {
    let means_head = revision == "HEAD" || revision.starts_with(['~', '^', '@']);
    if means_head && repository.head()? == Head::Unborn {
        return Err(ComparisonError::NoCommit.into());
    }
    Ok(repository.resolve(revision)?)
}

impl Comparison {
    /// Every path that the two sides do not agree on, in order.
    pub fn differing_paths(&self) -> Vec<RepoPath> {
        let of = |it: Option<&SnapshotFile>| it.map(|it| (it.content, it.kind));
        let differing = paired(self.base.files(), self.head.files())
            .filter(|(_, base, head)| of(*base) != of(*head));
        differing.map(|(path, ..)| path.clone()).collect()
    }
}

#[cfg(test)]
mod tests;
