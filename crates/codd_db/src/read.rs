//! One pass over one file: read, parse, extract facts, run the local checks.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use codd_facts::{FileClass, LanguageRef, ParseFailure, Parsed, classify, language_of};
use codd_source::{Activity, ContentId, LineIndex, RepoPath, Watched, without_byte_order_mark};
use codd_verify::{CheckPlan, FileHits};

use crate::digest::Digest;
use crate::inputs::{SourceFile, Treatment};
use crate::queries::{AnalysedFile, FileAnalysis, FileChecks, FileFailure};
use crate::{Db, ReadFailure, kept};

/// A file's bytes and tree, between the queries that read them.
#[derive(Debug)]
pub(crate) struct OpenFile {
    path: RepoPath,
    content: ContentId,
    treatment: Treatment,
    bytes: Arc<[u8]>,
    /// `None` for a file of no known language.
    parsed: Option<Result<Parsed, ParseFailure>>,
}

impl From<ReadFailure> for FileFailure {
    fn from(reason: ReadFailure) -> FileFailure {
        FileFailure(reason.0)
    }
}

/// Why a file has no bytes to look at.
struct Closed {
    failure: FileFailure,
    bytes: u64,
}

/// A file as it is read: all that what it says depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) path: &'a RepoPath,
    pub(crate) content: ContentId,
    pub(crate) treatment: Treatment,
}

impl<'a> Subject<'a> {
    fn of(db: &'a dyn Db, file: SourceFile) -> Subject<'a> {
        Subject { path: file.path(db), content: file.content(db), treatment: file.treatment(db) }
    }

    fn language(self) -> Option<LanguageRef> {
        language_of(self.path).filter(|_| self.treatment != Treatment::LeftOut)
    }

    pub(crate) fn language_name(self) -> Option<&'static str> {
        self.language().map(|it| it.0.name())
    }
}

/// What one file says by itself.
pub(crate) fn analysis(db: &dyn Db, file: SourceFile) -> AnalysedFile {
    let identity = kept::Identity::of(db, file);
    let subject = Subject::of(db, file);
    {
        let _at = db.watched().at(Activity::Store);
        if let Some((analysis, digest)) = db.kept().and_then(|kept| kept.analysis(&identity)) {
            let language = subject.language_name();
            let analysis = Arc::new(FileAnalysis { language, ..analysis });
            return AnalysedFile { analysis, digest };
        }
    }
    let (analysis, opened) = extracted(subject, db.watched(), || bytes(db, file));
    let mut digest = None;
    if let Some(opened) = opened {
        if let Some(kept) = db.kept() {
            let _at = db.watched().at(Activity::Keep);
            digest = analysis.facts.as_ref().map(|it| Digest::of(&it.semantics));
            kept.keep_analysis(&identity, &analysis, digest);
        }
        // The checks of this file are asked for next, on this thread.
        db.open_file().replace(Some(opened));
    }
    AnalysedFile { analysis: Arc::new(analysis), digest }
}

/// What one file says by its bytes, and the file for its checks if it could be read.
pub(crate) fn extracted<E: Into<FileFailure>>(
    subject: Subject<'_>,
    watched: &Watched,
    bytes: impl FnOnce() -> Result<Arc<[u8]>, E>,
) -> (FileAnalysis, Option<OpenFile>) {
    let mut analysis = FileAnalysis {
        class: FileClass::Authored,
        language: subject.language_name(),
        facts: None,
        failure: None,
        packages: None,
        set_up: Arc::default(),
        lines: Arc::default(),
        bytes: 0,
    };
    let extracted = guarded(|| {
        let opened = open(subject, watched, bytes)?;
        let _at = watched.at(Activity::Extract);
        let failure = describe(&opened, &mut analysis);
        Ok::<_, Closed>((opened, failure))
    });
    match extracted {
        Ok(Ok((opened, failure))) => {
            analysis.failure = failure;
            return (analysis, Some(opened));
        }
        Ok(Err(closed)) => {
            analysis.failure = Some(closed.failure);
            analysis.bytes = closed.bytes;
        }
        Err(bug) => analysis.failure = Some(bug),
    }
    (analysis, None)
}

/// What the local checks of each plan find in one file by its bytes.
pub(crate) fn hits<E: Into<FileFailure>>(
    subject: Subject<'_>,
    watched: &Watched,
    plans: &[Arc<CheckPlan>],
    bytes: impl FnOnce() -> Result<Arc<[u8]>, E>,
) -> Vec<Arc<FileHits>> {
    let nothing = || plans.iter().map(|_| Arc::default()).collect();
    let (analysis, opened) = extracted(subject, watched, bytes);
    let found = opened.and_then(|it| hits_in(&it, analysis.class, watched, plans));
    found.unwrap_or_else(nothing)
}

/// The same in a file that was read; `None` where codd fails on it.
pub(crate) fn hits_in(
    opened: &OpenFile,
    class: FileClass,
    watched: &Watched,
    plans: &[Arc<CheckPlan>],
) -> Option<Vec<Arc<FileHits>>> {
    let _at = watched.at(Activity::LocalChecks);
    let parsed = opened.parsed.as_ref().and_then(|it| it.as_ref().ok());
    let local =
        |plan: &Arc<CheckPlan>| Arc::new(plan.local(&opened.path, class, &opened.bytes, parsed));
    guarded(|| plans.iter().map(local).collect()).ok()
}

