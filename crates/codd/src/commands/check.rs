//! `codd check`: all controls on the whole project.

use codd_audit::{Activity, AssessOptions, Extent, formats};

use crate::arguments::{FormatArgs, GateArgs};
use crate::commands::gate;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Check every control on the whole project
#[derive(clap::Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(context: &Context, arguments: &CheckArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let options = AssessOptions { fail_on: arguments.gate.severity()?, extent: Extent::Safe };
    let watch = Watch::new(context);
    let assessment = workspace.assess_project(options, &watch)?;
    watch.finish();
    let _at = context.watched().at(Activity::Report);
    let options = context.render_options(&arguments.format);
    context.print(&formats::render(arguments.format.format(), &assessment, &options))?;
    context.tell_problems(&assessment.diagnostics);
    Ok(gate::status(&assessment, &arguments.gate))
}
