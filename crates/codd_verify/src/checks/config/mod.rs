//! `config`: what a file of configuration must say, at a path into it.

pub(super) mod condition;
mod path;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use codd_controls::{PathStep, Scope, ScopePattern};
use codd_facts::FileClass;
use codd_source::{Diagnostic, RepoPath, Span};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use self::condition::{CompiledCondition, Condition, ConditionOrValue, Truth};
use self::path::{DocumentPath, Found};
use super::secret::is_secret_name;
use super::{CheckKind, CompiledCheck, LocalFile};
use crate::code::MAX_HITS;
use crate::context::{CheckContext, place};
use crate::document::Format;
use crate::settings::{CheckSource, OneOrMany};
use crate::{CheckOutcome, FileHits, Hit};

pub(super) struct Config;

/// Starts the snippet of a hit that says what refers to a block.
const REFERENCE: &str = "reference ";

/// What files of configuration say at a path.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Globs of the files, within those of the control; `!` excludes.
    files: OneOrMany<String>,
    /// How they are written, where their names do not say it.
    format: Option<Format>,
    /// Conditions on paths of a document; of a file with several, only those that meet them are
    /// asked.
    #[serde(default)]
    documents: BTreeMap<String, ConditionOrValue>,
    /// The path to the parts that are asked; the document itself by default.
    #[serde(default)]
    each: String,
    /// Conditions on paths of such a part; only those that meet them are asked.
    #[serde(default)]
    r#where: BTreeMap<String, ConditionOrValue>,
    /// The path from a part to what must be so; several where one of them is enough.
    path: Option<OneOrMany<String>>,
    must: Condition,
    /// It is enough that one of the values of a part is so.
    #[serde(default)]
    any: bool,
    /// Of Terraform: a path to what refers to a part from elsewhere in its folder and so meets
    /// the condition in its place.
    unless_referenced_by: Option<String>,
    message: Option<String>,
}

impl CheckKind for Config {
    fn name(&self) -> &'static str {
        "config"
    }

    fn manual(&self) -> &'static str {
        include_str!("../config.md")
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
        let read_path = |at: &[PathStep], text: &str, diagnostics: &mut Vec<Diagnostic>| {
            DocumentPath::read(text)
                .map_err(|reason| {
                    let message = format!("`{text}` is not a path: {reason}");
                    let help = "paths are like `jobs.*.steps[*].uses`; a key with a dot stands in \
                                double quotes";
                    diagnostics.push(source.error("checks::path", at, message).help(help));
                })
                .ok()
        };
        let conditions = |key: &'static str,
                          written: BTreeMap<String, ConditionOrValue>,
                          diagnostics: &mut Vec<Diagnostic>| {
            let mut compiled = Vec::new();
            for (text, condition) in written {
                let at: [PathStep; 2] = [key.into(), text.as_str().into()];
                let error = |part: &'static str, message: String| {
                    let mut at = at.to_vec();
                    at.extend(Some(part).filter(|it| !it.is_empty()).map(PathStep::from));
                    source.error("checks::condition", &at, message)
                };
                let path = read_path(&at, &text, diagnostics);
                let condition = condition.into_condition().compile(&error, diagnostics);
                compiled.extend(path.map(|path| (path, condition)));
            }
            compiled
        };
        let documents = conditions("documents", settings.documents, diagnostics);
        let r#where = conditions("where", settings.r#where, diagnostics);
        let each = read_path(&["each".into()], &settings.each, diagnostics);
        let mut paths = Vec::new();
        let is_list = matches!(settings.path, Some(OneOrMany::Many(_)));
        let written = settings.path.map_or_else(|| vec![String::new()], OneOrMany::into_vec);
        for (at, text) in written.iter().enumerate() {
            let mut steps: Vec<PathStep> = vec!["path".into()];
            steps.extend(is_list.then(|| PathStep::from(at)));
            paths.extend(read_path(&steps, text, diagnostics));
        }
        let references = settings
            .unless_referenced_by
            .and_then(|text| read_path(&["unless_referenced_by".into()], &text, diagnostics));
        let error = |part: &'static str, message: String| {
            let mut at: Vec<PathStep> = vec!["must".into()];
            at.extend(Some(part).filter(|it| !it.is_empty()).map(PathStep::from));
            source.error("checks::condition", &at, message)
        };
        let must = settings.must.compile(&error, diagnostics);
        let read = ScopePattern::of_paths;
        let files = source.globs(&["files".into()], Some(settings.files), read, diagnostics);
        let each = each.filter(|_| diagnostics.len() == before)?;
        Some(Box::new(CompiledConfig {
            files: Scope { paths: files, ..Scope::default() },
            format: settings.format,
            documents,
            each,
            r#where,
            paths,
            must,
            is_any: settings.any,
            references,
            message: settings.message,
        }))
    }
}

