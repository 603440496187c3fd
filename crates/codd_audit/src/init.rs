//! A project made ready: configuration and starter controls, never overwriting anything.

use std::collections::BTreeMap;
use std::path::Path;

use codd_db::Progress;
use codd_source::{RepoPath, SystemError};
use serde_yaml::Value;

use crate::questions::MODELINE;
use crate::rules::{CONFIGURATION_FILE, Rules};
use crate::{Workspace, WorkspaceError, assess, catalogues};

/// What `codd init` is asked for.
#[derive(Clone, Debug)]
pub struct InitOptions {
    pub project_name: Option<String>,
    /// Languages to write starter controls for; those found in the project if empty.
    pub languages: Vec<String>,
    /// Names of catalogues that the project takes.
    pub catalogues: Vec<String>,
    /// A requirement file that exists already, as written on the command line.
    pub requirements: Option<String>,
}

/// What `codd init` did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InitReport {
    pub project: String,
    /// Files written, relative to the project's root.
    pub written: Vec<String>,
    /// Files that were there and stayed as they are.
    pub kept: Vec<String>,
    /// Languages that starter controls were chosen for.
    pub languages: Vec<String>,
    /// How many controls can be read now.
    pub controls: usize,
    /// How many problems reading them met, notes aside.
    pub problems: usize,
}

/// Why a project cannot be made ready.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitError {
    #[error("there is no file `{0}`")]
    NoSuchFile(String),
    #[error("`{0}` lies outside of the project")]
    Outside(String),
    #[error("codd does not know the language `{0}`")]
    UnknownLanguage(String),
    #[error("there is no catalogue `{0}`")]
    UnknownCatalogue(String),
}

impl InitError {
    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            InitError::NoSuchFile(_) => "give the path of an existing requirement file".to_owned(),
            InitError::Outside(_) => "copy it into the project first".to_owned(),
            InitError::UnknownCatalogue(_) => {
                let names: Vec<_> = catalogues::catalogue_names().collect();
                format!("the catalogues are {}", names.join(", "))
            }
            InitError::UnknownLanguage(_) => {
                let names: Vec<_> = codd_facts::all_languages().map(|it| it.0.name()).collect();
                format!("codd reads {}", names.join(", "))
            }
        }
    }
}

/// Where a project says what decides, beside the code, which controls concern it.
const CONTEXT: &str = "\
# What the code does not show decides too which controls concern the project: `codd controls --why`.
# context:
#   data_classes: [pii]            # health, cardholder, credentials, sensitive
#   exposure: internet              # or internal, local
#   deployment: [kubernetes]
";

