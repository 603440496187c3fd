//! `codd audit`: the sealed record of a change or a project.

use std::path::PathBuf;

use codd_audit::{AssessOptions, Extent, OpenItems, ReviewStatus};

use crate::arguments::{ChangeArgs, GateArgs};
use crate::commands::gate;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Write the audit pack of a change, or of the whole project where nothing differs
///
/// The pack is canonical JSON (RFC 8785) and carries its own SHA-256.
#[derive(clap::Args, Debug)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    change: ChangeArgs,
    /// Record what nobody decided as skipped instead of undecided
    #[arg(long)]
    skip_review: bool,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    gate: GateArgs,
}

pub(crate) fn run(context: &Context, arguments: &AuditArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let output = match &arguments.output {
        Some(path) => Some(context.system.current_directory()?.join(&context.folder).join(path)),
        None => None,
    };
    let change = arguments.change.resolve(context, output.iter().cloned().collect())?;
    let options = AssessOptions { fail_on: arguments.gate.severity()?, extent: Extent::Safe };
    let open = if arguments.skip_review { OpenItems::Skipped } else { OpenItems::Undecided };
    let watch = Watch::new(context);
    let pack = workspace.audit(&change, options, open, &watch)?;
    watch.finish();
    let text = pack.to_json();
    match &output {
        Some(path) => context.system.write(path, text.as_bytes())?,
        None => context.print(&text)?,
    }
    let count = |status| pack.review.items.iter().filter(|it| it.status == status).count();
    let (undecided, skipped) = (count(ReviewStatus::Undecided), count(ReviewStatus::Skipped));
    let decided = pack.review.items.len() - undecided - skipped;
    context.tell(&format!(
        "audit pack sha256:{}: {decided} of {} findings decided, {undecided} undecided, {skipped} skipped",
        pack.sha256,
        pack.review.items.len(),
    ));
    for need in &pack.reproduction.needs {
        context.tell(&format!("to reproduce it, keep {need}"));
    }
    Ok(gate::status(&pack.assessment, &arguments.gate))
}
