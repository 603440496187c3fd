//! One snapshot as checks see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_facts::{FileClass, FileFacts, FlowFacts};
use codd_graph::Graph;
use codd_source::{ContentId, RepoPath, Span};
use serde::{Deserialize, Serialize};

/// What the local checks found in one file; a function of its bytes, path and the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHits {
    /// Whether the local checks have seen the file's bytes; `false` for a file that could not
    /// be read, about which text checks then know nothing.
    pub was_read: bool,
    /// Sorted by check, then place.
    pub hits: Vec<Hit>,
    /// Checks that this file leaves open; sorted.
    pub undecided: Vec<Undecided>,
    /// Places of secrets, whose text no output may show; sorted.
    pub concealed: Vec<Span>,
    /// What its code does with values, where a check asks for that.
    pub flow: Option<Arc<FlowFacts>>,
}

/// One place that a local check is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// Index of the check in the plan.
    pub check: u32,
    pub span: Span,
    /// Whether the place complies; a violation otherwise.
    pub complies: bool,
    /// Its tokens with one space between them, for the fingerprint; empty where it complies.
    pub snippet: String,
    /// What is wrong in particular, where the check says more than its message.
    pub note: Option<String>,
    /// The text to put in its place, where the check knows one.
    pub fix: Option<String>,
}

/// Why one check could not be decided in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Undecided {
    /// Index of the check in the plan.
    pub check: u32,
    pub reason: String,
}

impl FileHits {
    /// The hits of one check.
    pub fn of_check(&self, check: u32) -> &[Hit] {
        let start = self.hits.partition_point(|hit| hit.check < check);
        let end = self.hits.partition_point(|hit| hit.check <= check);
        &self.hits[start..end]
    }

    /// Why this file leaves the check open, if it does.
    pub fn undecided_reason(&self, check: u32) -> Option<&str> {
        let at = self.undecided.binary_search_by_key(&check, |it| it.check).ok()?;
        Some(&self.undecided[at].reason)
    }
}

/// A file as checks see it.
#[derive(Clone, Debug)]
pub struct ViewFile {
    /// Of its bytes.
    pub content: ContentId,
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
