//! SARIF 2.1.0 for code scanning and editors.
//!
//! Findings are results; what a change fixed and what became of each control stands in the
//! run's properties, not among the results: code scanning shows every result as an open
//! alert, whatever its `kind` or `baselineState`, and takes a result that is gone as fixed.

mod places;
mod rules;
mod types;

use std::collections::BTreeMap;
use std::path::Path;

use codd_source::printable;
use serde_json::{Value, json};

use self::types::{
    BaseLocation, CodeFlow, Descriptor, Driver, Invocation, Log, Message, Notification,
    NotificationReference, Run, SarifLocation, SarifResult, Suppression, ThreadFlow,
    ThreadFlowLocation, Tool,
};
use super::{RenderOptions, json as json_format, words};
use crate::{Assessment, ControlVerdict, FindingRecord, FindingState};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Results beyond this number make code scanning refuse the file.
const MAX_RESULTS: usize = 25_000;
/// Locations of one path that code scanning shows.
const MAX_STEPS: usize = 1_000;

pub(super) fn render(assessment: &Assessment, _: &RenderOptions) -> String {
    let (rules, taxonomies) = rules::rules(assessment);
    let rule_index: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(index, rule)| (rule.id.as_str(), index)).collect();
    let current = assessment.findings.iter().filter(|it| it.state != FindingState::Absent);
    let results: Vec<_> = current
        .clone()
        .take(MAX_RESULTS)
        .map(|finding| result(assessment, finding, rule_index[finding.control.as_str()]))
        .collect();
    let left_out = current.count() - results.len();
    let supported_taxonomies = rules::references(&taxonomies);
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: assessment.tool.name.clone(),
                semantic_version: assessment.tool.version.clone(),
                notifications: notification_descriptors(),
                supported_taxonomies,
                rules,
            },
        },
        invocations: [invocation(assessment, left_out)],
        original_uri_base_ids: BTreeMap::from([(
            places::ROOT,
            BaseLocation { description: message("The root of the repository.") },
        )]),
        column_kind: "utf16CodeUnits",
        results,
        taxonomies,
        properties: run_properties(assessment),
    };
    json_format::pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

fn result(assessment: &Assessment, finding: &FindingRecord, rule_index: usize) -> SarifResult {
    let (kind, level) = kind_and_level(finding);
    let mut text = format!("{}: {}", finding.control_name, finding.message);
    for (_, why) in words::why(assessment, finding) {
        text = format!("{}. {why}", text.trim_end_matches('.'));
    }
    let mut properties = BTreeMap::from([
        ("codd/check", Value::from(finding.kind.clone())),
        ("codd/severity", Value::from(finding.severity.clone())),
    ]);
    if let Some(note) = words::diff_note(assessment, finding) {
        properties.insert("codd/place", Value::from(note));
    }
    if let Some(help) = &finding.help {
        properties.insert("codd/fix", Value::from(printable_lines(help)));
    }
    SarifResult {
        rule_id: finding.control.clone(),
        rule_index,
        kind,
        level,
        message: message(&text),
        locations: vec![match &finding.location {
            Some(location) => places::location(location),
            // Code scanning refuses a file with a result that has no place.
            None => places::file(&home_of(assessment, &finding.control)),
        }],
        related_locations: finding
            .caused_by
            .iter()
            .map(|cause| SarifLocation {
                id: Some(1),
                ..places::node(cause, "the change that causes it")
            })
            .collect(),
        code_flows: code_flows(assessment, finding),
        partial_fingerprints: BTreeMap::from([("codd/v1", finding.fingerprint.clone())]),
        baseline_state: words::is_change(assessment).then_some(match finding.state {
            FindingState::New => "new",
            FindingState::Updated => "updated",
            FindingState::Unchanged => "unchanged",
            FindingState::Absent => "absent",
        }),
        suppressions: suppressions(assessment, finding),
        properties,
    }
}

/// SARIF wants `none` for the level of everything that is not a failure.
fn kind_and_level(finding: &FindingRecord) -> (&'static str, &'static str) {
    match finding.outcome.as_str() {
        "review" => ("review", "none"),
        "undetermined" => ("open", "none"),
        _ => ("fail", rules::level(&finding.severity)),
    }
}

/// The file that makes a control apply: its requirement file, or the configuration that
/// takes in its catalogue.
fn home_of(assessment: &Assessment, control: &str) -> String {
    let origin = assessment.controls.iter().find(|it| it.id == control).map(|it| &it.origin);
    origin
        .filter(|origin| {
            Path::new(origin).extension().is_some_and(|it| it == "yaml" || it == "yml")
        })
        .map_or_else(|| "codd.yaml".to_owned(), Clone::clone)
}

fn code_flows(assessment: &Assessment, finding: &FindingRecord) -> Vec<CodeFlow> {
    let mut flows = Vec::new();
    if let Some(reached) = finding.reached {
        let steps = words::chain(assessment, reached);
        let locations: Vec<_> = steps
            .iter()
            .take(MAX_STEPS)
            .enumerate()
            .map(|(at, step)| {
                let text = if at == 0 {
                    format!("{} (changed)", words::node_name(&step.node))
                } else {
                    let phrase = words::dependent_phrase(step.edge.as_deref());
                    format!("{phrase} {}", words::node_name(&step.node))
                };
                ThreadFlowLocation { location: places::node(&step.node, &text) }
            })
            .collect();
        if locations.len() > 1 {
            flows.push(CodeFlow {
                message: message("How the change reaches this place."),
                thread_flows: [ThreadFlow { locations }],
            });
        }
    }
    if !finding.steps.is_empty() {
        let locations =
            finding.steps.iter().take(MAX_STEPS).map(|step| ThreadFlowLocation {
                location: places::step(&step.location, &step.text),
            });
        flows.push(CodeFlow {
            message: message("From where the text comes in to where it is used."),
            thread_flows: [ThreadFlow { locations: locations.collect() }],
        });
    }
    if finding.witness.len() > 1 {
        let locations = finding.witness.iter().take(MAX_STEPS).map(|step| ThreadFlowLocation {
            location: places::node(step, words::node_name(step)),
        });
        flows.push(CodeFlow {
            message: message("From this place to what it reaches."),
            thread_flows: [ThreadFlow { locations: locations.collect() }],
        });
    }
    flows
}

