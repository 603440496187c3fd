//! What the database is asked to analyse: which files of a snapshot, and how each is treated.

use std::collections::BTreeSet;
use std::sync::Arc;

use codd_controls::{ControlSet, ProjectConfig, Scope, ScopePattern};
use codd_db::{ContentReader, ReadFailure, Request, RequestFile, Treatment};
use codd_source::{ContentId, FileKind, IgnoreRules, RepoPath, Snapshot};
use codd_verify::CheckPlan;

/// The two snapshots as one reader: content ids say which bytes are meant.
#[derive(Debug)]
pub(super) struct Snapshots(pub(super) Vec<Snapshot>);

impl ContentReader for Snapshots {
    fn read(&self, path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        let holder = self.0.iter().find(|it| it.get(path).is_some_and(|it| it.content == content));
        match holder {
            Some(snapshot) => snapshot.read(path).map_err(|error| ReadFailure(error.to_string())),
            None => Err(ReadFailure("not in this snapshot any more".to_owned())),
        }
    }
}

/// What codd itself keeps in a project is no part of the code.
fn is_codds_own(path: &RepoPath) -> bool {
    // Anything else there is code that somebody put where nobody looks.
    let within = path.as_str().strip_prefix(".codd/").unwrap_or_default();
    within == ".gitignore"
        || within.starts_with("reviews/") && path.extension() == Some("yaml")
        || within.starts_with("schemas/") && path.extension() == Some("json")
        || within.starts_with("cache/") && codd_facts::code_language_of(path).is_none()
}

/// A snapshot to be analysed by the controls of `rules`.
///
/// A file is ignored, generated or left out only where all of `configurations`, or all of
/// `attributes`, say so, so
/// that a change cannot hide code by its own configuration.
pub(super) fn request(
    snapshot: &Snapshot,
    reader: &Arc<dyn ContentReader>,
    controls: &Arc<ControlSet>,
    plans: &Arc<[Arc<CheckPlan>]>,
    configurations: &[&ProjectConfig],
    attributes: &[&IgnoreRules],
    authored: &BTreeSet<RepoPath>,
) -> Request {
    let all_say = |test: &dyn Fn(&ProjectConfig) -> bool| configurations.iter().all(|it| test(it));
    let is_ignored = |path: &RepoPath| all_say(&|it| takes_any(&it.source.ignore, path));
    let files =
        snapshot.files().iter().filter(|(path, _)| !is_codds_own(path) && !is_ignored(path));
    let may_lack = snapshot.may_lack_some();
    let is_lacking = |path: &RepoPath| {
        if !may_lack {
            return false;
        }
        let content = snapshot.get(path).map(|it| it.content);
        snapshot.lacks(path) && content.is_some_and(|it| reader.read(path, it).is_err())
    };
    let treatment = |path: &RepoPath, kind| {
        let leaves_out = |it: &ProjectConfig| {
            let named = &it.project.languages;
            if named.is_empty() {
                return false;
            }
            let language = codd_facts::code_language_of(path);
            let names = language.map_or(&[][..], |it| codd_facts::names_of(it.0.name()));
            !names.is_empty() && !named.iter().any(|it| names.contains(&it.as_str()))
        };
        match kind {
            _ if is_lacking(path) => Treatment::Lacking,
            FileKind::Symlink => Treatment::Link,
            _ if all_say(&leaves_out) => Treatment::LeftOut,
            _ if all_say(&|it| takes_any(&it.generated, path)) => Treatment::Generated,
            _ if attributes.iter().all(|it| it.names(path)) => Treatment::Generated,
            _ if authored.contains(path) => Treatment::Authored,
            _ => Treatment::Ordinary,
        }
    };
    Request {
        files: files
            .map(|(path, file)| RequestFile {
                path: path.clone(),
                content: file.content,
                treatment: treatment(path, file.kind),
            })
            .collect(),
        reader: Arc::clone(reader),
        controls: Arc::clone(controls),
        plans: Arc::clone(plans),
    }
}

/// Whether one of the patterns includes the path and none excludes it.
fn takes_any(patterns: &[ScopePattern], path: &RepoPath) -> bool {
    !patterns.is_empty()
        && Scope { paths: patterns.to_vec(), ..Scope::default() }.names_path(path.as_str())
}
