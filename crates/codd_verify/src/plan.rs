//! The checks of a control set, compiled once and evaluated on every snapshot.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use codd_controls::{Control, ControlId, ControlSet};
use codd_facts::{FileClass, LanguageRef, Parsed, PartHasher, language_of};
use codd_flow::{KnownFlows, Models};
use codd_graph::{EdgeKind, Graph, NodeKey, NodeKind};
use codd_source::{Activity, Date, Diagnostic, RepoPath, Watched, without_byte_order_mark};

use crate::applicability::Architecture;
use crate::checks::{self, CompiledCheck, LocalFile};
use crate::code::{MAX_RULE_DEPTH, RuleTable};
use crate::context::{CheckContext, Flows, FoundFlows};
use crate::finding::identify;
use crate::scope::{takes_file, unknown_languages};
use crate::settings::CheckSource;
use crate::test_code::TestCode;
use crate::{
    CheckOutcome, Concern, ControlOutcome, FileHits, Finding, FoundSecret, SnapshotView, Undecided,
};

/// Part of the plan's digest: raise it when equal controls give other hits than before.
const CHECKS_VERSION: u32 = 24;

/// The kind of check that looks for secrets.
const SECRET: &str = "secret";

/// Every check of a control set, ready to run.
///
/// Compares by digest: two plans of equal controls give equal answers.
#[derive(Clone, Default)]
pub struct CheckPlan {
    digest: Arc<str>,
    inner: Arc<Deferred>,
    /// The day by which what is declared with a last day still counts.
    today: Option<Date>,
}

/// The controls, and their checks once somebody runs them.
#[derive(Default)]
struct Deferred {
    controls: Arc<ControlSet>,
    compiled: OnceLock<Compiled>,
}

#[derive(Default)]
pub(crate) struct Compiled {
    controls: Vec<PlannedControl>,
    /// All checks of all controls, in order; a hit names one by its index.
    checks: Vec<PlannedCheck>,
    /// By language.
    tables: BTreeMap<&'static str, RuleTable>,
    /// What all flow checks together go by; empty where there is none.
    models: Models,
    /// The checks that ask for flows.
    flow_checks: Vec<u32>,
    /// The number of the first probe of each check that has some.
    probes: BTreeMap<u32, u32>,
}

struct PlannedControl {
    control: Arc<Control>,
    /// Its checks are those from here to the next control's first.
    first_check: usize,
}

pub(crate) struct PlannedCheck {
    control: Arc<Control>,
    pub(crate) ordinal: u32,
    pub(crate) kind: Arc<str>,
    /// Why it could not be compiled, if it could not.
    pub(crate) body: Result<Box<dyn CompiledCheck>, String>,
}

impl PlannedCheck {
    fn decides_examples(&self) -> bool {
        self.body.as_ref().is_ok_and(|body| body.decides_examples())
    }

    fn follows_values(&self) -> bool {
        let follows = |it: &dyn CompiledCheck| it.flow_model().is_some() || !it.probes().is_empty();
        self.body.as_ref().is_ok_and(|body| follows(&**body))
    }
}

impl PartialEq for CheckPlan {
    fn eq(&self, other: &CheckPlan) -> bool {
        self.digest == other.digest
    }
}

impl Eq for CheckPlan {}

