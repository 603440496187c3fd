//! What people write, in the words an editor shows: the source of the schemas alone.
#![expect(dead_code, reason = "only the schemas of these types are used")]

use std::collections::BTreeMap;

use codd_source::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::applicability::Exposure;
use crate::config::{Extended, FailOnWord};
use crate::control::{EvidenceRequest, Example, Severity};
use crate::frameworks::{Framework, FrameworkReference};

/// A file of security controls.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "codd requirement file")]
pub(crate) struct ControlFileText {
    /// The version of the form, such as "2.0".
    version: Option<VersionText>,
    controls: Vec<ControlText>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum VersionText {
    Text(String),
    Number(f64),
}

/// One prescriptive requirement.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ControlText {
    /// A short name, unique in the project, such as SEC-001.
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"))]
    id: String,
    /// A title of a few words.
    name: String,
    /// The statement, with MUST, MUST NOT, SHOULD or MAY as RFC 2119 defines them.
    requirement: String,
    /// How bad it is when the control is not met; medium if not given.
    severity: Option<Severity>,
    /// Why the control exists.
    rationale: Option<String>,
    /// What to do: a text, or a map from language to text (`general` for all others).
    guidance: Option<GuidanceText>,
    /// Example code, as older files hold it.
    implementation: Option<String>,
    /// Who answers for the control.
    owner: Option<String>,
    tags: Option<Vec<String>>,
    /// The entries of published frameworks that the control serves.
    frameworks: Option<BTreeMap<Framework, FrameworkEntryText>>,
    /// What the control governs; everything if not given.
    applies_to: Option<ScopeText>,
    /// When the control concerns a project at all; always if not given.
    when: Option<ApplicabilityText>,
    /// Conditions, all of which must hold; each a map with one key, its kind.
    checks: Option<Vec<CheckText>>,
    /// A grep command, as older files hold it; it is evaluated by codd, never run.
    verification: Option<String>,
    /// Evidence from outside that the control relies on.
    evidence: Option<Vec<EvidenceRequest>>,
    /// Values that checks name as `{parameter: NAME}`; `parameters:` of codd.yaml replaces them.
    parameters: Option<Map<String, Value>>,
    /// Code that meets the control and code that does not; both test its checks.
    examples: Option<ExamplesText>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum GuidanceText {
    General(String),
    ByLanguage(BTreeMap<String, String>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum FrameworkEntryText {
    One(ReferenceText),
    Many(Vec<ReferenceText>),
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum ReferenceText {
    Id(String),
    Reference(FrameworkReference),
}

/// When a control concerns a project: each condition must hold, and of a list any entry.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ApplicabilityText {
    /// The project has code in one of these.
    languages: Option<Vec<String>>,
    /// One of these serves its routes.
    frameworks: Option<Vec<String>>,
    /// Globs over outside packages that its code imports.
    packages: Option<Vec<String>>,
    /// Globs over its files.
    paths: Option<Vec<String>>,
    /// It serves routes, or serves none.
    routes: Option<bool>,
    /// It uses tables of a database, or uses none.
    storage: Option<bool>,
    /// `context.data_classes` has one of these.
    data_classes: Option<Vec<String>>,
    /// `context.exposure` is one of these.
    exposure: Option<Vec<Exposure>>,
    /// `context.deployment` has one of these.
    deployment: Option<Vec<String>>,
}

/// What a project says of itself that its code does not show.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ContextText {
    /// Frameworks of the web, where codd does not see them.
    frameworks: Option<Vec<String>>,
    /// Classes of data that it holds, such as pii, credentials or cardholder.
    data_classes: Option<Vec<String>>,
    /// From where its running code can be asked.
    exposure: Option<Exposure>,
    /// What it runs on, such as kubernetes, docker or lambda.
    deployment: Option<Vec<String>>,
}

/// What a control governs; an empty part does not restrict.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ScopeText {
    /// Globs over paths; with a leading `!` they exclude.
    paths: Option<Vec<String>>,
    languages: Option<Vec<String>>,
    /// Globs over dotted names of definitions, such as `shop.db.*`.
    symbols: Option<Vec<String>>,
    routes: Option<RouteScopeText>,
    /// Whether code that only tests run is governed, too: `true`, if not given. What the
    /// program is started with, uses or serves by itself is none, wherever it lies.
    tests: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RouteScopeText {
    /// HTTP methods; all if not given.
    methods: Option<Vec<String>>,
    /// Globs over the routes' paths; with a leading `!` they exclude.
    paths: Option<Vec<String>>,
}

/// Stands for the kinds of check, which this crate does not know.
struct CheckText;

impl JsonSchema for CheckText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        CHECK.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}

/// The name of that stand-in among the definitions.
pub(crate) const CHECK: &str = "Check";

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExamplesText {
    good: Option<Vec<Example>>,
    bad: Option<Vec<Example>>,
}

/// The configuration of a project.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "codd.yaml")]
pub(crate) struct ConfigText {
    version: Option<VersionText>,
    project: Option<ProjectText>,
    /// Files, folders and globs of requirement files; `requirements/**/*.yaml` if not given.
    requirements: Option<Vec<String>>,
    /// Names of catalogues that come with codd.
    catalogues: Option<Vec<String>>,
    /// Controls that other projects share, each in the version that its digest names.
    extends: Option<Vec<Extended>>,
    source: Option<SourceText>,
    /// From which severity on a new finding fails a run, high if not given; with `undetermined`
    /// also a control that could not be decided.
    fail_on: Option<FailOnText>,
    waivers: Option<WaiverSectionText>,
    /// What decides which controls concern the project, beside its code.
    context: Option<ContextText>,
    /// Values that controls refer to by name.
    parameters: Option<Map<String, Value>>,
    /// Globs of files that a generator wrote, beyond those that say so themselves.
    generated: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum FailOnText {
    One(FailOnWord),
    Several(Vec<FailOnWord>),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ProjectText {
    name: Option<String>,
    /// The languages to analyse; all that codd knows if not given.
    languages: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SourceText {
    /// Globs of files to leave out, beyond those that ignore files name.
    ignore: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct WaiverSectionText {
    /// The file of waivers; `waivers.yaml` if not given.
    file: Option<String>,
    /// Whether a waiver counts in the very change that needs it; false if not given.
    accept_in_change: Option<bool>,
}

/// A file of accepted exceptions.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "codd waivers")]
pub(crate) struct WaiverFileText {
    version: Option<VersionText>,
    waivers: Vec<WaiverText>,
}

/// An accepted exception, for either a control or one finding.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("oneOf" = [
    {"required": ["control"]},
    {"required": ["fingerprint"]},
]))]
struct WaiverText {
    /// The id of a control.
    control: Option<String>,
    /// The fingerprint of a finding.
    fingerprint: Option<String>,
    scope: Option<WaiverScopeText>,
    /// Why the exception is acceptable.
    reason: String,
    requested_by: String,
    /// Someone other than who requested it.
    approved_by: String,
    /// The first day it counts.
    created: Date,
    /// The last day it counts.
    expires: Date,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct WaiverScopeText {
    /// Globs over paths; with a leading `!` they exclude.
    paths: Option<Vec<String>>,
}
