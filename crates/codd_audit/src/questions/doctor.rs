//! What keeps codd from doing its work here: each problem with what to do about it.

use std::collections::{BTreeMap, BTreeSet};

use codd_controls::{
    Applicability, Control, ControlId, Part, ScopePattern, load_controls, place_in_config,
};
use codd_db::{Analysis, Progress};
use codd_graph::EdgeKind;
use codd_source::{Diagnostic, DiagnosticSeverity, RepoPath, Snapshot, printable};
use codd_verify::{CheckOutcome, ControlOutcome, ExampleVerdict, Outcome, run_examples};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::controls::control_key;
use super::schemas::schema;
use crate::pack::hex;
use crate::rules::{CONFIGURATION_FILE, Rules};
use crate::{DiagnosticRecord, Workspace, WorkspaceError, catalogues, counted, coverage, records};

/// The first line by which editors check a file as it is written.
pub(crate) const MODELINE: &str = "# yaml-language-server: $schema=";

/// The most bytes that a schema may have.
const LARGEST: u64 = 8 << 20;

/// Kinds of files of no known language that are named.
const KINDS: usize = 5;

/// Everything `codd doctor` looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorReport {
    pub areas: Vec<DoctorArea>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorArea {
    pub name: String,
    /// What is there.
    pub found: String,
    /// What is wrong with it; empty where all is well.
    pub problems: Vec<DiagnosticRecord>,
}

impl DoctorReport {
    /// Whether something should be done: what is only worth knowing does not count.
    pub fn is_ill(&self) -> bool {
        self.areas.iter().flat_map(|it| &it.problems).any(|it| it.severity != "note")
    }
}

impl Workspace {
    /// Looks at configuration, controls, coverage, store and schemas.
    pub fn doctor(&mut self, progress: &dyn Progress) -> Result<DoctorReport, WorkspaceError> {
        let (snapshot, analysis) = self.analyse(progress)?;
        let rules = Rules::read(&snapshot);
        let mut areas = vec![self.repository(&snapshot)];
        let (of_config, of_controls): (Vec<_>, Vec<_>) =
            rules.diagnostics.iter().cloned().partition(|it| {
                it.path.as_ref().is_some_and(|path| path.as_str() == CONFIGURATION_FILE)
            });
        let of_config =
            [of_config, self.drifted(&rules, &snapshot), unasked(&rules, &snapshot)].concat();
        let is_there = snapshot.get(&RepoPath::from(CONFIGURATION_FILE)).is_some();
        let found = if is_there { "codd.yaml" } else { "no codd.yaml: the defaults apply" };
        areas.push(area(&snapshot, "configuration", found.to_owned(), of_config));
        areas.push(area(&snapshot, "controls", controls_found(&rules), of_controls));
        let outcomes = analysis.outcomes.first().map_or(&[][..], |it| it.as_slice());
        let outcomes: BTreeMap<&ControlId, &ControlOutcome> =
            outcomes.iter().map(|it| (&it.control, it)).collect();
        areas.push(scopes(&snapshot, &analysis, &rules, &outcomes));
        areas.push(checks(&snapshot, &rules, &outcomes));
        areas.push(shipped(&snapshot, &rules));
        areas.push(self.schemas(&snapshot, &rules));
        areas.push(languages(&snapshot, &analysis));
        areas.push(self.store(&snapshot));
        Ok(DoctorReport { areas })
    }

    fn repository(&self, snapshot: &Snapshot) -> DoctorArea {
        let files = counted(snapshot.files().len(), "file");
        let Some(repository) = &self.root.repository else {
            let note = Diagnostic::note("doctor::no_git", "this folder is in no git repository")
                .help("`codd check` works all the same; a change needs two versions to compare");
            return area(snapshot, "repository", files, vec![note]);
        };
        let mut problems = Vec::new();
        if repository.resolve("HEAD").is_err() {
            let note = Diagnostic::note("doctor::no_commit", "the repository has no commit yet")
                .help("`codd impact` compares with the last commit: make one");
            problems.push(note);
        }
        area(snapshot, "repository", format!("git, {files}"), problems)
    }

