//! A snapshot beside one that is known, from which it differs in what a few files say.
//!
//! What a file refers to follows from what all files say by themselves and from where modules
//! are. Where the files that differ say the same, apart from where it stands, and none of them
//! says where modules are, the graph is the same; and where the checks see the same of them, so
//! are the outcomes. Where bodies of them were edited, what they refer to is resolved anew, and
//! the graph is the known one with that in the place of what it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_facts::{Definition, Semantics};
use codd_graph::{EditedFile, FileEdges, Graph, resolve_file};
use codd_source::{Activity, RepoPath, Watched};
use codd_verify::FileHits;

use crate::analysis::{Request, RequestFile};
use crate::beside::Beside;
use crate::digest::Digest;
use crate::inputs::Treatment;
use crate::kept::{Identity, KeptFiles};
use crate::known_project::KnownProject;
use crate::outline::{AnalysisFile, Details, FileOutline};
use crate::queries::{FileAnalysis, is_manifest};
use crate::read::{self, Subject};

/// With more files that differ, something of the graph will differ too.
const MOST: usize = 64;

/// A snapshot whose graph has the nodes of another's.
pub(crate) struct NearSnapshot {
    pub(crate) graph: Arc<Graph>,
    pub(crate) files: Arc<BTreeMap<RepoPath, AnalysisFile>>,
    /// Those of which checks do not see the same as in the other snapshot.
    pub(crate) differing: Vec<RepoPath>,
}

/// The known snapshot that another is told from, of equal controls.
pub(crate) struct Known<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) graph: &'a Arc<Graph>,
    pub(crate) files: &'a BTreeMap<RepoPath, AnalysisFile>,
}

/// The snapshot of `request`, if it differs so little from the known one.
pub(crate) fn snapshot(
    kept: &KeptFiles,
    before: &Known<'_>,
    request: &Request,
    watched: &Watched,
) -> Option<NearSnapshot> {
    let known = before.files;
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
    let mut seen = Vec::new();
    let mut replaced: Vec<(RepoPath, AnalysisFile)> = Vec::new();
    for (asked, before) in differing {
        let after = file(kept, asked, before, request, watched)?;
        let looks_alike = before.outline.failure == after.outline.failure
            && before.facts() == after.facts()
            && before.hits() == after.hits();
        if !looks_alike {
            seen.push(asked.path.clone());
        }
        replaced.push((asked.path.clone(), after));
    }
    let graph = graph(kept, before, &mut replaced, request, watched)?;
    let mut files = known.clone();
    files.extend(replaced);
    Some(NearSnapshot { graph, files: Arc::new(files), differing: seen })
}

/// The graph with these files as they are, what they refer to that was edited resolved anew.
fn graph(
    kept: &KeptFiles,
    before: &Known<'_>,
    replaced: &mut [(RepoPath, AnalysisFile)],
    request: &Request,
    watched: &Watched,
) -> Option<Arc<Graph>> {
    let semantics = |it: &AnalysisFile| Some(Arc::clone(&it.facts()?.semantics));
    let mut edited = Vec::new();
    for (path, after) in replaced.iter_mut() {
        let pair = semantics(&before.files[path]).zip(semantics(after));
        if let Some((old, new)) = pair.filter(|(old, new)| old != new) {
            // Others of other definitions see other nodes, and who is asked of them by number would
            // be asked of some that are not there.
            if !define_the_same(&old, &new) {
                return None;
            }
            edited.push((path, after, old, new));
        }
    }
    if edited.is_empty() {
        return Some(Arc::clone(before.graph));
    }
    let beside = {
        let _at = watched.at(Activity::Store);
        Beside::new(kept.beside(before.identity)?, before.files.keys().cloned().collect())?
    };
    let resolving = watched.at(Activity::Resolve);
    // Others see of them what they saw, or the graph says that it cannot tell.
    let project = KnownProject::new(before.files, &*request.reader, &beside);
    let resolved: Vec<(FileEdges, FileEdges)> = edited
        .iter()
        .map(|(path, _, old, new)| {
            (resolve_file(&project, path, old), resolve_file(&project, path, new))
        })
        .collect();
    if project.has_failed() {
        return None;
    }
    drop(resolving);
    let _at = watched.at(Activity::Join);
    let joined = beside.joined(before.graph, edited.iter().map(|(path, ..)| &**path))?;
    let files: Vec<EditedFile<'_>> = edited
        .iter()
        .zip(&resolved)
        .map(|((path, _, old, new), edges)| EditedFile {
            path,
            before: (old, &edges.0),
            after: (new, &edges.1),
        })
        .collect();
    let graph = before.graph.edited(&joined, &files)?;
    for ((_, after, ..), (_, edges)) in edited.into_iter().zip(resolved) {
        after.outline.unresolved = edges.unresolved.into();
    }
    Some(Arc::new(graph))
}

/// Whether two files define the same things, in the same order.
fn define_the_same(old: &Semantics, new: &Semantics) -> bool {
    let same = |(a, b): (&Definition, &Definition)| {
        (&a.name, a.kind, a.parent) == (&b.name, b.kind, b.parent)
    };
    old.definitions.len() == new.definitions.len()
        && old.definitions.iter().zip(&new.definitions).all(same)
}

/// A file that differs, if it is one of the same kind.
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
    // Of details that were lost nothing is known, and nothing is as before.
    let is_same = before.outline.facts.is_some() == analysis.facts.is_some()
        && before.facts().is_some() == analysis.facts.is_some()
        && before.outline.class == analysis.class
        && before.outline.language == analysis.language;
    if !is_same {
        return None;
    }
    let outline = FileOutline::of(&analysis, None, None);
    // Of the same references: they are counted, and not placed.
    let outline = FileOutline { unresolved: Arc::clone(&before.outline.unresolved), ..outline };
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
