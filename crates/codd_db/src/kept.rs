//! What earlier runs found out about files: the keys and values that the store keeps.

use std::fmt;
use std::sync::Arc;

use codd_controls::ControlSet;
use codd_facts::{EXTRACTOR_VERSION, PartHasher};
use codd_flow::{FlowAnalysis, KnownFlows};
use codd_source::{ContentId, RepoPath};
use codd_store::{Store, Value};
use codd_verify::{CheckPlan, ControlOutcome, FileHits};
use serde::{Deserialize, Serialize};

use crate::Db;
use crate::analysis::{Request, RequestFile};
use crate::digest::Digest;
use crate::inputs::{SourceFile, Treatment};
use crate::packed::{packed, unpacked};
use crate::queries::FileAnalysis;
use crate::trace::KeptEdges;

/// Tells builds apart that may read a file differently.
///
/// A digest of their sources stands beside the numbers that people raise, so that a number
/// somebody forgot to raise costs time and never an answer.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("CODD_SOURCES_DIGEST"));

/// Tells apart what builds of codd keep: that of another one is of no use.
pub fn build_name() -> String {
    format!("{BUILD} {EXTRACTOR_VERSION}")
}

/// Analyses and hits of files by all they depend on.
///
/// A file with both here is neither read nor parsed. What cannot be decoded is not there.
pub(crate) struct KeptFiles {
    store: Arc<Store>,
    build: String,
}

impl fmt::Debug for KeptFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeptFiles").field(&self.store).finish()
    }
}

/// What is kept of a file besides its hits, which are kept under the digest of their plan.
pub(crate) const ANALYSIS: &str = "analysis";

const OUTCOMES: &str = "outcomes";
const SNAPSHOT: &str = "snapshot 2";
const BESIDE: &str = "beside";

/// All that the analysis of a file depends on: its content, its path, how it is read.
#[derive(Clone)]
pub(crate) struct Identity(PartHasher);

impl Identity {
    pub(crate) fn of(db: &dyn Db, file: SourceFile) -> Identity {
        Identity::new(file.path(db), file.content(db), file.treatment(db))
    }

    pub(crate) fn new(path: &RepoPath, content: ContentId, treatment: Treatment) -> Identity {
        let mut identity = Identity(PartHasher::default());
        identity.add_file(path, content, treatment);
        identity
    }

    /// All that the graph of a snapshot depends on.
    pub(crate) fn of_snapshot(request: &Request, controls: Digest) -> Identity {
        let mut identity = Identity(PartHasher::default());
        for RequestFile { path, content, treatment } in &request.files {
            identity.add_file(path, *content, *treatment);
        }
        identity.0.part(controls.bytes());
        identity
    }

    /// All that the outcomes of a plan in a snapshot depend on, this being the snapshot's.
    pub(crate) fn of_outcomes(&self, plan: &CheckPlan) -> Identity {
        let mut identity = self.clone();
        identity.0.part(plan.outcomes_digest());
        identity
    }

    /// Tells it apart from all others.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.0.finish()
    }

    fn add_file(&mut self, path: &RepoPath, content: ContentId, treatment: Treatment) {
        self.0.part(content.0);
        self.0.part([treatment as u8]);
        self.0.part(path.as_str());
    }

    fn key(&self, build: &str, what: &str) -> [u8; 32] {
        let mut hasher = self.0.clone();
        hasher.part(build);
        hasher.part(what);
        hasher.finish()
    }
}

/// The key of what is no finding of the database.
pub(crate) fn key_aside(name: &str) -> [u8; 32] {
    let mut hasher = PartHasher::default();
    hasher.part("aside");
    hasher.part(name);
    hasher.finish()
}

/// What stands for controls: all that is written of them, and where.
pub(crate) fn digest_of_controls(controls: &ControlSet) -> Digest {
    Digest::of(&format!("{controls:?}"))
}

impl KeptFiles {
    pub(crate) fn new(store: Arc<Store>) -> KeptFiles {
        KeptFiles::of_build(store, BUILD)
    }

    /// What the build of that name keeps in a store.
    pub(crate) fn of_build(store: Arc<Store>, build: &str) -> KeptFiles {
        KeptFiles { store, build: format!("{build} {EXTRACTOR_VERSION}") }
    }