    /// Whether editors can check what is written, against the schemas of this codd.
    fn schemas(&self, snapshot: &Snapshot, rules: &Rules) -> DoctorArea {
        let mut problems = Vec::new();
        let mut current = 0;
        // Copies of what `extends:` names are codd's own.
        let is_written = |path: &RepoPath| !path.as_str().starts_with(".codd/");
        let files = records::inputs(snapshot).filter(|path| rules.holds(path) && is_written(path));
        for path in files {
            let Some(Ok(bytes)) = records::input(snapshot, &path) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            let name = match path.as_str() {
                CONFIGURATION_FILE => "config",
                _ if path == rules.waivers_file => "waivers",
                _ => "controls",
            };
            let line = text.lines().find_map(|line| line.strip_prefix(MODELINE));
            let Some(target) = line.map(str::trim) else {
                let note = Diagnostic::note(
                    "doctor::no_modeline",
                    "its first line names no schema for editors",
                )
                .in_file(&path)
                .help("`codd init` writes the schemas, and shows how to name one");
                problems.push(note);
                continue;
            };
            if target.contains("://") {
                continue;
            }
            let Some(file) = RepoPath::joined(path.parent(), target) else { continue };
            let own = self.system.read(&self.root.path.join(file.as_str()), LARGEST);
            let is_same = |own: &[u8]| schema(name).is_some_and(|it| it.as_bytes() == own);
            let problem = match own {
                Ok(own) if is_same(&own) => {
                    current += 1;
                    continue;
                }
                Ok(_) => format!("its schema, `{target}`, is not that of this codd"),
                Err(_) => format!("its schema, `{target}`, is not there"),
            };
            let help = format!("write it: `codd schema {name} > {file}`");
            problems
                .push(Diagnostic::warning("doctor::old_schema", problem).in_file(&path).help(help));
        }
        let found = format!("{} checked as they are written", counted(current, "file"));
        area(snapshot, "schemas", found, problems)
    }

    fn store(&self, snapshot: &Snapshot) -> DoctorArea {
        let Some(status) = self.engine.store_status() else {
            let found = "none: each run reads all files anew".to_owned();
            return area(snapshot, "store", found, Vec::new());
        };
        let mut problems = Vec::new();
        let mut problem = |message: String, help: &str| {
            let it = Diagnostic::warning("doctor::store", message).help(help);
            problems.push(it);
        };
        if let Some(reason) = &status.read_only {
            problem(
                format!("nothing can be written to it: {reason}"),
                "make the folder writable, or give another with --cache-dir",
            );
        }
        let removed = "nothing is lost but time: it is made anew";
        for pack in &status.ignored {
            problem(format!("`{}` is not used: {}", printable(&pack.name), pack.fault), removed);
        }
        if status.damaged_values > 0 {
            problem(
                format!("{} are damaged", counted(status.damaged_values as usize, "entry")),
                removed,
            );
        }
        let found = format!(
            "{} in {}, {} MB",
            counted(status.entries, "entry"),
            counted(status.segments, "pack"),
            status.bytes.div_ceil(1 << 20)
        );
        area(snapshot, "store", found, problems)
    }
}

fn area(snapshot: &Snapshot, name: &str, found: String, problems: Vec<Diagnostic>) -> DoctorArea {
    let problems = records::diagnostics(snapshot, &problems);
    DoctorArea { name: name.to_owned(), found, problems }
}

fn controls_found(rules: &Rules) -> String {
    let without = rules.controls.iter().filter(|it| it.checks.is_empty()).count();
    match (rules.controls.controls.len(), without) {
        (0, _) => "none: `codd init` writes some to start with".to_owned(),
        (all, 0) => counted(all, "control"),
        (all, without) => format!("{}, {without} without a check", counted(all, "control")),
    }
}

