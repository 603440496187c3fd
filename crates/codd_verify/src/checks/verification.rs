//! `verification`: the grep command lines of requirement files that people already have.

use codd_controls::{Control, ControlSet, Fix};
use codd_facts::code_language_of;
use codd_source::{Diagnostic, RepoPath, Span};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_yaml::Value;

use super::manual::review;
use super::{CheckKind, CompiledCheck};
use crate::code::MAX_HITS;
use crate::context::{CheckContext, place};
use crate::grep::{Command, Expectation, Refusal, Search, is_prose, parse_command};
use crate::lines::snippet_of_line;
use crate::nodes::file_key;
use crate::settings::CheckSource;
use crate::{CheckOutcome, FindingPlace, Hit, Outcome};

pub(super) struct Verification;

const NO_FILE: &str = "the command searches no file of this snapshot";

/// Matching lines kept for one file where one would do.
const MAX_EXAMPLES: usize = 3;

/// A command line of grep, egrep, fgrep, rg or git grep, or a sentence for a reviewer.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct Settings(String);

impl CheckKind for Verification {
    fn name(&self) -> &'static str {
        "verification"
    }

    fn manual(&self) -> &'static str {
        include_str!("verification.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Settings>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        let Settings(text) = source.read(diagnostics)?;
        if is_prose(&text) {
            return Some(Box::new(CompiledVerification::Prose(text.trim().to_owned())));
        }
        match read(&text) {
            Ok((command, search)) => {
                for (span, glob) in suspicious_globs(source.check, &command) {
                    let message = format!("`{glob}` is the name of a file, not of its kind");
                    let mut warning = Diagnostic::warning("checks::include", message);
                    warning = source.check.source.label(
                        warning,
                        &source.check.path,
                        codd_controls::Part::Value,
                        "no file is called so",
                    );
                    if let (Some(span), Some(label)) = (span, warning.labels.first_mut()) {
                        label.span = span;
                    }
                    diagnostics.push(
                        warning.help(format!(
                            "write `'*{glob}'`; `codd controls fix` does it for you"
                        )),
                    );
                }
                Some(Box::new(CompiledVerification::Command(Box::new((command, search)))))
            }
            Err(refusal) => {
                let message = format!("the command cannot be evaluated: {}", refusal.reason);
                let mut diagnostic = source.error("checks::verification", &[], message);
                diagnostic.severity = codd_source::DiagnosticSeverity::Warning;
                let help = refusal.help.unwrap_or(
                    "nothing is executed: write one grep command, or a check under `checks:`",
                );
                diagnostics.push(diagnostic.help(help));
                Some(Box::new(CompiledVerification::Refused(refusal.reason)))
            }
        }
    }
}

fn read(text: &str) -> Result<(Command, Search), Refusal> {
    let command = parse_command(text)?;
    let search = Search::new(&command)?;
    Ok((command, search))
}

/// Corrections of `controls` that codd can write by itself.
pub fn proposed_fixes(controls: &ControlSet) -> Vec<Fix> {
    let mut fixes = Vec::new();
    for (control, check) in checks(controls) {
        let Value::String(text) = &check.settings else { continue };
        let Ok((command, _)) = read(text) else { continue };
        for (span, glob) in suspicious_globs(check, &command) {
            fixes.extend(span.map(|span| Fix {
                path: check.source.path().clone(),
                span,
                replacement: format!("*{glob}"),
                why: format!("{}: `{glob}` names no file, `*{glob}` names its kind", control.id),
            }));
        }
    }
    fixes
}

fn checks(controls: &ControlSet) -> impl Iterator<Item = (&Control, &codd_controls::Check)> {
    controls.iter().flat_map(|control| {
        control.checks.iter().filter(|it| &*it.kind == "verification").map(move |it| (control, it))
    })
}

