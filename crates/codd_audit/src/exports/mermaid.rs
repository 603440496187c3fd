//! The edges as a flow chart for Markdown, with the nodes they are between.

use codd_source::printable;

use super::{ExportedFile, GraphTables, label, one, with_edges};

pub(super) fn write(tables: &GraphTables) -> Vec<ExportedFile> {
    let mut text = "flowchart LR\n".to_owned();
    let has_edges = with_edges(tables);
    for (at, node) in tables.nodes.iter().enumerate().filter(|(at, _)| has_edges[*at]) {
        text.push_str(&format!("  n{at}[\"{}\"]\n", escaped(&label(node))));
    }
    for (from, to, edge) in &tables.edges {
        let arrow = if edge.confidence == "exact" { "-->" } else { "-.->" };
        text.push_str(&format!("  n{from} {arrow}|{}| n{to}\n", edge.kind.replace('_', " ")));
    }
    one(text)
}

/// Nothing in a label may end it, begin a tag, or be read as Markdown.
fn escaped(text: &str) -> String {
    let mut label = String::new();
    for letter in printable(text).chars() {
        if letter.is_ascii_punctuation() && !"./_-:".contains(letter) {
            label.push_str(&format!("#{};", letter as u32));
        } else {
            label.push(letter);
        }
    }
    label
}
