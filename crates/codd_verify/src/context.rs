//! What a check is decided with: the snapshot, its control and what that control governs.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use codd_controls::{Control, EXTENDS_FOLDER, Origin};
use codd_facts::{CALLED_ELSEWHERE, DefinitionId, FileClass, FileFacts, is_code_language};
use codd_flow::{ClassId, FlowAnalysis, FlowFile, KnownFlows, Models, ProbeCall};
use codd_graph::{EdgeKind, Graph, NodeId};
use codd_source::{Date, RepoPath, Span};

use crate::nodes::{definition_key, definition_node, file_key};
use crate::scope::{Governed, takes_file};
use crate::test_code::TestCode;
use crate::{
    CheckOutcome, Concern, Finding, FindingPlace, Hit, OpenPlaces, Outcome, SkippedFile,
    SnapshotView, ViewFile,
};

/// Examples of compliance that an outcome names.
pub(crate) const MAX_PASSING: usize = 5;

/// One check in one snapshot.
pub(crate) struct CheckContext<'a> {
    pub(crate) view: SnapshotView<'a>,
    pub(crate) control: &'a Control,
    /// Index of the check in the plan.
    pub(crate) index: u32,
    /// The check's place in its control.
    pub(crate) ordinal: u32,
    pub(crate) kind: &'a str,
    /// The day of the verification; what expires counts where it is not known.
    pub(crate) today: Option<Date>,
    /// Shared by the checks of one control.
    pub(crate) governed: &'a OnceCell<Governed>,
    pub(crate) flows: Flows<'a>,
    /// Found once in a snapshot, where a control asks for it.
    pub(crate) test_code: &'a OnceLock<TestCode>,
}

/// The flows of one snapshot: looked for once, for all checks that look at the same code.
#[derive(Clone, Copy)]
pub(crate) struct Flows<'a> {
    pub(crate) models: &'a Models,
    pub(crate) found: &'a FoundFlows,
    /// Who has those of other snapshots.
    pub(crate) known: Option<&'a dyn KnownFlows>,
    /// The number of the first probe of each check.
    pub(crate) probes: &'a BTreeMap<u32, u32>,
}

/// What was looked for by now.
#[derive(Default)]
pub(crate) struct FoundFlows {
    /// In all code.
    everywhere: OnceLock<FlowAnalysis>,
    /// In all but tests themselves: no value of the program goes through these.
    but_tests: OnceLock<FlowAnalysis>,
}

