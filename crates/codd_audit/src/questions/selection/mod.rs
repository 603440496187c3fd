//! The tests that a change reaches, in the form that their runner takes.

mod configured;
mod loaded;

use std::collections::{BTreeMap, BTreeSet};

use codd_db::{Analysis, Progress};
use codd_facts::conventions_of;
use codd_graph::{Confidence, EdgeKind, Graph, Node, NodeId, NodeKind, NodePlace};
use codd_impact::{BodyTraces, ImpactOptions, ImpactSet, TraceRoom};
use codd_source::{ChangeArguments, RepoPath};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::configured::{configured_by, configured_folder, mocked, nodes_below, set_up_files};
use self::loaded::loading;
use crate::assess::{self, Compared};
use crate::runners::{RUNNERS, Runner};
use crate::{Extent, Workspace, WorkspaceError, names};

/// The languages whose runners take configurations in which files are named.
const OF_JAVASCRIPT: &[&str] = &["javascript", "typescript", "tsx"];

/// Templates that call code of a language, and that codd does not read.
const TEMPLATES: &[(&str, &[&str])] = &[("ruby", &["erb", "haml", "slim"])];

/// Files that are read by people and by no test.
const PROSE: &[&str] = &["adoc", "markdown", "md", "mdx", "rst"];

/// A test that is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelectedTest {
    pub path: String,
    /// As its runner names it within the file.
    pub name: String,
    /// The qualified name of its definition.
    pub symbol: String,
    pub framework: String,
    pub language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Steps from what changed.
    pub distance: u32,
    /// `exact`, `probable`, `possible`: the weakest of these steps.
    pub confidence: String,
    /// How many tests its file has.
    pub of_file: u32,
}

/// Why tests are selected that no way through the code leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SelectionReason {
    pub path: String,
    pub reason: String,
    /// Tests that were selected for it, and would not have been otherwise.
    pub tests: u32,
}

/// The part of a selection that one runner runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunnerSelection {
    pub runner: String,
    pub tests: u32,
    /// Groups of arguments, each fit for one call of the runner.
    pub lines: Vec<Vec<String>>,
    /// What is run to run all at once.
    pub command: String,
    pub arguments: Vec<String>,
}

/// The answer of `codd impact --tests`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestSelection {
    /// What was compared.
    pub description: String,
    /// Tests of the project.
    pub total: u32,
    /// Those to run, the nearest to the change first.
    pub tests: Vec<SelectedTest>,
    pub reasons: Vec<SelectionReason>,
    /// Changed files that reach no test as far as is known: prose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<String>,
    /// Templates that may call what changed, which nobody looked into.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread_templates: u32,
    pub runners: Vec<RunnerSelection>,
    /// Selected tests that no runner asked for runs.
    pub left_out: u32,
}

impl Workspace {
    /// The tests that a change reaches, for the runner asked for, else each for its own.
    pub fn select_tests(
        &mut self,
        arguments: &ChangeArguments,
        extent: Extent,
        runner: Option<&'static Runner>,
        progress: &dyn Progress,
    ) -> Result<TestSelection, WorkspaceError> {
        let comparison = self.compare(arguments)?;
        let cancel = self.cancel.clone();
        let compared =
            assess::compared(&mut self.engine, &comparison, self.as_of, &cancel, progress)?;
        let trace = compared.trace().watched_by(self.engine.watched().clone());
        let impact = trace.impact(&ImpactOptions { floor: extent.floor(), depth: None });
        cancel.check()?;
        let mut selection = Selection::of(&compared, &impact);
        selection.widen(&compared);
        selection.widen_by_set_up(&compared, &impact);
        selection.widen_by_loading(&compared);
        let unread_templates = unread_templates(&compared);
        let selection =
            selection.finish(&compared.head_analysis, comparison.description.clone(), runner);
        Ok(TestSelection { unread_templates, ..selection })
    }
}

/// Tests of the head by node, with how far they are and how sure.
struct Selection {
    /// In the order in which they matter.
    tests: Vec<(NodeId, u32, String)>,
    known: BTreeSet<NodeId>,
    reasons: BTreeMap<(String, String), u32>,
    passed_over: Vec<String>,
}

