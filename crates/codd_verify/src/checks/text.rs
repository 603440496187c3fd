//! `text`: a regular expression that must or must not match, in any kind of file.

use std::borrow::Cow;

use codd_controls::{PathStep, Scope, ScopePattern};
use codd_facts::FileClass;
use codd_source::{Diagnostic, RepoPath, Span};
use regex::bytes::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::{CheckKind, CompiledCheck};
use crate::code::MAX_HITS;
use crate::context::{CheckContext, place};
use crate::lines::{lines, snippet_of_line};
use crate::nodes::file_key;
use crate::settings::{CheckSource, OneOrMany};
use crate::{CheckOutcome, FindingPlace, Hit, Outcome};

pub(super) struct Text;

/// A regular expression over lines of files, whatever their language.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A regular expression in Rust's syntax, searched line by line.
    pattern: Option<String>,
    /// Several; a match of any counts.
    #[serde(default)]
    patterns: Vec<String>,
    /// Regular expressions; of a match, text that one of these takes too is none, and what
    /// stands before that is asked again.
    except: Option<OneOrMany<String>>,
    /// Globs of the files, within those of the control; `!` excludes.
    paths: Option<OneOrMany<String>>,
    must: Must,
    /// Of `present`: in each file, or in any file of the project.
    per: Option<Per>,
    #[serde(default)]
    ignore_case: bool,
    /// Search the whole file at once, so that a match may span lines and `.` takes line breaks.
    #[serde(default)]
    multiline: bool,
    message: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Must {
    Present,
    Absent,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Per {
    File,
    Project,
}

impl CheckKind for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn manual(&self) -> &'static str {
        include_str!("text.md")
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
        let one = settings.pattern.into_iter().map(|text| (vec!["pattern".into()], text));
        let many = settings.patterns.into_iter().enumerate();
        let many = many.map(|(at, text)| (vec!["patterns".into(), at.into()], text));
        let written: Vec<(Vec<PathStep>, String)> = one.chain(many).collect();
        let is_list = matches!(settings.except, Some(OneOrMany::Many(_)));
        let excepted: Vec<(Vec<PathStep>, String)> = settings
            .except
            .map(OneOrMany::into_vec)
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(at, text)| {
                let mut path: Vec<PathStep> = vec!["except".into()];
                path.extend(is_list.then(|| PathStep::from(at)));
                (path, text)
            })
            .collect();
        if written.is_empty() {
            let help = "add `pattern: …`, a regular expression";
            diagnostics
                .push(source.error("checks::pattern", &[], "`text` has no pattern").help(help));
        }
        if settings.must == Must::Absent && settings.per.is_some() {
            let message = "`per` of `text` has no meaning with `must: absent`";
            let help = "leave `per` out: every match in every file is a finding";
            diagnostics.push(source.error("checks::settings", &["per".into()], message).help(help));
        }
        let mut compiled = |written: &[(Vec<PathStep>, String)]| {
            let mut patterns = Vec::new();
            for (path, text) in written {
                let regex = RegexBuilder::new(text)
                    .case_insensitive(settings.ignore_case)
                    .multi_line(true)
                    .dot_matches_new_line(settings.multiline)
                    .build();
                match regex {
                    Ok(regex) => patterns.push(regex),
                    Err(error) => {
                        let reason = error.to_string();
                        let reason = reason.lines().last().unwrap_or_default();
                        let reason = reason.strip_prefix("error: ").unwrap_or(reason);
                        let message = format!("pattern `{text}` is not valid: {reason}");
                        let help = "patterns are Rust's regular expressions: no look-around and \
                                    no back-references";
                        diagnostics.push(source.error("checks::pattern", path, message).help(help));
                    }
                }
            }
            patterns
        };
        let (patterns, except) = (compiled(&written), compiled(&excepted));
        let read = ScopePattern::of_paths;
        let paths = source.globs(&["paths".into()], settings.paths, read, diagnostics);
        let written: Vec<String> = written.into_iter().map(|(_, text)| text).collect();
        (diagnostics.len() == before).then(|| {
            Box::new(CompiledText {
                patterns,
                except,
                written: written.join("` or `"),
                paths: Scope { paths, ..Scope::default() },
                must: settings.must,
                per: settings.per.unwrap_or(Per::Project),
                is_multiline: settings.multiline,
                message: settings.message,
            }) as Box<dyn CompiledCheck>
        })
    }
}

/// Whether a line may match, by one look at the whole: most patterns stand in no line.
///
/// Only what asks for the very start or end, or switches line mode off, tells the two apart.
fn may_match_a_line(pattern: &Regex, bytes: &[u8]) -> bool {
    let is_about_ends = ["\\A", "\\z", "(?"].iter().any(|it| pattern.as_str().contains(it));
    is_about_ends || pattern.is_match(bytes)
}

struct CompiledText {
    patterns: Vec<Regex>,
    /// What of their matches is none.
    except: Vec<Regex>,
    /// As a message shows them.
    written: String,
    paths: Scope,
    must: Must,
    per: Per,
    is_multiline: bool,
    message: Option<String>,
}

