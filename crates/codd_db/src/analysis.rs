//! One snapshot analysed: the engine that moves the inputs and gives plain values back.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_graph::{FileEdges, Graph};
use codd_source::{Activity, At, CancelToken, Cancelled, ContentId, RepoPath, Watched};
use codd_store::{Removed, Store, StoreStatus};
use codd_verify::{CheckPlan, ControlOutcome, FileHits, SnapshotView, ViewFile};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::Setter;
#[cfg(test)]
use salsa::plumbing::AsId;

use crate::database::Database;
use crate::inputs::{Project, SourceFile, Treatment};
use crate::kept::{Identity, KeptFiles};
use crate::queries::{self, FileAnalysis};
use crate::{ContentReader, Db, ReadFailure, read};

/// One side of a comparison as plain values: what the database knew when it was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Of all files and controls.
    pub graph: Arc<Graph>,
    /// Every file of the request.
    pub files: Arc<BTreeMap<RepoPath, AnalysisFile>>,
    /// The outcome of every control, by plan.
    pub outcomes: Vec<Arc<Vec<ControlOutcome>>>,
}

/// One file as the database knew it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysisFile {
    /// Of its bytes.
    pub content: ContentId,
    /// A symbolic link: what it leads to is analysed where it lies, if it lies here.
    pub is_link: bool,
    /// What it says by itself.
    pub analysis: Arc<FileAnalysis>,
    /// The hits of the local checks, by plan.
    pub hits: Vec<Arc<FileHits>>,
    /// Its references, resolved; `None` where it has no facts.
    pub edges: Option<Arc<FileEdges>>,
}

/// What is to be analysed.
#[derive(Clone, Debug)]
pub struct Request {
    /// Sorted by path.
    pub files: Vec<RequestFile>,
    /// Gives the bytes of these files.
    pub reader: Arc<dyn ContentReader>,
    /// The controls that become nodes of the graph.
    pub controls: Arc<ControlSet>,
    /// The base's plan and, where it differs, the head's; none where the graph alone is asked
    /// about.
    pub plans: Arc<[Arc<CheckPlan>]>,
}

