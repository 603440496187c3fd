//! `codd explain`: one control, one finding, one kind of check or one word, in full.

use std::collections::BTreeSet;

use codd_audit::{
    CheckRecord, ControlExplanation, DecisionKind, Explanation, FindingExplanation, FindingRecord,
    FindingState, NodeRecord, printable,
};

use crate::arguments::{ChangeArgs, JsonArgs};
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Explain a control, a finding by its fingerprint, a kind of check, or a word of an answer
///
/// A finding of a change is found with the arguments that name the change, as `codd impact`
/// takes them.
#[derive(clap::Args, Debug)]
pub(crate) struct ExplainArgs {
    /// A control's id, at least six digits of a finding's fingerprint, a kind of check such as
    /// `reach`, or a word such as `rebound` or `possible`
    id: String,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    form: JsonArgs,
}

pub(crate) fn run(context: &Context, arguments: &ExplainArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let watch = Watch::new(context);
    let change = arguments.change.resolve(context, Vec::new())?;
    let explanation = workspace.explain(&arguments.id, &change, &watch)?;
    watch.finish();
    let Some(explanation) = explanation else {
        let ids = workspace.control_ids()?;
        let help = match codd_audit::nearest(&arguments.id, ids.iter().map(String::as_str), 1) {
            near if near.is_empty() => "`codd controls` lists the controls; a finding of a change \
                 needs the arguments that name the change, as in `codd explain ID --diff FILE`"
                .to_owned(),
            near => format!("did you mean `{}`?", near[0]),
        };
        let id = &arguments.id;
        return Err(Failure::told(format!("nothing is called `{id}`"), help));
    };
    let text = if arguments.form.is_json() {
        let json = serde_json::to_string_pretty(&explanation);
        json.map_err(|error| Failure::Output(error.to_string()))? + "\n"
    } else {
        match &explanation {
            Explanation::Control(control) => control_text(control),
            Explanation::Finding(finding) => finding_text(finding),
            Explanation::CheckKind(page) | Explanation::Word(page) => page.clone(),
        }
    };
    context.print(&text)?;
    Ok(ExitStatus::Success)
}

fn control_text(control: &ControlExplanation) -> String {
    let result = &control.result;
    let mut text = Text::default();
    text.line(&format!("{} {} [{}]", result.id, result.name, result.severity));
    text.field("Must", &result.requirement);
    text.optional("Why", control.rationale.as_deref());
    text.optional("Do", control.guidance.as_deref());
    text.field("Applies to", &control.applies_to);
    text.field("From", &result.origin);
    text.optional("Owner", control.owner.as_deref());
    for (framework, ids) in &result.frameworks {
        text.field(framework, &ids.join(", "));
    }
    for code in &control.good {
        text.field("Good", code);
    }
    for code in &control.bad {
        text.field("Bad", code);
    }
    text.line("");
    text.field("Now", &result.verdict.to_string());
    for reason in &result.reasons {
        text.field("Because", reason);
    }
    for check in &result.checks {
        let failing = |it: &&FindingRecord| it.check == Some(check.ordinal) && it.outcome == "fail";
        let failures = control.findings.iter().filter(failing).count();
        text.field(&format!("Check {}", check.kind), &check_text(check, failures));
        text.optional("Because", check.reason.as_deref());
        for place in &check.passing {
            let symbol = place.symbol.as_deref().unwrap_or_default();
            text.field("Passes at", format!("{}:{} {symbol}", place.path, place.line).trim_end());
        }
    }
    for finding in &control.findings {
        text.field("Finding", &finding_line(finding));
    }
    let kinds: BTreeSet<&str> = result.checks.iter().map(|it| it.kind.as_str()).collect();
    for kind in kinds {
        text.field("More", &format!("codd explain {kind}"));
    }
    text.0
}

/// What a check concluded, and of how much.
fn check_text(check: &CheckRecord, failures: usize) -> String {
    let places = count(check.anchors as usize, "place");
    let outcome = match (check.outcome.as_str(), failures) {
        ("fail", 1..) => format!("fails in {failures} of {places}"),
        (outcome, _) => format!("{}, {places}", outcome.replace('_', " ")),
    };
    let weak = if check.weak_evidence { ", weak evidence: a match of text" } else { "" };
    format!("{outcome} in {}{weak}", count(check.files as usize, "file"))
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn finding_text(explanation: &FindingExplanation) -> String {
    let FindingExplanation { finding, control, reached_along, is_of_change } = explanation;
    let mut text = Text::default();
    text.line(&finding_line(finding));
    text.field("Control", &format!("{} {} [{}]", control.id, control.name, finding.severity));
    text.field("Must", &control.requirement);
    text.field("State", state(finding, *is_of_change));
    if let Some(location) = &finding.location {
        text.field("Code", &location.snippet);
    }
    for (at, step) in codd_audit::way(finding).iter().enumerate() {
        text.field(if at == 0 { "Flow" } else { "" }, step);
    }
    for node in &finding.witness {
        text.field("Path", &name(node));
    }
    for node in reached_along {
        text.field("Reached from", &name(node));
    }
    if let Some(cause) = &finding.caused_by {
        text.field("Caused by", &name(cause));
    }
    text.optional("Fix", finding.help.as_deref());
    text.field("Fingerprint", &finding.fingerprint);
    text.0
}

fn state(finding: &FindingRecord, is_of_change: bool) -> &'static str {
    match (finding.state, finding.waived_by.is_some(), finding.decision) {
        (FindingState::Absent, ..) => "fixed",
        (_, true, _) => "waived",
        (_, _, Some(DecisionKind::Affirm)) => "affirmed by a reviewer",
        (_, _, Some(DecisionKind::NeedsFix)) => "a reviewer asks for a fix",
        (FindingState::New, ..) => "new",
        (FindingState::Updated, ..) => "updated",
        (FindingState::Unchanged, ..) if is_of_change => "there before",
        (FindingState::Unchanged, ..) => "open",
    }
}

fn finding_line(finding: &FindingRecord) -> String {
    let place = finding.location.as_ref().map(|it| format!("{}:{}: ", it.path, it.line));
    format!("{}{}", place.unwrap_or_default(), finding.message)
}

fn name(node: &NodeRecord) -> String {
    match &node.symbol {
        Some(symbol) => format!("{symbol} ({})", node.path),
        None => node.path.clone(),
    }
}

/// Text with hostile characters shown escaped.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        for line in line.split('\n') {
            self.0.push_str(&printable(line));
            self.0.push('\n');
        }
    }

    fn field(&mut self, name: &str, value: &str) {
        let mut lines = value.trim_end().lines();
        self.line(&format!("{name:<14} {}", lines.next().unwrap_or_default()));
        for line in lines {
            self.line(&format!("{:<14} {line}", ""));
        }
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }
}
