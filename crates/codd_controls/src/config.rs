//! `codd.yaml`: what a project is called, where its controls are and how strict it is.

use std::collections::BTreeMap;

use codd_source::{Diagnostic, RepoPath};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_yaml::Value;

use crate::applicability::{ProjectContext, read_context};
use crate::digest::Digester;
use crate::list_file::{
    KNOWN_VERSIONS, decode, more_than_one_document, second_document, unknown_version,
};
use crate::locate::PathStep;
use crate::read::{Fields, deserialize};
use crate::read_scope::{read_patterns, read_texts};
use crate::scope::ScopePattern;
use crate::yaml_text::YamlText;

/// From which severity on a new finding fails a run.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    Critical,
    #[default]
    High,
    Medium,
    Low,
    Any,
    Never,
}

/// What `fail_on` may say: a severity, and that what could not be decided fails too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailOnWord {
    Critical,
    High,
    Medium,
    Low,
    Any,
    Never,
    /// Beside findings, a control that could not be decided.
    Undetermined,
}

impl FailOnWord {
    fn severity(self) -> Option<FailOn> {
        Some(match self {
            FailOnWord::Critical => FailOn::Critical,
            FailOnWord::High => FailOn::High,
            FailOnWord::Medium => FailOn::Medium,
            FailOnWord::Low => FailOn::Low,
            FailOnWord::Any => FailOn::Any,
            FailOnWord::Never => FailOn::Never,
            FailOnWord::Undetermined => return None,
        })
    }
}

