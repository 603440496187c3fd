//! `secret`: no token, key or password is written into a file.

mod checksum;
mod joined;
mod literals;
mod names;
mod placeholder;
mod places;
mod providers;
mod redact;
mod scan;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;

use codd_controls::{Scope, ScopePattern};
use codd_facts::FileClass;
use codd_source::{RepoPath, suggestion};
use regex::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_yaml::Value;

pub(super) use self::names::is_secret_name;
pub use self::scan::FoundSecret;
pub(crate) use self::scan::{found_secret, needs_tree, secrets_in};

use self::providers::PROVIDERS;
use self::scan::{GENERIC, Scan};
use super::{CheckKind, CompiledCheck, LocalFile};
use crate::context::{CheckContext, place};
use crate::settings::{CheckSource, OneOrMany};
use crate::{CheckOutcome, FileHits, Outcome};
use codd_source::Diagnostic;

pub(super) struct Secret;

/// No token, key or password is written into a file.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Globs of the files, within those of the control; `!` excludes.
    paths: Option<OneOrMany<String>>,
    /// Forms of token to look for, by their id; all by default.
    providers: Option<Vec<String>>,
    /// Look at constants under names like `password` and `api_key` too; `true` by default.
    generic: Option<bool>,
    /// What becomes of generic findings in tests, fixtures, examples and documentation.
    in_tests: Option<InTests>,
    /// Bits for each character that a generic secret which no person chose has at least; 3 by
    /// default.
    min_entropy: Option<f32>,
    /// What is known to be no secret.
    #[serde(default)]
    allow: Allow,
    message: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum InTests {
    /// They are left out.
    Drop,
    /// A person looks at them.
    Review,
    /// They count as anywhere else.
    Fail,
}

/// What is known to be no secret.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Allow {
    /// Starts of the SHA-256 digests of the values, as findings show them.
    #[serde(default)]
    sha256: Vec<String>,
    /// Regular expressions of values.
    #[serde(default)]
    values: Vec<String>,
    /// Regular expressions of the names of generic secrets.
    #[serde(default)]
    names: Vec<String>,
    /// Globs of files.
    #[serde(default)]
    paths: Vec<String>,
}

impl CheckKind for Secret {
    fn name(&self) -> &'static str {
        "secret"
    }

    fn manual(&self) -> &'static str {
        include_str!("../secret.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Settings>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let settings: Settings = match &source.check.settings {
            Value::Null => Settings::default(),
            _ => source.read(diagnostics)?,
        };
        let before = diagnostics.len();
        for (at, id) in settings.providers.iter().flatten().enumerate() {
            if PROVIDERS.iter().any(|it| it.id == id) {
                continue;
            }
            let message = format!("there is no form of token `{id}`");
            let ids = PROVIDERS.iter().map(|it| it.id);
            let help = match suggestion(id, ids.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the forms are {}", ids.collect::<Vec<_>>().join(", ")),
            };
            let path = ["providers".into(), at.into()];
            diagnostics.push(source.error("checks::provider", &path, message).help(help));
        }
        let mut regexes = |key: &'static str, written: &[String]| -> Vec<Regex> {
            let mut compiled = Vec::new();
            for (at, text) in written.iter().enumerate() {
                match Regex::new(text) {
                    Ok(regex) => compiled.push(regex),
                    Err(_) => {
                        let message = format!("pattern `{text}` is not valid");
                        let help = "patterns are Rust's regular expressions";
                        let path = ["allow".into(), key.into(), at.into()];
                        let error = source.error("checks::pattern", &path, message);
                        diagnostics.push(error.help(help));
                    }
                }
            }
            compiled
        };
        let values = regexes("values", &settings.allow.values);
        let names = regexes("names", &settings.allow.names);
        let read = ScopePattern::of_paths;
        let paths = source.globs(&["paths".into()], settings.paths, read, diagnostics);
        let allowed = Some(settings.allow.paths).filter(|it| !it.is_empty()).map(OneOrMany::Many);
        let at = ["allow".into(), "paths".into()];
        let allowed = source.globs(&at, allowed, read, diagnostics);
        let providers = PROVIDERS.iter().enumerate().filter(|(_, provider)| {
            settings
                .providers
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|it| it == provider.id))
        });
        let scan = Scan {
            providers: providers.map(|it| it.0).collect(),
            is_generic: settings.generic.unwrap_or(true),
            min_entropy: settings.min_entropy.unwrap_or(3.0),
            sha256: settings.allow.sha256.iter().map(|it| it.to_ascii_lowercase()).collect(),
            values,
            names,
        };
        (diagnostics.len() == before).then(|| {
            Box::new(CompiledSecret {
                scan,
                paths: Scope { paths, ..Scope::default() },
                allowed,
                in_tests: settings.in_tests.unwrap_or(InTests::Drop),
                message: settings.message,
            }) as Box<dyn CompiledCheck>
        })
    }
}