    /// The keys of all that is kept of a request and its files, for a store that takes what it
    /// lacks from elsewhere before they are read.
    pub(crate) fn keys_of(&self, request: &Request, snapshot: &Identity) -> Vec<[u8; 32]> {
        let mut keys = [SNAPSHOT, BESIDE].map(|it| snapshot.key(&self.build, it)).to_vec();
        for RequestFile { path, content, treatment } in &request.files {
            let identity = Identity::new(path, *content, *treatment);
            keys.push(identity.key(&self.build, ANALYSIS));
            keys.extend(request.plans.iter().map(|it| identity.key(&self.build, it.digest())));
        }
        let outcomes = |plan: &Arc<CheckPlan>| snapshot.of_outcomes(plan);
        keys.extend(request.plans.iter().map(|it| outcomes(it).key(&self.build, OUTCOMES)));
        keys
    }

    pub(crate) fn analysis(&self, file: &Identity) -> Option<(FileAnalysis, Option<Digest>)> {
        self.get(file, ANALYSIS)
    }

    pub(crate) fn keep_analysis(
        &self,
        file: &Identity,
        analysis: &FileAnalysis,
        digest: Option<Digest>,
    ) {
        self.put(file, ANALYSIS, &(analysis, digest));
    }

    /// What was resolved last for these semantics at this path, newest first.
    pub(crate) fn edges(&self, path: &RepoPath, semantics: Digest) -> Option<Vec<KeptEdges>> {
        self.value(&self.key_of_edges(path, semantics))
    }

    /// Keeps what was resolved in place of what was resolved before: each says itself whether it
    /// holds.
    pub(crate) fn keep_edges(&self, path: &RepoPath, semantics: Digest, edges: &[&KeptEdges]) {
        if let Ok(bytes) = bitcode::serialize(edges) {
            self.store.replace(&self.key_of_edges(path, semantics), packed(&bytes));
        }
    }

    fn key_of_edges(&self, path: &RepoPath, semantics: Digest) -> [u8; 32] {
        let mut hasher = PartHasher::default();
        for part in ["edges", self.build.as_str(), path.as_str()] {
            hasher.part(part);
        }
        hasher.part(semantics.bytes());
        hasher.finish()
    }

    pub(crate) fn hits(&self, file: &Identity, plan: &CheckPlan) -> Option<FileHits> {
        self.get(file, plan.digest())
    }

    pub(crate) fn keep_hits(&self, file: &Identity, plan: &CheckPlan, hits: &FileHits) {
        self.put(file, plan.digest(), hits);
    }

    /// The outcomes in a whole snapshot, where the same plan judged it before.
    pub(crate) fn outcomes(&self, of: &Identity) -> Option<Vec<ControlOutcome>> {
        self.get(of, OUTCOMES)
    }

    pub(crate) fn keep_outcomes(&self, of: &Identity, outcomes: &[ControlOutcome]) {
        self.put(of, OUTCOMES, &outcomes);
    }

    /// What a whole snapshot was, where nothing of it was out of reach.
    pub(crate) fn snapshot(&self, of: &Identity) -> Option<Value> {
        self.store.get(&of.key(&self.build, SNAPSHOT))
    }

    pub(crate) fn keep_snapshot(&self, of: &Identity, bytes: Vec<u8>) {
        self.store.put(&of.key(&self.build, SNAPSHOT), bytes);
    }

    /// What is asked for of a snapshot when another is told from it.
    pub(crate) fn beside(&self, of: &Identity) -> Option<Value> {
        self.store.get(&of.key(&self.build, BESIDE))
    }

    pub(crate) fn keep_beside(&self, of: &Identity, bytes: Vec<u8>) {
        self.store.put(&of.key(&self.build, BESIDE), bytes);
    }

    fn get<T: for<'de> Deserialize<'de>>(&self, file: &Identity, what: &str) -> Option<T> {
        self.value(&file.key(&self.build, what))
    }

    pub(crate) fn put(&self, file: &Identity, what: &str, value: &impl Serialize) {
        self.put_value(&file.key(&self.build, what), value);
    }

    fn value<T: for<'de> Deserialize<'de>>(&self, key: &[u8; 32]) -> Option<T> {
        bitcode::deserialize(&unpacked(&self.store.get(key)?)?).ok()
    }

    fn put_value(&self, key: &[u8; 32], value: &impl Serialize) {
        if let Ok(bytes) = bitcode::serialize(value) {
            self.store.put(key, packed(&bytes));
        }
    }

    fn key_of_flows(&self, key: &[u8; 32]) -> [u8; 32] {
        let mut hasher = PartHasher::default();
        for part in [b"flows", self.build.as_bytes(), key] {
            hasher.part(part);
        }
        hasher.finish()
    }
}

impl KnownFlows for KeptFiles {
    fn find(&self, key: &[u8; 32]) -> Option<FlowAnalysis> {
        self.value(&self.key_of_flows(key))
    }

    fn keep(&self, key: &[u8; 32], flows: &FlowAnalysis) {
        self.put_value(&self.key_of_flows(key), flows);
    }
}