impl Selection {
    fn of(compared: &Compared, impact: &ImpactSet) -> Selection {
        let graph = &compared.head_analysis.graph;
        let mut selection = Selection {
            tests: Vec::new(),
            known: BTreeSet::new(),
            reasons: BTreeMap::new(),
            passed_over: Vec::new(),
        };
        for (_, reached) in assess::by_rank(impact, &assess::Stakes::default()) {
            if reached.node.kind != NodeKind::Test {
                continue;
            }
            // What is removed is traced in the base; a test that uses it is still there.
            let Some(id) = graph.find(&reached.node) else { continue };
            let confidence = names::confidence(reached.confidence).to_owned();
            selection.add(id, reached.distance, confidence);
        }
        selection
    }

    fn add(&mut self, id: NodeId, distance: u32, confidence: String) -> bool {
        let is_new = self.known.insert(id);
        if is_new {
            self.tests.push((id, distance, confidence));
        }
        is_new
    }

    /// Adds what cannot be told from the code: tests whose configuration changed, and all where
    /// the reach of a change is not known.
    fn widen(&mut self, compared: &Compared) {
        let graph = &compared.head_analysis.graph;
        let of_tests = graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Test);
        let tested: BTreeSet<&str> =
            of_tests.filter_map(|(_, it)| it.language.as_deref()).collect();
        let traces = BodyTraces::new(graph);
        let mut room = traces.room();
        let base_rules = compared.base_rules();
        for file in &compared.changes.files {
            let languages = configured_by(&file.path);
            let is_rule = base_rules.holds(&file.path) || compared.head_rules.holds(&file.path);
            if !languages.is_empty() && file.kind != codd_impact::FileChangeKind::Formatting {
                let folder = configured_folder(&file.path);
                let below = nodes_below(graph, folder, &languages);
                let added = self.add_reached(&traces, &below, &mut room);
                let what = if folder.is_empty() { "all" } else { "what depends on its folder" };
                let has_tests = languages.iter().any(|it| tested.contains(it));
                if !has_tests && added == 0 {
                    continue;
                }
                let languages: Vec<&str> =
                    languages.into_iter().filter(|it| !has_tests || tested.contains(it)).collect();
                let languages = languages.join(", ");
                let reason = format!("decides how tests in {languages} run, so {what} may differ");
                self.reasons.insert((file.path.to_string(), reason), added);
            } else if let Some(reason) = &file.reach_unknown
                && !is_rule
            {
                if is_prose(&file.path) {
                    self.passed_over.push(file.path.to_string());
                    continue;
                }
                let mut added = 0;
                let stays = (conventions_of(&file.path).stays_in_folder)(&file.path);
                let folder = stays.then(|| file.path.parent());
                let may_be_reached = |node: &Node| {
                    node.key.kind == NodeKind::Test
                        && folder.is_none_or(|it| it == node.key.path.parent())
                };
                for (id, _) in graph.nodes().filter(|(_, it)| may_be_reached(it)) {
                    let confidence = names::confidence(Confidence::Possible);
                    added += u32::from(self.add(id, 1, confidence.to_owned()));
                }
                let reason = format!("reach unknown: {reason}");
                self.reasons.insert((file.path.to_string(), reason), added);
            }
        }
    }

    /// Adds the tests that depend on some of these nodes, and says how many are new.
    fn add_reached(
        &mut self,
        traces: &BodyTraces<'_>,
        nodes: &[NodeId],
        room: &mut TraceRoom,
    ) -> u32 {
        let graph = traces.graph();
        let options = ImpactOptions { floor: Confidence::Possible, depth: None };
        let mut added = 0;
        for it in traces.reached(nodes, &options, room) {
            if graph.node(it.node).key.kind == NodeKind::Test {
                let confidence = names::confidence(Confidence::Possible).to_owned();
                added += u32::from(self.add(it.node, it.distance + 1, confidence));
            }
        }
        added
    }

    /// Adds the tests that load a file whose top level runs something else than before.
    fn widen_by_loading(&mut self, compared: &Compared) {
        let graph = &compared.head_analysis.graph;
        let hash = |analysis: &Analysis, path: &RepoPath| {
            let facts = analysis.files.get(path)?.facts().cloned()?;
            facts.places.loaded_hash
        };
        for file in &compared.changes.files {
            let before = file.renamed_from.as_ref().unwrap_or(&file.path);
            let before = hash(&compared.base_analysis, before);
            let after = hash(&compared.head_analysis, &file.path);
            if before.is_none() || after.is_none() || before == after {
                continue;
            }
            let mut added = 0;
            for (test, distance) in loading(graph, &file.path) {
                let confidence = names::confidence(Confidence::Possible).to_owned();
                added += u32::from(self.add(test, distance, confidence));
            }
            if added > 0 {
                let reason = "its top level runs where it is loaded".to_owned();
                self.reasons.insert((file.path.to_string(), reason), added);
            }
        }
    }

    /// Adds the tests around which a file runs that differs, or that has something in it which
    /// the change reaches, and those in which such a file stands for another.
    fn widen_by_set_up(&mut self, compared: &Compared, impact: &ImpactSet) {
        let analysis = &compared.head_analysis;
        let graph = &analysis.graph;
        let changed = compared.changes.files.iter();
        let changed = changed.filter(|it| it.kind != codd_impact::FileChangeKind::Formatting);
        let mut differing: BTreeSet<&RepoPath> = changed.map(|it| &it.path).collect();
        differing.extend(impact.reached.iter().map(|it| &it.node.path));
        let traces = BodyTraces::new(graph);
        let mut room = traces.room();
        for (path, config) in set_up_files(analysis) {
            if differing.contains(path) {
                let below = nodes_below(graph, configured_folder(config), OF_JAVASCRIPT);
                let added = self.add_reached(&traces, &below, &mut room);
                let reason = format!("runs around the tests of {config}, so all may differ");
                self.reasons.insert((path.to_string(), reason), added);
            }
        }
        for path in differing {
            for original in mocked(analysis, path) {
                let mut users: Vec<NodeId> = Vec::new();
                for (id, _) in graph.nodes().filter(|(_, it)| it.key.path == *original) {
                    users.push(id);
                    let importing = graph.dependents(id).iter();
                    let importing = importing.filter(|it| it.kind == EdgeKind::Imports);
                    users.extend(importing.flat_map(|it| tests_of(graph, it.node)));
                }
                let added = self.add_reached(&traces, &users, &mut room);
                let reason = format!("stands for {original} in tests");
                self.reasons.insert((path.to_string(), reason), added);
            }
        }
    }

    fn finish(
        self,
        analysis: &Analysis,
        description: String,
        runner: Option<&'static Runner>,
    ) -> TestSelection {
        let tests: Vec<SelectedTest> = self
            .tests
            .into_iter()
            .filter_map(|(id, distance, confidence)| selected(analysis, id, distance, confidence))
            .collect();
        let mut left_out = 0;
        let mut by_runner: BTreeMap<&str, Vec<&SelectedTest>> = BTreeMap::new();
        for test in &tests {
            let own = match runner {
                Some(runner) => runner.runs(test).then_some(runner),
                None => Runner::of(test),
            };
            match own {
                Some(runner) => by_runner.entry(runner.name).or_default().push(test),
                None => left_out += 1,
            }
        }
        let part = |runner: &Runner, tests: &[&SelectedTest]| RunnerSelection {
            runner: runner.name.to_owned(),
            tests: tests.len() as u32,
            lines: runner.lines(tests),
            command: runner.command.to_owned(),
            arguments: runner.arguments(tests),
        };
        let runners = RUNNERS
            .iter()
            .filter_map(|runner| Some(part(runner, by_runner.get(runner.name)?)))
            .collect();
        let reasons = self.reasons.into_iter();
        let kinds = analysis.graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Test);
        TestSelection {
            description,
            total: kinds.count() as u32,
            reasons: reasons
                .map(|((path, reason), tests)| SelectionReason { path, reason, tests })
                .collect(),
            passed_over: self.passed_over,
            unread_templates: 0,
            runners,
            left_out,
            tests,
        }
    }
}

