//! `flow`: text from outside must not get where it would be more than text.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use codd_facts::{FlowFacts, FlowValue, ValueId};
use codd_flow::models::{GuardModel, SanitizerModel, SinkModel, SourceModel};
use codd_flow::{CLASSES, FlowFinding, FlowWay, ModelFile, StepKind, followed_languages};
use codd_graph::NodeKey;
use codd_source::{Diagnostic, RepoPath, Span, suggestion};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::flow_ends::Ends;
use super::followed::{Followed, not_followed};
use super::{CheckKind, CompiledCheck};
use crate::context::{CheckContext, is_unread_route, place};
use crate::finding::{FindingStep, FindingWay};
use crate::settings::CheckSource;
use crate::targets::Targets;
use crate::{CheckOutcome, Outcome, ViewFile};

pub(super) struct Flow;

/// No text of a source gets to a sink, but through a sanitizer or past a guard.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A class of weakness of which codd knows the sources and sinks: `sql-injection`.
    class: Option<String>,
    /// Where text comes from that is not to be trusted, besides those that codd knows.
    #[serde(default)]
    sources: Vec<SourceModel>,
    /// Where it must not get, besides those that codd knows.
    #[serde(default)]
    sinks: Vec<SinkModel>,
    /// Functions whose result is no danger, which are trusted.
    #[serde(default)]
    sanitizers: Vec<SanitizerModel>,
    /// Functions that are true only for what is no danger, which are trusted.
    #[serde(default)]
    guards: Vec<GuardModel>,
    message: Option<String>,
}

impl CheckKind for Flow {
    fn name(&self) -> &'static str {
        "flow"
    }

    fn manual(&self) -> &'static str {
        include_str!("flow.md")
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
        if let Some(class) = &settings.class
            && !CLASSES.iter().any(|it| it.name == class)
        {
            let names = CLASSES.iter().map(|it| it.name);
            let help = match suggestion(class, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let names: Vec<String> = names.map(|it| format!("`{it}`")).collect();
                    format!("the classes are {}", names.join(", "))
                }
            };
            let message = format!("unknown class of flow `{class}`");
            let error = source.error("checks::flow", &["class".into()], message);
            diagnostics.push(error.help(help));
        }
        if settings.class.is_none() && (settings.sources.is_empty() || settings.sinks.is_empty()) {
            let message = "`flow` says neither a class nor its own sources and sinks";
            let help = "write `class: sql-injection`, or `sources:` and `sinks:`";
            diagnostics.push(source.error("checks::flow", &[], message).help(help));
        }
        if diagnostics.len() > before {
            return None;
        }
        let class = settings
            .class
            .unwrap_or_else(|| format!("{} {}", source.control.id, source.check.ordinal));
        let trusted = settings
            .sanitizers
            .iter()
            .flat_map(|it| it.call.as_slice())
            .chain(settings.guards.iter().flat_map(|it| it.call.as_slice()))
            .map(|name| name.trim_end_matches("()").to_owned())
            .collect();
        let own = || Some(vec![class.clone()]);
        let model = ModelFile {
            name: class.clone(),
            languages: followed_languages().map(str::to_owned).collect(),
            sources: settings
                .sources
                .into_iter()
                .map(|it| SourceModel { classes: own(), ..it })
                .collect(),
            sinks: settings
                .sinks
                .into_iter()
                .map(|it| SinkModel { class: Some(class.clone()), ..it })
                .collect(),
            sanitizers: settings
                .sanitizers
                .into_iter()
                .map(|it| SanitizerModel { classes: own(), ..it })
                .collect(),
            guards: settings
                .guards
                .into_iter()
                .map(|it| GuardModel { classes: own(), ..it })
                .collect(),
            ..ModelFile::default()
        };
        Some(Box::new(CompiledFlow { class, model, trusted, message: settings.message }))
    }
}

struct CompiledFlow {
    class: String,
    /// What this check adds to the shipped models.
    model: ModelFile,
    /// Functions whose word is taken.
    trusted: Vec<String>,
    message: Option<String>,
}

impl CompiledCheck for CompiledFlow {
    fn flow_model(&self) -> Option<(&str, &ModelFile)> {
        Some((&self.class, &self.model))
    }

