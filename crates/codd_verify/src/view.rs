//! One snapshot as checks see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_facts::{FileClass, FileFacts};
use codd_graph::Graph;
use codd_source::{RepoPath, Span};
use serde::{Deserialize, Serialize};

/// What the local checks found in one file; a function of its bytes, path and the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHits {
    /// Sorted by check, then place.
    pub hits: Vec<Hit>,
}

/// One place that a local check is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// Index of the check in the plan.
    pub check: u32,
    pub span: Span,
    /// Whether the place complies; a violation otherwise.
    pub complies: bool,
    /// Its text with runs of white space joined, for the fingerprint.
    pub snippet: String,
    /// What is wrong in particular, where the check says more than its message.
    pub note: Option<String>,
}

/// A file as checks see it.
#[derive(Clone, Debug)]
pub struct ViewFile {
    pub class: FileClass,
    /// The language's name, also where the file could not be parsed.
    pub language: Option<&'static str>,
    /// `None` for a file without a language or one that could not be parsed.
    pub facts: Option<Arc<FileFacts>>,
    /// Why the file could not be read or parsed.
    pub failure: Option<String>,
    pub hits: Arc<FileHits>,
}

/// All that verification reads of one snapshot.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotView<'a> {
    pub graph: &'a Graph,
    pub files: &'a BTreeMap<RepoPath, ViewFile>,
}
