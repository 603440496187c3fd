//! One snapshot analysed: the engine that moves the inputs and gives plain values back.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{FileClass, ParseFailure, classify, language_of};
use codd_graph::{FileEdges, Graph};
use codd_source::{CancelToken, Cancelled, ContentId, LineIndex, RepoPath};
use codd_verify::{CheckPlan, ControlOutcome, FileHits, SnapshotView, ViewFile};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::Setter;

use crate::database::Database;
use crate::inputs::{Project, SourceFile, Treatment};
use crate::queries::{self, FileAnalysis, FileFailure};
use crate::{ContentReader, Db, ReadFailure};

/// One side of a comparison as plain values: what the database knew when it was asked.
#[derive(Clone, Debug)]
pub struct Analysis {
    pub graph: Arc<Graph>,
    pub files: Arc<BTreeMap<RepoPath, AnalysisFile>>,
    /// The outcome of every control, by plan.
    pub outcomes: Vec<Arc<Vec<ControlOutcome>>>,
}

#[derive(Clone, Debug)]
pub struct AnalysisFile {
    pub content: ContentId,
    pub analysis: Arc<FileAnalysis>,
    pub edges: Option<Arc<FileEdges>>,
}

/// What is to be analysed.
#[derive(Clone, Debug)]
pub struct Request {
    /// Sorted by path.
    pub files: Vec<RequestFile>,
    pub reader: Arc<dyn ContentReader>,
    /// The controls that become nodes of the graph.
    pub controls: Arc<ControlSet>,
    pub plans: Arc<[Arc<CheckPlan>]>,
}

#[derive(Clone, Debug)]
pub struct RequestFile {
    pub path: RepoPath,
    pub content: ContentId,
    pub treatment: Treatment,
}

/// The stages of an analysis, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Reading, parsing, extracting facts and running the local checks: one pass a file.
    Read,
    /// Resolving every file's references.
    Resolve,
    /// Joining them into the graph.
    Join,
    /// Deciding every check.
    Verify,
}

/// Hears how an analysis gets on; called from several threads.
pub trait Progress: Sync {
    fn begin(&self, stage: Stage, steps: usize);
    fn step(&self);
}

/// Progress nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: Stage, _steps: usize) {}
    fn step(&self) {}
}

/// One database whose inputs move from snapshot to snapshot, so that each analysis computes
/// only what differs from the one before.
pub struct Engine {
    db: Database,
    project: Option<Project>,
    inputs: FxHashMap<RepoPath, SourceFile>,
}

impl Default for Engine {
    fn default() -> Engine {
        let db = Database::new(Arc::new(NothingYet));
        Engine { db, project: None, inputs: FxHashMap::default() }
    }
}

/// What there is to read before the first snapshot.
#[derive(Debug)]
struct NothingYet;

impl ContentReader for NothingYet {
    fn read(&self, _path: &RepoPath, _content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        Err(ReadFailure("no snapshot was opened".to_owned()))
    }
}

impl Engine {
    /// Moves the inputs to `request` and answers from what is still valid.
    pub fn analyse(
        &mut self,
        request: &Request,
        cancel: &CancelToken,
        progress: &dyn Progress,
    ) -> Result<Analysis, Cancelled> {
        let project = self.move_inputs(request);
        let db = &self.db;
        let files: &[SourceFile] = project.files(db);

        // Salsa's queries are asked layer by layer from many threads, never from inside one.
        for_all(db, files, cancel, progress, Stage::Read, |db, file| {
            queries::interface(db, project, file);
        })?;
        for_all(db, files, cancel, progress, Stage::Resolve, |db, file| {
            queries::edges(db, project, file);
        })?;
        progress.begin(Stage::Join, 1);
        let graph = Arc::clone(queries::graph(db, project));
        cancel.check()?;

        let analysed = files.iter().map(|file| {
            let analysis = Arc::clone(queries::file_analysis(db, project, *file));
            let edges = queries::edges(db, project, *file).clone();
            (file.path(db).clone(), AnalysisFile { content: file.content(db), analysis, edges })
        });
        let files: BTreeMap<RepoPath, AnalysisFile> = analysed.collect();
        progress.begin(Stage::Verify, request.plans.len());
        let mut outcomes = Vec::new();
        for (at, plan) in request.plans.iter().enumerate() {
            cancel.check()?;
            let view_files = files.iter().map(|(path, file)| (path.clone(), view_file(file, at)));
            let view_files = view_files.collect();
            let view = SnapshotView { graph: &graph, files: &view_files };
            outcomes.push(Arc::new(plan.verify(view)));
            progress.step();
        }
        Ok(Analysis { graph, files: Arc::new(files), outcomes })
    }

    /// Runs `work` and gives the names of the queries that it executed, in order.
    pub fn executed_by(&mut self, work: impl FnOnce(&mut Engine)) -> Vec<String> {
        self.db.listen(true);
        work(self);
        self.db.listen(false)
    }

