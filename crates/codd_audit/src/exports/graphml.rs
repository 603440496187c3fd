//! GraphML: all nodes and edges, with their attributes declared.

use super::{ExportedFile, GraphTables, one};

/// Names of attributes, what they belong to, and their types.
const KEYS: &[(&str, &str, &str)] = &[
    ("file", "node", "string"),
    ("symbol", "node", "string"),
    ("kind", "node", "string"),
    ("definition", "node", "string"),
    ("language", "node", "string"),
    ("line", "node", "int"),
    ("kind", "edge", "string"),
    ("confidence", "edge", "string"),
    ("basis", "edge", "string"),
    ("line", "edge", "int"),
];

pub(super) fn write(tables: &GraphTables) -> Vec<ExportedFile> {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
        .to_owned();
    for (name, of, kind) in KEYS {
        text.push_str(&format!(
            "  <key id=\"{of}_{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>\n"
        ));
    }
    text.push_str("  <graph id=\"codd\" edgedefault=\"directed\">\n");
    for (at, node) in tables.nodes.iter().enumerate() {
        text.push_str(&format!("    <node id=\"n{at}\">"));
        datum(&mut text, "node_file", &node.file);
        for (key, value) in [
            ("node_symbol", &node.symbol),
            ("node_definition", &node.definition),
            ("node_language", &node.language),
        ] {
            if let Some(value) = value {
                datum(&mut text, key, value);
            }
        }
        datum(&mut text, "node_kind", &node.kind);
        if let Some(line) = node.line {
            datum(&mut text, "node_line", &line.to_string());
        }
        text.push_str("</node>\n");
    }
    for (from, to, edge) in &tables.edges {
        text.push_str(&format!("    <edge source=\"n{from}\" target=\"n{to}\">"));
        datum(&mut text, "edge_kind", &edge.kind);
        datum(&mut text, "edge_confidence", &edge.confidence);
        datum(&mut text, "edge_basis", &edge.basis);
        datum(&mut text, "edge_line", &edge.from_line.to_string());
        text.push_str("</edge>\n");
    }
    text.push_str("  </graph>\n</graphml>\n");
    one(text)
}

fn datum(text: &mut String, key: &str, value: &str) {
    text.push_str(&format!("<data key=\"{key}\">{}</data>", escaped(value)));
}

/// A text between tags. What XML cannot hold at all is replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push_str(&format!("&#{};", letter as u32)),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.push('\u{fffd}');
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}
