//! How an answer is made, from one file's bytes up to the graph.
//!
//! [`file_analysis`] is the one pass over a file: it reads, parses and extracts facts;
//! [`file_checks`] runs the local checks on the same tree, which is then dropped. Above them
//! stand projections that compare equal when an edit does not matter to their readers
//! ("firewalls"): a moved line stops at [`semantics`], an edited body at [`interface`]. What
//! reads every file asks for a projection alone.
//!
//! There is one `Project`; it is an argument where salsa wants two to make a key of them.

use std::sync::Arc;

use codd_facts::{
    DeclaredPackages, FileClass, FileFacts, ImportRequest, ModuleTarget, Modules, Name,
    ProjectFiles, Semantics,
};
use codd_graph::{Candidate, FileEdges, Graph, GraphFile};
use codd_source::{Activity, LineIndex, RepoPath};
use codd_verify::FileHits;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::inputs::{Project, SourceFile};
use crate::project::TrackedProject;
use crate::trace::KeptEdges;
use crate::{Db, read, trace};

/// What one file says by itself, whatever it is checked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileAnalysis {
    /// Who wrote it.
    pub class: FileClass,
    /// The language its name says, also where it could not be parsed.
    #[serde(skip)]
    pub language: Option<&'static str>,
    /// What it defines and refers to; `None` where it is no code or could not be parsed.
    pub facts: Option<Arc<FileFacts>>,
    /// Why there are no facts though there should be.
    pub failure: Option<FileFailure>,
    /// The packages that a manifest declares or a lock file installs.
    pub packages: Option<Arc<DeclaredPackages>>,
    /// Files, relative to its folder, that the configuration of a test runner says run around
    /// all tests.
    #[serde(default)]
    pub set_up: Arc<[String]>,
    /// Turns the spans of facts and hits into lines.
    pub lines: Arc<LineIndex>,
    /// Its length.
    pub bytes: u64,
}

/// Why a file was not analysed, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileFailure(pub String);

/// What the local checks found in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileChecks {
    /// By plan.
    pub hits: Vec<Arc<FileHits>>,
    /// Why the checks could not run though the file could be read.
    pub failure: Option<FileFailure>,
}

/// One pass over a file. Never equal to what it was: the projections above it compare.
#[salsa::tracked(no_eq, returns(ref))]
pub(crate) fn file_analysis(db: &dyn Db, file: SourceFile) -> AnalysedFile {
    read::analysis(db, file)
}

/// What [`file_analysis`] gives.
#[derive(Clone, Debug)]
pub(crate) struct AnalysedFile {
    pub analysis: Arc<FileAnalysis>,
    /// Of the position-free half of its facts; only where something is kept between runs.
    pub digest: Option<Digest>,
}

/// The local checks of all plans in one file: one value, never one a rule.
///
/// Apart from [`file_analysis`], so that other checks extract no facts again; asked right
/// after it, it finds the tree still there.
#[salsa::tracked(no_eq, returns(ref))]
pub(crate) fn file_checks(db: &dyn Db, file: SourceFile) -> Arc<FileChecks> {
    let (class, _) = file_class(db, file);
    Arc::new(read::checks(db, file, class, Project::get(db).plans(db)))
}

/// Who wrote a file and in which language: what the graph reads of its analysis.
#[salsa::tracked(returns(copy))]
pub(crate) fn file_class(db: &dyn Db, file: SourceFile) -> (FileClass, Option<&'static str>) {
    let analysis = &file_analysis(db, file).analysis;
    (analysis.class, analysis.language)
}

/// The position-free half of a file's facts: unchanged by comments and layout.
#[salsa::tracked(returns(ref))]
pub(crate) fn semantics(db: &dyn Db, file: SourceFile) -> Option<Arc<Semantics>> {
    let facts = file_analysis(db, file).analysis.facts.as_ref()?;
    Some(Arc::clone(&facts.semantics))
}

/// What stands for [`semantics`] in the store; `None` where nothing is kept.
#[salsa::tracked(returns(copy))]
fn semantics_digest(db: &dyn Db, file: SourceFile) -> Option<Digest> {
    file_analysis(db, file).digest
}

