//! What a word of codd's answers means, as its type documents it.

use codd_graph::{Confidence, EdgeKind};
use codd_impact::ChangeKind;
use schemars::Schema;
use serde_json::Value;

/// What the word means that codd writes for a kind of change, an edge or how sure something
/// is; `None` for any other.
pub(super) fn meaning(word: &str) -> Option<String> {
    let tables: [(&str, Schema); 3] = [
        ("a kind of change", schemars::schema_for!(ChangeKind)),
        ("a kind of edge", schemars::schema_for!(EdgeKind)),
        ("how sure something is", schemars::schema_for!(Confidence)),
    ];
    let word = word.to_lowercase().replace(' ', "_");
    tables.iter().find_map(|(table, schema)| {
        let values = schema.get("oneOf")?.as_array()?;
        let value = values.iter().find(|it| it.get("const").and_then(Value::as_str) == Some(&word));
        let text = value?.get("description")?.as_str()?;
        Some(format!("# {word}: {table}\n\n{text}\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_and_edge_and_confidence_has_a_meaning() {
        for schema in [
            schemars::schema_for!(ChangeKind),
            schemars::schema_for!(EdgeKind),
            schemars::schema_for!(Confidence),
        ] {
            // One without a text is listed under `enum`, with others like it.
            let values = schema.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
            assert!(values.len() > 2, "{schema:?}");
            for value in values {
                let word = value.get("const").and_then(Value::as_str).unwrap_or_default();
                assert!(meaning(word).is_some(), "{value}");
            }
        }
        assert!(meaning("package version").unwrap().contains("Another version"));
        assert_eq!(meaning("SEC-001"), None);
    }
}
