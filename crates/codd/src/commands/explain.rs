//! `codd explain`: one control or one finding, in full.

use codd_audit::{
    ControlExplanation, Explanation, FindingExplanation, FindingRecord, NodeRecord, printable,
};

use crate::arguments::ChangeArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Explain a control, or a finding by its fingerprint
///
/// A finding of a change is found with the arguments that name the change, as `codd impact`
/// takes them.
#[derive(clap::Args, Debug)]
pub(crate) struct ExplainArgs {
    /// A control's id, or at least six digits of a finding's fingerprint
    id: String,
    #[command(flatten)]
    change: ChangeArgs,
    /// Write it as JSON
    #[arg(long)]
    json: bool,
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
    let text = if arguments.json {
        let json = serde_json::to_string_pretty(&explanation);
        json.map_err(|error| Failure::Output(error.to_string()))? + "\n"
    } else {
        match &explanation {
            Explanation::Control(control) => control_text(control),
            Explanation::Finding(finding) => finding_text(finding),
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
    text.field("Now", &format!("{:?}", result.verdict));
    for reason in &result.reasons {
        text.field("Because", reason);
    }
    for check in &result.checks {
        let counted = format!("{} places in {} files", check.anchors, check.files);
        let weak = if check.weak_evidence { ", weak evidence: a match of text" } else { "" };
        text.field(
            &format!("Check {}", check.kind),
            &format!("{}: {counted}{weak}", check.outcome),
        );
    }
    for finding in &control.findings {
        text.field("Finding", &finding_line(finding));
    }
    for page in &control.pages {
        text.line("");
        text.line(page.trim_end());
    }
    text.0
}

fn finding_text(explanation: &FindingExplanation) -> String {
    let FindingExplanation { finding, control, reached_along } = explanation;
    let mut text = Text::default();
    text.line(&finding_line(finding));
    text.field("Control", &format!("{} {} [{}]", control.id, control.name, finding.severity));
    text.field("Must", &control.requirement);
    text.field("State", &format!("{:?}", finding.state).to_lowercase());
    if let Some(location) = &finding.location {
        text.field("Code", &location.snippet);
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