impl fmt::Debug for CheckPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckPlan").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl CheckPlan {
    /// The plan of `controls`, and what in their checks could not be understood.
    ///
    /// A check that could not be compiled stays in the plan and is undetermined.
    pub fn compile(controls: &ControlSet) -> (CheckPlan, Vec<Diagnostic>) {
        CheckPlan::deferred(&Arc::new(controls.clone()), |_| false)
    }

    /// The same, where the checks of some controls are known to be understood: they are not
    /// compiled before something is checked, which may never be.
    pub fn deferred(
        controls: &Arc<ControlSet>,
        is_understood: impl Fn(&Control) -> bool,
    ) -> (CheckPlan, Vec<Diagnostic>) {
        let doubted = controls.controls.iter().filter(|(_, it)| !is_understood(it));
        let doubted: BTreeMap<_, _> = doubted.map(|(id, it)| (id.clone(), it.clone())).collect();
        let (compiled, diagnostics) = if doubted.len() == controls.controls.len() {
            let (compiled, diagnostics) = Compiled::of(controls);
            (OnceLock::from(compiled), diagnostics)
        } else {
            (OnceLock::new(), Compiled::of(&ControlSet { controls: doubted }).1)
        };
        let inner = Arc::new(Deferred { controls: Arc::clone(controls), compiled });
        (CheckPlan { digest: digest(controls).into(), inner, today: None }, diagnostics)
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        self.inner.compiled.get_or_init(|| Compiled::of(&self.inner.controls).0)
    }

    /// The same plan for the verifications of one day.
    pub fn on(&self, today: Date) -> CheckPlan {
        CheckPlan { today: Some(today), ..self.clone() }
    }

    pub(crate) fn today(&self) -> Option<Date> {
        self.today
    }

    /// Identifies everything that the hits of a file depend on besides the file.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Identifies everything that the outcomes in a snapshot depend on besides the snapshot: also
    /// where the controls are written, and the day.
    pub fn outcomes_digest(&self) -> String {
        let mut hasher = PartHasher::default();
        let mut part = |text: &str| hasher.part(text);
        part(&self.digest);
        part(&format!("{:?}", self.today));
        for control in self.inner.controls.iter() {
            part(&format!("{:?}", control.origin));
        }
        hasher.hex()
    }

    /// The hits of all local checks in one file.
    ///
    /// `parsed` is `None` for a file of no known language or one without a tree; text checks
    /// still read its bytes.
    pub fn local(
        &self,
        path: &RepoPath,
        class: FileClass,
        bytes: &[u8],
        parsed: Option<&Parsed>,
    ) -> FileHits {
        let compiled = self.compiled();
        // Spans count from behind the mark, as those of trees do.
        let text = without_byte_order_mark(bytes);
        let language = match parsed {
            Some(parsed) => Some(parsed.language),
            None => language_of(path),
        };
        let is_utf16 = is_utf16(text);
        let mut file = FileHits { was_read: true, ..FileHits::default() };
        let known: Vec<OnceCell<bool>> = vec![OnceCell::new(); compiled.checks.len()];
        let takes_it = |check: u32| {
            let check = &compiled.checks[check as usize];
            let scope = &check.control.applies_to;
            takes_file(scope, path, language.map(|it| it.0.name()))
                && (class == FileClass::Authored
                    || scope.names_path(path.as_str())
                    || check.body.as_ref().is_ok_and(|body| body.reads_every_class()))
        };
        // Asked for every rule of a check, and wherever a word of one stands.
        let takes = |check: u32| *known[check as usize].get_or_init(|| takes_it(check));
        if let Some(language) = language
            && let Some(table) = compiled.tables.get(language.0.name())
        {
            compiled.scan_code(language, table, text, parsed, &takes, &mut file);
        }
        for (index, check) in compiled.checks.iter().enumerate() {
            let index = index as u32;
            if let Ok(body) = &check.body
                && body.reads_bytes_of(path)
                && takes(index)
            {
                if is_utf16 {
                    file.leave_open(&[index], "it is UTF-16: save it as UTF-8");
                    continue;
                }
                let local = LocalFile { path, class, bytes: text, parsed };
                body.scan_file(index, &local, &mut file);
            }
        }
        let is_part = class == FileClass::Generated
            && language.is_some_and(|it| it.0.is_generated_part(path));
        let takes_flow = |check: u32| {
            let scope = &compiled.checks[check as usize].control.applies_to;
            takes(check) || is_part && takes_file(scope, path, language.map(|it| it.0.name()))
        };
        compiled.lower_flow(parsed, &takes_flow, &mut file);
        file.hits.sort();
        file.undecided.sort();
        file.concealed.sort();
        file.concealed.dedup();
        file
    }

    /// The secrets that a file of this path with these bytes holds: by the plan's own checks for
    /// them, or by their default settings where it has none.
    ///
    /// Spans count behind a byte order mark, as those of facts do.
    pub fn secrets(&self, path: &RepoPath, bytes: &[u8]) -> Vec<FoundSecret> {
        let is_one = |it: &&PlannedCheck| &*it.kind == SECRET;
        if !self.compiled().checks.iter().any(|it| is_one(&it)) {
            return checks::secrets_in(path, bytes);
        }
        let language = language_of(path);
        let takes = |it: &PlannedCheck| {
            takes_file(&it.control.applies_to, path, language.map(|it| it.0.name()))
        };
        let wanted = self.compiled().checks.iter().filter(|it| is_one(it) && takes(it));
        let wanted: Vec<_> = wanted.filter_map(|it| it.body.as_ref().ok()).collect();
        if !wanted.iter().any(|it| it.reads_bytes_of(path)) {
            return Vec::new();
        }
        let class = codd_facts::classify(path, bytes);
        let bytes = without_byte_order_mark(bytes);
        let parsed = language
            .filter(|_| checks::needs_tree(bytes))
            .and_then(|language| codd_facts::parse(language, path, bytes).ok());
        let file = LocalFile { path, class, bytes, parsed: parsed.as_ref() };
        let mut found = FileHits::default();
        for body in wanted.into_iter().filter(|it| it.reads_bytes_of(path)) {
            body.scan_file(0, &file, &mut found);
        }
        found.hits.sort();
        found.hits.dedup();
        found.hits.into_iter().filter_map(checks::found_secret).collect()
    }

    /// The controls with a code rule for a file of this path and language.
    pub fn controls_reading(&self, path: &RepoPath, language: LanguageRef) -> BTreeSet<ControlId> {
        let checks = self.compiled().checks.iter().filter(|check| {
            takes_file(&check.control.applies_to, path, Some(language.name()))
                && check.body.as_ref().is_ok_and(|body| {
                    body.code_rules().iter().any(|rule| rule.language == language)
                })
        });
        checks.map(|check| check.control.id.clone()).collect()
    }

    /// Whether some check can be shown by an example of a few lines.
    pub(crate) fn decides_examples(&self) -> bool {
        self.compiled().checks.iter().any(PlannedCheck::decides_examples)
    }

    /// Whether the finding is of a check that can be shown by an example.
    pub(crate) fn can_be_shown(&self, finding: &Finding) -> bool {
        self.compiled().checks.iter().any(|check| {
            check.control.id == finding.control
                && check.ordinal == finding.check
                && check.decides_examples()
        })
    }

    /// The outcome of every control, in the order of their ids.
    pub fn verify(&self, view: SnapshotView<'_>) -> Vec<ControlOutcome> {
        self.verify_knowing(view, None, &Watched::default())
    }

    /// The same, where `flows` has what was found in other snapshots, and `watched` counts what the
    /// time of each thread goes into.
    pub fn verify_knowing(
        &self,
        view: SnapshotView<'_>,
        flows: Option<&dyn KnownFlows>,
        watched: &Watched,
    ) -> Vec<ControlOutcome> {
        let compiled = self.compiled();
        let shared = Shared { known_flows: flows, ..Shared::default() };
        // To follow values takes most of the time, and can be done on one thread only.
        let (following, others): (Vec<_>, Vec<_>) = compiled
            .controls()
            .partition(|(_, checks)| checks.clone().any(|it| compiled.check(it).follows_values()));
        let decide = |controls: Vec<_>| -> Vec<ControlOutcome> {
            let _at = watched.at(Activity::Verify);
            let all = controls.into_iter();
            all.map(|(control, checks)| self.decide(view, &shared, control, checks)).collect()
        };
        let mut outcomes;
        if following.is_empty() || rayon::current_num_threads() == 1 {
            outcomes = decide(following);
            outcomes.extend(decide(others));
        } else {
            let mut meanwhile = Vec::new();
            outcomes = rayon::in_place_scope(|scope| {
                scope.spawn(|_| meanwhile = decide(others));
                decide(following)
            });
            outcomes.extend(meanwhile);
        }
        outcomes.sort_by(|a, b| a.control.cmp(&b.control));
        outcomes
    }

    fn decide<'a>(
        &'a self,
        view: SnapshotView<'a>,
        shared: &'a Shared<'a>,
        control: &'a Control,
        checks: Range<usize>,
    ) -> ControlOutcome {
        let compiled = self.compiled();
        let (models, probes) = compiled.followed();
        let governed = OnceCell::new();
        let concern = concern(control, view, &shared.architecture);
        let decide = |index: usize| {
            let check = compiled.check(index);
            let ctx = CheckContext {
                view,
                control,
                index: index as u32,
                ordinal: check.ordinal,
                kind: &check.kind,
                today: self.today,
                governed: &governed,
                flows: Flows { models, found: &shared.flows, known: shared.known_flows, probes },
                test_code: &shared.test_code,
            };
            match &check.body {
                _ if !concern.concerns => ctx.outcome().not_concerned(&concern),
                Ok(body) => finished(body.evaluate(&ctx), view.graph),
                Err(reason) => ctx.outcome().undetermined(reason.clone()),
            }
        };
        let mut checks: Vec<CheckOutcome> = checks.map(decide).collect();
        settled(&mut checks);
        ControlOutcome { control: control.id.clone(), concern, checks }
    }
}

