//! What differs between base and head, classified definition by definition.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_facts::{DeclaredPackages, FileFacts};
use codd_graph::{Graph, NodeKey};
use codd_source::{ContentId, RepoPath};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One side of a comparison, as impact sees it.
#[derive(Clone, Debug)]
pub struct Side {
    pub graph: Arc<Graph>,
    /// At least those that the other side has not or has otherwise, and those that are claimed
    /// to have changed.
    pub files: Arc<BTreeMap<RepoPath, SideFile>>,
}

#[derive(Clone, Debug)]
pub struct SideFile {
    pub content: ContentId,
    /// `None` for a file of no known language or one that could not be read.
    pub facts: Option<Arc<FileFacts>>,
    /// The packages that it declares or installs, if it is a manifest or a lock file.
    pub packages: Option<Arc<DeclaredPackages>>,
}

/// Everything that differs, in the order of paths and positions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeSet {
    pub files: Vec<FileChange>,
    pub changes: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileChange {
    pub path: RepoPath,
    pub kind: FileChangeKind,
    /// Of a renamed file: its path in the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<RepoPath>,
    /// Why the reach of this change is not known: no language model, parse failure, binary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach_unknown: Option<String>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FileChangeKind {
    Added,
    Modified,
    Deleted,
    Renamed,
    /// Only comments or layout differ.
    Formatting,
    /// Named in `--change` without a difference in git: all of it counts as changed.
    Claimed,
}

/// One changed node.
///
/// A node stands once, with the strongest of what applies to it: added, removed or moved, then
/// signature, decorators, body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// In the head, or in the base where it was removed.
    pub node: NodeKey,
    pub kind: ChangeKind,
    /// Of a moved or renamed node: its key in the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<NodeKey>,
    /// What became of its version, if it is an outside package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<VersionChange>,
}

/// What is asked for of an outside package, or installed, on both sides; nothing on a side that
/// does not have it, and `""` where any version will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionChange {
    /// As its manifest or lock file names it, which need not be what code imports.
    pub package: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// Same text under another name or in another place.
    ///
    /// What moved and was edited as well has the kind of its edit, and `moved_from`.
    Moved,
    /// What callers see of it: its name, parameters and result, or the bases of a class.
    Signature,
    /// What it is decorated or annotated with.
    Decorators,
    /// What it does inside, or the value that it holds.
    Body,
    /// A class got, lost or reordered methods; other statements of its body may differ with them.
    Members,
    /// Its own text is the same, and a name in it now means something else: the file's imports,
    /// a re-export or a base class on the way changed.
    Rebound,
    /// A route whose own text is the same, and which is served at other paths: what mounts its
    /// router changed.
    Served,
    /// Statements of a file's top level that belong to no definition.
    ModuleCode,
    /// A file that has no model: its content differs.
    Content,
    /// Another version of an outside package.
    PackageVersion,
    /// A control's own text or settings.
    Control,
    /// Comments or layout: shown, and reaches nothing.
    Formatting,
}
