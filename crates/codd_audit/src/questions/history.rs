//! Secrets that commits brought in: also those that a later one took out of the files again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_source::{
    CommitInfo, ContentId, LineIndex, ObjectId, RepoPath, Repository, SourceError,
    without_byte_order_mark,
};
use codd_verify::{CheckPlan, FoundSecret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Rules;
use crate::{CommitRecord, Workspace, WorkspaceError, commits};

/// Commits that are looked at.
const MOST_COMMITS: usize = 100_000;

/// The largest file that is looked into.
const LARGEST: u64 = 16 << 20;

/// A secret and the commit that brought it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretRecord {
    pub commit: CommitRecord,
    pub path: String,
    /// In the file as that commit has it.
    pub line: u32,
    /// The form of token, or `generic:` and a name.
    pub form: String,
    /// What it is, without telling it.
    pub message: String,
    /// Whether the last commit still has it there.
    pub is_there: bool,
}

/// The secrets of a range of commits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryReport {
    pub commits: u32,
    /// Files as some commit has them.
    pub files: u32,
    /// Files that could not be read, or are too large.
    pub unread: u32,
    /// By commit, oldest first, then by path and line.
    pub secrets: Vec<SecretRecord>,
}

impl Workspace {
    /// The secrets that each commit of `range` adds: `A..B`, `REV` up to `HEAD`, or all of it.
    ///
    /// The project's own `secret` checks say what counts; without any, the default settings do.
    pub fn secrets(&self, range: Option<&str>) -> Result<HistoryReport, WorkspaceError> {
        let Some(repository) = &self.root.repository else {
            return Err(SourceError::from(codd_source::ComparisonError::NotInRepository).into());
        };
        let Ends { base, head, is_alone } = ends(&**repository, range)?;
        let rules = Rules::read(&self.snapshot(&[])?);
        let plan = &*rules.plan;
        let prefix = self.root.prefix.as_str();
        let mut walk = Walk { repository, plan, known: BTreeMap::new(), unread: 0 };
        let files_of = |commit: ObjectId| -> Result<BTreeMap<Vec<u8>, ContentId>, SourceError> {
            let tree = repository.tree(commit, prefix)?;
            Ok(tree.into_iter().map(|it| (it.path, it.id)).collect())
        };
        let before = base.map_or_else(|| Ok(BTreeMap::new()), files_of)?;
        let after = files_of(head)?;
        let mut commits = if is_alone {
            vec![repository.commit(head).map_err(SourceError::from)?]
        } else {
            repository.commits_between(base, head, MOST_COMMITS).map_err(SourceError::from)?
        };
        commits.reverse();
        let mut report = HistoryReport {
            commits: commits.len() as u32,
            files: 0,
            unread: 0,
            secrets: Vec::new(),
        };
        // What a file held when it was last seen, so that a line that only moves is not new.
        let mut seen: BTreeMap<RepoPath, BTreeSet<(String, String)>> = BTreeMap::new();
        for commit in &commits {
            self.cancel.check()?;
            let touched = repository.touched(commit.id, prefix).map_err(SourceError::from)?;
            let mut inside = touched.inside;
            inside.sort();
            for (bytes, content) in inside {
                let (Some(content), Some(path)) = (content, path_of(&bytes)) else { continue };
                report.files += 1;
                if !seen.contains_key(&path) {
                    let held = before.get(&bytes).map(|id| walk.keys(&path, *id));
                    seen.insert(path.clone(), held.unwrap_or_default());
                }
                let Some((text, secrets)) = walk.secrets(&path, content) else { continue };
                if secrets.is_empty() {
                    continue;
                }
                let there = after.get(&bytes).map(|id| walk.keys(&path, *id)).unwrap_or_default();
                let lines = LineIndex::new(without_byte_order_mark(&text));
                let known = seen.entry(path.clone()).or_default();
                for secret in secrets.iter() {
                    let key = (secret.form.clone(), secret.digest.clone());
                    if known.insert(key.clone()) {
                        let line = lines.position(secret.span.start).line;
                        let is_there = there.contains(&key);
                        report.secrets.push(record(commit, &path, line, secret, is_there));
                    }
                }
            }
        }
        report.unread = walk.unread;
        Ok(report)
    }
}

fn record(
    commit: &CommitInfo,
    path: &RepoPath,
    line: u32,
    secret: &FoundSecret,
    is_there: bool,
) -> SecretRecord {
    SecretRecord {
        commit: commits::record(commit),
        path: path.to_string(),
        line,
        form: secret.form.clone(),
        message: secret.said.clone(),
        is_there,
    }
}

fn path_of(bytes: &[u8]) -> Option<RepoPath> {
    RepoPath::joined("", std::str::from_utf8(bytes).ok()?)
}

/// Where a range begins and ends.
struct Ends {
    /// The commit before it.
    base: Option<ObjectId>,
    head: ObjectId,
    /// Whether it is the last commit alone, whatever that merges.
    is_alone: bool,
}

fn ends(repository: &dyn Repository, range: Option<&str>) -> Result<Ends, SourceError> {
    let commit = |name: &str| {
        let name = if name.trim().is_empty() { "HEAD" } else { name.trim() };
        repository.resolve(name).map_err(SourceError::from)
    };
    let Some(range) = range else {
        return Ok(Ends { base: None, head: commit("HEAD")?, is_alone: false });
    };
    // What is in the one and not in the other is the same from the merge base on.
    let parts = range.split_once("...").or_else(|| range.split_once(".."));
    // `REV^!` is that commit without all its parents have, `REV^-` without what its first has.
    let (alone, merged) = (range.trim().strip_suffix("^!"), range.trim().strip_suffix("^-"));
    if let (Some(revision), None) = (alone.or(merged), parts) {
        let head = commit(revision)?;
        let parents = repository.commit(head).map_err(SourceError::from)?.parents;
        return Ok(Ends { base: parents.first().copied(), head, is_alone: alone.is_some() });
    }
    let (from, to) = parts.unwrap_or((range, "HEAD"));
    Ok(Ends { base: Some(commit(from)?), head: commit(to)?, is_alone: false })
}

type Found = (Arc<[u8]>, Arc<[FoundSecret]>);

/// Reads files of commits, each content once.
struct Walk<'w> {
    repository: &'w Arc<dyn Repository>,
    plan: &'w CheckPlan,
    /// By path too: what a file is called says how it is read.
    known: BTreeMap<(RepoPath, ContentId), Arc<[FoundSecret]>>,
    unread: u32,
}

impl Walk<'_> {
    fn secrets(&mut self, path: &RepoPath, content: ContentId) -> Option<Found> {
        let Ok(bytes) = self.repository.blob(content, LARGEST) else {
            self.unread += 1;
            return None;
        };
        let key = (path.clone(), content);
        let secrets = match self.known.get(&key) {
            Some(known) => known.clone(),
            None => {
                let secrets: Arc<[FoundSecret]> = self.plan.secrets(path, &bytes).into();
                self.known.insert(key, secrets.clone());
                secrets
            }
        };
        Some((bytes, secrets))
    }

    /// What tells the secrets of a file apart, wherever they stand in it.
    fn keys(&mut self, path: &RepoPath, content: ContentId) -> BTreeSet<(String, String)> {
        let found = self.secrets(path, content);
        let secrets = found.iter().flat_map(|(_, secrets)| secrets.iter());
        secrets.map(|it| (it.form.clone(), it.digest.clone())).collect()
    }
}
