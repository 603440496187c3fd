//! The question that others ask: which flows are there in these files.

use std::collections::BTreeMap;

use codd_graph::Graph;
use codd_source::{RepoPath, Span};
use serde::{Deserialize, Serialize};

use crate::classes::ClassId;
use crate::engine::{Engine, WayIn};
use crate::known::KnownFlows;
use crate::models::{Compiled, Models};
use crate::probe::{ProbeCall, ProbeSeen, ProbeValue, ProbeWhat};
use crate::program::{Family, FlowFile, Program};
use crate::trail::{Place, StepKind, TrailId};

/// All flows of a project, and what they were looked for with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowAnalysis {
    /// By class, then by the place of the sink.
    pub findings: Vec<FlowFinding>,
    /// Every sink that was seen, whatever gets there; sorted.
    pub sinks: Vec<SinkPlace>,
    /// Every call that a probe asks for; sorted.
    pub probes: Vec<ProbeCall>,
    /// How often something was too deep or too much to follow, by file.
    pub given_up: BTreeMap<RepoPath, u32>,
}

/// A place that values of a class must not get to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SinkPlace {
    pub class: ClassId,
    pub path: RepoPath,
    pub span: Span,
}

/// Text from outside that gets to a sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFinding {
    pub sink: SinkPlace,
    /// Every way in, the shortest first: never empty.
    pub ways: Vec<FlowWay>,
}

/// One way on which text from outside gets to a sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowWay {
    /// What the source is called: `the query string`.
    pub source: String,
    /// From the source to the sink, both included; these two alone where there are many ways.
    pub steps: Vec<FlowStep>,
    /// The name of the body in which the text is seen to get on to the sink, or the top level.
    pub body: (RepoPath, Span),
}

/// Ways into one sink whose steps are told.
const MAX_TOLD: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowStep {
    pub path: RepoPath,
    pub span: Span,
    pub kind: StepKind,
}

/// The flows of these files, which are given in the order of their paths; those of a family of
/// languages that `known` has are taken from there.
pub fn analyse(
    graph: &Graph,
    files: &[FlowFile<'_>],
    models: &Models,
    known: Option<&dyn KnownFlows>,
) -> FlowAnalysis {
    let mut analysis = FlowAnalysis::default();
    let digest = known.map(|_| models.digest()).unwrap_or_default();
    for (family, language) in Family::ALL {
        let is_of = |file: &&FlowFile<'_>| Family::of(&file.facts.language) == family;
        let files: Vec<FlowFile<'_>> = files.iter().filter(is_of).copied().collect();
        if files.is_empty() {
            continue;
        }
        let program = Program::new(graph, &files);
        let known = known.map(|known| (known, program.digest(&files, language, &digest)));
        let found = known.as_ref().and_then(|(known, key)| known.find(key));
        let found = found.unwrap_or_else(|| {
            let mut engine = Engine::new(program, Compiled::of(models, language));
            engine.run();
            let found = collected(&engine, &files);
            if let Some((known, key)) = &known {
                known.keep(key, &found);
            }
            found
        });
        analysis.findings.extend(found.findings);
        analysis.sinks.extend(found.sinks);
        analysis.probes.extend(found.probes);
        analysis.given_up.extend(found.given_up);
    }
    analysis.findings.sort_by(|a, b| a.sink.cmp(&b.sink));
    analysis.sinks.sort();
    analysis.probes.sort_by(|a, b| (a.probe, &a.path, a.span).cmp(&(b.probe, &b.path, b.span)));
    analysis
}

/// The steps of a way to a sink; without its trail, where it begins and ends.
fn steps_of(
    engine: &Engine<'_>,
    files: &[FlowFile<'_>],
    way: WayIn,
    trail: Option<TrailId>,
    sink: Place,
) -> Vec<FlowStep> {
    let step = |(place, kind): (Place, StepKind)| FlowStep {
        path: files[place.file as usize].path.clone(),
        span: place.span,
        kind,
    };
    // A trail begins where the text was let in, which may be far from where it was found.
    let source = engine.sources[way.source as usize].place;
    let mut steps = match trail {
        Some(trail) => engine.trails.steps(trail),
        None => vec![(sink, StepKind::Sink)],
    };
    if steps.first().is_none_or(|(place, _)| *place != source) {
        steps.insert(0, (source, StepKind::Source));
    }
    // What happens behind the sink says no more: a page is returned.
    if let Some(at) = steps.iter().rposition(|(place, _)| *place == sink) {
        steps.truncate(at + 1);
    }
    steps.dedup_by_key(|(place, _)| *place);
    steps.into_iter().map(step).collect()
}

fn collected(engine: &Engine<'_>, files: &[FlowFile<'_>]) -> FlowAnalysis {
    let mut analysis = FlowAnalysis::default();
    let path = |file: u32| files[file as usize].path.clone();
    for (class, place) in &engine.sinks {
        let (path, span) = (path(place.file), place.span);
        analysis.sinks.push(SinkPlace { class: *class, path, span });
    }
    for ((class, place), ways) in &engine.flows {
        let mut ways: Vec<(WayIn, TrailId)> = ways.iter().map(|(way, at)| (*way, *at)).collect();
        let source = |way: &WayIn| &engine.sources[way.source as usize];
        ways.sort_by_key(|(way, at)| (engine.trails.length(*at), source(way).place, way.body));
        let ways = ways.into_iter().enumerate().map(|(nth, (way, trail))| {
            let body = engine.program.body(way.body);
            FlowWay {
                source: source(&way).label.clone(),
                steps: steps_of(engine, files, way, (nth < MAX_TOLD).then_some(trail), *place),
                body: (path(engine.program.function(way.body).file), body.place),
            }
        });
        let ways = ways.collect();
        let sink = SinkPlace { class: *class, path: path(place.file), span: place.span };
        analysis.findings.push(FlowFinding { sink, ways });
    }
    for ((probe, place), mut seen) in engine.probed.all() {
        if seen.all.is_empty() {
            // Whoever calls this does so from nowhere.
            let count = seen.spans.len();
            let values = vec![ProbeValue::one(ProbeWhat::Parameter); count];
            seen.all.push(ProbeSeen { values, steps: Vec::new() });
        }
        analysis.probes.push(ProbeCall {
            probe,
            path: path(place.file),
            span: place.span,
            arguments: seen.spans,
            seen: seen.all,
        });
    }
    for (file, count) in &engine.given_up {
        analysis.given_up.insert(path(*file), *count);
    }
    analysis
}
