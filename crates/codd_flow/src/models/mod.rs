//! What libraries do with values, as data: sources, sinks, sanitizers, guards and the rest.
//!
//! A name is a path as imports resolve it: `flask.request.args`, `sqlite3.connect().cursor()`
//! for what a call gives. `{a,b}` stands for each of these; `*.execute` is a method of that
//! name of any object, and is tried where the object is not known to be of the project.

mod compiled;
mod embedded;

pub(crate) use self::compiled::{Answer, Asked, Compiled, Known, Selected, SinkUse, SourceUse};
pub use self::embedded::shipped_models;

use codd_facts::PartHasher;
use codd_source::Diagnostic;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::classes::{CLASSES, ClassId, MAX_CLASSES};
use crate::probe::ProbePattern;
use crate::program::Family;

/// One value or a list of them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> OneOrMany<T> {
        OneOrMany::Many(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        }
    }
}

/// What one framework or library does with values.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    pub name: String,
    /// By the names of their files: TypeScript is read as `javascript`.
    pub languages: Vec<String>,
    #[serde(default)]
    pub sources: Vec<SourceModel>,
    #[serde(default)]
    pub sinks: Vec<SinkModel>,
    #[serde(default)]
    pub sanitizers: Vec<SanitizerModel>,
    #[serde(default)]
    pub guards: Vec<GuardModel>,
    /// A text that a value does not hold, and what it is then no danger to.
    #[serde(default)]
    pub excludes: Vec<ExcludesModel>,
    /// Calls that do not return.
    #[serde(default)]
    pub terminators: Vec<String>,
    /// Paths that are another's: `starlette.requests.Request` for `fastapi.Request`.
    #[serde(default)]
    pub aliases: Vec<AliasModel>,
    /// What the parameters of functions are that a framework calls.
    #[serde(default)]
    pub handlers: Vec<HandlerModel>,
    /// Calls that make a path one without `..` and links.
    #[serde(default)]
    pub resolvers: Vec<String>,
    /// Calls that undo what made a value harmless.
    #[serde(default)]
    pub decoders: Vec<String>,
    /// Attributes of a taken apart address that say where it leads.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Containers with keys of their own: what puts a value in, and what gets it out.
    #[serde(default)]
    pub stores: Vec<StoreModel>,
    /// Calls that put what they read into an argument: `decoder.Decode(&value)`.
    #[serde(default)]
    pub fills: Vec<FillModel>,
    /// Methods that put their arguments into the object.
    #[serde(default)]
    pub builders: Vec<String>,
}

/// Where text comes from that an attacker may choose.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceModel {
    /// Reading it, or anything of it, gives such text.
    pub of: OneOrMany<String>,
    /// What people call it: `the query string`.
    pub label: String,
    /// Only a danger to these.
    pub classes: Option<Vec<String>>,
    /// No danger to these: a header holds no line end.
    #[serde(default)]
    pub harmless_to: Vec<String>,
    /// A mapping, a list or bytes: written as it is, line ends in it are escaped.
    #[serde(default)]
    pub is_object: bool,
}

/// Where such text must not go.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SinkModel {
    #[serde(default)]
    pub class: Option<String>,
    /// What is called.
    #[serde(default)]
    pub call: OneOrMany<String>,
    /// Which arguments: `0`, `sql`, `0:sql` for either; `all` of them; the `object` itself.
    #[serde(default)]
    pub arguments: Vec<ArgumentRef>,
    /// What is assigned to, or an item of what.
    #[serde(default)]
    pub store: OneOrMany<String>,
    /// What a route of this framework answers with.
    pub answer_of: Option<String>,
    /// How the argument is read.
    #[serde(default)]
    pub reads: Reading,
    #[serde(default)]
    pub when: Vec<Condition>,
    #[serde(default)]
    pub unless: Vec<Condition>,
}

