//! The outcomes in a snapshot from those in one beside it: only what differing files say is asked.
//!
//! Of a file that says what it said at other places, everything concluded moves with these. Else
//! most checks ask each file by itself, so that what they found in all of them is what they found
//! before, less what they found in a file as it was, and what they find in it as it is. A plan with
//! any other check that the files have a say in is not decided here.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use codd_controls::Control;
use codd_facts::{FileFacts, LinkKind};
use codd_graph::Graph;
use codd_source::RepoPath;

use crate::context::{CheckContext, Flows, FoundFlows, MAX_PASSING};
use crate::moved::Moved;
use crate::plan::{CheckPlan, Compiled, PlannedCheck, finished, settled};
use crate::scope::takes_file;
use crate::{CheckOutcome, ControlOutcome, FindingPlace, Outcome, SnapshotView, ViewFile};

/// A file that differs, as it was and as it is.
#[derive(Clone, Debug)]
pub struct Differing {
    pub path: RepoPath,
    pub before: ViewFile,
    pub after: ViewFile,
}

impl CheckPlan {
    /// The outcomes in a snapshot of which the outcomes in another are known, that has the same
    /// nodes in its graph and differs in these files alone; `None` where a check has to look at
    /// more than them.
    pub fn verify_beside(
        &self,
        known: &[ControlOutcome],
        graph: &Graph,
        differing: &[Differing],
    ) -> Option<Vec<ControlOutcome>> {
        let compiled = self.compiled();
        if known.len() != compiled.controls().count() {
            return None;
        }
        // What decides which controls concern the project, and what other files' names mean.
        let is_alike = differing.iter().all(|it| {
            let (before, after) = (it.before.facts.as_deref(), it.after.facts.as_deref());
            it.before.language == it.after.language && before.map(Shown::of) == after.map(Shown::of)
        });
        if !is_alike {
            return None;
        }
        let differing: Vec<(&Differing, Option<Moved<'_>>)> = differing
            .iter()
            .map(|it| (it, Moved::between(&it.path, &it.before, &it.after)))
            .collect();
        let mut outcomes = Vec::with_capacity(known.len());
        for ((control, checks), known) in compiled.controls().zip(known) {
            if control.id != known.control || checks.len() != known.checks.len() {
                return None;
            }
            let mut outcome = known.clone();
            if !known.concern.concerns {
                outcomes.push(outcome);
                continue;
            }
            let beside = ControlBeside { plan: self, compiled, control, graph };
            for (index, check) in checks.zip(&mut outcome.checks) {
                for (file, moved) in &differing {
                    let told = moved.as_ref().and_then(|it| it.outcome(index as u32, check));
                    *check = match told {
                        Some(told) => told,
                        None => beside.outcome(index, check, file)?,
                    };
                }
            }
            settled(&mut outcome.checks);
            outcomes.push(outcome);
        }
        Some(outcomes)
    }
}

/// What of a file the whole project is judged by.
#[derive(PartialEq)]
struct Shown<'a> {
    names: BTreeSet<&'a str>,
    frameworks: BTreeSet<&'a str>,
    has_tables: bool,
}

impl<'a> Shown<'a> {
    fn of(facts: &'a FileFacts) -> Shown<'a> {
        let semantics = &facts.semantics;
        Shown {
            names: semantics.definitions.iter().map(|it| it.name.as_str()).collect(),
            frameworks: semantics.routes.iter().map(|it| it.framework.as_str()).collect(),
            has_tables: semantics.links.iter().any(|link| link.kind == LinkKind::Table),
        }
    }
}

/// A control whose checks are decided from what they concluded beside.
struct ControlBeside<'a> {
    plan: &'a CheckPlan,
    compiled: &'a Compiled,
    control: &'a Control,
    graph: &'a Graph,
}

