//! One snapshot analysed: the engine that moves the inputs and gives plain values back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use codd_controls::ControlSet;
use codd_flow::KnownFlows;
use codd_graph::Graph;
use codd_source::{Activity, At, CancelToken, Cancelled, ContentId, RepoPath, Watched};
use codd_store::{Removed, Store, StoreStatus, Value};
use codd_verify::{CheckPlan, ControlOutcome, Differing, SnapshotView, ViewFile};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use salsa::Setter;
#[cfg(test)]
use salsa::plumbing::AsId;

use crate::database::Database;
use crate::digest::Digest;
use crate::inputs::{Project, SourceFile, Treatment};
use crate::kept::{self, Identity, KeptFiles};
use crate::known::{self, KnownSnapshot};
use crate::near::{self, NearSnapshot};
use crate::outline::{AnalysisFile, DetailSource, Details, FileOutline};
use crate::{ContentReader, Db, ReadFailure, queries, read};

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
    /// Files of the largest snapshot that was analysed; `None` before the first.
    most_files: Option<usize>,
    /// The controls of the last request, and what stands for them in keys.
    controls: Option<(Arc<ControlSet>, Digest)>,
    /// The last answer that was known, and to what: the two sides of a change are much the same.
    last: Option<LastKnown>,
}

/// A request, as far as it is told apart by, and its answer.
struct LastKnown {
    identity: Identity,
    controls: Option<Digest>,
    plans: Arc<[Arc<CheckPlan>]>,
    reader: Arc<dyn ContentReader>,
    source: Arc<DetailSource>,
    analysis: Analysis,
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
        Engine {
            last: None,
            db,
            project: None,
            inputs: FxHashMap::default(),
            store,
            most_files: None,
            controls: None,
        }
    }

    /// Has `watched` count where the time goes.
    pub fn set_watched(&mut self, watched: Watched) {
        self.db.set_watched(watched);
    }

    /// Who counts where the time goes.
    pub fn watched(&self) -> &Watched {
        self.db.watched()
    }

    /// This thread works at `activity` until the guard is dropped.
    #[must_use]
    pub fn at(&self, activity: Activity) -> At {
        self.db.watched().at(activity)
    }

    /// Files of the largest snapshot that it was asked about; `None` where it was asked nothing.
    pub fn most_files(&self) -> Option<usize> {
        self.most_files
    }

    /// What the store holds; `None` without one.
    pub fn store_status(&self) -> Option<StoreStatus> {
        self.store.as_ref().map(|it| it.status())
    }

    /// The same, after the place where it is shared was asked what it has.
    pub fn shared_status(&self) -> Option<StoreStatus> {
        let store = self.store.as_ref()?;
        store.look_at_shared();
        Some(store.status())
    }

    /// Writes to disk what the store does not have yet; for after the answer is given.
    ///
    /// `None` without a store; that nothing could be written is told by the status.
    pub fn flush(&self) -> Option<StoreStatus> {
        let store = self.store.as_ref()?;
        // Who only looks at the store leaves it as it is.
        self.most_files?;
        let _at = self.at(Activity::Keep);
        store.flush();
        Some(store.status())
    }

    /// What somebody else keeps under a name, in the same store.
    pub fn kept_aside(&self, name: &str) -> Option<Value> {
        self.store.as_ref()?.get(&kept::key_aside(name))
    }

    /// Keeps something under a name in place of what was, for this machine alone; whoever takes
    /// it must know what it is by itself.
    pub fn keep_aside(&self, name: &str, bytes: Vec<u8>) {
        if let Some(store) = &self.store {
            store.replace_here(&kept::key_aside(name), bytes);
        }
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
        // Of both sides of a change the base comes again; what is still being written seldom does.
        let comes_again = self.most_files.is_none();
        self.most_files = self.most_files.max(Some(request.files.len()));
        let identity = self.identity(request);
        if let Some(identity) = &identity {
            let mut known = self.known(request, identity, progress);
            if known.is_none() && self.take_shared(request, identity) {
                known = self.known(request, identity, progress);
            }
            if let Some(analysis) = known {
                cancel.check()?;
                return Ok(analysis);
            }
        }
        self.last = None;
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
        let files: Arc<BTreeMap<RepoPath, AnalysisFile>> = Arc::new(files.collect());
        drop(joining);
        // What was out of reach, or met a bug, is asked again.
        let mut failures = files.values().filter_map(|it| it.outline.failure.as_ref());
        let is_whole = !self.db.has_failed_reads() && !failures.any(read::is_bug);
        let kept = self.db.kept().zip(identity.as_ref()).filter(|_| is_whole);
        if let Some((kept, identity)) = kept.filter(|_| comes_again) {
            let _keeping = self.at(Activity::Keep);
            known::keep(kept, identity, &graph, &files, queries::name_index(db));
        }
        let _verifying = self.at(Activity::Verify);
        if !request.plans.is_empty() {
            progress.begin(Stage::Verify, request.plans.len());
        }
        let mut outcomes = Vec::new();
        for (at, plan) in request.plans.iter().enumerate() {
            cancel.check()?;
            outcomes.push(Arc::new(match kept {
                Some((kept, identity)) => {
                    let of = identity.of_outcomes(plan);
                    kept.outcomes(&of).unwrap_or_else(|| {
                        let outcomes = self.verified(plan, at, &graph, &files);
                        kept.keep_outcomes(&of, &outcomes);
                        outcomes
                    })
                }
                None => self.verified(plan, at, &graph, &files),
            }));
            progress.step();
        }
        Ok(Analysis { graph, files, outcomes })
    }

    /// All that an answer depends on; `None` where nothing is kept.
    fn identity(&mut self, request: &Request) -> Option<Identity> {
        self.db.kept()?;
        let known = self.controls.as_ref().filter(|(it, _)| Arc::ptr_eq(it, &request.controls));
        let digest = known.map(|(_, digest)| *digest);
        let digest = digest.unwrap_or_else(|| kept::digest_of_controls(&request.controls));
        self.controls = Some((Arc::clone(&request.controls), digest));
        Some(Identity::of_snapshot(request, digest))
    }

    /// The answer where an earlier run analysed the same snapshot and kept it, or one that is as
    /// good as the same; `None` also where what the checks need was lost.
    fn known(
        &mut self,
        request: &Request,
        identity: &Identity,
        progress: &dyn Progress,
    ) -> Option<Analysis> {
        let kept = Arc::clone(self.db.shared_kept()?);
        let digest = identity.digest();
        let controls = self.controls.as_ref().map(|(_, digest)| *digest);
        let comparable = |it: &&LastKnown| {
            it.controls == controls
                && Arc::ptr_eq(&it.plans, &request.plans)
                && Arc::ptr_eq(&it.reader, &request.reader)
        };
        if let Some(last) = self.last.as_ref().filter(comparable) {
            if last.identity.digest() == digest {
                return Some(last.analysis.clone());
            }
            let Analysis { graph, files, .. } = &last.analysis;
            let before = near::Known { identity: &last.identity, graph, files };
            let near = near::snapshot(&kept, &before, request, self.db.watched());
            if let Some(NearSnapshot { graph, files, differing }) = near {
                let outcomes = self.judged_beside(
                    request,
                    &last.analysis.outcomes,
                    (&last.analysis.files, &files),
                    &graph,
                    &differing,
                );
                let outcomes = match outcomes {
                    Some(outcomes) => outcomes,
                    None => {
                        self.judged(identity, request, &graph, &files, &last.source, progress)?
                    }
                };
                return Some(Analysis { graph, files, outcomes });
            }
        }
        let loading = self.at(Activity::Store);
        let known = known::snapshot(&kept, identity, request, self.db.watched())?;
        let KnownSnapshot { graph, files, source } = known;
        drop(loading);
        let outcomes = self.judged(identity, request, &graph, &files, &source, progress)?;
        let analysis = Analysis { graph, files, outcomes };
        self.last = Some(LastKnown {
            identity: identity.clone(),
            controls,
            plans: Arc::clone(&request.plans),
            reader: Arc::clone(&request.reader),
            source,
            analysis: analysis.clone(),
        });
        Some(analysis)
    }

    /// The outcomes in a snapshot with the nodes of a known one, from which these files differ;
    /// `None` where checks have to look at more than them.
    fn judged_beside(
        &self,
        request: &Request,
        known: &[Arc<Vec<ControlOutcome>>],
        (before, after): (&BTreeMap<RepoPath, AnalysisFile>, &BTreeMap<RepoPath, AnalysisFile>),
        graph: &Graph,
        differing: &[RepoPath],
    ) -> Option<Vec<Arc<Vec<ControlOutcome>>>> {
        if differing.is_empty() {
            return Some(known.to_vec());
        }
        let _verifying = self.at(Activity::Verify);
        let plans = request.plans.iter().zip(known).enumerate();
        let outcomes = plans.map(|(at, (plan, outcomes))| {
            let differing: Vec<Differing> = differing
                .iter()
                .map(|path| Differing {
                    path: path.clone(),
                    before: view_file(&before[path], at),
                    after: view_file(&after[path], at),
                })
                .collect();
            plan.verify_beside(outcomes, graph, &differing).map(Arc::new)
        });
        outcomes.collect()
    }

    /// The outcomes in a snapshot whose facts and hits lie in the store; `None` where they do not.
    fn judged(
        &self,
        identity: &Identity,
        request: &Request,
        graph: &Graph,
        files: &BTreeMap<RepoPath, AnalysisFile>,
        source: &DetailSource,
        progress: &dyn Progress,
    ) -> Option<Vec<Arc<Vec<ControlOutcome>>>> {
        let kept = self.db.kept()?;
        let mut outcomes = Vec::new();
        for (at, plan) in request.plans.iter().enumerate() {
            let of = identity.of_outcomes(plan);
            if let Some(found) = kept.outcomes(&of) {
                outcomes.push(Arc::new(found));
                continue;
            }
            let _verifying = self.at(Activity::Verify);
            // All of them, on many threads.
            files.par_iter().filter(|(_, file)| !file.is_link).for_each(|(_, file)| {
                file.facts();
                file.hits();
            });
            if source.has_lost.load(Ordering::Relaxed) {
                return None;
            }
            progress.begin(Stage::Verify, 1);
            let found = self.verified(plan, at, graph, files);
            kept.keep_outcomes(&of, &found);
            progress.step();
            outcomes.push(Arc::new(found));
        }
        Some(outcomes)
    }

    /// The outcomes of the plan at a place among those of the request.
    fn verified(
        &self,
        plan: &CheckPlan,
        at: usize,
        graph: &Graph,
        files: &BTreeMap<RepoPath, AnalysisFile>,
    ) -> Vec<ControlOutcome> {
        let files = files.iter().filter(|(_, file)| !file.is_link);
        let files = files.map(|(path, file)| (path.clone(), view_file(file, at))).collect();
        let view = SnapshotView { graph, files: &files };
        let flows = self.db.kept().map(|it| it as &dyn KnownFlows);
        plan.verify_knowing(view, flows, self.db.watched())
    }

    /// Takes what other machines found out about this snapshot, and says whether the store
    /// shares with them at all.
    fn take_shared(&self, request: &Request, identity: &Identity) -> bool {
        let Some((store, kept)) = self.store.as_ref().zip(self.db.kept()) else { return false };
        if store.is_sharing() {
            let _at = self.at(Activity::Store);
            store.take(&kept.keys_of(request, identity));
        }
        store.is_sharing()
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
    let analysis = Arc::clone(&queries::file_analysis(db, file).analysis);
    let checks = queries::file_checks(db, file);
    let edges = queries::edges(db, file).as_deref();
    AnalysisFile {
        content: file.content(db),
        is_link: file.treatment(db) == Treatment::Link,
        outline: FileOutline::of(&analysis, edges, checks.failure.as_ref()),
        details: Details::known(analysis, checks.hits.clone()),
    }
}

fn view_file(file: &AnalysisFile, plan: usize) -> ViewFile {
    ViewFile {
        content: file.content,
        class: file.outline.class,
        language: file.outline.language,
        facts: file.facts().cloned(),
        failure: file.outline.failure.as_ref().map(|failure| failure.0.clone()),
        hits: Arc::clone(&file.hits()[plan]),
    }
}