/// What is found out once in a snapshot, for all who ask.
///
/// Whoever finds something out waits for no other task of the thread pool meanwhile: that task
/// might wait for what is being found out.
#[derive(Default)]
struct Shared<'a> {
    architecture: OnceLock<Architecture<'a>>,
    flows: FoundFlows,
    known_flows: Option<&'a dyn KnownFlows>,
    test_code: OnceLock<TestCode>,
}

/// Names what the checks of one control found.
pub(crate) fn settled(checks: &mut [CheckOutcome]) {
    let found = checks.iter_mut();
    identify(found.flat_map(|check| check.findings.iter_mut().chain(&mut check.excused)));
}

fn concern<'a>(
    control: &Control,
    view: SnapshotView<'a>,
    architecture: &OnceLock<Architecture<'a>>,
) -> Concern {
    if control.when.is_always() {
        return Concern { concerns: true, reasons: Vec::new() };
    }
    architecture.get_or_init(|| Architecture::of(view)).concern(&control.when)
}

impl Compiled {
    /// Every control with the places of its checks among all.
    pub(crate) fn controls(&self) -> impl Iterator<Item = (&Control, Range<usize>)> {
        let ends = self.controls.iter().skip(1).map(|it| it.first_check);
        let ends = ends.chain([self.checks.len()]);
        self.controls.iter().zip(ends).map(|(it, end)| (&*it.control, it.first_check..end))
    }

