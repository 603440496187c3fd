//! An assessment made: both sides analysed under both control sets, judged, put into words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_controls::{
    Control, ControlSet, ProjectConfig, Scope, ScopePattern, Waiver, WaiverState, WaiverTarget,
};
use codd_db::{
    Analysis, ContentReader, Engine, Progress, ReadFailure, Request, RequestFile, Treatment,
};
use codd_facts::Name;
use codd_graph::{Confidence, NodeKey};
use codd_impact::{
    ChangeKind, ChangeOptions, ChangeSet, FileChangeKind, ImpactOptions, ImpactSet, ReachSide,
};
use codd_source::{
    CancelToken, Cancelled, CommitInfo, Comparison, ContentId, Date, FileKind, RepoPath, Snapshot,
    SnapshotKind,
};
use codd_verify::{CheckPlan, Outcome};

use crate::judge::{Excuses, Judged, Judgement, judge, risk_fingerprint};
use crate::records::{self, Side};
use crate::reviews::Decisions;
use crate::rules::Rules;
use crate::{
    ASSESSMENT_FORMAT, Assessment, ChangeRecord, Changes, CheckRecord, CommitRecord, ControlResult,
    ControlVerdict, Decision, DecisionKind, FailOn, FileChangeRecord, FindingRecord, FindingState,
    Impact, ImpactCounts, Inputs, NodeRecord, ReachedRecord, ScorePair, SkippedRecord,
    SnapshotRecord, Subject, SubjectKind, Tool, WaiverRecord, coverage, hidden, score, trust,
    verdict,
};

/// What an assessment needs besides the project itself.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) project: &'a str,
    /// What asks the same again.
    pub(crate) command: &'a str,
    pub(crate) as_of: Date,
    /// As asked for on the command line; else the base's configuration says.
    pub(crate) fail_on: Option<FailOn>,
    pub(crate) decisions: &'a Decisions,
    pub(crate) cancel: &'a CancelToken,
}

/// The two snapshots as one reader: content ids say which bytes are meant.
#[derive(Debug)]
struct Snapshots(Vec<Snapshot>);

impl ContentReader for Snapshots {
    fn read(&self, path: &RepoPath, content: ContentId) -> Result<Arc<[u8]>, ReadFailure> {
        let holder = self.0.iter().find(|it| it.get(path).is_some_and(|it| it.content == content));
        match holder {
            Some(snapshot) => snapshot.read(path).map_err(|error| ReadFailure(error.to_string())),
            None => Err(ReadFailure("not in this snapshot any more".to_owned())),
        }
    }
}

/// What codd itself keeps in a project is no part of the code.
fn is_codds_own(path: &RepoPath) -> bool {
    // Anything else there is code that somebody put where nobody looks.
    let within = path.as_str().strip_prefix(".codd/").unwrap_or_default();
    within == ".gitignore"
        || within.starts_with("reviews/") && path.extension() == Some("yaml")
        || within.starts_with("cache/") && codd_facts::language_of(path).is_none()
}

/// A snapshot to be analysed by the controls of `rules`.
///
/// A file is ignored, generated or left out only where all of `configurations` say so, so
/// that a change cannot hide code by its own configuration.
fn request(
    snapshot: &Snapshot,
    reader: &Arc<dyn ContentReader>,
    controls: &Arc<ControlSet>,
    plans: &Arc<[Arc<CheckPlan>]>,
    configurations: &[&ProjectConfig],
    authored: &BTreeSet<RepoPath>,
) -> Request {
    let all_say = |test: &dyn Fn(&ProjectConfig) -> bool| configurations.iter().all(|it| test(it));
    let is_ignored = |path: &RepoPath| all_say(&|it| takes_any(&it.source.ignore, path));
    let files =
        snapshot.files().iter().filter(|(path, _)| !is_codds_own(path) && !is_ignored(path));
    let treatment = |path: &RepoPath, kind| {
        let language = codd_facts::language_of(path).map(|it| it.0.name());
        let leaves_out = |it: &ProjectConfig| {
            let named = &it.project.languages;
            !named.is_empty()
                && language.is_some_and(|language| !codd_facts::is_one_of(language, named))
        };
        match kind {
            FileKind::Symlink => Treatment::Link,
            _ if all_say(&leaves_out) => Treatment::LeftOut,
            _ if all_say(&|it| takes_any(&it.generated, path)) => Treatment::Generated,
            _ if authored.contains(path) => Treatment::Authored,
            _ => Treatment::Ordinary,
        }
    };
    Request {
        files: files
            .map(|(path, file)| RequestFile {
                path: path.clone(),
                content: file.content,
                treatment: treatment(path, file.kind),
            })
            .collect(),
        reader: Arc::clone(reader),
        controls: Arc::clone(controls),
        plans: Arc::clone(plans),
    }
}

