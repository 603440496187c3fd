//! Edges that an earlier run resolved, and whether what it asked is still answered so.
//!
//! What a file refers to depends on the file and on the answers to its questions about others.
//! Both are kept: edges are taken over when every question has the answer that it had, which is
//! much less work than following values anew.

use std::cell::RefCell;
use std::hash::Hash;
use std::sync::Arc;

use codd_facts::{ImportRequest, ModuleTarget, Name, Semantics};
use codd_graph::{Candidate, FileEdges, Project as _};
use codd_source::{Activity, RepoPath};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::Db;
use crate::digest::{Digest, Digesting};
use crate::inputs::{Project, SourceFile};
use crate::project::TrackedProject;
use crate::queries;

/// What is kept of the resolution of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptEdges {
    edges: Arc<FileEdges>,
    /// Of what other files see of this one: it depends on the file alone.
    pub(crate) interface: Digest,
    /// The files that questions name.
    paths: Vec<RepoPath>,
    questions: Vec<Question>,
    answers: Digest,
}

/// A question of [`codd_graph::Project`]; files by their place among the paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Question {
    Interface(u32),
    Module(u32, ImportRequest),
    Submodule(u32, ModuleTarget, Name),
    Candidates(Name),
}

/// The edges of a file, from an earlier run where they still hold.
pub(crate) fn edges(
    db: &dyn Db,
    file: SourceFile,
    semantics: &Arc<Semantics>,
    digest: Digest,
) -> Arc<FileEdges> {
    let before = queries::kept_edges(db, file);
    let holds = |it: &&KeptEdges| digest_of_answers(db, &it.paths, &it.questions) == it.answers;
    if let Some(kept) = before.iter().find(holds) {
        return Arc::clone(&kept.edges);
    }
    let recording = Recording { project: TrackedProject(db), asked: RefCell::default() };
    let path = file.path(db);
    let edges = Arc::new(codd_graph::resolve_file(&recording, path, semantics));
    let Asked { paths, questions, .. } = recording.asked.into_inner();
    let answers = digest_of_answers(db, &paths, &questions);
    if let Some((kept, interface)) = db.kept().zip(queries::interface_digest(db, file)) {
        let _at = db.watched().at(Activity::Keep);
        let new = KeptEdges { edges: Arc::clone(&edges), interface, paths, questions, answers };
        // The two sides of a change may answer differently, and both are asked again.
        let both: Vec<&KeptEdges> = [&new].into_iter().chain(before.first()).collect();
        kept.keep_edges(path, digest, &both);
    }
    edges
}

/// One digest of all answers: each is a dependency of the query that asks.
fn digest_of_answers(db: &dyn Db, paths: &[RepoPath], questions: &[Question]) -> Digest {
    let project = TrackedProject(db);
    let mut digesting = Digesting::default();
    let path = |at: &u32| paths.get(*at as usize);
    for question in questions {
        match question {
            Question::Interface(of) => {
                let file =
                    path(of).and_then(|it| queries::file_at(db, Project::get(db), it.clone()));
                file.and_then(|it| queries::interface_digest(db, it)).hash(&mut digesting);
            }
            Question::Module(from, request) => {
                path(from).map(|from| project.module(from, request)).hash(&mut digesting);
            }
            Question::Submodule(from, module, name) => {
                let target = path(from).map(|from| project.submodule(from, module, name));
                target.hash(&mut digesting);
            }
            Question::Candidates(name) => {
                queries::candidates_digest(db, name).hash(&mut digesting);
            }
        }
    }
    digesting.digest()
}

/// A project that writes down what it is asked.
struct Recording<'db> {
    project: TrackedProject<'db>,
    asked: RefCell<Asked>,
}

#[derive(Default)]
struct Asked {
    paths: Vec<RepoPath>,
    places: FxHashMap<RepoPath, u32>,
    questions: Vec<Question>,
    known: FxHashSet<Question>,
}

impl Asked {
    fn place(&mut self, path: &RepoPath) -> u32 {
        if let Some(place) = self.places.get(path) {
            return *place;
        }
        let place = self.paths.len() as u32;
        self.paths.push(path.clone());
        self.places.insert(path.clone(), place);
        place
    }

    fn note(&mut self, question: Question) {
        if self.known.insert(question.clone()) {
            self.questions.push(question);
        }
    }
}

impl codd_graph::Project for Recording<'_> {
    fn interface(&self, path: &RepoPath) -> Option<Arc<Semantics>> {
        let mut asked = self.asked.borrow_mut();
        let place = asked.place(path);
        asked.note(Question::Interface(place));
        drop(asked);
        self.project.interface(path)
    }

    fn module(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        let mut asked = self.asked.borrow_mut();
        let place = asked.place(from);
        asked.note(Question::Module(place, request.clone()));
        drop(asked);
        self.project.module(from, request)
    }

    fn submodule(&self, from: &RepoPath, module: &ModuleTarget, name: &str) -> ModuleTarget {
        let mut asked = self.asked.borrow_mut();
        let place = asked.place(from);
        asked.note(Question::Submodule(place, module.clone(), Name::new(name)));
        drop(asked);
        self.project.submodule(from, module, name)
    }

    fn candidates(&self, key: &str) -> Arc<[Candidate]> {
        self.asked.borrow_mut().note(Question::Candidates(Name::new(key)));
        self.project.candidates(key)
    }
}