impl Workspace {
    /// Writes `codd.yaml` and, without a requirement file, starter controls and their schema.
    ///
    /// Where some route of the project has a guard, a starter control says that routes have one:
    /// a change that takes it away is the first that people expect to be told of.
    pub fn init(
        &mut self,
        options: &InitOptions,
        progress: &dyn Progress,
    ) -> Result<InitReport, WorkspaceError> {
        let mut report = InitReport {
            project: options.project_name.clone().unwrap_or_else(|| self.folder_name()),
            ..InitReport::default()
        };
        for language in &options.languages {
            match codd_facts::language_named(language) {
                Some(known) => report.languages.push(known.0.name().to_owned()),
                None => return Err(InitError::UnknownLanguage(language.clone()).into()),
            }
        }
        if let Some((unknown, _)) = catalogues::named(&options.catalogues).unknown.first() {
            return Err(InitError::UnknownCatalogue(unknown.clone()).into());
        }
        if report.languages.is_empty() {
            report.languages = self.languages_found()?;
        }
        let requirements = match &options.requirements {
            Some(path) => Some(self.existing(path)?),
            None => None,
        };
        let mut configuration = format!("project:\n  name: {}\n", quoted(&report.project));
        if !options.languages.is_empty() {
            configuration.push_str(&format!("  languages: [{}]\n", report.languages.join(", ")));
        }
        if !options.catalogues.is_empty() {
            configuration.push_str(&format!("catalogues: [{}]\n", options.catalogues.join(", ")));
            configuration.push_str(CONTEXT);
        }
        if let Some(path) = &requirements {
            configuration.push_str(&format!("requirements: [{}]\n", quoted(path.as_str())));
        }
        let is_ready = self.system.metadata(&self.root.path.join(CONFIGURATION_FILE)).is_ok();
        let schema = |name| crate::questions::schema(name).expect("the schema is in the table");
        self.write(".codd/schemas/config.schema.json", &schema("config"), &mut report)?;
        self.write(".codd/schemas/controls.schema.json", &schema("controls"), &mut report)?;
        let configuration = format!("{MODELINE}.codd/schemas/config.schema.json\n{configuration}");
        self.write(CONFIGURATION_FILE, &configuration, &mut report)?;
        self.write(".codd/.gitignore", "cache/\n", &mut report)?;
        // A project that has a configuration has said where its controls are, and a catalogue
        // finds what the starter controls find.
        if requirements.is_none() && !is_ready && options.catalogues.is_empty() {
            let has_guards = self.has_guards(progress)?;
            for (name, text) in catalogues::starters(&report.languages, has_guards) {
                let text = format!("{MODELINE}../.codd/schemas/controls.schema.json\n{text}");
                self.write(&format!("requirements/{name}.yaml"), &text, &mut report)?;
            }
        }
        let rules = Rules::read(&self.snapshot(&[])?);
        if let Some(name) = rules.config.project.name.as_ref().filter(|_| is_ready) {
            report.project.clone_from(name);
        }
        report.controls = rules.controls.controls.len();
        let is_problem =
            |it: &&codd_source::Diagnostic| it.severity != codd_source::DiagnosticSeverity::Note;
        report.problems = rules.diagnostics.iter().filter(is_problem).count();
        Ok(report)
    }

    /// Whether some route of the project has a guard in front of it, as it is.
    fn has_guards(&mut self, progress: &dyn Progress) -> Result<bool, WorkspaceError> {
        // What anyone may call complies too, and says nothing of guards.
        let none = BTreeMap::from([("public_routes".to_owned(), Value::Sequence(Vec::new()))]);
        let rules = Rules::of_catalogue(catalogues::of_guards(), none);
        let snapshot = self.snapshot(&[])?;
        let (engine, day) = (&mut self.engine, Some(self.as_of));
        let analysis = assess::analyse(engine, &snapshot, &rules, day, &self.cancel, progress)?;
        let mut checks =
            analysis.outcomes.iter().flat_map(|it| it.iter()).flat_map(|it| &it.checks);
        Ok(checks.any(|it| it.anchors as usize > it.findings.len()))
    }

    fn write(&self, name: &str, text: &str, report: &mut InitReport) -> Result<(), SystemError> {
        match self.system.write_new(&self.root.path.join(name), text.as_bytes()) {
            Ok(()) => report.written.push(name.to_owned()),
            Err(SystemError::Exists { .. }) => report.kept.push(name.to_owned()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The path in the project of a requirement file that exists.
    fn existing(&self, path: &str) -> Result<RepoPath, WorkspaceError> {
        let in_project = self.root.path_in_project(Path::new(path));
        let in_project = in_project.ok_or_else(|| InitError::Outside(path.to_owned()))?;
        if self.system.metadata(&self.root.path.join(in_project.as_str())).is_err() {
            return Err(InitError::NoSuchFile(path.to_owned()).into());
        }
        Ok(in_project)
    }

    fn languages_found(&self) -> Result<Vec<String>, WorkspaceError> {
        let snapshot = self.snapshot(&[])?;
        let names = snapshot.files().keys().filter_map(codd_facts::code_language_of);
        let mut names: Vec<String> = names.map(|it| it.0.name().to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

/// A text as YAML reads it back.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