impl<'a> CheckContext<'a> {
    /// The nodes the control governs.
    pub(crate) fn governed(&self) -> &'a Governed {
        self.governed
            .get_or_init(|| Governed::of(self.control, self.view, |path| self.is_left_out(path)))
    }

    /// The calls that a probe of this check asks for, by its place among them.
    pub(crate) fn probed(&self, nth: u32) -> impl Iterator<Item = &'a ProbeCall> {
        let number = self.flows.probes.get(&self.index).map(|first| first + nth);
        self.flows().probes.iter().filter(move |it| Some(it.probe) == number)
    }

    /// The flows of all classes in this snapshot, but for those in tests that the control leaves
    /// out.
    ///
    /// What lies with tests and serves something, or tests nothing itself, may be run by more than
    /// tests, whatever is seen to run it: a flow through it is judged by where it ends.
    pub(crate) fn flows(&self) -> &'a FlowAnalysis {
        let FoundFlows { everywhere, but_tests } = self.flows.found;
        let is_test = |path: &RepoPath, file: &ViewFile| {
            self.is_left_out(path) && file.facts.as_ref().is_some_and(|it| tests_alone(it))
        };
        let has_tests = self.view.files.iter().any(|(path, file)| is_test(path, file));
        let found = if has_tests { but_tests } else { everywhere };
        found.get_or_init(|| {
            let files: Vec<FlowFile<'_>> = self
                .view
                .files
                .iter()
                .filter(|(path, file)| !is_test(path, file))
                .filter_map(|(path, file)| {
                    let (flow, facts) = (file.hits.flow.as_ref()?, file.facts.as_ref()?);
                    Some(FlowFile { path, content: file.content, flow, facts })
                })
                .collect();
            let Flows { models, known, .. } = self.flows;
            codd_flow::analyse(self.view.graph, &files, models, known)
        })
    }

    pub(crate) fn flow_class(&self, name: &str) -> Option<ClassId> {
        self.flows.models.class_named(name)
    }

    /// The files in scope that people wrote or the scope names.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&'a RepoPath, &'a ViewFile)> {
        let scope = &self.control.applies_to;
        self.files_of_any_class().filter(move |(path, file)| {
            file.class == FileClass::Authored || scope.names_path(path.as_str())
        })
    }

    /// The files in scope, generated, vendored and minified ones too.
    pub(crate) fn files_of_any_class(&self) -> impl Iterator<Item = (&'a RepoPath, &'a ViewFile)> {
        let scope = &self.control.applies_to;
        self.view.files.iter().filter(move |(path, file)| {
            takes_file(scope, path, file.language) && !self.is_left_out(path)
        })
    }

    /// Whether a file holds code of tests and the control leaves that out.
    fn is_left_out(&self, path: &RepoPath) -> bool {
        self.control.applies_to.leaves_tests_out
            && self.test_code.get_or_init(|| TestCode::of(self.view)).holds(path)
    }

    pub(crate) fn hits(&self, file: &'a ViewFile) -> &'a [Hit] {
        file.hits.of_check(self.index)
    }

    /// Whether the control governs this span: always where it governs whole files.
    pub(crate) fn governs(&self, path: &RepoPath, file: &ViewFile, span: Span) -> bool {
        if !self.control.applies_to.is_narrower_than_files() {
            return true;
        }
        let Some(facts) = &file.facts else { return false };
        let governed = self.governed();
        let graph = self.view.graph;
        enclosing(facts, span).any(|id| {
            definition_node(graph, path, &facts.semantics, id)
                .is_some_and(|node| governed.has_code_of(node))
        })
    }

    /// Whether a governed route is in scope only if it is served at a path that is not known.
    pub(crate) fn is_perhaps_in_scope(&self, route: NodeId) -> bool {
        let Some(scope) = &self.control.applies_to.routes else { return false };
        let node = self.view.graph.node(route);
        let (method, _) = node.method_and_path();
        !node.paths().any(|path| scope.surely_takes(method, path))
    }

    /// Whether the control is written in this file, or this is the copy that a project keeps of the
    /// shared file it is written in.
    pub(crate) fn is_own_file(&self, path: &RepoPath) -> bool {
        match &self.control.origin {
            Origin::Project { path: own } => own == path,
            Origin::Catalogue { name } => {
                let file = name.rsplit('/').next();
                path.parent().starts_with(EXTENDS_FOLDER) && file == Some(path.file_name())
            }
        }
    }

    /// Whether some definition or route in a file is governed.
    pub(crate) fn has_governed_code(&self, path: &RepoPath) -> bool {
        self.governed().has_code_in(path)
    }

    /// Where a node stands in its file's text.
    pub(crate) fn node_place(&self, node: NodeId) -> Option<FindingPlace> {
        let node = self.view.graph.node(node);
        let file = self.view.files.get(&node.key.path)?;
        let span = match (node.place, &file.facts) {
            (
                codd_graph::NodePlace::Definition(id)
                | codd_graph::NodePlace::InheritedTest { class: id, .. },
                Some(facts),
            ) => {
                // The name alone: a definition's whole span is no place to look at.
                facts.places.definitions.get(id.index())?.name
            }
            (codd_graph::NodePlace::Route(at), Some(facts)) => {
                *facts.places.routes.get(at as usize)?
            }
            (codd_graph::NodePlace::Test(at), Some(facts)) => {
                let test = facts.semantics.tests.get(at as usize)?;
                facts.places.definitions.get(test.definition.index())?.name
            }
            (codd_graph::NodePlace::File, _) => Span::default(),
            _ => return None,
        };
        Some(FindingPlace { path: node.key.path.clone(), span, anchor: node.key.clone() })
    }

    /// Counts the files in scope whose definitions are known, and notes those whose are not.
    pub(crate) fn count_files_of_nodes(&self, outcome: &mut CheckOutcome) {
        for (path, file) in
            self.files().filter(|(_, file)| file.language.is_some_and(is_code_language))
        {
            match &file.facts {
                Some(_) => outcome.files += 1,
                None => outcome.skip(path, file.failure.as_deref().unwrap_or("it was not parsed")),
            }
        }
    }

    /// Notes which routes of files in scope could not be read, and says so if there are any.
    pub(crate) fn unseen_routes(&self, outcome: &mut CheckOutcome) -> Option<String> {
        let mut found: BTreeMap<&str, (u32, &RepoPath)> = BTreeMap::new();
        let mut has_places = false;
        for (path, file) in self.files() {
            let facts = file.facts.iter().filter(|it| it.semantics.tests.is_empty());
            for (what, count) in facts.flat_map(|it| &it.not_modelled) {
                let count = match what.as_str() {
                    CALLED_ELSEWHERE => called_elsewhere(self.view.graph, path, file),
                    _ => *count,
                };
                if is_unread_route(what) && count > 0 {
                    outcome.leave_open(path, what, count);
                    found.entry(what.as_str()).or_insert((0, path)).0 += count;
                    has_places |= file.facts.iter().any(|it| !it.places.not_modelled.is_empty());
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let parts: Vec<String> = found
            .into_iter()
            .map(|(what, (count, first))| format!("{what} ({count}, first in `{first}`)"))
            .collect();
        let lines = if has_places { "; `codd graph routes` says in which lines" } else { "" };
        Some(format!("there are routes that codd cannot read: {}{lines}", parts.join(", ")))
    }

    /// An outcome that has looked at nothing yet.
    pub(crate) fn outcome(&self) -> CheckOutcome {
        CheckOutcome {
            check: self.ordinal,
            kind: self.kind.to_owned(),
            outcome: Outcome::NotApplicable,
            reason: None,
            anchors: 0,
            files: 0,
            skipped: Vec::new(),
            open: Vec::new(),
            findings: Vec::new(),
            excused: Vec::new(),
            assumptions: Vec::new(),
            served: Vec::new(),
            passing: Vec::new(),
            is_weak_evidence: false,
        }
    }

    /// A failing finding; its ordinal and fingerprint are given when all are known.
    pub(crate) fn failure(
        &self,
        place: Option<FindingPlace>,
        snippet: impl Into<String>,
        message: impl Into<String>,
    ) -> Finding {
        let language = place
            .as_ref()
            .and_then(|place| self.view.files.get(&place.path))
            .and_then(|file| file.language);
        Finding {
            control: self.control.id.clone(),
            check: self.ordinal,
            kind: self.kind.to_owned(),
            outcome: Outcome::Fail,
            place,
            message: message.into(),
            help: self.control.guidance.for_language(language).map(|it| it.trim().to_owned()),
            fix: None,
            witness: Vec::new(),
            steps: Vec::new(),
            ways: Vec::new(),
            before: Vec::new(),
            snippet: snippet.into(),
            ordinal: 0,
            fingerprint: String::new(),
        }
    }

    /// What the control asks for, as a message where the check has none of its own.
    pub(crate) fn default_message(&self) -> String {
        format!("does not meet `{}`", self.control.name.trim())
    }
}

/// Whether a file holds tests and serves nothing.
fn tests_alone(facts: &FileFacts) -> bool {
    let semantics = &facts.semantics;
    !semantics.tests.is_empty()
        && semantics.routes.is_empty()
        && semantics.route_hooks.is_empty()
        && semantics.listeners.is_empty()
}

impl CheckOutcome {
    /// Notes that a file in scope could not be read for the check.
    pub(crate) fn skip(&mut self, path: &RepoPath, reason: impl Into<String>) {
        self.skipped.push(SkippedFile { path: path.clone(), reason: reason.into() });
    }

    /// Notes that the check does not know something of so many places in a file.
    pub(crate) fn leave_open(&mut self, path: &RepoPath, what: &str, count: u32) {
        let at = self.open.partition_point(|it| (&it.path, it.what.as_str()) < (path, what));
        match self.open.get_mut(at).filter(|it| it.path == *path && it.what == what) {
            Some(known) => known.count += count,
            None => {
                let (path, what) = (path.clone(), what.to_owned());
                self.open.insert(at, OpenPlaces { path, what, count });
            }
        }
    }

    /// Skips a file whose bytes were not read; says whether it was one.
    pub(crate) fn skips_unread(&mut self, path: &RepoPath, file: &ViewFile) -> bool {
        if !file.hits.was_read {
            self.skip(path, file.failure.as_deref().unwrap_or("it was not read"));
        }
        !file.hits.was_read
    }

    /// Keeps a place that complies as an example, if there is room.
    pub(crate) fn complies(&mut self, place: impl FnOnce() -> Option<FindingPlace>) {
        if self.passing.len() < MAX_PASSING {
            self.passing.extend(place());
        }
    }

    /// Settles the outcome from what was found: failures first, then what could not be read,
    /// then whether there was anything to look at.
    pub(crate) fn decide(mut self, nothing: &str) -> CheckOutcome {
        self.outcome = if self.findings.iter().any(|finding| finding.outcome == Outcome::Fail) {
            Outcome::Fail
        } else if let Some(first) = self.skipped.first() {
            let count = self.skipped.len();
            let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            self.reason =
                Some(format!("could not look at `{}`{more}: {}", first.path, first.reason));
            Outcome::Undetermined
        } else if self.anchors == 0 {
            self.reason = Some(nothing.to_owned());
            Outcome::NotApplicable
        } else {
            Outcome::Pass
        };
        self
    }

    /// The control is not for projects of this kind.
    pub(crate) fn not_concerned(mut self, concern: &Concern) -> CheckOutcome {
        self.reason = Some(concern.reasons.join("; "));
        self
    }

    /// Leaves the check open.
    pub(crate) fn undetermined(mut self, reason: impl Into<String>) -> CheckOutcome {
        self.outcome = Outcome::Undetermined;
        self.reason = Some(reason.into());
        self
    }
}

/// How many functions of a file register what other files give them.
fn called_elsewhere(graph: &Graph, path: &RepoPath, file: &ViewFile) -> u32 {
    let Some(facts) = &file.facts else { return 0 };
    let semantics = &facts.semantics;
    let is_called = |span: Span| {
        let is_function = |id: &DefinitionId| semantics.definition(*id).kind.is_function();
        let function = innermost(facts, enclosing(facts, span).filter(is_function));
        let node = function.and_then(|it| definition_node(graph, path, semantics, it));
        node.is_some_and(|node| {
            let mut users = graph.dependents(node).iter();
            users.any(|it| {
                matches!(it.kind, EdgeKind::Calls | EdgeKind::Reads | EdgeKind::Mentions)
                    && graph.node(it.node).key.path != *path
            })
        })
    };
    let places = facts.places.not_modelled.iter();
    let registrations = places.filter(|(what, _)| what == CALLED_ELSEWHERE);
    registrations.filter(|(_, span)| is_called(*span)).count() as u32
}

/// Whether something that is counted as not modelled is a route, or several.
pub(crate) fn is_unread_route(what: &str) -> bool {
    what.starts_with("route ") || what.starts_with("routes ") || what.contains(" route ")
}

/// The place of a span, at the innermost definition around it.
pub(crate) fn place(path: &RepoPath, file: &ViewFile, span: Span) -> FindingPlace {
    let innermost = file.facts.as_ref().and_then(|facts| {
        let id = innermost(facts, enclosing(facts, span))?;
        Some(definition_key(path, &facts.semantics, id))
    });
    let anchor = innermost.unwrap_or_else(|| file_key(path));
    FindingPlace { path: path.clone(), span, anchor }
}

fn innermost(
    facts: &FileFacts,
    around: impl Iterator<Item = DefinitionId>,
) -> Option<DefinitionId> {
    around.min_by_key(|it| facts.places.definitions[it.index()].span.len())
}

/// The definitions whose text holds the span.
fn enclosing(facts: &FileFacts, span: Span) -> impl Iterator<Item = DefinitionId> + '_ {
    facts
        .places
        .definitions
        .iter()
        .enumerate()
        .filter(move |(_, place)| place.span.contains(span.start) && span.end <= place.span.end)
        .map(|(at, _)| DefinitionId(at as u32))
}