/// Scopes in which nothing is.
fn scopes(
    snapshot: &Snapshot,
    analysis: &Analysis,
    rules: &Rules,
    outcomes: &BTreeMap<&ControlId, &ControlOutcome>,
) -> DoctorArea {
    let graph = &analysis.graph;
    let mut problems = Vec::new();
    let (mut alive, mut out) = (0, 0);
    for control in rules.controls.iter() {
        if outcomes.get(&control.id).is_some_and(|it| !it.concern.concerns) {
            out += 1;
            continue;
        }
        let node = graph.find(&control_key(control));
        let edges = node.map_or(&[][..], |node| graph.dependencies(node));
        let is_dead = !edges.iter().any(|edge| edge.kind == EdgeKind::Governs);
        alive += usize::from(!is_dead);
        let lost = |(at, pattern): (usize, &ScopePattern)| {
            let including = [pattern.clone()];
            let is_lost = !pattern.excludes
                && !analysis.files.keys().any(|it| takes_path(&including, it.as_str()));
            is_lost.then(|| {
                let text = printable(&pattern.text);
                let it = Diagnostic::note("doctor::dead_pattern", format!("no file fits `{text}`"));
                let path = ["applies_to".into(), "paths".into(), at.into()];
                let it = control.source.label(it, &path, Part::Value, "");
                it.help("correct it, or leave it for files to come")
            })
        };
        problems.extend(control.applies_to.paths.iter().enumerate().filter_map(lost));
        if is_dead {
            let message = format!("{} governs nothing here", control.id);
            let it = Diagnostic::warning("doctor::dead_scope", message);
            let it = control.source.label(it, &["applies_to".into()], Part::Value, "");
            problems.push(it.help(
                "widen `applies_to`, or say under `when:` for which projects the control is",
            ));
        }
    }
    let found = match out {
        0 => format!("{} with something to govern", counted(alive, "control")),
        out => {
            format!(
                "{} with something to govern, {out} for other projects",
                counted(alive, "control")
            )
        }
    };
    area(snapshot, "scopes", found, problems)
}

fn takes_path(patterns: &[ScopePattern], path: &str) -> bool {
    codd_controls::Applicability::takes(patterns, [path].into_iter())
}

/// What the project says of itself in words that no control asks for: such controls as ask for
/// the same in another word would be left out without anybody noticing.
fn unasked(rules: &Rules, snapshot: &Snapshot) -> Vec<Diagnostic> {
    let path = RepoPath::from(CONFIGURATION_FILE);
    let own = records::input(snapshot, &path).and_then(Result::ok).unwrap_or_default();
    let context = &rules.config.context;
    let asked = |of: fn(&Applicability) -> &[String]| -> BTreeSet<&str> {
        rules.controls.iter().flat_map(|it| of(&it.when)).map(String::as_str).collect()
    };
    let lists = [
        ("data_classes", &context.data_classes, asked(|it| &it.data_classes)),
        ("deployment", &context.deployment, asked(|it| &it.deployment)),
    ];
    let mut found = Vec::new();
    for (name, said, asked) in lists {
        for word in said.iter().filter(|it| !asked.is_empty() && !asked.contains(it.as_str())) {
            let text = format!("no control asks for `{}` of `{name}`", printable(word));
            let words: Vec<&str> = asked.iter().copied().collect();
            let it = Diagnostic::note("doctor::unasked", text)
                .in_file(&path)
                .help(format!("they ask for `{}`", words.join("`, `")));
            let place = place_in_config(&own, &["context", name], word);
            found.push(place.map_or(it.clone(), |span| it.at(span, "nothing uses it")));
        }
    }
    found
}

/// Rules that have never been seen to match: neither here nor in an example.
fn checks(
    snapshot: &Snapshot,
    rules: &Rules,
    outcomes: &BTreeMap<&ControlId, &ControlOutcome>,
) -> DoctorArea {
    let mut problems = Vec::new();
    let mut shown = 0;
    for control in rules.controls.iter() {
        let outcome = outcomes.get(&control.id).filter(|it| it.concern.concerns);
        let Some(outcome) = outcome else { continue };
        let examples = run_examples(control);
        let is_shown =
            examples.iter().any(|it| !it.is_good && it.verdict == ExampleVerdict::AsExpected);
        for check in &outcome.checks {
            if is_shown || is_alive(check) {
                shown += 1;
            } else if !is_unread(rules, check) {
                problems.push(dead_check(control, check));
            }
        }
    }
    let found = format!("{} seen to work, here or by an example", counted(shown, "check"));
    area(snapshot, "checks", found, problems)
}