/// What an earlier run resolved for these semantics, whether it still holds or not.
#[salsa::tracked(no_eq, returns(ref))]
pub(crate) fn kept_edges(db: &dyn Db, file: SourceFile) -> Vec<KeptEdges> {
    let digest = semantics_digest(db, file);
    let _at = db.watched().at(Activity::Store);
    let kept = digest.zip(db.kept()).and_then(|(it, kept)| kept.edges(file.path(db), it));
    kept.unwrap_or_default()
}

/// What stands for [`interface`]: also where that is never made, since an earlier run knew it.
#[salsa::tracked(returns(copy))]
pub(crate) fn interface_digest(db: &dyn Db, file: SourceFile) -> Option<Digest> {
    match kept_edges(db, file).first() {
        Some(kept) => Some(kept.interface),
        None => Some(Digest::of(interface(db, file).as_ref()?)),
    }
}

/// What a file adds to the index of names: unchanged by edits inside bodies.
#[salsa::tracked(returns(ref))]
pub(crate) fn listed(db: &dyn Db, file: SourceFile) -> Vec<(Name, Candidate)> {
    let semantics = semantics(db, file).as_ref();
    semantics.map_or_else(Vec::new, |it| codd_graph::candidates_of(file.path(db), it))
}

/// What other files can see of a file: unchanged by edits inside bodies.
#[salsa::tracked(returns(ref))]
pub(crate) fn interface(db: &dyn Db, file: SourceFile) -> Option<Arc<Semantics>> {
    Some(Arc::new(codd_facts::interface(semantics(db, file).as_ref()?)))
}

/// The text of a file that says where modules are.
#[salsa::tracked(returns(ref))]
pub(crate) fn manifest_text(db: &dyn Db, file: SourceFile) -> Option<Arc<str>> {
    let bytes = read::bytes(db, file).ok()?;
    std::str::from_utf8(&bytes).ok().map(Arc::from)
}

/// All paths of the project, and the texts of its manifests.
#[salsa::tracked(returns(ref))]
pub(crate) fn project_files(db: &dyn Db) -> Arc<ProjectFiles> {
    let files = Project::get(db).files(db);
    let manifests = files
        .iter()
        .filter(|file| is_manifest(file.path(db)))
        .filter_map(|file| Some((file.path(db).clone(), manifest_text(db, *file).clone()?)));
    Arc::new(ProjectFiles {
        manifests: manifests.collect(),
        paths: files.iter().map(|file| file.path(db).clone()).collect(),
    })
}

/// Whether a file says where modules are.
pub(crate) fn is_manifest(path: &RepoPath) -> bool {
    codd_facts::all_languages().any(|it| it.manifests().contains(&path.file_name()))
}

/// A language's module system over the project: depends on paths and manifests alone.
#[salsa::tracked(no_eq, returns(ref))]
pub(crate) fn modules(db: &dyn Db, _project: Project, language: Name) -> Option<ModulesHandle> {
    let language = codd_facts::language_named(&language)?;
    Some(ModulesHandle(Arc::from(language.modules(project_files(db)))))
}

/// A shared module system.
#[derive(Clone)]
pub(crate) struct ModulesHandle(pub(crate) Arc<dyn Modules>);

/// Where one import leads: a firewall, so that a new file re-resolves only who imports it.
#[salsa::tracked(returns(ref))]
pub(crate) fn import_target(db: &dyn Db, from: RepoPath, request: ImportRequest) -> ModuleTarget {
    match modules_of(db, &from) {
        Some(modules) => modules.0.resolve(&from, &request),
        None => ModuleTarget::Missing,
    }
}

/// The module of that name inside a package or folder, as `from`'s language sees it; a
/// firewall like [`import_target`].
#[salsa::tracked(returns(ref))]
pub(crate) fn submodule(
    db: &dyn Db,
    from: RepoPath,
    module: ModuleTarget,
    name: Name,
) -> ModuleTarget {
    match modules_of(db, &from) {
        Some(modules) => modules.0.submodule(&module, &name),
        None => ModuleTarget::Missing,
    }
}

fn modules_of<'db>(db: &'db dyn Db, from: &RepoPath) -> Option<&'db ModulesHandle> {
    let language = codd_facts::language_of(from)?;
    modules(db, Project::get(db), Name::new_static(language.0.name())).as_ref()
}

