//! One JSON object for each edge.

use super::{ExportedFile, GraphTables, one};

pub(super) fn write(tables: &GraphTables) -> Vec<ExportedFile> {
    let mut text = String::new();
    for (_, _, edge) in &tables.edges {
        let line = serde_json::to_string(edge).expect("a record of texts and numbers is JSON");
        text.push_str(&line);
        text.push('\n');
    }
    one(text)
}
