//! The assessment itself as JSON, and its published schema.

use std::fmt::Write;

use codd_source::printable;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::RenderOptions;
use crate::Assessment;

pub(super) fn render(assessment: &Assessment, _: &RenderOptions) -> String {
    pretty(assessment)
}

/// The JSON schema (draft 2020-12) of what `--format json` writes.
pub fn assessment_schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    pretty(&generator.into_root_schema_for::<Assessment>())
}

/// Indented JSON in which no character can command a terminal or reorder a line.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("plain values have a JSON form");
    let mut safe = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        // The serializer escapes what is below the space; the line breaks are its own.
        let hostile = character == '\u{7f}'
            || !character.is_ascii()
                && printable(character.encode_utf8(&mut [0; 4])).starts_with('\\');
        if hostile {
            write!(safe, "\\u{:04x}", u32::from(character)).expect("a string takes everything");
        } else {
            safe.push(character);
        }
    }
    safe.push('\n');
    safe
}