/// What of an argument counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// All that is in it.
    #[default]
    Whole,
    /// A text, or the program of a list, or what a shell in it is told to run.
    CommandLine,
    /// A page, if it is text: what becomes JSON is none.
    Page,
    /// A text, not the items of a list or an object.
    Text,
    /// An object, or a value that may be one.
    Object,
    /// A text, or the first of a list, whose others are bound: no mapping.
    Query,
    /// What a model is told to do: a text, or the messages of a list whose role says so, and
    /// such in an object of settings.
    Instructions,
}

/// An argument by its place, its name or either.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ArgumentRef {
    Place(u32),
    Text(String),
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    Boolean(bool),
    Integer(i64),
    Text(String),
}

/// What must be known of another argument.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub argument: ArgumentRef,
    /// It is this constant.
    pub is: Option<Scalar>,
    /// It is one of these, by their paths.
    #[serde(default)]
    pub path: OneOrMany<String>,
    /// It was made with this keyword, or set up with this method and first argument, as
    /// `setFeature:xml.sax.handler.feature_external_ges`, and the value was true.
    pub setting: Option<String>,
    /// It is an object made in place that has no other keys than these.
    #[serde(default)]
    pub keys: OneOrMany<String>,
    /// It is given at all.
    pub given: Option<bool>,
}

