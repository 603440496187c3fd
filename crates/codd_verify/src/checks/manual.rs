//! `manual`: what no tool can decide, and a reviewer must affirm.

use codd_controls::{Scope, ScopePattern};
use codd_facts::TokenHasher;
use codd_graph::NodeId;
use codd_source::Diagnostic;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_yaml::Value;

use super::{CheckKind, CompiledCheck};
use crate::context::CheckContext;
use crate::settings::{CheckSource, OneOrMany};
use crate::{CheckOutcome, Outcome};

pub(super) struct Manual;

/// A checklist item for a person.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What to look at, and what must be true.
    instruction: String,
    /// The part of what the control governs that it is about; by default all of it.
    #[serde(rename = "for")]
    about: Option<About>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct About {
    paths: Option<OneOrMany<String>>,
    symbols: Option<OneOrMany<String>>,
}

impl CheckKind for Manual {
    fn name(&self) -> &'static str {
        "manual"
    }

    fn manual(&self) -> &'static str {
        include_str!("manual.md")
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<OneOrMany<Settings>>()
    }

    fn compile(
        &self,
        source: CheckSource<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Box<dyn CompiledCheck>> {
        // An instruction alone is the whole check more often than not.
        if let Value::String(instruction) = &source.check.settings {
            let instruction = instruction.trim().to_owned();
            return Some(Box::new(CompiledManual { instruction, about: Scope::default() }));
        }
        let settings: Settings = source.read(diagnostics)?;
        let before = diagnostics.len();
        let about = settings.about.unwrap_or(About { paths: None, symbols: None });
        let mut globs = |key: &str, globs, read| {
            source.globs(&["for".into(), key.into()], globs, read, diagnostics)
        };
        let about = Scope {
            paths: globs("paths", about.paths, ScopePattern::of_paths),
            symbols: globs("symbols", about.symbols, ScopePattern::of_names),
            ..Scope::default()
        };
        (diagnostics.len() == before).then(|| {
            let instruction = settings.instruction.trim().to_owned();
            Box::new(CompiledManual { instruction, about }) as Box<dyn CompiledCheck>
        })
    }
}

struct CompiledManual {
    instruction: String,
    about: Scope,
}

impl CompiledCheck for CompiledManual {
    fn decides_examples(&self) -> bool {
        false
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let graph = ctx.view.graph;
        let governed = ctx.governed();
        let of_symbols = !self.about.symbols.is_empty();
        let files = governed.files.iter().filter(|_| !of_symbols);
        let all = files.chain(governed.code()).chain(&governed.routes).copied();
        let nodes: Vec<NodeId> = all
            .filter(|id| {
                let node = graph.node(*id);
                self.about.takes_path(node.key.path.as_str())
                    && (!of_symbols || codd_graph::takes_symbol(&self.about, node))
            })
            .collect();
        review(ctx, &self.instruction, nodes)
    }
}

/// One item for a reviewer about these nodes.
pub(super) fn review(
    ctx: &CheckContext<'_>,
    instruction: &str,
    mut nodes: Vec<NodeId>,
) -> CheckOutcome {
    let mut outcome = ctx.outcome();
    let graph = ctx.view.graph;
    nodes.sort_unstable();
    nodes.dedup();
    outcome.anchors = nodes.len() as u32;
    ctx.count_files_of_nodes(&mut outcome);
    // A person reads files that a parser cannot.
    outcome.skipped.clear();
    if nodes.is_empty() {
        outcome.reason = Some("nothing it is about is in scope".to_owned());
        return outcome;
    }
    outcome.outcome = Outcome::Review;
    outcome.reason = Some(instruction.to_owned());
    outcome.assumptions = nodes.iter().map(|id| graph.node(*id).key.clone()).collect();
    let message = format!("review: {}", one_line(instruction));
    let mut finding = ctx.failure(None, content(ctx, &nodes), message);
    finding.outcome = Outcome::Review;
    outcome.findings.push(finding);
    outcome
}

/// A digest of the instruction's subject: an affirmation holds for the text that was read.
fn content(ctx: &CheckContext<'_>, nodes: &[NodeId]) -> String {
    let mut hasher = TokenHasher::default();
    for id in nodes {
        let node = ctx.view.graph.node(*id);
        hasher.token(node.key.path.as_str().as_bytes());
        hasher.token(node.key.symbol.as_bytes());
        let Some(facts) = ctx.view.files.get(&node.key.path).and_then(|it| it.facts.as_ref())
        else {
            continue;
        };
        match node.place {
            codd_graph::NodePlace::Definition(definition) => {
                let place = &facts.places.definitions[definition.index()];
                for hash in [place.shape, place.decorators, place.body] {
                    hasher.token(&hash.0.to_le_bytes());
                }
            }
            codd_graph::NodePlace::File => {
                let hash = facts.places.module_hash.map_or(0, |hash| hash.0);
                hasher.token(&hash.to_le_bytes());
            }
            _ => {}
        }
    }
    format!("content {:016x}", hasher.finish().0)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