/// Whether one of the patterns includes the path and none excludes it.
fn takes_any(patterns: &[ScopePattern], path: &RepoPath) -> bool {
    !patterns.is_empty()
        && Scope { paths: patterns.to_vec(), ..Scope::default() }.names_path(path.as_str())
}

/// One snapshot analysed under its own rules.
pub(crate) fn analyse(
    engine: &mut Engine,
    snapshot: &Snapshot,
    rules: &Rules,
    cancel: &CancelToken,
    progress: &dyn Progress,
) -> Result<Analysis, Cancelled> {
    let reader: Arc<dyn ContentReader> = Arc::new(Snapshots(vec![snapshot.clone()]));
    let plans: Arc<[_]> = Arc::from([Arc::clone(&rules.plan)]);
    let none = BTreeSet::new();
    let request = request(snapshot, &reader, &rules.controls, &plans, &[&rules.config], &none);
    engine.analyse(&request, cancel, progress)
}

/// Assesses a project by itself: every control on every file of the snapshot.
pub(crate) fn project(
    engine: &mut Engine,
    snapshot: &Snapshot,
    asked: &Asked<'_>,
    progress: &dyn Progress,
) -> Result<Assessment, Cancelled> {
    let rules = Rules::read(snapshot);
    let analysis = analyse(engine, snapshot, &rules, asked.cancel, progress)?;
    let side = Side { snapshot, analysis: &analysis };
    let (changes, impact) = (ChangeSet::default(), ImpactSet::default());
    let judged = judge(
        &[Judgement { controls: &rules.controls, base: None, head: &analysis.outcomes[0] }],
        &changes,
    );
    let fail_on = asked.fail_on.unwrap_or(rules.config.fail_on);
    let waivers: Vec<_> = rules.waivers.iter().map(|waiver| (waiver, true)).collect();
    let drawn = Drawing {
        asked,
        base: side,
        head: side,
        changes: &changes,
        impact: &impact,
        commits: &[],
        is_change: false,
        merged: asked.decisions,
        accepts_new: true,
    };
    let mut assessment = drawn.assessment(judged, Vec::new(), &waivers, fail_on);
    assessment.project = project_name(&rules, asked);
    assessment.subject = Subject {
        kind: SubjectKind::Project,
        description: format!("all of the {}", snapshot.kind()),
        command: asked.command.to_owned(),
        base: None,
        head: snapshot_record(snapshot),
        commits: Vec::new(),
    };
    assessment.inputs = Inputs {
        controls: rules.controls.digest(),
        base_controls: None,
        configuration: rules.digest.clone(),
        judged_by: "the project's controls".to_owned(),
        control_count: rules.controls.controls.len() as u32,
        fail_on,
    };
    let diagnostics = rules.diagnostics.iter().chain(&asked.decisions.diagnostics);
    assessment.diagnostics = records::diagnostics(snapshot, diagnostics);
    Ok(assessment)
}

