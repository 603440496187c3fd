//! JSON schemas of the files people write, for editors; the loaders do not use them.
//!
//! Tests hold them to what the loaders accept.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::schema_text::{CHECK, ConfigText, ControlFileText, WaiverFileText};

/// The name of what stands for a parameter, among the definitions.
const PARAMETER: &str = "Parameter";

/// The schema of requirement files, with the settings of each kind of check.
pub fn control_file_schema(kinds: &[(&str, Schema)]) -> Schema {
    let mut schema = schema_of::<ControlFileText>();
    let mut alternatives = Vec::new();
    let mut definitions = Map::new();
    for (kind, settings) in kinds {
        let mut settings = settings.clone().to_value();
        if let Value::Object(object) = &mut settings {
            object.remove("$schema");
            let own = object.remove("$defs");
            rename_references(&mut settings, kind);
            allow_parameters(&mut settings);
            if let Some(Value::Object(own)) = own {
                for (name, mut definition) in own {
                    rename_references(&mut definition, kind);
                    allow_parameters(&mut definition);
                    definitions.insert(format!("{kind}.{name}"), definition);
                }
            }
        }
        alternatives.push(json!({
            "type": "object",
            "properties": {*kind: settings},
            "required": [kind],
            "additionalProperties": false,
        }));
    }
    let check = json!({
        "description": "One condition: a map with one key, its kind.",
        "oneOf": alternatives,
    });
    let parameter = json!({
        "description": "The value that the control or codd.yaml gives for a name.",
        "type": "object",
        "properties": {"parameter": {"type": "string"}},
        "required": ["parameter"],
        "additionalProperties": false,
    });
    if let Some(Value::Object(own)) = schema.get_mut("$defs") {
        own.insert(CHECK.to_owned(), check);
        own.insert(PARAMETER.to_owned(), parameter);
        own.extend(definitions);
    }
    schema
}

/// The schema of `codd.yaml`.
pub fn config_schema() -> Schema {
    schema_of::<ConfigText>()
}

/// The schema of `waivers.yaml`.
pub fn waivers_schema() -> Schema {
    schema_of::<WaiverFileText>()
}

fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}

/// Lets a parameter stand for the value of any key of a kind's settings.
fn allow_parameters(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(allow_parameters);
            if let Some(Value::Object(properties)) = object.get_mut("properties") {
                for own in properties.values_mut() {
                    let parameter = json!({"$ref": format!("#/$defs/{PARAMETER}")});
                    *own = json!({"anyOf": [own.take(), parameter]});
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(allow_parameters),
        _ => {}
    }
}

/// Points the references of a kind's schema at its definitions' names in the whole.
fn rename_references(value: &mut Value, kind: &str) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(name) = target.strip_prefix("#/$defs/") {
                            *target = format!("#/$defs/{kind}.{name}");
                        }
                    }
                    value => rename_references(value, kind),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename_references(item, kind)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;
    use crate::Severity;
    use crate::{load_config, load_controls, load_waivers};

    fn text(schema: &Schema) -> String {
        serde_json::to_string_pretty(schema).unwrap() + "\n"
    }

    #[test]
    fn schemas_of_configuration_and_waivers_are_as_published() {
        expect_file!["../schemas/config.schema.json"].assert_eq(&text(&config_schema()));
        expect_file!["../schemas/waivers.schema.json"].assert_eq(&text(&waivers_schema()));
    }

    #[test]
    fn kinds_of_check_bring_their_definitions() {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is used")]
        struct Settings {
            severity: Severity,
        }
        let settings =
            SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Settings>();
        let schema = control_file_schema(&[("forbid", settings)]).to_value();
        let check = &schema["$defs"]["Check"]["oneOf"][0];
        assert_eq!(check["required"], json!(["forbid"]));
        let severity = &check["properties"]["forbid"]["properties"]["severity"]["anyOf"];
        assert_eq!(severity[1]["$ref"], json!("#/$defs/Parameter"));
        let target = &severity[0]["$ref"];
        assert_eq!(*target, json!("#/$defs/forbid.Severity"));
        assert_eq!(schema["$defs"]["forbid.Severity"], schema["$defs"]["Severity"]);
        assert_eq!(schema["$schema"], json!("https://json-schema.org/draft/2020-12/schema"));
        assert_eq!(schema["properties"]["controls"]["items"]["$ref"], json!("#/$defs/ControlText"));
    }

    /// Each key of a schema is one that the loader knows, and the other way round: an unknown
    /// key's help lists what the loader knows.
    #[test]
    fn schemas_and_loaders_know_the_same_keys() {
        let known = |help: &str| -> Vec<String> {
            let mut keys: Vec<String> =
                help.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            keys.sort();
            keys
        };
        let keys = |schema: &Value| -> Vec<String> {
            let mut keys: Vec<String> =
                schema["properties"].as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let help_of = |diagnostics: Vec<codd_source::Diagnostic>| {
            let unknown = diagnostics.into_iter().find(|it| it.message.contains("zzzzzzzzzz"));
            unknown.unwrap().help.unwrap()
        };
        let controls = control_file_schema(&[]).to_value();
        let config = config_schema().to_value();
        let waivers = waivers_schema().to_value();
        let load = |yaml: String| {
            help_of(load_controls(&[("a.yaml".into(), yaml.as_bytes().into())], &[]).diagnostics)
        };
        let in_control = |rest: &str| load(format!("controls: [{{{rest}}}]"));
        let definition = |name: &str| keys(&controls["$defs"][name]);
        assert_eq!(known(&in_control("zzzzzzzzzz: 1")), definition("ControlText"));
        assert_eq!(known(&in_control("applies_to: {zzzzzzzzzz: 1}")), definition("ScopeText"));
        assert_eq!(
            known(&in_control("applies_to: {routes: {zzzzzzzzzz: 1}}")),
            definition("RouteScopeText")
        );
        assert_eq!(known(&in_control("examples: {zzzzzzzzzz: 1}")), definition("ExamplesText"));
        let config_help = |yaml: &str| help_of(load_config(&"codd.yaml".into(), yaml.as_bytes()).1);
        assert_eq!(known(&config_help("zzzzzzzzzz: 1")), keys(&config));
        assert_eq!(
            known(&config_help("waivers: {zzzzzzzzzz: 1}")),
            keys(&config["$defs"]["WaiverSectionText"])
        );
        assert_eq!(
            known(&config_help("source: {zzzzzzzzzz: 1}")),
            keys(&config["$defs"]["SourceText"])
        );
        assert_eq!(
            known(&config_help("project: {zzzzzzzzzz: 1}")),
            keys(&config["$defs"]["ProjectText"])
        );
        let waiver_help = help_of(load_waivers(&"w.yaml".into(), b"waivers: [{zzzzzzzzzz: 1}]").1);
        assert_eq!(known(&waiver_help), keys(&waivers["$defs"]["WaiverText"]));
    }
}
