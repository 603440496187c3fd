//! `dependency`: which packages a project uses, in which versions, and how firmly.

mod decide;
mod files;
mod range;
mod record;
mod requirement;
#[cfg(test)]
mod tests;
mod version;

use std::collections::BTreeMap;

use codd_controls::{PathStep, Scope, ScopePattern};
use codd_facts::FileClass;
use codd_source::{Diagnostic, RepoPath};
use globset::{GlobBuilder, GlobMatcher};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use self::decide::{Known, Place};
use self::record::{ANY_PACKAGE, Asked, Record, Role};
use super::{CheckKind, CompiledCheck, LocalFile};
use crate::context::CheckContext;
use crate::settings::{CheckSource, OneOrMany};
use crate::{CheckOutcome, FileHits, Hit};

pub(super) struct Dependency;

/// Where packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Ecosystem {
    #[serde(alias = "pypi")]
    Python,
    #[serde(alias = "npm", alias = "typescript")]
    JavaScript,
    Go,
    #[serde(alias = "cargo", alias = "crates.io")]
    Rust,
    #[serde(alias = "maven", alias = "gradle", alias = "jvm")]
    Java,
    #[serde(alias = "rubygems")]
    Ruby,
    #[serde(alias = "composer")]
    Php,
    #[serde(alias = "nuget", alias = "csharp")]
    Dotnet,
}

const ECOSYSTEMS: [Ecosystem; 8] = [
    Ecosystem::Python,
    Ecosystem::JavaScript,
    Ecosystem::Go,
    Ecosystem::Rust,
    Ecosystem::Java,
    Ecosystem::Ruby,
    Ecosystem::Php,
    Ecosystem::Dotnet,
];

impl Ecosystem {
    fn word(self) -> &'static str {
        match self {
            Ecosystem::Python => "python",
            Ecosystem::JavaScript => "javascript",
            Ecosystem::Go => "go",
            Ecosystem::Rust => "rust",
            Ecosystem::Java => "java",
            Ecosystem::Ruby => "ruby",
            Ecosystem::Php => "php",
            Ecosystem::Dotnet => "dotnet",
        }
    }

    fn of_word(word: &str) -> Option<Ecosystem> {
        ECOSYSTEMS.into_iter().find(|it| it.word() == word)
    }

    /// A package's name as the ecosystem compares it.
    fn key(self, name: &str) -> String {
        match self {
            Ecosystem::Python => {
                let parts = name.split(['-', '_', '.']).filter(|it| !it.is_empty());
                parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
            }
            Ecosystem::Rust => name.replace('_', "-"),
            Ecosystem::Dotnet | Ecosystem::Php => name.to_ascii_lowercase(),
            _ => name.to_owned(),
        }
    }
}

/// Which packages a project uses, in which versions, and how firmly.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Only packages of this one; of all by default.
    #[schemars(with = "Option<OneOrMany<Ecosystem>>")]
    ecosystem: Option<OneOrMany<String>>,
    /// Globs of names; `*` is any part of one.
    package: OneOrMany<String>,
    must: Option<Must>,
    /// Versions that each is of; of `absent`, those that none may be of: `>=2.0,<3`.
    version: Option<String>,
    /// Only what the project itself asks for (`true`), or only what that brings with it.
    direct: Option<bool>,
    /// Packages that only development needs count too; `true` by default.
    development: Option<bool>,
    /// Globs of manifests and lock files, within those of the control; `!` excludes.
    files: Option<OneOrMany<String>>,
    message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Must {
    /// Some manifest or lock file of the project has it.
    Present,
    /// None has it.
    Absent,
    /// A manifest asks for one version.
    Pinned,
    /// A lock or requirement file has the digest of its content.
    Hashed,
    /// A lock file beside the manifest, or above it, has its version.
    Locked,
}