/// Assesses a change.
pub(crate) fn change(
    engine: &mut Engine,
    comparison: &Comparison,
    asked: &Asked<'_>,
    progress: &dyn Progress,
) -> Result<Assessment, Cancelled> {
    let own_base = Rules::read(&comparison.base);
    let head_rules = Rules::read(&comparison.head);
    // Where the base has no controls there is nothing to protect: the head's judge both sides.
    let is_first = own_base.controls.is_empty();
    let base_rules = if is_first { &head_rules } else { &own_base };
    let is_same = base_rules.plan == head_rules.plan;
    let plans: Arc<[_]> = if is_same {
        Arc::from([Arc::clone(&head_rules.plan)])
    } else {
        Arc::from([Arc::clone(&base_rules.plan), Arc::clone(&head_rules.plan)])
    };
    let reader: Arc<dyn ContentReader> =
        Arc::new(Snapshots(vec![comparison.head.clone(), comparison.base.clone()]));
    let configurations = [&base_rules.config, &head_rules.config];
    let mut side = |snapshot: &Snapshot, rules: &Rules, authored: &BTreeSet<RepoPath>| {
        let request =
            request(snapshot, &reader, &rules.controls, &plans, &configurations, authored);
        engine.analyse(&request, asked.cancel, progress)
    };
    let base_analysis = side(&comparison.base, base_rules, &BTreeSet::new())?;
    let authored = hidden::authored_before(&base_analysis, &comparison.head);
    let head_analysis = side(&comparison.head, &head_rules, &authored)?;
    let base = Side { snapshot: &comparison.base, analysis: &base_analysis };
    let head = Side { snapshot: &comparison.head, analysis: &head_analysis };

    let changed_controls = changed_controls(&base_rules.controls, &head_rules.controls);
    let claimed: Vec<RepoPath> =
        comparison.claimed.iter().filter(|it| it.whole_file).map(|it| it.path.clone()).collect();
    let mut changes = codd_impact::change_set(
        &impact_side(&base_analysis),
        &impact_side(&head_analysis),
        &ChangeOptions { claimed: &claimed, changed_controls: &changed_controls },
    );
    // What a change of the rules reaches is known: the controls that differ are in the set.
    for file in &mut changes.files {
        if base_rules.holds(&file.path) || head_rules.holds(&file.path) {
            file.reach_unknown = None;
        }
    }
    let options = ImpactOptions { floor: Confidence::Possible, depth: None };
    let impact =
        codd_impact::impact(&base_analysis.graph, &head_analysis.graph, &changes, &options);
    asked.cancel.check()?;

    let mut judgements = vec![Judgement {
        controls: &base_rules.controls,
        base: Some(&base_analysis.outcomes[0]),
        head: &head_analysis.outcomes[0],
    }];
    if !is_same {
        judgements.push(Judgement {
            controls: &head_rules.controls,
            base: Some(&base_analysis.outcomes[1]),
            head: &head_analysis.outcomes[1],
        });
    }
    let mut judged = judge(&judgements, &changes);
    judged.mark_risks(&impact);

    let fail_on = asked.fail_on.unwrap_or(base_rules.config.fail_on);
    let accepts_new = base_rules.config.waivers.accept_in_change;
    let waivers = trust::waivers(base_rules, &head_rules, is_first, accepts_new);
    let mut weakenings: Vec<FindingRecord> = hidden::split(comparison).into_iter().collect();
    if !is_first {
        weakenings.extend(trust::weakenings(&own_base, &head_rules, comparison));
        let (rules, analyses) = ((&own_base, &head_rules), (&base_analysis, &head_analysis));
        weakenings.extend(hidden::findings(comparison, rules, analyses, &authored));
    }
    let merged = Decisions::read(&comparison.base);
    let drawing = Drawing {
        asked,
        base,
        head,
        changes: &changes,
        impact: &impact,
        commits: &comparison.commits,
        is_change: true,
        merged: &merged,
        accepts_new: accepts_new || is_first,
    };
    let mut assessment = drawing.assessment(judged, weakenings, &waivers, fail_on);
    assessment.project = project_name(&head_rules, asked);
    assessment.subject = Subject {
        kind: SubjectKind::Change,
        description: comparison.description.clone(),
        command: asked.command.to_owned(),
        base: Some(snapshot_record(&comparison.base)),
        head: snapshot_record(&comparison.head),
        commits: comparison.commits.iter().rev().map(commit_record).collect(),
    };
    assessment.inputs = Inputs {
        controls: head_rules.controls.digest(),
        base_controls: (!is_first).then(|| own_base.controls.digest()),
        configuration: base_rules.digest.clone(),
        judged_by: judged_by(is_first, is_same).to_owned(),
        control_count: assessment.controls.len() as u32,
        fail_on,
    };
    assessment.diagnostics = diagnostics(comparison, &own_base, &head_rules);
    let unreadable = records::diagnostics(&comparison.head, &asked.decisions.diagnostics);
    assessment.diagnostics.extend(unreadable);
    Ok(assessment)
}

fn judged_by(is_first: bool, is_same: bool) -> &'static str {
    match (is_first, is_same) {
        (true, _) => "the head's controls on both sides: the base has none",
        (false, true) => "the base's controls, which the change leaves as they are",
        (false, false) => "the base's controls, and the head's where they are stricter",
    }
}

/// The head's diagnostics, and of the base those that the head no longer has.
fn diagnostics(
    comparison: &Comparison,
    base: &Rules,
    head: &Rules,
) -> Vec<crate::DiagnosticRecord> {
    let mut found = records::diagnostics(&comparison.head, &head.diagnostics);
    let of_base = base.diagnostics.iter().filter(|it| !head.diagnostics.contains(it));
    for mut record in records::diagnostics(&comparison.base, of_base) {
        record.message = format!("in the base: {}", record.message);
        found.push(record);
    }
    found
}

fn changed_controls(base: &ControlSet, head: &ControlSet) -> Vec<Name> {
    let ids: BTreeSet<_> = base.controls.keys().chain(head.controls.keys()).collect();
    let digest = |set: &ControlSet, id| set.controls.get(id).map(Control::digest);
    ids.into_iter()
        .filter(|id| digest(base, id) != digest(head, id))
        .map(|id| Name::new(&*id.0))
        .collect()
}

