//! `tested`: a test reaches what the control governs.

use codd_controls::{Scope, ScopePattern};
use codd_facts::DefinitionKind;
use codd_graph::{
    Asked, Confidence, Initialisers, NodeId, NodeKind, NodePlace, RunOptions, Target,
};
use codd_source::Diagnostic;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_yaml::Value;

use super::{CheckKind, CompiledCheck};
use crate::CheckOutcome;
use crate::context::CheckContext;
use crate::settings::{CheckSource, OneOrMany};
use crate::test_code::TestCode;

pub(super) struct Tested;

/// Each governed function, method and route is reached by tests.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Globs of dotted names: the part of what the control governs that is asked.
    symbols: Option<OneOrMany<String>>,
    /// How many tests must reach each; by default one.
    min: Option<u32>,
}

impl CheckKind for Tested {
    fn name(&self) -> &'static str {
        "tested"
    }

    fn manual(&self) -> &'static str {
        include_str!("tested.md")
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
            Value::Null => Settings { symbols: None, min: None },
            _ => source.read(diagnostics)?,
        };
        let before = diagnostics.len();
        let read = ScopePattern::of_names;
        let symbols = source.globs(&["symbols".into()], settings.symbols, read, diagnostics);
        (diagnostics.len() == before).then(|| {
            let symbols = Scope { symbols, ..Scope::default() };
            Box::new(CompiledTested { symbols, min: settings.min.unwrap_or(1).max(1) })
                as Box<dyn CompiledCheck>
        })
    }
}

struct CompiledTested {
    symbols: Scope,
    min: u32,
}

const RUNS: RunOptions = RunOptions { initialisers: Initialisers::RunWithIt, asked: Asked::May };

impl CompiledCheck for CompiledTested {
    fn decides_examples(&self) -> bool {
        false
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let graph = ctx.view.graph;
        let tests: Vec<NodeId> = graph
            .nodes()
            .filter(|(_, node)| node.key.kind == NodeKind::Test)
            .map(|(id, _)| id)
            .collect();
        let from_tests = graph.run_by(&tests, Confidence::Probable, RUNS);
        for id in self.asked(ctx) {
            outcome.anchors += 1;
            let starts = running(ctx, id);
            let count = if self.min == 1 {
                u32::from(starts.iter().any(|it| from_tests.contains(it)))
            } else {
                let targets: Vec<Target> = starts.iter().map(|it| Target::Use(*it)).collect();
                let ways = graph.ways_to(&targets, &[], RUNS);
                let is_test = |it: &NodeId| graph.node(*it).key.kind == NodeKind::Test;
                ways.starts(Confidence::Probable).filter(is_test).count() as u32
            };
            let place = ctx.node_place(id);
            if count >= self.min {
                outcome.complies(|| place);
                continue;
            }
            let node = graph.node(id);
            let name = &node.dotted;
            let message = match (count, self.min) {
                (0, _) => format!("no test reaches `{name}`"),
                (count, min) => format!("{count} of {min} tests reach `{name}`"),
            };
            let mut finding = ctx.failure(place, "untested", message);
            finding.help.get_or_insert_with(|| {
                "write a test that calls it, directly or through what uses it".to_owned()
            });
            outcome.findings.push(finding);
        }
        ctx.count_files_of_nodes(&mut outcome);
        outcome.decide("no function, method or route is in scope")
    }
}

impl CompiledTested {
    fn asked(&self, ctx: &CheckContext<'_>) -> Vec<NodeId> {
        let graph = ctx.view.graph;
        let governed = ctx.governed();
        if ctx.control.applies_to.routes.is_some() && self.symbols.symbols.is_empty() {
            return governed.routes.clone();
        }
        // Files whose tests are all skipped are files of tests still.
        let test_code = TestCode::of(ctx.view);
        let asked = governed.definitions.iter().copied().filter(|id| {
            let node = graph.node(*id);
            let NodePlace::Definition(definition) = node.place else { return false };
            let file = ctx.view.files.get(&node.key.path);
            let Some(facts) = file.and_then(|it| it.facts.as_ref()) else { return false };
            let definition = facts.semantics.definition(definition);
            let is_inside = definition
                .parent
                .is_some_and(|parent| facts.semantics.definition(parent).kind.is_function());
            // What stands in a file of tests is there to test.
            facts.semantics.tests.is_empty()
                && !test_code.holds(&node.key.path)
                && !is_inside
                && !definition.flags.is_private
                && !definition.flags.is_abstract
                && matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method)
                && codd_graph::takes_symbol(&self.symbols, node)
        });
        asked.collect()
    }
}

/// What stands for the node: a route and what answers it, a definition itself.
///
/// That the guard before a route is tested says nothing of the route.
fn running(ctx: &CheckContext<'_>, id: NodeId) -> Vec<NodeId> {
    let graph = ctx.view.graph;
    if graph.node(id).key.kind != NodeKind::Route {
        return vec![id];
    }
    std::iter::once(id).chain(graph.handlers(id)).collect()
}
