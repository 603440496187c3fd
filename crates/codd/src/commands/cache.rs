//! `codd cache`: what is kept between runs.

use codd_audit::{CacheCleaned, CacheReport, counted, printable};

use crate::arguments::JsonArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// Show or remove what is kept between runs
///
/// What was found out about a file (its facts, what the local checks found in it) is kept by its
/// content, so that it is found out once. Losing it costs time and nothing else.
#[derive(clap::Args, Debug)]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    command: CacheCommand,
}

#[derive(clap::Subcommand, Debug)]
enum CacheCommand {
    /// Show where what is kept lies, how much it is, and what of it is not used
    Info {
        #[command(flatten)]
        form: JsonArgs,
    },
    /// Remove what is kept, whichever version of codd wrote it
    ///
    /// Files that are not codd's stay, and so does what is shared with other machines. Ends with 2 where something could not be removed.
    Clean {
        #[command(flatten)]
        form: JsonArgs,
    },
}

pub(crate) fn run(context: &Context, arguments: &CacheArgs) -> Result<ExitStatus, Failure> {
    let workspace = context.open()?;
    match &arguments.command {
        CacheCommand::Info { form } => {
            let report = workspace.cache_report();
            if form.is_json() {
                context.print_json(&report)?;
            } else {
                context.print(&info(&report))?;
            }
            Ok(ExitStatus::Success)
        }
        CacheCommand::Clean { form } => {
            let cleaned = workspace.clean_cache()?;
            if form.is_json() {
                context.print_json(&cleaned)?;
            } else {
                context.print(&removed(&cleaned))?;
            }
            Ok(if cleaned.refused.is_empty() { ExitStatus::Success } else { ExitStatus::Misuse })
        }
    }
}

fn info(report: &CacheReport) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        text.push_str(&format!("{name:<11} {}\n", printable(value)));
    };
    match &report.folder {
        None => row("folder", report.reason.as_deref().unwrap_or("none")),
        Some(folder) => {
            row("folder", folder);
            row("packs", &report.packs.to_string());
            row("entries", &report.entries.to_string());
            row("size", &format!("{} of at most {}", size(report.bytes), size(report.limit)));
        }
    }
    if report.unfinished > 0 {
        row("unfinished", &counted(report.unfinished, "file"));
    }
    for pack in &report.unused {
        row("not used", &format!("{}: {}", pack.name, pack.reason));
    }
    if let Some(shared) = &report.shared {
        row("shared at", &shared.url);
        match &shared.reason {
            Some(reason) => row("not used", reason),
            None => {
                row("there", &format!("{}, {}", counted(shared.packs, "pack"), size(shared.bytes)));
            }
        }
    }
    text
}

fn removed(cleaned: &CacheCleaned) -> String {
    let mut text = match (&cleaned.folder, cleaned.removed) {
        (None, _) => "nothing is kept\n".to_owned(),
        (Some(folder), 0) => format!("nothing is kept in {}\n", printable(folder)),
        (Some(folder), files) => format!(
            "removed {} from {}, {}\n",
            counted(files, "file"),
            printable(folder),
            size(cleaned.bytes)
        ),
    };
    for file in &cleaned.refused {
        text.push_str(&printable(&format!("{} stays: {}", file.name, file.reason)));
        text.push('\n');
    }
    text
}

fn size(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}
