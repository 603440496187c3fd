//! The forms in which the graph is written out: a file each, and a line each in
//! [`EXPORT_FORMATS`].

mod dot;
mod graphml;
mod jsonl;
mod mermaid;
mod parquet;
mod parquet_page;
mod parquet_thrift;
#[cfg(test)]
mod tests;

use crate::{EdgeRecord, ExportNode};

/// Nodes and edges, as every form gets them.
#[derive(Clone, Debug, Default)]
pub struct GraphTables {
    /// In the order of the graph: by file, kind and symbol.
    pub nodes: Vec<ExportNode>,
    /// Sorted by their ends; each with the numbers of the nodes it is between.
    pub edges: Vec<(u32, u32, EdgeRecord)>,
}

/// A file that an export consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name where the export is a folder of several.
    pub name: Option<&'static str>,
    pub bytes: Vec<u8>,
}

/// A form of the graph.
#[derive(Clone, Copy)]
pub struct ExportFormat {
    /// The word on the command line.
    pub name: &'static str,
    /// What it is, as a fragment.
    pub about: &'static str,
    /// Not for terminals.
    pub is_binary: bool,
    /// Several files, which need a folder.
    pub is_folder: bool,
    pub(crate) write: Write,
}

#[derive(Clone, Copy)]
pub(crate) enum Write {
    Tables(fn(&GraphTables) -> Vec<ExportedFile>),
    /// Needs the places of all names, which the tables do not have.
    Index,
}

/// Every form, in the order in which help lists them.
pub const EXPORT_FORMATS: &[ExportFormat] = &[
    text("jsonl", "one JSON object for each edge, one a line", jsonl::write),
    text("dot", "for Graphviz", dot::write),
    text("mermaid", "for Markdown", mermaid::write),
    text("graphml", "XML for graph tools, with all nodes and their attributes", graphml::write),
    ExportFormat {
        name: "scip",
        about: "an index of definitions and references for code navigation",
        is_binary: true,
        is_folder: false,
        write: Write::Index,
    },
    ExportFormat {
        name: "parquet",
        about: "the tables `nodes.parquet` and `edges.parquet` in a folder",
        is_binary: true,
        is_folder: true,
        write: Write::Tables(parquet::write),
    },
];

const fn text(
    name: &'static str,
    about: &'static str,
    write: fn(&GraphTables) -> Vec<ExportedFile>,
) -> ExportFormat {
    let write = Write::Tables(write);
    ExportFormat { name, about, is_binary: false, is_folder: false, write }
}

impl ExportFormat {
    /// The form of that name.
    pub fn named(name: &str) -> Option<&'static ExportFormat> {
        EXPORT_FORMATS.iter().find(|it| it.name == name)
    }
}

impl std::fmt::Debug for ExportFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ExportFormat({})", self.name)
    }
}

/// An export that is one file.
fn one(text: String) -> Vec<ExportedFile> {
    vec![ExportedFile { name: None, bytes: text.into_bytes() }]
}

/// Which nodes have an edge of the export.
fn with_edges(tables: &GraphTables) -> Vec<bool> {
    let mut has_edges = vec![false; tables.nodes.len()];
    for (from, to, _) in &tables.edges {
        has_edges[*from as usize] = true;
        has_edges[*to as usize] = true;
    }
    has_edges
}

/// How a node is called where there is room for one text.
fn label(node: &ExportNode) -> String {
    match &node.symbol {
        Some(symbol) => format!("{}:{symbol}", node.file),
        None => node.file.clone(),
    }
}