type Conditions = Vec<(DocumentPath, CompiledCondition)>;

struct CompiledConfig {
    files: Scope,
    format: Option<Format>,
    documents: Conditions,
    each: DocumentPath,
    r#where: Conditions,
    /// At least one.
    paths: Vec<DocumentPath>,
    must: CompiledCondition,
    is_any: bool,
    references: Option<DocumentPath>,
    message: Option<String>,
}

/// What one part showed.
enum Shown<'v> {
    Complies(Found<'v>),
    /// With what it had to be.
    Fails(Vec<(Found<'v>, String)>),
    Unknown(String),
}

impl CompiledCheck for CompiledConfig {
    fn reads_bytes_of(&self, path: &RepoPath) -> bool {
        self.files.takes_path(path.as_str())
    }

    fn reads_every_class(&self) -> bool {
        // Sorted out below, where the check's own globs can name a file too.
        true
    }

    fn scan_file(&self, check: u32, file: &LocalFile<'_>, found: &mut FileHits) {
        let open = |found: &mut FileHits, reason: &str| {
            if !found.undecided.iter().any(|it| it.check == check) {
                found.leave_open(&[check], reason);
            }
        };
        let Some(format) = self.format.or_else(|| Format::of(file.path)) else {
            open(found, "its name does not say how it is written: add `format:` to the check");
            return;
        };
        let Ok(text) = std::str::from_utf8(file.bytes) else {
            open(found, "it is not UTF-8");
            return;
        };
        let documents = match format.read(text, file.parsed) {
            Ok(documents) => documents,
            Err(reason) => {
                open(found, &reason);
                return;
            }
        };
        let is_raw = is_pipeline(file.path);
        let line_of = |at: u32| text[..at as usize].bytes().filter(|it| *it == b'\n').count() + 1;
        for document in &documents {
            let root = Found::root(document);
            self.references(check, &root, found);
            let takes = all_hold(&self.documents, &root, is_raw);
            if let Truth::No(_) = takes {
                continue;
            }
            for part in self.each.select(&root) {
                let is_taken = match (&takes, all_hold(&self.r#where, &part, is_raw)) {
                    (_, Truth::No(_)) => continue,
                    (Truth::Unknown(why), _) => Err(why.clone()),
                    (_, Truth::Unknown(why)) => Err(why),
                    _ => Ok(()),
                };
                let shown = match (self.ask(&part, is_raw), is_taken) {
                    (shown @ Shown::Complies(_), _) | (shown, Ok(())) => shown,
                    // It may be none of those that are asked.
                    (_, Err(why)) => Shown::Unknown(why),
                };
                let address = address(&part);
                match shown {
                    Shown::Complies(it) => {
                        let span = first_line(text, it.place);
                        found.hits.push(hit(check, span, String::new(), None));
                    }
                    Shown::Unknown(why) => {
                        let label = part.label();
                        let label =
                            if label.is_empty() { String::new() } else { format!(" of `{label}`") };
                        let line = line_of(part.place.start);
                        let what = self.paths[0].text.as_str();
                        let what = if what.is_empty() { "the value" } else { what };
                        open(found, &format!("`{what}`{label} in line {line} is not known: {why}"));
                    }
                    Shown::Fails(failures) => {
                        for (it, said) in failures.into_iter().take(MAX_HITS) {
                            let span = first_line(text, it.place);
                            let (name, value) = (it.label(), shown_value(&it));
                            let message = message(&name, &said, value.as_deref());
                            let snippet = format!(
                                "{}|{}|{said}|{}|{}",
                                self.each.text,
                                self.paths[0].text,
                                value.unwrap_or_default(),
                                address.as_deref().unwrap_or_default()
                            );
                            found.hits.push(hit(check, span, snippet, Some(message)));
                        }
                    }
                }
            }
        }
    }

    fn found(&self, ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        // What one file says is made good by another.
        let is_none_read = !ctx.view.files.keys().any(|path| self.reads_bytes_of(path));
        is_none_read.then(|| ctx.outcome())
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let mut references: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, file) in ctx.files_of_any_class() {
            for hit in ctx.hits(file) {
                if let Some(text) = hit.snippet.strip_prefix(REFERENCE) {
                    references.entry(path.parent()).or_default().push(text);
                }
            }
        }
        for (path, file) in ctx.files_of_any_class() {
            let is_named = ctx.control.applies_to.names_path(path.as_str())
                || self.files.names_path(path.as_str());
            if !self.reads_bytes_of(path) || file.class != FileClass::Authored && !is_named {
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
                if hit.snippet.starts_with(REFERENCE) {
                    continue;
                }
                outcome.anchors += 1;
                let place = place(path, file, hit.span);
                let is_referenced = || {
                    let address = hit.snippet.rsplit('|').next().unwrap_or_default();
                    let known = references.get(path.parent()).map_or(&[][..], Vec::as_slice);
                    !address.is_empty() && known.iter().any(|it| refers(it, address))
                };
                if hit.complies || is_referenced() {
                    outcome.complies(|| Some(place));
                    continue;
                }
                let said = hit.note.clone().unwrap_or_default();
                let message = self.message.clone().unwrap_or(said);
                outcome.findings.push(ctx.failure(Some(place), hit.snippet.clone(), message));
            }
        }
        outcome.decide("nothing that `each` and `where` select is in scope")
    }
}

impl CompiledConfig {
    fn ask<'v>(&self, part: &Found<'v>, is_raw: bool) -> Shown<'v> {
        let mut failures = Vec::new();
        let mut unknown = None;
        let mut is_met = false;
        let mut has_value = false;
        for it in self.paths.iter().flat_map(|path| path.select(part)) {
            has_value = true;
            match self.must.holds(it.value, is_raw) {
                Truth::Yes => is_met = true,
                Truth::No(said) => failures.push((it, said)),
                Truth::Unknown(why) => unknown = Some(why),
            }
        }
        if !has_value {
            return match self.must.without_value() {
                Truth::Yes => Shown::Complies(part.clone()),
                Truth::Unknown(why) => Shown::Unknown(why),
                Truth::No(said) => Shown::Fails(vec![(self.missing(part), said)]),
            };
        }
        // Of several paths, the value of one is enough; so it is with `any`.
        let is_enough = is_met && (self.is_any || self.paths.len() > 1);
        match (failures.is_empty() || is_enough, unknown) {
            (true, None) => Shown::Complies(part.clone()),
            (true, Some(_)) if is_enough => Shown::Complies(part.clone()),
            (false, Some(why)) if self.is_any || self.paths.len() > 1 => Shown::Unknown(why),
            (false, _) => Shown::Fails(failures),
            (true, Some(why)) => Shown::Unknown(why),
        }
    }

    /// The part under the name of what it lacks.
    fn missing<'v>(&self, part: &Found<'v>) -> Found<'v> {
        let mut part = part.clone();
        let text = &self.paths[0].text;
        part.keys.extend(Some(text.clone()).filter(|it| !it.is_empty()));
        // What is said to be missing has no value of its own.
        part.keys.push(MISSING.to_owned());
        part
    }

    fn references(&self, check: u32, root: &Found<'_>, found: &mut FileHits) {
        let Some(path) = &self.references else { return };
        for it in path.select(root) {
            if let Some(scalar) = it.value.scalar() {
                let snippet = format!("{REFERENCE}{}", scalar.text);
                found.hits.push(Hit { complies: true, ..hit(check, it.place, snippet, None) });
            }
        }
    }
}