    pub(crate) fn check(&self, index: usize) -> &PlannedCheck {
        &self.checks[index]
    }

    /// What values are followed by, and the number of the first probe of each check.
    pub(crate) fn followed(&self) -> (&Models, &BTreeMap<u32, u32>) {
        (&self.models, &self.probes)
    }

    fn of(controls: &ControlSet) -> (Compiled, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut compiled = Compiled::default();
        for control in controls.iter() {
            let control = Arc::new(control.clone());
            diagnostics.extend(unknown_languages(&control));
            let first_check = compiled.checks.len();
            compiled.controls.push(PlannedControl { control: control.clone(), first_check });
            for check in &control.checks {
                let before = diagnostics.len();
                let source = CheckSource { control: &control, check };
                let body = checks::compile(source, &mut diagnostics).ok_or_else(|| {
                    let first =
                        diagnostics.get(before).map_or("it could not be read", |it| &it.message);
                    let prefix = format!("{}: ", control.id);
                    first.strip_prefix(&prefix).unwrap_or(first).to_owned()
                });
                compiled.checks.push(PlannedCheck {
                    control: control.clone(),
                    ordinal: check.ordinal,
                    kind: check.kind.clone(),
                    body,
                });
            }
        }
        compiled.build_tables();
        compiled.collect_models();
        (compiled, diagnostics)
    }