fn impact_side(analysis: &Analysis) -> codd_impact::Side {
    let files = analysis.files.iter().map(|(path, file)| {
        let file = codd_impact::SideFile {
            content: file.content,
            facts: file.analysis.facts.clone(),
            packages: file.analysis.packages.clone(),
        };
        (path.clone(), file)
    });
    codd_impact::Side { graph: Arc::clone(&analysis.graph), files: Arc::new(files.collect()) }
}

fn project_name(rules: &Rules, asked: &Asked<'_>) -> String {
    rules.config.project.name.clone().unwrap_or_else(|| asked.project.to_owned())
}

pub(crate) fn tool() -> Tool {
    Tool { name: "codd".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

pub(crate) fn snapshot_record(snapshot: &Snapshot) -> SnapshotRecord {
    let (kind, commit) = match snapshot.kind() {
        SnapshotKind::Empty => ("empty", None),
        SnapshotKind::Commit { id } => ("commit", Some(id.to_string())),
        SnapshotKind::Index => ("index", None),
        SnapshotKind::WorkTree => ("work tree", None),
        SnapshotKind::Patched { .. } => ("patched", None),
        SnapshotKind::Memory => ("memory", None),
    };
    SnapshotRecord {
        kind: kind.to_owned(),
        commit,
        digest: snapshot.digest().to_owned(),
        files: snapshot.files().len() as u32,
    }
}

/// Trailers by which commits name the AI tools that helped.
const ASSISTANCE_TRAILERS: [&str; 3] = ["assisted-by", "co-authored-by", "generated-by"];

/// Names of AI tools, as they stand in trailers.
const AI_TOOLS: [&str; 9] =
    ["claude", "copilot", "cursor", "codex", "gemini", "aider", "devin", "windsurf", "opencode"];

fn commit_record(commit: &CommitInfo) -> CommitRecord {
    let trailers = commit.message.lines().filter_map(|line| line.split_once(':'));
    let assisted_by = trailers
        .filter(|(key, value)| {
            let (key, value) = (key.trim().to_ascii_lowercase(), value.to_ascii_lowercase());
            ASSISTANCE_TRAILERS.contains(&key.as_str())
                && (key == "assisted-by" || AI_TOOLS.iter().any(|tool| value.contains(tool)))
        })
        .map(|(_, value)| value.trim().to_owned())
        .collect();
    CommitRecord {
        id: commit.id.to_string(),
        author: format!("{} <{}>", commit.author_name, commit.author_email),
        date: commit.date.map(|date| date.to_string()).unwrap_or_default(),
        subject: commit.message.lines().next().unwrap_or_default().to_owned(),
        assisted_by,
    }
}

/// Everything from which an assessment is put into words.
struct Drawing<'a> {
    asked: &'a Asked<'a>,
    base: Side<'a>,
    head: Side<'a>,
    changes: &'a ChangeSet,
    impact: &'a ImpactSet,
    commits: &'a [CommitInfo],
    is_change: bool,
    /// Decisions that the change did not bring.
    merged: &'a Decisions,
    /// Whether waivers count in the change that brings them.
    accepts_new: bool,
}

impl<'a> Drawing<'a> {
    fn assessment(
        &self,
        judged: Judged<'a>,
        weakenings: Vec<FindingRecord>,
        waivers: &[(&Waiver, bool)],
        fail_on: FailOn,
    ) -> Assessment {
        let (impact, numbers) = self.impact();
        let mut findings = self.findings(&judged, &numbers);
        findings.extend(weakenings);
        let mut excuses = Excuses { risks: self.risks(&judged), ..Excuses::default() };
        for (fingerprint, decisions) in &self.asked.decisions.by_fingerprint {
            let counting: Vec<&Decision> =
                decisions.iter().filter(|it| !self.is_own_work(&it.reviewer)).collect();
            excuses.decisions.insert(fingerprint, counting);
        }
        findings.extend(self.risk_findings(&judged, &excuses, &numbers));
        let mut waivers = self.waive(waivers, &mut findings, &mut excuses);
        self.waive_as_decided(&mut waivers, &mut findings, &mut excuses);
        for finding in &mut findings {
            finding.decision = excuses.decision(&finding.fingerprint);
        }
        sort_findings(&mut findings);
        let controls = self.controls(&judged, &excuses, &numbers);
        let score_of = |on_base, analysis| {
            score::score(&judged.counts(&excuses, on_base, coverage::source_files(analysis)))
        };
        Assessment {
            format: ASSESSMENT_FORMAT.to_owned(),
            tool: tool(),
            as_of: self.asked.as_of.to_string(),
            verdict: self.is_change.then(|| verdict::of_change(&controls, &findings, fail_on)),
            changes: self.changes(),
            impact,
            waivers,
            coverage: coverage::coverage(self.head.snapshot, self.head.analysis),
            score: ScorePair {
                before: self.is_change.then(|| score_of(true, self.base.analysis)).flatten(),
                after: score_of(false, self.head.analysis),
            },
            controls,
            findings,
            ..Assessment::default()
        }
    }

    /// The node in words, from the side that has it.
    fn node(&self, key: &NodeKey, side: ReachSide) -> NodeRecord {
        match side {
            ReachSide::Base => self.base.node(key),
            ReachSide::Head => self.head.node(key),
        }
    }

    fn changes(&self) -> Changes {
        let files = self.changes.files.iter().map(|file| FileChangeRecord {
            path: file.path.to_string(),
            kind: file_change(file.kind).to_owned(),
            renamed_from: file.renamed_from.as_ref().map(RepoPath::to_string),
            reach_unknown: file.reach_unknown.clone(),
        });
        let nodes = self.changes.changes.iter().map(|change| ChangeRecord {
            node: match change.kind {
                ChangeKind::Removed => self.base.node(&change.node),
                _ => self.head.node(&change.node),
            },
            kind: change_kind(change.kind).to_owned(),
            moved_from: change.moved_from.as_ref().map(|key| self.base.node(key)),
        });
        Changes { files: files.collect(), nodes: nodes.collect() }
    }

    /// The impact set nearest first, and each node's place in that list.
    fn impact(&self) -> (Impact, BTreeMap<&'a NodeKey, u32>) {
        let mut order: Vec<_> = self.impact.reached.iter().collect();
        order.sort_by(|a, b| {
            let key = |it: &codd_impact::Reached| (it.distance, std::cmp::Reverse(it.confidence));
            key(a).cmp(&key(b)).then_with(|| a.node.cmp(&b.node))
        });
        let numbers: BTreeMap<&NodeKey, u32> =
            order.iter().enumerate().map(|(at, it)| (&it.node, at as u32)).collect();
        let nodes: Vec<ReachedRecord> = order
            .iter()
            .map(|reached| {
                let path = self.impact.witness(&reached.node);
                ReachedRecord {
                    node: self.node(&reached.node, reached.side),
                    side: side_name(reached.side).to_owned(),
                    distance: reached.distance,
                    confidence: records::confidence(reached.confidence).to_owned(),
                    via: path.first().and_then(|step| numbers.get(&step.node).copied()),
                    edge: path.first().map(|step| records::edge_kind(step.edge).to_owned()),
                }
            })
            .collect();
        let counts = counts(&nodes);
        (Impact { nodes, counts }, numbers)
    }

    fn findings(
        &self,
        judged: &Judged<'_>,
        numbers: &BTreeMap<&NodeKey, u32>,
    ) -> Vec<FindingRecord> {
        let changed: BTreeSet<&NodeKey> = self.changes.changes.iter().map(|it| &it.node).collect();
        let record = |judged: &crate::judge::JudgedFinding<'_>| {
            let (finding, state) = (judged.matched.finding, judged.matched.state);
            let side = if state == FindingState::Absent { self.base } else { self.head };
            let anchor = finding.place.as_ref().map(|place| &place.anchor);
            let reached = anchor.and_then(|anchor| numbers.get(anchor).copied());
            let caused_by = anchor
                .filter(|anchor| state == FindingState::New && !changed.contains(anchor))
                .and_then(|anchor| self.impact.witness(anchor).pop())
                .map(|step| self.node(&step.node, step.side));
            FindingRecord {
                fingerprint: finding.fingerprint.clone(),
                control: finding.control.to_string(),
                control_name: judged.control_name.to_owned(),
                severity: score::severity_name(judged.severity).to_owned(),
                check: Some(finding.check),
                kind: finding.kind.clone(),
                state,
                outcome: outcome_name(finding.outcome).to_owned(),
                message: finding.message.clone(),
                help: finding.help.clone(),
                location: finding.place.as_ref().map(|place| side.location(place)),
                witness: path_of(&finding.witness).iter().map(|key| side.node(key)).collect(),
                reached,
                caused_by,
                decision: None,
                waived_by: None,
            }
        };
        judged.findings.iter().map(record).collect()
    }

    /// Fingerprints of the assumptions at risk, by control and node.
    fn risks(&self, judged: &Judged<'_>) -> BTreeMap<(codd_controls::ControlId, NodeKey), String> {
        let mut risks = BTreeMap::new();
        for control in judged.controls.values() {
            for node in &control.at_risk {
                let origin = self.origin(node);
                let content = self.head.file(&origin.path).map(|file| file.content.to_string());
                let causes = format!(
                    "{} {} {}",
                    origin.path,
                    origin.symbol,
                    content.as_deref().unwrap_or("absent")
                );
                let id = control.control.id.clone();
                let fingerprint = risk_fingerprint(&id, node, &causes);
                risks.insert((id, node.clone()), fingerprint);
            }
        }
        risks
    }

    /// The change that a node was reached from: itself where it changed.
    fn origin(&self, node: &NodeKey) -> NodeKey {
        self.impact.witness(node).pop().map_or_else(|| node.clone(), |step| step.node)
    }

    /// One item to review for each trusted node that the change reaches.
    fn risk_findings(
        &self,
        judged: &Judged<'_>,
        excuses: &Excuses<'_>,
        numbers: &BTreeMap<&NodeKey, u32>,
    ) -> Vec<FindingRecord> {
        let mut findings = Vec::new();
        for control in judged.controls.values() {
            // A control that fails asks for its fix first.
            let verdict = control.verdict(excuses, false);
            if !matches!(verdict, ControlVerdict::AtRisk | ControlVerdict::Satisfied) {
                continue;
            }
            for node in &control.at_risk {
                let origin = self.origin(node);
                let name = display(node);
                let message = if origin == *node {
                    format!("`{name}`, which this control trusts, was changed")
                } else {
                    format!(
                        "`{name}`, which this control trusts, depends on `{}`, which was changed",
                        display(&origin)
                    )
                };
                let reached = numbers.get(node).copied();
                let span = self.head.span(node).unwrap_or_default();
                let place = codd_verify::FindingPlace {
                    path: node.path.clone(),
                    span,
                    anchor: node.clone(),
                };
                let fingerprint = excuses.risks.get(&(control.control.id.clone(), node.clone()));
                findings.push(FindingRecord {
                    fingerprint: fingerprint.cloned().unwrap_or_default(),
                    control: control.control.id.to_string(),
                    control_name: control.control.name.clone(),
                    severity: control.severity_name().to_owned(),
                    check: None,
                    kind: "at_risk".to_owned(),
                    state: FindingState::New,
                    outcome: "review".to_owned(),
                    message,
                    help: Some(
                        "read the change and affirm that the control still holds: `codd review \
                         decide`"
                            .to_owned(),
                    ),
                    location: Some(self.head.location(&place)),
                    witness: Vec::new(),
                    reached,
                    caused_by: (origin != *node).then(|| self.head.node(&origin)),
                    decision: None,
                    waived_by: None,
                });
            }
        }
        findings
    }

    /// Whether the reviewer wrote the change: nobody affirms their own work.
    fn is_own_work(&self, reviewer: &str) -> bool {
        self.commits.iter().any(|commit| {
            let (name, email) = (&commit.author_name, &commit.author_email);
            is_same_person(reviewer, email) || is_same_person(reviewer, name)
        })
    }

    /// Marks what waivers cover; the flag of a waiver says whether it counts here.
    fn waive(
        &self,
        waivers: &[(&Waiver, bool)],
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'_>,
    ) -> Vec<WaiverRecord> {
        let mut records = Vec::new();
        for (waiver, counts) in waivers {
            let state = waiver.state(self.asked.as_of);
            let mut covers = 0;
            for finding in findings.iter_mut().filter(|it| is_covered(waiver, it)) {
                if *counts && state == WaiverState::Active && finding.waived_by.is_none() {
                    finding.waived_by = Some(records.len() as u32);
                    if finding.state != FindingState::Absent {
                        excuses.waived.insert(finding.fingerprint.clone());
                    }
                }
                covers += u32::from(finding.state != FindingState::Absent);
            }
            let state = match state {
                _ if !counts => "added by this change, does not count",
                WaiverState::Active => "active",
                WaiverState::Expired => "expired",
                WaiverState::NotYet => "not yet",
            };
            records.push(WaiverRecord {
                target: match &waiver.target {
                    WaiverTarget::Control(id) => id.to_string(),
                    WaiverTarget::Fingerprint(fingerprint) => fingerprint.clone(),
                },
                paths: waiver.paths.iter().map(|pattern| pattern.text.clone()).collect(),
                reason: waiver.reason.clone(),
                requested_by: waiver.requested_by.clone(),
                approved_by: waiver.approved_by.clone(),
                created: waiver.created.to_string(),
                expires: waiver.expires.to_string(),
                state: state.to_owned(),
                covers,
            });
        }
        records
    }

    /// Marks what reviewers waived: their decisions are waivers of one finding each.
    fn waive_as_decided(
        &self,
        waivers: &mut Vec<WaiverRecord>,
        findings: &mut [FindingRecord],
        excuses: &mut Excuses<'_>,
    ) {
        let waiving = |it: &&Decision| it.decision == DecisionKind::Waive;
        for finding in findings.iter_mut().filter(|it| it.state != FindingState::Absent) {
            let decisions = self.asked.decisions.of(&finding.fingerprint);
            for decision in decisions.iter().filter(waiving) {
                let is_merged = self.merged.of(&finding.fingerprint).contains(decision);
                let is_own = self.is_own_work(&decision.reviewer);
                let expires = decision.expires.clone().unwrap_or_default();
                let is_over = expires.parse::<Date>().is_ok_and(|end| end < self.asked.as_of);
                let state = match (is_over, is_own, is_merged || self.accepts_new) {
                    (true, ..) => "expired",
                    (_, true, _) => "decided by the author of the change, does not count",
                    (_, _, false) => "added by this change, does not count",
                    _ => "active",
                };
                if state == "active" && finding.waived_by.is_none() {
                    finding.waived_by = Some(waivers.len() as u32);
                    excuses.waived.insert(finding.fingerprint.clone());
                }
                waivers.push(WaiverRecord {
                    target: finding.fingerprint.clone(),
                    paths: Vec::new(),
                    reason: decision.reason.clone().unwrap_or_default(),
                    requested_by: String::new(),
                    approved_by: decision.reviewer.clone(),
                    created: decision.date.clone(),
                    expires,
                    state: state.to_owned(),
                    covers: 1,
                });
            }
        }
    }

    fn controls(
        &self,
        judged: &Judged<'_>,
        excuses: &Excuses<'_>,
        numbers: &BTreeMap<&NodeKey, u32>,
    ) -> Vec<ControlResult> {
        let result = |control: &crate::judge::JudgedControl<'_>| {
            let verdict = control.verdict(excuses, false);
            let checks: Vec<CheckRecord> = control.head.iter().map(|it| check_record(it)).collect();
            let id = &control.control.id;
            let node = NodeKey {
                path: RepoPath::new(&*id.0),
                kind: codd_graph::NodeKind::Control,
                symbol: Name::default(),
                ordinal: 0,
            };
            let step = self.impact.witness(&node).into_iter().next();
            let at_risk = control.at_risk.iter().filter_map(|node| numbers.get(node).copied());
            ControlResult {
                id: id.to_string(),
                name: control.control.name.clone(),
                requirement: control.control.requirement.trim().to_owned(),
                severity: control.severity_name().to_owned(),
                origin: match &control.control.origin {
                    codd_controls::Origin::Project { path } => path.to_string(),
                    codd_controls::Origin::Catalogue { name } => format!("catalogue {name}"),
                },
                verdict,
                base_verdict: self.is_change.then(|| control.verdict(excuses, true)),
                reasons: reasons(verdict, &control.head),
                touched: step.and_then(|step| numbers.get(&step.node).copied()),
                at_risk: at_risk.collect(),
                checks,
                frameworks: control
                    .control
                    .frameworks
                    .iter()
                    .map(|(framework, references)| {
                        let ids = references.iter().map(|it| it.id.clone()).collect();
                        (framework_key(*framework), ids)
                    })
                    .collect(),
            }
        };
        judged.controls.values().map(result).collect()
    }
}

