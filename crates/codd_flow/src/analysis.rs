//! The question that others ask: which flows are there in these files.

use std::collections::BTreeMap;

use codd_graph::Graph;
use codd_source::{RepoPath, Span};

use crate::classes::ClassId;
use crate::engine::Engine;
use crate::models::{Compiled, Models};
use crate::probe::{ProbeCall, ProbeSeen, ProbeValue, ProbeWhat};
use crate::program::{Family, FlowFile};
use crate::trail::StepKind;

/// All flows of a project, and what they were looked for with.
#[derive(Clone, Debug, Default, PartialEq)]
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SinkPlace {
    pub class: ClassId,
    pub path: RepoPath,
    pub span: Span,
}

/// Text from outside that gets to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowFinding {
    pub sink: SinkPlace,
    /// What the source is called: `the query string`.
    pub source: String,
    /// From the source to the sink, both included.
    pub steps: Vec<FlowStep>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStep {
    pub path: RepoPath,
    pub span: Span,
    pub kind: StepKind,
}

/// The flows of these files, which are given in the order of their paths.
pub fn analyse(graph: &Graph, files: &[FlowFile<'_>], models: &Models) -> FlowAnalysis {
    let mut analysis = FlowAnalysis::default();
    for (family, language) in Family::ALL {
        let is_of = |file: &&FlowFile<'_>| Family::of(&file.facts.language) == family;
        let files: Vec<FlowFile<'_>> = files.iter().filter(is_of).copied().collect();
        if !files.is_empty() {
            let mut engine = Engine::new(graph, &files, Compiled::of(models, language));
            engine.run();
            collect(&engine, &files, &mut analysis);
        }
    }
    analysis.findings.sort_by(|a, b| a.sink.cmp(&b.sink));
    analysis.sinks.sort();
    analysis.probes.sort_by(|a, b| (a.probe, &a.path, a.span).cmp(&(b.probe, &b.path, b.span)));
    analysis
}

fn collect(engine: &Engine<'_>, files: &[FlowFile<'_>], analysis: &mut FlowAnalysis) {
    let path = |file: u32| files[file as usize].path.clone();
    for (class, place) in &engine.sinks {
        let (path, span) = (path(place.file), place.span);
        analysis.sinks.push(SinkPlace { class: *class, path, span });
    }
    for ((class, place), flow) in &engine.flows {
        let steps = engine.trails.steps(flow.trail);
        let steps = steps.into_iter().map(|(place, kind)| FlowStep {
            path: path(place.file),
            span: place.span,
            kind,
        });
        let source = &engine.sources[flow.source as usize];
        let mut steps: Vec<FlowStep> = steps.collect();
        // A trail begins where the text was let in, which may be far from where it was found.
        let first = FlowStep {
            path: path(source.place.file),
            span: source.place.span,
            kind: StepKind::Source,
        };
        if steps.first().is_none_or(|it| (&it.path, it.span) != (&first.path, first.span)) {
            steps.insert(0, first);
        }
        // What happens behind the sink says no more: a page is returned.
        let sink =
            steps.iter().rposition(|it| it.path == path(place.file) && it.span == place.span);
        if let Some(at) = sink {
            steps.truncate(at + 1);
        }
        steps.dedup_by(|next, kept| (&next.path, next.span) == (&kept.path, kept.span));
        let (path, span) = (path(place.file), place.span);
        analysis.findings.push(FlowFinding {
            sink: SinkPlace { class: *class, path, span },
            source: source.label.clone(),
            steps,
        });
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
}