    fn collect_models(&mut self) {
        let mut has_models = false;
        for (at, check) in self.checks.iter().enumerate() {
            let Ok(body) = &check.body else { continue };
            let is_followed = check.follows_values();
            if is_followed || body.reads_code() {
                self.flow_checks.push(at as u32);
            }
            if !is_followed {
                continue;
            }
            if !has_models {
                self.models = Models::shipped();
                has_models = true;
            }
            for probe in body.probes() {
                let number = self.models.probe(probe.clone());
                self.probes.entry(at as u32).or_insert(number);
            }
            let Some((class, model)) = body.flow_model() else { continue };
            // Beyond the last class the check finds none, and says so.
            self.models.class(class);
            self.models.add(model.clone());
        }
    }

    /// Says what a file's code does with values, where a check that takes the file asks.
    fn lower_flow(
        &self,
        parsed: Option<&Parsed>,
        takes: &dyn Fn(u32) -> bool,
        file: &mut FileHits,
    ) {
        let asking: Vec<u32> = self.flow_checks.iter().copied().filter(|it| takes(*it)).collect();
        let Some(parsed) = parsed.filter(|_| !asking.is_empty()) else { return };
        file.flow = codd_facts::flow(parsed).map(Arc::new);
        if file.flow.is_some() && parsed.tree.root_node().has_error() {
            let reason = "it has syntax errors, and a value might go through there";
            file.leave_open(&asking, reason);
        }
    }

    fn build_tables(&mut self) {
        let rules_of = |check: u32| match &self.checks[check as usize].body {
            Ok(body) => body.code_rules(),
            Err(_) => &[],
        };
        for check in 0..self.checks.len() as u32 {
            for (at, rule) in rules_of(check).iter().enumerate() {
                let table = self.tables.entry(rule.language.0.name()).or_default();
                table.add(check, at as u32, rule);
            }
        }
        for table in self.tables.values_mut() {
            table.finish(|check, at| rules_of(check)[at as usize].literals.as_deref());
        }
    }

    fn scan_code(
        &self,
        language: LanguageRef,
        table: &RuleTable,
        text: &[u8],
        parsed: Option<&Parsed>,
        takes: &dyn Fn(u32) -> bool,
        file: &mut FileHits,
    ) {
        let is_code = |check: u32| {
            takes(check)
                && self.checks[check as usize]
                    .body
                    .as_ref()
                    .is_ok_and(|body| !body.code_rules().is_empty())
        };
        let Some(parsed) = parsed else {
            // Without a tree a rule is decided only where its literals are not in the text,
            // and an encoding may hide them.
            let hides_text = is_utf16(text)
                || language.foreign_encoding(text).is_some()
                || std::str::from_utf8(text).is_err() && has_foreign_names(text);
            let awake = if hides_text {
                table.checks(&is_code)
            } else {
                table.awake_checks(language, text, &is_code)
            };
            file.leave_open(&awake, "it could not be parsed, and the rule might match there");
            return;
        };
        let rule_of = |check: u32, at: u32| match &self.checks[check as usize].body {
            Ok(body) => &body.code_rules()[at as usize],
            Err(_) => unreachable!("a check without a body has no rules in a table"),
        };
        let scan = table.scan(parsed, &is_code, &rule_of);
        file.hits = scan.hits;
        if scan.is_too_deep {
            let reason = format!(
                "its syntax is nested more than {MAX_RULE_DEPTH} levels deep, and the rule might \
                 match there"
            );
            file.leave_open(&scan.awake, &reason);
        } else if scan.is_too_much {
            file.leave_open(&scan.awake, "its rules ask about too many places at once in it");
        } else if parsed.tree.root_node().has_error() {
            let open = table.open_checks(parsed, &is_code);
            file.leave_open(&open, "it has syntax errors, and the rule might match there");
        }
    }
}