/// Empty for a finding that is not waived: an absent list would mean that nobody knows.
fn suppressions(assessment: &Assessment, finding: &FindingRecord) -> Vec<Suppression> {
    let waiver = finding.waived_by.and_then(|at| assessment.waivers.get(at as usize));
    waiver
        .map(|waiver| Suppression {
            kind: "external",
            status: "accepted",
            justification: printable(&format!(
                "{} (requested by {}, approved by {}, expires {})",
                waiver.reason, waiver.requested_by, waiver.approved_by, waiver.expires
            ))
            .into_owned(),
        })
        .into_iter()
        .collect()
}

/// Id, friendly name, what it says, what to do about it.
const NOTIFICATIONS: [[&str; 4]; 5] = [
    [
        "codd/diagnostic",
        "InputDiagnostic",
        "A problem with codd's own input.",
        "Correct the requirement file or the configuration that it names.",
    ],
    [
        "codd/not-analysed",
        "FileNotAnalysed",
        "A file that could not be read.",
        "Nothing is said about this file: read it by hand.",
    ],
    [
        "codd/parse-error",
        "FileReadInPart",
        "A file that was read in part.",
        "Correct its syntax, or read by hand what stands around the error.",
    ],
    [
        "codd/undetermined",
        "ControlUndetermined",
        "A control that could not be decided.",
        "Give the control a check, or have a reviewer affirm it.",
    ],
    [
        "codd/left-out",
        "ResultsLeftOut",
        "Results that did not fit.",
        "Read the assessment itself, which has them all.",
    ],
];

fn notification_descriptors() -> Vec<Descriptor> {
    let descriptor = |[id, name, text, help]: [&'static str; 4]| Descriptor {
        id,
        name,
        short_description: message(text),
        full_description: message(text),
        help: message(help),
    };
    NOTIFICATIONS.into_iter().map(descriptor).collect()
}

fn notification(
    index: usize,
    level: &'static str,
    text: &str,
    locations: Vec<SarifLocation>,
) -> Notification {
    Notification {
        descriptor: NotificationReference { id: NOTIFICATIONS[index][0], index },
        level,
        message: message(text),
        locations,
    }
}

fn invocation(assessment: &Assessment, left_out: usize) -> Invocation {
    let mut notifications = Vec::new();
    let mut successful = true;
    for diagnostic in &assessment.diagnostics {
        let level = match diagnostic.severity.as_str() {
            "error" => "error",
            "warning" => "warning",
            _ => "note",
        };
        successful &= level != "error";
        let mut text = format!("{}: {}", diagnostic.code, diagnostic.message);
        if let Some(help) = &diagnostic.help {
            text = format!("{text}; {help}");
        }
        let place = diagnostic.location.iter().map(places::location).collect();
        notifications.push(notification(0, level, &text, place));
    }
    let coverage = &assessment.coverage;
    for (index, files) in [(1, &coverage.not_analysed), (2, &coverage.parse_errors)] {
        for skipped in files {
            let place = vec![places::file(&skipped.path)];
            notifications.push(notification(index, "warning", &skipped.reason, place));
        }
    }
    for control in words::controls_with(assessment, ControlVerdict::Undetermined) {
        let text = format!("{} is undetermined: {}", control.id, control.reasons.join("; "));
        notifications.push(notification(3, "warning", &text, Vec::new()));
    }
    if left_out > 0 {
        let text = format!("{left_out} results did not fit and are left out, the mildest first");
        notifications.push(notification(4, "error", &text, Vec::new()));
    }
    Invocation {
        execution_successful: successful && left_out == 0,
        tool_execution_notifications: notifications,
    }
}

fn run_properties(assessment: &Assessment) -> BTreeMap<&'static str, Value> {
    let mut properties = BTreeMap::new();
    let controls: serde_json::Map<_, _> = assessment
        .controls
        .iter()
        .map(|control| (control.id.clone(), json!(control.verdict)))
        .collect();
    properties.insert("codd/controls", Value::Object(controls));
    properties.insert("codd/asOf", Value::from(assessment.as_of.clone()));
    properties.insert("codd/checked", Value::from(words::checked_text(assessment)));
    properties.insert("codd/controlSet", Value::from(assessment.inputs.controls.clone()));
    if let Some(verdict) = &assessment.verdict {
        properties.insert("codd/verdict", json!(verdict));
    }
    if words::is_change(assessment) {
        let fixed = words::Findings::of(assessment).fixed;
        let fixed: Vec<_> = fixed
            .iter()
            .map(|it| json!({"control": it.control, "fingerprint": it.fingerprint}))
            .collect();
        properties.insert("codd/fixed", Value::Array(fixed));
    }
    if let Some(score) = &assessment.score.after {
        properties.insert("codd/score", Value::from(score.value));
    }
    properties
}

/// A message of SARIF: a sentence, safe to print, in which nothing reads as a link.
fn message(text: &str) -> Message {
    let mut text = printable_lines(text);
    if text.contains("](") {
        text = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    }
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    Message { text }
}

/// `text` with its line breaks, and everything else escaped that could command a terminal.
fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n")
}
