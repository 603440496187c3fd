//! `reach`: what must, or must not, run when something else does.

use std::collections::BTreeSet;

use codd_controls::{PathStep, Scope, ScopePattern};
use codd_facts::FunctionId;
use codd_graph::{Asked, Confidence, EdgeKind, Graph, NodeId, NodeKind, NodePlace};
use codd_source::Diagnostic;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::{CheckKind, CompiledCheck};
use crate::context::CheckContext;
use crate::settings::{CheckSource, OneOrMany};
use crate::targets::{Targets, Ways};
use crate::{CheckOutcome, Outcome, every_way};

pub(super) struct Reach;

/// From each of some places, a target must or must not be reached.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// `routes`, or definitions by `symbols` or `paths`; by default the routes.
    #[serde(default)]
    from: From,
    /// Dotted names or globs; one of them is enough.
    must: Option<OneOrMany<String>>,
    /// Dotted names or globs; none may be reached.
    must_not: Option<OneOrMany<String>>,
    /// Dotted names or globs: a way through one of them is allowed.
    except_through: Option<OneOrMany<String>>,
    /// With `from: {uses: …}` and `must`: on every way through the function on which it uses
    /// that, not only on some.
    #[serde(default)]
    every_way: bool,
    message: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum From {
    Word(Word),
    Definitions(Definitions),
}