/// Files by path.
#[salsa::tracked(no_eq, returns(ref))]
fn file_table(db: &dyn Db) -> FxHashMap<RepoPath, SourceFile> {
    Project::get(db).files(db).iter().map(|file| (file.path(db).clone(), *file)).collect()
}

/// The file at a path, if the snapshot has it; a firewall over the list of files.
#[salsa::tracked(returns(copy))]
pub(crate) fn file_at(db: &dyn Db, _project: Project, path: RepoPath) -> Option<SourceFile> {
    file_table(db).get(&path).copied()
}

/// In how many parts the index of names is kept: one new name invalidates one part.
pub(crate) const NAME_SHARDS: u32 = 256;

pub(crate) type NameShard = FxHashMap<Name, Arc<[Candidate]>>;

/// Every definition that can be meant by a bare name, by shard of the name.
#[salsa::tracked(no_eq, returns(ref))]
pub(crate) fn name_index(db: &dyn Db) -> Vec<Arc<NameShard>> {
    let mut shards: Vec<FxHashMap<Name, Vec<Candidate>>> = Vec::new();
    shards.resize_with(NAME_SHARDS as usize, FxHashMap::default);
    // In path order, so that candidates come in an order that no history can change.
    for file in Project::get(db).files(db).iter() {
        for (name, candidate) in listed(db, *file) {
            let shard = &mut shards[shard_of(name) as usize];
            shard.entry(name.clone()).or_default().push(candidate.clone());
        }
    }
    let sealed = |shard: FxHashMap<Name, Vec<Candidate>>| {
        Arc::new(shard.into_iter().map(|(name, found)| (name, Arc::from(found))).collect())
    };
    shards.into_iter().map(sealed).collect()
}

/// One part of the index of names: the boundary that keeps other names' readers untouched.
#[salsa::tracked(returns(ref))]
fn name_shard(db: &dyn Db, _project: Project, shard: u32) -> Arc<NameShard> {
    Arc::clone(&name_index(db)[shard as usize])
}

/// What a bare name may mean where the receiver is not known.
pub(crate) fn candidates(db: &dyn Db, name: &Name) -> Arc<[Candidate]> {
    let shard = name_shard(db, Project::get(db), shard_of(name));
    shard.get(name).cloned().unwrap_or_else(|| Arc::from([]))
}

/// What stands for [`candidates`], of all names of a shard.
#[salsa::tracked(no_eq, returns(ref))]
fn shard_digests(db: &dyn Db, project: Project, shard: u32) -> FxHashMap<Name, Digest> {
    let shard = name_shard(db, project, shard);
    shard.iter().map(|(name, found)| (name.clone(), Digest::of(found))).collect()
}

/// What stands for [`candidates`]; `None` where there are none.
pub(crate) fn candidates_digest(db: &dyn Db, name: &Name) -> Option<Digest> {
    shard_digests(db, Project::get(db), shard_of(name)).get(name).copied()
}

/// The part of the index that a name is in.
pub(crate) fn shard_of(name: &str) -> u32 {
    // FNV-1a: the same in every process, unlike the standard hasher.
    let hash = name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % NAME_SHARDS
}

/// What one file refers to, resolved.
#[salsa::tracked(returns(ref))]
pub(crate) fn edges(db: &dyn Db, file: SourceFile) -> Option<Arc<FileEdges>> {
    let semantics = semantics(db, file).as_ref()?;
    if let Some(digest) = semantics_digest(db, file) {
        return Some(trace::edges(db, file, semantics, digest));
    }
    Some(Arc::new(codd_graph::resolve_file(&TrackedProject(db), file.path(db), semantics)))
}

/// The graph of the whole project.
#[salsa::tracked(returns(ref))]
pub(crate) fn graph(db: &dyn Db) -> Arc<Graph> {
    let project = Project::get(db);
    let files: Vec<GraphFile> = project
        .files(db)
        .iter()
        .map(|file| {
            let (class, language) = file_class(db, *file);
            let facts = semantics(db, *file).as_ref().zip(edges(db, *file).as_ref());
            GraphFile {
                path: file.path(db).clone(),
                facts: facts.zip(language).map(|((semantics, edges), language)| {
                    (Name::new_static(language), Arc::clone(semantics), Arc::clone(edges))
                }),
                is_authored: class == FileClass::Authored,
            }
        })
        .collect();
    Arc::new(Graph::build(&files, project.controls(db)))
}