/// One file that is to be analysed; its bytes are asked of the reader.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// From the root of the project.
    pub path: RepoPath,
    /// Of its bytes.
    pub content: ContentId,
    /// How it is read.
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
    /// A stage of so many steps begins.
    fn begin(&self, stage: Stage, steps: usize);
    /// One step of the stage is done.
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
    store: Option<Arc<Store>>,
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::keeping(None, None)
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
    /// An engine that asks the store about files before it reads them.
    pub fn with_store(store: Arc<Store>) -> Engine {
        let kept = KeptFiles::new(Arc::clone(&store));
        Engine::keeping(Some(store), Some(kept))
    }

    pub(crate) fn keeping(store: Option<Arc<Store>>, kept: Option<KeptFiles>) -> Engine {
        let db = Database::new(Arc::new(NothingYet), kept);
        Engine { db, project: None, inputs: FxHashMap::default(), store }
    }

    /// Has `watched` count where the time goes.
    pub fn set_watched(&mut self, watched: Watched) {
        self.db.set_watched(watched);
    }

    /// This thread works at `activity` until the guard is dropped.
    #[must_use]
    pub fn at(&self, activity: Activity) -> At {
        self.db.watched().at(activity)
    }

    /// What the store holds; `None` without one.
    pub fn store_status(&self) -> Option<StoreStatus> {
        self.store.as_ref().map(|it| it.status())
    }

    /// Writes to disk what the store does not have yet; for after the answer is given.
    ///
    /// `None` without a store; that nothing could be written is told by the status.
    pub fn flush(&self) -> Option<StoreStatus> {
        let store = self.store.as_ref()?;
        // Who only looks at the store leaves it as it is.
        self.project?;
        let _at = self.at(Activity::Keep);
        store.flush();
        Some(store.status())
    }

    /// Removes everything that the store holds, whoever wrote it; `None` without one.
    pub fn clean_store(&self) -> Option<Removed> {
        Some(self.store.as_ref()?.clean())
    }

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
            // The tree of the first is still there for the second.
            queries::listed(db, file);
            queries::file_checks(db, file);
        })?;
        for_all(db, files, cancel, progress, Stage::Resolve, |db, file| {
            queries::edges(db, file);
        })?;
        progress.begin(Stage::Join, 1);
        let joining = self.at(Activity::Join);
        let graph = Arc::clone(queries::graph(db));
        progress.step();
        cancel.check()?;

        let files = files.iter().map(|file| (file.path(db).clone(), analysed(db, *file)));
        let files: BTreeMap<RepoPath, AnalysisFile> = files.collect();
        drop(joining);
        let _verifying = self.at(Activity::Verify);
        if !request.plans.is_empty() {
            progress.begin(Stage::Verify, request.plans.len());
        }
        let mut outcomes = Vec::new();
        for (at, plan) in request.plans.iter().enumerate() {
            cancel.check()?;
            outcomes.push(self.outcomes(request, plan, &files, || {
                let view_files = files.iter().filter(|(_, file)| !file.is_link);
                let view_files = view_files.map(|(path, file)| (path.clone(), view_file(file, at)));
                let view_files = view_files.collect();
                plan.verify(SnapshotView { graph: &graph, files: &view_files })
            }));
            progress.step();
        }
        Ok(Analysis { graph, files: Arc::new(files), outcomes })
    }

    /// The outcomes of a plan: as they were where it judged the same snapshot before, and
    /// nothing of it was out of reach or met a bug.
    fn outcomes(
        &self,
        request: &Request,
        plan: &CheckPlan,
        files: &BTreeMap<RepoPath, AnalysisFile>,
        verify: impl FnOnce() -> Vec<ControlOutcome>,
    ) -> Arc<Vec<ControlOutcome>> {
        let mut failures = files.values().filter_map(|it| it.analysis.failure.as_ref());
        let is_whole = !self.db.has_failed_reads() && !failures.any(read::is_bug);
        let kept = self.db.kept().filter(|_| is_whole);
        let Some(kept) = kept else { return Arc::new(verify()) };
        let identity = Identity::of_outcomes(request, plan);
        Arc::new(kept.outcomes(&identity).unwrap_or_else(|| {
            let outcomes = verify();
            kept.keep_outcomes(&identity, &outcomes);
            outcomes
        }))
    }

    /// Runs `work` and gives the queries that it executed, sorted: `edges(src/a.py)` for one
    /// about a file, the name alone for any other.
    #[cfg(test)]
    pub(crate) fn executed_by(&mut self, work: impl FnOnce(&mut Engine)) -> Vec<String> {
        self.db.listen(true);
        work(self);
        let ids: FxHashMap<String, &RepoPath> =
            self.inputs.iter().map(|(path, file)| (format!("{:?}", file.as_id()), path)).collect();
        let shown = |query: String| {
            let Some((name, id)) = query.split_once('(') else { return query };
            match ids.get(id.strip_suffix(')').unwrap_or(id)) {
                Some(path) => format!("{name}({path})"),
                None => name.to_owned(),
            }
        };
        let mut executed: Vec<String> = self.db.listen(false).into_iter().map(shown).collect();
        executed.sort();
        executed
    }

    fn move_inputs(&mut self, request: &Request) -> Project {
        self.db.set_content(Arc::clone(&request.reader));
        let mut files = Vec::with_capacity(request.files.len());
        for RequestFile { path, content, treatment } in &request.files {
            let file = match self.inputs.get(path) {
                Some(file) => *file,
                None => {
                    let file = SourceFile::builder(path.clone(), *content, *treatment, 0)
                        .path_durability(salsa::Durability::NEVER_CHANGE)
                        .new(&self.db);
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
        let _at = db.watched().at(Activity::Resolve);
        query(db, *file);
        progress.step();
        Ok(())
    })
}

fn analysed(db: &Database, file: SourceFile) -> AnalysisFile {
    let mut analysis = Arc::clone(&queries::file_analysis(db, file).analysis);
    let checks = queries::file_checks(db, file);
    if analysis.failure.is_none() && checks.failure.is_some() {
        Arc::make_mut(&mut analysis).failure.clone_from(&checks.failure);
    }
    AnalysisFile {
        content: file.content(db),
        is_link: file.treatment(db) == Treatment::Link,
        analysis,
        hits: checks.hits.clone(),
        edges: queries::edges(db, file).clone(),
    }
}

fn view_file(file: &AnalysisFile, plan: usize) -> ViewFile {
    ViewFile {
        class: file.analysis.class,
        language: file.analysis.language,
        facts: file.analysis.facts.clone(),
        failure: file.analysis.failure.as_ref().map(|failure| failure.0.clone()),
        hits: Arc::clone(&file.hits[plan]),
    }
}
