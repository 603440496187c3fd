//! What can be told of a file without its facts, and its facts once somebody asks for them.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use codd_facts::{DeclaredPackages, FileClass, FileFacts, Name};
use codd_graph::{FileEdges, NodePlace, Unresolved};
use codd_source::{Activity, ContentId, LineIndex, RepoPath, Span, Watched};
use codd_verify::{CheckPlan, FileHits};
use serde::{Deserialize, Serialize};

use crate::inputs::Treatment;
use crate::kept::{Identity, KeptFiles};
use crate::queries::{FileAnalysis, FileFailure};
use crate::read::{self, Subject};
use crate::{ContentReader, ReadFailure};

/// One file as the database knew it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysisFile {
    /// Of its bytes.
    pub content: ContentId,
    /// A symbolic link: what it leads to is analysed where it lies, if it lies here.
    pub is_link: bool,
    /// What can be told of it without its facts.
    pub outline: FileOutline,
    pub(crate) details: Details,
}

/// What can be told of a file without its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOutline {
    /// Who wrote it.
    pub class: FileClass,
    /// The language its name says, also where it could not be parsed.
    #[serde(skip)]
    pub language: Option<&'static str>,
    /// Why there are no facts though there should be.
    pub failure: Option<FileFailure>,
    /// The packages that a manifest declares or a lock file installs.
    pub packages: Option<Arc<DeclaredPackages>>,
    /// Files, relative to its folder, that the configuration of a test runner says run around
    /// all tests.
    pub set_up: Arc<[String]>,
    /// Its length.
    pub bytes: u64,
    /// Of its facts; `None` where it is no code or could not be parsed.
    pub facts: Option<FactsOutline>,
    /// Its references that could not be followed.
    pub unresolved: Arc<[Unresolved]>,
}

/// How much of what the facts of a file hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsOutline {
    /// As in the facts.
    pub language: Name,
    /// Whether anything was made of the file.
    pub is_modelled: bool,
    /// Places whose syntax was not understood.
    pub errors: u32,
    /// The line of the first of them.
    pub first_error: Option<u32>,
    /// Uses of names.
    pub references: u32,
    /// What of the language was seen and is not modelled, with how often: sorted by name.
    pub not_modelled: Vec<(Name, u32)>,
    /// Where what it defines stands: what is told of most nodes.
    lines: Arc<StartLines>,
}

/// The lines on which definitions, routes and tests of a file begin, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StartLines {
    definitions: Vec<u32>,
    routes: Vec<u32>,
    /// By test, the definition that is its body.
    tests: Vec<u32>,
}

impl StartLines {
    fn of(facts: &FileFacts, lines: &LineIndex) -> StartLines {
        let line = |span: Span| lines.position(span.start).line;
        let (places, tests) = (&facts.places, &facts.semantics.tests);
        StartLines {
            definitions: places.definitions.iter().map(|it| line(it.span)).collect(),
            routes: places.routes.iter().map(|it| line(*it)).collect(),
            tests: tests.iter().map(|it| it.definition.0).collect(),
        }
    }

    fn of_place(&self, place: NodePlace) -> Option<u32> {
        match place {
            NodePlace::File | NodePlace::Outside => None,
            NodePlace::Definition(id) | NodePlace::InheritedTest { class: id, .. } => {
                self.definitions.get(id.index()).copied()
            }
            NodePlace::Route(at) => self.routes.get(at as usize).copied(),
            NodePlace::Test(at) => {
                let body = *self.tests.get(at as usize)?;
                self.definitions.get(body as usize).copied()
            }
        }
    }
}

impl FactsOutline {
    fn of(facts: &FileFacts, lines: &LineIndex) -> FactsOutline {
        let first_error = facts.errors.spans.first();
        FactsOutline {
            language: facts.language.clone(),
            is_modelled: facts.is_modelled(),
            errors: facts.errors.count,
            first_error: first_error.map(|span| lines.position(span.start).line),
            references: facts.semantics.references.len() as u32,
            not_modelled: facts.not_modelled.clone(),
            lines: Arc::new(StartLines::of(facts, lines)),
        }
    }

    /// Whether they are those of a program, and not of what configures one.
    pub fn is_code(&self) -> bool {
        codd_facts::is_code_language(&self.language)
    }
}

impl FileOutline {
    /// The outline of a file on which the checks failed, or not.
    pub(crate) fn of(
        analysis: &FileAnalysis,
        edges: Option<&FileEdges>,
        checks_failure: Option<&FileFailure>,
    ) -> FileOutline {
        FileOutline {
            class: analysis.class,
            language: analysis.language,
            failure: analysis.failure.as_ref().or(checks_failure).cloned(),
            packages: analysis.packages.clone(),
            set_up: Arc::clone(&analysis.set_up),
            bytes: analysis.bytes,
            facts: analysis.facts.as_ref().map(|it| FactsOutline::of(it, &analysis.lines)),
            unresolved: edges.map_or_else(Arc::default, |it| it.unresolved.as_slice().into()),
        }
    }
}