impl Default for From {
    fn default() -> From {
        From::Word(Word::Routes)
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Word {
    Routes,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Definitions {
    symbols: Option<OneOrMany<String>>,
    paths: Option<OneOrMany<String>>,
    /// Dotted names or globs: only definitions that read or call one of them.
    uses: Option<OneOrMany<String>>,
}

impl CheckKind for Reach {
    fn name(&self) -> &'static str {
        "reach"
    }

    fn manual(&self) -> &'static str {
        include_str!("reach.md")
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
        let mut uses = Scope::default();
        let from = match settings.from {
            From::Word(Word::Routes) => None,
            From::Definitions(it) => {
                let mut globs = |key: &str, globs, read| {
                    source.globs(&["from".into(), key.into()], globs, read, diagnostics)
                };
                uses.symbols = globs("uses", it.uses, ScopePattern::of_names);
                Some(Scope {
                    symbols: globs("symbols", it.symbols, ScopePattern::of_names),
                    paths: globs("paths", it.paths, ScopePattern::of_paths),
                    ..Scope::default()
                })
            }
        };
        let names_nothing = |from: &Scope| {
            from.symbols.is_empty() && from.paths.is_empty() && uses.symbols.is_empty()
        };
        if from.as_ref().is_some_and(names_nothing) && diagnostics.len() == before {
            let error = source.error("checks::reach", &["from".into()], "`from` names nothing");
            diagnostics.push(
                error.help("write `routes`, `{symbols: […]}`, `{paths: […]}` or `{uses: […]}`"),
            );
        }
        let mut targets = |key: &str, names: Option<OneOrMany<String>>| {
            let path: Vec<PathStep> = vec![key.into()];
            source.globs(&path, names.clone(), ScopePattern::of_names, diagnostics);
            names.map(OneOrMany::into_vec).unwrap_or_default()
        };
        let must = targets("must", settings.must);
        let must_not = targets("must_not", settings.must_not);
        let except_through = targets("except_through", settings.except_through);
        let wrong = match (must.is_empty(), must_not.is_empty(), except_through.is_empty()) {
            (true, true, _) => Some("`reach` says neither what must nor what must not be reached"),
            (false, false, _) => Some("`must` and `must_not` are two checks"),
            _ if settings.every_way && (must.is_empty() || uses.symbols.is_empty()) => {
                Some("`every_way` has a meaning with `must` and `from: {uses: …}` alone")
            }
            (false, true, false) => Some("`except_through` has a meaning with `must_not` alone"),
            _ => None,
        };
        if let Some(wrong) = wrong {
            let help = "add `must: [dotted.name]` or `must_not: [dotted.name]`";
            diagnostics.push(source.error("checks::reach", &[], wrong).help(help));
        }
        (diagnostics.len() == before).then(|| {
            let is_must = !must.is_empty();
            Box::new(CompiledReach {
                from,
                uses,
                is_must,
                names: if is_must { must } else { must_not },
                except_through,
                every_way: settings.every_way,
                message: settings.message,
            }) as Box<dyn CompiledCheck>
        })
    }
}

struct CompiledReach {
    /// `None` for the routes.
    from: Option<Scope>,
    /// What of them uses one of its symbols; all of them where it has none.
    uses: Scope,
    is_must: bool,
    names: Vec<String>,
    except_through: Vec<String>,
    every_way: bool,
    message: Option<String>,
}

impl CompiledCheck for CompiledReach {
    fn reads_code(&self) -> bool {
        self.every_way
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let graph = ctx.view.graph;
        let starts = self.starts(ctx);
        outcome.anchors = starts.len() as u32;
        ctx.count_files_of_nodes(&mut outcome);
        let targets = Targets::find(ctx.view, &self.names);
        let trusted = Targets::find(ctx.view, &self.except_through);
        if !targets.missing.is_empty() && !self.is_must && targets.is_empty() && !starts.is_empty()
        {
            // Forbidding to reach what is not there says nothing; most likely it is misspelt.
            outcome.anchors = 0;
            let missing = targets.missing_text();
            return outcome.decide(&format!("there is nothing to reach: {missing}"));
        }
        let asked = if self.is_must { Asked::Must } else { Asked::May };
        let ways = Ways::to(graph, &targets, &trusted.nodes, asked);
        let written = self.names.join("` or `");
        let (mut possible, mut elsewhere) = (0, 0);
        for start in starts {
            let name = &graph.node(start).dotted;
            let place = ctx.node_place(start);
            let snippet = format!("{} {written}", if self.is_must { "reach" } else { "not reach" });
            let confidence = ways.confidence(start);
            let missed =
                if self.every_way { self.misses_a_way(ctx, &ways, &targets, start) } else { None };
            let known = outcome.findings.len();
            match (self.is_must, confidence) {
                (true, Some(_)) if missed == Some(true) => {
                    let own = format!("`{name}` has a way that does not reach `{written}`");
                    let mut finding =
                        ctx.failure(place, snippet, self.message.clone().unwrap_or(own));
                    finding.witness = vec![graph.node(start).key.clone()];
                    outcome.findings.push(finding);
                }
                (true, Some(Confidence::Possible)) if missed == Some(false) => {
                    outcome.complies(|| place);
                }
                (true, Some(Confidence::Exact | Confidence::Probable)) | (false, None) => {
                    outcome.complies(|| place);
                }
                (false, Some(Confidence::Possible)) => {
                    possible += 1;
                    outcome.complies(|| place);
                }
                (true, None) => {
                    let own = if targets.is_empty() {
                        format!("`{written}` does not exist, so `{name}` cannot reach it")
                    } else {
                        format!("`{name}` does not reach `{written}`")
                    };
                    let mut finding =
                        ctx.failure(place, snippet, self.message.clone().unwrap_or(own));
                    finding.witness = vec![graph.node(start).key.clone()];
                    finding.help = Some(help(finding.help.take(), &targets, ctx, start));
                    outcome.findings.push(finding);
                }
                (true, Some(Confidence::Possible)) => {
                    let own = format!("`{name}` may reach `{written}`, which is not sure");
                    let mut finding = ctx.failure(place, snippet, own);
                    finding.outcome = Outcome::Undetermined;
                    finding.witness = ways.witness(graph, start);
                    outcome.findings.push(finding);
                }
                (false, Some(_)) => {
                    let witness = ways.witness(graph, start);
                    let reached = ways.target(start, &written);
                    let own = format!("`{name}` reaches `{reached}`");
                    let mut finding =
                        ctx.failure(place, snippet, self.message.clone().unwrap_or(own));
                    finding.witness = witness;
                    outcome.findings.push(finding);
                }
            }
            if self.from.is_none() && ctx.is_perhaps_in_scope(start) {
                let failed = outcome.findings[known..].iter_mut();
                for finding in failed.filter(|it| it.outcome == Outcome::Fail) {
                    elsewhere += 1;
                    finding.outcome = Outcome::Undetermined;
                    finding
                        .message
                        .push_str(", and where it is served is not known: it may be in scope");
                }
            }
        }
        let assumed = if self.is_must { &targets.nodes } else { &trusted.nodes };
        outcome.assumptions = assumed.iter().map(|id| graph.node(*id).key.clone()).collect();
        let undecided =
            outcome.findings.iter().filter(|it| it.outcome == Outcome::Undetermined).count();
        let nothing = match &self.from {
            None => "no route is in scope",
            Some(_) => "no definition that `from` names is in scope",
        };
        // A route that nobody sees may be without it.
        let asks_routes = self.is_must && self.from.is_none();
        let unseen = asks_routes.then(|| ctx.unseen_routes(&mut outcome)).flatten();
        let mut outcome = outcome.decide(nothing);
        match outcome.outcome {
            Outcome::Fail if targets.is_empty() => outcome.reason = Some(targets.missing_text()),
            Outcome::Pass if elsewhere > 0 => {
                let text = format!("where {elsewhere} routes are served is not known");
                outcome = outcome.undetermined(text);
            }
            Outcome::Pass if undecided > 0 => {
                let text = format!("{undecided} reach it only by edges that are not sure");
                outcome = outcome.undetermined(text);
            }
            Outcome::Pass | Outcome::NotApplicable if asks_routes => {
                if let Some(unseen) = unseen {
                    outcome = outcome.undetermined(unseen);
                }
            }
            Outcome::Pass if possible > 0 => {
                outcome.reason =
                    Some(format!("{possible} may reach it by edges that are not sure"));
            }
            _ => {}
        }
        outcome
    }
}

impl CompiledReach {
    /// Whether its own code surely reads or calls what `uses` names.
    fn is_user(&self, graph: &Graph, id: NodeId) -> bool {
        graph.dependencies(id).iter().any(|edge| {
            matches!(edge.kind, EdgeKind::Reads | EdgeKind::Calls)
                && edge.confidence >= Confidence::Probable
                && codd_graph::takes_symbol(&self.uses, graph.node(edge.node))
        })
    }