impl CheckKind for Dependency {
    fn name(&self) -> &'static str {
        "dependency"
    }

    fn manual(&self) -> &'static str {
        include_str!("../dependency.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Settings>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let settings: Settings = source.read(diagnostics)?;
        let before = diagnostics.len();
        let ecosystems = ecosystems(source, settings.ecosystem, diagnostics);
        let mut packages = Vec::new();
        let is_list = matches!(settings.package, OneOrMany::Many(_));
        for (at, text) in settings.package.into_vec().iter().enumerate() {
            let mut path: Vec<PathStep> = vec!["package".into()];
            path.extend(is_list.then(|| PathStep::from(at)));
            match GlobBuilder::new(text).case_insensitive(true).build() {
                Ok(glob) => packages.push((text.clone(), glob.compile_matcher())),
                Err(error) => {
                    let message = format!("glob `{text}` is not valid: {}", error.kind());
                    let help = "`*` is any part of a name";
                    diagnostics.push(source.error("checks::glob", &path, message).help(help));
                }
            }
        }
        if settings.must.is_none() && settings.version.is_none() {
            let message = "`dependency` says neither `must` nor `version`";
            let help =
                "add `must: absent`, `present`, `pinned`, `hashed` or `locked`, or `version: …`";
            diagnostics.push(source.error("checks::settings", &[], message).help(help));
        }
        if let Some(text) = &settings.version {
            let known = if ecosystems.is_empty() { &ECOSYSTEMS[..] } else { &ecosystems[..] };
            if !known.iter().any(|it| requirement::of_control(*it, text).is_some()) {
                let message = format!("`{text}` is not a range of versions");
                let help = "ranges are like `>=2.0,<3`, with `||` between alternatives";
                let path = ["version".into()];
                diagnostics.push(source.error("checks::version", &path, message).help(help));
            }
        }
        let read = ScopePattern::of_paths;
        let files = source.globs(&["files".into()], settings.files, read, diagnostics);
        (diagnostics.len() == before).then(|| {
            Box::new(CompiledDependency {
                ecosystems,
                packages,
                must: settings.must,
                version: settings.version,
                direct: settings.direct,
                with_development: settings.development.unwrap_or(true),
                files: Scope { paths: files, ..Scope::default() },
                message: settings.message,
            }) as Box<dyn CompiledCheck>
        })
    }
}

