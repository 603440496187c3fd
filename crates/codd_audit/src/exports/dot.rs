//! The edges for Graphviz, with the nodes they are between.

use codd_source::printable;

use super::{ExportedFile, GraphTables, label, one, with_edges};

pub(super) fn write(tables: &GraphTables) -> Vec<ExportedFile> {
    let mut text = "digraph codd {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    let has_edges = with_edges(tables);
    for (at, node) in tables.nodes.iter().enumerate().filter(|(at, _)| has_edges[*at]) {
        let shape = match node.kind.as_str() {
            "file" => ", shape=note",
            "package" => ", shape=component",
            "route" | "test" => ", shape=oval",
            _ => "",
        };
        text.push_str(&format!("  n{at} [label={}{shape}];\n", quoted(&label(node))));
    }
    for (from, to, edge) in &tables.edges {
        let style = match edge.confidence.as_str() {
            "exact" => "",
            "probable" => ", style=dashed",
            _ => ", style=dotted",
        };
        text.push_str(&format!("  n{from} -> n{to} [label={}{style}];\n", quoted(&edge.kind)));
    }
    text.push_str("}\n");
    one(text)
}

/// A text as Graphviz reads it back: its escapes are looked at in quotes too.
fn quoted(text: &str) -> String {
    let text = printable(text);
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
