//! `codd controls`: the controls of a project, those for a file, their tests and their fixes.

use std::time::Duration;

use codd_audit::{ControlSummary, DiagnosticRecord, ExampleResult, NewControl, counted, printable};

use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// List the controls, or those that apply to a path; test and correct requirement files
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ControlsArgs {
    #[command(subcommand)]
    command: Option<ControlsCommand>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(clap::Subcommand, Debug)]
enum ControlsCommand {
    /// List the controls
    List(ListArgs),
    /// Write a new control, with a check that works and examples that show it
    New(NewArgs),
    /// Run every control's good and bad examples
    Test(TestArgs),
    /// Correct what codd can correct in requirement files
    Fix(FixArgs),
    /// Take the version that the controls below `extends:` have now
    ///
    /// Keeps a copy of them below .codd/extends, which is what judges, writes its SHA-256 to
    /// codd.yaml, and shows what differs from the version before.
    Pin,
}

#[derive(clap::Args, Debug)]
struct ListArgs {
    /// Only controls that apply to these files, which need not exist yet
    #[arg(long = "for", value_name = "PATH", num_args = 1..)]
    paths: Vec<String>,
    /// Say of each whether it concerns the project, and why
    #[arg(long, conflicts_with = "paths")]
    why: bool,
    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "agent", "json"])]
    format: String,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// With --for: at most about this many tokens, at four bytes each
    #[arg(long, value_name = "N", requires = "paths")]
    max_tokens: Option<u32>,
}

#[derive(clap::Args, Debug)]
struct TestArgs {
    /// Only these controls (can be repeated)
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Go on, and run them again whenever a file changes, until interrupted
    #[arg(long)]
    watch: bool,
}