/// A call whose result is no danger.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SanitizerModel {
    pub call: OneOrMany<String>,
    /// To these; to none where nothing is said.
    pub classes: Option<Vec<String>>,
    /// Puts quotes around what it gives, which protect it outside of other quotes alone.
    #[serde(default)]
    pub quotes: bool,
    /// Escapes quotes in what it gives, which protects it within quotes alone.
    #[serde(default)]
    pub escapes: bool,
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// A call that is true only for values that are no danger.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardModel {
    pub call: OneOrMany<String>,
    /// The argument that is looked at; the object itself where nothing is said.
    pub argument: Option<ArgumentRef>,
    pub classes: Option<Vec<String>>,
    /// Only for a path that was resolved.
    #[serde(default)]
    pub of_resolved: bool,
    #[serde(default)]
    pub when: Vec<Condition>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcludesModel {
    pub text: OneOrMany<String>,
    pub classes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasModel {
    pub path: OneOrMany<String>,
    pub of: String,
}

/// What a framework gives to the functions that it calls.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlerModel {
    /// Functions that answer routes of this framework.
    pub framework: Option<String>,
    /// Functions that are passed to these calls.
    #[serde(default)]
    pub passed_to: OneOrMany<String>,
    /// Functions that begin with this text, and those that a file that does exports.
    pub directive: Option<String>,
    /// Functions in files that import this, with parameters of these names.
    pub imports: Option<String>,
    /// Functions under decorators that are methods of these names, with a path for their first
    /// argument, in files that import `imports`: routes of `framework`, whoever it is that
    /// they are registered on.
    #[serde(default)]
    pub decorators: Vec<String>,
    /// Functions that answer where something was raised: what their decorator names is what
    /// their first parameter is.
    #[serde(default)]
    pub of_errors: bool,
    /// Methods of classes that extend one of these, for whoever calls from outside.
    #[serde(default)]
    pub of_class: OneOrMany<String>,
    /// Of those, the ones whose names begin so; all where none is said.
    #[serde(default)]
    pub methods: Vec<String>,
    /// But for those under these decorators, by their last names.
    #[serde(default)]
    pub except: Vec<String>,
    /// Functions of so many parameters have one before the others, which is this.
    pub before: Option<BeforeModel>,
    /// By their place, receivers not counted, or by their name.
    #[serde(default)]
    pub parameters: Vec<HandlerParameter>,
    /// What all other parameters are, unless their type says that they are no text.
    pub others: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforeModel {
    pub parameters: usize,
    pub is: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlerParameter {
    pub at: Option<u32>,
    pub name: Option<OneOrMany<String>>,
    pub is: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreModel {
    pub set: Option<String>,
    pub get: Option<String>,
    /// How many arguments are the key.
    pub keys: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillModel {
    pub call: OneOrMany<String>,
    pub argument: ArgumentRef,
}

/// All models that one analysis goes by.
#[derive(Clone, Debug, Default)]
pub struct Models {
    pub(crate) files: Vec<ModelFile>,
    /// How many of the files codd ships: the first.
    pub(crate) shipped: usize,
    /// Beyond the shipped classes.
    own_classes: Vec<String>,
    /// Calls whose arguments somebody asks for.
    pub(crate) probes: Vec<ProbePattern>,
}

impl Models {
    /// The models that codd ships.
    pub fn shipped() -> Models {
        let files = shipped_models().to_vec();
        Models { shipped: files.len(), files, ..Models::default() }
    }

    /// A digest of all models, for keys.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hasher = PartHasher::default();
        hasher.part(format!("{self:?}"));
        hasher.finish()
    }

    /// Whether a sink of that class is known in a language.
    pub fn has_sinks(&self, class: &str, language: &str) -> bool {
        let family = Family::of(language);
        let language = Family::ALL.iter().find(|it| it.0 == family).map_or("", |it| it.1);
        let mut files = self.files.iter().filter(|it| it.languages.iter().any(|it| it == language));
        files.any(|it| it.sinks.iter().any(|sink| sink.class.as_deref() == Some(class)))
    }

    /// Adds a project's own model, whose sources are a danger to a class of its own alone
    /// where `class` is no shipped one.
    pub fn add(&mut self, file: ModelFile) {
        self.files.push(file);
    }

    /// Asks for calls; their arguments are found under the number that this gives.
    pub fn probe(&mut self, pattern: ProbePattern) -> u32 {
        self.probes.push(pattern);
        self.probes.len() as u32 - 1
    }

    /// The class of that name, made where there is none; `None` when there are too many.
    pub fn class(&mut self, name: &str) -> Option<ClassId> {
        if let Some(known) = self.class_named(name) {
            return Some(known);
        }
        let next = CLASSES.len() + self.own_classes.len();
        if next >= MAX_CLASSES {
            return None;
        }
        self.own_classes.push(name.to_owned());
        Some(ClassId(next as u8))
    }

    pub fn class_named(&self, name: &str) -> Option<ClassId> {
        let own = || {
            let at = self.own_classes.iter().position(|it| it == name)?;
            Some(CLASSES.len() + at)
        };
        let at = CLASSES.iter().position(|it| it.name == name).or_else(own)?;
        Some(ClassId(at as u8))
    }
}

/// Reads one model file; what is wrong with it is said with its place.
pub fn read_model(path: &str, text: &str) -> Result<ModelFile, Diagnostic> {
    let wrong = |message: String, at: Option<(usize, usize)>| {
        let place = at.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
        Diagnostic::error("flow::model", format!("{path}{place}: {message}"))
    };
    let file: ModelFile = serde_yaml::from_str(text).map_err(|error| {
        let at = error.location().map(|it| (it.line(), it.column()));
        wrong(error.to_string(), at)
    })?;
    let classes = file
        .sinks
        .iter()
        .filter_map(|it| it.class.as_ref())
        .chain(file.sources.iter().filter_map(|it| it.classes.as_ref()).flatten())
        .chain(file.sanitizers.iter().filter_map(|it| it.classes.as_ref()).flatten())
        .chain(file.guards.iter().filter_map(|it| it.classes.as_ref()).flatten())
        .chain(file.excludes.iter().flat_map(|it| &it.classes));
    for class in classes {
        if !CLASSES.iter().any(|it| it.name == class) {
            return Err(wrong(format!("there is no class `{class}`"), None));
        }
    }
    for language in &file.languages {
        if codd_facts::language_named(language).is_none_or(|it| !it.has_flow()) {
            return Err(wrong(format!("`{language}` has no flow model"), None));
        }
    }
    Ok(file)
}
