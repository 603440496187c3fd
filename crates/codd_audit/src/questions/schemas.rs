//! The published JSON schemas, by name.

use schemars::{Schema, SchemaGenerator};

use crate::{Assessment, AuditPack, Decision, EdgeRecord};

/// The names that `codd schema` takes.
pub const SCHEMA_NAMES: &[&str] =
    &["controls", "config", "waivers", "pack", "assessment", "decision", "edge"];

/// A schema as JSON text with a line break at its end; `None` for a name that has none.
pub fn schema(name: &str) -> Option<String> {
    let schema = match name {
        "controls" => codd_controls::control_file_schema(&codd_verify::check_schemas()),
        "config" => codd_controls::config_schema(),
        "waivers" => codd_controls::waivers_schema(),
        "pack" => of::<AuditPack>(),
        "assessment" => of::<Assessment>(),
        "decision" => of::<Decision>(),
        "edge" => of::<EdgeRecord>(),
        _ => return None,
    };
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    Some(text + "\n")
}

fn of<T: schemars::JsonSchema>() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<T>()
}