#[derive(clap::Args, Debug)]
struct NewArgs {
    /// The control's id, such as SEC-001
    #[arg(value_name = "ID")]
    id: String,
    /// The kind of its check: `codd explain` lists them
    #[arg(long, value_name = "KIND", default_value = "forbid")]
    kind: String,
    /// The file to write; it must not exist yet [default: requirements/ID.yaml]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

#[derive(clap::Args, Debug)]
struct FixArgs {
    /// Show what would be corrected, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context, arguments: &ControlsArgs) -> Result<ExitStatus, Failure> {
    match &arguments.command {
        None => list(context, &arguments.list),
        Some(ControlsCommand::List(arguments)) => list(context, arguments),
        Some(ControlsCommand::New(arguments)) => new(context, arguments),
        Some(ControlsCommand::Test(arguments)) if arguments.watch => watch(context, arguments),
        Some(ControlsCommand::Test(arguments)) => test(context, arguments),
        Some(ControlsCommand::Fix(arguments)) => fix(context, arguments),
        Some(ControlsCommand::Pin) => pin(context),
    }
}

impl ListArgs {
    fn format(&self) -> &str {
        if self.json { "json" } else { &self.format }
    }
}

fn list(context: &Context, arguments: &ListArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let watch = Watch::new(context);
    if !arguments.paths.is_empty() {
        let answer = workspace.controls_for(&arguments.paths, arguments.max_tokens, &watch)?;
        watch.finish();
        let text = match arguments.format() {
            "json" => json(&answer)?,
            _ => lines(&answer.to_text()),
        };
        context.print(&text)?;
        return Ok(ExitStatus::Success);
    }
    let (controls, diagnostics) = workspace.controls(&watch)?;
    watch.finish();
    let text = match arguments.format() {
        "json" => json(&controls)?,
        _ => lines(&table(&controls, arguments.why)),
    };
    context.print(&text)?;
    context.tell_diagnostics(&diagnostics);
    Ok(status(&diagnostics, controls.is_empty()))
}

fn status(diagnostics: &[DiagnosticRecord], is_empty: bool) -> ExitStatus {
    let is_broken = diagnostics.iter().any(|it| it.severity == "error");
    if is_broken || is_empty { ExitStatus::Misuse } else { ExitStatus::Success }
}

fn table(controls: &[ControlSummary], says_why: bool) -> String {
    if controls.is_empty() {
        return "no control was found: `codd init` writes some to start with\n".to_owned();
    }
    let width = controls.iter().map(|it| it.id.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for control in controls {
        let checks = match control.checks.as_slice() {
            [] => "no check: nothing verifies it".to_owned(),
            checks => checks.join(", "),
        };
        text.push_str(&format!(
            "{:<width$}  {:<8}  {}\n",
            control.id, control.severity, control.name
        ));
        text.push_str(&format!(
            "{:<width$}  {checks}; {}; governs {}; {}\n",
            "",
            control.applies_to,
            counted(control.governs as usize, "node"),
            control.origin
        ));
        if says_why || !control.concerns {
            let standing = if control.concerns { "in" } else { "out" };
            let why = match control.why.as_slice() {
                [] => "it asks for nothing in particular".to_owned(),
                why => why.join("; "),
            };
            text.push_str(&format!("{:<width$}  {standing}: {why}\n", ""));
        }
    }
    let out = controls.iter().filter(|it| !it.concerns).count();
    text.push_str(&counted(controls.len(), "control"));
    if out > 0 {
        text.push_str(&format!(", {out} of which do not concern this project"));
    }
    text.push('\n');
    text
}

fn test(context: &Context, arguments: &TestArgs) -> Result<ExitStatus, Failure> {
    let workspace = context.open()?;
    let report = workspace.test_controls(&arguments.ids)?;
    let mut text = String::new();
    for example in report.with(ExampleResult::Otherwise) {
        text.push_str(&format!("FAIL     {}\n", example.describe()));
    }
    for example in report.with(ExampleResult::NotRun) {
        text.push_str(&format!("not run  {}\n", example.describe()));
    }
    text.push_str(&format!(
        "{} of {} examples behave as stated; {} of {} controls have no examples\n",
        report.with(ExampleResult::AsStated).count(),
        report.examples.len(),
        report.without_examples.len(),
        report.controls,
    ));
    context.print(&lines(&text))?;
    context.tell_diagnostics(&report.diagnostics);
    let fails = report.with(ExampleResult::Otherwise).next().is_some();
    Ok(match status(&report.diagnostics, report.controls == 0) {
        ExitStatus::Success if fails => ExitStatus::Findings,
        status => status,
    })
}

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(700);

fn watch(context: &Context, arguments: &TestArgs) -> Result<ExitStatus, Failure> {
    let mut last = None;
    loop {
        let digest = context.open()?.state()?;
        if last.as_ref() != Some(&digest) {
            last = Some(digest);
            test(context, arguments)?;
            context.print("watching for changes: Ctrl-C ends\n")?;
        }
        if context.cancel.check().is_err() {
            return Ok(ExitStatus::Success);
        }
        std::thread::sleep(INTERVAL);
    }
}

fn new(context: &Context, arguments: &NewArgs) -> Result<ExitStatus, Failure> {
    let workspace = context.open()?;
    let path = workspace.new_control(&NewControl {
        id: arguments.id.clone(),
        kind: arguments.kind.clone(),
        file: arguments.file.clone(),
    })?;
    context.print(&lines(&format!(
        "wrote {path}\nnext: make it your own, then `codd controls test {}`\n",
        arguments.id
    )))?;
    Ok(ExitStatus::Success)
}

fn fix(context: &Context, arguments: &FixArgs) -> Result<ExitStatus, Failure> {
    let workspace = context.open()?;
    let fixes =
        if arguments.dry_run { workspace.proposed_fixes()? } else { workspace.fix_controls()? };
    let mut text = String::new();
    for fix in &fixes {
        text.push_str(&format!("{}:{}: {}\n", fix.path, fix.line, fix.why));
    }
    text.push_str(&match (fixes.len(), arguments.dry_run) {
        (0, _) => "nothing to correct\n".to_owned(),
        (count, true) => format!("{} would be written\n", counted(count, "correction")),
        (count, false) => format!("{} written\n", counted(count, "correction")),
    });
    context.print(&lines(&text))?;
    Ok(ExitStatus::Success)
}

fn pin(context: &Context) -> Result<ExitStatus, Failure> {
    let pinned = context.open()?.pin()?;
    let mut text = String::new();
    for it in &pinned {
        let standing = if it.is_new { "pinned" } else { "unchanged" };
        text.push_str(&format!("{} {standing} at sha256:{}\n", it.path, &it.sha256[..12]));
        for line in &it.differences {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if pinned.is_empty() {
        text.push_str("`extends:` of codd.yaml names nothing\n");
    }
    context.print(&lines(&text))?;
    Ok(ExitStatus::Success)
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value);
    Ok(text.map_err(|error| Failure::Output(error.to_string()))? + "\n")
}

/// Hostile text made safe, its line breaks kept.
fn lines(text: &str) -> String {
    text.split('\n').map(|line| printable(line).into_owned()).collect::<Vec<_>>().join("\n")
}
