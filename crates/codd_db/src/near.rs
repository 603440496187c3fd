//! A snapshot beside one that is known, from which it differs in nothing that the graph holds.
//!
//! What a file refers to follows from what all files say by themselves and from where modules
//! are. Where the files that differ say the same, apart from where it stands, and none of them
//! says where modules are, the graph is the same; and where the checks see the same of them, so
//! are the outcomes.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_source::{Activity, RepoPath, Watched};
use codd_verify::FileHits;

use crate::analysis::{Request, RequestFile};
use crate::digest::Digest;
use crate::inputs::Treatment;
use crate::kept::{Identity, KeptFiles};
use crate::outline::{AnalysisFile, Details, FileOutline};
use crate::queries::{FileAnalysis, is_manifest};
use crate::read::{self, Subject};

/// With more files that differ, something of the graph will differ too.
const MOST: usize = 64;

/// The files of a snapshot that has the graph of another.
pub(crate) struct NearSnapshot {
    pub(crate) files: Arc<BTreeMap<RepoPath, AnalysisFile>>,
    /// Checks see the same of every file as in the other snapshot.
    pub(crate) looks_alike: bool,
}

/// The files of `request`, if its graph is the one that these files, of equal controls, have.
pub(crate) fn snapshot(
    kept: &KeptFiles,
    known: &BTreeMap<RepoPath, AnalysisFile>,
    request: &Request,
    watched: &Watched,
) -> Option<NearSnapshot> {
    if known.len() != request.files.len() {
        return None;
    }
    let mut differing = Vec::new();
    for (asked, (path, before)) in request.files.iter().zip(known) {
        if asked.path != *path {
            return None;
        }
        let is_same =
            before.content == asked.content && before.details.treatment() == Some(asked.treatment);
        if !is_same {
            differing.push((asked, before));
        }
    }
    let may_be_near = |(asked, before): &(&RequestFile, &AnalysisFile)| {
        asked.treatment != Treatment::Link && !before.is_link && !is_manifest(&asked.path)
    };
    if differing.len() > MOST || !differing.iter().all(may_be_near) {
        return None;
    }
    let mut looks_alike = true;
    let mut replaced = Vec::new();
    for (asked, before) in differing {
        let after = file(kept, asked, before, request, watched)?;
        looks_alike &= before.outline.failure == after.outline.failure
            && before.facts() == after.facts()
            && before.hits() == after.hits();
        replaced.push((&asked.path, after));
    }
    let mut files = known.clone();
    files.extend(replaced.into_iter().map(|(path, it)| (path.clone(), it)));
    Some(NearSnapshot { files: Arc::new(files), looks_alike })
}

/// A file that differs, if the graph does not tell it from what it was.
fn file(
    kept: &KeptFiles,
    asked: &RequestFile,
    before: &AnalysisFile,
    request: &Request,
    watched: &Watched,
) -> Option<AnalysisFile> {
    let (analysis, hits) = analysed(kept, asked, request, watched)?;
    if analysis.failure.as_ref().is_some_and(read::is_bug) {
        return None;
    }
    let semantics = analysis.facts.as_ref().map(|it| &it.semantics);
    // Of details that were lost nothing is known, and nothing is as before.
    let is_same = before.outline.facts.is_some() == semantics.is_some()
        && before.facts().map(|it| &it.semantics) == semantics
        && before.outline.class == analysis.class
        && before.outline.language == analysis.language;
    if !is_same {
        return None;
    }
    let outline = FileOutline::of(&analysis, None, None);
    // Of the same references: they are counted, and not placed.
    let outline = FileOutline { unresolved: before.outline.unresolved.clone(), ..outline };
    let details = Details::known(Arc::new(analysis), hits);
    Some(AnalysisFile { content: asked.content, is_link: false, outline, details })
}

/// What a file says and what the checks of all plans find in it; `None` where it cannot be read.
fn analysed(
    kept: &KeptFiles,
    asked: &RequestFile,
    request: &Request,
    watched: &Watched,
) -> Option<(FileAnalysis, Vec<Arc<FileHits>>)> {
    let RequestFile { path, content, treatment } = asked;
    let subject = Subject { path, content: *content, treatment: *treatment };
    let identity = Identity::new(path, *content, *treatment);
    let known = {
        let _at = watched.at(Activity::Store);
        let hits = request.plans.iter().map(|plan| kept.hits(&identity, plan).map(Arc::new));
        hits.collect::<Option<Vec<_>>>().zip(kept.analysis(&identity))
    };
    if let Some((hits, (analysis, _))) = known {
        return Some((FileAnalysis { language: subject.language_name(), ..analysis }, hits));
    }
    let bytes = || request.reader.read(path, *content);
    let (analysis, opened) = read::extracted(subject, watched, bytes);
    let opened = opened?;
    let hits = read::hits_in(&opened, analysis.class, watched, &request.plans)?;
    let _at = watched.at(Activity::Keep);
    let digest = analysis.facts.as_ref().map(|it| Digest::of(&it.semantics));
    kept.keep_analysis(&identity, &analysis, digest);
    for (plan, hits) in request.plans.iter().zip(&hits) {
        kept.keep_hits(&identity, plan, hits);
    }
    Some((analysis, hits))
}