/// A witness as a path: one node alone says no more than the finding's place.
fn path_of(witness: &[NodeKey]) -> &[NodeKey] {
    if witness.len() > 1 { witness } else { &[] }
}

/// Whether a reviewer goes by this name or address, as `Name <address>` too and whatever is
/// behind a `+` in the address.
fn is_same_person(reviewer: &str, author: &str) -> bool {
    let folded = |text: &str| {
        let text = text.trim().to_lowercase();
        match text.split_once('@') {
            Some((name, host)) => {
                format!("{}@{host}", name.split('+').next().unwrap_or_default())
            }
            None => text,
        }
    };
    let author = folded(author);
    let parts = reviewer.split(['<', '>', ',', ';']).chain([reviewer]);
    !author.is_empty() && parts.map(folded).any(|part| part == author)
}

fn is_covered(waiver: &Waiver, finding: &FindingRecord) -> bool {
    let is_target = match &waiver.target {
        WaiverTarget::Control(id) => *id.0 == *finding.control,
        WaiverTarget::Fingerprint(fingerprint) => *fingerprint == finding.fingerprint,
    };
    // A weakened control is not excused by a waiver of that control.
    let is_excusable =
        finding.kind != trust::KIND || matches!(waiver.target, WaiverTarget::Fingerprint(_));
    let path = finding.location.as_ref().map_or("", |it| it.path.as_str());
    is_target && is_excusable && waiver.takes_path(path)
}

