//! Changes that somebody claims, such as `modified: auth_service.py`.

use std::fmt;
use std::str::FromStr;

use super::{Comparison, ComparisonError};
use crate::{ProjectRoot, RepoPath, SourceError, nearest};

/// The most candidates that an error lists.
const MOST_CANDIDATES: usize = 10;

/// What is said to have happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeVerb {
    Added,
    Modified,
    Deleted,
}

/// A change as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeClaim {
    pub verb: ChangeVerb,
    /// As written: relative to the current folder or to the root, or the end of a path.
    pub path: String,
}

/// A claim with the file it means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimedChange {
    pub claim: ChangeClaim,
    pub path: RepoPath,
    /// Said to be modified, but the same on both sides: everything in it counts as changed.
    pub whole_file: bool,
}

impl fmt::Display for ChangeVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChangeVerb::Added => "added",
            ChangeVerb::Modified => "modified",
            ChangeVerb::Deleted => "deleted",
        })
    }
}

impl FromStr for ChangeClaim {
    type Err = ComparisonError;

    fn from_str(text: &str) -> Result<ChangeClaim, ComparisonError> {
        let bad = || ComparisonError::BadClaim { text: text.to_owned() };
        let trimmed = text.trim();
        let (verb, path) = match trimmed.split_once(':') {
            Some((word, path)) if !word.contains(['/', '.', '\\']) => {
                (verb(word.trim()).ok_or_else(bad)?, path)
            }
            // Without a colon the first word may be the verb, as in `git diff --name-status`.
            _ => match trimmed.split_once(char::is_whitespace) {
                Some((word, path)) if verb(word).is_some() => (verb(word).ok_or_else(bad)?, path),
                _ => (ChangeVerb::Modified, trimmed),
            },
        };
        let path = path.trim().trim_matches(['"', '\'', '`']).trim();
        if path.is_empty() {
            return Err(bad());
        }
        Ok(ChangeClaim { verb, path: path.to_owned() })
    }
}

fn verb(word: &str) -> Option<ChangeVerb> {
    Some(match word.to_lowercase().as_str() {
        "added" | "add" | "new" | "created" | "create" | "a" => ChangeVerb::Added,
        "modified" | "modify" | "changed" | "change" | "edited" | "updated" | "m" => {
            ChangeVerb::Modified
        }
        "deleted" | "delete" | "removed" | "remove" | "d" => ChangeVerb::Deleted,
        _ => return None,
    })
}

/// The comparison with the claims found in it, and with what they add to it.
pub(super) fn claimed(
    comparison: Comparison,
    claims: &[ChangeClaim],
    project: &ProjectRoot,
) -> Result<Comparison, SourceError> {
    if claims.is_empty() {
        return Ok(comparison);
    }
    let (mut added, mut deleted, mut claimed) = (Vec::new(), Vec::new(), Vec::new());
    for claim in claims {
        let path = find(&claim.path, &comparison, project)?;
        let (before, after) = (comparison.base.get(&path), comparison.head.get(&path));
        match claim.verb {
            ChangeVerb::Added if before.is_some() && after.is_some() => added.push(path.clone()),
            ChangeVerb::Deleted if after.is_some() => deleted.push(path.clone()),
            _ => {}
        }
        let same = before.map(|it| (it.content, it.kind)) == after.map(|it| (it.content, it.kind));
        let whole_file = claim.verb == ChangeVerb::Modified && same;
        claimed.push(ClaimedChange { claim: claim.clone(), path, whole_file });
    }
    let mut result = comparison;
    if !added.is_empty() {
        result.base = result.base.without(&added, "without what is claimed to be added");
    }
    if !deleted.is_empty() {
        result.head = result.head.without(&deleted, "without what is claimed to be deleted");
        result.head_commit = None;
    }
    claimed.sort_unstable();
    claimed.dedup();
    let count = claimed.len();
    let plural = if count == 1 { "" } else { "s" };
    if project.repository.is_some() {
        let description = &result.description;
        result.description = format!("{description}, with {count} claimed change{plural}");
    }
    result.claimed = claimed;
    Ok(result)
}

/// The file that is meant: by its path, else by the end of it when only one fits.
fn find(
    wanted: &str,
    comparison: &Comparison,
    project: &ProjectRoot,
) -> Result<RepoPath, ComparisonError> {
    let slashed = wanted.replace('\\', "/");
    let all = || comparison.head.files().keys().chain(comparison.base.files().keys());
    let exists = |path: &RepoPath| {
        comparison.head.get(path).is_some() || comparison.base.get(path).is_some()
    };
    let in_root = RepoPath::joined("", &slashed);
    let in_repository = in_root.as_ref().and_then(|path| {
        let below = path.as_str().strip_prefix(project.prefix.as_str())?.strip_prefix('/')?;
        Some(RepoPath::from(below))
    });
    let exact = [
        Some(RepoPath::from(wanted)),
        RepoPath::joined(&project.folder, &slashed),
        in_root.clone(),
        in_repository,
        project.path_in_project(std::path::Path::new(wanted)),
    ];
    if let Some(path) = exact.into_iter().flatten().find(exists) {
        return Ok(path);
    }
    let end = format!("/{}", in_root.as_ref().map_or(slashed.as_str(), RepoPath::as_str));
    let mut candidates: Vec<&RepoPath> =
        all().filter(|path| path.as_str().ends_with(&end)).collect();
    candidates.sort_unstable();
    candidates.dedup();
    match candidates.as_slice() {
        [path] => Ok((*path).clone()),
        [] => Err(ComparisonError::UnknownPath {
            path: wanted.to_owned(),
            nearest: nearest_paths(&slashed, all()),
        }),
        many => Err(ComparisonError::AmbiguousPath {
            path: wanted.to_owned(),
            candidates: many.iter().take(MOST_CANDIDATES).map(ToString::to_string).collect(),
        }),
    }
}

/// The nearest by the whole path, else those whose file name is nearest.
fn nearest_paths<'a>(wanted: &str, paths: impl Iterator<Item = &'a RepoPath>) -> Vec<String> {
    let mut paths: Vec<&RepoPath> = paths.collect();
    paths.sort_unstable();
    paths.dedup();
    let by_path = nearest(wanted, paths.iter().map(|path| path.as_str()), 3);
    if !by_path.is_empty() {
        return by_path;
    }
    let name = wanted.rsplit('/').next().unwrap_or(wanted);
    let names = nearest(name, paths.iter().map(|path| path.file_name()), 1);
    let of_name = paths.iter().filter(|path| names.iter().any(|name| path.file_name() == name));
    of_name.take(3).map(ToString::to_string).collect()
}