/// Fills in what an open file says, and gives the reason why there are no facts.
fn describe(opened: &OpenFile, analysis: &mut FileAnalysis) -> Option<FileFailure> {
    let OpenFile { path, bytes, .. } = opened;
    analysis.bytes = bytes.len() as u64;
    analysis.class = match opened.treatment {
        Treatment::Generated => FileClass::Generated,
        Treatment::Authored => FileClass::Authored,
        _ => classify(path, bytes),
    };
    analysis.packages = codd_facts::declared_packages(path, bytes).map(Arc::new);
    analysis.set_up = codd_facts::set_up_files(path, bytes).into();
    match &opened.parsed {
        Some(Ok(parsed)) => {
            analysis.lines = Arc::new(parsed.lines.clone());
            analysis.facts = Some(Arc::new(codd_facts::extract(parsed)));
            None
        }
        other => {
            let text = without_byte_order_mark(bytes);
            analysis.lines = Arc::new(LineIndex::new(text));
            let failure = other.as_ref()?.as_ref().err()?;
            Some(FileFailure(failure.to_string()))
        }
    }
}

/// What the local checks of each plan find in one file.
pub(crate) fn checks(
    db: &dyn Db,
    file: SourceFile,
    class: FileClass,
    plans: &[Arc<CheckPlan>],
) -> FileChecks {
    let identity = kept::Identity::of(db, file);
    let kept: Vec<Option<Arc<FileHits>>> = {
        let _at = db.watched().at(Activity::Store);
        plans.iter().map(|plan| db.kept()?.hits(&identity, plan).map(Arc::new)).collect()
    };
    if kept.iter().all(Option::is_some) {
        return FileChecks { hits: kept.into_iter().flatten().collect(), failure: None };
    }
    let found = guarded(|| {
        let opened = match taken(db, file) {
            Some(opened) => opened,
            None => open(Subject::of(db, file), db.watched(), || bytes(db, file))?,
        };
        let _at = db.watched().at(Activity::LocalChecks);
        let parsed = opened.parsed.as_ref().and_then(|it| it.as_ref().ok());
        let local = |plan: &Arc<CheckPlan>| plan.local(&opened.path, class, &opened.bytes, parsed);
        let hits = plans.iter().zip(kept).map(|(plan, kept)| match kept {
            Some(hits) => hits,
            None => {
                let hits = Arc::new(local(plan));
                if let Some(kept) = db.kept() {
                    let _at = db.watched().at(Activity::Keep);
                    kept.keep_hits(&identity, plan, &hits);
                }
                hits
            }
        });
        Ok::<_, Closed>(hits.collect())
    });
    let nothing = || plans.iter().map(|_| Arc::default()).collect();
    match found {
        Ok(Ok(hits)) => FileChecks { hits, failure: None },
        Ok(Err(closed)) => FileChecks { hits: nothing(), failure: Some(closed.failure) },
        Err(bug) => FileChecks { hits: nothing(), failure: Some(bug) },
    }
}

/// The bytes of a file; a refusal is asked about again when there is another reader.
pub(crate) fn bytes(db: &dyn Db, file: SourceFile) -> Result<Arc<[u8]>, FileFailure> {
    // Depended on also where reading succeeds, or success after a failure would be no change.
    file.attempt(db);
    let _at = db.watched().at(Activity::Read);
    let read = guarded(|| db.content().read(file.path(db), file.content(db)));
    match read {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(reason)) => {
            db.note_failed_read(file);
            Err(reason.into())
        }
        Err(bug) => Err(bug),
    }
}

/// Reads and parses a file.
fn open<E: Into<FileFailure>>(
    subject: Subject<'_>,
    watched: &Watched,
    bytes: impl FnOnce() -> Result<Arc<[u8]>, E>,
) -> Result<OpenFile, Closed> {
    let Subject { path, content, treatment } = subject;
    if treatment == Treatment::Link {
        let failure = FileFailure("symbolic link".to_owned());
        return Err(Closed { failure, bytes: 0 });
    }
    let bytes = match bytes() {
        Ok(bytes) => bytes,
        Err(failure) => return Err(Closed { failure: failure.into(), bytes: 0 }),
    };
    if codd_source::is_lfs_pointer(&bytes) {
        let failure = FileFailure("Git LFS pointer: its content is elsewhere".to_owned());
        return Err(Closed { failure, bytes: bytes.len() as u64 });
    }
    let _at = watched.at(Activity::Parse);
    let parsed = subject.language().map(|language| codd_facts::parse(language, path, &bytes));
    Ok(OpenFile { path: path.clone(), content, treatment, bytes, parsed })
}

/// The file that was opened last, if it is this one.
fn taken(db: &dyn Db, file: SourceFile) -> Option<OpenFile> {
    let opened = db.open_file().take()?;
    let is_this = opened.path == *file.path(db)
        && opened.content == file.content(db)
        && opened.treatment == file.treatment(db);
    is_this.then_some(opened)
}

/// Why a file has no facts or hits on which codd itself failed.
const BUG: &str = "codd failed on this file (a bug in codd)";

/// Whether codd itself failed, so that what rests on it is not to be kept.
pub(crate) fn is_bug(failure: &FileFailure) -> bool {
    failure.0 == BUG
}

/// Runs what one file can make go wrong, so that a bug costs that file and no other.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, FileFailure> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        // Salsa stops queries by unwinding.
        if payload.is::<salsa::Cancelled>() {
            resume_unwind(payload);
        }
        FileFailure(BUG.to_owned())
    })
}