fn reasons(verdict: ControlVerdict, checks: &[&codd_verify::CheckOutcome]) -> Vec<String> {
    let wanted = |outcome| match verdict {
        ControlVerdict::Undetermined => {
            matches!(outcome, Outcome::Undetermined | Outcome::Review)
        }
        ControlVerdict::NotApplicable => outcome == Outcome::NotApplicable,
        _ => outcome == Outcome::Undetermined,
    };
    if checks.is_empty() {
        return vec!["the control has no check: nothing verifies it".to_owned()];
    }
    let mut reasons: Vec<String> = checks
        .iter()
        .filter(|check| wanted(check.outcome))
        .filter_map(|check| check.reason.clone())
        .collect();
    reasons.dedup();
    reasons
}

fn check_record(check: &codd_verify::CheckOutcome) -> CheckRecord {
    CheckRecord {
        ordinal: check.check,
        kind: check.kind.clone(),
        outcome: outcome_name(check.outcome).to_owned(),
        reason: check.reason.clone(),
        anchors: check.anchors,
        files: check.files,
        skipped: check
            .skipped
            .iter()
            .map(|it| SkippedRecord { path: it.path.to_string(), reason: it.reason.clone() })
            .collect(),
        weak_evidence: check.is_weak_evidence,
    }
}