impl AnalysisFile {
    /// What it defines and refers to; `None` where it is no code or could not be parsed.
    pub fn facts(&self) -> Option<&Arc<FileFacts>> {
        self.outline.facts.as_ref()?;
        self.details.analysis().facts.as_ref()
    }

    /// The line on which what stands at a place begins; `None` of the file as a whole.
    pub fn line_of(&self, place: NodePlace) -> Option<u32> {
        self.outline.facts.as_ref()?.lines.of_place(place)
    }

    /// Turns the spans of facts and hits into lines.
    pub fn lines(&self) -> &Arc<LineIndex> {
        &self.details.analysis().lines
    }

    /// The hits of the local checks, by plan.
    pub fn hits(&self) -> &[Arc<FileHits>] {
        self.details.hits()
    }
}

/// Facts and hits of a file: at hand, or in the store until somebody asks.
#[derive(Clone)]
pub(crate) struct Details {
    analysis: OnceLock<Arc<FileAnalysis>>,
    hits: OnceLock<Vec<Arc<FileHits>>>,
    /// Where they are, unless they are here.
    kept: Option<KeptDetails>,
}

#[derive(Clone)]
struct KeptDetails {
    source: Arc<DetailSource>,
    path: RepoPath,
    content: ContentId,
    treatment: Treatment,
}

/// Where details are that nobody has asked for yet.
pub(crate) struct DetailSource {
    pub(crate) kept: Arc<KeptFiles>,
    pub(crate) reader: Arc<dyn ContentReader>,
    pub(crate) plans: Arc<[Arc<CheckPlan>]>,
    pub(crate) watched: Watched,
    /// Something was not there and had to be found out anew.
    pub(crate) has_lost: AtomicBool,
}

impl Details {
    pub(crate) fn known(analysis: Arc<FileAnalysis>, hits: Vec<Arc<FileHits>>) -> Details {
        Details { analysis: OnceLock::from(analysis), hits: OnceLock::from(hits), kept: None }
    }

    pub(crate) fn kept(
        source: &Arc<DetailSource>,
        path: &RepoPath,
        content: ContentId,
        treatment: Treatment,
    ) -> Details {
        let kept =
            KeptDetails { source: Arc::clone(source), path: path.clone(), content, treatment };
        Details { analysis: OnceLock::new(), hits: OnceLock::new(), kept: Some(kept) }
    }

    /// How the file is read, where the store has the details.
    pub(crate) fn treatment(&self) -> Option<Treatment> {
        self.kept.as_ref().map(|it| it.treatment)
    }

    fn analysis(&self) -> &Arc<FileAnalysis> {
        self.analysis.get_or_init(|| {
            Arc::new(self.kept.as_ref().expect("what is not here is kept").analysis())
        })
    }

    fn hits(&self) -> &[Arc<FileHits>] {
        self.hits.get_or_init(|| self.kept.as_ref().expect("what is not here is kept").hits())
    }
}

impl KeptDetails {
    fn subject(&self) -> Subject<'_> {
        Subject { path: &self.path, content: self.content, treatment: self.treatment }
    }

    fn identity(&self) -> Identity {
        Identity::new(&self.path, self.content, self.treatment)
    }

    /// As it was kept; where the store lost it, the file is read once more.
    fn analysis(&self) -> FileAnalysis {
        let DetailSource { kept, watched, has_lost, .. } = &*self.source;
        let _at = watched.at(Activity::Store);
        if let Some((analysis, _)) = kept.analysis(&self.identity()) {
            return FileAnalysis { language: self.subject().language_name(), ..analysis };
        }
        has_lost.store(true, Ordering::Relaxed);
        read::extracted(self.subject(), watched, || self.bytes()).0
    }

    fn hits(&self) -> Vec<Arc<FileHits>> {
        let DetailSource { kept, plans, watched, has_lost, .. } = &*self.source;
        let _at = watched.at(Activity::Store);
        let identity = self.identity();
        let known: Option<Vec<_>> =
            plans.iter().map(|plan| kept.hits(&identity, plan).map(Arc::new)).collect();
        if let Some(hits) = known {
            return hits;
        }
        has_lost.store(true, Ordering::Relaxed);
        read::hits(self.subject(), watched, plans, || self.bytes())
    }

    fn bytes(&self) -> Result<Arc<[u8]>, ReadFailure> {
        self.source.reader.read(&self.path, self.content)
    }
}

impl PartialEq for Details {
    fn eq(&self, other: &Details) -> bool {
        self.analysis() == other.analysis() && self.hits() == other.hits()
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Details").field(&self.analysis.get()).field(&self.hits.get()).finish()
    }
}