/// Marks a part that stands for what it lacks.
const MISSING: &str = "[missing]";

fn hit(check: u32, span: Span, snippet: String, note: Option<String>) -> Hit {
    Hit { check, span, complies: note.is_none(), snippet, note, fix: None }
}

fn all_hold(conditions: &Conditions, part: &Found<'_>, is_raw: bool) -> Truth {
    let mut unknown = None;
    for (path, condition) in conditions {
        let values = path.select(part);
        match condition.holds_of_one(values.iter().map(|it| it.value), is_raw) {
            Truth::Yes => {}
            Truth::No(said) => return Truth::No(said),
            Truth::Unknown(why) => unknown = Some(why),
        }
    }
    unknown.map_or(Truth::Yes, Truth::Unknown)
}

/// Whether a file is one in which `${{ … }}` is written for the runner: what it says is what is
/// asked.
fn is_pipeline(path: &RepoPath) -> bool {
    let path = path.as_str();
    path.contains(".github/workflows/")
        || path.ends_with("action.yml")
        || path.ends_with("action.yaml")
        || path.contains(".gitlab-ci.")
        || path.contains(".gitlab/ci/")
}

/// `aws_s3_bucket.logs` of a block of Terraform.
fn address(part: &Found<'_>) -> Option<String> {
    match part.keys.as_slice() {
        [first, kind, name, ..] if first == "resource" => Some(format!("{kind}.{name}")),
        [first, kind, name, ..] if first == "data" => Some(format!("data.{kind}.{name}")),
        [first, name, ..] if first == "module" => Some(format!("module.{name}")),
        _ => None,
    }
}