/// Most severe first; of equals new before unchanged before absent, then by place.
fn sort_findings(findings: &mut [FindingRecord]) {
    let rank = |finding: &FindingRecord| match finding.severity.as_str() {
        "critical" => 0,
        "high" => 1,
        "medium" => 2,
        _ => 3,
    };
    let state = |finding: &FindingRecord| match finding.state {
        FindingState::New => 0,
        FindingState::Updated => 1,
        FindingState::Unchanged => 2,
        FindingState::Absent => 3,
    };
    let place = |finding: &FindingRecord| {
        finding.location.as_ref().map(|it| (it.path.clone(), it.line, it.column))
    };
    findings.sort_by(|a, b| {
        (rank(a), state(a))
            .cmp(&(rank(b), state(b)))
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| (&a.control, &a.fingerprint).cmp(&(&b.control, &b.fingerprint)))
    });
}

fn counts(nodes: &[ReachedRecord]) -> ImpactCounts {
    let mut counts = ImpactCounts::default();
    let mut files = BTreeSet::new();
    for reached in nodes.iter().filter(|it| it.node.kind != "control") {
        match (reached.distance, reached.confidence.as_str()) {
            (0, _) => counts.changed += 1,
            (_, "exact") => counts.exact += 1,
            (_, "probable") => counts.probable += 1,
            _ => counts.possible += 1,
        }
        match reached.node.kind.as_str() {
            "route" => counts.routes += 1,
            "test" => counts.tests += 1,
            _ => {}
        }
        files.insert(&reached.node.path);
    }
    counts.files = files.len() as u32;
    counts
}