/// The configuration of a project, checked and complete.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectConfig {
    pub project: ProjectSection,
    /// Files, folders and globs that hold the controls.
    pub requirements: Vec<ScopePattern>,
    /// Names of the catalogues taken.
    pub catalogues: Vec<String>,
    /// Catalogues of others that are taken, later ones before earlier ones.
    pub extends: Vec<Extended>,
    pub source: SourceSection,
    pub fail_on: FailOn,
    /// Whether a control that could not be decided fails a run too.
    pub fails_on_undetermined: bool,
    pub waivers: WaiverSection,
    pub context: ProjectContext,
    /// Values that controls refer to by name.
    pub parameters: BTreeMap<String, Value>,
    /// Files that a generator wrote, beyond those that say so themselves.
    pub generated: Vec<ScopePattern>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectSection {
    pub name: Option<String>,
    /// The languages to analyse, in lower case; empty for all that codd knows.
    pub languages: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceSection {
    /// Files left out, beyond those that ignore files name.
    pub ignore: Vec<ScopePattern>,
}

/// Where a project keeps the versions of shared controls that it goes by, from its root.
pub const EXTENDS_FOLDER: &str = ".codd/extends";

/// Controls that other projects share, in exactly one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extended {
    /// A file, or a folder of files, from the project's root; it may lie outside of it.
    pub path: String,
    /// In hexadecimal: of the file, or of what `sha256sum` prints of a folder's files; `codd
    /// controls pin` writes it.
    #[serde(default)]
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverSection {
    pub file: RepoPath,
    /// Whether a waiver counts in the very change that needs it.
    pub accept_in_change: bool,
}

impl Default for ProjectConfig {
    fn default() -> ProjectConfig {
        ProjectConfig {
            project: ProjectSection::default(),
            requirements: default_requirements(),
            catalogues: Vec::new(),
            extends: Vec::new(),
            source: SourceSection::default(),
            fail_on: FailOn::default(),
            fails_on_undetermined: false,
            waivers: WaiverSection { file: RepoPath::new("waivers.yaml"), accept_in_change: false },
            context: ProjectContext::default(),
            parameters: BTreeMap::new(),
            generated: Vec::new(),
        }
    }
}

fn default_requirements() -> Vec<ScopePattern> {
    ["requirements/**/*.yaml", "requirements/**/*.yml"]
        .into_iter()
        .map(|text| ScopePattern::of_paths(text).expect("the pattern is a glob"))
        .collect()
}

impl ProjectConfig {
    /// The SHA-256, in hexadecimal, of everything the configuration says.
    pub fn digest(&self) -> String {
        let mut digester = Digester::new("codd configuration 1");
        digester.optional(self.project.name.as_deref());
        digester.texts(self.project.languages.iter().map(String::as_str));
        digester.patterns(&self.requirements);
        digester.texts(self.catalogues.iter().map(String::as_str));
        for it in &self.extends {
            digester.text(&it.sha256);
        }
        digester.patterns(&self.source.ignore);
        digester.text(&format!("{:?}", self.fail_on));
        if self.fails_on_undetermined {
            digester.text("undetermined");
        }
        digester.text(self.waivers.file.as_str());
        digester.text(if self.waivers.accept_in_change { "accept" } else { "refuse" });
        if self.context != ProjectContext::default() {
            digester.text(&format!("{:?}", self.context));
        }
        digester.list(self.parameters.len());
        for (name, value) in &self.parameters {
            digester.text(name);
            digester.value(value);
        }
        digester.patterns(&self.generated);
        digester.finish()
    }
}

/// Reads `codd.yaml`; what is wrong in it keeps its default, and is a diagnostic.
pub fn load_config(path: &RepoPath, bytes: &[u8]) -> (ProjectConfig, Vec<Diagnostic>) {
    let mut config = ProjectConfig::default();
    let (base, text) = match decode(path, bytes) {
        Ok(decoded) => decoded,
        Err(diagnostic) => return (config, vec![diagnostic]),
    };
    let source = YamlText::part(path, text, 0..text.len(), base);
    if let Some(at) = second_document(text) {
        return (config, vec![more_than_one_document(path, base + at)]);
    }
    let value = match source.value(text) {
        Ok(Value::Null) => return (config, Vec::new()),
        Ok(value) => value,
        Err(diagnostics) => return (config, diagnostics),
    };
    let mut diagnostics = Vec::new();
    let diagnostics_ref = &mut diagnostics;
    if let Some(fields) =
        Fields::open(&source, Vec::new(), &value, "the configuration", diagnostics_ref)
    {
        read_config(fields, &source, &mut config, diagnostics_ref);
    }
    (config, diagnostics)
}

/// Whether it is a SHA-256 in hexadecimal, or is still to be one.
fn is_digest(text: &str) -> bool {
    text.is_empty() || text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Whether a list of requirements names something outside of the project.
fn leaves_project(pattern: &ScopePattern) -> bool {
    let text = pattern.text.trim_start_matches('!');
    text.starts_with('/') || text.split('/').any(|part| part == "..")
}

fn read_config(
    mut fields: Fields<'_>,
    source: &YamlText,
    config: &mut ProjectConfig,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // What another version means is not known; today's say all the same.
    if let Some(version) = fields.value("version")
        && let Some(unknown) = unknown_version(version)
    {
        let error = source.diagnostic("yaml::unknown_version", &fields.path_to("version"), unknown);
        diagnostics.push(error.help(KNOWN_VERSIONS));
    }
    if let Some(mut project) = fields.map("project", diagnostics) {
        config.project.name = project.take("name", diagnostics);
        config.project.languages = read_texts(&mut project, "languages", source, diagnostics)
            .into_iter()
            .map(|it| it.to_lowercase())
            .collect();
        project.finish(diagnostics);
    }
    let requirements = read_requirements(&mut fields, source, diagnostics);
    if !requirements.is_empty() {
        config.requirements = requirements;
    }
    config.catalogues = read_texts(&mut fields, "catalogues", source, diagnostics);
    for (path, item) in fields.list("extends", diagnostics) {
        match deserialize::<Extended>(item, source, &path) {
            Ok(it) if is_digest(&it.sha256) => config.extends.push(it),
            Ok(it) => {
                let path = [&path[..], &["sha256".into()]].concat();
                let message = format!("`{}` is not a SHA-256", it.sha256.escape_debug());
                diagnostics.push(
                    source
                        .diagnostic("config::bad_digest", &path, message)
                        .help("leave it to `codd controls pin`, which writes it"),
                );
            }
            Err(diagnostic) if item.is_string() => {
                let help = "write `- path: FOLDER`, and take its version: `codd controls pin`";
                diagnostics.push(diagnostic.help(help));
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if let Some(mut section) = fields.map("source", diagnostics) {
        config.source.ignore =
            read_patterns(&mut section, "ignore", ScopePattern::of_paths, source, diagnostics);
        section.finish(diagnostics);
    }
    read_fail_on(&mut fields, source, config, diagnostics);
    if let Some(section) = fields.map("waivers", diagnostics) {
        read_waivers(section, source, &mut config.waivers, diagnostics);
    }
    config.context = read_context(&mut fields, source, diagnostics);
    if let Some(value) = fields.value("parameters") {
        let path = fields.path_to("parameters");
        match deserialize(value, source, &path) {
            Ok(parameters) => config.parameters = parameters,
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    config.generated =
        read_patterns(&mut fields, "generated", ScopePattern::of_paths, source, diagnostics);
    fields.finish(diagnostics);
}

/// One word, or a list with one severity at most.
fn read_fail_on(
    fields: &mut Fields<'_>,
    source: &YamlText,
    config: &mut ProjectConfig,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(value) = fields.value("fail_on") else { return };
    let path = fields.path_to("fail_on");
    let words: Vec<(Vec<PathStep>, &Value)> = match value {
        Value::Sequence(items) => {
            let step = |at: usize| [&path[..], &[at.into()]].concat();
            items.iter().enumerate().map(|(at, item)| (step(at), item)).collect()
        }
        one => vec![(path, one)],
    };
    let mut severity = None;
    for (path, word) in words {
        match deserialize::<FailOnWord>(word, source, &path).map(FailOnWord::severity) {
            Ok(None) => config.fails_on_undetermined = true,
            Ok(Some(it)) if severity.is_none_or(|known| known == it) => severity = Some(it),
            Ok(Some(_)) => diagnostics.push(
                source
                    .diagnostic("config::two_severities", &path, "`fail_on` has two severities")
                    .help("leave the lower one: what is above it fails too"),
            ),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    config.fail_on = severity.unwrap_or_default();
}

/// The files, folders and globs of `requirements`, but for those outside of the project.
fn read_requirements(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ScopePattern> {
    let mut requirements =
        read_patterns(fields, "requirements", ScopePattern::of_paths, source, diagnostics);
    for pattern in requirements.iter().filter(|it| leaves_project(it)) {
        let text = pattern.text.as_str();
        let index = fields
            .value("requirements")
            .and_then(Value::as_sequence)
            .and_then(|items| items.iter().position(|it| it.as_str() == Some(text)));
        let steps = index.map(PathStep::from);
        let path = fields.path_to("requirements").into_iter().chain(steps).collect::<Vec<_>>();
        diagnostics.push(
            source
                .diagnostic("config::bad_path", &path, "the path leaves the project")
                .help("write it from the project's root, such as `requirements/**/*.yaml`"),
        );
    }
    requirements.retain(|it| !leaves_project(it));
    requirements
}

fn read_waivers(
    mut section: Fields<'_>,
    source: &YamlText,
    waivers: &mut WaiverSection,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(file) = section.take::<String>("file", diagnostics) {
        match RepoPath::joined("", &file) {
            Some(path) if !file.starts_with('/') && !path.as_str().is_empty() => {
                waivers.file = path;
            }
            _ => diagnostics.push(
                source
                    .diagnostic(
                        "config::bad_path",
                        &section.path_to("file"),
                        "the path leaves the project",
                    )
                    .help("write it from the project's root, such as `waivers.yaml`"),
            ),
        }
    }
    waivers.accept_in_change = section.take("accept_in_change", diagnostics).unwrap_or(false);
    section.finish(diagnostics);
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::render;

    fn check(yaml: &str, expected: &Expect) {
        let (config, diagnostics) = load_config(&"codd.yaml".into(), yaml.as_bytes());
        expected.assert_eq(&format!("{config:?}\n{}", render(&diagnostics, yaml.as_bytes())));
    }

    #[test]
    fn everything_has_a_default() {
        check(
            "",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["requirements/**/*.yaml", "requirements/**/*.yml"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
            "#]],
        );
    }

    #[test]
    fn requirements_lie_in_the_project_and_versions_are_known() {
        check(
            "version: '99'\nrequirements: [rules, ../../etc, '/abs/**', 'a/../../b']\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["rules"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
                yaml::unknown_version: files of version `99` are not known
                  1:10-1:14 "'99'" 
                  help: versions 1 and 2 are read, such as `version: "2.0"`
                config::bad_path: the path leaves the project
                  2:23-2:32 "../../etc" 
                  help: write it from the project's root, such as `requirements/**/*.yaml`
                config::bad_path: the path leaves the project
                  2:34-2:43 "'/abs/**'" 
                  help: write it from the project's root, such as `requirements/**/*.yaml`
                config::bad_path: the path leaves the project
                  2:45-2:56 "'a/../../b'" 
                  help: write it from the project's root, such as `requirements/**/*.yaml`
            "#]],
        );
        for known in ["1", "1.0", "'2'", "'2.0'", "2.1"] {
            let (_, found) =
                load_config(&"codd.yaml".into(), format!("version: {known}\n").as_bytes());
            assert_eq!(found, [], "{known}");
        }
    }

    #[test]
    fn full_configuration_loads() {
        check(
            "version: 1\nproject: {name: shop, languages: [Python]}\nrequirements: [rules, 'more/*.yaml']\ncatalogues: [web]\nsource: {ignore: ['gen/**']}\nfail_on: low\nwaivers: {file: ./w/waivers.yaml, accept_in_change: true}\nparameters: {max_lifetime: 900}\ngenerated: ['*_pb2.py']\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: Some("shop"), languages: ["python"] }, requirements: ["rules", "more/*.yaml"], catalogues: ["web"], extends: [], source: SourceSection { ignore: ["gen/**"] }, fail_on: Low, fails_on_undetermined: false, waivers: WaiverSection { file: `w/waivers.yaml`, accept_in_change: true }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {"max_lifetime": Number(900)}, generated: ["*_pb2.py"] }
            "#]],
        );
    }

    #[test]
    fn mistakes_have_a_place_and_keep_the_default() {
        check(
            "projet: {}\nfail_on: hihg\nwaivers: {file: ../x, accept: true, accept_in_change: 'yes'}\nrequirements: rules\ngenerated: ['[']\nsource: []\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["requirements/**/*.yaml", "requirements/**/*.yml"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
                yaml::wrong_type: `requirements` is a text, not a list
                  4:15-4:20 "rules" expected a list
                  help: write `requirements: […]`, or one `- ` line for each item
                yaml::wrong_type: `source` is a list, not a map
                  6:9-6:11 "[]" expected `key: value` lines
                yaml::unknown_value: unknown value `hihg`
                  2:10-2:14 "hihg" not one of the known values
                  help: did you mean `high`? allowed: `critical`, `high`, `medium`, `low`, `any`, `never`, `undetermined`
                config::bad_path: the path leaves the project
                  3:17-3:21 "../x" 
                  help: write it from the project's root, such as `waivers.yaml`
                yaml::wrong_type: `accept_in_change` is a text, not a boolean
                  3:55-3:60 "'yes'" expected a boolean
                yaml::unknown_key: unknown key `accept`
                  3:23-3:29 "accept" not a key of this map
                  help: known here: `file`, `accept_in_change`
                controls::bad_glob: not a glob: unclosed character class; missing ']'
                  5:13-5:16 "'['" 
                  help: `*` stays in a folder, `**` does not; put `\` before a bracket that is meant as such
                yaml::unknown_key: unknown key `projet`
                  1:1-1:7 "projet" not a key of this map
                  help: did you mean `project`?
            "#]],
        );
        check(
            "- a\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["requirements/**/*.yaml", "requirements/**/*.yml"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
                yaml::wrong_type: the configuration is a list, not a map
                  1:1-1:4 "- a" expected `key: value` lines
            "#]],
        );
        check(
            "fail_on: low\nfail_on: any\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["requirements/**/*.yaml", "requirements/**/*.yml"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
                yaml::duplicate_key: the key `fail_on` is given twice
                  2:1-2:8 "fail_on" again here
                  1:1-1:8 "fail_on" first here
                  help: keep one of the two
            "#]],
        );
        check(
            "fail_on: low\n---\nfail_on: any\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["requirements/**/*.yaml", "requirements/**/*.yml"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
                yaml::several_documents: the file holds more than one document
                  2:1-2:4 "---" what follows is not read
                  help: move it into a file of its own
            "#]],
        );
        check(
            "fail_on: [\n",
            &expect![[r#"
                ProjectConfig { project: ProjectSection { name: None, languages: [] }, requirements: ["requirements/**/*.yaml", "requirements/**/*.yml"], catalogues: [], extends: [], source: SourceSection { ignore: [] }, fail_on: High, fails_on_undetermined: false, waivers: WaiverSection { file: `waivers.yaml`, accept_in_change: false }, context: ProjectContext { frameworks: [], data_classes: [], exposure: None, deployment: [] }, parameters: {}, generated: [] }
                yaml::syntax: not valid YAML: did not find expected node content, while parsing a flow node
                  1:10-1:11 "[" here
                  help: close the bracket, and put commas between its items
            "#]],
        );
    }
}