fn is_alive(check: &CheckOutcome) -> bool {
    match check.outcome {
        Outcome::Fail | Outcome::Review => true,
        // A rule that forbids is silent where all is well: only a hit shows that it can hit.
        Outcome::Pass => check.anchors > 0 && check.kind != "forbid",
        Outcome::Undetermined | Outcome::NotApplicable => false,
    }
}

/// Whether what a check says could not be read, of which its own error tells.
fn is_unread(rules: &Rules, check: &CheckOutcome) -> bool {
    let mut errors = rules.diagnostics.iter().filter(|it| it.severity == DiagnosticSeverity::Error);
    errors.any(|it| Some(&it.message) == check.reason.as_ref())
}

fn dead_check(control: &Control, check: &CheckOutcome) -> Diagnostic {
    let kind = &check.kind;
    let message =
        format!("check {} of {} (`{kind}`) was never seen to match", check.check + 1, control.id);
    let why = check.reason.as_deref().unwrap_or("nothing here is of the kind it is about");
    let written = control.checks.iter().find(|it| it.ordinal == check.check);
    let path = written.map_or_else(|| vec!["checks".into()], |it| it.path.clone());
    let it = Diagnostic::note("doctor::dead_check", message);
    let it = control.source.label(it, &path, Part::Value, why);
    it.help("give the control a bad example that it must find: `codd controls test` runs it")
}

/// Catalogues that are taken, and copies of their controls that say something else.
fn shipped(snapshot: &Snapshot, rules: &Rules) -> DoctorArea {
    let taken = catalogues::named(&rules.config.catalogues).found;
    let digest = |text: &str| hex(&Sha256::digest(text.as_bytes()))[..12].to_owned();
    let names: Vec<String> =
        taken.iter().map(|(name, text)| format!("{name} sha256:{}", digest(text))).collect();
    let all = load_controls(&[], &catalogues::all());
    let differing = rules.controls.iter().filter(|it| {
        let is_own = matches!(it.origin, codd_controls::Origin::Project { .. });
        let there = all.set.controls.get(&it.id).filter(|there| there.name == it.name);
        is_own && there.is_some_and(|there| there.digest() != it.digest())
    });
    let problems = differing.map(|control| {
        let text =
            format!("{} differs from the control of that id that comes with codd", control.id);
        let it = Diagnostic::note("doctor::other_catalogue", text);
        control.source.label(it, &["id".into()], Part::Value, "").help(
            "compare the two with `codd explain`, or take it by `catalogues:` in codd.yaml instead",
        )
    });
    let problems = problems.collect();
    let found = if names.is_empty() { "none taken".to_owned() } else { names.join(", ") };
    area(snapshot, "catalogues", found, problems)
}

/// What of the project is read.
fn languages(snapshot: &Snapshot, analysis: &Analysis) -> DoctorArea {
    let coverage = coverage::coverage(snapshot, analysis);
    let known = coverage::by_count(&coverage.languages);
    let known: Vec<String> = known.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let mut problems = Vec::new();
    let mut note = |code, message: String, help: &str| {
        problems.push(Diagnostic::note(code, message).help(help));
    };
    let unknown: u32 = coverage.unknown.values().sum();
    if unknown > 0 {
        let kinds = coverage::by_count(&coverage.unknown);
        let kinds: Vec<String> =
            kinds.iter().take(KINDS).map(|(name, count)| format!("{name} {count}")).collect();
        let text = format!(
            "{} of no known language: {}",
            counted(unknown as usize, "file"),
            kinds.join(", ")
        );
        note("doctor::unknown_language", text, "`codd scan --languages` lists what codd reads");
    }
    if !coverage.parse_errors.is_empty() {
        let text =
            format!("syntax is not understood in {}", counted(coverage.parse_errors.len(), "file"));
        note("doctor::parse_errors", text, "`codd scan --verbose` names them");
    }
    if !coverage.not_analysed.is_empty() {
        let text = format!("{} not analysed", counted(coverage.not_analysed.len(), "file"));
        note("doctor::not_analysed", text, "`codd scan --verbose` says why");
    }
    let found = if known.is_empty() { "no source file".to_owned() } else { known.join(", ") };
    area(snapshot, "languages", found, problems)
}
