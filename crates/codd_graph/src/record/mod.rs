//! A graph as it is written down whole, so that a later run need not join it anew.
//!
//! What few nodes or edges tell apart (kinds, confidences) is a table, and each node or edge
//! names its line of it; everything else is a row of numbers, and the texts they mean stand in
//! one long one. What cannot be read back is no graph, never a panic.

mod bytes;
mod joined;
mod read;
#[cfg(test)]
mod tests;
mod write;

use codd_facts::{DefinitionKind, Name};
use serde::{Deserialize, Serialize};

pub use self::joined::JoinedRecord;
use crate::{
    Basis, Confidence, EdgeKind, Graph, InheritedTest, NodeKind, Running, UnresolvedReason,
};

/// All of a [`Graph`] in few large values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphRecord {
    /// What there is few of.
    pub tables: RecordTables,
    /// Every text once, one after another.
    pub text: String,
    /// Lengths of the texts, then nodes by path, then edges by source, then what is known of
    /// single nodes.
    pub numbers: Vec<u8>,
}

/// What the numbers of a graph refer to, and what is known of few of its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordTables {
    shapes: Vec<NodeShape>,
    relations: Vec<Relation>,
    inherited_tests: Vec<(u32, InheritedTest)>,
    outside: Vec<(u32, Vec<(Name, Confidence)>)>,
    /// By text, the path of a file.
    unresolved: Vec<(u32, Vec<(UnresolvedReason, u32)>)>,
}

/// What many nodes have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct NodeShape {
    kind: NodeKind,
    place: PlaceKind,
    definition_kind: Option<DefinitionKind>,
    language: Option<Name>,
    is_abstract: bool,
    dotted: Dotted,
    is_served: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum PlaceKind {
    File,
    Definition,
    Route,
    Test,
    InheritedTest,
    Outside,
}

/// How the dotted name of a node is come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Dotted {
    /// That of its file, a dot, its symbol.
    InFile,
    Symbol,
    /// Written out.
    Text,
}

/// What many edges have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Relation {
    kind: EdgeKind,
    confidence: Confidence,
    basis: Basis,
    running: Running,
    has_reference: bool,
}

impl Graph {
    /// This graph as it is written down.
    pub fn record(&self) -> GraphRecord {
        write::record(self)
    }

    /// The graph that was written down; `None` where that is no record of a graph.
    pub fn of_record(tables: &RecordTables, text: &str, numbers: &[u8]) -> Option<Graph> {
        read::graph(tables, text, numbers)
    }
}