    /// Whether a function calls what leads to a target on some of its ways alone; `None` where
    /// its own code does not tell.
    fn misses_a_way(
        &self,
        ctx: &CheckContext<'_>,
        ways: &Ways<'_>,
        targets: &Targets,
        start: NodeId,
    ) -> Option<bool> {
        let graph = ctx.view.graph;
        let node = graph.node(start);
        let file = ctx.view.files.get(&node.key.path)?;
        let (Some(flow), Some(facts), NodePlace::Definition(id)) =
            (&file.hits.flow, &file.facts, node.place)
        else {
            return None;
        };
        let place = facts.places.definitions.get(id.index())?;
        let function = flow.functions.iter().position(|it| it.place == place.name)?;
        let mut calls = BTreeSet::new();
        let mut uses = BTreeSet::new();
        for edge in graph.dependencies(start) {
            let to = graph.node(edge.node);
            let leads = targets.nodes.binary_search(&edge.node).is_ok()
                || ways.confidence(edge.node).is_some_and(|it| it > Confidence::Possible);
            match edge.kind {
                EdgeKind::Calls if leads && edge.confidence > Confidence::Possible => {
                    calls.insert(to.key.own_name());
                }
                // What runs before the function runs on all of its ways.
                EdgeKind::Decorates if leads => return None,
                _ => {}
            }
            if codd_graph::takes_symbol(&self.uses, to) {
                uses.insert(to.key.own_name());
            }
        }
        every_way::misses_a_way(flow, FunctionId(function as u32), &uses, &calls)
    }

    fn starts(&self, ctx: &CheckContext<'_>) -> Vec<NodeId> {
        let graph = ctx.view.graph;
        let governed = ctx.governed();
        let Some(from) = &self.from else { return governed.routes.clone() };
        let definitions = governed.definitions.iter();
        // Code of a file's top level runs too; it has no name that `symbols` could mean.
        let files = governed.files.iter().filter(|_| from.symbols.is_empty());
        let all = definitions.chain(files).copied().filter(|id| {
            let node = graph.node(*id);
            // Neither a variable nor a class runs.
            let is_code = match node.key.kind {
                NodeKind::Definition => node.is_function(),
                _ => node.language.as_deref().is_some_and(codd_facts::is_code_language),
            };
            is_code
                && from.takes_path(node.key.path.as_str())
                && (from.symbols.is_empty() || codd_graph::takes_symbol(from, node))
                && (self.uses.symbols.is_empty() || self.is_user(graph, *id))
        });
        let mut starts: Vec<NodeId> = all.collect();
        starts.sort_unstable();
        starts
    }
}

/// What to do about a missing way, with what could not be followed on it.
fn help(
    guidance: Option<String>,
    targets: &Targets,
    ctx: &CheckContext<'_>,
    start: NodeId,
) -> String {
    let mut help = guidance.unwrap_or_else(|| {
        if targets.is_empty() {
            return targets.missing_text();
        }
        "call it, or use a decorator or middleware that does, on the way of each request".to_owned()
    });
    let path = &ctx.view.graph.node(start).key.path;
    let facts = ctx.view.files.get(path).and_then(|file| file.facts.as_ref());
    if facts.is_some_and(|facts| facts.errors.count > 0) {
        help.push_str("; `");
        help.push_str(path.as_str());
        help.push_str("` has syntax errors, so that a call may have been overlooked");
    }
    help
}