/// Whether an expression names a block.
fn refers(expression: &str, address: &str) -> bool {
    expression.match_indices(address).any(|(at, _)| {
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
        !expression[..at].ends_with(|it| is_part(it) || it == '.')
            && !expression[at + address.len()..].starts_with(is_part)
    })
}

/// A place without what lies below its first line.
fn first_line(text: &str, place: Span) -> Span {
    let (start, end) = (place.start as usize, place.end as usize);
    let line_end = text[start..].find('\n').map_or(text.len(), |it| start + it);
    Span::new(start, if end <= start { line_end } else { end.min(line_end) })
}

/// The value as a message shows it; nothing of what may be a secret.
fn shown_value(found: &Found<'_>) -> Option<String> {
    const LONGEST: usize = 80;
    let is_missing = found.keys.last().is_some_and(|it| it == MISSING);
    let scalar = found.value.scalar().filter(|_| !is_missing)?;
    if found.keys.iter().any(|it| is_secret_name(it)) {
        return None;
    }
    // What is a text where a word is meant is shown as one.
    let is_word = matches!(scalar.text.as_str(), "true" | "false" | "null");
    if scalar.is_quoted && is_word {
        return Some(format!("\"{}\"", scalar.text));
    }
    let text = scalar.text.trim();
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => Some(format!("{}…", &line[..at])),
        None => Some(line.to_owned()),
    }
}

fn message(label: &str, said: &str, value: Option<&str>) -> String {
    let is_missing = label.ends_with(MISSING);
    let name = label.strip_suffix(MISSING).unwrap_or(label);
    let name = if name.is_empty() { "it".to_owned() } else { format!("`{name}`") };
    match value {
        Some(value) => format!("{name} is `{value}`: it {said}"),
        None if is_missing && said == "must be set" => format!("{name} is not set"),
        None if is_missing => format!("{name} is not set: it {said}"),
        None => format!("{name} {said}"),
    }
}