    fn move_inputs(&mut self, request: &Request) -> Project {
        self.db.set_content(Arc::clone(&request.reader));
        let mut files = Vec::with_capacity(request.files.len());
        for RequestFile { path, content, treatment } in &request.files {
            let file = match self.inputs.get(path) {
                Some(file) => *file,
                None => {
                    let file = SourceFile::new(&self.db, path.clone(), *content, *treatment);
                    self.inputs.insert(path.clone(), file);
                    file
                }
            };
            // Setting a field starts a new revision even when the value is the same.
            if file.content(&self.db) != *content {
                file.set_content(&mut self.db).to(*content);
            }
            if file.treatment(&self.db) != *treatment {
                file.set_treatment(&mut self.db).to(*treatment);
            }
            files.push(file);
        }
        let files: Arc<[SourceFile]> = files.into();
        let Some(project) = self.project else {
            let (controls, plans) = (Arc::clone(&request.controls), Arc::clone(&request.plans));
            let project = Project::new(&self.db, files, controls, plans);
            self.project = Some(project);
            return project;
        };
        if *project.files(&self.db) != files {
            project.set_files(&mut self.db).to(files);
        }
        if *project.controls(&self.db) != request.controls {
            project.set_controls(&mut self.db).to(Arc::clone(&request.controls));
        }
        if *project.plans(&self.db) != request.plans {
            project.set_plans(&mut self.db).to(Arc::clone(&request.plans));
        }
        project
    }
}

fn for_all(
    db: &Database,
    files: &[SourceFile],
    cancel: &CancelToken,
    progress: &dyn Progress,
    stage: Stage,
    query: impl Fn(&dyn Db, SourceFile) + Sync,
) -> Result<(), Cancelled> {
    progress.begin(stage, files.len());
    files.par_iter().try_for_each_with(db.clone(), |db, file| {
        cancel.check()?;
        query(db, *file);
        progress.step();
        Ok(())
    })
}

/// Reads, parses, extracts and checks one file; its tree is dropped at the end.
pub(crate) fn analyse_file(
    db: &dyn Db,
    path: &RepoPath,
    content: ContentId,
    treatment: Treatment,
    plans: &[Arc<CheckPlan>],
) -> FileAnalysis {
    let language = language_of(path).filter(|_| treatment != Treatment::LeftOut);
    let mut analysis = FileAnalysis {
        class: FileClass::Authored,
        language: language.map(|it| it.0.name()),
        facts: None,
        failure: None,
        hits: plans.iter().map(|_| Arc::new(FileHits::default())).collect(),
        packages: None,
        lines: Arc::default(),
        bytes: 0,
    };
    if treatment == Treatment::Link {
        analysis.failure = Some(FileFailure("symbolic link: its target is analysed".to_owned()));
        return analysis;
    }
    let bytes = match db.content().read(path, content) {
        Ok(bytes) => bytes,
        Err(reason) => {
            analysis.failure = Some(FileFailure(reason.0));
            return analysis;
        }
    };
    analysis.bytes = bytes.len() as u64;
    if bytes.starts_with(LFS_POINTER) {
        analysis.failure = Some(FileFailure("Git LFS pointer: its content is elsewhere".into()));
        return analysis;
    }
    analysis.class = match treatment {
        Treatment::Generated => FileClass::Generated,
        _ => classify(path, &bytes),
    };
    analysis.packages = codd_facts::declared_packages(path, &bytes).map(Arc::new);
    analysis.lines =
        Arc::new(LineIndex::new(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes)));
    let parsed = match language.map(|language| codd_facts::parse(language, path, &bytes)) {
        None => None,
        Some(Ok(parsed)) => Some(parsed),
        Some(Err(failure)) => {
            analysis.failure = Some(FileFailure(in_words(failure).to_owned()));
            None
        }
    };
    analysis.facts = parsed.as_ref().map(|parsed| Arc::new(codd_facts::extract(parsed)));
    analysis.hits = plans
        .iter()
        .map(|plan| Arc::new(plan.local(path, analysis.class, &bytes, parsed.as_ref())))
        .collect();
    analysis
}

const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Spans count from behind it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn in_words(failure: ParseFailure) -> &'static str {
    match failure {
        ParseFailure::NotUtf8 => "not valid UTF-8",
        ParseFailure::Utf16 => "UTF-16: convert it to UTF-8 to have it analysed",
        ParseFailure::TooLarge => "larger than the 8 MiB that are parsed",
        ParseFailure::GaveUp => "the parser gave up",
    }
}

fn view_file(file: &AnalysisFile, plan: usize) -> ViewFile {
    ViewFile {
        class: file.analysis.class,
        language: file.analysis.language,
        facts: file.analysis.facts.clone(),
        failure: file.analysis.failure.as_ref().map(|failure| failure.0.clone()),
        hits: Arc::clone(&file.analysis.hits[plan]),
    }
}