struct CompiledSecret {
    scan: Scan,
    paths: Scope,
    /// Files in which nothing counts.
    allowed: Vec<ScopePattern>,
    in_tests: InTests,
    message: Option<String>,
}

impl CompiledCheck for CompiledSecret {
    fn reads_bytes_of(&self, path: &RepoPath) -> bool {
        let allowed = Scope { paths: self.allowed.clone(), ..Scope::default() };
        self.paths.takes_path(path.as_str())
            && (self.allowed.is_empty() || !allowed.takes_path(path.as_str()))
    }

    fn reads_every_class(&self) -> bool {
        // A bundle that a tool wrote gives a key away as well as a source does.
        true
    }

    fn scan_file(&self, check: u32, file: &LocalFile<'_>, found: &mut FileHits) {
        let is_named = self.paths.names_path(file.path.as_str());
        if file.class == FileClass::Vendored && !is_named {
            return;
        }
        let skips_generic = file.class != FileClass::Authored
            || self.in_tests == InTests::Drop && places::is_aside(file.path);
        self.scan.file(check, file, !skips_generic, found);
    }

    fn found(&self, ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        // Whether something in the code is called so, all files together say.
        let asks_for_names = Cell::new(false);
        let found = self.searched(ctx, &|_| {
            asks_for_names.set(true);
            false
        });
        (!asks_for_names.get()).then_some(found)
    }

    fn concluded(&self, _ctx: &CheckContext<'_>, mut outcome: CheckOutcome) -> CheckOutcome {
        outcome.anchors = outcome.files;
        let has_review = outcome.findings.iter().any(|it| it.outcome == Outcome::Review);
        let mut outcome = outcome.decide("no file is in scope");
        if outcome.outcome == Outcome::Pass && has_review {
            outcome.outcome = Outcome::Review;
            outcome.reason = Some("a person must say whether these are secrets".to_owned());
        }
        outcome
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let names: OnceCell<BTreeSet<String>> = OnceCell::new();
        let is_name = |digest: &str| names.get_or_init(|| digests_of_names(ctx)).contains(digest);
        self.concluded(ctx, self.searched(ctx, &is_name))
    }
}

impl CompiledSecret {
    fn searched(&self, ctx: &CheckContext<'_>, is_name: &dyn Fn(&str) -> bool) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let is_narrow = ctx.control.applies_to.is_narrower_than_files();
        for (path, file) in ctx.files_of_any_class() {
            if !self.reads_bytes_of(path) || is_narrow && !ctx.has_governed_code(path) {
                continue;
            }
            if outcome.skips_unread(path, file) {
                continue;
            }
            if let Some(reason) = file.hits.undecided_reason(ctx.index) {
                outcome.skip(path, reason);
            }
            outcome.files += 1;
            for hit in ctx.hits(file).iter().filter(|hit| ctx.governs(path, file, hit.span)) {
                let is_generic = hit.snippet.starts_with(GENERIC);
                // What is called so in the code names a thing there.
                if is_generic
                    && let Some(digest) = scan::digest_of(&hit.snippet)
                    && is_name(digest)
                {
                    continue;
                }
                let said = hit.note.clone().unwrap_or_default();
                let message = match &self.message {
                    Some(message) => format!("{message}: {said}"),
                    None => said,
                };
                let mut finding =
                    ctx.failure(Some(place(path, file, hit.span)), hit.snippet.clone(), message);
                if is_generic && self.in_tests == InTests::Review && places::is_aside(path) {
                    finding.outcome = Outcome::Review;
                }
                finding.help.get_or_insert_with(|| {
                    "take it out of the file and revoke it: who has read the repository has it"
                        .to_owned()
                });
                outcome.findings.push(finding);
            }
        }
        outcome
    }
}

/// The digests of all names of definitions.
fn digests_of_names(ctx: &CheckContext<'_>) -> BTreeSet<String> {
    let facts = ctx.view.files.values().filter_map(|file| file.facts.as_ref());
    let definitions = facts.flat_map(|facts| &facts.semantics.definitions);
    definitions.map(|it| redact::digest(it.name.as_bytes())).collect()
}