/// The ecosystems that a setting names.
fn ecosystems(
    source: CheckSource<'_>,
    written: Option<OneOrMany<String>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Ecosystem> {
    let mut found = Vec::new();
    let is_list = matches!(written, Some(OneOrMany::Many(_)));
    for (at, word) in written.map(OneOrMany::into_vec).unwrap_or_default().iter().enumerate() {
        let value = serde_yaml::Value::String(word.to_ascii_lowercase());
        match serde_yaml::from_value(value) {
            Ok(ecosystem) => found.push(ecosystem),
            Err(_) => {
                let mut path: Vec<PathStep> = vec!["ecosystem".into()];
                path.extend(is_list.then(|| PathStep::from(at)));
                let message = format!("there is no ecosystem `{word}`");
                let words = ECOSYSTEMS.map(|it| format!("`{}`", it.word())).join(", ");
                let help = format!("the ecosystems are {words}");
                diagnostics.push(source.error("checks::ecosystem", &path, message).help(help));
            }
        }
    }
    found
}

struct CompiledDependency {
    /// Empty for all.
    ecosystems: Vec<Ecosystem>,
    /// As written, and ready.
    packages: Vec<(String, GlobMatcher)>,
    must: Option<Must>,
    version: Option<String>,
    direct: Option<bool>,
    with_development: bool,
    files: Scope,
    message: Option<String>,
}

impl CompiledDependency {
    fn takes(&self, record: &Record) -> bool {
        if record.name == ANY_PACKAGE {
            return true;
        }
        let key = record.ecosystem.key(&record.name);
        self.packages.iter().any(|(text, glob)| {
            glob.is_match(&record.name) || glob.is_match(&key) || record.ecosystem.key(text) == key
        })
    }

    /// As a message names what is asked for.
    fn wanted(&self) -> String {
        let names: Vec<String> = self.packages.iter().map(|it| format!("`{}`", it.0)).collect();
        names.join(" or ")
    }
}

impl CompiledCheck for CompiledDependency {
    fn reads_bytes_of(&self, path: &RepoPath) -> bool {
        self.files.takes_path(path.as_str())
            && files::reader_of(path).is_some_and(|(ecosystem, _)| {
                self.ecosystems.is_empty() || self.ecosystems.contains(&ecosystem)
            })
    }

    fn reads_every_class(&self) -> bool {
        // Lock files are written by programs.
        true
    }

    fn scan_file(&self, check: u32, file: &LocalFile<'_>, found: &mut FileHits) {
        let Some((_, read)) = files::reader_of(file.path) else { return };
        let Ok(text) = std::str::from_utf8(file.bytes) else {
            found.leave_open(&[check], "it is not UTF-8");
            return;
        };
        match read(file.path, text) {
            Ok(records) => {
                let records = records.iter().filter(|it| self.takes(it));
                found.hits.extend(records.map(|record| Hit {
                    check,
                    span: record.span,
                    complies: true,
                    snippet: record.encode(),
                    note: None,
                    fix: None,
                }));
            }
            Err(reason) => found.leave_open(&[check], &reason),
        }
    }

    fn found(&self, ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        // What one file says is made good by another.
        let is_none_read = !ctx.view.files.keys().any(|path| self.reads_bytes_of(path));
        is_none_read.then(|| ctx.outcome())
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let mut places: Vec<Place<'_>> = Vec::new();
        for (path, file) in ctx.files_of_any_class() {
            let is_named = ctx.control.applies_to.names_path(path.as_str())
                || self.files.names_path(path.as_str());
            if !self.reads_bytes_of(path) || file.class == FileClass::Vendored && !is_named {
                continue;
            }
            if outcome.skips_unread(path, file) {
                continue;
            }
            if let Some(reason) = file.hits.undecided_reason(ctx.index) {
                outcome.skip(path, reason);
                continue;
            }
            outcome.files += 1;
            for hit in ctx.hits(file) {
                if let Some(record) = Record::decode(hit.span, &hit.snippet) {
                    places.push(Place { path, file, record });
                }
            }
        }
        let known = Known::of(&places);
        let mut lockless = BTreeMap::new();
        for place in &places {
            let record = &place.record;
            if record.name == ANY_PACKAGE {
                if let Asked::Dynamic(why) = &record.asked {
                    outcome.skip(place.path, why.clone());
                }
                continue;
            }
            let is_direct = known.is_direct(place);
            if record.role == Role::Hashes
                || record.is_dev && !self.with_development
                || self.direct.is_some_and(|wanted| wanted != is_direct)
            {
                continue;
            }
            // Of a manifest that no lock file is for, one finding says it of all it asks for.
            if self.must == Some(Must::Locked) && known.is_lockless(place) {
                let manifest = (place.path, record.ecosystem);
                lockless.entry(manifest).or_insert_with(Vec::new).push(place);
                continue;
            }
            self.judge(ctx, place, &known, &mut outcome);
        }
        for (_, places) in lockless {
            self.without_lock(ctx, &places, &mut outcome);
        }
        let is_present = outcome.anchors > 0;
        if self.must == Some(Must::Present) && !is_present && outcome.skipped.is_empty() {
            if outcome.files == 0 {
                return outcome.decide("no manifest or lock file is in scope");
            }
            let said = format!("no manifest or lock file has {}", self.wanted());
            let message = self.message.clone().unwrap_or(said);
            outcome.findings.push(ctx.failure(None, self.wanted(), message));
        }
        if self.must == Some(Must::Absent) {
            // That it is not there is what files without it show.
            outcome.anchors = outcome.anchors.max(outcome.files);
            return outcome.decide("no manifest or lock file is in scope");
        }
        outcome.decide("no manifest or lock file in scope has such a package")
    }
}