    fn evaluate(&self, ctx: &CheckContext<'_>) -> CheckOutcome {
        let mut outcome = ctx.outcome();
        let serving = OnceCell::new();
        let followed = Followed::of(ctx, &mut outcome, |language| {
            let name = language.name();
            let unknown = not_followed(language).or_else(|| {
                let is_known = ctx.flows.models.has_sinks(&self.class, name);
                (!is_known).then(|| format!("no sink of `{}` is known in {name}", self.class))
            });
            // Text of the classes that codd knows comes from requests: where no routes are known,
            // any code may answer one.
            let is_asked = || {
                let has_known_routes = !language.modelled().routes.is_empty();
                !has_known_routes || serving.get_or_init(|| serving_in(ctx)).contains(name)
            };
            unknown.filter(|_| !self.model.sources.is_empty() || is_asked())
        });
        let flows = ctx.flows();
        let Some(class) = ctx.flow_class(&self.class) else {
            return outcome.undetermined("there are too many classes of flows".to_owned());
        };
        let governs = |path: &RepoPath, span: Span| followed.governs(ctx, path, span);
        let mut ends = Ends::new(ctx);
        for sink in flows.sinks.iter().filter(|it| it.class == class) {
            if governs(&sink.path, sink.span) {
                outcome.anchors += 1;
            }
        }
        for flow in flows.findings.iter().filter(|it| it.sink.class == class) {
            if governs(&flow.sink.path, flow.sink.span) {
                let finding = self.finding(ctx, flow, &mut ends);
                outcome.findings.push(finding);
            }
        }
        let tainted: BTreeSet<(&RepoPath, Span)> = flows
            .findings
            .iter()
            .filter(|it| it.sink.class == class)
            .map(|it| (&it.sink.path, it.sink.span))
            .collect();
        for sink in flows.sinks.iter().filter(|it| it.class == class) {
            if governs(&sink.path, sink.span) && !tainted.contains(&(&sink.path, sink.span)) {
                let file = &ctx.view.files[&sink.path];
                outcome.complies(|| Some(place(&sink.path, file, sink.span)));
            }
        }
        outcome.anchors = outcome.anchors.max(outcome.findings.len() as u32);
        let trusted = Targets::find(ctx.view, &self.trusted);
        let graph = ctx.view.graph;
        outcome.assumptions = trusted.nodes.iter().map(|id| graph.node(*id).key.clone()).collect();
        let outcome = outcome.decide("no sink of this class is in scope");
        match (outcome.outcome, followed.doubt()) {
            // A sink may be in what was not followed.
            (Outcome::Pass | Outcome::NotApplicable, Some(doubt)) => outcome.undetermined(doubt),
            _ => outcome,
        }
    }
}

impl CompiledFlow {
    fn finding(
        &self,
        ctx: &CheckContext<'_>,
        flow: &FlowFinding,
        ends: &mut Ends<'_, '_>,
    ) -> crate::Finding {
        let what = CLASSES
            .iter()
            .find(|it| it.name == self.class)
            .map_or("a place where it must not be", |it| it.sink);
        let text = |way: &FlowWay| {
            let own = || format!("{} gets into {what}", way.source);
            self.message.clone().unwrap_or_else(own)
        };
        let at = |path: &RepoPath, span: Span| {
            ctx.view.files.get(path).map(|file| place(path, file, span))
        };
        let snippet = ctx
            .view
            .files
            .get(&flow.sink.path)
            .and_then(|file| file.hits.flow.as_deref())
            .map_or_else(String::new, |facts| written(facts, flow.sink.span));
        let found = |way: &FlowWay, message: String| {
            let sink = at(&flow.sink.path, flow.sink.span);
            let mut finding = ctx.failure(sink, format!("{} {snippet}", self.class), message);
            let steps = way.steps.iter().filter_map(|step| {
                let place = at(&step.path, step.span)?;
                Some(FindingStep { place, text: words(step.kind, &way.source) })
            });
            finding.steps = steps.collect();
            finding
        };
        let mut ways: Vec<FindingWay> = flow
            .ways
            .iter()
            .filter_map(|way| {
                let body = at(&way.body.0, way.body.1)?.anchor;
                let name = if body.symbol.is_empty() { body.path.as_str() } else { &body.symbol };
                let finding = found(way, format!("{}, also from `{name}`", text(way)));
                let source = finding.steps.first()?.place.anchor.clone();
                let (label, ends) = (way.source.clone(), ends.of(&body));
                let finding = Box::new(finding);
                Some(FindingWay { label, source, body, ends, ordinal: 0, finding })
            })
            .collect();
        number(&mut ways);
        let first = flow.ways.first().expect("text that gets to a sink has a way");
        let mut finding = found(first, text(first));
        finding.ways = ways;
        finding
    }
}