/// The tests of the file that a node is of.
fn tests_of(graph: &Graph, node: NodeId) -> Vec<NodeId> {
    let path = &graph.node(node).key.path;
    let of_file = graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Test);
    of_file.filter(|(_, it)| it.key.path == *path).map(|(id, _)| id).collect()
}

/// The templates of the languages of what changed.
fn unread_templates(compared: &Compared) -> u32 {
    let files = &compared.head_analysis.files;
    let count = |(language, extensions): &(&str, &[&str])| {
        let is_changed = compared.changes.files.iter().any(|file| {
            let facts = files.get(&file.path).and_then(|it| it.facts());
            facts.is_some_and(|it| it.language == *language && it.semantics.tests.is_empty())
        });
        let is_template =
            |path: &&RepoPath| path.extension().is_some_and(|it| extensions.contains(&it));
        if is_changed { files.keys().filter(is_template).count() as u32 } else { 0 }
    };
    TEMPLATES.iter().map(count).sum()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn selected(
    analysis: &Analysis,
    id: NodeId,
    distance: u32,
    confidence: String,
) -> Option<SelectedTest> {
    let node = analysis.graph.node(id);
    let file = analysis.files.get(&node.key.path)?;
    let facts = file.facts()?;
    let (name, framework, symbol, at) = match analysis.graph.inherited_test(id) {
        Some(test) => (&test.name, &test.framework, &test.symbol, test.class),
        None => {
            let NodePlace::Test(at) = node.place else { return None };
            let test = facts.semantics.tests.get(at as usize)?;
            let definition = facts.semantics.definition(test.definition);
            (&test.name, &test.framework, &definition.qualified_name, test.definition)
        }
    };
    let place = facts.places.definitions.get(at.index());
    Some(SelectedTest {
        path: node.key.path.to_string(),
        name: name.to_string(),
        symbol: symbol.to_string(),
        framework: declared_runner(analysis, &node.key.path, framework).to_owned(),
        language: facts.language.to_string(),
        line: place.map(|it| file.lines().position(it.name.start).line),
        distance,
        confidence,
        of_file: facts.semantics.tests.len() as u32,
    })
}

/// Who runs tests with words that several runners have: the one that the nearest manifest says.
fn declared_runner<'a>(analysis: &Analysis, path: &RepoPath, framework: &'a str) -> &'a str {
    match framework {
        "jest" => {
            let declared = |folder: &str| javascript_runner(analysis, folder, framework);
            nearest(path, declared).unwrap_or(framework)
        }
        "junit" | "testng" => {
            let built = |folder: &str| java_runner(analysis, folder, framework);
            nearest(path, built).unwrap_or(framework)
        }
        "minitest" | "test-unit" => {
            let run = |folder: &str| ruby_runner(analysis, folder, framework);
            nearest(path, run).unwrap_or(framework)
        }
        _ => framework,
    }
}