/// Whether the bytes are text in UTF-16, or in UTF-32, by their mark or by the zeros in every
/// second byte at their start.
fn is_utf16(text: &[u8]) -> bool {
    const LOOKED_AT: usize = 64;
    const FEWEST: usize = 4;
    let (units, _) = text[..text.len().min(LOOKED_AT)].as_chunks::<2>();
    text.starts_with(&[0xFF, 0xFE])
        || text.starts_with(&[0xFE, 0xFF])
        || units.len() >= FEWEST
            && (units.iter().all(|it| it[0] == 0 && it[1] != 0)
                || units.iter().all(|it| it[0] != 0 && it[1] == 0))
}

/// Whether some word has a byte beyond ASCII: in an encoding that is not known, it may be a
/// name that the language takes for another.
fn has_foreign_names(text: &[u8]) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.windows(2).any(|pair| {
        !pair[0].is_ascii() && is_word(pair[1]) || is_word(pair[0]) && !pair[1].is_ascii()
    })
}

impl FileHits {
    pub(crate) fn leave_open(&mut self, checks: &[u32], reason: &str) {
        let undecided =
            checks.iter().map(|check| Undecided { check: *check, reason: reason.into() });
        self.undecided.extend(undecided);
    }
}

/// Brings what a check concluded into the order in which it is shown.
pub(crate) fn finished(mut outcome: CheckOutcome, graph: &Graph) -> CheckOutcome {
    // Who trusts a class trusts what its methods do: a framework calls those of a guard.
    let within = |key: &NodeKey| graph.find(key).map_or(&[][..], |id| graph.dependencies(id));
    let members: Vec<NodeKey> = outcome
        .assumptions
        .iter()
        .filter(|key| key.kind == NodeKind::Definition)
        .flat_map(|key| within(key).iter().filter(|edge| edge.kind == EdgeKind::Contains))
        .map(|edge| graph.node(edge.node).key.clone())
        .filter(|key| key.kind == NodeKind::Definition)
        .collect();
    outcome.assumptions.extend(members);
    outcome.findings.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
    outcome.assumptions.sort();
    outcome.assumptions.dedup();
    outcome.skipped.sort();
    outcome.skipped.dedup();
    outcome
}

/// A hash of all that checks read of their controls: not of where those stand.
fn digest(controls: &ControlSet) -> String {
    let mut hasher = PartHasher::default();
    let mut part = |text: &str| hasher.part(text);
    part(&CHECKS_VERSION.to_string());
    for control in controls.iter() {
        part(&control.id.0);
        part(&control.name);
        part(&format!("{:?}", control.guidance));
        let scope = &control.applies_to;
        let texts = |patterns: &[codd_controls::ScopePattern]| {
            patterns.iter().map(|it| it.text.clone()).collect::<Vec<_>>()
        };
        part(&format!(
            "{:?} {:?} {:?} {:?} {:?}",
            scope.leaves_tests_out,
            texts(&scope.paths),
            scope.languages,
            texts(&scope.symbols),
            scope.routes.as_ref().map(|it| (&it.methods, texts(&it.paths)))
        ));
        // Whether a control concerns a project is decided with its checks.
        part(&format!("{:?}", control.when));
        for check in &control.checks {
            part(&check.kind);
            part(&check.ordinal.to_string());
            // A value that was read from YAML can be written as YAML.
            part(&serde_yaml::to_string(&check.settings).unwrap_or_default());
        }
        part("\0");
    }
    hasher.hex()
}