fn display(node: &NodeKey) -> String {
    if node.symbol.is_empty() { node.path.to_string() } else { node.symbol.to_string() }
}

fn side_name(side: ReachSide) -> &'static str {
    match side {
        ReachSide::Base => "base",
        ReachSide::Head => "head",
    }
}

pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Review => "review",
        Outcome::Undetermined => "undetermined",
        Outcome::NotApplicable => "not_applicable",
    }
}

fn file_change(kind: FileChangeKind) -> &'static str {
    match kind {
        FileChangeKind::Added => "added",
        FileChangeKind::Modified => "modified",
        FileChangeKind::Deleted => "deleted",
        FileChangeKind::Renamed => "renamed",
        FileChangeKind::Formatting => "formatting",
        FileChangeKind::Claimed => "claimed",
    }
}

fn change_kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Moved => "moved",
        ChangeKind::Signature => "signature",
        ChangeKind::Decorators => "decorators",
        ChangeKind::Body => "body",
        ChangeKind::Members => "members",
        ChangeKind::Rebound => "rebound",
        ChangeKind::ModuleCode => "module_code",
        ChangeKind::Content => "content",
        ChangeKind::PackageVersion => "package_version",
        ChangeKind::Control => "control",
        ChangeKind::Formatting => "formatting",
    }
}

/// The framework's key as requirement files spell it.
fn framework_key(framework: codd_controls::Framework) -> String {
    serde_json::to_value(framework)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .expect("a framework is written as its key")
}