/// What the folder of a file says, or the nearest one around it that says something.
fn nearest<'a>(path: &RepoPath, said: impl Fn(&str) -> Option<&'a str>) -> Option<&'a str> {
    let mut folder = path.parent();
    loop {
        if let Some(found) = said(folder) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |it| it.0);
    }
}

fn in_folder(folder: &str, name: &str) -> RepoPath {
    match folder {
        "" => RepoPath::from(name),
        folder => RepoPath::from(format!("{folder}/{name}").as_str()),
    }
}

/// The one runner that a manifest declares; what the tests say where it declares several.
fn javascript_runner<'a>(analysis: &Analysis, folder: &str, framework: &'a str) -> Option<&'a str> {
    const RUNNERS: [&str; 3] = ["jest", "vitest", "mocha"];
    let file = analysis.files.get(&in_folder(folder, "package.json"))?;
    let packages = file.outline.packages.as_ref()?;
    let mut declared = RUNNERS.iter().filter(|it| packages.versions.contains_key(**it));
    match (declared.next(), declared.next()) {
        (Some(runner), None) => Some(runner),
        (Some(_), Some(_)) => Some(framework),
        (None, _) => None,
    }
}

/// Maven runs what the tests say, where both tools could.
fn java_runner<'a>(analysis: &Analysis, folder: &str, framework: &'a str) -> Option<&'a str> {
    let has = |name: &str| analysis.files.contains_key(&in_folder(folder, name));
    if has("pom.xml") {
        return Some(framework);
    }
    (has("build.gradle") || has("build.gradle.kts")).then_some("gradle")
}

/// Rails runs the tests of an application, and of an engine that has one to be tried in.
fn ruby_runner<'a>(analysis: &Analysis, folder: &str, framework: &'a str) -> Option<&'a str> {
    let has = |name: &str| analysis.files.contains_key(&in_folder(folder, name));
    if ["config/application.rb", "test/dummy/config/application.rb"].into_iter().any(has) {
        return Some("rails");
    }
    has("Gemfile").then_some(framework)
}

fn is_prose(path: &RepoPath) -> bool {
    let extension = path.extension().map(str::to_ascii_lowercase);
    let name = path.file_name();
    extension.is_some_and(|it| PROSE.contains(&it.as_str()))
        || ["LICENSE", "LICENCE", "NOTICE", "AUTHORS", "CODEOWNERS"]
            .iter()
            .any(|it| name == *it || name.starts_with(&format!("{it}-")))
}