impl ControlBeside<'_> {
    /// What a check concludes once one more file is as it is.
    fn outcome(
        &self,
        index: usize,
        known: &CheckOutcome,
        file: &Differing,
    ) -> Option<CheckOutcome> {
        let scope = &self.control.applies_to;
        let check = self.compiled.check(index);
        let Ok(body) = &check.body else { return Some(known.clone()) };
        // Of one language, so that both or none are taken.
        let is_taken = takes_file(scope, &file.path, file.after.language);
        // Which places of a file are governed, other files have a say in; and what is code of
        // tests, any file may that imports it.
        if is_taken && scope.is_narrower_than_files() || scope.leaves_tests_out {
            return None;
        }
        let before = self.found(index, check, &file.path, &file.before)?;
        let after = self.found(index, check, &file.path, &file.after)?;
        if says_nothing(&before) && says_nothing(&after) {
            return Some(known.clone());
        }
        let sum = sum(known, before, after, &file.path)?;
        let view = BTreeMap::from([(file.path.clone(), file.after.clone())]);
        self.asked(index, check, &view, |ctx| Some(finished(body.concluded(ctx, sum), self.graph)))
    }

    /// What a check finds in one file.
    fn found(
        &self,
        index: usize,
        check: &PlannedCheck,
        path: &RepoPath,
        file: &ViewFile,
    ) -> Option<CheckOutcome> {
        let view = BTreeMap::from([(path.clone(), file.clone())]);
        self.asked(index, check, &view, |ctx| check.body.as_ref().ok()?.found(ctx))
    }

    fn asked<T>(
        &self,
        index: usize,
        check: &PlannedCheck,
        files: &BTreeMap<RepoPath, ViewFile>,
        ask: impl FnOnce(&CheckContext<'_>) -> T,
    ) -> T {
        let (governed, found) = (OnceCell::new(), FoundFlows::default());
        let test_code = OnceLock::new();
        let (models, probes) = self.compiled.followed();
        ask(&CheckContext {
            view: SnapshotView { graph: self.graph, files },
            control: self.control,
            index: index as u32,
            ordinal: check.ordinal,
            kind: &check.kind,
            today: self.plan.today(),
            governed: &governed,
            flows: Flows { models, found: &found, known: None, probes },
            test_code: &test_code,
        })
    }
}

fn says_nothing(it: &CheckOutcome) -> bool {
    it.files == 0
        && it.anchors == 0
        && it.skipped.is_empty()
        && it.findings.is_empty()
        && it.excused.is_empty()
        && it.passing.is_empty()
}

/// What was found in all files, from what was concluded with one of them as it was.
fn sum(
    known: &CheckOutcome,
    before: CheckOutcome,
    after: CheckOutcome,
    path: &RepoPath,
) -> Option<CheckOutcome> {
    // Some conclude how many places they looked at from the number of files.
    let counted = |known: u32, before: u32, after: u32| (known + after).saturating_sub(before);
    let mut sum = CheckOutcome {
        outcome: Outcome::NotApplicable,
        reason: None,
        anchors: counted(known.anchors, before.anchors, after.anchors),
        files: counted(known.files, before.files, after.files),
        passing: passing(&known.passing, &before.passing, after.passing, path)?,
        ..known.clone()
    };
    sum.skipped.retain(|it| it.path != *path);
    sum.skipped.extend(after.skipped);
    sum.skipped.sort();
    let is_elsewhere = |place: &Option<FindingPlace>| {
        // What has no place was concluded from all files.
        place.as_ref().is_some_and(|it| it.path != *path)
    };
    sum.findings.retain(|it| is_elsewhere(&it.place));
    sum.findings.extend(after.findings);
    sum.excused.retain(|it| is_elsewhere(&it.place));
    sum.excused.extend(after.excused);
    Some(sum)
}

/// The first places that comply, in the order of files; `None` where those behind the last one
/// known would move up.
fn passing(
    known: &[FindingPlace],
    before: &[FindingPlace],
    after: Vec<FindingPlace>,
    path: &RepoPath,
) -> Option<Vec<FindingPlace>> {
    let start = known.partition_point(|it| it.path < *path);
    let end = known.partition_point(|it| it.path <= *path);
    let are_all = known.len() < MAX_PASSING;
    let is_behind = start == end && start == known.len();
    let mut all = known.to_vec();
    if !are_all && is_behind {
        return Some(all);
    }
    if !are_all && start < end && before.len() != after.len() {
        return None;
    }
    all.splice(start..end, after);
    all.truncate(MAX_PASSING);
    Some(all)
}