impl CompiledText {
    /// The matches in `bytes`, but for those that are excepted.
    ///
    /// A match may hold a shorter one that is not: what stands before the excepted text is asked
    /// again.
    fn matches(&self, pattern: &Regex, bytes: &[u8], most: usize) -> Vec<Span> {
        /// How often one match is asked again.
        const MOST_TAKEN: u32 = 64;
        let mut text = Cow::Borrowed(bytes);
        let (mut found, mut at) = (Vec::new(), 0);
        let (mut taken, mut taken_at) = (0, 0);
        while found.len() < most
            && let Some(one) = pattern.find_at(&text, at).map(|it| it.range())
        {
            if one.start != taken_at {
                (taken, taken_at) = (0, one.start);
            }
            let excepted = self.except.iter().find_map(|it| it.find(&text[one.clone()]));
            let excepted = excepted.map(|it| one.start + it.start()..one.end);
            match excepted.filter(|it| !text[it.clone()].trim_ascii().is_empty()) {
                Some(range) if taken < MOST_TAKEN => {
                    taken += 1;
                    text.to_mut()[range].fill(b' ');
                    at = one.start;
                }
                _ => {
                    at = one.end.max(one.start + 1);
                    found.push(Span::new(one.start, one.end));
                    if at > bytes.len() {
                        break;
                    }
                }
            }
        }
        found
    }
}

impl CompiledCheck for CompiledText {
    fn reads_bytes_of(&self, path: &RepoPath) -> bool {
        self.paths.takes_path(path.as_str())
    }

    fn reads_every_class(&self) -> bool {
        // Classes are sorted out below, where the check's own globs can name a file too.
        true
    }

    fn scan_bytes(&self, check: u32, bytes: &[u8]) -> Vec<Hit> {
        let complies = self.must == Must::Present;
        let most = if complies { 1 } else { MAX_HITS };
        let mut spans: Vec<Span> = Vec::new();
        if self.is_multiline {
            for pattern in &self.patterns {
                spans.extend(self.matches(pattern, bytes, most));
            }
            spans.sort();
        } else {
            let patterns: Vec<&Regex> =
                self.patterns.iter().filter(|it| may_match_a_line(it, bytes)).collect();
            for line in lines(bytes).take_while(|_| !patterns.is_empty()) {
                let text = line.of(bytes);
                for pattern in &patterns {
                    let found = self.matches(pattern, text, usize::MAX).into_iter();
                    let start = line.start;
                    spans.extend(
                        found.map(|it| Span { start: start + it.start, end: start + it.end }),
                    );
                }
                if spans.len() >= most {
                    break;
                }
            }
            spans.sort();
        }
        spans.dedup();
        spans.truncate(most);
        spans
            .into_iter()
            .map(|span| Hit {
                check,
                span,
                complies,
                snippet: snippet_of_line(bytes, span),
                note: None,
                fix: None,
            })
            .collect()
    }

    fn found(&self, ctx: &CheckContext<'_>) -> Option<CheckOutcome> {
        Some(self.searched(ctx))
    }

    fn concluded(&self, ctx: &CheckContext<'_>, mut outcome: CheckOutcome) -> CheckOutcome {
        outcome.anchors = outcome.files;
        if self.must == Must::Absent {
            return outcome.decide("no file is in scope");
        }
        outcome.is_weak_evidence = true;
        if outcome.files == 0 && outcome.skipped.is_empty() {
            return outcome.undetermined("no file is in scope, so nothing was searched");
        }
        if self.per == Per::Project {
            if !outcome.passing.is_empty() {
                outcome.outcome = Outcome::Pass;
                return outcome;
            }
            if outcome.skipped.is_empty() {
                outcome.findings.push(ctx.failure(None, self.written.clone(), self.missing()));
            }
        }
        outcome.decide("no file is in scope")
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        self.concluded(ctx, self.searched(ctx))
    }
}

impl CompiledText {
    /// What stands in each file in scope, or does not and should.
    fn searched(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let is_narrow = ctx.control.applies_to.is_narrower_than_files();
        for (path, file) in ctx.files_of_any_class() {
            let is_named = ctx.control.applies_to.names_path(path.as_str())
                || self.paths.names_path(path.as_str());
            if !self.paths.takes_path(path.as_str())
                || (file.class != FileClass::Authored && !is_named)
                || (is_narrow && !ctx.has_governed_code(path))
                // The pattern stands in the control's own file, which is no match of it.
                || (!is_named && ctx.is_own_file(path))
            {
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
            let mut has_match = false;
            for hit in ctx.hits(file).iter().filter(|hit| ctx.governs(path, file, hit.span)) {
                has_match = true;
                let place = place(path, file, hit.span);
                if hit.complies {
                    outcome.complies(|| Some(place));
                } else {
                    let message = self.message.clone().unwrap_or_else(|| ctx.default_message());
                    let finding = ctx.failure(Some(place), hit.snippet.clone(), message);
                    outcome.findings.push(finding);
                }
            }
            if !has_match && self.must == Must::Present && self.per == Per::File {
                let anchor = file_key(path);
                let place = FindingPlace { path: path.clone(), span: Span::default(), anchor };
                outcome.findings.push(ctx.failure(Some(place), "", self.missing()));
            }
        }
        outcome
    }

    fn missing(&self) -> String {
        self.message.clone().unwrap_or_else(|| format!("`{}` is not there", self.written))
    }
}