/// Globs such as `.py` in a command, each with its place in the requirement file.
fn suspicious_globs(
    check: &codd_controls::Check,
    command: &Command,
) -> Vec<(Option<Span>, String)> {
    let raw = check.raw(&[]);
    let mut from = 0;
    extension_globs(command)
        .map(|glob| {
            let found = raw.and_then(|(span, text)| {
                // The glob stands after `=`, a blank or a quote.
                let at = text[from..].match_indices(glob.as_str()).find(|(at, _)| {
                    let at = from + at;
                    let before = text[..at].chars().next_back();
                    let after = text[at + glob.len()..].chars().next();
                    before.is_some_and(|char| matches!(char, '=' | ' ' | '\'' | '"'))
                        && after.is_none_or(|char| !char.is_ascii_alphanumeric())
                })?;
                let start = from + at.0;
                from = start + glob.len();
                let offset = span.start as usize;
                Some(Span::new(offset + start, offset + start + glob.len()))
            });
            (found, glob.clone())
        })
        .collect()
}

/// Globs that are an extension with its dot, which name no file.
fn extension_globs(command: &Command) -> impl Iterator<Item = &String> {
    let written = &command.files.written;
    let globs = written.include.iter().chain(&written.glob).chain(&written.pathspec);
    globs.filter(|glob| {
        glob.strip_prefix('.').is_some_and(|rest| {
            !rest.is_empty()
                && rest.chars().all(|char| char.is_ascii_alphanumeric())
                && (code_language_of(&RepoPath::from(format!("x.{rest}").as_str())).is_some()
                    || EXTENSIONS.contains(&rest.to_ascii_lowercase().as_str()))
        })
    })
}

/// Extensions of languages that codd does not read.
const EXTENSIONS: &[&str] = &[
    "bash", "c", "cc", "cpp", "cs", "css", "go", "h", "hpp", "html", "java", "json", "kt", "md",
    "php", "rb", "rs", "scala", "sh", "sql", "swift", "tf", "toml", "txt", "vue", "xml", "yaml",
    "yml",
];

enum CompiledVerification {
    Command(Box<(Command, Search)>),
    /// For a person to affirm.
    Prose(String),
    /// Why it is not evaluated.
    Refused(String),
}

impl CompiledCheck for CompiledVerification {
    fn reads_bytes_of(&self, path: &RepoPath) -> bool {
        matches!(self, CompiledVerification::Command(command) if command.0.files.takes(path))
    }

    fn reads_every_class(&self) -> bool {
        true
    }

    fn scan_bytes(&self, check: u32, bytes: &[u8]) -> Vec<Hit> {
        let CompiledVerification::Command(command) = self else { return Vec::new() };
        let (command, search) = &**command;
        let complies = command.expectation != Expectation::Absent;
        let most = if complies { MAX_EXAMPLES } else { MAX_HITS };
        search
            .find(bytes, most)
            .into_iter()
            .map(|span| {
                let snippet = if complies { String::new() } else { snippet_of_line(bytes, span) };
                Hit { check, span, complies, snippet, note: None, fix: None }
            })
            .collect()
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        match self {
            CompiledVerification::Command(command) => evaluate(ctx, &command.0),
            CompiledVerification::Prose(instruction) => {
                let governed = ctx.governed();
                let nodes = governed.files.iter().chain(&governed.definitions);
                let nodes = nodes.chain(&governed.routes).copied().collect();
                review(ctx, instruction, nodes)
            }
            CompiledVerification::Refused(reason) => {
                let mut outcome = ctx.outcome();
                outcome.is_weak_evidence = true;
                outcome.undetermined(format!("the command cannot be evaluated: {reason}"))
            }
        }
    }
}