/// Languages in which the project has routes.
fn serving_in<'a>(ctx: &CheckContext<'a>) -> BTreeSet<&'a str> {
    let serves = |file: &&ViewFile| {
        file.facts.as_ref().is_some_and(|facts| {
            let mut unread = facts.not_modelled.iter().map(|(what, _)| what.as_str());
            !facts.semantics.routes.is_empty() || unread.any(is_unread_route)
        })
    };
    ctx.view.files.values().filter(serves).filter_map(|file| file.language).collect()
}

/// Numbers ways that are the same but for their place, in the order of that.
fn number(ways: &mut [FindingWay]) {
    fn ends(way: &FindingWay) -> (&str, &NodeKey, &NodeKey) {
        (&way.label, &way.source, &way.body)
    }
    let first = |way: &FindingWay| way.finding.steps.first().map(|it| it.place.clone());
    ways.sort_by(|a, b| (ends(a), first(a)).cmp(&(ends(b), first(b))));
    for at in 1..ways.len() {
        if ends(&ways[at - 1]) == ends(&ways[at]) {
            ways[at].ordinal = ways[at - 1].ordinal + 1;
        }
    }
}

fn words(kind: StepKind, source: &str) -> String {
    match kind {
        StepKind::Source => format!("{source} is read"),
        StepKind::Assigned => "it is assigned".to_owned(),
        StepKind::Joined => "it becomes part of a text".to_owned(),
        StepKind::Markup => "it becomes part of a text with tags".to_owned(),
        StepKind::Passed => "it is passed".to_owned(),
        StepKind::Returned => "it is given back".to_owned(),
        StepKind::Sink => "it is used".to_owned(),
    }
}

/// The names of a sink, without its layout: what its fingerprint hangs on.
pub(super) fn written(facts: &FlowFacts, span: Span) -> String {
    let mut found: Option<usize> = None;
    for (at, own) in facts.spans.iter().enumerate() {
        if *own == span {
            // Of values at one place the last holds the others.
            found = Some(at);
        }
    }
    let mut text = String::new();
    if let Some(at) = found {
        spell(facts, ValueId(at as u32), &mut text, 0);
    }
    text
}

/// Bytes and levels of a sink that its fingerprint reads.
const MAX_SPELLED: (usize, u32) = (160, 8);

fn spell(facts: &FlowFacts, id: ValueId, text: &mut String, depth: u32) {
    if depth > MAX_SPELLED.1 || text.len() > MAX_SPELLED.0 {
        return;
    }
    match facts.value(id) {
        FlowValue::Name(name) => text.push_str(facts.name(*name)),
        FlowValue::Text(name) => {
            text.push('\'');
            text.push_str(facts.name(*name));
            text.push('\'');
        }
        FlowValue::Integer(number) => text.push_str(&number.to_string()),
        FlowValue::Attribute { base, name } => {
            spell(facts, *base, text, depth + 1);
            text.push('.');
            text.push_str(facts.name(*name));
        }
        FlowValue::Index { base, key } => {
            spell(facts, *base, text, depth + 1);
            text.push('[');
            spell(facts, *key, text, depth + 1);
            text.push(']');
        }
        FlowValue::Call { callee, arguments, .. } => {
            spell(facts, *callee, text, depth + 1);
            text.push('(');
            for (at, argument) in arguments.iter().enumerate() {
                if at > 0 {
                    text.push(' ');
                }
                spell(facts, argument.value, text, depth + 1);
            }
            text.push(')');
        }
        FlowValue::Joined { parts, .. } => {
            for part in parts {
                spell(facts, *part, text, depth + 1);
                text.push('+');
            }
        }
        FlowValue::Awaited(inner) | FlowValue::Spread(inner) => {
            spell(facts, *inner, text, depth + 1);
        }
        _ => text.push('_'),
    }
}
