//! A small project in memory, from its files to what the checks conclude: for examples.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{
    FileClass, FileFacts, ProjectFiles, all_languages, classify, extract, language_of, parse,
};
use codd_graph::{Graph, GraphFile, PlainProject, resolve_file};
use codd_source::{ContentId, RepoPath};

use crate::{CheckPlan, ControlOutcome, SnapshotView, ViewFile};

/// What `plan` concludes about a project of these files alone.
pub(crate) fn verify_project(
    plan: &CheckPlan,
    controls: &ControlSet,
    files: &BTreeMap<RepoPath, Vec<u8>>,
) -> Vec<ControlOutcome> {
    viewed(plan, controls, files, |view| plan.verify(view))
}

/// What `ask` has to say of a project of these files alone.
pub(crate) fn viewed<T>(
    plan: &CheckPlan,
    controls: &ControlSet,
    files: &BTreeMap<RepoPath, Vec<u8>>,
    ask: impl FnOnce(SnapshotView<'_>) -> T,
) -> T {
    let mut view: BTreeMap<RepoPath, ViewFile> = BTreeMap::new();
    for (path, bytes) in files {
        let class = classify(path, bytes);
        let language = language_of(path);
        let parsed = language.map(|language| parse(language, path, bytes));
        let (parsed, failure) = match parsed {
            Some(Ok(parsed)) => (Some(parsed), None),
            Some(Err(failure)) => (None, Some(failure.to_string())),
            None => (None, None),
        };
        let hits = Arc::new(plan.local(path, class, bytes, parsed.as_ref()));
        let facts = parsed.as_ref().map(|parsed| Arc::new(extract(parsed)));
        let language = language.map(|it| it.0.name());
        let content = ContentId::of(bytes);
        view.insert(path.clone(), ViewFile { content, class, language, facts, failure, hits });
    }
    let graph = graph(files, &view, controls);
    ask(SnapshotView { graph: &graph, files: &view })
}

fn graph(
    files: &BTreeMap<RepoPath, Vec<u8>>,
    view: &BTreeMap<RepoPath, ViewFile>,
    controls: &ControlSet,
) -> Graph {
    let is_manifest = |path: &RepoPath| {
        all_languages().any(|language| language.manifests().contains(&path.file_name()))
    };
    let names = ProjectFiles {
        paths: files.keys().cloned().collect(),
        manifests: files
            .iter()
            .filter(|(path, _)| is_manifest(path))
            .map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into()))
            .collect(),
    };
    let known: Vec<(&RepoPath, &Arc<FileFacts>)> =
        view.iter().filter_map(|(path, file)| Some((path, file.facts.as_ref()?))).collect();
    let project = PlainProject::new(
        &names,
        known.iter().filter_map(|(path, facts)| {
            Some((*path, language_of(path)?, facts.semantics.as_ref()))
        }),
    );
    let files: Vec<GraphFile> = view
        .iter()
        .map(|(path, file)| GraphFile {
            path: path.clone(),
            facts: file.facts.as_ref().map(|facts| {
                let edges = resolve_file(&project, path, &facts.semantics);
                (facts.language.clone(), facts.semantics.clone(), Arc::new(edges))
            }),
            is_authored: file.class == FileClass::Authored,
        })
        .collect();
    Graph::build(&files, controls)
}

/// The files of a text with `//- /path` lines; a text without is one file at `path`.
pub(crate) fn example_files(path: &RepoPath, text: &str) -> BTreeMap<RepoPath, Vec<u8>> {
    let mut files: BTreeMap<RepoPath, Vec<u8>> = BTreeMap::new();
    let mut current = path.clone();
    for line in text.split_inclusive('\n') {
        let header = line.strip_prefix("//- ").map(|rest| rest.trim().trim_start_matches('/'));
        match header.and_then(|text| RepoPath::joined("", text)) {
            Some(path) => {
                files.entry(path.clone()).or_default();
                current = path;
            }
            None => files.entry(current.clone()).or_default().extend(line.as_bytes()),
        }
    }
    files
}
