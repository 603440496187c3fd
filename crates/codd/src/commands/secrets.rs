//! `codd secrets`: what the history of the project gives away.

use codd_audit::{HistoryReport, counted, printable};

use crate::arguments::JsonArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Look for secrets in commits, also for those that were taken out of the files again
///
/// Each commit is asked what it adds. The project's `secret` checks say what counts; without any,
/// their default settings do. No secret is shown: each is named by its first characters and the
/// start of its SHA-256 digest. Objects are read as git keeps them, and nothing is run.
#[derive(clap::Args, Debug)]
pub(crate) struct SecretsArgs {
    /// The commits of `A..B`, `REV^!` alone, or those from a revision up to HEAD; all without it
    #[arg(value_name = "REV|A..B")]
    range: Option<String>,
    #[command(flatten)]
    form: JsonArgs,
}

pub(crate) fn run(context: &Context, arguments: &SecretsArgs) -> Result<ExitStatus, Failure> {
    let workspace = context.open()?;
    let report = workspace.secrets(arguments.range.as_deref())?;
    let text = if arguments.form.is_json() {
        let json = serde_json::to_string_pretty(&report);
        json.map_err(|error| Failure::Output(error.to_string()))? + "\n"
    } else {
        text(&report)
    };
    context.print(&text)?;
    if report.unread > 0 {
        let unread = counted(report.unread as usize, "file");
        context.tell(&format!("{unread} could not be read, or had more than 16 MiB"));
    }
    Ok(if report.secrets.is_empty() { ExitStatus::Success } else { ExitStatus::Findings })
}

fn text(report: &HistoryReport) -> String {
    let mut text = String::new();
    let mut last = "";
    for it in &report.secrets {
        let commit = &it.commit;
        if last != commit.id {
            last = &commit.id;
            let id = commit.id.get(..12).unwrap_or(&commit.id);
            text.push_str(&format!("{id} {} {}\n", commit.date, printable(&commit.subject)));
        }
        let gone = if it.is_there { "" } else { "; gone from the file, but not from the history" };
        let (path, message) = (printable(&it.path), printable(&it.message));
        text.push_str(&format!("  {path}:{}: {message}{gone}\n", it.line));
    }
    let commits = counted(report.commits as usize, "commit");
    let files = counted(report.files as usize, "changed file");
    let secrets = counted(report.secrets.len(), "secret");
    text.push_str(&format!("{secrets} in {commits} ({files})\n"));
    text
}