fn evaluate(ctx: &CheckContext<'_>, command: &Command) -> CheckOutcome {
    let mut outcome = ctx.outcome();
    outcome.is_weak_evidence = true;
    let pattern = command.patterns.join("` or `");
    let mut without = Vec::new();
    // The pattern stands in the control's own file: no control is met by being written down.
    let takes = |path: &RepoPath| {
        command.files.takes(path) && (!ctx.is_own_file(path) || command.files.names(path))
    };
    for (path, file) in ctx.files_of_any_class().filter(|(path, _)| takes(path)) {
        if outcome.skips_unread(path, file) {
            continue;
        }
        outcome.files += 1;
        let hits = ctx.hits(file);
        if hits.is_empty() {
            without.push(path);
        }
        for hit in hits {
            let place = place(path, file, hit.span);
            if hit.complies {
                outcome.complies(|| Some(place));
                continue;
            }
            let message = format!("`{pattern}` is found, and must not be");
            let mut finding = ctx.failure(Some(place), hit.snippet.clone(), message);
            finding.help.get_or_insert_with(|| proposal(command));
            outcome.findings.push(finding);
        }
    }
    outcome.anchors = outcome.files;
    let found = if command.invert { "a line without" } else { "" };
    if outcome.files == 0 && outcome.skipped.is_empty() {
        let mut reason = NO_FILE.to_owned();
        if let Some(glob) = extension_globs(command).next() {
            reason = format!("{NO_FILE}: `{glob}` is the name of a file, `*{glob}` is its kind");
        }
        return outcome.undetermined(reason);
    }
    match command.expectation {
        Expectation::Absent => {}
        Expectation::Present if !outcome.passing.is_empty() => {
            outcome.outcome = Outcome::Pass;
            return outcome;
        }
        Expectation::Present => {
            if outcome.skipped.is_empty() {
                let searched = match outcome.files {
                    1 => "1 file".to_owned(),
                    files => format!("{files} files"),
                };
                let message = match found {
                    "" => format!("`{pattern}` is nowhere in the {searched} searched"),
                    _ => format!("every line of the {searched} searched has `{pattern}`"),
                };
                let mut finding = ctx.failure(None, pattern, message);
                finding.help.get_or_insert_with(|| proposal(command));
                outcome.findings.push(finding);
            }
        }
        Expectation::PresentInEveryFile => {
            for path in without {
                let anchor = file_key(path);
                let place = FindingPlace { path: path.clone(), span: Span::default(), anchor };
                let message = format!("`{pattern}` is not in this file");
                let mut finding = ctx.failure(Some(place), pattern.clone(), message);
                finding.help.get_or_insert_with(|| proposal(command));
                outcome.findings.push(finding);
            }
        }
    }
    outcome.decide(NO_FILE)
}

/// The check of the code itself that says what the search can only hint at.
fn proposal(command: &Command) -> String {
    let pattern = command.patterns[0].replace("\\(", "(").replace("\\.", ".");
    let is_name = |text: &str| {
        !text.is_empty()
            && text.split('.').all(|part| {
                !part.is_empty() && part.chars().all(|char| char.is_alphanumeric() || char == '_')
            })
    };
    let written = &command.files.written;
    let mut names = written.include.iter().chain(&written.glob).chain(&written.pathspec);
    let language = names
        .find_map(|glob| code_language_of(&RepoPath::from(glob.replace('*', "x").as_str())))
        .map_or("…", |language| language.0.name());
    let call = pattern.strip_suffix('(').filter(|name| is_name(name));
    match (command.expectation, call, is_name(&pattern)) {
        (Expectation::Absent, Some(name), _) => format!(
            "a match of text also counts comments and strings; say it of the code: `- forbid: \
             {{language: {language}, rule: {{pattern: \"{name}($$$)\"}}}}`"
        ),
        (Expectation::Absent, None, true) => format!(
            "a match of text also counts comments and strings; say it of the code: `- forbid: \
             {{language: {language}, rule: {{pattern: \"{pattern}\"}}}}`"
        ),
        (Expectation::Absent, ..) => {
            "a match of text also counts comments and strings; a `forbid` check reads the code"
                .to_owned()
        }
        (_, _, true) => format!(
            "a match of text shows no use; say where it must be used: `- reach: {{from: routes, \
             must: [\"{pattern}\"]}}`, or `require` for the places that need it"
        ),
        _ => "a match of text shows no use; `require` or `reach` say where it must be used"
            .to_owned(),
    }
}
